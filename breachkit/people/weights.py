"""How likely two identities are one person, by their pattern: a mixture of three kinds of pairs, without labels.

A pair is the same person, two relatives (one household: they share names, contacts, even a birth date) or two
strangers. For strangers the chance of each agreement is computed from the frequencies of the extract: two MARTIN
prove little, two KERVELLEC much. For the other two it starts from what is known of files (the tables below, our
choice) and is refined by expectation-maximisation on the patterns of the extract itself: the model of Fellegi and
Sunter (1969) with frequencies, and relatives as a class of their own, without which twins would be merged.
Patterns are few, so that this costs the same whatever the number of records, and gives the same figures in any order.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from breachkit.people.candidates import unpack
from breachkit.people.identities import Frequencies

Floats = NDArray[np.float64]
# For each trait, the chance of each level (0, said by one file or none, is left out: it tells nothing).
SAME: dict[str, dict[int, float]] = {
    "s": {1: 0.91, 2: 0.02, 3: 0.035, 4: 0.021, 5: 0.01, 6: 0.004},
    "g": {1: 0.923, 2: 0.025, 3: 0.035, 4: 0.001, 5: 0.004, 6: 0.012},
    "b": {1: 0.93, 2: 0.025, 3: 0.025, 4: 0.0092, 5: 0.0008},
    "x": {1: 0.99, 2: 0.01},
    "l": {1: 0.62, 2: 0.03, 3: 0.07, 4: 0.1, 5: 0.18},
    "c": {1: 0.5, 2: 0.5},
    "n": {1: 0.85, 2: 0.0005, 3: 0.1, 4: 0.05},
    "f": {1: 0.3, 2: 0.02, 3: 0.68},
}
RELATIVES: dict[str, dict[int, float]] = {
    "s": {1: 0.68, 2: 0.04, 3: 0.005, 4: 0.2729, 5: 0.0001, 6: 0.002},
    "g": {1: 0.012, 2: 0.01, 3: 0.003, 4: 0.03, 5: 0.9449, 6: 0.0001},
    "b": {1: 0.02, 2: 0.0003, 3: 0.004, 4: 0.02, 5: 0.9557},
    "x": {1: 0.45, 2: 0.55},
    "l": {1: 0.75, 2: 0.04, 3: 0.08, 4: 0.05, 5: 0.08},
    "c": {1: 0.7, 2: 0.3},
    "n": {1: 0.3, 2: 0.4, 3: 0.2999, 4: 0.0001},
    "f": {1: 0.001, 2: 0.009, 3: 0.99},
}
# Two strangers: levels 1 of names, date and place come from the frequencies; these are for the others.
STRANGERS: dict[str, dict[int, float]] = {
    "s": {2: 0.001, 3: 0.003, 4: 0.995, 5: 1.0, 6: 0.003},
    "g": {2: 0.01, 3: 0.003, 4: 0.008, 5: 0.97, 6: 1.0},
    "b": {2: 0.00004, 3: 0.0012, 4: 0.012, 5: 0.98},
    "x": {1: 0.5, 2: 0.5},
    "n": {1: 1e-7, 2: 0.5, 3: 0.5, 4: 1e-8},
    "f": {1: 1e-5, 2: 1e-3, 3: 0.99},
}
PRIOR_PAIRS = 60.0  # weight of the tables above, in pairs
ROUNDS = 40
# Learning never leaves these: an error so common, or so rare, is a sign that relatives are taken for the same person.
CEILING = {("g", 5): 0.02, ("b", 5): 0.0015, ("n", 2): 0.001, ("x", 2): 0.03, ("s", 4): 0.12, ("g", 4): 0.002}
STRUCTURE = ("g", "b")  # of families: how often twins, names alike, a son named as his father; not learned
FAMILIES = 0.15  # pairs of relatives per identity below which the extract holds no families: then no ceiling either
TWINS_ALIKE = 6.0  # two relatives born the same day have similar given names this many times more often
LEAST_REACHABLE, HIDDEN_FAMILIES = 0.3, 0.7  # identities with a contact, below which families are supposed; how many
MOST_HASTY = 10.0  # how much likelier two files of one person may be to leave out the same things than strangers'
FLOOR = 1e-5
SAME_PER_IDENTITY, RELATIVES_PER_IDENTITY = 0.15, 1.0  # pairs in each class, before learning


@dataclass(frozen=True)
class Weights:
    """What was learned: pairs in each class, and the chance of each level among pairs of one person."""

    same: float
    relatives: float
    levels: dict[str, dict[int, float]]
    families: bool  # whether the extract holds relatives at all
    unseen: float  # second files with so many faults at once that no block held them


def _table(values: dict[int, float]) -> Floats:
    """The chance of each level as an array; 1 where nothing is said."""
    found = np.full(8, FLOOR)
    found[0] = 1.0
    for level, chance in values.items():
        found[level] = max(chance, FLOOR)
    return found


def _strangers(levels: dict[str, Any], frequencies: Frequencies) -> Floats:
    """The chance of each pattern among two strangers."""
    place = {
        1: frequencies.household_contact,
        2: frequencies.crowded_contact,
        3: frequencies.postcode,
        4: frequencies.postcode,
        5: 1 - frequencies.postcode,
    }
    tables = STRANGERS | {"l": place, "c": {1: frequencies.controller, 2: 1 - frequencies.controller}}
    chance = np.ones(len(levels["s"]))
    for trait, rarity in (("s", "fs"), ("g", "fg"), ("b", "fb")):
        table = _table(tables[trait])
        exact = np.isin(levels[trait], (1, 5, 6) if trait != "b" else (1,))
        chance *= np.where(exact, np.exp2(-levels[rarity].astype(float)), table[levels[trait]])
    chance /= np.where(levels["s"] == 6, _table(tables["g"])[levels["g"]], 1.0)
    for trait in ("l", "c", "n", "f"):
        table = np.array([1.0] + [max(tables[trait].get(level, FLOOR), 1e-9) for level in range(1, 8)])
        chance *= table[levels[trait]]
    # The sex goes with the given name: it tells nothing more where the given name is the same.
    return chance * np.where(np.isin(levels["g"], (1, 2, 3, 6)), 1.0, _table(tables["x"])[levels["x"]])


def _crossed(levels: dict[str, Any]) -> Any:
    return ((levels["s"] == 5) & (levels["g"] == 6)) | (levels["s"] == 6)


def _of_class(levels: dict[str, Any], tables: dict[str, dict[int, float]]) -> Floats:
    chance = np.ones(len(levels["s"]))
    for trait, values in tables.items():
        table = _table(values)[levels[trait]]
        if trait == "x":
            table = np.where(np.isin(levels["g"], (1, 2, 3, 6)), np.where(levels["x"] == 2, table, 1.0), table)
        # Both names in the wrong order is one accident, told once.
        chance *= np.where(_crossed(levels), 1.0, table) if trait == "g" else table
    return chance


def _learned(
    levels: dict[str, Any],
    share: Floats,
    prior: dict[str, dict[int, float]],
    ceiling: dict[tuple[str, int], float],
) -> dict[str, dict[int, float]]:
    """The chance of each level among the pairs of a class, drawn towards what is known of files in general."""
    found = {}
    for trait, values in prior.items():
        counts = np.bincount(levels[trait], weights=share, minlength=8)
        total = counts[1:].sum() + PRIOR_PAIRS
        raw = {level: (counts[level] + PRIOR_PAIRS * chance) / total for level, chance in values.items()}
        found[trait] = {level: min(max(one, FLOOR), ceiling.get((trait, level), 1.0)) for level, one in raw.items()}
    return found


def _silence(levels: dict[str, Any]) -> Any:
    """0 where both files tell birth date and place, 1 no place, 2 no date, 3 neither."""
    return 2 * (levels["b"] == 0) + (levels["l"] == 0)


def _silent_by_chance(frequencies: Frequencies) -> Floats:
    """The chance of each silence among two strangers, from what the identities tell."""
    found = np.zeros(4)
    for one, mine in enumerate(frequencies.told):
        for other, theirs in enumerate(frequencies.told):
            found[one | other] += mine * theirs
    return np.maximum(found, FLOOR)


def learn(patterns: Any, counts: Any, frequencies: Frequencies) -> tuple[Floats, Weights]:
    """The odds that each pattern is one person, and what was learned.

    `patterns` sorted and `counts` are arrays of one length. Odds are of the same person against the two other
    classes together, over all pairs of the extract.
    """
    levels = unpack(np.asarray(patterns, dtype=np.int64))
    counts = np.asarray(counts, dtype=float)
    size = float(frequencies.identities)
    strangers = _strangers(levels, frequencies) * max(size * (size - 1) / 2, 1.0)
    same, relatives = SAME_PER_IDENTITY * size, RELATIVES_PER_IDENTITY * size
    # What a file leaves out tells something too: a second file is often the one typed in haste.
    silence, by_chance = _silence(levels), _silent_by_chance(frequencies)
    hasty = np.ones(4)
    # Without contacts, families are there but only their twins are ever compared.
    seen, families = frequencies.reachable > LEAST_REACHABLE, True
    alike = np.where((levels["b"] == 1) & np.isin(levels["g"], (3, 4)), TWINS_ALIKE, 1.0)
    one, other = SAME, RELATIVES
    for _ in range(ROUNDS):
        p, q = same * hasty[silence] * _of_class(levels, one), relatives * alike * _of_class(levels, other)
        total = p + q + strangers
        mine, theirs = counts * p / total, counts * q / total
        families = not seen or relatives > FAMILIES * size
        one = _learned(levels, mine, SAME, CEILING if families else {})
        same = max(float(mine.sum()), 0.002 * size)
        silent = np.bincount(silence, weights=mine, minlength=4) + PRIOR_PAIRS * by_chance
        hasty = np.clip(silent / silent.sum() / by_chance, 1 / MOST_HASTY, MOST_HASTY)
        other = _learned(levels, theirs, RELATIVES, {}) | {trait: RELATIVES[trait] for trait in STRUCTURE}
        relatives = min(max(float(theirs.sum()), (0.001 if seen else HIDDEN_FAMILIES) * size), 4 * size)
    odds = same * hasty[silence] * _of_class(levels, one) / (relatives * alike * _of_class(levels, other) + strangers)
    return odds, Weights(same, relatives, one, families, _unseen(levels, mine))


def _unseen(levels: dict[str, Any], share: Floats) -> float:
    """Pairs of one person that no block held: two names or dates faulty at once, and no contact in common."""
    total = float(share.sum())
    if not total:
        return 0.0
    exact = {"s": (1, 2), "g": (1, 2), "b": (1,), "l": (1,)}
    s, g, b, contact = (float(share[~np.isin(levels[t], right)].sum()) / total for t, right in exact.items())
    numbered = float(share[(levels["f"] == 1) | np.isin(levels["n"], (1, 4))].sum()) / total
    placed = float(share[np.isin(levels["l"], (3, 4)) | (levels["c"] == 1)].sum()) / total
    # Two names at fault are still met on birth date and place.
    return total * contact * (1 - numbered) * (s * g * (1 - placed) + s * b + g * b - 2 * s * g * b)
