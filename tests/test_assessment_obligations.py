"""Art. 33 and 34: the EDPB's cases as a table, and the 72-hour clock."""

# ruff: noqa: E501  (a case is one line of a table)

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from breachkit.assessment.clock import awareness, clock_reasons, deadline, deadline_1182, late
from breachkit.assessment.obligations import decide
from breachkit.assessment.severity import summarise, weigh
from breachkit.impact import ExposedGroup, Obligations
from breachkit.incident import PARIS, Dates, Incident

YES, NO, OPEN = "yes", "no", "undetermined"
THEFT = {"malicious": True, "exfiltrated": "yes", "recipients": "unknown"}
RANSOM = {"malicious": True, "exfiltrated": "no", "nature": ["confidentiality", "availability"]}
MISTAKE = {"malicious": False, "exfiltrated": "yes", "recipients": "known"}
NAMES = ("full_name", "email", "phone")
IDENTITY = ("full_name", "birth_date", "postal_address")
HEALTH = ("full_name", "birth_date", "diagnosis")


def decided(
    breach: dict[str, Any], exposed: tuple[str, ...], *, persons: int = 50, context: tuple[Any, ...] = (), **more: Any
) -> Obligations:
    incident = Incident.model_validate({"breach": breach, **more})
    group = ExposedGroup(fields=exposed, special_categories=(), context=context, persons=persons)
    profiles = weigh([group], incident)
    return decide(profiles, summarise(profiles), persons, incident)


def verdicts(obligations: Obligations) -> tuple[str, str]:
    return obligations.notify_authority, obligations.inform_persons


# EDPB Guidelines 01/2021, all eighteen. Case 15 (course list, two food intolerances, 15 former participants) is told
# apart by facts, not by name: few persons, known recipients, no malice, and an allergy as the only health datum. That
# this allergy is harmless no fact tells: the sentence asks a person to confirm it. A diagnosis instead is notified.
CASES_2021 = {
    "01 ransomware, encrypted at rest, backup": (RANSOM | {"unintelligible": True}, NAMES, {}, NO, NO),
    "02 ransomware, paper rebuild in 5 days": (RANSOM | {"data_recoverable": "temporarily_unavailable"}, NAMES, {}, YES, NO),
    "03 ransomware, hospital": (RANSOM | {"data_recoverable": "temporarily_unavailable"}, HEALTH, {"persons": 5000}, YES, YES),
    "04 ransomware, no backup, exfiltration": (THEFT | {"data_recoverable": "no"}, (*NAMES, "id_document", "card_number"), {}, YES, YES),
    "05 job applications stolen": (THEFT, (*NAMES, "birth_date", "occupation", "marital_status"), {"persons": 213}, YES, YES),
    "06 salted passwords of a cooking site": (THEFT | {"unintelligible": True}, ("username", "password"), {"persons": 1200}, NO, NO),
    "07 credential stuffing on a bank": (THEFT, ("full_name", "birth_date", "username", "password"), {"persons": 100_000}, YES, YES),
    "08 business contacts copied by an employee": ({"malicious": True, "exfiltrated": "yes", "recipients": "known"}, NAMES, {}, YES, NO),
    "09 file sent to a trusted agent": (MISTAKE | {"recipients": "known_trusted"}, (*NAMES, "contract_number"), {"persons": 24}, NO, NO),
    "10 encrypted tablets of a nursery": (THEFT | {"unintelligible": True}, IDENTITY, {"context": ("minor",)}, NO, NO),
    "11 unencrypted laptop": (THEFT | {"exfiltrated": "likely"}, IDENTITY, {"persons": 100_001}, YES, YES),
    "12 logbook of addiction patients": (THEFT | {"data_recoverable": "no"}, HEALTH, {}, YES, YES),
    "13 two shoe orders swapped": (MISTAKE, ("full_name", "postal_address"), {"persons": 2}, NO, NO),
    "14 social-security numbers mailed to 60,000": (MISTAKE | {"recipients": "unknown"}, (*NAMES, "nir"), {"persons": 60_000}, YES, YES),
    "15 course list with two food intolerances": (MISTAKE, ("full_name", "email", "allergy"), {"persons": 15, "data": {"special_categories": ["health"]}}, NO, NO),
    "16 two car policies in one envelope": (MISTAKE, ("full_name", "postal_address", "vehicle_plate", "amount"), {"persons": 1}, YES, NO),
    "17 identity theft at a call centre": (THEFT, (*NAMES, "amount"), {"persons": 1}, YES, YES),
    "18 mail forwarded for months, wages": (THEFT, ("full_name", "birth_date", "marital_status", "income"), {"persons": 99}, YES, YES),
}  # fmt: skip

