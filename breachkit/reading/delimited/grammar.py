"""How a text of records is cut into cells: one grammar for each delimiter, quote and escape.

A text is well-formed when its quotes stand at the edges of cells and are closed; only such a text has one reading.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

BACKSLASH = "\\"
# What a backslash and a letter stand for in text without quotes: MySQL's INTO OUTFILE, PostgreSQL's COPY.
CONTROL_ESCAPES = {"t": "\t", "n": "\n", "r": "\r", "b": "\b", "f": "\f", "v": "\v", "0": "\x00", "Z": "\x1a"}
NULL_ESCAPE = "\\N"

State = Literal["whole", "open", "malformed"]  # open: the text ends within a quoted cell, more may close it
Cells = list[str | None]  # None only where the text itself says NULL


@dataclass(frozen=True)
class Grammar:
    """A delimiter of one character or more, a quote or none, and how a quote is escaped in a quoted cell.

    `escape` is the quote itself where quotes are doubled, a backslash, or None. With `padded`, the blanks around
    cells belong to the layout.
    """

    delimiter: str
    quote: str | None = '"'
    escape: str | None = '"'
    padded: bool = False

    @cached_property
    def _quoted(self) -> re.Pattern[str]:
        """A quoted cell up to its delimiter; blanks may stand around it."""
        end = rf"{self._blanks}(?={re.escape(self.delimiter)}|\Z)"
        return re.compile(self._open_pattern + re.escape(self.quote or "") + end)

    @cached_property
    def _opening(self) -> re.Pattern[str]:
        return re.compile(self._blanks + self._formula + re.escape(self.quote or ""))

    @property
    def _blanks(self) -> str:
        """What may stand around a quoted cell."""
        return "" if " " in self.delimiter else " *"

    @property
    def _formula(self) -> str:
        """What may stand before a quoted cell: spreadsheets keep the leading zeros of `="0612"`."""
        return "=?" if self.quote == '"' else ""

    @cached_property
    def _unclosed(self) -> re.Pattern[str]:
        return re.compile(self._open_pattern + r"\Z")

    @cached_property
    def _open_pattern(self) -> str:
        mark, blanks = re.escape(self.quote or ""), self._blanks + self._formula
        if self.escape == BACKSLASH:
            return rf"{blanks}{mark}((?:[^{mark}\\]|\\[\s\S]|{mark}{mark})*)"
        if self.escape is None:
            return rf"{blanks}{mark}([^{mark}]*)"
        return rf"{blanks}{mark}([^{mark}]*(?:{mark}{mark}[^{mark}]*)*)"

    @cached_property
    def _plain(self) -> re.Pattern[str]:
        """A cell without quotes whose delimiters may be escaped."""
        return re.compile(rf"(?:(?!{re.escape(self.delimiter)})[^\\]|\\[\s\S])*")

    def scan(self, text: str) -> tuple[Cells, State]:
        """The cells of a text, and whether it is well-formed; the cells of any other are those before the fault."""
        cells: Cells = []
        position = 0
        while True:
            cell, end = self._cell(text, position)
            if end < 0:
                return cells, "open" if end == -1 else "malformed"
            cells.append(cell)
            if end >= len(text):
                return cells, "whole"
            position = end + len(self.delimiter)

    def _cell(self, text: str, position: int) -> tuple[str | None, int]:
        """The cell that begins at a position and where it ends; -1 where it is not closed, -2 where it is malformed."""
        quote, escape = self.quote, self.escape
        if quote is not None and text[position : position + 1] in (quote, " ", "="):
            found = self._quoted.match(text, position)
            if found:
                return self._unescaped(found[1]), found.end()
            if self._opening.match(text, position):
                return None, -1 if self._unclosed.match(text, position) else -2
        if escape == BACKSLASH and quote is None:
            match = self._plain.match(text, position)
            end = match.end() if match else len(text)
            cell: str | None = text[position:end]
            return (None if cell == NULL_ESCAPE else self._unescaped(cell or "")), end
        end = text.find(self.delimiter, position)
        end = len(text) if end < 0 else end
        cell = text[position:end]
        # An apostrophe within a word is no quote; a double quote within a cell is one that went astray.
        if quote == '"' and quote in cell:
            return None, -2
        if escape == BACKSLASH and cell == NULL_ESCAPE:
            return None, end
        return (cell.strip(" ") if self.padded else cell), end

    def _unescaped(self, cell: str) -> str:
        quote = self.quote
        if self.escape == BACKSLASH and BACKSLASH in cell:
            known = {quote, BACKSLASH, "'", '"', "/"} if quote else {BACKSLASH, *self.delimiter, "\n", "'", '"'}
            cell = re.sub(r"\\([\s\S])", lambda found: _escaped(found[1], known, bare=quote is None), cell)
        elif quote and self.escape:
            cell = cell.replace(quote + quote, quote)
        return cell.strip(" ") if self.padded else cell

    def cut(self, text: str) -> Cells | None:
        """The cells of a well-formed text; None of any other."""
        cells, state = self.scan(text)
        return cells if state == "whole" else None

    def pieces(self, text: str) -> list[str]:
        """The text between delimiters, quotes and escapes left as they are."""
        return text.split(self.delimiter)


def _escaped(letter: str, known: set[str | None], *, bare: bool) -> str:
    if letter in known:
        return letter
    return CONTROL_ESCAPES.get(letter, BACKSLASH + letter) if bare else BACKSLASH + letter


def strict_pattern(delimiter: str, quote: str) -> str:
    """A regular expression (Rust) that only a line with quotes at the edges of its cells matches."""
    mark, sign = re.escape(delimiter) if delimiter != "\t" else r"\t", re.escape(quote)
    # Within a class, the signs that mean something there are escaped too.
    inside = mark if len(mark) > 1 else re.sub(r"([\^\]&~|#-])", r"\\\1", mark)
    plain = rf"[^{sign}{inside}]*"
    cell = rf"(?:{sign}(?:[^{sign}]|{sign}{sign})*{sign}|{plain})"
    return rf"^{cell}(?:{mark}{cell})*$"
