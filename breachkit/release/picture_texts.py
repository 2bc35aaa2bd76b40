"""The texts that a PNG carries beside its pixels, which are drawn from the same figures as the tables searched."""

from __future__ import annotations

import zlib
from collections.abc import Iterator

from breachkit.release.passages import Passage

SIGNATURE = b"\x89PNG\r\n\x1a\n"
# Chunks that hold pixels, colours and sizes only (PNG, third edition); any other is read as text.
PIXELS = {
    *(b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"cHRM", b"gAMA", b"sBIT", b"sRGB", b"bKGD", b"hIST", b"pHYs"),
    *(b"cICP", b"acTL", b"fcTL", b"fdAT", b"tIME"),
}  # fmt: skip


def png_passages(content: bytes) -> Iterator[Passage]:
    """What stands in the chunks of a PNG that are no pixels, and after its end; ValueError where it is no PNG."""
    if not content.startswith(SIGNATURE):
        raise ValueError("no PNG")
    at = len(SIGNATURE)
    while at + 12 <= len(content):
        size, kind = int.from_bytes(content[at : at + 4], "big"), content[at + 4 : at + 8]
        body = content[at + 8 : at + 8 + size]
        at += 12 + size
        if kind not in PIXELS:
            yield from _texts(kind, body)
        if kind == b"IEND":
            break
    if rest := content[at:]:
        yield from _both(rest)


def _texts(kind: bytes, body: bytes) -> Iterator[Passage]:
    yield from _both(body)
    _word, _, rest = body.partition(b"\0")
    try:
        if kind in (b"zTXt", b"iCCP"):
            yield from _both(zlib.decompress(rest[1:]))
        elif kind == b"iTXt" and rest[:1] == b"\x01":
            yield from _both(zlib.decompress(rest[2:].split(b"\0", 2)[2]))
    except (zlib.error, IndexError):
        raise ValueError("unreadable text in a PNG") from None


def _both(body: bytes) -> Iterator[Passage]:
    """A text as UTF-8 and, where it is not, byte by byte; UTF-16 of a camera's comment too."""
    yield Passage(body.decode("utf-8", "replace").replace("\0", "\n"), shown=False)
    if b"\0" in body:
        yield Passage(body.replace(b"\0", b"").decode("latin-1"), shown=False)
    elif not body.isascii():
        yield Passage(body.decode("latin-1"), shown=False)
