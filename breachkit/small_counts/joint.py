"""What a total tells beside its parts: a small part that the total less the other parts gives away."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from breachkit.small_counts.masked import SMALLEST_TOLD
from breachkit.small_counts.withhold import ENOUGH_VALUES

LARGEST_SMALL = SMALLEST_TOLD - 1


def betraying(
    totals: Mapping[str, int], parts: Sequence[Mapping[str, int]], *, shared: int = 0, apart: int = 0
) -> frozenset[str]:
    """The names of the totals that, told beside the parts, leave a small part fewer than `ENOUGH_VALUES` values.

    The parts' small counts (1 to 10) are taken as withheld, all their other counts as told. `shared` is how many may
    be counted in several parts, `apart` in none: a reader knows the sum of the parts only as well as that.
    """
    small: dict[str, int] = {}
    told: dict[str, int] = {}
    for part in parts:
        for name, value in part.items():
            if 0 < value < SMALLEST_TOLD:
                small[name] = small.get(name, 0) + 1
            else:
                told[name] = told.get(name, 0) + value
    found = set()
    for name, count in small.items():
        if totals.get(name, 0) < SMALLEST_TOLD:
            continue  # withheld itself
        rest = totals[name] - told.get(name, 0)
        least = max(1, rest - apart - LARGEST_SMALL * (count - 1))
        most = min(LARGEST_SMALL, rest + shared - (count - 1))
        if most - least + 1 < ENOUGH_VALUES:
            found.add(name)
    return frozenset(found)
