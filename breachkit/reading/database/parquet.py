"""Parquet: each leaf of a struct is a column, each list a table of its own, linked to its parent by record number.

Text of each type: a date is ISO, a decimal exact, a float without « .0 » where it is whole (a column of whole numbers
with holes is stored as floats by pandas), a boolean `TRUE` or `FALSE`, bytes UTF-8 text where they are, else
hexadecimal. A child table's first column, « record », holds its parent's `_record`. pandas' own metadata is not read.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl

from breachkit.errors import UnreadableSource
from breachkit.reading.archives.spool import seekable
from breachkit.reading.binary_content import content_of
from breachkit.reading.blob import Blob
from breachkit.reading.database.arrow_text import MAX_DEPTH, flat_columns
from breachkit.reading.key_names import published_name
from breachkit.reading.naming import table_name
from breachkit.reading.table_writer import Content, Intake, TableWriter, column_names

if TYPE_CHECKING:
    import pyarrow as pa
    from pyarrow import parquet

BATCH_ROWS = 50_000


def read_parquet(blob: Blob, intake: Intake) -> None:
    """The table of a Parquet file and those of its lists. UnreadableSource where it is damaged or has no column."""
    from pyarrow import parquet

    with seekable(blob, intake.limits, intake.connection) as stream, library_errors(blob):
        content = content_of(stream, "parquet", intake.progress)
        file = parquet.ParquetFile(stream, arrow_extensions_enabled=False, page_checksum_verification=True)
        schema = file.schema_arrow
        if file.metadata.num_columns > intake.limits.columns:
            raise blob.unreadable(
                f"plus de {intake.limits.columns} colonnes ; limite « columns ».",
                f"more than {intake.limits.columns} columns; limit “columns”.",
            )
        if not len(schema):
            raise blob.unreadable("le fichier n'a pas de colonne.", "the file has no column.")
        own = replace(blob, truncated=list(blob.truncated))
        tables = ParquetTables(own, intake, content)
        damaged = sum(not _read_group(file, group, tables) for group in range(file.num_row_groups))
        if damaged and not tables.records:
            raise _damaged(blob)
        if damaged:
            own.truncated.append("parquet")
        if not tables.records:
            tables.add(schema.empty_table())
        tables.finish(None if damaged else file.metadata.num_rows)


def _read_group(file: parquet.ParquetFile, group: int, tables: ParquetTables) -> bool:
    """Whether a row group could be read to its end; what comes before its damage is kept."""
    import pyarrow as pa

    try:
        for batch in file.iter_batches(batch_size=BATCH_ROWS, row_groups=[group], use_pandas_metadata=False):
            tables.add(batch)
    except (pa.ArrowException, OSError, UnicodeError):
        return False
    return True


class ParquetTables:
    """The table of the records, and one for each list in them, made when it is first met."""

    def __init__(self, blob: Blob, intake: Intake, content: Content) -> None:
        self._blob, self._intake, self._content = blob, intake, content
        self._writers: dict[tuple[str, ...], tuple[TableWriter, list[str]]] = {}
        self._unpacked = 0
        self.records = 0

    def add(self, batch: pa.RecordBatch | pa.Table) -> None:
        """One batch of records, and the elements of their lists."""
        import pyarrow as pa

        table = pa.Table.from_batches([batch]) if isinstance(batch, pa.RecordBatch) else batch
        self._store((), table, None)
        self.records += table.num_rows

    def _store(self, path: tuple[str, ...], table: pa.Table, parents: pl.Series | None) -> None:
        """A table's flat columns, then the tables of its lists; `parents` are the parents' record numbers."""
        flat, lists = flat_columns(table)
        names = list(flat)
        writer = self._writer(path, names, child=parents is not None)
        first = writer.ledger.loaded + 1
        frame = pl.DataFrame(
            {
                "_record": pl.int_range(first, first + table.num_rows, dtype=pl.Int64, eager=True),
                "_line": pl.int_range(first, first + table.num_rows, dtype=pl.Int64, eager=True),
            }
        )
        columns = [flat[name] for name in names]
        if parents is not None:
            columns = [parents.cast(pl.String), *columns]
        told = column_names(writer.cells)
        frame = frame.with_columns(series.alias(name) for series, name in zip(columns, told, strict=True))
        self._count(int(frame.estimated_size()))
        writer.load(frame)
        writer.ledger.physical_lines += table.num_rows
        writer.ledger.record_lines += table.num_rows
        for name, (elements, rows) in lists.items():
            child = pl.Series("record", rows) + first
            self._store((*path, name), elements, child)

    def _count(self, size: int) -> None:
        """A column of one repeated value takes no room in the file whatever its length: its text does."""
        self._unpacked += size
        if self._unpacked > self._intake.limits.unpacked_bytes:
            raise self._blob.unreadable(
                f"plus de {self._intake.limits.unpacked_bytes} octets une fois lu ; limite « unpacked_bytes ».",
                f"more than {self._intake.limits.unpacked_bytes} bytes once read; limit “unpacked_bytes”.",
            )

    def _writer(self, path: tuple[str, ...], names: list[str], *, child: bool) -> TableWriter:
        if path not in self._writers:
            if len(self._writers) >= self._intake.limits.tables or len(path) > MAX_DEPTH:
                raise self._blob.unreadable(
                    f"plus de {self._intake.limits.tables} listes imbriquées ; limite « tables ».",
                    f"more than {self._intake.limits.tables} nested lists; limit “tables”.",
                )
            suffix = "".join(f".{table_name(part, 'liste')}" for part in path)
            writer = self._intake.table(self._blob, f"{self._blob.name}{suffix}", len(names) + child)
            self._writers[path] = (writer, ["record", *names] if child else names)
        return self._writers[path][0]

    def finish(self, found: int | None) -> None:
        """Ends every table; the first must hold as many records as the footer announces, where all could be read."""
        for path, (writer, names) in self._writers.items():
            if not path:
                writer.ledger.found = found
            writer.finish([published_name(name) for name in names], self._content)


@contextmanager
def library_errors(blob: Blob) -> Iterator[None]:
    """Arrow's errors become one sentence: its own words may quote a value."""
    import pyarrow as pa

    try:
        yield
    except (pa.ArrowException, OSError, UnicodeError, MemoryError) as error:
        if "decrypt" in str(error).lower():
            raise blob.unreadable(
                "fichier Parquet chiffré ; déchiffrez-le d'abord.", "encrypted Parquet file; decrypt it first."
            ) from None
        raise _damaged(blob) from None


def _damaged(blob: Blob) -> UnreadableSource:
    return blob.unreadable(
        "fichier Parquet abîmé ou incomplet ; demandez-en une autre copie.",
        "Parquet file damaged or incomplete; ask for another copy.",
    )
