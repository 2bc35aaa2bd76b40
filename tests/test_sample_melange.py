"""What a collection of files makes hard: each has its own columns and dialect, and the same persons are in several."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from breachkit.impact import Impact
from tests.sample_truth import SAMPLES, Truth, truth_of


@pytest.fixture
def impact(sample_impact: Callable[[str], Impact]) -> Impact:
    return sample_impact("melange")


@pytest.fixture(scope="module")
def truth() -> Truth:
    return truth_of(SAMPLES / "melange")


def test_each_member_is_a_source_in_its_own_dialect(impact: Impact, truth: Truth) -> None:
    assert len({one.member for one in impact.sources}) == len(truth["tables"]) == 5
    assert len({one.encoding for one in impact.sources}) >= 3
    assert all(one.rejected == 0 for one in impact.sources)


def test_a_person_of_several_files_counts_once(impact: Impact, truth: Truth) -> None:
    several = {int(files): persons for files, persons in truth["persons_by_number_of_files"].items()}
    assert sum(persons for files, persons in several.items() if files > 1) > 0.5 * truth["persons"]
    rows = sum(files * persons for files, persons in several.items())
    patients = impact.people.patients
    assert patients.records >= rows > 1.6 * patients.best
    assert patients.low <= truth["persons"] <= patients.high


def test_what_one_file_tells_completes_another(impact: Impact) -> None:
    """Persons exposed to a bank account and to an illness: no single file holds both."""
    held = [{column.field for column in table.columns} for table in impact.tables]
    assert not any({"iban", "diagnosis"} <= fields for fields in held)
    both = sum(one.persons for one in impact.profiles if {"iban", "diagnosis"} <= set(one.fields))
    assert both > 100


def test_the_register_of_professionals_counts_no_patient(impact: Impact, truth: Truth) -> None:
    assert impact.people.professionals.best == truth["professionals"]
    (register,) = (one for one in impact.tables if one.role == "professionals")
    assert impact.people.patients.records == sum(one.rows for one in impact.tables) - register.rows


def test_words_of_a_pathology_reveal_the_illness(impact: Impact, truth: Truth) -> None:
    found = {one.topic: one.persons for one in impact.revealed if one.field == "diagnosis"}
    for topic, persons in truth["revealed"].items():
        assert abs(found[topic] - persons) <= 2, topic
