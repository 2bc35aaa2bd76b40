"""Pairs of files near the threshold: counted for the report, and drawn for a person who says whether each is one.

The draw is a function of the seed and of the files alone: half from the pairs that were merged, half from those left
apart, each rule in its due share, so that a person who stops and comes back finds the same pairs.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import polars as pl

from breachkit.people.answers import CONTENT_TEXT, Pair, ranked
from breachkit.people.components import Ints, Links
from breachkit.people.links import NAMED_RULES, REVIEWED
from breachkit.workspace import keyed_digest, row

NEAR = (0.05, 0.95)  # chances between which a pair is worth a person's time. Our choice.
KEPT = 5000  # pairs of each side that a review may be drawn from. Our choice.
DEFAULT_PAIRS = 40  # asked at first: about half an hour. Our choice.
# What is compared side by side, in this order; the ids are those of fields.tsv.
FIELDS = ("family_name", "birth_name", "given_name", "birth_date", "sex", "phone", "email", "postal_address",
          "postcode", "nir", "ins", "patient_id", "death_date", "controller")  # fmt: skip
_COLUMNS = ("family", "birth", "given", "born", "sex", "array_to_string(phones, ' ')", "email", "street", "postcode",
            "nir", "ins", "file_number", "died", "controller")  # fmt: skip
Digests = tuple[str, str]


def _near(tree: Links) -> Any:
    return (tree.chance >= NEAR[0]) & (tree.chance <= NEAR[1]) & (tree.reason != REVIEWED)


def count_doubtful(tree: Links, count: int) -> dict[str, tuple[int, int]]:
    """For each rule, the pairs near the threshold: merged (the first `count` of the tree), and left apart."""
    near = np.flatnonzero(_near(tree))
    size = len(NAMED_RULES)
    merged = np.bincount(tree.reason[near[near < count]], minlength=size).tolist()
    apart = np.bincount(tree.reason[near[near >= count]], minlength=size).tolist()
    return {rule.id: (one, other) for rule, one, other in zip(NAMED_RULES, merged, apart, strict=True) if one or other}


def store_doubtful(connection: Any, tree: Links, count: int) -> None:
    """`w.doubtful` (a, b, rank_a, rank_b, chance, reason, merged): record numbers of pairs, no value.

    Of very many pairs a part is kept, by the numbers of the identities, which are digests of what they say.
    """
    near = _near(tree)
    sides = [_some(np.flatnonzero(near & side), tree) for side in _sides(len(tree), count)]
    chosen = np.sort(np.concatenate(sides))
    kept = tree.take(chosen)
    reason = pl.Series([one.id for one in NAMED_RULES], dtype=pl.String).gather(kept.reason)
    frame = pl.DataFrame({"a": kept.a, "b": kept.b, "reason": reason, "chance": kept.chance, "merged": chosen < count})
    connection.register("near", frame.to_arrow())
    # Files that say the same as one of these bear a rank, which is counted among them alone.
    connection.execute(f"""
        CREATE OR REPLACE TABLE w.doubtful AS
        WITH asked AS (SELECT a AS iid FROM near UNION SELECT b FROM near),
        ranks AS (SELECT iid, rid, rank FROM ({ranked("iid IN (FROM asked)")}) SEMI JOIN asked USING (iid))
        SELECT x.rid AS a, y.rid AS b, x.rank AS rank_a, y.rank AS rank_b, reason, chance, merged
        FROM near JOIN ranks x ON x.iid = near.a JOIN ranks y ON y.iid = near.b ORDER BY 1, 2
    """)
    connection.unregister("near")


def _sides(size: int, count: int) -> tuple[Any, Any]:
    merged = np.arange(size) < count
    return merged, ~merged


def _some(positions: Ints, tree: Links) -> Ints:
    """All of these, or as many as are kept, spread by the identities' own numbers."""
    if len(positions) <= KEPT:
        return positions
    spread = (tree.a[positions] * 2_654_435_761 + tree.b[positions] * 40_503) % 2_147_483_647
    return positions[np.argsort(spread, kind="stable")[:KEPT]]


@dataclass(frozen=True)
class PairDraw:
    """The pairs drawn, as digests, in the order in which they are asked; record numbers and what is known of each."""

    pairs: tuple[Digests, ...]
    records: dict[Digests, Pair] = field(repr=False)
    reason: dict[Digests, str] = field(default_factory=dict)
    chance: dict[Digests, float] = field(default_factory=dict)
    merged: dict[Digests, bool] = field(default_factory=dict)
    doubtful: int = 0

    def queue(self, answered: Collection[Digests], undecided: Collection[Digests]) -> tuple[Digests, ...]:
        """The pairs left to judge; those left undecided come again at the end."""
        left = [one for one in self.pairs if one not in answered]
        return (*left, *(one for one in self.pairs if one in undecided))


