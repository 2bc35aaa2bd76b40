"""Encodings: told by what French looks like, mixed in one file, damaged, misread before, and padded."""

from __future__ import annotations

import csv
import hashlib
import io
import itertools
import random
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from breachkit.errors import UnreadableSource
from breachkit.reading.blob import Blob, SourceFile
from breachkit.reading.encodings import decode, encoding_choice, line_encodings
from breachkit.reading.encodings.controls import strip_controls
from breachkit.reading.encodings.decode import (
    DAMAGE_MARK,
    MIXED_MARK,
    SourceBytes,
    examine,
    head_text,
    text_blocks,
    utf8_blocks,
)
from breachkit.reading.encodings.french_bytes import EIGHT_BIT, accented_words
from breachkit.reading.encodings.mojibake import repair_mojibake, repair_text
from breachkit.reading.load import read_sources
from breachkit.reading.table_writer import LoadedTable
from tests.conftest import MLM

SLOW_START = settings(max_examples=60, deadline=None)
ACCENTED = "NOM;PRENOM;NOTE\n" + "".join(f"DURAND;Hélène;né à Paris {at}\n" for at in range(50))


def blob(content: bytes) -> Blob:
    """A source that is in memory."""
    return Blob(SourceFile("x.csv", (Path("x.csv"),)), lambda: io.BytesIO(content), "x.csv")


def decoded(content: bytes, size: int = 1 << 22) -> tuple[SourceBytes, str]:
    """What the examination found and the whole text, marks in it; both streams must agree with it."""
    source = blob(content)
    found = examine(source)
    text = "".join(text_blocks(source, found, size))
    assert b"".join(utf8_blocks(source, found, size)).decode() == text
    assert found.newlines == text.count("\n")
    assert (found.sha256, found.size) == (hashlib.sha256(content).hexdigest(), len(content))
    return found, text


def unmarked(text: str) -> str:
    return text.replace(DAMAGE_MARK, "").replace(MIXED_MARK, "")


def encodable(text: str, encoding: str) -> bool:
    return text.encode(encoding, "ignore").decode(encoding) == text


def read(connection: Any, path: Path, content: bytes) -> LoadedTable:
    path.write_bytes(content)
    return read_sources([path], connection).tables[0]


def rows(connection: Any, table: LoadedTable) -> list[tuple[Any, ...]]:
    return connection.execute(f"SELECT * FROM {table.table} ORDER BY _record").fetchall()


# ---- which encoding ------------------------------------------------------------------------------------------------

FRENCH = "NOM;PRÉNOM;NOTE\nBŒUF;Hélène;payé 30 €, « déjà vu »\nGARÇON;Noël;à rappeler l’après-midi\n"
PLAIN = FRENCH.replace("Œ", "OE").replace("€", "E").replace("’", "'")
FORMS = [
    ("utf-8", FRENCH),
    ("utf-8-sig", FRENCH),
    ("utf-16", FRENCH),
    ("utf-16-le", FRENCH),
    ("utf-16-be", FRENCH),
    ("utf-32", FRENCH),
    ("cp1252", FRENCH),
    ("iso-8859-15", FRENCH.replace("’", "'")),
    ("cp850", PLAIN),
    ("mac_roman", FRENCH),
]


@pytest.mark.parametrize(("encoding", "text"), FORMS)
@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
def test_one_text_in_ten_encodings(encoding: str, text: str, ends: str) -> None:
    found, read_back = decoded(text.replace("\n", ends).encode(encoding))
    assert (found.encoding, read_back) == (encoding, text)
    assert found.ends_with_newline
    assert found.physical_lines == 3


WORDS = """
Hélène René François Noël prénom né médecin où à ça Zoé été âge l’été aujourd’hui père élève cœur œdème août hôtel
Étienne Île naïf déjà château garçon fenêtre RENÉ HÉLÈNE GÉRARD NOËL FRANÇOIS CÔTÉ HÔTEL GARÇON ÉTÉ CŒUR BŒUF MÉDECIN
"""


