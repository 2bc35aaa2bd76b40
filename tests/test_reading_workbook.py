"""Workbooks: every table of every sheet, whoever wrote the file and whatever it was made to do."""

from __future__ import annotations

import datetime
import io
import os
import struct
import zipfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from breachkit.errors import UnreadableSource
from breachkit.limits import Limits
from breachkit.reading.blob import Blob, SourceFile
from breachkit.reading.formats import sniff
from breachkit.reading.load import read_sources
from breachkit.reading.markup.markup import looks_like_markup, read_markup
from breachkit.reading.table_writer import Intake, LoadedTable
from breachkit.reading.text import open_text
from breachkit.reading.workbook.cell_text import column_text, number_text
from breachkit.reading.workbook.spreadsheet import _silent, read_spreadsheet
from breachkit.reading.workbook.workbook_guard import column_number
from breachkit.reading.workbook.workbook_parts import Parts
from tests import make_odd_workbooks as make

ODD = Path(__file__).parent / "data" / "odd" / "workbook"
Rows = list[list[Any]]


def read(connection: Any, path: Path, rows: Rows, **given: Any) -> list[LoadedTable]:
    make.xlsx(path, {"Patients": make.sheet(rows, **given)})
    return list(read_sources([path], connection).tables)


def within(limits: Limits, path: Path, connection: Any) -> list[LoadedTable]:
    """What is read of a workbook under these limits."""
    intake = Intake(connection, limits)
    read_spreadsheet(Blob.of_file(SourceFile(path.name, (path,))), intake)
    return intake.tables


def stored(connection: Any, table: LoadedTable) -> list[tuple[Any, ...]]:
    return connection.execute(f"SELECT * FROM {table.table} ORDER BY _record").fetchall()


def test_the_odd_workbooks_are_what_their_maker_writes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(make, "FOLDER", tmp_path)
    make.main()
    made = sorted(path.name for path in tmp_path.iterdir())
    assert made == sorted(path.name for path in ODD.iterdir() if path.suffix in {".xlsx", ".ods"})
    for name in set(made) - {"cut_short.xlsx"}:
        assert _parts(tmp_path / name) == _parts(ODD / name), name


def _parts(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (12.0, "12"), (-0.0, "0"), (185057800608436.0, "185057800608436"), (1e20, "100000000000000000000"),
        (0.1 + 0.2, "0.3"), (1e-7, "0.0000001"), (float("nan"), ""), (float("inf"), ""), (-12.5, "-12.5"),
    ],
)  # fmt: skip
def test_a_number_has_no_exponent_and_no_lost_digit(value: float, text: str) -> None:
    assert number_text(value) == text


def test_a_column_of_all_kinds_is_text() -> None:
    values = ["a", 1.0, True, datetime.date(1960, 2, 1), datetime.datetime(1960, 2, 1, 10, 30),
              datetime.time(8, 5), datetime.timedelta(hours=26, minutes=30), "",
              datetime.timedelta(seconds=-5)]  # fmt: skip
    told = ["a", "1", "TRUE", "1960-02-01", "1960-02-01 10:30:00", "08:05:00", "26:30:00", "", "-00:00:05"]
    assert column_text(values).to_list() == told
    assert column_text([1.0, "", 2.0]).to_list() == ["1", "", "2"]
    assert column_text([1.0, 1e20, ""]).to_list() == ["1", "100000000000000000000", ""]


def test_a_record_keeps_the_row_of_its_sheet(private: Any, tmp_path: Path) -> None:
    (table,) = read(private, tmp_path / "x.xlsx", [["NOM", "PRENOM"], ["A", "B"], [], ["C", "D"]], first=(4, 3))
    assert [row[:2] for row in stored(private, table)] == [(1, 5), (2, 7)]


