"""The tables of one dump: their columns, their records on the way into the workspace, and what they may be called."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import polars as pl

from breachkit.reading.delimited.cell_cleaning import clean_cells
from breachkit.reading.encodings.line_encodings import DAMAGE_MARK, MIXED_MARK
from breachkit.reading.key_names import published_name
from breachkit.reading.naming import table_name
from breachkit.reading.sql.lines import BLANK, HEADER, OTHER, RECORD, LineBook
from breachkit.reading.sql.table import DumpTable, Place
from breachkit.reading.table_writer import Intake, TableWriter, column_names
from breachkit.reading.text import Text

WAITING_ROWS = 4096  # records read one by one that are kept together
WAITING_BYTES = 8 << 20
UNWRITTEN_BYTES = 48 << 20  # what all tables of the dump may hold back together; a choice
VIEW_BYTES = 16  # what a column holds for each cell beside its text
FLUSH_ROWS = 122_880  # a whole row group of DuckDB

MARKS = {DAMAGE_MARK: "undecodable_byte", MIXED_MARK: "mixed_encoding"}


@dataclass(frozen=True)
class Block:
    """Records on their way: columns c1…, the line where each begins, bytes of text, and their numbers if they have any.

    `marked`: marks of decoding may stand in the cells; `controls`: control characters may.
    """

    frame: pl.DataFrame
    lines: pl.Series
    size: int
    records: pl.Series | None = None
    marked: bool = False
    controls: bool = False


class DumpTables:
    """All tables of a dump, in the order in which they begin."""

    def __init__(self, text: Text, intake: Intake, book: LineBook) -> None:
        self._text, self._intake, self._book = text, intake, book
        self.marked = not text.found.clean_utf8  # marks of decoding may stand in the text
        self.begun: list[DumpTable] = []
        self._by_place: dict[Place, DumpTable] = {}
        self._unwritten = 0

    def find(self, place: Place) -> DumpTable:
        """The table at a place: the same name, else the same in other letters, else a new one that is not begun."""
        found = self._by_place.get(place) or self._by_place.get(_folded(place))
        return found or DumpTable(place)

    def begin(self, table: DumpTable) -> None:
        """Makes a table one of the dump, and the one that lines belong to. UnreadableSource past `tables`."""
        if table.place not in self._by_place:
            limit = self._intake.limits.tables
            if len(self.begun) == limit:
                raise self._text.blob.unreadable(
                    f"plus de {limit} tables ; limite « tables ».", f"more than {limit} tables; limit “tables”."
                )
            self.begun.append(table)
            self._by_place[table.place] = table
            self._by_place.setdefault(_folded(table.place), table)
        self._book.current = table.lines

    def load(self, table: DumpTable, layout: tuple[int, ...], block: Block) -> None:
        """Keeps records: columns c1… are the values in the order of `layout`."""
        self._write_rows(table)
        frame, records = block.frame, block.records
        if records is None:
            first = self.number(table, len(frame))
            records = pl.int_range(first, first + len(frame), eager=True)
        counted: set[int] = set()
        if block.marked:
            frame = _unmarked(frame, records, table.repaired, counted)
        self._keep(table, layout, Block(frame, block.lines, block.size, records, controls=block.controls), counted)
        self._held(table, block.size + VIEW_BYTES * frame.width * len(frame))

    def add(
        self, table: DumpTable, layout: tuple[int, ...], cells: list[str | None], *, line: int, repair: str = ""
    ) -> None:
        """Keeps one record."""
        if len(table.rows) >= WAITING_ROWS or table.row_bytes > WAITING_BYTES:
            self._write_rows(table)
        record = self.number(table, 1)
        for mark, reason in MARKS.items():
            if any(cell is not None and mark in cell for cell in cells):
                cells = [cell and cell.replace(mark, "") for cell in cells]
                repair = repair or reason
        if repair:
            table.repaired[repair] += 1
            table.counted.add(record)
        table.rows.append((record, line, layout, cells))
        size = sum(len(cell) for cell in cells if cell) + 64 * len(cells)
        table.row_bytes += size
        self._held(table, size)

    def number(self, table: DumpTable, count: int) -> int:
        """The number of the first of so many records, which are then to be loaded or rejected under theirs."""
        table.records += count
        return table.records - count + 1

    def reject(self, table: DumpTable, *, line: int, reason: str, raw: str, record: int | None = None) -> None:
        """Keeps the text of a record that cannot be read."""
        kept = without_marks(raw)
        table.rejects.append((self.number(table, 1) if record is None else record, line, reason, kept))
        table.reject_bytes += len(kept)
        self._held(table, len(kept))
        if len(table.rejects) >= WAITING_ROWS or table.reject_bytes > WAITING_BYTES:
            self._write_rejects(table)

    def _held(self, table: DumpTable, size: int) -> None:
        """Writes a table by whole row groups, and everything once all tables together hold much.

        A dump may go to and fro between thousands of tables.
        """
        self._unwritten += size
        full = self._unwritten > UNWRITTEN_BYTES
        for one in self.begun if full else [table] if table.unwritten >= FLUSH_ROWS else []:
            self._write_rows(one)
            self._write_rejects(one)
            one.unwritten = 0
            if one.writer:
                one.writer.flush()
        if full:
            self._unwritten = 0

    def _write_rows(self, table: DumpTable) -> None:
        if not table.rows:
            return
        rows, table.rows, table.row_bytes = table.rows, [], 0
        counted, table.counted = table.counted, set()
        width = max(max(layout) for _, _, layout, _ in rows) + 1
        whole = tuple(range(width))
        cells = [values if layout == whole else _spread(values, layout, width) for _, _, layout, values in rows]
        frame = pl.DataFrame(cells, schema=dict.fromkeys(column_names(width), pl.String), orient="row")
        records = pl.Series([row[0] for row in rows], dtype=pl.Int64)
        lines = pl.Series([row[1] for row in rows], dtype=pl.Int64)
        self._keep(table, whole, Block(frame, lines, 0, records, controls=True), counted)

    def _keep(self, table: DumpTable, layout: tuple[int, ...], block: Block, counted: set[int]) -> None:
        """Gives records to the writer, their cells put right; `counted` are those that count as repaired already."""
        writer = self._writer(table)
        names = column_names(max(layout, default=-1) + 1)
        own = {name: names[at] for name, at in zip(block.frame.columns, layout, strict=True)}
        frame = block.frame.rename(own)
        found = self._text.found
        controls = block.controls or bool(found.controls or found.nuls)
        if controls or found.maybe_mojibake:
            # Several records may stand on one line: they are told apart by their numbers.
            frame = frame.with_columns(pl.Series("_line", block.records))
            frame = clean_cells(
                frame, list(own.values()), writer, counted, controls=controls, mojibake=found.maybe_mojibake
            )
        writer.load(frame.with_columns(pl.Series("_record", block.records), pl.Series("_line", block.lines)))
        table.unwritten += len(frame)

    def _write_rejects(self, table: DumpTable) -> None:
        if not table.rejects:
            return
        schema = {"record": pl.Int64, "line": pl.Int64, "reason": pl.String, "raw": pl.String}
        frame = pl.DataFrame(table.rejects, schema=schema, orient="row")
        table.rejects, table.reject_bytes = [], 0
        self._writer(table).reject(frame)

    def _writer(self, table: DumpTable) -> TableWriter:
        width = max(len(table.columns), table.width)
        if table.writer is None:
            number = self.begun.index(table) + 1
            name = table_name(table.place[2], f"table {number}")
            table.writer = self._intake.table(self._text.blob, name, width)
        if width > table.writer.cells:
            table.writer.widen(width)
        return table.writer

    def discard(self) -> None:
        """Takes all tables back: the dump is not read."""
        for table in self.begun:
            if table.writer:
                table.writer.discard()

    def finish(self) -> None:
        """Every table of the dump into the reading, those without records too. UnreadableSource where there is none."""
        if not self.begun:
            raise self._text.blob.unreadable(
                "script SQL sans table ni enregistrement.", "SQL script without tables or records."
            )
        first = self.begun[0]
        first.lines[:] = [own + before for own, before in zip(first.lines, self._book.before, strict=True)]
        for table in self.begun:
            self._write_rows(table)
            self._write_rejects(table)
            self._writer(table)
        for table, name in zip(self.begun, self._names(), strict=True):
            writer = self._writer(table)
            writer.name = name
            ledger = writer.ledger
            ledger.blank_lines, ledger.other_lines = table.lines[BLANK], table.lines[OTHER]
            ledger.header_lines, ledger.record_lines = table.lines[HEADER], table.lines[RECORD]
            ledger.physical_lines = sum(table.lines)
            ledger.repaired_by_reason.update(table.repaired)
            writer.finish([published_name(column) for column in table.columns], self._text.content)

    def _names(self) -> list[str]:
        """The tables' names; with their database or schema before them where the dump has several of those."""
        several = [len({table.place[part].casefold() for table in self.begun}) > 1 for part in (0, 1)]
        taken = {table.name for table in self._intake.tables}
        names = []
        for number, table in enumerate(self.begun, start=1):
            parts = [
                table_name(part, fallback)
                for part, fallback, shown in zip(table.place[:2], ("base", "schéma"), several, strict=True)
                if shown and part
            ]
            base = name = ".".join([*parts, table_name(table.place[2], f"table {number}")])
            again = 1
            while name in taken:
                again += 1
                name = f"{base} ({again})"
            taken.add(name)
            names.append(name)
        return names


def _spread(values: list[str | None], layout: tuple[int, ...], width: int) -> list[str | None]:
    """Values in the columns of their table."""
    cells: list[str | None] = [None] * width
    for at, value in zip(layout, values, strict=True):
        cells[at] = value
    return cells


def _unmarked(frame: pl.DataFrame, records: pl.Series, repaired: Counter[str], counted: set[int]) -> pl.DataFrame:
    """Records without the marks of decoding, once those that hold one are counted, each under one reason."""
    for mark, reason in MARKS.items():
        holds = pl.any_horizontal(
            pl.col(name).str.contains(mark, literal=True).fill_null(False) for name in frame.columns
        )
        held = set(records.filter(frame.select(holds).to_series()).to_list())
        if held:
            repaired[reason] += len(held - counted)
            counted |= held
            frame = frame.with_columns(pl.all().str.replace_all(mark, "", literal=True))
    return frame


def without_marks(text: str) -> str:
    """A text without the marks of decoding."""
    return text.replace(DAMAGE_MARK, "").replace(MIXED_MARK, "")


def _folded(place: Place) -> Place:
    database, schema, table = (part.casefold() for part in place)
    return database, schema, table