# Annex B of WP250 rev.01. Where the text says "depends" for the persons, our verdict is given as it comes out.
EXAMPLES_WP250 = {
    "i encrypted USB key": (THEFT | {"unintelligible": True}, IDENTITY, {}, NO, NO),
    "ii exfiltration from an online service": (THEFT, IDENTITY, {}, YES, YES),
    "iii power cut": ({"nature": ["availability"], "malicious": False}, NAMES, {}, NO, NO),
    "iv ransomware, no backup": (RANSOM | {"data_recoverable": "no"}, IDENTITY, {}, YES, YES),
    "v another customer's bank statement": (MISTAKE, ("full_name", "postal_address", "iban", "amount"), {"persons": 1}, YES, NO),
    "vi marketplace passwords published": (THEFT | {"published": True}, ("username", "password"), {}, YES, YES),
    # vii: seen from a client of the host; nobody is known to have used the bug, and many persons' accounts were open.
    "vii a host's authorisation bug": ({"malicious": False, "exfiltrated": "unknown", "recipients": "unknown"}, NAMES, {"persons": 3000, "processor": {"name": "Hébergeur"}}, YES, NO),
    "viii hospital records unavailable": ({"nature": ["availability"], "malicious": True, "data_recoverable": "temporarily_unavailable"}, HEALTH, {}, YES, YES),
    "ix students' data mailed to a list of 1,000": (MISTAKE, ("full_name", "email", "birth_date"), {"persons": 1000}, YES, NO),
    "ix the same, with their disabilities": (MISTAKE, ("full_name", "email", "disability"), {"persons": 1000}, YES, YES),
    "x marketing mail, many in copy": (MISTAKE, ("full_name", "email"), {"persons": 3000}, YES, NO),
    "x marketing mail, few in copy": (MISTAKE, ("full_name", "email"), {"persons": 12}, NO, NO),
    "x psychotherapist's list in copy": (MISTAKE, ("full_name", "email"), {"context": ("revealing_specialty",)}, YES, YES),
}  # fmt: skip


@pytest.mark.parametrize("name", [*CASES_2021, *EXAMPLES_WP250])
def test_cases_of_the_edpb(name: str) -> None:
    breach, exposed, more, authority, persons = (CASES_2021 | EXAMPLES_WP250)[name]
    assert verdicts(decided(breach, exposed, **more)) == (authority, persons)


@pytest.mark.parametrize(
    ("breach", "exposed", "expected"),
    [
        ({}, HEALTH, (YES, OPEN)),  # nothing told: a risk is not unlikely, a high one not settled
        ({}, ("full_name",), (OPEN, OPEN)),
        ({"malicious": False}, ("full_name",), (OPEN, OPEN)),
        # Guidelines 9/2022: a trusted recipient may take the risk away; few persons, and the proof is asked for.
        (MISTAKE | {"recipients": "known_trusted"}, HEALTH, (NO, NO)),
        (MISTAKE | {"recipients": "none", "exfiltrated": "no"}, HEALTH, (NO, NO)),
        ({"malicious": False, "published": True}, ("full_name",), (YES, NO)),
        (THEFT | {"unintelligible": True, "data_recoverable": "no"}, NAMES, (YES, NO)),  # art. 34(3)(a)
        (THEFT | {"unintelligible": True, "data_recoverable": "no"}, HEALTH, (YES, YES)),  # yet care is hit
    ],
)
def test_missing_and_contrary_facts(
    breach: dict[str, Any], exposed: tuple[str, ...], expected: tuple[str, str]
) -> None:
    assert verdicts(decided(breach, exposed)) == expected


def test_health_with_a_hostile_recipient_is_always_told() -> None:
    """Read across the EDPB's cases: health or social-security number, hostile or unknown recipient."""
    for exposed in (HEALTH, ("patient_id", "lab_result"), ("full_name", "nir"), ("full_name", "care_date")):
        assert verdicts(decided(THEFT, exposed)) == (YES, YES)


def test_nobody_counted_decides_nothing() -> None:
    obligations = decide((), None, 0, Incident())
    assert verdicts(obligations) == (OPEN, OPEN)
    assert obligations.reasons[0].id == "obligations.no_persons"
    assert not obligations.register_only


def test_register_only_has_no_clock() -> None:
    told = {"aware": "2026-01-06T09:15:00+01:00", "notified": "2026-02-01T10:00:00+01:00"}
    obligations = decided(MISTAKE, ("full_name",), dates=told)
    assert obligations.register_only
    assert (obligations.deadline, obligations.late) == (None, None)
    assert "obligations.register" in [one.id for one in obligations.reasons]


