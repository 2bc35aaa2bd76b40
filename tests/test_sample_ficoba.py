"""What the register of accounts makes hard: accounts are not persons, two may hold one, and so may a company."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Callable

import pytest
from stdnum import iban
from stdnum.fr import nif, siren

from breachkit.impact import Accounts, Impact
from breachkit.report.grids import persons as persons_table
from tests.sample_truth import SAMPLES, Truth, truth_of

Row = dict[str, str]
FILE = SAMPLES / "ficoba" / "ficoba_export_20260213.csv"


@pytest.fixture
def impact(sample_impact: Callable[[str], Impact]) -> Impact:
    return sample_impact("ficoba")


@pytest.fixture(scope="module")
def truth() -> Truth:
    return truth_of(SAMPLES / "ficoba")


@pytest.fixture(scope="module")
def rows() -> list[Row]:
    with FILE.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file, delimiter=";"))


def accounts_of(impact: Impact) -> Accounts:
    (found,) = impact.people.accounts
    assert found.kind == "bank"
    return found


def test_accounts_are_not_persons(impact: Impact, truth: Truth) -> None:
    found, persons = accounts_of(impact), impact.people.patients.best
    assert found.accounts == truth["accounts"]["bank"]
    assert found.accounts > 1.5 * persons
    assert found.persons == persons


def test_joint_holders_are_two_persons_with_one_account(impact: Impact, truth: Truth, rows: list[Row]) -> None:
    assert abs(accounts_of(impact).shared - truth["accounts_of_several_persons"]) <= 3
    holders = defaultdict(set)
    for one in rows:
        holders[one["IBAN"]].add((one["NOM_NAISSANCE"], one["PRENOMS"], one["DT_NAISSANCE"]))
    assert sum(len(one) > 1 for one in holders.values()) == truth["accounts_of_several_persons"]


def test_a_company_that_holds_an_account_is_no_person(impact: Impact, truth: Truth, rows: list[Row]) -> None:
    companies = [one for one in rows if one["SIREN_TIT"]]
    assert len(companies) == truth["lines_of_companies"] > 50
    assert impact.people.patients.records == len(rows) - len(companies)
    assert {one.id for one in impact.quality.limits} >= {"rows_of_others"}


def test_children_who_hold_an_account_through_a_parent_are_persons(impact: Impact, rows: list[Row]) -> None:
    assert sum(one["QUALITE"] == "R" for one in rows) > 100  # the parents who stand for them
    assert impact.people.minors.best > 100


def test_the_holder_of_several_accounts_is_one_person_however_the_banks_spell(impact: Impact) -> None:
    linking = impact.people.linking
    assert linking is not None
    assert sum(one.merges for one in linking.merges if one.level != "identical") > 100


def test_nobody_can_be_real(rows: list[Row]) -> None:
    assert all(iban.is_valid(one["IBAN"]) and one["IBAN"][4:9] == "98765" for one in rows)
    assert all(nif.is_valid(one["SPI"]) for one in rows if one["SPI"])
    assert all(siren.is_valid(one["SIREN_TIT"]) and one["SIREN_TIT"][:4] == "1999" for one in rows if one["SIREN_TIT"])


@pytest.mark.parametrize(("language", "words"), [("fr", "Comptes bancaires"), ("en", "Bank accounts")])
def test_the_report_tells_accounts_beside_persons(impact: Impact, language: str, words: str) -> None:
    (row,) = (one for one in persons_table(impact, language).rows if str(one[0]).startswith(words))
    found = accounts_of(impact)
    assert row[2] == found.accounts
    assert str(found.shared) in str(row[-1])
