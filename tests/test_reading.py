"""Reading: every line accounted for, whatever the dirt."""

from __future__ import annotations

import csv
import io
import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from breachkit.errors import BreachkitError, UnreadableSource
from breachkit.reading.delimited.dialect import detect
from breachkit.reading.encodings import decode
from breachkit.reading.header import told_words
from breachkit.reading.ledger import Ledger
from breachkit.reading.load import read_sources
from breachkit.reading.table_writer import LoadedTable

HEADER = "NOM;PRENOM;NOTE"


def read(connection: Any, path: Path, content: str | bytes, encoding: str = "utf-8") -> LoadedTable:
    path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
    return read_sources([path], connection).tables[0]


def rows(connection: Any, table: LoadedTable) -> list[tuple[Any, ...]]:
    return connection.execute(f"SELECT * FROM {table.table} ORDER BY _record").fetchall()


# text, loaded, repaired by reason, rejected by reason, blank lines
CASES = {
    "clean": (f"{HEADER}\nA;B;C\nD;E;F\n", 2, {}, {}, 0),
    "no line break at the end": (f"{HEADER}\nA;B;C\nD;E;F", 2, {}, {}, 0),
    "crlf": (f"{HEADER}\r\nA;B;C\r\n", 1, {}, {}, 0),
    "old mac line ends": (f"{HEADER}\rA;B;C\rD;E;F\r", 2, {}, {}, 0),
    "blank lines": (f"{HEADER}\n\nA;B;C\n\n\nD;E;F\n", 2, {}, {}, 3),
    "quoted delimiter": (f'{HEADER}\nA;B;"x;y"\n', 1, {}, {}, 0),
    "doubled quotes": (f'{HEADER}\nA;B;"dit ""non"""\n', 1, {}, {}, 0),
    "line break in a quoted cell": (f'{HEADER}\nA;B;"un\ndeux"\nD;E;F\n', 2, {}, {}, 0),
    "blank line in a quoted cell": (f'{HEADER}\nA;B;"un\n\ndeux"\nD;E;F\n', 2, {}, {}, 0),
    "stray opening quote": (f'{HEADER}\nA;"B;C\nD;E;F\nG;H;I\n', 3, {"stray_quote": 1}, {}, 0),
    "stray quotes far apart": (f'{HEADER}\nA;"B;C\nD;E;F\nG;H;"I\nJ;K;L\n', 4, {"stray_quote": 2}, {}, 0),
    "quote inside a cell": (f'{HEADER}\nA;B;12" tuyau\n', 1, {"stray_quote": 1}, {}, 0),
    "cell missing": (f"{HEADER}\nA;B\nD;E;F\n", 1, {}, {"too_few_cells": 1}, 0),
    "cell too many": (f"{HEADER}\nA;B;C;D\nD;E;F\n", 1, {}, {"too_many_cells": 1}, 0),
    "empty cells too many": (f"{HEADER}\nA;B;C;;\nD;E;F\n", 2, {"trailing_delimiters": 1}, {}, 0),
    "line break without quotes": (
        f"{HEADER}\nA;B;C\nA;B\n;fin\nD;E;F\n",
        3,
        {"line_break_in_unquoted_cell": 1},
        {},
        0,
    ),
    "nothing but a line break in a cell": (f'{HEADER}\n"";"";"\n"\nD;E;F\n', 2, {}, {}, 0),
    "header only": (f"{HEADER}\n", 0, {}, {}, 0),
}


@pytest.mark.parametrize("name", CASES)
def test_every_line_is_accounted_for(name: str, private: Any, tmp_path: Path) -> None:
    text, loaded, repaired, rejected, blank = CASES[name]
    table = read(private, tmp_path / "x.csv", text)
    source = table.source
    assert (source.loaded, source.repaired_by_reason, source.rejected_by_reason) == (
        loaded,
        repaired,
        rejected,
    )
    assert source.blank_lines == blank
    assert source.records == source.loaded + source.rejected
    assert len(rows(private, table)) == loaded
    assert source.physical_lines == len(io.StringIO(text, newline=None).read().splitlines())


def test_a_joined_cell_keeps_its_line_break_and_its_place(private: Any, tmp_path: Path) -> None:
    table = read(private, tmp_path / "x.csv", f'{HEADER}\nA;B;"un\ndeux"\nD;E;F\n')
    assert rows(private, table) == [(1, 2, "A", "B", "un\ndeux"), (2, 4, "D", "E", "F")]


def test_rejected_records_stay_in_the_workspace_with_place_and_reason(private: Any, tmp_path: Path) -> None:
    read(private, tmp_path / "x.csv", f"{HEADER}\nA;B;C\nZZZ;B\nD;E;F\n")
    assert private.execute("SELECT * FROM w.rejects").fetchall() == [(1, 2, 3, "too_few_cells", "ZZZ;B")]


