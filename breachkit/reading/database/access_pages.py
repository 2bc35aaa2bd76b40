"""The pages of an Access database (Jet 3, Jet 4, ACE): table definitions, rows, long values.

Source: the description of the format by the mdbtools project (HACKING.md), since Microsoft published none. Each page
is read from the stream when it is asked for; chains of pages are bounded, so that a loop in them ends.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

DATA, DEFINITION = b"\x01\x01", b"\x02\x01"
HEADER_KEY = b"\xc7\xda\x39\x6b"  # the fixed key under which every header is hidden
OFFSET, LOOKUP, DELETED = 0x1FFF, 0x4000, 0x8000
INLINE, ONE_PAGE = 0x80000000, 0x40000000
MAX_COLUMNS = 255  # of an Access table


@dataclass(frozen=True)
class Layout:
    """Where a table definition keeps its counts, and the bytes of an index entry and of a column."""

    rows: int
    columns: int
    indexes: int
    entries: int
    entry: int
    column: int


JET3 = Layout(rows=12, columns=25, indexes=31, entries=43, entry=8, column=18)
JET4 = Layout(rows=16, columns=45, indexes=51, entries=63, entry=12, column=25)


@dataclass(frozen=True)
class AccessColumn:
    """A column of a table definition; `fixed_at` for a value at a fixed place, else `variable` is its rank."""

    name: str
    type: int
    number: int
    variable: int
    fixed: bool
    fixed_at: int
    size: int
    scale: int


@dataclass(frozen=True)
class Definition:
    """A table: the rows it announces, and its columns in order."""

    rows: int
    columns: tuple[AccessColumn, ...]


class AccessFile:
    """The pages of a database. ValueError where it is under a password (its pages are enciphered)."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        head = self._read(0, 0x98)
        self.jet3 = head[0x14] == 0
        self.page_bytes = 2048 if self.jet3 else 4096
        plain = head[:0x18] + rc4(head[0x18:], HEADER_KEY)
        (page_code, key) = struct.unpack_from("<HI", plain, 0x3C)
        if key:
            raise ValueError("enciphered pages")
        self.encoding = f"cp{page_code}" if self.jet3 and page_code in range(1250, 1259) else "cp1252"
        stream.seek(0, 2)
        self.pages = stream.tell() // self.page_bytes
        self.data_pages = self._owners()

    def _read(self, at: int, size: int) -> bytes:
        self._stream.seek(at)
        return self._stream.read(size)

    def page(self, number: int) -> bytes:
        """One page; ValueError where it is beyond the end."""
        data = self._read(number * self.page_bytes, self.page_bytes)
        if len(data) < self.page_bytes:
            raise ValueError("page beyond the end")
        return data

    def _owners(self) -> dict[int, list[int]]:
        """The data pages of each table, by the page of its definition."""
        owners: dict[int, list[int]] = {}
        for number in range(1, self.pages):
            head = self._read(number * self.page_bytes, 8)
            if head[:2] == DATA:
                owners.setdefault(struct.unpack_from("<I", head, 4)[0], []).append(number)
        return owners

    def definition(self, number: int) -> Definition:
        """The table definition that begins on a page."""
        data = self._definition_bytes(number)
        layout = JET3 if self.jet3 else JET4
        (rows,) = struct.unpack_from("<I", data, layout.rows)
        (columns,) = struct.unpack_from("<H", data, layout.columns)
        (indexes,) = struct.unpack_from("<I", data, layout.indexes)
        if columns > MAX_COLUMNS or indexes > len(data):
            raise ValueError("absurd definition")
        at = layout.entries + indexes * layout.entry
        names_at = at + columns * layout.column
        found = []
        for position in range(columns):
            name, names_at = self._name(data, names_at)
            found.append(self._column(data, at + position * layout.column, name))
        return Definition(rows, tuple(sorted(found, key=lambda column: column.number)))

    def _definition_bytes(self, number: int) -> bytes:
        first = data = self.page(number)
        if first[:2] != DEFINITION:
            raise ValueError("no table definition")
        seen = {number}
        (following,) = struct.unpack_from("<I", first, 4)
        while following:
            if following in seen:
                raise ValueError("a definition that does not end")
            seen.add(following)
            page = self.page(following)
            data += page[8:]
            (following,) = struct.unpack_from("<I", page, 4)
        return data

    def _name(self, data: bytes, at: int) -> tuple[str, int]:
        if self.jet3:
            size = data[at]
            return data[at + 1 : at + 1 + size].decode(self.encoding, "replace"), at + 1 + size
        (size,) = struct.unpack_from("<H", data, at)
        return data[at + 2 : at + 2 + size].decode("utf-16-le", "replace"), at + 2 + size

    def _column(self, data: bytes, at: int, name: str) -> AccessColumn:
        if self.jet3:
            kind, number, variable, _, _, scale, flags, fixed_at, size = struct.unpack_from("<BHHHBB4xBHH", data, at)
        else:
            kind, number, variable, _, _, scale, flags, fixed_at, size = struct.unpack_from(
                "<B4xHHHBB2xH4xHH", data, at
            )
        return AccessColumn(name, kind, number, variable, bool(flags & 1), fixed_at, size, scale)

    def rows(self, number: int) -> Iterator[bytes | None]:
        """The rows of the table whose definition is on a page; None where one cannot be reached."""
        for place in self.data_pages.get(number, []):
            page = self.page(place)
            for start, end, flags in self._places(page):
                if flags & DELETED:
                    continue
                if flags & LOOKUP:
                    yield self._pointed(page[start:end])
                else:
                    yield page[start:end]

    def _pointed(self, pointer: bytes) -> bytes | None:
        try:
            return self.row_at(struct.unpack_from("<I", pointer)[0])
        except (struct.error, ValueError, IndexError):
            return None

    def _places(self, page: bytes) -> list[tuple[int, int, int]]:
        """(start, end, flags) of each row of a data page, deleted ones included."""
        at = 8 if self.jet3 else 12
        (count,) = struct.unpack_from("<H", page, at)
        if count > (self.page_bytes - at) // 2:
            return []
        end, found = self.page_bytes, []
        for place in struct.unpack_from(f"<{count}H", page, at + 2):
            start = place & OFFSET
            found.append((start, end, place))
            end = start or end
        return found

    def row_at(self, pointer: int) -> bytes:
        """The row that a pointer (page and row) names; ValueError or IndexError where there is none."""
        page = self.page(pointer >> 8)
        if page[:2] != DATA:
            raise ValueError("no data page")
        start, end, _ = self._places(page)[pointer & 0xFF]
        return page[start:end]

    def long_value(self, value: bytes) -> bytes:
        """A memo or OLE value: within the row, on one other page, or on a chain of them."""
        length, pointer = struct.unpack_from("<II", value)
        size = length & 0x3FFFFFFF
        if length & INLINE:
            return value[12 : 12 + size]
        if length & ONE_PAGE:
            return self.row_at(pointer)[:size]
        pieces: list[bytes] = []
        left = size
        while pointer and left > 0 and len(pieces) <= self.pages:
            row = self.row_at(pointer)
            (pointer,) = struct.unpack_from("<I", row)
            pieces.append(row[4:])
            left -= len(row) - 4
        return b"".join(pieces)[:size]


def rc4(data: bytes, key: bytes) -> bytes:
    """RC4, under which Access hides its header (no protection: the key is the same everywhere)."""
    state, j = list(range(256)), 0
    for i in range(256):
        j = (j + state[i] + key[i % len(key)]) & 0xFF
        state[i], state[j] = state[j], state[i]
    out, i, j = bytearray(), 0, 0
    for byte in data:
        i = (i + 1) & 0xFF
        j = (j + state[i]) & 0xFF
        state[i], state[j] = state[j], state[i]
        out.append(byte ^ state[(state[i] + state[j]) & 0xFF])
    return bytes(out)
