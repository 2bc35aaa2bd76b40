"""Lines of one file in several encodings: which one suits each line, and the text that comes of it.

Only lines whose bytes do not read well in the file's own encoding are looked at one by one; which these are is found
for a whole block at once. A line is read in the encoding under which its bytes score best (`french_bytes`), its
file's encoding and UTF-8 being believed before others.

Marks for the reader, each a noncharacter of Unicode (section 23.7: for use inside a program), taken out and counted
when the record is known: DAMAGE_MARK before each character that stands for an undecodable byte, reason
"undecodable_byte"; MIXED_MARK before the first character above ASCII of a line that was read in another encoding
than its file's, reason "mixed_encoding". Neither stands in a line that reads as it should.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

import numpy as np

from breachkit.reading.encodings.french_bytes import (
    CLASSES,
    EIGHT_BIT,
    ascii_classes,
    class_table,
    is_known_word,
    score_table,
    unicode_scores,
)

DAMAGE_MARK = "\ufdd0"
MIXED_MARK = "\ufdd1"
UTF8 = "utf-8"
PIECE_BYTES = 1 << 20  # looked at together where a block is not clean: some twenty arrays as long as its high bytes
# Logarithms of odds, choices: how far the encoding of most of the file is believed before another for one line, how
# far a line of nothing but valid UTF-8 is, what each undecodable byte of a line of UTF-8 costs, and below which mean
# score of its bytes a line is not taken for French at all.
OWN_ENCODING = 6.0
VALID_UTF8 = 4.0
DAMAGED_BYTE = -8.0
NOT_FRENCH = -5.5
SUSPICIOUS = -5.0  # a line whose bytes all score better in the file's 8-bit encoding is read in it at once
# What a lone byte of a UTF-8 file may be in cp1252. Not Â and Ã: those are the first halves of cut sequences.
REPAIRED_LETTERS = frozenset("éèàêçôîœâûùëïÉÈÀÊÇöüæÔÎÏÛÙËÖÜŒÆ’‘“”«»°€–—…·²³½\u00a0")
ERRORS = "breachkit.damage"
NOT_ASCII = re.compile(r"[^\x00-\x7f]")
OUR_MARKS = re.compile(rb"\xef\xb7[\x90\x91]")  # in UTF-8: what a source holds of them is undecodable
# CESU-8 (Unicode Technical Report 26): a character beyond U+FFFF as two surrogates of three bytes each, as Oracle and
# Java write it; C0 80 is NUL in the same writing.
CESU = re.compile(rb"\xed([\xa0-\xaf][\x80-\xbf])\xed([\xb0-\xbf][\x80-\xbf])")
HALF_CESU = re.compile(rb"\xed[\xa0-\xbf][\x80-\xbf]")
# Common enough to tell an encoding by one byte of a line; a rarer letter must stand in a word that is known.
TELLING = frozenset("éèàçêÉ’«»°€")
WORD = re.compile(rb"[A-Za-z\x80-\xff]+")
ASCII = bytes(range(128))


@dataclass(frozen=True)
class HighBytes:
    """The bytes above ASCII of a piece, in order: places, line of each, and what UTF-8 makes of them."""

    data: np.ndarray  # the piece, uint8, with a line end before it and four after
    places: np.ndarray  # in `data`
    lines: np.ndarray  # dense: the nth line that holds such bytes
    starts: np.ndarray  # where each of these lines begins in `places`
    line_from: np.ndarray  # where each of these lines begins in the piece
    line_to: np.ndarray  # and ends, its LF included
    lead: np.ndarray  # whether a valid sequence of UTF-8 begins here
    point: np.ndarray  # its code point
    invalid: np.ndarray  # whether the byte is in no valid sequence

    def per_line(self, values: np.ndarray) -> np.ndarray:
        """Sums of values of the bytes, one for each line."""
        return np.add.reduceat(values.astype(np.float64), self.starts)


def high_bytes(piece: bytes) -> HighBytes | None:
    """What stands above ASCII in some lines; None where nothing does."""
    data = np.frombuffer(b"\n" + piece + b"\n\n\n\n", dtype=np.uint8)
    places = np.flatnonzero(data > 0x7F)
    if not len(places):
        return None
    ends = np.flatnonzero(data[: len(piece) + 2] == 0x0A)  # ends[0] is the line end put before the piece
    number = np.searchsorted(ends, places)
    first = np.flatnonzero(np.diff(number, prepend=-1))
    lead, point, invalid = _as_utf8(data, places)
    return HighBytes(
        data=data,
        places=places,
        lines=np.cumsum(np.diff(number, prepend=number[0]) > 0),
        starts=first,
        line_from=ends[number[first] - 1],
        line_to=np.minimum(ends[number[first]], len(piece)),
        lead=lead,
        point=point,
        invalid=invalid,
    )


def _as_utf8(data: np.ndarray, places: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Where valid sequences begin, their code points, and which bytes are in none (Unicode, table 3-7)."""
    b0, b1, b2, b3 = (data[places + ahead].astype(np.int32) for ahead in range(4))
    follows1, follows2, follows3 = (one & 0xC0 == 0x80 for one in (b1, b2, b3))
    two = (b0 >= 0xC2) & (b0 <= 0xDF) & follows1
    three = (b0 >= 0xE0) & (b0 <= 0xEF) & follows1 & follows2
    three &= ~((b0 == 0xE0) & (b1 < 0xA0)) & ~((b0 == 0xED) & (b1 > 0x9F))
    four = (b0 >= 0xF0) & (b0 <= 0xF4) & follows1 & follows2 & follows3
    four &= ~((b0 == 0xF0) & (b1 < 0x90)) & ~((b0 == 0xF4) & (b1 > 0x8F))
    lead = two | three | four
    point = np.where(two, (b0 & 0x1F) << 6 | b1 & 0x3F, 0)
    point = np.where(three, (b0 & 0x0F) << 12 | (b1 & 0x3F) << 6 | b2 & 0x3F, point)
    point = np.where(four, (b0 & 0x07) << 18 | (b1 & 0x3F) << 12 | (b2 & 0x3F) << 6 | b3 & 0x3F, point)
    invalid = ~lead
    for ahead, which in ((1, lead), (2, three | four), (3, four)):
        invalid[np.flatnonzero(which) + ahead] = False
    return lead, point, invalid


