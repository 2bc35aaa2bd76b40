"""Status, what leaked and channels of each person, on an invented extract: exact, and the same for lists."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from breachkit import case, workspace
from breachkit.impact import Impact
from breachkit.incident import Incident
from breachkit.pipeline import analyse

HEADER = "NOM;PRENOM;DATE_NAISSANCE;TEL;MOBILE;EMAIL;ADRESSE;CP;VILLE;IBAN;MOT_DE_PASSE;TUTELLE;COMMENTAIRE"
IBAN = "FR7699987012340000045678903"  # invented: no bank has the code 99987
GIVENS = ("Odette", "Gaspard", "Lucile", "Anatole", "Blanche", "Firmin", "Honorine", "Basile")
# What differs of single persons, by row: column, cell. The others are adults with contact details of their own.
DIFFERENT: dict[int, dict[str, str]] = {
    0: {"DATE_NAISSANCE": "04/05/2015"},
    1: {"DATE_NAISSANCE": "04/05/2009"},
    2: {"DATE_NAISSANCE": "04/05/2009", "IBAN": IBAN},
    3: {"TUTELLE": "O"},
    4: {"TUTELLE": "O", "COMMENTAIRE": "VIH positif"},
    5: {"DATE_NAISSANCE": ""},
    6: {"IBAN": IBAN, "MOT_DE_PASSE": "Soleil!75"},
    7: {"MOT_DE_PASSE": "Tr0mpette#1"},
    8: {"COMMENTAIRE": "VIH positif", "IBAN": IBAN},
    9: {"COMMENTAIRE": "porte claquée, sonner deux fois"},
    10: {"DATE_NAISSANCE": "01/06/1899"},
    11: {"MOBILE": "", "EMAIL": "", "ADRESSE": "", "CP": "", "VILLE": ""},
    12: {"TEL": "01 99 00 00 12", "MOBILE": ""},
    # A household: one address for two, one telephone for two, and one who has nothing of their own.
    13: {"ADRESSE": "7 rue des Lilas", "CP": "75013", "VILLE": "Paris"},
    14: {"ADRESSE": "7 RUE DES LILAS", "CP": "75013", "VILLE": "PARIS", "MOBILE": "06 39 98 77 13", "EMAIL": ""},
    15: {"MOBILE": "06.39.98.77.13"},
}


def rows() -> Iterator[dict[str, str]]:
    letters = "abcdefghijklmnopqrst"
    for n in range(120):
        name = "Zor" + letters[n % 20] + "in" + letters[n // 20] + "ec"
        born = date(1950 + n % 40, 1 + n % 12, 1 + n % 28).strftime("%d/%m/%Y")
        plain = {
            "NOM": name, "PRENOM": GIVENS[n % 8], "DATE_NAISSANCE": born,
            "MOBILE": f"06 39 98 {n // 100:02d} {n % 100:02d}",
            "EMAIL": f"p{n}@example.org", "ADRESSE": f"{n + 1} rue du Test", "CP": "69001", "VILLE": "Lyon",
            "TUTELLE": "N",
            "COMMENTAIRE": "" if n % 2 else f"rappeler lundi {n}",
        }  # fmt: skip
        yield plain | DIFFERENT.get(n, {})


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Impact, Any]]:
    folder = tmp_path_factory.mktemp("reach")
    path = folder / "p.csv"
    with path.open("w", encoding="utf-8", newline="") as handle:
        out = csv.DictWriter(handle, HEADER.split(";"), delimiter=";", restval="")
        out.writeheader()
        out.writerows(rows())
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("BREACHKIT_KEY_DIR", str(folder / "keys"))
        database = folder / "w" / "case.duckdb"
        key = case.new_key(database)
        with workspace.create(database, key, threads=2, memory="500MB", readable=[path]) as connection:
            impact = analyse([path], connection, Incident(), reference_date=date(2025, 12, 31)).impact
            yield impact, connection


def test_each_person_is_in_the_segment_of_status_and_leak(found: tuple[Impact, Any]) -> None:
    counted = {one.id: one.persons for one in found[0].information.segments}
    assert counted == {
        "deceased": 1, "minors": 1, "minors_15_17": 1, "minors_15_17_bank": 1, "adults": 110, "adults_access": 1,
        "adults_bank": 1, "adults_sensitive": 1, "protected": 1, "protected_sensitive": 1, "age_unknown": 1,
    }  # fmt: skip
    assert sum(counted.values()) == found[0].people.patients.best == 120


def test_a_segment_knows_its_own_fields(found: tuple[Impact, Any]) -> None:
    by_id = {one.id: one for one in found[0].information.segments}
    assert "iban" in by_id["adults_bank"].fields
    assert "password" in by_id["adults_bank"].fields
    assert "iban" not in by_id["adults"].fields
    assert "iban" not in by_id["adults_bank"].partial
    assert {"email", "postal_address"} <= set(by_id["adults"].partial)  # one adult has neither


def test_channels_of_the_living_and_what_is_shared(found: tuple[Impact, Any]) -> None:
    reach = found[0].information.reach
    assert reach is not None
    assert (reach.persons, reach.none) == (119, 1)
    assert (reach.email, reach.mobile, reach.landline, reach.postal) == (117, 117, 1, 118)
    assert (reach.email_shared, reach.phone_shared, reach.postal_shared) == (0, 2, 2)
    assert reach.only_shared == 1
    assert sum(one.persons for one in reach.mixes) == reach.persons
    assert (reach.sensitive, reach.sensitive_without_post) == (2, 0)


def test_lists_read_the_same_verdicts_as_the_figures(found: tuple[Impact, Any]) -> None:
    impact, connection = found
    listed = connection.execute("SELECT status, sensitive, count(*) FROM w.informed GROUP BY ALL").fetchall()
    for status, sensitive, persons in listed:
        segments = [one for one in impact.information.segments if one.status == status]
        if status != "deceased":
            segments = [one for one in segments if one.sensitive == sensitive]
        assert sum(one.persons for one in segments) == persons


def test_what_the_figures_say_of_the_effort(found: tuple[Impact, Any]) -> None:
    effort = found[0].information.effort
    assert effort is not None
    assert effort.verdict == "for_some"
    assert {one.id for one in effort.refutes} == {"effort.reached", "effort.cheap", "effort.elsewhere", "effort.shared"}
