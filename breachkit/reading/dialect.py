"""What separates the cells of a source, and how many there are."""

from __future__ import annotations

import re
from dataclasses import dataclass

from breachkit.reading.header import published_header
from breachkit.reading.naming import column_headers

DELIMITERS = (";", ",", "\t", "|", "^")
SAMPLE_LINES = 500
QUOTED = re.compile(r'"(?:[^"]|"")*"')


@dataclass(frozen=True)
class Dialect:
    """How to cut the lines of a source: the delimiter, the number of cells, and the header if it has one.

    The header's cells are fit to publish; an empty one has no name, or none that may be told (`reading.header`).
    """

    delimiter: str
    cells: int
    header: tuple[str, ...] | None

    @property
    def names(self) -> tuple[str, ...]:
        """A name for each column: the header's, unique, or « colonne N » where there is none."""
        return column_headers(self.header or (None,) * self.cells)


def cut(line: str, delimiter: str) -> list[str]:
    """The cells of one well-formed line, quotes removed."""
    cells: list[str] = []
    position = 0
    while True:
        found = QUOTED.match(line, position) if line[position : position + 1] == '"' else None
        end = line.find(delimiter, found.end() if found else position)
        cell = line[position:] if end < 0 else line[position:end]
        cells.append(cell[1:-1].replace('""', '"') if found and found.end() - position == len(cell) else cell)
        if end < 0:
            return cells
        position = end + len(delimiter)


def detect(lines: list[str]) -> Dialect:
    """The dialect of a source from its first lines.

    The delimiter is the one whose count per line agrees most; a source in which none agrees has one column.
    """
    filled = [line for line in lines[:SAMPLE_LINES] if line.strip()]
    counts = {mark: [QUOTED.sub("", line).count(mark) for line in filled] for mark in DELIMITERS}
    best, best_score, cells = "", 0.0, 1
    for mark, found in counts.items():
        usual = max(set(found), key=lambda n: (found.count(n), n)) if found else 0
        score = found.count(usual) / len(found) * min(usual, 8) if usual else 0.0
        if score > best_score and found.count(usual) >= 0.5 * len(found):
            best, best_score, cells = mark, score, usual + 1
    best = best or ";"
    rows = (cut(line, best) for line in filled)
    first = next(rows, [])
    sample = [row for row in rows if len(row) == cells]
    return Dialect(best, cells, published_header(first, sample) if len(first) == cells else None)
