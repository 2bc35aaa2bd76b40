"""Labelled tables of French health data, and how often the fields room is right on them, with and without headers.

    python benchmarks/field_tables.py                  both halves, one line each
    python benchmarks/field_tables.py --half known --confusions

The systems are told in tests/data/fields: `systems_known.txt` may be read when the room is improved;
`systems_held.txt` is kept for the score. Every person is invented and no word comes from the room's own lists.
"""

from __future__ import annotations

import argparse
import random
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import duckdb
from field_cells import MAKERS
from field_persons import FOLDER, Cell, person, words_of

from breachkit.fields.decide import ColumnVerdict, classify
from breachkit.fields.roles import table_role

HALVES = ("known", "further", "held")
# Fields of a person: a nuisance column that gets one of these is the gravest error.
PERSONAL = {
    *("family_name", "birth_name", "given_name", "full_name", "practitioner_name", "nir", "ins", "birth_date"),
    *("phone", "email", "postal_address", "rpps", "adeli"),
}


@dataclass(frozen=True)
class Column:
    """One labelled column: the fields that are right, the maker of its cells, its header in each style."""

    truth: frozenset[str]
    maker: tuple[str, ...]
    headers: tuple[str, ...]


@dataclass(frozen=True)
class System:
    """One kind of table: its columns and the roles that are right."""

    name: str
    roles: frozenset[str]
    rows: int
    case: str
    columns: tuple[Column, ...]

    @property
    def styles(self) -> int:
        return max(len(one.headers) for one in self.columns)


@dataclass(frozen=True)
class Table:
    """A written table: the headers given to the room, the rows, and the right fields of each column."""

    name: str
    headers: list[str]
    rows: list[list[str]]
    truth: list[frozenset[str]]
    roles: frozenset[str]


