"""INSERT statements, sound and damaged: which table and columns their values go to."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np

from breachkit.limits import Limits
from breachkit.reading.sql.context import Context
from breachkit.reading.sql.feed import Feed, NeedMoreError
from breachkit.reading.sql.insert import QUERY, Insert, scan_insert
from breachkit.reading.sql.lines import OTHER, RECORD
from breachkit.reading.sql.records import RecordReader, holds_values
from breachkit.reading.sql.select import Row, scan_select, scan_set
from breachkit.reading.sql.table import DumpTable
from breachkit.reading.sql.tables import DumpTables
from breachkit.reading.sql.target import Target
from breachkit.reading.sql.tokens import significant
from breachkit.reading.sql.tuples import TupleScan

LONGEST_HEAD = 4096
MOST_HEADS = 1000
HEAD = re.compile(rb"(?i)[^;']{0,4096}?\bVALUES?\s*\(")
NAMELESS = ("",)
# What may stand between the last record of an INSERT and its end.
CLAUSES = frozenset({b"on", b"returning", b"as", b"where", b"order", b"limit", b"select", b"log", b"from"})


class InsertReader:
    """Reads INSERT statements from the feed into the tables."""

    def __init__(self, feed: Feed, tables: DumpTables, context: Context, limits: Limits) -> None:
        self.feed, self.tables, self.context, self.limits = feed, tables, context, limits
        self.records = RecordReader(feed, tables, context.literals, limits)
        self.met: DumpTable | None = None  # the table of the last statement about one
        self.open: Target | None = None  # where the values of the last INSERT went, until another statement comes
        self._heads: dict[bytes, Insert] = {}  # with `end` from the statement's beginning
        self._targets: dict[tuple[int, tuple[str, ...] | None, tuple[int, ...]], Target] = {}

    def statement(self) -> None:
        """An INSERT from its verb to its end, or the several INTO of an INSERT ALL."""
        while self._insert():
            pass

    def table(self, name: tuple[str, ...]) -> DumpTable:
        """The table that a name points to from here."""
        return self.tables.find(self.context.place(name))

    def begin(self, table: DumpTable) -> None:
        """A statement about a table begins."""
        self.met = table
        self.tables.begin(table)

    def orphans(self) -> bool:
        """Tuples whose INSERT is missing or damaged; False where what stands here is none.

        They belong to the last INSERT where it stands before them and they are as wide, else to a table without name.
        """
        feed = self.feed
        if QUERY.match(feed.buffer, feed.pos):
            return False
        first = feed.need(TupleScan(self.context.literals, self.limits.cell_characters).scan)
        if first.fault or len(first.cells) < 2:
            return False
        if self.open is None or self.open.cells != len(first.cells):
            self.open = self._target(self.table(NAMELESS), None)
        self.begin(self.open.table)
        self.records.values(self.open)
        self._tail()
        return True

    def torn(self, length: int) -> bool:
        """The rest of a tuple of the last INSERT, rejected as one record; False where no INSERT stands before it."""
        if self.open is None:
            return False
        self._refuse(self.open.table, length)
        return True

    def lost(self) -> None:
        """A statement that seems to hold values, but cannot be read: rejected as one record."""
        feed = self.feed
        self._refuse(self.met or self.table(NAMELESS), feed.need(self.context.end) - feed.pos)

    def _refuse(self, table: DumpTable, length: int) -> None:
        line = self.feed.book.line
        self.begin(table)
        raw = self.feed.take(length, RECORD).decode("utf-8", "replace")[: self.limits.cell_characters]
        self.tables.reject(table, line=line, reason="invalid_sql", raw=raw)

    def _insert(self) -> bool:
        """One INSERT; True where another INTO of the same statement follows."""
        feed = self.feed
        head = self._head()
        self.open = None
        if head.kind == "nothing" or self._is_system(head.name) or not self._writes_values(head):
            feed.take(feed.need(self.context.end) - feed.pos, OTHER)
            return False
        if head.kind == "damaged":
            return self._damaged(head)
        table = self.table(head.name)
        self.begin(table)
        feed.take(head.end - feed.pos, OTHER)
        more = False
        if head.kind == "values":
            self.open = self._target(table, head.columns)
            more = self.records.values(self.open) == "into"
        elif head.kind == "select":
            self._select(table, self._target(table, head.columns))
        else:
            row = feed.need(lambda text, at, ended: scan_set(text, at, ended, self.context.literals))
            self._row(table, self._target(table, row.names), row)
        if not more:
            self._tail()
        return more

    def _head(self) -> Insert:
        """The head of the INSERT that begins here. The same bytes are scanned once."""
        feed = self.feed
        feed.ensure(LONGEST_HEAD)
        words = HEAD.match(feed.buffer, feed.pos, feed.pos + LONGEST_HEAD)
        known = self._heads.get(words.group()) if words else None
        if known:
            return replace(known, end=feed.pos + known.end)
        head = feed.need(lambda text, at, ended: scan_insert(text, at, ended, self.context.dialect))
        if words and head.kind == "values" and head.end == words.end() - 1 and len(self._heads) < MOST_HEADS:
            self._heads[words.group()] = replace(head, end=head.end - feed.pos)
        return head

    def _is_system(self, name: tuple[str, ...]) -> bool:
        return self.context.dialect.name == "sqlite" and bool(name) and name[-1].lower().startswith("sqlite_")

    def _writes_values(self, head: Insert) -> bool:
        """Whether an INSERT writes its values down: its first SELECT, if it has one, reads from no table."""
        if head.kind != "select":
            return True
        offset = head.end - self.feed.pos
        return self.feed.need(
            lambda text, at, ended: scan_select(text, at, ended, self.context.literals), offset
        ).stored

    def _damaged(self, head: Insert) -> bool:
        """An INSERT whose head cannot be read: its tuples are, from the first that is wholly sound."""
        feed = self.feed
        table = self.table(head.name) if head.name else self.met or self.table(NAMELESS)
        width = len(head.columns or table.columns) or table.width
        scan = TupleScan(self.context.literals, self.limits.cell_characters, width or None)
        names = {name.casefold() for name in table.columns}
        at = 0
        while True:
            found = feed.need(lambda text, start, ended: scan.resume(text, start, ended, strict=True), at)
            if found is None or not found[1]:
                break
            cells = scan.scan(feed.buffer, found[0], True).cells
            if not all(cell is not None and cell.strip("`[]").casefold() in names for cell in cells):
                break
            at = found[0] - feed.pos  # the list of the columns looks like a tuple
        if found and found[1]:
            self.begin(table)
            feed.take(found[0] - feed.pos, OTHER)
            self.open = self._target(table, head.columns)
            more = self.records.values(self.open) == "into"
            if not more:
                self._tail()
            return more
        end = found[0] if found else len(feed.buffer)
        if holds_values(feed.buffer[feed.pos : end]):
            self._refuse(table, end - feed.pos)
        else:
            feed.take(end - feed.pos, OTHER)
        return False

    def _target(self, table: DumpTable, names: tuple[str, ...] | None) -> Target:
        """Where the values of an INSERT with these columns go: the same object for the same columns."""
        key = (id(table), names, table.order if names is None else ())
        found = self._targets.get(key)
        if found is None:
            if len(self._targets) >= MOST_HEADS:
                self._targets.clear()
            found = Target(table)
            if names is not None:
                found.layout, found.cells = table.positions(names), len(names)
            self._targets[key] = found
        return found

    def _select(self, table: DumpTable, target: Target) -> None:
        """SELECT 1, 'a' UNION ALL SELECT 2, 'b': one record each, as long as they read from no table."""
        feed = self.feed
        while True:
            row = feed.need(lambda text, at, ended: scan_select(text, at, ended, self.context.literals))
            if not row.stored:
                feed.take(feed.need(self.context.end) - feed.pos, OTHER)
                return
            self._row(table, target, row)
            if row.following < 0:
                return
            feed.take(row.following - row.end, OTHER)

    def _row(self, table: DumpTable, target: Target, row: Row) -> None:
        feed, line = self.feed, self.feed.book.line
        self.begin(table)
        wanted = target.cells
        if wanted is None:
            target.settle(np.array([len(row.cells or ())]))
            wanted = target.cells or 0
        if row.cells is not None and len(row.cells) == wanted:
            self.tables.add(table, target.layout, row.cells, line=line)
        else:
            raw = feed.buffer[feed.pos : row.end].strip().decode("utf-8", "replace")
            reason = "invalid_sql" if row.cells is None else "too_few_cells"
            if row.cells is not None and len(row.cells) > wanted:
                reason = "too_many_cells"
            self.tables.reject(table, line=line, reason=reason, raw=raw[: self.limits.cell_characters])
        feed.take(row.end - feed.pos, RECORD)

    def _tail(self) -> None:
        """What ends a statement behind its last record: a delimiter, ON DUPLICATE KEY UPDATE, RETURNING."""
        feed = self.feed
        token = feed.need(self._first)
        if token is None:
            return
        _, start, end = token
        if feed.buffer[start:end].lower() in CLAUSES:
            feed.take(feed.need(self.context.end) - feed.pos, OTHER)
        elif feed.buffer[start:end] == b";":
            feed.take(end - feed.pos, OTHER)

    def _first(self, text: bytes, start: int, ended: bool) -> tuple[str, int, int] | None:
        """The first token from here; a semicolon at the end of the window needs nothing behind it."""
        try:
            return next(significant(text, start, ended, self.context.dialect), None)
        except NeedMoreError:
            if text[start:].strip() == b";":
                at = text.index(b";", start)
                return "punct", at, at + 1
            raise
