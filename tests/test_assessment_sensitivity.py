"""What would change a band or a verdict: found by scoring again, and told only where it changes something."""

from __future__ import annotations

import random
from typing import Any

import pytest

from breachkit.assessment.context import data_context_points
from breachkit.assessment.enisa import circumstances_quarters, identification_quarters, score_exposure
from breachkit.assessment.facts import breach_facts
from breachkit.assessment.sensitivity import with_sensitivity
from breachkit.assessment.severity import summarise, weigh
from breachkit.assessment.wording import table
from breachkit.impact import Column, ExposedGroup, Reason, Severity, Table, WhatIf
from breachkit.incident import parse_incident
from breachkit.reference.catalogue import categories, fields

GP = ("family_name", "given_name", "birth_date", "phone")
HACK = {"malicious": True, "exfiltrated": "yes", "recipients": "unknown", "unintelligible": False}
SURE = ("fields.key", "fields.header")


def column(
    field: str, position: int, confidence: float = 0.98, evidence: tuple[str, ...] = SURE, **more: Any
) -> Column:
    return Column(
        name=field.upper(),
        position=position,
        field=field,
        cnil_type="other",
        edpb_code=None,
        sensitivity=1,
        special_category=None,
        filled=10,
        valid=10,
        distinct=10,
        confidence=confidence,
        evidence=tuple(Reason(id=one, fr="", en="") for one in evidence),
        **more,
    )


def patients(*columns: Column) -> tuple[Table, ...]:
    return (Table(name="patients.csv", source="patients.csv", role="patients", rows=10, columns=columns),)


def weighed(breach: dict[str, Any], *groups: ExposedGroup, tables: tuple[Table, ...] = (), **more: Any) -> Severity:
    incident = parse_incident({"breach": breach, **more}, "FACTS.toml")
    profiles = weigh(groups, incident)
    persons = sum(one.persons for one in profiles)
    severity = with_sensitivity(summarise(profiles, incident), profiles, tables, incident, persons)
    assert severity is not None
    return severity


def group(exposed: tuple[str, ...], persons: int = 10, special: tuple[str, ...] = (), *context: Any) -> ExposedGroup:
    return ExposedGroup(fields=exposed, special_categories=special, context=context, persons=persons)


def by_id(severity: Severity) -> dict[str, WhatIf]:
    return {one.id: one for one in severity.sensitivity}


def test_a_fact_that_changes_the_highest_band() -> None:
    found = by_id(weighed(HACK, group(GP)))
    known = found["fact:breach.recipients=known"]  # 1 × 1 + 0.25 + 0.5
    assert (known.se, known.level, known.cnil_level, known.changes_maximum) == (1.75, "low", "negligible", True)
    assert (known.profiles, known.persons) == (1, 10)
    assert known.persons_by_level == {"low": 10, "medium": 0, "high": 0, "very_high": 0}
    assert "« inconnu » devient « connus »" in known.change.fr.replace("\u202f", " ")
    assert "becomes “known”" in known.change.en
    assert found["fact:breach.malicious=false"].se == 1.5
    assert found["fact:data.vulnerable=true"].level == "very_high"
    assert "fact:breach.published=true" not in found  # the points are those of unknown recipients already


def test_a_fact_that_changes_only_a_verdict() -> None:
    found = by_id(weighed(HACK, group(GP)))["fact:breach.unintelligible=true"]
    assert (found.changes_maximum, found.profiles, found.changes_obligations) == (False, 0, True)
    assert (found.notify_authority, found.inform_persons) == ("no", "no")


def test_a_fact_of_another_nature_is_not_tried() -> None:
    keys = {one.split("=")[0] for one in by_id(weighed(HACK, group(GP)))}
    assert not {"fact:breach.integrity", "fact:breach.data_recoverable"} & keys
    both = HACK | {"nature": ["confidentiality", "availability"], "malicious": False}  # 1 × 1 + 0.5, and 0.5 more
    assert by_id(weighed(both, group(GP)))["fact:breach.data_recoverable=no"].se == 2


def test_a_doubtful_column_is_taken_out() -> None:
    tables = patients(column("family_name", 1), column("diagnosis", 2, 0.6), column("phone", 3))
    severity = weighed(HACK, group(GP, 90), group((*GP, "diagnosis"), 10), tables=tables)
    found = by_id(severity)["column:patients.csv:2"]
    assert (severity.enisa.se, found.se, found.level) == (5, 2, "medium")
    assert (found.profiles, found.persons) == (1, 10)
    assert found.persons_by_level["medium"] == 100
    assert "DIAGNOSIS" in found.change.fr
    assert "0,60" in found.change.fr
    assert "0.60" in found.change.en
    rows = {row.profile: row.sensitive_to for row in severity.by_profile}
    assert "column:patients.csv:2" not in rows["p01"]
    assert "column:patients.csv:2" in rows["p02"]


