"""Records whose quoted cells hold line breaks, joined for a whole block at once where all of them read well.

Whether a line begins within a quoted cell is told by the quotes before it: it does where they are odd in number. One
quote that went astray turns this over for the lines that follow, so the whole block must come out well-formed;
otherwise `mend` looks at each place.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from breachkit.reading.delimited.block_cutting import TAKEN, Cutter
from breachkit.reading.delimited.mend import MAX_JOINED_LINES


@dataclass(frozen=True)
class Joined:
    """Records of several lines: where each begins in the block, how many lines it takes, and its text.

    `held` is where a record begins that the block does not end.
    """

    starts: np.ndarray
    lines: np.ndarray
    text: pl.Series
    held: int | None = None

    def before(self, stop: int) -> Joined:
        """Those that begin before a line."""
        kept = self.starts < stop
        return Joined(self.starts[kept], self.lines[kept], self.text.filter(pl.Series(kept)))


def joined_records(cutter: Cutter, text: pl.Series, kinds: np.ndarray, longest: int, *, ends: bool) -> Joined | None:
    """The records of several lines of a block, their lines marked TAKEN in `kinds`; None where not all read well."""
    quote = cutter.dialect.quote
    if not cutter.joins_quoted or not quote or not len(text):
        return None
    odd = np.flatnonzero(text.str.count_matches(quote, literal=True).to_numpy() % 2)
    if not len(odd):
        return None
    held = None
    if len(odd) % 2:
        held, odd = int(odd[-1]), odd[:-1]
        if ends or len(text) - held > MAX_JOINED_LINES:
            return None
    starts, ends_at = odd[0::2], odd[1::2]
    lines = ends_at - starts + 1
    if len(lines) and lines.max() > MAX_JOINED_LINES:
        return None
    places = np.repeat(starts, lines) + np.arange(lines.sum()) - np.repeat(np.cumsum(lines) - lines, lines)
    frame = pl.DataFrame({"of": np.repeat(np.arange(len(lines)), lines), "text": text.gather(places)})
    joined = frame.group_by("of", maintain_order=True).agg(pl.col("text").str.join("\n"))["text"]
    if (joined.str.len_chars() > longest).any():
        return None
    if not cutter.all_well_formed(joined) or _may_be_stray(cutter, text, starts, ends_at):
        return None
    kinds[places] = TAKEN
    return Joined(starts, lines, joined, held)


def _may_be_stray(cutter: Cutter, text: pl.Series, starts: np.ndarray, ends: np.ndarray) -> bool:
    """Whether the first and last line of some record of three lines or more have as many pieces as a record."""
    longer = ends - starts >= 2
    first, last = cutter.even_lines(text.gather(starts[longer])), cutter.even_lines(text.gather(ends[longer]))
    return bool((first & last).any())
