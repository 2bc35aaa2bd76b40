"""The cells of a sheet as text, column by column.

A date becomes `1960-02-01` or `1960-02-01 10:30:00`, a duration `26:30:00`, a whole number has no « .0 », no exponent
and no lost digit, another has the 15 significant digits that spreadsheets keep, a boolean is `TRUE` or `FALSE`, an
error or empty cell is "". A percentage is the number that it is (`0.5`).
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

import polars as pl

EXACT_FLOAT = float(1 << 53)  # whole numbers up to here lose nothing in a float


def number_text(value: float) -> str:
    """A number without exponent; whole ones without decimals."""
    if value != value or value in (float("inf"), float("-inf")):
        return ""
    if value.is_integer():
        return str(int(value)) if abs(value) <= EXACT_FLOAT else format(Decimal(repr(value)), "f")
    told = f"{value:.15g}"
    return told if "e" not in told else format(Decimal(told), "f")


def _duration_text(value: datetime.timedelta) -> str:
    seconds = round(value.total_seconds())
    sign, seconds = ("-", -seconds) if seconds < 0 else ("", seconds)
    return f"{sign}{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"


def _moment_text(value: datetime.datetime) -> str:
    if value.time() == datetime.time():
        return value.date().isoformat()
    return value.isoformat(" ", "seconds" if not value.microsecond else "auto")


def bytes_text(value: bytes) -> str:
    """Bytes as UTF-8 text where they are, else in hexadecimal (upper case, 0x before)."""
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return "0x" + value.hex().upper()


TEXT_OF: dict[type, Callable[[Any], str]] = {
    str: str,
    bytes: bytes_text,
    float: number_text,
    int: str,
    bool: lambda value: "TRUE" if value else "FALSE",
    datetime.datetime: _moment_text,
    datetime.date: datetime.date.isoformat,
    datetime.time: lambda value: value.isoformat("seconds" if not value.microsecond else "auto"),
    datetime.timedelta: _duration_text,
    type(None): lambda _: "",
}


def column_text(values: Sequence[Any]) -> pl.Series:
    """A column's cells as text, "" where a cell is empty."""
    kinds = set(map(type, values))
    if kinds <= {str}:
        return pl.Series(values, dtype=pl.String)
    if kinds <= {float, str} and not any(value for value in values if type(value) is str):
        numbers = pl.Series([None if value == "" else value for value in values], dtype=pl.Float64)
        whole = whole_text(numbers)
        if whole is not None:
            return whole.fill_null("")
    return pl.Series([TEXT_OF[type(value)](value) for value in values], dtype=pl.String)


def whole_text(numbers: pl.Series) -> pl.Series | None:
    """A column of floats as text where all of them are whole and exact, else None."""
    whole = numbers.cast(pl.Int64, strict=False)
    # What is too large for an integer becomes NULL: it must not pass for an empty cell.
    exact = (whole == numbers) & (whole.abs() <= int(EXACT_FLOAT))
    return whole.cast(pl.String) if (exact | numbers.is_null()).fill_null(False).all() else None
