"""What a zip holds: by its directory, or by the heads of its members where the directory is lost.

Source: PKWARE APPNOTE 6.3.10. The directory is trusted for names and sizes only as far as the bytes bear it out; its
own count of members is not, since it may lie.
"""

from __future__ import annotations

import io
import stat
import struct
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import BinaryIO

END, END64, LOCATOR64 = b"PK\x05\x06", b"PK\x06\x06", b"PK\x06\x07"
ENTRY, LOCAL, SPANNED = b"PK\x01\x02", b"PK\x03\x04", b"PK\x07\x08"
END_SEARCH = 22 + (1 << 16) + (1 << 16)  # the end record, the longest comment, and as much that somebody appended
MAX_BETWEEN = 100  # bytes of extra fields and of a descriptor between two members: honest ones are below
MAX_LOOKED_AT = 1 << 20
MAX_PARTS = 1_000  # of a split zip: a larger number is damage. A choice; .z999 is as far as the names go
ALL32, ALL16 = 0xFFFFFFFF, 0xFFFF
ENCRYPTED, DESCRIPTOR, STRONG, UTF8, MASKED = 1, 8, 64, 0x800, 0x2000
KNOWN_METHODS = frozenset(range(21)) | frozenset(range(92, 100))


class DirectoryError(Exception):
    """The directory cannot be read."""


class MissingPartError(Exception):
    """The directory says that the archive has more parts than were given."""

    def __init__(self, parts: int) -> None:
        super().__init__(parts)
        self.parts = parts


@dataclass(frozen=True)
class Entry:
    """One member: where its head stands, how many bytes it takes, and how they are to be read."""

    name: str
    at: int  # offset of the local head
    flags: int
    method: int
    time: int
    crc: int | None  # None where it is not known (AES version 2, a lost directory)
    packed: int
    size: int | None
    link: bool = False
    strength: int = 0  # AES: 1, 2, 3 for 128, 192, 256 bits

    @property
    def encrypted(self) -> bool:
        return bool(self.flags & ENCRYPTED)

    @property
    def folder(self) -> bool:
        return self.name.endswith(("/", "\\")) and not self.size


def read_directory(handle: BinaryIO, starts: Sequence[int], limit: int) -> tuple[list[Entry], int]:
    """The members by the directory, at most `limit` + 1 of them, and the offset where it begins.

    `starts` are the offsets of the parts in the whole. DirectoryError where there is no sound directory;
    MissingPartError where parts are missing.
    """
    size, begin, shift, bases = _find(handle, starts)
    handle.seek(begin)
    entries: list[Entry] = []
    while handle.tell() < begin + size and len(entries) <= limit:
        fixed = handle.read(46)
        if len(fixed) < 46 or fixed[:4] != ENTRY:
            raise DirectoryError
        entries.append(_entry(fixed, handle, shift, bases))
    return entries, begin


def _find(handle: BinaryIO, starts: Sequence[int]) -> tuple[int, int, int, Sequence[int]]:
    """The directory's size and offset, what must be added to its offsets, and the offset of each part."""
    end = handle.seek(0, io.SEEK_END)
    base = max(0, end - END_SEARCH)
    handle.seek(base)
    tail = handle.read(END_SEARCH)
    at, missing = tail.rfind(END), None
    while at >= 0:
        if len(tail) - at >= 22:
            try:
                found = _end_record(handle, tail, at, base, starts)
            except MissingPartError as error:  # unless the mark stands in a comment
                found, missing = None, error
            if found:
                return found
        at = tail.rfind(END, 0, at)
    if missing and missing.parts <= MAX_PARTS:
        raise missing
    raise DirectoryError