@pytest.mark.parametrize("mark", [";", ",", "\t", "|", "^"])
def test_delimiters(mark: str) -> None:
    lines = [mark.join(cells) for cells in (["NOM", "DATE", "NOTE"], ["A", "01/02/1960", "B C"], ["D", "", "E"])]
    found = detect(lines)
    assert (found.delimiter, found.cells, found.header) == (mark, 3, ("NOM", "DATE", "NOTE"))


def test_a_file_without_header_gives_no_value_as_a_name() -> None:
    found = detect(["DURAND;Jeanne;02/03/1950;0199001234", "PETIT;Luc;04/05/1961;0199001235"])
    assert found.header is None
    assert found.names == ("colonne 1", "colonne 2", "colonne 3", "colonne 4")


def test_a_bare_list_of_names_gives_no_name_as_a_column() -> None:
    """Better one record too many than a person as the name of a column."""
    assert detect(["DURAND;Jeanne;Paris", "PETIT;Luc;Lyon"]).header is None
    assert detect(["NOM;PRENOM;VILLE", "PETIT;Luc;Lyon"]).header == ("NOM", "PRENOM", "VILLE")


def test_control_characters_never_reach_a_column_name() -> None:
    assert detect(["NOM\x1b[31m;PRE\u202eNOM", "A;B", "C;D"]).names == ("NOM [31m", "PRE NOM")


@pytest.mark.parametrize(
    "content", [b"", b"\n\n \n", bytes(range(256)) * 40, b"\x89PNG\r\n\x1a\n" + b"\x00\x01\x02" * 500]
)
def test_what_cannot_be_read_says_so(content: bytes, private: Any, tmp_path: Path) -> None:
    with pytest.raises(UnreadableSource) as raised:
        read(private, tmp_path / "x.csv", content)
    assert "x.csv" in raised.value.fr
    assert raised.value.exit_code == 3


