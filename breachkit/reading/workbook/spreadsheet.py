"""Workbooks (XLSX, XLS, XLSB, ODS): every table of every sheet, hidden ones too, since they were taken as well.

The library (calamine) reads values only: formulas are never evaluated (the value last computed by the spreadsheet is
read), macros are never opened. Hidden rows and columns are read. A merged area gives its value to its first cell
alone. What the ledger counts as lines are the rows of the sheet; of two tables side by side each counts its own.
"""

from __future__ import annotations

import itertools
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, BinaryIO

import polars as pl

from breachkit.errors import UnreadableSource
from breachkit.reading.archives.spool import seekable
from breachkit.reading.binary_content import content_of
from breachkit.reading.blob import Blob
from breachkit.reading.formats import sniff
from breachkit.reading.naming import table_name
from breachkit.reading.table_writer import Content, Intake, column_names
from breachkit.reading.workbook.sheet_grid import Grid, grid_of
from breachkit.reading.workbook.sheet_tables import SheetTable, sheet_tables
from breachkit.reading.workbook.workbook_guard import examine, passes
from breachkit.reading.workbook.workbook_parts import Extent, damaged


def read_spreadsheet(blob: Blob, intake: Intake) -> None:
    """The tables of a workbook's sheets.

    UnreadableSource where it is damaged, too large, or holds no table; at the end, once the others are read, where a
    sheet alone is too large.
    """
    kind = sniff(blob)
    before, refused = len(intake.tables), []
    with seekable(blob, intake.limits, intake.connection) as stream:
        extents = examine(blob, kind, stream, intake.limits)
        content = content_of(stream, kind, intake.progress)
        with _library_errors(blob), _open(blob, stream) as book:
            for index, name in _sheets(book):
                extent = extents[index] if index < len(extents) else Extent()
                if passes(extent, intake.limits):
                    refused.append(index + 1)
                    continue
                with _silent():
                    grid = _grid(book.get_sheet_by_index(index), extent)
                for table in sheet_tables(grid):
                    _load(blob, intake, grid, table, table_name(name, f"feuille {index + 1}"), content)
    if refused:
        raise _too_wide(blob, refused, intake)
    if len(intake.tables) == before:
        raise blob.unreadable(
            "aucune feuille du classeur ne contient de table.", "no sheet of the workbook holds a table."
        )


def _too_wide(blob: Blob, refused: list[int], intake: Intake) -> UnreadableSource:
    numbers, limit = ", ".join(map(str, refused)), intake.limits.workbook_bytes
    return blob.unreadable(
        f"feuille {numbers} : ses cellules sont si éloignées qu'elle prendrait plus de {limit} octets ; limite "
        "« workbook_bytes ». Exportez-la en CSV.",
        f"sheet {numbers}: its cells stand so far apart that it would take more than {limit} bytes; limit "
        "“workbook_bytes”. Export it as CSV.",
    )


def _open(blob: Blob, stream: BinaryIO) -> Any:
    import python_calamine as calamine

    stream.seek(0)
    with _silent():
        book = calamine.load_workbook(stream)
    if len(set(book.sheet_names)) < len(book.sheet_names):
        raise damaged(blob)  # the library would give the last of them for each
    return book


def _sheets(book: Any) -> list[tuple[int, str]]:
    """(place from 0, name) of each sheet that is no chart, macro or dialogue."""
    import python_calamine as calamine

    told = enumerate(book.sheets_metadata)
    return [(index, sheet.name) for index, sheet in told if sheet.typ == calamine.SheetTypeEnum.WorkSheet]


def _grid(sheet: Any, extent: Extent) -> Grid:
    """The sheet's cells; the library gives the rows above the first cell, but not the columns left of it."""
    if sheet.start is None:
        return grid_of((), (0, 0), {}, ())
    rows = itertools.islice(sheet.iter_rows(), sheet.start[0], None)
    return grid_of(rows, sheet.start, extent.exact, sheet.merged_cell_ranges or ())


@contextmanager
def _library_errors(blob: Blob) -> Iterator[None]:
    """Errors and panics of the library become the one sentence; its own words may quote a cell."""
    import python_calamine as calamine

    try:
        yield
    except calamine.PasswordError:
        raise blob.unreadable(
            "classeur protégé par un mot de passe ; enregistrez-en une copie sans mot de passe.",
            "workbook protected by a password; save a copy without password.",
        ) from None
    except (calamine.CalamineError, OSError):
        raise damaged(blob) from None
    except BaseException as error:
        # A panic of Rust code is a BaseException of a type that no module exports.
        if type(error).__name__ != "PanicException":
            raise
        raise damaged(blob) from None


@contextmanager
def _silent() -> Iterator[None]:
    """Nothing goes to file descriptor 2: a panic of Rust code writes its backtrace there, past Python's stderr."""
    try:
        kept = os.dup(2)
    except OSError:  # it is closed: nothing can be written to it
        yield
        return
    try:
        nothing = os.open(os.devnull, os.O_WRONLY)
        try:
            os.dup2(nothing, 2)
        finally:
            os.close(nothing)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)


def _load(blob: Blob, intake: Intake, grid: Grid, table: SheetTable, name: str, content: Content) -> None:
    """One table into the workspace."""
    writer = intake.table(blob, name, len(table.places))
    names = column_names(writer.cells)
    records = (
        grid.cells.select(pl.nth(*table.places))
        .slice(table.first, table.last - table.first)
        .rename(dict(zip((grid.cells.columns[place] for place in table.places), names, strict=True)))
        .with_columns(_line=pl.int_range(pl.len(), dtype=pl.Int64) + grid.first_row + table.first)
        .filter(pl.Series(table.kinds == "r"))
        .with_columns(_record=pl.int_range(pl.len(), dtype=pl.Int64) + 1)
    )
    long = pl.any_horizontal(pl.col(column).str.len_chars() > intake.limits.cell_characters for column in names)
    writer.load(records.filter(~long))
    writer.reject(
        records.filter(long).select(
            record="_record", line="_line", reason=pl.lit("cell_too_long"), raw=pl.concat_str(names, separator="\t")
        )
    )
    ledger = writer.ledger
    ledger.physical_lines = len(table.kinds)
    ledger.header_lines, ledger.blank_lines = int((table.kinds == "h").sum()), int((table.kinds == "b").sum())
    ledger.other_lines, ledger.record_lines = int((table.kinds == "o").sum()), int((table.kinds == "r").sum())
    writer.finish(table.header.names if table.header else (), content)
