"""Tables that only refer to persons, tied to them by a key: a number of patient or stay, the record of a nested list.

A dump keeps the diagnoses of a stay in a table of their own; a nested list becomes a table whose first column is the
record it hung from. A tie is looked for in the values: those of one column are found in the key of a table already
tied, and the header, or the look of the numbers, says that it is no chance. Chains are followed (diagnosis, stay,
patient). The thresholds are our choice.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from breachkit.people.records import CONTROLLER_FIELDS
from breachkit.workspace import row

NESTED = "record"  # header of the first column of a nested list's table (reading.json.tables)
OF_PERSON = ("patient_id", "nir", "ins", "contract_number", "username")
KEYS = (*OF_PERSON, "technical_id", "flag", "unknown", "other", "id_document", "access_code")
# Words of a header that say "number of" and not of what.
PLAIN = {"id", "ident", "identifiant", "num", "numero", "no", "n", "cle", "code", "cd", "key", "fk", "pk", "ref",
         "uuid", "guid", "rowid", "number", "t", "tbl", "table", "de", "du", "d"}  # fmt: skip
FOUND = 0.5  # share of a column's values found in the key, where the header says the same
FOUND_UNNAMED = 0.95  # where it does not
LEAST_VALUES, LEAST_LENGTH, SPARSE = 20, 5, 0.1  # without a header's word: how many, how long, how far apart
ONE_PERSON = 1.02  # persons to a key, at most
MOST_KEYS = 12  # columns looked at in one table, the likeliest first


@dataclass(frozen=True)
class KeyColumn:
    """A column that may be a key: its name in the table, its header and its field."""

    raw: str
    header: str
    field: str


@dataclass(frozen=True)
class Tieable:
    """A table, its name, where it was read, and its columns; `names_persons` where its rows are persons already."""

    number: int
    table: str
    name: str
    origin: str
    nested: bool
    names_persons: bool
    columns: tuple[KeyColumn, ...]

    @property
    def keys(self) -> list[KeyColumn]:
        found = [one for one in self.columns if one.field in KEYS]
        return sorted(found, key=lambda one: KEYS.index(one.field))[:MOST_KEYS]

    @property
    def controllers(self) -> list[KeyColumn]:
        return [one for one in self.columns if one.field in CONTROLLER_FIELDS]


@dataclass(frozen=True)
class Tie:
    """Rows of `child` refer to `parent`: SQL of the key of each side, and the headers of the two columns."""

    child: Tieable
    parent: Tieable
    child_key: str
    parent_key: str
    child_header: str
    parent_header: str
    strength: tuple[float, ...]


def find_ties(connection: Any, tables: Sequence[Tieable]) -> tuple[Tie, ...]:
    """The ties, parents before children; needs `w.records`. Tables that stay untied are left out."""
    tied = [one for one in tables if one.names_persons]
    left = [one for one in tables if not one.names_persons]
    found: list[Tie] = []
    while left and tied:
        offers = [tie for child in left if (tie := _nested(child, tied, tables) or _by_values(connection, child, tied))]
        if not offers:
            break
        found += offers
        tied = [one.child for one in offers]  # the former ones have been tried with every table that is left
        left = [one for one in left if one not in tied]
    return tuple(found)


def _nested(child: Tieable, tied: Sequence[Tieable], tables: Sequence[Tieable]) -> Tie | None:
    """The tie of a nested list's table: to the table of one source whose name its own begins with, else the first."""
    if not child.nested or not child.columns:
        return None
    beside = [one for one in tables if one.origin == child.origin and one is not child]
    named = [one for one in beside if child.name.startswith(f"{one.name}.")]
    parents = sorted(named, key=lambda one: -len(one.name)) or [one for one in beside if not one.nested][:1]
    if not parents or parents[0] not in tied:
        return None
    key = child.columns[0]
    return Tie(child, parents[0], f"c.{key.raw}", "CAST(p._record AS VARCHAR)", key.header, "", (9.0,))