@pytest.mark.parametrize(
    ("content", "format_name"),
    [
        (b"PK\x03\x04" + b"x" * 90, "zip"),
        (b"\x1f\x8b\x08" + b"x" * 90, "gzip"),
        (b"%PDF-1.7\n" + b"x" * 90, "PDF"),
        (b"\x89PNG\r\n\x1a\n" + b"x" * 90, "PNG"),
        (b"SQLite format 3\x00" + b"x" * 90, "SQLite"),
        (b"PAR1\x15\x04" + b"x" * 90, "Parquet"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x" * 90, "OLE"),
    ],
)
def test_a_known_format_that_is_not_text_is_named(
    content: bytes, format_name: str, private: Any, tmp_path: Path
) -> None:
    with pytest.raises(UnreadableSource) as raised:
        read(private, tmp_path / "x.csv", content)
    assert format_name in raised.value.fr
    assert format_name in raised.value.en


MLM_PATIENTS = (
    "ID_PATIENT;CIVILITE;NOM;NOM_NAISS;PRENOM;SEXE;DATE_NAISS;TEL_FIXE;TEL_PORTABLE;EMAIL;ADRESSE;CP;VILLE;"
    "MEDECIN_RPPS;DATE_CREATION;DATE_MAJ;DATE_DECES;COMMENTAIRE"
)
MLM_DOCTORS = "RPPS;CIVILITE;NOM;PRENOM;SPECIALITE;RAISON_SOCIALE;ADRESSE;CP;VILLE;TEL;EMAIL;FINESS"
OFFICE = (
    "id_pat;nompat;ddn;num_ss;tel_dom;cp;lib_voie;rques;COL_A;F12;CodePostal;Prénom d'usage;Pr?nom;DATENAISSPATIENT"
)

LOST = "Nom;NumÃ©ro de sÃ©curitÃ© sociale;Num?ro de s?curit? sociale;Pr\ufffdnom;RÃ©servÃ©;Actif ?"


@pytest.mark.parametrize(
    "line", [MLM_PATIENTS, MLM_DOCTORS, OFFICE, "Rubrique;Nom;Référent;Urgences;Date prévue", LOST]
)
def test_a_header_is_published_as_it_stands(line: str) -> None:
    width = line.count(";") + 1
    found = detect([line, ";".join("x" * width), ";".join(["DURAND", "01/02/1950", *["y"] * (width - 2)])])
    assert found.names == tuple(line.split(";"))


def test_a_header_with_a_name_twice_is_a_header() -> None:
    found = detect(["NOM;PRENOM;NOM;NOM (3)", "A;B;C;D", "E;F;G;H"])
    assert found.header is not None
    assert found.names == ("NOM", "PRENOM", "NOM (3)", "NOM (3) (4)")


@pytest.mark.parametrize(
    ("cell", "published"),
    [
        ("Note de Casimir FAUCHELEVENT", "Note"),
        ("noteDeCasimirFauchelevent", "note"),
        ("DATE 01/01/2020", "DATE"),
        ("Note FAUCHELEVENT", "Note"),
        ("FAUCHELEVENT", "colonne 3"),
        ("fauchelévent casimir", "colonne 3"),
        ("0199001234", "colonne 3"),
        ("casimir@example.org", "colonne 3"),
        ("Note de Martin", "Note"),
        ("note_casimir_fauchelevent", "note"),
        ("note_lesage", "note"),
    ],
)
def test_a_person_in_a_header_is_never_published(cell: str, published: str) -> None:
    found = detect([f"NOM;PRENOM;{cell}", "FAUCHELEVENT;Casimir;vu ce jour", "DURAND;Jeanne;à revoir"])
    assert found.header is not None
    assert found.names == ("NOM", "PRENOM", published)


@pytest.mark.parametrize(
    "lines",
    [
        ["DURAND;Jeanne;02/03/1950;12 rue des Lilas;Note du patient", "PETIT;Luc;04/05/1961;3 rue des Pins;à revoir"],
        ["Dr;MARTIN;Médecin généraliste;Cabinet médical", "Dr;PETIT;Médecin généraliste;Cabinet médical"],
        ["DURAND;Jeanne;rue des Lilas;Paris;rappeler le patient demain", "PETIT;Luc;rue des Pins;Lyon;à revoir"],
    ],
)
def test_header_words_among_values_do_not_make_a_header(lines: list[str]) -> None:
    assert detect(lines).header is None


def test_a_header_that_comes_back_in_the_file_is_still_a_header() -> None:
    assert detect(["NOM;PRENOM;NOTE", "A;B;C", "NOM;PRENOM;NOTE", "D;E;F"]).header == ("NOM", "PRENOM", "NOTE")


def test_an_unreadable_source_does_not_stop_the_others(private: Any, tmp_path: Path) -> None:
    good, empty = tmp_path / "good.csv", tmp_path / "empty.csv"
    good.write_text("NOM;PRENOM\nA;B\n")
    empty.write_text("")
    found = read_sources([empty, good, tmp_path / "absent.csv"], private)
    assert [table.name for table in found.tables] == ["good.csv"]
    assert len(found.unreadable) == 2


def test_a_ledger_that_does_not_add_up_stops_the_run() -> None:
    ledger = Ledger(physical_lines=3, header_lines=1, record_lines=2, loaded=2)
    ledger.check(stored=2, stored_rejects=0)
    with pytest.raises(BreachkitError, match="n'est pas juste"):
        ledger.check(stored=1, stored_rejects=0)


# A line inside a cell that holds as many delimiters as a record cannot be told from a record: no cell has both.
CELL = st.text(st.sampled_from('ab é;"'), max_size=6) | st.text(st.sampled_from('ab é"\n,'), max_size=6)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    table=st.lists(
        st.lists(CELL, min_size=6, max_size=6),
        min_size=1,
        max_size=30,
    ),
    size=st.integers(5, 60),
)
def test_what_a_csv_writer_wrote_is_read_back(
    table: list[list[str]], size: int, private: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever the cells hold and wherever the blocks are cut, a well-formed file is loaded whole and unchanged."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\n", quoting=csv.QUOTE_ALL)
    writer.writerows([["nom", "b", "c", "d", "e", "f"], *table])
    path = tmp_path / "x.csv"
    path.write_text(out.getvalue(), encoding="utf-8", newline="")
    monkeypatch.setattr(
        "breachkit.reading.delimited.delimited.detect", lambda _: detect(["nom;b;c;d;e;f", "1;2;3;4;5;6"])
    )
    blocks = decode.text_blocks
    monkeypatch.setattr("breachkit.reading.text.text_blocks", lambda p, e, n=size: blocks(p, e, min(n, size)))
    loaded = read_sources([path], private).tables[0]
    assert loaded.source.rejected == loaded.source.repaired == 0
    assert [list(row[2:]) for row in rows(private, loaded)] == table


def test_a_pipe_or_a_device_is_refused_and_never_waited_for(private: Any, tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with pytest.raises(UnreadableSource, match="fichier ordinaire"):
        read_sources([pipe], private)


@pytest.mark.parametrize("name", ["CHARLINE", "CHARPIN", "BONTEMPS", "NASCIMENTO", "KATZ", "NAISHA"])
def test_a_name_is_no_word_of_columns_however_its_letters_cut(name: str) -> None:
    """A member, a sheet or a cell of that name would be published: the lists of header words grow, names must not."""
    assert told_words(name) == ""
    assert told_words(f"{name} DATE_NAISSANCE").split()[0] != name  # control: the words of columns are told


def test_words_of_columns_are_told_glued_or_not() -> None:
    assert told_words("codepostalpatient") == "codepostalpatient"
    assert told_words("DATE_NAISSANCE") == "DATE NAISSANCE"
