"""Streams over pieces of bytes, and over a stretch of another stream."""

from __future__ import annotations

import io
import zlib
from collections.abc import Callable, Iterator
from typing import BinaryIO

from breachkit.reading.archives.unpacking import Meter

GIVE = 1 << 18  # bytes of a piece, and of a buffer


class PieceStream(io.RawIOBase):
    """Pieces of bytes as a stream; a meter counts them."""

    def __init__(self, pieces: Iterator[bytes], meter: Meter | None) -> None:
        self._pieces, self._meter = pieces, meter
        self._piece = memoryview(b"")
        self._given = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        view = memoryview(buffer).cast("B")  # type: ignore[arg-type]
        while not self._piece:
            piece = next(self._pieces, None)
            if piece is None:
                return 0
            self._given += len(piece)
            if self._meter:
                self._meter.reach(self._given)
            self._piece = memoryview(piece)
        size = min(len(view), len(self._piece))
        view[:size] = self._piece[:size]
        self._piece = self._piece[size:]
        return size

    def close(self) -> None:
        if not self.closed and hasattr(self._pieces, "close"):
            self._pieces.close()
        super().close()


def stream(pieces: Iterator[bytes], meter: Meter | None = None) -> BinaryIO:
    """Pieces of bytes as a buffered stream."""
    return io.BufferedReader(PieceStream(pieces, meter), GIVE)


class Slice(io.RawIOBase):
    """A stretch of a stream that can be sought in; it closes that stream.

    `ended` is called with the checksum (CRC-32) and the number of bytes when they were read in order to their end.
    """

    def __init__(
        self, handle: BinaryIO, begin: int, size: int, ended: Callable[[int, int], None] | None = None
    ) -> None:
        self._handle, self._begin, self._size, self._ended = handle, begin, size, ended
        self._at = self._summed = self._crc = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        self._at = max(0, base + offset)
        return self._at

    def tell(self) -> int:
        return self._at

    def readinto(self, buffer: object) -> int:
        view = memoryview(buffer).cast("B")  # type: ignore[arg-type]
        self._handle.seek(self._begin + self._at)
        data = self._handle.read(max(0, min(len(view), self._size - self._at)))
        view[: len(data)] = data
        if self._ended and self._at == self._summed:
            self._crc = zlib.crc32(data, self._crc)
            self._summed += len(data)
            if not data and len(view):
                self._ended(self._crc, self._summed)
        self._at += len(data)
        return len(data)

    def close(self) -> None:
        if not self.closed:
            self._handle.close()
        super().close()


def stretch(handle: BinaryIO, begin: int, size: int, ended: Callable[[int, int], None] | None = None) -> BinaryIO:
    """The same, buffered."""
    return io.BufferedReader(Slice(handle, begin, size, ended), GIVE)
