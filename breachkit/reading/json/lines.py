"""JSON Lines: each line is a record of its own, so that a broken line harms no other.

Blank lines, a record separator (RFC 7464) before a record and a comma behind it are passed over.
"""

from __future__ import annotations

import numpy as np

from breachkit.reading.json.document import UNIT_CELLS, Walker
from breachkit.reading.json.holders import check_holders, holders
from breachkit.reading.json.line_check import judge
from breachkit.reading.json.sift import actions, reasons
from breachkit.reading.json.spine import Piece
from breachkit.reading.json.tables import INVALID, MARKS, TOO_LONG, TRUNCATED
from breachkit.reading.json.tokens import (
    LIST,
    OBJECT,
    STEPS,
    VALUES,
    Tokens,
    tokenise,
)

FOUND = 5  # first, last, start, end, reason


class LineWalker(Walker):
    """Walks a text line by line."""

    def piece(self, data: bytes, *, whole: bool) -> tuple[int, bool]:
        """How many of the bytes are done with; never broken: a bad line is rejected alone."""
        if self._skipping:
            return self._skip_line(data, whole=whole), False
        if not whole:
            data = data[: data.rfind(b"\n") + 1] or self._too_long(data)
            if self._skipping or not data:
                return (len(data) if self._skipping else 0), False
        tokens = tokenise(data, whole=True)
        starts = np.append(0, tokens.breaks + 1)
        ends = np.append(tokens.breaks, len(data))
        bad, enclosing = judge(tokens, starts)
        kept = tokens
        if bad.any() or enclosing.any():
            line = np.searchsorted(tokens.breaks, tokens.start)
            kept = tokens.those(~(bad | enclosing)[line])
        holder, closing = holders(kept.kind, kept.level)
        check_holders(kept, holder, closing)
        piece = Piece(kept, whole, holder, closing)
        first = np.flatnonzero((kept.level == 0) & VALUES[kept.kind])
        nested = (kept.kind[first] == OBJECT) | (kept.kind[first] == LIST)
        last = np.where(nested, closing[first], first)
        found = [
            first,
            last,
            kept.start[first],
            kept.end[last],
            reasons(kept, first, last, self.stack[0].role, self.limits),
        ]
        if self.shape.bulk:
            keep = ~actions(kept, closing, first, last)
            found = [column[keep] for column in found]
        lost = np.flatnonzero(bad)
        if len(lost):
            spans = [_trimmed(data, int(starts[one]), int(ends[one])) for one in lost]
            begin, end = (np.array(column, dtype=np.int64) for column in zip(*spans, strict=True))
            nothing = np.zeros(len(lost), dtype=np.int64)
            why = np.full(len(lost), INVALID, dtype=np.uint8)
            if whole and bad[-1] and self._is_cut(tokens, int(starts[-1])):
                why[-1], self.truncated = TRUNCATED, True
            added = [nothing, nothing, begin, end, why]
            found = [np.concatenate([one, more]) for one, more in zip(found, added, strict=True)]
            order = np.argsort(found[2], kind="stable")
            found = [column[order] for column in found]
        shredder = self.stack[0].shredder
        if shredder is not None and len(found[0]):
            self.write(shredder, piece, tuple(found))
        self.lines.take(len(data), tokens.breaks, tokens.start, piece.spans)
        return len(data), False

    def _is_cut(self, tokens: Tokens, start: int) -> bool:
        """Whether the last line has nothing wrong but its end."""
        inside = tokens.start >= start
        before = inside & (tokens.end < len(tokens.data.rstrip()))
        opened = int(STEPS[tokens.kind[inside]].sum()) > 0
        return opened and not tokens.wrong[before].any()

    def _too_long(self, data: bytes) -> bytes:
        """Rejects a line that is longer than any record may be; what follows of it is passed over."""
        if len(data) <= UNIT_CELLS * self.limits.cell_characters or self._last is None:
            return b""
        self._skipping = True
        text = data.decode("utf-8", "replace").translate(MARKS)[: self.limits.cell_characters]
        owner = self._last.reject(text, self.lines.number, TOO_LONG).number
        self._note(data, owner)
        return data

    def _skip_line(self, data: bytes, *, whole: bool) -> int:
        end = data.find(b"\n") + 1
        if end or whole:
            self._skipping = False
        used = data[:end] if end else data
        owner = next(iter(self._last.tables.values())).number if self._last else -1
        self._note(used, owner)
        return len(used)

    def _note(self, data: bytes, owner: int) -> None:
        breaks = np.flatnonzero(np.frombuffer(data, dtype=np.uint8) == ord("\n"))
        span = (np.array([0]), np.array([max(len(data.rstrip(b"\n")), 1)]), np.array([owner]), 3)
        self.lines.take(len(data), breaks, np.empty(0, dtype=np.int64), [span])


def _trimmed(data: bytes, start: int, end: int) -> tuple[int, int]:
    """The span of a line without blanks around it."""
    text = data[start:end]
    begin = start + len(text) - len(text.lstrip())
    return begin, max(begin + 1, start + len(text.rstrip()))
