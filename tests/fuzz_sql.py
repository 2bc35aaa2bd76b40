"""A fuzzer of the SQL dump reader: tables written as each program writes them, read back whole or damaged.

    python tests/fuzz_sql.py --minutes 5 --seed 1

A dump as it was written must be read back exactly. A damaged one must give no error but UnreadableSource, an account
that adds up, and each of its lines in one table. Failing dumps are written to the folder given by --keep.
"""

from __future__ import annotations

import argparse
import os
import random
import re
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from breachkit import case, workspace
from breachkit.errors import UnreadableSource
from breachkit.limits import Limits
from breachkit.reading.blob import Blob, SourceFile
from breachkit.reading.encodings.decode import examine, utf8_blocks
from breachkit.reading.sql import copy as sql_copy
from breachkit.reading.sql import dump as sql_dump
from breachkit.reading.sql import feed as sql_feed
from breachkit.reading.sql import records as sql_records
from breachkit.reading.sql.dump import read_sql_dump
from breachkit.reading.table_writer import Intake, LoadedTable
from breachkit.reading.text import Text
from tests.sql_writers import WRITERS, Row, Table

USUAL = {
    "block": sql_feed.BLOCK_BYTES,
    "smallest": sql_records.SMALLEST_WINDOW,
    "largest": sql_records.LARGEST_WINDOW,
    "copy": sql_copy.WINDOW_BYTES,
}
CONTROLS = re.compile("[\x00\x08\x1a]")  # of those that the words hold: no part of a value
NAMES = ("patients", "medecins", "rendez_vous", "adresses", "notes", "actes")
COLUMNS = ("id", "nom", "prenom", "date_naissance", "note", "ville", "email", "telephone", "adresse", "code")
WORDS = (
    *("", "0", "12", "0033", "DURAND", "Hélène", "l'été", "d''Artagnan", "a;b", "(x),(y)", "),(", "');", "-- non"),
    *(
        "/* c */",
        "INSERT INTO `patients` VALUES (1,'x');",
        "\n",
        "ligne 1\nligne 2",
        "\n\n",
        "\\",
        "\\\\'",
        "\\N",
        "\\.",
    ),
    *("C:\\dir\\", "é\\'", '"guillemets"', "`accent`", "[crochets]", "#", "$$", "$q$", "NULL", "null", "true", "1,2"),
    *("a\tb", "œuf €", "';\n-- fin", "*/", "N'x'", "GO", "\nGO\n", "\nCOPY x (a) FROM stdin;\n", "12:30", "1e5", "-5"),
    *("  espaces  ", "%_"),
)
MYSQL_WORDS = (*WORDS, "\0", "\x1a", "\r\n", "\b")


def random_table(rng: random.Random, name: str, words: tuple[str, ...], rows: int) -> Table:
    """A table of a few columns, whose cells are made of words that break careless readers."""
    columns = tuple(rng.sample(COLUMNS, rng.randint(1, 6)))
    made: list[Row] = []
    for _ in range(rows):
        made.append(tuple(_cell(rng, words) for _ in columns))
    return Table(name, columns, tuple(made))


def _cell(rng: random.Random, words: tuple[str, ...]) -> str | None:
    style = rng.random()
    if style < 0.15:
        return None
    if style < 0.4:
        return str(rng.randint(0, 99_999))
    return "".join(rng.choice(words) for _ in range(rng.randint(1, 3)))


def random_dump(rng: random.Random) -> tuple[str, list[Table], str]:
    """The name of a dialect, tables, and their dump."""
    dialect = rng.choice(sorted(WRITERS))
    words = MYSQL_WORDS if dialect == "mysql" else WORDS
    most = rng.choice([3, 20, 400])
    names = rng.sample(NAMES, rng.randint(1, 3))
    tables = [random_table(rng, name, words, rng.randint(1, most)) for name in names]
    return dialect, tables, WRITERS[dialect](tables, rng)


def damaged(rng: random.Random, dump: bytes) -> bytes:
    """The dump with bytes lost, added, changed, cut off, or a piece twice."""
    data = bytearray(dump)
    for _ in range(rng.randint(1, 4)):
        at = rng.randrange(max(1, len(data)))
        kind = rng.random()
        if kind < 0.3:
            del data[at : at + rng.choice([1, 1, 2, 30])]
        elif kind < 0.6:
            data[at:at] = rng.choice(
                [b"'", b"\\", b"(", b")", b",", b";", b"\n", b'"', b"`", b"/*", b"--", b"\xe9", b"\0"]
            )
        elif kind < 0.85:
            data[at : at + 1] = rng.choice([b"'", b"\\", b"(", b")", b",", b";", b" ", b"x", b"\n", b"$"])
        elif kind < 0.95:
            data[at:at] = data[at : at + 60]
        else:
            del data[at:]
    return bytes(data)


def read(path: Path, connection: Any, limits: Limits | None = None) -> list[LoadedTable]:
    """The tables of a dump; the ledger of each is checked by the writer."""
    intake = Intake(connection, limits or Limits())
    blob = Blob.of_file(SourceFile(path.name, (path,)))
    read_sql_dump(Text(blob, examine(blob), "sql_dump"), intake)
    return intake.tables