@pytest.mark.parametrize("encoding", EIGHT_BIT)
@pytest.mark.parametrize("word", WORDS.split())
def test_one_accented_word_tells_the_encoding(word: str, encoding: str) -> None:
    """Three lines, one word: the smallest file in which a wrong encoding would change a name."""
    text = f"NOM;PRENOM\nDUPONT;{word}\nMARTIN;Luc\n"
    if encodable(text, encoding):
        assert decoded(text.encode(encoding))[1] == text


@pytest.mark.parametrize(
    ("encoding", "least"), [("cp1252", 1.0), ("iso-8859-15", 1.0), ("cp850", 1.0), ("mac_roman", 0.99)]
)
def test_each_accented_cell_of_the_sample_alone_tells_its_encoding(encoding: str, least: float) -> None:
    text = (MLM / "patients.csv").read_text(encoding="cp1252")
    cells = {cell for line in text.splitlines() for cell in line.split(";") if not cell.isascii()}
    cells = {cell for cell in cells if encodable(cell, encoding)}
    assert len(cells) > 500
    right = sum(decoded(f"A;B\nx;{cell}\n".encode(encoding))[1] == f"A;B\nx;{cell}\n" for cell in cells)
    assert right / len(cells) >= least


@pytest.mark.parametrize("content", [b"NOM;VILLE\nA\xff;B\n", "NOM;VILLE\nHÉLÈNE;né\n".encode("cp1252")])
def test_a_few_bytes_above_ascii_are_read_in_an_eight_bit_encoding(content: bytes) -> None:
    assert decoded(content)[0].encoding in EIGHT_BIT


def test_macroman_is_not_taken_for_utf8() -> None:
    """In MacRoman the apostrophe and an é make a valid sequence of UTF-8."""
    text = "NOM;NOTE\n" + "A;vu l’été\n" * 30
    found, read_back = decoded(text.encode("mac_roman"))
    assert (found.encoding, read_back) == ("mac_roman", text)


def test_utf16_of_another_script_and_with_half_a_pair_is_read() -> None:
    arabic = "الاسم;المدينة\n" * 3 + "DUPONT;Lyon\n" * 3
    assert decoded(arabic.encode("utf-16"))[1] == arabic
    broken = "NOM;NOTE\nDURAND;a".encode("utf-16-le") + b"\x3d\xd8" + "b\n".encode("utf-16-le")
    assert decoded(b"\xff\xfe" + broken)[1].endswith(f"a{DAMAGE_MARK}\ufffdb\n")


def test_utf16_put_behind_a_file_of_one_byte_keeps_its_letters() -> None:
    """What PowerShell's >> makes: the NULs between are taken out of cells as control characters."""
    content = b"NOM;PRENOM\nDURAND;Jeanne\n" * 400 + ("DUPONT;Hélène\n" * 3).encode("utf-16-le")
    _, text = decoded(content)
    assert unmarked(text).replace("\0", "").split("\n")[-2] == "DUPONT;Hélène"


EBCDIC = "NOM       PRENOM    DURAND    Jeanne    née à Paris le 12 mars 1960     "


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (EBCDIC.encode("cp500") * 30, "EBCDIC"),
        (EBCDIC.encode("cp1140") * 30, "EBCDIC"),
        ("\n".join(["東京;大阪"] * 9).encode("iso2022_jp"), "ISO 2022"),
        ("ФАМИЛИЯ;ИМЯ\nИванов;Иван\n".encode("cp1251") * 9, "encodage reconnu"),
        (random.Random(7).randbytes(5000), "encodage reconnu"),
        (bytes(range(256)) * 40, "encodage reconnu"),
        (b"\x01\x00\x02\x00\x00\x00\x07\x00abc\x00\x03\x00" * 200, "encodage reconnu"),
    ],
)
def test_what_is_no_text_we_know_is_refused_with_its_name(content: bytes, told: str) -> None:
    with pytest.raises(UnreadableSource) as raised:
        examine(blob(content))
    assert told in raised.value.fr
    assert "x.csv" in raised.value.en


