"""Which table each physical line of a JSON text belongs to: every line is counted once, wherever pieces are cut."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from breachkit.reading.ledger import Ledger

BLANK, OTHER, NAMES, RECORD = range(4)
FIELDS = ("blank_lines", "other_lines", "header_lines", "record_lines")
NOBODY = -1


class LineAccount:
    """Counts lines while pieces of the text go by.

    A line belongs to the table of the first record on it; a line without a record to the table of the record before
    it, or to the first table where there is none.
    """

    def __init__(self) -> None:
        self.number = 1  # of the line on which the next piece begins
        self._kind, self._owner, self._begun = BLANK, NOBODY, False
        self._before = NOBODY
        self._counts: dict[int, np.ndarray] = {}

    def take(
        self,
        size: int,
        breaks: np.ndarray,
        marks: np.ndarray,
        spans: Sequence[tuple[np.ndarray, np.ndarray, np.ndarray, int]],
    ) -> None:
        """The next `size` bytes: the places of their line ends and of what is not blank, and the spans of records.

        A span is its first bytes, the bytes after its last, its owners and its kind, all in order.
        """
        breaks = breaks[: np.searchsorted(breaks, size)]
        lines = len(breaks) + 1
        kind = np.zeros(lines, dtype=np.int64)
        marks = marks[: np.searchsorted(marks, size)]
        before = np.concatenate(([0], np.searchsorted(marks, breaks), [len(marks)]))
        kind[np.diff(before) > 0] = OTHER
        owner = np.full(lines, NOBODY, dtype=np.int64)
        if self._kind in (NAMES, RECORD):
            owner[0] = self._owner
        kind[0] = max(int(kind[0]), self._kind)
        for start, end, owners, what in spans:
            self._cover(kind, owner, np.searchsorted(breaks, start), np.searchsorted(breaks, end - 1), owners, what)
        known = np.maximum.accumulate(np.where(owner >= 0, np.arange(lines), -1))
        owner = np.where(known >= 0, owner[np.maximum(known, 0)], self._before)
        self._add(kind[:-1], owner[:-1])
        self._kind, self._owner, self._before = int(kind[-1]), int(owner[-1]), int(owner[-1])
        self._begun = size > int(breaks[-1]) + 1 if len(breaks) else self._begun or size > 0
        self.number += lines - 1

    @staticmethod
    def _cover(
        kind: np.ndarray, owner: np.ndarray, first: np.ndarray, last: np.ndarray, owners: np.ndarray, what: int
    ) -> None:
        if not len(first):
            return
        edges = np.zeros(len(kind) + 1, dtype=np.int64)
        np.add.at(edges, first, 1)
        np.add.at(edges, last + 1, -1)
        covered = np.flatnonzero(np.cumsum(edges[:-1]) > 0)
        mine = covered[(kind[covered] < what) & ~((owner[covered] >= 0) & (kind[covered] == RECORD))]
        owner[mine] = owners[np.searchsorted(last, mine)]
        kind[covered] = np.maximum(kind[covered], what)

    def _add(self, kind: np.ndarray, owner: np.ndarray) -> None:
        for one in np.unique(owner):
            counts = self._counts.setdefault(int(one), np.zeros(len(FIELDS), dtype=np.int64))
            counts += np.bincount(kind[owner == one], minlength=len(FIELDS))

    def settle(self, ledgers: dict[int, Ledger], first: int) -> None:
        """Writes the counts into the ledgers; those of nobody go to the first."""
        if self._begun:
            self._add(np.array([self._kind]), np.array([self._owner]))
        for one, counts in self._counts.items():
            ledger = ledgers[one if one in ledgers else first]
            ledger.physical_lines += int(counts.sum())
            for name, count in zip(FIELDS, counts, strict=True):
                setattr(ledger, name, getattr(ledger, name) + int(count))
