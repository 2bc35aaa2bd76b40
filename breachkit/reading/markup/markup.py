"""Text that is markup: the tables of an HTML page or of a SpreadsheetML 2003 workbook (both met as « .xls »), or XML.

A line of the text belongs to the table that was begun last on it or before it. Rows that share one physical line
count that line once, as the line of a record if any of them is one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
import polars as pl

from breachkit.reading.encodings.decode import DAMAGE_MARK, MIXED_MARK
from breachkit.reading.markup.grid import MarkupParser, MarkupTable
from breachkit.reading.markup.xml import read_xml
from breachkit.reading.markup.xml_shape import PROLOGUE, looks_like_xml
from breachkit.reading.naming import table_name
from breachkit.reading.table_writer import Intake, TableWriter, column_names
from breachkit.reading.text import Text
from breachkit.reading.workbook.sheet_grid import Grid, grid_of
from breachkit.reading.workbook.sheet_tables import SheetTable, sheet_tables

MARKS = ("<table", "<tr", "urn:schemas-microsoft-com:office:spreadsheet")
FLAT_ODF = re.compile(r"<office:document[\s>][^>]*")
SNIFFED_LINES = 300
MAX_ROWS = 1_048_576


def looks_like_markup(lines: Sequence[str]) -> bool:
    """Whether the first lines of a text begin with a tag and hold a table of HTML or SpreadsheetML, or are XML."""
    return looks_like_xml(lines) or _holds_table(lines)


def _holds_table(lines: Sequence[str]) -> bool:
    head = "\n".join(lines[:SNIFFED_LINES]).lstrip("\ufeff \t\r\n").lower()
    return head.startswith("<") and any(mark in head for mark in MARKS)


def _is_flat_ods(lines: Sequence[str]) -> bool:
    """Whether a text is an OpenDocument workbook in one XML file."""
    text = "\n".join(lines)
    root = FLAT_ODF.match(text, found.end() if (found := PROLOGUE.match(text)) else 0)
    return root is not None and ("opendocument.spreadsheet" in root.group() or "<office:spreadsheet" in text)


def read_markup(text: Text, intake: Intake) -> None:
    """The tables of a markup text: HTML, SpreadsheetML or any XML.

    UnreadableSource where it holds none, or passes `workbook_bytes` (not XML) or `columns`.
    """
    blob, limits = text.blob, intake.limits
    if _is_flat_ods(text.sample):
        raise blob.unreadable(
            "classeur ODF « à plat » (.fods) ; enregistrez-le en ODS.", "flat ODF workbook (.fods); save it as ODS."
        )
    if looks_like_xml(text.sample):
        read_xml(text, intake)
        return
    if text.found.size > limits.workbook_bytes:
        raise blob.unreadable(
            f"plus de {limits.workbook_bytes} octets de balises ; limite « workbook_bytes ».",
            f"more than {limits.workbook_bytes} bytes of markup; limit “workbook_bytes”.",
        )

    def refuse(columns: int) -> None:
        raise blob.unreadable(
            f"plus de {limits.columns} colonnes ({columns}) ; limite « columns ».",
            f"more than {limits.columns} columns ({columns}); limit “columns”.",
        )

    parser = MarkupParser(limits.columns, MAX_ROWS, refuse)
    blank: list[bool] = []
    for block in text.blocks():
        parser.feed(block)
        blank += [not line.strip() for line in block.removesuffix("\n").split("\n")]
        intake.progress(len(block))
    parser.close()
    found = [(table, grid, part) for table in parser.tables for grid in [_grid(table)] for part in sheet_tables(grid)]
    if not found:
        raise blob.unreadable("aucune table dans ce texte balisé.", "no table in this markup.")
    first_lines = [1, *(table.lines[part.first][0] for table, _, part in found[1:]), len(blank) + 1]
    first_lines = np.maximum.accumulate(np.minimum(first_lines, len(blank) + 1)).tolist()
    for number, (table, grid, part) in enumerate(found):
        _load(text, intake, table, grid, part, np.array(blank), (first_lines[number], first_lines[number + 1]))


def _grid(table: MarkupTable) -> Grid:
    width = max(map(len, table.rows), default=0)
    rows = ([*row, *[""] * (width - len(row))] for row in table.rows)
    return grid_of(rows if width else (), (0, 0), {}, table.merged)


def _load(
    text: Text,
    intake: Intake,
    table: MarkupTable,
    grid: Grid,
    part: SheetTable,
    blank: np.ndarray,
    span: tuple[int, int],
) -> None:
    """One table into the workspace; `span` are its first line and the one after its last."""
    name = table_name(table.name, text.blob.name) if table.name else text.blob.name
    writer = intake.table(text.blob, name, len(part.places))
    names = column_names(writer.cells)
    begun = pl.Series([line for line, _ in table.lines[part.first : part.last]], dtype=pl.Int64)
    cells = grid.cells.select(pl.nth(*part.places)).slice(part.first, part.last - part.first)
    frame = cells.rename(dict(zip(cells.columns, names, strict=True))).with_columns(_line=begun)
    frame = frame.filter(pl.Series(part.kinds == "r")).with_columns(_record=pl.int_range(pl.len(), dtype=pl.Int64) + 1)
    writer.load(_without_marks(frame, names, writer))
    first, after = span
    kinds = np.where(blank[first - 1 : after - 1], "b", "o")
    for mark in ("h", "r"):
        for at in np.flatnonzero(part.kinds == mark):
            begins, ends = table.lines[part.first + int(at)]
            kinds[max(0, begins - first) : max(0, ends - first + 1)] = mark
    ledger = writer.ledger
    ledger.physical_lines = len(kinds)
    ledger.header_lines, ledger.blank_lines = int((kinds == "h").sum()), int((kinds == "b").sum())
    ledger.other_lines, ledger.record_lines = int((kinds == "o").sum()), int((kinds == "r").sum())
    writer.finish(part.header.names if part.header else (), text.content)


def _without_marks(frame: pl.DataFrame, names: list[str], writer: TableWriter) -> pl.DataFrame:
    """The records without the marks of the decoder; those that held one are counted, under the first reason."""
    counted = pl.Series([False] * len(frame), dtype=pl.Boolean)
    for mark, reason in {DAMAGE_MARK: "undecodable_byte", MIXED_MARK: "mixed_encoding"}.items():
        marked = frame.select(pl.any_horizontal(pl.col(names).str.contains(mark, literal=True))).to_series()
        if (marked & ~counted).any():
            writer.ledger.repaired_by_reason[reason] += int((marked & ~counted).sum())
        counted = counted | marked
        frame = frame.with_columns(pl.col(names).str.replace_all(mark, "", literal=True))
    return frame
