"""Which columns stand for the same person: a key that always goes with one birth date, a sex that follows a given name.

A number that comes back with the same date or name each time is the key of somebody, whatever its form; one that comes
back with another each time is not. Two statements over at most `ROWS_LOOKED_AT` rows (see relations.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from breachkit.fields.profile import SAMPLE_SEED, ColumnProfile
from breachkit.fields.relations import MIN_ROWS, ROWS_LOOKED_AT, SORTS, Relation
from breachkit.recognisers.keys import trimmed

if TYPE_CHECKING:
    import duckdb

MOST_KEYS, MOST_TOLD = 5, 6  # columns of each sort that are compared
REPEATED = 1.4  # rows for a distinct key, at least: a key seen once goes with anything
LEAST_REPEATED_ROWS = 30  # rows of given names seen twice or more, for a sex to be told by them


def is_repeated_key(one: ColumnProfile) -> bool:
    """One word with digits that comes back: the number of a file, of a contract, of a professional."""
    return (
        one.distinct >= 8
        and one.distinct_ratio <= 0.9
        and one.shares["one_word"] >= 0.9
        and one.shares["any_digit"] >= 0.9
        and one.shares["date"] < 0.3
        and one.shares["decimal"] < 0.1
        and one.shares["clock"] < 0.5
        and one.length_mean >= 4
    )


def _is_told(one: ColumnProfile) -> bool:
    return one.distinct >= 8 and (SORTS["name"](one) or SORTS["date"](one))


def _is_given(one: ColumnProfile) -> bool:
    return SORTS["name"](one) and one.lists["given_names"] >= 0.25 and one.distinct_ratio <= 0.8


def _is_pair(one: ColumnProfile) -> bool:
    return 2 <= one.distinct <= 4 and one.length_max <= 12


def _first(profiles: Sequence[ColumnProfile], fits: object, most: int) -> list[int]:
    places = [at for at, one in enumerate(profiles) if one.looked_at and fits(one)]  # type: ignore[operator]
    places.sort(key=lambda at: (-profiles[at].filled, -profiles[at].distinct, profiles[at].length_mean))
    return places[:most]


def _rows(table: str, profiles: Sequence[ColumnProfile], places: set[int]) -> str:
    step = max(1, profiles[0].rows // ROWS_LOOKED_AT)
    columns = ", ".join(one.column for one in profiles)
    chosen = f" WHERE hash({columns}, {SAMPLE_SEED}) % {step} = 0" if step > 1 else ""
    items = ", ".join(f"nullif(upper({trimmed(profiles[at].column)}), '') AS v{at}" for at in sorted(places))
    return f"SELECT {items} FROM {table}{chosen}"


def entity_relations(
    connection: duckdb.DuckDBPyConnection, table: str, profiles: Sequence[ColumnProfile]
) -> tuple[Relation, ...]:
    """`determines`: share 1 where each value of the first goes with one value of the second; `sex_of_given`."""
    keys = _first(profiles, is_repeated_key, MOST_KEYS)
    told = _first(profiles, _is_told, MOST_TOLD)
    pairs = [(key, one) for key in keys for one in told if key != one]
    found: list[Relation] = []
    if pairs:
        parts = []
        for key, one in pairs:
            both = f"FILTER (WHERE v{key} IS NOT NULL AND v{one} IS NOT NULL)"
            parts += [
                f"count(*) {both}",
                f"count(DISTINCT v{key}) {both}",
                f"count(DISTINCT hash(v{key}, v{one})) {both}",
            ]
        rows = _rows(table, profiles, {*keys, *told})
        counts = connection.execute(f"SELECT {', '.join(parts)} FROM ({rows})").fetchone() or ()
        for at, (key, one) in enumerate(pairs):
            filled, distinct, couples = counts[3 * at : 3 * at + 3]
            if filled >= MIN_ROWS and filled >= REPEATED * distinct:
                found.append(Relation("determines", key, one, distinct / couples, int(filled)))
    return (*found, *_sexes(connection, table, profiles))


def _sexes(
    connection: duckdb.DuckDBPyConnection, table: str, profiles: Sequence[ColumnProfile]
) -> tuple[Relation, ...]:
    """How far a column of few values follows the given name beyond chance: 1 always, 0 not at all."""
    given = _first(profiles, _is_given, 2)
    two = _first(profiles, _is_pair, 6)
    pairs = [(name, one) for name in given for one in two if name != one]
    if not pairs:
        return ()
    rows = _rows(table, profiles, {*given, *two})
    parts = " UNION ALL ".join(
        f"SELECT {name} AS a, {one} AS b, v{name} AS g, v{one} AS s, count(*) AS n FROM told "
        f"WHERE v{name} IS NOT NULL AND v{one} IS NOT NULL GROUP BY ALL"
        for name, one in pairs
    )
    found = connection.execute(
        f"""WITH told AS MATERIALIZED ({rows}), counted AS ({parts}),
        names AS (SELECT a, b, g, max(n) AS most, sum(n) AS n FROM counted GROUP BY ALL HAVING sum(n) >= 2),
        base AS (SELECT a, b, max(n) / sum(n) AS share FROM (SELECT a, b, s, sum(n) AS n FROM counted GROUP BY ALL)
            GROUP BY ALL)
        SELECT names.a, names.b, sum(most) / sum(n), sum(n), any_value(share)
        FROM names JOIN base ON names.a = base.a AND names.b = base.b GROUP BY ALL"""
    ).fetchall()
    return tuple(
        Relation(
            "sex_of_given", int(name), int(one), max(0.0, (float(kept) - float(share)) / (1 - float(share))), int(n)
        )
        for name, one, kept, n, share in found
        if n >= LEAST_REPEATED_ROWS and share <= 0.9
    )
