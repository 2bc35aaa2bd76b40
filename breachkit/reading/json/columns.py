"""A table that was written column by column (`{"nom": [...], "prenom": [...]}`), put together from its columns."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import polars as pl

from breachkit.reading.json.tables import Table
from breachkit.reading.table_writer import TableWriter, column_names
from breachkit.workspace import row

ROWS = 1 << 17  # put together at a time


def fit_together(tables: Sequence[Table], connection: Any) -> bool:
    """Whether tables are the columns of one: as many records in each, none rejected, and the same keys."""
    if len(tables) < 2 or len({table.records for table in tables}) > 1 or not tables[0].records:
        return False
    if any(table.into.ledger.rejected or len(table.columns) != 1 for table in tables):
        return False
    for table in tables:
        table.into.flush()
    first = tables[0]
    if first.fixed:
        for table in tables[1:]:
            (differ,) = row(
                connection,
                f"SELECT count(*) FROM {first.into.table} a JOIN {table.into.table} b USING (_record) "
                "WHERE a.c1 IS DISTINCT FROM b.c1",
            )
            if differ:
                return False
    return True


def put_together(tables: Sequence[Table], writer: TableWriter, connection: Any) -> None:
    """Writes the records that the columns make; where they have keys, these are the first column."""
    keyed = bool(tables[0].fixed)
    cells = [f"t0.{name}" for name in column_names(len(tables[0].fixed))]
    cells += [f"t{at}.c{1 + keyed}" for at in range(len(tables))]
    told = ", ".join(f"{cell} AS c{at}" for at, cell in enumerate(cells, start=1))
    joined = " ".join(f"JOIN {table.into.table} t{at} USING (_record)" for at, table in enumerate(tables) if at)
    for begin in range(1, tables[0].records + 1, ROWS):
        found = connection.sql(
            f"SELECT _record, t0._line AS _line, {told} FROM {tables[0].into.table} t0 {joined} "
            f"WHERE _record BETWEEN {begin} AND {begin + ROWS - 1} ORDER BY _record"
        ).to_arrow_table()
        writer.load(pl.DataFrame(pl.from_arrow(found)))


def listed(table: Table, connection: Any) -> list[str]:
    """The values of a list of scalars."""
    if len(table.columns) != 1 or table.cells != 1:
        return []
    table.into.flush()
    found = connection.execute(f"SELECT c1 FROM {table.into.table} ORDER BY _record").fetchall()
    return [value or "" for (value,) in found]


def counts_up(table: Table, connection: Any) -> bool:
    """Whether a list of scalars only numbers the rows, from 0 on."""
    if table.cells != 1 or table.into.ledger.rejected:
        return False
    table.into.flush()
    (other,) = row(
        connection,
        f"SELECT count(*) FROM {table.into.table} WHERE c1 IS DISTINCT FROM CAST(_record - 1 AS VARCHAR)",
    )
    return not other
