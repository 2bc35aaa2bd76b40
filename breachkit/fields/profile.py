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

from breachkit.fields.valid import folded, is_filled, is_nothing, placeholder_words
from breachkit.recognisers.catalogue import RECOGNISERS
from breachkit.recognisers.date import DATE, any_date, is_placeholder_day
from breachkit.recognisers.definition import Recogniser
from breachkit.recognisers.keys import matches, trimmed

if TYPE_CHECKING:
    import duckdb

# Distinct values of a column that are all looked at; more are sampled. At 20,000 a share is known within 0.7 points
# (95 %, p = 0.5), far below every threshold of the decision. Our choice.
DISTINCT_LIMIT = 20_000
SAMPLE_SEED = 20_261_123
SAMPLE_BOUND = 0.98 / DISTINCT_LIMIT**0.5
LISTS = (
    "given_names",
    "family_names",
    "towns",
    "street_words",
    "titles",
    "specialties",
    "organisation_words",
    "insurers",
    "marital_words",
    "countries",
    "nationalities",
    "insurance_words",
    "drugs",
    "document_words",
    "occupations",
)
SEX_CODES = r"^(?i:[MFH12]|homme|femme|masculin|f[éeÉ]minin|male|female)$"
BINARY = r"^(?i:[01]|[on]|oui|non|y|yes|no|true|false|vrai|faux|t|f|[ai]|actif|inactif|active|inactive)$"
FUNCTION_WORDS = (
    r"(?i)(?:^|[ '’])(?:le|la|les|un|une|et|est|a|à|pas|en|avec"
    r"|pour|sur|par|mais|son|sa|ses|ne|qui|que|au|sans|dit|depuis|the|and|of|is)[ ,.'’]"
)


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


@cache
def _vocabulary() -> tuple[list[str], list[int]]:
    """Every word of the lists with one bit for each list that holds it."""
    bits: dict[str, int] = {}
    for position, name in enumerate(LISTS):
        for word in placeholder_words(name):
            bits[word] = bits.get(word, 0) | 1 << position
    return list(bits), list(bits.values())


def _first_pass(
    connection: duckdb.DuckDBPyConnection, table: str, columns: Sequence[str]
) -> tuple[int, list[tuple[int, int]]]:
    """Rows, and (cells that are not empty, estimate of the distinct values) of each column, in one statement."""
    parts = ["count(*)"]
    for name in columns:
        parts += [f"count(nullif({name}, ''))", f"approx_count_distinct({name})"]
    row = connection.execute(f"SELECT {', '.join(parts)} FROM {table}").fetchone() or (0,)
    return int(row[0]), [(int(row[1 + 2 * i]), int(row[2 + 2 * i])) for i in range(len(columns))]


def _share(condition: str) -> str:
    return f"avg(CASE WHEN {condition} THEN 1.0 ELSE 0.0 END)"


def _row_share(condition: str) -> str:
    return f"coalesce(sum(n) FILTER (WHERE {condition}), 0) / sum(n)"


def _share_expressions() -> dict[str, str]:
    """Name of a share, and its SQL over the columns v (text), f (folded), day (DATE), number (DOUBLE), words."""
    return {
        "digits": _share(matches("v", r"^\d+$")),
        "letters": _share(matches("f", r"^[\p{L} ]+$")),
        "capitalised": _share(matches("v", r"^\p{Lu}")),
        "any_digit": _share(matches("v", r"\d")),
        "at_sign": _share("position('@' IN v) > 0"),
        "has_email": _share(matches("v", r"[\w.+-]+@[\w-]+\.[A-Za-z]{2,}")),
        "has_phone": _share(matches("v", r"(?:^|\D)0[1-9](?:[ .-]?\d{2}){4}(?:$|\D)")),
        "has_date": _share(matches("v", r"(?:^|\D)\d{1,2}[/.-]\d{1,2}[/.-](?:19|20)?\d{2}(?:$|\D)")),
        "date": _share("day IS NOT NULL"),
        "date_placeholder": _share(f"coalesce({is_placeholder_day('day')}, false)"),
        "with_time": _share(f"day IS NOT NULL AND {matches('v', r'[ T][0-9]{1,2}[:hH][0-9]{2}')}"),
        "midnight": _share(f"day IS NOT NULL AND {matches('v', r'[ T]00:00(?::00(?:[.]0+)?)?$')}"),
        "number": _share("number IS NOT NULL"),
        "integer": _share(matches("v", r"^-?\d+$")),
        "decimal": _share(matches("v", r"^-?\d+[.,]\d+ ?€?$")),
        "sex_rows": _row_share(matches("v", SEX_CODES)),
        "prose": _share(f"words >= 4 AND {matches('v', r'[a-z]{2}')}"),
        "function_words": _share(matches("v", FUNCTION_WORDS)),
        "two_words": _share("words = 2"),
        "one_word": _share("words = 1"),
        "tight_nir": _share(matches("v", r"^[12] ?\d{2} ?(?:0[1-9]|1[0-2]) ?(?:2[AB]|\d{2}) ?\d{3} ?\d{3}$")),
        "third_zero": _share("substr(v, 3, 1) = '0'"),
        "ends_zero": _share("right(v, 1) = '0'"),
        "leading_zero": _share("left(v, 1) = '0' AND length(v) > 1"),
        "phone_written": _share(matches("v", r"^\(?(?:\+|0)")),
        "mobile": _share(matches("v", r"^(?:\+33|0)?[67]")),
        "doctor": _share(matches("v", r"(?i)^(?:dr|docteur|pr|professeur)\.? ")),
        "given_tail_rows": _row_share("tail_bits & 1 = 1"),
        "binary_rows": _row_share(matches("v", BINARY)),
        "masked_card": _share(matches("v", r"^[0-9 ]{0,8}[Xx*•. ]{4,}[0-9]{2,4}$")),
        "hexadecimal": _share(matches("v", r"^(?:[0-9a-fA-F]{32}|[0-9a-fA-F]{40}|[0-9a-fA-F]{64}|[0-9a-fA-F]{128})$")),
        "street_number": _share(matches("f", r"^\d{1,4} ?(?:BIS|TER|QUATER|[A-D])? ")),
    }


