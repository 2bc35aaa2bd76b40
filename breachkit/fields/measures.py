"""What is measured on the distinct values of a column, as SQL aggregates.

The columns that the expressions read: `v` the text, `n` its rows, `f` the folded text, `day` the DATE in it,
`number` its DOUBLE, `words` how many, `bits` and `tail_bits` the lists that hold it, `norm_*` the normal forms.
"""

from __future__ import annotations

from functools import cache

from breachkit.fields.written import form_conditions
from breachkit.recognisers.catalogue import RECOGNISERS
from breachkit.recognisers.date import DATE, is_placeholder_day
from breachkit.recognisers.definition import Recogniser
from breachkit.recognisers.keys import matches

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
    "status_words",
    "units",
    "lab_tests",
    "departments",
    "care_units",
    "disability_words",
    "religion_words",
    "allergens",
    "disease_words",
    "union_words",
    "origin_words",
    "orientation_words",
    "political_words",
    "offence_words",
    "genetic_words",
    "addiction_words",
    "consent_words",
    "act_words",
    "product_words",
    "company_words",
)
# Longer lists of the same kind, derived from public sources; other rooms use the short ones only.
WIDER = {name: f"{name}_wide" for name in ("given_names", "family_names", "towns", "drugs")}
SEX_CODES = r"^(?i:[MFH12]|homme|femme|masculin|f[éeÉ]minin|male|female)$"
BINARY = r"^(?i:[01]|[on]|oui|non|y|yes|no|true|false|vrai|faux|t|f|[ai]|actif|inactif|active|inactive)$"
# A time written to the second, other than a whole minute; a time on a multiple of five minutes: an appointment.
SECONDS = r"[ T:]\d{1,2}[:hH]\d{2}:(?:0[1-9]|[1-5]\d)|^20\d{10}(?:0[1-9]|[1-5]\d)$"
ROUND_MINUTES = r"[ T]\d{1,2}[:hH]\d?[05](?::00(?:[.]0+)?)?(?:Z| ?[+-]\d{2}:?\d{2})?$|^20\d{9}[05](?:00)?$"
FUNCTION_WORDS = (
    r"(?i)(?:^|[ '’])(?:le|la|les|un|une|et|est|a|à|pas|en|avec"
    r"|pour|sur|par|mais|son|sa|ses|ne|qui|que|au|sans|dit|depuis|the|and|of|is)[ ,.'’]"
)


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
        "date": _share("day IS NOT NULL"),
        "date_placeholder": _share(f"coalesce({is_placeholder_day('day')}, false)"),
        "with_time": _share(f"day IS NOT NULL AND {matches('v', r'[ T][0-9]{1,2}[:hH][0-9]{2}')}"),
        "midnight": _share(f"day IS NOT NULL AND {matches('v', r'[ T]00:00(?::00(?:[.]0+)?)?(?:Z|[+-]00:?00)?$')}"),
        "to_the_second": _share(f"day IS NOT NULL AND {matches('v', SECONDS)}"),
        "round_minutes": _share(f"day IS NOT NULL AND {matches('v', ROUND_MINUTES)}"),
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
        **{name: _share(condition) for name, condition in form_conditions().items()},
        "street_number": _share(matches("f", r"^\d{1,4} ?(?:BIS|TER|QUATER|[A-D])? ")),
    }


def _number_expressions() -> dict[str, str]:
    real_year = f"CASE WHEN NOT {is_placeholder_day('day')} THEN year(day) END"
    return {
        "words_mean": "avg(words)",
        "effective": "sum(n) * sum(n) / sum(n * n)",
        "number_low": "quantile_disc(number, 0.02)",
        "number_high": "quantile_disc(number, 0.98)",
        "letters_distinct": "count(DISTINCT left(f, 1))",
        "prefix_distinct": "count(DISTINCT left(v, 3))",
        "head_distinct": "count(DISTINCT left(v, 4))",
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


def normal_columns() -> str:
    """SELECT items: every normal form that the kinds need, once."""
    texts = dict.fromkeys(one.normalise("v") for one in _on_text())
    return ", ".join(f"{text} AS norm_{number}" for number, text in enumerate(texts))


def measures() -> dict[str, str]:
    """Name of a measure and its SQL aggregate."""
    return {
        "looked_at": "count(*)",
        "rows_filled": "sum(n)",
        "length_min": "min(length(v))",
        "length_mean": "avg(length(v))",
        "length_max": "max(length(v))",
        **{f"share {name}": sql for name, sql in _share_expressions().items()},
        **{f"number {name}": sql for name, sql in _number_expressions().items()},
        **{f"list {name}": _row_share(f"(bits >> {place}) & 1 = 1") for place, name in enumerate(LISTS)},
        "share cim10_categories": _share("category"),
        **_kind_expressions(),
    }


def mask_expression(sql: str) -> str:
    """A for a capital, a for a small letter, 9 for a digit; runs of letters cut at four, so that no name shows."""
    for pattern, sign in (("[0-9]", "9"), (r"\p{Lu}", "A"), (r"\p{Ll}", "a"), ("A{4,}", "AAAA"), ("a{4,}", "aaaa")):
        sql = f"regexp_replace({sql}, '{pattern}', '{sign}', 'g')"
    return sql
