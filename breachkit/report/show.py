"""What a notebook shows: tables and charts of the impact, never a record.

Each function takes the impact and a language ("fr" or "en"), displays, and returns nothing, so that a cell has no
value to print. Where there is nothing to show, a sentence says what to do. The HTML is the same each time.
"""

from __future__ import annotations

from typing import Any

from breachkit.assessment.certainty import missing
from breachkit.impact import Impact
from breachkit.report import grids, people_grids, show_rows
from breachkit.report.chart_clock import timeline_rows
from breachkit.report.format import short_number
from breachkit.report.grid import sentence
from breachkit.report.impact_sections import LEDGER, clock_rows
from breachkit.report.review_text import review_grid, review_sentences
from breachkit.report.show_assessment import decision_path as decision_path
from breachkit.report.show_assessment import duties as duties
from breachkit.report.show_assessment import form as form
from breachkit.report.show_assessment import missing_facts as missing_facts
from breachkit.report.show_assessment import sensitivity as sensitivity
from breachkit.report.show_focus import chosen, focused
from breachkit.report.show_html import TextTable, list_html, paragraph_html, table_html
from breachkit.report.show_information import before_sending as before_sending
from breachkit.report.show_information import effort as effort
from breachkit.report.show_information import letters as letters
from breachkit.report.show_information import reach as reach
from breachkit.report.show_information import segments as segments
from breachkit.report.show_method import methods as methods
from breachkit.report.show_method import what_was_run as what_was_run
from breachkit.report.show_parts import advice, chart_part, display, grid_part, pairs_part, table_part
from breachkit.report.show_rows import pairs_table, show_words
from breachkit.report.wording import wording

PROFILES_SHOWN = 25  # the gravest; a real extract has hundreds of profiles, most of one person. Our choice.

# --- 01: what was read --------------------------------------------------------------------------------------


def sources(impact: Impact, language: str = "fr") -> None:
    """Shows each source, and the account of its lines and records, in which every row adds up."""
    grid = grids.sources(impact, language)
    display(grid_part(grid, "sources", language, ("file", "member", "table", "format", "encoding", "bytes")))
    if impact.sources:
        display(grid_part(grid, "ledger", language, LEDGER))


def reconciliation(impact: Impact, language: str = "fr") -> None:
    """Shows how bytes become lines, records and persons, as a chart and as a sum."""
    grid = grids.reconciliation(impact, language)
    if not impact.sources:
        advice("reconciliation", language)
        return
    display(chart_part(impact, "reconciliation", language), grid_part(grid, "reconciliation", language))


def repairs(impact: Impact, language: str = "fr") -> None:
    """Shows why records were repaired or rejected."""
    display(table_part(show_rows.reasons(impact, language), "reasons", language))


def tables(impact: Impact, language: str = "fr") -> None:
    """Shows each table and its role."""
    display(table_part(show_rows.tables(impact, language), "tables", language))


def columns(impact: Impact, language: str = "fr") -> None:
    """Shows what each column holds, how surely and on what evidence."""
    only = ("name", "table", "field", "sensitivity", "filled", "valid", "confidence", "decided_by", "evidence")
    display(grid_part(grids.columns(impact, language), "columns", language, only))


def undecided(impact: Impact, language: str = "fr") -> None:
    """Shows the columns whose nature a person has to decide."""
    head = [show_words(language).text("columns.column")]
    rows = [(one,) for one in impact.quality.undecided_columns]
    display(table_part(TextTable(head, ("left",), rows), "undecided", language))


# --- 02: what the notes say ---------------------------------------------------------------------------------


def notes(impact: Impact, language: str = "fr") -> None:
    """Shows how many notes there are and how many say something."""
    if not impact.free_text.notes:
        advice("notes", language)
        return
    display(pairs_part(show_rows.notes(impact, language), "notes", language))


def findings(impact: Impact, language: str = "fr") -> None:
    """Shows the notes by category, assertion and subject."""
    grid = grids.findings(impact, language)
    chart = chart_part(impact, "notes", language) if grid.rows else ""
    display(chart, grid_part(grid, "findings", language))


