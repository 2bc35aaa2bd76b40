"""Where the values of INSERT statements go: a table, and which of its columns a tuple fills."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from breachkit.reading.sql.kernel import Array, Gaps
from breachkit.reading.sql.table import DumpTable

SINGLE, DOUBLE = 0x27, 0x22
AGREEING_TUPLES = 5  # so many, all of the same width, are believed before a definition that says otherwise; a choice


@dataclass
class Target:
    """Where the values of INSERT statements go: a table, and the columns that they fill in their order.

    `cells` is None while it is not known how many values a tuple has.
    """

    table: DumpTable
    layout: tuple[int, ...] = ()
    cells: int | None = None
    gaps: Gaps = field(default_factory=Gaps)
    quote: int = 0  # the mark around strings, once one was seen

    def settle(self, counts: Array) -> bool:
        """Finds out which columns tuples fill that name none, from the widths of the first; False where nothing tells.

        It is the definition, unless every tuple contradicts it: then no value's name is known.
        """
        table = self.table
        widths, times = np.unique(counts, return_counts=True)
        usual = int(widths[np.argmax(times)]) if len(widths) else 0
        if table.order:
            computed = len(table.stored) < len(table.order) and usual in (len(table.stored), 0)
            sure = len(widths) == 1 and len(counts) >= AGREEING_TUPLES and usual != len(table.order)
            if computed or not sure:
                self.layout = table.stored if computed else table.order
                self.cells = len(self.layout)
                return True
            table.columns = [""] * max(len(table.columns), usual)
            table.order, table.generated = (), frozenset()
        usual = usual or table.width
        if usual:
            self.fill(usual)
        return bool(usual)

    def fill(self, width: int) -> None:
        """Tuples fill the first columns of the table, as many as they have values."""
        self.table.width = max(self.table.width, width)
        self.layout, self.cells = tuple(range(width)), width


def string_mark(window: bytes) -> int:
    """The mark around strings: the first of the first tuple that is not within the other; 0 where there is none."""
    end = window.find(b")")
    single, double = window.find(b"'", 0, end), window.find(b'"', 0, end)
    if single < 0 and double < 0:
        return 0
    return DOUBLE if double >= 0 and (single < 0 or double < single) else SINGLE
