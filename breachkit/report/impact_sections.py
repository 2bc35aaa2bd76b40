"""The sections of rapport-impact.pdf, from the sources to the method: every text and table, from the impact."""

from __future__ import annotations

from typing import Any

from breachkit.impact import Impact, Profile, Source
from breachkit.report import assessment_grids, grids, people_grids
from breachkit.report.chart_clock import timeline_rows
from breachkit.report.chart_rows import segment_channels
from breachkit.report.chart_sets import MOST_COMBINATIONS, exposed_sets, grid_of, reach_sets
from breachkit.report.format import clock, number, percent, quantity, share_of, short_number
from breachkit.report.front_page import severity_sentence
from breachkit.report.grid import Grid, Kind, sentence
from breachkit.report.printing import incident_text, printed
from breachkit.report.revealed_grid import revealed_rows
from breachkit.report.review_text import review_grid, review_sentences
from breachkit.report.shared_grids import profile_rows
from breachkit.report.wording import wording

PROFILES_SHOWN = 20  # situations on one page; every profile is in the attached impact.json. Our choice.


def impact_sections(impact: Impact, language: str) -> dict[str, dict[str, Any]]:
    """Each section's data, by the name the template knows it by."""
    makers = {
        "sources": _sources,
        "fields": _fields,
        "notes": _notes,
        "persons": _persons,
        "severity": _severity,
        "obligations": _obligations,
        "controllers": _controllers,
        "information": _information,
        "methods": _methods,
    }
    return {name: make(impact, language) for name, make in makers.items()}


def _reasons(impact: Impact, language: str) -> dict[str, Any]:
    """Repairs and rejects by reason, over all sources, reasons of one name put together."""
    words = wording(language)
    counts: dict[tuple[str, str], int] = {}
    for key in ("repaired", "rejected"):
        for one in impact.sources:
            for reason, count in getattr(one, f"{key}_by_reason").items():
                name = (words.text(f"report.sources.{key}"), words.label("reading_reasons", reason))
                counts[name] = counts.get(name, 0) + count
    ordered = sorted(counts.items(), key=lambda pair: (pair[0][0], -pair[1]))
    heads: tuple[tuple[str, Kind], ...] = (("step", "text"), ("reasons", "text"), ("count", "count"))
    grid = Grid(heads, tuple((state, reason, count) for (state, reason), count in ordered))
    return printed(grid, language, ("reasons", "step", "count"), {"step": words.text("report.sources.treatment")})


def _place(one: Source) -> str:
    """Where a source lies: its file, and its member of an archive."""
    return " › ".join(part for part in (one.file, one.member) if part)


LEDGER = ("table", "physical_lines", "header_lines", "blank_lines", "other_lines", "record_lines", "records", "loaded",
          "repaired", "rejected")  # fmt: skip


def _sources(impact: Impact, language: str) -> dict[str, Any]:
    shown = ("file", "table", "format", "encoding", "bytes")
    grid = grids.sources(impact, language)
    rows = tuple((_place(one), *row[1:]) for one, row in zip(impact.sources, grid.rows, strict=True))
    return {
        "empty": not impact.sources,
        "steps": printed(grids.reconciliation(impact, language), language),
        "files": printed(Grid(grid.columns, rows), language, shown),
        "ledger": printed(grid, language, LEDGER),
        "reasons": _reasons(impact, language),
        "hashes": [list(pair) for pair in {_place(one): one.sha256 for one in impact.sources}.items()],
    }


def _first_rows(grid: Grid, language: str, only: tuple[str, ...]) -> dict[str, Any]:
    """The first rows of a long table, as many as the chart beside it shows."""
    return printed(Grid(grid.columns, grid.rows[:MOST_COMBINATIONS]), language, only)


