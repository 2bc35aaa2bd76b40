"""The 72-hour clock of GDPR art. 33(1), from the dates of the incident; there is no clock inside."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from breachkit.assessment.wording import Words, say, table, whole, words
from breachkit.impact import Reason
from breachkit.incident import PARIS, Dates

HOURS_TO_NOTIFY = 72  # GDPR art. 33(1)
HOURS_TOLD = 96  # from four days on, days are told. Our choice.
WORKING_DAYS_WITHIN = 2  # Regulation 1182/71, art. 3(5) [K]
_FIXED_HOLIDAYS = ((1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25))
_EASTER_OFFSETS = (1, 39, 50)  # Easter Monday, Ascension, Whit Monday


def awareness(dates: Dates) -> tuple[datetime, str] | None:
    """The moment the clock starts and the key it was read from; None where no date allows it.

    `aware`, else the moment the processor told the controller (Guidelines 9/2022, II.A.4: in principle the
    controller is aware then), else the discovery, which a person must confirm.
    """
    for key in ("aware", "processor_informed", "discovered"):
        moment = getattr(dates, key)
        if moment is not None:
            return moment, key
    return None


def deadline(dates: Dates) -> datetime | None:
    """72 hours of real time after awareness, in Paris time; None where awareness is not known."""
    start = awareness(dates)
    if start is None:
        return None
    return (start[0].astimezone(UTC) + timedelta(hours=HOURS_TO_NOTIFY)).astimezone(PARIS)


def late(dates: Dates) -> bool | None:
    """Whether the notification came after the deadline; None while it, or awareness, is not known."""
    limit = deadline(dates)
    if limit is None or dates.notified is None:
        return None
    return dates.notified.astimezone(UTC) > limit.astimezone(UTC)  # of one zone, Python compares what clocks show


def deadline_1182(dates: Dates) -> datetime | None:
    """The deadline under the widest reading of Regulation 1182/71, for information only.

    The hour of the event is not counted (art. 3(1)) and the period holds at least two full working days
    (art. 3(5)); whether a part of a day counts is disputed: this is the latest moment that can be argued [K].
    """
    start = awareness(dates)
    if start is None:
        return None
    after = start[0].astimezone(UTC) + timedelta(hours=1)
    first = after.replace(minute=0, second=0, microsecond=0)
    plain = (first + timedelta(hours=HOURS_TO_NOTIFY)).astimezone(PARIS)
    day, whole_days = first.astimezone(PARIS).date(), 0
    while whole_days < WORKING_DAYS_WITHIN:
        day += timedelta(days=1)
        whole_days += _is_working(day)
    midnight = datetime.combine(day + timedelta(days=1), datetime.min.time(), tzinfo=PARIS)
    return max(plain, midnight)


def clock_reasons(dates: Dates) -> tuple[Reason, ...]:
    """Where the clock starts, when it ends, the other reading of the law, and whether it was kept."""
    book = table("obligations.toml")["clock"]
    start, limit = awareness(dates), deadline(dates)
    if start is None or limit is None:
        return (say(book["no_awareness"], "clock.no_awareness"),)
    reasons = [
        say(book[f"from_{start[1]}"], f"clock.from_{start[1]}", moment=moment_words(start[0])),
        *_before_awareness(dates),
        say(book["deadline"], "clock.deadline", moment=moment_words(limit)),
    ]
    if start[0].astimezone(PARIS).utcoffset() != limit.utcoffset():
        reasons.append(say(book["change_of_hour"], "clock.change_of_hour"))
    rest = _rest_day(limit.date())
    if rest is not None:
        reasons.append(
            say(book["not_working"], "clock.not_working", day=words(table("obligations.toml")["days"][rest]))
        )
    widest = deadline_1182(dates)
    if widest is not None and widest != limit:
        reasons.append(say(book["regulation_1182"], "clock.regulation_1182", moment=moment_words(widest)))
    was_late = late(dates)
    key = {None: "not_notified", True: "late", False: "in_time"}[was_late]
    told = moment_words(dates.notified) if dates.notified else ""
    reasons.append(say(book[key], f"clock.{key}", moment=told))
    if was_late:
        reasons.append(say(book["delay_reasons"], "clock.delay_reasons"))
    return tuple(reasons)


def _before_awareness(dates: Dates) -> list[Reason]:
    """What the time before the declared awareness asks a person to explain: the processor's delay, and an inquiry."""
    book, found = table("obligations.toml")["clock"], []
    told, seen, aware = dates.processor_informed, dates.discovered, dates.aware
    if told is not None and seen is not None and seen < told:
        found.append(say(book["processor_delay"], "clock.processor_delay", span=_span(seen, told)))
    if aware is not None and told is not None and told < aware:
        earlier = (told.astimezone(UTC) + timedelta(hours=HOURS_TO_NOTIFY)).astimezone(PARIS)
        values: dict[str, Words] = {"span": _span(told, aware), "moment": moment_words(earlier)}
        found.append(say(book["aware_after_processor"], "clock.aware_after_processor", **values))
    elif aware is not None and told is None and seen is not None and seen < aware:
        found.append(say(book["aware_after_discovery"], "clock.aware_after_discovery", span=_span(seen, aware)))
    return found


def _span(start: datetime, end: datetime) -> Words:
    """The real time from one moment to another: hours rounded up, or whole days where they are four or more."""
    hours = -(-int((end.astimezone(UTC) - start.astimezone(UTC)).total_seconds()) // 3600)
    if hours < HOURS_TOLD:
        return Words(f"{hours}\u202fh", f"{hours} h")
    days = whole(hours // 24)
    return Words(f"{days.fr} jours", f"{days.en} days")


def _rest_day(day: date) -> str | None:
    """The kind of day that is not a working one: id of [days]; None for a working day."""
    if day.weekday() >= 5:
        return "saturday" if day.weekday() == 5 else "sunday"
    return None if _is_working(day) else "holiday"


def moment_words(moment: datetime) -> Words:
    """A moment in Paris time, in both languages: 15/01/2026 à 09 h 30, 2026-01-15 09:30."""
    local = moment.astimezone(PARIS)
    return Words(local.strftime("%d/%m/%Y à %H\u202fh\u202f%M"), local.strftime("%Y-%m-%d %H:%M"))


def _is_working(day: date) -> bool:
    """Neither a Saturday, a Sunday nor a public holiday of metropolitan France."""
    if day.weekday() >= 5 or (day.month, day.day) in _FIXED_HOLIDAYS:
        return False
    return day not in {_easter(day.year) + timedelta(days=offset) for offset in _EASTER_OFFSETS}


def _easter(year: int) -> date:
    """Easter Sunday of the Gregorian calendar (the anonymous computus, Meeus)."""
    golden, century, rest = year % 19, year // 100, year % 100
    leap, century_rest = divmod(century, 4)
    correction = (century - (century + 8) // 25 + 1) // 3
    epact = (19 * golden + century - leap - correction + 15) % 30
    quarter, quarter_rest = divmod(rest, 4)
    weekday = (32 + 2 * century_rest + 2 * quarter - epact - quarter_rest) % 7
    shift = (golden + 11 * epact + 22 * weekday) // 451
    month, day = divmod(epact + weekday - 7 * shift + 114, 31)
    return date(year, month, day + 1)
