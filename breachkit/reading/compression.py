"""Compressed streams, read as far as they go: gzip, bzip2, xz, lzma, zstd, and the methods of zip and 7z.

Every opening of a stream gives the same bytes. Where a stream is cut or damaged, all that the format's library can
give before the place of the damage comes out, to the byte, and a note says why it ended; a wrong checksum is a note
too, the data are kept. Streams that follow each other in one file are one content, and zeros behind them are padding;
other bytes behind them are a note, since nobody knows what they were.
"""

from __future__ import annotations

import bz2
import io
import lzma
import struct
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import BinaryIO, Protocol

from breachkit.reading.blob import Blob
from breachkit.reading.streams import GIVE, stream
from breachkit.reading.unpacking import Member, Meter, Unpacking, damaged, joined, note

TAKE = 1 << 15  # bytes given to a decoder at a time
MEMORY_LIMIT = 512 << 20  # bytes of a decoder's dictionary: the largest preset of xz needs 65 MB. A choice.
ZSTD_WINDOW_LOG = 27  # 128 MB, what `zstd --long` asks for and the tool itself accepts without an option
SUFFIXES = {
    ".gz": "", ".gzip": "", ".bz2": "", ".bzip2": "", ".xz": "", ".lzma": "", ".zst": "", ".zstd": "",
    ".tgz": ".tar", ".tbz": ".tar", ".tbz2": ".tar", ".txz": ".tar", ".tlz": ".tar", ".tzst": ".tar",
}  # fmt: skip


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


class CutError(Exception):
    """The packed bytes ended within a stream."""


class TrailingError(Exception):
    """Bytes that are no stream follow the last one."""


class Decoding:
    """One pass over packed bytes, step by step."""

    def __init__(self, packed: BinaryIO, codec: Codec) -> None:
        self._packed, self._codec = packed, codec
        self._back = b""
        self._decoder = codec.make()

    def step(self, take: int, give: int) -> bytes | None:
        """Up to `give` bytes, perhaps none, after up to `take` packed ones; None at the end."""
        if self._decoder.eof and not self._next():
            return None
        data = b""
        if self._decoder.needs_input:
            data = self._read(take)
            if not data:
                raise CutError
        return self._decoder.decompress(data, give)

    def _read(self, size: int) -> bytes:
        if self._back:
            data, self._back = self._back[:size], self._back[size:]
            return data
        return self._packed.read(size)

    def _next(self) -> bool:
        """Whether another stream follows the one that is done."""
        if not self._codec.again:
            return False
        self._back = self._decoder.unused_data + self._back
        while not self._back.strip(b"\0"):
            self._back = self._packed.read(TAKE)
            if not self._back:
                return False
        self._back = self._back.lstrip(b"\0")
        if len(self._back) < 8:
            self._back += self._packed.read(TAKE)
        if not self._back.startswith(self._codec.again):
            raise TrailingError
        self._decoder = self._codec.make()
        return True


class Unpacked:
    """What comes out of one packed stream; it may be opened any number of times."""

    def __init__(self, packed: Callable[[], BinaryIO], codec: Codec, notes: list[str]) -> None:
        self._packed, self._codec, self._notes = packed, codec, notes
        self._tail: bytes | None = None  # what was got out of the step that met the damage

    def pieces(self) -> Iterator[bytes]:
        """The content in pieces of at most `GIVE` bytes."""
        steps = 0
        with self._packed() as packed:
            decoding = Decoding(packed, self._codec)
            try:
                while (piece := decoding.step(TAKE, GIVE)) is not None:
                    steps += 1
                    if piece:
                        yield piece
            except CutError:
                note(self._notes, "cut")
            except TrailingError:
                note(self._notes, "trailing")
            except codec_errors():
                note(self._notes, "damaged")
                if self._tail is None:
                    self._tail = self._before_the_damage(steps)
        if self._tail:
            yield self._tail

    def _before_the_damage(self, steps: int) -> bytes:
        """The bytes that come out of the failing step when it is taken one byte at a time."""
        found: list[bytes] = []
        ends = (CutError, TrailingError, *codec_errors())
        with self._packed() as packed:
            decoding = Decoding(packed, self._codec)
            try:
                for _ in range(steps):
                    decoding.step(TAKE, GIVE)
                while (piece := decoding.step(1, 1)) is not None:
                    found.append(piece)
            except ends:
                pass
        return b"".join(found)


def compressed_content(blob: Blob, kind: str, box: Unpacking) -> Iterator[Member]:
    """The one content of a compressed file, named after it without the suffix of the compression."""
    name = blob.name
    for suffix, instead in SUFFIXES.items():
        if name.lower().endswith(suffix) and len(name) > len(suffix):
            name = name[: -len(suffix)] + instead
            break
    compression = joined(blob.compression, kind)
    # Where the packed bytes are themselves cut or wrong, so is what comes out of them: one list of notes.
    inner = Blob(blob.source, io.BytesIO, name, blob.member, compression, truncated=blob.truncated)
    unpacked, meter = Unpacked(blob.opener, CODECS[kind], blob.truncated), Meter(inner, box)
    inner.opener = lambda: stream(unpacked.pieces(), meter)
    if kind == "zstd" and (asked := zstd_window(blob.head)) > 1 << ZSTD_WINDOW_LOG:
        raise blob.unreadable(
            f"flux zstd qui demande une mémoire de {asked} octets (plus de {1 << ZSTD_WINDOW_LOG}) ; "
            "recompressez-le sans l'option --long.",
            f"zstd stream that asks for {asked} bytes of memory (more than {1 << ZSTD_WINDOW_LOG}); compress it "
            "again without the option --long.",
        )
    if not inner.head:
        if inner.truncated:
            raise damaged(blob, kind)
        raise blob.unreadable(
            "le fichier est vide (0 octet) une fois décompressé.", "the file is empty (0 bytes) once unpacked."
        )
    yield inner


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
