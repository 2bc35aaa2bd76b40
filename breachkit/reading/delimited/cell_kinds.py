"""What a cell looks like, so that a way of cutting lines can be judged by what it cuts them into.

The kinds follow the "type score" of van den Burg, Nazábal and Sutton (Wrangling messy CSV files by detecting row and
type patterns, arXiv 1811.11242); the regular expressions are ours. Shares and weights are choices.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

# In this order: the first that matches is the cell's kind. Digits alone may be a code as well as a number.
PATTERNS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("phone", re.compile(r"(?:\+|00)33 ?[1-9](?:[ .-]?\d{2}){4}|0[1-9](?:[ .-]?\d{2}){4}")),
    ("nir", re.compile(r"[12378] \d{2} (?:0[1-9]|1[0-2]|[2-9]\d) (?:\d{2}|2[AB]) \d{3} \d{3}(?: \d{2})?")),
    (
        "date",
        re.compile(
            r"(?:\d{1,2}[/.-]\d{1,2}[/.-](?:\d{4}|\d{2})|\d{4}[/.-]\d{1,2}[/.-]\d{1,2})"
            r"(?:[ T]\d{1,2}[:h]\d{2}(?::\d{2}(?:[.,]\d+)?)?(?: ?(?:Z|UTC|[+-]\d{2}:?\d{2}))?)?"
        ),
    ),
    ("time", re.compile(r"\d{1,2}[:h]\d{2}(?::\d{2}(?:[.,]\d+)?)?")),
    ("ip", re.compile(r"\d{1,3}(?:\.\d{1,3}){3}(?:/\d{1,2})?|(?=.*:.*:)[0-9a-f:]{6,39}", re.I)),
    (
        "number",
        re.compile(
            r"[-+]?[$€£]?(?:\d{1,3}(?:[ .,'\u00a0\u202f]\d{3})+|\d+)(?:[.,]\d+)?(?:e[-+]?\d+)? ?(?:[€$£%]|eur)?", re.I
        ),
    ),
    ("email", re.compile(r"[^\s@,;:|<>\"]+@[^\s@,;:|<>\"]+\.[a-z]{2,24}", re.I)),
    ("url", re.compile(r"(?:[a-z][a-z+]{1,9}://|www\.)[^\s\"<>]+", re.I)),
    ("uuid", re.compile(r"\{?[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\}?", re.I)),
    ("iban", re.compile(r"[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){3,7}(?: ?[A-Z0-9]{1,4})?")),
    ("word", re.compile(r"[^\W\d_]+(?:[ '’.-]{1,2}[^\W\d_]+){0,3}\.?")),
    ("code", re.compile(r"[\w$*./+-]{1,64}=*")),
    ("json", re.compile(r"\{.*\}|\[.*\]", re.S)),
    ("text", re.compile(r"[^\t;|\x00-\x08\x0b\x0c\x0e-\x1f]*[^\W\d_][^\t;|\x00-\x08\x0b\x0c\x0e-\x1f]*")),
)
# What a column that holds nothing else can be told by, when a repair must choose.
STRICT = frozenset({"phone", "nir", "date", "time", "ip", "number", "email", "url", "uuid", "iban"})
WEIGHTS = {**dict.fromkeys(STRICT, 1.0), "word": 0.9, "code": 0.85, "json": 0.8, "text": 0.65, "empty": 0.7}
OTHER_WEIGHT = 0.1
NOTHING = frozenset({"null", "nan", "n/a", "na", "none", "nil", "\\n", "-", "--", "?", "#n/a"})

MIN_SAMPLE = 4  # records below which a column's kinds are not known
STRICT_SHARE = 0.98  # of the filled cells of a column
WORDY_SHARE = 0.2  # of the filled cells of a column of text: that many hold several words


@lru_cache(maxsize=1 << 16)
def kind(cell: str) -> str:
    """The kind of one cell: a key of WEIGHTS, or "other"."""
    cell = cell.strip()
    if not cell or cell.casefold() in NOTHING:
        return "empty"
    if len(cell) > 20_000:
        return "text"
    for name, pattern in PATTERNS:
        if pattern.fullmatch(cell):
            return name
    return "other"


def weight(cell: str) -> float:
    """How much a cell looks like one, from 0 to 1."""
    return WEIGHTS.get(kind(cell), OTHER_WEIGHT)


@dataclass(frozen=True)
class Shape:
    """What the cells of a column are in the sample: their kinds where all are strict, and how they are filled."""

    kinds: frozenset[str] | None = None
    may_be_empty: bool = True
    wordy: bool = False

    def fits(self, cell: str) -> bool:
        """Whether a cell could stand in this column."""
        found = kind(cell)
        if found == "empty":
            return self.may_be_empty
        return self.kinds is None or found in self.kinds


def shapes(rows: Sequence[Sequence[str]], cells: int) -> tuple[Shape, ...]:
    """The shape of each column of a sample; nothing is known of the columns of a few records."""
    if len(rows) < MIN_SAMPLE:
        return (Shape(),) * cells
    return tuple(_shape([row[position] for row in rows]) for position in range(cells))


def _shape(column: Sequence[str]) -> Shape:
    kinds = [kind(cell) for cell in column]
    filled = [name for name in kinds if name != "empty"]
    if len(filled) < MIN_SAMPLE:
        return Shape()
    strict = frozenset(name for name in filled if name in STRICT)
    typed = sum(name in STRICT for name in filled) >= STRICT_SHARE * len(filled)
    wordy = sum(" " in cell.strip() for cell in column) >= WORDY_SHARE * len(filled)
    return Shape(strict if typed else None, len(filled) < len(kinds), wordy and not typed)


def strict_share(cells: Iterable[str]) -> float:
    """The share of filled cells whose kind is strict."""
    kinds = [name for name in map(kind, cells) if name != "empty"]
    return sum(name in STRICT for name in kinds) / len(kinds) if kinds else 0.0
