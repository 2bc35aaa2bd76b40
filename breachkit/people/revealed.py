"""What columns of codes, titles and names of care reveal of whom: a drug, a diagnosis, a test, a document's title.

The column alone says "health"; its cells may say HIV, addiction, cancer, or another category of GDPR art. 9 or 10.
Codes are looked up by their beginning (`reference/revealing_codes.toml`); cells with words are read as notes are.
Each distinct cell is read once. What is found makes `w.revealed`; no cell is kept there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import polars as pl

from breachkit.impact import SPECIAL_CATEGORIES, Revealed
from breachkit.people.mentions import BATCH_NOTES, FindMentions
from breachkit.reference.catalogue import load_toml

# The classifications whose codes stand in cells of each field.
SYSTEMS = {
    "diagnosis_code": ("cim10",),
    "diagnosis": ("cim10",),
    "drug": ("atc", "cip13", "cip7"),
    "procedure_code": ("ccam",),
    "lab_result": ("loinc",),
}
# Fields whose cells may be words. A test's name may stand in the header, with its result in the cell.
WORDED = (
    "diagnosis_code",
    "diagnosis",
    "drug",
    "document_title",
    "lab_result",
    "care_unit",
    "disability",
    "vital_sign",
)
HEADED = ("lab_result",)
FIELDS = tuple(dict.fromkeys((*SYSTEMS, *WORDED)))
REVEALED_COLUMNS = "rid BIGINT, field VARCHAR, category VARCHAR, topic VARCHAR, assertion VARCHAR"
LEVELS = ("p3", "p2", "p1")  # low, best, high
WORD = "[A-Za-zÀ-ÿ]{3}"  # a cell without as much in a row is a code, a number or a sign
# « E11.9, I10 » holds two codes, « 34009 300 001 20 » one.
_TOKENS = (
    "list_distinct(list_append(string_split_regex(upper(strip_accents({0})), '[\\s,;/|]+'), "
    "regexp_replace({0}, '[^0-9]', '', 'g')))"
)
_CODE = {
    "cim10": "regexp_matches(token, '^[A-Z][0-9]{2}[0-9A-Z+*]{0,5}$')",
    "atc": "regexp_matches(token, '^[A-Z][0-9]{2}[A-Z]{1,2}([0-9]{2})?$')",
    "cip13": "regexp_matches(token, '^3400[89][0-9]{8}$')",
    "cip7": "regexp_matches(token, '^[0-9]{7}$')",
    "ccam": "regexp_matches(token, '^[A-Z]{4}[0-9]{3}$')",
    "loinc": "regexp_matches(token, '^[0-9]{1,5}-[0-9]$')",
}


@dataclass(frozen=True)
class RevealingColumn:
    """A column of a patients' table: its number, its name in the workspace, the field, the column, its header."""

    number: int
    table: str
    field: str
    column: str
    header: str


@cache
def codes() -> pl.DataFrame:
    """Every beginning of a code that reveals something: system, beginning, category, topic ("" for none)."""
    rows = [
        {"system": name, "beginning": one, "category": category, "topic": topic}
        for system, listed in load_toml("revealing_codes.toml").items()
        if system != "meta"
        for kind, category in ((system, one) for one in listed)
        for topic, written in listed[category].items()
        for told in written.split()
        for name, one in _beginnings(kind, told)
    ]
    return pl.DataFrame(rows).unique(maintain_order=True)


def _beginnings(system: str, told: str) -> Iterator[tuple[str, str]]:
    """A listed code as beginnings: a range as its members, a CIP13 also as the CIP7 inside it."""
    found = re.fullmatch(r"([A-Z])(\d+)-\1?(\d+)", told) if system == "cim10" else None
    if found is None:
        yield system, told
        if system == "cip13":
            yield "cip7", told[5:12]
        return
    letter, first, last = found.groups()
    for number in range(int(first), int(last) + 1):
        yield system, f"{letter}{number:0{len(first)}d}"


