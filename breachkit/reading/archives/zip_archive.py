"""Zip archives: their members as streams, whatever the method, the directory and the password.

A member is read by the directory; where that is lost, by the heads of the members. Members that overlap are not read
where there are several: no archiver makes them, a decompression bomb does. Links are told, and not followed.
"""

from __future__ import annotations

import bz2
import lzma
import zlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import BinaryIO

from breachkit.errors import UnreadableSource
from breachkit.reading.archives.compression import Unpacked
from breachkit.reading.archives.decoders import CODECS, MEMORY_LIMIT, Codec, Deflate, Deflate64, ZipLzma
from breachkit.reading.archives.spool import held, spooled
from breachkit.reading.archives.streams import GIVE, stream, stretch
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
    rest_missing,
    too_many_members,
)
from breachkit.reading.archives.zip_crypto import decrypted, key_of
from breachkit.reading.archives.zip_directory import (
    MASKED,
    STRONG,
    DirectoryError,
    Entry,
    MissingPartError,
    data_offset,
    read_directory,
    unlisted,
    walk,
)
from breachkit.reading.blob import Blob
from breachkit.reading.signatures import signature

STORED = 0
METHODS = {
    8: Codec(lambda: Deflate(-15)),
    9: Codec(Deflate64),
    12: Codec(bz2.BZ2Decompressor),
    14: Codec(ZipLzma),
    20: CODECS["zstd"],
    93: CODECS["zstd"],
    95: Codec(lambda: lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=MEMORY_LIMIT)),
}
MAX_EMPTY = 64  # packed bytes of a member that holds nothing: an end mark, the head of an encryption
ZIP_MARKS = (b"PK\x03\x04", b"PK\x07\x08", b"PK00")  # the latter two of a split zip
PROBE_BYTES = 1 << 20  # what is unpacked to see whether a password of PKWARE's encryption is right


def zip_members(blob: Blob, box: Unpacking) -> Iterator[Member]:
    """The members of a zip, one by one."""
    with held(blob, box.limits, box.connection) as within:
        yield from ZipReader(blob, within.opener, box).members()


