"""SQLite databases: every ordinary table, read without running anything that the file holds.

Views, triggers, virtual tables and generated columns are never opened: an authorizer lets through nothing but the
reading of a table, the schema is not trusted, and no extension can be loaded. Deleted pages are not recovered, and a
write-ahead log beside the file is not read. Where a page is damaged, the records that can be reached are kept and the
table is marked as cut short.
"""

from __future__ import annotations

import re
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from typing import Any
from urllib.parse import quote as url_quote

import polars as pl

from breachkit.errors import UnreadableSource
from breachkit.reading.archives.spool import seekable, spool_folder
from breachkit.reading.binary_content import content_of
from breachkit.reading.blob import Blob
from breachkit.reading.database.sqlite_text import column_series
from breachkit.reading.key_names import published_name
from breachkit.reading.naming import table_name
from breachkit.reading.table_writer import Content, Intake, TableWriter, column_names
from breachkit.workspace import quote

# What the library raises on a damaged file: a name may hold bytes that are no UTF-8, a number may be beyond 64 bits.
DAMAGE = (sqlite3.Error, UnicodeError, OverflowError)
MAX_ROWS = 50_000
BATCH_BYTES = 32 << 20
VIRTUAL_GENERATED = 2  # table_xinfo's « hidden » of a column that an expression computes when it is read
# What the full-text and R-tree extensions keep beside a virtual table; « content » holds the texts themselves.
SHADOWS = ("data", "idx", "docsize", "config", "segments", "segdir", "stat", "node", "parent", "rowid")
OPTION = re.compile(r"^\s*\w+\s*=")


def read_sqlite(blob: Blob, intake: Intake) -> None:
    """The tables of a SQLite database, in the order they were made.

    UnreadableSource where it is damaged as a whole or has no table, and at the end, for the tables of which nothing
    could be read.
    """
    with _opened(blob, intake) as (connection, content):
        names = _tables(blob, connection)
        if len(names) > intake.limits.tables:
            raise blob.unreadable(
                f"plus de {intake.limits.tables} tables ; limite « tables ».",
                f"more than {intake.limits.tables} tables; limit “tables”.",
            )
        lost = [number for number, (name, told) in enumerate(names.items(), 1)
                if not _read_table(blob, intake, connection, name, told, number, content)]  # fmt: skip
    if not names:
        raise blob.unreadable("la base ne contient aucune table.", "the database holds no table.")
    if lost:
        raise blob.unreadable(
            f"{len(lost)} table(s) sur {len(names)} sont abîmées et illisibles ; demandez une autre copie de la base.",
            f"{len(lost)} table(s) of {len(names)} are damaged and cannot be read; ask for another copy.",
        )


@contextmanager
def _opened(blob: Blob, intake: Intake) -> Iterator[tuple[sqlite3.Connection, Content]]:
    """A connection that can only read, and the account of the bytes."""
    with seekable(blob, intake.limits, intake.connection) as stream:
        content = content_of(stream, "sqlite", intake.progress)
        if blob.path is not None:
            with closing(_connect(str(blob.path.resolve()))) as connection:
                yield connection, content
            return
        with tempfile.NamedTemporaryFile(dir=spool_folder(intake.connection)) as copy:
            shutil.copyfileobj(stream, copy)
            copy.flush()
            with closing(_connect(copy.name)) as connection:
                yield connection, content


def _connect(path: str) -> sqlite3.Connection:
    """« immutable »: no lock, no journal and no log beside the file is looked at, and nothing is written."""
    connection = sqlite3.connect(f"file:{url_quote(path)}?mode=ro&immutable=1", uri=True, isolation_level=None)
    connection.text_factory = lambda text: text.decode("utf-8", "surrogateescape")
    for statement in ("trusted_schema=OFF", "query_only=ON", "cell_size_check=ON", "mmap_size=0"):
        connection.execute(f"PRAGMA {statement}").close()
    connection.set_authorizer(_authorize)
    return connection