# ---- mixed and damaged ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("own", ["utf-8", *EIGHT_BIT])
@pytest.mark.parametrize("other", ["utf-8", *EIGHT_BIT])
def test_a_line_in_another_encoding_is_read_in_it_and_marked(own: str, other: str) -> None:
    for line in ("PETIT;Zoé;née à Nîmes\n", "GÉRARD;François;médecin\n", "ROUX;Hélène;déjà payé\n"):
        found, text = decoded(ACCENTED.encode(own) + line.encode(other) + b"A;B;C\n")
        assert unmarked(text) == ACCENTED + line + "A;B;C\n"
        same = line.encode(other) == line.encode(own) or line.encode(other).decode(own, "replace") == line
        assert text.count(MIXED_MARK) == (0 if same else 1)
        assert found.encoding in (own, "cp1252")
        assert text.replace(MIXED_MARK, "").count(DAMAGE_MARK) == 0


def test_the_mark_stands_before_the_first_character_above_ascii() -> None:
    _, text = decoded(ACCENTED.encode() + "PETIT;Zoé;« déjà » 30 €\n".encode("cp1252"))
    assert text.endswith(f"\nPETIT;Zo{MIXED_MARK}é;« déjà » 30 €\n")


def test_right_lines_of_a_file_are_never_read_in_another_encoding() -> None:
    words = [*accented_words(), *(word.upper() for word in accented_words())]
    for encoding in EIGHT_BIT:
        text = ACCENTED + "".join(f"A;{word};x\n" for word in words if encodable(word, encoding))
        found, read_back = decoded(text.encode(encoding))
        assert read_back == text
        assert found.encoding in (encoding, "cp1252")


def damaged(at: int, byte: bytes) -> bytes:
    """The accented table, one byte put into the notes of its first `at` records."""
    lines = ACCENTED.encode().split(b"\n")
    for line in range(1, at + 1):
        lines[line] = lines[line].replace(b" Paris", byte + b" Paris")
    return b"\n".join(lines)


@pytest.mark.parametrize(
    ("added", "expected"),
    [
        (b"PETIT;Zo\xc3;x\n", f"PETIT;Zo{DAMAGE_MARK}\ufffd;x\n"),  # a cut sequence is no Ã
        (b"D;\xff;F\n", f"D;{DAMAGE_MARK}\ufffd;F\n"),
        (b"d\xe9j\xc3\xa0\n", f"d{DAMAGE_MARK}éjà\n"),  # a letter of cp1252 among UTF-8
        ("Zoé \U0001f600\n".encode("utf-16", "surrogatepass").decode("utf-16").encode(), "Zoé \U0001f600\n"),
        (b"\xed\xa0\xbd\xed\xb8\x80 l\xc3\xa0\n", f"{MIXED_MARK}\U0001f600 là\n"),  # CESU-8
        (b"x\xc0\x80 l\xc3\xa0\n", f"x\0 l{MIXED_MARK}à\n"),  # Java's NUL
        (b"\xed\xa0\xbd l\xc3\xa0\n", f"{DAMAGE_MARK}\ufffd là\n"),  # half a pair
        (b"l\xe2\x80x l\xc3\xa0\n", f"l{DAMAGE_MARK}\ufffdx là\n"),  # a cut apostrophe is no â€
        ("a\ufdd0b\ufdd1\n".encode(), f"a{DAMAGE_MARK}\ufffdb{DAMAGE_MARK}\ufffd\n"),  # the source's own noncharacters
        (b"\xc1\xa9 l\xc3\xa0\n", f"{DAMAGE_MARK}\ufffd{DAMAGE_MARK}\ufffd là\n"),  # overlong
    ],
)
def test_damage_in_utf8_is_marked_where_it_is(added: bytes, expected: str) -> None:
    found, text = decoded(ACCENTED.encode() + added)
    assert found.encoding == "utf-8"
    assert text == ACCENTED + expected


@pytest.mark.parametrize("byte", [b"\x81", b"\x8d", b"\x9d"])
def test_a_byte_that_cp1252_does_not_know_is_marked(byte: bytes) -> None:
    found, text = decoded(ACCENTED.encode("cp1252") + b"PETIT;Zo" + byte + b";x\n")
    assert found.encoding == "cp1252"
    assert text.endswith(f"PETIT;Zo{DAMAGE_MARK}\ufffd;x\n")


