"""The reader of one delimited table: blocks of whole lines into its writer, every line in its ledger.

A block is cut by native code (`block_cutting`); what is left goes to `mend`. Positions are kept: `_record` numbers
records from 1 in the order of the file, `_line` is the physical line where a record begins.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import polars as pl

from breachkit.limits import Limits
from breachkit.reading.delimited.block_cutting import BLANK, HEADER, IRREGULAR, OTHER, PLAIN, QUOTED, TAKEN, Cutter
from breachkit.reading.delimited.cell_cleaning import clean_cells
from breachkit.reading.delimited.dialect import Dialect
from breachkit.reading.delimited.further_table import FurtherTables
from breachkit.reading.delimited.irregular_lines import Lines, Mended, is_record
from breachkit.reading.delimited.layout import COMMENT, is_footer, is_rule
from breachkit.reading.delimited.mend import MAX_JOINED_LINES, Mender
from breachkit.reading.delimited.quoted_lines import Joined, joined_records
from breachkit.reading.encodings.decode import DAMAGE_MARK, MIXED_MARK, SourceBytes
from breachkit.reading.table_writer import TableWriter
from breachkit.reading.text import Text

MARKS = {DAMAGE_MARK: "undecodable_byte", MIXED_MARK: "mixed_encoding"}


class DelimitedReader:
    """Reads the blocks of one table into its writer, and keeps its ledger."""

    def __init__(
        self,
        dialect: Dialect,
        writer: TableWriter,
        found: SourceBytes,
        *,
        before: int,
        limits: Limits,
        may_go_on: bool,
    ) -> None:
        self._found = found
        self._controls, self._deletes = bool(found.controls or found.nuls), False
        self.dialect, self.writer, self.ledger = dialect, writer, writer.ledger
        self.lines_read = before
        self._cutter = Cutter(dialect)
        self._mender = Mender(dialect, limits.cell_characters)
        self._further = FurtherTables(dialect) if may_go_on else None
        self._longest = limits.cell_characters
        self._above_left = dialect.lines_before_records
        self._pending = ""  # the end of a block that the next one may complete
        self._comments = any(COMMENT.match(line) for line in dialect.other_texts)

    def finish(self, text: Text) -> None:
        """Hands the table over."""
        self.writer.finish(self.dialect.header or (), replace(text.content, delimiter=self.dialect.delimiter))

    def read(self, block: str, *, last: bool) -> str | None:
        """Reads a block of whole lines; gives back the text from where another table begins, if one does."""
        block, self._pending = self._pending + block, ""
        block = self._above(block)
        if not block:
            return None
        self._deletes = "\x7f" in block
        frame = None
        if DAMAGE_MARK not in block and MIXED_MARK not in block and len(block) <= self._longest:
            frame = self._cutter.even(block)
        if frame is None:
            return self._careful(block, last=last)
        lines = len(frame)
        self.ledger.physical_lines += lines
        self.ledger.record_lines += lines
        first_record, first_line = self.ledger.records + 1, self.lines_read + 1
        self.lines_read += lines
        places = pl.int_range(0, lines, eager=True)
        frame = frame.with_columns((places + first_record).alias("_record"), (places + first_line).alias("_line"))
        self._load(frame, set())
        return None

    def _above(self, block: str) -> str:
        """The block without the lines that stand before the records, once these are counted."""
        one, ledger = self.dialect, self.ledger
        while self._above_left and block:
            line, _, block = block.partition("\n")
            number = one.lines_before_records - self._above_left + 1
            self._above_left -= 1
            self.lines_read += 1
            ledger.physical_lines += 1
            if one.header_line is not None and 0 <= number - one.header_line < one.header_rows:
                ledger.header_lines += 1
            elif line.strip(" \t\x00\ufeff"):
                ledger.other_lines += 1
            else:
                ledger.blank_lines += 1
        return block

    def _careful(self, block: str, *, last: bool) -> str | None:
        """A block line by line, in columns; what cannot be told before the next block comes is kept for it."""
        whole = pl.Series("text", [block.removesuffix("\n")]).str.split("\n").explode()
        raw, marked = self._unmarked(whole, block)
        text = self._cutter.bare(raw)
        kinds = self._cutter.kinds(text, raw).to_numpy(writable=True)
        if len(block) > self._longest:
            kinds[(text.str.len_chars() > self._longest).to_numpy()] = IRREGULAR
        stop, rest = self._next_table(text, kinds, last=last)
        joined = joined_records(self._cutter, text.head(stop), kinds[:stop], self._longest, ends=last or rest)
        held = stop if joined is None or joined.held is None else joined.held
        lines = Lines(text, kinds, self.lines_read + 1, held, last or rest, last and not block.endswith("\n"))
        mended, stop = self._mend(lines)
        self._store(text, kinds[:stop], joined.before(stop) if joined else None, mended, marked)
        self.lines_read += stop
        if stop < len(whole):
            left = whole.slice(stop).str.join("\n").item() + ("\n" if block.endswith("\n") else "")
            if rest:
                return str(left)
            self._pending = str(left)
        return None

    def _unmarked(self, lines: pl.Series, block: str) -> tuple[pl.Series, dict[str, np.ndarray]]:
        """The lines without marks of damage, and on which lines each mark stood, under the reason it is counted by."""
        marked: dict[str, np.ndarray] = {}
        for mark, reason in MARKS.items():
            if mark in block:
                marked[reason] = lines.str.contains(mark, literal=True).to_numpy().nonzero()[0]
                lines = lines.str.replace_all(mark, "", literal=True)
        return lines, marked

    def _next_table(self, text: pl.Series, kinds: np.ndarray, *, last: bool) -> tuple[int, bool]:
        """How many lines are this table's, and whether another begins after them.

        A header near the end of a block waits for the next one, with the line before it.
        """
        begins = self._further.find(text, kinds) if self._further else None
        if begins is None or (begins == 0 and self.ledger.physical_lines == 0):
            if last:
                return len(text), False
            # A blank line at the end may set the next table apart.
            filled = np.flatnonzero(kinds != BLANK)
            end = int(filled[-1]) + 1 if len(filled) else 0
            return (end if len(text) - end <= MAX_JOINED_LINES else len(text)), False
        if not last and len(text) - begins <= MAX_JOINED_LINES:
            return max(0, begins - 1), False
        return begins, True

    def _mend(self, lines: Lines) -> tuple[list[Mended], int]:
        """The records made of irregular lines, and how many lines are settled; `kinds` tells what became of each."""
        mended: list[Mended] = []
        free = 0
        for at in np.flatnonzero(lines.kinds[: lines.count] == IRREGULAR).tolist():
            if at < free:
                continue
            if self._holds_no_record(lines.at(at)):
                lines.kinds[at] = OTHER
                continue
            if self._may_go_on(lines, at):
                return mended, at
            one = self._mender.take(lines, at)
            free = at + one.lines
            if is_record(one):
                mended.append(one)
                lines.kinds[at:free] = TAKEN
            else:
                lines.kinds[at:free] = BLANK
        return mended, lines.count

    def _may_go_on(self, lines: Lines, at: int) -> bool:
        """Whether the next block may complete an irregular line near the end of this one; what is kept is bounded."""
        left = lines.count - at
        if lines.ends or left > MAX_JOINED_LINES or self._mender.is_whole(lines.at(at)):
            return False
        return sum(len(lines.at(place)) for place in range(at, lines.count)) <= self._longest

    def _holds_no_record(self, line: str) -> bool:
        """Whether a line that does not read draws a rule, tells totals, or is a comment as in the preamble."""
        if self.dialect.cells < 2 or len(line) > 1_000:
            return False
        return is_rule(line) or is_footer(line) or (self._comments and bool(COMMENT.match(line)))

    def _store(
        self,
        text: pl.Series,
        kinds: np.ndarray,
        joined: Joined | None,
        mended: Sequence[Mended],
        marked: dict[str, np.ndarray],
    ) -> None:
        """Keeps the records of settled lines in their order, and counts every line."""
        ledger, first = self.ledger, self.lines_read + 1
        frames = [frame for frame in self._frames(text, kinds, joined, mended, first) if len(frame)]
        rejected = [one for one in mended if one.cells is None]
        refused = np.array([one.line for one in rejected], dtype=np.int64)
        order = np.sort(np.concatenate([*(frame["_line"].to_numpy() for frame in frames), refused]))
        start = ledger.records + 1
        self._count(kinds, mended)
        if frames:
            loaded = pl.concat(frames).sort("_line") if len(frames) > 1 else frames[0]
            lines = loaded["_line"].to_numpy()
            records = pl.Series("_record", start + np.searchsorted(order, lines))
            counted = self._count_marks(loaded, marked, mended, first)
            self._load(loaded.drop("_lines").with_columns(records), counted)
        if rejected:
            told = {"reason": [one.rejected for one in rejected], "raw": [one.raw for one in rejected]}
            self.writer.reject(
                pl.DataFrame({"record": start + np.searchsorted(order, refused), "line": refused, **told})
            )

    def _frames(
        self, text: pl.Series, kinds: np.ndarray, joined: Joined | None, mended: Sequence[Mended], first: int
    ) -> list[pl.DataFrame]:
        """The loaded records by the way they were read: `_line`, `_lines` (how many) and cells."""
        cutter = self._cutter
        plain, quoted = np.flatnonzero(kinds == PLAIN), np.flatnonzero(kinds == QUOTED)
        frames = []
        if len(plain):
            frames.append(_placed(cutter.plain(text.gather(plain)), plain + first, 1))
        if len(quoted):
            frames.append(_placed(cutter.quoted(text.gather(quoted)), quoted + first, 1))
        if joined and len(joined.starts):
            frames.append(_placed(cutter.quoted(joined.text), joined.starts + first, joined.lines))
        kept = [one for one in mended if one.cells is not None]
        if kept:
            schema = {"_line": pl.Int64, "_lines": pl.Int64, **dict.fromkeys(cutter.names, pl.String)}
            rows = [(one.line, one.lines, *(one.cells or ())) for one in kept]
            frames.append(pl.DataFrame(rows, schema=schema, orient="row").select(*cutter.names, "_line", "_lines"))
        return frames

    def _count(self, kinds: np.ndarray, mended: Sequence[Mended]) -> None:
        ledger, count = self.ledger, np.bincount(kinds, minlength=TAKEN + 1)
        ledger.physical_lines += len(kinds)
        ledger.header_lines += int(count[HEADER])
        ledger.other_lines += int(count[OTHER])
        ledger.blank_lines += int(count[BLANK])
        ledger.record_lines += int(count[PLAIN] + count[QUOTED] + count[TAKEN])
        for one in mended:
            if one.repaired:
                ledger.repaired_by_reason[one.repaired] += 1

    def _count_marks(
        self, loaded: pl.DataFrame, marked: dict[str, np.ndarray], mended: Sequence[Mended], first: int
    ) -> set[int]:
        """Counts the records on whose lines a mark stood; the lines on which repaired records begin.

        One repaired in two ways counts under the first reason.
        """
        starts, lines = loaded["_line"].to_numpy(), loaded["_lines"].to_numpy()
        counted = {one.line for one in mended if one.repaired}
        for reason, places in marked.items():
            at = np.searchsorted(starts, places + first, side="right") - 1
            within = (at >= 0) & (places + first < starts[at] + lines[at])
            records = set(starts[at[within]].tolist()) - counted
            if records:
                self.ledger.repaired_by_reason[reason] += len(records)
            counted |= records
        return counted

    def _load(self, frame: pl.DataFrame, counted: set[int]) -> None:
        controls, mojibake = self._controls or self._deletes, self._found.maybe_mojibake
        frame = clean_cells(frame, self._cutter.names, self.writer, counted, controls=controls, mojibake=mojibake)
        self.writer.load(frame.select("_record", "_line", *self._cutter.names))


def _placed(frame: pl.DataFrame, lines: np.ndarray, count: int | np.ndarray) -> pl.DataFrame:
    """A frame of cells with the lines its records begin on, and how many lines each has."""
    many = pl.Series("_lines", np.broadcast_to(np.asarray(count, dtype=np.int64), lines.shape))
    return frame.with_columns(pl.Series("_line", lines.astype(np.int64)), many)
