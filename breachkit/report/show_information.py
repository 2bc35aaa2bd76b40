"""What a notebook shows of informing the persons: groups, channels, the public notice, what stands in lettres/."""

from __future__ import annotations

from typing import Any

from breachkit.impact import Impact
from breachkit.report import grids
from breachkit.report.information_content import blanks_told, effort_told, reach_told, texts_table
from breachkit.report.show_html import TextTable, list_html, paragraph_html
from breachkit.report.show_parts import advice, chart_part, display, grid_part, table_part
from breachkit.report.wording import wording


def segments(impact: Impact, language: str = "fr") -> None:
    """Shows the segments to inform and how many persons each channel reaches."""
    grid = grids.segments(impact, language)
    only = ("criteria", "persons", "email", "phone", "postal", "none")
    charts = [chart_part(impact, "channels", language)] if grid.rows else []
    display(*charts, grid_part(grid, "segments", language, only))


def letters(impact: Impact, language: str = "fr") -> None:
    """Shows which letter goes to which segment."""
    grid = grids.segments(impact, language)
    if not grid.rows:
        advice("segments", language)
        return
    display(grid_part(grid, "letters", language, ("criteria", "persons", "letter")))


def reach(impact: Impact, language: str = "fr") -> None:
    """Shows how the living can be reached, by which channels together, and who shares a channel with another."""
    found = reach_told(impact.information.reach, wording(language))
    if found is None:
        advice("reach", language)
        return
    notes = [paragraph_html(one) for one in found["notes"]]
    chart = chart_part(impact, "reach", language)
    display(chart, _table(found["table"], "reach", language), *notes, _table(found["mixes"], "overlap", language))


def effort(impact: Impact, language: str = "fr") -> None:
    """Shows what supports and what refutes a disproportionate effort (GDPR art. 34(3)(c))."""
    found, words = effort_told(impact, wording(language)), wording(language)
    if found is None:
        advice("effort", language)
        return
    parts = [paragraph_html(found["verdict"])]
    for key in ("supports", "refutes"):
        if found[key]:
            parts.append(list_html(words.text(f"information.{key}"), found[key]))
    display(*parts)


def before_sending(impact: Impact, language: str = "fr") -> None:
    """Shows the texts of lettres/, one for each channel, and what a person completes in them."""
    words = wording(language)
    blanks = blanks_told(impact, words)
    display(_table(texts_table(impact, words), "texts", language), list_html(blanks["lead"], blanks["items"]))


def _table(made: dict[str, Any], caption: str, language: str) -> str:
    return table_part(TextTable(made["header"], made["align"], made["rows"]), caption, language)
