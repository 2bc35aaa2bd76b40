"""7z archives: their directory and their decoders by py7zr, their members put down one by one while they are read.

The members of one compressed block come one after the other, and cannot be had again without unpacking all before
them: each is spooled (`reading.spool`). py7zr's own extraction writes files by name or calls back for all members at
once; its decoders are pulled here instead, in small pieces, so that memory stays bounded.
"""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, BinaryIO

from breachkit.errors import UnreadableSource
from breachkit.reading.blob import Blob
from breachkit.reading.decoders import MEMORY_LIMIT, codec_errors
from breachkit.reading.formats import seven_zip_start
from breachkit.reading.limits import Limits
from breachkit.reading.spool import held, spooled
from breachkit.reading.streams import GIVE, stretch
from breachkit.reading.unpacking import (
    Member,
    Meter,
    Unpacking,
    damaged,
    is_clutter,
    member_blob,
    not_followed,
    note,
    nothing_inside,
    too_many_members,
)

MAX_DIRECTORY_BYTES = 64 << 20  # decoded; py7zr's own bound is four times as much
PROBE_BYTES = 1 << 20  # what is unpacked to see whether a password is right
# Decoders of py7zr that give all they can, and the packed bytes they are fed at a time: 32 MB may come of them.
FED_LITTLE = {b"\x04\x01\x08": 1 << 14, b"\x04\x01\x09": 1 << 10, b"\x04\xf7\x11\x01": 1 << 10}
DICTIONARIES = (b"\x03\x01\x01", b"\x03\x04\x01")  # LZMA, PPMd: four bytes of size after the first property
LZMA2 = b"\x21"


def library_errors() -> tuple[type[Exception], ...]:
    """What py7zr raises on wrong bytes: its own errors, and those of a parser that trusts what it reads."""
    from py7zr.exceptions import AbsolutePathError, ArchiveError, PasswordRequired

    parser = (struct.error, LookupError, TypeError, AttributeError, AssertionError, ArithmeticError, MemoryError)
    return (ArchiveError, AbsolutePathError, PasswordRequired, *codec_errors(), *parser)


def seven_zip_members(blob: Blob, box: Unpacking) -> Iterator[Member]:
    """The members of a 7z archive, one by one."""
    with held(blob, box.limits, box.connection) as within, within.opener() as whole:
        begin, size = seven_zip_start(whole) or 0, whole.seek(0, io.SEEK_END)
        with stretch(whole, begin, size - begin) as handle:
            yield from SevenZipReader(blob, handle, box).members()


@contextmanager
def _bounded(limits: Limits) -> Iterator[None]:
    """py7zr takes the sizes it accepts from constants of its module: ours are lower while it reads a directory."""
    from py7zr import archiveinfo

    former = archiveinfo.MAX_HEADER_SIZE, archiveinfo.MAX_NUMFILES
    archiveinfo.MAX_HEADER_SIZE = MAX_DIRECTORY_BYTES
    archiveinfo.MAX_NUMFILES = limits.archive_members + 1
    try:
        yield
    finally:
        archiveinfo.MAX_HEADER_SIZE, archiveinfo.MAX_NUMFILES = former


class Block:
    """A compressed block ("folder") of members that follow each other; its stream can only be read on."""

    def __init__(self, handle: BinaryIO, folder: Any, begin: int, packed: int) -> None:
        self._handle, self.folder, self._begin, self._packed = handle, folder, begin, packed
        self._asked: list[int] = []
        self.broken = False
        self._start()

    def _start(self) -> None:
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


