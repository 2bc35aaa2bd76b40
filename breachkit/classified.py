"""A loaded table with what its columns hold, what its rows are, and how the people room reads it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from breachkit.case import Decisions
from breachkit.fields.decide import ColumnVerdict, classify
from breachkit.fields.order import Reading, date_reading
from breachkit.fields.roles import table_role
from breachkit.fields.valid import DATE_FIELDS, is_filled, normal_expression, valid_expression
from breachkit.people.records import CONTROLLER_FIELDS, FieldColumn, PersonTable
from breachkit.people.status import StatusColumn, status_columns
from breachkit.reading.table_writer import LoadedTable
from breachkit.reference.method import revealing_specialties
from breachkit.workspace import row

PATIENT_ROLES = ("patients", "accounts", "events")
# Without a family name, two of these still tell one person from another.
TRAITS = {"given_name", "birth_date", "email", "phone"}
NAMING_FIELDS = {"family_name", "birth_name", "full_name", "nir", "ins"}
MANY_COLUMNS = 4  # of one field
# Fields whose values link records, tell a status or a controller: always read one by one.
LINKING_FIELDS = {
    *("family_name", "birth_name", "given_name", "full_name", "birth_date", "sex", "phone", "email", "nir"),
    *("ins", "patient_id"),
    *("postal_address", "postcode", "city", "death_date", "free_text", *CONTROLLER_FIELDS),
}


@dataclass(frozen=True)
class Classified:
    """A loaded table, what its columns hold, what its rows are, and how the people room reads it."""

    loaded: LoadedTable
    verdicts: tuple[ColumnVerdict, ...]
    role: str
    table: PersonTable

    @property
    def names_persons(self) -> bool:
        """Whether its rows name patients; a table that only refers to them by a code would count each row as one."""
        held = {one.field for one in self.verdicts}
        known = bool(held & NAMING_FIELDS) or len(held & TRAITS) >= 2
        return self.role in PATIENT_ROLES and known

    def status_columns(self) -> list[StatusColumn]:
        """The columns that tell a death, a protection or a care that reveals the condition; none of other rows."""
        if not self.names_persons:
            return []
        headers = list(zip(self.loaded.columns, self.loaded.headers, strict=True))
        return status_columns(self.table, headers, revealing_specialties())


def classify_table(loaded: LoadedTable, number: int, connection: Any, decisions: Decisions) -> Classified:
    """The table as classified, a person's decisions first; each column of dates is read as it is written."""
    columns = list(zip(loaded.columns, loaded.headers, strict=True))
    verdicts = classify(connection, loaded.table, columns, decisions=decisions.for_table(loaded.name))
    role = table_role(verdicts)
    read_as = {
        one.column: reading
        for one in verdicts
        if one.field in DATE_FIELDS and (reading := date_reading(connection, loaded.table, one.column))
    }
    verdicts = [
        _read_as(one, read_as[one.column], loaded, connection) if one.column in read_as else one for one in verdicts
    ]
    read_by = _field_columns(verdicts, read_as)
    return Classified(loaded, tuple(verdicts), role, PersonTable(number, loaded.table, read_by))


def _read_as(verdict: ColumnVerdict, reading: Reading, loaded: LoadedTable, connection: Any) -> ColumnVerdict:
    valid = valid_expression(verdict.field, reading.of(verdict.column))
    (count,) = row(connection, f"SELECT count(*) FILTER ({valid}) FROM {loaded.table}")
    return replace(verdict, valid=count, evidence=(*verdict.evidence, reading.reason))


def _field_columns(verdicts: Sequence[ColumnVerdict], read_as: Mapping[str, Reading]) -> tuple[FieldColumn, ...]:
    """The columns as the people room reads them; many columns of one field that links nobody are read as one.

    A table of 200 columns of unknown nature would otherwise be an expression that DuckDB cannot hold in memory.
    """
    by_field: dict[str, list[str]] = {}
    for one in verdicts:
        by_field.setdefault(one.field, []).append(one.column)
    found: list[FieldColumn] = []
    for field, columns in by_field.items():
        if len(columns) > MANY_COLUMNS and field not in LINKING_FIELDS:
            several = f"[{', '.join(columns)}]"
            anyone = f"list_aggregate(list_transform({several}, lambda v: {valid_expression(field, 'v')}), 'bool_or')"
            found.append(FieldColumn(field, columns[0], "CAST(NULL AS VARCHAR)", f"coalesce({anyone}, false)"))
            continue
        found += [
            FieldColumn(
                field,
                column,
                normal_expression(field, read_as[column].of(column) if column in read_as else column),
                valid_expression(field, column, f"n_{column}"),
                is_filled(column),
            )
            for column in columns
        ]
    return tuple(found)
