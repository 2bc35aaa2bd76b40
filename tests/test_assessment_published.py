"""Other published cases, as facts alone (`breachkit assess`), with the verdict reasoned from the guidelines.

The source stands before each case, with the mark of docs/methode.md: R read in the source, R2 through a carrier, K general
knowledge of the field, I inferred. Where a source gives no verdict, the sentence after it says why ours follows.
"""

# ruff: noqa: E501  (a case is one line of a table)

from __future__ import annotations

from typing import Any

import pytest

from breachkit.assessment.facts import check_facts, facts_group
from breachkit.assessment.obligations import decide
from breachkit.assessment.severity import summarise, weigh
from breachkit.impact import Obligations
from breachkit.incident import parse_incident

YES, NO, OPEN = "yes", "no", "undetermined"
HACKED = {"malicious": True, "exfiltrated": "yes", "recipients": "unknown", "origins": ["hacking"]}
MISTAKE = {"malicious": False, "exfiltrated": "yes", "recipients": "known", "origins": ["wrong_recipient"]}
OPEN_WEB = {"malicious": False, "exfiltrated": "yes", "recipients": "unknown", "published": True, "origins": ["unintended_publication"]}  # fmt: skip
CUT = {"nature": ["availability"], "recipients": "none", "exfiltrated": "no"}
CONTACT = ["full_name", "email", "phone", "postal_address"]
CIVIL = ["family_name", "given_name", "sex", "birth_date", "phone", "postal_address", "email"]

# name: (breach, fields, [data] and other tables, SA, DS)
HELD_BACK: dict[str, tuple[dict[str, Any], list[str], dict[str, Any], str, str]] = {
    # France. regulatory.md 2.5 and 7 [R2]: the authority's word, or what was notified and told.
    "Cegedim: practice files with notes, sold": (HACKED | {"published": True}, [*CIVIL, "free_text"], {"persons": 15_000_000, "special_categories": ["health", "sex_life"]}, YES, YES),
    "Viamedis: civil status, NSS, insurer, no contact": (HACKED, ["family_name", "given_name", "birth_date", "nir", "insurer", "contract_number"], {"persons": 33_000_000}, YES, YES),
    "FICOBA: holders and IBAN, a stolen account": (HACKED, ["full_name", "birth_date", "postal_address", "iban"], {"persons": 1_200_000}, YES, YES),
    "France Travail: NIR and contact": (HACKED, [*CIVIL, "nir"], {"persons": 36_800_000}, YES, YES),
    "Mediboard: prescriptions": (HACKED, [*CIVIL, "drug", "insurer"], {"persons": 758_912}, YES, YES),
    "Laboratories 2021: results, comments, passwords": (HACKED | {"published": True}, [*CIVIL, "nir", "lab_result", "username", "password", "free_text"], {"persons": 491_840}, YES, YES),
    "AP-HP 2021: tests": (HACKED, [*CIVIL, "nir", "lab_result"], {"persons": 1_400_000}, YES, YES),
    "Weda: the service cut for four days": (HACKED | {"nature": ["confidentiality", "availability"], "exfiltrated": "unknown", "data_recoverable": "temporarily_unavailable"}, [*CIVIL, "diagnosis", "drug"], {"persons": 100_000}, YES, YES),
    # The CNIL's note of 2021 on the fire of a host [R2]: permanent loss of a patient's health data is told.
    "OVH: health data burnt, no copy": (CUT | {"malicious": False, "data_recoverable": "no"}, ["full_name", "diagnosis"], {"persons": 300}, YES, YES),
    "OVH: a site down, restored": (CUT | {"malicious": False, "data_recoverable": "temporarily_unavailable"}, CONTACT, {"persons": 30}, NO, NO),
    # CNIL 2020 [R2]: two doctors fined, images of patients open on the internet.
    "Images open on the internet": (OPEN_WEB, ["full_name", "birth_date", "care_date", "document_title"], {"persons": 1200}, YES, YES),
    # The CNIL's three examples of a breach, page « violations de données » [K]; verdicts [I].
    "CNIL: medical data deleted by accident, no copy": (CUT | {"malicious": False, "data_recoverable": "no"}, ["full_name"], {"persons": 80, "special_categories": ["health"]}, YES, YES),
    "CNIL: USB key with the clients lost, not encrypted": ({"malicious": False, "unintelligible": False, "origins": ["device_lost_or_stolen"]}, CONTACT, {"persons": 400}, YES, NO),
    "CNIL: pupils' marks changed by an intruder": ({"nature": ["integrity"], "malicious": True, "exfiltrated": "no", "recipients": "none", "integrity": "altered_used_recoverable"}, ["full_name", "other"], {"persons": 30}, YES, YES),
    # Guidelines 9/2022, in the text [K].
    "9/2022: a securely encrypted key lost": ({"malicious": False, "unintelligible": True, "origins": ["device_lost_or_stolen"]}, [*CIVIL, "diagnosis"], {"persons": 5000}, NO, NO),
    "9/2022: a newsletter that cannot be sent for hours": (CUT | {"malicious": False, "data_recoverable": "temporarily_unavailable"}, ["email"], {"persons": 20_000}, NO, NO),
    "9/2022: data already public": (OPEN_WEB, ["rpps", "practitioner_name", "specialty"], {"persons": 8000}, NO, NO),
    "9/2022: sent to a trusted department": (MISTAKE | {"recipients": "known_trusted"}, [*CONTACT, "contract_number"], {"persons": 60}, NO, NO),
    # ICO, "personal data breaches" [K]: records sent to another professional, who deletes them: not reportable.
    "ICO: a record mailed to the wrong doctor, deleted": (MISTAKE | {"recipients": "known_trusted"}, ["full_name", "birth_date", "diagnosis"], {"persons": 1}, NO, NO),
    "ICO: a student database stolen": (HACKED, [*CONTACT, "birth_date", "occupation"], {"persons": 9000}, YES, YES),
    # DPC, case studies [K]: verdict [I] by case 16 and para 102.
    "DPC: a letter on an illness to a neighbour": (MISTAKE, ["full_name", "postal_address", "diagnosis"], {"persons": 1}, YES, YES),
    "DPC: a colleague's payslip": (MISTAKE, ["full_name", "postal_address", "income", "iban"], {"persons": 1}, YES, YES),
    "DPC: a mailbox phished": (HACKED, ["full_name", "email", "iban", "free_text"], {"persons": 700}, YES, YES),
    # domain/breaches.md [R2]: named diagnosis codes passed on inside, by secure mail: known recipients, no malice.
    "Sophia: diagnosis codes passed to a platform": ({"malicious": False, "exfiltrated": "yes", "recipients": "known"}, ["full_name", "birth_date", "phone", "diagnosis_code"], {"persons": 500_000}, YES, YES),
    # A tiny set is not enough: what is known must be slight too.
    "Fifteen persons, a diagnosis instead of an allergy": (MISTAKE, ["full_name", "email", "diagnosis"], {"persons": 15}, YES, YES),
    "An allergy, but many persons": (MISTAKE, ["full_name", "email", "allergy"], {"persons": 15_000}, YES, YES),
    "An allergy, but hacked": (HACKED, ["full_name", "email", "allergy"], {"persons": 15}, YES, YES),
}  # fmt: skip