def test_reasons_cite_their_rule() -> None:
    obligations = decided(THEFT, HEALTH, persons=1500, dates={"aware": "2026-01-06T09:15:00+01:00"})
    reasons = {one.id: one for one in obligations.reasons}
    assert "art. 33(1)" in reasons["obligations.severity"].en
    assert "para 102" in reasons["obligations.inform_special"].en
    assert "1\u202f500" in reasons["obligations.inform_special"].fr
    assert "34(3)(a)" in reasons["obligations.inform_protection_unknown"].en
    assert "art. 33(5)" in reasons["obligations.register"].en
    assert {"obligations.many_persons", "clock.from_aware", "clock.deadline"} <= set(reasons)


# --- The clock ------------------------------------------------------------------------------------------------


def dates(**told: str) -> Dates:
    return Dates.model_validate(told)


def at(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=PARIS)


@pytest.mark.parametrize(
    ("aware", "expected"),
    [
        ("2026-01-06T09:15:00+01:00", "2026-01-09T09:15"),
        ("2026-03-27T12:00:00+01:00", "2026-03-30T13:00"),  # the night of 29 March is an hour shorter
        ("2026-10-23T12:00:00+02:00", "2026-10-26T11:00"),  # that of 25 October an hour longer
        ("2026-01-06T08:15:00Z", "2026-01-09T09:15"),
        ("2026-03-29T01:59:00+01:00", "2026-04-01T02:59"),  # the last minute before the hour is skipped
        ("2026-03-29T03:00:00+02:00", "2026-04-01T03:00"),  # the first after it
        ("2026-03-26T02:30:00+01:00", "2026-03-29T03:30"),  # 02:30 does not exist on the day it ends
        ("2026-10-22T02:30:00+02:00", "2026-10-25T02:30+02:00"),  # 02:30 comes twice: the first is meant
        ("2026-10-22T03:30:00+02:00", "2026-10-25T02:30+01:00"),  # and here the second
        ("2026-10-25T02:30:00+02:00", "2026-10-28T01:30"),
        ("2026-10-25T02:30:00+01:00", "2026-10-28T02:30"),
        ("2027-03-26T23:59:00+01:00", "2027-03-30T00:59"),  # aware at 23:59, and the hour changes on the way
        ("2027-10-29T23:59:00+02:00", "2027-11-01T22:59"),
        ("2026-12-30T23:59:00+01:00", "2027-01-02T23:59"),
        ("2028-02-27T10:00:00+01:00", "2028-03-01T10:00"),  # a leap day within
        ("2027-02-27T10:00:00+01:00", "2027-03-02T10:00"),
        ("2028-02-29T23:59:00+01:00", "2028-03-03T23:59"),
        ("2026-01-05T19:15:00-05:00", "2026-01-09T01:15"),  # told from another zone
    ],
)
def test_seventy_two_real_hours(aware: str, expected: str) -> None:
    limit = deadline(dates(aware=aware))
    assert limit is not None
    assert limit.astimezone(UTC) == at(expected).astimezone(UTC)
    assert limit.strftime("%H:%M") == expected[11:16]  # told as a clock in Paris shows it


def said(**told: str) -> list[str]:
    return [one.id for one in clock_reasons(dates(**told))]


def test_a_change_of_hour_within_is_told() -> None:
    assert "clock.change_of_hour" in said(aware="2026-03-27T12:00")
    assert "clock.change_of_hour" in said(aware="2026-10-23T12:00")
    assert "clock.change_of_hour" not in said(aware="2026-06-05T12:00")


@pytest.mark.parametrize(
    ("aware", "day"),
    [
        ("2026-01-06T09:15", None),  # ends on a Friday
        ("2026-01-07T09:15", "samedi"),
        ("2026-01-08T09:15", "dimanche"),
        ("2026-04-03T15:00", "jour férié"),  # Easter Monday
        ("2026-05-11T15:00", "jour férié"),  # Ascension
        ("2026-12-22T15:00", "jour férié"),
    ],
)
def test_days_of_rest_are_explained_and_not_applied(aware: str, day: str | None) -> None:
    reasons = {one.id: one.fr for one in clock_reasons(dates(aware=aware))}
    told = reasons.get("clock.not_working")
    assert (told is None) if day is None else (told is not None and f"un {day}" in told)
    limit = deadline(dates(aware=aware))
    assert limit is not None
    assert limit - at(aware) == timedelta(hours=72)


