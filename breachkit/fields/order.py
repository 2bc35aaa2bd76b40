"""How a column writes its dates: month first, as the days of a spreadsheet, as seconds of Unix, or as years alone.

A date that is read wrongly in silence is worse than one that is refused: each reading is proved by the whole column
and told in the evidence.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from breachkit.fields.reasons import statement
from breachkit.impact import Reason
from breachkit.recognisers.keys import matches, trimmed

_PARTS = r"^\s*(\d{1,2})([/.-])(\d{1,2})([/.-]\d{2,4})"
LEAST_PROOFS = 3  # dates that only make sense month first; below, they are errors. Our choice.
PROOFS_PER_CONTRARY = 20  # and so many for each date that only makes sense day first. Our choice.
LEAST_SHARE = 0.9  # of the cells written as a number, for the column to be numbers of days or seconds. Our choice.
SPREADSHEET = r"^[1-9]\d{3,4}(?:[.,]\d+)?$"
UNIX = r"^1\d{9}(?:\d{3})?(?:\.\d+)?$"


@dataclass(frozen=True)
class Reading:
    """How the cells of a column of dates are read: SQL of one cell with `{}` for the column, and why."""

    cell: str
    reason: Reason

    def of(self, column: str) -> str:
        """SQL of the cell as a date that is written day first or in ISO order."""
        return self.cell.replace("{}", column)


MONTH_FIRST: Reason = statement(
    "month_first",
    "Les dates sont écrites mois d'abord (plusieurs ont un second nombre supérieur à 12)\u202f; elles sont lues ainsi.",
    "Dates are written month first (several have a second number above 12); they are read so.",
)
AMERICAN = Reading(rf"regexp_replace({{}}, '{_PARTS}', '\3\2\1\4')", MONTH_FIRST)
SERIAL_DAYS = Reading(
    f"CASE WHEN {matches(trimmed('{}'), SPREADSHEET)} THEN CAST(DATE '1899-12-30' + "
    f"CAST(floor(TRY_CAST(replace({trimmed('{}')}, ',', '.') AS DOUBLE)) AS INTEGER) AS VARCHAR) ELSE {{}} END",
    statement(
        "serial_days_read",
        "Les dates sont des nombres de jours de tableur (1 = 1er janvier 1900)\u202f; elles sont lues ainsi.",
        "Dates are a spreadsheet's numbers of days (1 is 1 January 1900); they are read so.",
    ),
)
UNIX_TIME = Reading(
    f"CASE WHEN {matches(trimmed('{}'), UNIX)} THEN "
    f"CAST(CAST(make_timestamp(CAST(left({trimmed('{}')}, 10) AS BIGINT) * 1000000) AS DATE) AS VARCHAR) ELSE {{}} END",
    statement(
        "unix_time_read",
        "Les dates sont des secondes ou des millisecondes depuis 1970\u202f; elles sont lues ainsi.",
        "Dates are seconds or milliseconds since 1970; they are read so.",
    ),
)
_BY_FORM: Mapping[str, Reading] = {SPREADSHEET: SERIAL_DAYS, UNIX: UNIX_TIME}


def is_month_first(connection: Any, table: str, column: str) -> bool:
    """Whether the dates of a column prove that the month comes first."""
    first = f"TRY_CAST(regexp_extract({column}, '{_PARTS}', 1) AS INTEGER)"
    second = f"TRY_CAST(regexp_extract({column}, '{_PARTS}', 3) AS INTEGER)"
    proofs, contrary = connection.execute(
        f"SELECT count(*) FILTER (a <= 12 AND b BETWEEN 13 AND 31), count(*) FILTER (a BETWEEN 13 AND 31 AND b <= 12) "
        f"FROM (SELECT {first} AS a, {second} AS b FROM {table})"
    ).fetchall()[0]
    return proofs >= LEAST_PROOFS and proofs > PROOFS_PER_CONTRARY * contrary


def date_reading(connection: Any, table: str, column: str) -> Reading | None:
    """How the dates of a column have to be read; None where they are written as French files write them."""
    forms = list(_BY_FORM)
    shares = ", ".join(f"avg(CASE WHEN {matches('t', form)} THEN 1.0 ELSE 0.0 END)" for form in forms)
    found = connection.execute(
        f"SELECT {shares} FROM (SELECT {trimmed(column)} AS t FROM {table}) WHERE t <> ''"
    ).fetchall()[0]
    for form, share in zip(forms, found, strict=True):
        if share is not None and share >= LEAST_SHARE and not _are_years(connection, table, column):
            return _BY_FORM[form]
    return AMERICAN if is_month_first(connection, table, column) else None


def _are_years(connection: Any, table: str, column: str) -> bool:
    """Whether the numbers are years: 1931 is no day of a spreadsheet where all are between 1880 and 2100."""
    low, high = connection.execute(
        f"SELECT min(n), max(n) FROM (SELECT TRY_CAST({trimmed(column)} AS DOUBLE) AS n FROM {table})"
    ).fetchall()[0]
    return low is not None and low >= 1880 and high <= 2100