@pytest.mark.parametrize("count", [1, 4])
def test_a_bad_byte_costs_one_record_a_repair_and_not_the_file(count: int, private: Any, tmp_path: Path) -> None:
    table = read(private, tmp_path / "x.csv", damaged(count, b"\xff"))
    assert table.source.encoding == "utf-8"
    assert table.source.repaired_by_reason == {"undecodable_byte": count}
    assert (table.source.loaded, table.source.rejected) == (50, 0)
    notes = [row[4] for row in rows(private, table)]
    assert notes[0] == "né à\ufffd Paris 0"
    assert notes[count:] == [f"né à Paris {at}" for at in range(count, 50)]
    assert {row[3] for row in rows(private, table)} == {"Hélène"}


def test_two_exports_put_together_in_two_encodings_are_both_read(private: Any, tmp_path: Path) -> None:
    second = "".join(f"PETIT;Zoé;né à Lyon {at}\n" for at in range(20))
    table = read(private, tmp_path / "x.csv", ACCENTED.encode() + second.encode("cp1252"))
    assert {row[3] for row in rows(private, table)} == {"Hélène", "Zoé"}
    assert table.source.repaired_by_reason == {"mixed_encoding": 20}


def test_a_character_lost_before_the_export_is_no_repair_of_ours() -> None:
    _, text = decoded((ACCENTED + "PETIT;Zo\ufffd;x\n").encode())
    assert text.endswith("PETIT;Zo\ufffd;x\n")
    assert DAMAGE_MARK not in text


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(places=st.lists(st.integers(20, len(ACCENTED.encode()) - 1), max_size=20), size=st.integers(5, 60))
def test_wherever_bytes_are_damaged_and_blocks_are_cut_the_text_is_the_same(places: list[int], size: int) -> None:
    content = bytearray(ACCENTED.encode())
    for place in sorted(places, reverse=True):
        content.insert(place, 0xFF)
    found, text = decoded(bytes(content), size)
    assert text == decoded(bytes(content))[1]
    assert found.encoding == "utf-8"
    assert text.count(DAMAGE_MARK) >= len(set(places))
    assert text.count("\n") == 51


def test_a_letter_of_cp1252_in_a_utf8_file_is_read_and_counted(private: Any, tmp_path: Path) -> None:
    content = ACCENTED.encode() + "PETIT;Zoé;« déjà » 30 €\n".encode("cp1252")
    table = read(private, tmp_path / "x.csv", content)
    assert rows(private, table)[-1][2:] == ("PETIT", "Zoé", "« déjà » 30 €")
    assert table.source.repaired_by_reason == {"mixed_encoding": 1}


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
    blocks = text_blocks
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
    blocks = text_blocks
    with monkeypatch.context() as patch:
        patch.setattr("breachkit.reading.text.text_blocks", lambda p, e, n=size: blocks(p, e, n))
        table = read(private, tmp_path / "x.csv", bytes(content))
    found = rows(private, table)
    assert (table.source.loaded, table.source.rejected, len(found)) == (50, 0, 50)
    assert table.source.repaired == sum(any("\ufffd" in cell for cell in row[2:]) for row in found)
    assert not any(DAMAGE_MARK in cell for row in found for cell in row[2:])


def test_control_characters_in_the_notes_do_not_make_a_file_unreadable(private: Any, tmp_path: Path) -> None:
    note = "vu\x0b ce jour\x1f, revoir\x07 dans un mois"
    text = "NOM;PRENOM;NOTE\n" + f"A;B;{note}\n" * 20 + f'C;"D";"{note};\x00"\n'
    table = read(private, tmp_path / "x.csv", text.encode())
    found = rows(private, table)
    assert [row[4] for row in found] == ["vu ce jour, revoir dans un mois"] * 20 + ["vu ce jour, revoir dans un mois;"]
    assert table.source.repaired_by_reason == {"control_characters": 21}


