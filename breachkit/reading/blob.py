"""Bytes that can be read from their beginning any number of times: a file of the extract, or a member of an archive."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, BinaryIO

from breachkit.errors import UnreadableSource

CHUNK_BYTES = 1 << 22
HEAD_BYTES = 1 << 16


@dataclass
class SourceFile:
    """A file as it was given, in one part or several that follow each other; `name` is the name it is told by."""

    name: str
    parts: tuple[Path, ...]

    def open(self) -> BinaryIO:
        """The bytes of all parts, one after the other."""
        if len(self.parts) == 1:
            return self.parts[0].open("rb")
        return io.BufferedReader(Joined(self.parts), CHUNK_BYTES)

    @cached_property
    def size(self) -> int:
        """Bytes on disk."""
        return sum(part.stat().st_size for part in self.parts)

    def was_digested(self, sha256: str) -> None:
        """Takes note of the digest that a reader of all its bytes has computed."""
        self.__dict__["sha256"] = sha256

    @cached_property
    def sha256(self) -> str:
        """The digest of the bytes on disk."""
        digest = hashlib.sha256()
        for chunk in chunks(self.open):
            digest.update(chunk)
        return digest.hexdigest()


class Joined(io.RawIOBase):
    """Several files read, and sought in, as one."""

    def __init__(self, parts: tuple[Path, ...]) -> None:
        self._files: list[Any] = [part.open("rb") for part in parts]
        self._starts = [0]
        for part in parts:
            self._starts.append(self._starts[-1] + part.stat().st_size)
        self._at = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._starts[-1]}[whence]
        self._at = max(0, base + offset)
        return self._at

    def tell(self) -> int:
        return self._at

    def readinto(self, buffer: Any) -> int:
        view = memoryview(buffer).cast("B")
        for number, handle in enumerate(self._files):
            if self._at < self._starts[number + 1]:
                handle.seek(self._at - self._starts[number])
                read = handle.readinto(view)
                self._at += read
                return int(read)
        return 0

    def close(self) -> None:
        for handle in self._files:
            handle.close()
        super().close()


@dataclass
class Blob:
    """The bytes of one file or one member of an archive.

    `opener` gives a fresh stream from the first byte. `name` names the table that comes of it; `member` is the path
    within the archive as it may be told; `path` is set where the bytes are a file on disk as they are.
    """

    source: SourceFile
    opener: Callable[[], BinaryIO]
    name: str
    member: str | None = None
    compression: str | None = None
    path: Path | None = None
    truncated: list[str] = field(default_factory=list)  # a decompressor adds here why its stream ended too early

    @classmethod
    def of_file(cls, source: SourceFile) -> Blob:
        """The blob of a file as it is."""
        return cls(source, source.open, source.name, path=source.parts[0] if len(source.parts) == 1 else None)

    @property
    def label(self) -> str:
        """How a message names it."""
        return f"{self.source.name} : {self.member}" if self.member else self.source.name

    @cached_property
    def head(self) -> bytes:
        """The first bytes, enough for any signature."""
        with self.opener() as stream:
            return stream.read(HEAD_BYTES)

    def unreadable(self, fr: str, en: str) -> UnreadableSource:
        """The error that says why this blob cannot be read, in two clauses without any value of it."""
        return UnreadableSource(f"{self.label} : {fr}", f"{self.label.replace(' : ', ': ')}: {en}")


def chunks(opener: Callable[[], BinaryIO], size: int = CHUNK_BYTES) -> Iterator[bytes]:
    """The bytes of a stream in pieces."""
    with opener() as stream:
        while chunk := stream.read(size):
            yield chunk