def set_windows(rng: random.Random | None) -> None:
    """Makes the reader's windows small, so that everything crosses their edges; None gives back the usual ones."""
    small = rng is not None
    piece = rng.choice([7, 64, 1000]) if rng else 0
    sql_feed.BLOCK_BYTES = rng.choice([16, 100, 1000]) if rng else USUAL["block"]
    sql_records.SMALLEST_WINDOW = rng.choice([64, 256]) if rng else USUAL["smallest"]
    sql_records.LARGEST_WINDOW = rng.choice([256, 5000]) if rng else USUAL["largest"]
    sql_copy.WINDOW_BYTES = rng.choice([32, 500]) if rng else USUAL["copy"]

    def pieces(*arguments: Any) -> Iterator[bytes]:
        for block in utf8_blocks(*arguments):
            yield from (block[at : at + piece] for at in range(0, len(block), piece))

    sql_dump.utf8_blocks = pieces if small else utf8_blocks


def rows_of(connection: Any, table: LoadedTable) -> list[Row]:
    """The records of a table in the order of the file."""
    found = connection.execute(f"SELECT * FROM {table.table} ORDER BY _record").fetchall()
    return [row[2:] for row in found]


def lines_of(content: bytes) -> int:
    """Physical lines of a text, whatever ends them."""
    text = content.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    return text.count(b"\n") + (not text.endswith(b"\n") and bool(text))


def check_whole(connection: Any, path: Path, tables: list[Table]) -> None:
    """A dump as it was written gives back its tables."""
    found = read(path, connection)
    assert [one.name for one in found] == [one.name for one in tables], "names of the tables"
    for one, table in zip(found, tables, strict=True):
        assert one.headers == table.columns, f"headers of {table.name}"
        wanted = [tuple(cell and CONTROLS.sub("", cell) for cell in row) for row in table.rows]
        assert rows_of(connection, one) == wanted, f"records of {table.name}"
        assert not one.source.rejected, "rejects"
        touched = sum(any(cell and CONTROLS.search(cell) for cell in row) for row in table.rows)
        assert one.source.repaired_by_reason == ({"control_characters": touched} if touched else {}), "repairs"
    content = path.read_bytes()
    text = content.decode("utf-16").encode() if content.startswith((b"\xff\xfe", b"\xfe\xff")) else content
    assert sum(one.source.physical_lines for one in found) == lines_of(text), "lines"


def check_damaged(connection: Any, path: Path) -> None:
    """A damaged dump gives an account that adds up."""
    try:
        found = read(path, connection)
    except UnreadableSource:
        return
    for one in found:
        source = one.source
        assert source.records == source.loaded + source.rejected
        records = connection.execute(
            f"SELECT _record FROM {one.table} UNION ALL SELECT record FROM w.rejects WHERE source = ?",
            [int(one.table[3:])],
        ).fetchall()
        assert sorted(record for (record,) in records) == list(range(1, source.records + 1)), "numbers of the records"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=1.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", type=Path, help="folder for dumps that fail")
    options = parser.parse_args()
    until = time.monotonic() + 60 * options.minutes
    failures = runs = 0
    with tempfile.TemporaryDirectory() as folder:
        os.environ["BREACHKIT_KEY_DIR"] = folder
        path = Path(folder) / "dump.sql"
        seed = options.seed
        while time.monotonic() < until and failures < 20:
            place = Path(folder) / f"case{runs // 200}.duckdb"
            with workspace.create(place, case.new_key(place), threads=1, memory="500MB") as connection:
                for _ in range(200):
                    seed, runs = seed + 1, runs + 1
                    failures += _try(seed, path, connection, options.keep)
                    if time.monotonic() > until:
                        break
    sys.stdout.write(f"{runs} dumps, {failures} failures\n")
    return 1 if failures else 0


def _try(seed: int, path: Path, connection: Any, keep: Path | None) -> int:
    """One dump, whole and then damaged. The number of failures."""
    rng = random.Random(seed)
    dialect, tables, dump = random_dump(rng)
    content = dump.encode("utf-16" if dialect == "mssql" and rng.random() < 0.5 else "utf-8")
    failures = 0
    set_windows(rng if rng.random() < 0.5 else None)
    for kind, data in (("whole", content), ("damaged", damaged(rng, content))):
        path.write_bytes(data)
        connection.execute("DELETE FROM w.rejects")
        try:
            if kind == "whole":
                check_whole(connection, path, tables)
            else:
                check_damaged(connection, path)
        except Exception as error:  # noqa: BLE001 - a fuzzer reports whatever comes
            failures += 1
            sys.stdout.write(f"seed {seed} {dialect} {kind}: {type(error).__name__}: {str(error)[:200]}\n")
            if keep:
                keep.mkdir(exist_ok=True)
                (keep / f"{seed}_{dialect}_{kind}.sql").write_bytes(data)
    return failures


if __name__ == "__main__":
    sys.exit(main())
