"""What separates the cells, and whether the first line is a header."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache

from breachkit.reference.catalogue import load_toml

DELIMITERS = (";", ",", "\t", "|", "^")
SAMPLE_LINES = 500
QUOTED = re.compile(r'"(?:[^"]|"")*"')
# A header's cells are words. A cell with four digits in a row, an at sign or a date is a value.
VALUE_LIKE = re.compile(r"\d{4,}|@|\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}|^\d+([.,]\d+)?$")
HEADER_LENGTH = 80
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]+")


@dataclass(frozen=True)
class Dialect:
    """How to cut the lines of a source: the delimiter, the number of cells, and the header if it has one."""

    delimiter: str
    cells: int
    header: tuple[str, ...] | None

    @property
    def names(self) -> tuple[str, ...]:
        """A name for each column: the header's, unique, or « colonne N » where there is none."""
        names: list[str] = []
        for position, cell in enumerate(self.header or ("",) * self.cells, start=1):
            name = CONTROL.sub(" ", cell).strip()[:HEADER_LENGTH] or f"colonne {position}"
            names.append(name if name not in names else f"{name} ({position})")
        return tuple(names)


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


@cache
def _header_words() -> frozenset[str]:
    """Words that name columns (reference/headers.toml), three letters or more."""
    table = load_toml("headers.toml")
    phrases = [phrase for several in table["phrases"].values() for phrase in several]
    told = [*table["words"], *table["words"].values(), *table["noise"], *phrases]
    return frozenset(word for text in told for word in str(text).split() if len(word) >= 3)


def _is_header_word(cell: str) -> bool:
    plain = unicodedata.normalize("NFKD", re.sub(r"([a-z])([A-Z])", r"\1 \2", cell)).lower()
    words = re.split(r"[^a-z]+", "".join(one for one in plain if not unicodedata.combining(one)))
    return any(word in _header_words() for word in words)


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
    return Dialect(best, cells, _header(filled, best, cells))


def _header(lines: list[str], delimiter: str, cells: int) -> tuple[str, ...] | None:
    first = cut(lines[0], delimiter) if lines else []
    named = [cell.strip() for cell in first if cell.strip()]
    if len(first) != cells or len(named) < 0.5 * cells or len(set(named)) != len(named):
        return None
    if any(VALUE_LIKE.search(cell) for cell in named) or not any(c.isalpha() for c in "".join(named)):
        return None
    if not any(_is_header_word(cell) for cell in named):
        return None  # better a record too many than a person's name as the name of a column
    rows = [cut(line, delimiter) for line in lines[1:]]
    for position, cell in enumerate(first):
        # A name that comes back below it in its own column is a value: the file has no header.
        if cell.strip() and any(len(row) == cells and row[position].strip() == cell.strip() for row in rows):
            return None
    return tuple(cell.strip() for cell in first)
