"""Persons as components of the graph of links, kept free of contradictions.

Everything is integers: no name leaves the workspace. Links are taken from the strongest down; a component that would
hold two birth dates that cannot be one, or two numbers of one's own, is rebuilt link by link and refuses those that
would bring the contradiction in: the chain is cut at its weakest link.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Traits = dict[int, tuple[str | None, str | None, str | None]]  # birth date, own number, death
NOTHING_TOLD = (None, None, None)


@dataclass(frozen=True)
class Links:
    """Links by decreasing strength, ties in the order of identities: `a`, `b`, `chance`, and the reason's position."""

    a: Ints
    b: Ints
    chance: Floats
    reason: Ints

    def sorted(self) -> Links:
        order = np.lexsort((self.b, self.a, -self.chance))
        return self.take(order)

    def take(self, chosen: Any) -> Links:
        return Links(self.a[chosen], self.b[chosen], self.chance[chosen], self.reason[chosen])

    def __len__(self) -> int:
        return len(self.a)


def labels_of(size: int, a: Ints, b: Ints) -> Ints:
    """The component of each identity, numbered by its first identity."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    graph = coo_array((np.ones(len(a), dtype=np.int8), (a, b)), shape=(size, size))
    found: Ints = connected_components(graph, directed=False)[1].astype(np.int64)
    return found


def forest(size: int, links: Links) -> Links:
    """The links that join two components not yet joined by stronger ones; `links` are sorted."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import minimum_spanning_tree

    rank = np.arange(1, len(links) + 1, dtype=np.float64)
    graph = coo_array((rank, (links.a, links.b)), shape=(size, size)).tocsr()
    kept = minimum_spanning_tree(graph).tocoo()
    return links.take(np.sort(kept.data.astype(np.int64)) - 1)


class Cluster:
    """Identities joined so far, with the birth dates, numbers and deaths that they tell.

    `signs` are those of the separations that a person asked for: a number and its opposite never meet.
    """

    def __init__(self, traits: tuple[str | None, str | None, str | None], signs: frozenset[int] = frozenset()) -> None:
        day, nir, died = traits
        self.signs = set(signs)
        self.days = {day} - {None}
        self.others = ({nir} - {None}, {died} - {None})

    def contradicts(self, other: Cluster) -> bool:
        if any(len(mine | theirs) > 1 for mine, theirs in zip(self.others, other.others, strict=True)):
            return True
        if any(-sign in other.signs for sign in self.signs):
            return True
        return bool(self.days and other.days) and all(far(one, two) for one in self.days for two in other.days)

    def join(self, other: Cluster) -> None:
        self.signs |= other.signs
        self.days |= other.days
        for mine, theirs in zip(self.others, other.others, strict=True):
            mine |= theirs


def far(one: str | None, two: str | None) -> bool:
    """Whether two dates (YYYYMMDD) are neither one date, nor swapped, nor two digits apart at most."""
    if one is None or two is None or one == two or (one[:4] == two[:4] and one[4:6] == two[6:] and one[6:] == two[4:6]):
        return False
    differing = [i for i in range(8) if one[i] != two[i]]
    return len(differing) > 2


class Clusters:
    """Persons built link by link; a link that would bring a contradiction in is refused."""

    def __init__(self, traits: Traits, apart: Mapping[int, frozenset[int]]) -> None:
        self.traits, self.apart = traits, apart
        self.parent: dict[int, int] = {}
        self.clusters: dict[int, Cluster] = {}

    def find(self, iid: int) -> int:
        if iid not in self.parent:
            self.parent[iid] = iid
            self.clusters[iid] = Cluster(self.traits.get(iid, NOTHING_TOLD), self.apart.get(iid, frozenset()))
        while self.parent[iid] != iid:
            self.parent[iid] = self.parent[self.parent[iid]]
            iid = self.parent[iid]
        return iid

    def join(self, a: int, b: int) -> bool | None:
        """Joins the persons of two identities; None where they are one already, False where something forbids it."""
        one, two = self.find(a), self.find(b)
        if one == two:
            return None
        if self.clusters[one].contradicts(self.clusters[two]):
            return False
        self.clusters[one].join(self.clusters[two])
        self.parent[two] = one
        return True


def without_contradictions(links: Links, traits: Traits, apart: Mapping[int, frozenset[int]] | None = None) -> Ints:
    """Positions of the links kept when contradictory components are built from their strongest link down."""
    persons = Clusters(traits, apart or {})
    pairs = zip(links.a.tolist(), links.b.tolist(), strict=True)
    return np.array([place for place, (a, b) in enumerate(pairs) if persons.join(a, b)], dtype=np.int64)


def joined_by(
    pairs: Sequence[tuple[int, int]], traits: Traits, apart: Mapping[int, frozenset[int]]
) -> list[tuple[int, int]]:
    """The pairs, in their order, that contradict nothing: neither what the files tell nor the pairs before."""
    persons = Clusters(traits, apart)
    return [(a, b) for a, b in pairs if persons.join(a, b) is not False]
