"""Records into persons, three times: under certain links, probable links, and possible ones.

Everything is whole-column SQL; the components of the graph of links are found by SciPy on plain integers, so that
no name leaves the workspace.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from breachkit.people.links import CERTAIN, POSSIBLE, PROBABLE, RULES, LinkRule
from breachkit.reference.catalogue import resource
from breachkit.workspace import row

IDENTITY = "family, birth, given, given_first, born, sex, phones, email, nir, address, postcode, controller"


@dataclass(frozen=True)
class Resolution:
    """Persons among the patient records; `links` counts the pairs each rule gave."""

    records: int
    low: int
    best: int
    high: int
    without_identity: int
    links: dict[str, int]


def resolve(connection: Any) -> Resolution:
    """Makes `w.persons` (rid, p1 certain, p2 probable, p3 possible) from `w.records`, and counts."""
    _identities(connection)
    size = int(row(connection, "SELECT count(*) FROM w.identities")[0])
    labels, counts = _components(connection, size)
    connection.register("labels", pl.DataFrame(labels).to_arrow())
    connection.execute(
        "CREATE OR REPLACE TABLE w.persons AS SELECT rid, p1, p2, p3 FROM w.identity_records JOIN labels USING (iid) "
        "ORDER BY rid"
    )
    connection.unregister("labels")
    for table in ("w.named_contacts", "w.named", "w.identity_records", "w.identities"):
        connection.execute(f"DROP TABLE {table}")
    records, high, best, low = row(
        connection,
        "SELECT count(*), count(DISTINCT p1), count(DISTINCT p2), count(DISTINCT p3) FROM w.persons",
    )
    (bare,) = row(connection, "SELECT count(*) FROM w.records WHERE coalesce(family, birth, given, nir) IS NULL")
    return Resolution(records, low, best, high, bare, counts)


def _identities(connection: Any) -> None:
    """Distinct identities, numbered by first appearance; then one row per surname, and per surname and contact."""
    # A record that names nobody, or has neither birth date nor contact, is not the same person by equality alone.
    connection.execute(f"""
        CREATE OR REPLACE TABLE w.grouped AS
        SELECT row_number() OVER (ORDER BY min(rid)) - 1 AS iid, {IDENTITY}, list(rid) AS rids FROM w.records
        GROUP BY {IDENTITY},
            CASE WHEN coalesce(family, birth, given, nir) IS NULL THEN rid END,
            CASE WHEN born IS NULL AND coalesce(email, address, nir) IS NULL AND len(phones) = 0 THEN rid END
    """)
    connection.execute("CREATE OR REPLACE TABLE w.identities AS SELECT * EXCLUDE rids FROM w.grouped")
    connection.execute("CREATE OR REPLACE TABLE w.identity_records AS SELECT iid, unnest(rids) AS rid FROM w.grouped")
    connection.execute("DROP TABLE w.grouped")
    connection.register("known", pl.DataFrame({"given": known_given_names()}).to_arrow())
    connection.execute("""
        CREATE OR REPLACE TABLE w.named AS
        WITH spelt AS (
            SELECT iid, unnest(list_distinct([family, birth])) AS surname, given, born, sex, nir, postcode, controller,
                list_filter(list_concat(phones, [email, address]), lambda one: one IS NOT NULL) AS contacts
            FROM w.identities),
        counted AS (SELECT given, count(DISTINCT iid) AS given_count FROM spelt GROUP BY given)
        SELECT spelt.*, coalesce(given_count, 0) AS given_count, known.given IS NOT NULL AS given_known
        FROM spelt LEFT JOIN counted USING (given) LEFT JOIN known USING (given) WHERE surname IS NOT NULL
    """)
    connection.unregister("known")
    connection.execute(
        "CREATE OR REPLACE TABLE w.named_contacts AS "
        "SELECT * EXCLUDE contacts, unnest(contacts) AS contact FROM w.named"
    )


def known_given_names() -> list[str]:
    """Common French given names, letters only (reference/lists/given_names.txt)."""
    lines = resource("lists/given_names.txt").splitlines()
    plain = pl.Series([line for line in lines if not line.startswith("# ")]).str.normalize("NFKD").str.to_uppercase()
    return sorted(set(plain.str.replace_all("[^A-Z]", "").to_list()) - {""})


def _pairs(connection: Any, rule: LinkRule) -> tuple[np.ndarray, np.ndarray]:
    found = connection.execute(f"SELECT a, b FROM ({rule.sql})").fetchnumpy()
    return np.asarray(found["a"], dtype=np.int64), np.asarray(found["b"], dtype=np.int64)


def _components(connection: Any, size: int) -> tuple[dict[str, np.ndarray], dict[str, int]]:
    """The person of each identity under each level, numbered by its first identity."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    labels: dict[str, np.ndarray] = {"iid": np.arange(size, dtype=np.int64)}
    counts: dict[str, int] = {}
    sides: tuple[list[np.ndarray], list[np.ndarray]] = ([], [])
    for level, name in ((CERTAIN, "p1"), (PROBABLE, "p2"), (POSSIBLE, "p3")):
        for rule in RULES:
            if rule.level == level:
                a, b = _pairs(connection, rule)
                counts[rule.id] = len(a)
                sides[0].append(a)
                sides[1].append(b)
        a, b = np.concatenate(sides[0]), np.concatenate(sides[1])
        graph = coo_array((np.ones(len(a), dtype=np.int8), (a, b)), shape=(size, size))
        labels[name] = connected_components(graph, directed=False)[1].astype(np.int64)
    return labels, counts
