"""Distinct identities: every different combination of what a record says of its person, once, with its frequencies.

`w.identities` is numbered in the order of a digest of its content, never of the file, so that no figure depends on
the order of the rows. What does not identify (a telephone of the practice, a date typed by default) is set to NULL.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import polars as pl

from breachkit.reference.catalogue import resource
from breachkit.workspace import row

CONTENT = (
    "family, birth, given, given_first, family_words, birth_words, whole_name, born, sex, phones, email, nir, ins, "
    "file_number, died, street, postcode, controller"
)
# Says nothing of who it is of.
NOBODY = "(coalesce(family, birth, given, nir, ins, email, file_number) IS NULL AND len(phones) = 0)"
MOST_BARE = 15  # rows of one bare name that may be as many persons; as many as a block compares (candidates.py)
# A contact of more identities than this belongs to a practice, a home or nobody; the thresholds are our choice.
CROWDED_CONTACT = 40
HOUSEHOLD_CONTACT = 8  # up to here, a family's
# A birth date this common, and this much commoner than its neighbours of the same year, was typed by default.
DEFAULT_SHARE, DEFAULT_EXCESS, DEFAULT_LEAST = 0.003, 12, 6
# Weight, in identities, of what is known of names in general before the extract is looked at.
BACKGROUND = 1000
BACKGROUND_FAMILY, BACKGROUND_GIVEN, BACKGROUND_BORN = 1 / 2000, 1 / 250, 1 / 25000
RARE_SHARE, RARE_COUNT = 0.02, 2  # a spelling this much rarer than another is taken for a slip of it
# Words before a family name that are written or left out at will.
PARTICLES = "'DE', 'DU', 'DES', 'D', 'LA', 'LE', 'L', 'DA', 'DOS', 'DI', 'DEL', 'EL', 'AL', 'VON', 'VAN', 'DER'"


@dataclass(frozen=True)
class Frequencies:
    """How many identities, and how often two strangers agree by chance on each of these."""

    identities: int
    postcode: float
    controller: float
    household_contact: float
    crowded_contact: float
    # Share of identities that tell (birth date and place, birth date only, place only, neither).
    told: tuple[float, float, float, float] = (1.0, 0.0, 0.0, 0.0)
    reachable: float = 1.0  # share with a contact or an address, by which a household is seen


def build_identities(connection: Any) -> Frequencies:
    """Makes `w.identities` and `w.identity_records` (iid, rid, bare) from `w.records`.

    Only of `bare` identities may several say exactly the same.
    """
    # A record that says of nobody who he is, or is a bare name, is never the same person by equality alone: weights
    # judge it. A bare name on very many rows is a table of events: its rows are taken together.
    connection.execute(f"""
        CREATE OR REPLACE TABLE w.identity_records AS
        WITH keyed AS (SELECT rid, {NOBODY} AS nobody, ({NOBODY} OR (born IS NULL
                AND coalesce(email, street, nir, ins, file_number) IS NULL AND len(phones) = 0)) AS bare,
            hash({CONTENT}) AS content FROM w.records),
        crowded AS (SELECT content FROM keyed WHERE bare AND NOT nobody GROUP BY content
            HAVING count(*) > {MOST_BARE}),
        split AS (SELECT rid, keyed.content, CASE WHEN bare AND crowded.content IS NULL THEN rid END AS alone
            FROM keyed LEFT JOIN crowded ON crowded.content = keyed.content),
        grouped AS (SELECT content, alone, min(rid) AS first FROM split GROUP BY ALL),
        numbered AS (SELECT *, row_number() OVER (ORDER BY content, alone) - 1 AS iid FROM grouped)
        SELECT iid, rid, first, split.alone IS NOT NULL AS bare FROM split JOIN numbered
        ON split.content = numbered.content AND split.alone IS NOT DISTINCT FROM numbered.alone
    """)
    defaults = _default_dates(connection)
    connection.execute("CREATE OR REPLACE TABLE w.default_dates (born DATE)")
    if defaults:
        connection.execute(f"INSERT INTO w.default_dates SELECT unnest([{defaults}])")
    _plain(connection, defaults)
    _contacts(connection)
    _with_frequencies(connection)
    return _frequencies(connection)


def _default_dates(connection: Any) -> str:
    """SQL list of the birth dates that were typed where none was known."""
    # Many rows of one person share her birth date: what is counted in the end is different names.
    found = connection.execute(f"""
        WITH days AS (SELECT born, count(*) AS n FROM w.records WHERE born IS NOT NULL GROUP BY born),
        usual AS (SELECT born, n, sum(n) OVER () AS total, sum(n) OVER (PARTITION BY year(born)) AS in_year FROM days),
        frequent AS (SELECT born, {DEFAULT_EXCESS} * greatest((in_year - n) / 365.0, total / 36500.0) AS ceiling,
            {DEFAULT_SHARE} * total AS share FROM usual WHERE n >= {DEFAULT_LEAST} AND n > ceiling AND n > share)
        SELECT born FROM frequent JOIN w.records USING (born) GROUP BY born, ceiling, share
        HAVING count(DISTINCT whole_name) >= greatest({DEFAULT_LEAST}, share, ceiling) ORDER BY born
    """).fetchall()
    return ", ".join(f"DATE '{born.isoformat()}'" for (born,) in found)


def _plain(connection: Any, defaults: str) -> None:
    """One row an identity, its names in every form that may be compared."""
    born = f"CASE WHEN born NOT IN ({defaults}) THEN born END" if defaults else "born"

    # A number that tells the birth and sex of its file is the person's own, not a parent's.
    own = f"""coalesce(substr(nir, 2, 4) = strftime({born}, '%y%m')
        AND (sex IS NULL OR (left(nir, 1) IN ('1', '3', '7')) = (sex = 'M')), false)"""

    # The INS of 22 digits was computed, and is compared with its like only.
    number = "CASE WHEN length(ins) >= 20 THEN left(ins, 20) ELSE left(ins, 13) END"

    def core(words: str) -> str:
        return f"""array_to_string(list_filter(string_split({words}, ' '), lambda w: w NOT IN ({PARTICLES})), '')"""

    def parts(words: str) -> str:
        return f"""coalesce(list_filter(string_split({words}, ' '),
            lambda w: length(w) > 2 AND w NOT IN ({PARTICLES})), CAST([] AS VARCHAR[]))"""

    connection.execute(f"""
        CREATE OR REPLACE TABLE w.plain_identities AS
        SELECT iid, coalesce(family, birth) AS family, CASE WHEN family IS NOT NULL THEN birth END AS birth,
            given, given_first, whole_name, {born} AS born, strftime({born}, '%Y%m%d') AS day, sex,
            CASE WHEN family_words IS NULL AND birth_words IS NULL THEN NULL ELSE
                list_filter([{core("family_words")}, {core("birth_words")}], lambda w: length(w) > 2) END AS cores,
            CASE WHEN family_words IS NULL AND birth_words IS NULL THEN NULL ELSE
                list_concat({parts("family_words")}, {parts("birth_words")}) END AS parts,
            list_filter(list_concat(phones, [email, street]), lambda c: c IS NOT NULL) AS contacts,
            left(nir, 13) AS nir, left(ins, 13) AS ins, file_number, died, postcode, controller, {own} AS own_nir,
            coalesce({number}, CASE WHEN {own} THEN left(nir, 13) END) AS own_number,
            CASE WHEN own_number IS NULL THEN NULL WHEN length(own_number) > 13 THEN 'former'
                WHEN left(own_number, 1) IN ('7', '8') THEN 'waiting' ELSE 'final' END AS own_kind
        FROM w.identity_records i JOIN w.records r ON r.rid = i.first WHERE i.rid = i.first
    """)
    connection.execute("ALTER TABLE w.identity_records DROP first")


def _contacts(connection: Any) -> None:
    """`w.contacts` (iid, contact, holders): what identifies a household at least; a practice's number does not."""
    connection.execute(f"""
        CREATE OR REPLACE TABLE w.contacts AS
        WITH each AS (SELECT iid, unnest(contacts) AS contact FROM w.plain_identities),
        held AS (SELECT contact, count(*) AS holders FROM each GROUP BY contact
            HAVING count(*) BETWEEN 2 AND {CROWDED_CONTACT})
        SELECT iid, contact, holders FROM each JOIN held USING (contact)
    """)


