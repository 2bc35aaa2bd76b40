"""One comparable form for texts and lexicon: lower case, no accents, plain spaces; offsets lead back to the original.

Terms and texts are folded by the same rules, so « Séropositif », « SEROPOSITIF » and « séro-positif »
meet. The folded text keeps one character for one character wherever it can; where it cannot (œ, combining
accents, « V.I.H. ») an offset map is kept.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars as pl

_APOSTROPHES = "'’‘ʼ`´′"
_DASHES = "‐‑‒–—−"
_QUOTES = '"«»“”„*_~|'
_SPACES = "\t\x0b\x0c\u00a0\u2007\u2009\u200a\u202f\u3000\u200b\ufeff"
# Signs for « none » as one sign; Greek letters as read in « βhCG », « γGT ».
_SIGNS = {"Ø": "∅", "ø": "∅", "⌀": "∅", "β": "b", "ß": "b", "α": "a", "γ": "g"}
_LIGATURES = {"œ": "oe", "Œ": "oe", "æ": "ae", "Æ": "ae", "ﬁ": "fi", "ﬂ": "fl"}
# Decimal digits of other scripts, which `\d` matches.
_DIGITS = {chr(zero + value): str(value) for zero in (0x660, 0x6F0, 0xFF10) for value in range(10)}
_LONE_LETTER = r"\b([a-z])\."
_ACRONYM = re.compile(r"(?<![a-z0-9])(?:[a-z]\.){2,}[a-z]?(?![a-z0-9])")
_WORD_HYPHEN = re.compile(r"(?<=[a-z])-(?=[a-z])")
_COMBINING = re.compile(r"[\u0300-\u036f]")
_LIGATURE = re.compile("[" + "".join(_LIGATURES) + "]")


def _character_table() -> dict[int, str]:
    """Each character of the Latin blocks to its one-character folded form."""
    table: dict[int, str] = {}
    for code in range(0x20):
        table[code] = " "
    table[ord("\n")] = table[ord("\r")] = "\n"
    for code in [*range(0x41, 0x5B), *range(0xC0, 0x250), *range(0x1E00, 0x1F00)]:
        base = unicodedata.normalize("NFD", chr(code))[0].lower()
        if len(base) == 1 and chr(code) not in _LIGATURES:
            table[code] = base
    for characters, folded in ((_APOSTROPHES, " "), (_QUOTES, " "), (_SPACES, " "), (_DASHES, "-")):
        table.update({ord(character): folded for character in characters})
    table.update({ord(sign): read for sign, read in _SIGNS.items()})
    table[ord("…")] = "."
    table[ord("→")] = ">"
    return table


_TABLE = _character_table()


@dataclass(frozen=True, slots=True)
class FoldedText:
    """A folded text and, where its length changed, the original position of each of its characters."""

    text: str
    original_length: int
    offsets: tuple[int, ...] | None = None

    def original_span(self, start: int, end: int) -> tuple[int, int]:
        """The span in the original text, end exclusive, for a span of the folded text."""
        if self.offsets is None:
            return start, end
        begin = self.offsets[start] if start < len(self.offsets) else self.original_length
        stop = self.offsets[end - 1] + 1 if end > start else begin
        return begin, stop


def fold(text: str) -> FoldedText:
    """The folded form of a text, of any length and any script; never fails."""
    offsets: list[int] | None = None
    source = text
    if _LIGATURE.search(text) or _COMBINING.search(text):
        pieces: list[str] = []
        offsets = []
        for index, character in enumerate(text):
            piece = "" if _COMBINING.match(character) else _LIGATURES.get(character, character)
            pieces.append(piece)
            offsets.extend([index] * len(piece))
        source = "".join(pieces)
    folded = _WORD_HYPHEN.sub(" ", source.translate(_TABLE))
    if _ACRONYM.search(folded):
        folded, offsets = _join_acronyms(folded, offsets)
    return FoldedText(folded, len(text), tuple(offsets) if offsets is not None else None)


def _join_acronyms(folded: str, offsets: list[int] | None) -> tuple[str, list[int]]:
    """« v.i.h. » as « vih », with the offsets that this costs."""
    dropped: set[int] = set()
    for match in _ACRONYM.finditer(folded):
        dropped.update(i for i in range(match.start(), match.end()) if folded[i] == ".")
    kept = [i for i in range(len(folded)) if i not in dropped]
    before = offsets if offsets is not None else range(len(folded))
    return "".join(folded[i] for i in kept), [before[i] for i in kept]


def fold_term(term: str) -> str:
    """A lexicon pattern in the folded alphabet; regular-expression escapes such as `\\d` are left alone."""
    term = "".join(_LIGATURES.get(character, character) for character in term)
    pieces = []
    for piece in re.split(r"(\\.)", term):
        pieces.append(piece if piece.startswith("\\") else _fold_literal(piece))
    return "".join(pieces)


def _fold_literal(piece: str) -> str:
    decomposed = unicodedata.normalize("NFD", piece)
    plain = _COMBINING.sub("", decomposed).lower()
    return plain.replace("'", " ").replace("’", " ")


def screen_form(texts: pl.Expr) -> pl.Expr:
    """The form on which the first pass looks for trigger strings, computed in native code.

    Every run of what is neither a letter nor a digit becomes one space, so that a trigger such as `" ts "` is a
    whole word. A dot after a single letter may join or part (« V.I.H. », « d.sida »): such a text is given both ways.
    """
    import polars as pl

    plain = (
        texts.str.normalize("NFD")
        .str.to_lowercase()
        .str.replace_all(r"\p{Mn}", "")
        .str.replace_many({**_LIGATURES, **_SIGNS, **_DIGITS})
    )
    joined = (
        pl.when(plain.str.contains(_LONE_LETTER))
        .then(plain.str.replace_all(_LONE_LETTER, "$1") + " " + plain)
        .otherwise(plain)
    )
    return pl.concat_str(pl.lit(" "), joined.str.replace_all(r"[^a-z0-9]+", " "), pl.lit(" "))
