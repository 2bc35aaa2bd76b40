"""What the file of direct billing makes hard: families under one number, and nobody to be reached from it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable

import pytest
from stdnum.fr import nir

from breachkit.impact import Impact
from tests.sample_truth import SAMPLES, Truth, truth_of

FILE = SAMPLES / "tiers_payant" / "EXTR_BENEF_20240129.txt"
Row = dict[str, str]


@pytest.fixture
def impact(sample_impact: Callable[[str], Impact]) -> Impact:
    return sample_impact("tiers_payant")


@pytest.fixture(scope="module")
def truth() -> Truth:
    return truth_of(SAMPLES / "tiers_payant")


@pytest.fixture(scope="module")
def rows() -> list[Row]:
    lines = FILE.read_bytes().decode("latin-1").split("\n")[:-1]
    names, *cells = (line.removesuffix("|").split("|") for line in lines)
    return [dict(zip(names, one, strict=True)) for one in cells]


def test_children_under_a_policy_holder_s_number_are_persons(impact: Impact, truth: Truth) -> None:
    assert truth["numbers_of_several_persons"] > 300
    assert truth["numbers"] < 0.8 * truth["persons"]  # one person for each number would lose the children
    assert abs(impact.people.patients.best / truth["persons"] - 1) <= 0.01
    assert abs(impact.people.minors.best / truth["minors"] - 1) <= 0.02


def test_twins_under_one_number_are_two_persons(impact: Impact, truth: Truth, rows: list[Row]) -> None:
    born = defaultdict(set)
    for one in rows:
        if one["TYP_BENEF"] == "E":
            born[one["SIREN_OC"], one["NO_ADHERENT"], one["NSS_OD"], one["DNAIS"]].add(one["PRENOM_BENEF"])
    assert sum(len(one) > 1 for one in born.values()) > 5
    assert impact.people.patients.low > 0.99 * truth["persons"]


def test_a_child_of_two_insured_parents_is_one_person(rows: list[Row], truth: Truth, impact: Impact) -> None:
    children = [one for one in rows if one["TYP_BENEF"] == "E"]
    numbers = defaultdict(set)
    for one in children:
        numbers[one["NOM_BENEF"].upper(), one["PRENOM_BENEF"].upper(), one["DNAIS"]].add(one["NSS_OD"])
    assert sum(len(one) > 1 for one in numbers.values()) > 20
    assert impact.people.patients.high < len(rows)


def test_nobody_can_be_reached_from_the_extract(impact: Impact, truth: Truth) -> None:
    living = impact.information.segments
    assert sum(one.none for one in living) == sum(one.persons for one in living) == impact.people.patients.best
    assert sum(one.email + one.phone + one.postal for one in living) == 0


def test_each_insurer_answers_for_its_own(impact: Impact, truth: Truth) -> None:
    assert {one.id for one in impact.controllers} == set(truth["controllers"]["patients"])
    assert impact.people.controllers.sum_of_patients > impact.people.patients.best
    assert impact.people.professionals.best == 0  # an insurer is no professional


def test_nobody_can_be_real(rows: list[Row]) -> None:
    numbers = {one["NSS_OD"] for one in rows} - {"", "0" * 15}
    assert all(nir.is_valid(one) for one in numbers)
    assert all(950 <= int(one[7:10]) < 990 for one in numbers)