def _end_record(
    handle: BinaryIO, tail: bytes, at: int, base: int, starts: Sequence[int]
) -> tuple[int, int, int, Sequence[int]] | None:
    """What one end record says, None where no directory stands where it says."""
    disk, start_disk, _, count, size, offset = struct.unpack_from("<4H2L", tail, at + 4)
    end = base + at
    if at >= 20 and tail[at - 20 : at - 16] == LOCATOR64:
        wide = _end_record64(handle, end - 20, starts)
        if wide:
            disk, start_disk, count, size, offset, end = wide
    if disk != ALL16 and disk >= len(starts):
        raise MissingPartError(disk + 1)
    if disk and disk < len(starts):
        begin, shift = starts[min(start_disk, disk)] + offset, 0
        bases = starts
    else:
        begin = end - size
        shift, bases = begin - offset, (0,)
    if not 0 <= begin <= end or size > end or shift < 0:
        return None
    handle.seek(begin)
    sound = handle.read(4) == ENTRY if size else not count
    return (size, begin, shift, bases) if sound else None


def _end_record64(handle: BinaryIO, locator: int, starts: Sequence[int]) -> tuple[int, int, int, int, int, int] | None:
    """The same fields from the end record of zip64, and its offset."""
    handle.seek(locator + 4)
    disk, offset, _ = struct.unpack("<LQL", handle.read(16))
    told = (starts[disk] if disk < len(starts) else 0) + offset
    for at in (told, locator - 56):  # bytes before the archive shift it: it usually stands just before its locator
        if 0 <= at <= locator - 56:
            handle.seek(at)
            record = handle.read(56)
            if record[:4] == END64:
                disk, start_disk, _, count, size, offset = struct.unpack_from("<2L4Q", record, 16)
                return disk, start_disk, count, size, offset, at
    return None


def _entry(fixed: bytes, handle: BinaryIO, shift: int, bases: Sequence[int]) -> Entry:
    (_, system, _, flags, method, time, _, crc, packed, size, name_length, extra_length, comment, disk, _, external,
     offset) = struct.unpack_from("<2B5H3L5H2L", fixed, 4)  # fmt: skip
    name, extra = handle.read(name_length), handle.read(extra_length)
    if len(name) < name_length or len(extra) < extra_length:
        raise DirectoryError
    handle.seek(comment, io.SEEK_CUR)
    fields = dict(_extra_fields(extra))
    wide = iter(_numbers(fields.get(1, b"")))
    size = next(wide, size) if size == ALL32 else size
    packed = next(wide, packed) if packed == ALL32 else packed
    offset = next(wide, offset) if offset == ALL32 else offset
    if disk and disk < len(bases):
        offset += bases[disk]
    method, strength, crc_known = _method(method, fields)
    # Only links: what a pipe was zipped from (`zip -`) says that it is one, and holds its bytes.
    link = system == 3 and stat.S_ISLNK(external >> 16)
    known = crc if crc_known else None
    return Entry(_name(name, flags, fields), offset + shift, flags, method, time, known, packed, size, link, strength)


def _extra_fields(extra: bytes) -> Iterator[tuple[int, bytes]]:
    at = 0
    while at + 4 <= len(extra):
        kind, size = struct.unpack_from("<2H", extra, at)
        yield kind, extra[at + 4 : at + 4 + size]
        at += 4 + size


def _numbers(field: bytes) -> Iterator[int]:
    for at in range(0, len(field) - 7, 8):
        yield int.from_bytes(field[at : at + 8], "little")


def _method(method: int, fields: dict[int, bytes]) -> tuple[int, int, bool]:
    """The real method, the strength of AES, and whether the checksum is given (its second version leaves it out)."""
    aes = fields.get(0x9901, b"")
    if method != 99 or len(aes) < 7:
        return method, 0, True
    version, _, strength, real = struct.unpack_from("<H2sBH", aes)
    return real, strength, version == 1


def _name(raw: bytes, flags: int, fields: dict[int, bytes]) -> str:
    """The name: UTF-8 where it says so or is, else code page 437, which agrees with 850 on French letters."""
    told = fields.get(0x7075, b"")
    if len(told) > 5 and int.from_bytes(told[1:5], "little") == zlib.crc32(raw):
        raw, flags = told[5:], flags | UTF8
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("utf-8", "replace") if flags & UTF8 else raw.decode("cp437")