# The EDPB's cases again, told by somebody else: other words for the same facts.
OTHERWISE: dict[str, tuple[dict[str, Any], list[str], dict[str, Any], str, str]] = {
    "01 down for hours, encrypted": ({"nature": ["availability"], "malicious": True, "exfiltrated": "no", "recipients": "none", "unintelligible": True, "data_recoverable": "temporarily_unavailable"}, CONTACT, {"persons": 40}, NO, NO),
    "03 without a word on exfiltration": ({"nature": ["availability"], "malicious": True, "exfiltrated": "no", "recipients": "none", "data_recoverable": "temporarily_unavailable"}, CONTACT, {"persons": 8000, "special_categories": ["health"]}, YES, YES),
    "05 without a birth date": (HACKED, [*CONTACT, "occupation"], {"persons": 213}, YES, YES),
    "11 stolen, nothing known of its use": ({"malicious": True, "unintelligible": False, "origins": ["device_lost_or_stolen"]}, [*CONTACT, "birth_date"], {"persons": 100_000}, YES, YES),
    "12 paper stolen": ({"malicious": True, "origins": ["paper_lost_or_stolen"], "data_recoverable": "no"}, ["full_name"], {"persons": 20, "special_categories": ["health"]}, YES, YES),
    "14 sent to persons who are known": (MISTAKE, ["full_name", "email", "nir"], {"persons": 60_000}, YES, YES),
    "15 with the category only as a word": (MISTAKE, ["full_name", "email", "allergy"], {"persons": 15, "special_categories": ["health"]}, NO, NO),
    "16 by birth date and plate": (MISTAKE, ["full_name", "postal_address", "birth_date", "vehicle_plate"], {"persons": 1}, YES, NO),
    "17 an address changed by a thief": (HACKED | {"recipients": "known", "integrity": "altered_used_recoverable"}, ["full_name", "email", "phone"], {"persons": 1}, YES, YES),
    "v by a statement of account": (MISTAKE, ["full_name", "postal_address", "iban", "amount", "income"], {"persons": 1}, YES, YES),
    "x by the speciality alone": (MISTAKE, ["email"], {"persons": 30, "controller": {"speciality": "Psychothérapie"}}, YES, YES),
}  # fmt: skip


def owed(breach: dict[str, Any], exposed: list[str], more: dict[str, Any]) -> Obligations:
    data = {key: value for key, value in more.items() if key in ("persons", "special_categories", "minors")}
    tables = {key: value for key, value in more.items() if key not in data}
    incident = parse_incident({"breach": breach, "data": {"fields": exposed, **data}, **tables}, "FACTS.toml")
    check_facts(incident, "FACTS.toml")
    group = facts_group(incident)
    profiles = weigh([group], incident)
    return decide(profiles, summarise(profiles, incident), group.persons, incident, counted="persons" in more)


def test_there_are_twenty_more_cases() -> None:
    assert len(HELD_BACK) >= 20


@pytest.mark.parametrize("name", [*HELD_BACK, *OTHERWISE])
def test_published_case(name: str) -> None:
    breach, exposed, more, authority, persons = (HELD_BACK | OTHERWISE)[name]
    found = owed(breach, exposed, more)
    told = [step.node for step in found.path]
    assert (found.notify_authority, found.inform_persons) == (authority, persons), told


def test_a_number_of_persons_that_is_not_told_is_not_made_up() -> None:
    found = owed(HACKED, ["full_name", "diagnosis"], {})
    reason = next(one for one in found.reasons if one.id == "obligations.inform_special")
    assert "nombre non renseigné" in reason.fr
    assert "number not told" in reason.en


def test_facts_without_data_settle_nothing() -> None:
    """No field and no category: the score is a floor, and its smallness proves nothing."""
    found = owed({"malicious": False, "exfiltrated": "no", "recipients": "none"}, [], {"persons": 3})
    assert found.notify_authority == NO  # nobody had the data: that does not hang on what they are
    found = owed(MISTAKE, [], {"persons": 3})
    assert (found.notify_authority, found.inform_persons) == (OPEN, OPEN)
