"""A simulated register as a table of the workspace, read as the fields room would have read it."""

from __future__ import annotations

from typing import Any

import polars as pl

from breachkit.fields.valid import normal_expression, valid_expression
from breachkit.people.records import FieldColumn, PersonTable

COLUMNS = {
    "family": "family_name", "birth": "birth_name", "given": "given_name", "born": "birth_date", "sex": "sex",
    "mobile": "phone", "landline": "phone", "email": "email", "address": "postal_address", "postcode": "postcode",
    "nir": "nir", "doctor": "rpps",
}  # fmt: skip
FIELDS = list(COLUMNS)


def load(connection: Any, files: pl.DataFrame) -> None:
    """Makes `w.t1` of raw text cells, one row a file."""
    connection.register("files", files.select(pl.col(FIELDS).cast(pl.String)).to_arrow())
    connection.execute(
        "CREATE OR REPLACE TABLE w.t1 AS "
        "SELECT row_number() OVER () AS _record, row_number() OVER () AS _line, * FROM files"
    )
    connection.unregister("files")


def person_table() -> PersonTable:
    """`w.t1` with what each column holds; the simulator's doctors are numbered, which no key checks."""
    columns = [
        FieldColumn(
            field,
            column,
            column if column == "doctor" else normal_expression(field, column),
            f"{column} IS NOT NULL" if column == "doctor" else valid_expression(field, column, f"n_{column}"),
            f"{column} IS NOT NULL",
        )
        for column, field in COLUMNS.items()
    ]
    return PersonTable(1, "w.t1", tuple(columns))
