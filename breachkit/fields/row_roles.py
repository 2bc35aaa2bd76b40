"""The column in which each row says whose it is: a patient's, a professional's, of the staff, or somebody else's.

A column is taken by its header and by its words, which must be those of a small closed list (`row_roles.toml`): the
rows of a column taken wrongly would be lost to the count of patients. What a row does not say is its table's role.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import cache
from typing import Any, Literal

import polars as pl

from breachkit.fields.decide import ColumnVerdict
from breachkit.fields.header import plain_words
from breachkit.fields.reasons import count_en, count_fr, statement
from breachkit.fields.roles import table_role
from breachkit.fields.valid import is_filled
from breachkit.impact import Reason
from breachkit.reference.catalogue import load_toml, resource
from breachkit.workspace import row

RowIs = Literal["patient", "professional", "staff", "other", "untold"]
ROW_ROLES: tuple[RowIs, ...] = ("patient", "professional", "staff", "other", "untold")
REASON = "fields.row_roles"  # id of the evidence
AT_WORK: tuple[RowIs, ...] = ("professional", "staff")
MOST_WORDS = 200  # different values of a column of roles, typing errors included
LEADING = re.compile(r"^(?:ROLE|PROFIL|PROFILE|TYPE|GROUPE|GROUP|ROLES) (?=.)")
SEVERAL = re.compile(r"[,;/|+&]")
# What only one side has: a professional's number, a patient's own traits.
OF_WORK = ("rpps", "adeli", "specialty")
OF_CARE = ("nir", "ins", "birth_date", "patient_id", "insurer", "insurance_rights")
MOSTLY, HARDLY = 0.5, 0.1  # shares of the rows of one side and of the other that bear a reading out. Our choice.
SAME_PERSONS = (0.5, 0.3)  # shares of those at work, and of patients, found on both sides: roles of who wrote the row


class Said(IntEnum):
    """What a header says of its column."""

    NOT_A_ROLE = -1
    NOTHING = 0  # no header at all
    PLAIN = 1  # « statut », « type »: of anything
    PERSON = 2  # « type de personne », « statut utilisateur »
    ROLE = 3  # « rôle », « profil »


# Least share of the filled rows whose words are in the list, by what the header says. Our choice.
LEAST_KNOWN = {Said.ROLE: 0.5, Said.PERSON: 0.5, Said.PLAIN: 0.9, Said.NOTHING: 0.95}


@dataclass(frozen=True)
class RowRoles:
    """The column that says whose each row is; `rows` of each role; the words are in `w.row_roles`."""

    number: int
    table: str
    column: str
    rows: Mapping[RowIs, int]

    def only(self, roles: Sequence[RowIs]) -> str:
        """SQL of the table's rows of these roles, same columns."""
        listed = ", ".join(f"'{one}'" for one in roles)
        return f"(SELECT * EXCLUDE (_role) FROM {self.told()} WHERE _role IN ({listed}))"

    def told(self) -> str:
        """SQL of the table with the role of each row in `_role`."""
        return (
            f"(SELECT t.*, coalesce(m.role, 'untold') AS _role FROM {self.table} t LEFT JOIN "
            f"(SELECT value, role FROM w.row_roles WHERE source = {self.number}) m ON t.{self.column} = m.value)"
        )

    def count(self, roles: Sequence[RowIs]) -> int:
        return sum(self.rows.get(one, 0) for one in roles)

    @property
    def reason(self) -> Reason:
        """The evidence of the column: how many rows are whose."""
        rows = [self.rows.get(one, 0) for one in ROW_ROLES]
        fr = ("patients", "professionnels", "personnel", "autres personnes", "non dit")
        en = ("patients", "professionals", "staff", "other persons", "not told")
        told_fr = ", ".join(f"{name} {count_fr(n)}" for name, n in zip(fr, rows, strict=True) if n)
        told_en = ", ".join(f"{name} {count_en(n)}" for name, n in zip(en, rows, strict=True) if n)
        return statement(
            REASON.removeprefix("fields."),
            f"La colonne dit de qui est chaque ligne\u202f: {told_fr}. Une ligne qui ne le dit pas suit sa table.",
            f"The column says whose each row is: {told_en}. A row that does not say goes with its table.",
        )


