"""The values of a dynamically typed column as text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import polars as pl

from breachkit.reading.workbook.cell_text import TEXT_OF

ESCAPED = re.compile("[\udc80-\udcff]")  # a byte that is no UTF-8, as `surrogateescape` keeps it


def column_series(values: Sequence[Any]) -> tuple[pl.Series, list[int]]:
    """A column as text (None where NULL), and the places of the texts in which a byte is no UTF-8."""
    kinds = set(map(type, values))
    if kinds <= {int, type(None)}:
        return pl.Series(values, dtype=pl.Int64).cast(pl.String), []
    if kinds <= {str, type(None)}:
        try:
            return pl.Series(values, dtype=pl.String), []
        except UnicodeEncodeError:
            pass  # a byte that is no UTF-8 somewhere: looked at one by one
    texts: list[str | None] = []
    damaged: list[int] = []
    for place, value in enumerate(values):
        text = None if value is None else TEXT_OF[type(value)](value)
        if text is not None and ESCAPED.search(text):
            text = ESCAPED.sub(_eight_bit, text)
            damaged.append(place)
        texts.append(text)
    return pl.Series(texts, dtype=pl.String), damaged


def _eight_bit(found: re.Match[str]) -> str:
    """The letter that the byte is in cp1252, U+FFFD where it is none."""
    return bytes([ord(found.group()) - 0xDC00]).decode("cp1252", "replace")
