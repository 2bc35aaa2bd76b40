"""The fields of the CNIL's breach notification form, in its own order, filled where facts and figures allow.

Labels and options are in `reference/cnil.toml`, literally; what is not known is « à compléter ».
"""

from __future__ import annotations

from typing import Any

from breachkit.impact import Impact
from breachkit.incident import Incident
from breachkit.notification import figures, proposals
from breachkit.notification.boxes import persons_by_special, persons_by_type
from breachkit.notification.form import (
    Answer,
    FormField,
    Option,
    form_table,
    moment,
    proposed,
    sentence,
    shown,
    told,
    yes_no,
)
from breachkit.notification.origins import source_of


def cnil_fields(impact: Impact, language: str = "fr") -> list[FormField]:
    """Every field of the form in its order; those whose condition is false are left out.

    Values stay the form's own French words in both languages; labels, texts and notes follow `language`.
    """
    incident = Incident(**impact.incident)
    answers = _answers(impact, incident, language)
    hidden = _hidden(impact, incident)
    return [
        _field(section, entry, answers.get(entry["id"], Answer()), (language, incident.incident.kind, impact.scope))
        for section in form_table("cnil.toml")["sections"]
        for entry in section["fields"]
        if entry["id"] not in hidden
    ]


def _field(section: dict[str, Any], entry: dict[str, Any], answer: Answer, context: tuple[str, str, str]) -> FormField:
    language, kind, scope = context
    listed = proposals.entries(proposals.LISTS[entry["id"]]) if entry["id"] in proposals.LISTS else None
    labels = {one["label"]: _gloss(one, language) for one in listed or ()}
    name = "en" if language == "en" else "label"
    return FormField(
        id=entry["id"],
        section=section[name],
        label=entry[name],
        value=answer.value,
        text=shown(answer.value, labels, language),
        options=tuple(Option(value=value, label=label) for value, label in labels.items()) or None,
        status=answer.status,
        source=source_of(entry["id"], answer.status, language, of_controller=scope == "controller"),
        may_be_unknown=kind != "complete" and entry["id"] in form_table("cnil.toml")["may_be_unknown"],
        note=answer.note,
    )


def _gloss(entry: dict[str, Any], language: str) -> str:
    """The words of a box: the form's own, or their English for an English reader; `value` keeps the form's own."""
    return str(entry["en"] if language == "en" else entry["label"])


def _short(entry: dict[str, Any], language: str) -> str:
    """The label without its examples, for a list of counts."""
    if language == "en":
        return str(entry["en"]).split(" (", 1)[0]
    return str(entry["label"]).split(" (ex ", 1)[0]


def _hidden(impact: Impact, incident: Incident) -> set[str]:
    """The fields whose condition is false."""
    state = incident.communication.state
    conditions = {
        "previous_reference": incident.incident.kind != "initiale",
        "end": not incident.dates.ongoing,
        "delay_reasons": impact.obligations.late is not False,
        "processor_informed": bool(incident.processor.name) or incident.dates.processor_informed is not None,
        "informed_date": state in ("done", "planned"),
        "informed_count": state == "done",
        "informed_means": state in ("done", "planned"),
        "informed_content": state != "no",
        "not_informed_reason": state == "no",
        **{f"consequences_{nature}": nature in incident.breach.nature for nature in ("integrity", "availability")},
    }
    return {field for field, holds in conditions.items() if not holds}


def _answers(impact: Impact, incident: Incident, language: str) -> dict[str, Answer]:
    return {
        **_parties(impact, incident, language),
        **_dates(impact, incident, language),
        **_breach(impact, incident, language),
        **_data(impact, language),
        **_persons(impact, incident, language),
        **_effects(impact, incident, language),
        **_communication(impact, incident, language),
        **_authorities(impact, incident, language),
    }


# --- What the facts tell --------------------------------------------------------------------------------------


