"""Whether a number may be called exact: where the bounds meet and nothing of the extract was left unread.

A bound by rule knows nothing of the persons of a file that could not be read; so « exact » is only said where no
limit of the figures tells that persons or records may be missing. Our rule.
"""

from __future__ import annotations

from breachkit.impact import Estimate, Impact, Reason

# Ids of `Quality.limits` after which persons, or records, may be missing from the figures.
MISSING = ("no_patient_table", "unreadable_sources", "tables_without_identity", "rejected", "reference_unknown")
WITHOUT_AGE = ("undated_persons",)  # after which ages are not all known
ALARMS = ("no_patient_table", "unreadable_sources")  # nothing can be said of a whole source


def missing(impact: Impact) -> tuple[str, ...]:
    """Ids of what makes every number of the impact approximate, in the order of `MISSING`; empty where nothing does."""
    found = {one.id for one in impact.quality.limits} | {impact.reference_date_method}
    if any(one.rejected for one in impact.sources):
        found.add("rejected")
    return tuple(one for one in MISSING if one in found)


def missing_for_ages(impact: Impact) -> tuple[str, ...]:
    """The same for a number of minors: persons without a birth date also make it approximate."""
    undated = impact.quality.persons_without_birth_date > 0
    return (*missing(impact), *(WITHOUT_AGE if undated else ()))


def exact(estimate: Estimate, doubts: tuple[str, ...]) -> bool:
    """Whether an estimate may be called exact, these being the doubts that bear on it."""
    return estimate.low == estimate.best == estimate.high and not doubts


def warnings(impact: Impact, ids: tuple[str, ...] = MISSING) -> tuple[Reason, ...]:
    """The limits of the impact with one of these ids, in the order of `ids`."""
    by_id = {one.id: one for one in impact.quality.limits}
    return tuple(by_id[one] for one in ids if one in by_id)