def systems(half: str) -> list[System]:
    """The systems of a half, as told in its file."""
    found: list[System] = []
    for line in (FOLDER / f"systems_{half}.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("= "):
            name, roles, rows, case = line[2:].split(", ")
            found.append(System(name, frozenset(roles.split("/")), int(rows), case, ()))
        elif line and not line.startswith("#"):
            truth, maker, headers = line.split(" : ", 2)
            column = Column(frozenset(truth.split("/")), tuple(maker.split()), tuple(headers.split(" | ")))
            last = found[-1]
            found[-1] = System(last.name, last.roles, last.rows, last.case, (*last.columns, column))
    return found


def _typo(draw: random.Random, text: str) -> str:
    if len(text) < 4 or draw.random() > 0.01:
        return text
    at = draw.randrange(len(text) - 1)
    return text[:at] + text[at + 1] + text[at] + text[at + 2 :]


def cells(system: System, half: str, rows: int, seed: int) -> list[list[str]]:
    """Rows of a system: each column with its own share of gaps (0 to 30 %), words for nothing and typing errors."""
    draw = random.Random(f"{system.name} {seed}")
    words = words_of("held" if half == "held" else "known")
    gaps = [draw.choice([0.0, 0.0, 0.05, 0.12, 0.3]) for _ in system.columns]
    made = []
    for number in range(rows):
        cell = Cell(draw, person(draw, words, number, system.case), words)
        row = []
        for column, gap in zip(system.columns, gaps, strict=True):
            text = MAKERS[column.maker[0]](cell, *column.maker[1:])
            if draw.random() < gap:
                text = ""
            elif gap and draw.random() < 0.01:
                text = draw.choice(["NC", "XXX", "inconnu", "NR", "-"])
            row.append(_typo(draw, text))
        made.append(row)
    return made


def tables(half: str, *, headers: bool, largest: int, seed: int = 1) -> Iterator[Table]:
    """Every system in every header style, at its size and at 20 rows, columns shuffled on every other table."""
    for system in systems(half):
        for style in range(system.styles if headers else 1):
            for rows in (min(system.rows, largest), 60 if headers else 120):
                made = cells(system, half, rows, seed + style)
                order = list(range(len(system.columns)))
                if style % 2:
                    random.Random(seed).shuffle(order)
                named = [one.headers[min(style, len(one.headers) - 1)] for one in system.columns]
                yield Table(
                    f"{system.name} {style + 1} ({rows})",
                    [named[at] if headers else f"col{place}" for place, at in enumerate(order, start=1)],
                    [[row[at] for at in order] for row in made],
                    [system.columns[at].truth for at in order],
                    system.roles,
                )


def load(connection: duckdb.DuckDBPyConnection, rows: Sequence[Sequence[str]]) -> str:
    """Writes the rows as the workspace does, and returns the name of the table."""
    width = len(rows[0])
    names = ", ".join(f"unnest($c{at + 1}) AS c{at + 1}" for at in range(width))
    columns = {f"c{at + 1}": [row[at] for row in rows] for at in range(width)}
    numbered = "row_number() OVER () AS _record, row_number() OVER () AS _line"
    connection.execute(f"CREATE OR REPLACE TABLE t1 AS SELECT {numbered}, * FROM (SELECT {names})", columns)
    return "t1"


@dataclass
class Score:
    """Columns looked at and how many were right, doubtful (`unknown`) or wrong; roles; persons in nuisance columns."""

    columns: int = 0
    right: int = 0
    doubtful: int = 0
    tables: int = 0
    roles: int = 0
    nuisance: int = 0

    def told(self) -> str:
        wrong = self.columns - self.right - self.doubtful
        share = self.right / self.columns
        return (
            f"{self.right}/{self.columns} = {share:.1%} right, {self.doubtful} unknown, {wrong} wrong, "
            f"{self.nuisance} persons in nuisance columns, roles {self.roles}/{self.tables}"
        )


def measure(half: str, *, headers: bool, largest: int, seed: int = 1) -> tuple[Score, Counter[str]]:
    """The score over the tables of a half and its confusions, commonest first."""
    score, confusions = Score(), Counter[str]()
    with duckdb.connect(":memory:", config={"threads": 2}) as connection:
        for table in tables(half, headers=headers, largest=largest, seed=seed):
            named = [(f"c{at}", header) for at, header in enumerate(table.headers, start=1)]
            verdicts = classify(connection, load(connection, table.rows), named)
            confusions.update(count(score, table, verdicts))
    return score, confusions


def count(score: Score, table: Table, verdicts: Sequence[ColumnVerdict]) -> Counter[str]:
    """Adds the verdicts on a table to the score, and returns what was told for something else."""
    confusions = Counter[str]()
    score.tables += 1
    role = table_role(verdicts)
    score.roles += role in table.roles
    if role not in table.roles:
        confusions[f"role {'/'.join(sorted(table.roles))} -> {role} | {table.name}"] += 1
    for verdict, truth in zip(verdicts, table.truth, strict=True):
        score.columns += 1
        if verdict.field in truth or (verdict.field == "empty" and not verdict.filled):
            score.right += 1
            continue
        score.doubtful += verdict.field == "unknown"
        score.nuisance += verdict.field in PERSONAL and not truth & PERSONAL
        told = f"{'/'.join(sorted(truth))} -> {verdict.field} | {verdict.header} | {table.name}"
        confusions[told] += 1
    return confusions


def main() -> None:
    """Prints one line for each half, with and without headers; the confusions where they are asked for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--half", choices=HALVES)
    parser.add_argument("--confusions", action="store_true")
    parser.add_argument("--largest", type=int, default=1000, help="most rows of a table")
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    for half in (arguments.half,) if arguments.half else HALVES:
        for headers in (True, False):
            score, confusions = measure(half, headers=headers, largest=arguments.largest, seed=arguments.seed)
            print(f"{half:6} {'with headers   ' if headers else 'without headers'} {score.told()}")
            if arguments.confusions:
                for told, count in confusions.most_common():
                    print(f"    {count} x {told}")


if __name__ == "__main__":
    main()
