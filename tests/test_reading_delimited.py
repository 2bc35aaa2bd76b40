"""Delimited text: dialects, layout, repairs that have one reading, and rejects where there are more."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from breachkit.case import Decisions
from breachkit.errors import UnreadableSource
from breachkit.limits import Limits
from breachkit.reading.delimited.block_cutting import Cutter
from breachkit.reading.delimited.cell_kinds import kind
from breachkit.reading.delimited.dialect import detect
from breachkit.reading.delimited.grammar import Grammar
from breachkit.reading.encodings import decode
from breachkit.reading.header import published_header
from breachkit.reading.load import read_sources
from breachkit.reading.table_writer import LoadedTable
from tests.fuzz_delimited import check_damaged, check_undamaged, check_wrecked, random_table

HEAD = "ID;NOM;PRENOM;DATE_NAISS;TEL;NOTE"
BODY = [f"{at};DURAND;Jeanne;0{at}/02/1960;06 39 98 00 0{at};vu ce jour {at}" for at in range(1, 9)]


def read(connection: Any, path: Path, lines: list[str] | str, limits: Limits | None = None) -> list[LoadedTable]:
    path.write_text(lines if isinstance(lines, str) else "\n".join(lines) + "\n", encoding="utf-8")
    decisions = Decisions(limits=limits) if limits else None
    return list(read_sources([path], connection, decisions=decisions).tables)


def rows(connection: Any, table: LoadedTable) -> list[tuple[Any, ...]]:
    return connection.execute(f"SELECT * FROM {table.table} ORDER BY _record").fetchall()


# The first four are those of CPython's csv tests, which CleverCSV took over.
@pytest.mark.parametrize(
    ("lines", "delimiter", "quote", "cells"),
    [
        (["Harry's, Arlington Heights, IL, 2/1/03", "Shark City, Glendale Heights, IL, 12/28/02"], ",", '"', 4),
        (["'Harry''s':'Arlington Heights':'2/1/03'", "'Shark City':'Glendale Heights':'12/28/02'"], ":", "'", 3),
        (["2147483648;43.0e12;17;abc;def", "147483648;43.0e2;17;abc;def"], ";", '"', 5),
        (["'a'|'b'|'c'", "'d'|e|f"], "|", "'", 3),
        (["a@example.org", "b@example.org"], "\x1f", None, 1),
        (["2024-01-02 12:30:00", "2024-01-03 12:31:00"], "\x1f", None, 1),
        (["192.0.2.1", "192.0.2.7"], "\x1f", None, 1),
        (["nom;heure", "DURAND;12:30:45", "PETIT;08:15:00"], ";", '"', 2),
        (["https://www.example.org/a;b,c", "https://www.example.org/d;e,f"], "\x1f", None, 1),
    ],
)  # fmt: skip
def test_a_dialect_is_found(lines: list[str], delimiter: str, quote: str | None, cells: int) -> None:
    found = detect(lines)
    assert (found.delimiter, found.quote, found.cells) == (delimiter, quote, cells)


def test_a_dialect_tells_where_its_records_begin() -> None:
    found = detect(["Export du 12/03/2024", "", "NOM;PRENOM;VILLE", "---;------;-----", "DURAND;Jeanne;Paris", "A;B;C"])
    assert (found.skip_lines, found.header_line, found.header_rows, found.skip_after_header) == (2, 3, 1, 1)
    assert found.lines_before_records == 4
    assert found.is_simple
    assert not detect(["a | b", "1 | 2", "3 | 4"]).is_simple


@pytest.mark.parametrize(
    "lines",
    [
        ["Nom Martin;Prénom Luc", "DURAND;Jeanne", "PETIT;Luc"],
        ["jeanne@example.org:motdepasse1", "luc@example.org:chat2019", "zoe@example.org:Soleil"],
        ["DURAND;Jeanne;inconnu", "PETIT;Luc;02/03/1950", "MOREAU;Zoé;04/05/1961"],
        ["M;F", "Durand;Petit"],
    ],
)
def test_a_person_in_the_first_line_is_a_record(lines: list[str]) -> None:
    found = detect(lines)
    assert found.header is None or not {"Martin", "Luc", "DURAND", "motdepasse1"} & set(" ".join(found.header).split())


def test_a_year_of_birth_names_no_column() -> None:
    assert published_header(["nom", "2020", "2021"], [["LEROY", "12", "1950"], ["PETIT", "7", "8"], ["ROY", "3", "4"]])
    assert published_header(["commune", "1975"], [["LEROY", "1980"], ["PETIT", "12"]]) is None
    assert published_header(["DURAND", "1975"], [["LEROY", "12"], ["PETIT", "7"]]) is None
    assert published_header(["commune", "1975"], []) is None


def test_unknown_words_are_a_header_above_nothing_but_values() -> None:
    assert detect(["zork;blurp", "12;01/02/2020", "13;02/02/2020"]).header == ("zork", "blurp")
    assert detect(["zork;blurp", "12;Jeanne", "13;Luc"]).header is None


@pytest.mark.parametrize(
    ("cell", "name"),
    [("06 39 98 00 01", "phone"), ("1 84 12 76 451 089 46", "nir"), ("02/03/1950", "date"), ("12:30", "time"),
     ("12,50 €", "number"), ("jeanne@example.org", "email"), ("D'ARC", "word"), ("MG-8769", "code"), ("", "empty"),
     ("Vu ce jour, va mieux.", "text"), ("a;b", "other")],
)  # fmt: skip
def test_a_cell_has_a_kind(cell: str, name: str) -> None:
    assert kind(cell) == name


@pytest.mark.parametrize(
    ("text", "cells", "state"),
    [('a;"b;c";d', ["a", "b;c", "d"], "whole"), ('a;"b;c', ["a"], "open"), ('a;"b"c;d', ["a"], "malformed"),
     ('a; "b" ;c', ["a", "b", "c"], "whole"), ('""', [""], "whole"), ('a;12" b', ["a"], "malformed")],
)  # fmt: skip
def test_only_closed_quotes_at_the_edges_of_cells_are_well_formed(text: str, cells: list[str], state: str) -> None:
    assert Grammar(";").scan(text) == (cells, state)


def test_an_even_block_is_cut_whole_and_any_other_is_not() -> None:
    cutter = Cutter(detect(["NOM;PRENOM;VILLE", "DURAND;Jeanne;Paris", "PETIT;Luc;Lyon"]))
    found = cutter.even("A;B;C\n;E;\n")
    assert found is not None
    assert found.rows() == [("A", "B", "C"), ("", "E", "")]
    quoted = cutter.even('"A";"b;c";""\n"D";";";"F"\n')
    assert quoted is not None
    assert quoted.rows() == [("A", "b;c", ""), ("D", ";", "F")]
    # A cell too many and one too few make as many delimiters as two even lines; the rest is quoted or the header.
    for block in (
        "A;B\nC;D;E;F\n",
        'A;"B";C\n',
        '"A";"B";"C"x\n',
        '"A";"B\n";"C"\n',
        "NOM;PRENOM;VILLE\n",
        "A;B;C\n\n",
    ):
        assert cutter.even(block) is None, block


def test_a_delimiter_in_a_note_is_joined_only_where_columns_of_known_kinds_leave_one_place(
    private: Any, tmp_path: Path
) -> None:
    joined = "9;PETIT;Luc;03/04/1970;06 39 98 00 09;vu ; à revoir"
    shifted = "10;PETIT;Luc;Marie;03/04/1970;06 39 98 00 10;vu"
    (table,) = read(private, tmp_path / "x.csv", [HEAD, *BODY, joined, shifted])
    assert table.source.repaired_by_reason == {"unquoted_delimiter": 1}
    assert table.source.rejected_by_reason == {"too_many_cells": 1}
    assert rows(private, table)[-1][2:] == ("9", "PETIT", "Luc", "03/04/1970", "06 39 98 00 09", "vu ; à revoir")


def test_records_are_numbered_through_loaded_and_rejected_in_the_order_of_the_file(
    private: Any, tmp_path: Path
) -> None:
    (table,) = read(private, tmp_path / "x.csv", [HEAD, BODY[0], "a;b", '2;A;"B\nC";01/01/1970;;x', BODY[1]])
    assert [row[:2] for row in rows(private, table)] == [(1, 2), (3, 4), (4, 6)]
    assert private.execute("SELECT record, line, reason, raw FROM w.rejects").fetchall() == [
        (2, 3, "too_few_cells", "a;b")
    ]


def test_a_second_table_has_its_own_account_and_the_lines_of_both_are_those_of_the_file(
    private: Any, tmp_path: Path
) -> None:
    text = [HEAD, *BODY, "", "Médecins", "RPPS;NOM;SPECIALITE", "10000000001;MOREAU;Cardiologue"]
    first, second = read(private, tmp_path / "x.csv", text)
    assert (first.name, second.name) == ("x.csv", "x.csv (2)")
    assert first.source.physical_lines + second.source.physical_lines == len(text)
    assert rows(private, second) == [(1, 13, "10000000001", "MOREAU", "Cardiologue")]
    assert (second.source.other_lines, second.source.header_lines) == (1, 1)


def test_no_more_tables_than_the_limit_are_begun(private: Any, tmp_path: Path) -> None:
    text = [line for at in range(5) for line in (f"NOM;PRENOM;VILLE{';CP' * at}", f"A;B;C{';75012' * at}", "")]
    tables = read(private, tmp_path / "x.csv", text, Limits(tables=3))
    assert len(tables) == 3
    assert sum(table.source.physical_lines for table in tables) == len(text)


def test_null_stays_apart_from_empty(private: Any, tmp_path: Path) -> None:
    (table,) = read(private, tmp_path / "x.tsv", "id\tnom\tnote\n1\t\\N\tx\n2\tDURAND\t\n3\tPETIT\ta\\tb\n")
    assert [row[2:] for row in rows(private, table)] == [("1", None, "x"), ("2", "DURAND", ""), ("3", "PETIT", "a\tb")]


def test_more_columns_than_the_limit_are_refused_with_its_name(private: Any, tmp_path: Path) -> None:
    with pytest.raises(UnreadableSource, match="columns"):
        read(private, tmp_path / "x.csv", [";".join(f"col{at}" for at in range(5000)), ";".join("1" * 5000)])


def test_a_line_longer_than_the_limit_is_rejected_and_the_others_are_read(private: Any, tmp_path: Path) -> None:
    giant = "9;PETIT;Luc;03/04/1970;06 39 98 00 09;" + "x" * 60_000
    quoted = '10;PETIT;Luc;03/04/1970;06 39 98 00 09;"' + ("x" * 400 + "\n") * 150 + '"'
    (table,) = read(
        private, tmp_path / "x.csv", [HEAD, *BODY[:4], giant, *BODY[4:], quoted], Limits(cell_characters=50_000)
    )
    assert table.source.loaded == 8
    assert table.source.rejected_by_reason == {"cell_too_long": 2}
    kept = private.execute("SELECT raw FROM w.rejects ORDER BY record").fetchall()
    assert kept == [(giant[:20_000] + " […]",), (quoted[:20_000] + " […]",)]


def test_misread_text_and_control_characters_are_counted_once_per_record(private: Any, tmp_path: Path) -> None:
    text = ["NOM;PRENOM;VILLE", *["DURAND;HÃ©lÃ¨ne;NÃ®mes"] * 3, "PETIT;Lu\x07c;FranÃ§ois", "GIRARD;Noël;Brest"]
    (table,) = read(private, tmp_path / "x.csv", text)
    assert table.source.repaired_by_reason == {"control_characters": 1, "mojibake": 3}
    assert [row[2:] for row in rows(private, table)] == [
        *[("DURAND", "Hélène", "Nîmes")] * 3, ("PETIT", "Luc", "François"), ("GIRARD", "Noël", "Brest")]  # fmt: skip
    assert table.mojibake == {"c2": 3, "c3": 4}


def test_progress_reaches_the_size_of_the_file(private: Any, tmp_path: Path) -> None:
    path, told = tmp_path / "x.csv", list[int]()
    path.write_text("NOM;VILLE\n" + "Hélène;Nîmes\n" * 500, encoding="utf-8")
    read_sources([path], private, told.append)
    assert sum(told) == path.stat().st_size


DIRTY = "\n".join(
    [
        *("Export du 12/03/2024", "", HEAD, *BODY, '9;A;"B', 'C";01/01/1970;;x', "10;A", HEAD, "", *BODY),
        *('11;A;B";01/01/1970;;x', '12;A;"dit "non" hier";01/01/1970;;x', "(18 lignes)", ""),
        *("RPPS;NOM;SPECIALITE", "10000000001;MOREAU;Cardiologue", "2;X"),
    ]
)


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(size=st.integers(3, 400))
def test_the_reading_does_not_depend_on_where_blocks_are_cut(
    size: int, private: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    private.execute("DELETE FROM w.rejects")
    whole = [(table.source.model_dump(), rows(private, table)) for table in read(private, tmp_path / "x.csv", DIRTY)]
    blocks = decode.text_blocks
    private.execute("DELETE FROM w.rejects")
    with monkeypatch.context() as patch:
        patch.setattr("breachkit.reading.text.text_blocks", lambda p, e, n=size: blocks(p, e, size))
        cut = [(table.source.model_dump(), rows(private, table)) for table in read(private, tmp_path / "x.csv", DIRTY)]
    assert cut == whole
    assert [account["loaded"] for account, _ in whole] == [19, 1]


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 2**32), places=st.integers(1, 4))
def test_any_table_damaged_in_known_places_keeps_its_account(seed: int, places: int, tmp_path: Path) -> None:
    """Undamaged it comes back exactly; kept and rejected are the total, or the reader stops; few records are lost."""
    rng = random.Random(seed)
    written = random_table(rng)
    assert check_undamaged(written, tmp_path / "x.csv") is None
    assert check_damaged(written, tmp_path / "x.csv", places, rng)[0] is None
    assert check_wrecked(written, tmp_path / "x.csv", rng)[0] is None


def test_the_check_of_damage_sees_a_record_that_was_lost(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A control of the test above: a reader that drops records does not pass."""
    written = next(
        one
        for seed in range(99)
        if "minimal" in (one := random_table(random.Random(seed))).dialect and len(one.rows) == 30
    )
    plain = Cutter.plain
    monkeypatch.setattr(Cutter, "even", lambda *_: None)
    monkeypatch.setattr(Cutter, "plain", lambda cutter, text: plain(cutter, text).with_columns(c1=pl.lit("")))
    assert check_undamaged(written, tmp_path / "x.csv") is not None
    assert check_damaged(written, tmp_path / "x.csv", 1, random.Random(1))[0] is not None
