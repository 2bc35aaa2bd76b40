"""Rows of companies in tables of persons, and the columns of nested lists read with the list's name."""

from __future__ import annotations

from typing import Any

import pytest

from breachkit.fields.companies import company_rows
from breachkit.fields.decide import ColumnVerdict, classify
from breachkit.fields.header import header_evidence, header_in_list

SIREN = "199900002"  # département 99 does not exist
PEOPLE = [("RIVERT", "Sandrine", "29/06/1978", ""), ("GAMBIN", "Joël", "09/01/1955", ""), ("MALOT", "Anne", "", "")]
Row = tuple[str, ...]


def verdict(position: int, field: str) -> ColumnVerdict:
    column = f"c{position}"
    return ColumnVerdict(position, column, column, field, 1.0, 1, 1, 0, 1, "rule", ())


def rows_of_companies(connection: Any, fields: list[str], rows: list[Row]) -> list[Row] | None:
    """The rows told as companies', None where none is."""
    names = ", ".join(f"c{at} VARCHAR" for at in range(1, len(fields) + 1))
    connection.execute(f"CREATE OR REPLACE TABLE w.held ({names})")
    places = ", ".join("?" * len(fields))
    connection.executemany(f"INSERT INTO w.held VALUES ({places})", rows)
    found = company_rows(connection, "w.held", [verdict(at, field) for at, field in enumerate(fields, 1)])
    if found is None:
        return None
    told = connection.execute(f"SELECT * FROM w.held WHERE {found.condition} ORDER BY ALL").fetchall()
    assert len(told) == found.rows
    return told


HOLDER = ["family_name", "given_name", "birth_date", "siren"]


def test_a_row_with_a_number_of_a_company_and_nobody_is_the_company_s(private: Any) -> None:
    assert rows_of_companies(private, HOLDER, [*PEOPLE, ("", "", "", SIREN)]) == [("", "", "", SIREN)]


def test_a_name_that_begins_with_a_legal_form_is_a_company_s(private: Any) -> None:
    rows = [*PEOPLE, ("SARL Rivert", "", "", ""), ("Sas Malot et fils", "", "", ""), ("SASSIER", "", "", "")]
    assert rows_of_companies(private, HOLDER, rows) == [("SARL Rivert", "", "", ""), ("Sas Malot et fils", "", "", "")]


def test_a_person_with_a_company_is_a_person(private: Any) -> None:
    trader = ("SCIPION", "Lise", "02/02/1980", SIREN)
    assert rows_of_companies(private, HOLDER, [*PEOPLE, *PEOPLE, trader, ("", "", "", SIREN)]) == [("", "", "", SIREN)]


def test_the_controller_s_number_on_every_row_makes_no_company(private: Any) -> None:
    rows = [(*one[:3], SIREN) for one in PEOPLE] + [("", "", "", SIREN)]
    assert rows_of_companies(private, HOLDER, rows) is None


def test_the_name_of_a_bank_or_an_employer_makes_no_company(private: Any) -> None:
    fields = ["family_name", "given_name", "birth_date", "organisation_name"]
    rows = [(*one[:3], "Banque du Val") for one in PEOPLE] + [("", "", "", "Banque du Val")]
    assert rows_of_companies(private, fields, rows) is None
    own = [*PEOPLE, ("", "", "", "Association des Pins")]
    assert rows_of_companies(private, fields, own) == [own[-1]]


def test_a_table_of_companies_alone_is_left_as_it_is(private: Any) -> None:
    assert rows_of_companies(private, HOLDER, [("", "", "", SIREN)]) is None
    assert rows_of_companies(private, ["organisation_name", "siren"], [("Banque du Val", SIREN)]) is None


@pytest.mark.parametrize(
    ("within", "header", "field"),
    [
        ("telephones", "numero", "phone"),
        ("phones", "number", "phone"),
        ("allergies", "valeur", "allergy"),
        ("traitements", "libelle", "drug"),
        ("traitements", "denomination", "drug"),
        ("pathologies", "libelle", "diagnosis"),
        ("adresses", "codePostal", "postcode"),  # says enough alone
        ("traitements", "prescripteurRpps", "rpps"),
        ("pathologies", "email", "email"),
    ],
)
def test_a_column_of_a_list_is_read_with_the_list_s_name(within: str, header: str, field: str) -> None:
    found = header_in_list(header, (), within)
    assert max(found, key=lambda one: found[one]) == field


def test_a_list_s_name_says_nothing_of_a_mere_code() -> None:
    assert max(header_in_list("type", (), "telephones").items(), key=lambda one: one[1])[0] == "flag"


def test_a_part_that_only_gathers_hides_nothing() -> None:
    for header in ("identite.nomNaissance", "demographics.birthName", "etatCivil.nom_naissance"):
        assert header_evidence(header, ())["birth_name"] >= 0.9
    assert "birth_name" not in header_evidence("medecin.nom", ())


def test_a_number_of_a_patient_is_no_login(private: Any) -> None:
    private.execute("CREATE TABLE w.files AS SELECT printf('pat_%06x', 4711 * i) AS c1 FROM range(200) t(i)")
    private.execute("CREATE TABLE w.users AS SELECT printf('luc.martin%d', i) AS c1 FROM range(200) t(i)")
    assert [one.field for one in classify(private, "w.files", [("c1", "id")])] == ["patient_id"]
    assert [one.field for one in classify(private, "w.users", [("c1", "id")])] == ["username"]