# ---- streams and counts --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("encoding", "text"), FORMS)
@pytest.mark.parametrize("size", [3, 4, 5, 7, 16, 61])
def test_blocks_of_any_size_give_the_same_text(
    encoding: str, text: str, size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = (text * 3).replace("\n", "\r\n").encode(encoding)
    whole = decoded(content)
    monkeypatch.setattr(decode, "CHUNK_BYTES", size)
    found, cut = decoded(content, size)
    assert cut == whole[1]
    assert (found.encoding, found.newlines, found.quotes) == (encoding, whole[0].newlines, whole[0].quotes)


def test_a_line_longer_than_memory_allows_comes_in_parts_that_cut_no_character(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decode, "LONGEST_PIECE", 50)
    text = "hospitalisé à l’hôpital 30 € \U0001f600" * 100 + "\nfin\n"
    for encoding in ("utf-8", "utf-16", "cp1252"):
        shown = text if encoding != "cp1252" else text.replace("\U0001f600", "!")
        source = blob(shown.encode(encoding))
        found = examine(source)
        parts = list(utf8_blocks(source, found, 20))
        assert max(map(len, parts)) < 250
        assert "".join(part.decode() for part in parts) == shown
        assert found.longest_line >= len(shown) - 5
        with pytest.raises(UnreadableSource) as raised:
            list(text_blocks(source, found, longest=100))
        assert "cell_characters" in raised.value.fr
        assert head_text(source, found, 10) == shown[:10]


@pytest.mark.parametrize(
    "content",
    ["a;b\nc;d\n", "a;b\r\nc;d", "a\rb\rc", "\n\n\n", "a\r\n\rb\n\n", 'a;"b\n"\n', "é\nà", "a\x85b\u2028c\x0bd\n", "x"],
)
def test_counts_are_those_of_universal_newlines(content: str) -> None:
    found, text = decoded(content.encode())
    assert text == io.StringIO(content, newline=None).read()
    assert found.physical_lines == text.count("\n") + (not text.endswith("\n"))
    assert found.carriage_returns == content.count("\r")
    assert found.quotes == content.count('"')
    assert found.is_ascii == content.isascii()
    assert found.clean_utf8


def test_what_is_not_plain_is_told() -> None:
    assert decoded(b"a\0b\x01\tc\n")[0].nuls == 1
    assert decoded(b"a\0b\x01\tc\n")[0].controls == 1
    assert not decoded(b"a\n\x1a")[0].clean_utf8
    assert not decoded("é\n".encode("cp1252"))[0].clean_utf8
    assert not decoded("é\n".encode("utf-16"))[0].clean_utf8
    assert decoded("é\n".encode("utf-8-sig"))[0].clean_utf8
    plain = "Hélène, « l’été » n° 12, 30 €, À ÉVITER, ÔTÉ, PÂTÉ, naïf, cœur, – … “ ”\n"
    assert not decoded(plain.encode())[0].maybe_mojibake
    assert not decoded(ACCENTED.encode())[0].maybe_mojibake
    for misread in ("RENÃ‰E", "lâ€™Ã©tÃ©", "H‚lŠne", "Fran√ßois", "Fran├ºois", "lÔÇÖ", "l\x92été"):
        assert decoded(misread.encode())[0].maybe_mojibake


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (b"a\nb\n\x1a", "a\nb\n"),
        (b"a\r\nb\r\n\x1a\r\n", "a\nb\n\n"),
        (b"a\nb" + b"\x1a" * 70, "a\nb"),
        (b"a\nb\n" + b"\0" * 200_000, "a\nb\n"),
        (b"a\nb\n\0\0\0\n\0\0", "a\nb\n\n"),
        (b"a\n" + b"\0" * 9_000_000 + b"b\n", None),
        (b"\xef\xbb\xbf\xef\xbb\xbfa\n\xef\xbb\xbfb\n", "a\nb\n"),
        ("ï»¿a;é\n".encode(), "a;é\n"),
        (b"\x0ca\n\x0cb\nc\x0cd\n", "a\nb\nc\x0cd\n"),
        (b"a\r\r\nb\r\r\n", "a\nb\n"),
        (b"a\r\n\r\nb\r\r\r\nc\n", "a\n\nb\nc\n"),
        ("a\ufeffb\n".encode("utf-16"), "ab\n"),
    ],
)
def test_padding_marks_and_line_ends_of_old_systems(content: bytes, text: str | None) -> None:
    found, read_back = decoded(content)
    if text is None:  # a hole: what is left of it goes with the control characters of its cell
        assert read_back.replace("\0", "") == "a\nb\n"
    else:
        assert read_back == text
    assert not found.clean_utf8 or content.count(b"\r")


def test_long_runs_of_carriage_returns_take_no_time() -> None:
    found, text = decoded(b"a" + b"\r" * 300_000 + b"b\n")
    assert found.newlines == text.count("\n") == 300_001


