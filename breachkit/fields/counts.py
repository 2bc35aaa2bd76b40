"""How many rows of each column are filled, valid, or hold a placeholder, once its field is known: exact counts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from breachkit.fields.profile import ColumnProfile
from breachkit.fields.valid import is_filled, normal_expression, placeholder_expression, valid_expression

if TYPE_CHECKING:
    import duckdb

GROUPED_RATIO, GROUPED_LIMIT = 0.3, 500_000  # distinct values, of rows and at most, below which grouping pays
Counted = tuple[int, int, int]


def _checks(field: str) -> tuple[str, str]:
    """(normal form, counts) as SQL over the columns v, n_v and n: the same text for fields that are read alike."""
    checks = (is_filled("v"), valid_expression(field, "v", "n_v"), placeholder_expression(field, "v", "n_v"))
    parts = ", ".join(f"coalesce(sum(n) FILTER (WHERE {check}), 0)" for check in checks)
    return normal_expression(field, "v"), parts


def _cells(table: str, one: ColumnProfile, number: int) -> str:
    """The cells of a column with their rows; where values come many times, each distinct one once."""
    if one.distinct <= GROUPED_RATIO * one.rows and one.distinct <= GROUPED_LIMIT:
        grouped = f"FROM {table} WHERE {one.column} <> '' GROUP BY {one.column}"
        return f"SELECT {number} AS place, {one.column} AS v, count(*) AS n {grouped}"
    return f"SELECT {number} AS place, {one.column} AS v, 1 AS n FROM {table}"


def count_rows(
    connection: duckdb.DuckDBPyConnection, table: str, chosen: Sequence[tuple[ColumnProfile, str]]
) -> list[Counted]:
    """(filled, valid, placeholders) rows of each (column, field), exact.

    One statement for the columns that are checked alike: planning a check costs DuckDB far more than running it.
    """
    alike: dict[tuple[str, str], list[int]] = {}
    for number, (one, field) in enumerate(chosen):
        if one.filled or one.nothings:
            alike.setdefault(_checks(field), []).append(number)
    found: list[Counted] = [(0, 0, 0)] * len(chosen)
    for (normal, parts), numbers in alike.items():
        cells = " UNION ALL ".join(_cells(table, chosen[number][0], number) for number in numbers)
        # Materialised: otherwise the long normal form is copied wherever n_v stands, and planning takes far longer.
        told = f"WITH told AS MATERIALIZED (SELECT place, v, n, {normal} AS n_v FROM ({cells}))"
        rows = connection.execute(f"{told} SELECT place, {parts} FROM told GROUP BY place").fetchall()
        for place, *counts in rows:
            found[place] = (int(counts[0]), int(counts[1]), int(counts[2]))
    return found
