"""The SQL dump reader: what programs write is read back, and what is damaged is accounted for."""

from __future__ import annotations

import random
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from breachkit.errors import UnreadableSource
from breachkit.limits import Limits
from breachkit.reading.sql import feed as sql_feed
from breachkit.reading.sql import records as sql_records
from breachkit.reading.sql.dump import looks_like_sql
from breachkit.reading.sql.feed import Feed
from breachkit.reading.sql.literals import Literals, MalformedError
from breachkit.reading.sql.sniff import dialect_of
from breachkit.reading.sql.tokens import Dialect
from breachkit.reading.table_writer import LoadedTable
from tests import fuzz_sql
from tests.fuzz_sql import COLUMNS, check_damaged, check_whole, damaged, lines_of, random_dump, rows_of, set_windows
from tests.sql_writers import WRITERS, Table, mysql_value

LETTERS = "abcXYZ019 éèàçœ€'\"\\;(),-#/*`[]$\n\t%_:=+"
CELLS = st.none() | st.text(LETTERS, max_size=12) | st.integers(0, 10**9).map(str)
QUICK = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def read(connection: Any, path: Path, content: str | bytes, limits: Limits | None = None) -> list[LoadedTable]:
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return fuzz_sql.read(path, connection, limits)


@pytest.fixture
def usual_windows() -> Any:
    yield
    set_windows(None)


@st.composite
def tables(draw: st.DrawFn) -> Table:
    """A table of any cells, such as they break careless readers."""
    columns = draw(st.lists(st.sampled_from(COLUMNS), min_size=1, max_size=4, unique=True))
    rows = draw(st.lists(st.tuples(*[CELLS] * len(columns)), min_size=1, max_size=12))
    return Table("patients", tuple(columns), tuple(rows))


@QUICK
@given(table=tables(), dialect=st.sampled_from(sorted(WRITERS)), seed=st.integers(0, 1 << 20))
def test_any_table_is_read_back(private: Any, tmp_path: Path, table: Table, dialect: str, seed: int) -> None:
    path = tmp_path / "dump.sql"
    path.write_text(WRITERS[dialect]([table], random.Random(seed)), encoding="utf-8", newline="")
    check_whole(private, path, [table])


@QUICK
@given(seed=st.integers(0, 1 << 20), small=st.booleans())
def test_a_damaged_dump_is_accounted_for(
    private: Any, tmp_path: Path, usual_windows: None, seed: int, small: bool
) -> None:
    rng = random.Random(seed)
    _, _, dump = random_dump(rng)
    set_windows(rng if small else None)
    path = tmp_path / "dump.sql"
    path.write_bytes(damaged(rng, dump[:20_000].encode()))
    private.execute("DELETE FROM w.rejects")
    check_damaged(private, path)


@QUICK
@given(at=st.integers(0, 10_000), byte=st.sampled_from(list(b"'\\(),x;\"\n")), seed=st.integers(0, 1 << 20))
def test_one_damaged_byte_costs_two_records_at_most(
    private: Any, tmp_path: Path, at: int, byte: int, seed: int
) -> None:
    """And what is not read is rejected: no record is lost without a word."""
    rng = random.Random(seed)
    rows = tuple(
        (str(number), rng.choice(["MARTIN", "O'BRIEN", "note (bis), fin", "é;"]), None) for number in range(30)
    )
    values = ",".join("(" + ",".join(mysql_value(cell, rng) for cell in row) + ")" for row in rows)
    head = "CREATE TABLE `patients` (`id` int, `nom` text, `note` text) ENGINE=InnoDB;\nINSERT INTO `patients` VALUES "
    data = bytearray((head + values + ";\n").encode())
    data[len(head) + at % (len(data) - len(head) - 3)] = byte
    private.execute("DELETE FROM w.rejects")
    found = read(private, tmp_path / "dump.sql", bytes(data))
    records = [row for table in found for row in rows_of(private, table)]
    assert len(set(rows) - set(records)) <= 2
    assert sum(table.source.records for table in found) >= 29
    assert sum(table.source.physical_lines for table in found) == lines_of(bytes(data))


