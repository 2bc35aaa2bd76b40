"""Which notes a person is asked to read: a seeded draw from the notes with a finding, and from those without.

The unit is the filled note (a cell of the extract), as everywhere in the figures; a text copied many times is read
once, and its answer holds for each copy that was drawn. Every order is a function of the seed and of the notes
alone: a longer sample holds the shorter one, a sample cut short is a sample, and a person who stops and comes back
finds the same notes.

- nothing found: one order over all, in which tables, sizes of controllers and lengths of notes come up in their
  due share at every length (Webster's method of equal proportions, by stratum);
- something found: the first in one random order, over all and again within each category, so that a rare category
  has its own sample and no weight is needed (Ohlsson's permanent random numbers).
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from breachkit.workspace import keyed_digest, row

UNFLAGGED, FLAGGED = "unflagged", "flagged"
DEFAULT_SIZE = 300  # notes without finding: with none missed, at most 1 % are. Our choice.
FLAGGED_SHARE = 3  # one note with a finding for three without
CATEGORY_SHARE = 15  # and of each category at least one for fifteen
LEAST_OF_EACH = 5


@dataclass(frozen=True)
class Stratum:
    """A part of the notes: how many filled notes it holds, and the texts drawn, in the order in which they count."""

    name: str
    notes: int
    drawn: tuple[str, ...]  # digests; a text stands there once for each copy drawn


@dataclass(frozen=True)
class Draw:
    """What was drawn: strata by name (`unflagged`, `flagged`, then each category), and what each text was found to say.

    `categories` and `note_ids` are by digest; `known` are the digests asked for that the extract holds.
    """

    strata: dict[str, Stratum]
    categories: dict[str, frozenset[str]]
    note_ids: dict[str, int]
    known: frozenset[str] = field(default=frozenset())

    def __repr__(self) -> str:
        sizes = {name: (len(one.drawn), one.notes) for name, one in self.strata.items()}
        return f"Draw({sizes})"


def quotas(size: int) -> tuple[int, int, int]:
    """How many filled notes are drawn without a finding, with one, and of each category."""
    return size, max(LEAST_OF_EACH, size // FLAGGED_SHARE), max(LEAST_OF_EACH, size // CATEGORY_SHARE)


def draw(connection: Any, key: bytes, *, seed: int, size: int, answered: Collection[str] = ()) -> Draw:
    """The sample of a workspace (`w.files`, `w.notes`, `w.record_notes`, `w.mentions`), named by keyed digests.

    `key` is the review's secret, `answered` the digests of earlier answers. The workspace is not changed.
    """
    unflagged, flagged, each = quotas(size)
    _digests(connection, key)
    _filled(connection, seed)
    drawn = [
        *connection.execute(_UNFLAGGED.format(limit=unflagged)).fetchall(),
        *connection.execute(_FLAGGED.format(limit=flagged)).fetchall(),
        *connection.execute(_CATEGORY.format(limit=each)).fetchall(),
    ]
    strata = {
        name: Stratum(name, notes, tuple(digest for stratum, _, digest, _ in drawn if stratum == name))
        for name, notes in connection.execute(_WHOLE).fetchall()
    }
    found: dict[str, frozenset[str]] = {}
    if drawn:
        listed = ", ".join(str(int(note)) for note in sorted({one[3] for one in drawn}))
        sql = (
            "SELECT digest, list(DISTINCT category) FROM review_texts JOIN w.mentions USING (note_id) "
            f"WHERE note_id IN ({listed}) GROUP BY 1"
        )
        found = {digest: frozenset(categories) for digest, categories in connection.execute(sql).fetchall()}
    return Draw(strata, found, {one[2]: one[3] for one in drawn}, _known(connection, answered))


def texts_of(connection: Any, note_ids: Collection[int]) -> dict[int, str]:
    """The notes to show, by id: for a person's eyes, never for a file."""
    if not note_ids:
        return {}
    listed = ", ".join(str(int(one)) for one in sorted(note_ids))
    return dict(connection.execute(f"SELECT note_id, text FROM w.notes WHERE note_id IN ({listed})").fetchall())


