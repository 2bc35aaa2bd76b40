"""The fields of the EDPB's notification template (v1.0, June 2026), by number, with the codes of its options.

Fields, options and conditions are in `reference/edpb.toml`. A code is the field's number and the option's letter,
"70-a". A field whose condition is false is left out; options for incomplete notifications are only proposed there.
"""

from __future__ import annotations

from typing import Any

from breachkit.impact import Impact
from breachkit.incident import Incident
from breachkit.notification.edpb_answers import Context, edpb_answers
from breachkit.notification.form import Answer, FormField, Option, form_table, shown
from breachkit.notification.origins import source_of


def edpb_fields(impact: Impact, language: str = "fr") -> list[FormField]:
    """Every field of the template whose condition holds, in its order; ids are the template's numbers as text."""
    context = Context(impact=impact, incident=Incident(**impact.incident), language=language)
    answers = edpb_answers(context)
    conditions = _conditions(context, answers)
    return [
        _field(entry, answers.get(entry["number"], Answer()), language)
        for entry in form_table("edpb.toml")["fields"]
        if conditions.get(entry.get("when", ""), True)
    ]


def _field(entry: dict[str, Any], answer: Answer, language: str) -> FormField:
    name = "en" if language == "en" else "fr"
    number, section = entry["number"], form_table("edpb.toml")["sections"][entry["section"]]
    options = tuple(Option(value=f"{number}-{one['code']}", label=one[name]) for one in entry.get("options", ()))
    return FormField(
        id=str(number),
        section=f"{entry['section']} {section[name]}",
        label=entry[name],
        value=answer.value,
        text=shown(answer.value, {one.value: one.label for one in options}, language),
        options=options or None,
        status=answer.status,
        source=source_of(None, answer.status, language),
        note=answer.note,
    )


def _conditions(context: Context, answers: dict[int, Answer]) -> dict[str, bool]:
    """Each named condition of edpb.toml, tested on the facts and on the answers given before it."""
    incident, impact = context.incident, context.impact
    nature = incident.breach.nature

    def chosen(number: int, *letters: str) -> bool:
        value = answers.get(number, Answer()).value
        codes = (value,) if isinstance(value, str) else value if isinstance(value, tuple) else ()
        return any(f"{number}-{letter}" in codes for letter in letters)

    return {
        "withdraw": chosen(4, "c"),
        "follow_up": chosen(3, "b"),
        "private": not chosen(14, "b"),
        "organisation_other": chosen(15, "d"),
        "outside_eea": False,  # a French téléservice: the controller is established in the EEA
        "inside_eea": True,
        "function_other": chosen(23, "c"),
        "if_required": False,  # "implement only if required": the CNIL does not ask for it
        "contact_other": chosen(33, "c"),
        "other_parties": chosen(38, "a"),
        "start_known": chosen(44, "a", "b", "c"),
        "end_known": chosen(44, "a", "b"),
        "late": bool(impact.obligations.late) and chosen(3, "a"),
        "found_by_others": chosen(50, "b", "c", "d", "e", "f"),
        "confidentiality": "confidentiality" in nature,
        "integrity": "integrity" in nature,
        "availability": "availability" in nature,
        "number_given": chosen(67, "a", "b"),
        "confidentiality_other": chosen(79, "d"),
        "integrity_other": chosen(81, "c"),
        "availability_other": chosen(83, "c"),
        "impact_other": chosen(85, "n"),
        "informed": chosen(97, "a"),
        "will_inform": chosen(97, "b", "b1"),
        "exception": chosen(97, "e"),
        "not_all_informed": chosen(102, "b"),
        "informed_otherwise": chosen(97, "a"),
        "other_authorities": chosen(109, "a") or chosen(110, "a"),
        "cross_border": chosen(113, "a"),
        "attachment_other": chosen(125, "j"),
    }
