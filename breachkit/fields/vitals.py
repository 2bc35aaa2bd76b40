"""Numbers without a unit that lie as a body's do: heights, weights, blood pressures, births, ages, results.

A distribution proves little: each weight stays below what decides against a header. The ranges hold the middle 96 % of
a population of adults unless said otherwise; they are our choice.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from breachkit.fields.evidence import Signal
from breachkit.fields.profile import ColumnProfile
from breachkit.fields.reasons import statement


@dataclass(frozen=True)
class Spread:
    """The second, fiftieth and ninety-eighth hundredth of the distinct numbers, and how they are written."""

    low: float
    middle: float
    high: float
    whole: bool
    one_decimal: bool
    two_decimals: bool


Fits = Callable[[Spread], bool]
# Name, field, weight, whether it fits, and what it is in both languages; the first that fits is kept.
BODIES: tuple[tuple[str, str, float, Fits, str, str], ...] = (
    (
        "metres",
        "vital_sign",
        0.64,
        lambda s: s.two_decimals and s.low >= 1.2 and s.high <= 2.1 and 1.5 <= s.middle <= 1.8,
        "des tailles en mètres",
        "heights in metres",
    ),
    (
        "temperature",
        "vital_sign",
        0.64,
        lambda s: not s.whole and s.low >= 34.5 and s.high <= 41.5 and 36 <= s.middle <= 38.6,
        "des températures",
        "temperatures",
    ),
    (
        "haemoglobin",
        "lab_result",
        0.6,
        lambda s: not s.whole and s.low >= 6 and s.high <= 19.5 and 11 <= s.middle <= 16 and s.high - s.low >= 3,
        "des taux d'hémoglobine",
        "levels of haemoglobin",
    ),
    (
        "glycated",
        "lab_result",
        0.58,
        lambda s: s.one_decimal and s.low >= 4.5 and s.high <= 14.5 and 5.5 <= s.middle <= 9,
        "des hémoglobines glyquées",
        "glycated haemoglobins",
    ),
    (
        "bmi",
        "vital_sign",
        0.6,
        lambda s: not s.whole and s.low >= 14 and 26 <= s.high <= 55 and 20 <= s.middle <= 31,
        "des indices de masse corporelle",
        "body mass indexes",
    ),
    (
        "weight",
        "vital_sign",
        0.62,
        lambda s: s.one_decimal and 22 <= s.low <= 62 and 75 <= s.high <= 165 and 50 <= s.middle <= 102,
        "des poids en kilogrammes",
        "weights in kilograms",
    ),
    (
        "child_weight",
        "vital_sign",
        0.57,
        lambda s: s.one_decimal and 2 <= s.low <= 25 and 35 <= s.high <= 165 and 20 <= s.middle <= 90,
        "des poids d'enfants",
        "weights of children",
    ),
    (
        "height",
        "vital_sign",
        0.62,
        lambda s: s.whole and 105 <= s.low <= 165 and 180 <= s.high <= 225 and 152 <= s.middle <= 182,
        "des tailles en centimètres",
        "heights in centimetres",
    ),
    (
        "child_height",
        "vital_sign",
        0.57,
        lambda s: s.whole and 45 <= s.low <= 115 and 140 <= s.high <= 205 and 100 <= s.middle <= 155,
        "des tailles d'enfants ou des tensions",
        "heights of children or pressures",
    ),
    (
        "pressure",
        "vital_sign",
        0.57,
        lambda s: s.whole and 80 <= s.low <= 118 and 130 <= s.high <= 230 and 105 <= s.middle <= 165,
        "des tensions systoliques",
        "systolic pressures",
    ),
    (
        "birth_weight",
        "vital_sign",
        0.6,
        lambda s: s.whole and 500 <= s.low <= 2900 and 3400 <= s.high <= 5400 and 2300 <= s.middle <= 3800,
        "des poids de naissance en grammes",
        "weights at birth in grams",
    ),
    (
        "saturation",
        "vital_sign",
        0.57,
        lambda s: s.whole and s.low >= 80 and s.high <= 100 and 94 <= s.middle <= 99,
        "des saturations en oxygène",
        "oxygen saturations",
    ),
)
MOST_BODIES_SHARE = 0.98  # of the values that are numbers


def _spread(profile: ColumnProfile) -> Spread:
    low, middle, high = (profile.numbers.get(f"number_{name}", -1.0) for name in ("low", "median", "high"))
    shares = profile.shares
    return Spread(
        low,
        middle,
        high,
        whole=shares["integer"] >= 0.95,
        one_decimal=shares["one_decimal"] >= 0.6,
        two_decimals=shares["two_decimals"] >= 0.8,
    )


def _ages(profile: ColumnProfile, s: Spread) -> list[Signal]:
    lowest, highest = (profile.numbers.get(f"number_{name}", -1.0) for name in ("min", "max"))
    fr, en = "Entiers de 0 à 110, comme des âges.", "Whole numbers from 0 to 110, as ages."
    reason = statement("age", fr, en)
    if not s.whole or s.low < 0 or s.high > 106 or highest > 112 or profile.filled < 0.3 * profile.rows:
        return []
    wide = s.low <= 25 and s.high >= 80 and s.high - s.low >= 50 and 25 <= s.middle <= 85
    if wide:
        return [Signal("age", 0.57 if lowest <= 20 and highest >= 84 and profile.filled >= 300 else 0.4, reason)]
    old = s.low >= 18 and 50 <= s.middle <= 92 and s.high >= 88 and s.high - s.low >= 25
    return [Signal("age", 0.4, reason)] if old else []


def vital_signals(profile: ColumnProfile) -> list[Signal]:
    """What a column of numbers may be of a body; nothing where numbers are few, padded or unlike."""
    if not profile.looked_at:
        return []
    padded = profile.shares["leading_zero"] > 0.02 and profile.shares["decimal"] < 0.5
    if profile.shares["number"] < MOST_BODIES_SHARE or profile.distinct < 10 or padded:
        return []
    if profile.distinct_ratio >= 0.97 and profile.filled >= 100 and profile.shares["integer"] >= 0.95:
        return []  # a number of its own on every row is a key, or a measure finer than any of these
    s = _spread(profile)
    signals = _ages(profile, s)
    if profile.shares["decimal"] >= 0.5 and s.low >= 0 and profile.shares["degrees"] < 0.5:
        fr, en = "Nombres à décimales, comme des résultats.", "Numbers with decimals, as results have."
        signals.append(Signal("lab_result", 0.15, statement("decimals", fr, en)))
    for name, field, weight, fits, fr, en in BODIES:
        if fits(s):
            told = statement(name, f"Nombres répartis comme {fr}.", f"Numbers spread as {en} are.")
            signals.append(Signal(field, weight, told))
            break
    else:
        if s.low >= 25 and s.high <= 140 and 50 <= s.middle <= 95 and s.high - s.low >= 25:
            fr, en = (
                "Nombres de 25 à 140, comme des poids ou un pouls.",
                "Numbers from 25 to 140, as weights or a pulse.",
            )
            signals.append(Signal("vital_sign", 0.42, statement("weight", fr, en)))
    return signals
