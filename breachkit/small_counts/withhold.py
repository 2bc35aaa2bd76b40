"""Counts too small to be told, and the others that would give them away: which to withhold, and what is left to know.

A count from 1 to 10 describes so few persons that one of them may be recognised. It is withheld, and so are as many
others as it takes for nobody to work it out: a total less the others, a part and its complement, parts of parts.
Nothing here knows the impact: cells are named counts, rules say which sums hold between them.

Below 11 is the practice for French health data (SNDS); it is general knowledge, not a text read, and our choice here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from breachkit.small_counts.masked import SMALLEST_TOLD, Masked

ENOUGH_VALUES = 8  # values that a withheld small count must keep possible; 10 where nothing else is known. Our choice.
_ROUNDS = 200

Interval = tuple[int, int | None]


@dataclass(frozen=True)
class Rule:
    """A sum that everybody knows to hold: the counts of the terms, each with its sign, make zero."""

    terms: tuple[tuple[str, int], ...]


@dataclass
class Counts:
    """Named counts and the rules between them.

    A count of `told` is meant to be read; one of `silent` is not printed but follows from others (a complement, an
    overlap). Small counts are guarded, told or silent, except those of `free`. `last` are withheld only when nothing
    else helps. `within` keeps the whole of each complement, to say "more than" of a part that is nearly the whole.
    """

    told: dict[str, int] = field(default_factory=dict)
    silent: dict[str, int] = field(default_factory=dict)
    free: set[str] = field(default_factory=set)
    last: set[str] = field(default_factory=set)
    rules: list[Rule] = field(default_factory=list)
    within: dict[str, tuple[str, str]] = field(default_factory=dict)

    def total(self, whole: str, parts: Iterable[str]) -> None:
        """The whole is the sum of the parts."""
        self.rules.append(Rule(((whole, -1), *((part, 1) for part in parts))))

    def part(self, part: str, whole: str) -> None:
        """The part lies within the whole; what is left of the whole is guarded as well.

        Nothing is added for a whole that is withheld for being small: its parts are as small and withheld with it,
        and counts that may all be the same tell nothing of each other.
        """
        if self._small(whole):
            return
        rest = f"{whole} − {part}"
        self.silent[rest] = self.value(whole) - self.value(part)
        self.within[rest] = (part, whole)
        self.total(whole, (part, rest))

    def at_most(self, count: str, parts: Iterable[str]) -> None:
        """The count is not more than the sum of the parts, which overlap; nothing is added for a small count."""
        if self._small(count):
            return
        listed = tuple(parts)
        overlap = f"overlap of {count}: {' '.join(listed)}"
        self.silent[overlap] = sum(self.value(one) for one in listed) - self.value(count)
        self.free.add(overlap)
        self.rules.append(Rule(((count, -1), (overlap, -1), *((one, 1) for one in listed))))

    def _small(self, name: str) -> bool:
        return 0 < self.value(name) < SMALLEST_TOLD and name not in self.free

    def value(self, name: str) -> int:
        """The count of a name; KeyError where it has none."""
        return self.told[name] if name in self.told else self.silent[name]

    def guarded(self) -> list[str]:
        """The names of the counts that must not become known: from 1 to 10, and not free."""
        return [name for counts in (self.told, self.silent) for name in counts if self._small(name)]


def withheld(counts: Counts, also: Iterable[str] = ()) -> dict[str, Masked]:
    """The told counts that are withheld, by name: no guarded count can be worked out from the others and the rules.

    A count withheld for the sake of another tells between which values anybody could work out that it lies.

    `also` are told counts to withhold and guard whatever their size: what another document tells would betray a
    small count beside them. Each guarded count keeps at least `ENOUGH_VALUES` possible values, or as many as remain
    when all is withheld.
    """
    masks = {name: Masked(1, SMALLEST_TOLD - 1) for name in counts.guarded() if name in counts.told}
    for rest, (part, whole) in counts.within.items():
        small = 0 < counts.silent[rest] < SMALLEST_TOLD and rest not in counts.free
        if small and part not in masks and whole not in masks and part in counts.told:
            masks[part] = Masked(counts.value(whole) - SMALLEST_TOLD + 1, counts.value(whole) - 1)
    others = [name for name in also if name in counts.told]
    masks |= {name: Masked() for name in others if name not in masks}
    given_up: set[str] = set()
    while True:
        known = bounded(counts, masks)
        guarded = [name for name in [*counts.guarded(), *others] if name not in given_up]
        weak = [name for name in guarded if not wide(known[name])] or _knotted(counts, known, guarded)
        if not weak:
            return {name: mask if mask.high is not None else Masked(*known[name]) for name, mask in masks.items()}
        more = _next(counts, masks, weak[0])
        if more is None:
            given_up.add(weak[0])
        else:
            masks[more] = Masked()


def wide(interval: Interval) -> bool:
    low, high = interval
    return high is None or high - low + 1 >= ENOUGH_VALUES


def _next(counts: Counts, masks: Mapping[str, Masked], weak: str) -> str | None:
    """The next count to withhold for a weak one, or a mask that is to say less; None when all is done.

    Candidates share a sum with the weak count, or with another that is not told and leads to it.
    """
    near, seen = [weak], {weak}
    candidates: dict[str, int] = {}  # name to the number of sums between
    while near:
        rules = [rule for rule in counts.rules if any(name in near for name, _sign in rule.terms)]
        names = list(dict.fromkeys(name for rule in rules for name, _sign in rule.terms if name not in seen))
        seen.update(names)
        near = [name for name in names if name in masks or name in counts.silent]
        far = max(candidates.values(), default=0) + 1
        candidates |= {name: far for name in names if name in counts.told and name not in masks}
    if candidates:
        return min(candidates, key=lambda name: _cost(counts, name, candidates[name]))
    loose = [name for name in seen if name in masks and masks[name].high is not None]
    return min(loose, key=lambda name: (name == weak, name)) if loose else None


def _cost(counts: Counts, name: str, far: int) -> tuple[bool, bool, int, int, str]:
    """What is lost by withholding: not a last resort, nor a count too small to hide another; near, then small."""
    value = counts.told[name]
    return name in counts.last, value < SMALLEST_TOLD, far, value, name


def _knotted(counts: Counts, known: Mapping[str, Interval], guarded: Iterable[str]) -> list[str]:
    """The guarded counts that only a linear program shows to be known too well."""
    found: list[str] = []
    for names, rules in knots(counts.rules, known):
        inside = [one for one in guarded if one in names]
        if inside:
            from breachkit.small_counts.exact import too_well_known

            real = {name: counts.value(name) for rule in rules for name, _sign in rule.terms}
            found += too_well_known(rules, known, inside, real)
    return found


def bounded(counts: Counts, masks: Mapping[str, Masked]) -> dict[str, Interval]:
    """What a reader can know of every count: the least and the most it may be (None: no limit).

    Bounds are drawn tight rule by rule, which is exact while no two withheld counts meet in two ways; where they do
    (`knots`), it may be less than a reader can know.
    """
    known: dict[str, Interval] = {name: (value, value) for name, value in counts.told.items() if name not in masks}
    known |= {name: (mask.low, mask.high) for name, mask in masks.items()}
    known |= dict.fromkeys(counts.silent, (0, None))
    for _round in range(_ROUNDS):
        changed = [_tighten(rule, known) for rule in counts.rules]
        if not any(changed):
            break
    return known


def _tighten(rule: Rule, known: dict[str, Interval]) -> bool:
    """One rule's bounds drawn tight; whether any changed."""
    least = most = 0
    without_limit: list[str] = []  # terms that make the most unlimited
    below: list[str] = []  # terms that make the least unlimited
    for name, sign in rule.terms:
        low, high = known[name]
        least += low if sign > 0 else -(high or 0)
        most += -low if sign < 0 else (high or 0)
        if high is None:
            (without_limit if sign > 0 else below).append(name)
    changed = False
    for name, sign in rule.terms:
        low, high = known[name]
        others_least = None if set(below) - {name} else least - (low if sign > 0 else -(high or 0))
        others_most = None if set(without_limit) - {name} else most - (-low if sign < 0 else (high or 0))
        least_here, most_here = (others_most, others_least) if sign > 0 else (others_least, others_most)
        new_low, new_high = low, high
        if least_here is not None:
            new_low = max(low, -least_here if sign > 0 else least_here)
        if most_here is not None:
            found = -most_here if sign > 0 else most_here
            new_high = found if high is None else min(high, found)
        if (new_low, new_high) != (low, high):
            known[name] = (new_low, new_high)
            changed = True
            least += (new_low - low) if sign > 0 else -((new_high or 0) - (high or 0))
            most += -(new_low - low) if sign < 0 else ((new_high or 0) - (high or 0))
            if high is None and new_high is not None:
                (without_limit if sign > 0 else below).remove(name)
    return changed


def knots(rules: Iterable[Rule], known: Mapping[str, Interval]) -> list[tuple[set[str], list[Rule]]]:
    """The groups of rules in which unknown counts meet in more than one way: names, rules."""
    root: dict[str, str] = {}

    def top(name: str) -> str:
        while root.setdefault(name, name) != name:
            name = root[name]
        return name

    knotted: set[str] = set()
    open_rules: list[tuple[Rule, list[str]]] = []
    for place, rule in enumerate(rules):
        unknown = [name for name, _sign in rule.terms if known[name][0] != known[name][1]]
        if not unknown:
            continue
        open_rules.append((rule, unknown))
        for name in unknown:
            here, there = top(f"rule {place}"), top(name)
            if here == there:
                knotted.add(name)
            root[here] = there
    tops = {top(name) for name in knotted}
    groups: dict[str, tuple[set[str], list[Rule]]] = {one: (set(), []) for one in sorted(tops)}
    for rule, unknown in open_rules:
        if top(unknown[0]) in tops:
            names, found = groups[top(unknown[0])]
            names.update(unknown)
            found.append(rule)
    return list(groups.values())
