"""Where a second table begins below the first, in the same text.

Only its header can tell: a line made of nothing but words that name columns, set apart by a blank line or by its
number of cells. Without one, lines of another length are records that do not read, and are rejected.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import polars as pl

from breachkit.reading.delimited.block_cutting import BLANK, HEADER, IRREGULAR, PLAIN, QUOTED
from breachkit.reading.delimited.dialect import Dialect
from breachkit.reading.delimited.grammar import Grammar
from breachkit.reading.header import only_names_columns, plain

DELIMITERS = (";", ",", "\t", "|")
MAX_CANDIDATES = 2_000  # lines of a block that are looked at; a choice
MAX_HEADER = 4_000  # characters
MAX_TITLES = 3  # lines between a blank line and the header
UNLIKELY = r"\d{4}|@"  # in a header


class FurtherTables:
    """Looks for the header of another table among the lines of a block."""

    def __init__(self, dialect: Dialect) -> None:
        self._dialect = dialect
        own = dialect.grammar
        marks = [mark for mark in DELIMITERS if mark != own.delimiter]
        self._grammars = (own, *(replace(own, delimiter=mark) for mark in marks)) if dialect.cells > 1 else ()
        heads = (own.cut(dialect.bare(text)) for text in dialect.header_texts)
        self._headers = {_folded([cell or "" for cell in head]) for head in heads if head}

    def find(self, text: pl.Series, kinds: np.ndarray) -> int | None:
        """The line where another table begins, its title included; lines that repeat the header become HEADER."""
        if not self._grammars:
            return None
        below = np.concatenate(([False], np.isin(kinds[:-1], (BLANK, IRREGULAR)))) & np.isin(kinds, (PLAIN, QUOTED))
        places = np.flatnonzero(below | (kinds == IRREGULAR))
        if not len(places):
            return None
        lines = text.gather(places)
        likely = (~lines.str.contains(UNLIKELY) & (lines.str.len_chars() <= MAX_HEADER)).to_numpy()
        for at in places[likely][:MAX_CANDIDATES]:
            found = self._header(text, int(at), kinds)
            if found is None:
                continue
            head, grammar = found
            if grammar is not self._grammars[0] or _folded(head) not in self._headers:
                return self._with_title(int(at), kinds)
            kinds[at] = HEADER
        return None

    def _header(self, text: pl.Series, at: int, kinds: np.ndarray) -> tuple[list[str], Grammar] | None:
        """The cells of a line that is a header, with lines as wide below it, and how it is cut."""
        apart = self._with_title(at, kinds) < at or (at > 0 and kinds[at - 1] == BLANK)
        if kinds[at] != IRREGULAR and not apart:
            return None
        for grammar in self._grammars:
            cells = _cells(grammar, text[at])
            if len(cells) < (2 if apart else 3) or not only_names_columns(cells):
                continue
            below = next((text[place] for place in range(at + 1, min(at + 4, len(text))) if text[place].strip()), None)
            if below is None or len(_cells(grammar, below)) == len(cells):
                return cells, grammar
        return None

    def _with_title(self, at: int, kinds: np.ndarray) -> int:
        """Where the title above a header begins: lines of another length, and a blank line before them."""
        for title in range(at - 1, max(-1, at - 1 - MAX_TITLES), -1):
            if kinds[title] == BLANK:
                return title + 1
            if kinds[title] != IRREGULAR:
                break
        return at


def _cells(grammar: Grammar, line: str) -> list[str]:
    cells = grammar.cut(line)
    return [cell or "" for cell in cells] if cells else [cell.strip('" ') for cell in grammar.pieces(line)]


def _folded(cells: list[str]) -> tuple[str, ...]:
    return tuple(plain(cell.strip()) for cell in cells)
