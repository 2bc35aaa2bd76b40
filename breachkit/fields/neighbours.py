"""What stands beside a column: corroboration between neighbours, without which lists and shapes decide nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

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
    "given_name": ({"family_name", "birth_date", "nir"}, 0.45),
    "full_name": ({"birth_date", "nir", "email", "phone"}, 0.35),
    "sex": ({"given_name", "birth_date", "nir", "family_name"}, 0.5),
    "phone": ({"email", "postcode", "given_name"}, 0.3),
    "patient_id": ({"birth_date", "given_name", "nir", "full_name"}, 0.4),
    "death_date": ({"birth_date"}, 0.35),
    "specialty": ({"rpps", "adeli", "family_name"}, 0.3),
    "bic": ({"iban"}, 0.5),
    "diagnosis_code": ({"birth_date", "procedure_code", "given_name", "care_date"}, 0.3),
    "occupation": ({"birth_date", "given_name"}, 0.3),
}
LIKELY = 0.5  # least weight of a neighbour's own evidence


def _likely(announced: Mapping[str, float], signals: Sequence[Signal]) -> set[str]:
    by_value = {one.field for one in signals if one.weight >= LIKELY}
    return by_value | {field for field, weight in announced.items() if weight >= 0.8}


def _reason(field: str) -> Reason:
    return statement(
        f"neighbour_{field}",
        "D'autres colonnes de la table la corroborent (identité, adresse ou contact).",
        "Other columns of the table corroborate it (identity, address or contact).",
    )


def with_neighbours(
    profiles: Sequence[ColumnProfile],
    announced: Sequence[Mapping[str, float]],
    signals: Sequence[Sequence[Signal]],
) -> list[list[Signal]]:
    """The signals, those that a neighbour corroborates raised, with the reason added."""
    likely = [_likely(header, found) for header, found in zip(announced, signals, strict=True)]
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
