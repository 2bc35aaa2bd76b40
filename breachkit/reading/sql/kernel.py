"""Tuples of VALUES cut by whole-array work: brackets, commas and quotes of a window at once.

A tuple is taken here only where it has the expected number of cells, what stands between it and the tuple before is
known word for word, and each cell is a quoted string, NULL, or passes for a value (`sql_cells`). The first that is
not so ends what is taken: the careful reader (`sql_tuples`) goes on from there.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from breachkit.reading.sql.lines import inner_lines

# Control characters that stand for the bytes of a statement's head between two tuples, in a copy of the window: one for
# each gap, so that one that ends like another is not taken for it.
FILLERS = bytes(range(0x0E, 0x1E))
MAX_GAPS = len(FILLERS)
MAX_GAP_BYTES = 4096
OPEN, CLOSE, COMMA, BREAK, BACKSLASH = 0x28, 0x29, 0x2C, 0x0A, 0x5C
SPACE = 0x20
MAX_BLANKS = 16  # around a cell
Array = np.ndarray
Known = dict[bytes, tuple[int, int]]  # a gap → the blank and the other lines within it
Reason = Literal["window", "gap", "tuple"]


@dataclass
class Gaps:
    """What may stand between two tuples of one table, from the bracket that closes to the one that opens.

    A gap is learnt when it was read with care once: the same bytes then mean the same again.
    """

    known: Known = field(default_factory=lambda: {b",": (0, 0)})

    def learn(self, gap: bytes) -> None:
        """Takes note of a gap, unless there are too many of them."""
        if len(self.known) < MAX_GAPS and len(gap) <= MAX_GAP_BYTES:
            self.known.setdefault(gap, inner_lines(gap))


def _covers(gaps: Gaps) -> dict[bytes, bytes]:
    """Each gap as it stands in the window: one with quotes or brackets is overwritten, but for its line breaks."""
    covers = {}
    for gap, filler in zip(gaps.known, FILLERS, strict=False):
        marked = len(gap) > 1 and any(mark in gap for mark in (b"'", b'"', b"(", b",", b"\\"))
        covers[gap] = b"\n".join(bytes([filler]) * len(line) for line in gap.split(b"\n")) if marked else gap
    return covers


@dataclass(frozen=True)
class Cut:
    """Tuples of a window: cells in the order of the file, `count` tuples of `cells` cells each.

    `starts` and `ends` are positions in `window` without the blanks around a cell; `quotes` counts the quotes in each.
    `reason` says why no more was taken: the window's end, a gap that is not known, or an odd tuple.
    """

    window: bytes
    cells: int
    begins: Array  # of tuples
    finishes: Array
    starts: Array
    ends: Array
    quotes: Array
    escapes: Array  # positions of backslashes that escape
    gaps: Known
    between: Array  # for each tuple but the last, the number of the gap behind it
    reason: Reason

    @property
    def count(self) -> int:
        return len(self.begins)


@dataclass(frozen=True)
class Bounds:
    """The brackets and commas that bound cells: their positions, bytes, and the quotes before each."""

    places: Array
    kinds: Array
    quotes: Array


def cut_tuples(window: bytes, cells: int | None, quote: int, *, backslash: bool, gaps: Gaps) -> Cut | None:
    """The regular tuples from the beginning of a window, which opens a bracket; None where there is none.

    Where the number of cells is not known, it is the commonest.
    """
    covers = _covers(gaps)
    covered = window
    for gap in sorted(covers, key=len, reverse=True):
        if covers[gap] != gap:
            covered = covered.replace(gap + b"(", covers[gap] + b"(")
    cut = _cut(covered, cells, quote, backslash, {covers[gap]: lines for gap, lines in gaps.known.items()})
    if cut is None or _only_gaps_covered(cut, covers):
        return cut
    # A text holds the words of a statement's head: nothing is overwritten then.
    plain = {gap: lines for gap, lines in gaps.known.items() if covers[gap] == gap}
    return _cut(window, cells, quote, backslash, plain)


def _only_gaps_covered(cut: Cut, covers: dict[bytes, bytes]) -> bool:
    """Whether each place that was overwritten is a gap between two of the tuples."""
    last = int(cut.finishes[-1]) + 1
    for number, (gap, cover) in enumerate(covers.items()):
        taken = int((cut.between == number).sum())
        if cover != gap and cut.window.count(cover + b"(", 0, last) != taken:
            return False
    return True


def _cut(window: bytes, cells: int | None, quote: int, backslash: bool, known: Known) -> Cut | None:
    array = np.frombuffer(window, dtype=np.uint8)
    escapes, bounds = _bounds(array, quote, backslash=backslash)
    return _regular(window, array, bounds, cells, escapes, known)


def cell_counts(window: bytes, quote: int, *, backslash: bool) -> Array:
    """The numbers of cells of the tuples of a window, as far as brackets and commas tell."""
    _, bounds = _bounds(np.frombuffer(window, dtype=np.uint8), quote, backslash=backslash)
    opens, closes = np.flatnonzero(bounds.kinds == OPEN), np.flatnonzero(bounds.kinds == CLOSE)
    count = min(len(opens), len(closes))
    opens, closes = opens[:count], closes[:count]
    crossed = np.flatnonzero(closes < opens)
    return (closes - opens)[: crossed[0] if len(crossed) else count]


def _bounds(array: Array, quote: int, *, backslash: bool) -> tuple[Array, Bounds]:
    """Positions of the backslashes that escape, and what bounds the cells."""
    escapes, quotes = _quotes(array, quote, backslash=backslash)
    marks = array == COMMA
    marks |= array == OPEN
    marks |= array == CLOSE
    marks |= quotes
    places = np.flatnonzero(marks)
    kinds = array[places]
    is_quote = quotes[places]
    counted = np.cumsum(is_quote, dtype=np.int32)
    outside = np.flatnonzero(((counted & 1) == 0) & ~is_quote)
    places, kinds, counted = places[outside], kinds[outside], counted[outside]
    level = np.cumsum((kinds == OPEN).view(np.int8) - (kinds == CLOSE).view(np.int8), dtype=np.int32)
    kept = ((level == 1) & (kinds != CLOSE)) | ((level == 0) & (kinds == CLOSE))
    return escapes, Bounds(places[kept], kinds[kept], counted[kept])


def _quotes(array: Array, quote: int, *, backslash: bool) -> tuple[Array, Array]:
    """Positions of the backslashes that escape, and the mask of the quotes that none escapes."""
    quotes = array == quote
    if not backslash:
        return np.empty(0, dtype=np.int64), quotes
    places = np.flatnonzero(array == BACKSLASH)
    if not len(places):
        return places, quotes
    first = np.concatenate([[True], np.diff(places) != 1])
    run = np.maximum.accumulate(np.where(first, np.arange(len(places)), 0))
    escapes = places[((np.arange(len(places)) - run) & 1) == 0]
    escaped = escapes + 1
    quotes[escaped[escaped < len(array)]] = False
    return escapes, quotes


def _regular(
    window: bytes, array: Array, bounds: Bounds, cells: int | None, escapes: Array, known: Known
) -> Cut | None:
    """The tuples before the first irregular one."""
    opens, closes = np.flatnonzero(bounds.kinds == OPEN), np.flatnonzero(bounds.kinds == CLOSE)
    count = min(len(opens), len(closes))
    if not count or opens[0] != 0:
        return None
    opens, closes = opens[:count], closes[:count]
    found = closes - opens
    if cells is None:
        values, times = np.unique(found, return_counts=True)
        cells = int(values[np.argmax(times)])
    odd = found != cells
    odd[1:] |= opens[1:] != closes[:-1] + 1
    sound = int(np.argmax(odd)) if odd.any() else count
    if cells < 1 or not sound:
        return None
    places = bounds.places[: sound * (cells + 1)].reshape(sound, cells + 1)
    quotes = bounds.quotes[: sound * (cells + 1)].reshape(sound, cells + 1)
    between = _which_gap(array, places[:-1, cells] + 1, places[1:, 0], known)
    reason: Reason = "window" if sound == count else "tuple"
    if (between < 0).any():
        sound, reason = int(np.argmax(between < 0)) + 1, "gap"
        places, quotes, between = places[:sound], quotes[:sound], between[: sound - 1]
    starts, ends = _trimmed(array, (places[:, :-1] + 1).ravel(), places[:, 1:].ravel())
    inside = np.diff(quotes, axis=1).ravel()
    return Cut(window, cells, places[:, 0], places[:, cells], starts, ends, inside, escapes, known, between, reason)


def _which_gap(array: Array, starts: Array, ends: Array, known: Known) -> Array:
    """Which of the known gaps stands between two tuples, -1 where none does."""
    lengths = ends - starts
    which = np.full(len(starts), -1, dtype=np.int16)
    for number, gap in enumerate(known):
        same = np.flatnonzero(lengths == len(gap))
        if len(same) and len(gap) == 1:
            which[same[array[starts[same]] == gap[0]]] = number
        elif len(same):
            found = np.lib.stride_tricks.sliding_window_view(array, len(gap))[starts[same]]
            which[same[(found == np.frombuffer(gap, dtype=np.uint8)).all(axis=1)]] = number
    return which


def _trimmed(array: Array, starts: Array, ends: Array) -> tuple[Array, Array]:
    """Cells without the blanks around them, where those are few."""
    for _ in range(MAX_BLANKS):
        if not (blank := (array[starts] <= SPACE) & (starts < ends)).any():
            break
        starts = starts + blank
    for _ in range(MAX_BLANKS):
        if not (blank := (array[ends - 1] <= SPACE) & (starts < ends)).any():
            break
        ends = ends - blank
    return starts, ends
