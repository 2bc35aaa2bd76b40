"""JSON in every shape in which it is exported: documents, lines, lists, maps, columns; nested values as tables.

Memory is bounded by the longest record (four times the limit `cell_characters`), whatever the size of the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np
import polars as pl

from breachkit.errors import UnreadableSource
from breachkit.reading.encodings.decode import utf8_blocks
from breachkit.reading.json.account import LineAccount
from breachkit.reading.json.columns import counts_up, fit_together, listed, put_together
from breachkit.reading.json.conventions import COLUMNS_KEY, ROWS_KEY, is_envelope
from breachkit.reading.json.document import Walker
from breachkit.reading.json.lines import LineWalker
from breachkit.reading.json.shape import Shape, Where, shape_of
from breachkit.reading.json.sniff import TAIL, code_before
from breachkit.reading.json.tables import Shredder, Table
from breachkit.reading.json.tokens import NULLS
from breachkit.reading.key_names import published_name
from breachkit.reading.ledger import Ledger
from breachkit.reading.naming import table_name
from breachkit.reading.table_writer import Intake, TableWriter, column_names
from breachkit.reading.text import Text

SAMPLE_BYTES = 1 << 20
PIECE_BYTES = 1 << 21
CAREFUL_BYTES = 1 << 14  # of the smallest piece after something broken: what follows it is read again
# What passes each limit, in French and in English.
PASSED = {"tables": ("tables", "tables"), "columns": ("colonnes", "columns"), "nesting": ("niveaux", "levels")}


def read_json(text: Text, intake: Intake) -> None:
    """The tables of a JSON text, in the order in which they begin, each child behind its parent.

    UnreadableSource where no record can be read, or a limit is passed.
    """
    JsonReader(text, intake).read()


class JsonReader:
    """One reading: the tables begun so far, and the account of the text's lines."""

    def __init__(self, text: Text, intake: Intake) -> None:
        self.text, self.intake = text, intake
        self.lines = LineAccount()
        self.shape = Shape()
        self.tables: list[Table] = []
        self.shredders: dict[Where, Shredder] = {}

    def read(self) -> None:
        """Reads the text and finishes its tables, or takes them all back."""
        try:
            walker = self._walk()
            self._finish(walker)
        except UnreadableSource:
            for table in reversed(self.tables):
                table.discard()
            raise

    def _walk(self) -> Walker:
        blocks = self._blocks()
        data, more = _filled(b"", blocks, SAMPLE_BYTES)
        skipped, coded = code_before(data)
        lines = self.text.format == "json_lines"
        self.shape = shape_of(data[skipped:], whole=not more, nesting=self.intake.limits.nesting, by_line=lines)
        by_line = lines and self.shape.root == "records"
        walker = (LineWalker if by_line else Walker)(
            self.shape, self.intake.limits, self.lines, self._shredder, self._refuse
        )
        if skipped:
            self._account_for(data[:skipped])
            data = data[skipped:]
        size = PIECE_BYTES
        while data or more:
            if more and len(data) < size:
                data, more = _filled(data, blocks, size)
            piece = data[:size]
            whole = not more and len(piece) == len(data)
            if whole and coded:
                piece = TAIL.sub(lambda found: re.sub(rb"[^\n]", b" ", found.group()), piece)
            used, broken = walker.piece(piece, whole=whole)
            data = data[used:]
            size = max(CAREFUL_BYTES, size // 8) if broken else 2 * size if not used else min(2 * size, PIECE_BYTES)
            if whole and used == len(piece):
                break
        walker.end()
        return walker

    def _blocks(self) -> Iterator[bytes]:
        told = 0
        for block in utf8_blocks(self.text.blob, self.text.found):
            told += len(block)
            self.intake.progress(len(block))
            yield block
        self.intake.progress(max(0, self.text.found.size - told))

    def _account_for(self, data: bytes) -> None:
        """The lines of what stands before the JSON."""
        breaks = np.flatnonzero(np.frombuffer(data, dtype=np.uint8) == ord("\n"))
        marks = np.array([found.start() for found in re.finditer(rb"[^\s]+", data)], dtype=np.int64)
        self.lines.take(len(data), breaks, marks, [])

    def _shredder(self, where: Where, role: str) -> Shredder:
        """What writes the records at a place of the text."""
        if where in self.shredders:
            return self.shredders[where]
        name = self.text.blob.name
        told = [part for key in where[-1:] if (part := table_name(key, ""))]
        if where:
            name = told[-1] if told else f"table {len(self.shredders) + 1}"
        made = self.shredders[where] = Shredder(name, self.shape.maps.get(where, []), self._begin, self.text.found)
        made.paths.by_position = role == "rows"
        made.keyed = role == "entries"
        made.linked = bool(where) and self.shape.kept
        made.bulk = self.shape.bulk
        made.nested = bool(where)
        made.root()
        return made

    def _begin(self, table: Table) -> None:
        if len(self.tables) >= self.intake.limits.tables:
            raise self._refuse("tables", self.intake.limits.tables)
        table.number = len(self.tables)
        table.begin = self._writer
        self.tables.append(table)

    def _refuse(self, limit: str, most: int) -> UnreadableSource:
        """The error of a limit that is passed."""
        (fr, en) = PASSED[limit]
        return self.text.blob.unreadable(
            f"plus de {most} {fr} ; limite « {limit} ».", f"more than {most} {en}; limit “{limit}”."
        )

    def _writer(self, table: Table) -> TableWriter:
        return self.intake.table(self.text.blob, table.name, table.cells)

    def _finish(self, walker: Walker) -> None:
        kept = self._without_names() if self.shape.header else self._without_empty()
        told = {table.number: self._headers(table) for table in self.tables}
        self._keep_scalars(walker, kept, told)
        if self.shape.columns:
            kept = self._together(kept, told)
        if not any(table.into.ledger.loaded for table in kept) and any(table.into.ledger.rejected for table in kept):
            raise self.text.blob.unreadable(
                "JSON dont aucun enregistrement ne se lit (guillemets simples, clés sans guillemets, texte coupé ou "
                "niveaux au delà de la limite « nesting »).",
                "JSON of which no record can be read (single quotes, keys without quotes, a text cut short, or levels "
                "beyond the limit “nesting”).",
            )
        ledgers: dict[int, Ledger] = {table.number: table.into.ledger for table in kept}
        if kept:
            self.lines.settle(ledgers, kept[0].number)
        if walker.truncated:
            self.text.blob.truncated.append("json")
        for table in kept:
            table.into.finish(told[table.number], self.text.content)

    def _headers(self, table: Table) -> list[str | None]:
        owner = next(one for one in self.shredders.values() if table in one.tables.values())
        return owner.headers(table)

    def _without_names(self) -> list[Table]:
        """The tables but for the lists that only name the columns, and number the rows, of the one table of rows."""
        connection, kept = self.intake.connection, list(self.tables)
        names, rows, index = (self.shredders.get((key,)) for key in (COLUMNS_KEY, ROWS_KEY, "index"))
        if names is None or rows is None:
            return kept
        told = listed(names.root(), connection)
        if len(told) != len(rows.root().columns) or names.root().into.ledger.rejected:
            return kept
        rows.header = [published_name(name) for name in told]
        useless = [names.root()]
        if index is not None and counts_up(index.root(), connection):
            useless.append(index.root())
        for table in useless:
            table.discard()
        return [table for table in kept if table not in useless]

    def _without_empty(self) -> list[Table]:
        """The tables but for those of lists that hold only records of types, which have tables of their own."""
        kept = []
        for shredder in self.shredders.values():
            typed = [table for table in shredder.tables.values() if shredder.paths.is_type(table.path)]
            for table in shredder.tables.values():
                if typed and not table.records and table not in typed:
                    table.discard()
                else:
                    kept.append(table)
        return sorted(kept, key=lambda table: table.number)

    def _keep_scalars(self, walker: Walker, kept: list[Table], told: dict[int, list[str | None]]) -> None:
        """What an object that holds tables tells itself becomes a record, where it is more than an interface's."""
        own = {where: value for where, value in walker.scalars.items() if not is_envelope(where[-1])}
        if not own or self.shape.collection or self.shape.by_name:
            return
        table = Table(self.text.blob.name, 0, ())
        self._begin(table)
        table.into.widen(len(own))
        values = [None if value in NULLS else value for value in own.values()]
        schema = {"_record": pl.Int64, "_line": pl.Int64, **dict.fromkeys(column_names(len(own)), pl.String)}
        table.into.load(pl.DataFrame([(1, 1, *values)], schema=schema, orient="row"))
        table.records = 1
        told[table.number] = [".".join(filter(None, map(published_name, where))) or None for where in own]
        kept.append(table)

    def _together(self, kept: list[Table], told: dict[int, list[str | None]]) -> list[Table]:
        """The columns that are tables of their own as one table, where they fit."""
        connection = self.intake.connection
        if not fit_together(kept, connection):
            return kept
        keyed = len(kept[0].fixed)
        table = Table(self.text.blob.name, 0, ())
        self._begin(table)
        table.into.widen(keyed + len(kept))
        put_together(kept, table.into, connection)
        told[table.number] = [*kept[0].fixed, *(published_name(where[-1]) or None for where in self.shredders)]
        for one in reversed(kept):
            one.discard()
        return [table]


def _filled(data: bytes, blocks: Iterator[bytes], size: int) -> tuple[bytes, bool]:
    """The data with blocks added up to a size, and whether there may be more."""
    parts, held = [data], len(data)
    while held < size:
        block = next(blocks, None)
        if block is None:
            return b"".join(parts), False
        parts.append(block)
        held += len(block)
    return b"".join(parts), True
