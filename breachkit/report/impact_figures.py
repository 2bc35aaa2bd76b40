"""The charts of rapport-impact.pdf, each with its caption and the sentence that stands for it when read aloud."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from breachkit.impact import Impact
from breachkit.report import grids
from breachkit.report.chart_clock import timeline_rows
from breachkit.report.chart_sets import exposed_sets, grid_of, reach_sets
from breachkit.report.charts import chart_svg
from breachkit.report.format import interval, number, quantity, short_number
from breachkit.report.front_page import uncertainty
from breachkit.report.wording import wording


def _chart(impact: Impact, name: str, language: str, **values: str) -> dict[str, str]:
    words = wording(language)
    return {
        "svg": chart_svg(impact, name, language),
        "caption": words.text(f"charts.{name}.title"),
        "alt": words.text(f"charts.{name}.alt", **values),
    }


def _told(rows: Sequence[Sequence[Any]], name: int, value: int, language: str) -> str:
    """Rows as one sentence read aloud: name: value; name: value."""
    colon, semicolon = (": ", "; ") if language == "en" else ("\u202f: ", "\u202f; ")
    return semicolon.join(f"{row[name]}{colon}{row[value]}" for row in rows) + "." if rows else ""


def impact_figures(impact: Impact, language: str) -> dict[str, dict[str, str]]:
    """Every chart of the report: name to {svg, caption, alt}."""
    return _of_the_extract(impact, language) | _of_the_persons(impact, language)


def _of_the_extract(impact: Impact, language: str) -> dict[str, dict[str, str]]:
    """What was read and what it holds."""
    patients = impact.people.patients
    read = sum(one.records for one in impact.sources)
    loaded = sum(one.loaded for one in impact.sources)
    exposed = grids.exposure(impact, language).rows
    widest = max(exposed, key=lambda row: row[2], default=None)
    types = impact.data_types_per_person
    counts: dict[str, int] = {}
    for row in grids.findings(impact, language).rows:
        counts[row[0]] = counts.get(row[0], 0) + row[4]
    steps = [
        (wording(language).text(f"path_steps.{one.id}"), number(one.count, language)) for one in impact.people.path
    ]
    return {
        "reconciliation": _chart(
            impact, "reconciliation", language, records=number(read, language), loaded=number(loaded, language),
            patients=interval(patients.low, patients.best, patients.high, "patients", language),
        ),
        "path": _chart(
            impact, "path", language,
            steps=_told(steps, 0, 1, language),
        ),
        "fields": _chart(
            impact, "fields", language, count=str(len(exposed)), first=widest[0] if widest else "–",
            persons=quantity(widest[2] if widest else 0, "persons", language),
        ),
        "types": _chart(
            impact, "types", language, min=str(types.min), max=str(types.max),
            median=short_number(types.median, language),
        ),
        "notes": _chart(
            impact, "notes", language, count=str(len(counts)),
            first=max(counts, key=lambda name: counts[name], default="–"),
        ),
        "doubt": _chart(impact, "doubt", language, sentence=uncertainty(impact, language)),
    }  # fmt: skip


def _of_the_persons(impact: Impact, language: str) -> dict[str, dict[str, str]]:
    """How gravely they are hit, by what together, when, how they are reached and by whom."""
    levels = grids.severity_levels(impact, language).rows
    owners = [one.patients.best for one in impact.controllers]
    together = grid_of(exposed_sets(impact, language), language).rows
    reached = grid_of(reach_sets(impact, language), language).rows
    return {
        "severity": _chart(
            impact, "severity", language,
            sentence=", ".join(f"{row[0]} {number(row[1], language)}" for row in levels) + ".",
        ),
        "combinations": _chart(
            impact, "combinations", language, count=number(len(together), language),
            first=together[0][1] if together else "–",
            persons=quantity(together[0][2] if together else 0, "persons", language),
        ),
        "timeline": _chart(
            impact, "timeline", language, sentence=_told(timeline_rows(impact, language).rows, 0, 1, language)
        ),
        "reach": _chart(
            impact, "reach", language,
            sentence=_told([(row[1], quantity(row[2], "persons", language)) for row in reached], 0, 1, language),
        ),
        "controllers": _chart(
            impact, "controllers", language, count=quantity(len(owners), "controllers", language),
            min=number(min(owners, default=0), language), max=number(max(owners, default=0), language),
        ),
        "channels": _chart(
            impact, "channels", language,
            none=quantity(sum(one.none for one in impact.information.segments), "persons", language),
        ),
    }  # fmt: skip
