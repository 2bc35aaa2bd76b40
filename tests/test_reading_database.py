"""SQLite, Parquet and Access: every record of every table, nothing in the file run, damage told."""

from __future__ import annotations

import datetime
import random
import sqlite3
import struct
from contextlib import closing
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from pyarrow import parquet

from breachkit.errors import UnreadableSource
from breachkit.limits import Limits
from breachkit.reading.blob import Blob, SourceFile
from breachkit.reading.database.access import read_access
from breachkit.reading.database.access_pages import HEADER_KEY, rc4
from breachkit.reading.database.arrow_text import text_of
from breachkit.reading.database.parquet import read_parquet
from breachkit.reading.database.sqlite import _connect, read_sqlite
from breachkit.reading.database.sqlite_text import column_series
from breachkit.reading.table_writer import Intake, LoadedTable
from tests import make_odd_databases as make

ODD = Path(__file__).parent / "data" / "odd" / "database"
READERS = {".sqlite": read_sqlite, ".parquet": read_parquet, ".mdb": read_access}


def read(connection: Any, path: Path, limits: Limits | None = None, *, within: bool = False) -> list[LoadedTable]:
    """The tables of a file; `within`: as the member of an archive, whose bytes are no file on disk."""
    source = SourceFile(path.name, (path,))
    blob = Blob(source, lambda: path.open("rb"), path.name, member="m") if within else Blob.of_file(source)
    intake = Intake(connection, limits or Limits())
    READERS[path.suffix](blob, intake)
    return intake.tables


def stored(connection: Any, table: LoadedTable) -> list[tuple[Any, ...]]:
    return connection.execute(f"SELECT * FROM {table.table} ORDER BY _record").fetchall()


def database(path: Path, script: str) -> Path:
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(script)
    return path


def test_null_and_empty_are_told_apart(private: Any, tmp_path: Path) -> None:
    path = database(tmp_path / "x.sqlite", "CREATE TABLE t (nom, note); INSERT INTO t VALUES (NULL, ''), ('', NULL)")
    (table,) = read(private, path)
    assert [row[2:] for row in stored(private, table)] == [(None, ""), ("", None)]


@pytest.mark.parametrize("memory", [1 << 26, 1])
def test_a_database_in_an_archive_is_read_from_memory_or_from_the_case(memory: int, private: Any) -> None:
    tables = read(private, ODD / "patients.sqlite", Limits(memory_bytes=memory), within=True)
    assert [table.source.records for table in tables] == [4, 2, 1, 0, 1]


def test_a_database_in_log_mode_is_read_and_nothing_is_written_beside_it(private: Any, tmp_path: Path) -> None:
    path = tmp_path / "x.sqlite"
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript("PRAGMA journal_mode = WAL; CREATE TABLE t (nom); INSERT INTO t VALUES ('A')")
    before = path.read_bytes()
    (table,) = read(private, path)
    assert table.source.records == 1
    assert path.read_bytes() == before
    assert sorted(one.name for one in tmp_path.iterdir() if one.is_file()) == ["x.sqlite"]


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT * FROM tout",
        "SELECT upper(nom) FROM patients",
        "SELECT load_extension('x')",
        "DELETE FROM patients",
        "ATTACH ':memory:' AS m",
        "PRAGMA writable_schema = ON",
    ],
)
def test_nothing_but_reading_a_table_is_let_through(statement: str) -> None:
    with closing(_connect(str(ODD / "patients.sqlite"))) as connection:
        assert len(connection.execute("SELECT nom FROM patients").fetchall()) == 4
        with pytest.raises(sqlite3.DatabaseError):
            connection.execute(statement).fetchall()


def test_a_record_with_a_cell_too_long_is_rejected_and_keeps_its_number(private: Any, tmp_path: Path) -> None:
    path = database(tmp_path / "x.sqlite", f"CREATE TABLE t (nom); INSERT INTO t VALUES ('A'), ('{'b' * 50}'), ('C')")
    (table,) = read(private, path, Limits(cell_characters=40))
    assert table.source.rejected_by_reason == {"cell_too_long": 1}
    assert [row[0] for row in stored(private, table)] == [1, 3]
    assert private.execute("SELECT record, length(raw) FROM w.rejects").fetchall() == [(2, 40)]


def test_rows_of_many_batches_keep_their_order(private: Any, tmp_path: Path) -> None:
    script = "CREATE TABLE t (n); WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < 60000) "
    (table,) = read(private, database(tmp_path / "x.sqlite", script + "INSERT INTO t SELECT n FROM s"))
    assert table.source.records == 60_000
    found = private.execute(f"SELECT count(*) FROM {table.table} WHERE CAST(c1 AS BIGINT) = _record").fetchone()
    assert found == (60_000,)


@pytest.mark.parametrize(("path", "limits"), [
    ("patients.sqlite", Limits(tables=2)), ("patients.sqlite", Limits(columns=1)), ("patients.mdb", Limits(tables=1)),
    ("patients.mdb", Limits(columns=2)),
    ("patients.parquet", Limits(columns=3)), ("patients.parquet", Limits(tables=1)),
    ("patients.parquet", Limits(unpacked_bytes=10)),
])  # fmt: skip
def test_each_limit_is_named_where_it_is_passed(path: str, limits: Limits, private: Any) -> None:
    assert read(private, ODD / path)
    private.execute("DELETE FROM w.rejects")
    (changed,) = limits.model_fields_set
    with pytest.raises(UnreadableSource, match=changed):
        read(private, ODD / path, limits)


