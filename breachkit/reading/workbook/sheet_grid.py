"""The used part of a sheet as columns of text, whatever its size: columns without any cell are left out."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import polars as pl

from breachkit.reading.workbook.cell_text import column_text
from breachkit.reading.workbook.workbook_parts import Exact

BATCH_CELLS = 1_000_000
Area = tuple[int, int, int, int]  # first row, first column, last row, last column


@dataclass(frozen=True)
class Grid:
    """The cells of a sheet. `columns` are the sheet's columns (from 0) that hold something, in order, one for each
    column of `cells`; `first_row` is the sheet's row (from 1) of the first row; `merged` areas are in grid rows and
    sheet columns."""

    cells: pl.DataFrame
    columns: tuple[int, ...]
    first_row: int
    merged: tuple[Area, ...] = ()

    @cached_property
    def filled(self) -> np.ndarray:
        """Whether a cell holds more than blanks: rows × columns."""
        if not self.columns:
            return np.zeros((len(self.cells), 0), dtype=bool)
        masks = [(series.str.strip_chars() != "").to_numpy() for series in self.cells]
        return np.column_stack(masks)

    def texts(self, rows: Sequence[int], places: Sequence[int]) -> list[list[str]]:
        """Some rows of some columns (places in `columns`), blanks at the edges of a cell removed."""
        names = [self.cells.columns[place] for place in places]
        if not names:
            return [[] for _ in rows]
        some = self.cells.select(names)[list(rows)]
        return [[cell.strip() for cell in row] for row in some.iter_rows()]


def grid_of(rows: Iterable[list[Any]], start: tuple[int, int], exact: Exact, merged: Iterable[Any]) -> Grid:
    """The grid of a sheet's rows, whose first cell stands at `start` (row and column from 0).

    `exact` are the digits of long numbers by place; `merged` as the library gives them.
    """
    first_row, first_column = start
    frames = []
    at = first_row
    stream = iter(rows)
    while batch := list(itertools.islice(stream, 1)):
        batch += itertools.islice(stream, BATCH_CELLS // max(1, len(batch[0])))
        frames.append(_batch(batch, at, first_column, exact))
        at += len(batch)
    cells = pl.concat(frames, how="diagonal") if frames else pl.DataFrame()
    columns = sorted(int(name) for name in cells.columns if name != "rows")
    cells = cells.select(pl.col(str(column)).fill_null("") for column in columns)
    areas = tuple((top - first_row, left, bottom - first_row, right) for (top, left), (bottom, right) in merged)
    return Grid(cells, tuple(columns), first_row + 1, areas)


def _batch(batch: list[list[Any]], first_row: int, first_column: int, exact: Exact) -> pl.DataFrame:
    """A batch's columns that hold something, named by their place in the sheet."""
    last = first_row + len(batch)
    series: dict[str, pl.Series] = {"rows": pl.repeat(0, len(batch), dtype=pl.Int8, eager=True)}
    long_numbers = {place: text for place, text in exact.items() if first_row <= place[0] < last} if exact else {}
    for column, values in enumerate(zip(*batch, strict=True), start=first_column):
        if any(value != "" for value in values):
            texts = column_text(values)
            for (row, _), text in ((place, text) for place, text in long_numbers.items() if place[1] == column):
                texts[row - first_row] = text
            series[str(column)] = texts
    return pl.DataFrame(series)
