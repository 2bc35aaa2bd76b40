"""The notes: what they reveal, and what a person's reading of a sample says of it."""

from __future__ import annotations

from pydantic import Field

from breachkit.impact.base import Assertion, Frozen, Natural, Share, Subject


class Finding(Frozen):
    """Notes that say this, and the persons on whose file they stand."""

    category: str
    topic: str | None
    assertion: Assertion
    subject: Subject
    notes: Natural
    persons: Natural


class NoteKind(Frozen):
    """Notes of one kind in view of what was needed (reference/minimisation.toml); a note may be of several."""

    id: str
    notes: Natural
    persons: Natural


class FreeText(Frozen):
    """What the notes reveal. A mention counts whatever its assertion: a supposed orientation is special data too."""

    notes: Natural
    distinct_notes: Natural = 0
    persons_with_notes: Natural
    persons_with_special_category: Natural
    notes_with_special_category: Natural = 0
    notes_with_findings: Natural = 0
    by_finding: tuple[Finding, ...]
    minimisation: tuple[NoteKind, ...] = ()


class Precision(Frozen):
    """A share of right findings with its exact interval (Clopper-Pearson, the notes being a finite whole)."""

    low: Share
    best: Share
    high: Share


class ReviewedCategory(Frozen):
    """How the findings of one category stood up to a person's reading of a sample of its notes."""

    category: str
    notes: Natural = Field(description="filled notes in which the category was found")
    reviewed: Natural
    right: Natural
    undecided: Natural
    precision: Precision | None = Field(description="null where nothing was decided")


class Review(Frozen):
    """What a person's reading of a seeded sample says of the figures of the notes. The unit is the filled note.

    `missed_at_most` bounds, one-sided at `confidence`, how many of `unflagged_notes` reveal something all the same;
    `special_missed_at_most` those of GDPR art. 9 or 10. Undecided notes count against us in every bound.
    """

    method: str
    confidence: Share
    seed: Natural
    size: Natural = Field(description="notes without finding that the sample was to hold")
    complete: bool = Field(description="whether the whole sample was read")
    answers: Natural = Field(default=0, description="answers of decisions.toml about a note of this extract")
    unmatched: Natural = Field(default=0, description="answers about a note that this extract does not hold")
    flagged_notes: Natural = 0
    flagged_reviewed: Natural = 0
    flagged_right: Natural = 0
    flagged_undecided: Natural = 0
    precision: Precision | None = None
    by_category: tuple[ReviewedCategory, ...] = ()
    unflagged_notes: Natural = 0
    unflagged_reviewed: Natural = 0
    unflagged_undecided: Natural = 0
    missed: Natural = Field(default=0, description="notes of the sample that reveal something and were not found")
    missed_at_most: Natural | None = None
    missed_share_at_most: Share | None = None
    special_missed: Natural = 0
    special_missed_at_most: Natural | None = None