def special_categories(impact: Impact, language: str = "fr") -> None:
    """Shows the patients of whom a column or a note exposes something of GDPR art. 9 or 10."""
    display(table_part(show_rows.special_categories(impact, language), "special_categories", language))


def third_parties(impact: Impact, language: str = "fr") -> None:
    """Shows how many third parties the notes speak of."""
    display(pairs_part(show_rows.third_parties(impact, language), "third_parties", language))


def relations(impact: Impact, language: str = "fr") -> None:
    """Shows who is named beside the patient, by relation."""
    display(grid_part(grids.relations(impact, language), "relations", language))


def minimisation(impact: Impact, language: str = "fr") -> None:
    """Shows the notes by what was needed, with the rule behind each kind."""
    display(grid_part(grids.note_kinds(impact, language), "minimisation", language))


def review(impact: Impact, language: str = "fr") -> None:
    """Shows what a person's review of a sample says of these figures, or that there was none."""
    told = "".join(paragraph_html(one) for one in review_sentences(impact.quality.review, language))
    grid = review_grid(impact, language)
    display(told, grid_part(grid, "review", language) if grid.rows else "")


def limits(impact: Impact, language: str = "fr") -> None:
    """Shows what a reader must know before using the figures."""
    words = show_words(language)
    found = [sentence(one, language) for one in impact.quality.limits]
    text = list_html(words.text("captions.limits"), found) if found else paragraph_html(words.text("empty.limits"))
    display(text)


# --- 03: who, and how gravely -------------------------------------------------------------------------------


def persons(impact: Impact, language: str = "fr") -> None:
    """Shows each group of persons: low, best, high and the method."""
    chart = chart_part(impact, "doubt", language) if impact.people.patients.high else ""
    only = ("group", "best", "low", "high", "counted_from", "unit", "method")
    display(chart, grid_part(grids.persons(impact, language), "persons", language, only))


def duplicates(impact: Impact, language: str = "fr") -> None:
    """Shows the duplicates and the identities that are incomplete."""
    display(pairs_part(show_rows.doubles(impact, language), "doubles", language))


def path(impact: Impact, language: str = "fr") -> None:
    """Shows how bytes become persons who can be reached, as a chart and as a sum."""
    grid = people_grids.path(impact, language)
    display(chart_part(impact, "path", language) if grid.rows else "", grid_part(grid, "path", language))


def merges(impact: Impact, language: str = "fr") -> None:
    """Shows what each rule of linking did to the count, and the pairs that are doubtful."""
    doubtful = people_grids.doubtful(impact, language)
    parts = [grid_part(people_grids.merges(impact, language), "merges", language)]
    display(*parts, grid_part(doubtful, "doubtful", language))


def apart(impact: Impact, language: str = "fr") -> None:
    """Shows whom to treat apart, and what rows say of whom they are about where they do."""
    roles = people_grids.row_roles(impact, language)
    told = grid_part(roles, "row_roles", language) if roles.rows else ""
    display(grid_part(people_grids.apart(impact, language), "apart", language), told)


def exposure(impact: Impact, language: str = "fr") -> None:
    """Shows the persons for each exposed datum."""
    grid = grids.exposure(impact, language)
    display(chart_part(impact, "fields", language) if grid.rows else "", grid_part(grid, "exposure", language))


def data_types(impact: Impact, language: str = "fr") -> None:
    """Shows how many types of data are exposed for one person."""
    if not impact.data_types_per_person.histogram:
        advice("types", language)
        return
    display(chart_part(impact, "types", language), pairs_part(show_rows.types(impact, language), "types", language))


