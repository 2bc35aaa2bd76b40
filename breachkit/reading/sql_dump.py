"""SQL dumps read without a database server: INSERT, REPLACE and COPY of MySQL, PostgreSQL, SQL Server, SQLite, Oracle.

What is read: the records that the dump writes down, into one table per table of the dump. What is not: statements are
never run, so UPDATE, DELETE and TRUNCATE do not change what was inserted, and an INSERT … SELECT from another table,
or one in the body of a trigger or a procedure, gives no record; their lines count as other lines. The engine's own
tables (`sqlite_sequence`) are no tables of the dump. How values are read: `sql_literals`.
"""

from __future__ import annotations

import re
from dataclasses import replace

from breachkit.errors import UnreadableSource
from breachkit.reading.decode import utf8_blocks
from breachkit.reading.sql_copy import CopyReader, copy_head
from breachkit.reading.sql_definitions import added_columns, definition
from breachkit.reading.sql_feed import BLOCK_BYTES, Feed, NeedMoreError
from breachkit.reading.sql_insert import Insert, scan_insert
from breachkit.reading.sql_lines import BLANK, HEADER, OTHER, RECORD, LineBook
from breachkit.reading.sql_literals import Literals
from breachkit.reading.sql_records import RecordReader, Target
from breachkit.reading.sql_select import Row, scan_select, scan_set
from breachkit.reading.sql_sniff import dialect_of, looks_like_sql
from breachkit.reading.sql_statements import comment_end, statement_end
from breachkit.reading.sql_tables import DumpTable, DumpTables, Place
from breachkit.reading.sql_tokens import Dialect, significant, unquoted
from breachkit.reading.table_writer import Intake
from breachkit.reading.text import Text

__all__ = ["looks_like_sql", "read_sql_dump"]