def header_says(header: str) -> Said:
    """What a header says of a column of roles."""
    joined, patterns = "".join(plain_words(header)), load_toml("row_roles.toml")["headers"]
    for said, names in (
        (Said.ROLE, ("role", "role_after")),
        (Said.PERSON, ("person", "person_after")),
        (Said.PLAIN, ("plain",)),
        (Said.NOTHING, ("none",)),
    ):
        if any(re.fullmatch(patterns[name], joined) for name in names):
            return said
    return Said.NOT_A_ROLE if joined else Said.NOTHING


@cache
def _listed(section: str) -> dict[str, RowIs]:
    found: dict[str, RowIs] = {}
    if section == "words":
        found = dict.fromkeys(
            (one for one in resource("lists/specialties.txt").splitlines() if one and one[0] != "#"), "professional"
        )
    for role, words in load_toml("row_roles.toml")[section].items():
        found |= dict.fromkeys(words, role)
    return found


def _plain(text: str) -> str:
    """Upper-case words without accents; separators of several roles stay."""
    letters = unicodedata.normalize("NFKD", text.replace("œ", "oe").replace("Œ", "OE")).upper()
    kept = "".join(one for one in letters if not unicodedata.combining(one))
    return " ".join(re.sub(r"[^A-Z0-9,;/|+&]+", " ", kept).split())


def _told_by(part: str, said: Said) -> RowIs | None:
    """The role that one name of a role tells: as a whole, then by its longest known beginning."""
    if said >= Said.PERSON and (found := _listed("abbreviations").get(part)):
        return found
    words = part.split(" ")
    for end in range(len(words), 0, -1):
        head = " ".join(words[:end])
        singular = head.removesuffix("S")
        if found := _listed("words").get(head) or _listed("words").get(singular):
            return found
    return None


def role_of_value(value: str, said: Said) -> RowIs | None:
    """The role a cell tells, None where its words are not of the list; of several, a patient's comes first."""
    parts = (LEADING.sub("", one.strip()) for one in SEVERAL.split(_plain(value)))
    told = {role for one in parts if one and (role := _told_by(one, said))}
    return next((role for role in ROW_ROLES if role in told), None)


def _by_letters(values: Mapping[str, int]) -> dict[str, RowIs]:
    """The values as letters, where every filled cell is one letter of the list and two roles are told."""
    letters = {value: _listed("letters").get(_plain(value)) for value in values}
    told = {value: role for value, role in letters.items() if role}
    roles = set(told.values())
    return told if len(told) == len(values) and "patient" in roles and len(roles) > 1 else {}


@dataclass(frozen=True)
class _Candidate:
    """A column that may say whose its rows are: the role of each of its values, and how sure its header is."""

    column: str
    said: Said
    roles: Mapping[str, RowIs]
    known: float  # share of the filled rows
    by_letters: bool
    rows: Mapping[RowIs, int]


def _candidate(connection: Any, table: str, verdict: ColumnVerdict) -> _Candidate | None:
    said = header_says(verdict.header)
    person_decided = verdict.decided_by == "person" and verdict.field != "flag"
    if said is Said.NOT_A_ROLE or person_decided or not verdict.filled or verdict.distinct > MOST_WORDS:
        return None
    column = verdict.column
    found = connection.execute(
        f"SELECT {column}, count(*) FROM {table} WHERE {is_filled(column)} GROUP BY 1 ORDER BY 1"
    ).fetchall()
    values = {str(value): int(n) for value, n in found}
    roles = {value: role for value in values if (role := role_of_value(value, said))}
    letters = {} if roles or said < Said.PERSON else _by_letters(values)
    roles = roles or letters
    rows: dict[RowIs, int] = dict.fromkeys(ROW_ROLES, 0)
    for value, role in roles.items():
        rows[role] += values[value]
    known = sum(rows.values()) / max(sum(values.values()), 1)
    (total,) = row(connection, f"SELECT count(*) FROM {table}")
    rows["untold"] += total - sum(rows.values())
    return _Candidate(column, said, roles, known, bool(letters), rows)


