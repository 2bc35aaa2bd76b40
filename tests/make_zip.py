"""Zip archives written by hand, entry by entry, since no tool writes lies, overlaps and old encryption on request.

Source: PKWARE APPNOTE 6.3.10.
"""

from __future__ import annotations

import bz2
import lzma
import struct
import zlib
from collections.abc import Callable
from dataclasses import dataclass

TIME, DATE = 0x6000, 0x5A21  # noon of 1 January 2025


def _deflated(data: bytes) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return packer.compress(data) + packer.flush()


def _deflated64(data: bytes) -> bytes:
    import inflate64

    packer = inflate64.Deflater()
    return bytes(packer.deflate(data) + packer.flush())


def _lzma(data: bytes) -> bytes:
    filters = [{"id": lzma.FILTER_LZMA1, "dict_size": 1 << 16, "lc": 3, "lp": 0, "pb": 2}]
    return struct.pack("<2BHBL", 9, 4, 5, 93, 1 << 16) + lzma.compress(data, lzma.FORMAT_RAW, filters=filters)


def _zstd(data: bytes) -> bytes:
    from backports import zstd

    return bytes(zstd.compress(data))


PACKERS: dict[int, Callable[[bytes], bytes]] = {
    0: bytes,
    8: _deflated,
    9: _deflated64,
    12: bz2.compress,
    14: _lzma,
    93: _zstd,
    95: lzma.compress,
}


@dataclass
class Entry:
    """A member, and what its heads say in place of the truth."""

    name: bytes | str
    content: bytes
    method: int = 8
    flags: int = 0
    descriptor: bool = False  # sizes after the data, zeros before
    mode: int = 0
    extra: bytes = b""
    password: bytes = b""
    told_size: int | None = None
    told_packed: int | None = None
    told_crc: int | None = None
    packed: bytes | None = None
    at: int | None = None  # where the directory says that it stands
    zip64: bool = False
    listed: bool = True  # in the directory

    @property
    def raw(self) -> bytes:
        return self.name if isinstance(self.name, bytes) else self.name.encode()


def zipped(*entries: Entry, directory: bool = True, zip64: bool = False, comment: bytes = b"", disk: int = 0) -> bytes:
    """An archive of these entries."""
    out, listed = b"", b""
    for entry in entries:
        at = len(out) if entry.at is None else entry.at
        local, central = _heads(entry)
        out += local
        if entry.listed:
            listed += central + struct.pack("<L", at) + entry.raw + entry.extra + _wide(entry)
    if not directory:
        return out
    begin = len(out)
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", disk, 0, len(entries), len(entries), len(listed), begin, len(comment))
    if zip64:
        record = struct.pack(
            "<4sQ2H2L4Q", b"PK\x06\x06", 44, 45, 45, 0, 0, len(entries), len(entries), len(listed), begin
        )
        locator = struct.pack("<4sLQL", b"PK\x06\x07", 0, begin + len(listed), 1)
        end = record + locator + struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 65535, 65535, 0xFFFFFFFF, 0xFFFFFFFF, 0)
    return out + listed + end + comment


def _wide(entry: Entry) -> bytes:
    return struct.pack("<2H2Q", 1, 16, len(entry.content), len(_packed(entry))) if entry.zip64 else b""


def _packed(entry: Entry) -> bytes:
    packed = PACKERS[entry.method](entry.content) if entry.packed is None else entry.packed
    if entry.password:
        check = (TIME >> 8) if entry.descriptor else zlib.crc32(entry.content) >> 24
        packed = encrypted(bytes(range(11)) + bytes([check & 0xFF]) + packed, entry.password)
    return packed


def _heads(entry: Entry) -> tuple[bytes, bytes]:
    """The local head with the data, and the directory's head up to the offset."""
    packed = _packed(entry)
    crc = zlib.crc32(entry.content) if entry.told_crc is None else entry.told_crc
    size = len(entry.content) if entry.told_size is None else entry.told_size
    length = len(packed) if entry.told_packed is None else entry.told_packed
    if entry.zip64:
        size = length = 0xFFFFFFFF
    flags = entry.flags | (8 if entry.descriptor else 0) | (1 if entry.password else 0)
    head = struct.pack("<5H", 45, flags, entry.method, TIME, DATE)
    sums = struct.pack("<3L", crc, length, size)
    wide = _wide(entry)
    names = struct.pack("<2H", len(entry.raw), len(entry.extra) + len(wide))
    local = b"PK\x03\x04" + head + (bytes(12) if entry.descriptor else sums) + names + entry.raw + entry.extra + wide
    tail = b"PK\x07\x08" + sums if entry.descriptor else b""
    central = b"PK\x01\x02" + struct.pack("<2B", 45, 3) + head + sums + names
    return local + packed + tail, central + struct.pack("<3HL", 0, 0, 0, entry.mode << 16)


def encrypted(data: bytes, password: bytes) -> bytes:
    """PKWARE's traditional encryption (APPNOTE 6.1)."""
    keys = [0x12345678, 0x23456789, 0x34567890]

    def update(byte: int) -> None:
        keys[0] = _crc(keys[0], byte)
        keys[1] = ((keys[1] + (keys[0] & 0xFF)) * 134775813 + 1) & 0xFFFFFFFF
        keys[2] = _crc(keys[2], keys[1] >> 24)

    for byte in password:
        update(byte)
    out = bytearray()
    for byte in data:
        low = keys[2] | 2
        out.append(byte ^ (low * (low ^ 1) >> 8 & 0xFF))
        update(byte)
    return bytes(out)


def _crc(crc: int, byte: int) -> int:
    return zlib.crc32(bytes([byte]), crc ^ 0xFFFFFFFF) ^ 0xFFFFFFFF


def aes_encrypted(content: bytes, password: bytes, method: int = 8) -> Entry:
    """A member in WinZip's AES-256 (AE-2)."""
    import hashlib
    import hmac

    from Cryptodome.Cipher import AES
    from Cryptodome.Util import Counter

    salt = bytes(range(16))
    keys = hashlib.pbkdf2_hmac("sha1", password, salt, 1000, 66)
    counter = Counter.new(128, little_endian=True)
    body = AES.new(keys[:32], AES.MODE_CTR, counter=counter).encrypt(PACKERS[method](content))
    sealed = salt + keys[64:] + body + hmac.new(keys[32:64], body, "sha1").digest()[:10]
    extra = struct.pack("<2HH2sBH", 0x9901, 7, 2, b"AE", 3, method)
    return Entry("patients.csv", content, 99, flags=1, extra=extra, packed=sealed, told_crc=0)