def _fields(impact: Impact, language: str) -> dict[str, Any]:
    types = impact.data_types_per_person
    exposed = grids.exposure(impact, language)
    return {
        "empty": not exposed.rows,
        "together": _first_rows(
            grid_of(exposed_sets(impact, language), language), language, ("combination", "persons", "share")
        ),
        "persons": printed(exposed, language, ("datum", "sensitivity", "persons", "low", "high", "share")),
        "revealed": printed(revealed_rows(impact, language), language),
        "columns": printed(
            grids.columns(impact, language), language, ("name", "field", "filled", "valid", "confidence", "evidence")
        ),
        "types": wording(language).text(
            "report.fields.types",
            min=str(types.min),
            max=str(types.max),
            median=short_number(types.median, language),
            p95=short_number(types.p95, language),
        ),
    }


def _notes(impact: Impact, language: str) -> dict[str, Any]:
    words = wording(language)
    text, patients = impact.free_text, impact.people.patients.best
    return {
        "empty": not text.notes,
        "lead": words.text(
            "report.notes.lead",
            notes=quantity(text.notes, "notes", language),
            persons=quantity(text.persons_with_notes, "persons", language),
            share=share_of(text.persons_with_notes, patients, language),
            special=quantity(text.persons_with_special_category, "persons", language),
        ),
        "review": review_sentences(impact.quality.review, language),
        "precision": printed(review_grid(impact, language), language),
        "table": printed(grids.findings(impact, language), language),
        "relations": printed(grids.relations(impact, language), language),
        "kinds": printed(grids.note_kinds(impact, language), language, ("note_kind", "notes", "persons", "rule")),
    }


def _quality(impact: Impact, language: str) -> list[str]:
    words, quality = wording(language), impact.quality
    found = []
    if quality.duplicate_records:
        records = quantity(quality.duplicate_records, "records", language)
        share = percent(quality.duplicate_share, language)
        found.append(words.text("report.persons.duplicates", records=records, share=share))
    if quality.records_without_identity:
        records = quantity(quality.records_without_identity, "records", language)
        found.append(words.text("report.persons.without_identity", records=records))
    for key in ("birth_date", "controller"):
        count = getattr(quality, f"persons_without_{key}")
        if count:
            persons = quantity(count, "persons", language)
            found.append(words.text(f"report.persons.without_{key}", persons=persons))
    review = impact.people.linking and impact.people.linking.review
    if review:
        counts = {key: number(getattr(review, key), language) for key in ("answers", "joined", "separated")}
        found.append(words.text("report.persons.pairs", **counts))
    undecided = len(quality.undecided_columns)
    if undecided:
        key = "undecided_one" if undecided == 1 else "undecided"
        found.append(words.text(f"report.persons.{key}", count=str(undecided)))
    return found


def _persons(impact: Impact, language: str) -> dict[str, Any]:
    shown = ("group", "best", "low", "high", "counted_from", "method")
    return {
        "table": printed(grids.persons(impact, language), language, shown),
        "empty": not any(one.high for _key, one, _count, _unit in grids.groups(impact)),
        "path": printed(people_grids.path(impact, language), language),
        "merges": printed(people_grids.merges(impact, language), language),
        "doubtful": printed(people_grids.doubtful(impact, language), language),
        "apart": printed(people_grids.apart(impact, language), language),
        "row_roles": printed(people_grids.row_roles(impact, language), language),
        "quality": _quality(impact, language),
    }


def _situations(impact: Impact) -> list[Profile]:
    """Profiles put together where notes, context and score are the same: many differ by one field only."""
    merged: dict[tuple[object, ...], Profile] = {}
    for one in impact.profiles:
        key = (one.special_categories, one.context, one.severity.enisa.se)
        known = merged.get(key)
        merged[key] = one if known is None else known.model_copy(update={"persons": known.persons + one.persons})
    return list(merged.values())


