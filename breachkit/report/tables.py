"""The report's tables as pandas data frames with human column names: figures only, safe to show anywhere.

Each function takes the impact and a language ("fr" or "en") and returns one row per line of its grid; counts are
integers, shares are fractions of one. `readable` gives the same table as texts, as a reader writes numbers.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from breachkit.impact import Impact
from breachkit.report import grids, people_grids
from breachkit.report.grid import Grid
from breachkit.report.printing import printed
from breachkit.report.wording import wording

if TYPE_CHECKING:
    from pandas import DataFrame


def frame(grid: Grid, language: str = "fr") -> DataFrame:
    """A grid as a data frame, its columns named in the language; an empty grid keeps its columns."""
    import pandas as pd

    words = wording(language)
    names = [words.text(f"columns.{column}") for column in grid.ids]
    return pd.DataFrame(list(grid.rows), columns=names)


def readable(name: str, impact: Impact, language: str = "fr") -> DataFrame:
    """The table of that name in `GRIDS` with every number written in the language; KeyError for another name."""
    import pandas as pd

    texts = printed(GRIDS[name](impact, language), language)
    return pd.DataFrame(texts["rows"], columns=texts["header"])


def sources(impact: Impact, language: str = "fr") -> DataFrame:
    """One row per source: file, format, encoding, bytes, lines and the account of its records."""
    return frame(grids.sources(impact, language), language)


def reconciliation(impact: Impact, language: str = "fr") -> DataFrame:
    """From bytes to lines, records and persons: one row per step, which adds up."""
    return frame(grids.reconciliation(impact, language), language)


def path(impact: Impact, language: str = "fr") -> DataFrame:
    """From bytes to persons who can be reached: what left or joined at each step, then what is counted there."""
    return frame(people_grids.path(impact, language), language)


def merges(impact: Impact, language: str = "fr") -> DataFrame:
    """What each rule of linking merged, the persons left after it, and merges expected to be wrong."""
    return frame(people_grids.merges(impact, language), language)


def doubtful(impact: Impact, language: str = "fr") -> DataFrame:
    """Pairs of files near the threshold, by rule: merged, left apart."""
    return frame(people_grids.doubtful(impact, language), language)


def apart(impact: Impact, language: str = "fr") -> DataFrame:
    """Persons to treat apart, each group with its bounds; groups overlap."""
    return frame(people_grids.apart(impact, language), language)


def columns(impact: Impact, language: str = "fr") -> DataFrame:
    """One row per column of the extract: its field, sensitivity, filled and valid records, evidence."""
    return frame(grids.columns(impact, language), language)


def exposure(impact: Impact, language: str = "fr") -> DataFrame:
    """Persons for each exposed datum, with bounds and share of the patients."""
    return frame(grids.exposure(impact, language), language)


def findings(impact: Impact, language: str = "fr") -> DataFrame:
    """Notes and persons by category, topic, assertion and subject."""
    return frame(grids.findings(impact, language), language)


def persons(impact: Impact, language: str = "fr") -> DataFrame:
    """Each group of persons: low, best, high, what it was counted from, method."""
    return frame(grids.persons(impact, language), language)


def profiles(impact: Impact, language: str = "fr") -> DataFrame:
    """Profiles of exposure and their severity, the gravest first."""
    return frame(grids.profiles(impact, language), language)


def segments(impact: Impact, language: str = "fr") -> DataFrame:
    """Segments to inform, and how many persons each channel reaches (channels overlap)."""
    return frame(grids.segments(impact, language), language)


def controllers(impact: Impact, language: str = "fr") -> DataFrame:
    """One row per controller, most patients first."""
    return frame(grids.controllers(impact, language), language)


def severity_levels(impact: Impact, language: str = "fr") -> DataFrame:
    """Persons at each ENISA level; no row where no severity could be weighed."""
    return frame(grids.severity_levels(impact, language), language)


def obligations(impact: Impact, language: str = "fr") -> DataFrame:
    """What is owed, the verdict, by when, and the reasons."""
    return frame(grids.obligations(impact, language), language)


def methods(impact: Impact, language: str = "fr") -> DataFrame:
    """How each figure was obtained, in words."""
    return frame(grids.methods(impact, language), language)


GRIDS: dict[str, Callable[[Impact, str], Grid]] = {
    "sources": grids.sources,
    "reconciliation": grids.reconciliation,
    "path": people_grids.path,
    "merges": people_grids.merges,
    "doubtful": people_grids.doubtful,
    "apart": people_grids.apart,
    "columns": grids.columns,
    "exposure": grids.exposure,
    "findings": grids.findings,
    "persons": grids.persons,
    "profiles": grids.profiles,
    "segments": grids.segments,
    "controllers": grids.controllers,
    "severity_levels": grids.severity_levels,
    "obligations": grids.obligations,
    "methods": grids.methods,
}