def _digests(connection: Any, key: bytes) -> None:
    """Makes review_texts (note_id, digest): notes cannot be guessed from their digests without the key."""
    sql, secrets = keyed_digest("text", key)
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE review_texts AS SELECT note_id, {sql} AS digest FROM w.notes", secrets
    )


def _filled(connection: Any, seed: int) -> None:
    """Makes review_filled: one row for each filled note, with its ticket of the lottery and its stratum."""
    connection.execute(f"""
        CREATE OR REPLACE TEMP TABLE review_filled AS
        WITH owner AS (SELECT controller, count(*) AS notes FROM w.files WHERE note IS NOT NULL GROUP BY 1),
        copies AS (SELECT rid, note_id, row_number() OVER (PARTITION BY note_id ORDER BY rid) AS copy
            FROM w.record_notes)
        SELECT note_id, note_id IN (SELECT note_id FROM w.mentions) AS flagged,
            sha256('breachkit review {int(seed)} ' || copy || ' ' || text) AS ticket,
            (source, CAST(log10(coalesce(owner.notes, 1)) AS INTEGER),
                CASE WHEN length(text) <= 20 THEN 0 WHEN length(text) <= 60 THEN 1 WHEN length(text) <= 150 THEN 2
                ELSE 3 END) AS stratum
        FROM copies JOIN w.notes USING (note_id) JOIN w.files r USING (rid)
        LEFT JOIN owner ON owner.controller IS NOT DISTINCT FROM r.controller
    """)


# The k-th of a stratum of n comes at (k - 1/2) / n: the first m of all hold m × n / N of it, to the nearest whole.
_UNFLAGGED = f"""
    WITH placed AS (SELECT note_id, ticket,
        (row_number() OVER (PARTITION BY stratum ORDER BY ticket) - 0.5) / count(*) OVER (PARTITION BY stratum) AS place
        FROM review_filled WHERE NOT flagged)
    SELECT '{UNFLAGGED}', row_number() OVER (ORDER BY place, ticket) AS position, digest, note_id
    FROM placed JOIN review_texts USING (note_id) ORDER BY position LIMIT {{limit}}"""
_FLAGGED = f"""
    SELECT '{FLAGGED}', row_number() OVER (ORDER BY ticket) AS position, digest, note_id
    FROM review_filled JOIN review_texts USING (note_id) WHERE flagged ORDER BY position LIMIT {{limit}}"""
_CATEGORY = """
    SELECT category, row_number() OVER (PARTITION BY category ORDER BY ticket) AS position, digest, note_id
    FROM review_filled JOIN (SELECT DISTINCT note_id, category FROM w.mentions) USING (note_id)
    JOIN review_texts USING (note_id) QUALIFY position <= {limit} ORDER BY category, position"""
_WHOLE = f"""
    SELECT '{UNFLAGGED}', count(*) FILTER (NOT flagged) FROM review_filled
    UNION ALL SELECT '{FLAGGED}', count(*) FILTER (flagged) FROM review_filled
    UNION ALL (SELECT category, count(*) FROM review_filled
        JOIN (SELECT DISTINCT note_id, category FROM w.mentions) USING (note_id) GROUP BY 1 ORDER BY 1)"""


def _known(connection: Any, answered: Collection[str]) -> frozenset[str]:
    """The digests asked for that a note of this extract has."""
    import polars as pl

    connection.register("asked", pl.DataFrame({"digest": sorted(answered)}, schema={"digest": pl.String}).to_arrow())
    found = connection.execute("SELECT digest FROM review_texts SEMI JOIN asked USING (digest)").fetchall()
    connection.unregister("asked")
    return frozenset(one for (one,) in found)


def filled_notes(connection: Any) -> int:
    """The filled notes of a workspace."""
    return int(row(connection, "SELECT count(*) FROM w.record_notes")[0])