def _by_values(connection: Any, child: Tieable, tied: Sequence[Tieable]) -> Tie | None:
    """The strongest tie by values; None where no column's values are those of a key."""
    if child.nested:
        return None
    offers = [
        tie
        for parent in tied
        for key in parent.keys
        for own in child.keys
        if (tie := _tie(connection, child, own, parent, key)) is not None
    ]
    return max(offers, key=lambda one: one.strength, default=None)


def _tie(connection: Any, child: Tieable, own: KeyColumn, parent: Tieable, key: KeyColumn) -> Tie | None:
    said = _said(own, key, parent)
    if said == 0 and key.field not in (*OF_PERSON, "technical_id"):
        return None
    keys = _unique_key(connection, parent, key, child)
    if keys is None:
        return None
    parent_key, controller = keys
    mine, theirs = _text("c", own.raw), _text("p", key.raw)
    if controller:
        of_child = next(one for one in child.controllers if one.field == controller.field)
        mine = f"{mine} || '|' || {_text('c', of_child.raw)}"
        theirs = f"{theirs} || '|' || {_text('p', controller.raw)}"
    values, found, length = row(
        connection,
        f"""WITH one AS (SELECT DISTINCT {mine} AS k FROM {child.table} c), two AS (SELECT DISTINCT {theirs} AS k
            FROM {parent.table} p)
        SELECT count(one.k), count(two.k), avg(length(one.k)) FROM one LEFT JOIN two ON one.k = two.k
        WHERE one.k IS NOT NULL""",
    )
    if not found or found < (FOUND if said else FOUND_UNNAMED) * values:
        return None
    if not said and (values < LEAST_VALUES or length < LEAST_LENGTH or _dense(connection, parent, key)):
        return None
    strength = (float(said), parent.names_persons + 0.0, found / values, -float(KEYS.index(key.field)), float(values))
    return Tie(child, parent, mine, parent_key if not controller else theirs, own.header, key.header, strength)


def _said(own: KeyColumn, key: KeyColumn, parent: Tieable) -> int:
    """How far two headers say the same: 3 one name, 2 the parent table's name, 1 one kind of number, 0 nothing."""
    mine, theirs = _words(own.header), _words(key.header)
    if mine == theirs and mine - PLAIN:
        return 3
    named = mine - PLAIN
    if named and {_singular(one) for one in named} == {_singular(one) for one in _words(parent.name) - PLAIN}:
        return 2 if not theirs - PLAIN or theirs - PLAIN <= named else 0
    return 1 if own.field == key.field and own.field in OF_PERSON else 0


def _words(header: str) -> frozenset[str]:
    plain = "".join(one for one in unicodedata.normalize("NFKD", header) if not unicodedata.combining(one))
    cut = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", plain).lower()
    return frozenset(one for one in re.split(r"[^a-z0-9]+", cut) if one)


def _singular(word: str) -> str:
    return word.removesuffix("s").removesuffix("x")


def _text(alias: str, raw: str) -> str:
    return f"nullif(trim({alias}.{raw}), '')"


def _unique_key(
    connection: Any, parent: Tieable, key: KeyColumn, child: Tieable
) -> tuple[str, KeyColumn | None] | None:
    """SQL of the parent's key, with the controller's column where numbers are only unique at each; None for no key."""
    text = _text("p", key.raw)
    shared = [one for one in parent.controllers if one.field in {other.field for other in child.controllers}]
    by_controller = f"{text} || '|' || {_text('p', shared[0].raw)}" if shared else text
    if parent.names_persons:
        who = "coalesce(r.nir, r.ins, r.whole_name, CAST(r.rid AS VARCHAR))"
        rows = f"{parent.table} p JOIN w.records r ON r.source = {parent.number} AND r.record = p._record"
    else:
        who, rows = "p._record", f"{parent.table} p"
    alone, persons, both, apart = row(
        connection,
        f"""SELECT count(DISTINCT {text}), count(DISTINCT hash({text}, {who})) FILTER ({text} IS NOT NULL),
            count(DISTINCT {by_controller}), count(DISTINCT hash({by_controller}, {who})) FILTER ({text} IS NOT NULL)
        FROM {rows}""",
    )
    if alone and persons <= ONE_PERSON * alone:
        return text, None
    return (by_controller, shared[0]) if shared and both and apart <= ONE_PERSON * both else None


