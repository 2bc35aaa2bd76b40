"""From bytes to text: which encoding, its sha256 and size in one pass, then a stream of text.

Strict UTF-8 is tried on the whole file first. An 8-bit encoding is chosen by what French looks like: the counts
of all 256 byte values are scored under each candidate, so that a file is judged whole and not on its first lines.
"""

from __future__ import annotations

import codecs
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from breachkit.errors import UnreadableSource

CHUNK_BYTES = 1 << 22
EIGHT_BIT = ("cp1252", "iso-8859-15", "cp850", "mac_roman")  # ties go to the first
FRENCH_LETTERS = "éèàçêôîïûùâëöüœæÉÈÀÇÊÔÎÏÛÙÂËÖÜŒÆñáíóúÁÍÓÚãõäß"
FRENCH_MARKS = "’‘“”«»°€–—…·²³½\u00a0"
# Above this share of control characters a file is no text. A choice: real exports hold a few stray ones per million.
MAX_CONTROL_SHARE = 0.001


@dataclass(frozen=True)
class SourceBytes:
    """A file's digest, size and encoding."""

    sha256: str
    size: int
    encoding: str


def _unreadable(path: Path, fr: str, en: str) -> UnreadableSource:
    return UnreadableSource(f"{path.name} : {fr}", f"{path.name}: {en}")


def examine(path: Path) -> SourceBytes:
    """The digest, the size and the encoding of a file; UnreadableSource where it is missing, empty or no text."""
    digest = hashlib.sha256()
    histogram = np.zeros(256, dtype=np.int64)
    utf8: codecs.IncrementalDecoder | None = codecs.getincrementaldecoder("utf-8")("strict")
    size = 0
    head = b""
    try:
        with path.open("rb") as handle:
            while chunk := handle.read(CHUNK_BYTES):
                head = head or chunk[:65536]
                size += len(chunk)
                digest.update(chunk)
                histogram += np.bincount(np.frombuffer(chunk, dtype=np.uint8), minlength=256)
                utf8 = _still_valid(utf8, chunk)
    except IsADirectoryError:
        raise _unreadable(path, "c'est un dossier ; donnez les fichiers.", "this is a folder; name files.") from None
    except OSError:
        raise _unreadable(path, "fichier introuvable ou illisible.", "file missing or unreadable.") from None
    if size == 0:
        raise _unreadable(path, "le fichier est vide (0 octet).", "the file is empty (0 bytes).")
    if utf8 is not None:
        utf8 = utf8 if _ends_whole(utf8) else None
    encoding = _choose(head, histogram, valid_utf8=utf8 is not None)
    if encoding is None:
        raise _unreadable(
            path,
            "ni texte dans un encodage reconnu (UTF-8, UTF-16, cp1252, ISO-8859-15, cp850, MacRoman), ni format pris "
            "en charge ; cette version lit le texte délimité (CSV).",
            "neither text in a known encoding (UTF-8, UTF-16, cp1252, ISO-8859-15, cp850, MacRoman) nor a supported "
            "format; this version reads delimited text (CSV).",
        )
    return SourceBytes(digest.hexdigest(), size, encoding)


def _still_valid(decoder: codecs.IncrementalDecoder | None, chunk: bytes) -> codecs.IncrementalDecoder | None:
    if decoder is None:
        return None
    try:
        decoder.decode(chunk)
    except UnicodeDecodeError:
        return None
    return decoder


def _ends_whole(decoder: codecs.IncrementalDecoder) -> bool:
    try:
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _choose(head: bytes, histogram: np.ndarray, *, valid_utf8: bool) -> str | None:
    total = int(histogram.sum())
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    nuls = int(histogram[0])
    if nuls > 0.2 * total:  # UTF-16 without a mark: every other byte of Latin text is NUL
        even, odd = head[0::2].count(0), head[1::2].count(0)
        return "utf-16-le" if odd > 4 * even else "utf-16-be" if even > 4 * odd else None
    controls = int(histogram[:32].sum() - histogram[[9, 10, 13]].sum())
    if controls > MAX_CONTROL_SHARE * total:
        return None
    if valid_utf8:
        return "utf-8-sig" if head.startswith(codecs.BOM_UTF8) else "utf-8"
    scores = {name: _french_score(name, histogram) for name in EIGHT_BIT}
    best = max(EIGHT_BIT, key=lambda name: scores[name])
    return best if scores[best] > 0 else None


def _french_score(encoding: str, histogram: np.ndarray) -> float:
    """How French the bytes above 127 look under an encoding, from -1 (never) to 1 (wholly)."""
    score = 0.0
    for byte in range(128, 256):
        count = int(histogram[byte])
        if not count:
            continue
        character = bytes([byte]).decode(encoding, errors="replace")
        if character in FRENCH_LETTERS:
            # é is a fifth of all French accents: weigh the common ones up, so that é read as Ž or ‚ loses.
            score += count * (1.0 if character in "éèàêçôîœâûùëïÉÈÀÊÇ" else 0.5)
        elif character in FRENCH_MARKS:
            score += count * 0.3
        elif character == "\ufffd" or "\x80" <= character <= "\x9f":
            score -= count * 3.0
        elif not character.isalpha():
            score -= count * 1.0
    return score / max(1, int(histogram[128:].sum()))


def text_blocks(path: Path, encoding: str, characters: int = CHUNK_BYTES) -> Iterator[str]:
    """The text of a file in blocks of whole lines, each line ended by LF whatever the file used.

    The last line ends with LF only if the file's did. Undecodable bytes become U+FFFD (the encoding was chosen on
    the whole file, so they are rare).
    """
    carry: list[str] = []
    with path.open("r", encoding=encoding, errors="replace", newline=None) as handle:
        while block := handle.read(characters):
            cut = block.rfind("\n") + 1
            if not cut:
                carry.append(block)
                continue
            yield "".join(carry) + block[:cut]
            carry = [block[cut:]] if cut < len(block) else []
    if carry:
        yield "".join(carry)