def _label(section: str, key: str | None) -> str | None:
    """The literal label of an entry of a closed list; None for None."""
    return next((str(one["label"]) for one in proposals.entries(section) if one["id"] == key), None)


def _box(section: str, key: str | None, note: str = "") -> Answer:
    label = _label(section, key)
    return Answer() if label is None else Answer(label, "filled", note)


def _parties(impact: Impact, incident: Incident, language: str) -> dict[str, Answer]:
    controller, processor, header = incident.controller, incident.processor, incident.incident
    partly = sentence("partly", language)
    other = "\n".join(part for part in (processor.name, processor.role, processor.contact) if part)
    return {
        "kind": _box("kinds", header.kind),
        "previous_reference": told(header.previous_reference),
        "siren": told(controller.siren),
        "name": told(figures.controller_name(impact, incident)),
        "sector": told(controller.sector),
        "address": told(controller.address),
        "legal_representative": told(controller.legal_representative, partly),
        "contact_person": told(controller.contact, partly),
        "dpo": told(controller.dpo, partly),
        "other_parties": told(other),
    }


def _dates(impact: Impact, incident: Incident, language: str) -> dict[str, Answer]:
    dates = incident.dates
    known = dates.start is not None and (dates.end is not None or dates.ongoing)
    aware = told(moment(dates.aware, language), figures.deadline_note(impact, language))
    if dates.aware is None and dates.processor_informed is not None:
        note = sentence("aware_from_processor", language) + " " + figures.deadline_note(impact, language)
        aware = proposed(moment(dates.processor_informed, language), note.strip())
    late = sentence("is_late" if impact.obligations.late else "if_late", language)
    return {
        "period_known": _box("yes_no", "yes" if known else "no"),
        "start": told(moment(dates.start, language)),
        "end": told(moment(dates.end, language)),
        "ongoing": _box("yes_no", "yes" if dates.ongoing else "no" if dates.end else None),
        "aware": aware,
        "processor_informed": told(moment(dates.processor_informed, language)),
        "delay_reasons": Answer(note=late),
    }


def _breach(impact: Impact, incident: Incident, language: str) -> dict[str, Answer]:
    breach = incident.breach
    natures = tuple(label for key in breach.nature if (label := _label("natures", key)))
    return {
        "natures": Answer(natures, "filled") if natures else Answer(),
        "origins": _listed("origins", breach.origins, language),
        "causes": _listed("causes", breach.causes, language),
        "description": proposed(figures.description(impact, incident, language), _complement(incident, language)),
        "measures_before": told(incident.measures.before),
        "measures_after": told(incident.measures.after),
        "measures_planned": told(incident.measures.planned),
    }


def _complement(incident: Incident, language: str) -> str:
    """What a complementary notification adds to its description: what changed since the former one."""
    return sentence("complement", language) if incident.incident.kind == "complementaire" else ""


def _listed(section: str, values: tuple[str, ...], language: str) -> Answer:
    found, unknown = proposals.matching(section, values)
    note = " ".join(sentence("unknown_word", language, value=value) for value in unknown)
    if found:
        return Answer(tuple(str(entry["label"]) for entry in found), "filled", note)
    return Answer(note=note)


def _communication(impact: Impact, incident: Incident, language: str) -> dict[str, Answer]:
    communication = incident.communication
    verdict = sentence(f"verdict_{impact.obligations.inform_persons}", language)
    count = communication.persons_informed
    return {
        "informed": _box("information", communication.state, sentence("not_informed_duty", language, verdict=verdict)),
        "informed_date": told(moment(communication.date, language)),
        "informed_count": Answer() if count is None else Answer(count, "filled"),
        "informed_means": told(communication.means),
        "informed_content": proposed(
            sentence("letters", language) if impact.information.segments else None,
        ),
        "not_informed_reason": told(communication.reason_not),
    }


