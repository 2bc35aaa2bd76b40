"""The tables of HTML and of SpreadsheetML 2003 as rows of cells: what many programs write under the name « .xls ».

One tolerant parser serves both (the standard library's HTMLParser: it loads nothing, runs nothing and knows no
entity but those of HTML).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from html.parser import HTMLParser

IGNORED = frozenset({"script", "style", "head", "title"})
BLOCKS = frozenset({"br", "p", "div", "li"})
WHITE = re.compile(r"[ \t\r\n\f]+")
MIDNIGHT = re.compile(r"T00:00:00(\.0+)?$")
MOMENT = re.compile(r"^(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(?:\.0+)?$")


@dataclass
class MarkupTable:
    """A table: its name where it has one, its rows of cells with the line each begins and ends on, merged areas."""

    name: str
    line: int
    rows: list[list[str]] = field(default_factory=list)
    lines: list[tuple[int, int]] = field(default_factory=list)
    merged: list[tuple[tuple[int, int], tuple[int, int]]] = field(default_factory=list)
    spans: dict[int, int] = field(default_factory=dict)  # column → rows below that a cell above still covers


class MarkupParser(HTMLParser):
    """Collects the tables of a text fed to it; `refuse` is called with the columns of a row that has too many."""

    def __init__(self, columns: int, rows: int, refuse: Callable[[int], None]) -> None:
        super().__init__(convert_charrefs=True)
        self.tables: list[MarkupTable] = []
        self._columns, self._rows, self._refuse = columns, rows, refuse
        self._open: list[MarkupTable] = []
        self._name = ""
        self._cell: list[str] | None = None
        self._span = (1, 1)
        self._type = ""
        self._ignored = 0
        self._in_row = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {key.rpartition(":")[2]: value or "" for key, value in attrs}
        tag = tag.rpartition(":")[2]
        if tag in IGNORED:
            self._ignored += 1
        elif tag == "worksheet":
            self._name = told.get("name", "")
        elif tag == "table":
            self._end_cell()
            self._open.append(MarkupTable(self._name, self.getpos()[0]))
            self.tables.append(self._open[-1])
        elif tag in {"tr", "row"} and self._open:
            self._begin_row(_number(told.get("index"), 0, self._rows))
        elif tag in {"td", "th", "cell"} and self._open:
            self._begin_cell(told)
        elif tag == "data":
            self._type = told.get("type", "")
        elif tag in BLOCKS and self._cell:
            self._cell.append("\n")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag.rpartition(":")[2] not in BLOCKS:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        tag = tag.rpartition(":")[2]
        if tag in IGNORED:
            self._ignored = max(0, self._ignored - 1)
        elif tag in {"td", "th", "cell"}:
            self._end_cell()
        elif tag in {"tr", "row"}:
            self._end_row()
        elif tag == "table" and self._open:
            self._end_row()
            self._open.pop()
        elif tag == "worksheet":
            self._name = ""

    def handle_data(self, data: str) -> None:
        if self._cell is not None and not self._ignored:
            self._cell.append(data if self._type else WHITE.sub(" ", data))

    def unknown_decl(self, data: str) -> None:
        """A CDATA section is text of its cell."""
        if data.startswith("CDATA["):
            self.handle_data(data[6:])

    def _begin_row(self, index: int) -> None:
        self._end_row()
        table, line = self._open[-1], self.getpos()[0]
        while len(table.rows) < index - 1:  # SpreadsheetML leaves out empty rows
            table.rows.append([])
            table.lines.append((line, line - 1))
        table.rows.append([])
        table.lines.append((line, line))
        self._in_row = True

    def _end_row(self) -> None:
        self._end_cell()
        if self._in_row and self._open and self._open[-1].lines:
            self._in_row = False
            begun, ended = self._open[-1].lines[-1]
            self._open[-1].lines[-1] = (begun, max(ended, self.getpos()[0]))

    def _begin_cell(self, told: dict[str, str]) -> None:
        self._end_cell()
        table = self._open[-1]
        if not table.rows:
            self._begin_row(0)
        row = table.rows[-1]
        index = _number(told.get("index"), 0, self._columns + 1)
        while len(row) < index - 1:
            row.append("")
        while table.spans.get(len(row), 0):
            table.spans[len(row)] -= 1
            row.append("")
        across = _number(told.get("colspan"), 1, self._columns + 1) + _number(told.get("mergeacross"), 0, self._columns)
        down = _number(told.get("rowspan"), 1, self._rows) + _number(told.get("mergedown"), 0, self._rows)
        self._span, self._type = (max(1, across), max(1, down)), ""
        self._cell = []

    def _end_cell(self) -> None:
        if self._cell is None or not self._open:
            return
        text = "".join(self._cell)
        table, (across, down) = self._open[-1], self._span
        row, at = table.rows[-1], len(table.rows) - 1
        text = (
            typed_text(text, self._type) if self._type else "\n".join(one.strip() for one in text.split("\n")).strip()
        )
        first = len(row)
        row.extend([text, *[""] * (across - 1)])
        if len(row) > self._columns:
            self._refuse(len(row))
        if across > 1 or down > 1:
            table.merged.append(((at, first), (at + down - 1, first + across - 1)))
        if down > 1:
            table.spans.update(dict.fromkeys(range(first, first + across), down - 1))
        self._cell, self._type = None, ""


def _number(text: str | None, default: int, most: int) -> int:
    """A whole number of an attribute, bounded; the default where it is none."""
    return min(int(text), most) if text and re.fullmatch("[0-9]{1,9}", text) else default


def typed_text(text: str, kind: str) -> str:
    """A value of SpreadsheetML as the other workbooks tell it."""
    if kind == "Error":
        return ""
    if kind == "Boolean":
        return {"1": "TRUE", "0": "FALSE"}.get(text.strip(), text)
    if kind == "DateTime":
        day = MIDNIGHT.sub("", text.strip())
        return MOMENT.sub(r"\1 \2", day)
    if kind == "Number":
        try:
            number = Decimal(text.strip())
        except InvalidOperation:
            return text
        if number.is_finite() and abs(number.adjusted()) < 40:
            told = format(number, "f")
            return told.rstrip("0").rstrip(".") if "." in told else told
    return text
