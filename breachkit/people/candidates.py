"""The pairs of identities worth comparing, and how each pair agrees: `w.pairs` (a, b, pattern).

A *block* puts together identities that share a key; only pairs within a block are compared. A block too large to
say anything (every MARTIN MARIE of a town) is passed over: its cap keeps the cost near linear. Then each pair is
described once by the level of agreement of each trait, packed into one number, its *pattern*.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from breachkit.people.identities import RARE_COUNT, RARE_SHARE
from breachkit.workspace import row


@dataclass(frozen=True)
class Block:
    """Identities that share `keys` are compared, unless more than `cap` do; `source` has rows of identities.

    Of very many identities (`LARGE`), strangers alike by chance outnumber all else: `finer` are keys asked besides, in
    turn, and with `undated` only pairs of which one tells no birth date are kept (other blocks meet dated ones).
    """

    keys: str
    cap: int
    source: str = "w.name_keys"
    extra: str = ""
    finer: tuple[str, ...] = ()
    undated: bool = False

    def for_size(self, size: int) -> tuple[Block, ...]:
        """The blocks to collect for this many identities."""
        if size <= LARGE:
            return (replace(self, undated=False, finer=()),)
        return tuple(replace(self, keys=f"{self.keys}, {key}", finer=()) for key in self.finer) or (self,)

    @property
    def traits(self) -> list[str]:
        """The columns that must be told."""
        found = [one.strip() for one in self.keys.split(",")]
        plain = [one for one in found if one.isidentifier()]
        return plain if len(plain) == len(found) or "born" not in self.keys else [*plain, "born"]


LARGE = 2_000_000  # identities. Our choice: below, every pair of a block is worth its cost
SLICE = 1_500_000  # identities whose traits are held in memory at once, twice
NAMED, CONTACTED = "w.name_keys", "w.contact_keys"  # one row for each name, or contact, of an identity; digests only
BLOCKS = (
    Block("name, born", 60),
    Block("given, born", 60, finer=("head", "tail")),
    Block("given_first, born", 60, extra="given_first <> given"),
    Block("whole_name, born", 60),
    Block("contact, given_first", 20, CONTACTED),
    Block("contact, born", 20, CONTACTED),
    Block("contact", 8, CONTACTED),
    Block("name, given_first, postcode", 20),
    Block("name, given_first, controller", 20),
    Block("name, given_first", 15, undated=True),
    Block("whole_name", 15, undated=True),
    Block("name, given, year(born), least(day(born), month(born)), greatest(day(born), month(born))", 40,
          extra="day(born) <= 12"),
    Block("name, given, day(born), month(born)", 20),
    Block("name, given, year(born)", 20),
    Block("postcode, born", 20),
    Block("controller, born", 12),
    Block("nir", 12, "w.identities"),
    Block("own_number", 30, "w.identities"),
    Block("file_number, coalesce(controller, '')", 30, "w.identities", extra="file_number IS NOT NULL"),
)  # fmt: skip


def build_pairs(connection: Any) -> dict[str, int]:
    """Makes `w.pairs` (a, b, pattern), a < b, each once; how many blocks were too large, by their keys."""
    _digests(connection)
    connection.execute("CREATE OR REPLACE TABLE w.candidates (a BIGINT, b BIGINT)")
    skipped: dict[str, int] = {}
    (size,) = row(connection, "SELECT count(*) FROM w.identities")
    for block in BLOCKS:
        for one in block.for_size(size):
            _collect(connection, one, skipped)
    for table in (NAMED, CONTACTED):
        connection.execute(f"DROP TABLE {table}")
    connection.execute("CREATE OR REPLACE TABLE w.met AS SELECT DISTINCT a, b FROM w.candidates")
    connection.execute("DROP TABLE w.candidates")
    connection.execute("CREATE OR REPLACE TABLE w.pairs (a BIGINT, b BIGINT, pattern BIGINT)")
    for first, second in _squares(size):
        levels = _LEVELS.format(one=first, other=second)
        connection.execute(f"INSERT INTO w.pairs SELECT one, two, {_packed()} FROM ({levels})")
    connection.execute("DROP TABLE w.met")
    return skipped


def _squares(size: int) -> Iterator[tuple[str, str]]:
    """Conditions that split the pairs (a < b) into squares of slices: the traits of two slices fit in memory."""
    slices = [f"BETWEEN {first} AND {first + SLICE - 1}" for first in range(0, max(size, 1), SLICE)]
    for place, one in enumerate(slices):
        for other in slices[place:]:
            yield one, other


def _digests(connection: Any) -> None:
    """The traits that blocks are made of, as numbers: once for each name, and once for each contact that is shared."""

    def digest(column: str) -> str:
        return f"CASE WHEN {column} IS NOT NULL THEN hash({column}) END AS {column}"

    every = "list_distinct(list_filter(list_concat([family, birth], cores, parts), lambda w: w IS NOT NULL))"
    connection.execute(f"""
        CREATE OR REPLACE TABLE {NAMED} AS
        SELECT iid, {digest("name")}, hash(left(name, 2)) AS head, hash(right(name, 2)) AS tail, {digest("given")},
            {digest("given_first")}, {digest("whole_name")}, born, {digest("postcode")}, {digest("controller")}
        FROM (SELECT *, family AS name FROM w.identities WHERE birth IS NULL AND cores IS NULL
            UNION ALL SELECT *, unnest({every}) AS name FROM w.identities WHERE birth IS NOT NULL OR cores IS NOT NULL)
    """)
    connection.execute(f"""
        CREATE OR REPLACE TABLE {CONTACTED} AS
        SELECT iid, hash(contact) AS contact, {digest("given_first")}, born
        FROM w.contacts JOIN (SELECT iid, given_first, born FROM w.identities) USING (iid)
    """)


def _collect(connection: Any, block: Block, skipped: dict[str, int]) -> None:
    """The pairs of one block, by a digest of its keys; a block over its cap gives none and is counted."""
    told = " AND ".join(f"{key} IS NOT NULL" for key in block.traits)
    where = f"{told} AND {block.extra}" if block.extra else told
    undated = ", born IS NULL AS undated" if block.undated else ""
    either = " AND (x.undated OR y.undated)" if block.undated else ""
    # Digests of digests, in memory (spilled encrypted): no value of the extract.
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE keyed AS SELECT DISTINCT hash({block.keys}) AS key, iid{undated} "
        f"FROM {block.source} WHERE {where}"
    )
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE sizes AS SELECT key, count(*) AS n FROM keyed GROUP BY key HAVING count(*) > 1"
    )
    connection.execute(f"""
        CREATE OR REPLACE TEMP TABLE kept AS
        SELECT * FROM keyed SEMI JOIN (SELECT key FROM sizes WHERE n <= {block.cap}) USING (key)
    """)
    connection.execute(
        "INSERT INTO w.candidates SELECT x.iid, y.iid FROM kept x JOIN kept y "
        f"ON x.key = y.key AND x.iid < y.iid{either}"
    )
    (large,) = row(connection, f"SELECT count(*) FROM sizes WHERE n > {block.cap}")
    if large:
        skipped[block.keys] = int(large)
    for table in ("keyed", "sizes", "kept"):
        connection.execute(f"DROP TABLE {table}")


# Traits of a pattern, each with the number of its values: levels are named in `agreement.py`.
SIZES = (("s", 8), ("fs", 32), ("g", 8), ("fg", 32), ("b", 8), ("fb", 32), ("x", 4), ("l", 8), ("c", 4), ("n", 8),
         ("f", 4))  # fmt: skip


def _packed() -> str:
    packed = "0::BIGINT"
    for name, size in SIZES:
        packed = f"({packed} * {size} + {name})"
    return packed


def unpack(pattern: Any) -> dict[str, Any]:
    """The levels of patterns (numbers or arrays of them), by trait."""
    found = {}
    for name, size in reversed(SIZES):
        found[name] = pattern % size
        pattern = pattern // size
    return found


def _slip(one: str, other: str) -> str:
    """One slip, two in a long name, or most of it alike."""
    return f"""(damerau_levenshtein({one}, {other}) <= CASE WHEN least(length({one}), length({other})) >= 8 THEN 2
        WHEN least(length({one}), length({other})) >= 3 THEN 1 ELSE 0 END
        OR (least(length({one}), length({other})) >= 5 AND jaro_winkler_similarity({one}, {other}) >= 0.93))"""


_ALL = "list_filter(list_concat([{0}.family, {0}.birth], coalesce({0}.cores, [])), lambda w: w IS NOT NULL)"
# The family name of one is the given name of the other: names typed in the wrong order, one of them changed besides.
_CROSSED = "(x.given = y.family OR x.family = y.given OR coalesce(x.given = y.birth OR x.birth = y.given, false))"
_SURNAME = f"""CASE WHEN x.family IS NULL OR y.family IS NULL THEN 0
    WHEN x.family = y.family THEN 1
    WHEN x.given <> y.given AND x.whole_name = y.whole_name THEN 5
    WHEN x.birth IS NULL AND y.birth IS NULL AND x.parts IS NULL AND y.parts IS NULL THEN
        CASE WHEN {_slip("x.family", "y.family")} THEN 3 WHEN {_CROSSED} THEN 6 ELSE 4 END
    WHEN list_has_any({_ALL.format("x")}, {_ALL.format("y")}) THEN 1
    WHEN list_has_any(list_concat({_ALL.format("x")}, coalesce(x.parts, [])), {_ALL.format("y")})
        OR list_has_any({_ALL.format("x")}, list_concat({_ALL.format("y")}, coalesce(y.parts, []))) THEN 2
    WHEN {_slip("x.family", "y.family")} OR coalesce({_slip("x.birth", "y.family")}, false)
        OR coalesce({_slip("x.family", "y.birth")}, false) OR coalesce({_slip("x.birth", "y.birth")}, false) THEN 3
    WHEN {_CROSSED} THEN 6 ELSE 4 END"""
# A compound name cut short, or an initial; JULIE is no short form of JULIEN.
_CUT = """((x.given_first = y.given OR y.given_first = x.given)
    OR (starts_with(x.given, y.given) AND (length(y.given) = 1 OR length(x.given) - length(y.given) >= 5))
    OR (starts_with(y.given, x.given) AND (length(x.given) = 1 OR length(y.given) - length(x.given) >= 5)))"""
_GIVEN = f"""CASE WHEN x.given IS NULL OR y.given IS NULL THEN 0
    WHEN x.given = y.given THEN 1
    WHEN x.whole_name = y.whole_name THEN 6
    WHEN {_CUT} THEN 2
    WHEN {_slip("x.given", "y.given")} THEN
        CASE WHEN NOT (x.given_known AND y.given_known) AND least(x.given_count, y.given_count)
            <= greatest({RARE_COUNT}, {RARE_SHARE} * greatest(x.given_count, y.given_count)) THEN 3 ELSE 4 END
    ELSE 5 END"""
_BORN = """CASE WHEN x.day IS NULL OR y.day IS NULL THEN 0
    WHEN x.day = y.day THEN 1
    WHEN left(x.day, 4) = left(y.day, 4) AND substr(x.day, 5, 2) = substr(y.day, 7, 2)
        AND substr(x.day, 7, 2) = substr(y.day, 5, 2) THEN 2
    WHEN damerau_levenshtein(x.day, y.day) = 1 THEN 3
    WHEN hamming(x.day, y.day) = 2 THEN 4
    ELSE 5 END"""
_LEVELS = f"""SELECT m.a AS one, m.b AS two, {_SURNAME} AS s,
    CASE WHEN s IN (1, 5) THEN least(x.family_rarity, y.family_rarity, 31) ELSE 0 END AS fs,
    {_GIVEN} AS g, CASE WHEN g IN (1, 6) THEN least(x.given_rarity, y.given_rarity, 31) ELSE 0 END AS fg,
    {_BORN} AS b, CASE WHEN x.day = y.day THEN least(x.born_rarity, y.born_rarity, 31) ELSE 0 END AS fb,
    CASE WHEN x.sex IS NULL OR y.sex IS NULL THEN 0 WHEN x.sex = y.sex THEN 1 ELSE 2 END AS x,
    CASE WHEN list_has_any(x.close, y.close) THEN 1 WHEN list_has_any(x.crowded, y.crowded) THEN 2
        WHEN x.postcode = y.postcode THEN CASE WHEN x.reachable AND y.reachable THEN 3 ELSE 4 END
        WHEN x.postcode <> y.postcode THEN 5 ELSE 0 END AS l,
    CASE WHEN x.controller IS NULL OR y.controller IS NULL THEN 0 WHEN x.controller = y.controller THEN 1 ELSE 2 END
        AS c,
    CASE WHEN x.own_number = y.own_number AND (x.ins IS NOT NULL OR y.ins IS NOT NULL) THEN 4
        WHEN (x.own_number <> y.own_number AND x.own_kind = y.own_kind) OR (x.died <> y.died
            AND hamming(CAST(x.died AS VARCHAR), CAST(y.died AS VARCHAR)) > 2) THEN 2
        WHEN x.nir IS NULL OR y.nir IS NULL THEN 0 WHEN x.nir = y.nir THEN 1 ELSE 3 END AS n,
    CASE WHEN x.controller IS DISTINCT FROM y.controller OR x.file_number IS NULL OR y.file_number IS NULL THEN 0
        WHEN x.file_number = y.file_number THEN 1
        WHEN damerau_levenshtein(x.file_number, y.file_number) <= 1 THEN 2 ELSE 3 END AS f
    FROM (SELECT a, b FROM w.met WHERE a {{one}} AND b {{other}}) m
    JOIN (SELECT * FROM w.identities WHERE iid {{one}}) x ON x.iid = m.a
    JOIN (SELECT * FROM w.identities WHERE iid {{other}}) y ON y.iid = m.b"""
