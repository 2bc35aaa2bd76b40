"""The summary to hand on beside the sheets of the controllers: what one must not tell because of the others."""

from __future__ import annotations

from breachkit.impact import ControllerImpact, Impact
from breachkit.report.sharing import as_one, counts_of
from breachkit.small_counts.joint import betraying


def withheld_beside_sheets(impact: Impact) -> frozenset[str]:
    """The names of the summary's counts that would give away a small count of a sheet, the other sheets subtracted."""
    whole = as_one(impact)
    totals, names = _aligned(whole)
    parts = [_aligned(one)[0] for one in impact.controllers]
    patients, apart = impact.people.patients.best, impact.quality.persons_without_controller
    shared = max(0, sum(one.patients.best for one in impact.controllers) - patients + apart)
    return frozenset(names[key] for key in betraying(totals, parts, shared=shared, apart=apart))


def _aligned(one: ControllerImpact) -> tuple[dict[str, int], dict[str, str]]:
    """The counts by a name that means the same in every sheet, and the name that each has in this one."""
    places = {
        f"finding {place} ": f"finding {found.category} {found.topic} {found.assertion} {found.subject} "
        for place, found in enumerate(one.by_finding)
    }
    counts: dict[str, int] = {}
    names: dict[str, str] = {}
    for name, value in counts_of(one).told.items():
        head = next((place for place in places if name.startswith(place)), "")
        key = places[head] + name.removeprefix(head) if head else name
        counts[key], names[key] = value, name
    return counts, names
