"""What the laboratories' file makes hard: passwords in clear, sixty columns, comments, each laboratory a controller."""

from __future__ import annotations

import csv
from collections.abc import Callable

import pytest

from breachkit.impact import Impact
from breachkit.information.letters import letters
from tests.sample_truth import SAMPLES, Truth, truth_of

FILE = SAMPLES / "labo" / "export_patients_20210212.csv"


@pytest.fixture
def impact(sample_impact: Callable[[str], Impact]) -> Impact:
    return sample_impact("labo")


@pytest.fixture(scope="module")
def truth() -> Truth:
    return truth_of(SAMPLES / "labo")


@pytest.fixture(scope="module")
def rows() -> list[dict[str, str]]:
    with FILE.open(encoding="cp1252", newline="") as file:
        return list(csv.DictReader(file, delimiter=";"))


def test_sixty_columns_are_read_and_six_are_empty(impact: Impact, rows: list[dict[str, str]]) -> None:
    (table,) = impact.tables
    assert len(table.columns) == len(rows[0]) == 60
    assert sum(one.field == "empty" for one in table.columns) == 6
    assert impact.quality.undecided_columns == ()


def test_passwords_in_clear_change_the_letter_and_its_advice(
    impact: Impact, truth: Truth, sample_impact: Callable[[str], Impact]
) -> None:
    (password,) = (one for one in impact.exposure if one.field == "password")
    assert abs(password.persons - truth["exposure"]["fields"]["password"]) <= 3
    for language, advice in (("fr", "**Mot de passe.** Changez-le"), ("en", "**Password.** Change it")):
        with_password, _ = letters(impact, language)["adults_sensitive"]
        without, _ = letters(sample_impact("remboursements"), language)["adults_sensitive"]
        assert advice in with_password
        assert advice not in without


def test_no_password_is_in_the_impact(impact: Impact, rows: list[dict[str, str]]) -> None:
    text = impact.to_json()
    assert not [one for one in rows if one["SR_MDP"] and one["SR_MDP"] in text]
    assert rows[0]["FINESS_LABO"] in text  # the control: a controller's number is told


def test_each_laboratory_is_a_controller_and_the_prescriber_is_not(impact: Impact, truth: Truth) -> None:
    assert {one.id for one in impact.controllers} == set(truth["controllers"]["patients"])
    assert {one.kind for one in impact.controllers} == {"establishment"}
    assert impact.people.controllers.sum_of_patients > impact.people.patients.best


def test_comments_of_both_columns_are_read(impact: Impact, truth: Truth, rows: list[dict[str, str]]) -> None:
    filled = sum(bool(one["COMMENT"] or one["COMM_PREL"]) for one in rows)
    assert impact.free_text.notes == filled == truth["notes"]
    told = {one.category for one in impact.free_text.by_finding}
    assert {"health", "religion", "sex_life", "genetic", "offence", "access_code"} <= told


def test_a_dialysis_fistula_is_no_sexual_practice(impact: Impact, rows: list[dict[str, str]]) -> None:
    fistulas = [one for one in rows if "fistule" in one["COMMENT"] + one["COMM_PREL"]]
    found = sum(one.persons for one in impact.free_text.by_finding if one.category == "sex_life")
    said = [one for one in rows if "Homosexuel" in (text := one["COMMENT"] + one["COMM_PREL"]) or "trans" in text]
    assert fistulas
    assert found <= len(said)


def test_logins_are_accounts_and_no_persons(impact: Impact, truth: Truth) -> None:
    (login,) = impact.people.accounts
    assert (login.kind, login.accounts) == ("login", truth["accounts"]["login"])
