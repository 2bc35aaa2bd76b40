"""What the cells of each column look like: one pass over the table, then one over the distinct values.

All work is SQL. The first statement reads every cell once: filled, lengths, distinct values. The second reads, per
column, the distinct values (all of them up to `DISTINCT_LIMIT`; above, those that a seeded hash selects, whatever
the order of the rows) and runs every recogniser, list and shape on them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from breachkit.fields.measures import LISTS, WIDER, mask_expression, measures, normal_columns
from breachkit.fields.valid import folded, is_filled, is_nothing, placeholder_words
from breachkit.recognisers.catalogue import RECOGNISERS
from breachkit.recognisers.date import any_date
from breachkit.recognisers.keys import trimmed

if TYPE_CHECKING:
    import duckdb

# Distinct values of a column that are all looked at; more are sampled. At 20,000 a share is known within 0.7 points
# (95 %, p = 0.5), far below every threshold of the decision. Our choice.
DISTINCT_LIMIT = 20_000
SAMPLE_SEED = 20_261_123
SAMPLE_BOUND = 0.98 / DISTINCT_LIMIT**0.5


@dataclass(frozen=True)
class KindCount:
    """Distinct values of a column that have the form of a kind, and those that pass its whole check."""

    shaped: int
    valid: int


@dataclass(frozen=True)
class ColumnProfile:
    """What one column looks like; nothing here is a value. Shares are of the distinct values unless named `rows`.

    `masks` are the commonest shapes (`Aaaa`, `99/99/9999`) with their share. `sample_modulus` is 1 where every
    distinct value was looked at, else one in that many; `filled`, `nothings` and `distinct` are then estimates.
    Years are missing where no date was read.
    """

    column: str
    header: str
    rows: int
    filled: int
    nothings: int
    distinct: int
    looked_at: int
    sample_modulus: int
    length_min: int
    length_mean: float
    length_max: int
    kinds: Mapping[str, KindCount]
    lists: Mapping[str, float]
    shares: Mapping[str, float]
    numbers: Mapping[str, float]
    masks: tuple[tuple[str, float], ...]

    @property
    def distinct_ratio(self) -> float:
        """Distinct values by filled row: 1 where no value comes twice."""
        return self.distinct / self.filled if self.filled else 0.0


# Lists whose short words mean something only as the whole cell, and the longest of them; « SF DURAND » is no act.
WHOLE_CELL = {"act_words": 4, "product_words": 8, "status_words": 3, "occupations": 3, "units": 3, "lab_tests": 2}
# General words that begin many other names: « Centre de dialyse » is no opinion.
GENERAL_WORDS = frozenset(
    ["CENTRE", "GAUCHE", "DROITE", "ENSEMBLE", "SE", "DS", "NOIR", "BLANC", "ALL", "HALL", "BASE"]
)


@cache
def _vocabulary() -> tuple[list[str], list[int], list[int]]:
    """Every word of the lists with one bit for each list that holds it: as a whole cell, and as its first word."""
    bits: dict[str, int] = {}
    heads: dict[str, int] = {}
    for position, name in enumerate(LISTS):
        for word in (*placeholder_words(name), *(placeholder_words(WIDER[name]) if name in WIDER else ())):
            bits[word] = bits.get(word, 0) | 1 << position
            general = word in GENERAL_WORDS and name != "organisation_words"
            if len(word) > WHOLE_CELL.get(name, 0) and not general:
                heads[word] = heads.get(word, 0) | 1 << position
    return list(bits), list(bits.values()), [heads.get(word, 0) for word in bits]


def _first_pass(
    connection: duckdb.DuckDBPyConnection, table: str, columns: Sequence[str]
) -> tuple[int, list[tuple[int, int]]]:
    """Rows, and (cells that are not empty, estimate of the distinct values) of each column, in one statement."""
    parts = ["count(*)"]
    for name in columns:
        parts += [f"count(nullif({name}, ''))", f"approx_count_distinct({name})"]
    row = connection.execute(f"SELECT {', '.join(parts)} FROM {table}").fetchone() or (0,)
    return int(row[0]), [(int(row[1 + 2 * i]), int(row[2 + 2 * i])) for i in range(len(columns))]


def _cells_of(table: str, number: int, column: str, modulus: int) -> str:
    """The distinct texts of a column with their rows; `modulus` 1 takes them all."""
    selected = "" if modulus == 1 else f" AND hash({column}, {SAMPLE_SEED}) % {modulus} = 0"
    return (
        f"SELECT {number} AS col, {column} AS raw, count(*) AS n FROM {table} "
        f"WHERE {column} <> ''{selected} GROUP BY {column}"
    )


def _second_pass_sql(cells: Sequence[str]) -> str:
    """One row of measures for each column: all columns in one statement, since planning costs more than counting."""
    selection = ", ".join(f'{sql} AS "{name}"' for name, sql in measures().items())
    return f"""
        WITH vocabulary AS (SELECT unnest($words) AS word, unnest($bits) AS bits, unnest($heads) AS heads),
        cells AS MATERIALIZED ({" UNION ALL ".join(cells)}),
        values_ AS MATERIALIZED (
            SELECT col, {trimmed("raw")} AS v, sum(n)::BIGINT AS n FROM cells WHERE {is_filled("raw")} GROUP BY ALL
        ),
        shapes AS (SELECT col, {mask_expression("left(v, 40)")} AS mask, count(*) AS n FROM values_ GROUP BY ALL),
        forms AS MATERIALIZED (
            SELECT col, v, n, {folded("v")} AS f, {any_date("v")} AS day,
                TRY_CAST(replace(replace(replace(v, ' ', ''), '€', ''), ',', '.') AS DOUBLE) AS number,
                length(v) - length(replace(v, ' ', '')) + 1 AS words,
                list_contains($categories, upper(left(v, 3))) AS category, {normal_columns()}
            FROM values_
        ),
        listed AS (
            SELECT forms.*, coalesce(whole.bits, 0) | coalesce(head.heads, 0) | coalesce(word.heads, 0) AS bits,
                CASE WHEN position(' ' IN f) > 0 THEN coalesce(tail.bits, 0) ELSE 0 END AS tail_bits
            FROM forms
            LEFT JOIN vocabulary AS whole ON whole.word = f
            LEFT JOIN vocabulary AS head ON head.word = split_part(f, ' ', 1)
            LEFT JOIN vocabulary AS tail ON tail.word = regexp_extract(f, '[^ ]+$')
            LEFT JOIN vocabulary AS word ON word.word = regexp_extract(f, '[A-Z]{{2,}}')
        )
        SELECT * FROM (
            SELECT col, coalesce(sum(n) FILTER (WHERE {is_nothing("raw")}), 0) AS rows_nothing FROM cells GROUP BY col
        )
        LEFT JOIN (SELECT col, {selection} FROM listed GROUP BY col) USING (col)
        LEFT JOIN (
            SELECT col, list(mask ORDER BY n DESC, mask)[:3] AS masks, list(n ORDER BY n DESC, mask)[:3] AS mask_counts
            FROM shapes GROUP BY col
        ) USING (col)"""


def _named(found: Mapping[str, Any], prefix: str) -> dict[str, float]:
    size = len(prefix) + 1
    return {
        name[size:]: float(value)
        for name, value in found.items()
        if name.startswith(f"{prefix} ") and value is not None
    }


def _empty(column: str, header: str, rows: int, nothings: int) -> ColumnProfile:
    return ColumnProfile(
        column=column,
        header=header,
        rows=rows,
        filled=0,
        nothings=nothings,
        distinct=0,
        looked_at=0,
        sample_modulus=1,
        length_min=0,
        length_mean=0.0,
        length_max=0,
        kinds={},
        lists={},
        shares={},
        numbers={},
        masks=(),
    )


def _modulus(estimate: int) -> int:
    return -(-estimate // DISTINCT_LIMIT) if estimate > 1.1 * DISTINCT_LIMIT else 1


def _column_profile(
    named: tuple[str, str], rows: int, written: int, estimate: int, found: Mapping[str, Any]
) -> ColumnProfile:
    column, header = named
    nothings, looked_at = int(found["rows_nothing"]), int(found["looked_at"] or 0)
    if not looked_at:
        return _empty(column, header, rows, nothings)
    modulus = _modulus(estimate)
    # Of a sample, the share of filled rows is carried over to the cells that are written at all.
    sampled_rows = int(found["rows_filled"])
    filled = sampled_rows if modulus == 1 else written * sampled_rows // (sampled_rows + nothings)
    shaped, valid = _named(found, "shaped"), _named(found, "valid")
    return ColumnProfile(
        column=column,
        header=header,
        rows=rows,
        filled=filled,
        nothings=nothings if modulus == 1 else written - filled,
        distinct=looked_at if modulus == 1 else min(estimate, filled),
        looked_at=looked_at,
        sample_modulus=modulus,
        length_min=int(found["length_min"]),
        length_mean=float(found["length_mean"]),
        length_max=int(found["length_max"]),
        kinds={kind: KindCount(int(shaped[kind]), int(valid[kind])) for kind in RECOGNISERS},
        lists=_named(found, "list"),
        shares=_named(found, "share"),
        numbers=_named(found, "number"),
        masks=tuple((mask, n / looked_at) for mask, n in zip(found["masks"], found["mask_counts"], strict=True)),
    )


def _second_pass(
    connection: duckdb.DuckDBPyConnection, table: str, selected: Mapping[int, tuple[str, int]]
) -> dict[int, dict[str, Any]]:
    """Measures by the number of a column; `selected` holds its name and the modulus of its sample."""
    if not selected:
        return {}
    cells = [_cells_of(table, number, column, modulus) for number, (column, modulus) in selected.items()]
    words, bits, heads = _vocabulary()
    cursor = connection.execute(
        _second_pass_sql(cells),
        {"words": words, "bits": bits, "heads": heads, "categories": list(placeholder_words("cim10_categories"))},
    )
    names = [one[0] for one in cursor.description or ()]
    measured = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    return {int(one["col"]): one for one in measured}


def profile(
    connection: duckdb.DuckDBPyConnection, table: str, columns: Sequence[tuple[str, str]]
) -> list[ColumnProfile]:
    """The profile of each (column, header) of a table whose cells are VARCHAR; the order of rows changes nothing."""
    rows, counts = _first_pass(connection, table, [column for column, _ in columns])
    selected = {
        number: (columns[number][0], _modulus(estimate)) for number, (written, estimate) in enumerate(counts) if written
    }
    found = _second_pass(connection, table, selected)
    return [
        _column_profile(named, rows, *counts[number], found[number])
        if number in found
        else _empty(named[0], named[1], rows, 0)
        for number, named in enumerate(columns)
    ]
