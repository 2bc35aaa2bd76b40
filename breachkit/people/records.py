"""One row for each patient record, with what links it to a person: `w.records`.

The columns come normalised by SQL expressions of the fields room, handed over by the pipeline. A column that a
table does not have is NULL. `mask` has one bit for each personal field that holds a valid value in the record.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from breachkit.people.identities import known_given_names
from breachkit.workspace import row

# The order of preference for the identity of the controller (contract: controllers[].id).
CONTROLLER_FIELDS = ("rpps", "adeli", "finess", "siren")
ADDRESS_PARTS = ("postal_address", "postcode", "city")
GIVEN_SHARE, ORDER_RATIO = 0.5, 1.3  # of whole names with a known given name at one end; and against the other end
WHOLE_NAME = "FULLNAME"  # stands for the given name where one cell holds all the names
# Words that a street is written with or without, or short: none tells one street from another. French and English.
STREET_WORDS = (
    "RUE R AVENUE AV AVE BOULEVARD BOUL BD BLD BVD PLACE PL CHEMIN CHE CHEM CH IMPASSE IMP ALLEE ALLEES ALL ROUTE RTE "
    "SQUARE SQ COURS QUAI RESIDENCE RES LOTISSEMENT LOT LIEU DIT LD DE DU DES LA LE LES L D AU AUX A BIS TER SAINT "
    "SAINTE ST STE STREET ROAD RD LANE DRIVE DR CRESCENT CR COURT CT CIRCUIT CCT CLOSE CL THE"
)


@dataclass(frozen=True)
class FieldColumn:
    """One column of a table as the people room needs it: its name, SQL for its normal form and for its validity.

    `valid` may name the normal form as `n_<raw>`: it is only used on a `prepared` table.
    """

    field: str
    raw: str
    normal: str
    valid: str
    filled: str = "false"
    cited: bool = False  # of a professional whom the row quotes (prescriber, author): whose file it is not


@dataclass(frozen=True)
class PersonTable:
    """A table of the workspace whose rows describe patients (or professionals)."""

    number: int
    table: str
    columns: tuple[FieldColumn, ...]

    def of(self, field: str) -> list[FieldColumn]:
        return [column for column in self.columns if column.field == field]

    def prepared(self) -> PersonTable:
        """The same table with each normal form and each validity computed once, under a short name."""
        normal = "".join(f", {one.normal} AS n_{one.raw}" for one in self.columns)
        valid = "".join(f", {one.valid} AS v_{one.raw}" for one in self.columns)
        columns = tuple(
            FieldColumn(one.field, one.raw, f"n_{one.raw}", f"v_{one.raw}", one.filled, one.cited)
            for one in self.columns
        )
        table = f"(SELECT *{valid} FROM (SELECT *{normal} FROM {self.table}))"
        return PersonTable(self.number, table, columns)


def _first(table: PersonTable, field: str, sql_type: str = "VARCHAR") -> str:
    """The first valid normal form among the columns of a field."""
    found = table.of(field)
    if not found:
        return f"CAST(NULL AS {sql_type})"
    values = ", ".join(f"CASE WHEN {column.valid} THEN {column.normal} END" for column in found)
    return f"coalesce({values})" if len(found) > 1 else values


def _all(table: PersonTable, field: str) -> str:
    """The list of the valid normal forms of every column of a field."""
    values = ", ".join(f"CASE WHEN {column.valid} THEN {column.normal} END" for column in table.of(field))
    return f"list_sort(list_distinct([{values}]))" if values else "CAST([] AS VARCHAR[])"


def _joined(table: PersonTable, fields: Sequence[str], separator: str) -> str:
    return f"nullif(concat_ws('{separator}', {', '.join(_first(table, field) for field in fields)}), '')"


def _mask(table: PersonTable, masked: Sequence[str], sql_type: str) -> str:
    bits = []
    for bit, field in enumerate(masked):
        valid = " OR ".join(f"coalesce({column.valid}, false)" for column in table.of(field))
        if valid:
            bits.append(f"CASE WHEN {valid} THEN CAST({1 << bit} AS {sql_type}) ELSE 0 END")
    return " + ".join(bits) or f"CAST(0 AS {sql_type})"


def own_controllers(table: PersonTable) -> list[FieldColumn]:
    """The columns that may name the controller, in the order of preference: not those of whom a row only quotes."""
    return [column for field in CONTROLLER_FIELDS for column in table.of(field) if not column.cited]


def _controller_columns(table: PersonTable, *, cited: bool) -> list[FieldColumn]:
    quoted = [column for field in CONTROLLER_FIELDS for column in table.of(field) if column.cited] if cited else []
    return [*own_controllers(table), *quoted]


def _controller_field(table: PersonTable, *, cited: bool) -> str:
    """The field that `_controller` took, in the same order of preference."""
    columns = _controller_columns(table, cited=cited)
    valid = [f"WHEN {column.valid} THEN '{column.field}'" for column in columns]
    found = [f"WHEN {column.filled} THEN '{column.field}'" for column in columns]
    return f"CASE {' '.join([*valid, *found])} END" if columns else "CAST(NULL AS VARCHAR)"


def _controller(table: PersonTable, *, cited: bool) -> str:
    """The identifier of the controller of each record: the first kind that is valid, else the first as found."""
    columns = _controller_columns(table, cited=cited)
    if not columns:
        return "CAST(NULL AS VARCHAR)"
    valid = [f"CASE WHEN {column.valid} THEN {column.normal} END" for column in columns]
    found = [f"CASE WHEN {column.filled} THEN trim({column.raw}) END" for column in columns]
    return f"coalesce({', '.join([*valid, *found])})"


def _letters(sql: str) -> str:
    """Letters only: hyphens, spaces and apostrophes are written or left out at will in names."""
    return f"nullif(regexp_replace({sql}, '[^A-Z]', '', 'g'), '')"


def _whole(family: str, given: str) -> str:
    """All the words of a name in alphabetical order, letters only: the same whichever way they were typed."""
    words = f"string_split(concat_ws(' ', {family}, {given}), ' ')"
    return _letters(f"array_to_string(list_sort({words}), '')")


def _words(sql: str) -> str:
    """A name of several words, with its spaces; NULL for a name of one word."""
    return f"CASE WHEN contains({sql}, ' ') THEN {sql} END"


def _street(table: PersonTable) -> str:
    """House number, the words that name the street, and the postcode; the number may stand in a column of its own."""
    columns = table.of("postal_address")[:2]
    if not columns:
        return "CAST(NULL AS VARCHAR)"
    parts = [f"CASE WHEN {column.valid} THEN {column.normal} END" for column in columns]
    plain = f"upper(strip_accents(concat_ws(' ', {', '.join([*parts, _first(table, 'postcode')])})))"
    kept = f"regexp_replace({plain}, '\\b(?:{STREET_WORDS.replace(' ', '|')})\\b|[^A-Z0-9 ]', ' ', 'g')"
    return f"CASE WHEN {_valid(table, 'postal_address')} THEN nullif(replace({kept}, ' ', ''), '') END"


def _name_order(connection: Any, table: PersonTable) -> str:
    """Where the given name stands in a column of whole names: "first", "last", or "" where the column does not tell.

    Each word is looked up among known given names: one end of the column holds far more of them than the other.
    """
    if not table.of("full_name") or table.of("given_name"):
        return ""
    connection.register("known_given", pl.DataFrame({"word": known_given_names()}).to_arrow())
    whole = _first(table, "full_name")
    first, last = row(
        connection,
        f"""WITH ends AS (SELECT split_part(name, ' ', 1) AS one, split_part(name, ' ', -1) AS other
            FROM (SELECT {whole} AS name FROM {table.table}) WHERE contains(name, ' '))
        SELECT count(x.word) / greatest(count(*), 1), count(y.word) / greatest(count(*), 1)
        FROM ends LEFT JOIN known_given x ON x.word = one LEFT JOIN known_given y ON y.word = other""",
    )
    connection.unregister("known_given")
    if max(first, last) < GIVEN_SHARE or max(first, last) < ORDER_RATIO * min(first, last):
        return ""
    return "first" if first > last else "last"


def _split_whole(whole: str, order: str) -> tuple[str, str]:
    """Family and given name of a whole name of two words or more; one word is a family name."""
    family, given = (
        ("^[^ ]+ (.+)$", "^([^ ]+) .+$") if order == "first" else ("^(.+) [^ ]+$", "^.+ ([^ ]+)$")
    )  # the word at the end that holds given names, and the rest
    several = f"contains({whole}, ' ')"
    return (
        f"CASE WHEN {several} THEN regexp_extract({whole}, '{family}', 1) ELSE {whole} END",
        f"CASE WHEN {several} THEN regexp_extract({whole}, '{given}', 1) END",
    )


def _select(table: PersonTable, masked: Sequence[str], sql_type: str, order: str, *, cited: bool) -> str:
    given, surname = _first(table, "given_name"), _first(table, "family_name")
    if order:
        surname, given = _split_whole(_first(table, "full_name"), order)
    words, whole = _words(surname), _whole(f"coalesce({surname}, {_first(table, 'birth_name')})", given)
    if table.of("full_name") and not table.of("given_name") and not order:
        # "DUPONT JEAN" in one cell: its words in alphabetical order serve as surname, since their order is not known.
        surname = f"array_to_string(list_sort(string_split({_first(table, 'full_name')}, ' ')), ' ')"
        given = f"CASE WHEN {_first(table, 'full_name')} IS NOT NULL THEN '{WHOLE_NAME}' END"
        words, whole = "CAST(NULL AS VARCHAR)", _letters(surname)
    return f"""
        SELECT {table.number} AS source, _record AS record, _line AS line,
            {_letters(surname)} AS family,
            {_letters(_first(table, "birth_name"))} AS birth,
            {_letters(given)} AS given,
            nullif(split_part({given}, ' ', 1), '') AS given_first,
            {words} AS family_words, {_words(_first(table, "birth_name"))} AS birth_words, {whole} AS whole_name,
            {_first(table, "birth_date", "DATE")} AS born,
            {_first(table, "sex")} AS sex,
            {_all(table, "phone")} AS phones,
            {_first(table, "email")} AS email,
            {_first(table, "nir")} AS nir,
            {_first(table, "ins")} AS ins,
            {_first(table, "patient_id")} AS file_number,
            {_first(table, "death_date", "DATE")} AS died,
            {_street(table)} AS street,
            {_letters_digits(_joined(table, ("postal_address", "postcode"), " "), table)} AS address,
            {_first(table, "postcode")} AS postcode,
            ({_valid(table, "postal_address")}) AND (({_valid(table, "postcode")}) OR ({_valid(table, "city")}))
                AS postal,
            {_valid(table, "death_date")} AS deceased,
            {_joined(table, ("free_text",), " ") if table.of("free_text") else "CAST(NULL AS VARCHAR)"} AS note,
            {_controller(table, cited=cited)} AS controller,
            {_controller_field(table, cited=cited)} AS controller_field,
            {_mask(table, masked, sql_type)} AS mask
        FROM {table.table}"""


def _valid(table: PersonTable, field: str) -> str:
    return " OR ".join(f"coalesce({column.valid}, false)" for column in table.of(field)) or "false"


def _letters_digits(sql: str, table: PersonTable) -> str:
    if not table.of("postal_address"):
        return "CAST(NULL AS VARCHAR)"
    return (
        f"CASE WHEN {_valid(table, 'postal_address')} THEN "
        f"nullif(regexp_replace(upper(strip_accents({sql})), '[^A-Z0-9]', '', 'g'), '') END"
    )


def build_records(
    connection: Any,
    tables: Sequence[PersonTable],
    masked: Sequence[str],
    name: str = "w.records",
    *,
    cited: bool = True,
) -> int:
    """Makes `w.records` (or another table of that shape) from tables that name persons; the number of records.

    `masked` are the field ids of the bits of `mask`, lowest first. Every field column with notes is joined into one
    note per record. `cited` allows a professional whom a row only quotes for its controller, where it has no other.
    """
    sql_type = "BIGINT" if len(masked) < 63 else "HUGEINT"
    parts, before = [], 0  # numbers follow the order of tables and rows, without sorting millions of them
    for raw in sorted(tables, key=lambda table: table.number):
        one = raw.prepared()
        select = _select(one, masked, sql_type, _name_order(connection, one), cited=cited)
        parts.append(f"SELECT {before} + record AS rid, * FROM ({select})")
        before += int(row(connection, f"SELECT coalesce(max(_record), 0) FROM {raw.table}")[0])
    connection.execute(f"CREATE OR REPLACE TABLE {name} AS {' UNION ALL '.join(parts)}")
    return int(row(connection, f"SELECT count(*) FROM {name}")[0])


def build_notes(connection: Any) -> int:
    """Makes `w.notes` (note_id, text), the distinct notes, and `w.record_notes` (rid, note_id); the filled notes.

    Of the records and of the rows tied to them (`w.files`, made by `ties.store_ties`).
    """
    connection.execute(
        "CREATE OR REPLACE TABLE w.notes AS SELECT row_number() OVER (ORDER BY text) - 1 AS note_id, text "
        "FROM (SELECT DISTINCT note AS text FROM w.files WHERE note IS NOT NULL)"
    )
    connection.execute(
        "CREATE OR REPLACE TABLE w.record_notes AS SELECT rid, note_id FROM w.files JOIN w.notes ON note = text"
    )
    return int(row(connection, "SELECT count(*) FROM w.record_notes")[0])