@dataclass
class ZipReader:
    """One zip while it is read."""

    blob: Blob
    opener: Callable[[], BinaryIO]
    box: Unpacking
    _asked: bool = field(default=False, init=False)  # for its password
    _locked: bool = field(default=False, init=False)  # nobody knew it: said once, for all members

    def members(self) -> Iterator[Member]:
        entries, begin = self._entries()
        overlapping = {} if begin is None else overlaps(entries, begin)
        if len(overlapping) == 1:  # one wrong size is a damage: that member is read up to the next one
            for position, room in overlapping.items():
                entries[position - 1] = replace(entries[position - 1], packed=room)
            overlapping = {}
        found, links = 0, 0
        for position, entry in enumerate(entries, start=1):
            if entry.folder or is_clutter(entry.name) or (entry.size == 0 and entry.packed <= MAX_EMPTY):
                continue
            found += 1
            if entry.link:
                links += 1
            elif position not in overlapping and not (entry.encrypted and self._locked):
                yield from self._one(entry, position)
            if self.box.tally.passed:
                return
        if overlapping:
            yield self._overlapping(len(overlapping))
        if begin is not None and not overlapping:
            with self.opener() as handle:
                hidden = unlisted(handle, entries, begin)
            if hidden:
                yield self._hidden(hidden)
        if begin is not None and (before := self._before(entries)):
            yield self.blob.unreadable(
                f"{before} octets avant l'archive, qui ne sont pas lus ; séparez-les de l'archive s'ils comptent.",
                f"{before} bytes before the archive, which are not read; cut them off if they matter.",
            )
        if links:
            yield not_followed(self.blob, links)
        if begin is None:
            yield rest_missing(self.blob)
        elif not found:
            yield nothing_inside(self.blob)

    def _entries(self) -> tuple[list[Entry], int | None]:
        """The members, and the offset of their directory, None where it is lost."""
        limit, source = self.box.limits.archive_members, self.blob.source
        starts = [0]
        if self.blob.opener == source.open:
            for part in source.parts[:-1]:
                starts.append(starts[-1] + part.stat().st_size)
        with self.opener() as handle:
            try:
                entries, begin = read_directory(handle, starts, limit)
            except DirectoryError:
                entries, begin = list(walk(handle, limit)), None
            except MissingPartError as error:
                raise self._missing(error.parts, len(starts)) from None
        if len(entries) > limit:
            raise too_many_members(self.blob, self.box.limits)
        if begin is None and not entries:
            raise damaged(self.blob, "zip")
        return entries, begin

    def _before(self, entries: list[Entry]) -> int:
        """Bytes before the first member that are no program: nobody knows what they are."""
        if self.blob.head.startswith(ZIP_MARKS) or signature(self.blob.head) == "program":
            return 0
        return min((entry.at for entry in entries), default=0)

    def _one(self, entry: Entry, position: int) -> Iterator[Member]:
        """The member, or why it cannot be read; what it holds on to is let go when the next one is asked for."""
        blob = member_blob(self.blob, entry.name, position, "zip", self.opener)
        with ExitStack() as kept:
            try:
                self._set_opener(blob, entry, kept)
                if not blob.head and blob.truncated:
                    raise damaged(blob, "zip")
            except UnreadableSource as error:
                yield error
                return
            yield blob

    def _set_opener(self, blob: Blob, entry: Entry, kept: ExitStack) -> None:
        with self.opener() as handle:
            begin = data_offset(handle, entry)
        if begin is None:
            raise damaged(blob, "zip")
        if (entry.method != STORED and entry.method not in METHODS) or entry.flags & (STRONG | MASKED):
            raise self._unknown(blob, entry)
        if not entry.encrypted:
            blob.opener = self._clear(blob, entry, begin)
            return
        blob.opener = self._content(blob, entry, self._decrypted(blob, entry, begin))
        if not entry.strength:
            # PKWARE's encryption is undone at two megabytes a second: once, and not at each opening.
            with blob.opener() as content:
                spool = spooled(blob, iter(lambda: content.read(1 << 20), b""), self.box.limits, self.box.connection)
            kept.callback(spool.close)
            blob.opener = spool.open

    def _clear(self, blob: Blob, entry: Entry, begin: int) -> Callable[[], BinaryIO]:
        """The opener of a member without encryption."""
        if entry.method != STORED:
            return self._content(blob, entry, lambda: stretch(self.opener(), begin, entry.packed))
        Meter(blob, self.box).reach(entry.packed)

        def ended(crc: int, size: int) -> None:
            check(entry, crc, size, blob.truncated)

        return lambda: stretch(self.opener(), begin, entry.packed, ended)

    def _content(self, blob: Blob, entry: Entry, packed: Callable[[], BinaryIO]) -> Callable[[], BinaryIO]:
        """The opener of what packed bytes (in the clear) unpack to."""
        meter = Meter(blob, self.box)
        if entry.method == STORED:
            pieces: Callable[[], Iterator[bytes]] = lambda: _pieces(packed)  # noqa: E731
        else:
            pieces = Unpacked(packed, METHODS[entry.method], blob.truncated).pieces
        return lambda: stream(checked(pieces(), entry, blob.truncated), meter)

    def _decrypted(self, blob: Blob, entry: Entry, begin: int) -> Callable[[], BinaryIO]:
        """The opener of a member's packed bytes in the clear; the password is asked for once for an archive."""

        def opens(password: str) -> bool:
            key = key_of(self.opener, begin, entry, password)
            return key is not None and (entry.strength > 0 or self._probe(blob, entry, begin, key))

        if not self._asked:
            self._asked = self._locked = True
            password: str | None = self.box.unlock(self.blob, opens)
            self._locked = False
        else:
            password = next((known for known in self.box.known if opens(known)), None)
        if password is None:
            raise blob.unreadable(
                "protégé par un autre mot de passe que l'archive.", "protected by another password than the archive."
            )
        key = key_of(self.opener, begin, entry, password) or b""
        return decrypted(self.opener, begin, entry, key, blob.truncated)

    def _probe(self, blob: Blob, entry: Entry, begin: int, key: bytes) -> bool:
        """Whether what a key gives unpacks: PKWARE's check lets one wrong password in 256 pass."""
        trial = Blob(blob.source, self.opener, blob.name)
        trial.opener = self._content(trial, entry, decrypted(self.opener, begin, entry, key, trial.truncated))
        with trial.opener() as content:
            content.read(PROBE_BYTES)
        return not trial.truncated

    def _unknown(self, blob: Blob, entry: Entry) -> UnreadableSource:
        if entry.flags & (STRONG | MASKED):
            return blob.unreadable(
                "chiffrement fort de PKWARE, qui n'est pas pris en charge ; recompressez le fichier en AES.",
                "strong encryption of PKWARE, which is not supported; compress the file again with AES.",
            )
        return blob.unreadable(
            f"méthode de compression {entry.method} du zip, qui n'est pas prise en charge ; recompressez le fichier.",
            f"compression method {entry.method} of zip, which is not supported; compress the file again.",
        )

    def _missing(self, parts: int, given: int) -> UnreadableSource:
        return self.blob.unreadable(
            f"archive zip en {parts} parties (trouvées : {given}) ; mettez-les toutes dans le même dossier (.z01, "
            ".z02…, .zip).",
            f"zip archive in {parts} parts (found: {given}); put them all in the same folder (.z01, .z02…, .zip).",
        )

    def _hidden(self, count: int) -> UnreadableSource:
        return self.blob.unreadable(
            f"membres présents mais absents du sommaire de l'archive, et non lus : {count} ; ils ont été effacés ou "
            "cachés.",
            f"members that are there but not in the archive's directory, and not read: {count}; they were deleted or "
            "hidden.",
        )

    def _overlapping(self, count: int) -> UnreadableSource:
        return self.blob.unreadable(
            f"membres qui en recouvrent d'autres, comme dans une bombe de décompression, et ne sont pas lus : {count}.",
            f"members that overlap others, as in a decompression bomb, and are not read: {count}.",
        )


def overlaps(entries: list[Entry], directory: int) -> dict[int, int]:
    """The members whose bytes run into the next one's, or into the directory: position (from 1) → room before it."""
    order = sorted(range(len(entries)), key=lambda at: (entries[at].at, at))
    found = {}
    for here, after in pairwise([*order, None]):
        if here is not None:
            # A head takes 30 bytes and a name, which may be told longer in one place than in the other.
            room = (directory if after is None else entries[after].at) - entries[here].at - 30
            if entries[here].packed > room:
                found[here + 1] = max(0, room)
    return found


def checked(pieces: Iterator[bytes], entry: Entry, notes: list[str]) -> Iterator[bytes]:
    """The pieces; a note where their sum is not the one that the archive tells."""
    crc = size = 0
    for piece in pieces:
        crc, size = zlib.crc32(piece, crc), size + len(piece)
        yield piece
    check(entry, crc, size, notes)


def check(entry: Entry, crc: int, size: int, notes: list[str]) -> None:
    """A note where the content is not what the archive tells, by its checksum or its size."""
    if (entry.crc is not None and crc != entry.crc) or (entry.size is not None and size != entry.size):
        note(notes, "checksum")


def _pieces(packed: Callable[[], BinaryIO]) -> Iterator[bytes]:
    with packed() as handle:
        while piece := handle.read(GIVE):
            yield piece
