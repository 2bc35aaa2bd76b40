"""Lines that do not read at first sight among those that do, and the records that are made of them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import polars as pl

from breachkit.reading.delimited.block_cutting import BLANK, IRREGULAR
from breachkit.reading.delimited.grammar import Cells


@dataclass(frozen=True)
class Mended:
    """One record made of irregular lines: its cells, or its raw text and the reason of its rejection."""

    line: int
    lines: int
    cells: Cells | None
    repaired: str | None = None
    rejected: str | None = None
    raw: str = ""


@dataclass(frozen=True)
class Lines:
    """The lines of a block without layout, and the kind of each; only the first `count` are looked at.

    `first` is the file's number of line 0; `ends` tells that the table ends with them, `cut_short` that the text ends
    within the last one.
    """

    text: pl.Series
    kinds: np.ndarray
    first: int
    count: int
    ends: bool
    cut_short: bool

    @cached_property
    def _all(self) -> list[str]:
        return self.text.to_list()

    def at(self, place: int) -> str:
        """One line."""
        return self._all[place]

    def is_regular(self, place: int) -> bool:
        """Whether a line reads at sight."""
        return bool(self.kinds[place] not in (IRREGULAR, BLANK))


def is_record(one: Mended) -> bool:
    """A blank line alone is no record; empty cells between delimiters are one, as on a line that reads at sight."""
    if one.cells is None:
        return bool(one.raw.strip())
    return len(one.cells) > 1 or bool((one.cells[0] or "").strip())
