"""Workbooks: sheets, their tables and headers, cells as text."""
