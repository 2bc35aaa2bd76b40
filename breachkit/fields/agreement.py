"""Whether the values of a column can be what its header says: the veto of values over headers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from breachkit.fields.profile import ColumnProfile
from breachkit.fields.valid import KEYED_FIELDS
from breachkit.recognisers.catalogue import RECOGNISERS

Check = Callable[[ColumnProfile], float]
CONTRADICTED: Final = 0.15  # what is left of a header that the values contradict
LONG: Final = 20  # characters: an INS-C, an IBAN
DOUBTFUL: Final = 0.7  # what is left where the form fits but the key or the plan does not


def _kind_share(profile: ColumnProfile, field: str, *, valid: bool) -> float:
    kinds = [one.id for one in RECOGNISERS.values() if one.field == field]
    if field == "ins":
        kinds += ["nir", "nir.without_key"]
    counts = [profile.kinds[kind] for kind in kinds]
    best = max((one.valid if valid else one.shaped) for one in counts)
    return best / profile.looked_at


def _keyed(field: str) -> Check:
    def check(profile: ColumnProfile) -> float:
        if _kind_share(profile, field, valid=True) >= 0.25:
            return 1.0
        shaped = _kind_share(profile, field, valid=False)
        if shaped >= 0.9 and profile.length_mean >= LONG:
            return 0.9  # nothing else is as long; the keys were lost, or pseudonyms put in their place
        return DOUBTFUL if shaped >= 0.4 else CONTRADICTED

    return check


def _share(name: str, least: float) -> Check:
    return lambda profile: 1.0 if profile.shares[name] >= least else CONTRADICTED


def _date(profile: ColumnProfile) -> float:
    written = ("date", "epoch", "spreadsheet_day", "year", "month", "clock", "two_digits")
    return 1.0 if max(profile.shares[name] for name in written) >= 0.3 else CONTRADICTED


def _birth(profile: ColumnProfile) -> float:
    """A date; births are not written to the minute within two years."""
    numbers = profile.numbers
    timed = profile.shares["with_time"] - profile.shares["midnight"] >= 0.5
    narrow = numbers.get("year_high", 0.0) - numbers.get("year_low", -100.0) <= 2
    return CONTRADICTED if timed and narrow and profile.distinct >= 10 else _date(profile)


def _worded(profile: ColumnProfile) -> float:
    return 1.0 if profile.shares["digits"] < 0.5 and profile.shares["at_sign"] < 0.5 else CONTRADICTED


def _address(profile: ColumnProfile) -> float:
    """Words, or the number in the street apart."""
    numbers = profile.length_max <= 6 and profile.numbers.get("number_high", 99_999) <= 9_999
    return 1.0 if numbers else _worded(profile)


def _town(profile: ColumnProfile) -> float:
    """Words; a code of the commune or of the département says the same less plainly."""
    return DOUBTFUL if profile.shares["digits"] >= 0.5 and profile.length_max <= 5 else _worded(profile)


def _name(profile: ColumnProfile) -> float:
    return 1.0 if profile.shares["letters"] >= 0.5 and profile.shares["any_digit"] < 0.4 else CONTRADICTED


def _age(profile: ColumnProfile) -> float:
    fits = profile.shares["integer"] >= 0.5 and 0 <= profile.numbers.get("number_median", -1) <= 110
    return 1.0 if fits or (profile.shares["any_digit"] >= 0.9 and profile.length_max <= 8) else CONTRADICTED


def _identifier(profile: ColumnProfile) -> float:
    return 1.0 if profile.shares["one_word"] >= 0.5 and profile.shares["date"] < 0.5 else CONTRADICTED


def _login(profile: ColumnProfile) -> float:
    return 1.0 if profile.shares["one_word"] >= 0.7 and profile.shares["date"] < 0.3 else CONTRADICTED


def _number(profile: ColumnProfile) -> float:
    return 1.0 if profile.shares["any_digit"] >= 0.5 and profile.shares["date"] < 0.5 else CONTRADICTED


def _title(profile: ColumnProfile) -> float:
    return 1.0 if profile.lists["titles"] >= 0.3 or profile.length_mean <= 6 else CONTRADICTED


def _flag(profile: ColumnProfile) -> float:
    if profile.shares["number"] >= 0.9 and profile.length_max <= 8:
        return 1.0  # a duration, a size, a count
    return 1.0 if profile.distinct <= 200 or profile.distinct_ratio < 0.05 else DOUBTFUL


def _rights(profile: ColumnProfile) -> float:
    return 1.0 if profile.distinct_ratio < 0.5 or profile.filled < 50 else DOUBTFUL


_CHECKS: dict[str, Check] = {
    **{field: _keyed(field) for field in (*KEYED_FIELDS, "vehicle_plate")},
    "card_number": lambda p: 1.0 if p.shares["masked_card"] >= 0.4 else _keyed("card_number")(p),
    **dict.fromkeys(("death_date", "care_date", "timestamp"), _date),
    "birth_date": _birth,
    **dict.fromkeys(("family_name", "birth_name", "given_name", "full_name"), _name),
    **dict.fromkeys(
        (
            "country",
            "practitioner_name",
            "organisation_name",
            "marital_status",
            "nationality",
        ),
        _worded,
    ),
    **dict.fromkeys(("free_text", "diagnosis", "allergy", "document_title", "insurer", "occupation"), _worded),
    "postal_address": _address,
    "city": _town,
    "diagnosis_code": lambda p: 1.0 if p.kinds["diagnosis_code"].shaped >= 0.4 * p.looked_at else DOUBTFUL,
    "vital_sign": lambda p: 1.0 if p.shares["any_digit"] >= 0.5 or p.distinct <= 10 else CONTRADICTED,
    "username": _login,
    "title": _title,
    "sex": _share("sex_rows", 0.5),
    "age": _age,
    "patient_id": _identifier,
    "technical_id": _identifier,
    "amount": _number,
    "income": _number,
    "gps": _number,
    "flag": _flag,
    "insurance_rights": _rights,
}


def agreement(field: str, profile: ColumnProfile) -> float:
    """What is left, 0 to 1, of a header's claim once the values are looked at; 1 where nothing can be checked."""
    check = _CHECKS.get(field)
    return check(profile) if check and profile.looked_at else 1.0
