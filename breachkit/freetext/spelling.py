"""Misspelt and glued words, read as what was meant: « alcoolik », « bracellet », « latuberculose », « trisomique21 ».

Only a word that no dictionary knows is read otherwise, and only as a word of the lexicon or of the cues: one that
sounds alike, else one that is a single slip away (a letter too many, too few, wrong, or two changed about), else two
words written as one. What is a name in the text, by its capital, is left alone.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

from breachkit.freetext.fold import FoldedText
from breachkit.freetext.lexicon import Lexicon, compiled
from breachkit.freetext.vocabulary import LONGEST, SHORTEST, Vocabulary, edges, sound, vocabulary

if TYPE_CHECKING:
    import polars as pl

SLIP = 7  # letters from which one slip is forgiven; shorter words have too many neighbours. Our choice.
_WORD = re.compile(rf"[a-z]{{{SHORTEST},{LONGEST}}}\d{{0,4}}")
_PARTS = re.compile(r"([a-z]+)(\d*)")
# Little words that are glued to the next or to the one before.
_GLUED_BEFORE = re.compile(
    "(?:sous|sans|dans|avec|pour|mais|plus|tres|dune?|des|les|aux|est|une|son|ses|mon|par|pas|sur|vers|chez|trop|assez"
    "|le|la|du|de|au|un|en|et|sa|ma|ne|qui|il|elle)"
)
_ELIDED = re.compile("[ld](?=[aeiouyh])")
_GLUED_AFTER = re.compile("(?:de|du|des|en|et|aux?|la|les?|son|sa|ses|avec|sous|pas|est|non|depuis|ferme)$")
_HALF = 4  # letters of the shorter of two glued words of the lexicon


def respelling(word: str, lexicon: Lexicon) -> str | None:
    """What a folded word of a note stands for, or None where it stands for itself."""
    return _meaning(word, vocabulary(), lexicon)


def _meaning(written: str, known: Vocabulary, lexicon: Lexicon) -> str | None:
    parts = _PARTS.fullmatch(written)
    if parts is None or len(parts[1]) < SHORTEST:
        return None
    word, digits = parts[1], parts[2]
    if word in known.known:
        meant = word if digits and word in known.meant else None
    else:
        meant = _one_word(word, known)
        if meant and _is_of_lexicon(word, meant, lexicon):
            meant = word if digits else None
        elif meant is None and not digits:
            meant = _two_words(word, known)
            meant = None if meant and _reveals(word, lexicon) else meant
    if meant is None or not digits:
        return meant
    return f"{meant} {digits}" if _parts_from(meant, digits, lexicon) else None


@lru_cache(maxsize=2)
def _written(lexicon: Lexicon) -> frozenset[str]:
    """Every run of letters that stands in a pattern of the lexicon: words, and beginnings of words."""
    return frozenset(word for term in lexicon.terms for word in _LETTERS.findall(_ESCAPED.sub(" ", term.pattern)))


_LETTERS = re.compile(rf"[a-z]{{{SHORTEST},}}")
_ESCAPED = re.compile(r"\\.|\[[^\]]*\]")
_ENDING = 4  # letters that may follow the beginning of a word which a pattern holds. Our choice.


def _is_of_lexicon(word: str, meant: str, lexicon: Lexicon) -> bool:
    """Whether the lexicon holds the word as it is written, or its beginning.

    Not where only its end is misspelt, nor where it sounds as what is meant.
    """
    if word.startswith(meant) or sound(word) == sound(meant):
        return False
    known = _written(lexicon)
    return any(word[:length] in known for length in range(max(SHORTEST, len(word) - _ENDING), len(word) + 1))


# « soleil2024 » may be a password: only what reveals something alone, or is said to be opened, parts from its number.
_OPENED = re.compile("portail|portillon|porte|code|digicode|immeuble|interphone|barriere|batiment|garage|alarme|coffre")


def _parts_from(word: str, digits: str, lexicon: Lexicon) -> bool:
    return bool(_OPENED.match(word)) or (len(digits) < 4 and _reveals(word, lexicon))


def _reveals(word: str, lexicon: Lexicon) -> bool:
    """Whether a rule knows the word alone, as it is written."""
    edged = f" {word} "
    cuts = {edged[begin:end] for begin in range(len(edged)) for end in range(begin + 3, len(edged) + 1)}
    return any(
        index in lexicon.rules and compiled(lexicon.terms[index].pattern).search(word)
        for cut in cuts & lexicon.wakes.keys()
        for index in lexicon.wakes[cut]
    )


def _one_word(word: str, known: Vocabulary) -> str | None:
    heard = sound(word)
    alike = known.by_sound.get(heard, ())
    if alike and len(word) > SHORTEST and heard not in known.elsewhere:
        return _closest(word, alike, known)
    if len(word) < SLIP - 1:
        return None
    near = [one for one in _neighbours(word, known) if len(word) >= SLIP or len(one) > len(word)]
    if not near or not known.heard_of.isdisjoint(slips(word)):
        return None  # or nobody knows what was meant
    return _closest(word, near, known)


def _neighbours(word: str, known: Vocabulary) -> list[str]:
    """The words of the lexicon that are one slip away: they share its first or its last letters."""
    lengths = range(len(word) - 1, len(word) + 2)
    found = {one for length in lengths for edge in edges(word, length) for one in known.by_edge.get(edge, ())}
    return sorted(one for one in found if _is_slip(word, one))


def _is_slip(word: str, other: str) -> bool:
    """Whether one letter added, lost, changed, or two changed about, make one word of the other; the first stays."""
    if word[0] != other[0]:
        return False
    short, long = sorted((word, other), key=len)
    first = next((at for at, (a, b) in enumerate(zip(short, long, strict=False)) if a != b), len(short))
    if len(short) < len(long):
        return short[first:] == long[first + 1 :]
    rest = short[first + 2 :] == long[first + 2 :]
    return short[first + 1 :] == long[first + 1 :] or (
        rest and short[first : first + 2] == long[first : first + 2][::-1]
    )


def _closest(word: str, meant: Sequence[str], known: Vocabulary) -> str:
    """The likeliest of several: one slip away before others, then the commonest."""
    return min(meant, key=lambda one: (not _is_slip(word, one), known.meant[one]))


_ALPHABET = "abcdefghijklmnopqrstuvwxyz"


def slips(word: str) -> frozenset[str]:
    """What a word becomes by one letter added, lost, changed, or two changed about; its first letter stays."""
    forms: set[str] = set()
    for at in range(1, len(word) + 1):
        head, tail = word[:at], word[at:]
        forms.update(head + letter + tail for letter in _ALPHABET)
        if tail:
            forms.add(head + tail[1:])
            forms.update(head + letter + tail[1:] for letter in _ALPHABET)
        if len(tail) > 1:
            forms.add(head + tail[1] + tail[0] + tail[2:])
    return frozenset(forms - {word})


def _two_words(word: str, known: Vocabulary) -> str | None:
    """Two words written as one, where one of them is of the lexicon: « latuberculose », « cancerdu »."""
    for pattern in (_GLUED_BEFORE, _ELIDED):
        if (little := pattern.match(word)) and (meant := _half(word[little.end() :], known)):
            return f"{little[0]} {meant}"
    if (little := _GLUED_AFTER.search(word)) and (meant := _half(word[: little.start()], known)):
        return f"{meant} {little[0]}"
    for at in range(SHORTEST, len(word) - _HALF + 1):
        if word[:at] in known.meant and word[at:] in known.meant:
            return f"{word[:at]} {word[at:]}"
    return None


def _half(word: str, known: Vocabulary) -> str | None:
    """A half of a glued word as a word of the lexicon, itself misspelt at most in what is not heard."""
    if len(word) < SHORTEST:
        return None
    if word in known.meant:
        return word
    alike = known.by_sound.get(sound(word), ()) if len(word) > SLIP and word not in known.known else ()
    return _closest(word, alike, known) if alike else None


def respellings(screened: pl.Series, lexicon: Lexicon, meanings: dict[str, str | None] | None = None) -> dict[str, str]:
    """The misspelt words of a column of screened texts, each with what it stands for; sorted.

    `meanings` remembers what was worked out, from one column to the next.
    """
    import polars as pl

    known = vocabulary()
    distinct = (
        screened.to_frame("screen")
        .select(pl.col("screen").str.extract_all(rf"\b[a-z]{{{SHORTEST},{LONGEST}}}\d{{0,4}}\b").explode())
        .drop_nulls()
        .unique()
        .filter(~pl.col("screen").is_in(_known_series().implode()))
        .sort("screen")
        .to_series()
    )
    meanings = {} if meanings is None else meanings
    found = {}
    for word in distinct:
        if word not in meanings:
            meanings[word] = _meaning(word, known, lexicon)
        meant = meanings[word]
        if meant is not None and meant != word:
            found[word] = meant
    return found


@lru_cache(maxsize=2)
def _known_series() -> pl.Series:
    """The words that stand for themselves."""
    import polars as pl

    return pl.Series(sorted(vocabulary().known))


def respell(folded: FoldedText, corrections: dict[str, str], original: str = "") -> FoldedText:
    """The folded text with its misspelt words replaced, offsets still leading to the original.

    With the `original`, a word that its capital makes a name is left as it is.
    """
    if not corrections:
        return folded
    pieces: list[str] = []
    offsets: list[int] = []
    position = 0
    before = folded.offsets if folded.offsets is not None else range(len(folded.text))
    mixed = bool(original) and not original.isupper()
    for hit in _WORD.finditer(folded.text):
        meant = corrections.get(hit[0])
        if meant is None or (mixed and _is_name(original, before[hit.start()])):
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


_OPENS = re.compile(r"(?:^|[.!?\n:;(\-/])[ \t«\"]*$")


def _is_name(original: str, at: int) -> bool:
    """Whether a capital begins the word and no sentence does: « Mme Bracellet »."""
    if not original[at].isupper() or original[at : at + 2].isupper():
        return False
    return not _OPENS.search(original, max(0, at - 12), at)
