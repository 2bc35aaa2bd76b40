"""Figures that are tables, as `breachkit explain` prints them: rows of words and numbers, never the raw document."""

from __future__ import annotations

from collections.abc import Callable

from breachkit.errors import Language
from breachkit.impact import Impact
from breachkit.report import assessment_grids, grids, people_grids
from breachkit.report.grid import Grid
from breachkit.report.printing import printed

MOST_ROWS = 40  # the notebooks show them all; a terminal is read from the top

GRIDS: dict[str, Callable[[Impact, str], Grid]] = {
    "people.path": people_grids.path,
    "people.row_roles": people_grids.row_roles,
    "people.accounts": people_grids.accounts,
    "people.apart": people_grids.apart,
    "people.linking": people_grids.merges,
    "people.linking.merges": people_grids.merges,
    "people.linking.doubtful": people_grids.doubtful,
    "people.third_parties.by_relation": grids.relations,
    "exposure": grids.exposure,
    "free_text.by_finding": grids.findings,
    "profiles": grids.profiles,
    "severity": grids.severity_levels,
    "severity.by_profile": grids.severity_levels,
    "information": grids.segments,
    "information.segments": grids.segments,
    "controllers": grids.controllers,
    "obligations": grids.obligations,
    "sensitivity": assessment_grids.sensitivity,
}


def table_of(figure: str, impact: Impact, language: Language) -> str | None:
    """The figure as a table, one row a line, its columns named first; None where it is none or holds nothing."""
    if figure not in GRIDS:
        return None
    told = printed(GRIDS[figure](impact, language), language)
    rows = [[str(cell) for cell in row] for row in told["rows"]]
    if not rows:
        return None
    shown = rows[:MOST_ROWS]
    if len(rows) > MOST_ROWS:
        shown.append([f"… + {len(rows) - MOST_ROWS}"])
    return "\n    ".join(" · ".join(row) for row in [[str(name) for name in told["header"]], *shown])
