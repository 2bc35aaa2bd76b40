"""The decoders of gzip, bzip2, xz, lzma, zstd and of the methods of zip, all with one interface."""

from __future__ import annotations

import bz2
import lzma
import struct
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

MEMORY_LIMIT = 512 << 20  # bytes of a decoder's dictionary: the largest preset of xz needs 65 MB. A choice.
ZSTD_WINDOW_LOG = 27  # 128 MB, what `zstd --long` asks for and the tool itself accepts without an option


class Decoder(Protocol):
    """The interface of bz2.BZ2Decompressor and its kind."""

    @property
    def eof(self) -> bool: ...
    @property
    def needs_input(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...
    def decompress(self, data: bytes, max_length: int = -1) -> bytes: ...


class Deflate:
    """zlib's decoder with the interface of the others: 31 for gzip, -15 for raw deflate."""

    def __init__(self, window_bits: int) -> None:
        self._zlib = zlib.decompressobj(window_bits)
        self._waiting = b""
        self._full = False

    @property
    def eof(self) -> bool:
        return self._zlib.eof

    @property
    def needs_input(self) -> bool:
        return not self._waiting and not self._full

    @property
    def unused_data(self) -> bytes:
        return self._zlib.unused_data

    def decompress(self, data: bytes, max_length: int = -1) -> bytes:
        given = self._zlib.decompress(self._waiting + data, max_length)
        self._waiting = self._zlib.unconsumed_tail
        self._full = len(given) == max_length
        return given


class Deflate64:
    """inflate64's decoder: it gives all it can, so it is fed little (18 bits may stand for 64 kB)."""

    FEED = 512

    def __init__(self) -> None:
        import inflate64

        self._inflater = inflate64.Inflater()
        self._waiting = b""
        self._ready = b""

    @property
    def eof(self) -> bool:
        return bool(self._inflater.eof) and not self._ready

    @property
    def needs_input(self) -> bool:
        return not self._waiting and not self._ready

    @property
    def unused_data(self) -> bytes:
        return b""

    def decompress(self, data: bytes, max_length: int = -1) -> bytes:
        self._waiting += data
        if not self._ready and not self._inflater.eof:
            fed, self._waiting = self._waiting[: self.FEED], self._waiting[self.FEED :]
            self._ready = bytes(self._inflater.inflate(fed))
        given, self._ready = self._ready[:max_length], self._ready[max_length:]
        return given


class ZipLzma:
    """LZMA as zip stores it: two bytes of version, two of length, the properties, then a raw stream.

    Source: PKWARE APPNOTE 5.8.8.
    """

    def __init__(self) -> None:
        self._head = b""
        self._decoder: lzma.LZMADecompressor | None = None

    @property
    def eof(self) -> bool:
        return self._decoder is not None and self._decoder.eof

    @property
    def needs_input(self) -> bool:
        return self._decoder is None or self._decoder.needs_input

    @property
    def unused_data(self) -> bytes:
        return self._decoder.unused_data if self._decoder else b""

    def decompress(self, data: bytes, max_length: int = -1) -> bytes:
        if self._decoder is None:
            self._head += data
            if len(self._head) < 9:
                return b""
            (size,) = struct.unpack_from("<H", self._head, 2)
            if size != 5:
                raise lzma.LZMAError
            self._decoder = raw_lzma(self._head[4:9])
            data = self._head[9:]
        return self._decoder.decompress(data, max_length)


def raw_lzma(properties: bytes) -> lzma.LZMADecompressor:
    """A decoder for the five bytes of properties of an LZMA stream; LZMAError where they are wrong or ask too much."""
    first, dictionary = struct.unpack("<BL", properties)
    if first >= 9 * 5 * 5 or dictionary > MEMORY_LIMIT:
        raise lzma.LZMAError
    first, lc = divmod(first, 9)
    pb, lp = divmod(first, 5)
    filters = [{"id": lzma.FILTER_LZMA1, "dict_size": max(dictionary, 4096), "lc": lc, "lp": lp, "pb": pb}]
    return lzma.LZMADecompressor(lzma.FORMAT_RAW, filters=filters)


def _zstd() -> Decoder:
    from backports.zstd import DecompressionParameter, ZstdDecompressor

    found: Decoder = ZstdDecompressor(options={DecompressionParameter.window_log_max: ZSTD_WINDOW_LOG})
    return found


@dataclass(frozen=True)
class Codec:
    """A way to compress: its decoder, and what a further stream of it begins with (nothing where none may follow)."""

    make: Callable[[], Decoder]
    again: tuple[bytes, ...] = ()


SKIPPABLE = tuple(bytes([low, 0x2A, 0x4D, 0x18]) for low in range(0x50, 0x60))  # RFC 8878, 3.1.2
CODECS = {
    "gzip": Codec(lambda: Deflate(31), (b"\x1f\x8b\x08",)),
    "bzip2": Codec(bz2.BZ2Decompressor, (b"BZh",)),
    "xz": Codec(lambda: lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=MEMORY_LIMIT), (b"\xfd7zXZ\x00",)),
    "lzma": Codec(lambda: lzma.LZMADecompressor(lzma.FORMAT_ALONE, memlimit=MEMORY_LIMIT)),
    "zstd": Codec(_zstd, (b"\x28\xb5\x2f\xfd", *SKIPPABLE)),
}


def codec_errors() -> tuple[type[Exception], ...]:
    """What the decoders raise on wrong bytes."""
    from backports.zstd import ZstdError

    return (zlib.error, lzma.LZMAError, ZstdError, EOFError, OSError, ValueError)


def zstd_window(head: bytes) -> int:
    """Bytes of memory that the first frame of a zstd stream asks for (RFC 8878, 3.1.1.1), 0 where it is no frame."""
    if len(head) < 14 or head[:4] != b"\x28\xb5\x2f\xfd":
        return 0
    single = head[4] & 0x20
    if not single:
        base = 1 << (10 + (head[5] >> 3))
        return base + base // 8 * (head[5] & 7)
    at = 5 + (0, 1, 2, 4)[head[4] & 3]
    size = (1, 2, 4, 8)[head[4] >> 6]
    return int.from_bytes(head[at : at + size], "little")
