"""One batch of JSON records, column by column, into the tables of their list.

Where an object holds one key twice the last value is kept, as JSON libraries do; the record counts as repaired
(`duplicate_key`) where the values differ.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from breachkit.reading.delimited.cell_cleaning import clean_cells
from breachkit.reading.encodings.decode import DAMAGE_MARK, MIXED_MARK
from breachkit.reading.json.paths import ENTRY, Nodes, is_scalar
from breachkit.reading.json.tokens import LITERAL, NULLS, TEXT, with_escapes
from breachkit.reading.table_writer import column_names

if TYPE_CHECKING:
    from breachkit.reading.json.tables import Shredder, Table, Units

MAX_CELLS = 1 << 22  # cells of one frame: a wide and sparse table is written in several
LONE_HALF = re.compile("[\ud800-\udfff]")
Column = tuple[int, np.ndarray]  # a path and its scalar tokens


class Batch:
    """The values of one batch and where they go."""

    def __init__(
        self,
        shredder: Shredder,
        units: Units,
        nodes: Nodes,
        numbers: dict[int, np.ndarray],
        mixed: dict[int, set[int]],
    ) -> None:
        """`numbers` are the numbers of the records of each root table; `mixed` those read in another encoding."""
        self.shredder, self.paths = shredder, shredder.paths
        self.units, self.tokens = units, units.tokens
        self.numbers = numbers
        self.rows: dict[int, np.ndarray] = {}  # record path → tokens of its records
        self.columns: dict[int, list[Column]] = defaultdict(list)
        self.order = np.zeros(len(self.tokens), dtype=np.int64)  # token → its place among the values
        for path, at in nodes.by_path():
            if self.paths.is_record(path):
                self.rows[path] = at
            scalars = at[is_scalar(self.tokens.kind[at])]
            if len(scalars):
                self.columns[self.paths.owner[path]].append((path, scalars))
        self.mixed = mixed
        self.marked = MIXED_MARK.encode() in self.tokens.data
        self.escaped = b"\\" in self.tokens.data
        self.values, self.damaged = self._values(nodes.at)

    def write(self) -> None:
        """Every table's part of the batch; parents before children."""
        for path, at in self.rows.items():
            if path in self.numbers:
                table = self.shredder.root(path)
            else:
                table = self.shredder.child(path, keyed=self.paths.step[path] == ENTRY)
                self.numbers[path] = table.records + 1 + np.arange(len(at))
                table.records += len(at)
            self._write(table, at)

    def _values(self, at: np.ndarray) -> tuple[pl.Series, bool]:
        """All scalars as texts, NULL for null, with one NULL behind them for what is absent."""
        scalars = at[is_scalar(self.tokens.kind[at])]
        self.order[scalars] = np.arange(len(scalars))
        values = self.tokens.texts(scalars)
        literal = np.flatnonzero(self.tokens.kind[scalars] == LITERAL)
        if len(literal):
            nulls = literal[values.gather(literal).is_in(NULLS).to_numpy()]
            values = values.scatter(nulls, None) if len(nulls) else values
        inside = np.zeros(len(self.tokens), dtype=bool)
        inside[scalars] = True
        escaped = with_escapes(self.tokens)
        escaped = escaped[inside[escaped] & (self.tokens.kind[escaped] == TEXT)]
        if len(escaped):
            values = values.scatter(self.order[escaped], unescaped(self.tokens.texts(escaped)))
        damaged = DAMAGE_MARK.encode() in self.tokens.data or bool(
            len(escaped) and values.str.contains(DAMAGE_MARK, literal=True).any()
        )
        return values.extend_constant(None, 1), damaged

    def _write(self, table: Table, at: np.ndarray) -> None:
        found = self._known(table)
        writer = table.into
        if table.cells > writer.cells:
            writer.widen(table.cells)
        repaired = np.zeros(len(at), dtype=bool)
        wanted = {position: self._cells(scalars, at, repaired) for position, scalars in found}
        if repaired.any():
            writer.ledger.repaired_by_reason["duplicate_key"] += int(repaired.sum())
        names = column_names(table.cells)
        step = max(1, MAX_CELLS // max(table.cells, 1))
        for begin in range(0, len(at), step):
            part = slice(begin, begin + step)
            frame = {
                "_record": pl.Series(self.numbers[table.path][part], dtype=pl.Int64),
                "_line": pl.Series(self.units.line(self.tokens.start[at[part]]), dtype=pl.Int64),
            }
            frame |= dict(zip(names, self._fixed(table, at[part]), strict=False))
            frame |= {names[position]: self.values.gather(places[part]) for position, places in wanted.items()}
            writer.load(self._cleaned(table, pl.DataFrame(frame), repaired[part]))

    def _known(self, table: Table) -> list[tuple[int, np.ndarray]]:
        """The columns of a table in this batch; a new one takes its place in the order in which they appear."""
        found = self.columns.get(table.path, [])
        parents = set(self.paths.parent)
        for path, scalars in sorted(found, key=lambda one: int(one[1][0])):
            if path in table.columns:
                continue
            nothing = path in parents and self.values.gather(self.order[scalars]).null_count() == len(scalars)
            if not nothing:  # null in place of a list or object makes no column
                table.columns[path] = table.cells
        return [(table.columns[path], scalars) for path, scalars in found if path in table.columns]

    def _cells(self, scalars: np.ndarray, at: np.ndarray, repaired: np.ndarray) -> np.ndarray:
        """For each record the place of its value; marks the records that hold two values that differ."""
        places = self.order[scalars]
        if len(scalars) == len(at) and bool((scalars >= at).all()) and bool((scalars[:-1] < at[1:]).all()):
            return places
        rows = np.searchsorted(at, scalars, side="right") - 1
        again = np.flatnonzero(rows[1:] == rows[:-1])
        if len(again):
            differs = self.values.gather(places[again]).ne_missing(self.values.gather(places[again + 1])).to_numpy()
            repaired[rows[again[differs]]] = True
        cells = np.full(len(at), len(self.values) - 1, dtype=np.int64)
        cells[rows] = places  # of several the last
        return cells

    def _fixed(self, table: Table, at: np.ndarray) -> list[pl.Series]:
        """The columns that are no values: the number of the parent's record, the key of a map's entry."""
        found = []
        for header in table.fixed:
            if header == "record":
                found.append(self._links(table, at))
            else:
                keys = self.tokens.texts(at - 2)
                escaped = np.flatnonzero(keys.str.contains("\\", literal=True).to_numpy())
                found.append(keys.scatter(escaped, unescaped(keys.gather(escaped))) if len(escaped) else keys)
        return found

    def _links(self, table: Table, at: np.ndarray) -> pl.Series:
        if self.paths.parent[table.path] < 0 or self.paths.is_type(table.path):
            return pl.Series(np.ones(len(at), dtype=np.int64)).cast(pl.String)  # the one object that holds the list
        parent = self.paths.owner[self.paths.parent[table.path]]
        place = np.searchsorted(self.rows[parent], at, side="right") - 1
        return pl.Series(self.numbers[parent][place]).cast(pl.String)

    def _cleaned(self, table: Table, frame: pl.DataFrame, repaired: np.ndarray) -> pl.DataFrame:
        """The records without marks and with their cells put right; each counts as repaired once."""
        names = [name for name in frame.columns if name[0] == "c"]
        counted = set(frame["_record"].filter(pl.Series(repaired)).to_list())
        if self.damaged and names:
            held = pl.any_horizontal(pl.col(name).str.contains(DAMAGE_MARK, literal=True) for name in names)
            damaged = set(frame.filter(held)["_record"].to_list()) - counted
            if damaged:
                table.into.ledger.repaired_by_reason["undecodable_byte"] += len(damaged)
            counted |= damaged
        mixed = self.mixed.get(table.path, set()) & set(frame["_record"].to_list()) if self.mixed else set()
        if mixed - counted:
            table.into.ledger.repaired_by_reason["mixed_encoding"] += len(mixed - counted)
        counted |= mixed
        if self.damaged or self.marked:
            frame = frame.with_columns(
                pl.col(name).str.replace_all(f"[{DAMAGE_MARK}{MIXED_MARK}]", "") for name in names
            )
        data, found = self.tokens.data, self.shredder.found
        escapes = self.escaped and (b"\\u00" in data or b"\\b" in data or b"\\f" in data)
        controls = bool(found.controls or found.nuls) or escapes or b"\x7f" in data
        if not names or not (controls or found.maybe_mojibake or escapes):
            return frame
        # What is put right is told by record: several may stand on one line.
        named = frame.rename({"_line": "_place", "_record": "_line"})
        named = clean_cells(
            named, names, table.into, counted, controls=controls, mojibake=found.maybe_mojibake or escapes
        )
        return named.rename({"_line": "_record", "_place": "_line"})


def unescaped(texts: pl.Series) -> pl.Series:
    """Strings as JSON means them; a lone half of a character is U+FFFD, marked as damage."""
    values: list[str] = json.loads('["' + '","'.join(texts.to_list()) + '"]', strict=False)
    try:
        return pl.Series(values, dtype=pl.String)
    except UnicodeEncodeError:
        return pl.Series([LONE_HALF.sub(DAMAGE_MARK + "\ufffd", value) for value in values], dtype=pl.String)


__all__ = ["Batch", "unescaped"]
