"""Bytes that a reader must jump about in: the file itself, memory for a small member, else the case's own folder.

A member too large for memory goes to a file without a name in the folder where the workspace spills: it is gone when
it is closed, or when the process dies, and its bytes are encrypted under a key that only this process knows, as the
workspace's own are.
"""

from __future__ import annotations

import io
import secrets
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO, Any, BinaryIO

from breachkit.limits import Limits
from breachkit.reading.archives.unpacking import past_unpacked_bytes
from breachkit.reading.blob import CHUNK_BYTES, Blob, chunks
from breachkit.workspace import row

CIPHER_BLOCK = 16
READ_BYTES = 1 << 17  # decrypted at a time: twice as fast as four megabytes, which leave the processor's cache


def spool_folder(connection: Any) -> Path:
    """The folder where the workspace spills, made if it is missing."""
    (place,) = row(connection, "SELECT current_setting('temp_directory')")
    folder = Path(place)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


class Spool:
    """Bytes put down once and read any number of times: in memory up to `memory_bytes`, then in an unnamed file."""

    def __init__(self, blob: Blob, limits: Limits, connection: Any) -> None:
        self._blob, self._limit, self._connection = blob, limits.memory_bytes, connection
        self._memory = io.BytesIO()
        self._file: IO[bytes] | None = None
        self._key = secrets.token_bytes(32)
        self.size = 0

    def write(self, data: bytes) -> None:
        """Adds bytes at the end; UnreadableSource where the disk is full."""
        self.size += len(data)
        if self._file is None and self.size <= self._limit:
            self._memory.write(data)
            return
        with _room(self._blob):
            self._to_file(data)

    def _to_file(self, data: bytes) -> None:
        if self._file is None:
            folder = spool_folder(self._connection)
            self._file = tempfile.TemporaryFile(dir=folder, buffering=0)  # noqa: SIM115 - closed by close()
            self._encrypt = _cipher(self._key, 0)
            self._memory.seek(0)
            while piece := self._memory.read(CHUNK_BYTES):
                self._put(self._file, piece)
            self._memory = io.BytesIO()
        self._put(self._file, data)

    def _put(self, file: IO[bytes], data: bytes) -> None:
        rest = memoryview(self._encrypt.encrypt(data))
        while rest:
            rest = rest[file.write(rest) :]

    def open(self) -> BinaryIO:
        """All the bytes, from the first, as a stream that can be sought in."""
        if self._file is None:
            return io.BytesIO(self._memory.getvalue())
        return io.BufferedReader(_Decrypted(self._file, self._key, self.size), 1 << 18)

    def close(self) -> None:
        """Forgets the bytes."""
        self._memory = io.BytesIO()
        self.size = 0
        if self._file is not None:
            self._file.close()


@contextmanager
def _room(blob: Blob) -> Iterator[None]:
    try:
        yield
    except OSError:
        raise blob.unreadable(
            "plus assez de place dans le dossier de cas pour le décompresser ; libérez-en ou choisissez-en un autre.",
            "not enough room in the case folder to unpack it; free some or choose another.",
        ) from None


def _cipher(key: bytes, block: int) -> Any:
    from Cryptodome.Cipher import AES

    # The key is new for each spool and each byte of it is written once: the counter alone never repeats.
    return AES.new(key, AES.MODE_CTR, nonce=b"", initial_value=block)


class _Decrypted(io.RawIOBase):
    """A view of a spooled file with a position of its own."""

    def __init__(self, file: IO[bytes], key: bytes, size: int) -> None:
        self._file, self._key, self._size = file, key, size
        self._at = 0
        self._cipher: Any = None  # stands at `_at`, unless it was sought elsewhere

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        to = max(0, base + offset)
        if to != self._at:
            self._at, self._cipher = to, None
        return self._at

    def tell(self) -> int:
        return self._at

    def readinto(self, buffer: object) -> int:
        view = memoryview(buffer).cast("B")[:READ_BYTES]  # type: ignore[arg-type]
        if self._cipher is None:
            self._cipher = _cipher(self._key, self._at // CIPHER_BLOCK)
            self._cipher.decrypt(bytes(self._at % CIPHER_BLOCK))
        self._file.seek(self._at)
        data = self._file.read(len(view))
        if data:
            self._cipher.decrypt(data, output=view[: len(data)])
        self._at += len(data)
        return len(data)


def spooled(blob: Blob, pieces: Iterable[bytes], limits: Limits, connection: Any) -> Spool:
    """All pieces in a spool of their own, closed where one of them cannot be had; a message names the blob."""
    spool = Spool(blob, limits, connection)
    with ExitStack() as undo:
        undo.callback(spool.close)
        for piece in pieces:
            spool.write(piece)
        undo.pop_all()
    return spool


@contextmanager
def held(blob: Blob, limits: Limits, connection: Any) -> Iterator[Blob]:
    """The blob with an opener whose streams can be sought in: its own where they can, else over a spool of it.

    UnreadableSource where it passes `unpacked_bytes`.
    """
    with blob.opener() as stream:
        sought = stream.seekable()
    if sought:
        yield blob
        return
    spool = spooled(blob, _within(blob, limits), limits, connection)
    try:
        yield Blob(blob.source, spool.open, blob.name, blob.member, blob.compression, truncated=blob.truncated)
    finally:
        spool.close()


@contextmanager
def seekable(blob: Blob, limits: Limits, connection: Any) -> Iterator[BinaryIO]:
    """A stream of the blob's bytes that can be sought in. UnreadableSource where it passes `unpacked_bytes`."""
    with held(blob, limits, connection) as within, within.opener() as stream:
        yield stream


@contextmanager
def named(blob: Blob, limits: Limits, connection: Any) -> Iterator[Path]:
    """A file on disk with the blob's bytes, for a library that takes nothing else: the file itself where it is one.

    Else a file with a name of ours, in the clear, in the folder where the workspace spills; it is removed at the end.
    """
    if blob.path is not None:
        yield blob.path
        return
    with tempfile.NamedTemporaryFile(dir=spool_folder(connection), prefix="spool-", delete=False) as file:
        place = Path(file.name)
    try:
        with place.open("wb") as written:
            for piece in _within(blob, limits):
                with _room(blob):
                    written.write(piece)
        yield place
    finally:
        place.unlink(missing_ok=True)


def _within(blob: Blob, limits: Limits) -> Iterator[bytes]:
    size = 0
    for piece in chunks(blob.opener, CHUNK_BYTES):
        size += len(piece)
        if size > limits.unpacked_bytes:
            raise past_unpacked_bytes(blob, limits)
        yield piece
