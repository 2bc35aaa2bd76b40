"""What is known for each field of the EDPB template: facts first, then figures, then proposals by rule."""

from __future__ import annotations

from dataclasses import dataclass

from breachkit.assessment.certainty import exact, missing
from breachkit.impact import Impact
from breachkit.incident import Incident
from breachkit.notification import figures, proposals
from breachkit.notification.boxes import persons_by_edpb_code
from breachkit.notification.form import Answer, form_table, moment, proposed, sentence, told, yes_no
from breachkit.reference.catalogue import fields

_SEVERITY = {"low": "a", "medium": "b", "high": "c", "very_high": "c"}  # three levels of field 87 [R2]


@dataclass(frozen=True)
class Context:
    """What the answers are drawn from."""

    impact: Impact
    incident: Incident
    language: str

    @property
    def incomplete(self) -> bool:
        """Options « to be determined » exist only in an incomplete notification."""
        return self.incident.incident.kind != "complete"

    def say(self, key: str, **values: object) -> str:
        """A sentence of cnil.toml in the language of the form."""
        return sentence(key, self.language, **values)


def edpb_answers(context: Context) -> dict[int, Answer]:
    """The answers by field number; a field without one is to be completed."""
    return {
        **_kind_and_parties(context),
        **_timeline(context),
        **_nature(context),
        **_subjects(context),
        **_data(context),
        **_consequences(context),
        **_risk(context),
        **_communication(context),
        **_authorities(context),
    }


def _code(number: int, letter: str | None) -> str | None:
    return None if letter is None else f"{number}-{letter}"


def _chosen(number: int, letter: str | None, note: str = "") -> Answer:
    """A box told in the facts; to be completed where the letter is None."""
    return Answer(_code(number, letter), "filled", note) if letter else Answer(note=note)


def _pending(context: Context, number: int, letter: str, note: str = "") -> Answer:
    """The box « to be determined », where the notification may still be incomplete."""
    return proposed(_code(number, letter), note) if context.incomplete else Answer(note=note)


# --- Sections 1 and 2 -----------------------------------------------------------------------------------------


def _kind_and_parties(context: Context) -> dict[int, Answer]:
    incident = context.incident
    controller, processor, header = incident.controller, incident.processor, incident.incident
    partly = context.say("partly")
    kind, subkind = {"initiale": ("a", "b"), "complementaire": ("b", None), "complete": ("a", "a")}[header.kind]
    contact = "\n".join(part for part in (controller.address, controller.contact) if part)
    return {
        3: _chosen(3, kind),
        4: _chosen(4, subkind),
        6: told(header.previous_reference),
        7: told(header.reference),
        10: proposed("10-a") if controller.siren else Answer(),
        11: told(controller.siren, "SIREN" if controller.siren else ""),
        12: told(figures.controller_name(context.impact, incident)),
        13: told(contact),
        14: _chosen(14, {"privé": "a", "private": "a", "public": "b"}.get(controller.sector.strip().lower())),
        17: told(controller.sector),
        21: proposed(controller.contact, partly if controller.contact else ""),
        29: _chosen(29, "a" if controller.dpo else None),
        30: told(controller.dpo, partly),
        31: told(controller.dpo, partly),
        38: _chosen(38, "a" if processor.name else None),
        39: told(processor.role),
        40: told(processor.name),
        41: told(processor.contact),
    }


# --- Section 3.1 and 3.2 --------------------------------------------------------------------------------------


def _timeline(context: Context) -> dict[int, Answer]:
    dates, language = context.incident.dates, context.language
    when = None
    if dates.start is not None:
        if dates.ongoing:
            when = "c"
        elif dates.end is not None:
            when = "a" if dates.start.date() == dates.end.date() else "b"
    note = figures.deadline_note(context.impact, language)
    aware = told(moment(dates.aware, language), note)
    if dates.aware is None and dates.processor_informed is not None:
        from_processor = f"{context.say('aware_from_processor')} {note}".strip()
        aware = proposed(moment(dates.processor_informed, language), from_processor)
    by_processor = dates.processor_informed is not None
    return {
        44: _chosen(44, when) if when else _pending(context, 44, "e"),
        46: told(moment(dates.start, language)),
        47: told(moment(dates.end, language)),
        48: aware,
        49: Answer(note=context.say("is_late") if context.impact.obligations.late else ""),
        50: proposed("50-b", context.say("rule_proposal")) if by_processor else Answer(),
        52: told(moment(dates.processor_informed, language)),
    }


