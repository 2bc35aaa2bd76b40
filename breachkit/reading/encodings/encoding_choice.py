"""The encoding of a file: what its lines vote for, or why it is no text.

UTF-16 and UTF-32 are told by their first bytes. Else each line that holds bytes above ASCII votes for UTF-8 or for an
8-bit encoding, so that a file is judged whole and not on its first lines; most votes win, UTF-8 where they are even.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass, field

import numpy as np

from breachkit.reading.encodings.french_bytes import EIGHT_BIT, is_known_word
from breachkit.reading.encodings.line_encodings import (
    NOT_FRENCH,
    PIECE_BYTES,
    UTF8,
    HighBytes,
    eight_bit_scores,
    high_bytes,
    utf8_scores,
    without_cesu,
)

# Above these shares of control characters (NUL, tab, CR and LF apart) a file is no text. Choices: compressed or
# encrypted bytes hold 28/256 = 11 %, but next to none of them are UTF-8, where damaged notes may hold more; a file
# with many NUL bytes (cells filled up with them) is a text where it holds next to no other control character.
MAX_CONTROL_SHARE = 0.05
MAX_CONTROL_SHARE_UTF8 = 0.3
MAX_CONTROL_SHARE_NUL = 0.002
FEW_CONTROLS = 8  # that a small file may hold beside its NUL bytes
MAX_NUL_SHARE = 0.01
# With more bytes above ASCII than this, and none that looks French, a file is in an encoding we do not know. A choice.
MAX_FOREIGN_SHARE = 0.3
# UTF-16 without a mark: one byte of two is NUL in Latin text. Choices that leave room for other scripts.
WIDE_NULS = 0.2
WIDE_NULS_SHORT = 0.5  # of a text of fewer than WIDE_SHORT characters
WIDE_SHORT = 64
WIDE_OTHER_NULS = 0.25  # of those
MAX_ASCII_PAIRS = 0.02  # pairs of two printable ASCII bytes are Chinese in UTF-16: text of one byte came before
ALL_VOTE_BYTES = 16 << 20  # from here on one block of VOTE_EVERY votes; a choice
VOTE_EVERY = 8
SAMPLE_BYTES = 1 << 16
MAX_WORDS = 300  # distinct words that are looked up; in a larger sample the letters alone tell enough
KNOWN_WORD = 4.0  # what a word of the list, or a known name less its accents, says for an encoding; a choice
WORD = re.compile(rb"[A-Za-z\x80-\xff]+")
# A choice: of the 8-bit encodings MacRoman makes most valid sequences by chance, one in « l’été » for one invalid byte.
VALID_FOR_ONE_INVALID = 2
LINE_CLIP = 12.0  # a line's word against an encoding counts no more than this
# Before any byte is seen, logarithms of odds; choices.
PRIOR = {"cp1252": 0.0, "iso-8859-15": -1.0, "cp850": -1.0, "mac_roman": -2.0}
EBCDIC_RUNS = ((0x81, 9), (0x91, 9), (0xA2, 8), (0xC1, 9), (0xD1, 9), (0xE2, 8), (0xF0, 10))  # letters, digits
LETTERS_DIGITS_EBCDIC = b"\x40" + bytes(first + at for first, many in EBCDIC_RUNS for at in range(many))
MIN_EBCDIC_SHARE = 0.7
# ISO 2022 (ECMA-35): the escape sequences that name another set of characters.
DESIGNATION = re.compile(rb"\x1b(?:\$[@AB]|\$[()*+][A-Z@]|[-./][A-Z]|\([IJ])")


@dataclass
class Votes:
    """What the lines of a file say of its encoding."""

    utf8_lines: float = 0.0
    valid: float = 0.0  # characters of several bytes in them
    damaged: int = 0  # and bytes that are in none
    eight_bit_lines: float = 0.0
    scores: np.ndarray = field(default_factory=lambda: np.array([PRIOR[name] for name in EIGHT_BIT]))
    best_score: float = 0.0  # summed over the bytes that voted
    high: int = 0  # bytes above ASCII that voted
    histogram: np.ndarray = field(default_factory=lambda: np.zeros(256, dtype=np.int64))
    voted_bytes: int = 0
    invalid: bool = False
    words: set[bytes] = field(default_factory=set)
    _blocks: int = 0

    def clean(self, block: bytes) -> None:
        """Counts the lines of a block of valid UTF-8."""
        sample = block[:SAMPLE_BYTES]
        lines = sum(not line.isascii() for line in sample.split(b"\n"))
        self.utf8_lines += lines * len(block) / max(1, len(sample))
        self.valid += lines * len(block) / max(1, len(sample))

    def unclean(self, block: bytes) -> None:
        """Counts the lines of a block that is not valid UTF-8."""
        self.invalid = True
        self._blocks += 1
        if self.voted_bytes > ALL_VOTE_BYTES and self._blocks % VOTE_EVERY:
            return
        self.voted_bytes += len(block)
        self.histogram += np.bincount(np.frombuffer(block, dtype=np.uint8), minlength=256)
        block = without_cesu(block)
        for at in range(0, len(block), PIECE_BYTES):
            self._piece(block[at : at + PIECE_BYTES])

    def _piece(self, piece: bytes) -> None:
        found = high_bytes(piece)
        if found is None:
            return
        count = found.per_line(np.ones(len(found.places)))
        invalid = found.per_line(found.invalid)
        utf8 = found.per_line(utf8_scores(found))
        table = np.stack([found.per_line(eight_bit_scores(found, name)) for name in EIGHT_BIT])
        top = table.max(axis=0)
        is_utf8 = (invalid == 0) | ((utf8 >= top) & (found.per_line(found.lead) > 0))
        self.utf8_lines += int(is_utf8.sum())
        self.valid += float(found.per_line(found.lead)[is_utf8].sum())
        self.damaged += int(invalid[is_utf8].sum())
        self.eight_bit_lines += int((~is_utf8 & (top / count > NOT_FRENCH)).sum())
        self._keep_words(piece, found, np.flatnonzero(~is_utf8))
        others = table[:, ~is_utf8]
        self.scores += np.maximum(others - top[~is_utf8], -LINE_CLIP).sum(axis=1)
        self.best_score += float(top[~is_utf8].sum())
        self.high += int(count[~is_utf8].sum())

    def _keep_words(self, piece: bytes, found: HighBytes, rows: np.ndarray) -> None:
        """Some distinct words with bytes above ASCII, of lines that are not UTF-8."""
        for row in rows[:MAX_WORDS]:
            if len(self.words) >= MAX_WORDS:
                return
            line = piece[found.line_from[row] : found.line_to[row]][:SAMPLE_BYTES]
            self.words.update(word for word in WORD.findall(line) if not word.isascii())

    @property
    def eight_bit(self) -> str:
        """The 8-bit encoding that suits the lines which are not UTF-8."""
        known = [KNOWN_WORD * sum(is_known_word(word, name) for word in self.words) for name in EIGHT_BIT]
        return EIGHT_BIT[int((self.scores + known).argmax())]

    @property
    def surely_utf8(self) -> bool:
        """Whether what is valid UTF-8 outweighs what is not, in the lines that voted for it."""
        return not self.invalid or (self.utf8_lines > 0 and self.valid >= VALID_FOR_ONE_INVALID * self.damaged)

    @property
    def encoding(self) -> str:
        """UTF-8, or the 8-bit encoding of most lines."""
        return UTF8 if self.surely_utf8 and self.utf8_lines >= self.eight_bit_lines else self.eight_bit

    @property
    def foreign(self) -> bool:
        """Whether the bytes above ASCII are many and look French in no encoding that we know."""
        if not self.high or self.encoding == UTF8:
            return False
        return self.best_score / self.high < NOT_FRENCH and self.high > MAX_FOREIGN_SHARE * self.voted_bytes

    @property
    def ebcdic(self) -> bool:
        """Whether the bytes are letters, digits and spaces of EBCDIC, and next to none of ASCII's."""
        total = int(self.histogram.sum())
        known = int(self.histogram[list(LETTERS_DIGITS_EBCDIC)].sum())
        spaces = int(self.histogram[0x40])
        return total > 0 and known > MIN_EBCDIC_SHARE * total and spaces > 4 * int(self.histogram[0x20])


