"""RAR archives, through UnRAR's library: tested, never extracted, so that no file is written by it.

The library reads a file on disk and pushes what it unpacks; each member is put down (`reading.archives.spool`) while
it is read. It finds the further volumes of an archive itself, in the folder of the first; one in another folder is
named to it.
"""

from __future__ import annotations

import io
import zlib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any

from breachkit.errors import UnreadableSource
from breachkit.reading.archives.spool import Spool, named
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
from breachkit.reading.blob import Blob

# Constants of UnRAR's dll.hpp that the binding does not name.
CHANGE_VOLUME, PROCESS_DATA, NEED_PASSWORD_WIDE, CHANGE_VOLUME_WIDE = 0, 1, 4, 3
ASK, GO_ON, STOP = 0, 1, -1
SUCCESS, END, CANNOT_OPEN, MISSING_PASSWORD, BAD_PASSWORD, LARGE_DICTIONARY = 0, 10, 15, 22, 24, 25
LIST, EXTRACT = 2, 1
SKIP, TEST = 0, 1
SPLIT_BEFORE, ENCRYPTED, DIRECTORY = 0x01, 0x04, 0x20
PLAIN_CRC = 1
VOLUME_NAME_CHARACTERS = 2048
PROBE_BYTES = 1 << 20  # what is unpacked to see whether a password is right


def rar_members(blob: Blob, box: Unpacking) -> Iterator[Member]:
    """The members of a RAR archive, one by one."""
    try:
        from unrar.cffi import unrarlib
    except (ImportError, OSError):
        raise blob.unreadable(
            "archive RAR, que cette installation ne sait pas ouvrir (bibliothèque UnRAR absente) ; décompressez-la et "
            "donnez les fichiers.",
            "RAR archive, which this installation cannot open (no UnRAR library); unpack it and give the files.",
        ) from None
    with ExitStack() as kept:
        volumes = blob.source.parts if blob.opener == blob.source.open else ()
        if len(volumes) < 2:
            volumes = (kept.enter_context(named(blob, box.limits, box.connection)),)
        yield from RarReader(blob, box, unrarlib, volumes).members()


class Session:
    """One pass over an archive: its handle, and what the library calls back for."""

    def __init__(self, library: ModuleType, volumes: tuple[Path, ...], mode: int, password: str | None) -> None:
        self._library, self._volumes, self._password = library, volumes, password
        self.sink: Any = None  # takes what is unpacked; False from it stops
        ffi = library.ffi
        self._me = ffi.new_handle(self._called)
        self._opened = library.RAROpenArchiveDataEx(str(volumes[0]), mode)
        data = self._opened.value
        fields = dict(ffi.typeof("struct RAROpenArchiveDataEx").fields)
        data.Callback = ffi.cast(fields["Callback"].type, library.PyUNRARCALLBACKStub)
        data.UserData = ffi.cast(fields["UserData"].type, self._me)
        self.handle = library.RAROpenArchiveEx(data)
        self.code = int(data.OpenResult)
        self._header: Any = None

    def close(self) -> None:
        if self.handle:
            self._library.RARCloseArchive(self.handle)
            self.handle = None

    def header(self) -> Any:
        """The next member's header, None at the end (`code` says which end).

        Behind a damaged member the library answers "damaged" for all that follow: a header that was read has a name.
        """
        self._header = self._library.ffi.new("struct RARHeaderDataEx *")
        if self.handle:
            self.code = int(self._library.RARReadHeaderEx(self.handle, self._header))
        return self._header if self.code == SUCCESS or self.name() else None

    def process(self, operation: int) -> int:
        """Skips or unpacks the member whose header was read; the library's code."""
        null = self._library.ffi.NULL
        return int(self._library.RARProcessFileW(self.handle, operation, null, null))

    def name(self) -> str:
        """The member's path."""
        try:
            return str(self._library.ffi.string(self._header.FileNameW))
        except ValueError:  # not a character
            return ""

    def _called(self, message: int, first: int, second: int) -> int:
        ffi = self._library.ffi
        if message == PROCESS_DATA:
            return GO_ON if self.sink is None or self.sink(ffi.buffer(ffi.cast("char *", first), second)[:]) else STOP
        if message == NEED_PASSWORD_WIDE and self._password:
            characters = ffi.new("wchar_t[]", self._password[: second - 1])
            ffi.memmove(ffi.cast("wchar_t *", first), characters, ffi.sizeof(characters))
            return GO_ON
        if message == CHANGE_VOLUME_WIDE and second == ASK:
            return self._other_folder(ffi.cast("wchar_t *", first))
        return GO_ON if message in (CHANGE_VOLUME, CHANGE_VOLUME_WIDE) and second != ASK else STOP

    def _other_folder(self, place: Any) -> int:
        """Names a volume that was given but stands in another folder than the first."""
        wanted = Path(self._library.ffi.string(place, VOLUME_NAME_CHARACTERS)).name.lower()
        for path in self._volumes:
            if path.name.lower() == wanted and path.is_file():
                characters = self._library.ffi.new("wchar_t[]", str(path)[: VOLUME_NAME_CHARACTERS - 1])
                self._library.ffi.memmove(place, characters, self._library.ffi.sizeof(characters))
                return GO_ON
        return STOP


