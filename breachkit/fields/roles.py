"""What a table is about: patients, professionals, accounts, events, an access log, or something else."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

from breachkit.fields.decide import ColumnVerdict
from breachkit.fields.header import plain_words
from breachkit.impact import Role

# Fields that speak for a role, with their weight. Our choice.
WEIGHTS: dict[Role, dict[str, float]] = {
    "patients": {
        "birth_date": 3,
        "nir": 3,
        "ins": 3,
        "patient_id": 2,
        "birth_name": 2,
        "sex": 1,
        "death_date": 2,
        "age": 1,
        "free_text": 1,
        "family_name": 0.5,
        "given_name": 0.5,
        "full_name": 0.5,
        "insurer": 1,
        "insurance_rights": 1,
        "marital_status": 1,
        "birth_place": 1,
        "postal_address": 0.5,
        "phone": 0.5,
        "email": 0.5,
    },
    "professionals": {
        "specialty": 3,
        "rpps": 2,
        "adeli": 2,
        "organisation_name": 1,
        "finess": 1,
        "siren": 1,
        "family_name": 0.5,
        "given_name": 0.5,
        "practitioner_name": 1,
    },
    "accounts": {"password": 4, "username": 3, "email": 0.5},
    "events": {
        "care_date": 3,
        "procedure_code": 2,
        "diagnosis_code": 2,
        "diagnosis": 1,
        "drug": 2,
        "lab_result": 2,
        "amount": 1.5,
        "patient_id": 1,
        "document_title": 1.5,
        "free_text": 0.5,
        "nir": 0.5,
        "rpps": 0.5,
    },
    "access_log": {"ip_address": 4, "timestamp": 1, "username": 1},
}
NAMES = ("family_name", "full_name", "given_name", "birth_name")
IDENTITY = ("family_name", "birth_name", "given_name", "full_name", "birth_date", "sex")
# A directory lists a professional once for each place of work, rarely more than twice. Our choice.
LEAST_DISTINCT_SHARE = 0.4
# What happened to a person, and what tells who it was.
CARE_FACTS = {"procedure_code", "drug", "lab_result", "diagnosis", "diagnosis_code", "vital_sign", "allergy"}
PERSONS = {
    *("family_name", "given_name", "full_name", "birth_name", "nir", "ins", "birth_date", "patient_id"),
    *("username", "password", "ip_address"),
}
REFERENCE = {"drug", "procedure_code", "finess", "siren", "organisation_name", "lab_result", "diagnosis_code", "amount"}
MIN_ROWS = 20  # below, persons that come back prove nothing
DAYS_OF_LIFE = 25_000  # days on which the persons of a table were born, about
MONTHS_OF_LIFE = 130  # different values at most where only the year of birth is kept
# Shares of the rows below which persons come back. Our choice.
BIRTHS_LEFT, NAMES_LEFT, KEYS_LEFT = 0.65, 0.75, 0.75
DATED = 0.9  # share of the rows with a date of care, where each row is an act. Our choice.
STAFF = re.compile(
    r"embauche|salaire|salary|brut|paie|paye|payroll|agent|agt|matric|grade|echelon|indice|hire|employee|employe"
    r"|anciennete|cdi|cdd|statut|quotite|affectation|manager|syndic"
)
LEAST_WEIGHT = 2.0  # below, the columns say too little


def _points_to_professionals(verdicts: Sequence[ColumnVerdict]) -> bool:
    """Whether the professionals' identifiers come back on many rows: the rows are then their patients."""
    found = [one for one in verdicts if one.field in ("rpps", "adeli") and one.filled]
    return bool(found) and all(one.distinct < LEAST_DISTINCT_SHARE * one.filled for one in found)


def _comes_back(one: ColumnVerdict) -> bool:
    """Whether the values of a column that tells persons apart come back on many rows."""
    if one.filled < MIN_ROWS:
        return False
    if one.field == "birth_date":
        # Many persons share a day by chance: compared with what as many persons would have.
        expected = DAYS_OF_LIFE * (1 - math.exp(-one.filled / DAYS_OF_LIFE))
        return MONTHS_OF_LIFE < one.distinct < BIRTHS_LEFT * expected
    most = NAMES_LEFT if one.field == "full_name" else KEYS_LEFT
    return one.distinct < most * one.filled