@pytest.mark.parametrize(
    "text",
    [
        "-- MySQL dump 10.13\n-- \n" + "-- licence\n" * 40,
        "INSERT INTO patients VALUES (1,'x');",
        "insert into `a`.`b` (`c`, `d`) values\n(1,2);",
        "/* " + "\n".join(["un long commentaire"] * 50) + " */\nCREATE TABLE t (\nid int);",
        "SET NAMES utf8;\nSET FOREIGN_KEY_CHECKS=0;\n\nDROP TABLE IF EXISTS t;\nCREATE TABLE t (id int);",
        "COPY public.patients (id, nom) FROM stdin;\n1\tx\n\\.\n",
        (
            "USE [Clinique]\nGO\n/*** Object: Table [dbo].[T] ***/\nSET ANSI_NULLS ON\nGO\n"
            "CREATE TABLE [dbo].[T](\n[a] int)\nGO"
        ),
        "Enter password: \nmysqldump: [Warning] Using a password\n-- MySQL dump\nREPLACE INTO t VALUES (1);",
        "PRAGMA foreign_keys=OFF;\nBEGIN TRANSACTION;\nCREATE TABLE t(a);",
        "REM INSERTING into T\nSET DEFINE OFF;\nInsert into T (A) values (1);",
        "REPLACE INTO t (a) VALUES (1);",
        "INSERT INTO t\nSELECT 1, 'a' UNION ALL\nSELECT 2, 'b'",
        "#!40101\n# HeidiSQL Dump\nINSERT INTO `t` (`a`) VALUES\n\t(1),",
        "DELIMITER ;;\nCREATE PROCEDURE p() BEGIN\nSELECT 1;\nEND ;;\nDELIMITER ;\nINSERT INTO t VALUES (1);",
    ],
)
def test_a_dump_is_known_by_its_first_lines(text: str) -> None:
    assert looks_like_sql(text.split("\n"))


@pytest.mark.parametrize(
    "text",
    [
        "id;nom;requete\n1;MARTIN;INSERT INTO t VALUES (1)\n2;PETIT;SELECT * FROM t\n3;ROUX;x\n4;LEROY;y\n",
        'requete;date\n"INSERT INTO t VALUES (1,\'x\')";2026-01-01\n"DROP TABLE t;";2026-01-02\n',
        "Insert into the patient's file every letter received.\nCreate table of contents first.\n",
        "Create table plans for the patients, then copy them.\nSelect one.\nUpdate it.\nDelete it.\nDone.\n",
        '{"sql": "INSERT INTO t VALUES (1)"}\n',
        "-- note\n-- autre note\n",
        "NOM;PRENOM\nSET;Jean\nGRANT;Paul\n",
        "# titre\n\nun texte\nqui n'est\npas du\nSQL\n",
        "",
    ],
)
def test_prose_and_tables_are_no_dump(text: str) -> None:
    assert not looks_like_sql(text.split("\n"))


@pytest.mark.parametrize(
    ("text", "name", "backslash"),
    [
        ("INSERT INTO `t` VALUES (1);", "mysql", True),
        ("INSERT INTO t VALUES (1,'a `b` c');\nINSERT INTO [dbo].[t] VALUES (1)", "mssql", False),
        ("INSERT INTO t VALUES (1,'it\\'s here');", "other", True),
        ("INSERT INTO t VALUES (1,'C:\\');\nINSERT INTO t VALUES (2,'D:\\');", "other", False),
        ("INSERT INTO t VALUES (1,'x'::text);", "postgres", False),
        ("INSERT INTO t VALUES (1,to_date('x','y'));", "oracle", False),
    ],
)
def test_the_dialect_is_told_by_what_stands_outside_strings(text: str, name: str, backslash: bool) -> None:
    assert dialect_of(text.split("\n")) == Dialect(name, backslash)


