"""The charts about channels and controllers, drawn from the impact: panels, and bars that become a curve."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from breachkit.impact import Impact
from breachkit.report import chart_rows
from breachkit.report import drawing as draw
from breachkit.report.format import number, share_of
from breachkit.report.grid import Grid
from breachkit.report.wording import wording

if TYPE_CHECKING:
    from matplotlib.figure import Figure

NAMED_CONTROLLERS = 40  # above this, a bar for each is unreadable: our choice, one page of bars


def channels(impact: Impact, language: str = "fr") -> Figure:
    """Persons of each segment reached by each channel, and those without any."""
    rows = chart_rows.channels(impact, language)
    if not rows.rows:
        return draw.empty(wording(language).text("charts.words.empty"), wording(language).text("charts.channels.empty"))
    words = wording(language)
    figure, panels = draw.blank(draw.height_for(2 * len(rows.rows), extra=0.75), columns=4)
    names = [draw.wrapped(name) for name in rows.column("criteria")]
    totals = rows.column("persons")
    colours = (draw.BLUE, draw.SKY, draw.GREEN, draw.VERMILLION)
    for panel, key, colour in zip(panels, chart_rows.CHANNELS, colours, strict=True):
        counts = rows.column(key)
        shares = [count / total if total else 0.0 for count, total in zip(counts, totals, strict=True)]
        panel.barh(range(len(names)), [1.0] * len(names), height=0.5, color=draw.PALE)
        panel.barh(range(len(names)), shares, height=0.5, color=colour)
        for row, (count, total) in enumerate(zip(counts, totals, strict=True)):
            text = f"{number(count, language)} ({share_of(count, total, language)})"
            panel.annotate(
                text, (0, row), xytext=(0, 10), textcoords="offset points", va="bottom", ha="left", fontsize=8.5
            )
        draw.bar_axes(panel, names, "", partial(number, language=language))
        panel.set_ylim(len(names) - 0.4, -0.9)
        panel.set_xlim(0, 1.15)
        panel.set_xticks([])
        panel.grid(visible=False)
        panel.spines["bottom"].set_visible(False)
        panel.set_title(words.text(f"columns.{key}"), loc="left", fontsize=9.5, weight="bold")
    return figure


def controllers(impact: Impact, language: str = "fr") -> Figure:
    """Patients of each controller, most first, those shared with another apart; a curve where there are many."""
    rows = chart_rows.controllers(impact, language)
    if not rows.rows:
        return draw.empty(
            wording(language).text("charts.words.empty"), wording(language).text("charts.controllers.empty")
        )
    return _controller_curve(rows, language) if len(rows.rows) > NAMED_CONTROLLERS else _controller_bars(rows, language)


def _controller_bars(rows: Grid, language: str) -> Figure:
    words = wording(language)
    show = partial(number, language=language)
    own, shared, totals = rows.column("own"), rows.column("shared"), rows.column("patients")
    figure, axes = draw.blank(draw.height_for(len(totals), extra=1.0))
    axes.barh(range(len(own)), own, height=0.66, color=draw.BLUE, label=words.text("charts.controllers.own"))
    axes.barh(
        range(len(own)), shared, left=own, height=0.66, color="white", edgecolor=draw.BLUE, linewidth=0.6,
        hatch="////", label=words.text("charts.controllers.shared"),
    )  # fmt: skip
    draw.bar_axes(axes, _told_apart(rows), words.text("charts.controllers.axis"), show)
    draw.value_labels(axes, totals, [show(total) for total in totals])
    draw.room_on_the_right(axes, max(totals), 0.1)
    figure.legend(loc="outside upper left", ncols=2, frameon=False, fontsize=9)
    return figure


def _told_apart(rows: Grid) -> list[str]:
    """Short names of the controllers, with the identifier where two of them would read alike."""
    names = [draw.shortened(name, 32) for name in rows.column("label")]
    return [
        name if names.count(name) == 1 or name == identifier else f"{draw.shortened(name, 18)} {identifier}"
        for name, identifier in zip(names, rows.column("id"), strict=True)
    ]


def _controller_curve(rows: Grid, language: str) -> Figure:
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    words = wording(language)
    ranks, own, totals = rows.column("rank"), rows.column("own"), rows.column("patients")
    figure, axes = draw.blank(2.6)
    axes.fill_between(ranks, own, step="mid", color=draw.BLUE, label=words.text("charts.controllers.own"))
    axes.fill_between(ranks, own, totals, step="mid", color=draw.SKY, label=words.text("charts.controllers.shared"))
    axes.set_xlim(0.5, ranks[-1] + 0.5)
    axes.set_ylim(bottom=0)
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_locator(MaxNLocator(6, integer=True))
        axis.set_major_formatter(FuncFormatter(lambda value, _place: number(value, language)))
    axes.set_xlabel(words.text("charts.controllers.rank"))
    axes.set_ylabel(words.text("charts.controllers.axis"))
    axes.grid(axis="y", color=draw.PALE, linewidth=0.6)
    figure.legend(loc="outside upper left", ncols=2, frameon=False, fontsize=9)
    return figure
