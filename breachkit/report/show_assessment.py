"""What a notebook shows of the assessment: sensitivity, the decision tree, other duties, the facts still missing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from breachkit.impact import Impact
from breachkit.reference.catalogue import load_toml
from breachkit.report import assessment_grids, show_rows
from breachkit.report.show_html import TextTable, table_html
from breachkit.report.show_parts import advice, display, grid_part, table_part
from breachkit.report.show_rows import show_words
from breachkit.report.wording import wording

FORM = (26, 36, 12, 26)  # widths of a form's columns, in per cent, the same in every section


def sensitivity(impact: Impact, language: str = "fr") -> None:
    """Shows the one column, fact or rule that would change a level or a verdict, everything else kept."""
    display(grid_part(assessment_grids.sensitivity(impact, language), "sensitivity", language))


def decision_path(impact: Impact, language: str = "fr") -> None:
    """Shows the questions that led to each verdict, their answers and their legal ground."""
    authority = assessment_grids.decision_path(impact, "authority", language)
    persons = assessment_grids.decision_path(impact, "persons", language)
    display(grid_part(authority, "path_authority", language), grid_part(persons, "path_persons", language))


def duties(impact: Impact, language: str = "fr") -> None:
    """Shows the duties beside articles 33 and 34, and who answers for what."""
    display(grid_part(assessment_grids.duties(impact, language), "duties", language))


def missing_facts(impact: Impact, fields: Mapping[str, Mapping[str, Any]], language: str = "fr") -> None:
    """Shows what is still missing: the field of the form, and the key of incident.toml that would fill it.

    `fields` is what `breachkit.notification_fields` gives. Facts that have no field but decide come last.
    """
    words, keys = show_words(language), load_toml("incident_fields.toml")
    rows = [
        (str(one["label"]), keys["fields"].get(name, words.text("in_the_form")), str(one["section"]))
        for name, one in fields.get("cnil", {}).items()
        if one["status"] == "to_complete"
    ]
    rows += [(words.text("deciding"), key, words.text("decides")) for key in missing_deciders(impact)]
    header = [words.text(f"columns.{key}") for key in ("field", "key", "section")]
    display(table_part(TextTable(header, ("left", "left", "left"), rows), "missing_facts", language))


def missing_deciders(impact: Impact) -> list[str]:
    """The facts, as keys of incident.toml, on which severity and obligations hang and that are not told."""
    found = []
    for key, untold in load_toml("incident_fields.toml")["deciding"].items():
        section, name = key.split(".")
        value = impact.incident.get(section, {}).get(name)
        if ("unset" if value is None else value) in untold:
            found.append(key)
    return found


def form(fields: Mapping[str, Mapping[str, Any]], language: str = "fr", *, name: str = "cnil") -> None:
    """Shows every field of a form, section by section, in the form's own order.

    `fields` is what `breachkit.notification_fields` gives; `name` is "cnil" or "edpb" (with the numbers of its
    template). A field still to be completed shows the choices that the form offers.
    """
    words, found = show_words(language), fields.get(name, {})
    if not found:
        advice("form", language)
        return
    header = [words.text(f"columns.{key}") for key in ("field", "value", "status", "note")]
    sections: dict[str, list[tuple[str, str, str, str]]] = {}
    for key, one in found.items():
        label = f"{key} – {one['label']}" if name == "edpb" else str(one["label"])
        row = (label, _form_value(one, language), wording(language).label("statuses", one["status"]), one["note"])
        sections.setdefault(str(one["section"]), []).append(row)
    align = ("left",) * len(header)
    made = [table_html(TextTable(header, align, rows), title, widths=FORM) for title, rows in sections.items()]
    display(table_part(show_rows.statuses(found, language), "statuses", language), *made)


def _form_value(one: Mapping[str, Any], language: str) -> str:
    """The value as text; the choices of the form where it is to be completed."""
    if one["status"] != "to_complete":
        return str(one["text"])
    options = one.get("options") or ()
    return (
        show_words(language).text("choices", options=" · ".join(each["label"] for each in options)) if options else "–"
    )
