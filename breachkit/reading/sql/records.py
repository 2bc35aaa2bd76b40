"""The records of INSERT statements: whole windows at once where they are regular, else tuple by tuple."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Literal

import numpy as np
import polars as pl

from breachkit.limits import Limits
from breachkit.reading.encodings.line_encodings import DAMAGE_MARK, MIXED_MARK
from breachkit.reading.sql.cells import columns
from breachkit.reading.sql.feed import Feed
from breachkit.reading.sql.kernel import Cut, cell_counts, cut_tuples
from breachkit.reading.sql.lines import OTHER, RECORD
from breachkit.reading.sql.literals import Literals
from breachkit.reading.sql.tables import Block, DumpTables
from breachkit.reading.sql.target import SINGLE, Target, string_mark
from breachkit.reading.sql.tokens import significant
from breachkit.reading.sql.tuples import LONGEST_EXPRESSION, Fault, TupleScan

SMALLEST_WINDOW, LARGEST_WINDOW = 1 << 13, 1 << 21  # bytes; larger ones leave the processor's caches
FEW_TUPLES = 4  # fewer are read one by one at less cost
LONGEST_PATIENCE = 512  # tuples read one by one before a window is tried again
GOOD_FOR_ONE_FAULT = 4
MARK_BYTES = (DAMAGE_MARK.encode(), MIXED_MARK.encode())

Next = Literal["tuple", "into", "end", "junk"]


class RecordReader:
    """Reads VALUES from the feed into the tables."""

    def __init__(self, feed: Feed, tables: DumpTables, literals: Literals, limits: Limits) -> None:
        self.feed, self.tables, self.literals, self.limits = feed, tables, literals, limits
        self.truncated = False  # the file ends within a record
        self._last: Target | None = None
        self._window = SMALLEST_WINDOW * 8
        self._patience = 0
        self._backoff = 1
        self._faults = 0  # damaged tuples lately, each weighed against good ones

    def values(self, target: Target) -> Next:
        """All tuples from here, where a bracket opens; "into" where another INTO follows (INSERT ALL)."""
        self._learn(target)
        if target.cells is None or not target.quote:
            self._settle(target)
        while True:
            done = False
            if self._patience:
                self._patience -= 1
            else:
                done = self._window_of(target)
            stands = False
            if not done:
                found = self._one(target)
                if found is None:
                    return "end"
                stands = found
            if not stands:
                found_next = self._gap(target)
                if found_next != "tuple":
                    return found_next
                self._learn(target)

    def _learn(self, target: Target) -> None:
        """Takes note of what stands between the last good tuple and this one."""
        trail = self.feed.trail
        if self._last is target and trail:
            target.gaps.learn(bytes(trail))

    def _good(self, target: Target) -> None:
        self._last, self.feed.trail = target, bytearray()
        self._faults = max(0, self._faults - 1)

    def _scan(self, target: Target) -> TupleScan:
        """How to read the next tuple: the more were damaged lately, the less far it is looked into."""
        longest = LONGEST_EXPRESSION >> min(self._faults // GOOD_FOR_ONE_FAULT, 9)
        return TupleScan(self.literals, self.limits.cell_characters, target.cells, longest)

    def _settle(self, target: Target) -> None:
        """How many values a tuple has, and which columns they fill, where the INSERT does not say."""
        self.feed.ensure(LARGEST_WINDOW // 8)
        window = self.feed.buffer[self.feed.pos : self.feed.pos + LARGEST_WINDOW // 8]
        target.quote = target.quote or string_mark(window)
        if target.cells is not None:
            return
        counts = cell_counts(window, target.quote or SINGLE, backslash=self.literals.dialect.backslash)
        if not target.settle(counts):
            scan = TupleScan(self.literals, self.limits.cell_characters)
            target.fill(max(1, len(self.feed.need(scan.scan).cells)))

    def _window_of(self, target: Target) -> bool:
        """Takes the regular tuples of a window; False where it begins with none."""
        feed = self.feed
        feed.ensure(self._window)
        window = feed.buffer[feed.pos : feed.pos + self._window]
        cut = cut_tuples(
            window, target.cells, target.quote or SINGLE, backslash=self.literals.dialect.backslash, gaps=target.gaps
        )
        if cut is None or cut.count < FEW_TUPLES:
            self._adapt(0, cut.reason if cut else "window")
            return False
        cells = columns(cut, self.literals, target.quote or SINGLE, self.limits.cell_characters)
        if not cells.sound:
            self._adapt(0, "tuple")
            return False
        used = int(cut.finishes[cells.sound - 1]) + 1
        marked = self.tables.marked and any(mark in window for mark in MARK_BYTES)
        lines, last, blank, other = self._lines(cut, cells.sound)
        self.tables.begin(target.table)
        block = Block(cells.frame, lines, used, marked=marked, controls=cells.controls)
        self.tables.load(target.table, target.layout, block)
        feed.book.take_records(last, blank, other)
        feed.pos += used
        self._good(target)
        self._adapt(used, cut.reason if cells.sound == cut.count else "tuple")
        return True

    def _adapt(self, used: int, reason: str) -> None:
        """Larger windows while all goes well; after bad ones, tuples one by one, so that no byte is cut often."""
        if reason == "window":
            self._window = min(LARGEST_WINDOW, 2 * self._window)
        elif used:
            self._window = max(SMALLEST_WINDOW, min(LARGEST_WINDOW, 2 * used))
        if used:
            self._backoff = 1
            self._patience = int(reason == "tuple")
        else:
            self._patience, self._backoff = self._backoff, min(LONGEST_PATIENCE, 2 * self._backoff)

    def _lines(self, cut: Cut, sound: int) -> tuple[pl.Series, int, int, int]:
        """Where each tuple begins and the last one ends, and the blank and other lines between them."""
        array = np.frombuffer(cut.window, dtype=np.uint8)
        breaks = np.flatnonzero(array == 0x0A)
        first = self.feed.book.line
        lines = first + np.searchsorted(breaks, cut.begins[:sound])
        last = first + int(np.searchsorted(breaks, cut.finishes[sound - 1]))
        times = np.bincount(cut.between[: sound - 1], minlength=len(cut.gaps))
        within = list(cut.gaps.values())
        blank = sum(int(count) * lines[0] for count, lines in zip(times, within, strict=True))
        other = sum(int(count) * lines[1] for count, lines in zip(times, within, strict=True))
        return pl.Series(lines, dtype=pl.Int64), last, blank, other

    def _one(self, target: Target) -> bool | None:
        """Reads one tuple with care. Whether another stands behind it without a gap; None at the statement's end."""
        feed, scan = self.feed, self._scan(target)
        found = feed.need(scan.scan)
        length, line = found.end - feed.pos, feed.book.line
        if not found.closed and self._other_escapes(target):
            found = feed.need(scan.scan)
            length = found.end - feed.pos
        if not found.closed:
            return self._damaged(target, scan, found.fault or "invalid_sql")
        wrong = found.fault or _wrong_count(len(found.cells), target.cells or 0)
        raw = feed.buffer[feed.pos : found.end]
        self.tables.begin(target.table)
        if wrong:
            self._reject(target, line, wrong, raw)
        else:
            self.tables.add(target.table, target.layout, found.cells, line=line)
        feed.take(length, RECORD)
        if not wrong:
            self._good(target)
        return False

    def _other_escapes(self, target: Target) -> bool:
        """Whether a tuple of an unknown dialect is sound where backslashes escape, or do not: from here, so they do."""
        dialect = self.literals.dialect
        if dialect.name != "other":
            return False
        other = replace(dialect, backslash=not dialect.backslash)
        scan = TupleScan(Literals(other), self.limits.cell_characters, target.cells)
        found = self.feed.need(scan.scan)
        if found.fault or len(found.cells) != target.cells:
            return False
        self.literals.become(other)
        return True

    def _damaged(self, target: Target, scan: TupleScan, fault: Fault) -> bool | None:
        """Goes past a tuple whose end is not known: to where another one, or another statement, clearly begins."""
        feed, line, truncated = self.feed, self.feed.book.line, fault == "truncated_record"
        self._faults += GOOD_FOR_ONE_FAULT
        resumed = feed.need(lambda text, at, ended: scan.resume(text, at, ended, strict=truncated))
        self.tables.begin(target.table)
        end, stands = resumed or (len(feed.buffer), False)
        raw = feed.buffer[feed.pos : end]
        mended = scan.mended(raw)
        if mended is not None:
            self.tables.add(target.table, target.layout, mended, line=line, repair="stray_quote")
        elif truncated and resumed is None and feed.ended:
            self.truncated = True
            self._reject(target, line, "truncated_record", raw)
        else:
            self._reject(target, line, "invalid_sql" if truncated else fault, raw)
        feed.take(end - feed.pos, RECORD)
        return True if stands else None

    def _reject(self, target: Target, line: int, reason: str, raw: bytes) -> None:
        """Keeps what cannot be read; of a text beyond all limits, the beginning."""
        text = raw[: 4 * self.limits.cell_characters].decode("utf-8", "replace")[: self.limits.cell_characters]
        self.tables.reject(target.table, line=line, reason=reason, raw=text)

    def _gap(self, target: Target) -> Next:
        """Goes past what stands between two tuples; tells what comes next."""
        feed = self.feed
        scan = self._scan(target)
        kind, end = feed.need(lambda text, at, ended: self._next(text, at, ended, scan))
        if kind != "junk":
            feed.take(end - feed.pos, OTHER)
            return kind
        line = feed.book.line
        resumed = feed.need(lambda text, at, ended: scan.resume(text, at - 1, ended, strict=True))
        stop, stands = resumed or (len(feed.buffer), False)
        raw = feed.buffer[feed.pos : stop]
        if holds_values(raw):
            self._reject(target, line, "invalid_sql", raw)
            feed.take(len(raw), RECORD)
        else:
            feed.take(len(raw), OTHER)
            feed.trail = None
        return "tuple" if stands else "end"

    def _next(self, text: bytes, start: int, ended: bool, scan: TupleScan) -> tuple[Next, int]:
        """What comes behind a tuple, and where: the bracket of the next one, or the end of the statement."""
        commas = 0
        for kind, at, end in self._tokens(text, start, ended):
            word = text[at:end].lower()
            if word == b"," and not commas:
                commas += 1
            elif word == b"(" and (commas or scan.plausible(text, at, ended, strict=True)):
                return "tuple", at
            elif word == b"row" and commas:
                continue
            elif word == b"into" and not commas:
                return "into", at
            elif word == b";" or (kind == "word" and word in FOLLOWING) or text.startswith(b"*/", at):
                return "end", at  # a comment that a server runs ends behind its INSERT
            else:
                return "junk", at
        return "end", len(text)

    def _tokens(self, text: bytes, start: int, ended: bool) -> Iterator[tuple[str, int, int]]:
        return significant(text, start, ended, self.literals.dialect)


# Words that may follow the last tuple: what ends the statement, and the verbs of the next where no semicolon stands.
FOLLOWING = frozenset(
    b"on returning as select insert replace go set union create alter drop commit end update delete truncate copy use "
    b"print exec begin declare if grant lock unlock rem prompt delimiter pragma analyze merge upsert comment".split()
)


def _wrong_count(found: int, wanted: int) -> str:
    return "too_few_cells" if found < wanted else "too_many_cells" if found > wanted else ""


def holds_values(raw: bytes) -> bool:
    """Whether junk between two tuples may be a record that lost its bracket."""
    text = raw.strip(b" \t\n,;")
    return b"'" in text or b")" in text or b"," in text
