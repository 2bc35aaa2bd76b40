"""A person's answers about pairs of files: which files they speak of, and what they allow.

A file is named in decisions.toml by a keyed digest of what it says, never by a value: with the review's secret it is
found again in any order of rows, without it the digest tells nothing. Files that say exactly the same are told apart
by their rank. "different" always holds; "same" holds unless it would put into one person two files that an answer
separates, or two numbers, deaths or birth dates that cannot be one person's: then it is counted as contradictory.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import polars as pl

from breachkit.case import Decisions, read_review_key
from breachkit.impact import PairReview
from breachkit.people.components import Ints, Links, Traits, joined_by, labels_of
from breachkit.people.identities import CONTENT
from breachkit.people.links import REVIEWED
from breachkit.workspace import keyed_digest

# What a file says, as one text; the separator cannot stand in a cell that was read.
CONTENT_TEXT = " || chr(31) || ".join(f"coalesce(CAST({one.strip()} AS VARCHAR), '')" for one in CONTENT.split(","))
Pair = tuple[int, int]


@dataclass(frozen=True)
class Answers:
    """Answers by identity: pairs held for one person, pairs held apart; `told` counts what became of each answer."""

    same: tuple[Pair, ...] = ()
    different: tuple[Pair, ...] = ()
    told: PairReview | None = None
    apart: dict[int, frozenset[int]] = field(default_factory=dict)  # a sign of each side of a separation

    def not_separated(self, links: Links) -> Any:
        """Which links do not directly join two files that an answer separates."""
        return ~_among(links, self.different)

    def with_joined(self, links: Links) -> Links:
        """The links with those that a person gave, which are the surest."""
        if not self.same:
            return links
        a, b = np.array(self.same, dtype=np.int64).T
        links = links.take(~_among(links, self.same))
        given = np.ones(len(self.same))
        return Links(
            np.concatenate([a, links.a]),
            np.concatenate([b, links.b]),
            np.concatenate([given, np.minimum(links.chance, 1 - 1e-9)]),
            np.concatenate([np.full(len(self.same), REVIEWED), links.reason]),
        ).sorted()

    def risky(self, size: int, links: Links) -> Any:
        """Which links, however weak, stand in a component that holds both sides of a separation."""
        if not self.different:
            return np.zeros(len(links), dtype=bool)
        label = labels_of(size, links.a, links.b)
        one, other = np.array(self.different, dtype=np.int64).T
        held: Ints = label[one[label[one] == label[other]]]
        return np.isin(label[links.a], held)


def _among(links: Links, pairs: tuple[Pair, ...]) -> Any:
    """Which links are one of these pairs, the smaller number first in both."""
    wide = 2**32
    wanted = np.array([a * wide + b for a, b in pairs], dtype=np.int64)
    return np.isin(np.minimum(links.a, links.b) * wide + np.maximum(links.a, links.b), wanted)


NO_ANSWER = Answers()


def find_answers(connection: Any, decisions: Decisions | None) -> Answers:
    """The answers of decisions.toml as pairs of identities (`w.identities` must be there)."""
    given = decisions.pair_answers() if decisions else {}
    if decisions is None or not given:
        return NO_ANSWER
    key = read_review_key(decisions.pair_sample[-1].key) if decisions.pair_sample else None
    known = _identities_of(connection, key, {one for pair in given for one in pair}) if key else {}
    same: list[Pair] = []
    different: list[Pair] = []
    undecided = unmatched = 0
    for (one, other), answer in given.items():
        if one not in known or other not in known:
            unmatched += 1
        elif answer.answer == "undecided":
            undecided += 1
        else:
            pair = (min(known[one], known[other]), max(known[one], known[other]))
            (same if answer.answer == "same" else different).append(pair)
    apart = _signs(different)
    followed = joined_by(same, _traits(connection, same), apart)
    told = PairReview(
        answers=len(given),
        joined=len(followed),
        separated=len(different),
        undecided=undecided,
        contradictory=len(same) - len(followed),
        unmatched=unmatched,
    )
    return Answers(tuple(followed), tuple(different), told, apart)


def _signs(different: list[Pair]) -> dict[int, frozenset[int]]:
    """For each separation, a number on one side and its opposite on the other: they cannot meet in one person."""
    found: dict[int, set[int]] = {}
    for place, (one, other) in enumerate(different, 1):
        found.setdefault(one, set()).add(place)
        found.setdefault(other, set()).add(-place)
    return {iid: frozenset(signs) for iid, signs in found.items()}


def _traits(connection: Any, pairs: list[Pair]) -> Traits:
    """What a merge must not contradict, of the files of these pairs."""
    listed = ", ".join(str(one) for one in sorted({iid for pair in pairs for iid in pair})) or "NULL"
    found = connection.execute(
        "SELECT iid, day, CASE WHEN own_kind = 'final' THEN own_number END, strftime(died, '%Y%m%d') "
        f"FROM w.identities WHERE iid IN ({listed})"
    ).fetchall()
    return {iid: (day, number, died) for iid, day, number, died in found}


def ranked(wanted: str = "true") -> str:
    """SQL of the identities (iid, rid, text, rank): their first record, what it says, its rank among equals.

    `wanted` is a condition on `iid`; bare identities, which alone have equals, are all looked at.
    """
    first = f"SELECT iid, min(rid) AS rid, bool_or(bare) AS bare FROM w.identity_records WHERE bare OR {wanted}"
    alike = f"CASE WHEN bare THEN hash({CONTENT}) ELSE CAST(iid AS UBIGINT) END"
    rank = f"row_number() OVER (PARTITION BY bare, {alike} ORDER BY iid)"
    return f"""SELECT iid, rid, {CONTENT_TEXT} AS text, {rank} AS rank
        FROM ({first} GROUP BY iid) JOIN w.records USING (rid)"""


def _identities_of(connection: Any, key: bytes, digests: set[str]) -> dict[str, int]:
    """The identity of each digest that this extract knows."""
    sql, secrets = keyed_digest("text || chr(31) || rank", key)
    connection.register("asked", pl.DataFrame({"digest": sorted(digests)}).to_arrow())
    found = connection.execute(
        f"SELECT digest, iid FROM (SELECT iid, {sql} AS digest FROM ({ranked()})) SEMI JOIN asked USING (digest)",
        secrets,
    ).fetchall()
    connection.unregister("asked")
    return dict(found)