def _dense(connection: Any, parent: Tieable, key: KeyColumn) -> bool:
    """Whether the key is made of whole numbers that follow one another: any other column of numbers is found there."""
    number = f"TRY_CAST({_text('p', key.raw)} AS HUGEINT)"
    values, distinct, span = row(
        connection,
        f"SELECT count({number}), count(DISTINCT {number}), CAST(max({number}) - min({number}) AS DOUBLE) "
        f"FROM {parent.table} p",
    )
    return bool(values) and distinct > SPARSE * (float(span) + 1)


@dataclass(frozen=True)
class Tied:
    """What a tie did: rows that found their person, and rows whose key is nowhere."""

    tie: Tie
    rows: int
    lost: int


def store_ties(connection: Any, ties: Sequence[Tie]) -> tuple[Tied, ...]:
    """Makes `w.linked`, the rows of tied tables with their person's record in `owner`, and the view `w.files`.

    `w.linked` has the columns of `w.records`, its own numbers in `rid`; a row without a controller has its parent's.
    `w.files` is `w.records` and `w.linked` together, a record being its own owner. Needs `w.records` and `w.others`,
    made with one mask.
    """
    connection.execute(
        "CREATE OR REPLACE TABLE w.tied (source BIGINT, record BIGINT, owner BIGINT, controller VARCHAR, "
        "controller_field VARCHAR)"
    )
    done = tuple(_store_tie(connection, tie) for tie in ties)
    connection.execute("""
        CREATE OR REPLACE TABLE w.linked AS
        SELECT (SELECT coalesce(max(rid), 0) FROM w.records) + row_number() OVER (ORDER BY source, record) AS rid,
            o.* EXCLUDE (rid, controller, controller_field), t.owner, t.controller, t.controller_field
        FROM w.others o JOIN w.tied t USING (source, record)
    """)
    connection.execute("DROP TABLE w.tied")
    connection.execute("""
        CREATE OR REPLACE VIEW w.files AS
        SELECT *, rid AS owner FROM w.records UNION ALL BY NAME SELECT * FROM w.linked
    """)
    return done


def _store_tie(connection: Any, tie: Tie) -> Tied:
    if tie.parent.names_persons:
        parent = (
            "SELECT {key} AS k, min(r.rid) AS owner, arg_min(r.controller, r.rid) AS controller, "
            "arg_min(r.controller_field, r.rid) AS controller_field FROM {table} p JOIN w.records r "
            "ON r.source = {number} AND r.record = p._record"
        )
    else:
        parent = (
            "SELECT {key} AS k, min(t.owner) AS owner, arg_min(t.controller, t.owner) AS controller, "
            "arg_min(t.controller_field, t.owner) AS controller_field FROM {table} p JOIN w.tied t "
            "ON t.source = {number} AND t.record = p._record"
        )
    parent = parent.format(key=tie.parent_key, table=tie.parent.table, number=tie.parent.number)
    connection.execute(f"""
        INSERT INTO w.tied
        SELECT o.source, o.record, m.owner, coalesce(o.controller, m.controller),
            CASE WHEN o.controller IS NOT NULL THEN o.controller_field ELSE m.controller_field END
        FROM {tie.child.table} c JOIN w.others o ON o.source = {tie.child.number} AND o.record = c._record
        JOIN ({parent} WHERE {tie.parent_key} IS NOT NULL GROUP BY 1) m ON m.k = {tie.child_key}
    """)
    (rows,) = row(connection, f"SELECT count(*) FROM {tie.child.table}")
    (kept,) = row(connection, f"SELECT count(*) FROM w.tied WHERE source = {tie.child.number}")
    return Tied(tie, int(kept), int(rows - kept))
