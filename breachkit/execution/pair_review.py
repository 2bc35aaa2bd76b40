"""`breachkit review --what pairs`: a person judges doubtful pairs of files at her terminal."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path

import typer

from breachkit.errors import Language, UsageError
from breachkit.execution.console import say
from breachkit.execution.pair_screen import PairScreen, pair_words, rule_words
from breachkit.execution.pair_session import PairSession, begin_pairs, chosen_sample, planned_pairs
from breachkit.execution.review import named
from breachkit.execution.review_screen import words
from breachkit.execution.review_session import place_of
from breachkit.report.format import number


def review_pairs(
    folder: Path,
    *,
    database: Path | None = None,
    decisions: Path | None = None,
    size: int | None = None,
    seed: int | None = None,
    author: str | None = None,
    language: Language = "fr",
) -> str:
    """Shows the pairs one by one on the terminal, keeping each answer; what was answered.

    UsageError where standard input or output is no terminal (a value could end up in a file).
    """
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise UsageError(say("review_no_terminal", "fr"), say("review_no_terminal", "en"))
    session, said = begin_pairs(place_of(folder, database, decisions), size=size, seed=seed), pair_words(language)
    told = [said["lost"].format(n=session.lost)] if session.lost else []
    if not session.drawn.pairs:
        return "\n".join([*told, said["nothing"]]) + "\n"
    answered = 0
    if session.queue:
        name = author or typer.prompt(words(language)["author"], default=_last_author(session), err=True)
        answered = PairScreen(session, named(name), language, sys.stdout, typer.getchar).run()
    done = [] if session.left else [said["finished"]]
    kept = said["saved"].format(answered=answered, file=session.place.decisions.name, left=session.left)
    return "\n".join([*told, said["counts"].format(**session.counts()), *done, kept]) + "\n"


def _last_author(session: PairSession) -> str | None:
    return next((one.author for one in reversed(session.answers.values())), None)


def plan_pairs(
    folder: Path,
    *,
    database: Path | None = None,
    decisions: Path | None = None,
    size: int | None = None,
    seed: int | None = None,
    language: Language = "fr",
) -> str:
    """What would be drawn, by side and by rule; no file is shown and nothing is written."""
    said, place = pair_words(language), place_of(folder, database, decisions)
    drawn, answers = planned_pairs(place, size=size, seed=seed)
    if not drawn.pairs:
        return said["nothing"] + "\n"
    sample = chosen_sample(place, size, seed)
    counts = {"size": sample.size, "doubtful": drawn.doubtful}
    lines = [said["plan"].format(seed=sample.seed, **{key: number(n, language) for key, n in counts.items()})]
    tally = Counter((not drawn.merged[pair], drawn.reason[pair]) for pair in drawn.pairs)
    for (apart, rule), count in sorted(tally.items()):
        side = said["side_apart" if apart else "side_merged"]
        lines.append(said["plan_row"].format(side=side, rule=rule_words(rule, language), drawn=number(count, language)))
    left = number(len(set(drawn.pairs) - set(answers)), language)
    lines.append(said["plan_left"].format(pairs=number(len(drawn.pairs), language), left=left))
    return "\n".join(lines) + "\n"
