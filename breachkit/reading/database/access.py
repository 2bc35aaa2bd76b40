"""Access databases (.mdb, .accdb): the tables that a person made, row by row; nothing in the file is run.

Linked tables hold no records and are left out; forms, queries, reports and macros are not looked at. Deleted rows
are not recovered. A row that cannot be cracked is rejected, its bytes kept in hexadecimal.
"""

from __future__ import annotations

import struct
from dataclasses import replace

import polars as pl

from breachkit.errors import UnreadableSource
from breachkit.reading.archives.spool import seekable
from breachkit.reading.binary_content import content_of
from breachkit.reading.blob import Blob
from breachkit.reading.database.access_pages import AccessFile, Definition
from breachkit.reading.database.access_rows import row_texts
from breachkit.reading.key_names import published_name
from breachkit.reading.naming import table_name
from breachkit.reading.table_writer import Content, Intake, TableWriter, column_names

CATALOGUE_PAGE = 2
USER_TABLE = 1
SYSTEM_FLAGS = 0x80000002
BATCH_ROWS = 20_000
DAMAGE = (struct.error, ValueError, IndexError, OverflowError)


def read_access(blob: Blob, intake: Intake) -> None:
    """The tables of an Access database.

    UnreadableSource where it is damaged, under a password, or has no table; at the end, once the others are read,
    where a table's definition is damaged.
    """
    with seekable(blob, intake.limits, intake.connection) as stream:
        content = content_of(stream, "access", intake.progress)
        try:
            file = AccessFile(stream)
            tables = _catalogue(file)
        except DAMAGE:
            raise _unreadable(blob) from None
        if not tables:
            raise blob.unreadable("la base ne contient aucune table.", "the database holds no table.")
        if len(tables) > intake.limits.tables:
            raise blob.unreadable(
                f"plus de {intake.limits.tables} tables ; limite « tables ».",
                f"more than {intake.limits.tables} tables; limit “tables”.",
            )
        lost = 0
        for number, (name, page) in enumerate(tables, start=1):
            try:
                definition = file.definition(page)
            except DAMAGE:
                lost += 1
                continue
            _read_table(blob, intake, file, definition, page, table_name(name, f"table {number}"), content)
    if lost:
        raise blob.unreadable(
            f"{lost} table(s) sur {len(tables)} sont abîmées et illisibles ; exportez la base en CSV depuis Access.",
            f"{lost} table(s) of {len(tables)} are damaged and cannot be read; export the database as CSV from Access.",
        )


def _catalogue(file: AccessFile) -> list[tuple[str, int]]:
    """(name, page of the definition) of each table that a person made."""
    definition = file.definition(CATALOGUE_PAGE)
    places = {column.name: place for place, column in enumerate(definition.columns)}
    if not {"Id", "Name", "Type", "Flags"} <= places.keys():
        raise ValueError("no catalogue")
    tables = []
    for row in file.rows(CATALOGUE_PAGE):
        cells = row_texts(file, definition, row) if row else []
        if not cells or int(cells[places["Type"]] or 0) != USER_TABLE:
            continue
        if not int(cells[places["Flags"]] or 0) & SYSTEM_FLAGS:
            tables.append((cells[places["Name"]] or "", int(cells[places["Id"]] or 0) & 0xFFFFFF))
    return tables


def _read_table(
    blob: Blob, intake: Intake, file: AccessFile, definition: Definition, page: int, name: str, content: Content
) -> None:
    """One table into the workspace; fewer rows than its definition announces mark it as cut short."""
    own = replace(blob, truncated=list(blob.truncated))
    writer = intake.table(own, name, len(definition.columns))
    batch: list[bytes | None] = []
    for row in file.rows(page):
        batch.append(row)
        if len(batch) >= BATCH_ROWS:
            _store(writer, file, definition, batch)
            batch = []
    _store(writer, file, definition, batch)
    if writer.ledger.records < definition.rows:
        own.truncated.append("access")
    writer.finish([published_name(column.name) for column in definition.columns], content)


def _store(writer: TableWriter, file: AccessFile, definition: Definition, batch: list[bytes | None]) -> None:
    """A batch of rows; those that cannot be cracked are rejected."""
    ledger = writer.ledger
    first = ledger.records + 1
    loaded: list[tuple[int | str | None, ...]] = []
    rejected: list[tuple[int, int, str, str]] = []
    for place, row in enumerate(batch, start=first):
        try:
            if row is None:
                raise ValueError("a row that cannot be reached")
            loaded.append((place, place, *row_texts(file, definition, row)))
        except DAMAGE:
            rejected.append((place, place, "undecodable", "0x" + (row or b"").hex().upper()))
    columns = {"_record": pl.Int64, "_line": pl.Int64, **dict.fromkeys(column_names(writer.cells), pl.String)}
    writer.load(pl.DataFrame(loaded, schema=columns, orient="row"))
    told = {"record": pl.Int64, "line": pl.Int64, "reason": pl.String, "raw": pl.String}
    writer.reject(pl.DataFrame(rejected, schema=told, orient="row"))
    ledger.physical_lines += len(batch)
    ledger.record_lines += len(batch)


def _unreadable(blob: Blob) -> UnreadableSource:
    return blob.unreadable(
        "base Access abîmée ou protégée par un mot de passe ; ouvrez-la dans Access et exportez ses tables en CSV.",
        "Access database damaged or protected by a password; open it in Access and export its tables as CSV.",
    )
