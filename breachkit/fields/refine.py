"""Which field a header's word means once the form of the values is seen: « nom » over two names is a full name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from breachkit.fields.names import is_two_names, looks_like_names
from breachkit.fields.profile import ColumnProfile

Form = Callable[[ColumnProfile], bool]
KEPT: Final = 0.3  # what is left of the first reading where the values have the form of the second. Our choice.


def _share(name: str, least: float) -> Form:
    return lambda one: one.shares[name] >= least


def _kind(kind: str, least: float) -> Form:
    return lambda one: one.kinds[kind].shaped >= least * one.looked_at


def _in_list(name: str, least: float) -> Form:
    return lambda one: one.lists[name] >= least


def _is_worded(one: ColumnProfile) -> bool:
    return one.shares["letters"] >= 0.7 and one.length_mean >= 5


def _is_whole_number(one: ColumnProfile) -> bool:
    return one.shares["integer"] >= 0.9 and one.shares["date"] < 0.2


def _is_full_name(one: ColumnProfile) -> bool:
    given = max(one.lists["given_names"], one.shares["given_tail_rows"])
    return is_two_names(one) and looks_like_names(one) and given >= 0.4


def _is_one_name(one: ColumnProfile) -> bool:
    return looks_like_names(one) and one.shares["one_word"] >= 0.85 and one.shares["person_signs"] < 0.5


def _is_sex(one: ColumnProfile) -> bool:
    return (one.shares["sex_rows"] >= 0.9 and one.lists["titles"] < 0.5) or (
        one.length_max <= 2 and one.shares["sex_rows"] >= 0.6
    )


def _is_two_digits(one: ColumnProfile) -> bool:
    return one.shares["two_digits"] >= 0.8


def _is_key(one: ColumnProfile) -> bool:
    """Whole numbers that nearly never come back, too short for the number of a person or a company."""
    return _is_whole_number(one) and one.distinct_ratio >= 0.9 and one.length_max <= 8


def _is_short_code(one: ColumnProfile) -> bool:
    """A few codes of one to four letters: no word of a street."""
    return (
        one.length_max <= 4 and one.distinct <= 20 and one.shares["any_digit"] < 0.1 and one.lists["street_words"] < 0.1
    )


def _is_enumeration(one: ColumnProfile) -> bool:
    """A few constants of a program, no disease among them: DEMANDE_PATIENT, BRIS_DE_GLACE."""
    few = one.distinct <= 25 and one.shares["one_word"] >= 0.95 and one.shares["any_lower"] < 0.05
    return few and one.length_mean >= 4 and one.lists["disease_words"] < 0.1 and one.shares["any_digit"] < 0.5


def _is_one_sign(one: ColumnProfile) -> bool:
    """A few codes of one or two signs."""
    return one.length_max <= 2 and one.distinct <= 20


def _is_answer(one: ColumnProfile) -> bool:
    """A few words without digits, some of them of consent or refusal: « adhésion : refus »."""
    few = one.distinct <= 12 and one.shares["any_digit"] < 0.02 and one.length_mean < 20
    return few and (one.lists["consent_words"] >= 0.15 or one.shares["binary_rows"] >= 0.9)


def _is_login(one: ColumnProfile) -> bool:
    """Small letters, no number of a patient such as pat_00c41f."""
    return one.shares["lower_word"] + one.shares["lower_dotted"] >= 0.8 and one.shares["patient_resource"] < 0.9


# Announced field, field that the form of the values means, and the form.
READINGS: tuple[tuple[str, str, Form], ...] = (
    ("family_name", "full_name", _is_full_name),
    ("full_name", "family_name", _is_one_name),
    ("family_name", "practitioner_name", _share("doctor", 0.5)),
    ("full_name", "practitioner_name", _share("doctor", 0.5)),
    ("diagnosis", "diagnosis_code", _kind("diagnosis_code", 0.85)),
    ("diagnosis_code", "diagnosis", _is_worded),
    ("diagnosis", "technical_id", _is_key),
    ("diagnosis", "flag", _is_enumeration),
    ("diagnosis_code", "technical_id", _is_key),
    ("drug", "technical_id", _is_key),
    ("organisation_name", "technical_id", _is_key),
    ("diagnosis", "free_text", lambda one: one.numbers["words_mean"] >= 7 and one.shares["function_words"] >= 0.5),
    ("full_name", "patient_id", lambda one: one.shares["any_digit"] >= 0.9 and one.shares["one_word"] >= 0.9),
    ("procedure_code", "technical_id", lambda one: one.shares["integer"] >= 0.95 and one.distinct_ratio >= 0.9),
    ("practitioner_name", "diagnosis_code", _kind("diagnosis_code", 0.85)),  # DR: diagnostic relié
    ("occupation", "specialty", _in_list("specialties", 0.6)),
    ("specialty", "care_unit", lambda one: one.lists["care_units"] >= 0.7 > 1.3 * one.lists["specialties"]),
    ("sex", "title", _in_list("titles", 0.8)),
    ("title", "sex", _is_sex),
    ("birth_date", "age", lambda one: _is_whole_number(one) and one.numbers.get("number_high", 999) <= 110),
    ("birth_date", "birth_place", lambda one: _is_worded(one) and one.shares["any_digit"] < 0.2),
    ("age", "birth_date", _share("date", 0.6)),
    ("birth_place", "birth_date", _share("date", 0.6)),
    ("city", "postcode", _kind("postcode", 0.9)),
    ("postcode", "city", lambda one: _is_worded(one) and one.shares["any_digit"] < 0.1),
    ("nir", "flag", _is_two_digits),
    ("ins", "flag", _is_two_digits),
    ("rpps", "practitioner_name", _is_worded),
    ("practitioner_name", "rpps", _kind("rpps", 0.8)),
    ("practitioner_name", "flag", _is_one_sign),
    ("practitioner_name", "email", _share("at_sign", 0.8)),
    ("phone", "email", _share("at_sign", 0.8)),
    ("email", "phone", _kind("phone", 0.8)),
    ("username", "email", _share("at_sign", 0.9)),
    ("username", "technical_id", _is_whole_number),
    ("technical_id", "patient_id", _share("patient_resource", 0.9)),
    ("technical_id", "username", _is_login),
    ("technical_id", "timestamp", _share("date", 0.6)),
    ("flag", "timestamp", _share("date", 0.6)),
    ("timestamp", "flag", _is_one_sign),
    ("timestamp", "flag", _is_enumeration),
    ("contract_number", "timestamp", _share("date", 0.6)),
    ("contract_number", "consent", _is_answer),
    ("consent", "timestamp", _share("date", 0.6)),
    ("siren", "finess", lambda one: one.shares["third_zero"] >= 0.95 and _kind("finess", 0.9)(one)),
    ("death_date", "flag", _share("binary_rows", 0.9)),
    ("care_date", "flag", _share("binary_rows", 0.9)),
    ("care_date", "diagnosis", lambda one: _in_list("disease_words", 0.4)(one) and one.shares["date"] < 0.1),
    ("care_date", "free_text", lambda one: one.shares["prose"] >= 0.5 and one.shares["date"] < 0.1),
    ("procedure_code", "drug", _kind("drug.cip13", 0.8)),
    ("drug", "free_text", lambda one: one.numbers["words_mean"] >= 8 and one.shares["function_words"] >= 0.5),
    ("organisation_name", "care_unit", lambda one: one.lists["care_units"] >= 0.6 > one.lists["organisation_words"]),
    ("specialty", "flag", lambda one: _is_whole_number(one) and one.length_max <= 2 and one.distinct <= 2),
    ("allergy", "flag", _share("binary_rows", 0.95)),
    ("document_title", "other", _kind("other.url", 0.8)),
    ("ip_address", "flag", _share("user_agent", 0.6)),
    ("amount", "flag", _share("binary_rows", 0.98)),
    # « prescrit_le » among drugs, « depuis » among conditions: the day of a care
    *((care, "care_date", _share("date", 0.6)) for care in ("drug", "diagnosis", "lab_result", "procedure_code")),
    ("diagnosis", "drug", lambda one: one.lists["drugs"] >= 0.6 > 2 * one.lists["disease_words"]),  # « DP »: pharmacy
    ("organisation_name", "drug", lambda one: one.lists["drugs"] >= 0.6 > one.lists["organisation_words"]),
    ("postal_address", "flag", _is_short_code),
    ("postal_address", "email", _share("at_sign", 0.8)),
    ("postal_address", "ip_address", _kind("ip_address", 0.8)),
    ("family_name", "email", _share("at_sign", 0.8)),
)


# Readings after which nothing is left of the first: « motif de fermeture » announces no diagnosis and no date.
WHOLLY = frozenset([("diagnosis", "flag"), ("timestamp", "flag"), ("contract_number", "consent")])


def refined(announced: Mapping[str, float], profile: ColumnProfile) -> dict[str, float]:
    """The header's weights, moved to the fields that the form of the values means."""
    found = dict(announced)
    if not profile.looked_at:
        return found
    for first, second, fits in READINGS:
        weight = announced.get(first, 0.0)
        if weight and fits(profile):
            found[first] = 0.0 if (first, second) in WHOLLY else min(found[first], weight * KEPT)
            found[second] = max(found.get(second, 0.0), weight)
    return {field: weight for field, weight in found.items() if weight}
