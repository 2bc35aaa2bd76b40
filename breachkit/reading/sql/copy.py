"""Records of COPY … FROM stdin: lines of cells between tabs, with backslash escapes, up to a line `\\.`.

The CSV format, which no dump program writes but a script may, goes record by record; an empty cell of it is "".
Source: PostgreSQL's manual, COPY, “Text Format” and “CSV Format”.
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass

import numpy as np
import polars as pl

from breachkit.limits import Limits
from breachkit.reading.encodings.line_encodings import DAMAGE_MARK, MIXED_MARK
from breachkit.reading.sql.cells import Fix, fixed_frame, flat_series, hold_controls
from breachkit.reading.sql.feed import Feed
from breachkit.reading.sql.insert import scan_columns, scan_name
from breachkit.reading.sql.kernel import Array
from breachkit.reading.sql.lines import BLANK, OTHER, RECORD
from breachkit.reading.sql.spelling import copy_text, postgres_text
from breachkit.reading.sql.table import DumpTable
from breachkit.reading.sql.tables import Block, DumpTables
from breachkit.reading.sql.tokens import Dialect, significant

WINDOW_BYTES = 1 << 21
FROM_STDIN = re.compile(rb"(?is)\bFROM\s+STDIN\b(.*)")
OPTION = re.compile(rb"(?is)\b(DELIMITERS?|NULL)\s*(?:AS\s+)?(E?'(?:[^'\\]|\\.|'')*')")
# A line that is no record of two cells or more, where the line that ends the records is missing.
LOST_END = re.compile(
    rb"COPY \S+ .*FROM stdin;|-- (?:Name|Data for Name|TOC entry|PostgreSQL database dump|Completed on)\b"
)
SIMPLE = {"\\\\": "\\", "\\b": "\b", "\\f": "\f", "\\n": "\n", "\\r": "\r", "\\t": "\t", "\\v": "\v"}
MARK_BYTES = (DAMAGE_MARK.encode(), MIXED_MARK.encode())
BREAK, BACKSLASH = 0x0A, 0x5C


@dataclass(frozen=True)
class Copy:
    """The head of a COPY: the table, the columns it names, and how its lines are written."""

    name: tuple[str, ...]
    columns: tuple[str, ...] | None
    delimiter: str = "\t"
    null: str = "\\N"
    csv: bool = False
    header: bool = False


def copy_head(statement: bytes, dialect: Dialect) -> Copy | None:
    """What a COPY statement says; None where it takes no lines of the dump, or none that we can cut."""
    found = FROM_STDIN.search(statement)
    tokens = significant(statement, 0, True, dialect)
    next(tokens, None)
    name, token = scan_name(statement, next(tokens, None), tokens)
    if not found or not name or token is None:
        return None
    columns = scan_columns(statement, tokens) if statement[token[1]] == ord("(") else None
    options = {
        key.upper()[:4]: postgres_text(value.lstrip(b"eE")[1:-1].decode("utf-8", "replace"))
        for key, value in OPTION.findall(found[1])
    }
    rest = OPTION.sub(b"", found[1]).upper()
    delimiter = options.get(b"DELI", "," if b"CSV" in rest else "\t")
    if len(delimiter.encode()) != 1 or b"BINARY" in rest:
        return None
    null = options.get(b"NULL", "" if b"CSV" in rest else "\\N")
    return Copy(name, columns, delimiter, null, b"CSV" in rest, b"CSV" in rest and b"HEADER" in rest)


class CopyReader:
    """Reads the lines of COPY from the feed into the tables."""

    def __init__(self, feed: Feed, tables: DumpTables, limits: Limits) -> None:
        self.feed, self.tables, self.limits = feed, tables, limits
        self.truncated = False  # the file ends before the line that ends the records

    def has_lines(self, offset: int) -> bool:
        """Whether a record stands on the line behind the statement that ends `offset` bytes ahead."""
        self.feed.ensure(offset + 4096)
        line = self.feed.buffer.find(b"\n", self.feed.pos + offset) + 1
        return 0 < line < len(self.feed.buffer) and not self.feed.buffer.startswith(b"\\.", line)

    def read(self, table: DumpTable, copy: Copy) -> None:
        """All lines up to the one that ends them."""
        layout = table.positions(copy.columns) if copy.columns is not None else None
        ended = False
        header = copy.header
        while not ended:
            block, ended = self._block()
            if not block:
                break
            self.tables.begin(table)
            if layout is None:
                layout = _layout(table, block, copy)
            if header:
                self.feed.take(block.find(b"\n") + 1, OTHER)
                block, header = block[block.find(b"\n") + 1 :], False
            if copy.csv:
                block = block if ended or self._last(block) else _whole_records(block)
                self._csv(table, layout, block, copy)
            elif not self._lines(table, layout, block, copy):
                return
        if ended:
            end = self.feed.buffer.find(b"\n", self.feed.pos)
            self.feed.take((end + 1 if end >= 0 else len(self.feed.buffer)) - self.feed.pos, OTHER)
        else:
            self.truncated = True

    def _block(self) -> tuple[bytes, bool]:
        """Whole lines of records, and whether their end is behind them; only the last of the file may not be whole."""
        feed, size = self.feed, WINDOW_BYTES
        while True:
            feed.ensure(size)
            block = feed.buffer[feed.pos : feed.pos + size]
            last = feed.ended and feed.left <= size
            if block.startswith(b"\\.\n") or (last and block == b"\\."):
                return b"", True
            stop = block.find(b"\n\\.\n") + 1
            if not stop and last and block.endswith(b"\n\\."):
                stop = len(block) - 2
            if stop:
                return block[:stop], True
            whole = block.rfind(b"\n") + 1
            if whole or last or size > 8 * self.limits.cell_characters + WINDOW_BYTES:
                return block[:whole] or block, False
            size *= 2

    def _lines(self, table: DumpTable, layout: tuple[int, ...], block: bytes, copy: Copy) -> bool:
        """The records of a block; False where a line shows that the end of the records is missing."""
        array = np.frombuffer(block, dtype=np.uint8)
        bounds = np.flatnonzero((array == ord(copy.delimiter)) | (array == BREAK))
        breaks = np.flatnonzero(array[bounds] == BREAK)
        if not block.endswith(b"\n"):
            bounds, breaks = np.append(bounds, len(block)), np.append(breaks, len(bounds))
        ends = bounds[breaks]
        starts = np.concatenate([[0], ends[:-1] + 1])
        cells = np.diff(breaks, prepend=-1)
        blank = (ends == starts) & (len(layout) > 1)
        odd = ((cells != len(layout)) | (ends - starts > self.limits.cell_characters)) & ~blank
        for line in np.flatnonzero(odd) if len(layout) > 1 else ():
            if LOST_END.match(block, starts[line], ends[line]):
                kept = int(starts[line])
                return bool(not kept or self._lines(table, layout, block[:kept], copy)) and False
        cut = not block.endswith(b"\n") and not odd[-1]
        wanted = ~odd & ~blank
        number = self.tables.number(table, int((~blank).sum()))
        records = number + np.cumsum(~blank) - 1
        first = self.feed.book.line
        if cut:
            table.repaired["truncated_record"] += 1
        if wanted.any():
            frame, controls = self._frame(block, array, bounds, breaks, starts, wanted, len(layout), copy)
            lines = pl.Series(first + np.flatnonzero(wanted), dtype=pl.Int64)
            numbers = pl.Series(records[wanted], dtype=pl.Int64)
            marked = self.tables.marked and any(mark in block for mark in MARK_BYTES)
            self.tables.load(table, layout, Block(frame, lines, len(block), numbers, marked=marked, controls=controls))
        for line in np.flatnonzero(odd):
            raw = block[starts[line] : ends[line]].decode("utf-8", "replace")[: self.limits.cell_characters]
            partial = line == len(odd) - 1 and not block.endswith(b"\n")
            reason = self._reason(int(cells[line]), len(layout), partial=partial)
            self.tables.reject(table, line=first + int(line), reason=reason, raw=raw, record=int(records[line]))
        self._take(block, starts, blank)
        return True

    def _reason(self, found: int, wanted: int, *, partial: bool) -> str:
        if partial and self.feed.ended and found < wanted:
            return "truncated_record"
        return "too_few_cells" if found < wanted else "too_many_cells" if found > wanted else "cell_too_long"

    def _take(self, block: bytes, starts: Array, blank: Array) -> None:
        """Goes past the lines of a block, the blank ones as such."""
        at = 0
        for start in starts[blank]:
            self.feed.take(int(start) - at, RECORD)
            self.feed.take(1, BLANK)
            at = int(start) + 1
        self.feed.take(len(block) - at, RECORD)

    def _frame(
        self, block: bytes, array: Array, bounds: Array, breaks: Array, starts: Array, wanted: Array, cells: int,
        copy: Copy,
    ) -> tuple[pl.DataFrame, bool]:  # fmt: skip
        """The columns of the wanted lines, and whether an escape in them stands for a control character."""
        last = breaks[wanted]
        to = bounds[last[:, None] + np.arange(1 - cells, 1)]
        begin = np.concatenate([starts[wanted][:, None], to[:, :-1] + 1], axis=1).ravel()
        to = to.ravel()
        null = to - begin == len(copy.null)
        for offset, byte in enumerate(copy.null.encode()):
            at = np.flatnonzero(null)
            null[at] = array[begin[at] + offset] == byte
        flat = flat_series(block, begin, to, null)
        fix = _unescaped(flat, array, begin, null)
        return fixed_frame(flat, [fix], cells, len(last)), hold_controls(fix.values)

    def _last(self, block: bytes) -> bool:
        return self.feed.ended and self.feed.left == len(block)

    def _csv(self, table: DumpTable, layout: tuple[int, ...], block: bytes, copy: Copy) -> None:
        """The records of a block in the CSV format."""
        lines = block.decode("utf-8", "replace").splitlines(keepends=True)
        reader = csv.reader(lines, delimiter=copy.delimiter)
        done, first = 0, self.feed.book.line
        for row in reader:
            text = "".join(lines[done : reader.line_num])
            line = first + done
            done = reader.line_num
            if not text.strip():
                continue
            if len(row) == len(layout):
                self.tables.add(table, layout, list(row), line=line)
            else:
                reason = "too_few_cells" if len(row) < len(layout) else "too_many_cells"
                self.tables.reject(table, line=line, reason=reason, raw=text.removesuffix("\n"))
        self.feed.take(len(block), RECORD)


def _whole_records(block: bytes) -> bytes:
    """A block of CSV without the last record where that is not whole: a quote is open at its end."""
    stop = len(block)
    while stop and block.count(b'"', 0, stop) % 2:
        stop = block.rfind(b"\n", 0, stop - 1) + 1
    return block[:stop] or block


def _layout(table: DumpTable, block: bytes, copy: Copy) -> tuple[int, ...]:
    """The columns that a COPY without a list fills: those of the definition, else as many as most lines have."""
    stored = table.stored
    if not stored:
        marks = [line.count(copy.delimiter.encode()) + 1 for line in block.splitlines()[:1000]]
        table.width = max(table.width, max(set(marks), key=marks.count))
        stored = tuple(range(table.width))
    return stored


def _unescaped(flat: pl.Series, array: Array, begin: Array, null: Array) -> Fix:
    """Cells with backslashes in them: letters at once, bytes written as numbers one by one."""
    places = np.flatnonzero(array == BACKSLASH)
    at = np.unique(np.searchsorted(begin, places, side="right") - 1) if len(begin) else places
    at = at[(at >= 0) & ~null[at]] if len(at) else at
    text = flat.gather(2 * at)
    bytewise = text.str.contains(r"(?:^|[^\\])(?:\\\\)*\\[^\\bfnrtv]").fill_null(False)
    values = text.str.replace_many(list(SIMPLE), list(SIMPLE.values()), leftmost=True)
    if bytewise.any():
        values = pl.Series(
            "cell",
            [copy_text(cell) if odd else value for cell, odd, value in zip(text, bytewise, values, strict=True)],
            dtype=pl.String,
        )
    return Fix(at, values, at[:0])
