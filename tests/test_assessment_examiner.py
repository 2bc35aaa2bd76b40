"""Sixty sets of facts scored by hand from ENISA's method, independent of the code, and what `assess` makes of them.

Each row: the exposed data, what else is told, then DPC, EI, CB as a person reads them in the method. The band and the
CNIL's level are recomputed here from the definition, in fractions: nothing of `breachkit.assessment` is used for it.
"""

# ruff: noqa: E501  (a case is one line of a table)

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from breachkit.assessment.facts import check_facts, facts_group
from breachkit.assessment.severity import summarise, weigh
from breachkit.cli import app
from breachkit.impact import Severity
from breachkit.incident import parse_incident

GP = ["family_name", "given_name", "birth_date", "phone", "postal_address"]  # a practice's administrative file
HACKED = {"exfiltrated": "yes", "recipients": "unknown", "malicious": True}  # CB 0.5 + 0.5
SOLD = {"exfiltrated": "yes", "recipients": "unknown", "published": True, "malicious": True}  # the same points
POSTED = {"published": True, "malicious": False}  # 0.5
MAILED = {"exfiltrated": "yes", "recipients": "known", "malicious": False}  # 0.25
SAFE = {"exfiltrated": "no", "recipients": "none", "malicious": False}  # 0

# name: (fields, breach, other tables, DPC, EI, CB)
CASES: dict[str, tuple[list[str], dict[str, Any], dict[str, Any], int, str, str]] = {
    # --- simple data: base 1, +1 profile, +2 assumptions on health, +3 safety
    "s01 practice file, hacked": (GP, HACKED, {}, 1, "1", "1"),
    "s02 practice file, sold": (GP, SOLD, {}, 1, "1", "1"),
    "s03 practice file, mailed to a known wrong address": (GP, MAILED, {}, 1, "1", "1/4"),
    "s04 practice file, seen by nobody": (GP, SAFE, {}, 1, "1", "0"),
    "s05 addiction centre": (GP, HACKED, {"controller": {"speciality": "Addictologie"}}, 3, "1", "1"),
    "s06 oncology": (GP, MAILED, {"controller": {"speciality": "Oncologie médicale"}}, 3, "1", "1/4"),
    "s07 psychiatry, lower case": (GP, POSTED, {"controller": {"speciality": "psychiatre"}}, 3, "1", "1/2"),
    "s08 general practice adds nothing": (GP, HACKED, {"controller": {"speciality": "Médecine générale"}}, 1, "1", "1"),
    "s09 minors": (GP, HACKED, {"data": {"minors": True}}, 4, "1", "1"),
    "s10 persons whose safety depends on their address": (GP, SAFE, {"data": {"vulnerable": True}}, 4, "1", "0"),
    "s11 minors in oncology: the highest adjustment, not the sum": (GP, HACKED, {"data": {"minors": True}, "controller": {"speciality": "Oncologie"}}, 4, "1", "1"),
    "s12 told not vulnerable": (GP, HACKED, {"data": {"vulnerable": False, "minors": False}}, 1, "1", "1"),
    "s13 a social profile": (["full_name", "email", "marital_status", "occupation"], HACKED, {}, 2, "1", "1"),
    "s14 violence or precarity told in notes": (["full_name", "phone", "free_text"], HACKED, {"data": {"special_categories": ["social"]}}, 4, "1", "1"),
    # --- behavioural: base 2, -1 little insight, +2 a profile on sensitive data
    "b01 positions": (["full_name", "email", "gps"], HACKED, {}, 2, "1", "1"),
    "b02 addresses of machines": (["full_name", "email", "ip_address"], HACKED, {}, 1, "1", "1"),
    "b03 calls to a centre of psychological support": (["full_name", "phone", "ip_address"], HACKED, {"controller": {"speciality": "Psychothérapie"}}, 4, "1", "1"),
    "b04 notes nobody read": ([*GP, "free_text"], HACKED, {}, 2, "1", "1"),
    "b05 notes that judge": ([*GP, "free_text"], MAILED, {"data": {"special_categories": ["judgement"]}}, 2, "1", "1/4"),
    # --- financial: base 3, -1 account alone, -2 mere customer, +1 detailed profile
    "f01 name and IBAN, hacked": (["full_name", "iban"], HACKED, {}, 2, "1", "1"),
    "f02 name and IBAN, mailed": (["full_name", "iban"], MAILED, {}, 2, "1", "1/4"),
    "f03 customers of a bank": (["full_name", "postal_address", "bic"], HACKED, {}, 1, "1", "1"),
    "f04 income": (["full_name", "email", "income"], MAILED, {}, 3, "1", "1/4"),
    "f05 account, income and amounts": (["full_name", "iban", "income", "amount"], MAILED, {}, 4, "1", "1/4"),
    "f06 card number without a name": (["card_number"], POSTED, {}, 3, "1/4", "1/2"),
    "f07 one invoice": (["full_name", "postal_address", "amount"], SAFE, {}, 2, "1", "0"),
    # --- sensitive: base 4, -1 assumptions on it, -3 no substantial insight
    "h01 results": (["full_name", "birth_date", "email", "lab_result"], MAILED, {}, 4, "1", "1/4"),
    "h02 a test for a disease": (["full_name", "email", "procedure_code"], MAILED, {}, 3, "1", "1/4"),
    "h03 only that a test was done": (["full_name", "email", "care_date"], MAILED, {}, 1, "1", "1/4"),
    "h04 diagnosis, hacked": (["full_name", "email", "diagnosis_code"], HACKED, {}, 4, "1", "1"),
    "h05 HIV in a note": ([*GP, "free_text"], HACKED, {"data": {"special_categories": ["health"]}}, 4, "1", "1"),
    "h06 orientation in a note": ([*GP, "free_text"], SOLD, {"data": {"special_categories": ["sex_life"]}}, 4, "1", "1"),
    "h07 religion in a note": ([*GP, "free_text"], POSTED, {"data": {"special_categories": ["religion"]}}, 4, "1", "1/2"),
    "h08 health and minors stay at 4": (["full_name", "email", "diagnosis"], HACKED, {"data": {"minors": True}}, 4, "1", "1"),
    "h09 a visit, in a service that tells why": (["full_name", "email", "care_date"], MAILED, {"controller": {"speciality": "CEGIDD"}}, 3, "1", "1/4"),
    "h10 union membership": (["full_name", "email", "trade_union"], MAILED, {}, 4, "1", "1/4"),
    "h11 offences": (["full_name", "email", "offence"], SAFE, {}, 4, "1", "0"),
    "h12 the highest class counts: IBAN and drug": (["full_name", "iban", "drug"], SAFE, {}, 4, "1", "0"),
    # --- ease of identification
    "e01 name alone": (["full_name"], HACKED, {}, 1, "1/2", "1"),
    "e02 family name alone": (["family_name"], HACKED, {}, 1, "1/4", "1"),
    "e03 name and birth date": (["family_name", "given_name", "birth_date"], HACKED, {}, 1, "3/4", "1"),
    "e04 name, birth date and e-mail": (["full_name", "birth_date", "email"], HACKED, {}, 1, "1", "1"),
    "e05 identity document alone": (["id_document"], MAILED, {}, 2, "1/4", "1/4"),
    "e06 identity document and birth date": (["id_document", "birth_date"], MAILED, {}, 2, "3/4", "1/4"),
    "e07 NIR alone: it tells sex, birth and place": (["nir"], MAILED, {}, 2, "3/4", "1/4"),
    "e08 NIR and name": (["nir", "full_name"], MAILED, {}, 2, "1", "1/4"),
    "e09 e-mail alone": (["email"], HACKED, {}, 1, "3/4", "1"),
    "e10 a code that nobody can link": (["patient_id"], HACKED, {}, 1, "1/4", "1"),
    "e11 a code and a diagnosis": (["patient_id", "diagnosis"], HACKED, {}, 4, "1/4", "1"),
    "e12 the same, told directly identifiable": (["patient_id", "diagnosis"], HACKED, {"data": {"directly_identifiable": True}}, 4, "1", "1"),
    "e13 a file told not directly identifiable": (GP, HACKED, {"data": {"directly_identifiable": False}}, 1, "3/4", "1"),
    # --- circumstances
    "c01 laptop lost, no sign of use": (GP, {"origins": ["device_lost_or_stolen"], "malicious": False}, {}, 1, "1", "0"),
    "c02 laptop stolen": (GP, {"origins": ["device_lost_or_stolen"], "malicious": True}, {}, 1, "1", "1/2"),
    "c03 paper found by an unknown": (GP, {"origins": ["paper_lost_or_stolen"], "exfiltrated": "yes", "recipients": "unknown", "malicious": False}, {}, 1, "1", "1/2"),
    "c04 records cut for a while": (["full_name", "email", "diagnosis"], {"nature": ["availability"], "malicious": True, "data_recoverable": "temporarily_unavailable"}, {}, 4, "1", "3/4"),
    "c05 records lost for good, by accident": (["full_name", "email", "diagnosis"], {"nature": ["availability"], "malicious": False, "data_recoverable": "no"}, {}, 4, "1", "1/2"),
    "c06 altered, not used": (GP, SAFE | {"nature": ["integrity"], "integrity": "altered_unused"}, {}, 1, "1", "0"),
    "c07 altered, used, mended": (GP, SAFE | {"nature": ["integrity"], "integrity": "altered_used_recoverable"}, {}, 1, "1", "1/4"),
    "c08 altered, used, for good, on purpose": (GP, {"nature": ["integrity"], "integrity": "altered_used_unrecoverable", "malicious": True}, {}, 1, "1", "1"),
    "c09 all at once": (["full_name", "email", "diagnosis"], SOLD | {"nature": ["confidentiality", "integrity", "availability"], "data_recoverable": "no", "integrity": "altered_used_unrecoverable"}, {}, 4, "1", "2"),
    "c10 malice from the cause": (GP, {"exfiltrated": "yes", "causes": ["Acte interne malveillant"]}, {}, 1, "1", "1"),
    "c11 trusted recipient": (GP, {"recipients": "known_trusted", "malicious": False}, {}, 1, "1", "1/4"),
    "c12 unintelligible is no score": (GP, HACKED | {"unintelligible": True}, {}, 1, "1", "1"),
    "c13 nothing told of recipients": (GP, {"malicious": False}, {}, 1, "1", "1/2"),
}  # fmt: skip
BANDS = ((4, "very_high", "maximal"), (3, "high", "important"), (2, "medium", "limited"), (0, "low", "negligible"))


