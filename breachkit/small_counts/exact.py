"""What a reader can know of withheld counts that meet in more than one way: by linear programming (HiGHS)."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from breachkit.small_counts.withhold import wide

if TYPE_CHECKING:
    from breachkit.small_counts.withhold import Interval, Rule

_SLACK = 1e-6  # of the solver


class Program:
    """The rules of one knot as a linear program over its counts."""

    def __init__(self, rules: Iterable[Rule], known: Mapping[str, Interval]) -> None:
        listed = list(rules)
        self.names = sorted({name for rule in listed for name, _sign in rule.terms})
        self.place = {name: number for number, name in enumerate(self.names)}
        self.bounds = [known[name] for name in self.names]
        self.matrix = [[0.0] * len(self.names) for _rule in listed]
        for row, rule in zip(self.matrix, listed, strict=True):
            for name, sign in rule.terms:
                row[self.place[name]] += sign

    def solve(self, goal: Mapping[str, float]) -> Sequence[float] | None:
        """The counts that make the goal least; None where there is no least."""
        from scipy.optimize import linprog

        weights = [goal.get(name, 0.0) for name in self.names]
        solved = linprog(weights, A_eq=self.matrix, b_eq=[0.0] * len(self.matrix), bounds=self.bounds)
        return [float(one) for one in solved.x] if solved.status == 0 else None

    def interval(self, name: str) -> Interval:
        """The least and the most that one count may be, all rules holding at once."""
        low, high = self.bounds[self.place[name]]
        least, most = self.solve({name: 1.0}), self.solve({name: -1.0})
        if least is not None:
            low = math.ceil(least[self.place[name]] - _SLACK)
        return low, high if most is None else math.floor(most[self.place[name]] + _SLACK)


def too_well_known(
    rules: Iterable[Rule], known: Mapping[str, Interval], guarded: Sequence[str], real: Mapping[str, int]
) -> list[str]:
    """The guarded counts that keep too few possible values, by name.

    One solution shows what many counts may be: a count is asked about on its own only when none of them shows enough.
    """
    program = Program(rules, known)
    seen = {name: (float(real[name]), float(real[name])) for name in guarded}
    for goal in _common_goals(guarded):
        point = program.solve(goal)
        for name in guarded if point is not None else ():
            value, (low, high) = point[program.place[name]], seen[name]  # type: ignore[index]
            seen[name] = (min(low, value), max(high, value))
    left = [
        name for name, (low, high) in seen.items() if not wide((math.ceil(low - _SLACK), math.floor(high + _SLACK)))
    ]
    return [name for name in left if not wide(program.interval(name))]


def _common_goals(names: Sequence[str]) -> Iterator[dict[str, float]]:
    """All high, all low, then by halves: each count against others, in a few programs."""
    for sign in (1.0, -1.0):
        yield dict.fromkeys(names, sign)
        step = 1
        while step < len(names):
            yield {name: sign if place // step % 2 else -sign for place, name in enumerate(names)}
            step *= 2
