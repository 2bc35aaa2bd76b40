"""A loaded table with what its columns hold, what its rows are, and how the people room reads it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from breachkit.case import Decisions
from breachkit.fields.companies import CompanyRows, company_rows
from breachkit.fields.decide import ColumnVerdict, classify
from breachkit.fields.order import Reading, date_reading
from breachkit.fields.roles import table_role
from breachkit.fields.row_roles import ROW_ROLES, RowIs, RowRoles, row_roles
from breachkit.fields.valid import DATE_FIELDS, is_filled, normal_expression, valid_expression
from breachkit.impact import Role
from breachkit.people.records import CONTROLLER_FIELDS, FieldColumn, PersonTable
from breachkit.people.status import StatusColumn, status_columns
from breachkit.people.ties import NESTED, OF_PERSON, KeyColumn, Tieable
from breachkit.reading.table_writer import LoadedTable
from breachkit.reference.method import revealing_specialties
from breachkit.workspace import row

PATIENT_ROLES = ("patients", "accounts", "events")
# Without a family name, two of these still tell one person from another.
TRAITS = {"given_name", "birth_date", "email", "phone"}
NAMING_FIELDS = {"family_name", "birth_name", "full_name", "nir", "ins"}
MANY_COLUMNS = 4  # of one field
# Headers of a professional or establishment whom a row quotes, and whose file it is not. Our choice.
QUOTED = re.compile(
    r"presc|traitant|auteur|author|redact|signat|exec|realis|operat|correspond|adress(?:eur|ant)|certificat"
    r"|consult(?:e|ant)|acced|lecteur|dispensa|delivr|orienteur|referent|pharma|officine"
    r"|(?:^|[^a-z])(?:psp|pse|pfs|med_?tt?|mtt)(?:[^a-z]|$)"  # as the tables of the SNDS name them
)
# Fields whose values link records, tell a status or a controller: always read one by one.
LINKING_FIELDS = {
    *("family_name", "birth_name", "given_name", "full_name", "birth_date", "sex", "phone", "email", "nir"),
    *("ins", "patient_id"),
    *("postal_address", "postcode", "city", "death_date", "free_text", *CONTROLLER_FIELDS),
}


@dataclass(frozen=True)
class Classified:
    """A loaded table, what its columns hold, what its rows are, and how the people room reads it.

    Where a column says whose each row is, the rows of `table` part: those of patients, of professionals, of others.
    """

    loaded: LoadedTable
    verdicts: tuple[ColumnVerdict, ...]
    role: Role
    table: PersonTable
    row_roles: RowRoles | None = None
    companies: CompanyRows | None = None

    @property
    def identifies(self) -> bool:
        """Whether its columns name persons; a table that only refers to them by a code would count each row as one."""
        held = {one.field for one in self.verdicts}
        return bool(held & NAMING_FIELDS) or len(held & TRAITS) >= 2

    @property
    def names_persons(self) -> bool:
        """Whether some of its rows name patients."""
        told = self._patient_roles
        return self.identifies and bool(told) and (not self.row_roles or self.row_roles.count(told) > 0)

    @property
    def patients(self) -> PersonTable | None:
        """Its rows that count as patients: the whole table, or the rows that say so or say nothing; None for none."""
        return self._rows(self._patient_roles) if self.names_persons else None

    @property
    def staff(self) -> PersonTable | None:
        """Its rows that count as professionals; None for none."""
        told: list[RowIs] = ["professional"] if self.row_roles else []
        return self._rows([*told, "untold"] if self.role == "professionals" else told)

    @property
    def others(self) -> PersonTable | None:
        """Its rows that are no patient's; None for none."""
        if self.companies and self.patients:
            return replace(self.table, table=f"(SELECT * FROM {self.table.table} WHERE {self.companies.condition})")
        counted = self._patient_roles if self.names_persons else []
        return self._rows([one for one in ROW_ROLES if one not in counted])

    @property
    def rows_of_others(self) -> int:
        """Rows of a table of patients that say they are somebody else's, or are a company's."""
        if self.companies and self.patients:
            return self.companies.rows
        if not self.row_roles or not self.names_persons:
            return 0
        return self.row_roles.count([one for one in ROW_ROLES if one not in self._patient_roles])

    @property
    def _patient_roles(self) -> list[RowIs]:
        told: list[RowIs] = ["patient"] if self.row_roles else []
        return [*told, "untold"] if self.role in PATIENT_ROLES else told

    def _rows(self, roles: Sequence[RowIs]) -> PersonTable | None:
        """The rows of these roles; without a column of roles every row is untold."""
        if self.row_roles is None:
            table = self.table
            if self.companies:
                table = replace(table, table=f"(SELECT * FROM {table.table} WHERE NOT {self.companies.condition})")
            return table if "untold" in roles else None
        return replace(self.table, table=self.row_roles.only(roles)) if self.row_roles.count(roles) else None

    @property
    def may_be_tied(self) -> bool:
        """Whether its rows may be somebody's by a key alone: neither persons themselves, nor staff, nor traces."""
        return not self.names_persons and not self.row_roles and self.role not in ("professionals", "access_log")

    @property
    def quotes(self) -> bool:
        """Whether it names professionals whom its rows only quote."""
        return any(one.cited for one in self.table.columns)

    @property
    def tieable(self) -> Tieable:
        """The table as the ties between tables are looked for."""
        source = self.loaded.source
        columns = tuple(
            KeyColumn(one.column, one.header, one.field)
            for one in self.verdicts
            if one.decided_by != "person" or one.field in OF_PERSON or one.field in CONTROLLER_FIELDS
        )  # a person who says that a column is a mere code undoes its tie
        return Tieable(
            number=self.table.number,
            table=self.loaded.table,
            name=self.loaded.name,
            origin=f"{source.file}|{source.member or ''}",
            nested=_is_nested(self.loaded),
            names_persons=self.names_persons,
            columns=columns,
        )

    def status_columns(self, tied: frozenset[int] = frozenset()) -> list[StatusColumn]:
        """The columns that tell a death, a protection or a care that reveals the condition; none of other rows.

        `tied` are the numbers of the tables whose rows are somebody's by a key.
        """
        if not self.names_persons and self.table.number not in tied:
            return []
        headers = list(zip(self.loaded.columns, self.loaded.headers, strict=True))
        return status_columns(self.table, headers, revealing_specialties())


