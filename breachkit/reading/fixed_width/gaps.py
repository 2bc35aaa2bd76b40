"""One blank between two columns of a text of fixed width, told from a blank within a value or a name.

In a few lines a blank that all share may be chance. It is the end of a column where a header's word begins behind it,
or where each side holds values of its own kind; it is none within a telephone, a date with its time, an IBAN.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from breachkit.reading.delimited.cell_kinds import kind
from breachkit.reading.header import names_columns

SHOWN = 60  # lines whose cells are looked at; a choice
MOST_PIECES = 8  # of one value: an IBAN in groups of four
MIN_DIGITS = 5  # of a number that is a value of its own: a postcode, a code, a telephone
# A value of such a kind is whole: two of them are two values.
WHOLE = frozenset({"date", "phone", "nir", "iban", "email", "url", "uuid", "ip"})
TEXTUAL = frozenset({"word", "code", "text"})
GROUPED = frozenset({"date", "phone", "nir", "iban"})  # may be written with blanks inside
LONG_NUMBER = re.compile(rf"\d{{{MIN_DIGITS},}}")


def header_of(lines: Sequence[str]) -> str:
    """The first line whose words, parted by two blanks or by one, name columns; "" where there is none."""
    for line in lines:
        words = re.split(r" {2,}", line.strip())
        if names_columns(words) or names_columns(line.split()):
            return line
    return ""


class NarrowGaps:
    """Judges the single blanks of one sample; `runs` are the blanks that the lines share: first, and what is behind."""

    def __init__(self, lines: Sequence[str], header: str, runs: Sequence[tuple[int, int]]) -> None:
        self._lines, self._header = lines[:SHOWN], header
        self._ends = {after: self._extents(at, runs) for at, (_, after) in enumerate(runs)}
        self._body = [line for line in self._lines if line.strip() != header.strip()]

    @staticmethod
    def _extents(at: int, runs: Sequence[tuple[int, int]]) -> list[int | None]:
        """Where the value behind a blank may end: at the following single blanks, up to a wide one."""
        ends: list[int | None] = []
        for first, after in runs[at + 1 : at + MOST_PIECES]:
            ends.append(first)
            if after - first > 1:
                return ends
        return [*ends, None]

    def header_begins(self, after: int) -> int:
        """How many blanks, up to two, stand before a word of the header that begins here; 0 where none does."""
        if after >= len(self._header) or self._header[after] == " " or self._header[after - 1] != " ":
            return 0
        return 2 if self._header[max(after - 2, 0) : after] == "  " else 1

    def within_value(self, begin: int, after: int) -> bool:
        """Whether a blank stands within one value that is written in groups, in all lines."""
        return any(self._kind(begin, end) in GROUPED for end in self._ends[after])

    def parts(self, begin: int, first: int, after: int) -> bool:
        """Whether the one blank at `first` ends the column that began at `begin`."""
        worded = self.header_begins(after)
        if worded == 2:
            return True
        left = self._kind(begin, first)
        rights = {found for end in self._ends[after] if (found := self._kind(after, end))}
        if left is None or not rights or (not worded and self.within_value(begin, after)):
            return False
        if worded and ({left} | rights) & (WHOLE | {"number", "long", "time"}):
            return True
        return any(_are_two(left, right) for right in rights)

    def _kind(self, begin: int, end: int | None) -> str | None:
        """The kind of all filled cells of a column, "long" for numbers of many digits; None where they differ."""
        found: set[str] = set()
        filled = 0
        for line in self._body:
            cell = line[begin:end].strip()
            name = kind(cell)
            if name == "empty":
                continue
            filled += 1
            if name == "number" and LONG_NUMBER.fullmatch(cell):
                name = "long"
            found.add("text" if name in TEXTUAL else name)
            if len(found) > 1 and not found <= {"long", "phone"}:
                return None
        if not found or 2 * filled < len(self._body):
            return None
        return found.pop() if len(found) == 1 else "long"


def _are_two(left: str, right: str) -> bool:
    """Whether values of these kinds beside each other are two values."""
    if {left, right} == {"date", "time"} or "other" in (left, right):
        return False
    if left == right:
        return left in WHOLE
    return bool({left, right} & (WHOLE | {"long"})) and {left, right} != {"long", "number"}