def _authorize(action: int, first: str | None, _second: str | None, _base: str | None, within: str | None) -> int:
    """Reading columns of a table by a statement of ours: not from within a view or trigger, no function but count."""
    allowed = (
        action == sqlite3.SQLITE_SELECT
        or action == sqlite3.SQLITE_READ
        or (action == sqlite3.SQLITE_PRAGMA and first == "table_xinfo")
        or (action == sqlite3.SQLITE_FUNCTION and _second == "count")
    )
    return sqlite3.SQLITE_OK if allowed and within is None else sqlite3.SQLITE_DENY


def _tables(blob: Blob, connection: sqlite3.Connection) -> dict[str, tuple[str, list[str]]]:
    """Ordinary tables by name: what they are told as, and the names of a full-text table's columns."""
    try:
        found = connection.execute("SELECT name, rootpage, sql FROM sqlite_master WHERE type = 'table'").fetchall()
    except DAMAGE:
        raise damaged(blob) from None
    rows = [(name, root, sql) for name, root, sql in found if isinstance(name, str)]
    virtual = {name.lower(): str(sql) for name, root, sql in rows if not root}
    shadows = {f"{name}_{part}" for name in virtual for part in SHADOWS}
    tables: dict[str, tuple[str, list[str]]] = {}
    for name, root, _ in rows:
        if not root or name.lower().startswith("sqlite_") or name.lower() in shadows:
            continue
        owner = name[: -len("_content")] if name.lower().endswith("_content") else ""
        text = virtual.get(owner.lower()) if owner else None
        tables[name] = (owner, _virtual_columns(text)) if text else (name, [])
    return tables


def _virtual_columns(sql: str) -> list[str]:
    """The columns that the statement which made a full-text table names."""
    inside = sql[sql.find("(") + 1 : sql.rfind(")")]
    parts = [part for part in inside.split(",") if part.strip() and not OPTION.match(part)]
    return [part.split()[0].strip("\"'`[]") for part in parts]


def _read_table(
    blob: Blob,
    intake: Intake,
    connection: sqlite3.Connection,
    name: str,
    told: tuple[str, list[str]],
    number: int,
    content: Content,
) -> bool:
    """One table into the workspace; False where nothing of it can be read."""
    shown, virtual_columns = told
    try:
        described = connection.execute(f"PRAGMA table_xinfo({quote(name)})").fetchall()
        columns = [column[1] for column in described if column[6] != VIRTUAL_GENERATED]
        (found,) = connection.execute(f"SELECT count(*) FROM {quote(name)} NOT INDEXED").fetchone()
    except DAMAGE:
        columns, found = _columns_of_damaged(connection, name), None
    if not columns:
        return False
    own = replace(blob, truncated=list(blob.truncated))
    writer = intake.table(own, table_name(shown, f"table {number}"), len(columns))
    reader = _TableReader(writer, intake.limits.cell_characters)
    query = f"SELECT {', '.join(map(quote, columns))} FROM {quote(name)} NOT INDEXED"
    complete = reader.read(connection, query)
    if not complete:
        # The row before a damaged page is lost with it, unless it is asked for alone.
        reader.read(connection, f"{query} LIMIT 1 OFFSET {writer.ledger.records}")
        resume = _after_damage(connection, name, writer.ledger.records)
        if resume is not None:
            reader.read(connection, f"{query} WHERE _rowid_ >= {resume}")
    if not complete:
        own.truncated.append("sqlite")
    writer.ledger.found = found if complete else None
    if not complete and not writer.ledger.records:
        writer.discard()
        return False
    headers = [columns[0], *virtual_columns] if len(virtual_columns) == len(columns) - 1 > 0 else columns
    writer.finish([published_name(header) for header in headers], content)
    return True


def _columns_of_damaged(connection: sqlite3.Connection, name: str) -> list[str]:
    try:
        described = connection.execute(f"PRAGMA table_xinfo({quote(name)})").fetchall()
    except DAMAGE:
        return []
    return [column[1] for column in described if column[6] != VIRTUAL_GENERATED]


