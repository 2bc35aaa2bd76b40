"""One file per kind of identifier; one definition serves columns and texts."""