def profiles(impact: Impact, language: str = "fr") -> None:
    """Shows the profiles of exposure and their severity, each told against what is exposed for most persons."""
    usual = ", ".join(wording(language).field(field) for field in show_rows.usual_fields(impact.profiles))
    first = paragraph_html(show_words(language).text("usual_fields", fields=usual)) if usual else ""
    only = ("profile", "fields", "special_categories", "context", "persons", "share", "se", "level", "cnil_level")
    chart = chart_part(impact, "combinations", language) if impact.profiles else ""
    table = grid_part(show_rows.profiles(impact, language), "profiles", language, only, rows=PROFILES_SHOWN)
    display(first, chart, table)


def severity(impact: Impact, language: str = "fr") -> None:
    """Shows the persons at each level, and why the highest level was reached."""
    words = show_words(language)
    if impact.severity is None:
        advice("profiles", language)
        return
    enisa = impact.severity.enisa
    values = {key: short_number(getattr(enisa, key), language) for key in ("dpc", "ei", "cb", "se")}
    found = [sentence(one, language) for one in enisa.reasons]
    why = list_html(words.text("captions.severity_reasons", **values), found)
    table = grid_part(grids.severity_levels(impact, language), "severity", language)
    display(chart_part(impact, "severity", language), table, why)


def controllers(impact: Impact, language: str = "fr") -> None:
    """Shows the figures of each controller, most patients first."""
    grid = grids.controllers(impact, language)
    only = ("label", "id", "patients", "low", "high", "shared", "minors", "deceased", "persons_with_notes", "level")
    display(
        chart_part(impact, "controllers", language) if grid.rows else "", grid_part(grid, "controllers", language, only)
    )


# --- 04: what is owed ---------------------------------------------------------------------------------------


def obligations(impact: Impact, language: str = "fr") -> None:
    """Shows what is owed, by when, and why."""
    grid = grids.obligations(impact, language)
    found = [sentence(one, language) for one in impact.obligations.reasons]
    why = list_html(show_words(language).text("captions.obligation_reasons"), found) if found else ""
    display(grid_part(grid, "obligations", language, ("obligation", "verdict", "deadline")), why)


def clock(impact: Impact, language: str = "fr") -> None:
    """Shows the dates that start and end the 72 hours."""
    made = clock_rows(impact, language)
    chart = chart_part(impact, "timeline", language) if timeline_rows(impact, language).rows else ""
    display(chart, table_part(TextTable(made["header"], made["align"], made["rows"]), "clock", language))


# --- one controller -----------------------------------------------------------------------------------------


def controller(impact: Impact, controller_id: str = "", language: str = "fr") -> None:
    """Shows the key figures of one controller; the first where no identifier is given."""
    words = show_words(language)
    one = chosen(impact, controller_id)
    if one is None:
        advice("controller", language)
        return
    title = words.text("captions.controller", name=f"{one.label or words.text('not_named')} ({one.id})")
    note = paragraph_html(wording(language).text("controller.masked"))
    display(table_html(pairs_table(show_rows.controller(one, language, missing(impact)), language), title), note)


def controller_exposure(impact: Impact, controller_id: str = "", language: str = "fr") -> None:
    """Shows what is exposed of the controller's patients."""
    _for_controller(exposure, impact, controller_id, language)


def controller_findings(impact: Impact, controller_id: str = "", language: str = "fr") -> None:
    """Shows what the notes of the controller's patients reveal."""
    _for_controller(findings, impact, controller_id, language)


def controller_severity(impact: Impact, controller_id: str = "", language: str = "fr") -> None:
    """Shows the severity for the controller's patients."""
    _for_controller(severity, impact, controller_id, language)


def controller_obligations(impact: Impact, controller_id: str = "", language: str = "fr") -> None:
    """Shows what the controller owes, by when, and why."""
    _for_controller(obligations, impact, controller_id, language)


def controller_segments(impact: Impact, controller_id: str = "", language: str = "fr") -> None:
    """Shows who among the controller's patients is to be informed, and by which channel."""
    _for_controller(segments, impact, controller_id, language)


def _for_controller(view: Any, impact: Impact, controller_id: str, language: str) -> None:
    own = focused(impact, controller_id)
    if own is None:
        advice("controller", language)
        return
    view(own, language)