def severity_of(facts: dict[str, Any]) -> Severity:
    incident = parse_incident(facts, "FACTS.toml")
    check_facts(incident, "FACTS.toml")
    severity = summarise(weigh([facts_group(incident)], incident), incident)
    assert severity is not None
    return severity


def facts_of(exposed: list[str], breach: dict[str, Any], more: dict[str, Any], **data: Any) -> dict[str, Any]:
    return {"breach": breach, **more, "data": {"fields": exposed, **more.get("data", {}), **data}}


def test_there_are_sixty_sets_of_facts() -> None:
    assert len(CASES) >= 60


@pytest.mark.parametrize("name", CASES)
def test_score_by_hand(name: str) -> None:
    exposed, breach, more, dpc, ei, cb = CASES[name]
    found = severity_of(facts_of(exposed, breach, more))
    by_hand = dpc * Fraction(ei) + Fraction(cb)
    assert (Fraction(found.enisa.dpc), Fraction(found.enisa.ei), Fraction(found.enisa.cb)) == (
        dpc,
        Fraction(ei),
        Fraction(cb),
    )
    assert Fraction(found.enisa.se) == by_hand
    _, band, cnil = next(row for row in BANDS if by_hand >= row[0])
    assert (found.enisa.level, found.cnil_level) == (band, cnil)


