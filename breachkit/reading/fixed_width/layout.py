"""Where the columns of a text stand that has no delimiter: by a line of dashes, or by blanks that all lines share.

Only a layout that is sure is given: one column is better than forty cut out of prose or a log. Numbers are choices.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from breachkit.reading.delimited.cell_kinds import strict_share
from breachkit.reading.delimited.layout import is_footer
from breachkit.reading.fixed_width.gaps import NarrowGaps, header_of
from breachkit.reading.header import names_columns, published_header, told_cells

SAMPLE = 1000  # lines looked at
WIDEST = 8_192  # characters of a line that may be one of columns
MIN_LINES = 3  # records that must agree, without a line of dashes
HOLDS = 0.98  # of the lines have a blank where columns are separated
DELIMITED = 0.9  # of the lines have the same number of a delimiter: then it separates, however cells are padded
MAX_PREAMBLE = 12
MANY_LINES = 20  # from here on one blank that all lines share is no chance
PADDED_SHARE = 0.3  # of the lines have two blanks before a column: one blank between two words is no padding
MIN_DIGITS = 5  # of a number that stands against letters without a blank: a date, a postcode, a telephone
RULE = re.compile(r"\f?\s*(?:-{2,}|={2,}|-(?= )|_{2,})(?: +(?:-+|=+|_+))+\s*|\f?\s*-{4,}\s*")
DIGITS = re.compile(r"\d")


@dataclass(frozen=True)
class FixedLayout:
    """The first character of each column, and what stands above the records.

    `separators` are the places that hold a blank in every record. `width` is where the last column ends, None where
    it has no end; `fewest` the columns that the shortest record of the sample reaches.
    """

    starts: tuple[int, ...]
    separators: tuple[int, ...]
    header: tuple[str, ...] | None
    header_texts: frozenset[str]
    other_texts: frozenset[str]
    skip_lines: int
    width: int | None = None
    fewest: int = 1

    @property
    def cells(self) -> int:
        """How many columns."""
        return len(self.starts)

    def cut(self, line: str) -> list[str]:
        """The cells of one line."""
        ends = [*self.starts[1:], None]
        return [line[start:end].strip() for start, end in zip(self.starts, ends, strict=True)]


def normal(line: str) -> str:
    """A line as it is compared with those above the records: page numbers and dates do not tell two apart."""
    return DIGITS.sub("0", line.strip("\f\ufeff \t\r"))


def find_fixed(lines: Sequence[str]) -> FixedLayout | None:
    """The layout of a text of columns, None where nothing is sure."""
    shown = [line.lstrip("\f").rstrip() for line in lines[: SAMPLE * 2]]
    if any(len(line) > WIDEST for line in shown) or any("\t" in line for line in shown[:MAX_PREAMBLE]):
        return None
    if ruled := _ruled(shown):
        return ruled
    found = [layout for strays in (0, 1) if (layout := _aligned(shown, strays))]
    # A line that does not fit must not hide the columns of the others.
    return max(found, key=lambda layout: layout.cells, default=None)


def _ruled(lines: Sequence[str]) -> FixedLayout | None:
    """The layout that a line of dashes under the header draws (sqlcmd, SQL*Plus, DB2)."""
    at = next((at for at, line in enumerate(lines[: MAX_PREAMBLE * 2]) if at and RULE.fullmatch(line)), None)
    if at is None or not lines[at - 1].strip():
        return None
    runs = [found.span() for found in re.finditer(r"\S+", lines[at])]
    header, body = lines[at - 1], [line for line in lines[at + 1 :] if _is_body(line, lines[at - 1], lines[at])]
    starts = tuple(start for start, _ in runs)
    separators = tuple(start - 1 for start in starts[1:])
    told = FixedLayout((0, *starts[1:]), separators, None, frozenset(), frozenset(), at - 1)
    heads = told.cut(header)
    if len(starts) == 1 and not names_columns(heads):
        return None
    if body and sum(_fits(line, separators) for line in body) < HOLDS * len(body) - 1:
        return None
    if len(starts) > 1 and not _fits(header, separators) and not names_columns(heads):
        return None
    return FixedLayout(
        starts=told.starts,
        separators=separators,
        header=told_cells(heads, [told.cut(line) for line in body[:200]]),
        header_texts=frozenset((header.strip(), lines[at].strip())),
        other_texts=frozenset(normal(line) for line in lines[: at - 1] if line.strip()),
        skip_lines=at - 1,
    )


def _is_body(line: str, header: str, rule: str) -> bool:
    return bool(line.strip()) and line.strip() not in (header.strip(), rule.strip()) and not is_footer(line)


def _fits(line: str, separators: Sequence[int]) -> bool:
    return all(line[place : place + 1] in ("", " ") for place in separators)


def _is_stray(line: str, separators: Sequence[int]) -> bool:
    """Whether a line is of another layout: one long cell alone has letters where one or two columns begin."""
    filled = sum(line[place : place + 1] not in ("", " ") for place in separators)
    return filled >= 2 and 2 * filled >= len(separators)


def _aligned(lines: Sequence[str], strays: int) -> FixedLayout | None:
    """The layout that blanks, or digits beside letters, show in all lines but so many, and a share of many lines.

    Where a line does not fit, a header must be over the columns.
    """
    filled = [(at, line) for at, line in enumerate(lines) if line.strip() and not is_footer(line)][:SAMPLE]
    if len({line for _, line in filled}) < MIN_LINES:
        return None
    if len(filled) < MIN_LINES or _is_delimited([line for _, line in filled]):
        return None
    texts = [line for _, line in filled]
    settled = texts[min(len(texts) // 5, MAX_PREAMBLE) :] if len(texts) > MIN_LINES * 2 else texts[1:]
    grid = _grid(settled)
    if strays and len(settled) < MIN_LINES * 2:
        return None
    starts, separators = _columns(grid, settled, strays, header_of(texts[: MAX_PREAMBLE + 1]))
    begin = next(
        (at for at, line in filled[: MAX_PREAMBLE + 1] if _fits(line, separators) and _reaches(line, starts)), None
    )
    if begin is None or len(starts) < 2:
        return None
    body = [line for at, line in filled if at >= begin]
    layout = FixedLayout(starts, separators, None, frozenset(), frozenset(), begin)
    rows = [layout.cut(line) for line in body if _fits(line, separators)]
    header = published_header(rows[0], [row for row in rows[1:] if row != rows[0]]) if len(rows) > 1 else None
    if strays and (header is None or not all(_fits(line, separators) or _is_stray(line, separators) for line in body)):
        return None
    if len(rows) < HOLDS * len(body) - 1 or not _is_sure(starts, separators, body, rows, header is not None):
        return None
    lengths = np.array([len(line) for line in body])
    constant = bool((lengths == lengths.max()).mean() >= 0.5)
    reached = [sum(bool(cell) for cell in row) and max(at for at, cell in enumerate(row) if cell) + 1 for row in rows]
    return FixedLayout(
        starts=starts,
        separators=separators,
        header=header,
        header_texts=frozenset((body[0].strip(),)) if header else frozenset(),
        other_texts=frozenset(normal(line) for line in lines[:begin] if line.strip()),
        skip_lines=begin,
        width=int(lengths.max()) if constant and len(body) >= MANY_LINES else None,
        fewest=sorted(reached)[int((1 - HOLDS) * len(reached))],
    )


def _reaches(line: str, starts: Sequence[int]) -> bool:
    """Whether a line stands in at least half of the columns, and in two."""
    ends = [*starts[1:], len(line)]
    filled = sum(bool(line[start:end].strip()) for start, end in zip(starts, ends, strict=True) if start < len(line))
    return filled >= min(2, len(starts)) and 2 * filled >= len(starts)


def _is_delimited(lines: Sequence[str]) -> bool:
    """Whether a delimiter stands as often in nearly every line."""
    for mark in ";\t|,^":
        counts = [line.count(mark) for line in lines]
        usual = max(set(counts), key=counts.count)
        if usual and counts.count(usual) >= DELIMITED * len(counts):
            return True
        if mark in ";|\t" and sum(map(bool, counts)) >= DELIMITED * len(counts):
            return True
    return False


def _grid(lines: Sequence[str]) -> np.ndarray:
    """The characters of lines, one row each, 0 where a line has ended."""
    width = max(map(len, lines))
    padded = "".join(line.ljust(width, "\0") for line in lines)
    grid: np.ndarray = np.frombuffer(padded.encode("utf-32-le"), dtype=np.uint32).reshape(len(lines), width)
    return grid


def _columns(
    grid: np.ndarray, lines: Sequence[str], strays: int, header: str
) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """The first character of each column, and the places of the blanks before them."""
    blank = (grid == 32) | (grid == 0)
    empty = blank.sum(axis=0) >= min(len(lines) - strays, HOLDS * len(lines) if len(lines) >= 50 else len(lines))
    edges = np.flatnonzero(np.diff(empty.astype(np.int8)))
    runs = [(int(a) + 1, int(b) + 1) for a, b in itertools.pairwise(edges) if empty[a + 1]]
    filled = ~blank
    gaps = NarrowGaps(lines, header, runs)
    kept: list[tuple[int, int]] = []  # where each gap begins, and the first character behind it
    for first, after in runs:
        shown = filled[:, after:].any(axis=1).mean() >= 0.3  # a gap at the end of the longest lines is none
        alone = filled[:, after] & blank[:, after - 1] & blank[:, max(after - 2, 0)]
        wide = after - first >= 2 or alone.mean() >= PADDED_SHARE
        if not wide:
            begin = kept[-1][1] if kept else 0
            grouped = not gaps.header_begins(after) and gaps.within_value(begin, after)
            wide = gaps.parts(begin, first, after) or (len(lines) >= MANY_LINES and not grouped)
        if shown and wide and filled[:, after].mean() > 0:
            kept.append((first, after))
    starts = [int(np.argmin(empty))] if not empty.all() else [0]
    starts = [0, *(after for _, after in kept if after > starts[0])]
    separators = [after - 1 for _, after in kept if after > 0 and after in starts]
    glued = _glued(grid, starts) if (grid[:, -1] != 0).mean() >= 0.95 or len(kept) >= 2 else []
    return tuple(sorted({*starts, *glued})), tuple(separators)


def _glued(grid: np.ndarray, starts: Sequence[int]) -> list[int]:
    """Where a number of many digits stands against letters with no blank between, in every line."""
    if len(grid) < MANY_LINES:
        return []
    digit = (grid >= 48) & (grid <= 57)
    pure = digit.mean(axis=0) >= HOLDS
    never = digit.mean(axis=0) <= 1 - HOLDS
    found = []
    edges = np.flatnonzero(np.diff(pure.astype(np.int8))) + 1
    bounds = [0, *edges.tolist(), len(pure)]
    for first, after in itertools.pairwise(bounds):
        if not pure[first] or after - first < MIN_DIGITS:
            continue
        if first and never[first - 1] and first not in starts:
            found.append(first)
        if after < len(pure) and never[after] and not (grid[:, after] == 32).all() and after not in starts:
            found.append(after)
    return found


def _is_sure(
    starts: Sequence[int], separators: Sequence[int], body: Sequence[str], rows: Sequence[Sequence[str]], header: bool
) -> bool:
    """Whether the columns are more than chance: a header over them, padding, or values of one kind in most of them."""
    rows = [list(row) for row in dict.fromkeys(map(tuple, rows))]
    if len(rows) < MIN_LINES:
        return False
    padded = 0
    for start, separator in zip(starts, separators, strict=False):
        cells = [line[start : separator + 1] for line in body if len(line) > separator]
        lengths = {len(cell.rstrip()) for cell in cells} if cells else set()
        left = {len(cell) - len(cell.lstrip()) for cell in cells} if cells else set()
        padded += len(lengths) > 1 or len(left) > 1
    typed = sum(strict_share(row[at] for row in rows[header:]) >= HOLDS for at in range(len(starts)))
    ends = {len(line) for line in body}
    constant = len(ends) == 1 and len(rows) >= 5 and next(iter(ends)) >= 20
    if header and padded >= 1 and (typed >= 1 or len(rows) > MIN_LINES * 2):
        return True
    if padded >= 2 and typed >= 1 and len(rows) >= 5:
        return True
    return (constant or len(rows) >= MANY_LINES) and padded >= 1 and typed >= 2
