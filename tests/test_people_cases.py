"""The hard cases by name, each among the files of a whole simulated register: who is one person, and who is not."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from breachkit import case, workspace
from breachkit.people.records import build_records
from breachkit.people.resolve import resolve
from tests.conftest import ROOT

sys.path.insert(0, str(ROOT / "benchmarks"))
from people_load import FIELDS, load, person_table
from people_register import Setting, draw

NIR_MOTHER, NIR_SON, NIR_OTHER = "285127511600124", "115037511600261", "285127511688810"

# Cells: family, birth name, given, born, sex, phone, e-mail, address, postcode, NIR, doctor; "-" for nothing.
# The letter that opens each line says who it is.
CASES = {
    "the same file twice": """
        A VERLAINE - ODETTE 1950-03-04 F 0639981111 - - 75001 - 900
        A VERLAINE - ODETTE 1950-03-04 F 0639981111 - - 75001 - 900""",
    "accents, case, hyphens and apostrophes": """
        A d'ÉTANG - Jean-Noël 1950-03-04 M 0639981112 - - 75001 - 900
        A D+ETANG - JEAN+NOEL 1950-03-04 M - - - 69001 - 901""",
    "a particle left out": """
        A DE+LA+ROSERAIE - ODETTE 1950-03-04 F 0639981113 - - 75001 - 900
        A ROSERAIE - ODETTE 1950-03-04 F 0639981113 - - 75001 - 901""",
    "one of two family names": """
        A VERLAINE-MALHERBE - ODETTE 1950-03-04 F 0639981114 - - 75001 - 900
        A MALHERBE - ODETTE 1950-03-04 F 0639981114 - - 75001 - 901""",
    "a compound given name cut short": """
        A VERLAINE - JEAN-BAPTISTE 1950-03-04 M 0639981115 - - 75001 - 900
        A VERLAINE - JEAN 1950-03-04 M 0639981115 - - 75001 - 901""",
    "married name, same telephone": """
        A VERLAINE - ODETTE 1950-03-04 F 0639981116 - - 75001 - 900
        A MALHERBE - ODETTE 1950-03-04 F 0639981116 - - 75001 - 900""",
    "married name, birth name told, moved": """
        A VERLAINE MALHERBE ODETTE 1950-03-04 F 0639981117 - - 75001 - 900
        A MALHERBE - ODETTE 1950-03-04 F 0639981118 - - 69001 - 901""",
    "names swapped": """
        A VERLAINE - ODETTE 1950-03-04 F 0639981119 - - 75001 - 900
        A ODETTE - VERLAINE 1950-03-04 F - - - 75001 - 901""",
    "day and month swapped": """
        A VERLAINE - ODETTE 1950-03-04 F 0639981120 - - 75001 - 900
        A VERLAINE - ODETTE 1950-04-03 F - - - 75001 - 901""",
    "a digit of the birth date wrong": """
        A VERLAINE - ODETTE 1950-03-04 F 0639981121 - - 75001 - 900
        A VERLAINE - ODETTE 1951-03-04 F 0639981121 - - 75001 - 901""",
    "a slip in the family name": """
        A VERLAINE - ODETTE 1950-03-04 F 0639981122 - - 75001 - 900
        A VERLIANE - ODETTE 1950-03-04 F - - - 75001 - 900""",
    "a slip in the given name": """
        A VERLAINE - APOLLINAIRE 1950-03-04 M 0639981123 - - 75001 - 900
        A VERLAINE - APOLINAIRE 1950-03-04 M - - - 75001 - 900""",
    "moved, another telephone": """
        A VERLAINE - ODETTE 1950-03-04 F 0639981124 - 3+rue+Basse 75001 - 900
        A VERLAINE - ODETTE 1950-03-04 F 0639981125 - 8+rue+Haute 69001 - 901""",
    "no birth date, same telephone": """
        A VERLAINE - ODETTE 1950-03-04 F 0639981126 - - 75001 - 900
        A VERLAINE - ODETTE - F 0639981126 - - 75001 - 900""",
    "a default birth date says nothing": """
        A VERLAINE - ODETTE 1950-03-04 F 0639981127 - - 75001 - 900
        A VERLAINE - ODETTE 1900-01-01 F 0639981127 - - 75001 - 900""",
    "the street written otherwise": """
        A VERLAINE - ODETTE 1950-03-04 F - - 12+avenue+de+la+Digue 75001 - 900
        A VERLAINE - ODETTE - F - - 12,+AV.+DIGUE 75001 - 901""",
    "twins of one telephone": """
        A VERLAINE - LEA 2010-03-04 F 0639981128 - - 75001 - 900
        B VERLAINE - LEO 2010-03-04 M 0639981128 - - 75001 - 900""",
    "twins whose names sound alike": """
        A VERLAINE - LINA 2010-03-04 F 0639981129 - - 75001 - 900
        B VERLAINE - LILA 2010-03-04 F 0639981129 - - 75001 - 900""",
    "twins of one sex, on their mother's NIR": f"""
        A VERLAINE - JULES 2010-03-04 M 0639981130 - - 75001 {NIR_MOTHER} 900
        B VERLAINE - OSCAR 2010-03-04 M 0639981130 - - 75001 {NIR_MOTHER} 900
        C VERLAINE - ODETTE 1985-12-04 F 0639981130 - - 75001 {NIR_MOTHER} 900""",
    "father and son of one name": """
        A VERLAINE - OCTAVE 1950-03-04 M 0639981131 - 3+rue+Basse 75001 - 900
        B VERLAINE - OCTAVE 1981-09-12 M 0639981131 - 3+rue+Basse 75001 - 900""",
    "father, son, and an undated file of one of them": """
        A VERLAINE - OCTAVE 1950-03-04 M 0639981132 - 3+rue+Basse 75001 - 900
        B VERLAINE - OCTAVE 1981-09-12 M 0639981132 - 3+rue+Basse 75001 - 900
        ? VERLAINE - OCTAVE - M 0639981132 - 3+rue+Basse 75001 - 900""",
    "spouses sharing a telephone": """
        A VERLAINE - OCTAVE 1950-03-04 M 0639981133 - 3+rue+Basse 75001 - 900
        B VERLAINE - ODETTE 1950-03-11 F 0639981133 - 3+rue+Basse 75001 - 900""",
    "strangers of one name": """
        A MARTIN - MARIE 1950-03-04 F 0639981134 - - 75001 - 900
        B MARTIN - MARIE 1962-11-23 F 0639981135 - - 69001 - 901""",
    "namesakes born on one day, each on a NIR of her own": f"""
        A VERLAINE - ODETTE 1985-12-04 F 0639981136 - - 75001 {NIR_MOTHER} 900
        B VERLAINE - ODETTE 1985-12-04 F 0639981137 - - 69001 {NIR_OTHER} 901""",
    "a child first on a parent's NIR, then on its own": f"""
        A VERLAINE - OSCAR 2015-03-04 M 0639981138 - - 75001 {NIR_MOTHER} 900
        A VERLAINE - OSCAR 2015-03-04 M 0639981138 - - 75001 {NIR_SON} 900""",
    "a placeholder telephone ties nobody": """
        A VERLAINE - ODETTE 1950-03-04 F 0102030405 - - 75001 - 900
        B MALHERBE - ODETTE 1950-03-04 F 0102030405 - - 69001 - 901""",
    "same NIR and birth date, everything else changed": f"""
        A VERLAINE - ODETTE 1985-12-04 F 0639981139 - - 75001 {NIR_MOTHER} 900
        A MALHERBE - ODETTE 1985-12-04 F 0639981140 - - 69001 {NIR_MOTHER} 901""",
}  # fmt: skip


@pytest.fixture(scope="module")
def register() -> pl.DataFrame:
    """Other people's files, so that names have the frequencies of a register."""
    return draw(Setting(persons=1500, doctors=8, seed=77)).select(FIELDS)


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Any]:
    path = tmp_path / "case.duckdb"
    with workspace.create(path, case.new_key(path), threads=2, memory="500MB") as connection:
        yield connection


