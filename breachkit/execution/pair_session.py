"""A review of pairs under way: which are left, and each answer kept in decisions.toml as soon as it is given.

What the files say is held in memory while the session lasts; the workspace is open only to draw the pairs.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from breachkit import case, workspace
from breachkit.case import Decisions, PairDecision, SampleDecision, load_decisions, read_review_key
from breachkit.errors import UsageError
from breachkit.execution.console import say
from breachkit.execution.decision_file import Values, add_table, today
from breachkit.execution.review_session import DEFAULT_SEED, Place
from breachkit.people.doubtful import DEFAULT_PAIRS, Compared, Digests, PairDraw, compared, draw_pairs

Answered = dict[Digests, PairDecision]


@dataclass
class PairSession:
    """The pairs to judge in order, and the answers so far; `files` never leaves the memory of this process."""

    place: Place
    sample: SampleDecision
    drawn: PairDraw
    queue: tuple[Digests, ...]
    answers: Answered
    files: dict[Digests, tuple[Compared, ...]] = field(repr=False)
    lost: int = 0  # answers of a review whose secret is gone

    def answer(self, pair: Digests, answer: str, author: str) -> None:
        """Keeps an answer at once."""
        values: Values = {"one": pair[0], "other": pair[1], "answer": answer, "author": author, "date": today()}
        self.answers = add_table(self.place.decisions, "pair", values).pair_answers()

    @property
    def left(self) -> int:
        """The pairs without an answer, or left undecided."""
        return len(_queue(self.drawn, self.answers))

    def counts(self) -> dict[str, int]:
        """The answers so far on the pairs drawn, by what was answered."""
        given = [self.answers[one].answer for one in self.drawn.pairs if one in self.answers]
        return {key: given.count(key) for key in ("same", "different", "undecided")}


def begin_pairs(place: Place, *, size: int | None = None, seed: int | None = None) -> PairSession:
    """A session on the pairs of the last run, drawn by [[pair_sample]], which is written where there is none yet.

    UsageError for another seed once answers are there, or where the workspace keeps no doubtful pair.
    """
    decisions = _decisions(place)
    sample, key = _sample(decisions, size, seed)
    lost = 0
    if key is None:
        lost = len(decisions.pair)
        sample = sample.model_copy(update={"key": case.new_review_key(), "date": today()})
        key = read_review_key(sample.key) or b""
    if not decisions.pair_sample or decisions.pair_sample[-1] != sample:
        add_table(place.decisions, "pair_sample", sample.model_dump())
    case.tie_review_key(place.database, sample.key)
    answers = _decisions(place).pair_answers()
    with workspace.reopen(place.database, case.read_key(place.database)) as connection:
        _require_pairs(connection)
        drawn = draw_pairs(connection, key, seed=sample.seed, size=sample.size)
        found = compared(connection, drawn.records.values())
    files = {pair: found[records] for pair, records in drawn.records.items()}
    return PairSession(place, sample, drawn, _queue(drawn, answers), answers, files, lost)


def planned_pairs(place: Place, *, size: int | None = None, seed: int | None = None) -> tuple[PairDraw, Answered]:
    """What would be drawn, and the answers there are: nothing is shown, nothing is written."""
    decisions = _decisions(place)
    sample, key = _sample(decisions, size, seed)
    with workspace.reopen(place.database, case.read_key(place.database)) as connection:
        _require_pairs(connection)
        drawn = draw_pairs(connection, key or b"", seed=sample.seed, size=sample.size)
    return drawn, decisions.pair_answers() if key else {}


def chosen_sample(place: Place, size: int | None, seed: int | None) -> SampleDecision:
    """The sample that holds: asked for, else the last one, else our own."""
    return _sample(_decisions(place), size, seed)[0]


def _queue(drawn: PairDraw, answers: Answered) -> tuple[Digests, ...]:
    return drawn.queue(answers, [pair for pair, one in answers.items() if one.answer == "undecided"])


def _require_pairs(connection: Any) -> None:
    """UsageError where the workspace was made before doubtful pairs were kept."""
    found = connection.execute("SELECT 1 FROM duckdb_tables() WHERE table_name = 'doubtful'").fetchall()
    if not found:
        raise UsageError(say("review_no_pairs", "fr"), say("review_no_pairs", "en"))


def _decisions(place: Place) -> Decisions:
    return load_decisions(place.decisions) if place.decisions.is_file() else Decisions()


def _sample(decisions: Decisions, size: int | None, seed: int | None) -> tuple[SampleDecision, bytes | None]:
    """The latest sample, with another size or seed where one is asked for, and its secret where it is here."""
    if not decisions.pair_sample:
        chosen = DEFAULT_SEED if seed is None else seed
        return SampleDecision(key="0" * 32, seed=chosen, size=size or DEFAULT_PAIRS, date=today()), None
    sample = decisions.pair_sample[-1]
    if seed is not None and seed != sample.seed:
        if decisions.pair:
            raise UsageError(
                say("review_other_seed", "fr", seed=sample.seed), say("review_other_seed", "en", seed=sample.seed)
            )
        sample = sample.model_copy(update={"seed": seed, "date": today()})
    if size and size != sample.size:
        sample = sample.model_copy(update={"size": size, "date": today()})
    return sample, read_review_key(sample.key)
