"""SQL dumps read without a database server: INSERT, REPLACE and COPY of MySQL, PostgreSQL, SQL Server, SQLite, Oracle.

What is read: the records that the dump writes down, into one table per table of the dump. What is not: statements are
never run, so UPDATE, DELETE and TRUNCATE do not change what was inserted, and an INSERT … SELECT from another table,
or one in the body of a trigger or a procedure, gives no record; their lines count as other lines. The engine's own
tables (`sqlite_sequence`) are no tables of the dump. How values are read: `sql_literals`.
"""

from __future__ import annotations

import re

from breachkit.errors import UnreadableSource
from breachkit.reading.encodings.decode import utf8_blocks
from breachkit.reading.sql.context import Context
from breachkit.reading.sql.copy import Copy, CopyReader, copy_head
from breachkit.reading.sql.definitions import added_columns, definition
from breachkit.reading.sql.feed import BLOCK_BYTES, Feed
from breachkit.reading.sql.inserts import NAMELESS, InsertReader
from breachkit.reading.sql.lines import BLANK, HEADER, OTHER, LineBook
from breachkit.reading.sql.sniff import dialect_of, looks_like_sql
from breachkit.reading.sql.tables import DumpTables
from breachkit.reading.table_writer import Intake
from breachkit.reading.text import Text

__all__ = ["looks_like_sql", "read_sql_dump"]

HEAD_BYTES = 4096
SPACE = re.compile(rb"[\s\x00]+")
VERB = re.compile(rb"[A-Za-z]+")
LOST_INSERT = re.compile(rb"(?is)[^;\n]{0,40}?\b(INTO\s+[^\s(;]+\s*(?:\([^()]*\)\s*)?VALUES?\s*\()")
VALUES_LINE = re.compile(rb"(?i)[^;\n]*\bVALUES?\s*\(")
COPY_HEAD = re.compile(rb"(?is)[^;]{0,65536}?\bFROM\s+STDIN\b(?:[^;\n']|'[^'\n]*')*;?")
# A comment that a server runs, and that holds an INSERT: it is read as one.
RUN_INSERT = re.compile(rb"(?i)/\*M?!\d*\s*(?=(?:INSERT|REPLACE)\b)")
STDIN_LINE = re.compile(rb"(?i)[^\n]*\bFROM\s+stdin\b[^\n]*(?:\n|\Z)")
NO_LINES = re.compile(rb"(?is)COPY\b.*?\b(?:TO|FROM)\s+(?:E?'|PROGRAM\b|STDOUT\b)|COPY\s+INTO\b")
TORN = re.compile(rb"[^\n;(]{1,2048}\)\s*,\s*(?=\()")  # the rest of a tuple, and another one behind it
LINE_VERBS = frozenset({b"go", b"rem", b"remark", b"prompt", b"whenever", b"spool", b"exit", b"quit", b"connect"})
# The verbs of statements; a line that begins with another word is prose (a warning of mysqldump, a password prompt).
VERBS = frozenset(
    b"alter analyze begin call checkpoint cluster comment commit create declare delete do drop end exec execute "
    b"explain flush grant if kill lock merge notify optimize pragma print purge raiserror refresh reindex release "
    b"rename reset revoke rollback savepoint security select set show start truncate unlock update use vacuum values "
    b"with".split()
)
STATEMENTS = VERBS | LINE_VERBS | {b"copy", b"insert", b"upsert", b"replace"}


def read_sql_dump(text: Text, intake: Intake) -> None:
    """Every table of a dump into the workspace. UnreadableSource where it holds none, or passes a limit."""
    reader = DumpReader(text, intake)
    try:
        reader.read()
        reader.tables.finish()
    except UnreadableSource:
        reader.tables.discard()
        raise


