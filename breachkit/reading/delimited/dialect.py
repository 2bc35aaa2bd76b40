"""What separates the cells of a source, how many there are, and where its records begin."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property

from breachkit.reading.delimited.cell_kinds import Shape, shapes
from breachkit.reading.delimited.dialect_score import SAMPLE_LINES, WHOLE_LINE, Candidate, best
from breachkit.reading.delimited.first_table import first_table
from breachkit.reading.delimited.grammar import Cells, Grammar
from breachkit.reading.delimited.layout import Layout, find_layout, is_rule
from breachkit.reading.header import names_columns
from breachkit.reading.naming import column_headers

__all__ = ["SAMPLE_LINES", "Dialect", "Layout", "cut", "detect"]

QUOTED = re.compile(r'"(?:[^"]|"")*"')
SEPARATOR_LINE = re.compile(r'\ufeff?"?sep=(.{1,3}?)"?;*\s*', re.I)  # Excel's own, on the first line
EDGE_SHARE = 0.9  # of the delimiters have a blank beside them: the blanks are layout. A choice.
WRAPPED_SHARE = 0.9  # of the lines are one quoted cell


@dataclass(frozen=True)
class Dialect:
    """How to cut the lines of a source: the delimiter, the number of cells, and the header if it has one.

    The header's cells are fit to publish; an empty one has no name, or none that may be told (`reading.header`).
    `quote` is None where quotes are text; `escape` is the quote (doubled quotes), a backslash, or None.
    `skip_lines` lines come before the header or the first record; the header stands on `header_rows` lines from
    `header_line` (counted from 1), and `skip_after_header` lines of dashes or units follow it. The four flags say
    what else is layout: blanks around cells (`padded`), a delimiter at both ends of the line (`boxed`) or at its end
    only (`trailing`), and lines that are as a whole one quoted cell (`wrapped`). `header_texts` and `other_texts` are
    lines that hold no record wherever they stand; `shapes` is what the sample's cells are in each column.
    """

    delimiter: str
    cells: int
    header: tuple[str, ...] | None
    quote: str | None = '"'
    escape: str | None = '"'
    header_line: int | None = None
    header_rows: int = 1
    skip_lines: int = 0
    skip_after_header: int = 0
    padded: bool = False
    boxed: bool = False
    trailing: bool = False
    wrapped: bool = False
    header_texts: frozenset[str] = frozenset()
    other_texts: frozenset[str] = frozenset()
    shapes: tuple[Shape, ...] = field(default=(), repr=False)

    @property
    def names(self) -> tuple[str, ...]:
        """A name for each column: the header's, unique, or « colonne N » where there is none."""
        return column_headers(self.header or (None,) * self.cells)

    @property
    def lines_before_records(self) -> int:
        """Lines of the text before the first record."""
        headers = 0 if self.header_line is None else self.header_rows + self.skip_after_header
        return self.skip_lines + headers

    @cached_property
    def grammar(self) -> Grammar:
        """How one line is cut."""
        return Grammar(self.delimiter, self.quote, self.escape, self.padded)

    @property
    def is_simple(self) -> bool:
        """Whether its lines are cells between delimiters of one ASCII character, and nothing else is layout."""
        odd = self.padded or self.boxed or self.trailing or self.wrapped or self.escape == "\\"
        return len(self.delimiter) == 1 and self.delimiter.isascii() and self.quote in ('"', None) and not odd

    def bare(self, line: str) -> str:
        """A line without what is layout around its cells."""
        if self.wrapped and WHOLE_LINE.fullmatch(line):
            line = line[1:-1].replace('""', '"')
        if self.boxed:
            inner = line.strip(" ")
            if inner.startswith(self.delimiter) and inner.endswith(self.delimiter) and len(inner) > 1:
                return inner[len(self.delimiter) : -len(self.delimiter)]
        if self.trailing and line.endswith(self.delimiter) and line.count(self.delimiter) >= self.cells:
            return line.removesuffix(self.delimiter)
        return line


