"""The account of the physical lines of an XML text: each line belongs to one table, and is counted once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from breachkit.reading.ledger import Ledger

NOBODY = -1
FIELDS = ("record_lines", "blank_lines", "other_lines")
RECORD, BLANK, OTHER = range(3)


class LineSpans:
    """Counts lines as records pass by.

    A line belongs to the first record that stands on it; one without a record to the record before it, or to the
    first table where there is none.
    """

    def __init__(self) -> None:
        self.next = 1  # the first line that is not counted
        self._owner = NOBODY
        self._blank: list[bool] = []  # of the lines read from `_first` on
        self._first = 1
        self._begun = False  # the last of them may go on
        self._counts: Counter[tuple[int, int]] = Counter()

    def read(self, block: bytes) -> None:
        """The next bytes of the text."""
        flags = [not line.strip() for line in block.split(b"\n")]
        if self._begun:
            flags[0] = flags[0] and self._blank.pop()
        self._begun = not block.endswith(b"\n")
        self._blank += flags if self._begun else flags[:-1]

    def record(self, first: int, last: int, owner: int) -> None:
        """A record that stands on the lines from `first` to `last`."""
        self._between(first)
        self._owner = owner
        if last >= self.next:
            self._counts[owner, RECORD] += last + 1 - self.next
            self.next = last + 1

    def _between(self, first: int) -> None:
        if first <= self.next:
            return
        flags = self._blank[self.next - self._first : first - self._first]
        blank = sum(flags)
        self._counts[self._owner, BLANK] += blank
        self._counts[self._owner, OTHER] += len(flags) - blank
        self.next = first

    def forget(self) -> None:
        """Lets go of the flags of lines that are counted."""
        counted = min(self.next - self._first, len(self._blank) - 1)
        if counted > 0:
            del self._blank[:counted]
            self._first += counted

    def settle(self, ledgers: Mapping[int, Ledger], first: int) -> None:
        """Writes the counts into the ledgers; those of nobody, and of tables that are no more, go to the first."""
        self._between(self._first + len(self._blank))
        for (owner, what), count in self._counts.items():
            ledger = ledgers[owner if owner in ledgers else first]
            ledger.physical_lines += count
            setattr(ledger, FIELDS[what], getattr(ledger, FIELDS[what]) + count)
