"""The one way into the workspace: a reader's records into `w.tN`, its rejects into `w.rejects`, and their ledger."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from breachkit.impact import Source
from breachkit.limits import Limits
from breachkit.reading.blob import Blob
from breachkit.reading.ledger import Ledger
from breachkit.reading.naming import column_headers
from breachkit.workspace import row

Progress = Callable[[int], None]  # called with the bytes read since the last call
FLUSH_ROWS = 4 * 122_880  # whole row groups of DuckDB: smaller inserts cost several times more
FLUSH_BYTES = 64 << 20


@dataclass(frozen=True)
class LoadedTable:
    """A table of the workspace: its qualified name, its columns and their headers, and its source's account."""

    table: str
    name: str
    columns: tuple[str, ...]
    headers: tuple[str, ...]
    source: Source
    delimiter: str | None = None  # of delimited text: what a rule for its rejects cuts them with
    mojibake: dict[str, int] = field(default_factory=dict)  # cells put right, by column (c1…)


@dataclass(frozen=True)
class Content:
    """What was read of a blob: its digest and size (decompressed), its format and its encoding."""

    format: str
    sha256: str
    size: int
    encoding: str | None = None
    delimiter: str | None = None


@dataclass
class Intake:
    """What the readers of one extract share: the workspace, the limits, and the tables so far."""

    connection: Any
    limits: Limits = field(default_factory=Limits)
    progress: Progress = lambda _: None
    tables: list[LoadedTable] = field(default_factory=list)
    _numbers: int = 0
    _names: set[str] = field(default_factory=set)

    def table(self, blob: Blob, name: str, cells: int) -> TableWriter:
        """A new, empty table with `cells` text columns; `name` must be fit to publish (`reading.naming`).

        UnreadableSource where it has more columns than the limit.
        """
        self._numbers += 1
        unique, again = name, 1
        while unique in self._names:
            again += 1
            unique = f"{name} ({again})"
        self._names.add(unique)
        return TableWriter(self, blob, self._numbers, unique, cells)

    def forget(self, writer: TableWriter) -> None:
        """Frees the number and the name of a table that was taken back."""
        self._names.discard(writer.name)
        if writer.number == self._numbers:
            self._numbers -= 1


def column_names(cells: int) -> list[str]:
    """c1…cN: a header never becomes an identifier."""
    return [f"c{position}" for position in range(1, cells + 1)]