def data_offset(handle: BinaryIO, entry: Entry) -> int | None:
    """Where a member's bytes begin, None where no head stands at its offset."""
    if entry.at >= handle.seek(0, io.SEEK_END):
        return None
    handle.seek(entry.at)
    head = handle.read(30)
    if len(head) < 30 or head[:4] != LOCAL:
        return None
    name_length, extra_length = struct.unpack_from("<2H", head, 26)
    return entry.at + 30 + name_length + extra_length


def unlisted(handle: BinaryIO, entries: Sequence[Entry], directory: int) -> int:
    """How many stretches between the listed members, or behind them, hold the head of one that is not listed."""
    found = 0
    ends = [entry.at + 30 + len(entry.name) + entry.packed for entry in entries]
    order = sorted(range(len(entries)), key=lambda at: entries[at].at)
    for here, after in pairwise([*order, None]):
        until = directory if after is None else entries[after].at
        if here is not None and until - ends[here] > MAX_BETWEEN:
            handle.seek(ends[here])
            found += LOCAL in handle.read(min(until - ends[here], MAX_LOOKED_AT))
    return found


def walk(handle: BinaryIO, limit: int) -> Iterator[Entry]:
    """The members by their own heads, in order, where there is no directory; at most `limit` + 1 of them."""
    end = handle.seek(0, io.SEEK_END)
    at = _next_head(handle, 0)
    for _ in range(limit + 1):
        if at is None:
            return
        handle.seek(at)
        fixed = handle.read(30)
        _, flags, method, time, _, crc, packed, size, name_length, extra_length = struct.unpack_from(
            "<5H3L2H", fixed, 4
        )
        name, extra = handle.read(name_length), handle.read(extra_length)
        fields = dict(_extra_fields(extra))
        wide = iter(_numbers(fields.get(1, b"")))
        size = next(wide, size) if size == ALL32 else size
        packed = next(wide, packed) if packed == ALL32 else packed
        method, strength, crc_known = _method(method, fields)
        begin = at + 30 + name_length + extra_length
        told = _name(name, flags, fields)
        open_ended = bool(flags & DESCRIPTOR) and not packed
        following = _next_head(handle, begin if open_ended else min(begin + packed, end))
        known, wanted = (crc if crc_known else None), size
        if open_ended:
            packed = (following if following is not None else end) - begin
            known, packed, wanted = _described(handle, begin, packed, crc_known=crc_known)
        yield Entry(told, at, flags, method, time, known, min(packed, end - begin), wanted, False, strength)
        at = following


def _described(handle: BinaryIO, begin: int, room: int, *, crc_known: bool) -> tuple[int | None, int, int | None]:
    """The checksum and sizes that stand behind a member's data, in one of their four forms (APPNOTE 4.3.9)."""
    for form in ("<4sLQQ", "<4sLLL", "<LQQ", "<LLL"):
        length = struct.calcsize(form)
        handle.seek(begin + max(0, room - length))
        data = handle.read(length)
        if len(data) < length or room < length:
            continue
        *_, crc, packed, size = struct.unpack(form, data)
        if packed == room - length and (form[1] != "4" or data[:4] == SPANNED):
            return (crc if crc_known else None), packed, size
    return None, room, None


def _next_head(handle: BinaryIO, start: int) -> int | None:
    """The offset of the next plausible head of a member."""
    at, kept = start, b""
    handle.seek(start)
    while block := handle.read(1 << 20):
        window, origin = kept + block, at - len(kept)
        found = window.find(LOCAL)
        while found >= 0 and found + 30 <= len(window):
            version, _, method = struct.unpack_from("<3H", window, found + 4)
            (name_length,) = struct.unpack_from("<H", window, found + 26)
            if version & 0xFF < 64 and method in KNOWN_METHODS and 0 < name_length < 4096:
                return origin + found
            found = window.find(LOCAL, found + 1)
        kept, at = window[-29:], at + len(block)
    return None
