"""One tuple after the other, with care: what whole-column work leaves, and what is damaged.

A tuple whose values cannot all be read ends where the next one, or the next statement, clearly begins.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from breachkit.reading.sql.feed import NeedMoreError
from breachkit.reading.sql.literals import Literals, MalformedError
from breachkit.reading.sql.tokens import lex

OPEN, CLOSE, COMMA, SEMICOLON = 0x28, 0x29, 0x2C, 0x3B
OPENING, CLOSING = (0x28, 0x5B), (0x29, 0x5D)  # ARRAY['a','b'] has brackets of its own
SMALL_BYTES = 4096
# Choices that keep a hostile file from costing more than its size: tokens of one value; places that are tried for the
# next tuple because only a bracket stands there, and how far each is read.
LONGEST_EXPRESSION = 20_000
WEAK_PLACES = 64
TRIED_BYTES = 1 << 13
Fault = Literal["invalid_sql", "truncated_record", "cell_too_long"]
SEARCHED_BYTES = 1 << 22  # how far the next sound place is looked for behind a damaged one; a choice

STATEMENT = (
    rb"(?:(?i:INSERT|REPLACE|COPY|CREATE|ALTER|DROP|LOCK|UNLOCK|SET|USE|GO|COMMIT|BEGIN|UPDATE|DELETE|TRUNCATE|SELECT|"
    rb"DELIMITER|PRAGMA|ANALYZE|REM|PROMPT|PRINT|EXEC|START|GRANT|COMMENT)\b|--|/\*|\\)"
)
# After a damaged tuple: `),(`, a line that begins with a bracket, the end of a statement, or a new statement.
BOUNDARY = re.compile(
    rb"(?P<comma>\)\s*,\s*(?:ROW\s*)?(?=\())|(?P<line>,?\s*\n[ \t]*(?=\())|(?P<weak>(?<=[,\s])(?=\())"
    rb"|(?P<end>\)?\s*;)(?=\s*(?:\Z|" + STATEMENT + rb"))|(?P<verb>\)\s*\n)(?=\s*" + STATEMENT + rb")"
)
APOSTROPHE = re.compile(rb"(?<![\s,(][A-Za-z])(?<=[A-Za-z\x80-\xff])'(?=[A-Za-z\x80-\xff])")


class _EndOfText(Exception):
    pass


@dataclass(frozen=True)
class Tuple:
    """A tuple: its values, and where it ends; `fault` where they are not all right.

    `closed` is False where it was not read to its end: `end` is then where reading stopped.
    """

    cells: list[str | None]
    end: int
    fault: Fault | None = None
    closed: bool = True


@dataclass(frozen=True)
class TupleScan:
    """How tuples are read: `cell_characters` is the limit on one cell, `cells` the number expected, if it is known.

    `longest_expression` is in tokens.
    """

    literals: Literals
    cell_characters: int
    cells: int | None = None
    longest_expression: int = LONGEST_EXPRESSION

    def scan(self, text: bytes, start: int, ended: bool) -> Tuple:
        """The tuple whose bracket opens at `start`."""
        cells, at, closed = self._simple(text, start + 1)
        while not closed:
            try:
                value, at, closed = self._cell(text, at, ended)
            except MalformedError:
                return Tuple(cells, at, "invalid_sql", closed=False)
            except _EndOfText:
                return Tuple(cells, len(text), "truncated_record", closed=False)
            cells.append(value)
            if at - start > 4 * self.cell_characters + SMALL_BYTES and not closed:
                return Tuple(cells, at, "cell_too_long", closed=False)
            if not closed:
                more, at, closed = self._simple(text, at)
                cells += more
        return Tuple(cells, at, self._too_long(cells))

    def _simple(self, text: bytes, at: int) -> tuple[list[str | None], int, bool]:
        """The plain cells from here, where they end, and whether the tuple does."""
        pattern, literals = self.literals.dialect.simple_cell, self.literals
        cells: list[str | None] = []
        while found := pattern.match(text, at):
            string, number = found.group(1, 2)
            cells.append(literals.string("string", string) if string else number.decode() if number else None)
            at = found.end()
            if text[at - 1] == CLOSE:
                return cells, at, True
        return cells, at, False

    def _cell(self, text: bytes, start: int, ended: bool) -> tuple[str | None, int, bool]:
        """One cell of any kind, where what follows begins, and whether the tuple ends with it."""
        level = 0
        for number, (kind, at, end) in enumerate(lex(text, start, ended, self.literals.dialect.tokens)):
            mark = text[at] if kind == "punct" else 0
            if not level and mark in (COMMA, CLOSE):
                return self.literals.value(text[start:at]), end, mark == CLOSE
            if kind == "open":
                raise _EndOfText
            if mark == SEMICOLON or number > self.longest_expression:
                raise MalformedError
            level += (mark in OPENING) - (mark in CLOSING)
        raise _EndOfText

    def _too_long(self, cells: list[str | None]) -> Fault | None:
        longest = max((len(cell) for cell in cells if cell is not None), default=0)
        return "cell_too_long" if longest > self.cell_characters else None

    def plausible(self, text: bytes, start: int, ended: bool, *, strict: bool) -> bool:
        """Whether a tuple seems to begin here: its first value is read, or all of them where `strict`."""
        found = self.scan(text, start, ended)
        if strict:
            return found.fault is None and len(found.cells) == self.cells and len(found.cells) > 1
        return len(found.cells) > 1 or (bool(found.cells) and (self.cells == 1 or found.fault is not None))

    def resume(self, text: bytes, start: int, ended: bool, *, strict: bool = False) -> tuple[int, bool] | None:
        """Where reading goes on behind a damaged tuple that begins at `start`, and whether a tuple stands there.

        None where the file ends before. `strict`: only a tuple that is wholly sound counts for one.
        """
        weak = 0
        for match in BOUNDARY.finditer(text, start + 1):
            if match.end() - start > SEARCHED_BYTES:
                return match.start() + 1, False
            if match.end() == len(text) and not ended:
                raise NeedMoreError
            if match.lastgroup in {"end", "verb"}:
                return match.end(), False
            sure = match.lastgroup == "comma" and not strict
            weak += not sure
            if (sure or weak <= WEAK_PLACES) and self._tried(text, match.end(), ended, strict=not sure):
                return match.end(), True
        if not ended and len(text) - start <= SEARCHED_BYTES:
            raise NeedMoreError
        return None

    def _tried(self, text: bytes, start: int, ended: bool, *, strict: bool) -> bool:
        """Whether a tuple seems to begin here, from a piece of the text."""
        if not ended and len(text) - start < TRIED_BYTES:
            raise NeedMoreError
        return self.plausible(text[start : start + TRIED_BYTES], 0, True, strict=strict)

    def mended(self, raw: bytes) -> list[str | None] | None:
        """The values of a damaged tuple in which apostrophes between letters were not escaped; None otherwise.

        There is one sensible reading where the tuple then has the cells it must have, and nothing is left.
        """
        text, marks = APOSTROPHE.subn(b"''", raw.rstrip(b" \t\n\r,;"))
        found = self.scan(text, 0, True) if marks else None
        if found is None or found.fault or found.end != len(text) or len(found.cells) != self.cells:
            return None
        return found.cells