def _nature(context: Context) -> dict[int, Answer]:
    breach = context.incident.breach
    letters = {"confidentiality": "a", "integrity": "b", "availability": "c"}
    left = {"yes": "a", "likely": "b", "no": "c"}.get(breach.exfiltrated)
    hidden = {True: "a", False: "c"}.get(breach.unintelligible) if breach.unintelligible is not None else None
    altered = {"altered_unused": "a", "altered_used_recoverable": "b", "altered_used_unrecoverable": "c"}
    origins, _ = proposals.matching("origins", breach.origins)
    causes, _ = proposals.matching("causes", breach.causes)
    origin = next((one["edpb"] for one in origins), None)
    cause = next((one["edpb"] for one in causes if "edpb" in one), None)
    rule = context.say("rule_proposal")
    return {
        55: Answer(tuple(f"55-{letters[one]}" for one in letters if one in breach.nature), "filled"),
        56: _chosen(56, left) if left else _pending(context, 56, "e"),
        57: _chosen(57, hidden) if hidden else _pending(context, 57, "e"),
        58: _chosen(58, altered.get(breach.integrity)),
        59: _chosen(59, {"yes": "a", "temporarily_unavailable": "a", "no": "b"}[breach.data_recoverable]),
        60: proposed(_code(60, origin), rule) if origin else _pending(context, 60, "x"),
        61: _chosen(61, cause) if cause else _pending(context, 61, "e"),
        62: proposed(figures.description(context.impact, context.incident, context.language)),
    }


# --- Sections 3.3 to 3.5 --------------------------------------------------------------------------------------


def _subjects(context: Context) -> dict[int, Answer]:
    impact, language = context.impact, context.language
    patients, people = impact.people.patients, impact.people
    letters = {"patients": "e", "minors": "d", "vulnerable": "i", "others": "j"}
    shown = proposals.person_categories(impact, context.incident)
    boxes = tuple(sorted(f"65-{letters[one]}" for one in shown))
    certain = exact(patients, missing(impact))
    note = figures.persons_note(impact, language)
    others = context.say(
        "third_person",
        professionals=people.professionals.best,
        low=people.third_parties.low,
        high=people.third_parties.high,
    )
    return {
        65: proposed(boxes) if boxes else _pending(context, 65, "k"),
        66: proposed(f"{figures.vulnerable_note(impact, language)}\n{others}"),
        67: proposed("67-a" if certain else "67-b", note) if patients.best else _pending(context, 67, "d"),
        68: proposed(patients.best or None, note),
    }


def _data(context: Context) -> dict[int, Answer]:
    impact, incident, language = context.impact, context.incident, context.language
    total = impact.people.patients.best
    counted = persons_by_edpb_code(impact.profiles)
    name = "en" if language == "en" else "fr"
    labels = {one["code"]: one[name].split(" (", 1)[0] for one in _options(70)}  # without examples
    counts = figures.counts(labels, counted, language)
    note = context.say("unit_types", total=total, counts=counts) if counted else ""
    records = figures.records_note(impact, language)
    return {
        70: proposed(tuple(f"70-{code}" for code in counted), note) if counted else _pending(context, 70, "t"),
        71: proposed(_field_counts(impact, language)),
        72: proposed("72-b" if missing(impact) else "72-a", records)
        if impact.people.patients.records
        else _pending(context, 72, "d"),
        73: proposed(impact.people.patients.records or None, records),
        76: told(incident.measures.before),
    }


def _options(number: int) -> list[dict[str, str]]:
    listed: list[dict[str, str]] = next(
        one["options"] for one in form_table("edpb.toml")["fields"] if one["number"] == number
    )
    return listed


def _field_counts(impact: Impact, language: str) -> str:
    """Each exposed field of a person with the persons behind it, most persons first."""
    exposed = [one for one in impact.exposure if one.field and one.persons and fields()[one.field].sensitivity]
    exposed.sort(key=lambda one: (-one.persons, one.field or ""))
    labels = {one.field or "": _label(one.field or "", language) for one in exposed}
    return figures.counts(labels, {one.field or "": one.persons for one in exposed}, language)


