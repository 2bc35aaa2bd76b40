"""Misspelt words of the lexicon: « dialisé », « métadonne », « schyzophrène » read as what was meant.

A word is reduced to a skeleton (no doubled consonants, no h, y as i, ph as f, ...). A word of a note that the
lexicon does not know, but whose skeleton is that of a lexicon word, is replaced by that word before matching.
Only words of `MIN_LETTERS` letters or more: short words have too many innocent neighbours.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from breachkit.freetext.fold import FoldedText

if TYPE_CHECKING:
    import polars as pl

    from breachkit.freetext.lexicon import Lexicon

MIN_LETTERS = 7  # our choice: at 6, « cannes » and « tasses » meet lexicon words
MAX_LETTERS = 24
_WORD = re.compile(r"[a-z]{7,24}")
_SOUNDS = (("sch", "ch"), ("ph", "f"), ("qu", "k"), ("ck", "k"), ("y", "i"), ("z", "s"), ("c", "k"), ("h", ""))
# Common words that sound like a word of the lexicon and are none: found by trying the 60,000 commonest French words.
_INNOCENT = frozenset(
    {
        "annalise", "atteles", "bartolini", "blaguez", "broncos", "cancres", "cartier", "chartier", "chasseur",
        "chasseurs", "chlorhydrate", "cochard", "cocotte", "cocottes", "collera", "compose", "composes", "conquete",
        "conspiration", "conspirations", "cracheur", "cracheurs", "delhaize", "duchene", "echelon", "echelons",
        "exquise", "exquises", "fortran", "fortrans", "frisons", "lentille", "machete", "maquette", "maquettes",
        "marches", "marchez",
        "marquez", "menacez", "menotte", "metallise", "metallises", "narciso", "orgueil", "perruche", "perruches",
        "placette", "placettes", "plaquee", "plaquees", "procaine", "prochaine", "prochaines", "quinque", "remarche",
        "sechelles", "skateur", "skateurs", "finnair",
    }
)  # fmt: skip
_DOUBLED = re.compile(r"([b-df-hj-np-tv-z])\1+")


def skeleton(word: str, *, whole: bool = True) -> str:
    """The word as it sounds, roughly: what common misspellings keep; a stem (not `whole`) keeps its last s."""
    for written, heard in _SOUNDS:
        word = word.replace(written, heard)
    sound = _DOUBLED.sub(r"\1", word)
    return sound.removesuffix("s") if whole else sound


@lru_cache(maxsize=2)
def _known(rule_triggers: tuple[str, ...]) -> tuple[dict[str, str], dict[str, str], frozenset[str]]:
    """Skeletons of the lexicon's whole words and stems, and the words themselves, which stay as they are."""
    words: dict[str, str] = {}
    stems: dict[str, str] = {}
    known: set[str] = set()
    for trigger in rule_triggers:
        text = trigger.strip()
        if " " in text or not text.isalpha() or len(text) < MIN_LETTERS or not trigger.startswith(" "):
            continue
        known.add(text)
        if trigger.endswith(" "):
            words.setdefault(skeleton(text), text)
        else:
            stems.setdefault(skeleton(text, whole=False), text)
    return words, stems, frozenset(known)


def respelling(word: str, rule_triggers: tuple[str, ...]) -> str | None:
    """The lexicon word that a misspelt folded word stands for, or None."""
    return _meant(word, *_known(rule_triggers))


def _meant(word: str, words: dict[str, str], stems: dict[str, str], known: frozenset[str]) -> str | None:
    if word in _INNOCENT or any(word[:length] in known for length in range(MIN_LETTERS, len(word) + 1)):
        return None
    sound = skeleton(word)
    if sound in words:
        return words[sound]
    for length in range(len(sound), MIN_LETTERS - 2, -1):
        stem = stems.get(sound[:length])
        if stem is not None and len(sound) - length <= 6:
            return stem + sound[length:]
    return None


def respellings(screened: pl.Series, lexicon: Lexicon, meanings: dict[str, str | None] | None = None) -> dict[str, str]:
    """The misspelt words of a column of screened texts, each with the word it stands for; sorted.

    `meanings` remembers what was worked out, from one column to the next.
    """
    import polars as pl

    distinct = (
        screened.to_frame("screen")
        .select(pl.col("screen").str.extract_all(r"[a-z]{7,24}").explode().drop_nulls().unique().sort())
        .to_series()
    )
    meanings = {} if meanings is None else meanings
    vocabulary = _known(lexicon.rule_triggers)  # once: its key is long to compare
    found = {}
    for word in distinct:
        if word not in meanings:
            meanings[word] = _meant(word, *vocabulary)
        meant = meanings[word]
        if meant is not None and meant != word:
            found[word] = meant
    return found


def respell(folded: FoldedText, corrections: dict[str, str]) -> FoldedText:
    """The folded text with its misspelt words replaced, offsets still leading to the original."""
    if not corrections:
        return folded
    pieces: list[str] = []
    offsets: list[int] = []
    position = 0
    before = folded.offsets if folded.offsets is not None else range(len(folded.text))
    for hit in _WORD.finditer(folded.text):
        meant = corrections.get(hit[0])
        if meant is None:
            continue
        pieces += [folded.text[position : hit.start()], meant]
        offsets += before[position : hit.start()]
        last = hit.end() - hit.start() - 1
        offsets += [before[hit.start() + min(i, last)] for i in range(len(meant) - 1)] + [before[hit.end() - 1]]
        position = hit.end()
    if not pieces:
        return folded
    pieces.append(folded.text[position:])
    offsets += before[position:]
    return FoldedText("".join(pieces), folded.original_length, tuple(offsets))