@dataclass(frozen=True)
class Compared:
    """One field of the two files: how they agree (same, close, swapped, different, one_missing) and both values."""

    name: str
    agreement: str
    values: tuple[str, str] = field(repr=False)


def draw_pairs(connection: Any, key: bytes, *, seed: int, size: int) -> PairDraw:
    """The pairs that a person is asked about; the workspace is not changed."""
    sql, secrets = keyed_digest("text", key)
    connection.execute(f"""
        CREATE OR REPLACE TEMP TABLE pair_files AS
        WITH asked AS (SELECT a AS rid, rank_a AS rank FROM w.doubtful UNION SELECT b, rank_b FROM w.doubtful)
        SELECT rid, {CONTENT_TEXT} || chr(31) || rank AS text FROM w.records JOIN asked USING (rid)
    """)
    found = connection.execute(
        f"""
        WITH named AS (SELECT rid, text, {sql} AS digest FROM pair_files),
        tickets AS (SELECT d.*, x.digest AS one, y.digest AS other,
            sha256('breachkit pairs {int(seed)} ' || least(x.text, y.text) || greatest(x.text, y.text)) AS ticket
            FROM w.doubtful d JOIN named x ON x.rid = a JOIN named y ON y.rid = b),
        placed AS (SELECT *, (row_number() OVER (PARTITION BY merged, reason ORDER BY ticket) - 0.5)
            / count(*) OVER (PARTITION BY merged, reason) AS place FROM tickets),
        ordered AS (SELECT *, row_number() OVER (PARTITION BY merged ORDER BY place, ticket) AS turn FROM placed)
        SELECT one, other, a, b, reason, chance, merged FROM ordered
        ORDER BY turn, merged DESC, ticket LIMIT {int(size)}
        """,
        secrets,
    ).fetchall()
    connection.execute("DROP TABLE pair_files")
    drawn = [((min(x, y), max(x, y)), (a, b), reason, chance, merged) for x, y, a, b, reason, chance, merged in found]
    return PairDraw(
        pairs=tuple(one[0] for one in drawn),
        records={one[0]: one[1] for one in drawn},
        reason={one[0]: one[2] for one in drawn},
        chance={one[0]: one[3] for one in drawn},
        merged={one[0]: one[4] for one in drawn},
        doubtful=int(row(connection, "SELECT count(*) FROM w.doubtful")[0]),
    )


# How two values agree: alike but for a slip or two, day and month the other way round, or not at all.
_AGREEMENT = """CASE WHEN x.{f} IS NULL AND y.{f} IS NULL THEN 'both_missing'
    WHEN x.{f} IS NULL OR y.{f} IS NULL THEN 'one_missing' WHEN x.{f} = y.{f} THEN 'same'
    WHEN '{f}' = 'birth_date' AND left(x.{f}, 4) = left(y.{f}, 4) AND substr(x.{f}, 6, 2) = substr(y.{f}, 9, 2)
        AND substr(x.{f}, 9, 2) = substr(y.{f}, 6, 2) THEN 'swapped'
    WHEN damerau_levenshtein(x.{f}, y.{f}) <= CASE WHEN length(x.{f}) >= 8 THEN 2 ELSE 1 END
        AND least(length(x.{f}), length(y.{f})) >= 3 THEN 'close'
    WHEN '{f}' = 'phone' AND list_has_any(string_split(x.{f}, ' '), string_split(y.{f}, ' ')) THEN 'same'
    ELSE 'different' END"""


def compared(connection: Any, records: Collection[Pair]) -> dict[Pair, tuple[Compared, ...]]:
    """The files of each pair side by side, for a person's eyes: a field that neither tells is left out."""
    if not records:
        return {}
    told = ", ".join(
        f"nullif(CAST({sql} AS VARCHAR), '') AS {name}" for name, sql in zip(FIELDS, _COLUMNS, strict=True)
    )
    pairs = ", ".join(f"({int(a)}, {int(b)})" for a, b in sorted(records))
    parts = ", ".join(f"{_AGREEMENT.format(f=one)}, coalesce(x.{one}, ''), coalesce(y.{one}, '')" for one in FIELDS)
    found = connection.execute(f"""
        WITH pair(a, b) AS (VALUES {pairs}),
        files AS (SELECT rid, {told} FROM w.records WHERE rid IN (SELECT a FROM pair UNION SELECT b FROM pair))
        SELECT a, b, {parts} FROM pair JOIN files x ON x.rid = a JOIN files y ON y.rid = b
    """).fetchall()
    return {
        (a, b): tuple(
            Compared(name, rest[3 * place], (rest[3 * place + 1], rest[3 * place + 2]))
            for place, name in enumerate(FIELDS)
            if rest[3 * place] != "both_missing"
        )
        for a, b, *rest in found
    }
