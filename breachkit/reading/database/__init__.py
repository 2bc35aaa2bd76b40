"""Database files and columnar files: SQLite, Access, Parquet."""