def _is_nested(loaded: LoadedTable) -> bool:
    """Whether it is the table of a list that stood inside the records of another."""
    return bool(loaded.headers) and loaded.headers[0] == NESTED and "json" in loaded.source.format


def classify_table(loaded: LoadedTable, number: int, connection: Any, decisions: Decisions) -> Classified:
    """The table as classified, a person's decisions first; each column of dates is read as it is written."""
    columns = list(zip(loaded.columns, loaded.headers, strict=True))
    within = loaded.name.rpartition(".")[2] if _is_nested(loaded) else ""
    verdicts = classify(connection, loaded.table, columns, decisions=decisions.for_table(loaded.name), within=within)
    verdicts, role, told = _with_row_roles(connection, loaded, number, verdicts)
    read_as = {
        one.column: reading
        for one in verdicts
        if one.field in DATE_FIELDS and (reading := date_reading(connection, loaded.table, one.column))
    }
    verdicts = [
        _read_as(one, read_as[one.column], loaded, connection) if one.column in read_as else one for one in verdicts
    ]
    read_by = _field_columns(verdicts, read_as)  # with whom a row only quotes told by its header
    # Where rows say whose they are, that is followed.
    companies = None if told or role not in PATIENT_ROLES else company_rows(connection, loaded.table, verdicts)
    return Classified(loaded, tuple(verdicts), role, PersonTable(number, loaded.table, read_by), told, companies)


def _with_row_roles(
    connection: Any, loaded: LoadedTable, number: int, verdicts: Sequence[ColumnVerdict]
) -> tuple[list[ColumnVerdict], Role, RowRoles | None]:
    """The verdicts with the column of roles told as such, the table's role without it, and the roles of its rows."""
    told = row_roles(connection, loaded.table, number, verdicts)
    if told is None:
        return list(verdicts), table_role(verdicts), None
    found = [
        one
        if one.column != told.column
        else replace(one, field="flag", valid=one.filled, evidence=(told.reason, *one.evidence))
        for one in verdicts
    ]
    return found, table_role(found), told


def _read_as(verdict: ColumnVerdict, reading: Reading, loaded: LoadedTable, connection: Any) -> ColumnVerdict:
    valid = valid_expression(verdict.field, reading.of(verdict.column))
    (count,) = row(connection, f"SELECT count(*) FILTER ({valid}) FROM {loaded.table}")
    return replace(verdict, valid=count, evidence=(*verdict.evidence, reading.reason))


def _plain(header: str) -> str:
    return "".join(one for one in unicodedata.normalize("NFKD", header).lower() if not unicodedata.combining(one))


def _field_columns(verdicts: Sequence[ColumnVerdict], read_as: Mapping[str, Reading]) -> tuple[FieldColumn, ...]:
    """The columns as the people room reads them; many columns of one field that links nobody are read as one.

    A table of 200 columns of unknown nature would otherwise be an expression that DuckDB cannot hold in memory.
    """
    by_field: dict[str, list[str]] = {}
    for one in verdicts:
        by_field.setdefault(one.field, []).append(one.column)
    quoted = {one.column for one in verdicts if one.field in CONTROLLER_FIELDS and QUOTED.search(_plain(one.header))}
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
                column in quoted,
            )
            for column in columns
        ]
    return tuple(found)
