"""What rows say of whose they are, in rows and in persons."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from breachkit.impact import RowRole

ORDER = ("patient", "professional", "staff", "other", "untold")
# Who a row is about, where it counts as no patient: an own number for a professional, else a name, else a contact.
_WHO = """coalesce(CASE WHEN role = 'professional' AND controller_field IN ('rpps', 'adeli') THEN 'i' || controller END,
    CASE WHEN family IS NOT NULL THEN concat_ws('|', 'n', family, given, born) END, 'e' || email,
    CASE WHEN len(phones) > 0 THEN 'p' || phones[1] END, 'r' || rid)"""


class Told(Protocol):
    """A table whose rows say whose they are: its number, and SQL of its rows with their role in `_role`."""

    @property
    def number(self) -> int: ...

    def told(self) -> str: ...


def count_row_roles(connection: Any, tables: Sequence[Told]) -> tuple[RowRole, ...]:
    """Rows and persons by what rows say; empty where no table has a column that says it.

    Rows that count as patients are as many persons as their links tell; of the others, one for each different number,
    name and birth date, or contact. A person with two roles counts in both.
    """
    parts = [f"SELECT {one.number} AS source, _record AS record, _role AS role FROM {one.told()}" for one in tables]
    if not parts:
        return ()
    found = connection.execute(f"""
        WITH told AS ({" UNION ALL ".join(parts)}),
        who AS (
            SELECT role, 'c' || p2 AS person FROM told JOIN w.records USING (source, record) JOIN w.persons USING (rid)
            UNION ALL
            SELECT role, {_WHO} FROM told JOIN w.others USING (source, record))
        SELECT role, count(*), count(DISTINCT person) FROM who GROUP BY role
    """).fetchall()
    counted = {role: RowRole(role=role, rows=rows, persons=persons) for role, rows, persons in found}
    return tuple(counted[role] for role in ORDER if role in counted)