def test_a_text_with_a_letter_of_another_encoding_is_counted() -> None:
    series, damaged = column_series(["é", None, b"Zo\xe9".decode("utf-8", "surrogateescape"), 1])
    assert series.to_list() == ["é", None, "Zoé", "1"]
    assert damaged == [2]


MOMENT = datetime.datetime(2020, 2, 1, 10, 30)


@pytest.mark.parametrize(
    ("array", "texts"),
    [
        (pa.array([1.0, None, 1e20]), ["1", None, "100000000000000000000"]),
        (pa.array([0.1, 2.0], pa.float32()), ["0.1", "2"]),
        (pa.array([2**64 - 1], pa.uint64()), ["18446744073709551615"]),
        (pa.array(["12.50"]).cast(pa.decimal128(10, 2)), ["12.50"]),
        (pa.array([MOMENT], pa.timestamp("ns", "Europe/Paris")), ["2020-02-01 10:30:00Z"]),
        (pa.array([MOMENT.replace(microsecond=500_000)], pa.timestamp("us")), ["2020-02-01 10:30:00.5"]),
        (pa.array([datetime.date(1960, 2, 1)], pa.date64()), ["1960-02-01"]),
        (pa.array([datetime.time(8, 5)], pa.time64("us")), ["08:05:00"]),
        (pa.array([b"\xff", b"\xc3\xa9"]), ["0xFF", "é"]),
        (pa.array([True, None]), ["TRUE", None]),
        (pa.nulls(2), [None, None]),
    ],
)
def test_each_type_of_arrow_has_one_text(array: Any, texts: list[str | None]) -> None:
    assert text_of(array).to_list() == texts


def test_nested_lists_are_linked_to_their_parents(private: Any, tmp_path: Path) -> None:
    records = [{"nom": "A", "notes": [{"texte": "x", "codes": [1, 2]}, {"texte": "y", "codes": None}]},
               {"nom": "B", "notes": None}, {"nom": "C", "notes": [{"texte": "z", "codes": [3]}]}]  # fmt: skip
    parquet.write_table(pa.Table.from_pylist(records), tmp_path / "x.parquet", row_group_size=2)
    patients, notes, codes = read(private, tmp_path / "x.parquet")
    assert [row[2:] for row in stored(private, patients)] == [("A",), ("B",), ("C",)]
    assert [row[2:] for row in stored(private, notes)] == [("1", "x"), ("1", "y"), ("3", "z")]
    assert [row[2:] for row in stored(private, codes)] == [("1", "1"), ("1", "2"), ("3", "3")]


def test_the_row_groups_around_a_damaged_one_are_read(private: Any, tmp_path: Path) -> None:
    path = tmp_path / "x.parquet"
    table = pa.table({"nom": [f"NOM{at}" for at in range(30)]})
    parquet.write_table(table, path, row_group_size=10, compression="none", use_dictionary=False)
    content = bytearray(path.read_bytes())
    at = content.find(b"NOM10")
    content[at - 60 : at + 40] = b"\xee" * 100
    path.write_bytes(bytes(content))
    (found,) = read(private, path)
    assert found.source.truncated
    assert {f"NOM{at}" for at in range(20, 30)} <= {row[2] for row in stored(private, found)}


def test_names_that_pandas_left_are_not_unpickled(private: Any, tmp_path: Path) -> None:
    schema = pa.schema([("nom", pa.string())], metadata={b"pandas": b"{not json", b"ARROW:schema": b"not a schema"})
    parquet.write_table(pa.table({"nom": ["A"]}, schema=schema), tmp_path / "x.parquet", store_schema=False)
    (table,) = read(private, tmp_path / "x.parquet")
    assert table.source.records == 1


def test_an_access_file_under_a_password_asks_for_an_export(private: Any, tmp_path: Path) -> None:
    content = bytearray((ODD / "patients.mdb").read_bytes())
    hidden = bytearray(128)
    hidden[0x3E - 0x18 : 0x42 - 0x18] = struct.pack("<I", 12345)
    content[0x18 : 0x18 + 128] = rc4(bytes(hidden), HEADER_KEY)
    (tmp_path / "x.mdb").write_bytes(bytes(content))
    with pytest.raises(UnreadableSource, match="mot de passe"):
        read(private, tmp_path / "x.mdb")


def test_many_rows_on_many_pages_of_access_are_read(private: Any, tmp_path: Path) -> None:
    rows = [make.row(make.PATIENTS, (at, f"NOM{at}", "Élodie", 21947.0, 0, True, "x" * 40)) for at in range(25)]
    make.access_file(tmp_path / "x.mdb", {"Patients": (make.PATIENTS, rows, ())})
    (table,) = read(private, tmp_path / "x.mdb")
    assert [row[2] for row in stored(private, table)] == [str(at) for at in range(25)]


@pytest.mark.parametrize("name", ["patients.mdb", "patients.sqlite", "patients.parquet"])
def test_a_damaged_database_is_refused_or_read_and_never_a_crash(name: str, private: Any, tmp_path: Path) -> None:
    content = (ODD / name).read_bytes()
    path = tmp_path / name
    draw = random.Random(7)
    refused = 0
    for _ in range(60):
        damaged = bytearray(content)
        for _ in range(draw.choice([1, 20])):
            at = draw.randrange(len(content) if draw.random() < 0.5 else 400)
            damaged[at] = draw.randrange(256)
        path.write_bytes(bytes(damaged))
        private.execute("DELETE FROM w.rejects")
        try:
            tables = read(private, path)
        except UnreadableSource:
            refused += 1
            continue
        assert all(table.source.records == table.source.loaded + table.source.rejected for table in tables)
    assert refused
