"""Tar archives, plain or inside a compression, read from first to last.

A tar on disk gives its members as stretches of it. One inside a compressed stream cannot be jumped about in: each
member is put down (`reading.archives.spool`) while it is read. Measured on a .tar.gz with two members of 500 MB: a
member that was put down is read at 1 200 MB/s of processor time (and put down at 800), where unpacking the stream
again for each of the four times that a reader opens it goes at 300, past all members before it.
"""

from __future__ import annotations

import io
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

from breachkit.errors import UnreadableSource
from breachkit.reading.archives.spool import spooled
from breachkit.reading.archives.streams import GIVE, stretch
from breachkit.reading.archives.unpacking import (
    Member,
    Unpacking,
    damaged,
    is_clutter,
    member_blob,
    not_followed,
    note,
    nothing_inside,
    rest_missing,
    too_many_members,
)
from breachkit.reading.blob import Blob

RECORD = tarfile.BLOCKSIZE
MAX_HEADER_BYTES = 1 << 20  # of a long name or of the pax fields of one member. A choice; honest ones are under 1 kB.
REGULAR = (tarfile.REGTYPE, tarfile.AREGTYPE, tarfile.CONTTYPE)
SPECIAL = (tarfile.LNKTYPE, tarfile.SYMTYPE, tarfile.CHRTYPE, tarfile.BLKTYPE, tarfile.FIFOTYPE)
EXTENDED = (tarfile.XHDTYPE, tarfile.SOLARIS_XHDTYPE)


@dataclass
class Fields:
    """What headers before a member say of it: its long name, its size, whether it has holes."""

    path: str | None = None
    size: int | None = None
    sparse: bool = False


def tar_members(blob: Blob, box: Unpacking) -> Iterator[Member]:
    """The members of a tar, one by one."""
    with blob.opener() as handle:
        yield from TarReader(blob, handle, box).members()


