"""From bytes to text: which encoding, its sha256 and size in one pass, then a stream of text.

UTF-8 is tried on the whole file first; a file in which it nearly always holds is UTF-8 with damaged bytes. An 8-bit
encoding is chosen by what French looks like: the counts of all 256 byte values are scored under each candidate, so
that a file is judged whole and not on its first lines.
"""

from __future__ import annotations

import codecs
import hashlib
import io
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from breachkit.reading.blob import CHUNK_BYTES, Blob, chunks

EIGHT_BIT = ("cp1252", "iso-8859-15", "cp850", "mac_roman")  # ties go to the first
COMMON_LETTERS = "éèàêçôîœâûùëïÉÈÀÊÇ"
RARE_LETTERS = "öüæÔÎÏÛÙÂËÖÜŒÆ"
FOREIGN_LETTERS = "ñáíóúÁÍÓÚÃõãäß"
FRENCH_MARKS = "’‘“”«»°€–—…·²³½\u00a0"
# Above these shares of control characters (NUL, tab, CR and LF apart) a file is no text. A choice: compressed or
# encrypted bytes hold 28/256 = 11 %, but next to none of them are UTF-8, where damaged notes may hold more.
MAX_CONTROL_SHARE = 0.05
MAX_CONTROL_SHARE_UTF8 = 0.3
MAX_NUL_SHARE = 0.01  # a choice: a text has none but for accidents, an uncompressed binary format is full of them
# With more bytes above ASCII than this, and none that looks French, a file is in an encoding we do not know. A choice.
MAX_FOREIGN_SHARE = 0.3
# A file is UTF-8 with damaged bytes when its valid sequences of several bytes are so many times its invalid bytes.
# A choice: of the 8-bit encodings MacRoman makes most of them by chance, one in « l’été » for one invalid byte.
VALID_FOR_ONE_INVALID = 2
MIN_VALID = 2
# Stands before each character that replaces a damaged byte, until its record is counted. A noncharacter, which
# Unicode (section 23.7) reserves for use inside a program.
DAMAGE_MARK = "\ufdd0"
# What a lone byte of a UTF-8 file may be in cp1252. Not Â and Ã: those are the first halves of cut sequences.
REPAIRED_LETTERS = frozenset(COMMON_LETTERS + RARE_LETTERS + FRENCH_MARKS) - {"Â"}


@dataclass(frozen=True)
class SourceBytes:
    """A file's digest, size and encoding."""

    sha256: str
    size: int
    encoding: str


@dataclass
class _Tally:
    """What one pass over the bytes counts: sizes by byte value, and how far UTF-8 holds."""

    histogram: np.ndarray
    head: bytes = b""
    valid: int = 0  # characters of several bytes
    invalid: int = 0  # bytes that are in no UTF-8 character

    def add(self, chunk: bytes, text: str) -> None:
        """Counts a chunk, and its text in which each invalid byte is a lone surrogate."""
        self.head = self.head or chunk[:65536]
        self.histogram += np.bincount(np.frombuffer(chunk, dtype=np.uint8), minlength=256)
        if not text.isascii():
            points = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
            invalid = int(((points >= 0xDC80) & (points <= 0xDCFF)).sum())
            self.valid += int((points > 0x7F).sum()) - invalid
            self.invalid += invalid


def examine(blob: Blob) -> SourceBytes:
    """The digest, the size and the encoding of a text; UnreadableSource where it is none."""
    digest = hashlib.sha256()
    tally = _Tally(np.zeros(256, dtype=np.int64))
    utf8 = codecs.getincrementaldecoder("utf-8")("surrogateescape")
    size = 0
    for chunk in chunks(blob.opener):
        size += len(chunk)
        digest.update(chunk)
        tally.add(chunk, utf8.decode(chunk))
    tally.add(b"", utf8.decode(b"", final=True))
    encoding = _choose(tally)
    if encoding is None:
        raise blob.unreadable(
            "ni texte dans un encodage reconnu (UTF-8, UTF-16, cp1252, ISO-8859-15, cp850, MacRoman), ni format pris "
            "en charge.",
            "neither text in a known encoding (UTF-8, UTF-16, cp1252, ISO-8859-15, cp850, MacRoman) nor a supported "
            "format.",
        )
    return SourceBytes(digest.hexdigest(), size, encoding)


