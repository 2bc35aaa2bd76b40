"""What a table is about: patients, professionals, accounts, events, an access log, or something else."""

from __future__ import annotations

from collections.abc import Sequence

from breachkit.fields.decide import ColumnVerdict
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
LEAST_WEIGHT = 2.0  # below, the columns say too little


def _points_to_professionals(verdicts: Sequence[ColumnVerdict]) -> bool:
    """Whether the professionals' identifiers come back on many rows: the rows are then their patients."""
    found = [one for one in verdicts if one.field in ("rpps", "adeli") and one.filled]
    return bool(found) and all(one.distinct < LEAST_DISTINCT_SHARE * one.filled for one in found)


def table_role(verdicts: Sequence[ColumnVerdict]) -> Role:
    """The role of a table from its columns' fields; `other` where no role stands out."""
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