def drawn(text: str) -> tuple[list[str], pl.DataFrame]:
    """Who each line is, and the lines as a table of raw cells."""
    names = [*FIELDS[:6], *FIELDS[7:]]
    lines = [line.split() for line in text.strip().splitlines()]
    cells = [[None if cell == "-" else cell.replace("+", " ") for cell in line[1:]] for line in lines]
    frame = pl.DataFrame(cells, schema=dict.fromkeys(names, pl.String), orient="row")
    return [line[0] for line in lines], frame.with_columns(landline=pl.lit(None, dtype=pl.String)).select(FIELDS)


@pytest.mark.parametrize("name", CASES)
def test_who_is_one_person(name: str, register: pl.DataFrame, opened: Any) -> None:
    who, files = drawn(CASES[name])
    load(opened, pl.concat([files, register.cast(pl.String)]))
    build_records(opened, [person_table()], [])
    found = resolve(opened)
    assert found.low <= found.best <= found.high
    told = opened.execute(f"SELECT p2 FROM w.persons WHERE rid <= {len(who)} ORDER BY rid").fetchall()
    persons = [p for (p,) in told]
    for one in range(len(who)):
        for other in range(one):
            if "?" not in (who[one], who[other]):
                assert (persons[one] == persons[other]) == (who[one] == who[other]), (who[one], who[other])
    # A line that may be either of two is one of them or a third, and never welds them.
    assert len(set(persons)) >= len(set(who) - {"?"})


def test_each_merge_keeps_its_reason(register: pl.DataFrame, opened: Any) -> None:
    load(opened, register.cast(pl.String))
    build_records(opened, [person_table()], [])
    found = resolve(opened)
    merges = opened.execute("SELECT reason, count(*), min(chance), max(chance) FROM w.merges GROUP BY 1").fetchall()
    assert {reason: n for reason, n, _, _ in merges} == {key: n for key, n in found.links.items() if n}
    assert all(0 < least <= most <= 1 for _, _, least, most in merges)
    (identities,) = opened.execute("SELECT count(DISTINCT p2) FROM w.persons").fetchall()[0]
    assert identities == found.best
