"""Which date a column of dates is: birth, death, care, or a technical one."""

from __future__ import annotations

from breachkit.fields.evidence import Signal
from breachkit.fields.profile import ColumnProfile
from breachkit.fields.reasons import percent_en, percent_fr, statement
from breachkit.impact import Reason

MIN_DATES = 0.6  # share of the values read as dates
BIRTH_SPREAD_YEARS = 40  # births of a clientele spread over at least this; software and care do not
OLD_YEAR = 1975  # a column that goes back further than software does holds births
SELDOM = 0.15  # share of rows below which a date is that of something rare: a death
# Day of a spreadsheet (1 is 1900-01-01) of 1910-01-01 and of 2035-01-01.
FIRST_DAY, LAST_DAY = 3_654, 49_310


def is_date_column(profile: ColumnProfile) -> bool:
    """Most values are days of the calendar."""
    if profile.looked_at <= 0:
        return False
    # Written month first, two dates in five are read day first and the others are none.
    american = profile.shares["date"] >= 0.2 and profile.shares["date_shaped"] >= 0.9
    return profile.shares["date"] >= MIN_DATES or american


def _reason(profile: ColumnProfile, fr: str, en: str) -> Reason:
    share = profile.shares["date"]
    low, high = (int(profile.numbers.get(name, 0)) for name in ("year_low", "year_high"))
    return statement(
        "date",
        f"{percent_fr(share)} de dates, pour l'essentiel de {low} à {high}\u202f; {fr}.",
        f"{percent_en(share)} dates, most of them from {low} to {high}; {en}.",
    )


def _clock(profile: ColumnProfile) -> float:
    """Share of the dates with a time of day that is not midnight, however it is written."""
    written = max(profile.shares["with_time"], profile.shares["to_the_second"], profile.shares["round_minutes"])
    return max(0.0, written - profile.shares["midnight"])


def _recent(weight: float, reason: Reason, *, with_hours: bool) -> list[Signal]:
    """A date on nearly every row is more often written by the software; care is told by what stands beside it."""
    return [Signal("timestamp", weight, reason), Signal("care_date", weight - (0.12 if with_hours else 0.06), reason)]


def date_signals(profile: ColumnProfile) -> list[Signal]:
    """What a column of dates may be, from its years, its hours and how often it is filled."""
    if not profile.looked_at:
        return []
    if not is_date_column(profile) or "year_median" not in profile.numbers:
        return _numbered_dates(profile)
    low, spread = profile.numbers["year_low"], profile.numbers["year_high"] - profile.numbers["year_low"]
    clock = _clock(profile)
    old = profile.numbers["year_median"] < OLD_YEAR  # residents of a nursing home were all born in few years
    if clock < 0.2 and ((spread >= BIRTH_SPREAD_YEARS and low < OLD_YEAR) or old):
        reason = _reason(profile, "années étalées comme des naissances", "spread as births are")
        return [Signal("birth_date", 0.8, reason)]
    if clock >= 0.2 and profile.shares["to_the_second"] >= 0.5:
        reason = _reason(profile, "écrites à la seconde", "written to the second")
        return [Signal("timestamp", 0.7, reason), Signal("care_date", 0.35, reason)]
    if clock >= 0.2 and profile.shares["round_minutes"] >= 0.9:
        reason = _reason(profile, "à des minutes rondes, comme des rendez-vous", "at round minutes, as appointments")
        return [Signal("care_date", 0.66, reason), Signal("timestamp", 0.5, reason)]
    if clock >= 0.2:
        return _recent(0.65, _reason(profile, "avec des heures", "with hours"), with_hours=True)
    if profile.filled / profile.rows < SELDOM and low >= OLD_YEAR:
        reason = _reason(profile, "rarement remplie", "seldom filled")
        return [Signal("death_date", 0.45, reason), Signal("care_date", 0.3, reason)]
    fr, en = ("récentes", "recent") if low >= OLD_YEAR else ("peu étalées", "of few years")
    return _recent(0.58, _reason(profile, fr, en), with_hours=False)


def _numbered_dates(profile: ColumnProfile) -> list[Signal]:
    """Years, months, days of a spreadsheet, seconds of Unix: numbers that may be dates, never sure alone."""
    low, high = (profile.numbers.get(f"number_{name}", -1.0) for name in ("low", "high"))
    spread = high - low
    if profile.shares["epoch"] >= 0.95:
        fr, en = "Secondes ou millisecondes depuis 1970.", "Seconds or milliseconds since 1970."
        reason = statement("unix_time", fr, en)
        return [Signal("timestamp", 0.7, reason), Signal("care_date", 0.35, reason)]
    if profile.shares["year"] >= 0.95 and profile.distinct >= 8:
        fr, en = f"Années de {low:.0f} à {high:.0f}.", f"Years from {low:.0f} to {high:.0f}."
        born = spread >= BIRTH_SPREAD_YEARS and low < OLD_YEAR
        return [Signal("birth_date" if born else "timestamp", 0.56 if born else 0.5, statement("years", fr, en))]
    if profile.shares["month"] >= 0.95 and profile.distinct >= 8:
        # Six digits may be anything; four digits of a year at the beginning of all of them are not.
        fr, en = "Des mois d'une année, sans jour.", "Months of a year, without a day."
        born = profile.distinct >= 200 or (profile.distinct >= 60 and profile.distinct_ratio >= 0.5)
        return [Signal("birth_date" if born else "timestamp", 0.5 if born else 0.56, statement("months", fr, en))]
    days = profile.shares["spreadsheet_day"] >= 0.95 and profile.distinct >= 20
    if days and low >= FIRST_DAY and high <= LAST_DAY:
        fr, en = "Nombres qui sont des jours de tableur.", "Numbers that are days of a spreadsheet."
        reason = statement("serial_days", fr, en)
        return [
            Signal("birth_date", 0.5, reason) if is_spreadsheet_birth(profile) else Signal("timestamp", 0.35, reason)
        ]
    return []


def is_spreadsheet_birth(profile: ColumnProfile) -> bool:
    """Numbers of four or five digits that, read as a spreadsheet's days, spread as births do."""
    low, high = (profile.numbers.get(f"number_{name}", -1.0) for name in ("low", "high"))
    return (
        profile.shares["spreadsheet_day"] >= 0.95
        and low >= FIRST_DAY
        and high <= LAST_DAY
        and high - low >= BIRTH_SPREAD_YEARS * 365
        and profile.shares["ends_zero"] < 0.2
    )
