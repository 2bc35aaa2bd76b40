"""Whether a column writes the month before the day: an American export read day first would be silently wrong."""

from __future__ import annotations

from typing import Any

from breachkit.fields.reasons import statement
from breachkit.impact import Reason

_PARTS = r"^\s*(\d{1,2})([/.-])(\d{1,2})([/.-]\d{2,4})"
LEAST_PROOFS = 3  # dates that only make sense month first; below, they are errors. Our choice.
PROOFS_PER_CONTRARY = 20  # and so many for each date that only makes sense day first. Our choice.

MONTH_FIRST: Reason = statement(
    "month_first",
    "Les dates sont écrites mois d'abord (plusieurs ont un second nombre supérieur à 12)\u202f; elles sont lues ainsi.",
    "Dates are written month first (several have a second number above 12); they are read so.",
)


def is_month_first(connection: Any, table: str, column: str) -> bool:
    """Whether the dates of a column prove that the month comes first."""
    first = f"TRY_CAST(regexp_extract({column}, '{_PARTS}', 1) AS INTEGER)"
    second = f"TRY_CAST(regexp_extract({column}, '{_PARTS}', 3) AS INTEGER)"
    proofs, contrary = connection.execute(
        f"SELECT count(*) FILTER (a <= 12 AND b BETWEEN 13 AND 31), count(*) FILTER (a BETWEEN 13 AND 31 AND b <= 12) "
        f"FROM (SELECT {first} AS a, {second} AS b FROM {table})"
    ).fetchall()[0]
    return proofs >= LEAST_PROOFS and proofs > PROOFS_PER_CONTRARY * contrary


def day_first(column: str) -> str:
    """SQL of the cell with its first two numbers exchanged."""
    return rf"regexp_replace({column}, '{_PARTS}', '\3\2\1\4')"