class TableWriter:
    """One table of the workspace while it is filled. Its reader counts lines in `ledger`; records count themselves."""

    def __init__(self, intake: Intake, blob: Blob, number: int, name: str, cells: int) -> None:
        self._intake, self._blob, self.number, self.name = intake, blob, number, name
        self.table = f"w.t{number}"
        self.cells = 0
        self.ledger = Ledger()
        self.mojibake: dict[str, int] = {}
        self._adopted = False
        self._waiting: list[pl.DataFrame] = []
        self._waiting_rows = self._waiting_bytes = 0
        self._allow(cells)
        columns = ", ".join(["_record BIGINT", "_line BIGINT", *(f"{one} VARCHAR" for one in column_names(cells))])
        intake.connection.execute(f"CREATE OR REPLACE TABLE {self.table} ({columns})")
        self.cells = cells

    def _allow(self, cells: int) -> None:
        if cells > self._intake.limits.columns:
            raise self._blob.unreadable(
                f"plus de {self._intake.limits.columns} colonnes ({cells}) ; limite « columns ».",
                f"more than {self._intake.limits.columns} columns ({cells}); limit “columns”.",
            )

    def widen(self, cells: int) -> None:
        """At least `cells` columns; the new ones are NULL in the records so far."""
        self._allow(cells)
        if cells > self.cells:
            self.flush()
        for column in column_names(cells)[self.cells :]:
            self._intake.connection.execute(f"ALTER TABLE {self.table} ADD COLUMN {column} VARCHAR")
        self.cells = max(self.cells, cells)

    def load(self, frame: pl.DataFrame) -> None:
        """Keeps records: `_record` (1 for the first of the table), `_line`, then text columns c1… up to `cells`."""
        if frame.is_empty():
            return
        self.ledger.loaded += len(frame)
        missing = [name for name in column_names(self.cells) if name not in frame.columns]
        frame = frame.with_columns(pl.lit(None, dtype=pl.String).alias(name) for name in missing)
        self._waiting.append(frame.select("_record", "_line", *column_names(self.cells)))
        self._waiting_rows += len(frame)
        self._waiting_bytes += int(frame.estimated_size())
        if self._waiting_rows >= FLUSH_ROWS or self._waiting_bytes >= FLUSH_BYTES:
            self.flush()

    def reject(self, frame: pl.DataFrame) -> None:
        """Keeps rejected records: `record`, `line`, `reason` (an id of reference/inspection.toml) and `raw` text."""
        if frame.is_empty():
            return
        for reason, count in frame.group_by("reason").len().iter_rows():
            self.ledger.rejected_by_reason[reason] += count
        self._insert(f"INSERT INTO w.rejects SELECT {self.number}, record, line, reason, raw FROM block", frame)

    def flush(self) -> None:
        """Writes what waits into the workspace."""
        if self._waiting:
            frame, self._waiting = pl.concat(self._waiting), []
            self._waiting_rows = self._waiting_bytes = 0
            self._insert(f"INSERT INTO {self.table} SELECT * FROM block", frame)

    def _insert(self, statement: str, frame: pl.DataFrame) -> None:
        connection = self._intake.connection
        connection.register("block", frame.to_arrow())
        connection.execute(statement)
        connection.unregister("block")

    def adopt(self, rows: str, first_line: int) -> bool:
        """Takes the rows of a table function of DuckDB, one a line from `first_line`; False where it refuses them.

        The table becomes a view that numbers what DuckDB stored in the order of the file: numbering it while it is
        read would cost as much as the reading.
        """
        import duckdb

        stored = f"w.f{self.number}"
        try:
            self._intake.connection.execute(f"CREATE OR REPLACE TABLE {stored} AS SELECT * FROM {rows}")
        except duckdb.Error:
            return False
        self._intake.connection.execute(f"DROP TABLE {self.table}")
        self._intake.connection.execute(
            f"CREATE VIEW {self.table} AS SELECT rowid + 1 AS _record, rowid + {first_line} AS _line, * FROM {stored}"
        )
        self._adopted = True
        return True

    def discard(self) -> None:
        """Takes the table back, as if it had not been begun: another reader will read the blob."""
        self._intake.connection.execute(f"DROP {'VIEW' if self._adopted else 'TABLE'} {self.table}")
        self._intake.connection.execute(f"DROP TABLE IF EXISTS w.f{self.number}")
        self._intake.forget(self)
        self._intake.connection.execute("DELETE FROM w.rejects WHERE source = ?", [self.number])

    def finish(self, headers: Sequence[str | None], content: Content) -> LoadedTable:
        """Checks the account and adds the table to the reading.

        `headers` are as found or already published, None or "" where a column has none; BreachkitError where the
        account is wrong.
        """
        self.flush()
        connection, ledger = self._intake.connection, self.ledger
        (stored,) = row(connection, f"SELECT count(*) FROM {self.table}")
        (rejects,) = row(connection, "SELECT count(*) FROM w.rejects WHERE source = ?", [self.number])
        ledger.check(stored=stored, stored_rejects=rejects)
        names = tuple(column_names(self.cells))
        told = column_headers([*headers, *[None] * (self.cells - len(headers))])
        loaded = LoadedTable(
            self.table, self.name, names, told, self._account(content), content.delimiter, dict(self.mojibake)
        )
        self._intake.tables.append(loaded)
        return loaded

    def _account(self, content: Content) -> Source:
        ledger, blob = self.ledger, self._blob
        return Source(
            file=blob.source.name,
            sha256=blob.source.sha256,
            bytes=blob.source.size,
            format=content.format,
            encoding=content.encoding,
            compression=blob.compression,
            member=blob.member,
            content_sha256=content.sha256,
            content_bytes=content.size,
            truncated=bool(blob.truncated),
            table=self.name,
            physical_lines=ledger.physical_lines,
            header_lines=ledger.header_lines,
            blank_lines=ledger.blank_lines,
            other_lines=ledger.other_lines,
            record_lines=ledger.record_lines,
            records=ledger.records,
            loaded=ledger.loaded,
            repaired=ledger.repaired,
            rejected=ledger.rejected,
            repaired_by_reason=dict(sorted(ledger.repaired_by_reason.items())),
            rejected_by_reason=dict(sorted(ledger.rejected_by_reason.items())),
        )