def test_a_form_of_names_and_values_has_no_header(private: Any, tmp_path: Path) -> None:
    rows: Rows = [["Nom", "DURAND"], ["Prénom", "Jeanne"], ["Date de naissance", "01/02/1960"]]
    (table,) = read(private, tmp_path / "x.xlsx", rows)
    assert table.source.records == 3
    assert table.headers == ("colonne 1", "colonne 2")


def test_a_title_merged_over_the_table_is_no_header(private: Any, tmp_path: Path) -> None:
    rows: Rows = [["LISTE DES PATIENTS"], ["NOM", "PRENOM", "VILLE"], ["A", "B", "Lyon"]]
    (table,) = read(private, tmp_path / "x.xlsx", rows, merged=["A1:C1"])
    assert table.headers == ("NOM", "PRENOM", "VILLE")
    assert (table.source.other_lines, table.source.records) == (1, 1)


def test_records_of_words_do_not_begin_a_table(private: Any, tmp_path: Path) -> None:
    rows: Rows = [["Dr", "MARTIN", "Médecin généraliste"], ["Dr", "PETIT", "Pédiatre"], [], ["Dr", "ROUX", "Médecin"]]
    (table,) = read(private, tmp_path / "x.xlsx", rows)
    assert table.source.records == 3


def test_two_exports_of_the_same_columns_are_one_table(private: Any, tmp_path: Path) -> None:
    header = ["NOM", "PRENOM"]
    rows: Rows = [header, ["A", "B"], [], ["Suite"], header, ["C", "D"]]
    (table,) = read(private, tmp_path / "x.xlsx", rows)
    assert (table.source.header_lines, table.source.records) == (2, 3)


