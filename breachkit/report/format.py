"""Numbers, shares, dates and intervals as a French or an English reader writes them.

French: U+202F between thousands and before `%`, decimal comma, « entre 3 938 et 3 961 personnes, 3 950 retenues ».
English: commas between thousands, decimal point, day month year. A share that is not zero is never shown as zero.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from breachkit.report.wording import wording
from breachkit.small_counts.masked import SMALLEST_TOLD, Masked, MaskedShare

NARROW = "\u202f"  # narrow no-break space
MINUS = "\u2212"
PARIS = ZoneInfo("Europe/Paris")
_BYTE_STEP = 1000  # SI units, as file managers of the day show them


def number(value: float, language: str = "fr", decimals: int = 0) -> str:
    """A number with its thousands set apart and exactly this many decimals; what may be told of a masked count."""
    if isinstance(value, Masked):
        return _masked(value, language)
    text = f"{abs(value):,.{decimals}f}"
    if language != "en":
        text = text.replace(",", NARROW).replace(".", ",")
    negative = value < 0 and any(digit in "123456789" for digit in text)
    return f"{MINUS}{text}" if negative else text


def _masked(count: Masked, language: str) -> str:
    """« < 11 », « 311 à 320 », or « masqué » where nothing may be told."""
    words = wording(language)
    if count.small:
        return f"<\u00a0{SMALLEST_TOLD}"
    if count.high is None:
        return words.text("interval.masked")
    return words.text("interval.range", low=number(count.low, language), high=number(count.high, language))


def _masked_share(share: MaskedShare, language: str) -> str:
    """A masked share in whole per cent, rounded outwards; a dash where nothing may be told."""
    if share.high is None:
        return "–"
    space = "" if language == "en" else NARROW
    high = min(100, math.ceil(100 * share.high))
    if share.small:
        return f"<\u00a0{high}{space}%"
    return wording(language).text("interval.range", low=str(math.floor(100 * share.low)), high=f"{high}{space}%")


def short_number(value: float, language: str = "fr", decimals: int = 2) -> str:
    """A number without useless zeros after the decimal mark: 2, 2.5, 2.75."""
    text = number(value, language, decimals)
    mark = "." if language == "en" else ","
    return text.rstrip("0").rstrip(mark) if mark in text else text


def percent(share: float, language: str = "fr") -> str:
    """A share (1.0 is the whole) in per cent; enough decimals that what exists is not hidden by rounding.

    One decimal, two under 2 %; « < 0,01 % » under that; 100 % only for the whole.
    """
    if isinstance(share, MaskedShare):
        return _masked_share(share, language)
    value = 100 * share
    space = "" if language == "en" else NARROW
    if value <= 0:
        return f"0{space}%"
    if value >= 100:
        return f"{number(value, language)}{space}%"
    if value < 0.01:
        return f"<\u00a0{number(0.01, language, 2)}{space}%"
    if value > 99.99:
        return f">\u00a0{number(99.99, language, 2)}{space}%"
    decimals = 2 if value < 2 or value >= 99.95 else 1
    return f"{number(value, language, decimals)}{space}%"


def share_of(part: int, whole: int, language: str = "fr") -> str:
    """The share of a part in a whole, or a dash where there is no whole."""
    return percent(part / whole, language) if whole else "–"


def signed_percent(share: float, language: str = "fr") -> str:
    """A difference in per cent with its sign, one decimal under 10 %."""
    value = abs(100 * share)
    space = "" if language == "en" else NARROW
    sign = MINUS if share < 0 else "+"
    return f"{sign}{number(value, language, 1 if value < 10 else 0)}{space}%" if value else f"0{space}%"


def interval(low: int, best: int, high: int, unit: str, language: str = "fr") -> str:
    """A counted number with its bounds: « entre 3 938 et 3 961 personnes, 3 950 retenues ».

    `unit` is a key of the wording's [units]; where the bounds meet, the number alone is told.
    """
    if low == high:
        return quantity(best, unit, language)
    words = wording(language)
    return words.text(
        "interval.between",
        low=number(low, language),
        high=number(high, language),
        unit=words.unit(unit, high),
        best=number(best, language),
        kept=words.kept(unit, best),
    )


def bounds(low: int, high: int, language: str = "fr", doubts: Sequence[str] = ()) -> str:
    """The bounds alone, short enough for a table cell; where they meet, « exact », or what the first doubt is.

    Nothing is said of the bounds of a masked count.

    `doubts` are keys of the wording's [doubts].
    """
    words = wording(language)
    if isinstance(low, Masked):
        return words.text("interval.masked_bounds")
    if low == high:
        if doubts:
            return words.text("interval.to_confirm", reason=words.text(f"doubts.{doubts[0]}"))
        return words.text("interval.exact")
    return words.text("interval.short", low=number(low, language), high=number(high, language))


def quantity(value: int, unit: str, language: str = "fr") -> str:
    """A number with its unit in the right number: « 1 personne », « 3 950 personnes »."""
    return f"{number(value, language)}\u00a0{wording(language).unit(unit, value)}"


def size(octets: int, language: str = "fr") -> str:
    """A size of file, in octets or bytes and their SI multiples."""
    units = wording(language).list("bytes")
    value, step = float(octets), 0
    while value >= _BYTE_STEP and step < len(units) - 1:
        value, step = value / _BYTE_STEP, step + 1
    return f"{number(value, language, 1 if step else 0)}\u00a0{units[step]}"


def day(value: date | str | None, language: str = "fr") -> str:
    """A day in full: « 31 décembre 2025 », « 1er janvier 2026 »; a dash where unknown."""
    moment_or_day = _moment(value) if isinstance(value, str) else value
    if moment_or_day is None:
        return "–"
    if isinstance(moment_or_day, datetime):
        moment_or_day = moment_or_day.astimezone(PARIS).date()
    month = wording(language).list("months")[moment_or_day.month - 1]
    first = "1er" if language != "en" and moment_or_day.day == 1 else str(moment_or_day.day)
    return f"{first}\u00a0{month} {moment_or_day.year}"


def clock(value: datetime | str | None, language: str = "fr") -> str:
    """A moment in Paris time, with its weekday: « vendredi 9 janvier 2026 à 10 h 00 (heure de Paris) »."""
    moment = _moment(value) if isinstance(value, str) else value
    if moment is None:
        return "–"
    local = moment.astimezone(PARIS) if moment.tzinfo else moment.replace(tzinfo=PARIS)
    words = wording(language)
    hour = (
        f"{local.hour:02d}:{local.minute:02d}" if language == "en" else f"{local.hour}\u00a0h\u00a0{local.minute:02d}"
    )
    weekday = words.list("weekdays")[local.weekday()]
    return words.text("moment", weekday=weekday, day=day(local.date(), language), hour=hour)


def _moment(value: str) -> datetime | None:
    """A moment read back from JSON; None where the text is no ISO 8601 date."""
    try:
        return datetime.fromisoformat(value)
    except ValueError:
        return None


def typography(text: str, language: str = "fr") -> str:
    """The sentence with its no-break spaces: French before ; : ! ? % » and after «; curly apostrophes.

    A time or an address such as `10:00` or `https://` has no space before its colon and is left alone.
    """
    text = text.replace("'", "’")
    if language == "en":
        return text
    text = re.sub(r"[ \u00a0]+([;:!?%»])", NARROW + r"\1", text)
    text = re.sub(r"«[ \u00a0]*", "«" + NARROW, text)
    return re.sub(r"(?<=\d)[ \u00a0](?=\d{3}(?!\d))", NARROW, text)