def _number_expressions() -> dict[str, str]:
    real_year = f"CASE WHEN NOT {is_placeholder_day('day')} THEN year(day) END"
    return {
        "words_mean": "avg(words)",
        "letters_distinct": "count(DISTINCT left(f, 1))",
        "prefix_distinct": "count(DISTINCT left(v, 3))",
        "number_min": "min(number)",
        "number_median": "median(number)",
        "number_max": "max(number)",
        "year_min": f"min({real_year})",
        "year_low": f"quantile_disc({real_year}, 0.02)",
        "year_median": f"median({real_year})",
        "year_high": f"quantile_disc({real_year}, 0.98)",
        "year_max": f"max({real_year})",
        "first_of_month": f"avg(CASE WHEN NOT {is_placeholder_day('day')} THEN (day(day) = 1)::INTEGER END)",
    }


def _kind_expressions() -> dict[str, str]:
    real_days = f"count(*) FILTER (WHERE day IS NOT NULL AND NOT {is_placeholder_day('day')})"
    expressions = {f"shaped {DATE.id}": real_days, f"valid {DATE.id}": real_days}
    for one in _on_text():
        name = f"norm_{_normal_forms()[one.id]}"
        expressions[f"shaped {one.id}"] = f"count(*) FILTER (WHERE {one.shape(name)})"
        expressions[f"valid {one.id}"] = f"count(*) FILTER (WHERE {one.valid(name)})"
    return expressions


def _on_text() -> list[Recogniser]:
    """The kinds read from the text; dates are read once, as `day`, since their expression is the longest."""
    return [one for one in RECOGNISERS.values() if one is not DATE]


@cache
def _normal_forms() -> dict[str, int]:
    """Recogniser id to the number of its normal form: several kinds share one, computed once."""
    texts: dict[str, int] = {}
    return {one.id: texts.setdefault(one.normalise("v"), len(texts)) for one in _on_text()}


def _normal_columns() -> str:
    texts = dict.fromkeys(one.normalise("v") for one in _on_text())
    return ", ".join(f"{text} AS norm_{number}" for number, text in enumerate(texts))


def _measures() -> dict[str, str]:
    return {
        "looked_at": "count(*)",
        "rows_filled": "sum(n)",
        "length_min": "min(length(v))",
        "length_mean": "avg(length(v))",
        "length_max": "max(length(v))",
        **{f"share {name}": sql for name, sql in _share_expressions().items()},
        **{f"number {name}": sql for name, sql in _number_expressions().items()},
        **{f"list {name}": _row_share(f"(bits >> {place}) & 1 = 1") for place, name in enumerate(LISTS)},
        **_kind_expressions(),
    }


def _cells_of(table: str, number: int, column: str, modulus: int) -> str:
    """The distinct texts of a column with their rows; `modulus` 1 takes them all."""
    selected = "" if modulus == 1 else f" AND hash({column}, {SAMPLE_SEED}) % {modulus} = 0"
    return (
        f"SELECT {number} AS col, {column} AS raw, count(*) AS n FROM {table} "
        f"WHERE {column} <> ''{selected} GROUP BY {column}"
    )


def _second_pass_sql(cells: Sequence[str]) -> str:
    """One row of measures for each column: all columns in one statement, since planning costs more than counting."""
    selection = ", ".join(f'{sql} AS "{name}"' for name, sql in _measures().items())
    return f"""
        WITH vocabulary AS (SELECT unnest($words) AS word, unnest($bits) AS bits),
        cells AS MATERIALIZED ({" UNION ALL ".join(cells)}),
        values_ AS MATERIALIZED (
            SELECT col, {trimmed("raw")} AS v, sum(n)::BIGINT AS n FROM cells WHERE {is_filled("raw")} GROUP BY ALL
        ),
        shapes AS (SELECT col, {_mask("left(v, 40)")} AS mask, count(*) AS n FROM values_ GROUP BY ALL),
        forms AS (
            SELECT col, v, n, {folded("v")} AS f, {any_date("v")} AS day,
                TRY_CAST(replace(replace(replace(v, ' ', ''), '€', ''), ',', '.') AS DOUBLE) AS number,
                length(v) - length(replace(v, ' ', '')) + 1 AS words, {_normal_columns()}
            FROM values_
        ),
        listed AS (
            SELECT forms.*, coalesce(whole.bits, 0) | coalesce(head.bits, 0) | coalesce(word.bits, 0) AS bits,
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


def _mask(sql: str) -> str:
    """A for a capital, a for a small letter, 9 for a digit; runs of letters cut at four, so that no name shows."""
    for pattern, sign in (("[0-9]", "9"), (r"\p{Lu}", "A"), (r"\p{Ll}", "a"), ("A{4,}", "AAAA"), ("a{4,}", "aaaa")):
        sql = f"regexp_replace({sql}, '{pattern}', '{sign}', 'g')"
    return sql


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
    words, bits = _vocabulary()
    cursor = connection.execute(_second_pass_sql(cells), {"words": words, "bits": bits})
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
