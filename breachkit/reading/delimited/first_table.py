"""Where the first of several tables of a text ends, so that its dialect is found on its own lines."""

from __future__ import annotations

from collections.abc import Sequence

from breachkit.reading.delimited.dialect_score import STRONG
from breachkit.reading.header import only_names_columns

HEADER_CHARACTERS = 4_000  # a longer line is not looked at


def first_table(lines: Sequence[str]) -> Sequence[str]:
    """The lines above those of another table: a header that a blank line sets apart, below a header and a record."""
    headed: list[str] = []
    for at, line in enumerate(lines):
        cells = _header_cells(line)
        if cells and headed and cells != headed and not all(above.strip() for above in lines[max(0, at - 2) : at]):
            return lines[:at]
        below = lines[at + 1] if at + 1 < len(lines) else ""
        if cells and not headed and any(below.count(mark) == len(cells) - 1 for mark in STRONG):
            headed = cells
    return lines


def _header_cells(line: str) -> list[str]:
    """The cells of a line that is nothing but words that name columns; none of any other."""
    if len(line) > HEADER_CHARACTERS:
        return []
    for mark in STRONG:
        cells = [cell.strip('" ') for cell in line.split(mark)]
        if len(cells) >= 2 and only_names_columns(cells):
            return cells
    return []
