"""What a history of reimbursements makes hard: many rows a person, nobody named, and drugs that tell illnesses."""

from __future__ import annotations

from collections.abc import Callable

import polars as pl
import pytest

from breachkit.impact import Impact
from tests.sample_truth import SAMPLES, Truth, truth_of

FOLDER = SAMPLES / "remboursements"


@pytest.fixture
def impact(sample_impact: Callable[[str], Impact]) -> Impact:
    return sample_impact("remboursements")


@pytest.fixture(scope="module")
def truth() -> Truth:
    return truth_of(FOLDER)


@pytest.fixture(scope="module")
def rows() -> pl.DataFrame:
    return pl.concat(pl.read_parquet(path) for path in sorted(FOLDER.glob("*.parquet")))


def told_by_drugs(impact: Impact) -> dict[str | None, int]:
    return {one.topic: one.persons for one in impact.revealed if one.field == "drug" and one.category == "health"}


def test_many_rows_are_one_person(impact: Impact, truth: Truth, rows: pl.DataFrame) -> None:
    patients = impact.people.patients
    assert patients.records == rows.height > 8 * truth["persons"]
    assert abs(patients.best - truth["persons"]) <= 0.01 * truth["persons"]


def test_rows_of_one_number_without_a_date_are_its_holder_s(impact: Impact, rows: pl.DataFrame) -> None:
    undated = rows.filter(pl.col("ben_nai_dte").is_null())
    assert undated.height > 50
    assert impact.quality.persons_without_birth_date < 0.2 * undated.height


def test_drugs_reveal_hiv_addiction_cancer_and_mental_illness(impact: Impact, truth: Truth) -> None:
    found = told_by_drugs(impact)
    assert set(found) == set(truth["revealed"])
    for topic, persons in truth["revealed"].items():
        assert persons > 10
        assert abs(found[topic] - persons) <= max(2, 0.02 * persons), topic


def test_a_treatment_that_tells_nothing_reveals_nothing(impact: Impact, truth: Truth) -> None:
    (drug,) = (one for one in impact.exposure if one.field == "drug")
    assert sum(told_by_drugs(impact).values()) < 0.2 * drug.persons


def test_every_person_is_exposed_to_health_by_the_columns_alone(impact: Impact, truth: Truth) -> None:
    (health,) = (one for one in impact.exposure if one.special_category == "health")
    assert impact.free_text.notes == 0
    assert health.persons == impact.people.patients.best


def test_prescribers_and_pharmacies_are_quoted_and_no_controllers(impact: Impact, truth: Truth) -> None:
    assert impact.people.professionals.best == truth["professionals"]
    assert [one.id for one in impact.controllers] == list(truth["controllers"]["patients"])


def test_nobody_can_be_reached_from_it(impact: Impact) -> None:
    segments = impact.information.segments
    assert sum(one.none for one in segments) == sum(one.persons for one in segments) > 0
