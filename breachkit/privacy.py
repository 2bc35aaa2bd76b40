"""What may leave: which keys of an output are values of the extract.

The leak gate turns every output into keys (`release.keys`) and asks here which of them the workspace knows. The
search goes from the outputs to the extract, so that its cost follows the size of the outputs and not the 15 million
records; each column of the extract is read as found, whether its values are valid or not.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

NOTE_WORDS = 5  # words in a row that, taken from a note, are taken for a quotation; a choice
FAMILY_NAME_LETTERS = 5  # a shorter name standing alone is too often an ordinary word; a choice
GLUED_LETTERS = 12  # a whole name written as one word: CHAR LOTTE is a given name; a choice
PAIRS = 6  # columns of given names, and of family names, that are paired; a choice

FAMILY = ("family_name", "birth_name")
# field → kind of value. What a column of another field holds points at nobody by itself.
KIND_OF = {
    **dict.fromkeys(("full_name", "practitioner_name"), "name"),
    **dict.fromkeys(("nir", "ins"), "nir"),
    "email": "email",
    "phone": "phone",
    "postal_address": "address",
    "iban": "iban",
    "card_number": "card_number",
    **dict.fromkeys(
        ("patient_id", "contract_number", "id_document", "tax_number", "vehicle_plate", "rpps", "adeli"), "file_number"
    ),
    **dict.fromkeys(("username", "password", "access_code"), "login"),
    "ip_address": "ip_address",
    **dict.fromkeys(("unknown", "other"), "other"),
}
NOTES = ("free_text", "unknown", "other")
_FOUND: Any = {"chunk": pl.UInt32, "kind": pl.String, "found": pl.Int64}
_LETTERS = {"Œ": "OE", "Æ": "AE", "Ø": "O", "Ł": "L", "Đ": "D", "ẞ": "SS", "ß": "SS"}


@dataclass(frozen=True)
class HeldColumn:
    """A column of the workspace, and the id of the field that it holds."""

    table: str
    column: str
    field: str


def _plain(sql: str) -> str:
    """Capitals without accents, as `release.keys.plain` makes them."""
    found = f"upper(strip_accents({sql}))"
    for letter, other in _LETTERS.items():
        found = f"replace({found}, '{letter}', '{other}')"
    return found


def _key(sql: str) -> str:
    return f"regexp_replace({_plain(sql)}, '[^\\p{{L}}\\p{{N}}]', '', 'g')"


def held_columns(connection: Any, fields: Sequence[Sequence[str]]) -> list[HeldColumn]:
    """The columns of the workspace's tables, in order, each with its field; `fields` are those of each table.

    ValueError where the workspace is not that of these tables.
    """
    told = connection.execute(
        "SELECT count(*) FROM duckdb_tables() WHERE database_name = 'w' AND table_name = 'read_order'"
    ).fetchone()
    # The order of the impact's tables is kept apart: a table that was read twice is made after those that follow it.
    order = (
        "w.read_order"
        if told and told[0]
        else "(SELECT table_name, CAST(table_name[2:] AS INTEGER) AS place FROM ("
        "SELECT DISTINCT table_name FROM duckdb_columns() WHERE regexp_matches(table_name, '^t[0-9]+$')))"
    )
    rows = connection.execute(
        "SELECT table_name, count(*) FILTER (column_name LIKE 'c%') FROM duckdb_columns() "
        f"JOIN {order} o USING (table_name) WHERE database_name = 'w' GROUP BY table_name, place ORDER BY place"
    ).fetchall()
    if [cells for _, cells in rows] != [len(one) for one in fields]:
        raise ValueError("the workspace is not that of this impact")
    return [
        HeldColumn(f"w.{table}", f"c{at}", field)
        for (table, _), held in zip(rows, fields, strict=True)
        for at, field in enumerate(held, 1)
    ]


def known(
    connection: Any, candidates: pl.DataFrame, kinds: Sequence[str] = (), *, columns: Sequence[HeldColumn]
) -> pl.DataFrame:
    """The candidates that the extract holds, counted: chunk, kind, found. Never the keys.

    `candidates` are keys of outputs: chunk, kind ("run" of words, or the name of a form), words, key, alone. `kinds`
    are the kinds of value asked for, none for all.
    """
    found = [pl.DataFrame(schema=_FOUND)]
    asked = ["kind", "words", "key", "alone"]
    keys = candidates.select(asked).unique().with_row_index("number")  # the same ones stand in many chunks
    connection.register("candidates", keys.to_arrow())
    try:
        for kind, condition, secrets in (one for one in _questions(columns) if not kinds or one[0] in kinds):
            table = connection.sql(
                f"SELECT number FROM (SELECT * FROM candidates WHERE {condition}) SEMI JOIN ({secrets}) s USING (key)"
            ).to_arrow_table()
            held = keys.join(pl.DataFrame(pl.from_arrow(table)), on="number", how="semi")
            places = candidates.join(held, on=asked).group_by("chunk").agg(pl.col("key").n_unique().alias("found"))
            found.append(places.select("chunk", pl.lit(kind).alias("kind"), "found").cast(_FOUND))
    finally:
        connection.unregister("candidates")
    return pl.concat(found).group_by("chunk", "kind").agg(pl.col("found").max())


def _questions(columns: Sequence[HeldColumn]) -> list[tuple[str, str, str]]:
    """(kind, SQL condition on the candidates, SQL of the secret keys)."""
    asked = []
    for one in columns:
        if kind := KIND_OF.get(one.field):
            asked += [(kind, *each) for each in _value_questions(kind, one)]
        if one.field in NOTES:
            asked.append(("note", f"kind = 'run' AND words <= {NOTE_WORDS}", _fragments(one.column, one.table)))
        if one.field == "birth_date":
            asked.append(("birth_date", "kind IN ('birth_date', 'birth_told')", _births(one)))
    for table in dict.fromkeys(one.table for one in columns):
        asked += _name_questions([one for one in columns if one.table == table])
    asked.append(("note", f"kind = 'run' AND words <= {NOTE_WORDS}", _fragments("raw", "w.rejects")))
    return asked


def _value_questions(kind: str, one: HeldColumn) -> list[tuple[str, str]]:
    """How a value that stands for itself is looked for: as a run of words, or in the form it is written in."""
    value, held = _key(one.column), f"FROM {one.table} WHERE {one.column} <> ''"
    digits = f"regexp_replace({one.column}, '[^0-9]', '', 'g')"
    keys = f"SELECT DISTINCT {value} AS key {held}"
    if kind == "phone":
        return [("kind = 'phone'", f"SELECT DISTINCT right({digits}, 9) AS key {held} AND length({digits}) >= 9")]
    if kind == "ip_address":
        return [("kind = 'ip_address'", f"SELECT DISTINCT trim({one.column}) AS key {held}")]
    if kind == "nir":
        both = f"unnest([{value}, left({value}, 13)])"
        longer = f"SELECT left(key, 13) AS key FROM ({keys}) WHERE length(key) >= 13"
        return [
            ("kind = 'run' AND length(key) IN (13, 15, 21, 22)", f"SELECT DISTINCT {both} AS key {held}"),
            ("kind = 'nir'", longer),
        ]
    if kind == "iban":
        return [("kind = 'run' AND length(key) >= 14", f"SELECT DISTINCT unnest([{value}, {value}[5:]]) AS key {held}")]
    if kind == "card_number":
        return [("kind = 'run' AND length(key) >= 13", keys)]
    if kind == "address":
        street = f"regexp_replace({one.column}, '[ ,;-]*\\b[0-9]{{5}}\\b.*$', '')"
        long = "kind = 'run' AND length(key) >= 10 AND words >= 3 AND regexp_matches(key, '[0-9]')"
        return [(long, f"SELECT DISTINCT unnest([{value}, {_key(street)}]) AS key {held}")]
    if kind == "email":
        return [("kind = 'run' AND length(key) >= 8 AND words <= 10", f"{keys} AND contains({one.column}, '@')")]
    if kind == "name":
        whole = f"regexp_replace({_plain(one.column)}, '^ *(DR|PR|MME|MLLE|M|MR|DOCTEUR|PROFESSEUR)[. ]+', '')"
        turned = f"list_reverse(string_split(trim(regexp_replace({whole}, '[^\\p{{L}}]+', ' ', 'g')), ' '))"
        both = f"unnest([{value}, {_key(whole)}, array_to_string({turned}, '')])"
        named = "kind = 'run' AND length(key) >= 7 AND words BETWEEN 2 AND 8"
        return [(named, f"SELECT DISTINCT {both} AS key {held} AND contains(trim({one.column}), ' ')")]
    return _code_questions(one, keys)


def _code_questions(one: HeldColumn, keys: str) -> list[tuple[str, str]]:
    """A number of a file, a login, a password: digits alone are told from a figure by their length or a word before."""
    mixed = "length(key) >= 6 AND regexp_matches(key, '[0-9]') AND regexp_matches(key, '\\p{L}') AND words <= 8"
    worded = "length(key) >= 8 AND NOT regexp_matches(key, '[0-9]') AND words <= 3"
    number = "NOT regexp_matches(key, '\\p{L}') AND (length(key) >= 13 OR (words = 1 AND length(key) >= 8))"
    told = [("kind = 'file_number'", keys)] if KIND_OF[one.field] == "file_number" else []
    if KIND_OF[one.field] == "other":  # what repeats is a code or a word of the trade
        keys = f"SELECT key FROM ({keys.replace('SELECT DISTINCT', 'SELECT')}) GROUP BY key HAVING count(*) = 1"
    return [(f"kind = 'run' AND (({mixed}) OR ({worded}) OR ({number}))", keys), *told]


def _births(one: HeldColumn) -> str:
    """The dates of a column in ISO, read as `release.keys.dates` reads them."""
    patterns = (
        "%d/%m/%Y",
        "%Y-%m-%d",
        "%d-%m-%Y",
        "%d.%m.%Y",
        "%d %m %Y",
        "%d%m%Y",
        "%Y%m%d",
        "%Y/%m/%d",
        "%Y-%m-%d %H:%M:%S",
    )
    formats = ", ".join(f"'{one}'" for one in patterns)
    return (
        f"SELECT DISTINCT strftime(try_strptime(left(trim({one.column}), 19), [{formats}]), '%Y-%m-%d') AS key "
        f"FROM {one.table} WHERE {one.column} <> ''"
    )


def _name_questions(columns: Sequence[HeldColumn]) -> list[tuple[str, str, str]]:
    """The names of one table: family and given name in both orders, the family name alone, with an initial."""
    families = [one for one in columns if one.field in FAMILY][:PAIRS]
    givens = [one for one in columns if one.field == "given_name"][:PAIRS]
    asked = []
    for family in families:
        name = _key(family.column)
        long = f"FROM {family.table} WHERE length({name}) >= {FAMILY_NAME_LETTERS}"
        alone = f"kind = 'run' AND alone AND words <= 5 AND length(key) >= {FAMILY_NAME_LETTERS}"
        asked.append(("family_name", alone, f"SELECT DISTINCT {name} AS key {long}"))
        for given in givens:
            first = _key(f"regexp_extract({given.column}, '^[^ ,]+')")
            other = _key(given.column)
            pairs = f"unnest([{name} || {other}, {other} || {name}, {name} || {first}, {first} || {name}])"
            whole = f"kind = 'run' AND length(key) >= 7 AND (words BETWEEN 2 AND 8 OR length(key) >= {GLUED_LETTERS})"
            both = f"FROM {family.table} WHERE {name} <> '' AND {other} <> ''"
            asked.append(("name", whole, f"SELECT DISTINCT {pairs} AS key {both}"))
            asked.append(("initial", "kind = 'initial'", f"SELECT DISTINCT left({other}, 1) || {name} AS key {long}"))
    return asked


def _fragments(column: str, table: str) -> str:
    """Every run of five words of the texts of a column; the whole text where it has two to four words."""
    words = f"string_split(trim(regexp_replace({_plain(column)}, '[^\\p{{L}}\\p{{N}}]+', ' ', 'g')), ' ')"
    texts = f"SELECT DISTINCT {column} FROM {table} WHERE length({column}) >= 12"
    firsts = f"unnest(range(1, greatest(len(words) - {NOTE_WORDS - 2}, 2))) AS first"
    runs = f"SELECT words, {firsts} FROM (SELECT {words} AS words FROM ({texts}))"
    key = f"array_to_string(words[first : first + {NOTE_WORDS - 1}], '') AS key"
    return f"SELECT DISTINCT key FROM (SELECT {key} FROM ({runs}) WHERE len(words) > 1) WHERE length(key) >= 12"
