"""The bar charts of a notebook, written as SVG in a millisecond: the same rows, colours and words as `charts`.

A thousand controllers have four of them each; matplotlib, which draws those of the report, takes a quarter of a
second for one. Text is set by the browser in its own typeface, so room is left for a wide one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from html import escape

from breachkit.impact import Impact
from breachkit.report import chart_rows
from breachkit.report import drawing as draw
from breachkit.report.charts import LEVEL_COLOURS, LEVEL_HATCHES, MOST_FIELDS, SENSITIVITY_COLOURS
from breachkit.report.format import number, percent, share_of, short_number
from breachkit.report.grid import ENISA_LEVELS
from breachkit.report.wording import wording
from breachkit.small_counts.masked import Masked

WIDTH = 760  # pixels of CSS
LETTER = 6.3  # pixels that a letter of 12 pixels may take, in a wide typeface
LINE = 14
LABEL_MOST = 290
PATTERNS = {
    "/": "M0,6 L6,0",
    "x": "M0,0 L6,6 M0,6 L6,0",
    ".": "M2,2 h1.4 v1.4 h-1.4 z",
}  # matplotlib's hatches, by their first character


@dataclass(frozen=True)
class Part:
    """A stretch of a bar: its share of the panel's width, its colour, its hatch as matplotlib writes it."""

    share: float
    colour: str
    hatch: str = ""


@dataclass(frozen=True)
class Panel:
    """Bars under a title, each with the text that tells its value; `weight` is its share of the picture's width.

    With `above` the text stands over its bar, which then runs on a pale ground; else after its end.
    """

    title: str
    bars: Sequence[tuple[Sequence[Part], str]]
    weight: float = 1.0
    above: bool = False


@dataclass(frozen=True)
class Picture:
    """Panels side by side that share the names of their bars, with a legend above and the unit below."""

    names: Sequence[str]
    panels: Sequence[Panel]
    legend: Sequence[tuple[Part, str]] = ()
    unit: str = ""

    def svg(self) -> str:
        """The picture, alone and complete."""
        labels = [name.split("\n") for name in self.names]
        longest = max((len(line) for lines in labels for line in lines), default=0)
        left = min(LABEL_MOST, longest * LETTER + 10)
        top = (24 if self.legend else 4) + (22 if any(panel.title for panel in self.panels) else 0)
        height = 36 if any(panel.above for panel in self.panels) else 20
        rows = [top + place * height for place in range(len(labels))]
        bottom = top + len(labels) * height
        parts = [_legend(self.legend)]
        parts += [_name(lines, left - 8, y + height / 2) for lines, y in zip(labels, rows, strict=True)]
        room = (WIDTH - left) / (sum(panel.weight for panel in self.panels) or 1)
        for panel in self.panels:
            parts.append(_panel(panel, left, room * panel.weight, rows, height, top))
            left += room * panel.weight
        total = bottom + (22 if self.unit else 4)
        if self.unit:
            parts.append(_text(self.unit, WIDTH / 2, total - 7, "middle", draw.GREY))
        body = "\n".join(one for one in parts if one)
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {total:g}" width="{WIDTH}" '
            f'height="{total:g}" font-family="sans-serif" font-size="12" fill="{draw.INK}">\n'
            f'<defs>{_patterns()}</defs>\n<rect width="{WIDTH}" height="{total:g}" fill="white"/>\n{body}\n</svg>\n'
        )


def _patterns() -> str:
    shapes = (
        f'<pattern id="p{place}" width="6" height="6" patternUnits="userSpaceOnUse"><path d="{path}" '
        f'stroke="{draw.INK}" stroke-width=".7" fill="none"/></pattern>'
        for place, path in enumerate(PATTERNS.values())
    )
    return "".join(shapes)


def _text(text: str, x: float, y: float, anchor: str = "start", colour: str = "", more: str = "") -> str:
    fill = f' fill="{colour}"' if colour else ""
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"{fill}{more}>{escape(text)}</text>'


def _name(lines: Sequence[str], x: float, middle: float) -> str:
    first = middle + 4 - LINE * (len(lines) - 1) / 2
    return "".join(_text(line, x, first + place * LINE, "end") for place, line in enumerate(lines))


def _bar(part: Part, x: float, y: float, width: float, height: float) -> str:
    edge = f' stroke="{draw.INK}" stroke-width=".5"' if part.hatch or part.colour == "white" else ""
    shape = f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}"'
    drawn = f'{shape} fill="{part.colour}"{edge}/>'
    if part.hatch:
        drawn += f'{shape} fill="url(#p{list(PATTERNS).index(part.hatch[0])})"/>'
    return drawn


def _legend(legend: Sequence[tuple[Part, str]]) -> str:
    drawn, x = [], 2.0
    for part, words in legend:
        drawn.append(_bar(part, x, 5, 16, 11) + _text(words, x + 21, 15))
        x += 21 + len(words) * LETTER + 16
    return "".join(drawn)


def _panel(panel: Panel, left: float, width: float, rows: Sequence[float], height: float, top: float) -> str:
    longest = max((len(text) for _parts, text in panel.bars), default=0)
    room = width - 10 if panel.above else max(30.0, width - longest * LETTER - 14)
    drawn = [_text(panel.title, left, top - 8, more=' font-weight="bold"')] if panel.title else []
    thick = 12.0
    for y, (parts, text) in zip(rows, panel.bars, strict=True):
        x, under = left, y + (height - thick - 5 if panel.above else (height - thick) / 2)
        if panel.above:
            drawn.append(_bar(Part(1.0, draw.PALE), x, under, room, thick))
        for part in parts:
            drawn.append(_bar(part, x, under, part.share * room, thick))
            x += part.share * room
        drawn.append(_text(text, left, under - 4) if panel.above else _text(text, x + 5, under + 10))
    if not panel.above:
        end = rows[-1] + height if rows else top
        drawn.append(f'<path d="M{left:.1f},{top:g} V{end:g}" stroke="{draw.GREY}" stroke-width=".8"/>')
    return "\n".join(drawn)


