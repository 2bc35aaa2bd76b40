"""What one controller's sheet says: that controller's figures only, on two pages, without a chart to draw."""

from __future__ import annotations

from typing import Any

from breachkit.assessment.certainty import missing
from breachkit.impact import ControllerImpact, Impact
from breachkit.report import chart_rows
from breachkit.report.format import bounds, clock, number, quantity, share_of, typography
from breachkit.report.front_page import level_bars, severity_sentence, tile
from breachkit.report.grid import INFORM_WHEN, Grid, Kind, sentence
from breachkit.report.jointly import withheld_beside_sheets
from breachkit.report.printing import LONGEST_TITLE, frame_of, incident_text, printed, reference_pairs, shortened
from breachkit.report.sharing import as_one, shareable, shared_json
from breachkit.report.wording import Wording, wording


def controller_content(impact: Impact, controller_id: str, language: str) -> dict[str, Any]:
    """The data of the template `controller`, small counts withheld; KeyError where there is no such controller."""
    one = impact.controller(controller_id)
    words = wording(language)
    name = typography(one.label, language) if one.label else one.id
    meta = [
        [words.text("controller.identifier"), one.id],
        *([[words.text("columns.specialty"), one.specialty]] if one.specialty else []),
    ]
    return _sheet(impact, shareable(one), language, (words.text("controller.kind"), name, meta))


def summary_content(impact: Impact, language: str) -> dict[str, Any]:
    """The data of the template `controller` for the whole incident, as it may be handed on: small counts withheld."""
    words = wording(language)
    name = incident_text(impact, "incident", "title") or words.text("report.untitled")
    figures = shareable(as_one(impact), withheld_beside_sheets(impact))
    content = _sheet(impact, figures, language, (words.text("summary.kind"), typography(name, language), []))
    content["words"]["controller"] = {**words.section("controller"), **words.section("summary")}
    content["document-title"] = shortened(f"{words.text('summary.kind')} – {name}", LONGEST_TITLE)
    content["attachments"][0] |= {
        "name": words.text("summary.attachment_name"), "description": words.text("summary.attachment"),
    }  # fmt: skip
    people = impact.people.controllers
    content["tiles"][2] = tile(number(people.count, language), words.text("summary.tile_controllers"))
    content["limits"][0] = f"{words.text('summary.scope')} {words.text('summary.masked')}"
    return content


def _sheet(
    impact: Impact, one: ControllerImpact, language: str, named: tuple[str, str, list[list[str]]]
) -> dict[str, Any]:
    """A sheet of two pages from figures that may leave; `named` is its kind, its title and the line under it."""
    words = wording(language)
    kind, name, meta = named
    content = frame_of(
        impact,
        language,
        title=f"{words.text('controller.title')} – {name}",
        kind=kind,
        running=f"{kind} · {name}",
        footer=words.text("controller.footer"),
    )
    content |= {
        "title": shortened(name, LONGEST_TITLE),
        "meta": [*meta, *reference_pairs(impact, language)],
        "tiles": _tiles(one, words, missing(impact)),
        "severity": _severity(one, language),
        "owed": _owed(impact, words),
        "fields": _fields(one, language),
        "notes": _notes(one, language),
        "segments": _segments(one, language),
        "limits": [
            f"{words.text('controller.scope')} {words.text('controller.masked')}",
            *_limits(impact, one, language),
        ],
    }
    content["attachments"] = [
        {
            "name": "responsable.json" if language != "en" else "controller.json",
            "content": shared_json(one),
            "description": words.text("controller.attachment"),
        }
    ]
    return content


def _tiles(one: ControllerImpact, words: Wording, doubts: tuple[str, ...]) -> list[dict[str, str]]:
    language, patients = words.language, one.patients.best

    def part(count: int) -> str:
        share = share_of(min(count, patients), patients, language)
        return words.text("report.front.tile_special_sub", share=share) if patients and share != "–" else ""

    doubt = bounds(one.patients.low, one.patients.high, language, doubts)
    unreachable = sum(segment.none for segment in one.segments)
    return [
        tile(number(patients, language), words.text("controller.tile_patients"), doubt),
        tile(number(one.records, language), words.text("controller.tile_records")),
        tile(
            number(one.shared_patients, language),
            words.text("controller.tile_shared"),
            part(one.shared_patients),
        ),
        tile(
            number(one.persons_with_notes, language),
            words.text("controller.tile_notes"),
            part(one.persons_with_notes),
        ),
        tile(number(one.minors, language), words.text("report.front.tile_minors"), part(one.minors)),
        tile(number(unreachable, language), words.text("report.front.tile_unreachable"), part(unreachable)),
    ]