def build_revealed(connection: Any, columns: Sequence[RevealingColumn], find_mentions: FindMentions) -> None:
    """Makes `w.revealed` (REVEALED_COLUMNS): one row for each thing that a record's columns reveal."""
    columns = [one for one in columns if one.field in FIELDS]
    cells = " UNION ALL ".join(
        f"SELECT {number} AS place, {one.number} AS source, _record AS record, trim({one.column}) AS cell "
        f"FROM {one.table} WHERE trim({one.column}) <> ''"
        for number, one in enumerate(columns)
    )
    # Encrypted with the rest of the workspace, and dropped below.
    connection.execute(
        "CREATE OR REPLACE TABLE w.cells AS SELECT place, source, record, hash(cell) AS digest, cell FROM "
        f"({cells or 'SELECT 0 AS place, 0 AS source, 0 AS record, NULL AS cell WHERE false'})"
    )
    said = "place INTEGER, digest UBIGINT, category VARCHAR, topic VARCHAR, assertion VARCHAR"
    connection.execute(f"CREATE OR REPLACE TABLE w.said ({said})")
    for number, one in enumerate(columns):
        _look_up(connection, number, one.field)
        if one.field in WORDED:
            _read(connection, number, one, find_mentions)
    fields = pl.DataFrame({"place": range(len(columns)), "field": [one.field for one in columns]}, schema_overrides=_AT)
    connection.register("fields", fields.to_arrow())
    connection.execute("""
        CREATE OR REPLACE TABLE w.revealed AS
        SELECT DISTINCT rid, field, category, nullif(topic, '') AS topic, assertion
        FROM w.cells JOIN (SELECT DISTINCT * FROM w.said) USING (place, digest) JOIN fields USING (place)
        JOIN (SELECT rid, source, record FROM w.files) USING (source, record) ORDER BY ALL
    """)
    connection.unregister("fields")
    for table in ("w.cells", "w.said"):
        connection.execute(f"DROP TABLE {table}")


_AT = {"place": pl.Int32, "field": pl.String}


def _look_up(connection: Any, place: int, field: str) -> None:
    """Adds to `w.said` what the codes in a column's cells reveal."""
    systems = SYSTEMS.get(field, ())
    if not systems:
        return
    connection.register("listed", codes().to_arrow())
    kinds = " ".join(f"WHEN {_CODE[one]} THEN '{one}'" for one in systems)
    connection.execute(f"""
        INSERT INTO w.said
        WITH tokens AS (SELECT DISTINCT digest, replace(token, '.', '') AS token FROM (
            SELECT digest, unnest({_TOKENS.format("cell")}) AS token
            FROM (SELECT DISTINCT digest, cell FROM w.cells WHERE place = {place}))),
        coded AS (SELECT digest, token, CASE {kinds} END AS system FROM tokens),
        sizes AS (SELECT DISTINCT system, length(beginning) AS size FROM listed)
        SELECT DISTINCT {place}, digest, category, topic, 'affirmed'
        FROM coded JOIN sizes USING (system) JOIN listed
            ON listed.system = coded.system AND beginning = left(token, size)
    """)
    connection.unregister("listed")


def _read(connection: Any, place: int, column: RevealingColumn, find_mentions: FindMentions) -> None:
    """Adds to `w.said` what the words of a column's cells say of the patient, whatever the assertion."""
    worded = f"regexp_matches(cell, '{WORD}')"
    if column.field in HEADED:  # the number of a result says nothing, the test does
        title = re.sub(r"[^\w]+|_", " ", column.header).strip().replace("'", "''")
        text = f"concat_ws(' : ', '{title}', CASE WHEN {worded} THEN cell END)"
        worded = f"({worded} OR regexp_matches('{title}', '{WORD}'))"
    else:
        text = "cell"
    texts = f"""(SELECT text, row_number() OVER (ORDER BY text) AS turn FROM (
        SELECT DISTINCT {text} AS text FROM w.cells WHERE place = {place} AND {worded}))"""
    first = 0
    while True:
        batch = f"SELECT text FROM {texts} WHERE turn > {first} ORDER BY turn LIMIT {BATCH_NOTES}"
        found = pl.DataFrame(pl.from_arrow(connection.sql(batch).to_arrow_table()))["text"]
        if found.is_empty():
            return
        said = find_mentions(found).filter(
            (pl.col("subject") == "patient") & pl.col("category").is_in(SPECIAL_CATEGORIES)
        )
        frame = said.select(
            found.gather(said["text_index"]).alias("text"), "category", pl.col("topic").fill_null(""), "assertion"
        ).unique()
        connection.register("found", frame.to_arrow())
        connection.execute(f"""
            INSERT INTO w.said SELECT DISTINCT {place}, digest, category, topic, assertion
            FROM (SELECT DISTINCT digest, {text} AS text FROM w.cells WHERE place = {place} AND {worded})
            JOIN found USING (text)
        """)
        connection.unregister("found")
        first += BATCH_NOTES


def revealed(connection: Any) -> tuple[Revealed, ...]:
    """Persons by what their columns reveal, most persons first."""
    persons = ", ".join(f"count(DISTINCT {level})" for level in LEVELS)
    found = connection.execute(
        f"SELECT field, category, topic, assertion, {persons}, count(*) AS records FROM w.revealed "
        "JOIN w.facts USING (rid) GROUP BY field, category, topic, assertion "
        "ORDER BY 6 DESC, field, category, topic NULLS FIRST, assertion"
    ).fetchall()
    return tuple(
        Revealed(
            field=field, category=category, topic=topic, assertion=assertion,
            low=min(low, best), persons=best, high=max(high, best), records=records,
        )
        for field, category, topic, assertion, low, best, high, records in found
    )  # fmt: skip
