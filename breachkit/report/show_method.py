"""What a notebook shows of the method: how each figure was obtained, and what was run."""

from __future__ import annotations

from breachkit.impact import Impact
from breachkit.report import grids, show_rows
from breachkit.report.show_html import TextTable
from breachkit.report.show_parts import display, grid_part, table_part
from breachkit.report.show_rows import pairs_table, show_words


def methods(impact: Impact, language: str = "fr") -> None:
    """Shows how each figure was obtained, in words."""
    display(grid_part(grids.methods(impact, language), "methods", language))


def what_was_run(impact: Impact, language: str = "fr") -> None:
    """Shows version, scope, reference date, decisions and the digest of each source: no clock, no path."""
    pairs = pairs_table(show_rows.run(impact, language), language, heads=("setting", "note"))
    settings = TextTable([pairs.header[0], show_words(language).text("columns.value")], ("left", "left"), pairs.rows)
    files = show_rows.hashes(impact, language)
    parts = [table_part(settings, "run", language)]
    if files.rows:
        parts.append(table_part(files, "hashes", language))
    display(*parts)
