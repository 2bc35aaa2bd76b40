"""The bytes of a dump as they are read: a window that moves forward, and grows where something does not end in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeVar

from breachkit.reading.sql.lines import RECORD, LineBook

BLOCK_BYTES = 1 << 22
TRAIL_BYTES = 4096

Found = TypeVar("Found")
Scan = Callable[[bytes, int, bool], Found]  # (buffer, position, whether the buffer ends with the file) → what is found


class NeedMoreError(Exception):
    """A scan reached the end of the window before the end of what it reads."""


class Feed:
    """A window on the dump: UTF-8, lines ended by LF. `pos` is where reading stands."""

    def __init__(self, blocks: Iterator[bytes], book: LineBook, progress: Callable[[int], None], longest: int) -> None:
        self._blocks, self._progress, self._longest = blocks, progress, longest
        self.book = book
        self.buffer = b""
        self.pos = 0
        self.ended = False  # the window reaches the end of the file
        self.trail: bytearray | None = None  # what was gone past since the last good record; None where there is none

    @property
    def left(self) -> int:
        """Bytes of the window that are still to read."""
        return len(self.buffer) - self.pos

    def more(self) -> None:
        """Makes the window at least twice as large; what is behind `pos` is let go."""
        wanted = max(BLOCK_BYTES, 2 * self.left)
        pieces, size = [self.buffer[self.pos :]], self.left
        while size < wanted:
            block = next(self._blocks, None)
            if block is None:
                self.ended = True
                break
            self._progress(len(block))
            pieces.append(block)
            size += len(block)
        self.buffer, self.pos = b"".join(pieces), 0

    def ensure(self, size: int) -> None:
        """At least so many bytes in the window, where the file has them."""
        while self.left < size and not self.ended:
            self.more()

    def need(self, scan: Scan[Found], offset: int = 0) -> Found:
        """What a scan finds from `offset` bytes ahead; the window grows until the scan comes to an end.

        A scan says NeedMoreError only while the window does not reach the end of the file. One of more than `longest`
        bytes is taken for that, so that memory stays bounded.
        """
        while True:
            try:
                return scan(self.buffer, self.pos + offset, self.ended or self.left > self._longest)
            except NeedMoreError:
                self.more()

    def take(self, length: int, rank: int) -> bytes:
        """Goes past so many bytes, which hold one kind of thing."""
        text = self.buffer[self.pos : self.pos + length]
        self.book.take(text, rank)
        self.pos += len(text)
        if rank == RECORD or (self.trail is not None and len(self.trail) + len(text) > TRAIL_BYTES):
            self.trail = None
        elif self.trail is not None:
            self.trail += text
        return text
