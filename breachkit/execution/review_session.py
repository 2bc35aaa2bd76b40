"""A review under way: which notes are left, and each answer kept in decisions.toml as soon as it is given.

Notes are held in memory while the session lasts and written nowhere; the workspace is open only to draw them.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path

from breachkit import case, workspace
from breachkit.case import Decisions, NoteDecision, SampleDecision, load_decisions, read_review_key
from breachkit.errors import UsageError
from breachkit.execution.case import RESULTS_FOLDER
from breachkit.execution.console import say
from breachkit.execution.decision_file import DECISIONS, Values, add_table, today
from breachkit.execution.places import WORKSPACE
from breachkit.freetext.review import queue_of, review_of
from breachkit.freetext.review_sample import DEFAULT_SIZE, Draw, draw, texts_of
from breachkit.impact import Review

DEFAULT_SEED = 1


@dataclass(frozen=True)
class Place:
    """Where a review reads (the workspace) and writes (decisions.toml)."""

    database: Path
    decisions: Path


def place_of(folder: Path, database: Path | None = None, decisions: Path | None = None) -> Place:
    """The place for a case folder or the results of a run; UsageError where neither holds a workspace."""
    candidates = [database] if database else [folder / WORKSPACE, folder / RESULTS_FOLDER / WORKSPACE]
    found = next((one for one in candidates if case.has_workspace(one)), None)
    if found is None:
        raise UsageError(say("review_no_workspace", "fr"), say("review_no_workspace", "en"))
    # The results of a case lie inside it: the answers belong to the case, and survive a new run.
    beside = [one / DECISIONS for one in (folder, folder.parent) if (one / DECISIONS).is_file()]
    return Place(found, decisions or next(iter(beside), folder / DECISIONS))


@dataclass
class Session:
    """The notes to read in order, and the answers so far; `texts` never leaves the memory of this process."""

    place: Place
    sample: SampleDecision
    drawn: Draw
    queue: tuple[str, ...]
    answers: dict[str, NoteDecision]
    texts: dict[str, str] = field(repr=False)
    lost: int = 0  # answers of a review whose secret is gone

    def answer(self, digest: str, answer: str, categories: tuple[str, ...], author: str) -> None:
        """Keeps an answer at once. A plain yes to a note with findings confirms these findings."""
        told = categories or (tuple(sorted(self.found(digest))) if answer == "yes" else ())
        which: Values = {"categories": told} if told else {}
        values: Values = {"digest": digest, "answer": answer, **which, "author": author, "date": today()}
        self.answers = add_table(self.place.decisions, "note", values).answers()

    def found(self, digest: str) -> frozenset[str]:
        """The categories found in a note."""
        return self.drawn.categories.get(digest, frozenset())

    @property
    def left(self) -> int:
        """The texts without an answer, or left undecided."""
        return len(queue_of(self.drawn, self.answers))

    def review(self) -> Review:
        """The figures as they stand."""
        known = frozenset(self.answers) & (self.drawn.known | frozenset(self.drawn.note_ids))
        return review_of(replace(self.drawn, known=known), self.sample, self.answers)


def planned(place: Place, *, size: int | None = None, seed: int | None = None) -> tuple[Draw, dict[str, NoteDecision]]:
    """What would be drawn, and the answers there are: nothing is shown, nothing is written."""
    decisions = _decisions(place)
    sample = _sample(decisions, size, seed)
    key = read_review_key(sample.key) if sample else None
    sample = sample or _new_sample("0" * 32, size, seed)
    drawn = _draw(place, key or b"", sample, decisions)
    return drawn, decisions.answers() if key else {}


def begin(place: Place, *, size: int | None = None, seed: int | None = None) -> Session:
    """A session on the sample of decisions.toml, drawn and written there where there is none yet.

    Another size lengthens or shortens it. UsageError for another seed once answers are there: they would count for
    nothing.
    """
    decisions = _decisions(place)
    sample = _sample(decisions, size, seed)
    key = read_review_key(sample.key) if sample else None
    lost = 0
    if sample is None or key is None:
        lost = len(decisions.note)
        former = sample or _new_sample("0" * 32, size, seed)
        sample = former.model_copy(update={"key": case.new_review_key(), "date": today()})
        key = read_review_key(sample.key) or b""
    if not decisions.sample or decisions.sample[-1] != sample:
        add_table(place.decisions, "sample", sample.model_dump())
    case.tie_review_key(place.database, sample.key)
    answers = _decisions(place).answers()
    drawn, texts = _drawn_with_texts(place, key, sample, answers)
    return Session(place, sample, drawn, queue_of(drawn, answers), answers, texts, lost)


def _decisions(place: Place) -> Decisions:
    return load_decisions(place.decisions) if place.decisions.is_file() else Decisions()


def _new_sample(key: str, size: int | None, seed: int | None) -> SampleDecision:
    chosen = DEFAULT_SEED if seed is None else seed
    return SampleDecision(key=key, seed=chosen, size=size or DEFAULT_SIZE, date=today())


def _sample(decisions: Decisions, size: int | None, seed: int | None) -> SampleDecision | None:
    """The latest sample, with another size where one is asked for."""
    if not decisions.sample:
        return None
    sample = decisions.sample[-1]
    if seed is not None and seed != sample.seed:
        if decisions.note:
            raise UsageError(
                say("review_other_seed", "fr", seed=sample.seed), say("review_other_seed", "en", seed=sample.seed)
            )
        sample = sample.model_copy(update={"seed": seed, "date": today()})
    return sample.model_copy(update={"size": size, "date": today()}) if size and size != sample.size else sample


def _draw(place: Place, key: bytes, sample: SampleDecision, decisions: Decisions) -> Draw:
    with workspace.reopen(place.database, case.read_key(place.database)) as connection:
        return draw(connection, key, seed=sample.seed, size=sample.size, answered=decisions.answers())


def _drawn_with_texts(
    place: Place, key: bytes, sample: SampleDecision, answers: dict[str, NoteDecision]
) -> tuple[Draw, dict[str, str]]:
    with workspace.reopen(place.database, case.read_key(place.database)) as connection:
        drawn = draw(connection, key, seed=sample.seed, size=sample.size, answered=answers)
        found = texts_of(connection, set(drawn.note_ids.values()))
    return drawn, {digest: found[note] for digest, note in drawn.note_ids.items()}
