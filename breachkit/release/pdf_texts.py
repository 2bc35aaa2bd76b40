"""Everything that can be read in a PDF: pages, titles, alternative texts, metadata, notes, bookmarks, attachments."""

from __future__ import annotations

import io
import re
import zlib
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import PurePosixPath

from breachkit.release.passages import BARRIER, Passage

Read = Callable[[str, bytes], Iterator[Passage]]

STREAM = re.compile(rb"stream\r?\n")
LITERAL = re.compile(rb"\(((?:[^()\\]|\\.|\((?:[^()\\]|\\.)*\))*)\)", re.DOTALL)
HEXADECIMAL = re.compile(rb"<([0-9A-Fa-f\s]{4,})>")
NAME = re.compile(rb"/([A-Za-z0-9#_.+-]{5,})")
NUMBERED = re.compile(rb"#([0-9A-Fa-f]{2})")
ESCAPE = re.compile(rb"\\([0-7]{1,3}|\r?\n|.)", re.DOTALL)
ESCAPED = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}
FILTER = re.compile(rb"/Filter\s*(?:\[\s*)?/(\w+)")
# Letters smaller than this, or scaled so much, are read by pypdf too; the templates have 7 points. Our choice.
SMALLEST_SIZE, SMALLEST_SCALE = 1, 0.1
PLACED = re.compile(rb"\b(Tf|cm|Tm)\b")  # the operators that give letters their size, and what is drawn its place
MATRIX = b"/Matrix"  # of a form drawn inside a page
OTHERWISE = re.compile(rb"/ActualText|\bTz\b")
# Streams of pixels, letter forms and colours; their dictionaries are read all the same.
NO_TEXT = re.compile(rb"/Subtype\s*/(?:Image|Type1C|CIDFontType0C|OpenType)|/Length1\b|/N\s+[134]\b|/Type\s*/XRef")


def pdf_passages(content: bytes, read: Read) -> Iterator[Passage]:
    """The passages of a PDF, attachments read by `read`; ValueError where it is encrypted or oddly packed."""
    from pypdf import PdfReader
    from pypdf.errors import PyPdfError

    try:
        reader = PdfReader(io.BytesIO(content))
        if reader.is_encrypted:
            raise ValueError("encrypted PDF")
        pages = _pages(content)
        streams = [(one, _unpacked(one, body)) for one, body in _streams(content) if not NO_TEXT.search(one)]
        yield Passage("\n".join(pages), whole_words=False)
        if len(pages) != len(reader.pages) or not _plainly_drawn(content, streams):
            yield Passage("\n".join(page.extract_text() for page in reader.pages), whole_words=False)
        attached = [(name, one) for name, several in reader.attachments.items() for one in several]
    except PyPdfError:
        raise ValueError("unreadable PDF") from None
    packed = {one for _, one in attached}
    strings: set[str] = set()
    for _dictionary, unpacked in streams:
        if unpacked in packed:
            continue
        if unpacked.lstrip(b"\xef\xbb\xbf \r\n")[:1] in (b"<", b"{", b"["):
            yield Passage(unpacked.decode("utf-8", "replace"), shown=False)
        strings |= _strings(unpacked)
    strings |= _strings(_without_streams(content))
    yield Passage(BARRIER.join(sorted(strings)), shown=False)
    for name, one in attached:
        yield Passage(name, shown=False)
        yield from read(name if PurePosixPath(name).suffix else f"{name}.txt", one)


def _pages(content: bytes) -> list[str]:
    """What each page shows, as PDFium reads it; a hyphen at the end of a line stays one."""
    import pypdfium2

    texts = []
    try:
        with closing(pypdfium2.PdfDocument(content)) as document:
            for page in document:
                with closing(page), closing(page.get_textpage()) as shown:
                    texts.append(shown.get_text_range())
    except pypdfium2.PdfiumError:
        raise ValueError("unreadable PDF") from None
    return [one.replace("\r\n", "\n").replace("\ufffe", "-") for one in texts]


def _plainly_drawn(content: bytes, streams: list[tuple[bytes, bytes]]) -> bool:
    """Whether the text is drawn as a reader sees it: PDFium, six times faster, does not tell what is drawn too small.

    Nor the letters of which another text is told (ActualText): pypdf reads these too.
    """
    if any(MATRIX in one for one in (content, *(dictionary for dictionary, _ in streams))):
        return False
    return all(not OTHERWISE.search(drawn) and all(map(_readable, PLACED.finditer(drawn))) for _, drawn in streams)


def _readable(placed: re.Match[bytes]) -> bool:
    """Whether letters are large enough after this operator, by the numbers before it."""
    before = placed.string[max(0, placed.start() - 200) : placed.start()].split()[-6:]
    if placed[1] == b"Tf":
        return len(before) > 0 and abs(_size(before[-1])) >= SMALLEST_SIZE
    return len(before) == 6 and max(abs(_size(one)) for one in before[:4]) >= SMALLEST_SCALE


def _size(written: bytes) -> float:
    """A number of a PDF; what is no number is no size either."""
    try:
        return float(written)
    except ValueError:
        return 0.0


def _streams(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Each stream with the dictionary before it."""
    for found in STREAM.finditer(content):
        end = content.find(b"endstream", found.end())
        opened = content.rfind(b" obj", 0, found.start())
        if end > 0 and content[found.start() - 3 : found.start()] != b"end":
            yield content[opened : found.start()], content[found.end() : end]


def _without_streams(content: bytes) -> bytes:
    return re.sub(rb"stream\r?\n.*?endstream", b"", content, flags=re.DOTALL)


def _unpacked(dictionary: bytes, body: bytes) -> bytes:
    used = FILTER.search(dictionary)
    if used is None:
        return body
    if used[1] != b"FlateDecode":
        raise ValueError("a stream of a PDF is packed in an unknown way")
    try:
        return zlib.decompressobj().decompress(body)
    except zlib.error:
        raise ValueError("unreadable stream in a PDF") from None


def _strings(content: bytes) -> set[str]:
    """The strings and names of PDF syntax; those of glyph numbers come out as nonsense, which no value equals."""
    found = {_decoded(ESCAPE.sub(_unescaped, one)) for one in LITERAL.findall(content)}
    for digits in HEXADECIMAL.findall(content):
        plain = re.sub(rb"\s", b"", digits)
        found.add(_decoded(bytes.fromhex((plain + b"0" * (len(plain) % 2)).decode("ascii"))))
    names = {NUMBERED.sub(lambda one: bytes([int(one[1], 16)]), name) for name in NAME.findall(content)}
    return found | {name.decode("utf-8", "replace") for name in names}


def _unescaped(found: re.Match[bytes]) -> bytes:
    escaped = found[1]
    if escaped[:1] in b"01234567":
        return bytes([int(escaped, 8) & 0xFF])
    return b"" if escaped[-1:] == b"\n" else ESCAPED.get(escaped, escaped)


def _decoded(string: bytes) -> str:
    if string.startswith((b"\xfe\xff", b"\xff\xfe")):
        return string.decode("utf-16", "replace")
    try:
        return string.decode("utf-8-sig")
    except UnicodeDecodeError:
        return string.decode("latin-1")
