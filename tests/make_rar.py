"""RAR archives written by hand, stored: no free tool writes RAR. Source: the RAR 5.0 and 4.x technical notes."""

from __future__ import annotations

import hashlib
import struct
import zlib
from dataclasses import dataclass

MARK4, MARK5 = b"Rar!\x1a\x07\x00", b"Rar!\x1a\x07\x01\x00"
KDF_LOG, SALT, VECTOR = 5, bytes(range(16)), bytes(range(16, 32))  # 32 rounds: the archives are not to be safe


@dataclass(frozen=True)
class Stored:
    """A member: its name, its content, and what its header says besides."""

    name: str
    content: bytes
    password: str = ""
    link: int = 0  # kind of redirection: 1 a symbolic link
    before: bool = False  # continues from the former volume
    after: bool = False  # continues in the next one
    crc: int | None = None
    size: int | None = None  # of the whole member, where the content is a part of it


def vint(number: int) -> bytes:
    """RAR 5's number of variable length: seven bits a byte, the lowest first."""
    out = bytearray()
    while True:
        number, low = number >> 7, number & 0x7F
        out.append(low | (0x80 if number else 0))
        if not number:
            return bytes(out)


def block5(body: bytes) -> bytes:
    sized = vint(len(body)) + body
    return struct.pack("<L", zlib.crc32(sized)) + sized


def rar5(*members: Stored, volume: int | None = None, last: bool = True) -> bytes:
    """A RAR 5 archive, or one volume of it."""
    flags = 0 if volume is None else 1 | (2 if volume else 0)
    main = vint(1) + vint(0) + vint(flags) + (vint(volume) if volume else b"")
    out = MARK5 + block5(main)
    for member in members:
        out += _file5(member)
    return out + block5(vint(5) + vint(0) + vint(0 if last else 1))


def _file5(member: Stored) -> bytes:
    data, extra = member.content, b""
    if member.password:
        extra, data = _encrypted5(member)
    if member.link:
        target = member.content
        record = vint(5) + vint(member.link) + vint(0) + vint(len(target)) + target
        extra, data = extra + vint(len(record)) + record, b""
    name = member.name.encode()
    crc = zlib.crc32(member.content) if member.crc is None else member.crc
    size = 0 if member.link else len(member.content) if member.size is None else member.size
    body = vint(4) + vint(size) + vint(0o644) + struct.pack("<L", crc) + vint(0) + vint(1) + vint(len(name)) + name
    head = (1 if extra else 0) | 2 | (8 if member.before else 0) | (16 if member.after else 0)
    fields = vint(2) + vint(head) + (vint(len(extra)) if extra else b"") + vint(len(data))
    return block5(fields + body + extra) + data


def _encrypted5(member: Stored) -> tuple[bytes, bytes]:
    """The record of an encrypted member, and its content in AES-256-CBC."""
    from Cryptodome.Cipher import AES

    def derived(rounds: int) -> bytes:
        return hashlib.pbkdf2_hmac("sha256", member.password.encode(), SALT, rounds)

    key, folded = derived(1 << KDF_LOG), bytearray(8)
    for at, byte in enumerate(derived((1 << KDF_LOG) + 32)):
        folded[at % 8] ^= byte
    check = bytes(folded) + hashlib.sha256(folded).digest()[:4]
    record = vint(1) + vint(0) + vint(1) + bytes([KDF_LOG]) + SALT + VECTOR + check
    padded = member.content + bytes(-len(member.content) % 16)
    return vint(len(record)) + record, AES.new(key, AES.MODE_CBC, VECTOR).encrypt(padded)


def rar4(*members: Stored) -> bytes:
    """A RAR 4 archive."""
    out = MARK4 + _block4(0x73, 0, bytes(6))
    for member in members:
        name = member.name.encode("latin-1")
        size, crc = len(member.content), zlib.crc32(member.content) if member.crc is None else member.crc
        body = struct.pack("<2LB2L2BHL", size, size, 2, crc, 0x5B424C00, 20, 0x30, len(name), 0x20) + name
        out += _block4(0x74, 0x8000, body) + member.content
    return out + _block4(0x7B, 0x4000, b"")


def _block4(kind: int, flags: int, body: bytes) -> bytes:
    rest = struct.pack("<B2H", kind, flags, 7 + len(body)) + body
    return struct.pack("<H", zlib.crc32(rest) & 0xFFFF) + rest
