"""The chart from bytes to persons: a stream that narrows downwards, with what leaves it on the right."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Any

from breachkit.impact import Impact, Step
from breachkit.report import drawing as draw
from breachkit.report.format import MINUS, number
from breachkit.report.people_grids import step_name
from breachkit.report.wording import Wording, wording

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

BAR, GAP, LINE = 0.2, 0.2, 0.165  # inches: a bar, the least stream between two, a line of words beside it
WORDS_WIDE = 46  # letters of a line of words
LABEL_SHARE = 0.56  # of the longest bar, kept for the words on the right
COLOURS = {"lines": draw.PALE, "records": draw.SKY, "persons": draw.BLUE}


def path(impact: Impact, language: str = "fr") -> Figure:
    """Each step is a bar as long as what it counts; the stream between two loses what left, told beside it."""
    from matplotlib.figure import Figure

    words = wording(language)
    steps = impact.people.path
    if not any(one.count for one in steps):
        return draw.empty(words.text("charts.words.empty"), words.text("charts.path.empty"))
    widest = max(one.count for one in steps if one.unit != "bytes") or 1
    told = [_told(step, words, language) for step in steps]
    heights = [max(GAP, LINE * len(lines) + 0.06) if place else 0.0 for place, lines in enumerate(told)]
    total = sum(heights) + BAR * len(steps)
    figure = Figure(figsize=(draw.WIDTH_INCHES, total + 0.1), layout="constrained")
    axes = figure.subplots()
    axes.set_axis_off()
    axes.set_xlim(0, widest * (1 + LABEL_SHARE))
    axes.set_ylim(total + 0.02, -0.02)
    top, former = 0.0, None
    for step, lines, height in zip(steps, told, heights, strict=True):
        if former is not None:
            _stream(axes, former, step, (top, top + height), widest)
            for line, text in enumerate(lines):
                _words(axes, text, min(former.count, widest) / widest, top + LINE * (line + 0.5) + 0.03, widest)
        top += height
        _bar(axes, step, top, widest, (step_name(step, words), number(step.count, language)))
        top, former = top + BAR, step
    return figure


def _told(step: Step, words: Wording, language: str) -> list[str]:
    """What left or joined before a step, one line each, most first."""
    ordered = sorted(step.changes, key=lambda one: -abs(one.count))
    lines: list[str] = []
    for one in ordered:
        sign = "+" if one.count > 0 else MINUS
        text = f"{sign} {number(abs(one.count), language)} {words.text(f'path_changes.{one.id}')}"
        lines += textwrap.wrap(text, WORDS_WIDE, subsequent_indent="   ", break_long_words=False)
    return lines


def _length(step: Step, widest: int) -> float:
    """Bytes have no length of their own: they are drawn as long as the lines they hold."""
    return float(widest) if step.unit == "bytes" else float(step.count)


def _bar(axes: Axes, step: Step, top: float, widest: int, names: tuple[str, str]) -> None:
    length, middle = _length(step, widest), top + BAR / 2
    colour = COLOURS.get(step.unit, "white")
    hatch = "...." if step.unit == "bytes" else None
    axes.barh(middle, length, height=BAR, color=colour, edgecolor=draw.GREY, linewidth=0.5, hatch=hatch)
    style: dict[str, Any] = {"textcoords": "offset points", "va": "center", "fontsize": 9}
    axes.annotate(names[0], (0, middle), xytext=(-6, 0), ha="right", annotation_clip=False, **style)
    axes.annotate(names[1], (length, middle), xytext=(5, 0), ha="left", weight="bold", **style)


def _stream(axes: Axes, former: Step, step: Step, between: tuple[float, float], widest: int) -> None:
    """The stream from one bar to the next; what leaves it is hatched."""
    before, after = _length(former, widest), _length(step, widest)
    top, bottom = between
    axes.fill([0, before, min(before, after), 0], [top, top, bottom, bottom], color=draw.PALE, linewidth=0, alpha=0.8)
    if after < before:
        axes.fill(
            [after, before, after], [top, top, bottom], facecolor="white", edgecolor=draw.ORANGE, hatch="//////",
            linewidth=0.6,
        )  # fmt: skip


def _words(axes: Axes, text: str, start: float, height: float, widest: int) -> None:
    axes.annotate(
        text, (start * widest, height), xytext=(5, 0), textcoords="offset points", va="center", ha="left", fontsize=8.5,
        color=draw.INK,
    )  # fmt: skip
