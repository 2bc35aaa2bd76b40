"""Figures that the forms ask for and the impact does not hold as such: persons by box, bands, drafts.

The persons behind each box of the forms are in `boxes`.
"""

from __future__ import annotations

import re
from typing import Any

from breachkit.assessment.certainty import warnings
from breachkit.impact import Impact
from breachkit.incident import Incident
from breachkit.notification.form import form_table, moment, sentence


def band_of(persons: int) -> dict[str, Any]:
    """The band of the CNIL's open data that holds a number of persons."""
    bands: list[dict[str, Any]] = form_table("cnil.toml")["bands"]
    return next(band for band in bands if persons <= band.get("upto", persons))


def counts(labels: dict[str, str], persons: dict[str, int], language: str) -> str:
    """Persons by label in one line: « Etat civil : 3 944 ; Coordonnées : 3 900 »."""
    parts = [sentence("count", language, label=labels[key], persons=value) for key, value in persons.items()]
    return ("\u202f; " if language == "fr" else "; ").join(parts)


def persons_note(impact: Impact, language: str) -> str:
    """Unit, bounds and method of the number of patients, and who is not in it."""
    patients = impact.people.patients
    reason = impact.methods.get(patients.method)
    method = patients.method if reason is None else (reason.en if language == "en" else reason.fr)
    note = sentence(
        "unit_persons",
        language,
        low=patients.low,
        high=patients.high,
        records=patients.records,
        method=method,
    )
    note += unread(impact, language)
    professionals, third = impact.people.professionals.best, impact.people.third_parties.best
    return note + (
        sentence("beside", language, professionals=professionals, third=third) if professionals or third else ""
    )


def records_note(impact: Impact, language: str) -> str:
    """Unit of the number of records, duplicates, and types of data per person (EDPB field 72 asks for them)."""
    types = impact.data_types_per_person
    median = f"{types.median:g}"
    return sentence(
        "unit_records",
        language,
        duplicates=impact.quality.duplicate_records,
        min=types.min,
        max=types.max,
        median=median if language == "en" else median.replace(".", ","),
        all=sum(source.records for source in impact.sources),
        rejected=sum(source.rejected for source in impact.sources),
    ) + unread(impact, language)


def unread(impact: Impact, language: str) -> str:
    """What was not read or not counted, which makes the numbers approximate; empty where nothing is missing."""
    told = [one.en if language == "en" else one.fr for one in warnings(impact)]
    if language != "en":
        told = [re.sub(r" (?=[;:!?%»])", "\u202f", one) for one in told]
    return "".join(f" {one}" for one in told)


def vulnerable_note(impact: Impact, language: str) -> str:
    """Minors and deceased with their bounds at the reference date."""
    minors, deceased = impact.people.minors, impact.people.deceased
    day = impact.reference_date
    return sentence(
        "minors_deceased",
        language,
        minors=minors.best,
        minors_low=minors.low,
        minors_high=minors.high,
        date=day.isoformat() if language == "en" else day.strftime("%d/%m/%Y"),
        deceased=deceased.best,
        deceased_low=deceased.low,
        deceased_high=deceased.high,
    )


def description(impact: Impact, incident: Incident, language: str) -> str:
    """The free-text description: what the facts tell, then the figures; nothing else."""
    patients, people, notes = impact.people.patients, impact.people, impact.free_text
    sources = impact.sources
    lines = [incident.breach.description.strip()] if incident.breach.description.strip() else []
    lines.append(
        sentence(
            "draft_sources",
            language,
            sources=len(sources),
            records=sum(one.records for one in sources),
            loaded=sum(one.loaded for one in sources),
            rejected=sum(one.rejected for one in sources),
        )
    )
    lines.append(
        sentence(
            "draft_patients",
            language,
            best=patients.best,
            low=patients.low,
            high=patients.high,
            records=patients.records,
        )
    )
    lines.append(vulnerable_note(impact, language))
    lines.append(
        sentence(
            "draft_others",
            language,
            professionals=people.professionals.best,
            third=people.third_parties.best,
            controllers=people.controllers.count,
        )
    )
    if notes.notes:
        lines.append(
            sentence(
                "draft_notes",
                language,
                notes=notes.notes,
                persons=notes.persons_with_notes,
                special=notes.persons_with_special_category,
            )
        )
    return "\n".join(lines)


def severity_note(impact: Impact, language: str) -> str:
    """The score behind the severity, and how many patients reach its level."""
    severity = impact.severity
    if severity is None:
        return ""
    se = f"{severity.enisa.se:g}"
    return sentence(
        "severity",
        language,
        se=se if language == "en" else se.replace(".", ","),
        persons=severity.persons_by_level.get(severity.enisa.level, 0),
    )


def deadline_note(impact: Impact, language: str) -> str:
    """The 72-hour limit, where it is known."""
    limit = moment(impact.obligations.deadline, language)
    return sentence("deadline", language, deadline=limit) if limit else ""


def controller_name(impact: Impact, incident: Incident) -> str:
    """The name of the one controller of this impact, else the name told in the facts."""
    if impact.scope == "controller" and len(impact.controllers) == 1 and impact.controllers[0].label:
        return impact.controllers[0].label
    return incident.controller.name
