"""Where a name announced by a title ends: « Mme Durand diabétique », « Mme Durand HTA », « M. Paul Cancre »."""

from __future__ import annotations

import re
from functools import lru_cache

from breachkit.freetext.fold import FoldedText, fold
from breachkit.freetext.identifiers import given_names
from breachkit.reference.catalogue import resource

_WORD = re.compile(r"[^\W\d_]+")
_PARTICLES = frozenset({"de", "du", "d", "le", "la", "van", "el", "ben", "au", "nom", "chez", "a", "à", "des", "von"})
_CAPITAL_TITLES = frozenset({"m", "mr", "mme", "dr", "mlle"})  # only these announce a name in a text all in capitals
_LONGEST_ACRONYM = 5  # letters; « Mme VIH », « M. DNID »: our choice


def name_end(original: str, folded: FoldedText, start: int, end: int) -> int:
    """Where the name after a title ends in the folded text; `start` if there is no name.

    The first word with a capital is the name, whatever it is. A later one belongs to it when a hyphen or a particle
    ties it to the name, when it follows a given name, or when it is a known name itself: what else stands there
    in capitals is the note (« Mme Durand AAH »).
    """
    begin, stop = folded.original_span(start, end)
    words = list(_WORD.finditer(original, begin, stop))
    capitals_only = original.isupper()
    if capitals_only and (not words or words[0][0].lower() not in _CAPITAL_TITLES):
        return start
    last: re.Match[str] | None = None
    tied = False
    for word in words[1:]:
        if word[0].lower() in _PARTICLES and not (word[0].isupper() and last is not None and len(word[0]) > 1):
            tied = True
            continue
        if not word[0][0].isupper() or not _belongs(original, word, last, tied, capitals_only):
            break
        last, tied = word, False
    return start if last is None else start + (last.end() - begin)


def _belongs(original: str, word: re.Match[str], last: re.Match[str] | None, tied: bool, capitals_only: bool) -> bool:
    if last is None:
        acronym = word[0].isupper() and len(word[0]) <= _LONGEST_ACRONYM and not capitals_only
        return not acronym or len(word[0]) == 1 or fold(word[0]).text in known_names()
    if tied or original[word.start() - 1] == "-":
        return True
    if capitals_only:
        return False
    return fold(last[0]).text in given_names() or fold(word[0]).text in known_names()


@lru_cache(maxsize=1)
def known_names() -> frozenset[str]:
    """Family and given names, common and rare, folded."""
    files = ("family_names", "family_names_wide", "given_names", "given_names_wide")
    lines = (line for name in files for line in resource(f"lists/{name}.txt").splitlines() if line[:1] != "#")
    return frozenset(fold(word).text for line in lines for word in line.replace("\t", " ").split())
