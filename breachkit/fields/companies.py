"""Rows of a table of persons that are a company's or an association's: a holder, a member or a payer who is nobody.

A register of accounts, of customers or of contracts holds both. A row is a company's where nothing in it tells a
person and it has the number or the name of an organisation, or where its name begins with a legal form.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from breachkit.fields.decide import ColumnVerdict
from breachkit.fields.valid import folded, is_filled, valid_expression
from breachkit.workspace import row

NAMES = ("family_name", "birth_name", "full_name")
# What only a human being has; `title` is left out, where « STE » is written.
HUMAN = ("given_name", "birth_date", "birth_place", "sex", "age", "nir", "ins", "death_date", "marital_status",
         "patient_id")  # fmt: skip
# What a name or a number of an organisation may be on rows of persons, at most: beyond, it is a bank's, an employer's
# or the controller's. Sole traders have a number and a name of their own. Our choice.
MOST_ON_PERSONS = {"organisation_name": 0.02, "siren": 0.5}
# Legal forms at the head of a name. Origin: INSEE, catégories juridiques (common abbreviations), November 2026.
FORMS = (
    "SARL|SASU|SAS|EURL|EARL|GAEC|SELARL|SELAS|SELAFA|SCEA|SCI|SCM|SCP|SCOP|SNC|GIE|SA|SOCIETE|STE|ETS"
    "|ETABLISSEMENTS|ENTREPRISE|ASSOCIATION|ASSOC|ASSO|SYNDICAT|COPROPRIETE|FONDATION|COMMUNE DE|MAIRIE DE|CCAS"
)


@dataclass(frozen=True)
class CompanyRows:
    """The rows that are companies': SQL that is true for them, never NULL, and how many they are."""

    condition: str
    rows: int


def _any(verdicts: Sequence[ColumnVerdict], fields: Sequence[str]) -> str:
    return (
        " OR ".join(f"coalesce({is_filled(one.column)}, false)" for one in verdicts if one.field in fields) or "false"
    )


def _filled(verdict: ColumnVerdict) -> str:
    """SQL: the row has the name of an organisation, or a valid number of one."""
    return valid_expression("siren", verdict.column) if verdict.field == "siren" else is_filled(verdict.column)


def company_rows(connection: Any, table: str, verdicts: Sequence[ColumnVerdict]) -> CompanyRows | None:
    """The rows of a table of persons that are companies'; None where there is none, or no person beside them."""
    if not any(one.field in NAMES and one.filled for one in verdicts):
        return None
    human, named = _any(verdicts, HUMAN), _any(verdicts, NAMES)
    organisations = [
        f"coalesce({_filled(one)}, false)"
        for one in verdicts
        if one.field in MOST_ON_PERSONS
        and one.filled
        and _is_of_companies(connection, table, one, f"({human} OR {named})")
    ]
    told = " OR ".join(organisations) or "false"
    formed = " OR ".join(
        f"coalesce(regexp_matches({folded(one.column)}, '^(?:{FORMS}) '), false)"
        for one in verdicts
        if one.field in NAMES
    )
    givens = any(one.field in HUMAN and one.filled for one in verdicts)  # without such a column, a name proves nothing
    condition = f"(NOT ({human}) AND ((NOT ({named}) AND ({told})){f' OR ({formed})' if givens else ''}))"
    companies, rows = row(connection, f"SELECT count(*) FILTER ({condition}), count(*) FROM {table}")
    return CompanyRows(condition, companies) if 0 < companies < rows else None


def _is_of_companies(connection: Any, table: str, verdict: ColumnVerdict, person: str) -> bool:
    """Whether a name or a number of organisations is filled on hardly any row that tells a person."""
    filled, persons = row(
        connection,
        f"SELECT count(*) FILTER ({person} AND {_filled(verdict)}), count(*) FILTER ({person}) FROM {table}",
    )
    return filled <= MOST_ON_PERSONS[verdict.field] * persons