# --- the charts ---------------------------------------------------------------------------------------------


def _share(part: int, whole: int) -> float:
    """A part as a number from 0 to 1; what is withheld is drawn as the least it may be, nothing of a withheld whole."""
    return min(1.0, int(part) / whole) if whole and not isinstance(whole, Masked) else 0.0


def fields(impact: Impact, language: str) -> Picture:
    """Persons for each exposed field, by sensitivity."""
    found = chart_rows.fields(impact, language).rows
    words = wording(language)
    show = partial(number, language=language)
    shown = found[:MOST_FIELDS]
    most = max((int(persons) for _label, _level, persons, _part in shown), default=0)
    bars = [
        ((Part(_share(persons, most), SENSITIVITY_COLOURS[level]),), f"{show(persons)} ({percent(part, language)})")
        for _label, level, persons, part in shown
    ]
    levels = sorted({level for _label, level, _persons, _part in shown}, reverse=True)
    legend = [(Part(1, SENSITIVITY_COLOURS[level]), words.label("sensitivity", str(level))) for level in levels]
    unit = words.text("charts.fields.axis")
    if len(found) > MOST_FIELDS:
        unit = words.text("charts.fields.first", shown=show(MOST_FIELDS), total=show(len(found)))
    return Picture([draw.shortened(row[0]) for row in shown], [Panel("", bars)], legend, unit)


def notes(impact: Impact, language: str) -> Picture:
    """Notes by category, affirmed, supposed and negated, about the patient and about a third party."""
    rows = chart_rows.notes(impact, language)
    words = wording(language)
    styles = ((draw.BLUE, ""), (draw.ORANGE, "///"), ("white", "..."))
    panels = []
    for subject, weight in (("patient", 1.6), ("third_party", 1.0)):
        name = words.label("subjects", subject)
        mine = [row[2:] for row in rows.rows if row[1] == name]
        most = max((sum(int(count) for count in counts) for counts in mine), default=0)
        bars = [
            (_parts(counts, most, styles), _total(counts, language))
            for counts in mine
        ]  # fmt: skip
        panels.append(Panel(words.text(f"charts.notes.{subject}"), bars, weight))
    keys = ("affirmed", "hypothetical", "negated")
    legend = [(Part(1, *style), words.label("assertions", key)) for key, style in zip(keys, styles, strict=True)]
    return Picture(list(dict.fromkeys(rows.column("category"))), panels, legend, words.text("charts.notes.axis"))


def _parts(counts: Sequence[int], most: int, styles: Sequence[tuple[str, str]]) -> tuple[Part, ...]:
    return tuple(Part(_share(count, most), *style) for count, style in zip(counts, styles, strict=True))


def _total(counts: Sequence[int], language: str) -> str:
    total = sum(counts)
    return number(total, language) if total else "–"


def severity(impact: Impact, language: str) -> Picture:
    """Persons at each ENISA level of severity."""
    rows = chart_rows.severity(impact, language).rows
    words = wording(language)
    most = max((int(count) for _level, count in rows), default=0)
    texts = [
        f"{number(count, language)} ({share_of(count, impact.people.patients.best, language)})"
        for _level, count in rows
    ]  # fmt: skip
    if impact.severity is not None:
        top, score = ENISA_LEVELS.index(impact.severity.enisa.level), short_number(impact.severity.enisa.se, language)
        texts[top] += f" {words.text('charts.severity.maximum', score=score)}"
    bars = [
        ((Part(_share(count, most), colour, hatch),), text)
        for (_level, count), colour, hatch, text in zip(rows, LEVEL_COLOURS, LEVEL_HATCHES, texts, strict=False)
    ]
    names = [
        f"{level} ({words.text(f'charts.severity.{key}')})"
        for (level, _count), key in zip(rows, ENISA_LEVELS, strict=False)
    ]
    return Picture(names, [Panel("", bars)], unit=words.text("charts.severity.axis"))


def channels(impact: Impact, language: str) -> Picture:
    """Persons of each segment reached by each channel, and those without any."""
    rows = chart_rows.channels(impact, language)
    totals = rows.column("persons")
    colours = (draw.BLUE, draw.SKY, draw.GREEN, draw.VERMILLION)
    panels = []
    for key, colour in zip(chart_rows.CHANNELS, colours, strict=True):
        bars = [
            ((Part(_share(count, total), colour),), f"{number(count, language)} ({share_of(count, total, language)})")
            for count, total in zip(rows.column(key), totals, strict=True)
        ]  # fmt: skip
        panels.append(Panel(wording(language).text(f"columns.{key}"), bars, above=True))
    return Picture([draw.wrapped(name) for name in rows.column("criteria")], panels)


PICTURES: dict[str, Callable[[Impact, str], Picture]] = {
    "fields": fields,
    "notes": notes,
    "severity": severity,
    "channels": channels,
}


def picture_svg(impact: Impact, name: str, language: str) -> str:
    """One chart of `PICTURES` as SVG; where there is nothing to draw, the sentence that says so."""
    made = PICTURES[name](impact, language)
    if not made.names:
        words = wording(language)
        made = Picture((), (), unit=words.text("charts.words.empty"))
    return made.svg()
