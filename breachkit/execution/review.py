"""`breachkit review`: a person reads a sample of the notes at her terminal; the figures that follow."""

from __future__ import annotations

import sys
from pathlib import Path

import typer

from breachkit.errors import Language, UsageError
from breachkit.execution.console import say
from breachkit.execution.review_screen import Screen, words
from breachkit.execution.review_session import DEFAULT_SEED, Place, Session, begin, place_of, planned
from breachkit.freetext.review import queue_of
from breachkit.freetext.review_bounds import at_most
from breachkit.freetext.review_sample import DEFAULT_SIZE, FLAGGED, UNFLAGGED
from breachkit.reference.catalogue import category_label
from breachkit.report.format import number, percent
from breachkit.report.review_text import review_sentences


def review_notes(
    folder: Path,
    *,
    database: Path | None = None,
    decisions: Path | None = None,
    size: int | None = None,
    seed: int | None = None,
    author: str | None = None,
    language: Language = "fr",
) -> str:
    """Shows the sample note by note on the terminal, keeping each answer; what was answered and what follows from it.

    UsageError where standard input or output is no terminal (a note could end up in a file), or nothing can be drawn.
    """
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise UsageError(say("review_no_terminal", "fr"), say("review_no_terminal", "en"))
    place, said = place_of(folder, database, decisions), words(language)
    session = begin(place, size=size, seed=seed)
    told = [said["lost"].format(n=session.lost)] if session.lost else []
    answered = 0
    if session.queue:
        name = author or typer.prompt(said["author"], default=_last_author(session), err=True)
        answered = Screen(session, named(name), language, sys.stdout, typer.getchar).run()
    return "\n".join([*told, *_outcome(session, answered, language)]) + "\n"


def named(author: str) -> str:
    """The author of the answers; UsageError where nobody is named."""
    if not author.strip():
        raise UsageError(words("fr")["no_author"], words("en")["no_author"])
    return author.strip()


def _last_author(session: Session) -> str | None:
    return next((one.author for one in reversed(session.answers.values())), None)


def _outcome(session: Session, answered: int, language: Language) -> list[str]:
    said = words(language)
    if not session.drawn.note_ids:
        return [said["nothing_to_draw"]]
    kept = said["saved"].format(answered=answered, file=session.place.decisions.name, left=session.left)
    return [*review_sentences(session.review(), language), *([] if session.left else [said["finished"]]), kept]


def plan_text(
    folder: Path,
    *,
    database: Path | None = None,
    decisions: Path | None = None,
    size: int | None = None,
    seed: int | None = None,
    language: Language = "fr",
) -> str:
    """What the sample holds, part by part, and what it would prove; no note is shown and nothing is written."""
    said, place = words(language), place_of(folder, database, decisions)
    drawn, answers = planned(place, size=size, seed=seed)
    if not drawn.note_ids:
        return said["nothing_to_draw"] + "\n"
    chosen = _chosen(place, size, seed)
    lines = [said["plan"].format(seed=chosen[1], size=number(chosen[0], language))]
    names = {UNFLAGGED: said["plan_unflagged"], FLAGGED: said["plan_flagged"]}
    for name, one in drawn.strata.items():
        texts = set(one.drawn)
        counts = {"notes": one.notes, "drawn": len(one.drawn), "texts": len(texts), "left": len(texts - set(answers))}
        shown = {key: number(count, language) for key, count in counts.items()}
        lines.append(said["plan_row"].format(name=names.get(name) or category_label(name, language), **shown))
    left = number(len(queue_of(drawn, answers)), language)
    lines.append(said["plan_left"].format(texts=number(len(drawn.note_ids), language), left=left))
    blank = drawn.strata[UNFLAGGED]
    if blank.drawn:
        most = at_most(0, len(blank.drawn), blank.notes)
        counts = {"read": len(blank.drawn), "count": most, "notes": blank.notes}
        shown = {key: number(count, language) for key, count in counts.items()}
        lines.append(said["plan_bound"].format(**shown, share=percent(most / blank.notes, language)))
    return "\n".join(lines) + "\n"


def _chosen(place: Place, size: int | None, seed: int | None) -> tuple[int, int]:
    """The size and the seed that hold: asked for, else of the last sample, else our own."""
    from breachkit.case import load_decisions

    drawn = load_decisions(place.decisions).sample[-1:] if place.decisions.is_file() else ()
    former = drawn[0] if drawn else None
    return (
        size or (former.size if former else DEFAULT_SIZE),
        seed if seed is not None else former.seed if former else DEFAULT_SEED,
    )
