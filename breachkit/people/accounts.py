"""Accounts that patients' records hold, bank accounts and logins: neither records nor persons.

Origin: public statements of 2026 on a register of bank accounts, which told 1.2 million accounts, read by many as
persons.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

from breachkit.impact import Accounts
from breachkit.people.records import PersonTable
from breachkit.workspace import row

KINDS: dict[Literal["bank", "login"], str] = {"bank": "iban", "login": "username"}


def count_accounts(connection: Any, tables: Sequence[PersonTable]) -> tuple[Accounts, ...]:
    """One figure for each kind of account of the patients' tables, read after `w.facts` is made."""
    found = [(kind, _of_kind(connection, tables, field)) for kind, field in KINDS.items()]
    return tuple(
        Accounts(kind=kind, accounts=accounts, records=records, persons=persons, shared=shared)
        for kind, (accounts, records, persons, shared) in found
        if accounts
    )


def _of_kind(connection: Any, tables: Sequence[PersonTable], field: str) -> tuple[int, int, int, int]:
    """Different accounts, records and persons that hold one, accounts of several persons (best estimate)."""
    parts = [
        f"SELECT {table.number} AS source, _record AS record, {column.normal} AS account "
        f"FROM {table.table} WHERE {column.valid}"
        for table in (one.prepared() for one in tables)
        for column in table.of(field)
    ]
    if not parts:
        return 0, 0, 0, 0
    accounts, shared, records, persons = row(
        connection,
        f"""WITH held AS (SELECT account, f.rid, f.p2 AS person FROM ({" UNION ALL ".join(parts)})
                JOIN w.records USING (source, record) JOIN w.facts f USING (rid)),
            each AS (SELECT account, count(DISTINCT person) AS holders FROM held GROUP BY account)
        SELECT (SELECT count(*) FROM each), (SELECT count(*) FROM each WHERE holders > 1),
            count(DISTINCT rid), count(DISTINCT person) FROM held""",
    )
    return int(accounts), int(records), int(persons), int(shared)