def _with_frequencies(connection: Any) -> None:
    """`w.identities`: the names with how common each is (as a power of two) and the contacts that two may share."""
    connection.register("known_given", pl.DataFrame({"given": known_given_names()}).to_arrow())
    connection.execute(f"""
        CREATE OR REPLACE TABLE w.identities AS
        WITH shared AS (SELECT iid, list(contact ORDER BY contact) FILTER (holders <= {HOUSEHOLD_CONTACT}) AS close,
            list(contact ORDER BY contact) FILTER (holders > {HOUSEHOLD_CONTACT}) AS crowded FROM w.contacts
            GROUP BY iid),
        families AS (SELECT family, count(*) AS n FROM w.plain_identities WHERE family IS NOT NULL GROUP BY 1),
        givens AS (SELECT given, count(*) AS given_count FROM w.plain_identities WHERE given IS NOT NULL GROUP BY 1),
        eras AS (SELECT given, year(born) // 10 AS era, count(*) AS n FROM w.plain_identities
            WHERE given IS NOT NULL AND born IS NOT NULL GROUP BY ALL),
        in_era AS (SELECT era, sum(n) AS total FROM eras GROUP BY 1),
        days AS (SELECT born, count(*) AS n FROM w.plain_identities WHERE born IS NOT NULL GROUP BY 1),
        named AS (SELECT count(family) AS f, count(given) AS g, count(born) AS b FROM w.plain_identities),
        common AS (SELECT given, given_count,
            (given_count + {BACKGROUND * BACKGROUND_GIVEN}) / (g + {BACKGROUND}.0) AS share FROM givens, named)
        SELECT p.* EXCLUDE contacts, close, crowded, len(contacts) > 0 AS reachable,
            CAST(round(-log2((families.n + {BACKGROUND * BACKGROUND_FAMILY}) / (named.f + {BACKGROUND}.0))) AS INTEGER)
                AS family_rarity,
            CAST(round(-log2((coalesce(eras.n, 0) + 100 * common.share) / (coalesce(in_era.total, 0) + 100.0)))
                AS INTEGER) AS given_rarity,
            CAST(round(-log2((days.n + {BACKGROUND * BACKGROUND_BORN}) / (named.b + {BACKGROUND}.0))) AS INTEGER)
                AS born_rarity,
            coalesce(given_count, 0) AS given_count, known_given.given IS NOT NULL AS given_known
        FROM w.plain_identities p CROSS JOIN named LEFT JOIN shared USING (iid) LEFT JOIN families USING (family)
        LEFT JOIN common USING (given) LEFT JOIN eras ON eras.given = p.given AND eras.era = year(p.born) // 10
        LEFT JOIN known_given ON known_given.given = p.given
        LEFT JOIN in_era ON in_era.era = year(p.born) // 10 LEFT JOIN days ON days.born = p.born
        ORDER BY iid
    """)
    connection.unregister("known_given")
    connection.execute("DROP TABLE w.plain_identities")


