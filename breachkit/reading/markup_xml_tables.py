"""Elements of XML as rows: attributes and single elements as columns, repeated elements as rows of a child table.

A child table's first column, « record », holds the `_record` of its parent, as with JSON. A column's name is the path
of names from the record, joined by points, without namespaces.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property

import polars as pl

from breachkit.reading.cell_cleaning import clean_cells
from breachkit.reading.controls import strip_controls
from breachkit.reading.decode import DAMAGE_MARK, MIXED_MARK, SourceBytes
from breachkit.reading.json_tables import LINK, SCALAR
from breachkit.reading.key_names import published_name
from breachkit.reading.markup_xml_shape import CONTROL_MARK, Path, Shape, is_technical
from breachkit.reading.naming import table_name
from breachkit.reading.table_writer import TableWriter, column_names

FLUSH_CELLS = 1 << 18
FLUSH_CHARACTERS = 1 << 24
MARKS = {"undecodable_byte": DAMAGE_MARK, "mixed_encoding": MIXED_MARK, "control_characters": CONTROL_MARK}
ALL_MARKS = "".join(MARKS.values())
NIL = "xsi:nil"


@dataclass(slots=True)
class Element:
    """An element that is being read, or was: its name, where it begins, and what it holds."""

    name: str
    attributes: dict[str, str]
    line: int
    texts: list[str] = field(default_factory=list)
    children: list[Element] = field(default_factory=list)

    @property
    def text(self) -> str:
        """Its own text, without the blanks around it."""
        return "".join(self.texts).strip()

    @property
    def is_plain(self) -> bool:
        """Whether it is nothing but text."""
        return not self.children and all(map(is_technical, self.attributes))


@dataclass
class XmlTable:
    """A table while it is filled; rows wait by position of their cells."""

    name: str
    linked: bool
    begin: Callable[[XmlTable], TableWriter]
    widest: int
    columns: dict[Path, int] = field(default_factory=dict)
    records: int = 0
    number: int = 0
    waiting: list[tuple[int, int, dict[int, str]]] = field(default_factory=list)
    held: int = 0

    @cached_property
    def into(self) -> TableWriter:
        """Its writer."""
        return self.begin(self)

    @property
    def cells(self) -> int:
        """Columns so far."""
        return self.linked + len(self.columns)

    def column(self, path: Path) -> int:
        """The position of a path's column; UnreadableSource where there are too many."""
        found = self.columns.get(path)
        if found is None:
            found = self.columns[path] = self.cells
            if self.cells > self.widest:
                self.into.widen(self.cells)
        return found

    def headers(self) -> list[str | None]:
        """The names of the columns as they may be told."""
        told: list[str | None] = [LINK] if self.linked else []
        for path in self.columns:
            words = [published_name(step.lstrip("@=")) for step in path] or [SCALAR]
            told.append(".".join(filter(None, words)) if words[-1] else None)
        return told

    def put(self, line: int, parent: int) -> tuple[int, dict[int, str]]:
        """A new record: its number, and its cells to be filled."""
        self.records += 1
        cells: dict[int, str] = {0: str(parent)} if self.linked else {}
        self.waiting.append((self.records, line, cells))
        return self.records, cells

    def flush(self, found: SourceBytes) -> None:
        """Writes what waits."""
        rows, self.waiting, self.held = self.waiting, [], 0
        if not rows:
            return
        self.into.widen(self.cells)
        names = column_names(self.cells)
        columns = {name: pl.Series([row[at] if at in row else None for _, _, row in rows], dtype=pl.String)
                   for at, name in enumerate(names)}  # fmt: skip
        frame = pl.DataFrame(
            {"_record": [row[0] for row in rows], "_line": [row[1] for row in rows], **columns},
            schema_overrides={"_record": pl.Int64, "_line": pl.Int64},
        )
        self.into.load(cleaned(frame, names, self.into, found))


def cleaned(frame: pl.DataFrame, names: list[str], writer: TableWriter, found: SourceBytes) -> pl.DataFrame:
    """The records without marks and misread text; each counts as repaired once, under its first reason."""
    if not names or found.is_ascii and not (found.nuls or found.controls):
        return frame
    counted: set[int] = set()
    for reason, mark in MARKS.items():
        held = pl.any_horizontal(pl.col(names).str.contains(mark, literal=True))
        touched = set(frame.filter(held)["_record"].to_list()) - counted
        if touched:
            writer.ledger.repaired_by_reason[reason] += len(touched)
            counted |= touched
    frame = frame.with_columns(pl.col(names).str.replace_all(f"[{ALL_MARKS}]", ""))
    named = frame.rename({"_line": "_place", "_record": "_line"})  # several records may stand on one line
    named = clean_cells(named, names, writer, counted, controls=True, mojibake=found.maybe_mojibake)
    return named.rename({"_line": "_record", "_place": "_line"})


class XmlTables:
    """All tables of one text. `begin` registers a new one; UnreadableSource where there are too many."""

    def __init__(
        self, shape: Shape, fallback: str, begin: Callable[[XmlTable], None], found: SourceBytes, limits: tuple[int, int]
    ) -> None:
        """`limits` are the columns of a table and the characters of a cell."""
        self._shape, self._fallback, self._begin, self._found = shape, fallback, begin, found
        self._widest, self._longest = limits
        self.tables: dict[Path, XmlTable] = {}

    def root(self, path: Path) -> XmlTable:
        """The table of the records of a path."""
        return self.tables.get(path) or self._new(path, table_name(path[-1].lstrip("="), self._fallback), linked=False)

    def _new(self, path: Path, name: str, *, linked: bool) -> XmlTable:
        table = self.tables[path] = XmlTable(name, linked, self._writer, self._widest)
        self._begin(table)
        return table

    def _writer(self, table: XmlTable) -> TableWriter:
        raise NotImplementedError
