"""What the online software makes hard: nested lists become linked tables, and an outage is a breach of availability."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from stdnum import luhn
from stdnum.fr import nir

from breachkit.impact import Impact
from breachkit.notification.build import build
from tests.sample_truth import SAMPLES, Truth, truth_of

FILE = SAMPLES / "weda" / "patients_20251110.jsonl"
LISTS = ("coordonnees.telephones", "pathologies", "traitements", "resultats", "allergies")


@pytest.fixture
def impact(sample_impact: Callable[[str], Impact]) -> Impact:
    return sample_impact("weda")


@pytest.fixture(scope="module")
def truth() -> Truth:
    return truth_of(SAMPLES / "weda")


@pytest.fixture(scope="module")
def documents() -> list[dict[str, Any]]:
    return [json.loads(line) for line in FILE.read_text("utf-8").splitlines()[:-1]]


def test_nested_lists_become_linked_tables(impact: Impact, truth: Truth, documents: list[dict[str, Any]]) -> None:
    rows = {table.name: table.rows for table in impact.tables}
    assert set(rows) == {FILE.name, *LISTS}
    assert rows["pathologies"] == sum(len(one["pathologies"]) for one in documents)
    # Linked: what a list tells is told of the persons whose record it hung from, not of everybody, not of its rows.
    ill = {one.field: one.persons for one in impact.exposure}["diagnosis_code"]
    assert abs(ill - truth["exposure"]["fields"]["diagnosis_code"]) <= 3
    assert ill < rows["pathologies"]
    assert ill < impact.people.patients.best


def test_the_telephones_of_a_list_reach_their_patient(impact: Impact, truth: Truth) -> None:
    living = [one for one in impact.information.segments if one.id != "deceased"]
    assert abs(sum(one.phone for one in living) - truth["reach"]["phone"]) <= 3


def test_an_outage_is_a_breach_of_availability(impact: Impact) -> None:
    told = " ".join(one.fr for one in impact.severity.enisa.reasons)
    assert "indisponibilité temporaire" in told
    nodes = {(step.tree, step.node): step for step in impact.obligations.path}
    assert any("indisponible" in step.question.fr for step in nodes.values())
    cnil = build(impact)["cnil"]
    assert "disponibilité" in json.dumps(cnil["natures"], ensure_ascii=False)
    effects = json.dumps(cnil["consequences_availability"], ensure_ascii=False)
    assert "service" in effects


def test_a_prescriber_is_a_professional_and_no_controller(impact: Impact, truth: Truth) -> None:
    assert impact.people.controllers.count == truth["controllers"]["count"] == 6
    assert impact.people.professionals.best == truth["professionals"] > 6


def test_an_object_cut_short_is_rejected_and_accounted_for(impact: Impact, documents: list[dict[str, Any]]) -> None:
    source = next(one for one in impact.sources if one.table in (None, FILE.name))
    assert (source.loaded, source.rejected) == (len(documents), 1)


def test_nobody_can_be_real(documents: list[dict[str, Any]]) -> None:
    numbers = {one["assure"]["nir"].replace(" ", "") for one in documents if one["assure"]["nir"]}
    assert all(nir.is_valid(one) and 950 <= int(one[7:10]) < 990 for one in numbers)
    doctors = {one["cabinet"]["medecinRpps"] for one in documents}
    assert all(luhn.is_valid(one) and one.startswith("109") for one in doctors)