def _severity(impact: Impact, language: str) -> dict[str, Any]:
    words, severity = wording(language), impact.severity
    if severity is None:
        return {"empty": True}
    enisa = severity.enisa
    told = {one.id: one for one in (*enisa.reasons, *severity.flags)}
    situations = _situations(impact)
    rows = profile_rows(situations, impact.people.patients.best, language)
    shown = ("special_categories", "context", "persons", "share", "se", "level", "cnil_level")
    common = [
        one for one in impact.profiles[0].fields if all(one in profile.fields for profile in impact.profiles)
    ] if impact.profiles else []  # fmt: skip
    more = words.text(
        "report.severity.more_profiles",
        shown=str(min(len(situations), PROFILES_SHOWN)),
        total=number(len(situations), language),
        profiles=number(len(impact.profiles), language),
    )
    return {
        "empty": False,
        "level": severity_sentence(severity, impact.people.patients.best, language)["level"],
        "meaning": words.text(f"enisa_meaning.{enisa.level}"),
        "formula": words.text(
            "report.severity.formula",
            **{key: short_number(getattr(enisa, key), language) for key in ("dpc", "ei", "cb", "se")},
        ),
        "reasons": [sentence(one, language) for one in told.values()],
        "profiles": printed(
            Grid(rows.columns, rows.rows[:PROFILES_SHOWN]), language, shown,
            {"share": words.text("report.severity.share")},
        ),
        "common": words.text("report.severity.common", fields=", ".join(words.field(one) for one in common))
        if common
        else "",
        "more": more,
        "sensitivity": assessment_grids.sensitivity_content(impact, language),
    }  # fmt: skip


def clock_rows(impact: Impact, language: str) -> dict[str, Any]:
    """The dates that start and end the 72 hours, as a printed table."""
    words = wording(language)
    unknown = words.text("report.obligations.unknown")

    def told(key: str) -> str:
        value = incident_text(impact, "dates", key)
        return clock(value, language) if value else unknown

    deadline = impact.obligations.deadline
    rows = (
        (words.text("report.obligations.processor"), told("processor_informed")),
        (words.text("report.obligations.aware"), told("aware")),
        (words.text("report.obligations.deadline"), clock(deadline, language) if deadline else unknown),
        (words.text("report.obligations.notified"), told("notified")),
    )
    return printed(
        Grid((("step", "text"), ("deadline", "text")), rows),
        language,
        rename={"deadline": words.text("report.obligations.moment")},
    )


def _obligations(impact: Impact, language: str) -> dict[str, Any]:
    return {
        "table": printed(grids.obligations(impact, language), language, ("obligation", "verdict", "deadline")),
        "clock": printed(timeline_rows(impact, language), language, ("event", "moment", "hours")),
        "register_only": wording(language).text("report.obligations.register_only")
        if impact.obligations.register_only
        else "",
        "reasons": [sentence(one, language) for one in impact.obligations.reasons],
        "path_authority": printed(assessment_grids.decision_path(impact, "authority", language), language),
        "path_persons": printed(assessment_grids.decision_path(impact, "persons", language), language),
        "duties": printed(assessment_grids.duties(impact, language), language),
    }


def _controllers(impact: Impact, language: str) -> dict[str, Any]:
    grid = grids.controllers(impact, language)
    shown = ("label", "id", "patients", "low", "high", "shared", "minors", "persons_with_notes")
    return {
        "empty": not grid.rows,
        "lead": wording(language).text(
            "report.controllers.lead",
            sum=number(impact.people.controllers.sum_of_patients, language),
            patients=number(impact.people.patients.best, language),
        ),
        "table": printed(grid, language, shown),
    }


def _information(impact: Impact, language: str) -> dict[str, Any]:
    grid = segment_channels(impact.information.segments, language)
    return {
        "empty": not grid.rows,
        "table": printed(grid, language, ("criteria", "persons", "email", "phone", "postal", "none")),
        "reach": _first_rows(
            grid_of(reach_sets(impact, language), language), language, ("combination", "persons", "share")
        ),
    }


def _methods(impact: Impact, language: str) -> dict[str, Any]:
    words, count = wording(language), impact.quality.decisions
    key = "report.methods.decisions" if count else "report.methods.no_decisions"
    return {
        "table": printed(grids.methods(impact, language), language),
        "limits": [sentence(one, language) for one in impact.quality.limits],
        "decisions": words.text(key, count=number(count, language)) if count else words.text(key),
    }