def _severity(one: ControllerImpact, language: str) -> dict[str, Any]:
    words = wording(language)
    header = [words.text("columns.level"), words.text("columns.persons")]
    if one.severity is None:
        return {
            "level": words.text("report.front.unanswered"),
            "why": words.text("controller.severity_none"),
            "levels": [],
            "header": header,
        }
    told: dict[str, Any] = severity_sentence(one.severity, one.patients.best, language)
    if one.revealing_specialty:
        told["why"] += " " + words.text("controller.specialty")
    return told | {"levels": level_bars(one.severity, one.patients.best, language), "header": header}


def _owed(impact: Impact, words: Wording) -> list[dict[str, str]]:
    owed, language = impact.obligations, words.language
    when = clock(owed.deadline, language) if owed.deadline else words.text("obligations.no_deadline")
    if owed.notify_authority == "no":
        when = words.text("obligations.not_applicable")
    late = f" ({words.text('obligations.late')})" if owed.late else ""
    inform = INFORM_WHEN[owed.inform_persons]
    return [
        {
            "what": words.text("obligations.notify_authority"),
            "verdict": words.label("verdicts", owed.notify_authority),
            "when": f"{when[:1].upper()}{when[1:]}{late}.",
        },
        {
            "what": words.text("obligations.inform_persons"),
            "verdict": words.label("verdicts", owed.inform_persons),
            "when": words.text(f"obligations.{inform}").capitalize() + ".",
        },
    ]


def _fields(one: ControllerImpact, language: str) -> dict[str, Any]:
    words, patients = wording(language), one.patients.best
    rows = chart_rows.exposed_fields(one.exposure, patients, language).rows
    return {
        "header": [words.text("columns.datum"), words.text("columns.persons")],
        "items": [
            {
                "label": label,
                "share": share,
                "text": f"{number(persons, language)} ({share_of(min(persons, patients), patients, language)})",
                "sensitive": level >= 2,
            }
            for label, level, persons, share in rows
        ],
    }


def notes_table(found: Grid, language: str) -> dict[str, Any]:
    """Notes by category on one line each: affirmed, supposed, negated of the patient, and all of third parties."""
    words = wording(language)
    patient = words.label("subjects", "patient")
    by_category: dict[str, list[int]] = {}
    for category, subject, affirmed, hypothetical, negated in found.rows:
        counts = by_category.setdefault(category, [0, 0, 0, 0])
        if subject == patient:
            counts[:3] = [affirmed, hypothetical, negated]
        else:
            counts[3] = affirmed + hypothetical + negated
    heads: tuple[tuple[str, Kind], ...] = (
        ("category", "text"), ("affirmed", "count"), ("hypothetical", "count"), ("negated", "count"),
        ("subject", "count"),
    )  # fmt: skip
    grid = Grid(heads, tuple((category, *counts) for category, counts in by_category.items()))
    return printed(grid, language, rename={"subject": words.text("charts.notes.third_party")})


def _notes(one: ControllerImpact, language: str) -> dict[str, Any]:
    return {
        "empty": not one.notes,
        "lead": wording(language).text(
            "controller.notes_lead",
            notes=quantity(one.notes, "notes", language),
            persons=quantity(one.persons_with_notes, "persons", language),
        ),
        "table": notes_table(chart_rows.notes_by_category(one.by_finding, language), language),
    }


def _segments(one: ControllerImpact, language: str) -> dict[str, Any]:
    grid = chart_rows.segment_channels(one.segments, language)
    return printed(grid, language, ("criteria", "persons", "email", "phone", "postal", "none"))


def _limits(impact: Impact, one: ControllerImpact, language: str) -> list[str]:
    words = wording(language)
    found = [words.text("report.front.doubt_note")]
    if one.shared_patients:
        found.append(words.text("controller.shared_note"))
    if one.deceased:
        found.append(words.text("controller.deceased_note", count=number(one.deceased, language)))
    if one.notes:
        found.append(words.text("report.notes.personal"))
    return [*found, *(sentence(limit, language) for limit in impact.quality.limits)]
