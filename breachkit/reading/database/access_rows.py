"""The values of a row of an Access table, as text.

Source: the description of the format by the mdbtools project (HACKING.md and its cracking of rows).
"""

from __future__ import annotations

import datetime
import struct
import uuid
from decimal import Decimal

from breachkit.reading.database.access_pages import AccessColumn, AccessFile, Definition
from breachkit.reading.workbook.cell_text import bytes_text, number_text

BOOLEAN, MONEY, DATE, BINARY, TEXT, OLE, MEMO, GUID, NUMERIC = 1, 5, 8, 9, 10, 11, 12, 15, 16
NUMBERS = {2: "<B", 3: "<h", 4: "<i", 6: "<f", 7: "<d", 18: "<i", 19: "<q"}
EPOCH = datetime.datetime(1899, 12, 30)


def row_texts(file: AccessFile, definition: Definition, row: bytes) -> list[str | None]:
    """The cells of a row. struct.error, IndexError or ValueError where the row is damaged."""
    head = 1 if file.jet3 else 2
    count = row[0] if file.jet3 else struct.unpack_from("<H", row)[0]
    mask_bytes = (count + 7) // 8
    if not count or mask_bytes + head > len(row):
        raise ValueError("row too short")
    mask = int.from_bytes(row[len(row) - mask_bytes :], "little")
    offsets: list[int] = []
    if any(not column.fixed for column in definition.columns):
        offsets = _offsets3(row, mask_bytes) if file.jet3 else _offsets4(row, mask_bytes)
    cells: list[str | None] = []
    for column in definition.columns:
        there = column.number < count and bool(mask >> column.number & 1)
        if column.type == BOOLEAN:
            cells.append("TRUE" if there else "FALSE")
        elif not there:
            cells.append(None)
        else:
            cells.append(_text(file, column, _bytes(row, column, head, offsets)))
    return cells


def _bytes(row: bytes, column: AccessColumn, head: int, offsets: list[int]) -> bytes:
    if column.fixed:
        start, end = head + column.fixed_at, head + column.fixed_at + column.size
    elif column.variable + 1 < len(offsets):
        start, end = offsets[column.variable], offsets[column.variable + 1]
    else:
        raise ValueError("a value that the row has no place for")
    if not start <= end <= len(row):
        raise ValueError("a value beyond the end of the row")
    return row[start:end]


def _offsets4(row: bytes, mask_bytes: int) -> list[int]:
    """Where each variable value of a Jet 4 row begins, and where the last ends: stored backwards before the mask."""
    at = len(row) - mask_bytes - 2
    (count,) = struct.unpack_from("<H", row, at)
    if at - 2 * (count + 1) < 0:
        raise ValueError("more values than the row has room for")
    return list(struct.unpack_from(f"<{count + 1}H", row, at - 2 * (count + 1)))[::-1]


def _offsets3(row: bytes, mask_bytes: int) -> list[int]:
    """The same of a Jet 3 row, whose offsets are single bytes; a jump table tells where they pass 256."""
    end = len(row) - 1 - mask_bytes
    count = row[end]
    jumps = (len(row) - 1) // 256
    at = end - jumps - 1
    if (at - count) // 256 < jumps:
        jumps -= 1  # the last jump is a dummy
    offsets, used = [], 0
    for rank in range(count + 1):
        while used < jumps and rank == row[end - used - 1]:
            used += 1
        if at - rank < 0:
            raise ValueError("more values than the row has room for")
        offsets.append(row[at - rank] + used * 256)
    return offsets


def _text(file: AccessFile, column: AccessColumn, value: bytes) -> str:
    kind = column.type
    if kind in NUMBERS:
        (number,) = struct.unpack_from(NUMBERS[kind], value)
        return number_text(float(f"{number:.7g}") if kind == 6 else number) if kind in (6, 7) else str(number)
    if kind == MONEY:
        (number,) = struct.unpack_from("<q", value)
        return _plain(Decimal(number) / 10_000)
    if kind == DATE:
        return _moment(struct.unpack_from("<d", value)[0])
    if kind == TEXT:
        return _string(file, value)
    if kind == MEMO:
        return _string(file, file.long_value(value))
    if kind == OLE:
        return bytes_text(file.long_value(value))
    if kind == GUID:
        return str(uuid.UUID(bytes_le=value[:16]))
    if kind == NUMERIC:
        sign, *words = struct.unpack_from("<B4I", value)
        digits = sum(word << shift for word, shift in zip(words, (96, 64, 32, 0), strict=True))
        return _plain(Decimal(-digits if sign else digits).scaleb(-column.scale))
    return bytes_text(value)


def _plain(number: Decimal) -> str:
    told = format(number, "f")
    return told.rstrip("0").rstrip(".") if "." in told else told


def _moment(days: float) -> str:
    """A date counted in days from 30 December 1899; before it the fraction still counts forwards."""
    if not -657_435 < days < 2_958_466:
        return number_text(days)  # no date that Access can show
    whole = int(days)
    seconds = round(abs(days - whole) * 86_400)
    moment = EPOCH + datetime.timedelta(days=whole, seconds=seconds)
    if not seconds:
        return moment.date().isoformat()
    return moment.time().isoformat() if moment.date() == EPOCH.date() else moment.isoformat(" ")


def _string(file: AccessFile, value: bytes) -> str:
    """A text; Jet 4 leaves out the zero bytes of UTF-16 in runs between zeros, after the mark FF FE."""
    if file.jet3:
        return value.decode(file.encoding, "replace")
    if value[:2] != b"\xff\xfe":
        return value.decode("utf-16-le", "replace")
    told, compressed = [], True
    at, end = 2, len(value)
    while at < end:
        stop = value.find(b"\x00", at) if compressed else _end_of_wide(value, at)
        stop = end if stop < 0 else stop
        told.append(value[at:stop].decode("latin-1" if compressed else "utf-16-le", "replace"))
        at, compressed = stop + 1, not compressed
    return "".join(told)


def _end_of_wide(value: bytes, at: int) -> int:
    """Where a run of whole UTF-16 letters ends: at a zero byte in the place of a letter's first one."""
    for place in range(at, len(value), 2):
        if value[place] == 0:
            return place
    return -1
