"""What a column holds beside its field, by share: two telephones in a cell, a date in a name, an e-mail in a note.

It changes no decision: one field is kept for a column, and a person reads that more is in it.
"""

from __future__ import annotations

from breachkit.fields.profile import ColumnProfile
from breachkit.fields.reasons import percent_en, percent_fr, statement
from breachkit.fields.valid import DATE_FIELDS, NAME_FIELDS
from breachkit.impact import Reason

LEAST_SHARE = 0.005  # of the distinct values; below, a slip of the keyboard. Our choice.
# Measure, the fields that hold it by nature, and what it is in both languages.
PARTS = (
    ("two_phones", (), "deux numéros de téléphone ou plus", "two telephone numbers or more"),
    ("many_phones", ("phone",), "un numéro de téléphone", "a telephone number"),
    ("has_email", ("email", "username"), "une adresse électronique", "an e-mail address"),
    ("name_and_date", DATE_FIELDS, "des mots et une date complète", "words and a full date"),
)
# Fields whose cells are read for more than they should hold; codes and keyed numbers have no room for it.
READ = (
    *NAME_FIELDS,
    "phone",
    "postal_address",
    "city",
    "free_text",
    "unknown",
    "other",
    "occupation",
    "diagnosis",
    "drug",
)


def mixed_reasons(profile: ColumnProfile, field: str) -> tuple[Reason, ...]:
    """One reason for each thing that a column of `field` holds beside it, with its share of the distinct values."""
    if field not in READ or not profile.looked_at:
        return ()
    found = []
    for name, own, fr, en in PARTS:
        share = profile.shares[name]
        if share < LEAST_SHARE or field in own:
            continue
        if name == "many_phones" and profile.shares["two_phones"] >= LEAST_SHARE:
            continue
        found.append(
            statement(
                f"mixed_{name}",
                f"{percent_fr(share)} des valeurs distinctes contiennent aussi {fr}.",
                f"{percent_en(share)} of the distinct values also hold {en}.",
            )
        )
    return tuple(found)
