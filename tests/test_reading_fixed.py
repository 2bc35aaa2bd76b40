"""Columns of fixed width: found where they are sure, cut in characters, and never at random."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest

from breachkit.reading.fixed_width.layout import find_fixed
from breachkit.reading.load import read_sources
from breachkit.reading.table_writer import LoadedTable

WIDTHS = (14, 12, 12, 7, 18)
HEADER = ("NOM", "PRENOM", "DATE NAISS", "CP", "VILLE")
NAMES = ("DURAND", "PETIT LEGRAND", "LEROY", "MARTIN", "MOREAU", "BERNARD")
GIVEN = ("Jeanne", "Luc", "Anne Marie", "Zoé", "Éloïse")
TOWNS = ("LYON", "BOURG EN BRESSE", "NICE", "MARSEILLE", "LE HAVRE")


def record(rng: random.Random) -> tuple[str, ...]:
    date = f"{rng.randrange(1, 29):02}/{rng.randrange(1, 13):02}/19{rng.randrange(20, 99)}"
    return rng.choice(NAMES), rng.choice(GIVEN), date, f"{rng.randrange(1000, 96000):05}", rng.choice(TOWNS)


def line(cells: tuple[str, ...]) -> str:
    return "".join(cell.ljust(width) for cell, width in zip(cells, WIDTHS, strict=True))


def read(connection: Any, path: Path, text: str, encoding: str = "utf-8") -> LoadedTable:
    path.write_bytes(text.encode(encoding))
    return read_sources([path], connection).tables[0]


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("header", [True, False])
@pytest.mark.parametrize("trimmed", [True, False])
def test_a_table_of_blanks_is_read_back(seed: int, header: bool, trimmed: bool, private: Any, tmp_path: Path) -> None:
    rng = random.Random(seed)
    records = [record(rng) for _ in range(30)]
    lines = [line(HEADER)] * header + [line(one) for one in records]
    text = "".join(f"{one.rstrip() if trimmed else one}\n" for one in lines)
    table = read(private, tmp_path / "x.txt", text, rng.choice(("utf-8", "cp1252", "utf-16")))
    assert table.source.format == "fixed_width"
    found = private.execute(f"SELECT * FROM {table.table} ORDER BY _record").fetchall()
    assert [tuple(row[2:]) for row in found] == records
    assert [row[:2] for row in found] == [(at + 1, at + 1 + header) for at in range(30)]
    assert table.headers == (HEADER if header else tuple(f"colonne {at}" for at in range(1, 6)))


@pytest.mark.parametrize(
    "lines",
    [
        [
            "Le patient est venu ce jour pour une consultation",
            "de suivi ; il va bien mais se plaint du genou.",
            "Revoir",
        ]
        * 8,
        [f"2024-01-{at:02} 10:00:00 INFO user {'x' * (at % 7)} logged in" for at in range(1, 28)],
        [f"{at:032x}" for at in range(30)],
        ["DURAND Jeanne", "PETIT Luc", "LEROY Anne", "MARTIN Paul"],
        [line(HEADER).replace(" " * 3, " ; "), *(";".join(record(random.Random(at))) for at in range(20))],
        ["a@example.org", "b@example.org", "c@example.org"],
        ["x"],
        [],
    ],
)
def test_what_is_no_table_of_columns_is_left_to_others(lines: list[str]) -> None:
    assert find_fixed(lines) is None


def test_a_layout_is_found_under_a_title() -> None:
    rng = random.Random(1)
    lines = ["Liste des patients du cabinet", "", line(HEADER), *(line(record(rng)) for _ in range(12))]
    found = find_fixed(lines)
    assert found is not None
    assert (found.starts, found.header, found.skip_lines) == ((0, 14, 26, 38, 45), HEADER, 2)


def test_the_header_of_a_person_is_not_told() -> None:
    lines = ["NOM        FAUCHELEVENT", "---------- ------------", "DURAND     x", "LEROY      FAUCHELEVENT"]
    found = find_fixed(lines)
    assert found is not None
    assert found.header == ("NOM", "")


def test_damaged_bytes_do_not_shift_columns(private: Any, tmp_path: Path) -> None:
    rng = random.Random(2)
    last = ("HÉLÈNE", "Zoé", "01/02/1950", "69003", "LYON")
    lines = [line(HEADER), *(line(record(rng)) for _ in range(30)), line(last)]
    before, after = "\n".join(lines).rsplit("Zoé", 1)
    path = tmp_path / "x.txt"
    path.write_bytes(before.encode() + b"Zo\xe9" + after.encode())
    table = read_sources([path], private).tables[0]
    assert table.source.repaired == 1
    found = private.execute(f"SELECT * FROM {table.table} ORDER BY _record").fetchall()
    assert found[-1][2:] == last
