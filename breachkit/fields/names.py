"""Columns of persons' names: given names, family names, both together, practitioners."""

from __future__ import annotations

from breachkit.fields.evidence import Signal
from breachkit.fields.profile import ColumnProfile
from breachkit.fields.reasons import in_list, percent_en, percent_fr, statement

GIVEN = ("prénoms", "given names")
FAMILY = ("noms de famille", "family names")
# Least share of rows in a list for a guess. The lists hold the given names of nine persons in ten, and the family
# names of eight in ten; but half of the commonest words of any other column are somebody's name too.
MIN_GIVEN, MIN_FAMILY = 0.4, 0.3
# Persons have many names; colours, browsers and statuses that are also names are few. Counted as the number of
# equally common values that would be as varied (inverse Simpson index), so that typing errors do not count.
MIN_VARIETY = 10


def looks_like_names(profile: ColumnProfile) -> bool:
    """Mostly letters, one to four words, not prose, many different."""
    return (
        profile.numbers.get("effective", 0.0) >= MIN_VARIETY
        and profile.shares["lower_dotted"] < 0.5
        and profile.shares["letters"] >= 0.85
        and profile.numbers["words_mean"] <= 4
        and profile.shares["function_words"] <= 0.4
        and profile.length_mean >= 3
    )


def is_two_names(profile: ColumnProfile) -> bool:
    """Cells of two names or more: a space, a comma or the caret of medical imaging between them."""
    return profile.shares["one_word"] <= 0.3 or profile.shares["person_signs"] >= 0.6


def likelier_name(profile: ColumnProfile) -> str:
    """Which kind of name a column of names is, by its lists: full, given or family."""
    given, family = profile.lists["given_names"], profile.lists["family_names"]
    if is_two_names(profile) and max(given, profile.shares["given_tail_rows"]) >= MIN_GIVEN:
        return "full_name"
    return "given_name" if given > family else "family_name"


def name_signals(profile: ColumnProfile) -> list[Signal]:
    """What a column says of names; the weights stay low unless a list holds most rows: lists are statistics."""
    signals = _practitioners(profile)
    if signals or not looks_like_names(profile):
        return signals
    given, family, towns = (profile.lists[name] for name in ("given_names", "family_names", "towns"))
    if max(profile.lists[name] for name in ("organisation_words", "street_words", "specialties")) >= 0.4:
        return []
    tail = profile.shares["given_tail_rows"]
    if is_two_names(profile):
        if max(given, tail) >= MIN_GIVEN:
            share = max(given, tail)
            return [Signal("full_name", 0.3 + 0.45 * share, in_list(GIVEN, share))]
        return []
    if towns >= 0.25 and towns > max(given, family):
        return []
    if given >= MIN_GIVEN and given >= family:
        return [Signal("given_name", 0.25 + 0.5 * given, in_list(GIVEN, given))]
    if family >= MIN_FAMILY and family > given:
        return [Signal("family_name", 0.25 + 0.5 * min(1.0, family / 0.8), in_list(FAMILY, family))]
    return []


def _practitioners(profile: ColumnProfile) -> list[Signal]:
    if not profile.looked_at or profile.shares["doctor"] < 0.4 or profile.numbers["words_mean"] > 5:
        return []
    share = profile.shares["doctor"]
    fr = f"{percent_fr(share)} des valeurs commencent par « Dr » ou « Pr »."
    en = f"{percent_en(share)} of the values begin with “Dr” or “Pr”."
    return [Signal("practitioner_name", 0.6 + 0.3 * share, statement("doctor", fr, en))]