def test_votes_count_lines_and_not_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    """One long note in cp1252 does not make a file of it, and a large file is judged by blocks all over it."""
    note = "né à Nîmes, hospitalisé, réglé " * 60
    assert decoded(ACCENTED.encode() + f"A;B;{note}\n".encode("cp1252"))[0].encoding == "utf-8"
    monkeypatch.setattr(encoding_choice, "ALL_VOTE_BYTES", 10)
    monkeypatch.setattr(decode, "CHUNK_BYTES", 200)
    monkeypatch.setattr(line_encodings, "PIECE_BYTES", 64)
    found, text = decoded(ACCENTED.encode("cp1252") * 4)
    assert (found.encoding, text) == ("cp1252", ACCENTED * 4)


# ---- control characters --------------------------------------------------------------------------------------------


def test_control_characters_leave_cells_and_are_told() -> None:
    frame = pl.DataFrame(
        {
            "c1": ["A\0\0", "B\tC", None, "un\x0bdeux\x0ctrois", "\x0bx\x1f", "Zoé"],
            "c2": ["x", "l1\nl2", "\x1b[31mrouge", "a\x00\x1db", "", "\x7f"],
            "c3": ["\x01"] * 6,
        }
    )
    cleaned, touched = strip_controls(frame, ["c1", "c2"])
    assert cleaned["c1"].to_list() == ["A", "B\tC", None, "un deux trois", "x", "Zoé"]
    assert cleaned["c2"].to_list() == ["x", "l1\nl2", "[31mrouge", "a b", "", ""]
    assert cleaned["c3"].to_list() == ["\x01"] * 6
    assert touched.to_list() == [True, False, True, True, True, True]


def test_a_frame_without_control_characters_is_given_back() -> None:
    frame = pl.DataFrame({"c1": ["a", None]}, schema={"c1": pl.String})
    cleaned, touched = strip_controls(frame, ["c1"])
    assert cleaned is frame
    assert touched.to_list() == [False, False]


# ---- mojibake ------------------------------------------------------------------------------------------------------

MISREAD = """
Renée René François Hélène Noël l’été cœur CŒUR ÎLE Île-de-France médecin prénom âgée dû GARÇON ÉTIENNE « oui »
n°12 30€ élève naïf août hôtel RENÉE BŒUF MÉDECIN à ÇA Saint-Étienne
"""


@pytest.mark.parametrize("misread_as", ["cp1252", "latin-1", "cp850", "mac_roman", "cp437"])
@pytest.mark.parametrize("word", MISREAD.split())
def test_utf8_read_in_another_encoding_is_put_right(word: str, misread_as: str) -> None:
    misread = word.encode().decode(misread_as, "replace")
    if "\ufffd" not in misread and misread != word:
        assert repair_text(misread) == word


@pytest.mark.parametrize("word", MISREAD.split())
def test_two_layers_are_put_right(word: str) -> None:
    for encoding in ("cp1252", "latin-1"):
        once = word.encode().decode(encoding, "replace")
        twice = once.encode().decode(encoding, "replace")
        if "\ufffd" not in twice:
            assert repair_text(twice) == word


@pytest.mark.parametrize(
    ("misread", "right"),
    [
        ("RENÃ‰E", "RENÉE"),
        ("lâ€™Ã©tÃ©", "l’été"),
        ("FranÃƒÂ§ois", "François"),
        ("FranÃƒÆ’Ã‚Â§ois", "François"),
        ("H‚lŠne", "Hélène"),
        ("Fran√ßois", "François"),
        ("Fran├ºois", "François"),
        ("HÚlÞne", "Hélène"),
        ("l\x92été", "l’été"),
        ("Renée HÃ©lÃ¨ne", "Renée Hélène"),
        ("voilÃ  le médecin", "voilà le médecin"),
        ("né Ã  Paris", "né à Paris"),
    ],
)
def test_known_misreadings(misread: str, right: str) -> None:
    assert repair_text(misread) == right
    frame, touched, counts = repair_mojibake(pl.DataFrame({"c1": [misread, "x", None], "c2": ["é"] * 3}), ["c1", "c2"])
    assert frame["c1"].to_list() == [right, "x", None]
    assert (touched.to_list(), counts) == ([True, False, False], {"c1": 1})


