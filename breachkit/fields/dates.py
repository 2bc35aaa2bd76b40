"""Which date a column of dates is: birth, death, care, or a technical one."""

from __future__ import annotations

from breachkit.fields.evidence import Signal
from breachkit.fields.profile import ColumnProfile
from breachkit.fields.reasons import percent_en, percent_fr, statement
from breachkit.impact import Reason

MIN_DATES = 0.6  # share of the values read as dates
BIRTH_SPREAD_YEARS = 40  # births of a clientele spread over at least this; software and care do not
OLD_YEAR = 1975  # a column that goes back further than software does holds births


def is_date_column(profile: ColumnProfile) -> bool:
    """Most values are days of the calendar."""
    return profile.looked_at > 0 and profile.shares["date"] >= MIN_DATES


def _reason(profile: ColumnProfile, fr: str, en: str) -> Reason:
    share = profile.shares["date"]
    low, high = (int(profile.numbers.get(name, 0)) for name in ("year_low", "year_high"))
    return statement(
        "date",
        f"{percent_fr(share)} de dates, pour l'essentiel de {low} à {high}\u202f; {fr}.",
        f"{percent_en(share)} dates, most of them from {low} to {high}; {en}.",
    )


def date_signals(profile: ColumnProfile) -> list[Signal]:
    """What a column of dates may be, from its years, its hours and how often it is filled."""
    if not is_date_column(profile) or "year_median" not in profile.numbers:
        return []
    spread = profile.numbers["year_high"] - profile.numbers["year_low"]
    clock = profile.shares["with_time"] - profile.shares["midnight"]
    filled = profile.filled / profile.rows
    if clock < 0.2 and spread >= BIRTH_SPREAD_YEARS and profile.numbers["year_low"] < OLD_YEAR:
        return [
            Signal("birth_date", 0.8, _reason(profile, "années étalées comme des naissances", "spread as births are"))
        ]
    if clock >= 0.2:
        return [Signal("timestamp", 0.65, _reason(profile, "avec des heures", "with hours"))]
    recent = profile.numbers["year_low"] >= OLD_YEAR
    if recent and filled < 0.15:
        return [
            Signal("death_date", 0.45, _reason(profile, "rarement remplie", "seldom filled")),
            Signal("care_date", 0.3, _reason(profile, "rarement remplie", "seldom filled")),
        ]
    # A date on nearly every row is more often written by the software; care is told by what stands beside it.
    weight = 0.58 if recent and filled >= 0.7 else 0.5 if recent else 0.3
    return [
        Signal("timestamp", weight, _reason(profile, "récentes", "recent")),
        Signal("care_date", weight - 0.08, _reason(profile, "récentes", "recent")),
    ]
