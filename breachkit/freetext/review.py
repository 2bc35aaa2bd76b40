"""What a person's review says of the figures: how often a finding is right, and how much may have been missed.

`review_of` turns the answers kept in decisions.toml into the figures of the impact; `queue_of` tells what is left to
read. The part of a sample that counts is the run of its first notes that all have an answer, up to the size asked
for: a person who stops half-way has read a smaller sample, not a worse one. An undecided note stays in the sample:
it counts against us in every bound.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import takewhile
from typing import Any

from breachkit.case import Decisions, NoteDecision, SampleDecision, read_review_key
from breachkit.freetext.review_bounds import CONFIDENCE, at_most, finite_interval
from breachkit.freetext.review_sample import FLAGGED, UNFLAGGED, Draw, Stratum, draw
from breachkit.impact import SPECIAL_CATEGORIES, Precision, Review, ReviewedCategory

METHOD = "review_bound"
Answers = Mapping[str, NoteDecision]


@dataclass(frozen=True)
class Judged:
    """The part of a stratum that was read: how many, right, undecided (which may be right or wrong)."""

    read: int
    right: int
    undecided: int


def replay(connection: Any, decisions: Decisions) -> Review | None:
    """The review that decisions.toml holds, on this workspace; None where nothing was drawn or no note is answered.

    Where the review's secret is not with this user no answer can be matched: they are all told as unmatched.
    """
    if not decisions.sample or not decisions.note:
        return None
    sample, answers = decisions.sample[-1], decisions.answers()
    key = read_review_key(sample.key)
    if key is None:
        return _empty(sample, len(answers))
    return review_of(draw(connection, key, seed=sample.seed, size=sample.size, answered=answers), sample, answers)


def review_of(drawn: Draw, sample: SampleDecision, answers: Answers) -> Review:
    """The figures of a review, from what was drawn and the answers by digest."""
    strata, flagged, unflagged = drawn.strata, drawn.strata[FLAGGED], drawn.strata[UNFLAGGED]
    overall, blank = _judge(flagged, answers, drawn, None), _missed(unflagged, answers, None)
    special = _missed(unflagged, answers, frozenset(SPECIAL_CATEGORIES))
    missed_at_most, special_at_most = (_bound(one, unflagged.notes) for one in (blank, special))
    return Review(
        method=METHOD,
        confidence=CONFIDENCE,
        seed=sample.seed,
        size=sample.size,
        complete=all(_read(one, answers) == len(one.drawn) for one in strata.values()),
        answers=len(drawn.known),
        unmatched=len(set(answers) - drawn.known),
        flagged_notes=flagged.notes,
        flagged_reviewed=overall.read,
        flagged_right=overall.right,
        flagged_undecided=overall.undecided,
        precision=_precision(overall, flagged.notes),
        by_category=tuple(
            _category(one, answers, drawn) for name, one in strata.items() if name not in (FLAGGED, UNFLAGGED)
        ),
        unflagged_notes=unflagged.notes,
        unflagged_reviewed=blank.read,
        unflagged_undecided=blank.undecided,
        missed=blank.right,
        missed_at_most=missed_at_most,
        missed_share_at_most=_share(missed_at_most, unflagged.notes),
        special_missed=special.right,
        special_missed_at_most=special_at_most,
    )


def queue_of(drawn: Draw, answers: Answers) -> tuple[str, ...]:
    """The texts left to read, as digests: the strata in step, so that each is read in its due share at any moment.

    Notes left undecided come again at the end.
    """
    places: dict[str, float] = {}
    for stratum in drawn.strata.values():
        for place, digest in enumerate(stratum.drawn):
            at = (place + 0.5) / len(stratum.drawn)
            places[digest] = min(at, places.get(digest, 1.0))
    ordered = sorted(places, key=lambda digest: (places[digest], digest))
    left = [one for one in ordered if one not in answers]
    return (*left, *(one for one in ordered if one in answers and answers[one].answer == "undecided"))


def _read(stratum: Stratum, answers: Answers) -> int:
    """How many of the first notes of a stratum have an answer, without a hole."""
    return sum(1 for _ in takewhile(lambda digest: digest in answers, stratum.drawn))


def _judge(stratum: Stratum, answers: Answers, drawn: Draw, category: str | None) -> Judged:
    """How the findings of a stratum were judged: one category's, or any of a note."""
    read = stratum.drawn[: _read(stratum, answers)]
    verdicts = [_is_right(answers[one], drawn.categories[one], category) for one in read]
    return Judged(len(read), verdicts.count(True), verdicts.count(None))


def _is_right(answer: NoteDecision, found: frozenset[str], category: str | None) -> bool | None:
    if answer.answer == "undecided":
        return None
    if answer.answer == "yes" and not answer.categories:
        return True if category is None else None
    return bool(found & set(answer.categories)) if category is None else category in answer.categories


def _missed(stratum: Stratum, answers: Answers, wanted: frozenset[str] | None) -> Judged:
    """What the notes without a finding do reveal (`right` counts them), of some categories or of any."""
    read = [answers[one] for one in stratum.drawn[: _read(stratum, answers)]]
    said = [one for one in read if one.answer == "yes"]
    # A yes that does not say what may be of any category.
    hits = sum(wanted is None or not one.categories or bool(wanted & set(one.categories)) for one in said)
    return Judged(len(read), hits, sum(one.answer == "undecided" for one in read))


def _bound(judged: Judged, notes: int) -> int | None:
    """The most that may hold something among all, undecided ones counted as if they did; None where none was read."""
    return at_most(judged.right + judged.undecided, judged.read, notes) if judged.read else None


def _share(count: int | None, whole: int) -> float | None:
    return None if count is None or not whole else round(count / whole, 6)


def _precision(judged: Judged, notes: int) -> Precision | None:
    """The share of right findings: undecided ones wrong in the lower bound, right in the upper, apart in the best."""
    decided = judged.read - judged.undecided
    if not decided:
        return None
    low, _ = finite_interval(judged.right, judged.read, notes)
    _, high = finite_interval(judged.right + judged.undecided, judged.read, notes)
    best = judged.right / decided
    return Precision(low=round(min(low, best), 4), best=round(best, 4), high=round(max(high, best), 4))


def _category(stratum: Stratum, answers: Answers, drawn: Draw) -> ReviewedCategory:
    judged = _judge(stratum, answers, drawn, stratum.name)
    return ReviewedCategory(
        category=stratum.name,
        notes=stratum.notes,
        reviewed=judged.read,
        right=judged.right,
        undecided=judged.undecided,
        precision=_precision(judged, stratum.notes),
    )


def _empty(sample: SampleDecision, unmatched: int) -> Review:
    """A review of which no answer can be matched, for want of its secret."""
    return Review(
        method=METHOD, confidence=CONFIDENCE, seed=sample.seed, size=sample.size, complete=False, unmatched=unmatched
    )
