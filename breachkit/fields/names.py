"""Columns of persons' names: given names, family names, both together, practitioners."""

from __future__ import annotations

from breachkit.fields.evidence import Signal
from breachkit.fields.profile import ColumnProfile
from breachkit.fields.reasons import in_list, percent_en, percent_fr, statement

GIVEN = ("prénoms", "given names")
FAMILY = ("noms de famille", "family names")
# Least share of rows in a list for a guess. The commonest 600 French family names cover about a quarter of the
# population, the commonest 600 given names most of it.
MIN_GIVEN, MIN_FAMILY = 0.3, 0.1


def looks_like_names(profile: ColumnProfile) -> bool:
    """Mostly letters, one to four words, not prose."""
    return (
        profile.looked_at > 0
        and profile.shares["letters"] >= 0.9
        and profile.numbers["words_mean"] <= 4
        and profile.shares["function_words"] <= 0.4
        and profile.length_mean >= 3
    )


def name_signals(profile: ColumnProfile) -> list[Signal]:
    """What a column says of names; the weights stay low unless a list holds most rows: lists are statistics."""
    if not looks_like_names(profile):
        return _practitioners(profile)
    given, family, towns = (profile.lists[name] for name in ("given_names", "family_names", "towns"))
    tail = profile.shares["given_tail_rows"]
    signals = _practitioners(profile)
    if profile.shares["two_words"] >= 0.6 and max(given, tail) >= MIN_GIVEN and min(given, tail) < 0.75:
        signals.append(Signal("full_name", 0.4 + 0.4 * max(given, tail), in_list(GIVEN, max(given, tail))))
        return signals
    if towns >= 0.25 and towns > max(given, family):
        return signals
    if given >= MIN_GIVEN and given >= family:
        signals.append(Signal("given_name", 0.35 + 0.45 * given, in_list(GIVEN, given)))
    if family >= MIN_FAMILY and family > given:
        signals.append(Signal("family_name", 0.35 + 0.4 * min(1.0, family / 0.5), in_list(FAMILY, family)))
    return signals


def _practitioners(profile: ColumnProfile) -> list[Signal]:
    if not profile.looked_at or profile.shares["doctor"] < 0.4 or profile.numbers["words_mean"] > 5:
        return []
    share = profile.shares["doctor"]
    fr = f"{percent_fr(share)} des valeurs commencent par « Dr » ou « Pr »."
    en = f"{percent_en(share)} of the values begin with “Dr” or “Pr”."
    return [Signal("practitioner_name", 0.6 + 0.3 * share, statement("doctor", fr, en))]