def _authorities(impact: Impact, incident: Incident, language: str) -> dict[str, Answer]:
    others = incident.others
    reminders = {one.id: one.text.en if language == "en" else one.text.fr for one in impact.obligations.duties}
    told_to = {name: getattr(others, name) for name in ("complaint", "anssi", "cert_sante", "ars", "order")}
    answers = {name: _box("yes_no", yes_no(value), _detail(value, language)) for name, value in told_to.items()}
    answers |= {
        name: Answer(note=reminders[name])
        for name in answers
        if answers[name].status == "to_complete" and name in reminders
    }
    answers["lead_authority"] = _box("yes_no", yes_no(others.cross_border), _detail(others.cross_border, language))
    elsewhere = {yes_no(told_to[name]) for name in ("anssi", "cert_sante", "ars")}
    if "yes" in elsewhere:
        answers["other_laws"] = _box("yes_no", "yes")
    elif elsewhere == {"no"}:
        answers["other_laws"] = _box("yes_no", "no")
    return answers


def _detail(value: str | bool | None, language: str) -> str:
    """The words of the facts, where they say more than yes or no."""
    plain = ("", "yes", "no", "oui", "non", "unknown")
    if not isinstance(value, str) or value.strip().lower() in plain:
        return ""
    return sentence("told", language, value=value.strip())


# --- What the figures tell ------------------------------------------------------------------------------------


def _data(impact: Impact, language: str) -> dict[str, Answer]:
    total = impact.people.patients.best
    answers = {}
    for field, section, counted, note in (
        ("data_types", "data_types", persons_by_type(impact.profiles), "unit_types"),
        ("sensitive_data", "sensitive", persons_by_special(impact.profiles), "unit_sensitive"),
    ):
        labels = {entry["id"]: _short(entry, language) for entry in proposals.entries(section)}
        if counted:
            boxes = tuple(str(_label(section, key)) for key in counted)
            told_counts = figures.counts(labels, counted, language)
            answers[field] = proposed(boxes, sentence(note, language, total=total, counts=told_counts))
    none_found = Answer(None, "to_complete", sentence("none_found", language))
    answers.setdefault("sensitive_data", none_found)
    if not answers.get("data_types"):
        answers["data_types"] = proposed((str(_label("data_types", "unknown")),))
    answers["records"] = proposed(impact.people.patients.records or None, figures.records_note(impact, language))
    return answers


def _persons(impact: Impact, incident: Incident, language: str) -> dict[str, Answer]:
    patients = impact.people.patients
    bands = {figures.band_of(one)["label"] for one in (patients.low, patients.best, patients.high)}
    key = "band" if len(bands) == 1 else "band_doubt"
    band_note = sentence(key, language, best=patients.best, low=patients.low, high=patients.high)
    categories = proposals.person_categories(impact, incident)
    rule = sentence("rule_proposal", language)
    return {
        "person_categories": proposed(
            tuple(str(_label("persons", one)) for one in categories), figures.vulnerable_note(impact, language)
        ),
        "persons": proposed(patients.best or None, figures.persons_note(impact, language)),
        "persons_band": proposed(str(figures.band_of(patients.best)["label"]) if patients.best else None, band_note),
        "directly_identifiable": proposed(_label("yes_no", proposals.identifiable(impact, incident)), rule),
    }


def _effects(impact: Impact, incident: Incident, language: str) -> dict[str, Answer]:
    rule = sentence("rule_proposal", language)
    answers = {}
    for nature in ("confidentiality", "integrity", "availability"):
        boxes = tuple(str(one["label"]) for one in proposals.consequences(nature, incident))
        answers[f"consequences_{nature}"] = proposed(boxes, rule if boxes else "")
    harms = tuple(str(one["label"]) for one in proposals.harms(impact, incident))
    answers["harms"] = proposed(harms, rule if harms else "")
    level = impact.severity.cnil_level if impact.severity else None
    answers["severity"] = proposed(_label("severity", level), figures.severity_note(impact, language))
    return answers
