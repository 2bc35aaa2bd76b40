"""The rectangles of sheets in the two binary workbook formats, BIFF (.xls) and XLSB, from their records.

Sources: [MS-CFB] (the OLE container), [MS-XLS] and [MS-XLSB] of Microsoft's open specifications.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import BinaryIO

from breachkit.limits import Limits
from breachkit.reading.blob import Blob
from breachkit.reading.workbook.workbook_parts import Extent, damaged, too_large

END_OF_CHAIN = 0xFFFFFFFA  # this and above: no sector
BOUND_SHEET, END_OF_SHEET = 0x0085, 0x000A
# Records that begin with the row and column of a cell: FORMULA, NUMBER, LABEL, BOOLERR, RK, LABELSST… and older forms.
CELL_RECORDS = frozenset(
    {0x0001, 0x0002, 0x0003, 0x0004, 0x0005, 0x0006, 0x007E, 0x00BD, 0x00BE, 0x00D6, 0x00FD}
    | {0x0201, 0x0203, 0x0204, 0x0205, 0x0206, 0x027E, 0x0406}
)
MULTIPLE = {0x00BD: 6, 0x00BE: 2}  # MULRK, MULBLANK: several cells in a row; bytes for each
ROW_XLSB = 0  # BrtRowHdr
CELLS_XLSB = range(1, 12)  # BrtCellBlank … BrtFmlaError: they begin with their column
MAX_RECORD_BYTES = 16 << 20  # of an XLSB record; honest ones have a few kB


def xls_extents(blob: Blob, stream: BinaryIO, limits: Limits) -> list[Extent]:
    """One extent for each sheet of an .xls workbook."""
    stream.seek(0, 2)
    if stream.tell() > limits.workbook_bytes:
        raise too_large(blob, limits)
    stream.seek(0)
    try:
        records = workbook_stream(stream.read())
        sheets = [
            struct.unpack_from("<I", records, at)[0] for kind, at, _ in _records(records, 0) if kind == BOUND_SHEET
        ]
        return [_xls_extent(records, start) for start in sheets[: limits.tables + 1]]
    except (struct.error, IndexError, ValueError):
        raise damaged(blob) from None


def _records(records: bytes, at: int) -> Iterator[tuple[int, int, int]]:
    """(kind, start of the body, size) of each record until the substream ends."""
    while at + 4 <= len(records):
        kind, size = struct.unpack_from("<HH", records, at)
        if kind == END_OF_SHEET:
            return
        yield kind, at + 4, size
        at += 4 + size


def _xls_extent(records: bytes, start: int) -> Extent:
    extent = Extent()
    for kind, at, size in _records(records, start):
        if kind in CELL_RECORDS and size >= 4 and at + 4 <= len(records):
            row, column = struct.unpack_from("<HH", records, at)
            extent.include(row, column + (size - 6) // MULTIPLE[kind] if kind in MULTIPLE else column)
    return extent


def workbook_stream(data: bytes) -> bytes:
    """The stream « Workbook » (or « Book ») of an OLE file.

    ValueError, struct.error or IndexError where there is none or the container is damaged.
    """
    (shift,) = struct.unpack_from("<H", data, 30)
    if shift not in (9, 12):
        raise ValueError("sector size")
    size = 1 << shift
    fat = _fat(data, size)
    first, cutoff, small_fat = (struct.unpack_from("<I", data, at)[0] for at in (48, 56, 60))
    directory = _chain(data[size:], fat, first, size)
    for at in range(0, len(directory) - 127, 128):
        (length,) = struct.unpack_from("<H", directory, at + 64)
        name = directory[at : at + max(0, min(length, 64) - 2)].decode("utf-16-le", "replace")
        if name.lower() not in ("workbook", "book"):
            continue
        start, total = struct.unpack_from("<II", directory, at + 116)
        if total >= cutoff:
            return _chain(data[size:], fat, start, size)[:total]
        small = _chain(data[size:], fat, small_fat, size)
        container = _chain(data[size:], fat, struct.unpack_from("<I", directory, 116)[0], size)
        return _chain(container, list(struct.unpack(f"<{len(small) // 4}I", small)), start, 64)[:total]
    raise ValueError("no workbook stream")


def _fat(data: bytes, size: int) -> list[int]:
    """The table that chains the sectors."""
    (more,) = struct.unpack_from("<I", data, 68)
    sectors = list(struct.unpack_from("<109I", data, 76))
    seen = 0
    while more < END_OF_CHAIN and seen <= len(data) // size:
        *several, more = struct.unpack_from(f"<{size // 4}I", data, (more + 1) * size)
        sectors += several
        seen += 1
    told = [sector for sector in sectors if sector < END_OF_CHAIN][: len(data) // size + 1]
    return [n for sector in told for n in struct.unpack_from(f"<{size // 4}I", data, (sector + 1) * size)]


def _chain(data: bytes, fat: list[int], sector: int, size: int) -> bytes:
    pieces: list[bytes] = []
    for _ in range(len(data) // size + 2):
        if sector >= END_OF_CHAIN:
            return b"".join(pieces)
        pieces.append(data[sector * size : (sector + 1) * size])
        sector = fat[sector]
    raise ValueError("a chain of sectors that does not end")


def xlsb_extent(blob: Blob, pieces: Iterator[bytes]) -> Extent:
    """The extent of an XLSB sheet."""
    extent, data, at, row = Extent(), b"", 0, 0
    for piece in pieces:
        data, at = data[at:] + piece, 0
        while (found := _xlsb_record(blob, data, at)) is not None:
            kind, body, at = found
            if kind == ROW_XLSB and at - body >= 4:
                (row,) = struct.unpack_from("<I", data, body)
            elif kind in CELLS_XLSB and at - body >= 4:
                extent.include(row, struct.unpack_from("<I", data, body)[0])
    return extent


def _xlsb_record(blob: Blob, data: bytes, at: int) -> tuple[int, int, int] | None:
    """(kind, start of the body, end) of the record at `at`, or None where it is not whole yet."""
    head = data[at : at + 6]
    kind_bytes = 2 if head and head[0] & 0x80 else 1
    kind = int.from_bytes(head[:kind_bytes], "little")
    size = 0
    for position, byte in enumerate(head[kind_bytes : kind_bytes + 4]):
        size |= (byte & 0x7F) << (7 * position)
        if not byte & 0x80 or position == 3:
            break
    else:
        return None
    if size > MAX_RECORD_BYTES:
        raise damaged(blob)
    start = at + kind_bytes + position + 1
    return (kind, start, start + size) if start + size <= len(data) else None