def test_a_sheet_too_wide_to_hold_costs_only_itself(private: Any, tmp_path: Path) -> None:
    far = make.sheet([["NOM"]]).replace(
        "</sheetData>", '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    )
    make.xlsx(tmp_path / "x.xlsx", {"Feuil1": far, "Patients": make.sheet([["NOM", "PRENOM"], ["A", "B"]])})
    found = read_sources([tmp_path / "x.xlsx"], private)
    assert [table.name for table in found.tables] == ["Patients"]
    assert "feuille 1" in found.unreadable[0].fr


@pytest.mark.parametrize(
    ("limits", "named"),
    [
        (Limits(workbook_bytes=2_000), "workbook_bytes"),
        (Limits(tables=1), "tables"),
        (Limits(columns=1), "columns"),
        (Limits(archive_members=3), "abîmé"),
    ],
)
def test_each_limit_is_named_where_it_is_passed(limits: Limits, named: str, private: Any, tmp_path: Path) -> None:
    sheet = make.sheet([["NOM", "PRENOM"], ["A", "B"]])
    make.xlsx(tmp_path / "x.xlsx", {"Patients": sheet, "Suite": sheet})
    assert len(read_sources([tmp_path / "x.xlsx"], private).tables) == 2
    with pytest.raises(UnreadableSource, match=named):
        within(limits, tmp_path / "x.xlsx", private)


def test_a_cell_too_long_is_rejected_with_its_record(private: Any, tmp_path: Path) -> None:
    make.xlsx(tmp_path / "x.xlsx", {"Patients": make.sheet([["NOM", "NOTE"], ["A", "x" * 50], ["B", "y"]])})
    (table,) = within(Limits(cell_characters=40), tmp_path / "x.xlsx", private)
    assert table.source.rejected_by_reason == {"cell_too_long": 1}
    assert [row[:3] for row in stored(private, table)] == [(2, 3, "B")]


def test_a_bomb_is_refused_whatever_its_directory_says(tmp_path: Path) -> None:
    """The directory announces one byte; the part unpacks to 8 MB of zeros, more than a thousand times its size."""
    path = tmp_path / "x.xlsx"
    make.store(path, {"xl/workbook.xml": b"\0" * (8 << 20)})
    content = bytearray(path.read_bytes())
    size = content.rfind(struct.pack("<I", 8 << 20))
    content[size : size + 4] = struct.pack("<I", 1)
    path.write_bytes(bytes(content))
    blob = Blob.of_file(SourceFile("x.xlsx", (path,)))
    for limits, named in (
        (Limits(workbook_bytes=1 << 20), "workbook_bytes"),
        (Limits(unpacked_ratio=50), "unpacked_ratio"),
    ):
        parts = Parts(blob, io.BytesIO(bytes(content)), limits)
        with pytest.raises(UnreadableSource, match=named):
            sum(map(len, parts.pieces("xl/workbook.xml")))
    parts = Parts(blob, io.BytesIO(bytes(content)), Limits())
    assert sum(map(len, parts.pieces("xl/workbook.xml"))) == 8 << 20


@pytest.mark.parametrize("name", ["values.xlsx", "values.ods", "hidden_sheets.xlsx", "sheets.xls"])
def test_a_damaged_workbook_is_refused_or_read_and_never_a_crash(name: str, private: Any, tmp_path: Path) -> None:
    content = (ODD / name).read_bytes()
    path = tmp_path / name
    for at in range(0, len(content), max(1, len(content) // 60)):
        damaged = bytearray(content)
        damaged[at : at + 4] = b"\xff\x00\xff\x7f"
        path.write_bytes(bytes(damaged))
        try:
            found = read_sources([path], private)
        except UnreadableSource:
            continue
        assert all(table.source.records >= 0 for table in found.tables)


@pytest.mark.parametrize("name", ["values.xlsx", "values.ods"])
def test_the_first_half_of_a_workbook_is_no_archive_of_its_parts(name: str, private: Any, tmp_path: Path) -> None:
    """Whatever part comes first; a folder that happens to be named xl stays an archive."""
    for first in ("docProps/app.xml", "xl/theme/theme1.xml", "xl/worksheets/sheet1.xml"):
        path = tmp_path / name
        content = (ODD / name).read_bytes()
        if name.endswith("xlsx"):
            make.store(path, dict.fromkeys((first, "xl/worksheets/sheet2.xml", "xl/workbook.xml"), b"<a>x</a>"))
            content = path.read_bytes()
        cut = content.find(b"xl/workbook.xml") - 30 if name.endswith("xlsx") else len(content) // 2
        path.write_bytes(content[:cut])
        with pytest.raises(UnreadableSource, match="abîmé"):
            read_sources([path], private)
    make.store(path, {"xl/patients.csv": b"NOM;PRENOM\nDURAND;A\nMARTIN;B\n"})
    path.write_bytes(path.read_bytes()[:-40])
    assert sniff(Blob.of_file(SourceFile(name, (path,)))) == "zip"


def test_a_panic_of_the_library_writes_nothing(capfd: pytest.CaptureFixture[str]) -> None:
    with _silent():
        os.write(2, b"backtrace")
    os.write(2, b"after")
    assert capfd.readouterr().err == "after"


@pytest.mark.parametrize(("letters", "number"), [(b"A", 1), (b"Z", 26), (b"AA", 27), (b"XFD", 16_384)])
def test_columns_are_counted_as_spreadsheets_name_them(letters: bytes, number: int) -> None:
    assert column_number(letters) == number
    assert make.letters(number) == letters.decode()


def marked_up(connection: Any, path: Path, content: str, encoding: str = "utf-8") -> list[LoadedTable]:
    path.write_bytes(content.encode(encoding))
    intake = Intake(connection, Limits())
    text = open_text(Blob.of_file(SourceFile(path.name, (path,))))
    assert looks_like_markup(text.sample)
    read_markup(text, intake)
    return intake.tables


HTML = """<html><head><meta charset="utf-8"><style>td { color: red }</style></head>
<body><h1>Export</h1>
<table border=1><tr><th colspan=3>LISTE DES PATIENTS</th></tr>
<tr><th>NOM</th><th>PRENOM</th><th>NOTE</th></tr>
<tr><td rowspan="2">DURAND<td>Jeanne<td>vu &amp; revu<br>demain
<tr><td>Luc</td><td>é &lt;x&gt; <script>alert(1)</script></td></tr>

</table></body></html>
"""
SPREADSHEETML = """<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?>
<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet">
<Worksheet ss:Name="Patients"><Table ss:ExpandedColumnCount="4" ss:ExpandedRowCount="3">
<Row><Cell><Data ss:Type="String">NOM</Data></Cell><Cell><Data ss:Type="String">NIR</Data></Cell>
<Cell><Data ss:Type="String">DATE_NAISSANCE</Data></Cell><Cell><Data ss:Type="String">ACTIF</Data></Cell></Row>
<Row ss:Index="3"><Cell><Data ss:Type="String">DURAND</Data></Cell>
<Cell><Data ss:Type="Number">1.85057800608436E14</Data></Cell>
<Cell><Data ss:Type="DateTime">1960-02-01T00:00:00.000</Data></Cell><Cell><Data ss:Type="Boolean">1</Data></Cell></Row>
<Row><Cell><Data ss:Type="String">PETIT</Data></Cell><Cell ss:Index="4"><Data ss:Type="Boolean">0</Data></Cell></Row>
</Table></Worksheet></Workbook>
"""


def test_an_html_page_that_calls_itself_a_workbook_is_read(private: Any, tmp_path: Path) -> None:
    (table,) = marked_up(private, tmp_path / "x.xls", HTML)
    assert table.headers == ("NOM", "PRENOM", "NOTE")
    assert stored(private, table) == [(1, 5, "DURAND", "Jeanne", "vu & revu\ndemain"), (2, 6, "", "Luc", "é <x>")]
    source = table.source
    assert (source.physical_lines, source.header_lines, source.record_lines, source.blank_lines) == (8, 1, 2, 1)


def test_spreadsheetml_is_read_with_its_types_and_gaps(private: Any, tmp_path: Path) -> None:
    (table,) = marked_up(private, tmp_path / "x.xls", SPREADSHEETML)
    assert table.name == "Patients"
    assert table.headers == ("NOM", "NIR", "DATE_NAISSANCE", "ACTIF")
    assert [row[2:] for row in stored(private, table)] == [
        ("DURAND", "185057800608436", "1960-02-01", "TRUE"),
        ("PETIT", "", "", "FALSE"),
    ]
    assert table.source.physical_lines == SPREADSHEETML.count("\n")


def test_markup_that_repeats_or_leaps_without_end_is_bounded(private: Any, tmp_path: Path) -> None:
    row = "<table><tr><td>NOM<td>PRENOM</tr><tr><td colspan=999999999>A<td>B</tr></table>"
    with pytest.raises(UnreadableSource, match="columns"):
        marked_up(private, tmp_path / "x.xls", row)
    leap = "<table><tr><td>NOM<td>PRENOM</tr><tr><td rowspan=999999999>A<td>B</tr><tr><td>C</tr></table>"
    (table,) = marked_up(private, tmp_path / "y.xls", leap)
    assert table.source.records == 2


@pytest.mark.parametrize("lines", [["NOM;PRENOM", "A;<table>"], ["<xml><a/></xml>"], []])
def test_other_texts_are_no_markup(lines: list[str]) -> None:
    assert not looks_like_markup(lines)


CELL = st.text(st.sampled_from("abé;\"' 7="), min_size=1, max_size=8).filter(str.strip)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(records=st.lists(st.lists(CELL, min_size=4, max_size=4), min_size=1, max_size=20))
def test_what_was_written_is_read_back(records: list[list[str]], private: Any, tmp_path: Path) -> None:
    (table,) = read(private, tmp_path / "x.xlsx", [["NOM", "PRENOM", "VILLE", "NOTE"], *records])
    assert [list(row[2:]) for row in stored(private, table)] == records
    assert table.source.header_lines == 1
