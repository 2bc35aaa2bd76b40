"""Reading: every line accounted for, whatever the dirt."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from breachkit.errors import BreachkitError, UnreadableSource
from breachkit.reading import decode
from breachkit.reading.dialect import detect
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


FRENCH = "NOM;PRÉNOM;NOTE\nBŒUF;Hélène;payé 30 €, « déjà vu »\nGARÇON;Noël;à rappeler l’après-midi\n"
PLAIN = FRENCH.replace("Œ", "OE").replace("€", "E").replace("’", "'")


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("utf-8", FRENCH),
        ("utf-8-sig", FRENCH),
        ("utf-16", FRENCH),
        ("utf-16-le", FRENCH),
        ("utf-16-be", FRENCH),
        ("cp1252", FRENCH),
        ("iso-8859-15", FRENCH.replace("’", "'")),
        ("cp850", PLAIN),
        ("mac_roman", FRENCH),
    ],
)
def test_one_table_in_nine_encodings(encoding: str, text: str, private: Any, tmp_path: Path) -> None:
    table = read(private, tmp_path / "x.csv", text * 1, encoding)
    lines = text.splitlines()
    assert list(table.headers) == lines[0].split(";")
    assert [list(row[2:]) for row in rows(private, table)] == [line.split(";") for line in lines[1:]]


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


ACCENTED = "NOM;PRENOM;NOTE\n" + "".join(f"DURAND;Hélène;né à Paris {at}\n" for at in range(50))


def damaged(at: int, byte: bytes) -> bytes:
    """The accented table, one byte put into the notes of its first `at` records."""
    lines = ACCENTED.encode().split(b"\n")
    for line in range(1, at + 1):
        lines[line] = lines[line].replace(b" Paris", byte + b" Paris")
    return b"\n".join(lines)


@pytest.mark.parametrize(("count", "byte", "read_as"), [(1, b"\xff", "\ufffd"), (4, b"\xff", "\ufffd")])
def test_a_bad_byte_costs_one_record_a_repair_and_not_the_file(
    count: int, byte: bytes, read_as: str, private: Any, tmp_path: Path
) -> None:
    table = read(private, tmp_path / "x.csv", damaged(count, byte))
    assert table.source.encoding == "utf-8"
    assert table.source.repaired_by_reason == {"undecodable_byte": count}
    assert (table.source.loaded, table.source.rejected) == (50, 0)
    notes = [row[4] for row in rows(private, table)]
    assert notes[0] == f"né à{read_as} Paris 0"
    assert notes[count:] == [f"né à Paris {at}" for at in range(count, 50)]
    assert {row[3] for row in rows(private, table)} == {"Hélène"}


def test_a_letter_of_cp1252_in_a_utf8_file_is_read_and_counted(private: Any, tmp_path: Path) -> None:
    content = ACCENTED.encode() + "PETIT;Zoé;« déjà » 30 €\n".encode("cp1252")
    table = read(private, tmp_path / "x.csv", content)
    assert rows(private, table)[-1][2:] == ("PETIT", "Zoé", "« déjà » 30 €")
    assert table.source.repaired_by_reason == {"undecodable_byte": 1}


def test_a_cut_sequence_is_not_read_as_a_letter_it_never_was(private: Any, tmp_path: Path) -> None:
    table = read(private, tmp_path / "x.csv", ACCENTED.encode() + b"PETIT;Zo\xc3;x\n")
    assert rows(private, table)[-1][3] == "Zo\ufffd"


def test_repaired_and_rejected_records_are_not_counted_twice(private: Any, tmp_path: Path) -> None:
    content = damaged(1, b"\xff") + b'A;"B\xff;C\nA;B\xff\nD;\xff;F;;\n'
    table = read(private, tmp_path / "x.csv", content)
    source = table.source
    assert source.repaired_by_reason == {"stray_quote": 1, "trailing_delimiters": 1, "undecodable_byte": 1}
    assert source.rejected_by_reason == {"too_few_cells": 1}
    assert private.execute("SELECT raw FROM w.rejects").fetchall() == [("A;B\ufffd",)]
    assert source.records == source.loaded + source.rejected == 53
    assert rows(private, table)[-1][2:] == ("D", "\ufffd", "F")


def test_bad_bytes_are_found_wherever_the_chunks_are_cut(
    private: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(decode, "CHUNK_BYTES", 7)
    blocks = decode.text_blocks
    monkeypatch.setattr("breachkit.reading.text.text_blocks", lambda p, e, n=11: blocks(p, e, n))
    table = read(private, tmp_path / "x.csv", damaged(3, b"\xff"))
    assert table.headers == ("NOM", "PRENOM", "NOTE")
    assert table.source.encoding == "utf-8"
    assert (table.source.loaded, table.source.repaired_by_reason) == (50, {"undecodable_byte": 3})


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(places=st.lists(st.integers(20, len(ACCENTED.encode()) - 1), max_size=20), size=st.integers(5, 60))
def test_wherever_bytes_are_damaged_the_repaired_are_loaded_and_counted_once(
    places: list[int], size: int, private: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = bytearray(ACCENTED.encode())
    for place in sorted(places, reverse=True):
        content.insert(place, 0xFF)
    blocks = decode.text_blocks
    with monkeypatch.context() as patch:
        patch.setattr("breachkit.reading.text.text_blocks", lambda p, e, n=size: blocks(p, e, n))
        table = read(private, tmp_path / "x.csv", bytes(content))
    found = rows(private, table)
    assert (table.source.loaded, table.source.rejected, len(found)) == (50, 0, 50)
    assert table.source.repaired == sum(any("\ufffd" in cell for cell in row[2:]) for row in found)
    assert not any(decode.DAMAGE_MARK in cell for row in found for cell in row[2:])


def test_two_exports_put_together_in_two_encodings_are_both_read(private: Any, tmp_path: Path) -> None:
    second = "".join(f"PETIT;Zoé;né à Lyon {at}\n" for at in range(20))
    table = read(private, tmp_path / "x.csv", ACCENTED.encode() + second.encode("cp1252"))
    assert {row[3] for row in rows(private, table)} == {"Hélène", "Zoé"}
    assert table.source.repaired_by_reason == {"undecodable_byte": 20}


def test_macroman_is_not_taken_for_utf8(private: Any, tmp_path: Path) -> None:
    """In MacRoman the apostrophe and an é make a valid sequence of UTF-8."""
    table = read(private, tmp_path / "x.csv", "NOM;NOTE\n" + "A;vu l’été\n" * 30, "mac_roman")
    assert table.source.encoding == "mac_roman"
    assert rows(private, table)[0][3] == "vu l’été"


def test_a_character_lost_before_the_export_is_no_repair_of_ours(private: Any, tmp_path: Path) -> None:
    table = read(private, tmp_path / "x.csv", ACCENTED + "PETIT;Zo\ufffd;x\n")
    assert table.source.repaired == 0
    assert rows(private, table)[-1][3] == "Zo\ufffd"


@pytest.mark.parametrize("byte", [b"\x81", b"\x8d", b"\x9d"])
def test_a_byte_that_cp1252_does_not_know_is_counted_and_the_file_is_read(
    byte: bytes, private: Any, tmp_path: Path
) -> None:
    content = ACCENTED.encode("cp1252") + b"PETIT;Zo" + byte + b";x\n"
    table = read(private, tmp_path / "x.csv", content)
    assert table.source.encoding == "cp1252"
    assert table.source.repaired_by_reason == {"undecodable_byte": 1}
    assert rows(private, table)[-1][3] == "Zo\ufffd"


@pytest.mark.parametrize("content", [b"NOM;VILLE\nA\xff;B\n", "NOM;VILLE\nHÉLÈNE;né\n".encode("cp1252")])
def test_a_few_bytes_above_ascii_are_read_in_an_eight_bit_encoding(
    content: bytes, private: Any, tmp_path: Path
) -> None:
    table = read(private, tmp_path / "x.csv", content)
    assert table.source.encoding in decode.EIGHT_BIT
    assert table.source.loaded == 1


def test_control_characters_in_the_notes_do_not_make_a_file_unreadable(private: Any, tmp_path: Path) -> None:
    note = "vu\x0b ce jour\x1f, revoir\x07 dans un mois"
    text = f"{HEADER}\n" + f"A;B;{note}\n" * 20 + f'C;"D";"{note};\x00"\n'
    table = read(private, tmp_path / "x.csv", text)
    found = rows(private, table)
    assert [row[4] for row in found] == [note] * 20 + [f"{note};\x00"]
    assert table.source.repaired == table.source.rejected == 0


@pytest.mark.parametrize(
    ("content", "format_name"),
    [
        (b"PK\x03\x04" + b"x" * 90, "XLSX"),
        (b"\x1f\x8b\x08" + b"x" * 90, "gzip"),
        (b"%PDF-1.7\n" + b"x" * 90, "PDF"),
        (b"\x89PNG\r\n\x1a\n" + b"x" * 90, "PNG"),
        (b"SQLite format 3\x00" + b"x" * 90, "SQLite"),
        (b"PAR1\x15\x04" + b"x" * 90, "Parquet"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x" * 90, "XLS"),
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
    monkeypatch.setattr("breachkit.reading.delimited.detect", lambda _: detect(["nom;b;c;d;e;f", "1;2;3;4;5;6"]))
    blocks = decode.text_blocks
    monkeypatch.setattr("breachkit.reading.text.text_blocks", lambda p, e, n=size: blocks(p, e, min(n, size)))
    loaded = read_sources([path], private).tables[0]
    assert loaded.source.rejected == loaded.source.repaired == 0
    assert [list(row[2:]) for row in rows(private, loaded)] == table
