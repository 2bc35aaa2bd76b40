"""JSON: whatever its shape and wherever it is cut, every record is read as it is written or rejected with its place."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from breachkit.case import Decisions
from breachkit.errors import UnreadableSource
from breachkit.limits import Limits
from breachkit.reading.json import text as json_text
from breachkit.reading.load import read_sources
from breachkit.reading.table_writer import LoadedTable


def read(connection: Any, path: Path, content: str | bytes, **limits: int) -> list[LoadedTable]:
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return list(read_sources([path], connection, decisions=Decisions(limits=Limits(**limits))).tables)


def rows(connection: Any, table: LoadedTable) -> list[tuple[Any, ...]]:
    found: list[tuple[Any, ...]] = connection.execute(f"SELECT * FROM {table.table} ORDER BY _record").fetchall()
    return found


def test_records_keep_their_number_and_line_among_rejects(private: Any, tmp_path: Path) -> None:
    text = '{"nom":"A"}\n{"nom":\n{"nom":"B","actes":[{"code":"x"},{"code":"y"}]}\n'
    main, child = read(private, tmp_path / "x.json", text)
    assert rows(private, main) == [(1, 1, "A"), (3, 3, "B")]
    assert rows(private, child) == [(1, 3, "3", "x"), (2, 3, "3", "y")]
    assert private.execute("SELECT * FROM w.rejects").fetchall() == [(1, 2, 2, "invalid_json", '{"nom":')]


@pytest.mark.parametrize("size", [40, 64, 200, 1000])
@pytest.mark.parametrize("indent", [None, 1])
def test_wherever_pieces_are_cut_the_same_records_are_read(
    size: int, indent: int | None, private: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(json_text, "PIECE_BYTES", size)
    monkeypatch.setattr(json_text, "SAMPLE_BYTES", size)
    monkeypatch.setattr(json_text, "CAREFUL_BYTES", size)
    records = [{"nom": f"é\\ {{{at}}}", "adresse": {"ville": "x" * (at % 40)}, "actes": [at, "]"]} for at in range(30)]
    text = json.dumps({"patients": records}, ensure_ascii=False, indent=indent)
    main, child = read(private, tmp_path / "x.json", text)
    told = [(record["nom"], record["adresse"]["ville"]) for record in records]  # type: ignore[index]
    assert [row[2:] for row in rows(private, main)] == told
    assert [row[2:] for row in rows(private, child)][::2] == [(str(at + 1), str(at)) for at in range(30)]
    assert main.source.physical_lines == text.count("\n") + 1
    assert child.source.physical_lines == 0


def test_an_object_of_thousands_of_names_makes_neither_headers_nor_columns(private: Any, tmp_path: Path) -> None:
    names = {f"FAUCHELEVENT {at} Casimir": "0199001234" for at in range(3000)}
    (table,) = read(private, tmp_path / "x.json", json.dumps(names))
    assert table.headers == ("clé", "valeur")
    assert table.source.loaded == 3000


def test_keys_that_only_come_late_and_in_thousands_become_a_table(
    private: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(json_text, "SAMPLE_BYTES", 1000)
    lines = ['{"nom":"A"}'] * 200 + [json.dumps({"nom": "B", **{f"zz{at}": at for at in range(2000)}})]
    main, child = read(private, tmp_path / "x.json", "\n".join(lines))
    assert main.headers == ("nom",)
    assert child.headers == ("record", "clé", "valeur")
    assert (main.source.loaded, child.source.loaded) == (201, 2000)
    assert rows(private, main)[-1][2:] == ("B",)


def test_a_key_that_is_a_person_is_not_told(private: Any, tmp_path: Path) -> None:
    (table,) = read(private, tmp_path / "x.json", '[{"nom":"A","Note de Casimir FAUCHELEVENT":"x","0199001234":"y"}]')
    assert table.headers == ("nom", "Note", "colonne 3")


@pytest.mark.parametrize(
    ("content", "limits", "named"),
    [
        (json.dumps([{f"nom{at}": 1 for at in range(40)}]), {"columns": 30}, "columns"),
        (json.dumps([{"nom": [{"prenom": [{"ville": [1]}]}], "email": [1], "note": [2]}]), {"tables": 4}, "tables"),
        ('{"a":' * 500, {}, "nesting"),
        ("[" * 100_000, {}, "nesting"),
        (json.dumps([{"nom": [[[[1]]]]}]), {"nesting": 4}, "nesting"),
    ],
)
def test_a_limit_that_is_passed_is_named(
    content: str, limits: dict[str, int], named: str, private: Any, tmp_path: Path
) -> None:
    with pytest.raises(UnreadableSource) as raised:
        read(private, tmp_path / "x.json", content, **limits)
    assert f"« {named} »" in raised.value.fr
    assert f"“{named}”" in raised.value.en
    assert private.execute("SELECT count(*) FROM w.rejects").fetchone() == (0,)


def test_the_same_below_the_limit_is_read(private: Any, tmp_path: Path) -> None:
    tables = read(private, tmp_path / "x.json", json.dumps([{"nom": [[[[1]]]]}]), nesting=5, tables=5)
    assert [table.source.loaded for table in tables] == [1, 1, 1, 1, 1]


def test_a_cell_that_is_too_long_is_rejected(private: Any, tmp_path: Path) -> None:
    (table,) = read(private, tmp_path / "x.json", '[{"nom":"A"},{"nom":"' + "x" * 200 + '"}]', cell_characters=150)
    assert (table.source.loaded, table.source.rejected_by_reason) == (1, {"cell_too_long": 1})


def test_a_record_that_never_ends_is_passed_over(private: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_text, "PIECE_BYTES", 5000)
    monkeypatch.setattr(json_text, "SAMPLE_BYTES", 5000)
    endless = '{"nom":"B","a":' + "[1," * 30_000
    text = '[\n{"nom":"A"},\n' + endless + '\n{"nom":"C"}\n]\n'
    main = read(private, tmp_path / "x.json", text, cell_characters=2000)[0]
    assert [row[2] for row in rows(private, main)] == ["A", "C"]
    assert sum(main.source.rejected_by_reason.values()) == 1
    assert main.source.physical_lines == 5


def test_columns_written_one_after_the_other_are_checked_against_their_keys(private: Any, tmp_path: Path) -> None:
    same = '{"nom":{"0":"A","1":"B"},"ville":{"0":"Lyon","1":"Nice"}}'
    (table,) = read(private, tmp_path / "x.json", same)
    assert (table.headers, [row[2:] for row in rows(private, table)]) == (
        ("clé", "nom", "ville"),
        [("0", "A", "Lyon"), ("1", "B", "Nice")],
    )
    other = '{"nom":{"0":"A","1":"B"},"ville":{"0":"Lyon","2":"Nice"}}'
    assert [table.headers for table in read(private, tmp_path / "x.json", other)] == [("clé", "valeur")] * 2


def test_lists_of_other_lengths_are_tables_of_their_own(private: Any, tmp_path: Path) -> None:
    tables = read(private, tmp_path / "x.json", '{"nom":["A","B"],"ville":["Lyon"]}')
    assert [(table.name, table.source.loaded) for table in tables] == [("nom", 2), ("ville", 1)]


def test_nothing_of_the_file_is_told_when_it_cannot_be_read(private: Any, tmp_path: Path) -> None:
    with pytest.raises(UnreadableSource) as raised:
        read(private, tmp_path / "x.json", "[{'nom': 'FAUCHELEVENT'}]")
    assert "FAUCHELEVENT" not in str(raised.value)
    assert private.execute("SELECT count(*) FROM w.rejects").fetchone() == (0,)


def test_a_line_of_another_encoding_is_counted(private: Any, tmp_path: Path) -> None:
    good = "".join(f'{{"nom":"HÉLÈNE","note":"né à Béziers {at}"}}\n' for at in range(40))
    other = '{"nom":"NOËL","note":"déjà opérée à Sète, hémorragie réglée"}\n'.encode("cp1252")
    (table,) = read(private, tmp_path / "x.json", good.encode() + other)
    assert rows(private, table)[-1][2:] == ("NOËL", "déjà opérée à Sète, hémorragie réglée")
    assert table.source.repaired == 1


def test_a_json_of_one_long_line_is_read_in_pieces(
    private: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(json_text, "PIECE_BYTES", 1 << 16)
    monkeypatch.setattr(json_text, "SAMPLE_BYTES", 1 << 16)
    text = json.dumps([{"nom": f"N{at}", "note": "x" * 80} for at in range(20_000)])
    (table,) = read(private, tmp_path / "x.json", text, cell_characters=1 << 20)
    assert (table.source.loaded, table.source.physical_lines) == (20_000, 1)
