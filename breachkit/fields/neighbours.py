"""What stands beside a column: corroboration between neighbours, without which lists and shapes decide nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from breachkit.fields.agreement import agreement
from breachkit.fields.evidence import Signal
from breachkit.fields.profile import ColumnProfile
from breachkit.fields.reasons import statement
from breachkit.impact import Reason

# Field, the fields of which one beside it corroborates it, and the share of the remaining doubt that this removes.
CORROBORATION = {
    "city": ({"postcode"}, 0.5),
    "postcode": ({"city", "postal_address"}, 0.5),
    "postal_address": ({"postcode", "city"}, 0.3),
    "family_name": ({"given_name", "birth_date", "nir"}, 0.45),
    "birth_name": ({"family_name", "birth_date", "nir"}, 0.45),
    "given_name": ({"family_name", "birth_date", "nir"}, 0.45),
    "full_name": ({"birth_date", "nir", "email", "phone"}, 0.35),
    "sex": ({"given_name", "birth_date", "nir", "family_name"}, 0.5),
    "phone": ({"email", "postcode", "given_name"}, 0.3),
    "patient_id": ({"birth_date", "given_name", "nir", "full_name"}, 0.4),
    "death_date": ({"birth_date"}, 0.35),
    "specialty": ({"rpps", "adeli", "family_name"}, 0.3),
    "bic": ({"iban"}, 0.5),
    "diagnosis_code": ({"birth_date", "procedure_code", "given_name", "care_date"}, 0.3),
    "care_date": ({"procedure_code", "diagnosis_code", "drug", "lab_result", "care_unit"}, 0.4),
    "occupation": ({"birth_date", "given_name"}, 0.3),
    "birth_date": ({"given_name", "family_name", "full_name", "sex", "nir", "patient_id"}, 0.35),
    "vital_sign": ({"vital_sign", "age", "birth_date", "diagnosis_code", "lab_result"}, 0.4),
    "age": ({"sex", "given_name", "full_name", "diagnosis_code", "vital_sign"}, 0.4),
    "lab_result": ({"lab_result"}, 0.5),
    "password": ({"username", "email"}, 0.5),
    "username": ({"password", "ip_address"}, 0.4),
    "diagnosis": ({"birth_date", "given_name", "full_name", "drug", "care_date"}, 0.35),
    "drug": ({"birth_date", "given_name", "full_name", "diagnosis_code", "care_date"}, 0.35),
    "care_unit": ({"diagnosis_code", "procedure_code", "patient_id"}, 0.45),
}
# Fields that the same values may be: the header says which of a group it is, the values that it is one of them.
GROUPS = (
    ("family_name", "birth_name", "practitioner_name"),
    ("full_name", "family_name", "given_name", "other"),
    ("given_name", "practitioner_name"),
    ("full_name", "practitioner_name", "family_name"),
    ("birth_date", "death_date", "care_date", "timestamp"),
    ("patient_id", "technical_id", "contract_number", "username", "id_document"),
    ("nir", "ins"),
    ("city", "birth_place"),
    ("country", "birth_place", "nationality"),
    ("postcode", "birth_place"),
    ("adeli", "finess", "siren"),
    ("organisation_name", "care_unit", "practitioner_name"),
    ("specialty", "care_unit", "occupation"),
    (
        "free_text",
        "diagnosis",
        "allergy",
        "document_title",
        "access_code",
        "consent",
        "drug",
        "lab_result",
        "care_unit",
    ),
    ("sex", "flag"),
    ("genetic", "lab_result"),
)
# What codes and yes or no can be, once the header names it: none of these is ever a mere indicator.
CODES = frozenset(
    [
        *("lab_result", "diagnosis", "diagnosis_code", "genetic", "trade_union", "political_opinion", "religion"),
        *("sex_life", "ethnic_origin", "offence", "disability", "biometric", "consent", "vital_sign", "drug"),
        *("insurance_rights", "care_unit", "procedure_code", "allergy", "marital_status", "contract_number"),
        *("patient_id", "technical_id", "postcode", "city", "specialty", "sex", "age", "country", "nationality"),
        *("income", "amount", "access_code", "insurer", "organisation_name"),
    ]
)
NUMBERS = frozenset(["technical_id", "contract_number", "access_code", "id_document", "flag", "biometric", "genetic"])
# A form that many things share, and what else it is where the header says so.
FORMS_OF: dict[str, frozenset[str]] = {
    "flag": CODES,
    "patient_id": NUMBERS | {"income", "lab_result"},
    "technical_id": frozenset(["biometric", "patient_id", "contract_number", "consent"]),
    "phone": frozenset(["technical_id", "contract_number", "patient_id"]),
    "password": NUMBERS | {"consent", "other", "username"},
    "username": frozenset(["technical_id", "flag"]),
    "amount": frozenset(["income", "lab_result", "vital_sign", "gps", "flag"]),
    "age": frozenset(["vital_sign", "lab_result", "flag"]),
    "lab_result": frozenset(["vital_sign", "amount", "income", "flag", "diagnosis", "genetic"]),
    "vital_sign": frozenset(["lab_result", "flag", "card_number", "age"]),
    "care_date": frozenset(["offence", "consent", "vital_sign", "insurance_rights", "death_date"]),
    "timestamp": frozenset(["offence", "consent", "vital_sign", "insurance_rights", "death_date"]),
    "city": frozenset(["organisation_name", "family_name", "practitioner_name", "full_name", "birth_place"]),
    "other": frozenset(["flag", "technical_id"]),
    "diagnosis": frozenset(["lab_result", "procedure_code", "genetic"]),
}
NAMED = 0.6  # least weight of a header that says which of a group
LIKELY = 0.5  # least weight of a neighbour's own evidence


def _likely(profile: ColumnProfile, announced: Mapping[str, float], signals: Sequence[Signal]) -> set[str]:
    by_value = {one.field for one in signals if one.weight >= LIKELY}
    return by_value | {field for field, weight in announced.items() if weight * agreement(field, profile) >= 0.8}


def _named_within_group(signal: Signal, announced: Mapping[str, float]) -> Signal:
    """The signal, turned to the field that the header names within the same group."""
    partners = {field for group in GROUPS if signal.field in group for field in group}
    partners |= FORMS_OF.get(signal.field, frozenset())
    named = [field for field in sorted(partners) if announced.get(field, 0.0) >= NAMED]
    if not named:
        return signal
    best = max(named, key=lambda field: announced[field])
    return signal if announced.get(signal.field, 0.0) >= announced[best] else replace(signal, field=best)


def _reason(field: str) -> Reason:
    return statement(
        f"neighbour_{field}",
        "D'autres colonnes de la table la corroborent (identité, adresse ou contact).",
        "Other columns of the table corroborate it (identity, address or contact).",
    )


def _second_family_name(
    profiles: Sequence[ColumnProfile],
    announced: Sequence[Mapping[str, float]],
    signals: Sequence[Sequence[Signal]],
) -> list[list[Signal]]:
    """Of two columns of family names that no header names, the one much less filled holds birth names."""
    places = [
        at for at, found in enumerate(signals) if any(one.field == "family_name" for one in found) and not announced[at]
    ]
    result = [list(found) for found in signals]
    if len(places) == 2:
        low, high = sorted(places, key=lambda at: profiles[at].filled)
        if profiles[low].filled < 0.8 * profiles[high].filled:
            result[low] = [
                replace(one, field="birth_name") if one.field == "family_name" else one for one in result[low]
            ]
    return result


def with_neighbours(
    profiles: Sequence[ColumnProfile],
    announced: Sequence[Mapping[str, float]],
    signals: Sequence[Sequence[Signal]],
) -> list[list[Signal]]:
    """The signals, those that a neighbour corroborates raised, with the reason added."""
    signals = [
        [_named_within_group(one, header) for one in found] for header, found in zip(announced, signals, strict=True)
    ]
    signals = _second_family_name(profiles, announced, signals)
    likely = [_likely(one, header, found) for one, header, found in zip(profiles, announced, signals, strict=True)]
    result = []
    for at in range(len(profiles)):
        others = set().union(*(one for other, one in enumerate(likely) if other != at))
        raised = []
        for signal in signals[at]:
            beside, share = CORROBORATION.get(signal.field, (set(), 0.0))
            if beside & others:
                weight = signal.weight + (1 - signal.weight) * share
                raised.append(Signal(signal.field, weight, signal.reason))
                raised.append(Signal(signal.field, 0.0, _reason(signal.field)))
            else:
                raised.append(signal)
        result.append(raised)
    return result
