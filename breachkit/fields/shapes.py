"""The masked shapes of a column: what its values look like, without any of them.

A letter becomes A or a, a digit 9, a run of more than three letters three; what is neither letter, digit nor usual
punctuation becomes ·. A shape is told only where it is common: a rare one could point at a person.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from breachkit.impact import Shape
from breachkit.workspace import literal

SHOWN = 3
MIN_COUNT = 10  # records; a choice
MIN_SHARE = 0.02  # of the filled records looked at; a choice
LOOKED_AT = 100_000  # records; beyond, one in so many, by position
LONGEST = 24  # characters of a value that are looked at

# In this order: a capital, then any other letter, so that the A of a capital is not taken for a letter again.
MASKS = (
    (r"\p{Lu}", "A"),
    (r"[\p{Ll}\p{Lo}\p{Lm}\p{Lt}]", "a"),
    ("[0-9]", "9"),
    ("[^Aa9 .,/:;@()+_'’-]", "·"),
    ("A{4,}", "AAA"),
    ("a{4,}", "aaa"),
)


def masked(column: str) -> str:
    """The SQL expression of a value's shape."""
    text = f"left(trim({column}), {LONGEST})"
    for pattern, sign in MASKS:
        text = f"regexp_replace({text}, {literal(pattern)}, '{sign}', 'g')"
    return text


def common_shapes(connection: Any, table: str, columns: Sequence[str], rows: int) -> dict[str, tuple[Shape, ...]]:
    """For each column its commonest shapes with their share of the filled records looked at; () where none is common.

    The records looked at are chosen by their position alone: the same on every run.
    """
    step = max(1, rows // LOOKED_AT)
    found: dict[str, tuple[Shape, ...]] = {}
    for column in columns:
        counted = connection.execute(
            f"""SELECT shape, n, sum(n) OVER () FROM (
                SELECT {masked(column)} AS shape, count(*) AS n FROM {table}
                WHERE _record % {step} = 0 AND trim(coalesce({column}, '')) <> '' GROUP BY 1)
            ORDER BY n DESC, shape LIMIT {SHOWN}"""
        ).fetchall()
        found[column] = tuple(
            Shape(shape=shape, share=round(n / total, 4))
            for shape, n, total in counted
            if n >= MIN_COUNT and n >= MIN_SHARE * total
        )
    return found
