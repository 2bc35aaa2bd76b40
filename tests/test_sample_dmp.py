"""What the shared records make hard: titles that reveal, masking and refusals, traces of professionals' accesses."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from typing import Any

import pytest

from breachkit.impact import Impact, Table
from tests.sample_truth import SAMPLES, Truth, truth_of

FILE = SAMPLES / "dmp" / "export_dmp_20251103.json.gz"


@pytest.fixture
def impact(sample_impact: Callable[[str], Impact]) -> Impact:
    return sample_impact("dmp")


@pytest.fixture(scope="module")
def truth() -> Truth:
    return truth_of(SAMPLES / "dmp")


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(gzip.decompress(FILE.read_bytes()))
    return found


def table(impact: Impact, name: str) -> Table:
    return next(one for one in impact.tables if one.name == name)


def test_titles_of_documents_reveal_what_their_content_would(impact: Impact, truth: Truth) -> None:
    found = {
        f"{one.category}/{one.topic}" if one.topic else one.category: one.persons
        for one in impact.revealed
        if one.field == "document_title"
    }
    for what, persons in truth["revealed"].items():
        assert abs(found[what] - persons) <= max(3, 0.05 * persons), what
    assert found["health/hiv_sti"] < truth["persons"] / 10  # most titles say that somebody was cared for, no more


def test_masking_and_refusals_are_data_of_the_persons(impact: Impact, document: dict[str, Any]) -> None:
    masked = {one.name: one.field for one in table(impact, "dossiers.documents").columns}
    refused = {one.name: one.field for one in table(impact, "dossiers.oppositions").columns}
    assert (masked["visibilite"], refused["decision"]) == ("consent", "consent")
    found = {one.field: one.persons for one in impact.exposure}
    assert abs(found["consent"] - len(document["dossiers"])) <= 0.03 * len(document["dossiers"])


def test_who_is_only_in_the_register_of_refusals_is_a_person(impact: Impact, document: dict[str, Any]) -> None:
    assert len(document["registreRefus"]) > 50
    only = impact.people.patients.best - {one.field: one.persons for one in impact.exposure}["document_title"]
    assert abs(only - len(document["registreRefus"])) <= 2


def test_accesses_are_of_professionals_emergency_ones_included(
    impact: Impact, document: dict[str, Any], truth: Truth
) -> None:
    traces = [trace for one in document["dossiers"] for trace in one["traces"]]
    assert sum(one["modeAcces"] == "BRIS_DE_GLACE" for one in traces) == truth["emergency_accesses"] > 100
    read = table(impact, "dossiers.traces")
    assert (read.role, read.rows) == ("access_log", len(traces))
    readers = {one["rppsPS"] for one in traces}
    authors = {doc["auteur"]["rpps"] for one in document["dossiers"] for doc in one["documents"]}
    assert len(authors) < impact.people.professionals.best == len(readers | authors)
    # Nothing that a trace holds is a patient's: neither the address nor the name of who looked.
    assert "ip_address" not in {one.field for one in impact.exposure}
    assert impact.people.patients.records == len(document["dossiers"]) + len(document["registreRefus"])


def test_a_former_number_and_the_new_one_are_one_person(impact: Impact, document: dict[str, Any]) -> None:
    former = [one for one in document["dossiers"] if len(one["patient"]["ins"]) == 22]
    assert len(former) > 15
    assert impact.people.patients.records - impact.people.patients.best == len(former)


def test_a_record_closed_by_a_death_tells_it(impact: Impact, document: dict[str, Any]) -> None:
    closed = [one["motifFermeture"] for one in document["dossiers"] if one["motifFermeture"]]
    assert closed.count("DECES") == impact.people.deceased.best < len(closed)


def test_authors_and_readers_are_no_controllers(impact: Impact) -> None:
    (controller,) = impact.controllers
    assert controller.id == "199900069"
