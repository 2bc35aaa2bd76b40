"""The rectangles of sheets in the two binary workbook formats, BIFF8 (.xls) and XLSB, from their records.

Sources: [MS-CFB] (the OLE container), [MS-XLS] and [MS-XLSB].
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import TYPE_CHECKING, BinaryIO

from breachkit.reading.blob import Blob
from breachkit.reading.limits import Limits
from breachkit.reading.workbook_parts import damaged, too_large

if TYPE_CHECKING:
    from breachkit.reading.workbook_guard import Extent

END_OF_CHAIN = 0xFFFFFFFA  # this and above: no sector
BOF, CODEPAGE_FREE = 0x0809, 0xFFFF
# Records that begin with the row and column of a cell: FORMULA, BLANK, INTEGER, NUMBER, LABEL, BOOLERR, MULRK, MULBLANK,
# RSTRING, LABELSST, RK and the older forms of them.
CELL_RECORDS = frozenset({0x0001, 0x0002, 0x0003, 0x0004, 0x0005, 0x0006, 0x00BD, 0x00BE, 0x00D6, 0x00FD, 0x0200 + 1}
                         | {0x0203, 0x0204, 0x0205, 0x0206, 0x027E, 0x0406, 0x007E})  # fmt: skip
MULTIPLE = frozenset({0x00BD, 0x00BE})
ROW_RECORD = 0  # XLSB: BrtRowHdr
CELLS_XLSB = range(1, 12)  # XLSB: BrtCellBlank … BrtFmlaError, which begin with their column


def xls_extents(blob: Blob, stream: BinaryIO, limits: Limits) -> list[Extent]:
    """One extent for each substream (sheet, chart) of an .xls workbook; the first substream (globals) is left out."""
    from breachkit.reading.workbook_guard import Extent

    stream.seek(0, 2)
    if stream.tell() > limits.workbook_bytes:
        raise too_large(blob, limits)
    stream.seek(0)
    try:
        records = workbook_stream(stream.read())
    except (struct.error, IndexError, ValueError):
        raise damaged(blob) from None
    extents: list[Extent] = []
    at = 0
    while at + 4 <= len(records):
        kind, size = struct.unpack_from("<HH", records, at)
        if kind == BOF:
            extents.append(Extent())
        elif kind in CELL_RECORDS and size >= 4 and extents and at + 8 <= len(records):
            row, column = struct.unpack_from("<HH", records, at + 4)
            if kind in MULTIPLE:
                column += size // 2
            extents[-1].rows = max(extents[-1].rows, row + 1)
            extents[-1].columns = max(extents[-1].columns, column + 1)
        at += 4 + size
    return extents[1:]


def workbook_stream(data: bytes) -> bytes:
    """The stream « Workbook » (or « Book ») of an OLE file. ValueError, struct.error or IndexError where there is none."""
    (shift,) = struct.unpack_from("<H", data, 30)
    if shift not in (9, 12):
        raise ValueError("sector size")
    size = 1 << shift
    first_directory, difat_sector = struct.unpack_from("<I", data, 48)[0], struct.unpack_from("<I", data, 68)[0]
    fat_sectors = [sector for sector in struct.unpack_from("<109I", data, 76) if sector < END_OF_CHAIN]
    seen = 0
    while difat_sector < END_OF_CHAIN and seen <= len(data) // size:
        more = struct.unpack_from(f"<{size // 4}I", data, (difat_sector + 1) * size)
        fat_sectors += [sector for sector in more[:-1] if sector < END_OF_CHAIN]
        difat_sector, seen = more[-1], seen + 1
    fat = [n for sector in fat_sectors for n in struct.unpack_from(f"<{size // 4}I", data, (sector + 1) * size)]
    directory = _chain(data, fat, first_directory, size)
    for at in range(0, len(directory) - 127, 128):
        (length,) = struct.unpack_from("<H", directory, at + 64)
        name = directory[at : at + max(0, length - 2)].decode("utf-16-le", "replace")
        if name in ("Workbook", "Book"):
            start, total = struct.unpack_from("<II", directory, at + 116)
            if total < struct.unpack_from("<I", data, 56)[0]:
                return b""  # in the small-stream container: too small for a rectangle to matter
            return _chain(data, fat, start, size)[:total]
    raise ValueError("no workbook stream")


def _chain(data: bytes, fat: list[int], sector: int, size: int) -> bytes:
    pieces = []
    for _ in range(len(fat) + 1):
        if sector >= END_OF_CHAIN:
            return b"".join(pieces)
        pieces.append(data[(sector + 1) * size : (sector + 2) * size])
        sector = fat[sector]
    raise ValueError("a chain of sectors that does not end")


def xlsb_extent(pieces: Iterator[bytes]) -> Extent:
    """The extent of an XLSB sheet."""
    from breachkit.reading.workbook_guard import Extent

    extent, data, at, row = Extent(), b"", 0, 0
    for piece in pieces:
        data, at = data[at:] + piece, 0
        while (found := _xlsb_record(data, at)) is not None:
            kind, body, at = found
            if kind == ROW_RECORD and at - body >= 4:
                (row,) = struct.unpack_from("<I", data, body)
            elif kind in CELLS_XLSB and at - body >= 4:
                (column,) = struct.unpack_from("<I", data, body)
                extent.rows, extent.columns = max(extent.rows, row + 1), max(extent.columns, column + 1)
    return extent


def _xlsb_record(data: bytes, at: int) -> tuple[int, int, int] | None:
    """(kind, start of the body, end) of the record at `at`, or None where it is not whole yet."""
    kind = size = 0
    for shift in (0, 7):
        if at >= len(data):
            return None
        byte, at = data[at], at + 1
        kind |= byte << (8 if shift else 0)
        if not byte & 0x80:
            break
    for shift in (0, 7, 14, 21):
        if at >= len(data):
            return None
        byte, at = data[at], at + 1
        size |= (byte & 0x7F) << shift
        if not byte & 0x80:
            break
    return (kind, at, at + size) if at + size <= len(data) else None