def eight_bit_scores(found: HighBytes, encoding: str, chosen: np.ndarray | None = None) -> np.ndarray:
    """The score of each byte (of those chosen) under an 8-bit encoding."""
    places = found.places if chosen is None else found.places[chosen]
    classes, table = class_table(encoding), score_table(encoding)
    before, after = classes[found.data[places - 1]], classes[found.data[places + 1]]
    scores: np.ndarray = table[((found.data[places].astype(np.int64) - 128) * CLASSES + before) * CLASSES + after]
    return scores


def utf8_scores(found: HighBytes) -> np.ndarray:
    """The score of each byte under UTF-8: a sequence's on its first byte, DAMAGED_BYTE on each undecodable one."""
    scores = np.where(found.invalid, DAMAGED_BYTE, 0.0)
    lead = np.flatnonzero(found.lead)
    if not len(lead):
        return scores
    rows, table = unicode_scores()
    classes = ascii_classes()
    places, point = found.places[lead], found.point[lead]
    length = np.where(point < 0x800, 2, np.where(point < 0x10000, 3, 4))
    before, after = classes[found.data[places - 1]], classes[found.data[places + length]]
    row = np.where(point < 0x10000, rows[np.minimum(point, 0xFFFF)], 1)
    scores[lead] = table[(row * CLASSES + before) * CLASSES + after]
    return scores


def choose(found: HighBytes, own: str, eight_bit: str) -> list[str]:
    """The encoding of each line: `own` is the file's, `eight_bit` that of most lines which are not UTF-8."""
    count = found.per_line(np.ones(len(found.places)))
    invalid, valid = found.per_line(found.invalid), found.per_line(found.lead)
    utf8 = found.per_line(utf8_scores(found)) + np.where(invalid == 0, VALID_UTF8, 0.0)
    scores = {name: eight_bit_scores(found, name) for name in EIGHT_BIT}
    scores[eight_bit] = np.maximum(scores[eight_bit], DAMAGED_BYTE - 1)  # a byte may be damaged there too
    table = np.stack([found.per_line(scores[name]) for name in EIGHT_BIT])
    table[EIGHT_BIT.index(eight_bit)] += OWN_ENCODING
    best = table.argmax(axis=0)
    top = table.max(axis=0)
    names = np.array(EIGHT_BIT, dtype=object)[best]
    if own == UTF8:
        plain = top - OWN_ENCODING * (names == eight_bit)
        french = np.where(valid > 0, top > utf8 + OWN_ENCODING, plain / count > NOT_FRENCH)
        return list(np.where((invalid == 0) | ~french, UTF8, names))
    return list(np.where((valid > 0) & (utf8 > top), UTF8, names))


