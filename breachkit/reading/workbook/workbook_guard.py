"""What is checked of a workbook before the library opens it, since the library holds each sheet as a full rectangle.

A sheet with one cell in A1 and one in XFD1048576 would take 500 GB and kill the process. So the rectangle of each
sheet is measured first, from the sheet itself and not from the dimension it declares.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import BinaryIO

from breachkit.limits import Limits
from breachkit.reading.blob import Blob
from breachkit.reading.workbook.binary_sheets import xls_extents, xlsb_extent
from breachkit.reading.workbook.workbook_parts import Attributes, Extent, Parts, damaged, too_large, with_dtd

CELL_BYTES = 32  # what the library takes for a cell, empty ones of the rectangle included
OVERLAP = 4096
DTD = re.compile(rb"<!(?:DOCTYPE|ENTITY)")
PLACE = re.compile(rb"""\sr\s*=\s*["']([A-Za-z]{0,4})(\d{1,9})""")
# A number of more digits than a float holds, as a program (never a spreadsheet) may have written it.
LONG_NUMBER = re.compile(rb"""<(?:\w+:)?c\s+r="([A-Z]{1,3})(\d{1,7})"(?:\s+(?:s="\d+"|t="n"))*\s*>\s*"""
                         rb"""<(?:\w+:)?v>(-?\d{16,40})</""")  # fmt: skip


def examine(blob: Blob, kind: str, stream: BinaryIO, limits: Limits) -> list[Extent]:
    """The extent of each sheet in the workbook's order; one of an XLSX may pass the limit (`passes`): it is left out.

    UnreadableSource where the workbook is damaged, declares a DTD, or passes `workbook_bytes`, `unpacked_ratio` or
    `tables`.
    """
    if kind == "xls":
        extents = xls_extents(blob, stream, limits)
    else:
        parts = Parts(blob, stream, limits)
        extents = _ods(parts) if kind == "ods" else _office(blob, parts)
    if len(extents) > limits.tables:
        raise blob.unreadable(
            f"plus de {limits.tables} feuilles ; limite « tables ».",
            f"more than {limits.tables} sheets; limit “tables”.",
        )
    # The library opens all sheets of these at once.
    whole = Extent(sum(extent.rows * extent.columns for extent in extents), 1)
    if kind != "xlsx" and passes(whole, limits):
        raise too_large(blob, limits)
    return extents


def passes(extent: Extent, limits: Limits) -> bool:
    """Whether the rectangle of a sheet takes more than `workbook_bytes` in memory."""
    return extent.rows * extent.columns * CELL_BYTES > limits.workbook_bytes


def _office(blob: Blob, parts: Parts) -> list[Extent]:
    """The extents of XLSX and XLSB sheets, in order; shared strings and styles are checked on the way."""
    found: dict[str, Extent] = {}
    order = _sheet_order(parts)
    for name in parts.names:
        if name.endswith(".xml") and name in order:
            found[name] = _xml_extent(blob, parts, name)
        elif name in order:
            found[name] = xlsb_extent(blob, parts.pieces(name))
        elif name.endswith((".xml", ".rels")):
            _scan_xml(blob, parts, name, lambda _: None)
        elif name.endswith(".bin") and name.startswith("xl/") and "vbaproject" not in name:
            for _ in parts.pieces(name):
                pass
    return [found.get(name, Extent()) for name in order]


def _sheet_order(parts: Parts) -> list[str]:
    """The part of each sheet, in the order of the workbook."""
    targets: dict[str, str] = {}
    identifiers: list[str] = []

    def relation(tag: str, attributes: Attributes) -> None:
        if tag == "Relationship":
            target = attributes.get("Target", "").replace("\\", "/").lower()
            targets[attributes.get("Id", "")] = target.lstrip("/") if target.startswith("/") else f"xl/{target}"

    def sheet(tag: str, attributes: Attributes) -> None:
        if tag == "sheet":
            identifiers.append(next((value for key, value in attributes.items() if key.endswith(":id")), ""))

    if "xl/_rels/workbook.xml.rels" in parts:
        parts.elements("xl/_rels/workbook.xml.rels", relation)
    if "xl/workbook.xml" in parts:
        parts.elements("xl/workbook.xml", sheet)
        return [targets.get(identifier, "") for identifier in identifiers]
    # XLSB tells its sheets in records of its own; their order matters to no figure.
    return [name for name in targets.values() if "sheets/" in name]


def _scan_xml(blob: Blob, parts: Parts, name: str, look: Callable[[bytes], None]) -> None:
    """Gives `look` a part's bytes in overlapping pieces; refuses a DTD and encodings in which it would not be seen."""
    tail = b""
    for piece in parts.pieces(name):
        if not tail and (piece.startswith((b"\xfe\xff", b"\xff\xfe")) or b"\x00" in piece[:64]):
            raise damaged(blob)
        both = tail + piece
        if DTD.search(both):
            raise with_dtd(blob)
        look(both)
        tail = both[-OVERLAP:]


def _xml_extent(blob: Blob, parts: Parts, name: str) -> Extent:
    """The rectangle of an XLSX sheet from the places of its cells, or their number where they have none."""
    extent = Extent()
    unplaced = 0

    def look(piece: bytes) -> None:
        nonlocal unplaced
        places = PLACE.findall(piece)
        extent.rows = max(extent.rows, max((int(row) for _, row in places), default=0))
        columns = {letters for letters, _ in places if letters}
        extent.columns = max(extent.columns, max(map(column_number, columns), default=0))
        if not places:
            unplaced += piece.count(b"<c") + piece.count(b":c")
        for letters, row, digits in LONG_NUMBER.findall(piece):
            extent.exact[int(row) - 1, column_number(letters) - 1] = digits.decode()

    _scan_xml(blob, parts, name, look)
    if not extent.columns:
        return Extent(1, unplaced)  # cells without a place follow each other
    return extent


def column_number(letters: bytes) -> int:
    """1 for A, 27 for AA."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number


def _ods(parts: Parts) -> list[Extent]:
    """The extents of the sheets of an OpenDocument workbook, its repetitions unrolled."""
    if "content.xml" not in parts:
        return []
    measure = _OdsMeasure()
    parts.elements("content.xml", measure.begin)
    return measure.extents


class _OdsMeasure:
    """Follows rows and cells of `content.xml`; a cell counts where it has a type or a text."""

    def __init__(self) -> None:
        self.extents: list[Extent] = []
        self._row = self._repeat_row = self._column = self._repeat_column = 0

    def begin(self, tag: str, attributes: Attributes) -> None:
        if tag == "table":
            self.extents.append(Extent())
            self._row = self._repeat_row = 0
        elif tag == "table-row":
            self._row += self._repeat_row
            self._repeat_row = _repeated(attributes, "table:number-rows-repeated")
            self._column = self._repeat_column = 0
        elif tag in ("table-cell", "covered-table-cell"):
            self._column += self._repeat_column
            self._repeat_column = _repeated(attributes, "table:number-columns-repeated")
            if any(key.endswith(":value-type") for key in attributes):
                self._filled()
        elif tag == "p":
            self._filled()

    def _filled(self) -> None:
        if self.extents:
            extent = self.extents[-1]
            extent.include(self._row + self._repeat_row - 1, self._column + self._repeat_column - 1)


def _repeated(attributes: Attributes, key: str) -> int:
    """How many times a row or cell stands; 1 where the number is none, a thousand million where it is absurd."""
    told = attributes.get(key, "1")
    if not re.fullmatch("[0-9]+", told):
        return 1
    return int(told) if len(told) < 10 else 1_000_000_000