class DumpReader:
    """Goes through the statements of a dump."""

    def __init__(self, text: Text, intake: Intake) -> None:
        self._text = text
        longest = 4 * intake.limits.cell_characters + 4 * BLOCK_BYTES
        self.feed = Feed(utf8_blocks(text.blob, text.found, BLOCK_BYTES), LineBook(), intake.progress, longest)
        self.tables = DumpTables(text, intake, self.feed.book)
        self._context = Context(dialect_of(text.sample))
        self._inserts = InsertReader(self.feed, self.tables, self._context, intake.limits)
        self._copies = CopyReader(self.feed, self.tables, intake.limits)

    def read(self) -> None:
        """The whole dump."""
        while self._to_statement():
            self._statement()
        self.feed.book.end()
        if self._inserts.records.truncated or self._copies.truncated:
            self._text.blob.truncated.append("sql")

    def _to_statement(self) -> bool:
        """Goes past blanks and comments; False at the end of the file."""
        feed = self.feed
        while True:
            feed.ensure(HEAD_BYTES)
            if not feed.left:
                return False
            blank = SPACE.match(feed.buffer, feed.pos)
            if blank:
                feed.take(blank.end() - feed.pos, BLANK)
            elif feed.buffer.startswith((b"--", b"#"), feed.pos):
                self._line()
            elif feed.buffer.startswith(b"*/", feed.pos):
                feed.take(2, OTHER)
            elif opener := RUN_INSERT.match(feed.buffer, feed.pos):
                feed.take(opener.end() - feed.pos, OTHER)
                return True
            elif feed.buffer.startswith(b"/*", feed.pos):
                end = feed.need(self._context.comment_end)
                self._context.settings(feed.take(end - feed.pos, OTHER))
            else:
                return True

    def _line(self) -> None:
        """Goes past the rest of a line."""
        feed = self.feed
        while True:
            end = feed.buffer.find(b"\n", feed.pos)
            if end >= 0:
                feed.take(end + 1 - feed.pos, OTHER)
                return
            feed.take(feed.left, OTHER)
            if feed.ended:
                return
            feed.more()

    def _statement(self) -> None:
        feed = self.feed
        head = feed.buffer[feed.pos : feed.pos + HEAD_BYTES]
        found = VERB.match(head)
        verb = found.group().lower() if found else head[:1]
        if head.startswith(self._context.delimiter):
            feed.take(len(self._context.delimiter), OTHER)
        elif verb == b";":
            feed.take(1, OTHER)
        elif verb in {b"insert", b"upsert"} or (verb == b"replace" and head[7:8] != b"("):
            self._inserts.statement()
        elif verb not in STATEMENTS and (torn := TORN.match(head)) and self._inserts.torn(torn.end()):
            return  # a stray semicolon cut a tuple: what follows it goes on
        elif verb != b"(" or not self._inserts.orphans():
            self._inserts.open = None
            self._without_values(verb, head)

    def _without_values(self, verb: bytes, head: bytes) -> None:
        feed = self.feed
        if change := self._context.change_delimiter(head):
            feed.take(change, OTHER)
        elif verb == b"copy":
            self._copy()
        elif verb in LINE_VERBS or verb in {b"/", b"@", b"!", b"\\"}:
            self._context.connect(head)
            self._line()
        elif verb in VERBS:
            self._other(verb)
        elif lost := LOST_INSERT.match(head):
            feed.take(lost.start(1), OTHER)
            self._inserts.statement()
        elif STDIN_LINE.match(head):
            self._lost_copy()
        elif VALUES_LINE.match(head) or verb == b"(":
            self._inserts.lost()
        else:
            self._line()  # prose

    def _other(self, verb: bytes) -> None:
        """A statement without records; what it says of tables and settings holds from here."""
        feed, context = self.feed, self._context
        statement = feed.buffer[feed.pos : feed.need(context.end)]
        if verb == b"create" and (found := definition(statement, context.dialect)):
            table = self._inserts.table(found.name)
            table.define(found.columns, found.generated)
            self._inserts.begin(table)
            feed.take(len(statement), HEADER)
            feed.trail = None
            return
        if verb == b"alter" and (added := added_columns(statement, context.dialect)):
            table = self._inserts.table(added[0])
            if table.created:
                table.add_columns(added[1])
                feed.trail = None
        elif verb == b"use":
            context.use(statement)
        elif verb in {b"set", b"alter"}:
            context.settings(statement)
        feed.take(len(statement), OTHER)

    def _copy(self) -> None:
        """COPY … FROM stdin and its lines; any other COPY holds no records."""
        feed = self.feed
        feed.ensure(2 * BLOCK_BYTES)
        head = COPY_HEAD.match(feed.buffer, feed.pos)
        if head is None and NO_LINES.match(feed.buffer, feed.pos, feed.pos + HEAD_BYTES):
            feed.take(feed.need(self._context.end) - feed.pos, OTHER)
            return
        copy = copy_head(head.group(), self._context.dialect) if head else None
        if head is None or copy is None:
            self._lost_copy()
            return
        table = self._inserts.table(copy.name)
        if table.created or self._copies.has_lines(len(head.group())):
            self._inserts.begin(table)
        feed.take(len(head.group()), OTHER)
        self._line()
        self._copies.read(table, copy)
        feed.trail = None

    def _lost_copy(self) -> None:
        """A COPY whose head cannot be read: its lines go to a table without name."""
        self._line()
        table = self._inserts.table(NAMELESS)
        self._copies.read(table, Copy(NAMELESS, None))
        self.feed.trail = None
