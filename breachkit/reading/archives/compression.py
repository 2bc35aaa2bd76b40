"""Compressed streams, read as far as they go: gzip, bzip2, xz, lzma, zstd, and the methods of zip and 7z.

Every opening of a stream gives the same bytes. Where a stream is cut or damaged, all that the format's library can
give before the place of the damage comes out, to the byte, and a note says why it ended; a wrong checksum is a note
too, the data are kept. Streams that follow each other in one file are one content, and zeros behind them are padding;
other bytes behind them are a note, since nobody knows what they were.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from typing import BinaryIO

from breachkit.reading.archives.decoders import CODECS, ZSTD_WINDOW_LOG, Codec, codec_errors, zstd_window
from breachkit.reading.archives.streams import GIVE, stream
from breachkit.reading.archives.unpacking import Member, Meter, Unpacking, damaged, joined, note
from breachkit.reading.blob import Blob

TAKE = 1 << 15  # bytes given to a decoder at a time
SUFFIXES = {
    ".gz": "", ".gzip": "", ".bgz": "", ".bz2": "", ".bzip2": "", ".xz": "", ".lzma": "", ".zst": "", ".zstd": "",
    ".tgz": ".tar", ".tbz": ".tar", ".tbz2": ".tar", ".txz": ".tar", ".tlz": ".tar", ".tzst": ".tar",
}  # fmt: skip


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
        ends: tuple[type[Exception], ...] = (CutError, TrailingError, *codec_errors())
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