@dataclass
class RarReader:
    """One RAR archive while it is read."""

    blob: Blob
    box: Unpacking
    library: ModuleType
    volumes: tuple[Path, ...]
    _refused: UnreadableSource | None = field(default=None, init=False)
    _cut: bool = field(default=False, init=False)
    _crc: int = field(default=0, init=False)

    def members(self) -> Iterator[Member]:
        password = self._password()
        found = links = position = 0
        with self._session(EXTRACT, password) as session:
            while (header := session.header()) is not None:
                position += 1
                name, empty = session.name(), not header.UnpSize and not header.UnpSizeHigh
                if header.Flags & DIRECTORY or header.RedirType or is_clutter(name) or empty:
                    links += bool(header.RedirType)
                    yield from self._skip(session, name, position)
                else:
                    found += 1
                    yield from self._one(session, header, name, position)
                if self.box.tally.passed:
                    return
            yield from self._told(session.code, links)
            if not found and not links and session.code == END:
                yield nothing_inside(self.blob)

    def _told(self, code: int, links: int) -> Iterator[Member]:
        """What is said after the members."""
        if links:
            yield not_followed(self.blob, links)
        if code == CANNOT_OPEN:
            yield self.blob.unreadable(
                "archive RAR en plusieurs parties, dont une manque ; mettez-les toutes dans le même dossier.",
                "RAR archive in several parts, one of which is missing; put them all in the same folder.",
            )
        elif code != END or self._cut:
            yield rest_missing(self.blob)

    def _one(self, session: Session, header: Any, name: str, position: int) -> Iterator[Member]:
        """The member, put down while it is read."""
        size = header.UnpSize + (header.UnpSizeHigh << 32)
        blob = member_blob(self.blob, name, position, "rar", io.BytesIO)
        spool = Spool(blob, self.box.limits, self.box.connection)
        try:
            code = self._unpack(session, blob, spool)
            blob.opener = spool.open
            if self._refused:
                yield self._refused
            elif code == LARGE_DICTIONARY:
                yield _large(blob)
            elif not spool.size:
                yield damaged(blob, "rar")
            else:
                if spool.size < size or header.Flags & SPLIT_BEFORE:  # the latter where the first volume is missing
                    self._cut = True
                    note(blob.truncated, "cut")
                elif code != SUCCESS and not self._sound(header):
                    note(blob.truncated, "checksum")
                yield blob
        finally:
            spool.close()

    def _unpack(self, session: Session, blob: Blob, spool: Spool | None) -> int:
        """Unpacks the member into the spool, or passes over it; what the library says of it."""
        meter, taken = Meter(blob, self.box), 0
        self._crc = 0

        def sink(data: bytes) -> bool:
            nonlocal taken
            taken += len(data)
            self._crc = zlib.crc32(data, self._crc)
            try:
                meter.reach(taken)
                if spool is not None:
                    spool.write(data)
            except UnreadableSource as error:  # it cannot pass through the library
                self._refused = error
                return False
            return True

        session.sink, self._refused = sink, None
        return session.process(SKIP if spool is None else TEST)

    def _sound(self, header: Any) -> bool:
        """Whether the content has the checksum that its header tells, where that is a plain one."""
        return bool(header.HashType == PLAIN_CRC and header.FileCRC == self._crc)

    def _skip(self, session: Session, name: str, position: int) -> Iterator[Member]:
        """Passes over a member; in a solid archive it is unpacked all the same, and counted."""
        self._unpack(session, member_blob(self.blob, name, position, "rar", io.BytesIO), None)
        if self._refused:
            yield self._refused

    def _password(self) -> str | None:
        """The archive's password, None where it has none; UnreadableSource where there are too many members."""
        with self._session(LIST, None) as session:
            if session.code in (MISSING_PASSWORD, BAD_PASSWORD):
                return self.box.unlock(self.blob, self._opens)
            if session.handle is None or not session.handle:
                raise damaged(self.blob, "rar")
            count, encrypted = 0, False
            while (header := session.header()) is not None:
                count += 1
                encrypted = encrypted or bool(header.Flags & ENCRYPTED)
                if count > self.box.limits.archive_members:
                    raise too_many_members(self.blob, self.box.limits)
                session.process(SKIP)
            locked = encrypted or session.code in (MISSING_PASSWORD, BAD_PASSWORD)
        return self.box.unlock(self.blob, self._opens) if locked else None

    def _opens(self, password: str) -> bool:
        """Whether the first encrypted member unpacks, as far as it is tried."""
        with self._session(EXTRACT, password) as session:
            while (header := session.header()) is not None:
                if header.Flags & ENCRYPTED and not header.Flags & DIRECTORY:
                    return self._probe(session, header)
                if session.process(SKIP) != SUCCESS:
                    return False
            return session.code == END

    def _probe(self, session: Session, header: Any) -> bool:
        taken = self._crc = 0

        def sink(data: bytes) -> bool:
            nonlocal taken
            taken += len(data)
            self._crc = zlib.crc32(data, self._crc)
            return taken < PROBE_BYTES

        session.sink = sink
        return session.process(TEST) == SUCCESS or taken >= PROBE_BYTES or (taken > 0 and self._sound(header))

    @contextmanager
    def _session(self, mode: int, password: str | None) -> Iterator[Session]:
        session = Session(self.library, self.volumes, mode, password)
        try:
            yield session
        finally:
            session.close()


def _large(blob: Blob) -> UnreadableSource:
    return blob.unreadable(
        "archive RAR dont le dictionnaire passe 4 Go ; recompressez-la avec un dictionnaire plus petit.",
        "RAR archive whose dictionary passes 4 GB; compress it again with a smaller dictionary.",
    )
