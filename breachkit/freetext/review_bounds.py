"""What a sample allows to say of the whole: precision with its interval, and how much may have been missed.

Clopper and Pearson (Biometrika 26, 1934): exact bounds, never narrower than promised. Where the whole is known
and finite, the same inversion is made of the hypergeometric law: it is at most as wide, and a whole that was
read entirely has no doubt left. A sample drawn in equal shares from strata is at least as sure as a simple one
(Hoeffding, Ann. Math. Statist. 27, 1956), so that these bounds hold for ours.
"""

from __future__ import annotations

import math
from collections.abc import Callable

CONFIDENCE = 0.95
# Bounds offered where a size is to be chosen; our choice.
WANTED_BOUNDS = (0.05, 0.02, 0.01, 0.005, 0.003, 0.002, 0.001)


def clopper_pearson(found: int, sample: int, confidence: float = CONFIDENCE, *, sides: int = 2) -> tuple[float, float]:
    """The exact interval of a share, `found` of `sample`; with `sides=1`, (0, upper bound).

    ValueError where `found` is not between 0 and `sample`, or the sample is empty.
    """
    from scipy.stats import beta

    _check(found, sample)
    doubt = (1 - confidence) / sides
    low = 0.0 if found == 0 or sides == 1 else float(beta.ppf(doubt, found, sample - found + 1))
    high = 1.0 if found == sample else float(beta.ppf(1 - doubt, found + 1, sample - found))
    return low, high


def at_most(found: int, sample: int, whole: int, confidence: float = CONFIDENCE) -> int:
    """The most that a whole of this size may hold when `found` of a sample do: one-sided, in numbers of the whole.

    ValueError where the three do not fit together.
    """
    return _most(found, sample, whole, 1 - confidence)


def finite_interval(found: int, sample: int, whole: int, confidence: float = CONFIDENCE) -> tuple[float, float]:
    """The two-sided exact interval of the share of a finite whole, of which `sample` were drawn and `found` hold."""
    doubt = (1 - confidence) / 2
    high = _most(found, sample, whole, doubt)
    low = whole - _most(sample - found, sample, whole, doubt)
    return low / whole, high / whole


def size_for(share: float, confidence: float = CONFIDENCE) -> int:
    """How many must be read, with nothing found, to say « at most this share » (0 < share < 1)."""
    if not 0 < share < 1:
        raise ValueError("a share between 0 and 1 is wanted")
    return math.ceil(math.log(1 - confidence) / math.log1p(-share))


def rule_of_three(sample: int) -> float:
    """The upper bound when nothing is found, in one's head: 3 / sample."""
    return min(1.0, 3 / sample)


def size_table() -> tuple[tuple[float, int], ...]:
    """Each bound offered with the number of notes to read for it."""
    return tuple((share, size_for(share)) for share in WANTED_BOUNDS)


def _check(found: int, sample: int) -> None:
    if not 0 <= found <= sample or sample < 1:
        raise ValueError("0 <= found <= sample and sample >= 1 do not hold")


def _most(found: int, sample: int, whole: int, doubt: float) -> int:
    """The largest count of the whole under which `found` or fewer in the sample is no surprise (more than `doubt`)."""
    from scipy.stats import hypergeom

    _check(found, sample)
    if sample > whole:
        raise ValueError("a sample cannot exceed the whole")
    return _last(
        lambda count: bool(hypergeom.cdf(found, whole, count, sample) > doubt), found, whole - (sample - found)
    )


def _last(holds: Callable[[int], bool], low: int, high: int) -> int:
    """The last number from `low` to `high` for which a condition, true at first and then false, is true."""
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if holds(middle) else (low, middle - 1)
    return low