@pytest.mark.parametrize(
    "doubtful",
    [
        column("diagnosis", 2),  # sure
        column("diagnosis", 2, 0.6, decided_by="person"),  # a person said so
        column("city", 2, 0.6),  # weighs nothing here
    ],
)
def test_what_is_sure_or_weightless_is_not_told(doubtful: Column) -> None:
    severity = weighed(HACK, group((*GP, "diagnosis", "city")), tables=patients(doubtful))
    assert not [one for one in by_id(severity) if one.startswith("column:")]


def test_one_kind_of_evidence_is_little() -> None:
    severity = weighed(HACK, group((*GP, "iban")), tables=patients(column("iban", 4, 0.95, ("fields.header",))))
    assert by_id(severity)["column:patients.csv:4"].level == "medium"


def test_a_second_column_of_the_same_field_may_hold_the_same_persons() -> None:
    tables = patients(column("diagnosis", 2, 0.6), column("diagnosis", 3))
    assert not [
        one for one in by_id(weighed(HACK, group((*GP, "diagnosis")), tables=tables)) if one.startswith("column")
    ]


def test_a_column_of_unknown_nature_is_tried_at_its_worst() -> None:
    severity = weighed(HACK, group((*GP, "unknown")), tables=patients(column("unknown", 5, 0.3)))
    found = by_id(severity)["column:patients.csv:5"]
    assert (severity.enisa.level, found.level) == ("medium", "very_high")
    assert "nature inconnue" in found.change.fr


def test_the_notes_leave_with_what_they_say() -> None:
    exposed = group((*GP, "free_text"), 10, ("health",))
    severity = weighed(HACK, exposed, tables=patients(column("free_text", 6, 0.7)))
    assert by_id(severity)["column:patients.csv:6"].se == 2


def test_a_rule_of_ours_that_carries_a_band() -> None:
    severity = weighed(HACK, group(GP, 90), group(GP, 10, (), "minor"))
    found = by_id(severity)["rule:context.minor"]
    assert (found.se, found.level, found.persons) == (2, "medium", 10)
    assert "mineure" in found.change.fr
    assert "rule:context.vulnerable" not in by_id(severity)


def test_what_changes_the_maximum_comes_first() -> None:
    found = weighed(HACK, group(GP, 90), group((*GP, "iban"), 10)).sensitivity
    order = [(not one.changes_maximum, not one.changes_obligations, -one.persons) for one in found]
    assert order == sorted(order)


def test_nobody_counted_hangs_on_nothing() -> None:
    assert with_sensitivity(None, (), (), parse_incident({}, "x"), 0) is None


def test_every_value_tried_is_one_of_the_contract_and_has_words() -> None:
    book = table("sensitivity.toml")
    for entry in book["fact"]:
        section, key = entry["key"].split(".")
        assert entry["key"] in book["names"]
        for value in entry["values"]:
            parse_incident({section: {key: value}}, "x")
            assert (str(value).lower() if isinstance(value, bool) else value) in book["values"]


def test_the_short_way_gives_the_points_of_the_score() -> None:
    """DPC, EI and CB without their reasons are those of the score, over many exposures, facts and rules left out."""
    draw = random.Random(20260106)
    rules = [
        frozenset[str](),
        frozenset({"why.state_identifier"}),
        frozenset({"context.minor"}),
        frozenset({"ei.email"}),
    ]
    for _ in range(400):
        exposed = tuple(one for one in fields() if draw.random() < 0.15)
        special = tuple(one for one in categories() if draw.random() < 0.1)
        context = tuple(one for one in ("minor", "revealing_specialty") if draw.random() < 0.3)
        told = {"malicious": draw.choice([True, False]), "exfiltrated": draw.choice(["yes", "no"])}
        data = {"vulnerable": draw.choice([True, False])}
        if draw.random() < 0.5:
            data["directly_identifiable"] = draw.choice([True, False])
        facts, without = breach_facts(parse_incident({"breach": told, "data": data}, "x")), draw.choice(rules)
        whole = score_exposure(exposed, special, context, facts, without)
        assert data_context_points(exposed, special, context, facts.vulnerable, without) == whole.dpc
        assert identification_quarters(exposed, special, facts.directly_identifiable, without) == 4 * whole.ei
        assert circumstances_quarters(facts) == 4 * whole.cb