def known_given_names() -> list[str]:
    """Known given names, letters only (reference/lists): between two of them, one letter is no slip."""
    names = ("given_names", "given_names_wide")
    lines = (line for name in names for line in resource(f"lists/{name}.txt").splitlines())
    plain = pl.Series([line for line in lines if not line.startswith("#")]).str.normalize("NFKD").str.to_uppercase()
    return sorted(set(plain.str.replace_all("[^A-Z]", "").to_list()) - {""})


def _frequencies(connection: Any) -> Frequencies:
    (size,) = row(connection, "SELECT count(*) FROM w.identities")

    def agreement(column: str, fallback: float) -> float:
        (share,) = row(
            connection,
            f"SELECT sum(n * n) / greatest(sum(n) * sum(n), 1) FROM (SELECT CAST(count(*) AS DOUBLE) AS n "
            f"FROM w.identities WHERE {column} IS NOT NULL GROUP BY {column})",
        )
        return min(max(float(share or fallback), 1e-6), 0.999)

    close, crowded = row(
        connection,
        f"SELECT coalesce(sum(holders - 1) FILTER (holders <= {HOUSEHOLD_CONTACT}), 0), "
        f"coalesce(sum(holders - 1) FILTER (holders > {HOUSEHOLD_CONTACT}), 0) FROM w.contacts",
    )
    reachable, both, dated, placed = row(
        connection,
        "SELECT count(*) FILTER (reachable), count(*) FILTER (day IS NOT NULL AND postcode IS NOT NULL), "
        "count(*) FILTER (day IS NOT NULL AND postcode IS NULL), "
        "count(*) FILTER (day IS NULL AND postcode IS NOT NULL) FROM w.identities",
    )
    square = max(float(size) * float(size), 1e4)
    return Frequencies(
        identities=int(size),
        postcode=agreement("postcode", 0.01),
        controller=agreement("controller", 0.1),
        household_contact=min(max(float(close) / square, 1e-9), 0.5),
        crowded_contact=min(max(float(crowded) / square, 1e-9), 0.5),
        told=tuple(n / max(size, 1) for n in (both, dated, placed, size - both - dated - placed)),
        reachable=reachable / max(size, 1),
    )