@dataclass
class TarReader:
    """One tar while it is read."""

    blob: Blob
    handle: BinaryIO
    box: Unpacking
    _at: int = field(default=0, init=False)
    _files: int = field(default=0, init=False)
    _special: int = field(default=0, init=False)
    _broken: bool = field(default=False, init=False)

    def __post_init__(self) -> None:
        self._end = self.handle.seek(0, io.SEEK_END) if self.handle.seekable() else None

    def members(self) -> Iterator[Member]:
        count, fields = 0, Fields()
        while (header := self._header()) is not None:
            count += 1
            if count > self.box.limits.archive_members:
                yield too_many_members(self.blob, self.box.limits)
                return
            following = self._extension(header, fields)
            if following:
                continue
            yield from self._one(header, fields, count)
            fields = Fields()
            if self.box.tally.passed:
                return
        if self._special:
            yield not_followed(self.blob, self._special)
        if self._broken or self.blob.truncated:
            yield rest_missing(self.blob)
        elif not self._files and not self._special:
            yield nothing_inside(self.blob)

    def _header(self) -> tarfile.TarInfo | None:
        """The next header, None at the end. Blocks that are none are passed over, and noted."""
        while len(block := self._read(RECORD)) == RECORD:
            if not block.strip(b"\0"):
                # Two blocks of zeros end a tar; what follows them is padding, unless another tar was appended.
                continue
            header = _parsed(block)
            if header is not None:
                return header
            self._broken = True
        self._broken = self._broken or bool(block)
        return None

    def _extension(self, header: tarfile.TarInfo, fields: Fields) -> bool:
        """Whether a header only says something of those after it; what it says is put into `fields`."""
        kind = header.type
        if kind == tarfile.GNUTYPE_LONGNAME:
            fields.path = self._small(header).rstrip(b"\0").decode("utf-8", "surrogateescape")
        elif kind in EXTENDED:
            self._pax(self._small(header), fields)
        elif kind in (tarfile.GNUTYPE_LONGLINK, tarfile.XGLTYPE):
            self._skip(header.size)
        else:
            return False
        return True

    def _small(self, header: tarfile.TarInfo) -> bytes:
        """The content of a header's own member; nothing where it is too large to be honest."""
        if header.size > MAX_HEADER_BYTES:
            self._broken = True
            self._skip(header.size)
            return b""
        content = self._read(header.size)
        self._skip(0, header.size)
        return content

    def _pax(self, content: bytes, fields: Fields) -> None:
        """The records "length key=value\\n" of an extended header (POSIX.1-2001, pax)."""
        while content:
            length, space, rest = content.partition(b" ")
            if not space or not length.isdigit() or len(length) > 7 or int(length) <= len(length) + 1:
                self._broken = self._broken or bool(content.strip(b"\0"))
                return
            key, _, value = rest[: int(length) - len(length) - 2].partition(b"=")
            if key == b"path":
                fields.path = value.decode("utf-8", "surrogateescape")
            elif key == b"size" and value.isdigit() and len(value) < 19:
                fields.size = int(value)
            elif key.startswith(b"GNU.sparse."):
                fields.sparse = True
            content = content[int(length) :]

    def _one(self, header: tarfile.TarInfo, fields: Fields, position: int) -> Iterator[Member]:
        """The member of a header, if it is a file that holds something."""
        name = fields.path or header.name
        size = header.size if fields.size is None else fields.size
        if header.type in SPECIAL:
            self._special += 1  # no content follows, whatever size is told
            return
        blob = member_blob(self.blob, name, position, "tar", io.BytesIO)
        if header.type == tarfile.GNUTYPE_SPARSE or fields.sparse:
            self._skip_sparse(header, size)
            self._files += 1
            yield _sparse(blob)
        elif header.type in REGULAR and size and not is_clutter(name) and not header.name.endswith("/"):
            self._files += 1
            yield from self._file(blob, size)
        else:
            self._skip(size)

    def _file(self, blob: Blob, size: int) -> Iterator[Member]:
        if self._end is not None:
            begin, got = self._at, min(size, max(0, self._end - self._at))
            self._cut(blob, got, size)
            blob.opener = lambda: stretch(self.blob.opener(), begin, size)
            self._skip(size)
            yield blob if got else damaged(blob, "tar")
            return
        begin = self._at
        try:
            spool = spooled(blob, self._pieces(size), self.box.limits, self.box.connection)
        except UnreadableSource as error:
            self._skip(size + begin - self._at, self._at - begin)
            yield error
            return
        try:
            self._cut(blob, spool.size, size)
            self._skip(0, size)
            blob.opener = spool.open
            yield blob if spool.size else damaged(blob, "tar")
        finally:
            spool.close()

    def _cut(self, blob: Blob, got: int, size: int) -> None:
        if got < size:
            note(blob.truncated, "cut")
            self._broken = True

    def _pieces(self, size: int) -> Iterator[bytes]:
        while size and (piece := self._read(min(size, GIVE))):
            size -= len(piece)
            yield piece

    def _read(self, size: int) -> bytes:
        if self._end is not None:
            if self._at >= self._end:
                return b""
            self.handle.seek(self._at)
        data = self.handle.read(size)
        self._at += len(data)
        return data

    def _skip(self, size: int, already: int = 0) -> None:
        """Passes over content and the padding behind it; `already` bytes of it were read."""
        total = size + already
        size += -total % RECORD
        if self._end is not None:
            self._at += size
            self._broken = self._broken or self._at > self._end
            return
        while size and (data := self._read(min(size, GIVE))):
            size -= len(data)
        self._broken = self._broken or size > 0

    def _skip_sparse(self, header: tarfile.TarInfo, size: int) -> None:
        """Passes over a file with holes, and over the further blocks of its map (GNU format)."""
        if header.type == tarfile.GNUTYPE_SPARSE:
            # frombuf keeps the map of the header's own block: (entries, whether more blocks follow, real size).
            more = bool(getattr(header, "_sparse_structs", ([], False, 0))[1])
            while more and len(block := self._read(RECORD)) == RECORD:
                more = bool(block[504])
        self._skip(size)


def _parsed(block: bytes) -> tarfile.TarInfo | None:
    """The header in a block, None where it is none: its checksum must hold."""
    if not block[148:156].strip(b" \0").isdigit():
        return None
    try:
        header = tarfile.TarInfo.frombuf(block, "utf-8", "surrogateescape")
    except (tarfile.HeaderError, ValueError):
        return None
    return header if header.size >= 0 else None


def _sparse(blob: Blob) -> UnreadableSource:
    return blob.unreadable(
        "fichier à trous (sparse) dans un tar, qui n'est pas pris en charge ; réarchivez-le sans l'option --sparse.",
        "sparse file in a tar, which is not supported; archive it again without the option --sparse.",
    )