def mark_damage(error: UnicodeError) -> tuple[str, int]:
    """What stands for undecodable bytes: a mark, then U+FFFD or (UTF-8) the French letter of a lone byte in cp1252."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    if not error.encoding.startswith("utf-8"):
        return DAMAGE_MARK + "\ufffd", error.end
    letter = error.object[error.start : error.end].decode("cp1252", errors="replace")
    # Of several bytes that belong together, the first of a sequence that was cut, none is a letter.
    return DAMAGE_MARK + (letter if letter in REPAIRED_LETTERS else "\ufffd"), error.end


def without_marks(text: str) -> str:
    """A source's own noncharacters, which would be taken for our marks, as undecodable characters."""
    if DAMAGE_MARK in text or MIXED_MARK in text:
        return re.sub(f"[{DAMAGE_MARK}{MIXED_MARK}]", DAMAGE_MARK + "\ufffd", text)
    return text


def decode_lines(block: bytes, own: str, eight_bit: str) -> str:
    """The text of some whole lines, marked where a line is in another encoding than `own`, or damaged."""
    if block.isascii():
        return block.decode("ascii")
    if own == UTF8:
        try:
            return without_marks(block.decode(UTF8))
        except UnicodeDecodeError:
            pass
    codecs.register_error(ERRORS, mark_damage)
    if len(block) <= PIECE_BYTES:
        return _decode_piece(block, own, eight_bit)
    parts, at = [], 0
    while at < len(block):
        end = block.rfind(b"\n", at, at + PIECE_BYTES) + 1 or block.find(b"\n", at + PIECE_BYTES) + 1 or len(block)
        parts.append(_decode_piece(block[at:end], own, eight_bit))
        at = end
    return "".join(parts)


def _decode_piece(piece: bytes, own: str, eight_bit: str) -> str:
    found = high_bytes(piece)
    if found is None:
        return piece.decode("ascii")
    special = _special(found, own)
    if not special.any():
        return piece.decode(own, ERRORS)
    rows = np.flatnonzero(special)
    few = _only(found, special)
    parts, at = [], 0
    for start, end, encoding in zip(
        found.line_from[rows], found.line_to[rows], choose(few, own, eight_bit), strict=True
    ):
        line = piece[start:end]
        if encoding not in (own, UTF8) and not _believable(line, encoding):
            encoding = own
        if encoding == own and own != UTF8:
            continue
        if start > at:
            parts.append(_whole(piece[at:start], own))
        parts.append(_line(line, encoding, own))
        at = end
    parts.append(_whole(piece[at:], own))
    return "".join(parts)


def _believable(line: bytes, encoding: str) -> bool:
    """Whether a line may be read in another encoding than its file's: one byte of a rare letter is no evidence."""
    high = line.translate(None, ASCII)
    if len(high) > 1 or high.decode(encoding, errors="replace") in TELLING:
        return True
    return any(is_known_word(word, encoding) for word in WORD.findall(line) if not word.isascii())


def _whole(part: bytes, own: str) -> str:
    text = part.decode(own, ERRORS)
    return without_marks(text) if own == UTF8 else text


def _line(line: bytes, encoding: str, own: str) -> str:
    """One line in its encoding, marked where that is not the file's."""
    mended = without_cesu(OUR_MARKS.sub(b"\xff", line)) if encoding == UTF8 else line
    text = mended.decode(encoding, ERRORS)
    if encoding == own and (own != UTF8 or not (CESU.search(line) or b"\xc0\x80" in line)):
        return text
    return NOT_ASCII.sub(lambda first: MIXED_MARK + first.group(), text, count=1)


def without_cesu(line: bytes) -> bytes:
    """UTF-8 in which pairs of surrogates are the character they stand for, and half a pair is one bad byte."""
    if b"\xed" in line:
        line = HALF_CESU.sub(b"\xff", CESU.sub(_character, line))
    return line.replace(b"\xc0\x80", b"\x00")


def _character(pair: re.Match[bytes]) -> bytes:
    """The character of a pair of surrogates, in UTF-8."""
    surrogates = pair.group().decode("utf-8", "surrogatepass")
    return surrogates.encode("utf-16-le", "surrogatepass").decode("utf-16-le").encode()


def _special(found: HighBytes, own: str) -> np.ndarray:
    """Which lines may not read in the file's own encoding."""
    if own == UTF8:
        return found.per_line(found.invalid) > 0
    low = eight_bit_scores(found, own) < SUSPICIOUS
    return found.per_line(low | found.lead) > 0


def _only(found: HighBytes, wanted: np.ndarray) -> HighBytes:
    """The same for some of the lines."""
    keep = wanted[found.lines]
    number = np.cumsum(wanted)[found.lines[keep]] - 1
    return HighBytes(
        data=found.data,
        places=found.places[keep],
        lines=number,
        starts=np.flatnonzero(np.diff(number, prepend=-1)),
        line_from=found.line_from[wanted],
        line_to=found.line_to[wanted],
        lead=found.lead[keep],
        point=found.point[keep],
        invalid=found.invalid[keep],
    )
