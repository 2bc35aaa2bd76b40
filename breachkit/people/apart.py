"""Whom to treat apart: age bands, protected adults, deaths, care that reveals the condition. Groups overlap."""

from __future__ import annotations

from typing import Any, Literal

from breachkit.impact import Apart
from breachkit.people.counts import LEVELS
from breachkit.people.public_figures import PublicFigures, count_public_figures
from breachkit.workspace import row

Group = Literal["under_15", "from_15_to_17", "from_75"]
BANDS: dict[Group, str] = {
    "under_15": "under_15",
    "from_15_to_17": "minor AND NOT under_15",
    "from_75": "from_75",
}


def groups_apart(connection: Any, listed: PublicFigures | None = None, *, ages_known: bool = True) -> tuple[Apart, ...]:
    """Every group that the extract lets us know of, the empty ones included: none is an answer too.

    Age bands are left out where no age is known, and public figures where no list was given.
    """
    found = [_band(connection, name, condition) for name, condition in BANDS.items()] if ages_known else []
    found.append(_told(connection, "protected", "protected AND NOT coalesce(minor, false)", "protection_told"))
    found.append(_told(connection, "death_declared", "deceased", "death_declared"))
    if ages_known:
        found.append(_told(connection, "death_probable", "coalesce(too_old, false) AND NOT deceased", "death_probable"))
    found.append(_told(connection, "revealing_care", "revealing OR care", "revealing_care"))
    if listed is not None:
        found.append(count_public_figures(connection, listed))
    return tuple(found)


def _band(connection: Any, name: Group, condition: str) -> Apart:
    """Persons of an age band; of those without a birth date the same share as of the others, all of them in `high`."""
    known, dated, undated = row(
        connection,
        f"SELECT count(*) FILTER ({condition}), count(minor), count(*) FILTER (minor IS NULL) "
        "FROM w.person LEFT JOIN w.age USING (p2, minor)",
    )
    low, high = (
        row(connection, f"SELECT count(DISTINCT {level}) FROM w.facts JOIN w.age USING (p2) WHERE {condition}")[0]
        for level in ("p3", "p1")
    )
    best = known + (round(undated * known / dated) if dated else 0)
    return Apart(id=name, low=min(low, best), best=best, high=max(high + undated, best), method="birth_date_known")


def _told(
    connection: Any,
    name: Literal["protected", "death_declared", "death_probable", "revealing_care"],
    condition: str,
    method: str,
) -> Apart:
    """Persons of whom a record tells it."""
    low, best, high = (
        row(connection, f"SELECT count(DISTINCT {level}) FROM w.facts LEFT JOIN w.age USING (p2) WHERE {condition}")[0]
        for level in LEVELS
    )
    return Apart(id=name, low=min(low, best), best=best, high=max(high, best), method=method)
