"""From bytes to text: one pass for what a file is, then its text as a stream in blocks.

`examine` reads all bytes once and tells the digest, the encoding and what a reader needs to choose its way;
`text_blocks` and `utf8_blocks` give the text. Marks that may stand in it are those of
`reading.encodings.line_encodings`.
"""

from __future__ import annotations

import codecs
import hashlib
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cache

import numpy as np

from breachkit.errors import UnreadableSource
from breachkit.limits import Limits
from breachkit.reading.blob import CHUNK_BYTES, Blob, chunks
from breachkit.reading.encodings.encoding_choice import Votes, is_iso_2022, too_many_controls, wide_encoding
from breachkit.reading.encodings.french_bytes import EIGHT_BIT
from breachkit.reading.encodings.line_encodings import (
    DAMAGE_MARK,
    ERRORS,
    MIXED_MARK,
    UTF8,
    decode_lines,
    mark_damage,
)
from breachkit.reading.encodings.source_stream import LineStream

__all__ = [
    "DAMAGE_MARK",
    "EIGHT_BIT",
    "MIXED_MARK",
    "SourceBytes",
    "examine",
    "head_text",
    "text_blocks",
    "utf8_blocks",
]

WIDE = frozenset({"utf-16", "utf-16-le", "utf-16-be", "utf-32"})
LONGEST_PIECE = 1 << 24  # bytes of one line that are held together before utf8_blocks gives a part of it
LONGEST_LINE = 4 * Limits().cell_characters  # bytes
# First two bytes of UTF-8 of characters that come of reading UTF-8 in an 8-bit encoding, or cp850 in cp1252, and that
# French text holds little of: √ ∆, ├ ┬ ┼ ╔, ˆ ƒ Š Ž, Γ, control characters of ISO 8859.
MOJIBAKE_PAIRS = (
    *(0xE288, 0xE294, 0xE295, 0xCB86, 0xC692, 0xC5A0, 0xC5BD, 0xCE93),
    *range(0xC280, 0xC2A0),
)
# Ã Â Å â Ô are letters of names, but not before a sign or another letter above ASCII: Ã©, â€, ÔÇ.
PAIRS_BEFORE = (0xC383, 0xC382, 0xC385, 0xC3A2, 0xC394)
A_TILDE = 0xC383  # may have been à, whose second byte became a space
LOW_QUOTE = 0xE280, 0x9A  # ‚


@dataclass(frozen=True)
class SourceBytes:
    """What one pass over the bytes of a text found.

    Counts are those of the text that `text_blocks` gives: `newlines` line ends (LF, CR, CRLF and CRCRLF are one each),
    `physical_lines` with the last line where it lacks its end. `eight_bit` is the encoding of lines that are not
    UTF-8. `clean_utf8`: every byte is valid UTF-8 and nothing but a byte order mark and CRs was taken away, so that
    another reader of the file itself sees the same text. `maybe_mojibake` is False only where no cell can need
    `reading.encodings.mojibake`. `longest_line` is in bytes: exact above 4 MB, else no shorter than none.
    """

    sha256: str
    size: int
    encoding: str
    eight_bit: str = "cp1252"
    newlines: int = 0
    ends_with_newline: bool = False
    carriage_returns: int = 0
    quotes: int = 0
    nuls: int = 0
    controls: int = 0  # DEL, and C0 but tab, LF, CR and NUL
    is_ascii: bool = False
    clean_utf8: bool = False
    maybe_mojibake: bool = True
    longest_line: int = 0

    @property
    def physical_lines(self) -> int:
        """Lines of the text, the last one with or without its end."""
        return self.newlines + (not self.ends_with_newline and self.size > 0)


SEPARATORS = (b"\x01", b"\x1c", b"\x1d", b"\x1e", b"\x1f")  # Hive's delimiter, and ASCII's own separators


