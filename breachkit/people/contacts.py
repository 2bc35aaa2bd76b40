"""`w.contacts`: for each patient record, the cells by which its person is addressed, as they were written.

A view: nothing is stored twice. Only the mailing room reads it; no figure does.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from breachkit.people.records import PersonTable

# Fields of an address block, and the column of the view that each gives.
CONTACT_FIELDS = {
    "title": "civility",
    "family_name": "family",
    "given_name": "given",
    "full_name": "whole_name",
    "postal_address": "street",
    "postcode": "code",
    "city": "town",
}


def build_contacts(connection: Any, tables: Sequence[PersonTable]) -> None:
    """Makes `w.contacts` (rid, and the columns of CONTACT_FIELDS, NULL where a table has none).

    `tables` are those of patients and those tied to them (`ties.store_ties`).
    """
    parts = [_cells(table) for table in tables]
    empty = ", ".join(f"CAST(NULL AS VARCHAR) AS {name}" for name in CONTACT_FIELDS.values())
    cells = " UNION ALL ".join(parts) or f"SELECT 0 AS source, 0 AS record, {empty} WHERE false"
    names = ", ".join(f"c.{name}" for name in CONTACT_FIELDS.values())
    connection.execute(f"""
        CREATE OR REPLACE VIEW w.contacts AS
        SELECT rid, {names} FROM w.files JOIN ({cells}) c USING (source, record)
    """)


def _cells(table: PersonTable) -> str:
    parts = []
    for field, name in CONTACT_FIELDS.items():
        filled = [f"nullif(trim({column.raw}), '')" for column in table.of(field)]
        if not filled:
            parts.append(f"CAST(NULL AS VARCHAR) AS {name}")
        elif field == "postal_address":  # number, street and complement may be columns of their own
            parts.append(f"nullif(concat_ws(' ', {', '.join(filled)}), '') AS {name}")
        else:
            parts.append(f"coalesce({', '.join(filled)}) AS {name}" if len(filled) > 1 else f"{filled[0]} AS {name}")
    return f"SELECT {table.number} AS source, _record AS record, {', '.join(parts)} FROM {table.table}"