def _after_damage(connection: sqlite3.Connection, name: str, read: int) -> int | None:
    """The first row number behind the last damaged page, None where there is none that can be reached."""
    table = quote(name)
    try:
        last = (0,)
        if read:
            (last,) = connection.execute(
                f"SELECT _rowid_ FROM {table} NOT INDEXED LIMIT 1 OFFSET {read - 1}"
            ).fetchall()
        backwards = connection.execute(f"SELECT _rowid_ FROM {table} NOT INDEXED ORDER BY _rowid_ DESC")
    except DAMAGE:
        return None
    good = None
    with closing(backwards):
        while True:
            numbers, whole = _fetch(backwards, MAX_ROWS)
            later = [number for (number,) in numbers if not read or number > last[0]]
            good = later[-1] if later else good
            if not whole:
                break
            if len(later) < MAX_ROWS:
                return good
    try:
        alone = connection.execute(f"SELECT _rowid_ FROM {table} WHERE _rowid_ < {good} ORDER BY _rowid_ DESC LIMIT 1")
        (number,) = alone.fetchone() or (last[0],)
    except DAMAGE:
        return good
    return number if not read or number > last[0] else good


class _TableReader:
    """Reads the rows of one query into a writer, in batches of bounded memory."""

    def __init__(self, writer: TableWriter, cell_characters: int) -> None:
        self._writer, self._limit = writer, cell_characters
        self._names = column_names(writer.cells)
        self._rows = 256

    def read(self, connection: sqlite3.Connection, query: str) -> bool:
        """Whether all rows could be read; those before a damaged page are kept."""
        try:
            with closing(connection.execute(query)) as cursor:
                while True:
                    rows, whole = _fetch(cursor, self._rows)
                    if rows:
                        self._store(rows)
                    if not whole or not rows:
                        return whole
        except DAMAGE:
            return False

    def _store(self, rows: list[tuple[Any, ...]]) -> None:
        ledger = self._writer.ledger
        first = ledger.records + 1
        series, damaged_rows = {}, set()
        for name, values in zip(self._names, zip(*rows, strict=True), strict=True):
            series[name], places = column_series(values)
            damaged_rows.update(places)
        place = pl.int_range(first, first + len(rows), dtype=pl.Int64, eager=True)
        frame = pl.DataFrame({"_record": place, "_line": place, **series})
        long = pl.any_horizontal(pl.col(name).str.len_chars() > self._limit for name in self._names).fill_null(False)
        is_long = frame.select(long).to_series()
        if is_long.any():
            self._writer.reject(_rejected(frame.filter(is_long), self._names, self._limit))
            damaged_rows -= {at for at, too_long in enumerate(is_long) if too_long}
        self._writer.load(frame.filter(~is_long))
        ledger.physical_lines += len(rows)
        ledger.record_lines += len(rows)
        if damaged_rows:
            ledger.repaired_by_reason["undecodable_byte"] += len(damaged_rows)
        size = max(1, int(frame.estimated_size()) // len(rows))
        self._rows = max(1, min(MAX_ROWS, BATCH_BYTES // size, 4 * self._rows))


def _fetch(cursor: sqlite3.Cursor, count: int) -> tuple[list[tuple[Any, ...]], bool]:
    """Up to `count` rows, and whether no damaged page was met."""
    rows: list[tuple[Any, ...]] = []
    try:
        for values in cursor:
            rows.append(values)
            if len(rows) == count:
                break
    except DAMAGE:
        return rows, False
    return rows, True


def _rejected(frame: pl.DataFrame, names: list[str], limit: int) -> pl.DataFrame:
    """Records with a cell too long for the limit; what is beyond the limit is left out of their raw text."""
    cells = [pl.col(name).fill_null("").str.slice(0, limit) for name in names]
    return frame.select(
        record="_record", line="_line", reason=pl.lit("cell_too_long"), raw=pl.concat_str(cells, separator="\t")
    )


def damaged(blob: Blob) -> UnreadableSource:
    return blob.unreadable(
        "base SQLite abîmée ou chiffrée ; demandez-en une autre copie.",
        "SQLite database damaged or encrypted; ask for another copy.",
    )