def _label(field: str, language: str) -> str:
    info = fields()[field]
    return info.label_en if language == "en" else info.label_fr


# --- Section 4 ------------------------------------------------------------------------------------------------


def _consequences(context: Context) -> dict[int, Answer]:
    impact, incident = context.impact, context.incident
    rule = context.say("rule_proposal")
    answers = {}
    for number, nature, pending in ((79, "confidentiality", "e"), (81, "integrity", "d"), (83, "availability", "d")):
        boxes = sorted(f"{number}-{one['edpb']}" for one in proposals.consequences(nature, incident))
        answers[number] = proposed(tuple(boxes), rule) if boxes else _pending_many(context, number, pending)
    letters = {one["edpb"] for one in proposals.harms(impact, incident)}
    if letters:
        letters.add("j")  # disclosure to unauthorised third parties: what a loss of confidentiality is
    harms = tuple(f"85-{letter}" for letter in sorted(letters))
    answers[85] = proposed(harms, rule) if harms else _pending_many(context, 85, "o")
    return answers


def _pending_many(context: Context, number: int, letter: str) -> Answer:
    return Answer((f"{number}-{letter}",), "proposed") if context.incomplete else Answer()


def _risk(context: Context) -> dict[int, Answer]:
    impact, language = context.impact, context.language
    obligations, severity = impact.obligations, impact.severity
    note = f"{figures.severity_note(impact, language)} {context.say('rank_edpb')}".strip()
    grave = proposed(_code(87, _SEVERITY[severity.enisa.level]), note) if severity else None
    rule = context.say("rule_proposal")
    risk = {"yes": "b", "no": "c"}.get(obligations.notify_authority)
    if obligations.inform_persons == "yes":
        risk = "a"
    elif obligations.inform_persons == "undetermined":
        risk = None
    reasons = [*(severity.enisa.reasons if severity else ()), *obligations.reasons]
    told_reasons = "\n".join(one.en if language == "en" else one.fr for one in reasons)
    measures = context.incident.measures
    return {
        87: grave or _pending(context, 87, "d"),
        89: proposed(_code(89, risk), rule) if risk else _pending(context, 89, "d"),
        90: proposed(told_reasons),
        92: told(measures.after),
        95: told(measures.planned),
    }


# --- Sections 5 to 7 ------------------------------------------------------------------------------------------


def _communication(context: Context) -> dict[int, Answer]:
    impact, communication, language = context.impact, context.incident.communication, context.language
    protected = context.incident.breach.unintelligible is True
    no = "e" if protected else "d" if impact.obligations.inform_persons == "no" else None
    state = {"done": "a", "planned": "b" if communication.date else "b1", "no": no}.get(communication.state)
    verdict = context.say(f"verdict_{impact.obligations.inform_persons}")
    duty = context.say("not_informed_duty", verdict=verdict)
    answers = {
        97: _chosen(97, state, duty) if communication.state != "undetermined" else _pending(context, 97, "c", duty),
        98: told(moment(communication.date, language)),
        99: told(moment(communication.date, language)),
        100: proposed("100-a") if protected else Answer(),
        101: told(communication.reason_not),
        105: told(communication.means),
        106: proposed(context.say("letters") if impact.information.segments else None),
    }
    count = communication.persons_informed
    if count is not None:
        everybody = count >= impact.people.patients.best
        answers[102] = proposed("102-a" if everybody else "102-b", figures.persons_note(impact, language))
    return answers


def _authorities(context: Context) -> dict[int, Answer]:
    others = context.incident.others
    letters = {"yes": "a", "no": "b"}
    bodies = {"ANSSI": others.anssi, "CERT Santé": others.cert_sante, "ARS": others.ars}
    verdicts = {yes_no(value) for value in bodies.values()}
    elsewhere = "a" if "yes" in verdicts else "b" if verdicts == {"no"} else None
    told_to = [name for name, value in bodies.items() if yes_no(value) == "yes"]
    attachments = ("125-b",) if context.impact.severity else None
    return {
        109: _chosen(109, letters.get(yes_no(others.complaint) or "")),
        110: _chosen(110, elsewhere),
        111: told(", ".join(told_to)),
        113: _chosen(113, letters.get(yes_no(others.cross_border) or "")),
        125: proposed(attachments, context.say("report") if attachments else ""),
    }
