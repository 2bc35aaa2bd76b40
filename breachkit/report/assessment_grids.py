"""The tables of the assessment: what the severity hangs on, the way through the decision tree, the other duties."""

from __future__ import annotations

from typing import Any, Literal

from breachkit.impact import Impact
from breachkit.report.format import clock, number, typography
from breachkit.report.grid import Grid, Kind, sentence
from breachkit.report.printing import printed
from breachkit.report.wording import wording

SHOWN = 12  # changes on one page; every one is in the attached impact.json. Our choice.


def sensitivity(impact: Impact, language: str) -> Grid:
    """Each change tried alone that changes a band or a verdict: the highest level then, and the persons moved."""
    words = wording(language)
    heads: tuple[tuple[str, Kind], ...] = (
        ("what_if", "text"), ("se", "score"), ("level", "text"), ("cnil_level", "text"), ("persons_moved", "count"),
        ("notify_then", "text"), ("inform_then", "text"),
    )  # fmt: skip
    found = impact.severity.sensitivity if impact.severity else ()
    rows = tuple(
        (
            sentence(one.change, language),
            one.se,
            words.label("enisa_levels", one.level),
            words.label("cnil_levels", one.cnil_level),
            one.persons,
            words.label("verdicts", one.notify_authority),
            words.label("verdicts", one.inform_persons),
        )
        for one in found
    )
    return Grid(heads, rows)


def sensitivity_content(impact: Impact, language: str) -> dict[str, Any]:
    """The heaviest changes as a printed table, and the sentence that says how many there are."""
    grid = sensitivity(impact, language)
    total = len(grid.rows)
    more = ""
    if total > SHOWN:
        shown, all_of_them = number(SHOWN, language), number(total, language)
        more = wording(language).text("report.severity.sensitivity.more", shown=shown, total=all_of_them)
    return {"table": printed(Grid(grid.columns, grid.rows[:SHOWN]), language), "more": more}


def decision_path(impact: Impact, tree: Literal["authority", "persons"], language: str) -> Grid:
    """The questions asked on the way to one verdict, each with its answer, where that comes from, and its ground."""
    heads: tuple[tuple[str, Kind], ...] = (
        ("question", "text"), ("answer", "text"), ("answer_source", "text"), ("ground", "text"),
    )  # fmt: skip
    rows = tuple(
        (
            sentence(one.question, language),
            sentence(one.answer, language),
            sentence(one.source, language),
            f"{sentence(one.ground, language)} [{one.mark}]",
        )
        for one in impact.obligations.path
        if one.tree == tree
    )
    return Grid(heads, rows)


def duties(impact: Impact, language: str) -> Grid:
    """The other duties and reminders: who, whether done or due, by when, and on what ground."""
    words = wording(language)
    heads: tuple[tuple[str, Kind], ...] = (
        ("duty", "text"), ("who", "text"), ("duty_state", "text"), ("ground", "text"),
    )  # fmt: skip
    rows = []
    for one in impact.obligations.duties:
        state = words.label("duty_states", one.state)
        if one.deadline is not None:
            state += f" ({words.text('report.obligations.by', moment=clock(one.deadline, language))})"
        rows.append(
            (
                sentence(one.text, language),
                words.label("duty_who", one.who),
                typography(state, language),
                f"{sentence(one.ground, language)} [{one.mark}]",
            )
        )
    return Grid(heads, tuple(rows))