@dataclass
class SevenZipReader:
    """One 7z archive while it is read."""

    blob: Blob
    handle: BinaryIO
    box: Unpacking
    _links: int = field(default=0, init=False)
    _lost: int = field(default=0, init=False)

    def members(self) -> Iterator[Member]:
        archive = self._unlocked()
        files = list(archive.files)
        if len(files) > self.box.limits.archive_members:
            raise too_many_members(self.blob, self.box.limits)
        found, number = 0, -1
        block: Block | None = None
        for position, file in enumerate(files, start=1):
            if file.emptystream or file.folder is None:
                continue
            if block is None or file.folder is not block.folder:
                number += 1
                block = self._block(archive, number)
            found += 1
            yield from self._one(file, block, position)
            if self.box.tally.passed:
                return
        yield from self._told(found)

    def _told(self, found: int) -> Iterator[Member]:
        """What is said after the members."""
        if self._lost:
            yield self.blob.unreadable(
                f"membres perdus, leur bloc compressé étant endommagé avant eux : {self._lost} ; demandez une copie "
                "intacte.",
                f"members lost, their compressed block being damaged before them: {self._lost}; ask for an intact "
                "copy.",
            )
        if self._links:
            yield not_followed(self.blob, self._links)
        if not found:
            yield nothing_inside(self.blob)

    def _one(self, file: Any, block: Block, position: int) -> Iterator[Member]:
        name = str(file.filename)
        blob = member_blob(self.blob, name, position, "7z", io.BytesIO)
        if block.broken:
            self._lost += 1
            return
        pieces = self._checked(file, block, blob)
        if file.is_symlink or file.is_junction or file.is_socket or is_clutter(name):
            self._links += not is_clutter(name)
            for _ in pieces:
                pass
            return
        try:
            spool = spooled(pieces, self.box.limits, self.box.connection)
        except UnreadableSource as error:
            yield error
            return
        try:
            blob.opener = spool.open
            if spool.size or not blob.truncated:
                yield blob
            else:
                yield damaged(blob, "7z")
        finally:
            spool.close()

    def _checked(self, file: Any, block: Block, blob: Blob) -> Iterator[bytes]:
        """A member's content, counted; a note where its checksum is not the one that is told."""
        meter, size, crc = Meter(blob, self.box), 0, 0
        for piece in block.pieces(file.uncompressed, blob.truncated):
            size, crc = size + len(piece), zlib.crc32(piece, crc)
            meter.reach(size)
            yield piece
        if file.crc32 is not None and crc != file.crc32:
            note(blob.truncated, "checksum")

    def _block(self, archive: Any, number: int) -> Block:
        try:
            streams = archive.header.main_streams
            folder = streams.unpackinfo.folders[number]
            begin = archive.afterheader + streams.packinfo.packpos + streams.packinfo.packpositions[number]
            self._bound(folder)
            return Block(self.handle, folder, begin, streams.packinfo.packsizes[number])
        except UnreadableSource:
            raise
        except library_errors():
            raise self._unknown(folder) from None

    def _bound(self, folder: Any) -> None:
        """UnreadableSource where a decoder asks for more memory than is given."""
        for coder in folder.coders:
            properties = coder["properties"] or b""
            asked = 0
            if coder["method"] in DICTIONARIES and len(properties) >= 5:
                asked = int.from_bytes(properties[1:5], "little")
            elif coder["method"] == LZMA2 and properties:
                asked = (2 | properties[0] & 1) << (properties[0] // 2 + 11)
            if asked > MEMORY_LIMIT:
                raise self.blob.unreadable(
                    f"archive 7z qui demande une mémoire de {asked} octets (plus de {MEMORY_LIMIT}) ; recompressez-la "
                    "avec un dictionnaire plus petit.",
                    f"7z archive that asks for {asked} bytes of memory (more than {MEMORY_LIMIT}); compress it again "
                    "with a smaller dictionary.",
                )

    def _unlocked(self) -> Any:
        """The archive by py7zr, with its password where it has one."""
        from py7zr.exceptions import PasswordRequired

        try:
            archive = self._open(None)
        except PasswordRequired:
            return self._open(self.box.unlock(self.blob, self._opens))
        except library_errors():
            raise self.blob.unreadable(
                "archive 7z endommagée ou incomplète : son sommaire, écrit à la fin, ne se lit pas ; demandez-en une "
                "copie intacte.",
                "7z archive damaged or incomplete: its directory, written at the end, cannot be read; ask for an "
                "intact copy.",
            ) from None
        if archive.password_protected:
            return self._open(self.box.unlock(self.blob, self._opens))
        return archive

    def _open(self, password: str | None) -> Any:
        from py7zr import SevenZipFile

        self.handle.seek(0)
        with _bounded(self.box.limits):
            return SevenZipFile(self.handle, password=password)

    def _opens(self, password: str) -> bool:
        """Whether the directory opens, and the first encrypted member unpacks (as far as it is tried)."""
        from py7zr.compressor import SupportedMethods

        ends: tuple[type[Exception], ...] = (UnreadableSource, *library_errors())
        try:
            archive = self._open(password)
            number, current = -1, None
            for file in archive.files:
                if file.folder is not None and file.folder is not current:
                    current, number = file.folder, number + 1
                    if SupportedMethods.needs_password(current.coders):
                        return self._probe(file, self._block(archive, number))
        except ends:
            return False
        return True

    def _probe(self, file: Any, block: Block) -> bool:
        notes: list[str] = []
        size = crc = 0
        for piece in block.pieces(min(file.uncompressed, PROBE_BYTES), notes):
            size, crc = size + len(piece), zlib.crc32(piece, crc)
        whole = size == file.uncompressed
        return not notes and (not whole or file.crc32 is None or crc == file.crc32)

    def _unknown(self, folder: Any) -> UnreadableSource:
        methods = "+".join(coder["method"].hex() for coder in folder.coders)
        return self.blob.unreadable(
            f"méthode de compression du 7z qui n'est pas prise en charge ({methods}) ; recompressez l'archive.",
            f"compression method of 7z that is not supported ({methods}); compress the archive again.",
        )
