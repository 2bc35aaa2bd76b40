"""Where the header of a sheet's table stands, what its columns are called, and which last rows are no records.

Thresholds are choices; where there is doubt, a row is a record.
"""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from breachkit.reading.header import may_be_told, plain, published_header, told_words
from breachkit.reading.workbook.sheet_grid import Grid

MAX_PREAMBLE_ROWS = 25  # filled rows that may stand above a header
SAMPLE_ROWS = 300
TOTAL = re.compile(r"^(sous[ -]?)?(totaux|total|somme|moyenne|nombre|nb|effectif|count|sum|subtotal|grand total)\b")


@dataclass(frozen=True)
class SheetHeader:
    """`rows` are the grid's rows it stands on, `names` its names fit to publish, `cells` its last row as found."""

    rows: tuple[int, ...]
    names: tuple[str, ...]
    cells: tuple[str, ...]

    @property
    def filled(self) -> int:
        return sum(bool(cell) for cell in self.cells)


def find_header(grid: Grid, rows: Sequence[int], places: Sequence[int]) -> SheetHeader | None:
    """The header among the first of some filled rows of the grid, or None where they begin with a record."""
    rows = rows[: MAX_PREAMBLE_ROWS + SAMPLE_ROWS]
    texts = grid.texts(rows, places)
    widest = 0
    for at, row in enumerate(rows[:MAX_PREAMBLE_ROWS]):
        cells, below = spread(grid, row, texts[at], places), texts[at + 1 :]
        own = sum(map(bool, texts[at]))  # a title merged over the whole table is one cell
        # A record above would be lost: what stands above a header is narrower than it.
        if own > widest and own >= min(2, len(places)) and published_header(cells, below) is not None:
            return None if _is_form(cells, below) else _header(grid, rows, places, texts, at)
        widest = max(widest, own)
    return None


def _is_form(cells: Sequence[str], below: Sequence[Sequence[str]]) -> bool:
    """Whether two columns hold names and values (« Nom », « Prénom »… one below the other): no row is a header."""
    names = [row[0] for row in below[:MAX_PREAMBLE_ROWS] if row[0]]
    if len(cells) != 2 or not names or told_words(cells[1]):
        return False
    return 2 * sum(bool(told_words(name)) for name in names) >= len(names)


def spread(grid: Grid, row: int, cells: Sequence[str], places: Sequence[int]) -> list[str]:
    """A row's cells, each cell of a merged area told by the area's own."""
    told = list(cells)
    for top, left, bottom, right in grid.merged:
        if top <= row <= bottom and any(left <= grid.columns[place] <= right for place in places):
            own = [place for place in range(len(grid.columns)) if grid.columns[place] == left]
            value = grid.texts([top], own)[0][0] if own else ""
            for at, place in enumerate(places):
                if left <= grid.columns[place] <= right:
                    told[at] = told[at] or value
    return told


def _header(
    grid: Grid, rows: Sequence[int], places: Sequence[int], texts: Sequence[Sequence[str]], at: int
) -> SheetHeader:
    """The header whose first sure row is the one at `at`: with the row of groups above it, or a second row below."""
    top = bottom = at
    if at and rows[at - 1] == rows[at] - 1 and sum(map(bool, texts[at - 1])) >= 2:
        top = at - 1
    if _goes_on(grid, rows, places, texts, at):
        bottom = at + 1
    last = spread(grid, rows[bottom], texts[bottom], places)
    names = list(last)
    if top < bottom:
        groups = _groups(grid, rows[top], texts[top], places)
        twice = Counter(last)
        for place, group in enumerate(groups):
            if not names[place]:
                names[place] = group
            elif twice[names[place]] > 1 and group and group != names[place]:
                names[place] = f"{group} {names[place]}"
    below = texts[bottom + 1 :]
    told = published_header(names, below) or published_header(last, below) or tuple(map(told_words, names))
    return SheetHeader(tuple(rows[top : bottom + 1]), told, tuple(texts[bottom]))


def _goes_on(grid: Grid, rows: Sequence[int], places: Sequence[int], texts: Sequence[Sequence[str]], at: int) -> bool:
    """Whether a header's second row is below it: only where columns are left unnamed or named twice."""
    if at + 1 >= len(rows) or rows[at + 1] != rows[at] + 1:
        return False
    first, second, below = texts[at], texts[at + 1], texts[at + 2 :]
    named = [cell for cell in first if cell]
    if len(named) == len(first) and len(set(named)) == len(named):
        return False
    told = spread(grid, rows[at + 1], second, places)
    return is_clear_header(second) and published_header(told, below) is not None


def is_clear_header(cells: Sequence[str]) -> bool:
    """Whether two cells or more are filled, and each of them is made of words that name columns."""
    named = [cell for cell in cells if cell]
    return len(named) >= 2 and all(may_be_told(cell) and told_words(cell) for cell in named)


def _groups(grid: Grid, row: int, cells: Sequence[str], places: Sequence[int]) -> list[str]:
    """The group each column stands under: by merged areas, else up to the next group's cell."""
    spread_cells = spread(grid, row, cells, places)
    if any(top <= row <= bottom for top, _, bottom, _ in grid.merged):
        return spread_cells
    groups, group = [], ""
    for cell in cells:
        group = cell or group
        groups.append(group)
    return groups


def footer_rows(grid: Grid, rows: Sequence[int], places: Sequence[int], usual: int) -> list[int]:
    """The last of some filled rows that are totals or notes; `usual` is how many cells a record fills.

    Notes stand below a blank row and are much narrower than a record; a total may follow the last record.
    """
    if usual < 3:
        return []
    tail = list(rows[-MAX_PREAMBLE_ROWS:])
    texts = [[cell for cell in row if cell] for row in grid.texts(tail, places)]
    total = [len(row) <= max(2, usual // 2) and bool(TOTAL.match(plain(row[0]))) for row in texts]
    note = [len(row) <= max(1, usual // 3) for row in texts]
    end = len(tail)
    while end > 1:
        start = end - 1
        while start and tail[start - 1] == tail[start] - 1:
            start -= 1
        if not start or not all(total[at] or note[at] for at in range(start, end)):
            break
        end = start
    if any(after != before + 1 for before, after in itertools.pairwise(rows[: len(rows) - len(tail) + end])):
        end = len(tail)  # blank rows stand between records too, so they set nothing apart
    while end > 1 and total[end - 1]:
        end -= 1
    return tail[end:]
