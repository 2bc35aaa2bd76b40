"""What the lists handed over make hard: a header on row 4, lost zeros, and known recipients without malice."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from breachkit.impact import Impact, Table
from tests.sample_truth import SAMPLES, Truth, truth_of

LISTS = ("Diabète", "Insuffisance cardiaque")


@pytest.fixture
def impact(sample_impact: Callable[[str], Impact]) -> Impact:
    return sample_impact("sophia")


@pytest.fixture(scope="module")
def truth() -> Truth:
    return truth_of(SAMPLES / "sophia")


def table(impact: Impact, name: str) -> Table:
    return next(one for one in impact.tables if one.name == name)


def test_a_header_on_row_four_names_the_columns_and_a_total_is_no_record(impact: Impact, truth: Truth) -> None:
    for name in LISTS:
        found = table(impact, name)
        assert [one.name for one in found.columns][:5] == ["NIR", "Clé", "Nom", "Prénom", "Date de naissance"]
        assert found.rows == truth["tables"][name]["rows"]
    sources = {one.table: one for one in impact.sources}
    assert all(sources[name].header_lines == 1 and sources[name].other_lines >= 3 for name in LISTS)


def test_numbers_that_lost_their_zeros_are_still_valid(impact: Impact) -> None:
    for name in LISTS:
        columns = {one.name: one for one in table(impact, name).columns}
        assert columns["NIR"].valid == columns["CP"].valid == table(impact, name).rows
        for phone in ("Tél. 1", "Tél. 2"):
            assert columns[phone].valid == columns[phone].filled > 0


def test_a_person_on_several_lines_and_in_both_lists_counts_once(impact: Impact, truth: Truth) -> None:
    rows = sum(table(impact, name).rows for name in LISTS)
    assert impact.people.patients.records == rows > 1.15 * truth["persons"]
    assert abs(impact.people.patients.best - truth["persons"]) <= 0.01 * truth["persons"]


def test_diagnosis_codes_are_health_data_of_everybody(impact: Impact, truth: Truth) -> None:
    found = {one.special_category: one.persons for one in impact.exposure if one.special_category}
    assert set(found) == {"health"}
    assert abs(found["health"] - truth["persons"]) <= 0.01 * truth["persons"]


def test_disclosure_to_known_recipients_without_malice_is_notified_and_informing_is_left_to_a_person(
    impact: Impact,
) -> None:
    breach = impact.incident["breach"]
    assert (breach["recipients"], breach["malicious"], breach["exfiltrated"]) == ("known_trusted", False, "no")
    assert impact.obligations.notify_authority == "yes"
    assert impact.obligations.inform_persons == "undetermined"
    nodes = [one.node for one in impact.obligations.path if one.tree == "authority"]
    assert nodes[-1] == "trusted_crowd"
    assert impact.severity is not None
    assert impact.severity.enisa.cb < 0.5  # neither an unknown number of recipients nor malice
    assert impact.severity.enisa.level == "very_high"  # who knows is known; what they know is not less grave


def test_the_general_practitioner_of_a_line_is_no_controller(impact: Impact, truth: Truth) -> None:
    (controller,) = impact.controllers
    assert controller.id == "199900051"
    assert impact.people.professionals.best == truth["professionals"]