def test_the_processor_s_delay_is_told() -> None:
    told = {"discovered": "2026-01-02T09:00", "processor_informed": "2026-01-05T08:30", "aware": "2026-01-05T08:30"}
    reasons = {one.id: one for one in clock_reasons(dates(**told))}
    assert "72\u202fh" in reasons["clock.processor_delay"].fr
    long = dates(discovered="2026-01-02T09:00", processor_informed="2026-02-24T09:00")
    assert "53 jours" in clock_reasons(long)[1].fr
    assert "53 days" in clock_reasons(long)[1].en
    assert " 72 h" in reasons["clock.processor_delay"].en  # 71 and a half, rounded up
    assert "33(2)" in reasons["clock.processor_delay"].fr
    assert "clock.aware_after_processor" not in reasons


def test_awareness_after_the_processor_told_is_to_be_explained() -> None:
    reasons = {
        one.id: one for one in clock_reasons(dates(processor_informed="2026-01-05T09:00", aware="2026-01-06T09:00"))
    }
    told = reasons["clock.aware_after_processor"]
    assert "24 h" in told.en
    assert "2026-01-08 09:00" in told.en
    assert deadline(dates(processor_informed="2026-01-05T09:00", aware="2026-01-06T09:00")) == at("2026-01-09T09:00")


def test_an_inquiry_before_awareness_is_to_be_dated() -> None:
    assert "clock.aware_after_discovery" in said(discovered="2026-01-05T09:00", aware="2026-01-06T09:00")
    assert "clock.aware_after_discovery" not in said(discovered="2026-01-06T09:00", aware="2026-01-06T09:00")


def test_a_late_notification_asks_for_its_reasons() -> None:
    assert said(aware="2026-01-06T09:15", notified="2026-01-09T09:16")[-2:] == ["clock.late", "clock.delay_reasons"]
    assert "clock.delay_reasons" not in said(aware="2026-01-06T09:15", notified="2026-01-09T09:15")


def test_late_is_judged_in_real_time() -> None:
    """Aware at noon on Friday: over the change of October the limit is 11:00 on Monday, over that of March 13:00."""
    assert late(dates(aware="2026-10-23T12:00", notified="2026-10-26T11:30")) is True
    assert late(dates(aware="2026-03-27T12:00", notified="2026-03-30T12:30")) is False
    twice = {"aware": "2026-10-22T02:30+02:00"}  # the limit is the first 02:30 of that night
    assert late(dates(**twice, notified="2026-10-25T02:30+02:00")) is False
    assert late(dates(**twice, notified="2026-10-25T02:10+01:00")) is True


def test_awareness_falls_back_and_says_so() -> None:
    told = dates(processor_informed="2026-01-06T09:00", discovered="2026-01-05T18:40")
    assert awareness(told) == (at("2026-01-06T09:00"), "processor_informed")
    assert clock_reasons(told)[0].id == "clock.from_processor_informed"
    assert awareness(dates(discovered="2026-01-05T18:40")) == (at("2026-01-05T18:40"), "discovered")
    assert deadline(dates()) is None
    assert [one.id for one in clock_reasons(dates())] == ["clock.no_awareness"]


@pytest.mark.parametrize(
    ("notified", "expected"),
    [(None, None), ("2026-01-09T09:15:00+01:00", False), ("2026-01-09T09:16:00+01:00", True)],
)
def test_late_only_against_a_told_date(notified: str | None, expected: bool | None) -> None:
    told = {"aware": "2026-01-06T09:15:00+01:00"} | ({"notified": notified} if notified else {})
    assert late(dates(**told)) is expected


def test_not_late_without_awareness() -> None:
    assert late(dates(notified="2026-01-09T09:15")) is None


@pytest.mark.parametrize(
    ("aware", "widest"),
    [
        ("2026-01-06T09:15", "2026-01-09T10:00"),  # Tuesday: Wednesday and Thursday are whole working days
        ("2026-01-09T15:00", "2026-01-14T00:00"),  # Friday: Monday and Tuesday
        ("2026-04-03T15:00", "2026-04-09T00:00"),  # Good Friday (no public holiday); Easter Monday is one
        ("2026-05-13T15:00", "2026-05-19T00:00"),  # eve of Ascension
    ],
)
def test_widest_reading_of_regulation_1182(aware: str, widest: str) -> None:
    told = dates(aware=aware)
    assert deadline_1182(told) == at(widest)
    assert "clock.regulation_1182" in [one.id for one in clock_reasons(told)]
