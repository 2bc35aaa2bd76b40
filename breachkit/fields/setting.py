"""What is known of a table as a whole: one row a person or one an event, which keys come back, whether care is told."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from breachkit.fields.evidence import Signal
from breachkit.fields.profile import ColumnProfile
from breachkit.fields.relations import Relation
from breachkit.reference.catalogue import fields

SPAN_OF_BIRTHS = 25_000  # days of about seventy years: births of as many persons fall on so many days
SURE = 0.93  # least share of keys that go with one value, for the one to tell the other. Our choice.
NAMES = ("family_name", "birth_name", "given_name", "full_name")
IDENTIFIED = ("nir", "ins", "email", "phone")


@dataclass(frozen=True)
class Setting:
    """What is known of the table as a whole."""

    profiles: Sequence[ColumnProfile]
    persons: bool  # some column holds births, names or numbers of persons
    events: bool  # the same person comes back on several rows
    keys: frozenset[int]  # columns that come back with one birth date or name each time
    told_by: Mapping[int, frozenset[int]]  # column to the keys that always go with it
    patients: bool  # births or national numbers: the persons are patients, not members or staff
    health: bool  # some column tells of care
    drugs: bool  # some column names medicines
    postcodes: bool  # some column holds postcodes or addresses
    dates: int  # columns of dates that are no births
    sexes: frozenset[int]  # columns of two codes that might be the sex
    not_sex: frozenset[int]  # those that the given names do not follow


def weight_of(signals: Sequence[Signal], names: Sequence[str]) -> float:
    return max((one.weight for one in signals if one.field in names), default=0.0)


def _comes_back(profile: ColumnProfile) -> bool:
    """Fewer different days of birth than so many persons would have."""
    expected = SPAN_OF_BIRTHS * (1 - math.exp(-profile.filled / SPAN_OF_BIRTHS))
    return profile.filled >= 50 and profile.distinct < 0.8 * expected


def _is_two_codes(profile: ColumnProfile) -> bool:
    """1 and 2 about as often: a sex, or the two answers of anything else."""
    return (
        profile.shares["sex_rows"] >= 0.98
        and profile.shares["digits"] >= 0.9
        and profile.distinct == 2
        and profile.numbers["effective"] >= 1.7
    )


def setting(
    profiles: Sequence[ColumnProfile],
    announced: Sequence[Mapping[str, float]],
    found: Sequence[Relation],
    signals: Sequence[Sequence[Signal]],
) -> Setting:
    """The table as a whole, from the first reading of its columns."""
    told: dict[int, set[int]] = {}
    for one in found:
        if one.kind == "determines" and one.share >= SURE:
            told.setdefault(one.second, set()).add(one.first)
    births = [at for at, one in enumerate(signals) if weight_of(one, ("birth_date",)) >= 0.5]
    keyed = [at for at, one in enumerate(signals) if weight_of(one, IDENTIFIED) >= 0.6 and profiles[at].filled >= 20]
    named = [at for at, one in enumerate(signals) if weight_of(one, NAMES) >= 0.5]
    headed = any(
        max((one.get(name, 0.0) for name in (*NAMES, "birth_date", "nir", "ins")), default=0.0) >= 0.6
        for one in announced
    )
    keys = frozenset(key for at, by in told.items() if at in births or at in named for key in by)
    events = any(_comes_back(profiles[at]) for at in births) or any(
        profiles[at].distinct_ratio < 0.8 for at in keyed if weight_of(signals[at], ("nir", "ins")) >= 0.6
    )
    health = [one for one in fields().values() if one.special_category == "health"]
    caring = [one.id for one in health if one.id != "care_date"]
    dated = [at for at, one in enumerate(profiles) if one.looked_at and one.shares["date"] >= 0.5 and at not in births]
    ones = [at for at, one in enumerate(profiles) if one.looked_at and _is_two_codes(one)]
    sexed = [at for at, one in enumerate(signals) if at not in ones and weight_of(one, ("sex",)) >= 0.8]
    return Setting(
        profiles,
        patients=bool(births) or any(weight_of(one, ("nir", "ins")) >= 0.6 for one in signals),
        health=any(weight_of(one, caring) >= 0.55 for one in signals)
        or any(one.get(name, 0.0) >= 0.6 for one in announced for name in caring),
        drugs=any(weight_of(one, ("drug",)) >= 0.6 for one in signals),
        postcodes=any(weight_of(one, ("postcode", "postal_address")) >= 0.6 for one in signals),
        dates=len(dated),
        sexes=frozenset(ones) if len(ones) == 1 and not sexed else frozenset(),
        not_sex=frozenset(one.second for one in found if one.kind == "sex_of_given" and one.share < 0.3),
        persons=bool(births or named or keyed or headed),
        events=events or bool(keys),
        keys=keys,
        told_by={at: frozenset(by) for at, by in told.items()},
    )
