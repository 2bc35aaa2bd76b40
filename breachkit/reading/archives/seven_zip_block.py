"""The compressed blocks of a 7z archive, unpacked by py7zr's decoders in pieces that memory can hold."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, BinaryIO

from breachkit.reading.archives.decoders import codec_errors
from breachkit.reading.archives.streams import GIVE
from breachkit.reading.archives.unpacking import note

Keys = dict[tuple[bytes, int, bytes], bytes]  # (password, cycles, salt) → key
MAX_DIRECTORY_BYTES = 64 << 20  # decoded; py7zr's own bound is four times as much
MAX_KEY_CYCLES, NO_CYCLES = 20, 0x3F  # 2 to that power; 7-Zip takes 19, which is half a second here
# Decoders of py7zr that give all they can, and the packed bytes they are fed at a time: 32 MB may come of them.
FED_LITTLE = {b"\x04\x01\x08": 1 << 14, b"\x04\x01\x09": 1 << 10, b"\x04\xf7\x11\x01": 1 << 10}


def library_errors() -> tuple[type[Exception], ...]:
    """What py7zr raises on wrong bytes: its own errors, and those of a parser that trusts what it reads."""
    import brotli
    from py7zr.exceptions import AbsolutePathError, ArchiveError, PasswordRequired

    parser = (struct.error, LookupError, TypeError, AttributeError, AssertionError, ArithmeticError, MemoryError)
    return (ArchiveError, AbsolutePathError, PasswordRequired, brotli.error, *codec_errors(), *parser)


@contextmanager
def bounded(members: int, keys: Keys) -> Iterator[None]:
    """py7zr takes what it accepts from its modules' constants: they are stricter while it reads a directory or a key.

    No PPMd (see `SevenZipReader`), and no key that takes longer than 7-Zip's own; a key is derived once.
    """
    from py7zr import archiveinfo, compressor
    from py7zr.exceptions import UnsupportedCompressionMethodError
    from py7zr.properties import FILTER_PPMD

    def derived(password: bytes, cycles: int, salt: bytes, digest: str) -> bytes:
        if MAX_KEY_CYCLES < cycles != NO_CYCLES:
            raise UnsupportedCompressionMethodError(None, "key")
        asked = (password, cycles, salt)
        if asked not in keys:
            keys[asked] = former[2](password, cycles, salt, digest)
        return keys[asked]

    former = archiveinfo.MAX_HEADER_SIZE, archiveinfo.MAX_NUMFILES, compressor.calculate_key
    ppmd = compressor.algorithm_class_map.pop(FILTER_PPMD)
    archiveinfo.MAX_HEADER_SIZE, archiveinfo.MAX_NUMFILES = MAX_DIRECTORY_BYTES, members + 1
    compressor.calculate_key = derived
    try:
        yield
    finally:
        archiveinfo.MAX_HEADER_SIZE, archiveinfo.MAX_NUMFILES, compressor.calculate_key = former
        compressor.algorithm_class_map[FILTER_PPMD] = ppmd


class Block:
    """A compressed block ("folder") of members that follow each other; its stream can only be read on."""

    def __init__(self, handle: BinaryIO, folder: Any, begin: int, packed: int, keys: Keys) -> None:
        self._keys = keys
        self._handle, self.folder, self._begin, self._packed = handle, folder, begin, packed
        self._asked: list[int] = []
        self.broken = False
        self._start()

    def _start(self) -> None:
        with bounded(0, self._keys):
            self._decoder = self.folder.get_decompressor(self._packed, reset=True)
        fed = [FED_LITTLE.get(coder["method"], 1 << 18) for coder in self.folder.coders]
        self._decoder.block_size = min(fed)
        self._at = self._begin

    def pieces(self, size: int, notes: list[str]) -> Iterator[bytes]:
        """The next `size` bytes; a note where they end too early, and the block is broken then."""
        while size:
            try:
                piece = self._next(min(size, GIVE))
            except library_errors():
                note(notes, "damaged")
                self.broken = True
                yield from self._before_the_damage(size)
                return
            if piece is None:
                note(notes, "cut")
                self.broken = True
                return
            size -= len(piece)
            if piece:
                yield piece

    def _next(self, most: int) -> bytes | None:
        """Up to `most` bytes, None where there is nothing left to read."""
        self._handle.seek(self._at)
        before = self._at
        piece = bytes(self._decoder.decompress(self._handle, most))
        self._at = self._handle.tell()
        self._asked.append(most)
        return piece if piece or self._at != before else None

    def _before_the_damage(self, size: int) -> Iterator[bytes]:
        """What comes out of the failing step when it is taken byte by byte."""
        asked, self._asked = self._asked, []
        found: list[bytes] = []
        try:
            self._start()
            for most in asked:
                self._next(most)
            while len(found) < size and (piece := self._next(1)) is not None:
                found.append(piece)
        except library_errors():
            pass
        yield b"".join(found)