@dataclass
class _Tally:
    """What is counted block after block."""

    newlines: int = 0
    quotes: int = 0
    nuls: int = 0
    controls: int = 0
    separators: int = 0  # of those, the ones that may delimit cells or records
    last: bytes = b""
    is_ascii: bool = True
    marked: bool = False  # the source holds our noncharacters
    mojibake: bool = False
    votes: Votes = field(default_factory=Votes)

    def add(self, block: bytes) -> None:
        """Counts a block of lines."""
        data = np.frombuffer(block, dtype=np.uint8)
        newlines = int(np.count_nonzero(data == 0x0A))
        self.newlines += newlines
        self.quotes += int(np.count_nonzero(data == 0x22))
        self.last = block[-1:] or self.last
        low = int(np.count_nonzero(data < 0x20)) - newlines
        if low:
            low -= block.count(b"\t")
            nuls = block.count(b"\x00") if low else 0
            self.nuls += nuls
            self.controls += low - nuls
            self.separators += sum(block.count(one) for one in SEPARATORS)
        if b"\x7f" in block:
            self.controls += block.count(b"\x7f")
        if block.isascii():
            return
        self.is_ascii = False
        try:
            text = block.decode(UTF8)
        except UnicodeDecodeError:
            self.votes.unclean(block)
            self.mojibake = True
            return
        self.votes.clean(block)
        self.marked = self.marked or DAMAGE_MARK in text or MIXED_MARK in text
        self.mojibake = self.mojibake or _may_be_mojibake(data)


@cache
def _mojibake_pairs() -> np.ndarray:
    """What each pair of bytes says: 1 is mojibake, 2 may be by the byte that follows."""
    table = np.zeros(0x10000, dtype=np.uint8)
    table[list(MOJIBAKE_PAIRS)] = 1
    table[[*PAIRS_BEFORE, LOW_QUOTE[0]]] = 2
    return table


def _may_be_mojibake(data: np.ndarray) -> bool:
    """Whether valid UTF-8 holds characters that correct French has little of."""
    places = np.flatnonzero(data >= 0xC2)
    pairs = data[places].astype(np.uint16) << 8 | data[places + 1]
    told = _mojibake_pairs()[pairs]
    if (told == 1).any():
        return True
    doubtful = np.flatnonzero(told == 2)
    pairs, third = pairs[doubtful], data[np.minimum(places[doubtful] + 2, len(data) - 1)]
    before = (third >= 0xC2) | ((pairs == A_TILDE) & (third == 0x20))
    return bool(np.where(pairs == LOW_QUOTE[0], third == LOW_QUOTE[1], before).any())


class _BesideDigest:
    """A SHA-256 computed in a thread beside: it costs as much as the rest of the examination."""

    def __enter__(self) -> _BesideDigest:
        self._digest = hashlib.sha256()
        self._worker = ThreadPoolExecutor(1)
        self._last: Future[None] | None = None
        return self

    def __exit__(self, *_: object) -> None:
        self._worker.shutdown()

    def update(self, chunk: bytes) -> None:
        """Adds a chunk, once the one before is done: no more than two are held."""
        if self._last:
            self._last.result()
        self._last = self._worker.submit(self._digest.update, chunk)

    def hexdigest(self) -> str:
        return self._digest.hexdigest()


def examine(blob: Blob) -> SourceBytes:
    """The digest, the size, the encoding and the counts of a text, in one pass; UnreadableSource where it is none."""
    sizes: list[int] = []
    wide = wide_encoding(blob.head)
    stream, tally = LineStream(LONGEST_PIECE), _Tally()
    with _BesideDigest() as digest:

        def read() -> Iterator[bytes]:
            for chunk in chunks(blob.opener, CHUNK_BYTES):
                digest.update(chunk)
                sizes.append(len(chunk))
                yield chunk

        for block in stream.blocks(_as_utf8(read(), wide) if wide else read()):
            tally.add(block)
    encoding = _encoding(blob, tally, sum(sizes), wide)
    clean = encoding in ("utf-8", "utf-8-sig") and not (tally.votes.invalid or tally.marked or stream.altered)
    return SourceBytes(
        sha256=digest.hexdigest(),
        size=sum(sizes),
        encoding=encoding,
        eight_bit=tally.votes.eight_bit,
        newlines=tally.newlines,
        ends_with_newline=tally.last == b"\n",
        carriage_returns=stream.carriage_returns,
        quotes=tally.quotes,
        nuls=tally.nuls,
        controls=tally.controls,
        is_ascii=tally.is_ascii,
        clean_utf8=clean,
        maybe_mojibake=tally.mojibake,
        longest_line=stream.longest_line,
    )


