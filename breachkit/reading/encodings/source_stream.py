"""The bytes of a text as its lines: marks of order, holes and the padding of old systems gone, line ends all LF.

What is taken away here is no content and counts as no repair: a byte order mark (again where files were put one
behind the other), the Ctrl-Z that ends a DOS file, NUL bytes that fill up the end of a file or a hole in it, the form
feed before a page. CR, CRLF and CRCRLF (a file made for Windows twice) are one line end each.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import numpy as np

BOM = codecs.BOM_UTF8
MOJIBAKE_BOM = "ï»¿".encode()  # a mark of order that was read in cp1252 and written again
CR_RUN = re.compile(rb"(?<!\r)\r{2,}+\n")
PADDING = b"\x00\x1a"
# The end of a chunk that only the next one explains: padding, half of a line end, half of a mark of order.
HELD = b"\x00\x1a\r\n\xef\xbb"
HELD_LAST = frozenset(HELD[at : at + 1] for at in range(len(HELD)))
HELD_BYTES = 1 << 16
HOLE = re.compile(rb"\x00{1024,}+")  # one NUL is kept of it
FORM_FEED = b"\x0c"


@dataclass
class LineStream:
    """Cuts chunks of bytes into blocks of whole lines; only the last block may lack its LF.

    A line longer than `longest` bytes comes in several blocks, none of which cuts a character of UTF-8. After the
    last block: `altered` (something was taken away, line ends apart), `longest_line` (bytes; exact for lines longer
    than a chunk, else at least as long as none), `carriage_returns`.
    """

    longest: int
    altered: bool = False
    carriage_returns: int = 0
    longest_line: int = 0
    _held: bytes = b""
    _started: bool = False
    _open: list[bytes] = field(default_factory=list)  # the line that is not yet ended
    _open_bytes: int = 0
    _line_bytes: int = 0  # of the open line, what was already given of it included

    def blocks(self, chunks: Iterable[bytes]) -> Iterator[bytes]:
        """The blocks of all chunks."""
        for chunk in chunks:
            yield from self._lines(self._settled(chunk))
        yield from self._lines(self._end())
        if self._open:
            at_line_start = self._line_bytes == self._open_bytes
            yield self._without_pages(b"".join(self._open), at_line_start=at_line_start)
        self.longest_line = max(self.longest_line, self._line_bytes)

    def _settled(self, chunk: bytes) -> bytes:
        """A chunk with what was held back before it, less what the next one must decide."""
        if self._held:
            chunk = self._held + chunk
        if not self._started:
            if len(chunk) < len(MOJIBAKE_BOM) and (BOM.startswith(chunk[:3]) or MOJIBAKE_BOM.startswith(chunk)):
                self._held = chunk
                return b""
            self._started = True
            chunk = self._without_first_mark(chunk)
        kept = chunk.rstrip(HELD) if chunk[-1:] in HELD_LAST else chunk
        self._held = chunk[len(kept) :]
        if len(self._held) > HELD_BYTES:
            held = HOLE.sub(b"\x00", self._held)
            self.altered = self.altered or len(held) != len(self._held)
            keep = -1 if len(held) > HELD_BYTES else 0
            kept, self._held = kept + held[:keep], held[keep:]
        return self._plain(kept)

    def _without_first_mark(self, chunk: bytes) -> bytes:
        while chunk.startswith(BOM):
            chunk = chunk[len(BOM) :]
        if chunk.startswith(MOJIBAKE_BOM):
            self.altered, chunk = True, chunk[len(MOJIBAKE_BOM) :]
        return chunk

    def _end(self) -> bytes:
        """What was held back at the end of the file, less its padding."""
        rest, self._held = self._held, b""
        kept = rest.translate(None, PADDING)
        self.altered = self.altered or len(kept) != len(rest)
        return self._plain(kept)

    def _plain(self, part: bytes) -> bytes:
        """Whole line ends made LF, marks of order within taken away."""
        if b"\r" in part:
            self.carriage_returns += part.count(b"\r")
            part = _line_feeds(part)
        if b"\xef" in part and BOM in part:
            self.altered, part = True, part.replace(BOM, b"")
        return part

    def _lines(self, part: bytes) -> Iterator[bytes]:
        """The whole lines of a part that begins where the last one ended."""
        end = part.rfind(b"\n") + 1
        if end:
            first = part.find(b"\n") + 1
            self.longest_line = max(self.longest_line, self._line_bytes + first)
            block = b"".join([*self._open, part[:end]]) if self._open else part[:end]
            at_line_start = self._line_bytes == self._open_bytes
            self._open, self._open_bytes, self._line_bytes = [], 0, 0
            yield self._without_pages(block, at_line_start=at_line_start)
        rest = part[end:] if end else part
        if rest:
            self._open.append(rest)
            self._open_bytes += len(rest)
            self._line_bytes += len(rest)
        if self._open_bytes > self.longest:
            block = b"".join(self._open)
            cut = _safe_cut(block)
            at_line_start = self._line_bytes == self._open_bytes
            self._open, self._open_bytes = ([block[cut:]], len(block) - cut) if cut < len(block) else ([], 0)
            yield self._without_pages(block[:cut], at_line_start=at_line_start)

    def _without_pages(self, block: bytes, *, at_line_start: bool) -> bytes:
        if FORM_FEED in block:
            before = len(block)
            block = block.replace(b"\n" + FORM_FEED, b"\n")
            block = block.removeprefix(FORM_FEED) if at_line_start else block
            self.altered = self.altered or len(block) != before
        return block


def _line_feeds(part: bytes) -> bytes:
    """CRLF, CRCRLF and CR as LF. A part that is CRLF throughout costs one look and one copy."""
    data = np.frombuffer(part, dtype=np.uint8)
    places = np.flatnonzero(data[:-1] == 0x0D)
    if part[-1:] != b"\r" and bool((data[places + 1] == 0x0A).all()):
        return part.translate(None, b"\r")
    if b"\r\r\n" in part:
        part = CR_RUN.sub(b"\n", part)
    return part.replace(b"\r\n", b"\n").replace(b"\r", b"\n")


def _safe_cut(block: bytes) -> int:
    """Where a block may be cut near its end without cutting a character of UTF-8."""
    for back in range(1, 5):
        lead = block[-back]
        if lead < 0x80:
            return len(block)
        if lead >= 0xC0:
            length = 2 if lead < 0xE0 else 3 if lead < 0xF0 else 4
            return len(block) if length <= back else len(block) - back
    return len(block)