def _several_rows_a_person(verdicts: Sequence[ColumnVerdict]) -> bool:
    keys = [one for one in verdicts if one.field in ("nir", "ins", "patient_id")]
    told = keys or [one for one in verdicts if one.field in ("full_name", "birth_date")]
    return any(_comes_back(one) for one in told)


def _is_of_staff(verdicts: Sequence[ColumnVerdict]) -> bool:
    """Headers of those who pay the persons; members and job seekers have an income and an occupation as well."""
    if any(one.field in ("insurer", "insurance_rights", "patient_id") for one in verdicts):
        return False
    return sum(bool(STAFF.search("".join(plain_words(one.header)))) for one in verdicts) >= 2


def _plain_role(verdicts: Sequence[ColumnVerdict]) -> Role | None:
    """The role that the sort of the columns settles by itself, None where it takes the weights."""
    held = {one.field for one in verdicts}
    rows = max((one.filled for one in verdicts), default=0)
    care = held & CARE_FACTS
    if not held & PERSONS and {"sex", "age"} <= held and len(care) >= 2 and not held & {"care_date", "amount"}:
        return "patients"  # a study: one row a subject, without names
    contacts = held & {"email", "phone"} and not held & {"finess", "siren"}
    nobody = not held & (PERSONS | {"practitioner_name", "rpps", "adeli"})
    if nobody and not contacts and "care_date" not in held and held & REFERENCE:
        return "other"  # a list of medicines, acts, establishments or devices
    if not care and "care_date" not in held:
        if ("password" in held and not held & {"nir", "ins", "practitioner_name"}) or {
            "access_code",
            "biometric",
        } <= held:
            return "accounts"
        if "income" in held and held & {"occupation", "specialty", "trade_union"} and _is_of_staff(verdicts):
            return "professionals"  # a payroll
    if held & {"ip_address"} and held & {"amount"} and held & {"postal_address", "card_number"}:
        return "events"  # an order keeps the address it came from
    dated = [one for one in verdicts if one.field == "care_date" and one.filled >= DATED * rows]
    facts = care | (held & {"amount", "document_title", "insurance_rights"})
    if _several_rows_a_person(verdicts) and (dated or care):
        return "events" if dated or "amount" in held else None
    identity = held & {"birth_date", "nir", "ins"}
    if not identity and "amount" in held and held & PERSONS and not held & {"specialty", "rpps"}:
        keyed = any(one.field == "technical_id" and one.distinct == one.filled == rows for one in verdicts)
        if keyed and sum(one.field == "amount" for one in verdicts) >= 2:
            return "events"  # invoices
    if not dated and facts and held & {"religion", "political_opinion", "ethnic_origin", "sex_life"}:
        return "patients"  # a survey or a membership: one row a person
    return None


def table_role(verdicts: Sequence[ColumnVerdict]) -> Role:
    """The role of a table from its columns' fields; `other` where no role stands out."""
    return _plain_role(verdicts) or _weighed_role(verdicts)


def _weighed_role(verdicts: Sequence[ColumnVerdict]) -> Role:
    held = {one.field for one in verdicts}
    scores = {
        role: sum(weight for field, weight in weights.items() if field in held) for role, weights in WEIGHTS.items()
    }
    persons = len(held & set(IDENTITY))
    # A patient's table names persons; an event's table only refers to them.
    if persons < 2 and not held & {"nir", "ins"}:
        scores["patients"] *= 0.4
    if persons >= 2 and held & {"birth_date", "nir", "ins"}:
        scores["events"] *= 0.5
    if held & {"birth_date", "nir", "ins", "birth_name"} or _points_to_professionals(verdicts):
        scores["professionals"] *= 0.2
    if not held & {"specialty", "rpps", "adeli", "practitioner_name", *NAMES}:
        scores["professionals"] *= 0.2  # a directory of establishments lists nobody
    if held & {"password"}:
        scores["access_log"] *= 0.4  # an account keeps its last address; a log keeps no password
    best = max(scores, key=lambda role: scores[role])
    if scores[best] >= LEAST_WEIGHT:
        return best
    # A bare list of names is a list of persons: where nothing tells professionals, patients is the careful reading.
    names = held & set(NAMES)
    return "patients" if names or len(held & {"birth_date", "phone", "email"}) >= 2 else "other"
