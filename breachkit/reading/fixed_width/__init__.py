"""Text in columns of fixed width."""
