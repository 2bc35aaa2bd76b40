"""Tables that refer to persons by a number only: to whom their rows are tied, and to whom they are not."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from breachkit import case, workspace
from breachkit.case import ColumnDecision, Decisions
from breachkit.impact import Impact
from breachkit.incident import Incident
from breachkit.incident.model import Controller
from breachkit.mailing.lists import SegmentRule, mailing_list
from breachkit.pipeline import analyse

PEOPLE = [
    (7_000_123 + 911 * n, name, given, f"19{40 + n}-0{1 + n % 9}-1{n % 9}")
    for n, (name, given) in enumerate(
        (family, given)
        for family in ("VERLAINE", "MALHERBE", "RONSARD", "LABICHE", "FEYDEAU", "BOILEAU")
        for given in ("ODETTE", "MARCEL", "SUZANNE", "ROBERT", "GISELE")
    )
]


def _sql(tables: dict[str, list[tuple[Any, ...]]], columns: dict[str, str]) -> str:
    parts = []
    for name, rows in tables.items():
        parts.append(f"CREATE TABLE {name} ({columns[name]});\n")
        told = ",".join("(" + ",".join("NULL" if v is None else f"'{v}'" for v in row) + ")" for row in rows)
        parts.append(f"INSERT INTO {name} VALUES {told};\n")
    return "".join(parts)


COLUMNS = {
    "patient": "ipp text, nom text, prenom text, date_naissance date",
    "sejour": "id_sejour int, ipp text, finess text, date_entree date, mode_sortie text, motif_cloture text",
    "diagnostic": "id_diagnostic int, id_sejour int, code_cim10 text",
    "adresse": "id_adresse int, ipp text, rue text, code_postal text, ville text, telephone text",
    "stock": "id_produit int, libelle text, quantite int",
}
HOSPITALS = ("424781102", "434782207")


ENDS = [("8", None), ("9", None), ("7", "DECES"), ("8", "DEMANDE_PATIENT"), ("6", None)]
# Tables that chain, and one that has nothing to do with anybody; the last four diagnoses are of no stay.
CHAIN: dict[str, list[tuple[Any, ...]]] = {
    "patient": [(*one,) for one in PEOPLE],
    "sejour": [(n + 1, one[0], HOSPITALS[n % 2], "2024-03-05", *ENDS[n % 5]) for n, one in enumerate(PEOPLE[:20])],
    "adresse": [
        (n + 1, one[0], f"{n + 1} rue Neuve", "69001", "Lyon", f"06399800{n:02d}") for n, one in enumerate(PEOPLE[:25])
    ],
    "diagnostic": [(n + 1, n // 2 + 1 if n < 24 else 900 + n, "E119" if n % 2 else "B24") for n in range(28)],
    "stock": [(n + 1, f"Compresses {n}", 10 + n) for n in range(30)],
}
Analysis = Callable[..., Impact]


@pytest.fixture(scope="module")
def impact_of(tmp_path_factory: pytest.TempPathFactory) -> Analysis:
    """The impact of a dump of some tables."""

    def of(
        tables: dict[str, list[tuple[Any, ...]]],
        columns: dict[str, str],
        controller: str = "",
        look: Callable[[Any], None] = lambda _: None,
        decisions: Decisions | None = None,
    ) -> Impact:
        folder = tmp_path_factory.mktemp("ties")
        path, database = folder / "dump.sql", folder / "case.duckdb"
        path.write_text(_sql(tables, columns), encoding="utf-8")
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("BREACHKIT_KEY_DIR", str(folder / "keys"))
            with workspace.create(database, case.new_key(database), threads=2, memory="500MB") as connection:
                incident = Incident(controller=Controller(name=controller))
                impact = analyse([path], connection, incident, decisions=decisions).impact
                look(connection)
                return impact

    return of


@pytest.fixture(scope="module")
def written() -> dict[str, list[dict[str, Any]]]:
    """The lists of each hospital, filled while the chained tables are analysed."""
    return {}


@pytest.fixture(scope="module")
def chained(impact_of: Analysis, written: dict[str, list[dict[str, Any]]]) -> Impact:
    def looked_at(connection: Any) -> None:
        rules = [
            SegmentRule(segment="all", status=status, sensitive=sensitive, leaked=None, letter="x")
            for status in ("adult", "age_unknown", "protected")
            for sensitive in (True, False)
        ]
        for controller in HOSPITALS:
            written[controller] = mailing_list(connection, rules, controller).to_dicts()

    return impact_of(CHAIN, COLUMNS, look=looked_at)


def exposed(impact: Impact) -> dict[str, int]:
    return {str(one.field or one.special_category): one.persons for one in impact.exposure}


def test_a_chain_of_numbers_leads_from_a_diagnosis_to_a_person(chained: Impact) -> None:
    impact = chained
    assert impact.people.patients.best == len(PEOPLE)
    found = exposed(impact)
    assert (found["diagnosis_code"], found["care_date"], found["health"]) == (12, 20, 20)
    assert {one.topic: one.persons for one in impact.revealed if one.field == "diagnosis_code"} == {"hiv_sti": 12}


def test_a_person_is_each_establishment_s_that_a_tied_row_names(chained: Impact) -> None:
    impact = chained
    assert {one.id: one.patients.best for one in impact.controllers} == dict.fromkeys(HOSPITALS, 10)
    assert {one.id: one.records for one in impact.controllers} == dict.fromkeys(HOSPITALS, 10)
    names = [{e.field: e.persons for e in one.exposure}["family_name"] for one in impact.controllers]
    assert names == [10, 10]
    assert impact.people.professionals.best == 0  # an establishment is nobody's number
    assert impact.quality.persons_without_controller == 10


def test_numbers_that_follow_one_another_tie_nothing_by_themselves(chained: Impact) -> None:
    assert "drug" not in exposed(chained)
    assert chained.people.patients.records == len(PEOPLE)


def test_a_number_that_is_nowhere_is_told(chained: Impact) -> None:
    (told,) = [one.fr for one in chained.quality.limits if one.id == "lost_keys"]
    assert told.startswith("4 ")


def test_one_number_at_two_practices_is_two_persons(impact_of: Analysis) -> None:
    columns = COLUMNS | {
        "patient": "rpps text, numero_dossier text, nom text, prenom text, date_naissance date",
        "diagnostic": "rpps text, numero_dossier text, code_cim10 text",
    }
    doctors = ("10978000759", "10978483468")
    patients = [(doctors[n % 2], 100 + n // 2, *one[1:]) for n, one in enumerate(PEOPLE)]
    impact = impact_of({"patient": patients, "diagnostic": [(doctors[0], 100 + n, "B24") for n in range(8)]}, columns)
    assert "lost_keys" not in {one.id for one in impact.quality.limits}
    assert exposed(impact)["diagnosis_code"] == 8
    by_doctor = {one.id: {e.field: e.persons for e in one.exposure} for one in impact.controllers}
    assert (by_doctor[doctors[0]]["diagnosis_code"], by_doctor[doctors[1]].get("diagnosis_code", 0)) == (8, 0)


@pytest.mark.parametrize(("named", "controllers"), [("", 30), ("Laboratoire", 1)])
def test_a_prescriber_is_a_controller_only_where_nobody_else_is_told(
    impact_of: Analysis, named: str, controllers: int
) -> None:
    columns = {"patient": COLUMNS["patient"] + ", rpps_prescripteur text"}
    rpps = [_rpps(n + 1) for n in range(len(PEOPLE))]
    tables: dict[str, list[tuple[Any, ...]]] = {"patient": [(*p, r) for p, r in zip(PEOPLE, rpps, strict=True)]}
    impact = impact_of(tables, columns, named)
    assert impact.people.controllers.count == controllers
    assert impact.people.professionals.best == len(PEOPLE)


def _rpps(n: int) -> str:
    body = f"109{n * 48_271 % 10**7:07d}"
    total = sum(sum(divmod(int(d) * (2 - i % 2), 10)) for i, d in enumerate(reversed(body)))
    return body + str(-total % 10)


def test_a_stay_that_ended_by_a_death_and_a_file_closed_by_one_tell_it(chained: Impact) -> None:
    assert chained.people.deceased.best == 8  # of the twenty stays, mode 9 and the reason DECES


def test_an_address_in_a_table_of_its_own_reaches_its_person_and_her_controller_writes_to_her(
    chained: Impact, written: dict[str, list[dict[str, Any]]]
) -> None:
    assert sum(one.postal for one in chained.information.segments) == 25
    for one in chained.controllers:
        letters = written[one.id]
        assert len(letters) == one.patients.best - one.deceased == 6
        assert {each["town"] for each in letters} == {"Lyon"}
        assert all(each["family"] and each["street"].endswith("rue Neuve") for each in letters)


def test_the_column_that_ties_says_to_what_and_how_many_rows(chained: Impact) -> None:
    (table,) = [one for one in chained.tables if one.name == "diagnostic"]
    told = {one.name: [reason.fr for reason in one.evidence if reason.id == "people.tied"] for one in table.columns}
    assert told["id_sejour"] == [
        "Rattache les lignes à la table « sejour », colonne « id_sejour »\u202f: 24 trouvées, 4 sans correspondance."
    ]
    assert told["code_cim10"] == []


def test_a_person_who_calls_a_key_a_mere_code_undoes_its_tie(impact_of: Analysis) -> None:
    decided = ColumnDecision(table="diagnostic", column="id_sejour", field="flag", author="dpo", date=date(2025, 12, 1))
    chain = {name: CHAIN[name] for name in ("patient", "sejour", "diagnostic")}
    impact = impact_of(chain, COLUMNS, decisions=Decisions(column=(decided,)))
    assert "diagnosis_code" not in exposed(impact)
    assert exposed(impact)["care_date"] == 20