@pytest.mark.parametrize(
    ("dialect", "written", "value"),
    [
        ("mysql", r"'a\%\_\Zb\é'", "a\\%\\_\x1abé"),
        ("mysql", "'a' 'b'", "ab"),
        ("mysql", "NOW()", "NOW()"),
        ("mysql", "0x", ""),
        ("mssql", "CAST(0x070000000000143B0B AS DateTime2)", "2016-02-27 00:00:00"),
        ("mssql", "CAST(0x9BCB0258 AS SmallDateTime)", "2009-03-13 10:00:00"),
        ("mssql", "CONVERT(datetime, N'2020-01-31', 120)", "2020-01-31"),
        ("mssql", "N'a' + CHAR(13) + NCHAR(8364)", "a\r€"),
        ("postgres", r"E'\u20ac\x41\303\251'", "€Aé"),
        ("postgres", "NULL::text", None),
        ("oracle", r"UNISTR('caf\00e9')", "café"),
        ("sqlite", r"replace(replace('a\r\nb','\r',char(13)),'\n',char(10))", "a\r\nb"),
    ],
)
def test_a_written_value_stands_for_its_text(dialect: str, written: str, value: str | None) -> None:
    assert Literals(Dialect(dialect, backslash=dialect == "mysql")).value(written.encode()) == value


@pytest.mark.parametrize("written", ["", "'O'BRIEN'", "Jean DURAND", "'a", ")", "1;2", "'a' b"])
def test_what_is_no_value_is_told(written: str) -> None:
    with pytest.raises(MalformedError):
        Literals(Dialect("mysql", backslash=True)).value(written.encode())


def test_expressions_within_expressions_have_an_end() -> None:
    with pytest.raises(MalformedError):
        Literals(Dialect("mysql", backslash=True)).value(b"(" * 500 + b"1" + b")" * 500)


TWO = """CREATE TABLE `a` (`id` int);
CREATE TABLE `b` (`id` int, `nom` text, `note` text);
INSERT INTO `b` VALUES (1,'x',"""


@pytest.mark.parametrize(
    ("limits", "named"), [({"tables": 1}, "tables"), ({"columns": 2}, "columns"), ({"tables": 2, "columns": 3}, None)]
)
def test_a_limit_that_is_passed_is_named(
    private: Any, tmp_path: Path, limits: dict[str, int], named: str | None
) -> None:
    content = TWO + "'y');\n"
    if named is None:
        assert len(read(private, tmp_path / "x.sql", content, Limits(**limits))) == 2
        return
    with pytest.raises(UnreadableSource) as raised:
        read(private, tmp_path / "x.sql", content, Limits(**limits))
    assert f"« {named} »" in raised.value.fr
    assert f"“{named}”" in raised.value.en
    assert private.execute("SELECT count(*) FROM duckdb_tables() WHERE table_name LIKE 't%'").fetchall() == [(0,)]


def test_a_cell_beyond_the_limit_is_rejected_and_the_next_record_read(private: Any, tmp_path: Path) -> None:
    content = TWO + f"'{'y' * 50}'),(2,'ok','z'),(3,'{'w' * 500_000}','z'),(4,'fin','z');\n"
    found = read(private, tmp_path / "x.sql", content, Limits(cell_characters=40))[1]
    assert rows_of(private, found) == [("2", "ok", "z"), ("4", "fin", "z")]
    assert found.source.rejected_by_reason == {"cell_too_long": 2}
    kept = private.execute("SELECT record, length(raw) FROM w.rejects ORDER BY record").fetchall()
    assert kept == [(1, 40), (3, 40)]


