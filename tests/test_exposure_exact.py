"""Exposure, types per person and profiles of thirty persons, against what was counted by hand."""

from __future__ import annotations

import csv
from datetime import date

import pytest

from breachkit import case, workspace
from breachkit.impact import Impact
from breachkit.incident import Incident
from breachkit.pipeline import analyse
from breachkit.report.grids import profiles as profiles_grid
from breachkit.report.impact_sections import _situations

FAMILIES = ("Verlaine", "Malherbe", "Desnos", "Nerval", "Ronsard", "Vigny", "Musset", "Villon", "Marot", "Scève")
GIVENS = ("Odette", "Gaspard", "Lucile", "Anatole", "Blanche", "Firmin", "Zélie")
HEADERS = ("NOM", "PRENOM", "DATE_NAISSANCE", "TEL", "EMAIL", "NIR")
CIVIL = ("family_name", "given_name", "birth_date")
# Thirty persons: what each has besides a name, a given name and a birth date; the last two have fewer.
HELD = ["phone email"] * 12 + ["phone"] * 9 + ["phone nir"] * 4 + ["email"] * 2 + [""] * 1 + ["nameless day"] * 2
MINORS = (0, 1, 12)  # two of the twelve, one of the nine
PLACEHOLDERS = (12, 13)  # of the nine: an e-mail that means nothing counts for nobody


def key_of(stem: str) -> str:
    return stem + f"{97 - int(stem) % 97:02d}"


def cells(n: int) -> list[str]:
    held = HELD[n].split()
    born = date(2012 if n in MINORS else 1960 + n, 3 + n % 9, 5 + n % 20)
    email = f"p{n}@example.org" if "email" in held else "NC" if n in PLACEHOLDERS else ""
    return [
        FAMILIES[n % 10] + "abc"[n // 10],
        GIVENS[n % 7],
        "" if "day" in held else born.strftime("%d/%m/%Y"),
        f"06 39 98 10 {n:02d}" if "phone" in held else "",
        email,
        key_of(f"1{born:%y%m}75116{n:03d}") if "nir" in held else "",
    ]


@pytest.fixture(scope="module")
def impact(tmp_path_factory: pytest.TempPathFactory) -> Impact:
    folder = tmp_path_factory.mktemp("thirty")
    source = folder / "patients.csv"
    rows = [cells(n) for n in range(30)]
    rows += [[*rows[25][:3], "06 39 98 77 77", *rows[25][4:]]]  # the same person a second time, with a phone
    with source.open("w", encoding="utf-8", newline="") as handle:
        out = csv.writer(handle, delimiter=";")
        out.writerow(HEADERS)
        out.writerows(rows)
    base = folder / ".base" / "case.duckdb"
    with workspace.create(base, case.new_key(base), threads=2, memory="500MB", readable=[source]) as connection:
        return analyse([source], connection, Incident(), reference_date=date(2025, 12, 31)).impact


def test_thirty_persons_in_thirty_one_records(impact: Impact) -> None:
    assert (impact.people.patients.records, impact.people.patients.best) == (31, 30)
    assert {one.name: one.field for one in impact.tables[0].columns} == dict(
        zip(HEADERS, (*CIVIL, "phone", "email", "nir"), strict=True)
    )


def test_each_field_is_exposed_for_those_who_have_a_valid_value(impact: Impact) -> None:
    found = {one.field: (one.persons, one.records) for one in impact.exposure}
    # 12 + 9 + 4 phones, and the second record of person 25; 12 + 2 e-mails, one of them on two records.
    assert found == {
        "family_name": (30, 31),
        "given_name": (30, 31),
        "birth_date": (28, 29),
        "phone": (26, 26),
        "email": (14, 15),
        "nir": (4, 4),
    }


def test_types_of_data_per_person(impact: Impact) -> None:
    """3 + 2 for the twelve, the four and person 25; 3 + 1 for the nine and person 26; 3 for one; 2 for two."""
    types = impact.data_types_per_person
    assert {one.types: one.persons for one in types.histogram} == {2: 2, 3: 1, 4: 10, 5: 17}
    assert (types.min, types.median, types.p95, types.max) == (2, 5, 5, 5)


def test_each_person_is_in_one_profile(impact: Impact) -> None:
    found = {(one.fields, one.context): one.persons for one in impact.profiles}
    assert (
        found
        == {
            ((*CIVIL, "phone", "email"), ()): 11,  # ten adults of the twelve, and person 25
            ((*CIVIL, "phone", "email"), ("minor",)): 2,
            ((*CIVIL, "phone"), ()): 8,
            ((*CIVIL, "phone"), ("minor",)): 1,
            ((*CIVIL, "phone", "nir"), ()): 4,
            ((*CIVIL, "email"), ()): 1,
            (CIVIL, ()): 1,
            (CIVIL[:2], ()): 2,
        }
    )
    assert sum(found.values()) == impact.people.patients.best
    assert impact.severity is not None
    assert sum(impact.severity.persons_by_level.values()) == 30


def test_small_profiles_are_put_together_for_display_and_lose_nobody(impact: Impact) -> None:
    """The report puts together profiles of one score, one context and the same notes; the list itself keeps all."""
    shown = _situations(impact)
    assert len(shown) < len(impact.profiles)
    assert sum(one.persons for one in shown) == 30
    for one in shown:
        alike = [
            other.persons
            for other in impact.profiles
            if (other.special_categories, other.context, other.severity.enisa.se)
            == (one.special_categories, one.context, one.severity.enisa.se)
        ]
        assert one.persons == sum(alike)
    grid = profiles_grid(impact, "fr")
    persons = grid.ids.index("persons")
    assert sum(int(line[persons]) for line in grid.rows) == 30