def _encoding(blob: Blob, tally: _Tally, size: int, wide: str | None) -> str:
    """The encoding; UnreadableSource with its reason where the bytes are no text that we can read."""
    votes = tally.votes
    if votes.ebcdic:
        raise blob.unreadable(
            "texte en EBCDIC (grand système IBM : cp1047, cp1147, cp297), qui n'est pas lu ; convertissez-le par "
            "« iconv -f CP1147 -t UTF-8 ».",
            "text in EBCDIC (IBM mainframe: cp1047, cp1147, cp297), which is not read; convert it with "
            "“iconv -f CP1147 -t UTF-8”.",
        )
    if tally.is_ascii and is_iso_2022(blob.head):
        raise blob.unreadable(
            "texte en ISO 2022 (séquences d'échappement), qui n'est pas lu ; convertissez-le en UTF-8.",
            "text in ISO 2022 (escape sequences), which is not read; convert it to UTF-8.",
        )
    utf8 = votes.encoding == UTF8
    controls = tally.controls - tally.separators
    if too_many_controls(size, tally.nuls, controls, utf8=votes.surely_utf8 and not wide) or votes.foreign:
        raise _no_text(blob)
    if wide:
        return wide
    return "utf-8-sig" if utf8 and blob.head.startswith(codecs.BOM_UTF8) else votes.encoding


def _no_text(blob: Blob) -> UnreadableSource:
    known = "UTF-8, UTF-16, UTF-32, cp1252, ISO-8859-15, cp850, MacRoman"
    return blob.unreadable(
        f"ni texte dans un encodage reconnu ({known}), ni format pris en charge.",
        f"neither text in a known encoding ({known}) nor a supported format.",
    )


def _as_utf8(read: Iterable[bytes], encoding: str) -> Iterator[bytes]:
    """Chunks of UTF-16 or UTF-32 as UTF-8; what cannot be decoded is marked."""
    codecs.register_error(ERRORS, mark_damage)
    decoder = codecs.getincrementaldecoder(encoding)(ERRORS)
    for chunk in read:
        yield decoder.decode(chunk).encode(UTF8)
    left = decoder.getstate()[0]
    if left.strip(b"\x00\x1a\r\n"):  # one byte of padding after the last character is no damage
        yield f"{DAMAGE_MARK}\ufffd".encode()


def _blocks(blob: Blob, found: SourceBytes, size: int, longest: int) -> Iterator[bytes | str]:
    """Blocks of whole lines: bytes where they are UTF-8 as they are, else text."""
    read: Iterator[bytes] = chunks(blob.opener, size)
    if found.encoding in WIDE:
        yield from LineStream(longest).blocks(_as_utf8(read, found.encoding))
        return
    own = found.encoding.removesuffix("-sig")
    blocks = LineStream(longest).blocks(read)
    if found.clean_utf8:
        yield from blocks
        return
    for block in blocks:
        yield decode_lines(block, own, found.eight_bit)


def text_blocks(
    blob: Blob, found: SourceBytes, characters: int = CHUNK_BYTES, *, longest: int = LONGEST_LINE
) -> Iterator[str]:
    """The text of a file in blocks of whole lines, each line ended by LF whatever the file used.

    The last line ends with LF only if the file's did. Marks of damage and of another encoding stand in the text
    (`reading.encodings.line_encodings`). UnreadableSource where a line has more than `longest` bytes.
    """
    if found.longest_line > longest:
        raise blob.unreadable(
            f"une ligne de {found.longest_line} octets ; limite « cell_characters ».",
            f"a line of {found.longest_line} bytes; limit “cell_characters”.",
        )
    for block in _blocks(blob, found, characters, max(longest, characters)):
        text = block if isinstance(block, str) else block.decode(UTF8)
        if text:
            yield text


def utf8_blocks(blob: Blob, found: SourceBytes, size: int = 1 << 22) -> Iterator[bytes]:
    """The text of a file as UTF-8, line ends LF, no byte order mark, with the same marks as `text_blocks`.

    Blocks are whole lines but for a line longer than 16 MB, of which a block may be a part; no character is cut.
    """
    for block in _blocks(blob, found, size, LONGEST_PIECE):
        yield block.encode(UTF8) if isinstance(block, str) else block


def head_text(blob: Blob, found: SourceBytes, characters: int) -> str:
    """The first characters of the text, marks taken out; it may end within a line."""
    parts: list[str] = []
    for block in utf8_blocks(blob, found, min(CHUNK_BYTES, 4 * characters)):
        parts.append(block.decode(UTF8).replace(DAMAGE_MARK, "").replace(MIXED_MARK, ""))
        if sum(map(len, parts)) >= characters:
            break
    return "".join(parts)[:characters]
