"""Random tables in random dialects, damaged in known places, and what must hold of their reading.

    python -m tests.fuzz_delimited --minutes 5 --seed 1

Nothing but UnreadableSource may be raised; the account of lines and records must add up (the reader checks it itself);
an undamaged table comes back exactly; damage in k places costs few records besides those it stands in. What fails is
printed with its seed, and belongs into tests/data/odd/delimited once mended.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from breachkit.errors import UnreadableSource
from breachkit.reading.load import read_sources
from breachkit.reading.table_writer import LoadedTable

NAMES = ["DURAND", "PETIT", "LE GOFF", "MOREAU", "D'ARC", "LEFÈVRE", "ROUSSEL-BLANC", "O'BRIEN", "GIRARD", "NOËL"]
GIVEN = ["Jeanne", "Luc", "Zoé", "Noël", "Anne-Marie", "Élise", "Jean Paul", "Léa"]
CITIES = ["Paris", "Lyon", "L'Haÿ-les-Roses", "Nîmes", "Saint-Étienne", "Brest"]
WORDS = [
    *("vu", "revu", "absent", "à revoir", "appeler", "sa fille", "le médecin traitant", "tension 12 8", "va mieux"),
    *("douleur", "depuis", "trois jours"),
]
DELIMITERS = [";", ";", ",", ",", "\t", "|", "^", "~", "\x1f", "\x01", "||", "|~|", "::"]
DAMAGES = ("delete", "insert", "flip", "duplicate", "swap")
INSERTED = [
    b'"',
    b"'",
    b";",
    b",",
    b"\t",
    b"|",
    b"\n",
    b"\r",
    b"x",
    b"\\",
    b" ",
    b"\xff",
    b"\xe9",
    b"\x00",
    b'";',
    b'""',
    b"#",
]
NEIGHBOURS = 2  # records that one damage may cost besides the one that it stands in


def _date(rng: random.Random) -> str:
    return f"{rng.randint(1, 28):02}/{rng.randint(1, 12):02}/{rng.randint(1930, 2015)}"


def _note(rng: random.Random, marks: str) -> str:
    words = [rng.choice(WORDS) for _ in range(rng.randint(1, 9))]
    if marks and rng.random() < 0.4:
        words.insert(rng.randrange(len(words) + 1), rng.choice(marks))
    return " ".join(words)


COLUMNS: dict[str, Callable[[random.Random, str], str]] = {
    "NOM": lambda rng, _: rng.choice(NAMES),
    "PRENOM": lambda rng, _: rng.choice(GIVEN),
    "DATE_NAISSANCE": lambda rng, _: _date(rng),
    "TELEPHONE": lambda rng, _: "06 39 98 " + f"{rng.randint(0, 99):02} {rng.randint(0, 99):02}",
    "EMAIL": lambda rng, _: (
        f"{rng.choice(GIVEN).lower().replace(' ', '').replace('é', 'e')}{rng.randint(1, 999)}@example.org"
    ),
    "VILLE": lambda rng, _: rng.choice(CITIES),
    "CODE_POSTAL": lambda rng, _: f"{rng.randint(1, 95):02}{rng.randint(0, 999):03}",
    "MONTANT": lambda rng, _: f"{rng.randint(0, 999)},{rng.randint(0, 99):02}",
    "SEXE": lambda rng, _: rng.choice("MF"),
    "COMMENTAIRE": _note,
}


@dataclass(frozen=True)
class Written:
    """A table and how it was written: the lines of the file in bytes, and where its records begin among them."""

    header: list[str]
    rows: list[list[str]]
    content: bytes
    body: int  # where the records begin in the content
    dialect: str


def random_table(rng: random.Random) -> Written:
    """A table of invented persons in a random dialect."""
    delimiter, quote = rng.choice(DELIMITERS), rng.choice(['"', '"', '"', "'"])
    backslash = quote == '"' and rng.random() < 0.15
    style = rng.choice(["minimal", "minimal", "all", "text"])
    names = ["NOM", *rng.sample([name for name in COLUMNS if name != "NOM"], rng.randint(2, 7))]
    identifier = rng.random() < 0.5
    control = delimiter < " " and delimiter != "\t"
    marks = rng.choice(
        ["", "" if control else delimiter, quote if control else f"{delimiter}{quote}", f"\n{quote}", ",;"]
    )
    rows = []
    for number in range(rng.choice([4, 9, 30, 30, 200])):
        row = [COLUMNS[name](rng, marks) if rng.random() > 0.08 else "" for name in names]
        rows.append([str(number + 1), *row] if identifier else row)
    header = ["ID", *names] if identifier else names
    write = Writer(delimiter, quote, style, backslash=backslash)
    if quote == "'" and sum(write.cell(cell) != cell for row in rows for cell in row) < 3:
        quote, write = '"', Writer(delimiter, '"', style, backslash=False)  # a lone pair of apostrophes may be text
    end = rng.choice(["\n", "\n", "\r\n"])
    top = rng.choice(["", "", "", f"Export du 12/03/2024{end}{end}", f"# source : logiciel{end}"])
    head = top + write.line(header) + end
    body = end.join(write.line(row) for row in rows) + (end if rng.random() < 0.8 else "")
    # Many control characters in an 8-bit encoding are taken for a binary format.
    encoding = rng.choice(["utf-8", "utf-8", "utf-8-sig"] if control else ["utf-8", "utf-8", "cp1252", "utf-8-sig"])
    first = head.encode(encoding)
    content = first + body.encode(encoding.removesuffix("-sig"))
    dialect = f"{delimiter!r} {quote} {style} backslash={backslash} {end!r} {encoding} marks={marks!r}"
    return Written(header, rows, content, len(first), dialect)


@dataclass(frozen=True)
class Writer:
    """Writes lines in one dialect."""

    delimiter: str
    quote: str
    style: str
    backslash: bool

    def line(self, cells: Sequence[str]) -> str:
        """One record."""
        return self.delimiter.join(map(self.cell, cells))

    def cell(self, cell: str) -> str:
        """One cell, quoted where it must be or the style says so."""
        must = self.delimiter in cell or self.quote in cell or "\n" in cell or cell != cell.strip()
        must = must or any(mark in cell for mark in self.delimiter)
        if not must and not (self.style == "all" or (self.style == "text" and not cell.isdigit())):
            return cell
        if self.backslash:
            escaped = cell.replace("\\", "\\\\").replace(self.quote, "\\" + self.quote)
        else:
            escaped = cell.replace(self.quote, self.quote * 2)
        return f"{self.quote}{escaped}{self.quote}"


def damage(content: bytes, start: int, places: int, rng: random.Random) -> bytes:
    """The content with damage in so many places after `start`."""
    damaged = bytearray(content)
    for _ in range(places):
        at, kind = rng.randrange(start, max(start + 1, len(damaged))), rng.choice(DAMAGES)
        if kind == "delete":
            del damaged[at : at + 1]
        elif kind == "insert":
            damaged[at:at] = rng.choice(INSERTED)
        elif kind == "flip" and at < len(damaged):
            damaged[at] ^= 1 << rng.randrange(8)
        elif kind == "duplicate":
            damaged[at:at] = damaged[at : at + rng.randint(1, 12)]
        elif kind == "swap":
            damaged[at : at + 2] = damaged[at : at + 2][::-1]
    return bytes(damaged)


def workspace() -> Any:
    """A workspace in memory."""
    connection = duckdb.connect(config={"threads": 1, "memory_limit": "500MB"})
    connection.execute("CREATE SCHEMA w")
    connection.execute(
        "CREATE TABLE w.rejects (source INTEGER, record BIGINT, line BIGINT, reason VARCHAR, raw VARCHAR)"
    )
    return connection


def read(path: Path, content: bytes) -> tuple[list[LoadedTable], list[tuple[str, ...]]]:
    """The tables of a content, and the cells of all their records."""
    path.write_bytes(content)
    connection = workspace()
    try:
        tables = list(read_sources([path], connection).tables)
        rows = [
            tuple("" if cell is None else cell for cell in row[2:])
            for table in tables
            for row in connection.execute(f"SELECT * FROM {table.table} ORDER BY _record").fetchall()
        ]
    finally:
        connection.close()
    return tables, rows


def lines_of(content: bytes) -> int:
    """Physical lines, whatever ends them."""
    text = content.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    return text.count(b"\n") + (not text.endswith(b"\n") and bool(text))


def check_undamaged(written: Written, path: Path) -> str | None:
    """What is wrong with the reading of a table that nothing happened to."""
    tables, rows = read(path, written.content)
    if len(tables) != 1 or list(tables[0].headers) != written.header:
        return f"headers {[table.headers for table in tables]}"
    source = tables[0].source
    if source.repaired or source.rejected:
        return f"repaired {source.repaired_by_reason}, rejected {source.rejected_by_reason}"
    wanted = [tuple(row) for row in written.rows]
    if rows != wanted:
        wrong = next(
            at for at, pair in enumerate(zip([*rows, None], [*wanted, None], strict=False)) if pair[0] != pair[1]
        )
        return f"record {wrong + 1} differs"
    return None


def check_damaged(written: Written, path: Path, places: int, rng: random.Random) -> tuple[str | None, bytes]:
    """What is wrong with the reading of a table that was damaged, and its content."""
    content = damage(written.content, written.body, places, rng)
    try:
        tables, rows = read(path, content)
    except UnreadableSource:
        return ("unreadable" if places < 3 and len(written.rows) > 9 else None), content
    counted = sum(table.source.physical_lines for table in tables)
    if abs(counted - lines_of(content)) > content.count(b"\r") + content.count(b"\x1a") + content.count(b"\x0c"):
        return f"{counted} lines of {lines_of(content)}", content
    wanted = Counter(tuple(row) for row in written.rows)
    lost = sum((wanted - Counter(rows)).values())
    if lost > places * (1 + NEIGHBOURS) and len(written.rows) > 9:
        return f"{lost} records lost to {places} damages", content
    return None, content


def check_wrecked(written: Written, path: Path, rng: random.Random) -> tuple[str | None, bytes]:
    """What is wrong with the reading of a table that was damaged all over, its header too: only its account counts."""
    content = damage(written.content, 0, rng.randint(5, 60), rng)
    try:
        tables, rows = read(path, content)
    except UnreadableSource:
        return None, content
    loaded = sum(table.source.loaded for table in tables)
    return (None if loaded == len(rows) else f"{loaded} records told, {len(rows)} kept"), content


def run(minutes: float, seed: int, keep: Path | None) -> int:
    """Fuzzes for so many minutes; how many failures."""
    end, failures, count = time.monotonic() + 60 * minutes, 0, 0
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "x.csv"
        while time.monotonic() < end:
            seed, count = seed + 1, count + 1
            rng = random.Random(seed)
            written = random_table(rng)
            wrong, content = check_undamaged(written, path), written.content
            if wrong is None:
                wrong, content = check_damaged(written, path, rng.randint(1, 4), rng)
            if wrong is None:
                wrong, content = check_wrecked(written, path, rng)
            if wrong:
                failures += 1
                sys.stdout.write(f"seed {seed}: {wrong} ({written.dialect})\n")
                if keep:
                    keep.mkdir(parents=True, exist_ok=True)
                    (keep / f"{seed}.csv").write_bytes(content)
    sys.stdout.write(f"{count} tables, {failures} failures\n")
    return failures


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=1.0)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--keep", type=Path, default=None, help="folder for the files that fail")
    told = parser.parse_args()
    sys.exit(bool(run(told.minutes, told.seed, told.keep)))
