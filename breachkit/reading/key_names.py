"""The names that a database or Parquet file gives its columns, as far as they may be told."""

from __future__ import annotations

from breachkit.reading.header import may_be_told, told_words


def published_name(name: str) -> str:
    """A column's own name where it may be told, else its words that name columns, "" where there is none.

    Whoever made the database named the column; still a person's name may stand in it.
    """
    return name if may_be_told(name) else told_words(name)