@pytest.mark.parametrize(
    "lost",
    ["RENÃE", "RENÃ DUPONT", "PRÃNOM", "Ã", "Â", "â€", "Zo\ufffd", "JOÃO", "SÃO", "Âge", "MAÇÃ", "«MAÇÃ»", "FORCÉ»"],
)
def test_what_is_lost_or_right_is_not_invented(lost: str) -> None:
    assert repair_text(lost) == lost


# Rightly written names: French, Portuguese and Spanish, Turkish, Polish and Czech, Vietnamese, Nordic and German.
RIGHT = """
Agnès André Angèle Anaïs Aurélie Bérénice Céline Chloé Clémence Cédric Désiré Édith Éloïse Étienne Françoise Gaëlle
Gérard Hélène Héloïse Irène Jérôme Joël Laëtitia Léa Léon Loïc Maël Maëlys Mathéo Mélanie Michaël Mickaël Nadège Noé
Noël Océane Raphaël René Rémi Salomé Sébastien Solène Stéphane Thérèse Théo Valérie Véronique Zoé Zoë AGNÈS ANDRÉ
ANGÈLE ANAÏS AURÉLIE BÉRÉNICE CÉLINE CHLOÉ CLÉMENCE DÉSIRÉ ÉDITH ÉLOÏSE ÉTIENNE FRANÇOISE GAËLLE GÉRARD HÉLÈNE IRÈNE
JÉRÔME JOËL LAËTITIA LÉA LÉON LOÏC MAËL NOÉ NOËL OCÉANE RAPHAËL RENÉ SALOMÉ Lefèvre Lévêque Prévôt Bœuf Lebœuf
Cœurderoy Sacré-Cœur L’Hôpital L’Église D’Août Châtelet Château Côté Forêt Hôtel Île Îles Âne Âge ÂGE ÎLE BŒUF CŒUR
LEFÈVRE LÉVÊQUE PRÉVÔT CÔTÉ FORÊT HÔTEL CHÂTEAU L’HÔPITAL Aÿ L’Haÿ-les-Roses Moÿ Saÿs Crémieu Mâcon Nîmes Sète
Béziers Besançon João JOÃO São SÃO Simão SIMÃO Conceição CONCEIÇÃO Assunção Gonçalves GONÇALVES Magalhães Guimarães
GUIMARÃES Simões SIMÕES Camões Antônio Antão Leão LEÃO Falcão Romão Damião Sebastião Estêvão Brandão BRANDÃO Lobão
Mourão Araújo Inês Luís Júlia Mónica Sónia Catarina Irmã Maçã José María Ángel Ángela Álvaro Íñigo Óscar Núñez Muñoz
Peña Ibáñez García González Rodríguez Pérez Sánchez Gómez MUÑOZ NÚÑEZ PEÑA GARCÍA Şükrü Çağlar Öztürk Gökçe Yıldız
Işık Güneş Doğan Şahin Çelik Özdemir Ümit Gülşen İbrahim Çetin Kılıç ŞÜKRÜ ÇAĞLAR ÖZTÜRK YILDIZ GÜNEŞ DOĞAN Łukasz
Wałęsa Wójcik Kowalczyk Zieliński Szymański Woźniak Dąbrowski Kozłowski Jabłoński Grześ Żak Święch Łącki ŁUKASZ
WÓJCIK ZIELIŃSKI ŻAK Dvořák Novák Černý Šimek Žižka Příbram Růžička Kovář ŠIMEK ŽIŽKA Čapek Ďurica Ľubomír Škoda
Müller Schäfer Schröder Strauß Großmann Jürgen Björn Nguyễn NGUYỄN Trần TRẦN Phạm Huỳnh Võ Đặng Bùi Đỗ Hồ Ngô Dương
Lý Văn Thị Hữu Đức Minh Ánh Ấn Tuấn Hạnh Phương Thảo Hương Đào ĐẶNG BÙI ĐỖ VÕ Ève Aïcha Bénédicte Côme Élie Émile
Eugénie Fériel Grégory Jérémy Kévin Maïté Mélissa Pénélope Søren Åse Åsa Ångström Jørgen Håkon Ødegård Þór Þóra
Sigríður Guðrún Björk Ólafur Œdipe Æmilia Mäkinen Hämäläinen Kärkkäinen Väinö Örjan Mårten
"""


