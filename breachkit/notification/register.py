"""The internal register of breaches (GDPR art. 33(5)): one row per incident and controller, notified or not."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from breachkit.impact import Impact
from breachkit.incident import Incident
from breachkit.notification.causes import spaced
from breachkit.notification.cnil import cnil_fields
from breachkit.notification.figures import controller_name
from breachkit.notification.form import FormField, form_table, moment
from breachkit.notification.proposals import entries
from breachkit.reference.catalogue import fields

Cell = str | int | float | None
TABLE = "register.toml"


def register_columns(language: str) -> list[str]:
    """The headers of the register, in order."""
    return [str(column[language]) for column in form_table(TABLE)["columns"]]


def register_rows(impacts: Iterable[Impact], figures: Impact, language: str) -> list[list[Cell]]:
    """One row per impact (the incident's, then each controller's), cells in the order of `register_columns`.

    `figures` is the released impact, whose digest every row carries. An empty cell is a field that does not apply;
    « à compléter » one that the facts do not tell yet.
    """
    digest = hashlib.sha256(figures.to_json().encode("utf-8")).hexdigest()
    columns = [column["id"] for column in form_table(TABLE)["columns"]]
    rows = []
    for impact in impacts:
        values = _row(impact, language) | {"figures_sha256": digest}
        rows.append([values[column] for column in columns])
    return rows


def _row(impact: Impact, language: str) -> dict[str, Cell]:
    incident = Incident(**impact.incident)
    form = {field.id: field for field in cnil_fields(impact, language)}
    answers = {
        column["id"]: _answer(form.get(column["form"])) for column in form_table(TABLE)["columns"] if "form" in column
    }
    return answers | _identity(impact, incident, language) | _figures(impact, form) | _verdicts(impact, form, language)


def _answer(field: FormField | None) -> str:
    """What a field of the CNIL form says; a field that does not apply is empty."""
    return "" if field is None else field.text


def _identity(impact: Impact, incident: Incident, language: str) -> dict[str, Cell]:
    missing = _word("to_complete", language)
    one = impact.controllers[0] if impact.scope == "controller" else None
    return {
        "reference": incident.incident.reference or missing,
        "title": incident.incident.title or missing,
        "scope": form_table(TABLE)["scope"][impact.scope][language],
        "controller_id": one.id if one else incident.controller.siren,
        "controller": controller_name(impact, incident) or missing,
        "facts": incident.breach.description.strip() or missing,
        "reference_date": impact.reference_date.isoformat(),
    }


def _figures(impact: Impact, form: dict[str, FormField]) -> dict[str, Cell]:
    patients = impact.people.patients
    effects = [form[name].text for name in _EFFECTS if name in form and form[name].value]
    severity = impact.severity
    return {
        "data_types": _boxes("data_types", impact) or _answer(form.get("data_types")),
        "sensitive_data": _boxes("sensitive", impact),
        "persons": patients.best,
        "persons_low": patients.low,
        "persons_high": patients.high,
        "minors": impact.people.minors.best,
        "records": patients.records,
        "effects": "\n".join(effects),
        "severity": _answer(form.get("severity")),
        "enisa": severity.enisa.se if severity else None,
    }


_EFFECTS = ("consequences_confidentiality", "consequences_integrity", "consequences_availability", "harms")


def _boxes(section: str, impact: Impact) -> str:
    """The boxes of the form that the exposure fills, a line each; by exposure, as a controller has no profiles here."""
    shown = [one for one in impact.exposure if one.persons]
    kinds = {fields()[one.field].cnil_type for one in shown if one.field}
    special = {one.special_category or fields()[str(one.field)].special_category for one in shown}
    if impact.scope == "controller" and impact.controllers[0].revealing_specialty:
        special.add("health")
    return "\n".join(
        entry["label"]
        for entry in entries(section)
        if (section == "sensitive" and entry["id"] in special)
        or kinds & set(entry.get("cnil_types", ()))
        or special & set(entry.get("categories", ()))
    )


def _verdicts(impact: Impact, form: dict[str, FormField], language: str) -> dict[str, Cell]:
    owed, dates = impact.obligations, Incident(**impact.incident).dates
    late = form["delay_reasons"].text if owed.late and "delay_reasons" in form else ""
    return {
        "notify": _verdict(owed.notify_authority, language),
        "notify_reasons": _reasons(impact, language, informing=False),
        "deadline": moment(owed.deadline, language),
        "notified": moment(dates.notified, language) or _word("to_complete", language),
        "delay_reasons": late or _word("not_late", language),
        "inform": _verdict(owed.inform_persons, language),
        "inform_reasons": _reasons(impact, language, informing=True),
    }


def _verdict(verdict: str, language: str) -> str:
    return str(form_table(TABLE)["verdict"][verdict][language])


def _word(name: str, language: str) -> str:
    return str(form_table(TABLE)[name][language])


_INFORMING = ("obligations.inform", "art34")
_ASIDE = ("clock.", "obligations.register", "obligations.many_persons")


def _reasons(impact: Impact, language: str, *, informing: bool) -> str:
    """The reasons of one of the two verdicts, a line each; those of the clock and of the register stand elsewhere."""
    kept = [
        getattr(reason, language)
        for reason in impact.obligations.reasons
        if reason.id.startswith(_INFORMING) == informing and not reason.id.startswith(_ASIDE)
    ]
    lines = "\n".join(kept)
    return spaced(lines) if language == "fr" else lines