def _says_enough(one: _Candidate) -> bool:
    """Whether its words alone make it a column of roles, by what its header says."""
    if one.known < LEAST_KNOWN[one.said] or not any(one.rows[role] for role in ROW_ROLES[:-1]):
        return False
    if one.said >= Said.PERSON:
        return True
    patients = one.rows["patient"] > 0
    return patients and (one.said is Said.PLAIN or any(one.rows[role] for role in AT_WORK))


def _raw(verdicts: Sequence[ColumnVerdict], fields: Sequence[str]) -> list[str]:
    return [one.column for one in verdicts if one.field in fields and one.filled]


def _is_borne_out(connection: Any, found: RowRoles, verdicts: Sequence[ColumnVerdict]) -> bool:
    """Whether the rows of those at work have what only they have, or lack what patients have."""

    def share(fields: Sequence[str], condition: str) -> str:
        held = " OR ".join(is_filled(one) for one in _raw(verdicts, fields)) or "false"
        return f"count(*) FILTER (({held}) AND {condition}) / greatest(count(*) FILTER ({condition}), 1)"

    shares = (
        share(OF_WORK, "_role = 'professional'"),
        share(OF_WORK, "_role <> 'professional'"),
        share(OF_CARE, "_role IN ('professional', 'staff')"),
        share(OF_CARE, "_role NOT IN ('professional', 'staff')"),
    )
    numbered, elsewhere, at_work, patients = row(connection, f"SELECT {', '.join(shares)} FROM {found.told()}")
    return (numbered >= MOSTLY and elsewhere <= HARDLY) or (patients >= MOSTLY and at_work <= HARDLY)


def _tells_who_wrote(connection: Any, found: RowRoles, verdicts: Sequence[ColumnVerdict]) -> bool:
    """Whether the same persons stand on both sides: the role is then that of who wrote the row, not of its person."""
    names = _raw(verdicts, ("family_name", "full_name"))
    keys = [*names, *_raw(verdicts, ("given_name", "birth_date"))] if names else _raw(verdicts, ("nir", "ins", "email"))
    if not keys:
        return False
    key = f"upper(concat_ws('|', {', '.join(keys)}))"
    both, at_work, patients = row(
        connection,
        f"""SELECT count(*) FILTER (work AND care), count(*) FILTER (work), count(*) FILTER (care)
        FROM (SELECT bool_or(_role IN ('professional', 'staff')) AS work, bool_or(_role = 'patient') AS care
            FROM {found.told()} WHERE {key} <> '' GROUP BY {key})""",
    )
    of_work, of_patients = SAME_PERSONS
    return bool(at_work and patients) and both >= of_work * at_work and both >= of_patients * patients


def row_roles(connection: Any, table: str, number: int, verdicts: Sequence[ColumnVerdict]) -> RowRoles | None:
    """The column in which the rows of a table say whose they are, None where none does.

    Its words are kept in `w.row_roles` (source, value, role). Where patients are the table's subject and no row says
    "patient", or where letters could mean something else, the other columns must bear the reading out.
    """
    found = [one for verdict in verdicts if (one := _candidate(connection, table, verdict)) and _says_enough(one)]
    for one in sorted(found, key=lambda one: (-one.said, -one.known)):
        taken = RowRoles(number, table, one.column, one.rows)
        _keep_words(connection, number, one.roles)
        # Without the column itself: « MEDECIN » in it would make a table of patients one of professionals.
        role = table_role([verdict for verdict in verdicts if verdict.column != one.column])
        silent = role in ("patients", "events") and not one.rows["patient"]
        unsure = one.by_letters and one.said < Said.ROLE
        if (silent or unsure) and not _is_borne_out(connection, taken, verdicts):
            continue
        if not _tells_who_wrote(connection, taken, verdicts):
            return taken
    _keep_words(connection, number, {})
    return None


def _keep_words(connection: Any, number: int, roles: Mapping[str, RowIs]) -> None:
    connection.execute("CREATE TABLE IF NOT EXISTS w.row_roles (source INTEGER, value VARCHAR, role VARCHAR)")
    connection.execute("DELETE FROM w.row_roles WHERE source = ?", [number])
    if roles:
        frame = pl.DataFrame({"value": list(roles), "role": list(roles.values())})
        connection.register("told_roles", frame.to_arrow())
        connection.execute(f"INSERT INTO w.row_roles SELECT {number}, value, role FROM told_roles ORDER BY value")
        connection.unregister("told_roles")
