"""One table of a dump while it is read: its columns, and what of it waits to be written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from breachkit.reading.sql.lines import LineCounts, no_lines
from breachkit.reading.table_writer import TableWriter

Place = tuple[str, str, str]  # database, schema, table; "" where the dump names none


@dataclass
class DumpTable:
    """One table: its columns by name ("" where none is known), and the account of its lines and records.

    `order` are the columns in the order of the last definition, which is that of values without a list of columns;
    `generated` those of them that no dump writes values for.
    """

    place: Place
    columns: list[str] = field(default_factory=list)
    order: tuple[int, ...] = ()
    generated: frozenset[int] = frozenset()
    created: bool = False  # the dump holds its definition
    width: int = 0  # cells of a record in which no column is named; 0 where that is not known
    lines: LineCounts = field(default_factory=no_lines)
    writer: TableWriter | None = None
    records: int = 0
    repaired: Counter[str] = field(default_factory=Counter)
    rows: list[tuple[int, int, tuple[int, ...], list[str | None]]] = field(default_factory=list)
    row_bytes: int = 0
    unwritten: int = 0  # records that the writer holds back
    counted: set[int] = field(default_factory=set)  # waiting records that count as repaired
    rejects: list[tuple[int, int, str, str]] = field(default_factory=list)
    reject_bytes: int = 0

    def define(self, columns: Sequence[str], generated: frozenset[int]) -> None:
        """Takes note of a definition; of a second one, columns of the same name are the same."""
        if not self.records:
            self.columns, self.order = [], ()
        self.created = False
        self.order = self.positions(columns)
        self.generated = frozenset(self.order[at] for at in generated)
        self.created = True

    def add_columns(self, names: Sequence[str]) -> None:
        """Takes note of columns that are added at the end of the definition."""
        known = {name.casefold() for name in self.columns}
        new = [name for name in names if name.casefold() not in known]
        self.order += tuple(range(len(self.columns), len(self.columns) + len(new)))
        self.columns += new

    @property
    def stored(self) -> tuple[int, ...]:
        """The columns that values without a list fill, once computed ones are left out."""
        return tuple(at for at in self.order if at not in self.generated)

    def positions(self, names: Sequence[str]) -> tuple[int, ...]:
        """The position of each named column, in any case of letters; names that are new become columns.

        Where one name of a list is new, and one column of the table's definition is not in the list, they are the
        same: one of the two is damaged.
        """
        known = {name.casefold(): at for at, name in reversed(list(enumerate(self.columns))) if name}
        listed = [known.get(name.casefold()) for name in names]
        missing = set(range(len(self.columns))) - set(listed)
        if self.created and len(missing) == 1 and len(names) == len(self.columns) and listed.count(None) == 1:
            listed[listed.index(None)] = missing.pop()
        found: dict[int, None] = {}
        for name, at in zip(names, listed, strict=True):
            if at is None or at in found:
                self.columns.append(name)
                at = len(self.columns) - 1
            found[at] = None
        return tuple(found)