def test_right_names_are_left_as_they_are() -> None:
    names = RIGHT.split()
    assert len(names) > 300
    cells = [*names, *(f"{one} {other}" for one, other in itertools.pairwise(names))]
    cells += [f"vu ce jour… {name}, « {name} » – n° 12 : 30 €" for name in names]
    frame = pl.DataFrame({"c1": cells})
    repaired, touched, counts = repair_mojibake(frame, ["c1"])
    assert repaired.filter(touched)["c1"].to_list() == []
    assert counts == {}
    assert [name for name in names if repair_text(name) != name] == []


def test_a_confusion_that_comes_back_in_its_column_is_believed_sooner() -> None:
    words = ["Hélène", "Étienne", "Bérénice", "dû", "Gérard à Nîmes"]
    misread = [word.encode("cp850").decode("latin-1") for word in words]
    assert repair_mojibake(pl.DataFrame({"c1": misread}), ["c1"])[0]["c1"].to_list() == words


# ---- the same table in each encoding -------------------------------------------------------------------------------


def test_the_same_table_in_eight_encodings_gives_the_same_records(private: Any, tmp_path: Path) -> None:
    text = (MLM / "patients.csv").read_text(encoding="cp1252")
    lines = text.split("\n")
    accented = [line for line in lines[1:] if not line.isascii() and '"' not in line and "Œ" not in line.upper()]
    kept = [line for line in accented if all(encodable(line, name) for name in EIGHT_BIT) and line.count(";") == 17]
    table_text = "\n".join([lines[0], *kept[:300]]) + "\n"
    assert len(kept) >= 300
    seen = []
    for encoding in ("utf-8", "utf-8-sig", "utf-16-le", "utf-16-be", "cp1252", "iso-8859-15", "cp850", "mac_roman"):
        table = read(private, tmp_path / f"{encoding}.csv", table_text.encode(encoding))
        assert table.source.repaired == table.source.rejected == 0
        seen.append((table.headers, rows(private, table)))
    assert len(seen[0][1]) == 300
    expected = list(csv.reader(io.StringIO(table_text), delimiter=";"))
    assert [list(row[2:]) for row in seen[0][1]] == expected[1:]
    assert all(one == seen[0] for one in seen[1:])


# ---- properties ----------------------------------------------------------------------------------------------------

COMMON = [word for word in WORDS.split() if all(encodable(word, name) for name in EIGHT_BIT)]
LETTERS = "abcdefghijklmnopqrstuvwxyz ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789;,.-'/"


@SLOW_START
@given(
    words=st.lists(st.sampled_from(COMMON), min_size=1, max_size=12),
    fillers=st.lists(st.text(LETTERS, max_size=20), min_size=12, max_size=12),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", *EIGHT_BIT]),
    ends=st.sampled_from(["\n", "\r\n", "\r"]),
)
def test_french_in_any_encoding_is_read_back(words: list[str], fillers: list[str], encoding: str, ends: str) -> None:
    text = "".join(f"{filler};{word};{filler}\n" for word, filler in zip(words, fillers, strict=False))
    assert decoded(text.replace("\n", ends).encode(encoding))[1] == text


@settings(max_examples=80, deadline=None)
@given(
    encoding=st.sampled_from(["utf-8", "utf-16", "utf-16-be", "utf-32", *EIGHT_BIT]),
    damage=st.lists(st.tuples(st.integers(0, 10_000), st.binary(max_size=6), st.integers(0, 40)), max_size=12),
    size=st.sampled_from([1 << 22, 64, 7]),
)
def test_damage_never_raises_anything_but_an_unreadable_source(
    encoding: str, damage: list[tuple[int, bytes, int]], size: int
) -> None:
    content = bytearray((FRENCH if encoding[:3] == "utf" else PLAIN).encode(encoding) * 4)
    for at, put, gone in damage:
        at %= len(content) + 1
        content[at : at + gone] = put
    try:
        found, text = decoded(bytes(content), size)
    except UnreadableSource:
        return
    text.encode()
    assert found.physical_lines >= found.newlines
    repair_text(unmarked(text))
