"""Rows that say whose they are: patients, professionals, staff; and columns that look as if they did."""

from __future__ import annotations

import csv
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from breachkit import case, workspace
from breachkit.case import ColumnDecision, Decisions
from breachkit.fields.row_roles import Said, header_says, role_of_value
from breachkit.impact import Impact
from breachkit.incident import Incident
from breachkit.pipeline import analyse

REFERENCE = date(2025, 12, 31)
FAMILIES = ("Verlaine", "Malherbe", "Desnos", "Nerval", "Ronsard", "Vigny", "Musset", "Villon", "Marot", "Scève")
GIVENS = ("Odette", "Gaspard", "Lucile", "Anatole", "Blanche", "Firmin")
Cell = Callable[[int], str]
PERSON: dict[str, Cell] = {
    "NOM": lambda n: FAMILIES[n % 10] + "abcdefghijkl"[n // 10],
    "PRENOM": lambda n: GIVENS[n % 6],
    "DATE_NAISSANCE": lambda n: date(1966 + n % 30, 1 + n % 12, 1 + n % 28).strftime("%d/%m/%Y"),
    "TEL": lambda n: f"06 39 98 {n // 100:02d} {n % 100:02d}",
}
THREE_KINDS = ["PATIENT"] * 100 + ["MEDECIN"] * 12 + ["SECRETAIRE"] * 8


def said(words: Sequence[str]) -> Cell:
    return lambda n: words[n]


def counted(path: Path, columns: dict[str, Any], rows: int = 120, decisions: Decisions | None = None) -> Impact:
    """The impact of one table of invented persons; `columns` adds, replaces or (None) drops cells by header."""
    cells = {header: make for header, make in (PERSON | columns).items() if make}
    source = path / "personnes.csv"
    with source.open("w", encoding="utf-8", newline="") as handle:
        out = csv.writer(handle, delimiter=";")
        out.writerow(cells)
        out.writerows([[make(n) for make in cells.values()] for n in range(rows)])
    database = path / ".base" / "case.duckdb"
    with workspace.create(database, case.new_key(database), threads=2, memory="500MB", readable=[source]) as connection:
        analysis = analyse([source], connection, Incident(), reference_date=REFERENCE, decisions=decisions)
    return analysis.impact


def roles(impact: Impact) -> dict[str, tuple[int, int]]:
    return {one.role: (one.rows, one.persons) for one in impact.people.row_roles}


def patients(impact: Impact) -> tuple[int, int]:
    return impact.people.patients.records, impact.people.patients.best


def test_all_patients_change_nothing(tmp_path: Path) -> None:
    impact = counted(tmp_path, {"PROFIL": said(["PATIENT"] * 120)})
    assert patients(impact) == (120, 120)
    assert roles(impact) == {"patient": (120, 120)}
    assert not any(one.id == "rows_of_others" for one in impact.quality.limits)


@pytest.mark.parametrize("header", ["ROLE", "profil", "type_utilisateur", "TypePersonne", "statut"])
def test_three_kinds_in_one_table_are_told_apart(tmp_path: Path, header: str) -> None:
    impact = counted(tmp_path, {header: said(THREE_KINDS)})
    assert patients(impact) == (100, 100)
    assert roles(impact) == {"patient": (100, 100), "professional": (12, 12), "staff": (8, 8)}
    assert impact.people.professionals.records == 12
    assert next(one for one in impact.quality.limits if one.id == "rows_of_others").fr.startswith("20 ")
    assert all(one.persons <= 100 for one in impact.exposure)
    path = {one.id: one for one in impact.people.path}
    assert path["patient_records"].count == 100
    assert [(one.id, one.count) for one in path["patient_records"].changes] == [("other_rows", -20)]


def test_the_column_carries_its_evidence(tmp_path: Path) -> None:
    column = counted(tmp_path, {"ROLE": said(THREE_KINDS)}).tables[0].columns[-1]
    assert (column.field, column.valid) == ("flag", 120)
    assert column.evidence[0].id == "fields.row_roles"
    assert "patients 100, professionnels 12, personnel 8" in column.evidence[0].fr


def test_english_words_and_several_roles_in_one_cell(tmp_path: Path) -> None:
    words = ["Patient"] * 99 + ["nurse, patient"] + ["Physician"] * 10 + ["Receptionist"] * 8 + ["Next of kin"] * 2
    impact = counted(tmp_path, {"user_role": said(words)})
    assert patients(impact) == (100, 100)
    assert roles(impact) == {"patient": (100, 100), "professional": (10, 10), "staff": (8, 8), "other": (2, 2)}


def test_a_row_that_does_not_say_goes_with_its_table(tmp_path: Path) -> None:
    words = ["PATIENT"] * 80 + ["MEDECIN"] * 10 + ["Zorglub"] * 15 + [""] * 15
    impact = counted(tmp_path, {"ROLE": said(words)})
    assert patients(impact) == (110, 110)
    assert roles(impact)["untold"] == (30, 30)


def test_a_doctor_who_is_a_patient_counts_in_both(tmp_path: Path) -> None:
    """Rows 100 to 104 are the patients 0 to 4 again, as doctors."""
    words = ["PATIENT"] * 100 + ["MEDECIN"] * 20
    same = {header: (lambda n, make=make: make(n - 100 if 100 <= n < 105 else n)) for header, make in PERSON.items()}
    impact = counted(tmp_path, same | {"ROLE": said(words)})
    assert patients(impact) == (100, 100)
    assert roles(impact) == {"patient": (100, 100), "professional": (20, 20)}


def test_a_doctor_with_two_rows_is_one_person(tmp_path: Path) -> None:
    same = {header: (lambda n, make=make: make(118 if n == 119 else n)) for header, make in PERSON.items()}
    impact = counted(tmp_path, same | {"ROLE": said(["PATIENT"] * 100 + ["MEDECIN"] * 20)})
    assert roles(impact)["professional"] == (20, 19)


@pytest.mark.parametrize(
    ("header", "words"),
    [
        ("STATUT", ["CELIBATAIRE", "MARIE", "VEUF", "DIVORCE"] * 30),
        ("STATUT", ["PAYE", "IMPAYE", "EN ATTENTE"] * 40),
        ("STATUT", ["ACTIF", "INACTIF"] * 60),
        ("STATUT", ["NC", "-"] * 60),
        ("STATUT", ["MEDECIN", "SECRETAIRE", "RETRAITE"] * 40),  # of patients: what they do
        ("TYPE", ["1", "2", "3"] * 40),
        ("TYPE", ["RDV", "MEDECIN", "PATIENT", "LABO", "COURRIER", "AUTRE DOCUMENT"] * 20),
    ],
)
def test_a_status_of_another_nature_is_not_taken(tmp_path: Path, header: str, words: list[str]) -> None:
    impact = counted(tmp_path, {header: said(words)})
    assert patients(impact) == (120, 120)
    assert roles(impact) == {}


@pytest.mark.parametrize("words", [["1", "2", "3"] * 40, [""] * 120, ["A1", "B2"] * 60, ["M", "F"] * 60])
def test_codes_under_a_header_of_roles_tell_nothing(tmp_path: Path, words: list[str]) -> None:
    impact = counted(tmp_path, {"ROLE": said(words)})
    assert patients(impact) == (120, 120)
    assert roles(impact) == {}


def test_an_occupation_is_not_a_role(tmp_path: Path) -> None:
    words = (["INFIRMIERE", "MEDECIN", "SECRETAIRE", "PATIENT", "BOULANGER", "RETRAITE"] * 20)[:120]
    assert roles(counted(tmp_path, {"PROFESSION": said(words)})) == {}


def test_letters_are_read_under_a_header_of_roles(tmp_path: Path) -> None:
    impact = counted(tmp_path, {"PROFIL": said(["P"] * 100 + ["M"] * 12 + ["S"] * 8)})
    assert patients(impact) == (100, 100)
    assert roles(impact) == {"patient": (100, 100), "professional": (12, 12), "staff": (8, 8)}


def test_natural_and_legal_persons_are_no_roles(tmp_path: Path) -> None:
    """« P » and « M » under « type_personne »: nothing else tells the rows apart."""
    impact = counted(tmp_path, {"TYPE_PERSONNE": said(["P"] * 108 + ["M"] * 12)})
    assert patients(impact) == (120, 120)
    assert roles(impact) == {}


def test_letters_that_the_other_columns_bear_out_are_read(tmp_path: Path) -> None:
    """The same letters, where those of « M » have a number of professional and no birth date."""
    columns = {
        "DATE_NAISSANCE": lambda n: PERSON["DATE_NAISSANCE"](n) if n < 100 else "",
        "TYPE_PERSONNE": said(["P"] * 100 + ["M"] * 20),
    }
    impact = counted(tmp_path, columns)
    assert patients(impact) == (100, 100)
    assert roles(impact) == {"patient": (100, 100), "professional": (20, 20)}


def test_the_role_of_who_wrote_the_row_is_not_its_persons(tmp_path: Path) -> None:
    """Messages: each patient stands on a row of its own and on the doctor's answer."""
    half = {header: (lambda n, make=make: make(n // 2)) for header, make in PERSON.items()}
    impact = counted(tmp_path, half | {"ROLE": lambda n: ("PATIENT", "MEDECIN")[n % 2]})
    assert patients(impact) == (120, 60)
    assert roles(impact) == {}


def test_patients_that_no_row_names_need_more_than_words(tmp_path: Path) -> None:
    """« Rôle » of a doctor on every row of a table of patients: of who keyed it in."""
    impact = counted(tmp_path, {"ROLE": lambda n: ("MEDECIN", "SECRETAIRE")[n % 2]})
    assert patients(impact) == (120, 120)
    assert roles(impact) == {}


def test_patients_in_a_table_of_accounts_count(tmp_path: Path) -> None:
    columns = {
        "DATE_NAISSANCE": None,
        "EMAIL": lambda n: f"compte{n}@example.org",
        "LOGIN": lambda n: f"u{n:05d}",
        "PASSWORD": lambda n: f"$2b$12${n:022d}{'a' * 31}",
        "ROLE": said(["ROLE_PATIENT"] * 70 + ["ROLE_DOCTOR"] * 30 + ["ROLE_ADMIN"] * 10 + ["ROLE_USER"] * 10),
    }
    impact = counted(tmp_path, columns)
    assert impact.tables[0].role == "accounts"
    assert patients(impact) == (80, 80)  # an account that says no more than "user" stays what it was
    assert roles(impact) == {"patient": (70, 70), "professional": (30, 30), "staff": (10, 10), "untold": (10, 10)}


def test_patients_in_a_directory_of_professionals_count(tmp_path: Path) -> None:
    columns = {
        "DATE_NAISSANCE": None,
        "SPECIALITE": lambda n: "CARDIOLOGIE" if n < 90 else "",
        "CATEGORIE_PERSONNE": said(["MEDECIN"] * 90 + ["PATIENT"] * 30),
    }
    impact = counted(tmp_path, columns)
    assert impact.tables[0].role == "professionals"
    assert patients(impact) == (30, 30)
    assert impact.people.professionals.records == 90


def test_a_person_may_say_that_the_column_is_something_else(tmp_path: Path) -> None:
    corrected = ColumnDecision(table="personnes.csv", column="ROLE", field="occupation", author="DPO", date=REFERENCE)
    decided = Decisions(column=(corrected,))
    impact = counted(tmp_path, {"ROLE": said(THREE_KINDS)}, decisions=decided)
    assert patients(impact) == (120, 120)
    assert roles(impact) == {}


@pytest.mark.parametrize(
    ("header", "found"),
    [
        *[(one, Said.ROLE) for one in ("role", "Rôle", "PROFIL", "user_role", "userProfile", "lib_role", "ROLES")],
        *[(one, Said.PERSON) for one in ("type_utilisateur", "Type de personne", "PERSON_TYPE", "statut utilisateur")],
        *[(one, Said.PLAIN) for one in ("statut", "Status", "type", "Catégorie")],
        *[(one, Said.NOTHING) for one in ("", "colonne 7", "c12")],
        *[(one, Said.NOT_A_ROLE) for one in ("auteur_role", "role_destinataire", "statut_marital", "profession")],
        *[(one, Said.NOT_A_ROLE) for one in ("type_document", "profil_lipidique", "Médecin traitant", "fonctionnel")],
    ],
)
def test_what_a_header_says(header: str, found: Said) -> None:
    assert header_says(header) is found


@pytest.mark.parametrize(
    ("value", "said_by", "role"),
    [
        ("Patiente", Said.PLAIN, "patient"),
        ("patient·e", Said.PLAIN, "patient"),
        ("Médecins", Said.PLAIN, "professional"),
        ("Médecin généraliste", Said.PLAIN, "professional"),
        ("Infirmier(ère)", Said.PLAIN, "professional"),
        ("Sage-femme", Said.PLAIN, "professional"),
        ("Secrétaire médicale", Said.PLAIN, "staff"),
        ("Patient advocate", Said.ROLE, "staff"),
        ("Personne de confiance", Said.ROLE, "other"),
        ("IDE", Said.ROLE, "professional"),
        ("IDE", Said.PLAIN, None),
        ("ROLE_USER", Said.ROLE, "untold"),
        ("Patiente/Médecin", Said.ROLE, "patient"),
        ("Impatient", Said.ROLE, None),
        ("2", Said.ROLE, None),
        ("P", Said.ROLE, None),
    ],
)
def test_what_a_word_tells(value: str, said_by: Said, role: str | None) -> None:
    assert role_of_value(value, said_by) == role
