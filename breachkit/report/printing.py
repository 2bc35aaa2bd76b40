"""Grids as the texts of a page: numbers written in the language, columns chosen and aligned."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from breachkit.assessment.certainty import ALARMS, warnings
from breachkit.impact import Impact
from breachkit.report.format import day, number, percent, short_number
from breachkit.report.grid import Grid, Kind, sentence
from breachkit.report.wording import wording

TEMPLATE_WORDS = ("report", "controller", "notification", "information", "statuses", "separator")
# Letters: a title of any length must leave room for the page. Our choice.
LONGEST_TITLE, LONGEST_RUNNING, LONGEST_REFERENCE = 300, 85, 40


def cell(value: Any, kind: Kind, language: str) -> str:
    """One value as a reader writes it; a dash where there is none."""
    if value is None:
        return "–"
    if kind == "count":
        return number(value, language)
    if kind == "share":
        return percent(value, language)
    if kind == "score":
        return short_number(value, language)
    return str(value)


def printed(
    grid: Grid, language: str, only: Sequence[str] = (), rename: dict[str, str] | None = None
) -> dict[str, Any]:
    """A grid as {header, align, rows} of texts, with these columns in this order (all where none is named)."""
    words = wording(language)
    places = [grid.ids.index(column) for column in only] if only else list(range(len(grid.columns)))
    heads = [grid.columns[place] for place in places]
    return {
        "header": [(rename or {}).get(column, words.text(f"columns.{column}")) for column, _kind in heads],
        "align": ["left" if kind == "text" else "right" for _column, kind in heads],
        "rows": [[cell(row[place], grid.columns[place][1], language) for place in places] for row in grid.rows],
    }


def shortened(text: str, longest: int) -> str:
    """A text of at most so many letters, cut with an ellipsis."""
    return text if len(text) <= longest else text[: longest - 1].rstrip() + "…"


def incident_text(impact: Impact, section: str, key: str) -> str:
    """A fact of incident.toml as text; empty where it is not told."""
    value = impact.incident.get(section, {}).get(key)
    return value.strip() if isinstance(value, str) else ""


def frame_of(impact: Impact, language: str, *, title: str, kind: str, running: str, footer: str) -> dict[str, Any]:
    """What every document needs around its content: language, date, title, running header, words of the report."""
    words = wording(language)
    reference = incident_text(impact, "incident", "reference") or words.text("report.no_reference")
    dated: date = impact.reference_date
    return {
        "language": language,
        "date": [dated.year, dated.month, dated.day],
        "document-title": shortened(title, LONGEST_TITLE),
        "document-description": f"{kind} · {shortened(reference, LONGEST_REFERENCE)} · {day(dated, language)}",
        "running": [shortened(running, LONGEST_RUNNING), shortened(reference, LONGEST_REFERENCE)],
        "footer": footer,
        "attachments": [],
        "warnings": [sentence(one, language) for one in warnings(impact, ALARMS)],
        "words": {key: words.tree[key] for key in TEMPLATE_WORDS},
    }


def reference_pairs(impact: Impact, language: str) -> list[list[str]]:
    """The line under a title: the incident's reference and the date of the figures."""
    words = wording(language)
    reference = incident_text(impact, "incident", "reference") or words.text("report.no_reference")
    return [
        [words.text("report.reference"), shortened(reference, LONGEST_TITLE)],
        [words.text("report.reference_date"), day(impact.reference_date, language)],
    ]
