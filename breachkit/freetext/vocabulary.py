"""What a misspelt word may stand for: French words, those of the lexicon and of the cues, and how they sound.

Drawn once from the dictionary of pyspellchecker (139,905 forms, MIT licence) and kept beside the lexicon: a file of the
package, written by `make lexicon`. A word that the dictionary knows is never read as another.
"""

from __future__ import annotations

import hashlib
import json
import re
import zlib
from bisect import bisect_left
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from breachkit.freetext.fold import fold
from breachkit.freetext.name_zone import known_names
from breachkit.reference.catalogue import resource

if TYPE_CHECKING:
    from breachkit.freetext.lexicon import Lexicon

FILE = "lexicon/vocabulary.json.z"
SHORTEST = 5  # letters of a word that may be meant; below, too many words are neighbours. Our choice.
LONGEST = 24
_LITERAL = re.compile(r"[a-z]{5,24}")
_COMMON = 1_000  # times counted: a common word that sounds alike is the likelier meaning. Our choice.
_HEARD_OF = 50  # times counted: a French word, not one of the dictionary's fringe. Our choice.


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """`known` the words that stand for themselves, `meant` those that a misspelling may stand for, the commonest first.

    `by_sound` and `by_edge` give the latter by how they sound, and by their first and by their last letters.
    `elsewhere` are the sounds of common French words that are not meant, `heard_of` the French words that are not.
    """

    known: frozenset[str]
    meant: dict[str, int]
    by_sound: dict[str, list[str]]
    by_edge: dict[str, list[str]]
    elsewhere: frozenset[str]
    heard_of: frozenset[str]


@lru_cache(maxsize=1)
def vocabulary() -> Vocabulary:
    """The vocabulary of the lexicon of the package, from its file (a test refuses a stale one)."""
    kept = json.loads(zlib.decompress(_place().read_bytes()))
    meant = kept["meant"].split(" ")
    by_sound: dict[str, list[str]] = {}
    by_edge: dict[str, list[str]] = {}
    for word, heard in zip(meant, kept["sounds"].split(" "), strict=True):
        by_sound.setdefault(heard, []).append(word)
        for edge in edges(word, len(word)):
            by_edge.setdefault(edge, []).append(word)
    heard_of = frozenset(kept["heard_of"].split(" "))
    known = heard_of | frozenset(kept["other"].split(" ")) | frozenset(meant)
    ranks = {word: rank for rank, word in enumerate(meant)}
    return Vocabulary(known, ranks, by_sound, by_edge, frozenset(kept["elsewhere"].split(" ")), heard_of)


def edges(word: str, length: int) -> tuple[str, str]:
    """The first and the last letters of a word, as a word of this length holds at least one of them after one slip."""
    kept = 3 if length < 9 else 4 if length < 11 else 5
    return f"{word[:kept]} {length}", f"{length} {word[-kept:]}"


def digest_of(lexicon: Lexicon) -> str:
    """The digest of what the file is made from."""
    found = hashlib.sha256("\n".join(lexicon.rule_triggers).encode("utf-8"))
    found.update(json.dumps(lexicon.cues).encode("utf-8"))
    return found.hexdigest()


def stored_digest() -> str:
    """The digest that the file carries."""
    return str(json.loads(zlib.decompress(_place().read_bytes()))["digest"])


def packed(lexicon: Lexicon) -> bytes:
    """The file for a lexicon: its whole words, the French words that begin with one of its stems, and the cues'."""
    french = _french_words()
    whole, stems = _words_of(lexicon.rule_triggers)
    whole |= {word for _, pattern in lexicon.cues for word in _LITERAL.findall(pattern) if word in french}
    ordered = sorted(word for word in french if SHORTEST <= len(word) <= LONGEST and word.isalpha())
    inflected = chain.from_iterable(_beginning(ordered, stem) for stem in stems)
    meant = {word for word in chain(whole, inflected) if len(word) >= SHORTEST}
    ranked = sorted(meant, key=lambda word: (-french.get(word, 0), word))
    common = (word for word in ordered if french[word] > _COMMON and word not in meant)
    elsewhere = {sound(word) for word in common if not _is_inflection(word, meant)}
    heard_of = {word for word in ordered if french[word] > _HEARD_OF} - meant
    other = {word for word in chain(ordered, known_names(), _places()) if len(word) >= SHORTEST} - meant - heard_of
    kept = {
        "digest": digest_of(lexicon),
        "meant": " ".join(ranked),
        "sounds": " ".join(map(sound, ranked)),
        **{
            name: " ".join(sorted(words))
            for name, words in (("elsewhere", elsewhere), ("heard_of", heard_of), ("other", other))
        },
    }
    return zlib.compress(json.dumps(kept, ensure_ascii=True).encode("ascii"), 9)