def wide_encoding(head: bytes) -> str | None:
    """UTF-16 or UTF-32 by a file's first bytes, None where it is neither."""
    if head.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        return "utf-32"
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    data = np.frombuffer(head[: len(head) // 2 * 2], dtype=np.uint8).reshape(-1, 2)
    if len(data) < 2:
        return None
    even, odd = (int((data[:, side] == 0).sum()) for side in (0, 1))
    printable = (data >= 0x20) & (data < 0x7F)
    if printable.all(axis=1).mean() > MAX_ASCII_PAIRS:
        return None
    least = WIDE_NULS if len(data) >= WIDE_SHORT else WIDE_NULS_SHORT
    for many, few, name in ((odd, even, "utf-16-le"), (even, odd, "utf-16-be")):
        if many > least * len(data) and few <= WIDE_OTHER_NULS * many:
            return name
    return None


def is_iso_2022(head: bytes) -> bool:
    """Whether escape sequences of ISO 2022 switch the set of characters more than once."""
    return len(DESIGNATION.findall(head)) > 1


def too_many_controls(size: int, nuls: int, controls: int, *, utf8: bool) -> bool:
    """Whether so many bytes are control characters that a file is no text."""
    if nuls > max(1, MAX_NUL_SHARE * size):
        return controls > max(FEW_CONTROLS, MAX_CONTROL_SHARE_NUL * (size - nuls)) or nuls >= size
    return controls > (MAX_CONTROL_SHARE_UTF8 if utf8 else MAX_CONTROL_SHARE) * size
