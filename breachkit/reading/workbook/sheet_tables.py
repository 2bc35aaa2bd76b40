"""The tables of a sheet: blocks of cells that blank rows and blank columns separate, each with its own header.

A blank row alone separates nothing, since exports put blank rows between records: a new table begins where a header
stands after it. A blank column separates two tables where both sides have a header of their own and are not the two
halves of one (names that come twice, or heights that differ).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from breachkit.reading.workbook.sheet_grid import Grid
from breachkit.reading.workbook.sheet_header import SheetHeader, find_header, footer_rows, is_clear_header

MAX_NOTE_ROWS = 30


@dataclass(frozen=True)
class SheetTable:
    """One table: the grid's rows `first` to `last` (excluded), its columns (places in the grid), its header, and what
    each row is: `r`ecord, `h`eader, `b`lank, `o`ther."""

    first: int
    last: int
    places: tuple[int, ...]
    header: SheetHeader | None
    kinds: np.ndarray


@dataclass(frozen=True)
class _Region:
    first: int
    last: int
    places: tuple[int, ...]

    def filled(self, grid: Grid) -> np.ndarray:
        return grid.filled[self.first : self.last, list(self.places)]

    def used(self, grid: Grid) -> tuple[int, ...]:
        """The columns that hold something in these rows."""
        found = np.flatnonzero(self.filled(grid).any(axis=0))
        return tuple(self.places[int(at)] for at in found)

    def filled_rows(self, grid: Grid, limit: int | None = None) -> list[int]:
        found = np.flatnonzero(self.filled(grid).any(axis=1))[:limit]
        return [self.first + int(row) for row in found]


def sheet_tables(grid: Grid) -> list[SheetTable]:
    """The tables from top to bottom, those side by side from left to right; none where there is one cell or none."""
    if grid.filled.sum() < 2:
        return []
    whole = _Region(0, len(grid.cells), tuple(range(len(grid.columns))))
    return [_table(grid, region) for region in _regions(grid, whole, depth=0)]


def _regions(grid: Grid, region: _Region, depth: int) -> Iterator[_Region]:
    for block in _side_by_side(grid, region):
        stacked = list(_stacked(grid, block))
        for part in stacked:
            if depth < 2 and (len(stacked) > 1 or block != region):
                yield from _regions(grid, part, depth + 1)
            else:
                yield part


def _side_by_side(grid: Grid, region: _Region) -> list[_Region]:
    """The region, or its blocks between blank columns where they are tables of their own."""
    blocks: list[list[int]] = []
    before = None
    for place in region.used(grid):
        if before is None or grid.columns[place] > grid.columns[before] + 1 or place > before + 1:
            blocks.append([])
        blocks[-1].append(place)
        before = place
    if len(blocks) < 2:
        return [region]
    made = [_Region(region.first, region.last, tuple(blocks[0]))]
    for block in blocks[1:]:
        right = _Region(region.first, region.last, tuple(block))
        if _independent(grid, made[-1], right):
            made.append(right)
        else:
            made[-1] = _Region(region.first, region.last, made[-1].places + right.places)
    return made


def _independent(grid: Grid, left: _Region, right: _Region) -> bool:
    """Whether two blocks are two tables and not the two halves of one."""
    rows = [left.filled_rows(grid), right.filled_rows(grid)]
    headers = [find_header(grid, own, block.places) for own, block in zip(rows, (left, right), strict=True)]
    first, second = headers
    if first is None or second is None or min(first.filled, second.filled) < 2:
        return False
    if first.rows[-1] != second.rows[-1] or {*filter(None, first.cells)} & {*filter(None, second.cells)}:
        return True
    shorter = min(rows, key=lambda own: own[-1])
    whole = shorter[-1] - shorter[0] + 1 == len(shorter)
    return whole and rows[0][-1] != rows[1][-1]


def _stacked(grid: Grid, region: _Region) -> Iterator[_Region]:
    """The tables one above the other: a band of rows after a blank row begins one where it has its own header."""
    bands = _bands(grid, region)
    starts = [region.first]
    current = None
    for number, (first, last) in enumerate(bands):
        band = _Region(first, last, region.places)
        header = _band_header(grid, band, region, bands[number + 1 :])
        if header is None:
            continue
        if current is None:
            if number and not _is_preamble(grid, _Region(starts[-1], first, region.places), header):
                starts.append(first)
        elif _values(header.cells) != _values(current.cells):
            starts.append(first)
        current = header
    for start, end in zip(starts, [*starts[1:], region.last], strict=True):
        yield _Region(start, end, region.places)


def _values(cells: Sequence[str]) -> list[str]:
    return [cell for cell in cells if cell]


def _bands(grid: Grid, region: _Region) -> list[tuple[int, int]]:
    """The runs of filled rows."""
    filled = np.concatenate([[False], region.filled(grid).any(axis=1), [False]])
    edges = np.flatnonzero(filled[1:] != filled[:-1]) + region.first
    return [(int(first), int(last)) for first, last in zip(edges[::2], edges[1::2], strict=True)]


def _band_header(grid: Grid, band: _Region, region: _Region, later: Sequence[tuple[int, int]]) -> SheetHeader | None:
    """The header of a band of rows. After the first band it must be a clear one, or a record could be taken for it."""
    places = band.used(grid)
    rows = list(range(band.first, min(band.last, band.first + 400)))
    if later and len(rows) < 20:
        rows += list(range(*later[0]))[:50]
    header = find_header(grid, rows, places)
    if header is None or header.rows[-1] >= band.last:
        return None
    is_first = not grid.filled[region.first : band.first, list(region.places)].any()
    return header if is_first or is_clear_header(header.cells) else None


def _is_preamble(grid: Grid, above: _Region, header: SheetHeader) -> bool:
    """Whether the rows above the first header are notes: few, and half as wide as the header at most."""
    widths = above.filled(grid).sum(axis=1)
    return int((widths > 0).sum()) <= MAX_NOTE_ROWS and int(widths.max()) <= max(1, header.filled // 2)


def _table(grid: Grid, region: _Region) -> SheetTable:
    """The region as a table, each of its rows told apart."""
    places = region.used(grid)
    filled = region.filled(grid)
    widths = filled.sum(axis=1)
    rows = region.filled_rows(grid)
    header = find_header(grid, rows, places)
    kinds = np.where(widths > 0, "r", "b")
    body = rows
    if header is not None:
        kinds[: header.rows[0] - region.first] = np.where(widths[: header.rows[0] - region.first] > 0, "o", "b")
        kinds[[row - region.first for row in header.rows]] = "h"
        kinds[_repeated(grid, region, places, header)] = "h"
        body = [row for row in rows if row > header.rows[-1]]
    elif len(rows) > 2 and widths[0] == 1 and widths[1] == 0 and np.median(widths[widths > 0]) >= 3:
        kinds[0] = "o"  # a title, a blank row, records without a header
        body = rows[1:]
    usual = int(np.median(widths[[row - region.first for row in body]])) if body else 0
    footers = footer_rows(grid, body, places, usual)
    kinds[[row - region.first for row in footers]] = "o"
    return SheetTable(region.first, region.last, places, header, kinds)


def _repeated(grid: Grid, region: _Region, places: Sequence[int], header: SheetHeader) -> np.ndarray:
    """Which rows repeat the header cell for cell, as a print of several pages does."""
    same = np.full(region.last - region.first, header.filled >= 2)
    for place, cell in zip(places, header.cells, strict=True):
        own = grid.cells[grid.cells.columns[place]][region.first : region.last]
        same &= (own.str.strip_chars() == cell).to_numpy()
    return same
