"""The first page of the report: the key numbers, the severity and why, what is owed, what is least sure."""

from __future__ import annotations

from typing import Any

from breachkit.assessment.certainty import missing, missing_for_ages
from breachkit.impact import Estimate, Impact, Severity
from breachkit.report import grids
from breachkit.report.format import bounds, interval, number, quantity, share_of, short_number, signed_percent
from breachkit.report.grid import ENISA_LEVELS, sentence
from breachkit.report.revealed_grid import persons_exposed_to_special
from breachkit.report.wording import wording


def tile(value: str, label: str, note: str = "") -> dict[str, str]:
    """One key number of a first page."""
    return {"value": value, "label": label, "note": note}


def severity_sentence(severity: Severity, patients: int, language: str) -> dict[str, str]:
    """The level of an incident, or of one controller, and the sentence that says for whom and why."""
    words = wording(language)
    enisa = severity.enisa
    level = words.text(
        "report.front.severity_level",
        enisa=words.label("enisa_levels", enisa.level),
        se=short_number(enisa.se, language),
        cnil=words.label("cnil_levels", severity.cnil_level),
    )
    level = level[:1].upper() + level[1:]
    reached = severity.persons_by_level.get(enisa.level, 0)
    share = share_of(min(reached, patients), patients, language)
    key = "report.front.severity_persons" if share != "–" else "report.front.severity_persons_only"
    why = words.text(key, persons=quantity(reached, "persons", language), share=share)
    first = f" {sentence(enisa.reasons[0], language)}" if enisa.reasons else ""
    return {"level": level, "why": why + first}


def level_bars(severity: Severity | None, patients: int, language: str) -> list[dict[str, Any]]:
    """Persons at each level as bars, the gravest first; nothing where no severity was weighed."""
    if severity is None or not patients:
        return []
    words = wording(language)
    counts = {level: severity.persons_by_level.get(level, 0) for level in reversed(ENISA_LEVELS)}
    widest = max(max(counts.values()), 1)
    return [
        {
            "label": words.label("enisa_levels", level),
            "share": count / widest,
            "text": f"{number(count, language)} ({share_of(min(count, patients), patients, language)})",
        }
        for level, count in counts.items()
    ]


def uncertainty(impact: Impact, language: str) -> str:
    """The group of persons whose bounds are widest for its figure, then the first limit of the figures."""
    words = wording(language)
    found = [(key, one) for key, one, _count, _unit in grids.groups(impact)]
    limit = f" {sentence(impact.quality.limits[0], language)}" if impact.quality.limits else ""
    if not impact.people.patients.high:
        return words.text("report.front.nothing_counted") + limit
    key, widest = max(found, key=lambda pair: (pair[1].high - pair[1].low) / max(pair[1].best, 1))
    if widest.low == widest.high:
        return words.text("report.front.uncertainty_none") + limit
    text = words.text(
        "report.front.uncertainty_group",
        group=words.text(f"groups.{key}"),
        interval=interval(widest.low, widest.best, widest.high, "persons", language),
    )
    if widest.best:
        text += " " + words.text(
            "report.front.uncertainty_relative",
            high=signed_percent((widest.high - widest.best) / widest.best, language),
            low=signed_percent((widest.low - widest.best) / widest.best, language),
        )
    return text + limit


def doubt(one: Estimate, doubts: tuple[str, ...], language: str) -> str:
    """The bounds of a number, « exact », or why it is still to be confirmed."""
    return bounds(one.low, one.high, language, doubts)


def _tiles(impact: Impact, language: str) -> list[dict[str, str]]:
    words = wording(language)
    people = impact.people
    patients = people.patients.best
    read = {key: sum(getattr(one, key) for one in impact.sources) for key in ("records", "rejected")}
    exposed, told = persons_exposed_to_special(impact), impact.free_text.persons_with_special_category
    special, tile_special = (exposed, "tile_exposed") if exposed > told else (told, "tile_special")
    unreachable = sum(one.none for one in impact.information.segments)
    show = {key: number(value, language) for key, value in read.items()}

    return [
        tile(
            number(patients, language),
            words.text("report.front.tile_patients"),
            doubt(people.patients, missing(impact), language),
        ),
        tile(
            number(people.patients.records, language),
            words.text("report.front.tile_records"),
            words.text("report.front.tile_records_sub", read=show["records"], rejected=show["rejected"]),
        ),
        tile(
            number(people.controllers.count, language),
            words.text("report.front.tile_controllers"),
            words.text("report.front.tile_controllers_sub", sum=number(people.controllers.sum_of_patients, language))
            if people.controllers.count
            else "",
        ),
        tile(
            number(special, language),
            words.text(f"report.front.{tile_special}"),
            words.text("report.front.tile_special_sub", share=share_of(special, patients, language))
            if patients
            else "",
        ),
        tile(
            number(people.minors.best, language),
            words.text("report.front.tile_minors"),
            doubt(people.minors, missing_for_ages(impact), language),
        ),
        tile(
            number(unreachable, language),
            words.text("report.front.tile_unreachable"),
            words.text("report.front.tile_special_sub", share=share_of(unreachable, patients, language))
            if patients
            else "",
        ),
    ]


def front_page(impact: Impact, language: str) -> dict[str, Any]:
    words = wording(language)
    if impact.severity is None:
        severity = {"level": words.text("report.front.unanswered"), "why": words.text("report.front.severity_none")}
    else:
        severity = severity_sentence(impact.severity, impact.people.patients.best, language)
    owed = [
        {"what": row[0], "verdict": row[1], "when": f"{row[2][:1].upper()}{row[2][1:]}."}
        for row in grids.obligations(impact, language).rows[:2]
    ]
    return {
        "tiles": _tiles(impact, language),
        "severity": severity,
        "levels": level_bars(impact.severity, impact.people.patients.best, language),
        "levels-header": [words.text("columns.level"), words.text("columns.persons")],
        "owed": owed,
        "uncertainty": uncertainty(impact, language),
    }
