"""XML of repeated elements: read as a stream, whatever is wrong with it, and never beyond a limit."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from breachkit.case import Decisions
from breachkit.errors import UnreadableSource
from breachkit.limits import Limits
from breachkit.reading.load import Reading, read_sources
from breachkit.reading.markup import xml_feed as markup_xml_feed
from breachkit.reading.markup.markup import looks_like_markup


def read(connection: Any, path: Path, text: str | bytes, **limits: int) -> Reading:
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return read_sources([path], connection, decisions=Decisions(limits=Limits(**limits)))


def rows(connection: Any, reading: Reading, at: int = 0) -> list[tuple[Any, ...]]:
    found = connection.execute(f"SELECT * FROM {reading.tables[at].table} ORDER BY _record").fetchall()
    return [row[2:] for row in found]


def patients(number: int) -> str:
    return "".join(f"<patient>\n<nom>N{at}</nom>\n\n</patient>\n" for at in range(number))


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        ('<?xml version="1.0"?>\n<l>\n<n/><n>x</n>\n</l>', True),
        ("<l><n>x</n></l>", True),
        ("<l x='1'/>\n<l x='2'/>", True),
        ("<!-- a --><l><n>x</n></l>", True),
        ("<table><tr><td>x</td></tr></table>", True),
        ("<!-- a -->\nid;nom\n1;x", False),
        ("<jean@example.org>\n<luc@example.org>", False),
        ("<34>Oct 11 22:14:15 su: failed\n<35>Oct 11", False),
        ("<nom>;<prenom>\nDURAND;Luc", False),
        ("<b>nom</b>;<b>prenom</b>", False),
        ("<html><body>x</body></html>", False),
        ("a<b", False),
        ("", False),
    ],
)
def test_what_is_markup(head: str, expected: bool) -> None:
    assert looks_like_markup(head.split("\n")) is expected


@pytest.mark.parametrize("fed", [1, 7, 1 << 16])
def test_pieces_may_be_cut_anywhere(fed: int, private: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(markup_xml_feed, "FED_BYTES", fed)
    text = f"<l>\n{patients(30)}<patient><nom>x</patient>\n<!-- <patient> -->\n<patient><nom>é</nom></patient>\n</l>\n"
    reading = read(private, tmp_path / "x.xml", text)
    (table,) = reading.tables
    assert rows(private, reading) == [*((f"N{at}",) for at in range(30)), ("é",)]
    assert table.source.rejected_by_reason == {"not_a_record": 1}
    assert table.source.physical_lines == 30 * 4 + 5
    assert table.source.truncated is False


def test_a_missing_end_costs_one_record(private: Any, tmp_path: Path) -> None:
    text = f"<l>{patients(20_000)}<patient><nom>x</nom>\n{patients(3)}</l>"
    reading = read(private, tmp_path / "x.xml", text)
    assert reading.tables[0].source.loaded == 20_003
    assert reading.tables[0].source.rejected_by_reason == {"not_a_record": 1}


def test_several_documents_behind_each_other_are_one(private: Any, tmp_path: Path) -> None:
    one = '<?xml version="1.0"?>\n<!DOCTYPE l>\n<l><p><nom>A</nom></p><p><nom>B</nom></p></l>\n'
    reading = read(private, tmp_path / "x.xml", one * 2)
    assert rows(private, reading) == [("A",), ("B",), ("A",), ("B",)]


def test_a_kind_that_begins_behind_the_sample_is_found(private: Any, tmp_path: Path) -> None:
    text = (
        f"<e><patients>{patients(9_000)}</patients><rdvs><rdv><jour>x</jour></rdv><rdv><jour>y</jour></rdv></rdvs></e>"
    )
    reading = read(private, tmp_path / "x.xml", text)
    assert [(one.name, one.source.loaded) for one in reading.tables] == [("patient", 9_000), ("rdv", 2)]


def test_a_child_that_repeats_late_goes_to_a_child_table(private: Any, tmp_path: Path) -> None:
    text = f"<l>{'<p><tel>1</tel></p>' * 20_000}<p><tel>2</tel><tel>3</tel></p></l>"
    reading = read(private, tmp_path / "x.xml", text)
    assert [one.headers for one in reading.tables] == [("tel",), ("record", "valeur")]
    assert rows(private, reading, 1) == [("20001", "2"), ("20001", "3")]


@pytest.mark.parametrize("encoding", ["cp1252", "utf-16", "utf-8-sig"])
def test_the_declared_encoding_is_not_believed(encoding: str, private: Any, tmp_path: Path) -> None:
    text = '<?xml version="1.0" encoding="US-ASCII"?>\n<l><p><nom>Éloïse</nom></p><p><nom>Zoé</nom></p></l>'
    assert rows(private, read(private, tmp_path / "x.xml", text.encode(encoding))) == [("Éloïse",), ("Zoé",)]


def test_control_characters_and_damage_are_repaired(private: Any, tmp_path: Path) -> None:
    text = b"<l><p><nom>A\x01B</nom></p>\n<p><nom>C&#1;</nom></p>\n<p><nom>D</nom></p></l>"
    reading = read(private, tmp_path / "x.xml", text)
    assert rows(private, reading) == [("AB",), ("C&#1;",), ("D",)]
    assert reading.tables[0].source.repaired_by_reason == {"control_characters": 1}


def test_the_limits_of_a_record_reject_it(private: Any, tmp_path: Path) -> None:
    deep = "<a>" * 20 + "</a>" * 20
    text = f"<l><p><n>A</n></p><p><n>{'x' * 300}</n></p><p>{deep}</p><p>{'<n>xx</n>' * 90}</p><p><n>B</n></p></l>"
    reading = read(private, tmp_path / "x.xml", text, cell_characters=200, nesting=10)
    assert reading.tables[0].source.rejected_by_reason == {"cell_too_long": 2, "too_deep": 1}
    assert reading.tables[0].source.loaded == 2


@pytest.mark.parametrize(
    ("text", "limit"),
    [
        ("<l>" + "".join(f"<p><a{at}>1</a{at}></p>" for at in range(20)) + "</l>", "columns"),
        ("<l>" + "".join(f"<p{at}><a>1</a></p{at}>" * 2 for at in range(20)) + "</l>", "tables"),
    ],
)
def test_the_limits_of_a_text_refuse_it(text: str, limit: str, private: Any, tmp_path: Path) -> None:
    with pytest.raises(UnreadableSource, match=limit):
        read(private, tmp_path / "x.xml", text, **{limit: 10})


def test_an_entity_is_refused_wherever_it_is_declared(private: Any, tmp_path: Path) -> None:
    good = '<!DOCTYPE l SYSTEM "l.dtd" [<!ELEMENT l ANY>]>\n<l><p><n>1</n></p><p><n>2</n></p></l>\n'
    assert rows(private, read(private, tmp_path / "a.xml", good)) == [("1",), ("2",)]  # the control
    late = f"<l>{patients(20_000)}</l><!DOCTYPE l [<!ENTITY a 'x'>]><l/>"
    for text in (good.replace("<!ELEMENT l ANY>", "<!ENTITY a ']>'>"), late):
        with pytest.raises(UnreadableSource, match="entités"):
            read(private, tmp_path / "x.xml", text)


@pytest.mark.parametrize("tail", ["<!--" * 200_000, "<![CDATA[" * 100_000, "<!DOCTYPE " * 100_000, "<p " * 200_000])
def test_what_never_ends_is_read_in_time(tail: str, private: Any, tmp_path: Path) -> None:
    reading = read(private, tmp_path / "x.xml", f"<l>{patients(3)}{tail}")
    assert reading.tables[0].source.loaded == 3
    assert reading.tables[0].source.truncated
