"""The last step before records are kept: control characters and misread text put right, each record counted once."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from breachkit.reading.encodings.controls import strip_controls
from breachkit.reading.encodings.mojibake import repair_mojibake
from breachkit.reading.table_writer import TableWriter


def clean_cells(
    frame: pl.DataFrame,
    columns: Sequence[str],
    writer: TableWriter,
    counted: set[int],
    *,
    controls: bool,
    mojibake: bool,
) -> pl.DataFrame:
    """The records (`_line` and text columns) with their cells put right, what was repaired counted in the ledger.

    `controls` and `mojibake` tell whether a cell may need either. `counted` are the lines of records that count as
    repaired already: a record counts under its first reason only.
    """
    if controls:
        frame, touched = strip_controls(frame, list(columns))
        _count("control_characters", frame, touched, writer, counted)
    if mojibake:
        accented = _not_ascii(frame, columns)
        frame, touched, cells = repair_mojibake(frame, accented)
        _count("mojibake", frame, touched, writer, counted)
        for column, number in cells.items():
            writer.mojibake[column] = writer.mojibake.get(column, 0) + number
    return frame


def _not_ascii(frame: pl.DataFrame, columns: Sequence[str]) -> list[str]:
    """The columns that hold a character above ASCII: it takes more bytes than one."""
    text = pl.col(columns)
    told = frame.select(text.str.len_bytes().sum() > text.str.len_chars().sum())
    return [name for name in columns if told[name].item()]


def _count(reason: str, frame: pl.DataFrame, touched: pl.Series, writer: TableWriter, counted: set[int]) -> None:
    lines = set(frame["_line"].filter(touched).to_list()) - counted
    if lines:
        writer.ledger.repaired_by_reason[reason] += len(lines)
        counted |= lines
