"""Walks a JSON text piece by piece: down to its lists and maps of records, over each record, and past what is broken.

What is open on the way down (the spine) is remembered between pieces; a record is handled whole.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from breachkit.errors import UnreadableSource
from breachkit.limits import Limits
from breachkit.reading.json.account import NAMES, NOBODY, RECORD, LineAccount
from breachkit.reading.json.holders import check_holders, holders
from breachkit.reading.json.paths import plain_key
from breachkit.reading.json.shape import Shape, Where
from breachkit.reading.json.sift import actions, misplaced, reasons
from breachkit.reading.json.spine import Broken, Frame, Piece, before_the_end
from breachkit.reading.json.tables import HEADER, INVALID, MARKS, TOO_LONG, TRUNCATED, Shredder, Units
from breachkit.reading.json.tokens import COLON, COMMA, KEY, LIST, LIST_END, OBJECT, TEXT, VALUES, tokenise

UNIT_CELLS = 4  # a record may be so many times as long as its longest cell
TAIL_BYTES = 4096  # kept while what is broken is passed over: a record may begin there
ELEMENTS = frozenset({"records", "rows", "scalars", "entries", "skip"})


class Walker:
    """The state of one reading.

    `shredder` makes the one for the records at a place and of a role; `refuse` the error of a limit that is passed.
    """

    def __init__(
        self,
        shape: Shape,
        limits: Limits,
        lines: LineAccount,
        shredder: Callable[[Where, str], Shredder],
        refuse: Callable[[str, int], UnreadableSource],
    ) -> None:
        self._refuse = refuse
        self.shape, self.limits, self.lines, self._shredder = shape, limits, lines, shredder
        self.stack = [Frame(0, "values", ())]
        if shape.root == "records":
            self.stack = [Frame(0, shape.elements, (), shredder((), shape.elements))]
        self.scalars: dict[Where, str] = {}
        self.truncated = False
        self._last: Shredder | None = self.stack[0].shredder
        self._skipping = False

    def piece(self, data: bytes, *, whole: bool) -> tuple[int, bool]:
        """How many of the bytes are done with, and whether something broken was among them."""
        if self._skipping:
            return self._skip(data, whole=whole), True
        tokens = tokenise(data, whole=whole, level=len(self.stack) - 1)
        holder, closing = holders(tokens.kind, tokens.level)
        check_holders(tokens, holder, closing)
        piece = Piece(tokens, whole, holder, closing)
        while piece.at < len(tokens) and not piece.broken and not piece.waiting:
            role = self.stack[-1].role
            if role in ELEMENTS:
                self._elements(piece, self.stack[-1])
            elif role == "envelope":
                self._member(piece, self.stack[-1])
            else:
                self._value(piece, self.stack[-1])
        if piece.broken:
            self._pass(piece, piece.broken)
        elif not piece.waiting:
            piece.used = len(data) if whole else max(piece.used, tokens.rest)
        self.lines.take(piece.used, tokens.breaks, tokens.start, piece.spans)
        return piece.used, piece.broken is not None

    def end(self) -> None:
        """Notes whether the text ended before what it opened was closed."""
        self.truncated |= len(self.stack) > 1

    def _wait(self, piece: Piece, place: int, look_from: int | None = None) -> None:
        """Something unfinished begins at a place: more bytes may finish it, if there are any."""
        piece.used = place
        size = len(piece.tokens.data)
        if piece.whole or size - place > UNIT_CELLS * self.limits.cell_characters:
            piece.broken = Broken(place, size if look_from is None else look_from)
        else:
            piece.waiting = True

    def _value(self, piece: Piece, frame: Frame) -> None:
        """One value of the text, or one table of a list of tables."""
        tokens, at = piece.tokens, piece.at
        kind = int(tokens.kind[at])
        if kind in (OBJECT, LIST):
            role = "envelope" if frame.role == "tables" else self._role((), piece, at)
            if role:
                self._open(Frame(kind, role, ()))
                piece.at += 1
        elif frame.kind and kind == frame.kind + 1 and tokens.level[at] == len(self.stack) - 2:
            self.stack.pop()
            piece.at += 1
        elif VALUES[kind] or kind == COMMA:
            piece.at += 1
        else:
            piece.broken = Broken(int(tokens.start[at]), int(tokens.end[at]))

    def _role(self, where: Where, piece: Piece, at: int) -> str:
        """What the list or object that opens at a token is; "" where more bytes must tell."""
        role = self.shape.roles.get(where, "")
        if piece.tokens.kind[at] == OBJECT:
            return role if role in ("entries", "skip") else "envelope"
        if not where and self.shape.by_name:
            return "tables"
        if role and role not in ("entries", "envelope"):
            return role
        if at + 1 >= len(piece.tokens):
            self._wait(piece, int(piece.tokens.start[at]))
            return ""
        inner = int(piece.tokens.kind[at + 1])
        return "records" if inner in (OBJECT, LIST_END) else "rows" if inner == LIST else "scalars"

    def _open(self, frame: Frame) -> None:
        if frame.role in ELEMENTS and frame.role != "skip":
            frame.shredder = self._last = self._shredder(frame.where, frame.role)
            frame.landmarks.entries = frame.role == "entries"
        self.stack.append(frame)
        if len(self.stack) > self.limits.nesting:
            raise self._refuse("nesting", self.limits.nesting)

    def _member(self, piece: Piece, frame: Frame) -> None:
        """One member of an object that only holds tables."""
        tokens, at = piece.tokens, piece.at
        kind, place = int(tokens.kind[at]), int(tokens.start[at])
        if kind == COMMA:
            piece.at += 1
        elif kind == OBJECT + 1:
            self.stack.pop()
            piece.at += 1
        elif kind != KEY:
            piece.broken = Broken(place, int(tokens.end[at]))
        elif at + 2 >= len(tokens):
            self._wait(piece, place)
        elif not VALUES[tokens.kind[at + 2]] or tokens.wrong[at]:
            piece.broken = Broken(place, int(tokens.end[at]))
        else:
            self._member_value(piece, frame, at + 2)

    def _member_value(self, piece: Piece, frame: Frame, at: int) -> None:
        tokens = piece.tokens
        where = (*frame.where, plain_key(tokens.text(at - 2)))
        if tokens.kind[at] not in (OBJECT, LIST):
            value = tokens.text(at)
            self.scalars[where] = plain_key(value) if tokens.kind[at] == TEXT and not tokens.wrong[at] else value
            if len(self.scalars) > self.limits.columns:
                raise self._refuse("columns", self.limits.columns)
            piece.at = at + 1
            return
        if self.shape.by_name and where == ("data",):
            where = (self.scalars.get(("name",), ""),)
        role = self._role(where, piece, at)
        if role:
            self._open(Frame(int(tokens.kind[at]), role, where))
            piece.at = at + 1
        else:
            piece.used = int(tokens.start[at - 2])

    def _elements(self, piece: Piece, frame: Frame) -> None:
        """The elements of a list or map, up to its end, the end of the piece, or something broken."""
        tokens, level = piece.tokens, len(self.stack) - 1
        inner = tokens.level[piece.at :]
        outside = np.flatnonzero(inner < level)
        stop = piece.at + int(outside[0]) if len(outside) else len(tokens)
        at = piece.at + np.flatnonzero(inner[: stop - piece.at] == level)
        stray = misplaced(tokens, at, level, entries=frame.role == "entries")
        if stray is not None:
            at, stop = at[at < stray], stray
        first = at[VALUES[tokens.kind[at]]]
        nested = (tokens.kind[first] == OBJECT) | (tokens.kind[first] == LIST)
        last = np.where(nested, piece.closing[first], first)
        begin = tokens.start[first - 2] if frame.role == "entries" else tokens.start[first]
        unfinished = int(begin[-1]) if len(first) and (last[-1] < 0 or last[-1] >= stop) else None
        if unfinished is None and stop == len(tokens) and len(at) and tokens.kind[at[-1]] in (KEY, COLON):
            unfinished = int(tokens.start[at[-1] - (tokens.kind[at[-1]] == COLON)])
        done = last >= 0
        done &= last < stop
        self._emit(piece, frame, first[done], last[done], begin[done])
        if piece.broken:
            return
        if unfinished is not None:
            self._unfinished(piece, frame, unfinished)
        elif stray is not None:
            piece.broken = Broken(int(tokens.start[stray]), int(tokens.end[stray]))
        elif stop == len(tokens):
            piece.at = stop
        elif frame.kind and tokens.kind[stop] == frame.kind + 1:
            self.stack.pop()
            piece.at, piece.used = stop + 1, int(tokens.end[stop])
        else:
            piece.broken = Broken(int(tokens.start[stop]), int(tokens.end[stop]))

    def _unfinished(self, piece: Piece, frame: Frame, place: int) -> None:
        """The last element is not closed: more bytes are needed, or it is broken and the next record stands in it."""
        tokens = piece.tokens
        inside = np.flatnonzero((tokens.wrong | tokens.unsplit) & (tokens.start > place))
        frame.landmarks.learn_at_least(tokens.data, place)
        if len(inside):
            found = frame.landmarks.find(tokens.data, max(place + 1, int(tokens.start[inside[0] - 1])))
            if found is not None:
                piece.used, piece.broken = place, Broken(place, found, found)
                return
        self._wait(piece, place, None if not len(inside) else int(tokens.start[inside[0]]))

    def _emit(self, piece: Piece, frame: Frame, first: np.ndarray, last: np.ndarray, begin: np.ndarray) -> None:
        """Writes records; stops at one that is broken in such a way that it swallowed others."""
        tokens = piece.tokens
        if frame.shredder is None or not len(first):
            return
        reason = reasons(tokens, first, last, frame.role, self.limits)
        invalid = np.flatnonzero(reason == INVALID)
        frame.landmarks.learn(tokens.data, begin[: invalid[0]] if len(invalid) else begin)
        frame.landmarks.learn_at_least(tokens.data, int(begin[0]))
        for one in invalid:
            inside = np.arange(first[one], last[one] + 1)
            odd = inside[tokens.wrong[inside] | tokens.unsplit[inside]]
            odd = odd[odd > first[one]] if len(odd) > 1 else odd
            if not len(odd):
                continue  # only the key of the entry is wrong
            after = max(int(begin[one]) + 1, int(tokens.start[odd[0] - 1]))
            found = frame.landmarks.find(tokens.data, after, int(tokens.end[last[one]]))
            if found is not None:
                begin_of_broken = begin[one]
                first, last, begin, reason = first[:one], last[:one], begin[:one], reason[:one]
                piece.broken = Broken(int(begin_of_broken), found, found)
                break
        if self.shape.bulk:
            keep = ~actions(tokens, piece.closing, first, last)
            first, last, begin, reason = first[keep], last[keep], begin[keep], reason[keep]
        if not len(first):
            return
        self.write(frame.shredder, piece, (first, last, begin, tokens.end[last], reason))

    def write(self, shredder: Shredder, piece: Piece, found: tuple[np.ndarray, ...]) -> None:
        """Hands records to their shredder and notes their lines; `found` is first, last, start, end and reason."""
        breaks, number = piece.tokens.breaks, self.lines.number

        def line(places: np.ndarray) -> np.ndarray:
            lines: np.ndarray = number + np.searchsorted(breaks, places)
            return lines

        first, last, start, end, reason = found
        units = Units(piece.tokens, piece.holder, first, last, start, end, reason, line)
        owners = shredder.add(units)
        for kind, some in ((NAMES, units.reason == HEADER), (RECORD, units.reason != HEADER)):
            piece.spans.append((units.start[some], units.end[some], owners[some], kind))

    def _pass(self, piece: Piece, broken: Broken) -> None:
        """Rejects what is broken from a place on, up to the next record, the end of the list, or of the text."""
        tokens, frame, place = piece.tokens, self.stack[-1], broken.place
        data, shredder = tokens.data, frame.shredder or self._last
        found = broken.resume
        if found is None and broken.look_from < len(data):
            found = frame.landmarks.find(data, max(broken.look_from, place + 1))
        if found is None and not piece.whole and len(data) - place <= UNIT_CELLS * self.limits.cell_characters:
            piece.used, piece.broken, piece.waiting = place, None, True
            return
        reason = INVALID
        if found is None and piece.whole:
            found = before_the_end(self.stack, data, place)
            # What is only cut short has nothing wrong but its last token.
            cut = not (tokens.wrong & (tokens.start >= place) & (tokens.end < len(data.rstrip()))).any()
            reason = TRUNCATED if found == len(data) and cut and len(self.stack) + len(tokens) > 1 else INVALID
            self.truncated |= reason == TRUNCATED
        elif found is None:
            reason, found, self._skipping = TOO_LONG, len(data) - TAIL_BYTES, True
        raw = data[place:found].strip(b" \t\r\n,")
        piece.used = found
        if shredder is None:
            shredder = self._last = self._shredder((), "records")
        if raw:
            text = raw.decode("utf-8", "replace").translate(MARKS)[: self.limits.cell_characters]
            line = self.lines.number + int(np.searchsorted(tokens.breaks, place))
            number = shredder.reject(text, line, reason).number
            end = place + len(data[place:found].rstrip(b" \t\r\n,"))
            piece.spans.append((np.array([place]), np.array([end]), np.array([number]), RECORD))

    def _skip(self, data: bytes, *, whole: bool) -> int:
        """Passes over the rest of something broken."""
        found = self.stack[-1].landmarks.find(data, 0)
        if found is not None:
            self._skipping = False
        used = found if found is not None else len(data) if whole else max(0, len(data) - TAIL_BYTES)
        breaks = np.flatnonzero(np.frombuffer(data, dtype=np.uint8) == ord("\n"))
        owner = next(iter(self._last.tables.values())).number if self._last else NOBODY
        span = (np.array([0]), np.array([max(used, 1)]), np.array([owner]), RECORD)
        self.lines.take(used, breaks, np.empty(0, dtype=np.int64), [span] if used else [])
        return used