SPACE = re.compile(rb"[\s\x00]+")
VERB = re.compile(rb"[A-Za-z]+")
NO_BACKSLASH = re.compile(rb"(?i)sql_mode\s*=\s*'[^']*NO_BACKSLASH_ESCAPES")
NONSTANDARD = re.compile(rb"(?i)standard_conforming_strings\s*(?:=|TO)\s*'?off")
SEARCH_PATH = re.compile(
    rb"(?i)SET\s+(?:SESSION\s+|LOCAL\s+)?(?:search_path\s*(?:=|TO)|(?:CURRENT\s+)?SCHEMA\s*=?)\s*([^;]*)"
)
DELIMITER = re.compile(rb"(?i)(?:DELIMITER[ \t]+(\S+)[^\n]*|SET[ \t]+TERM[ \t]+(\S+)[^\n]*)(?:\n|\Z)")
CONNECT = re.compile(rb"\\c(?:onnect)?[ \t]+(?:-\S+[ \t]+)*(\"[^\"\n]*\"|[^\s;]+)")
DATABASE_NAME = re.compile(r"dbname='?([^']*)")
LOST_INSERT = re.compile(rb"(?is)[^;\n]{0,40}?\b(INTO\s+[^\s(;]+\s*(?:\([^()]*\)\s*)?VALUES?\s*\()")
VALUES_LINE = re.compile(rb"(?i)[^;\n]*\bVALUES?\s*\(")
DEFAULT_SCHEMAS = frozenset({"dbo", "public", "main"})
LINE_VERBS = frozenset({b"go", b"rem", b"remark", b"prompt", b"whenever", b"spool", b"exit", b"quit", b"connect"})
# The verbs of statements; a line that begins with another word is prose (a warning of mysqldump, a password prompt).
VERBS = frozenset(
    b"alter analyze begin call checkpoint cluster comment commit create declare delete do drop end exec execute "
    b"explain flush grant if kill lock merge notify optimize pragma print purge raiserror refresh reindex release "
    b"rename reset revoke rollback savepoint security select set show start truncate unlock update use vacuum values "
    b"with".split()
)


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
    """Goes through the statements of a dump, and keeps what holds for the next ones: database, schema, delimiter."""

    def __init__(self, text: Text, intake: Intake) -> None:
        self._text = text
        longest = 4 * intake.limits.cell_characters + 4 * BLOCK_BYTES
        self.feed = Feed(utf8_blocks(text.blob, text.found, BLOCK_BYTES), LineBook(), intake.progress, longest)
        self.tables = DumpTables(text, intake, self.feed.book)
        self._literals = Literals(dialect_of(text.sample))
        self._records = RecordReader(self.feed, self.tables, self._literals, intake.limits)
        self._copies = CopyReader(self.feed, self.tables, intake.limits)
        self._targets: dict[tuple[int, tuple[str, ...] | None, int], Target] = {}
        self._delimiter = b";"
        self._database = self._schema = ""
        self._met: DumpTable | None = None

    def read(self) -> None:
        """The whole dump."""
        while self._to_statement():
            self._statement()
        self.feed.book.end()
        if self._records.truncated or self._copies.truncated:
            self._text.blob.truncated.append("sql")

    @property
    def _dialect(self) -> Dialect:
        return self._literals.dialect

    def _to_statement(self) -> bool:
        """Goes past blanks and comments; False at the end of the file."""
        feed = self.feed
        while True:
            feed.ensure(4096)
            if not feed.left:
                return False
            blank = SPACE.match(feed.buffer, feed.pos)
            if blank:
                feed.take(blank.end() - feed.pos, BLANK)
                continue
            head = feed.buffer[feed.pos : feed.pos + 4]
            if head.startswith((b"--", b"#")):
                self._line()
            elif head.startswith(b"/*"):
                end = feed.need(lambda text, at, ended: comment_end(text, at, ended, self._dialect))
                self._settings(feed.take(end - feed.pos, OTHER))
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
        head = feed.buffer[feed.pos : feed.pos + 4096]
        found = VERB.match(head)
        verb = found.group().lower() if found else head[:1]
        change = DELIMITER.match(head)
        if head.startswith(self._delimiter):
            feed.take(len(self._delimiter), OTHER)
        elif change:
            self._delimiter = (change[1] or change[2]).rstrip(b"\r") or b";"
            feed.take(change.end(), OTHER)
        elif verb in {b"insert", b"upsert"} or (verb == b"replace" and head[7:8] != b"("):
            self._insert()
        elif verb == b"copy":
            self._copy()
        elif verb == b"\\":
            self._meta(head)
        elif verb in LINE_VERBS or verb in {b"/", b"@", b"!"}:
            self._line()
        elif verb in VERBS:
            self._other(verb)
        elif verb == b";":
            feed.take(1, OTHER)
        else:
            self._prose(head)

    def _meta(self, head: bytes) -> None:
        """A command of psql, on a line of its own."""
        found = CONNECT.match(head)
        if found:
            name = found[1].decode("utf-8", "replace").strip('"')
            named = DATABASE_NAME.search(name)
            self._database, self._schema = (named[1] if named else name), ""
        self._line()

    def _prose(self, head: bytes) -> None:
        """A line that begins no statement: words of a program, or an INSERT whose verb is damaged."""
        lost = LOST_INSERT.match(head)
        if lost:
            self.feed.take(lost.start(1), OTHER)
            self._insert()
        elif self._met and VALUES_LINE.match(head):
            feed, line = self.feed, self.feed.book.line
            end = feed.need(self._end)
            raw = feed.take(end - feed.pos, RECORD)
            self.tables.reject(self._met, line=line, reason="invalid_sql", raw=raw.decode("utf-8", "replace"))
        else:
            self._line()

    def _end(self, text: bytes, start: int, ended: bool) -> int:
        return statement_end(text, start, ended, self._dialect, self._delimiter)

    def _other(self, verb: bytes) -> None:
        """A statement without records; what it says of tables and settings holds from here."""
        feed = self.feed
        end = feed.need(self._end)
        statement = feed.buffer[feed.pos : end]
        if verb == b"create" and (found := definition(statement, self._dialect)):
            table = self._table(found.name)
            if not table.created and not table.records:
                table.columns, table.generated = list(found.columns), found.generated
            table.created = True
            self._begin(table)
            feed.take(len(statement), HEADER)
            feed.trail = None
            return
        if verb == b"alter" and (added := added_columns(statement, self._dialect)):
            table = self._table(added[0])
            if table.created:
                table.positions(added[1])
                feed.trail = None
        elif verb == b"use":
            self._use(statement)
        elif verb in {b"set", b"alter"}:
            self._settings(statement)
        feed.take(len(statement), OTHER)

    def _use(self, statement: bytes) -> None:
        for kind, start, end in list(significant(statement, 3, True, self._dialect))[:1]:
            self._database, self._schema = unquoted(kind, statement[start:end]), ""

    def _settings(self, statement: bytes) -> None:
        """What a SET, or a comment that a server runs, changes in how the rest is to be read."""
        if self._dialect.name == "mysql" and NO_BACKSLASH.search(statement):
            self._literals.become(replace(self._dialect, backslash=False))
        elif self._dialect.name == "postgres" and NONSTANDARD.search(statement):
            self._literals.become(replace(self._dialect, backslash=True))
        path = SEARCH_PATH.match(statement)
        if path:
            names = [name.strip(b" \t\n\"'").decode("utf-8", "replace") for name in path[1].split(b",")]
            self._schema = next((name for name in names if name and name != "pg_catalog"), "")

    def _insert(self) -> None:
        """An INSERT from its verb to its end."""
        feed = self.feed
        head = feed.need(lambda text, at, ended: scan_insert(text, at, ended, self._dialect))
        if head.kind in {"other", "truncated"} or self._is_system(head.name):
            feed.take(max(feed.need(self._end) - feed.pos, 1), OTHER)
            return
        table = self._table(head.name)
        if head.kind == "select" and not self._selects_values(head):
            feed.take(feed.need(self._end) - feed.pos, OTHER)
            return
        self._begin(table)
        feed.take(head.end - feed.pos, OTHER)
        if head.kind == "values":
            if self._records.values(self._target(table, head.columns)) == "into":
                self._insert()
        elif head.kind == "select":
            self._select(table, head)
        else:
            row = feed.need(lambda text, at, ended: scan_set(text, at, ended, self._literals))
            self._row(table, self._target(table, row.names), row)
        self._tail()

    def _target(self, table: DumpTable, names: tuple[str, ...] | None) -> Target:
        """Where the values of an INSERT with these columns go: the same object for the same columns."""
        key = (id(table), names, len(table.columns) if names is None else 0)
        found = self._targets.get(key)
        if found is None:
            found = Target(table)
            if names is not None:
                found.layout, found.cells = table.positions(names), len(names)
            self._targets[key] = found
        return found

    def _selects_values(self, head: Insert) -> bool:
        """Whether the first SELECT of an INSERT writes its values down, and reads from no table."""
        offset = head.end - self.feed.pos
        row = self.feed.need(lambda text, at, ended: scan_select(text, at, ended, self._literals), offset)
        return row.stored

    def _select(self, table: DumpTable, head: Insert) -> None:
        """SELECT 1, 'a' UNION ALL SELECT 2, 'b': one record each, as long as they read from no table."""
        feed = self.feed
        target = self._target(table, head.columns)
        while True:
            row = feed.need(lambda text, at, ended: scan_select(text, at, ended, self._literals))
            if not row.stored:
                feed.take(feed.need(self._end) - feed.pos, OTHER)
                return
            self._row(table, target, row)
            if row.following < 0:
                return
            feed.take(row.following - row.end, OTHER)

    def _row(self, table: DumpTable, target: Target, row: Row) -> None:
        feed, line = self.feed, self.feed.book.line
        self._begin(table)
        if target.cells is None:
            width = len(table.columns) or table.width or len(row.cells or ())
            table.width = max(table.width, width)
            target.layout, target.cells = tuple(range(width)), width
        raw = feed.buffer[feed.pos : row.end]
        if row.cells is None or len(row.cells) != target.cells:
            found = len(row.cells or ())
            reason = "too_few_cells" if found < target.cells else "too_many_cells"
            reason = "invalid_sql" if row.cells is None else reason
            self.tables.reject(table, line=line, reason=reason, raw=raw.decode("utf-8", "replace"))
        else:
            self.tables.add(table, target.layout, row.cells, line=line)
        feed.take(row.end - feed.pos, RECORD)

    def _tail(self) -> None:
        """What ends a statement behind its last record: a delimiter, ON DUPLICATE KEY UPDATE, RETURNING."""
        feed = self.feed
        token = feed.need(self._first)
        if token is None:
            return
        _, start, end = token
        word = feed.buffer[start:end].lower()
        if word in {b"on", b"returning", b"as", b"where", b"order", b"limit", b"select", b"log", b"from"}:
            feed.take(feed.need(self._end) - feed.pos, OTHER)
        elif word == b";":
            feed.take(end - feed.pos, OTHER)

    def _first(self, text: bytes, start: int, ended: bool) -> tuple[str, int, int] | None:
        try:
            return next(significant(text, start, ended, self._dialect), None)
        except NeedMoreError:
            if text[start:].strip()[:1] == b";":
                at = text.index(b";", start)
                return "punct", at, at + 1
            raise

    def _copy(self) -> None:
        """COPY … FROM stdin and its lines; any other COPY holds no records."""
        feed = self.feed
        end = feed.need(self._end)
        copy = copy_head(feed.buffer[feed.pos : end], self._dialect)
        if copy is None:
            feed.take(end - feed.pos, OTHER)
            return
        table = self._table(copy.name)
        if table.created or self._copies.has_lines(end - feed.pos):
            self._begin(table)
        feed.take(end - feed.pos, OTHER)
        self._line()
        self._copies.read(table, copy)
        feed.trail = None

    def _begin(self, table: DumpTable) -> None:
        self._met = table
        self.tables.begin(table)

    def _is_system(self, name: tuple[str, ...]) -> bool:
        return self._dialect.name == "sqlite" and name[-1].lower().startswith("sqlite_")

    def _table(self, name: tuple[str, ...]) -> DumpTable:
        return self.tables.find(self._place(name))

    def _place(self, name: tuple[str, ...]) -> Place:
        """Where a name points to from here. MySQL has databases and no schemas."""
        *parents, table = name[-3:]
        if self._dialect.name == "mysql":
            return (parents[-1] if parents else self._database), "", table
        schema = parents[-1] if parents else self._schema
        database = parents[-2] if len(parents) > 1 and parents[-2] else self._database
        return database, "" if schema.lower() in DEFAULT_SCHEMAS else schema, table