def write_vocabulary(lexicon: Lexicon) -> None:
    """Writes the file beside the lexicon."""
    _place().write_bytes(packed(lexicon))


def _place() -> Path:
    return Path(str(resources.files("breachkit.reference"))) / FILE


def _french_words() -> dict[str, int]:
    """The words of the dictionary, folded, with how often each was counted in a corpus of subtitles."""
    from spellchecker import SpellChecker

    best: dict[str, int] = {}
    for word, count in SpellChecker(language="fr").word_frequency.dictionary.items():
        plain = fold(word).text
        best[plain] = max(count, best.get(plain, 0))
    return best


def _is_inflection(word: str, meant: set[str]) -> bool:
    """Whether a word is another form of one that may be meant: « bracelets »."""
    longer = {f"{word}s", f"{word}e"}
    return any(word[:length] in meant for length in range(SHORTEST, len(word))) or bool(longer & meant)


def _places() -> frozenset[str]:
    """Towns and countries: their names are no misspellings."""
    files = ("towns", "towns_wide", "countries")
    lines = (line for name in files for line in resource(f"lists/{name}.txt").splitlines() if line[:1] != "#")
    return frozenset(word for line in lines for word in _LITERAL.findall(fold(line.split("\t")[0]).text))


def _words_of(rule_triggers: tuple[str, ...]) -> tuple[set[str], set[str]]:
    """The whole words and the stems among trigger strings: a blank marks the edge of a word."""
    whole: set[str] = set()
    stems: set[str] = set()
    for trigger in rule_triggers:
        *parts, last = trigger.split(" ")[1:] or [""]  # what stands before the first blank is the end of a word
        whole.update(part for part in parts if len(part) >= SHORTEST and part.isalpha())
        if len(last) >= SHORTEST and last.isalpha():
            stems.add(last)
    return whole, stems


def _beginning(ordered: list[str], stem: str) -> list[str]:
    """The words of a sorted list that begin with a stem."""
    return ordered[bisect_left(ordered, stem) : bisect_left(ordered, stem + "{")]


# Letters, or groups of them, and what is heard; the first that fits is taken.
_HEARD = (
    ("sch|sh|ch", "C"), ("ph", "f"), ("qu|ck|k|q", "k"), ("ti(?=o[nm]|el|eu)", "si"), ("c(?=[eiy])", "s"), ("c", "k"),
    ("gu(?=[eiy])", "G"), ("g(?=[eiy])", "j"), ("h", ""), ("z", "s"), ("eaux?|au", "o"), ("oi", "W"), ("ou", "U"),
    ("[ae][nm](?![aeiounmy])", "A"), ("(?:[ae][iy]|[iy])[nm](?![aeiounmy])", "I"), ("o[nm](?![aeiounmy])", "O"),
    ("[ae][iy]", "e"), ("y", "i"),
)  # fmt: skip
_WRITTEN = re.compile("|".join(f"({written})" for written, _ in _HEARD))
_SAID = tuple(said for _, said in _HEARD)
_DOUBLED = re.compile(r"(.)\1+")
_MUTE = re.compile(r"(?:ents?|es?|er|ez|[sxz]|[tdp]s?)$")


def sound(word: str) -> str:
    """The word as it is heard, roughly: what French misspellings keep. Endings that are not heard are left out."""
    heard = _WRITTEN.sub(_said, word)
    heard = _DOUBLED.sub(r"\1", heard)
    return heard[:1] + _MUTE.sub("", heard[1:])


def _said(hit: re.Match[str]) -> str:
    return _SAID[(hit.lastindex or 1) - 1]
