"""7z archives: their directory and their decoders by py7zr, their members put down one by one while they are read.

The members of one compressed block come one after the other, and cannot be had again without unpacking all before
them: each is spooled (`reading.archives.spool`). py7zr's own extraction writes files by name or calls back for all
members at once; its decoders are pulled here instead, in small pieces, so that memory stays bounded.
"""

from __future__ import annotations

import io
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, BinaryIO

from breachkit.errors import UnreadableSource
from breachkit.reading.archives.decoders import MEMORY_LIMIT
from breachkit.reading.archives.seven_zip_block import Block, Keys, bounded, library_errors
from breachkit.reading.archives.spool import held, spooled
from breachkit.reading.archives.streams import stretch
from breachkit.reading.archives.unpacking import (
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
from breachkit.reading.blob import Blob
from breachkit.reading.formats import seven_zip_start

PROBE_BYTES = 1 << 20  # what is unpacked to see whether a password is right
LZMA, LZMA2, PPMD = b"\x03\x01\x01", b"\x21", b"\x03\x04\x01"


def seven_zip_members(blob: Blob, box: Unpacking) -> Iterator[Member]:
    """The members of a 7z archive, one by one."""
    with held(blob, box.limits, box.connection) as within, within.opener() as whole:
        begin, size = seven_zip_start(whole) or 0, whole.seek(0, io.SEEK_END)
        with stretch(whole, begin, size - begin) as handle:
            yield from SevenZipReader(blob, handle, box).members()


@dataclass
class SevenZipReader:
    """One 7z archive while it is read."""

    blob: Blob
    handle: BinaryIO
    box: Unpacking
    _links: int = field(default=0, init=False)
    _lost: int = field(default=0, init=False)
    _keys: Keys = field(default_factory=dict, init=False, repr=False)

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
            spool = spooled(blob, pieces, self.box.limits, self.box.connection)
        except UnreadableSource as error:
            for _ in pieces:  # the next member begins behind it
                pass
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
            return Block(self.handle, folder, begin, streams.packinfo.packsizes[number], self._keys)
        except UnreadableSource:
            raise
        except library_errors():
            raise self._unknown(folder) from None

    def _bound(self, folder: Any) -> None:
        """UnreadableSource where a decoder asks for more memory than is given."""
        for coder in folder.coders:
            properties = coder["properties"] or b""
            asked = 0
            if coder["method"] == PPMD:
                raise self._unsafe()
            if coder["method"] == LZMA and len(properties) >= 5:
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
        with bounded(self.box.limits.archive_members, self._keys):
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

    def _unsafe(self) -> UnreadableSource:
        """PPMd is not read: pyppmd 1.3.1 reads and writes freed memory on damaged data (found by tests/fuzz_archives).

        Whoever made the archive could have the process do anything.
        """
        return self.blob.unreadable(
            "archive 7z compressée en PPMd, qui n'est pas lue : son décodeur n'est pas sûr face à un fichier hostile ; "
            "recompressez-la en LZMA2 sur une machine isolée.",
            "7z archive compressed with PPMd, which is not read: its decoder is not safe against a hostile file; "
            "compress it again with LZMA2 on an isolated machine.",
        )

    def _unknown(self, folder: Any) -> UnreadableSource:
        methods = "+".join(coder["method"].hex() for coder in folder.coders)
        return self.blob.unreadable(
            f"méthode de compression du 7z qui n'est pas prise en charge ({methods}) ; recompressez l'archive.",
            f"compression method of 7z that is not supported ({methods}); compress the archive again.",
        )
