"""Delimited text: dialect, header, records on several lines, repairs, several tables in one file."""
