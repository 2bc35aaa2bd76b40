"""A table as typed rows: counts stay integers and shares fractions, so that chart, data frame and page agree."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from breachkit.impact import EnisaLevel, Reason
from breachkit.report.format import typography

Kind = Literal["text", "count", "share", "score"]
ENISA_LEVELS: tuple[EnisaLevel, ...] = ("low", "medium", "high", "very_high")
# Verdict on informing persons, and the wording that says when.
INFORM_WHEN = {"yes": "as_soon_as_possible", "no": "not_applicable", "undetermined": "when_known"}
ASSERTIONS = ("affirmed", "hypothetical", "negated")
SUBJECTS = ("patient", "third_party")


@dataclass(frozen=True)
class Grid:
    """Rows under named columns; `columns` are (id of the wording's [columns], kind of value)."""

    columns: tuple[tuple[str, Kind], ...]
    rows: tuple[tuple[Any, ...], ...]

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids of the columns, in order."""
        return tuple(column for column, _kind in self.columns)

    def column(self, identifier: str) -> list[Any]:
        """The values of one column; ValueError where the grid has none of that id."""
        place = self.ids.index(identifier)
        return [row[place] for row in self.rows]


def sentence(reason: Reason, language: str) -> str:
    """A reason's sentence in the language, with its typography."""
    return typography(reason.en if language == "en" else reason.fr, language)