def test_one_statement_of_any_length_takes_little_memory(private: Any, tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setattr(sql_feed, "BLOCK_BYTES", 1 << 14)
    monkeypatch.setattr(sql_records, "LARGEST_WINDOW", 1 << 14)
    held = []
    more = Feed.more
    monkeypatch.setattr(Feed, "more", lambda feed: (more(feed), held.append(len(feed.buffer))))
    values = ",\n".join(f"({number},'D\\'ARC','note {number}')" for number in range(60_000))
    # The blocks that the text comes in are larger than the window asks for: 4 MB here, whatever the file's size.
    (found,) = read(private, tmp_path / "x.sql", f"INSERT INTO `t` VALUES\n{values};\n")
    assert found.source.loaded == 60_000
    assert max(held) <= (1 << 22) + (1 << 15)


def test_records_keep_their_order_and_their_line(private: Any, tmp_path: Path) -> None:
    """Whole windows, single tuples and rejects take turns."""
    lines = [f"({number},'ligne')" for number in range(1, 2001)]
    lines[4], lines[700], lines[701] = "(5,'li''gne')", "(701)", "/* non */ (702,concat('a','b'))"
    (found,) = read(private, tmp_path / "x.sql", "INSERT INTO `t` (`id`,`nom`) VALUES\n" + ",\n".join(lines) + ";\n")
    rows = private.execute(f"SELECT _record, _line, c1 FROM {found.table} ORDER BY _record").fetchall()
    assert rows == [(number, number + 1, str(number)) for number in range(1, 2001) if number != 701]
    assert private.execute("SELECT record, line, reason, raw FROM w.rejects").fetchall() == [
        (701, 702, "too_few_cells", "(701)")
    ]
    assert found.source.record_lines == 2000


def test_the_words_of_the_next_statement_inside_a_string_stay_there(private: Any, tmp_path: Path) -> None:
    """The head that stands between most tuples is overwritten before cutting: not where a text holds the same words."""
    head = "INSERT INTO `t` (`id`, `nom`) VALUES "
    rows = [f"{head}({number},'x');\n" for number in range(50)]
    rows[30] = f"{head}(30,'(1,2);\n{head}(3,4)');\n"
    (found,) = read(private, tmp_path / "x.sql", "".join(rows))
    assert found.source.loaded == 50
    assert rows_of(private, found)[30] == ("30", f"(1,2);\n{head}(3,4)")


def test_two_databases_with_one_table_each_bear_their_names(private: Any, tmp_path: Path) -> None:
    one = "USE `clinique`;\nINSERT INTO `patients` VALUES (1);\n"
    assert [table.name for table in read(private, tmp_path / "x.sql", one)] == ["patients"]
    two = one + "USE `hopital`;\nINSERT INTO `patients` VALUES (2);\n"
    assert [table.name for table in read(private, tmp_path / "y.sql", two)] == ["clinique.patients", "hopital.patients"]


def test_a_copy_in_csv_format_is_read(private: Any, tmp_path: Path) -> None:
    content = (
        "SET standard_conforming_strings = on;\nCOPY patients (id, nom) FROM stdin WITH (FORMAT csv, HEADER);\n"
        'id,nom\n1,"D\'ARC, dit ""Jean"""\n2,"deux\nlignes"\n3\n\\.\n'
    )
    (found,) = read(private, tmp_path / "x.sql", content)
    assert rows_of(private, found) == [("1", 'D\'ARC, dit "Jean"'), ("2", "deux\nlignes")]
    assert found.source.rejected_by_reason == {"too_few_cells": 1}
    assert (found.source.physical_lines, found.source.record_lines, found.source.other_lines) == (8, 4, 4)


HOSTILE = {
    "brackets": "( ",
    "tuples that never close": "(1,(2,'x'),",
    "quotes": "(1,'",
    "commas": "),(",
    "words": "(1,x y z),",
    "statements without end": ";\nSET nothing",
    "comments without end": ";\n/*!50001 l'autre\n",
    "prose": ";\nInsert this and that there\n",
    "columns": ";\nINSERT INTO `t` (a,",
    "blanks": " ",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_text_costs_no_more_than_a_few_times_its_size(private: Any, tmp_path: Path, name: str) -> None:
    """Each would take minutes if reading went back and forth; whatever it is, the first record is read."""
    piece = HOSTILE[name]
    content = "CREATE TABLE `t` (`a` int, `b` text);\nINSERT INTO `t` VALUES (1,'x')," + piece * (100_000 // len(piece))
    began = time.process_time()
    found = read(private, tmp_path / "x.sql", content)[0]
    assert rows_of(private, found)[0] == ("1", "x")
    assert found.source.physical_lines == lines_of(content.encode())
    assert time.process_time() - began < 20  # seconds; one or two as a rule


def test_thousands_of_column_lists_are_one_table(private: Any, tmp_path: Path) -> None:
    lines = [f"INSERT INTO `t` (`id`,`c{number}`) VALUES ({number},'x');\n" for number in range(300)]
    (found,) = read(private, tmp_path / "x.sql", "".join(lines))
    assert (found.source.loaded, len(found.columns)) == (300, 301)
