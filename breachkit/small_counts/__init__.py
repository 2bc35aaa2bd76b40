"""Counts too small to be told, and what must be withheld with them."""
