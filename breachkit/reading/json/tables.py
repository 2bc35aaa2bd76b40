"""JSON records into tables: a column for each path, a child table for each list and map.

A child table's first column, « record », holds the `_record` of its parent; the parent keeps no cell of a list.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import polars as pl

from breachkit.reading.encodings.decode import DAMAGE_MARK, MIXED_MARK, SourceBytes
from breachkit.reading.header import published_header
from breachkit.reading.json.paths import ROOT, Paths, follow, locate
from breachkit.reading.json.tokens import KEY, TEXT, Tokens
from breachkit.reading.key_names import published_name
from breachkit.reading.naming import table_name
from breachkit.reading.table_writer import TableWriter

LINK, MAP_KEY, SCALAR = "record", "clé", "valeur"
# key → what stands beside it where it only wraps the record: Elasticsearch, GeoJSON, FHIR, Elasticsearch's updates
WRAPPERS = {"_source": ("_index", "_id"), "properties": ("geometry",), "resource": ("fullUrl",), "doc": ()}
REASONS = ("", "invalid_json", "not_a_record", "too_deep", "cell_too_long", "truncated_record")
INVALID, NOT_A_RECORD, TOO_DEEP, TOO_LONG, TRUNCATED = range(1, 6)
HEADER = 255  # in place of a reason: the names of the columns
HEADER_SAMPLE = 200
MARKS = str.maketrans("", "", DAMAGE_MARK + MIXED_MARK)
TYPE_KEY, TYPED = "resourceType", b'"resourceType"'  # FHIR: a bundle holds records of several types
TYPE_PATTERN = r"^[A-Z][A-Za-z]{2,39}$"


@dataclass
class Units:
    """The records of one table in a piece of text, in order: their tokens, bytes and, where bad, the reason's number.

    `line` gives the physical line of each of some places in the piece.
    """

    tokens: Tokens
    holder: np.ndarray
    first: np.ndarray
    last: np.ndarray
    start: np.ndarray
    end: np.ndarray
    reason: np.ndarray
    line: Callable[[np.ndarray], np.ndarray]

    def raw(self, at: np.ndarray) -> list[str]:
        """The text of some of them, without marks of damage."""
        spans = zip(self.start[at], self.end[at], strict=True)
        return [self.tokens.data[a:b].decode("utf-8", "replace").translate(MARKS) for a, b in spans]


@dataclass
class Table:
    """A table while it is filled: which path is in which column, how many records it has, and its writer.

    `begin` makes the writer when the first record comes, with the columns that are known by then.
    """

    name: str
    path: int
    fixed: tuple[str, ...]  # headers of the columns that are no path: link and key
    begin: Callable[[Table], TableWriter] | None = None
    columns: dict[int, int] = field(default_factory=dict)  # path → position, from 0
    records: int = 0
    number: int = 0  # among all tables of the text

    @property
    def cells(self) -> int:
        """Columns so far."""
        return len(self.fixed) + len(self.columns)

    @cached_property
    def into(self) -> TableWriter:
        """Its writer."""
        if self.begin is None:
            raise ValueError("the table was not begun")
        return self.begin(self)

    def discard(self) -> None:
        """Takes it back, if anything of it was written."""
        if "into" in self.__dict__:
            self.into.discard()


class Shredder:
    """Writes the records of one list, map or sequence, and what they hold, into their tables."""

    def __init__(
        self, name: str, maps: Sequence[Sequence[str | int]], begin: Callable[[Table], None], found: SourceBytes
    ) -> None:
        self.name, self._begin, self.found = name, begin, found
        self.paths = Paths()
        self.paths.maps.update(follow(self.paths, steps) for steps in maps)
        self.tables: dict[int, Table] = {}
        self.linked = self.keyed = self.bulk = False
        self.nested = False  # its records are not at the top of the text: their name stands before a child's
        self.header: Sequence[str] | None = None
        self._header_wanted = True

    def root(self, path: int = ROOT) -> Table:
        """The table of the records themselves (of one type, where the path is a type's)."""
        if path in self.tables:
            return self.tables[path]
        name = self.name if path == ROOT else table_name(self.paths.key(path), self.name)
        return self._new(name, path, (*([LINK] * self.linked), *([MAP_KEY] * self.keyed)))

    def child(self, path: int, *, keyed: bool) -> Table:
        """The table of a list or map inside the records."""
        if path in self.tables:
            return self.tables[path]
        name = ".".join(self._child_words(path)) or f"table {len(self.tables) + 1}"
        return self._new(name, path, (LINK, *([MAP_KEY] * keyed)))

    def _child_words(self, path: int) -> list[str]:
        """The words that name a child table: those of its parent, then the keys that lead from it to the child."""
        parent = self.paths.owner[self.paths.parent[path]]
        if parent == ROOT or self.paths.is_type(parent):
            before = [self.tables[parent].name] if self.nested or parent != ROOT else []
        else:
            before = self._child_words(parent)
        words = self.unwrapped(self.paths.words(path, beyond=parent), parent)
        return [*before, *(told for word in words if (told := table_name(word, "")))]

    def _new(self, name: str, path: int, fixed: tuple[str, ...]) -> Table:
        table = self.tables[path] = Table(name, path, fixed)
        self._begin(table)
        return table

    def add(self, units: Units) -> np.ndarray:
        """Writes a batch; for each unit the number of its table."""
        from breachkit.reading.json.batch import Batch

        if self.paths.by_position and self._header_wanted and len(units.first):
            self._find_header(units)
        good = np.flatnonzero(units.reason == 0)
        inside = _inside(units, good)
        types = np.full(len(units.first), -1, dtype=np.int64)
        types[good] = self._types(units, good, inside)
        for path in np.unique(types[good]):
            self.root(int(path))
        main = next(iter(self.tables.values())) if self.tables else self.root()
        types[types < 0] = main.path
        numbers = np.zeros(len(types), dtype=np.int64)
        counted = units.reason != HEADER
        for path in np.unique(types[counted]):
            table, some = self.tables[int(path)], np.flatnonzero(counted & (types == path))
            numbers[some] = table.records + 1 + np.arange(len(some))
            table.records += len(some)
        bad = np.flatnonzero(counted & (units.reason > 0))
        if len(bad):
            self._reject(main, numbers[bad], units.line(units.start[bad]), units.reason[bad], units.raw(bad))
        if len(good):
            nodes = locate(units.tokens, units.holder, units.first[good], inside, types[good], self.paths)
            paths = [int(path) for path in np.unique(types[good])]
            told = {path: numbers[good][types[good] == path] for path in paths}
            Batch(self, units, nodes, told, self._mixed(units, types, numbers)).write()
        owners = np.zeros(len(types), dtype=np.int64)
        for path in np.unique(types):
            owners[types == path] = self.tables[int(path)].number
        return owners

    def _mixed(self, units: Units, types: np.ndarray, numbers: np.ndarray) -> dict[int, set[int]]:
        """The records of each table on whose lines another encoding was found."""
        data = units.tokens.data
        if MIXED_MARK.encode() not in data:
            return {}
        places = np.array([found.start() for found in re.finditer(MIXED_MARK.encode(), data)])
        at = np.searchsorted(units.start, places, side="right") - 1
        at = np.unique(at[(at >= 0) & (places < units.end[at])])
        at = at[units.reason[at] == 0]
        return {int(path): set(numbers[at[types[at] == path]].tolist()) for path in np.unique(types[at])}

    def reject(self, raw: str, line: int, reason: int) -> Table:
        """Keeps one piece of text that holds no record that can be read."""
        main = next(iter(self.tables.values())) if self.tables else self.root()
        main.records += 1
        self._reject(main, np.array([main.records]), np.array([line]), np.array([reason]), [raw])
        return main

    def _reject(self, table: Table, number: np.ndarray, line: np.ndarray, reason: np.ndarray, raw: list[str]) -> None:
        reasons = [REASONS[int(one)] for one in reason]
        columns = {"record": number, "line": line, "reason": reasons, "raw": raw}
        table.into.reject(pl.DataFrame(columns, schema_overrides={"record": pl.Int64, "line": pl.Int64}))

    def _types(self, units: Units, good: np.ndarray, inside: np.ndarray) -> np.ndarray | int:
        """The path of each record: that of its type where it names one, itself or in what it wraps."""
        tokens, first = units.tokens, units.first[good]
        if not len(good) or TYPED not in tokens.data:
            return ROOT
        level = tokens.level - int(tokens.level[first[0]])
        at = np.flatnonzero(inside & (tokens.kind == KEY) & (level <= 2))
        at = at[(tokens.texts(at) == TYPE_KEY).to_numpy() & (tokens.kind[np.minimum(at + 2, len(tokens) - 1)] == TEXT)]
        record = units.holder[at]
        outer = level[record] == 1
        outer[outer] &= (tokens.texts(record[outer] - 2) == "resource").to_numpy()
        at, record = at[outer | (level[record] == 0)], record[outer | (level[record] == 0)]
        record = np.where(level[record] == 1, units.holder[record], record)
        names = tokens.texts(at + 2)
        right = names.str.contains(TYPE_PATTERN).to_numpy()
        found = np.zeros(len(good), dtype=np.int64)
        paths = {name: self.paths.of_type(name) for name in names.filter(right).unique(maintain_order=True)}
        where = np.searchsorted(first, record[right])
        found[where] = [paths[name] for name in names.filter(right)]
        return found

    def _find_header(self, units: Units) -> None:
        """Rows that are lists: whether the first names the columns."""
        self._header_wanted = False
        if self.header is not None:
            return
        good = np.flatnonzero(units.reason == 0)[:HEADER_SAMPLE]
        rows = [_cells(raw) for raw in units.raw(good)]
        if not rows or good[0] != 0:
            return
        width = len(rows[0])
        found = published_header(rows[0], [row for row in rows[1:] if len(row) == width]) if width else None
        if found is not None:
            self.header = found
            units.reason[0] = HEADER

    def headers(self, table: Table) -> list[str | None]:
        """The names of a table's columns as they may be told."""
        found: list[str | None] = [*table.fixed]
        for path in table.columns:
            words = self.unwrapped(self.paths.words(path, beyond=table.path), table.path)
            if self.paths.by_position and table.path == ROOT and words:
                place = int(words[0]) - 1
                words = [self.header[place] if self.header and place < len(self.header) else "", *words[1:]]
                told = words if words[0] else []
            else:
                told = [published_name(word) for word in words] if words else [SCALAR]
            found.append(".".join(word for word in told if word) if told and told[-1] else None)
        return found

    def unwrapped(self, words: list[str], record: int) -> list[str]:
        """The keys that lead to a value, without the one that only wraps the record."""
        if len(words) < 2 or words[0] not in WRAPPERS:
            return words
        beside = {self.paths.key(one) for one in range(1, len(self.paths)) if self.paths.parent[one] == record}
        marks = WRAPPERS[words[0]]
        typed = words[0] == "resource" and self.paths.is_type(record)
        return words[1:] if typed or beside & set(marks) or (not marks and self.bulk) else words


def _inside(units: Units, good: np.ndarray) -> np.ndarray:
    """Which tokens are part of a good record."""
    edges = np.zeros(len(units.tokens) + 1, dtype=np.int32)
    edges[units.first[good]] += 1
    edges[units.last[good] + 1] -= 1
    inside: np.ndarray = np.cumsum(edges[:-1]) > 0
    return inside


def _cells(raw: str) -> list[str]:
    """The elements of one list as texts; what is nested has none."""
    values = json.loads(raw, strict=False, parse_int=str, parse_float=str, parse_constant=str)
    return [str(value) if isinstance(value, str | bool) else "" for value in values]
