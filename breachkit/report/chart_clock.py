"""The chart of the dates: what happened when, at scale, and the 72 hours apart."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from breachkit.impact import Impact
from breachkit.report import drawing as draw
from breachkit.report.format import PARIS, clock, number
from breachkit.report.grid import Grid, Kind
from breachkit.report.wording import wording

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

EVENTS = ("start", "end", "discovered", "processor_informed", "aware", "deadline", "notified")
HOURS = 72  # GDPR art. 33(1)
_MARKS = {"start": "|", "end": "|", "aware": "D", "deadline": "X", "notified": "s"}


def moments(impact: Impact) -> dict[str, datetime | None]:
    """The moment of each event in Paris time; None where it is not told. The deadline is the one that was weighed."""
    told: dict[str, datetime | None] = {}
    for key in EVENTS:
        value: Any = impact.incident.get("dates", {}).get(key)
        told[key] = datetime.fromisoformat(value) if isinstance(value, str) else value
    told["deadline"] = impact.obligations.deadline
    return {key: one and (one.astimezone(PARIS) if one.tzinfo else one.replace(tzinfo=PARIS)) for key, one in
            told.items()}  # fmt: skip


def hours_between(first: datetime, last: datetime) -> float:
    """Hours that pass from one moment to another; a change of hour counts as it is lived, not as the clock shows."""
    return (last.timestamp() - first.timestamp()) / 3600


def timeline_rows(impact: Impact, language: str) -> Grid:
    """One row per event: its moment in words and in ISO 8601, and the hours from awareness; unknown dates say so."""
    words, found = wording(language), moments(impact)
    aware = found["aware"]
    ongoing = bool(impact.incident.get("dates", {}).get("ongoing"))
    rows: list[tuple[str, str, str, float | None]] = []
    for key, moment in found.items():
        if moment is None:
            state = "charts.timeline.ongoing" if key == "end" and ongoing else "charts.timeline.unknown"
            rows.append((words.text(f"charts.timeline.{key}"), words.text(state), "", None))
        else:
            hours = round(hours_between(aware, moment), 1) if aware else None
            rows.append((words.text(f"charts.timeline.{key}"), clock(moment, language), moment.isoformat(), hours))
    heads: tuple[tuple[str, Kind], ...] = (
        ("event", "text"), ("moment", "text"), ("iso", "text"), ("hours", "score"),
    )  # fmt: skip
    return Grid(heads, tuple(rows) if any(found.values()) else ())


def timeline(impact: Impact, language: str = "fr") -> Figure:
    """The events at scale, one line each, and under them the hours since awareness."""
    from matplotlib.figure import Figure

    words, found = wording(language), moments(impact)
    if not any(found.values()):
        return draw.empty(words.text("charts.words.empty"), words.text("charts.timeline.empty"))
    aware = found["aware"]
    heights = [0.3 * len(EVENTS) + 0.35, 0.95] if aware else [0.3 * len(EVENTS) + 0.35]
    figure = Figure(figsize=(draw.WIDTH_INCHES, sum(heights) + 0.35), layout="constrained")
    panels = figure.subplots(len(heights), 1, height_ratios=heights, squeeze=False)[:, 0]
    _events(panels[0], impact, found, language)
    if aware:
        _hours(panels[1], aware, found, language)
    return figure


def _events(axes: Axes, impact: Impact, found: dict[str, datetime | None], language: str) -> None:
    words = wording(language)
    known = [one for one in found.values() if one is not None]
    first, last = min(known), max(known)
    span = max(hours_between(first, last), 1.0)

    def place(moment: datetime) -> float:
        return hours_between(first, moment) / span

    names = [words.text(f"charts.timeline.{key}") for key in EVENTS]
    start, end = found["start"], found["end"]
    ongoing = bool(impact.incident.get("dates", {}).get("ongoing"))
    if start and (end or ongoing):
        stop = place(end) if end else 1.0
        axes.barh(0.5, stop - place(start), left=place(start), height=0.5, color=draw.SKY, alpha=0.55, linewidth=0)
    for row, (told, event) in enumerate(zip(timeline_rows(impact, language).rows, EVENTS, strict=True)):
        moment = found[event]
        at = place(moment) if moment else 0.0
        if moment:
            axes.plot([at], [row], _MARKS.get(event, "o"), markersize=7, markeredgewidth=1.6, color=draw.INK, zorder=3)
        right = at <= 0.55
        axes.annotate(
            told[1], (at, row), xytext=((9 if moment else 0) * (1 if right else -1), 0), textcoords="offset points",
            va="center", ha="left" if right else "right", fontsize=9, style="normal" if moment else "italic",
            color=draw.INK if moment else draw.SLATE, zorder=4,
        )  # fmt: skip
    draw.bar_axes(axes, names, "", str)
    axes.set_xlim(-0.03, 1.03)
    axes.set_xticks([])
    axes.grid(visible=False)
    axes.set_xlabel(words.text("charts.timeline.span", days=number(span // 24, language)))


def _hours(axes: Axes, aware: datetime, found: dict[str, datetime | None], language: str) -> None:
    """The hours since awareness: the 72 as a bar with its ticks, the deadline and the notification on it."""
    words = wording(language)
    passed = {
        key: hours_between(aware, moment) for key in ("deadline", "notified") if (moment := found[key]) is not None
    }
    limit = passed.get("deadline", HOURS)
    most = max(limit, passed.get("notified", 0)) * 1.04
    axes.barh(0, limit, height=0.5, color=draw.PALE, edgecolor=draw.GREY, linewidth=0.6)
    if passed.get("notified", 0) > limit:
        axes.barh(
            0, passed["notified"] - limit, left=limit, height=0.5, color="white", edgecolor=draw.VERMILLION,
            hatch="/////", linewidth=0.6,
        )  # fmt: skip
    for key, at in passed.items():
        axes.plot([at], [0], _MARKS[key], markersize=8, markeredgewidth=1.6, color=draw.INK)
        axes.annotate(
            words.text(f"charts.timeline.{key}_short"), (at, 0.25 if key == "deadline" else -0.25),
            xytext=(0, 4 if key == "deadline" else -4), textcoords="offset points", ha="right" if at > 0.7 * most
            else "center", va="bottom" if key == "deadline" else "top", fontsize=9,
        )  # fmt: skip
    if "notified" not in passed:
        axes.annotate(
            words.text("charts.timeline.not_notified"), (0, -0.25), xytext=(0, -4), textcoords="offset points",
            va="top", ha="left", fontsize=9, style="italic",
        )  # fmt: skip
    step = 24 if most <= 24 * 10 else 24 * max(1, round(most / 24 / 8))
    axes.set_xticks(list(range(0, int(most) + 1, step)))
    axes.set_yticks([])
    axes.set_ylim(-1.1, 1.0)
    axes.set_xlim(0, most)
    axes.spines["left"].set_visible(False)
    axes.set_xlabel(words.text("charts.timeline.hours"))
