"""The second pass, first half: where the lexicon speaks in one text, once the contexts that lie are removed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from breachkit.freetext.fold import FoldedText
from breachkit.freetext.lexicon import Exclusion, Lexicon, Rule, compiled
from breachkit.freetext.name_zone import name_end


@dataclass(frozen=True, slots=True)
class Match:
    """A rule and the span of the folded text that woke it."""

    rule: Rule
    start: int
    end: int


def matches(original: str, folded: FoldedText, awake: Iterable[int], lexicon: Lexicon) -> list[Match]:
    """The matches of a text in order of position, those inside an excluded context left out.

    `awake` are the terms to try, in order (`Lexicon.awake`).
    """
    found: list[Match] = []
    excluded: list[tuple[int, int, Exclusion]] = []
    for index in awake:
        term = lexicon.terms[index]
        for hit in compiled(term.pattern).finditer(folded.text):
            start, end = hit.span()
            if term.owner.case == "capital":
                end = name_end(original, folded, start, end)
            if start == end or not _case_fits(term.owner.case, original, folded, start, end):
                continue
            if isinstance(term.owner, Rule):
                found.append(Match(term.owner, start, end))
            else:
                excluded.append((start, end, term.owner))
    kept = [match for match in found if not any(_excludes(zone, match) for zone in excluded)]
    ordered = sorted(kept, key=lambda match: (match.start, -match.end, match.rule.id))
    return _longest(ordered, {match for match in kept if _follows_hyphen(original, folded, match)})


def _follows_hyphen(original: str, folded: FoldedText, match: Match) -> bool:
    """Whether the match is the end of a compound: « dépendant » in « insulino-dépendant »."""
    begin, _ = folded.original_span(match.start, match.end)
    return begin > 1 and original[begin - 1] == "-" and original[begin - 2].isalpha()


def _longest(ordered: list[Match], compounds: set[Match]) -> list[Match]:
    """Without the matches inside a longer one of their category (« titre de séjour » in « pas de titre de séjour »).

    A shorter match with a topic of its own (not `other`) stays beside a longer one that has another topic, unless
    it is the end of a compound.
    """
    kept: list[Match] = []
    reach: dict[str, Match] = {}
    for match in ordered:
        longer = reach.get(match.rule.category)
        hidden = match in compounds or (longer is not None and match.rule.topic in {longer.rule.topic, "other", None})
        if hidden and longer is not None and _is_within(match, longer):
            continue
        kept.append(match)
        if longer is None or match.end > longer.end:
            reach[match.rule.category] = match
    return kept


def _is_within(match: Match, longer: Match) -> bool:
    """Whether a match lies inside a longer one."""
    inside = longer.start <= match.start and match.end <= longer.end
    return inside and match.end - match.start < longer.end - longer.start


def _excludes(zone: tuple[int, int, Exclusion], match: Match) -> bool:
    """Whether the match begins inside the excluded zone."""
    start, end, exclusion = zone
    if exclusion.categories and match.rule.category not in exclusion.categories:
        return False
    return start <= match.start < end


def _case_fits(case: str, original: str, folded: FoldedText, start: int, end: int) -> bool:
    if case != "upper":
        return True
    begin, stop = folded.original_span(start, end)
    return original[begin:stop].isupper() and not original.isupper()
