"""Which table each physical line of a dump belongs to, and what it holds.

A line that holds several things counts once, for the strongest: a record, else a table's definition, else something
else, else nothing. Lines outside all tables belong to the table that was met last, and before the first to the first.
"""

from __future__ import annotations

import re

BLANK, OTHER, HEADER, RECORD = range(4)  # what a line may hold, the strongest last
BLANK_LINE = re.compile(rb"(?m)^[ \t\0\f\v]*\n")
BLANK_CHARACTERS = b" \t\0\f\v"

LineCounts = list[int]  # lines of one table: blank, other, header, record


def no_lines() -> LineCounts:
    """The counts of a table before its first line."""
    return [0, 0, 0, 0]


def inner_lines(gap: bytes) -> tuple[int, int]:
    """The blank and the other lines that lie wholly within a gap between two records."""
    inner = gap.split(b"\n")[1:-1]
    blank = sum(not line.strip(BLANK_CHARACTERS) for line in inner)
    return blank, len(inner) - blank


class LineBook:
    """Counts the lines of a dump while it is read from its beginning to its end."""

    def __init__(self) -> None:
        self.line = 1  # the physical line that is being read
        self.current: LineCounts | None = None  # the table that was met last
        self.before = no_lines()
        self._rank = BLANK
        self._owner: LineCounts | None = None
        self._begun = False

    def take(self, text: bytes, rank: int) -> None:
        """Goes past a text that holds one kind of thing; what is blank in it stays blank, except in a record."""
        breaks = text.count(b"\n")
        if not breaks:
            self._touch(text, rank)
            return
        first, last = text.index(b"\n"), text.rindex(b"\n") + 1
        self._touch(text[:first], rank)
        self._close()
        inner = breaks - 1
        blank = 0 if rank == RECORD else inner if rank == BLANK else len(BLANK_LINE.findall(text, first + 1, last))
        counts = self._counts(self.current)
        counts[BLANK] += blank
        counts[rank] += inner - blank
        self.line += inner
        self._touch(text[last:], rank)

    def take_records(self, last_line: int, blank: int, other: int) -> None:
        """Goes past records from the current line to `last_line`, with so many lines wholly between them."""
        self._touch(b"(", RECORD)
        inner = last_line - self.line - 1
        if inner < 0:
            return
        self._close()
        counts = self._counts(self.current)
        counts[BLANK] += blank
        counts[OTHER] += other
        counts[RECORD] += inner - blank - other
        self.line = last_line
        self._touch(b")", RECORD)

    def end(self) -> None:
        """The end of the file: a last line without line break is a line."""
        if self._begun:
            self._close()

    def _touch(self, piece: bytes, rank: int) -> None:
        if not piece:
            return
        self._begun = True
        if rank != RECORD and not piece.strip(BLANK_CHARACTERS):
            rank = BLANK
        if rank > self._rank:
            self._rank, self._owner = rank, self.current

    def _close(self) -> None:
        owner = self._owner if self._rank else self.current
        self._counts(owner)[self._rank] += 1
        self._rank, self._owner, self._begun = BLANK, None, False
        self.line += 1

    def _counts(self, owner: LineCounts | None) -> LineCounts:
        return self.before if owner is None else owner
