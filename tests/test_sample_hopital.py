"""What the hospitals' dump makes hard: MySQL's dialect, days of zeros, deaths, and diagnoses kept apart from names."""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable
from typing import Any

import pytest

from breachkit.impact import Impact, Table
from breachkit.privacy import held_columns
from tests.sample_truth import SAMPLES, Truth, truth_of

FILE = SAMPLES / "hopital" / "dpi_prod_20241119.sql.gz"


@pytest.fixture
def impact(sample_impact: Callable[[str], Impact]) -> Impact:
    return sample_impact("hopital")


@pytest.fixture(scope="module")
def truth() -> Truth:
    return truth_of(SAMPLES / "hopital")


@pytest.fixture(scope="module")
def dump() -> str:
    return gzip.decompress(FILE.read_bytes()).decode()


def rows_of(dump: str, table: str) -> list[str]:
    """The tuples of a table, as written."""
    statements = re.findall(rf"INSERT INTO `{table}` VALUES (.*);\n", dump)
    return [one for text in statements for one in re.split(r"(?<=\)),(?=\()", text)]


def table(impact: Impact, name: str) -> Table:
    return next(one for one in impact.tables if one.name == name)


def test_every_row_of_the_mysql_dialect_is_a_record(impact: Impact, dump: str) -> None:
    assert "\\'" in dump
    assert "/*!40000 ALTER TABLE" in dump
    for one in impact.tables:
        assert one.rows == len(rows_of(dump, one.name))
    assert sum(source.rejected for source in impact.sources) == 0


def test_a_day_of_zeros_is_no_birth_no_death_and_no_end_of_stay(impact: Impact, dump: str, truth: Truth) -> None:
    patients, stays = rows_of(dump, "patient"), rows_of(dump, "sejour")
    columns = {one.name: one for one in table(impact, "patient").columns}
    alive = sum(re.search(r"'0000-00-00','\d{4}-[^']*','[^']*'\)$", one) is not None for one in patients)
    assert 0 < columns["date_deces"].valid == len(patients) - alive
    assert columns["date_naissance"].valid < len(patients)
    left = {one.name: one for one in table(impact, "sejour").columns}["date_sortie"]
    assert left.valid == sum("'0000-00-00 00:00:00'" not in one for one in stays) < len(stays)
    assert impact.people.deceased.best == truth["deceased"] < 0.1 * truth["persons"]


def test_a_death_that_only_the_certificate_tells_counts(impact: Impact) -> None:
    by_file = {one.name: one for one in table(impact, "patient").columns}["date_deces"].valid
    certificates = table(impact, "certificat_deces").rows
    assert by_file < certificates == impact.people.deceased.low


def test_diagnoses_in_a_table_without_names_are_told_of_persons(impact: Impact, truth: Truth) -> None:
    found = {one.field: one.persons for one in impact.exposure if one.field}
    assert abs(found["diagnosis_code"] - truth["exposure"]["fields"]["diagnosis_code"]) <= 0.005 * truth["persons"]
    assert found["diagnosis_code"] < table(impact, "diagnostic").rows
    assert "lost_keys" not in {one.id for one in impact.quality.limits}


def test_cim_10_diagnoses_reveal_categories(impact: Impact, truth: Truth) -> None:
    found = {
        f"{one.category}/{one.topic}" if one.topic else one.category: one.persons
        for one in impact.revealed
        if one.field == "diagnosis_code"
    }
    assert set(found) == set(truth["revealed"])
    for what, persons in truth["revealed"].items():
        assert abs(found[what] - persons) <= max(1, 0.01 * persons), what


def test_each_hospital_is_the_controller_of_those_who_stayed_there(impact: Impact, truth: Truth) -> None:
    assert {one.kind for one in impact.controllers} == {"establishment"}
    assert impact.people.controllers.sum_of_patients > impact.people.patients.best  # some stayed in both
    for one in impact.controllers:
        exposed = {each.field: each.persons for each in one.exposure}
        assert exposed["birth_name"] == exposed["diagnosis_code"] == one.patients.best
        assert abs(one.patients.best - truth["controllers"]["patients"][one.id]) <= 0.01 * one.patients.best


def test_prescribers_and_family_doctors_are_professionals_and_no_controllers(impact: Impact, truth: Truth) -> None:
    assert impact.people.professionals.best == truth["professionals"] > table(impact, "medecin").rows
    assert impact.people.controllers.count == 2


def test_a_table_made_last_is_looked_at_by_the_leak_gate_under_its_own_fields(private: Any) -> None:
    """A small table of a dump may be read twice, and is then made after those that follow it in the file."""
    private.execute("CREATE TABLE w.t1 (_record BIGINT, c1 VARCHAR, c2 VARCHAR)")
    private.execute("CREATE TABLE w.t2 (_record BIGINT, c1 VARCHAR)")
    fields = [["finess"], ["family_name", "nir"]]
    with pytest.raises(ValueError, match="not that of this impact"):
        held_columns(private, fields)
    private.execute("CREATE TABLE w.read_order AS SELECT * FROM (VALUES (0, 't2'), (1, 't1')) o(place, table_name)")
    held = [(one.table, one.column, one.field) for one in held_columns(private, fields)]
    assert held == [("w.t2", "c1", "finess"), ("w.t1", "c1", "family_name"), ("w.t1", "c2", "nir")]
