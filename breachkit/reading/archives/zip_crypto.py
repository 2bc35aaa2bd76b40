"""The two encryptions of zip: PKWARE's own (weak, and undone at two megabytes a second), and AES as WinZip added it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any, BinaryIO

from breachkit.reading.archives.streams import GIVE, stream
from breachkit.reading.archives.unpacking import note
from breachkit.reading.archives.zip_directory import DESCRIPTOR, Entry

HMAC_BYTES = 10
HEAD_BYTES = 12  # of PKWARE's encryption
PASSWORD_ENCODINGS = ("utf-8", "cp850", "cp1252")  # what zip tools on French machines take a password's letters in
Opener = Callable[[], BinaryIO]


def key_of(opener: Opener, begin: int, entry: Entry, password: str) -> bytes | None:
    """The password as bytes that the member's own check accepts, None where it is wrong.

    The check of PKWARE's encryption is one byte: one wrong password in 256 passes it.
    """
    for encoding in PASSWORD_ENCODINGS:
        try:
            key = password.encode(encoding)
        except UnicodeEncodeError:
            continue
        with opener() as handle:
            handle.seek(begin)
            try:
                _decrypter(handle, entry, key)
            except (RuntimeError, ValueError):  # "bad password" of either class; a head that is cut
                continue
        return key
    return None


def decrypted(opener: Opener, begin: int, entry: Entry, key: bytes, notes: list[str]) -> Opener:
    """The member's packed bytes in the clear; a note says where their authentication fails."""

    def pieces() -> Iterator[bytes]:
        tail = HMAC_BYTES if entry.strength else 0
        with opener() as handle:
            handle.seek(begin)
            decrypter, head = _decrypter(handle, entry, key)
            size = max(0, entry.packed - head - tail)
            left = size
            while left and (data := handle.read(min(left, GIVE))):
                left -= len(data)
                yield decrypter.decrypt(data)
            if entry.strength and decrypter.hmac.digest()[:HMAC_BYTES] != handle.read(HMAC_BYTES):
                note(notes, "checksum")

    return lambda: stream(pieces())


def _decrypter(handle: BinaryIO, entry: Entry, key: bytes) -> tuple[Any, int]:
    """A decrypter that has passed the password's check, and the bytes of its head; RuntimeError where it is wrong."""
    from pyzipper.zipfile import CRCZipDecrypter
    from pyzipper.zipfile_aes import WZ_SALT_LENGTHS, AESZipDecrypter

    if entry.strength:
        if entry.strength not in WZ_SALT_LENGTHS:
            raise ValueError
        told = SimpleNamespace(filename="", wz_aes_strength=entry.strength)
        size = AESZipDecrypter.encryption_header_length(told)
        head = handle.read(size)
        if len(head) < size:
            raise ValueError
        return AESZipDecrypter(told, key, head), size
    told = SimpleNamespace(
        filename="", use_datadescripter=entry.flags & DESCRIPTOR, _raw_time=entry.time, CRC=entry.crc or 0
    )
    head = handle.read(HEAD_BYTES)
    if len(head) < HEAD_BYTES:
        raise ValueError
    return CRCZipDecrypter(told, key, head), HEAD_BYTES
