"""SQL dumps: definitions, INSERT and COPY statements of the common dialects."""