def cut(line: str, delimiter: str) -> list[str]:
    """The cells of one line, quotes removed; a quote that does not delimit belongs to the text of its cell."""
    found: Cells = []
    position = 0
    while True:
        quoted = QUOTED.match(line, position) if line[position : position + 1] == '"' else None
        end = line.find(delimiter, quoted.end() if quoted else position)
        cell = line[position:] if end < 0 else line[position:end]
        found.append(cell[1:-1].replace('""', '"') if quoted and quoted.end() - position == len(cell) else cell)
        if end < 0:
            return [cell or "" for cell in found]
        position = end + len(delimiter)


def detect(lines: list[str]) -> Dialect:
    """The dialect of a source from its first lines.

    The delimiter is the one that cuts them into the most even records of the most cell-like cells; a source in which
    none does has one column.
    """
    lines = [line.removeprefix("\ufeff") for line in lines[:1]] + lines[1:]
    lines = list(first_table(lines))
    told = SEPARATOR_LINE.fullmatch(lines[0]) if lines else None
    seen = [line if at or not told else "" for at, line in enumerate(lines)]
    seen = ["" if is_rule(line) else line for line in seen]
    wrapped = _is_wrapped(seen)
    if wrapped:
        seen = [line[1:-1].replace('""', '"') if WHOLE_LINE.fullmatch(line) else line for line in seen]
    found = best(seen, told[1] if told else None)
    if wrapped and found.cells < 2:
        wrapped, found = False, best(lines)
    return _dialect(lines, found, wrapped=wrapped, separator_line=bool(told))


def _is_wrapped(lines: list[str]) -> bool:
    """Whether the lines are as a whole one quoted cell each, in which records are."""
    filled = [line for line in lines[: SAMPLE_LINES * 2] if line.strip()]
    whole = [line for line in filled if WHOLE_LINE.fullmatch(line)]
    if len(whole) < 2 or len(whole) < WRAPPED_SHARE * len(filled):
        return False
    inner = best([line[1:-1].replace('""', '"') for line in whole])
    first = inner.records[0].cells if inner.records else ()
    # A column of addresses, each with a comma, is a column.
    return inner.cells >= 3 or (inner.cells == 2 and names_columns(first))


def _dialect(lines: list[str], found: Candidate, *, wrapped: bool, separator_line: bool) -> Dialect:
    grammar, cells = found.grammar, found.cells
    full = [record.cells for record in found.records if len(record.cells) == cells]
    boxed = cells >= 3 and len(full) >= 2 and not any(row[0].strip() or row[-1].strip() for row in full)
    if boxed:
        cells -= 2
        full = [row[1:-1] for row in full]
    padded = cells > 1 and " " not in grammar.delimiter and _is_padded(lines, grammar)
    start = Dialect(
        grammar.delimiter, cells, None, grammar.quote, grammar.escape, padded=padded, boxed=boxed, wrapped=wrapped
    )
    layout = find_layout(lines, start.bare, start.grammar, cells, separator_line=separator_line)
    return Dialect(
        delimiter=grammar.delimiter,
        cells=layout.cells,
        header=layout.header,
        quote=grammar.quote,
        escape=grammar.escape,
        header_line=layout.header_line,
        header_rows=layout.header_rows,
        skip_lines=layout.skip_lines,
        skip_after_header=layout.skip_after_header,
        padded=padded,
        boxed=boxed,
        trailing=layout.trailing,
        wrapped=wrapped,
        header_texts=layout.header_texts,
        other_texts=layout.other_texts,
        shapes=shapes(layout.rows, layout.cells),
    )


def _is_padded(lines: list[str], grammar: Grammar) -> bool:
    """Whether nearly every delimiter outside quotes has a blank beside it."""
    quoted = re.compile(f"{grammar.quote}[^{grammar.quote}]*{grammar.quote}") if grammar.quote else None
    bare = [quoted.sub("", line) if quoted else line for line in lines[:SAMPLE_LINES]]
    bare = [line for line in bare if grammar.delimiter in line and not is_rule(line)]
    mark = re.escape(grammar.delimiter)
    found = [edge for line in bare for edge in re.findall(rf" ?{mark}(?: |$)?", line)]
    blanks = sum(edge.startswith(" ") or edge.endswith(" ") for edge in found)
    return len(bare) >= 2 and blanks >= EDGE_SHARE * len(found)
