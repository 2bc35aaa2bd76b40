"""How far the count of persons may be from the truth: the interval, from the weights of the links themselves.

Each link followed with chance p is wrong with chance 1 - p (one person too few); each link not followed with chance p
is right with chance p (one person too many). The sums of these chances are the errors expected in each direction.
To them are added the duplicates that no comparison met, files too poor to be compared at all, the chance of the draw,
and a margin for what the model itself may get wrong. The factors were set on simulated registers over a grid of noise
so that the truth is inside at least 95 times in 100 (benchmarks/people.py; table in docs/methode.md).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

TRUST = 1.5  # the expected errors are multiplied by this: links' chances are less independent than the model has it
DEVIATIONS = 2.0  # standard deviations of the number of wrong decisions
MARGIN = 0.005  # of the persons, each way, wherever there are links to judge


@dataclass(frozen=True)
class Doubt:
    """Errors expected: persons that are one too few (`joined` wrongly) and one too many (`missed`)."""

    joined: float
    missed: float


def doubt(followed: NDArray[np.float64], left: NDArray[np.float64], unseen: float) -> Doubt:
    """From the chances of the links followed, of those left, and the second files expected but never compared."""
    return Doubt(joined=float((1 - followed).sum()), missed=float(left.sum()) + unseen)


def interval(best: int, records: int, found: Doubt, bare: int) -> tuple[int, int]:
    """Low and high around `best`; `bare` records name nobody and may all be people already counted."""
    compared = best - bare
    margin = MARGIN * compared if compared < records - bare or found.missed > 0.5 else 0.0
    spread = DEVIATIONS * float(np.sqrt(found.joined + found.missed))
    down = TRUST * found.missed + spread * found.missed / max(found.missed + found.joined, 1e-9) + margin
    up = TRUST * found.joined + spread * found.joined / max(found.missed + found.joined, 1e-9) + margin
    least = 1 if records else 0
    low = max(min(best - round(down) - bare, best), least)
    return low, min(best + round(up), records)
