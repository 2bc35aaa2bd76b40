"""Elements of XML as rows: attributes and single elements as columns, repeated elements as rows of a child table.

A child table's first column, « record », holds the `_record` of its parent, as with JSON. A column's name is the path
of names from the record, joined by points, without namespaces.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property

import polars as pl

from breachkit.reading.delimited.cell_cleaning import clean_cells
from breachkit.reading.encodings.decode import DAMAGE_MARK, MIXED_MARK, SourceBytes
from breachkit.reading.json.tables import LINK, SCALAR
from breachkit.reading.key_names import published_name
from breachkit.reading.markup.xml_shape import CONTROL_MARK, Path, Shape, is_technical
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
    tag: str = ""  # its name as it is written
    texts: list[str] = field(default_factory=list)
    children: list[Element] = field(default_factory=list)

    @property
    def text(self) -> str:
        """Its own text, without the blanks around it."""
        return "".join(self.texts).strip() if self.texts else ""

    @property
    def is_plain(self) -> bool:
        """Whether it is nothing but text."""
        return not self.children and (not self.attributes or all(map(is_technical, self.attributes)))

    def longest(self) -> int:
        """The characters of the longest text in it."""
        own = max(sum(map(len, self.texts)), max(map(len, self.attributes.values()), default=0))
        return max(own, max((child.longest() for child in self.children), default=0))


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

    def discard(self) -> None:
        """Takes it back, if anything of it was written."""
        if "into" in self.__dict__:
            self.into.discard()

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
        if not self.cells:
            self.column(())  # nothing but empty elements
        self.into.widen(self.cells)
        names = column_names(self.cells)
        columns = {name: pl.Series([row.get(at) for _, _, row in rows], dtype=pl.String)
                   for at, name in enumerate(names)}  # fmt: skip
        frame = pl.DataFrame(
            {"_record": [row[0] for row in rows], "_line": [row[1] for row in rows], **columns},
            schema_overrides={"_record": pl.Int64, "_line": pl.Int64},
        )
        self.into.load(cleaned(frame, names, self.into, found))


def cleaned(frame: pl.DataFrame, names: list[str], writer: TableWriter, found: SourceBytes) -> pl.DataFrame:
    """The records without marks and misread text; each counts as repaired once, under its first reason."""
    if not names or (found.is_ascii and not (found.nuls or found.controls)):
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
    """All tables of one text. `begin` is called with each new one; UnreadableSource where there are too many."""

    def __init__(
        self,
        shape: Shape,
        found: SourceBytes,
        widest: int,
        begin: Callable[[XmlTable], None],
        writer: Callable[[XmlTable], TableWriter],
    ) -> None:
        self._shape, self._found, self._widest, self._begin, self._writer = shape, found, widest, begin, writer
        self.tables: dict[Path, XmlTable] = {}

    def root(self, path: Path) -> XmlTable:
        """The table of the records of a path."""
        if path in self.tables:
            return self.tables[path]
        named = next((step for step in reversed(path) if step[:1] == "="), path[-1])
        return self._new(path, told_name(named), linked=False)

    def _new(self, path: Path, name: str, *, linked: bool) -> XmlTable:
        name = name or f"table {len(self.tables) + 1}"
        table = self.tables[path] = XmlTable(name, linked, self._writer, self._widest)
        self._begin(table)
        return table

    def write(self, record: Element, path: Path) -> XmlTable:
        """Keeps one record, and what it holds, in their tables."""
        table = self.root(path)
        self._row(record, path, table, 0)
        return table

    def _row(self, element: Element, path: Path, table: XmlTable, parent: int) -> None:
        number, cells = table.put(element.line, parent)
        self._fill(element, path, (), cells, (table, number, path))
        table.held += 100 + sum(map(len, cells.values()))
        if len(table.waiting) * table.cells >= FLUSH_CELLS or table.held >= FLUSH_CHARACTERS:
            table.flush(self._found)

    def _fill(
        self, element: Element, path: Path, key: Path, cells: dict[int, str], record: tuple[XmlTable, int, Path]
    ) -> None:
        """What an element holds, into the cells of the record that it is part of: its table, number and path."""
        table, number, origin = record
        for name, value in element.attributes.items():
            if not is_technical(name):
                cells[table.column((*key, "@" + name.rpartition(":")[2]))] = value
        text = element.text
        nil = element.attributes.get(NIL) in ("true", "1")
        if text or (element.is_plain and not nil and (key or () in table.columns)):
            cells[table.column(key)] = text
        if not element.children:
            return
        met: set[str] = set()
        for child in element.children:
            if child.name in met:
                self._shape.lists.add((*path, child.name))
            met.add(child.name)
        for child in element.children:
            place = (*path, child.name)
            if place not in self._shape.lists:
                self._fill(child, place, (*key, child.name), cells, record)
                continue
            inner = self.tables.get(place)
            if inner is None:
                words = [table.name, *map(told_name, place[len(origin) :])]
                inner = self._new(place, ".".join(filter(None, words)), linked=True)
            self._row(child, place, inner, number)

    def put_alone(self, table: XmlTable, element: Element) -> None:
        """One record with the attributes of an element as its columns."""
        self._fill(element, (), (), table.put(element.line, 0)[1], (table, 1, ()))
        table.flush(self._found)

    def flush(self) -> None:
        """Writes what waits in every table."""
        for table in self.tables.values():
            table.flush(self._found)


def told_name(step: str) -> str:
    """An element's name as a table may be told by it, "" where it may not."""
    return table_name(step.lstrip("="), "")