def _choose(tally: _Tally) -> str | None:
    head, histogram = tally.head, tally.histogram
    total = int(histogram.sum())
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    nuls = int(histogram[0])
    if nuls > 0.2 * total:  # UTF-16 without a mark: every other byte of Latin text is NUL
        even, odd = head[0::2].count(0), head[1::2].count(0)
        return "utf-16-le" if odd > 4 * even else "utf-16-be" if even > 4 * odd else None
    controls = int(histogram[1:32].sum() - histogram[[9, 10, 13]].sum())
    utf8 = tally.invalid == 0 or tally.valid >= max(MIN_VALID, VALID_FOR_ONE_INVALID * tally.invalid)
    allowed = MAX_CONTROL_SHARE_UTF8 if utf8 else MAX_CONTROL_SHARE
    if nuls > max(1, MAX_NUL_SHARE * total) or controls > allowed * total:
        return None
    if utf8:
        return "utf-8-sig" if head.startswith(codecs.BOM_UTF8) else "utf-8"
    scores = {name: _french_score(name, histogram) for name in EIGHT_BIT}
    best = max(EIGHT_BIT, key=lambda name: scores[name])
    known = scores[best] > 0 or int(histogram[128:].sum()) <= MAX_FOREIGN_SHARE * total
    return best if known else None


def _french_score(encoding: str, histogram: np.ndarray) -> float:
    """How French the bytes above 127 look under an encoding, from -1 (never) to 1 (wholly)."""
    score = 0.0
    for byte in range(128, 256):
        count = int(histogram[byte])
        if not count:
            continue
        character = bytes([byte]).decode(encoding, errors="replace")
        if character in COMMON_LETTERS:
            # é is a fifth of all French accents: weigh the common ones up, so that é read as Ž or ‚ loses.
            score += count * 1.0
        elif character in RARE_LETTERS:
            score += count * 0.5
        elif character in FOREIGN_LETTERS:
            score += count * 0.1
        elif character in FRENCH_MARKS:
            score += count * 0.3
        elif not character.isalpha():
            score -= count * 1.0
    return score / max(1, int(histogram[128:].sum()))


def _mark_damage(error: UnicodeError) -> tuple[str, int]:
    """What stands for undecodable bytes: each a mark, then its French letter of cp1252 in UTF-8 or else U+FFFD."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    if not error.encoding.startswith("utf-8"):
        return DAMAGE_MARK + "\ufffd", error.end
    letters = error.object[error.start : error.end].decode("cp1252", errors="replace")
    read = (letter if letter in REPAIRED_LETTERS else "\ufffd" for letter in letters)
    return "".join(DAMAGE_MARK + letter for letter in read), error.end


def text_blocks(blob: Blob, found: SourceBytes, characters: int = CHUNK_BYTES) -> Iterator[str]:
    """The text of a file in blocks of whole lines, each line ended by LF whatever the file used.

    The last line ends with LF only if the file's did. Undecodable bytes are rare (the encoding was chosen on the
    whole file); each is DAMAGE_MARK and a character, the French letter that it is in cp1252 or else U+FFFD.
    """
    carry: list[str] = []
    codecs.register_error("breachkit.damage", _mark_damage)
    with (
        blob.opener() as stream,
        io.TextIOWrapper(stream, encoding=found.encoding, errors="breachkit.damage", newline=None) as handle,
    ):
        while block := handle.read(characters):
            cut = block.rfind("\n") + 1
            if not cut:
                carry.append(block)
                continue
            yield "".join(carry) + block[:cut]
            carry = [block[cut:]] if cut < len(block) else []
    if carry:
        yield "".join(carry)
