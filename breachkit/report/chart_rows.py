"""The rows behind each chart, drawn from the impact: a chart is tested through its rows, without pixels."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from breachkit.impact import Exposure, Finding, Impact, Segment
from breachkit.report.chart_clock import timeline_rows
from breachkit.report.chart_sets import exposed_sets, grid_of, reach_sets
from breachkit.report.grid import ENISA_LEVELS, Grid, Kind
from breachkit.report.grids import controllers_by_patients, groups
from breachkit.report.people_grids import path
from breachkit.report.shared_grids import exposure_label, exposure_sensitivity, segment_name
from breachkit.report.wording import wording

CHANNELS = ("email", "phone", "postal", "none")


def reconciliation(impact: Impact, language: str) -> Grid:
    """Records read, loaded, of patients, and the distinct patients with their bounds."""
    words = wording(language)
    read, loaded = (sum(getattr(one, key) for one in impact.sources) for key in ("records", "loaded"))
    patients = impact.people.patients
    steps = [("records", read, read, read), ("loaded", loaded, loaded, loaded)]
    if patients.records != loaded:
        steps.append(("patient_records", patients.records, patients.records, patients.records))
    steps.append(("persons", patients.best, patients.low, patients.high))
    rows = tuple((words.text(f"charts.reconciliation.{key}"), count, low, high) for key, count, low, high in steps)
    heads: tuple[tuple[str, Kind], ...] = (
        ("step", "text"), ("count", "count"), ("low", "count"), ("high", "count"),
    )  # fmt: skip
    return Grid(heads, rows if read or patients.best else ())


def exposed_fields(exposed: Sequence[Exposure], patients: int, language: str) -> Grid:
    """Persons for each exposed field or category, most sensitive first; sensitivity as a number from 0 to 3."""
    words = wording(language)
    ordered = sorted(
        (one for one in exposed if one.persons),
        key=lambda one: (-exposure_sensitivity(one), -one.persons, exposure_label(one, words)),
    )
    rows = tuple(
        (
            exposure_label(one, words),
            exposure_sensitivity(one),
            one.persons,
            min(1.0, one.persons / patients) if patients else 0.0,
        )
        for one in ordered
    )
    heads: tuple[tuple[str, Kind], ...] = (
        ("datum", "text"), ("sensitivity", "count"), ("persons", "count"), ("share", "share"),
    )  # fmt: skip
    return Grid(heads, rows)


def fields(impact: Impact, language: str) -> Grid:
    """The exposed fields of the incident."""
    return exposed_fields(impact.exposure, impact.people.patients.best, language)


def notes_by_category(found: Sequence[Finding], language: str) -> Grid:
    """Notes of each category and subject, affirmed, hypothetical and negated; most notes first."""
    words = wording(language)
    counts: dict[tuple[str, str], dict[str, int]] = {}
    for one in found:
        by_assertion = counts.setdefault((one.category, one.subject), {})
        by_assertion[one.assertion] = by_assertion.get(one.assertion, 0) + one.notes
    total: dict[str, int] = {}
    for (category, _subject), by_assertion in counts.items():
        total[category] = total.get(category, 0) + sum(by_assertion.values())
    rows = tuple(
        (
            words.category(category, short=True),
            words.label("subjects", subject),
            *(
                counts.get((category, subject), {}).get(assertion, 0)
                for assertion in ("affirmed", "hypothetical", "negated")
            ),
        )
        for category in sorted(total, key=lambda category: (-total[category], category))
        for subject in ("patient", "third_party")
    )
    heads: tuple[tuple[str, Kind], ...] = (
        ("category", "text"), ("subject", "text"), ("affirmed", "count"), ("hypothetical", "count"),
        ("negated", "count"),
    )  # fmt: skip
    return Grid(heads, rows)


def notes(impact: Impact, language: str) -> Grid:
    """The notes of the incident by category."""
    return notes_by_category(impact.free_text.by_finding, language)


def doubt(impact: Impact, language: str) -> Grid:
    """For each group of persons: low, best, high, and the bounds' distance from best as shares of best."""
    words = wording(language)
    rows = tuple(
        (
            words.text(f"groups.{key}"), one.low, one.best, one.high,
            (one.low - one.best) / one.best if one.best else None,
            (one.high - one.best) / one.best if one.best else None,
        )
        for key, one, _count, _unit in groups(impact)
    )  # fmt: skip
    heads: tuple[tuple[str, Kind], ...] = (
        ("group", "text"), ("low", "count"), ("best", "count"), ("high", "count"), ("doubt_low", "share"),
        ("doubt_high", "share"),
    )  # fmt: skip
    return Grid(heads, rows if any(one.high for _key, one, _count, _unit in groups(impact)) else ())


def severity(impact: Impact, language: str) -> Grid:
    """Persons at each of the four ENISA levels."""
    words = wording(language)
    found = impact.severity.persons_by_level if impact.severity else {}
    rows = tuple((words.label("enisa_levels", level), found.get(level, 0)) for level in ENISA_LEVELS)
    return Grid((("level", "text"), ("persons", "count")), rows if impact.severity else ())


def types(impact: Impact, _language: str) -> Grid:
    """Persons with exactly this number of types of data exposed; missing numbers in between are zero."""
    found = {one.types: one.persons for one in impact.data_types_per_person.histogram}
    every = range(min(found), max(found) + 1) if found else range(0)
    return Grid((("types", "count"), ("persons", "count")), tuple((n, found.get(n, 0)) for n in every))


def segment_channels(found: Sequence[Segment], language: str) -> Grid:
    """Persons of each segment that each channel reaches, and those without any."""
    words = wording(language)
    rows = tuple(
        (
            one.id,
            segment_name(one, words),
            one.persons,
            *(getattr(one, key) for key in CHANNELS),
        )
        for one in found
    )
    heads: tuple[tuple[str, Kind], ...] = (
        ("segment", "text"), ("criteria", "text"), ("persons", "count"), ("email", "count"), ("phone", "count"),
        ("postal", "count"), ("none", "count"),
    )  # fmt: skip
    return Grid(heads, rows)


def channels(impact: Impact, language: str) -> Grid:
    """The channels of the incident's segments."""
    return segment_channels(impact.information.segments, language)


def controllers(impact: Impact, _language: str) -> Grid:
    """Patients of each controller, split into its own and the shared; most patients first."""
    rows = tuple(
        (
            rank, one.id, one.label or one.id, one.patients.best,
            one.patients.best - min(one.shared_patients, one.patients.best),
            min(one.shared_patients, one.patients.best),
        )
        for rank, one in enumerate(controllers_by_patients(impact), start=1)
    )  # fmt: skip
    heads: tuple[tuple[str, Kind], ...] = (
        ("rank", "count"), ("id", "text"), ("label", "text"), ("patients", "count"), ("own", "count"),
        ("shared", "count"),
    )  # fmt: skip
    return Grid(heads, rows)


CHART_ROWS: dict[str, Callable[[Impact, str], Grid]] = {
    "reconciliation": reconciliation,
    "path": path,
    "fields": fields,
    "notes": notes,
    "doubt": doubt,
    "severity": severity,
    "combinations": lambda impact, language: grid_of(exposed_sets(impact, language), language),
    "types": types,
    "timeline": timeline_rows,
    "channels": channels,
    "reach": lambda impact, language: grid_of(reach_sets(impact, language), language),
    "controllers": controllers,
}
