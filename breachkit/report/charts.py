"""The report's charts, drawn by matplotlib from the impact: each has its rows, its picture and its words.

Each public function gives a matplotlib `Figure` from the impact and a language ("fr" or "en"). `write_charts`
writes every chart as SVG and PNG with its data as CSV: comma, UTF-8 without mark, plain numbers with a point, so
that any program reads it; names of the columns in the language.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from breachkit.impact import Impact
from breachkit.report import chart_rows
from breachkit.report import drawing as draw
from breachkit.report.chart_clock import timeline
from breachkit.report.chart_panels import channels, controllers
from breachkit.report.chart_path import path
from breachkit.report.chart_sets import combinations, reach
from breachkit.report.format import interval, number, percent, share_of, short_number, signed_percent
from breachkit.report.grid import ENISA_LEVELS
from breachkit.report.wording import wording

if TYPE_CHECKING:
    from matplotlib.figure import Figure

SENSITIVITY_COLOURS = (draw.GREY, draw.SKY, draw.ORANGE, draw.VERMILLION)
MOST_FIELDS = 42  # bars that a page holds; the CSV and the tables have them all
LEVEL_COLOURS = (draw.SKY, draw.BLUE, draw.ORANGE, draw.VERMILLION)
LEVEL_HATCHES = ("", "", "///", "xxx")  # told apart in grey


def _empty(name: str, language: str) -> Figure:
    words = wording(language)
    return draw.empty(words.text("charts.words.empty"), words.text(f"charts.{name}.empty"))


def reconciliation(impact: Impact, language: str = "fr") -> Figure:
    """Records read, loaded, and the distinct patients with their bounds."""
    rows = chart_rows.reconciliation(impact, language)
    if not rows.rows:
        return _empty("reconciliation", language)
    words = wording(language)
    show = partial(number, language=language)
    figure, axes = draw.blank(draw.height_for(len(rows.rows), extra=0.8))
    labels, counts, lows, highs = zip(*rows.rows, strict=True)
    colours = [draw.PALE if row < len(labels) - 1 else draw.BLUE for row in range(len(labels))]
    axes.barh(range(len(labels)), counts, height=0.62, color=colours, edgecolor=draw.GREY, linewidth=0.4)
    last = len(labels) - 1
    if lows[last] != highs[last]:
        axes.errorbar(
            [counts[last]], [last], xerr=[[counts[last] - lows[last]], [highs[last] - counts[last]]],
            color=draw.INK, capsize=3, linewidth=1,
        )  # fmt: skip
    texts = [show(count) for count in counts]
    if lows[last] != highs[last]:
        texts[last] += f" ({words.text('interval.short', low=show(lows[last]), high=show(highs[last]))})"
    draw.bar_axes(axes, [draw.wrapped(label) for label in labels], words.text("charts.reconciliation.axis"), show)
    draw.value_labels(axes, [max(c, h) for c, h in zip(counts, highs, strict=True)], texts)
    draw.room_on_the_right(axes, max(counts), 0.34)
    return figure


def fields(impact: Impact, language: str = "fr") -> Figure:
    """Persons for each exposed field, coloured and grouped by sensitivity."""
    from matplotlib.patches import Patch

    rows = chart_rows.fields(impact, language)
    if not rows.rows:
        return _empty("fields", language)
    words = wording(language)
    show = partial(number, language=language)
    labels, levels, counts, shares = zip(*rows.rows[:MOST_FIELDS], strict=True)
    figure, axes = draw.blank(draw.height_for(len(labels), extra=1.0))
    axes.barh(range(len(labels)), counts, height=0.66, color=[SENSITIVITY_COLOURS[level] for level in levels])
    axis = words.text("charts.fields.axis")
    if len(rows.rows) > MOST_FIELDS:
        axis = words.text("charts.fields.first", shown=show(MOST_FIELDS), total=show(len(rows.rows)))
    draw.bar_axes(axes, [draw.shortened(label) for label in labels], axis, show)
    texts = [f"{show(count)} ({percent(share, language)})" for count, share in zip(counts, shares, strict=True)]
    draw.value_labels(axes, counts, texts)
    draw.room_on_the_right(axes, max(counts), 0.3)
    present = sorted(set(levels), reverse=True)
    handles = [
        Patch(color=SENSITIVITY_COLOURS[level], label=words.label("sensitivity", str(level))) for level in present
    ]
    figure.legend(handles=handles, loc="outside upper left", ncols=len(present), frameon=False, fontsize=9)
    return figure


def notes(impact: Impact, language: str = "fr") -> Figure:
    """Notes by category, affirmed, supposed and negated, about the patient and about a third party."""
    rows = chart_rows.notes(impact, language)
    if not rows.rows:
        return _empty("notes", language)
    words = wording(language)
    show = partial(number, language=language)
    categories = list(dict.fromkeys(rows.column("category")))
    figure, panels = draw.blank(draw.height_for(len(categories), extra=1.1), columns=2, widths=[1.6, 1])
    styles = (("affirmed", draw.BLUE, ""), ("hypothetical", draw.ORANGE, "///"), ("negated", "white", "..."))
    for panel, subject in zip(panels, ("patient", "third_party"), strict=True):
        name = words.label("subjects", subject)
        mine = [row for row in rows.rows if row[1] == name]
        left = [0] * len(mine)
        for place, (key, colour, hatch) in enumerate(styles, start=2):
            widths = [row[place] for row in mine]
            panel.barh(
                range(len(mine)), widths, left=left, height=0.66, color=colour, hatch=hatch, linewidth=0.5,
                edgecolor=draw.INK if hatch else colour, label=words.label("assertions", key),
            )  # fmt: skip
            left = [base + width for base, width in zip(left, widths, strict=True)]
        draw.bar_axes(panel, categories, words.text("charts.notes.axis"), show)
        draw.value_labels(panel, left, [show(total) if total else "–" for total in left])
        draw.room_on_the_right(panel, max(left), 0.15)
        panel.set_title(words.text(f"charts.notes.{subject}"), loc="left", fontsize=9.5, weight="bold")
    handles, names = panels[0].get_legend_handles_labels()
    figure.legend(handles, names, loc="outside upper left", ncols=3, frameon=False, fontsize=9)
    return figure


def doubt(impact: Impact, language: str = "fr") -> Figure:
    """How far the bounds of each group of persons are from the figure kept, in per cent of it."""
    from matplotlib.ticker import FuncFormatter

    rows = chart_rows.doubt(impact, language)
    if not rows.rows:
        return _empty("doubt", language)
    words = wording(language)
    figure, axes = draw.blank(draw.height_for(2 * len(rows.rows), extra=0.7))
    axes.axvline(0, color=draw.GREY, linewidth=0.8)
    names = []
    for row, (group, low, best, high, down, up) in enumerate(rows.rows):
        names.append(f"{group}\n{interval(low, best, high, 'persons', language) if best else number(best)}")
        if down is None:
            text = words.text("charts.doubt.at_most", high=number(high, language))
            axes.annotate(text, (0, row), xytext=(6, 0), textcoords="offset points", va="center", fontsize=9)
            continue
        axes.hlines(row, down, up, color=draw.BLUE, linewidth=4, alpha=0.45)
        axes.plot([0], [row], "o", color=draw.BLUE, markersize=6)
        for value, side in ((down, "right"), (up, "left")):
            if value:
                axes.annotate(
                    signed_percent(value, language), (value, row), xytext=(-7 if side == "right" else 7, 0),
                    textcoords="offset points", va="center", ha=side, fontsize=9,
                )  # fmt: skip
    draw.bar_axes(axes, names, words.text("charts.doubt.axis"), partial(number, language=language))
    widest = max((abs(value) for row in rows.rows for value in row[4:] if value is not None), default=0)
    axes.set_xlim(-max(widest, 0.01) * 1.5, max(widest, 0.01) * 1.5)
    axes.xaxis.set_major_locator(_five_ticks())
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _place: signed_percent(value, language)))
    return figure


def _five_ticks() -> object:
    from matplotlib.ticker import MaxNLocator

    return MaxNLocator(5, symmetric=True)


def severity(impact: Impact, language: str = "fr") -> Figure:
    """Persons at each ENISA level of severity."""
    rows = chart_rows.severity(impact, language)
    if not rows.rows:
        return _empty("severity", language)
    words = wording(language)
    show = partial(number, language=language)
    levels, counts = zip(*rows.rows, strict=True)
    figure, axes = draw.blank(draw.height_for(4, extra=0.8))
    for row, (count, colour, hatch) in enumerate(zip(counts, LEVEL_COLOURS, LEVEL_HATCHES, strict=True)):
        axes.barh(
            row, count, height=0.66, color=colour, hatch=hatch, edgecolor="white" if hatch else colour, linewidth=0
        )
    names = [
        f"{level} ({words.text(f'charts.severity.{key}')})" for level, key in zip(levels, ENISA_LEVELS, strict=True)
    ]
    draw.bar_axes(axes, names, words.text("charts.severity.axis"), show)
    texts = [f"{show(count)} ({share_of(count, impact.people.patients.best, language)})" for count in counts]
    if impact.severity is not None:
        top, score = ENISA_LEVELS.index(impact.severity.enisa.level), short_number(impact.severity.enisa.se, language)
        texts[top] += f" {words.text('charts.severity.maximum', score=score)}"
    draw.value_labels(axes, counts, texts)
    draw.room_on_the_right(axes, max(counts), 0.42)
    return figure


def types(impact: Impact, language: str = "fr") -> Figure:
    """Persons by number of types of data exposed, with the median."""
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    rows = chart_rows.types(impact, language)
    if not rows.rows:
        return _empty("types", language)
    words = wording(language)
    numbers, counts = zip(*rows.rows, strict=True)
    figure, axes = draw.blank(2.3)
    axes.bar(numbers, counts, width=0.78, color=draw.BLUE)
    for place, count in zip(numbers, counts, strict=True):
        if len(numbers) <= 16:
            axes.annotate(
                number(count, language), (place, count), xytext=(0, 2), textcoords="offset points",
                ha="center", va="bottom", fontsize=9, bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.6},
            )  # fmt: skip
    median = impact.data_types_per_person.median
    axes.axvline(median, color=draw.VERMILLION, linewidth=1, linestyle=(0, (4, 3)), zorder=0.5)
    text = words.text("charts.types.median", median=short_number(median, language))
    top = max(counts) * 1.24
    axes.annotate(
        text, (median, top), xytext=(4, -2), textcoords="offset points", va="top", fontsize=9,
        color=draw.VERMILLION,
    )  # fmt: skip
    axes.set_ylim(0, top)
    axes.set_xlim(numbers[0] - 0.7, max(numbers[-1], numbers[0] + 3) + 0.7)
    axes.xaxis.set_major_locator(MaxNLocator(16, integer=True))
    axes.yaxis.set_major_locator(MaxNLocator(4, integer=True))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _place: number(value, language)))
    axes.grid(axis="y", color=draw.PALE, linewidth=0.6)
    axes.set_xlabel(words.text("charts.types.axis"))
    axes.set_ylabel(words.text("charts.types.persons"))
    return figure


CHARTS: dict[str, Callable[[Impact, str], Figure]] = {
    "reconciliation": reconciliation,
    "path": path,
    "fields": fields,
    "notes": notes,
    "doubt": doubt,
    "severity": severity,
    "combinations": combinations,
    "types": types,
    "timeline": timeline,
    "channels": channels,
    "reach": reach,
    "controllers": controllers,
}


def chart(impact: Impact, name: str, language: str = "fr") -> Figure:
    """One chart by its name in `CHARTS`, drawn in the house style; KeyError for another name."""
    with draw.house_style():
        return CHARTS[name](impact, language)


def chart_svg(impact: Impact, name: str, language: str = "fr") -> str:
    """One chart as SVG for a PDF: text kept as text, in the typeface of the page."""
    return draw.as_svg(chart(impact, name, language), for_pdf=True)


def chart_csv(impact: Impact, name: str, language: str = "fr") -> str:
    """The rows of one chart as CSV: comma, a point in numbers, column names in the language."""
    grid = chart_rows.CHART_ROWS[name](impact, language)
    words = wording(language)
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(words.text(f"columns.{column}") for column in grid.ids)
    writer.writerows(grid.rows)
    return buffer.getvalue()


def write_charts(impact: Impact, folder: Path, language: str = "fr") -> list[Path]:
    """Every chart in the folder (made if missing) as .svg, .png and .csv, in the order written."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for name in CHARTS:
        figure = chart(impact, name, language)
        for suffix, content in (
            ("svg", draw.as_svg(figure).encode("utf-8")),
            ("png", draw.as_png(figure)),
            ("csv", chart_csv(impact, name, language).encode("utf-8")),
        ):
            path = folder / f"{name}.{suffix}"
            path.write_bytes(content)
            written.append(path)
    return written
