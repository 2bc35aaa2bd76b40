"""What a notebook shows of the assessment: sensitivity, the decision tree, other duties, the facts still missing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from breachkit.impact import Impact
from breachkit.reference.catalogue import load_toml
from breachkit.report import assessment_grids
from breachkit.report.show_html import TextTable
from breachkit.report.show_parts import display, grid_part, table_part
from breachkit.report.show_rows import show_words


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