@pytest.mark.parametrize(
    ("persons", "unintelligible", "flags"),
    [
        (100, False, []),
        (101, False, ["enisa.flag.many_persons"]),
        (100, True, ["enisa.flag.unintelligible"]),
        (15_000_000, True, ["enisa.flag.many_persons", "enisa.flag.unintelligible"]),
    ],
)
def test_flags_are_told_and_give_no_point(persons: int, unintelligible: bool, flags: list[str]) -> None:
    found = severity_of(facts_of(GP, HACKED | {"unintelligible": unintelligible}, {}, persons=persons))
    assert [one.id for one in found.flags] == flags
    assert found.enisa.se == 2


def test_fields_that_are_not_told_make_the_score_a_floor() -> None:
    found = severity_of({"breach": HACKED})
    assert (found.enisa.dpc, found.enisa.ei) == (1, 1)
    assert "plancher" in found.enisa.reasons[0].fr
    assert severity_of({"breach": HACKED, "data": {"minors": True}}).enisa.dpc == 4


FACTS = """
[breach]
exfiltrated = "yes"
recipients = "unknown"
malicious = true
[data]
fields = ["full_name", "email", "diagnosis"]
persons = 1500
[dates]
aware = 2026-10-23T12:00:00+02:00
"""


@pytest.mark.parametrize(("language", "told"), [("fr", "très élevée"), ("en", "very high")])
def test_assess_from_a_file(language: str, told: str, tmp_path: Path) -> None:
    path = tmp_path / "FACTS.toml"
    path.write_text(FACTS, encoding="utf-8")
    text = CliRunner().invoke(app, ["assess", str(path), "--lang", language])
    assert text.exit_code == 0
    assert told in text.stdout
    assert ("26/10/2026" if language == "fr" else "2026-10-26") in text.stdout
    assert ("Plus de 100 personnes" in text.stdout) == (language == "fr")
    found = json.loads(CliRunner().invoke(app, ["assess", str(path), "--json"]).stdout)
    assert set(found) >= {"severity", "profiles", "obligations"}
    assert (found["severity"]["enisa"]["se"], found["severity"]["cnil_level"]) == (5, "maximal")
    assert found["obligations"]["deadline"] == "2026-10-26T11:00:00+01:00"
    assert (found["obligations"]["notify_authority"], found["obligations"]["inform_persons"]) == ("yes", "yes")
