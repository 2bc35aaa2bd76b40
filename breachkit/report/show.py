"""What a notebook shows: tables and charts of the impact, never a record.

Each function takes the impact and a language ("fr" or "en"), displays, and returns nothing, so that a cell has no
value to print. Where there is nothing to show, a sentence says what to do. The HTML is the same each time.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from breachkit.impact import ControllerImpact, Impact
from breachkit.report import charts, grids, show_rows
from breachkit.report.drawing import as_png
from breachkit.report.format import number, short_number
from breachkit.report.grids import Grid, sentence
from breachkit.report.impact_content import clock_rows
from breachkit.report.printing import printed
from breachkit.report.show_html import TextTable, block, list_html, paragraph_html, picture_html, table_html
from breachkit.report.show_rows import Pairs, pairs_table, show_words
from breachkit.report.tables import obligation_grid
from breachkit.report.wording import wording

if TYPE_CHECKING:
    from matplotlib.figure import Figure

ROWS_SHOWN = 60  # a longer table is no longer read in a notebook: our choice; the rest is in impact.json


def _display(*parts: str) -> None:
    from IPython.display import HTML, display

    display(HTML(block(*parts)))


def _table(table: TextTable, caption: str, language: str) -> str:
    """The table, its first rows only where it is long; the sentence of [empty] where it has no row."""
    words = show_words(language)
    title = words.text(f"captions.{caption}")
    if not table.rows:
        return paragraph_html(words.text(f"empty.{caption}"))
    total = len(table.rows)
    note = ""
    if total > ROWS_SHOWN:
        note = words.text("more_rows", shown=number(ROWS_SHOWN, language), total=number(total, language))
    return table_html(TextTable(table.header, table.align, table.rows[:ROWS_SHOWN]), title, note)


def _grid(grid: Grid, caption: str, language: str, only: Sequence[str] = ()) -> str:
    made = printed(grid, language, only)
    return _table(TextTable(made["header"], made["align"], made["rows"]), caption, language)


def _pairs(pairs: Pairs, caption: str, language: str) -> str:
    return _table(pairs_table(pairs, language), caption, language)


def _chart(impact: Impact, name: str, language: str) -> str:
    """A chart as a picture; its words are its title, its figures stand in the table shown with it."""
    return _picture(charts.chart(impact, name, language), wording(language).text(f"charts.{name}.title"))


def _picture(figure: Figure, words: str) -> str:
    width = round(figure.get_size_inches()[0] * 100)
    return picture_html(as_png(figure), words, width)


# --- 01: what was read --------------------------------------------------------------------------------------


def sources(impact: Impact, language: str = "fr") -> None:
    """Shows each source and the account of its records."""
    only = ("file", "format", "encoding", "bytes", "physical_lines", "records", "loaded", "repaired", "rejected")
    _display(_grid(grids.sources(impact, language), "sources", language, only))


def reconciliation(impact: Impact, language: str = "fr") -> None:
    """Shows how bytes become lines, records and persons, as a chart and as a sum."""
    grid = grids.reconciliation(impact, language)
    if not impact.sources:
        _display(paragraph_html(show_words(language).text("empty.reconciliation")))
        return
    _display(_chart(impact, "reconciliation", language), _grid(grid, "reconciliation", language))


def repairs(impact: Impact, language: str = "fr") -> None:
    """Shows why records were repaired or rejected."""
    _display(_table(show_rows.reasons(impact, language), "reasons", language))


def tables(impact: Impact, language: str = "fr") -> None:
    """Shows each table and its role."""
    _display(_table(show_rows.tables(impact, language), "tables", language))


def columns(impact: Impact, language: str = "fr") -> None:
    """Shows what each column holds, how surely and on what evidence."""
    only = ("name", "table", "field", "sensitivity", "filled", "valid", "confidence", "decided_by", "evidence")
    _display(_grid(grids.columns(impact, language), "columns", language, only))


def undecided(impact: Impact, language: str = "fr") -> None:
    """Shows the columns whose nature a person has to decide."""
    head = [show_words(language).text("columns.column")]
    rows = [(one,) for one in impact.quality.undecided_columns]
    _display(_table(TextTable(head, ("left",), rows), "undecided", language))


# --- 02: what the notes say ---------------------------------------------------------------------------------


def notes(impact: Impact, language: str = "fr") -> None:
    """Shows how many notes there are and how many say something."""
    if not impact.free_text.notes:
        _display(paragraph_html(show_words(language).text("empty.notes")))
        return
    _display(_pairs(show_rows.notes(impact, language), "notes", language))


def findings(impact: Impact, language: str = "fr") -> None:
    """Shows the notes by category, assertion and subject."""
    grid = grids.findings(impact, language)
    chart = _chart(impact, "notes", language) if grid.rows else ""
    _display(chart, _grid(grid, "findings", language))


def special_categories(impact: Impact, language: str = "fr") -> None:
    """Shows the patients of whom a note reveals something of GDPR art. 9 or 10."""
    _display(_table(show_rows.special_categories(impact, language), "special_categories", language))


def third_parties(impact: Impact, language: str = "fr") -> None:
    """Shows how many third parties the notes speak of."""
    _display(_pairs(show_rows.third_parties(impact, language), "third_parties", language))


def limits(impact: Impact, language: str = "fr") -> None:
    """Shows what a reader must know before using the figures."""
    words = show_words(language)
    found = [sentence(one, language) for one in impact.quality.limits]
    text = list_html(words.text("captions.limits"), found) if found else paragraph_html(words.text("empty.limits"))
    _display(text)


# --- 03: who, and how gravely -------------------------------------------------------------------------------


def persons(impact: Impact, language: str = "fr") -> None:
    """Shows each group of persons: low, best, high and the method."""
    chart = _chart(impact, "doubt", language) if impact.people.patients.high else ""
    only = ("group", "best", "low", "high", "counted_from", "unit", "method")
    _display(chart, _grid(grids.persons(impact, language), "persons", language, only))


def duplicates(impact: Impact, language: str = "fr") -> None:
    """Shows the duplicates and the identities that are incomplete."""
    _display(_pairs(show_rows.doubles(impact, language), "doubles", language))


def exposure(impact: Impact, language: str = "fr") -> None:
    """Shows the persons for each exposed datum."""
    grid = grids.exposure(impact, language)
    _display(_chart(impact, "fields", language) if grid.rows else "", _grid(grid, "exposure", language))


def data_types(impact: Impact, language: str = "fr") -> None:
    """Shows how many types of data are exposed for one person."""
    if not impact.data_types_per_person.histogram:
        _display(paragraph_html(show_words(language).text("empty.types")))
        return
    _display(_chart(impact, "types", language), _pairs(show_rows.types(impact, language), "types", language))


def profiles(impact: Impact, language: str = "fr") -> None:
    """Shows the profiles of exposure and their severity."""
    _display(_grid(grids.profiles(impact, language), "profiles", language))


def severity(impact: Impact, language: str = "fr") -> None:
    """Shows the persons at each level, and why the highest level was reached."""
    words = show_words(language)
    if impact.severity is None:
        _display(paragraph_html(words.text("empty.profiles")))
        return
    enisa = impact.severity.enisa
    values = {key: short_number(getattr(enisa, key), language) for key in ("dpc", "ei", "cb", "se")}
    why = list_html(
        words.text("captions.severity_reasons", **values), [sentence(one, language) for one in enisa.reasons]
    )
    table = _grid(grids.severity_levels(impact, language), "severity", language)
    _display(_chart(impact, "severity", language), table, why)


def controllers(impact: Impact, language: str = "fr") -> None:
    """Shows the figures of each controller, most patients first."""
    grid = grids.controllers(impact, language)
    only = ("label", "id", "patients", "low", "high", "shared", "minors", "deceased", "persons_with_notes", "level")
    _display(_chart(impact, "controllers", language) if grid.rows else "", _grid(grid, "controllers", language, only))


# --- 04: what is owed ---------------------------------------------------------------------------------------


def obligations(impact: Impact, language: str = "fr") -> None:
    """Shows what is owed, by when, and why."""
    grid = obligation_grid(impact, language)
    found = [sentence(one, language) for one in impact.obligations.reasons]
    why = list_html(show_words(language).text("captions.obligation_reasons"), found) if found else ""
    _display(_grid(grid, "obligations", language, ("obligation", "verdict", "deadline")), why)


def clock(impact: Impact, language: str = "fr") -> None:
    """Shows the dates that start and end the 72 hours."""
    made = clock_rows(impact, language)
    _display(_table(TextTable(made["header"], made["align"], made["rows"]), "clock", language))


def form(fields: Mapping[str, Mapping[str, Any]], language: str = "fr", *, name: str = "cnil") -> None:
    """Shows every field of a form, section by section, in the form's own order.

    `fields` is what `breachkit.notification_fields` gives; `name` is "cnil" or "edpb" (with the numbers of its
    template). A field still to be completed shows the choices that the form offers.
    """
    words, found = show_words(language), fields.get(name, {})
    if not found:
        _display(paragraph_html(words.text("empty.form")))
        return
    header = [words.text(f"columns.{key}") for key in ("field", "value", "status", "note")]
    sections: dict[str, list[tuple[str, str, str, str]]] = {}
    for key, one in found.items():
        label = f"{key} – {one['label']}" if name == "edpb" else str(one["label"])
        row = (label, _form_value(one, language), wording(language).label("statuses", one["status"]), one["note"])
        sections.setdefault(str(one["section"]), []).append(row)
    align = ("left",) * len(header)
    _display(*(table_html(TextTable(header, align, rows), title) for title, rows in sections.items()))


def _form_value(one: Mapping[str, Any], language: str) -> str:
    options = one.get("options")
    if one["status"] != "to_complete" or not options:
        return str(one["text"]).replace("\n", " · ")
    return show_words(language).text("choices", options=" · ".join(option["label"] for option in options))


# --- 05: who to inform --------------------------------------------------------------------------------------


def segments(impact: Impact, language: str = "fr") -> None:
    """Shows the segments to inform and how many persons each channel reaches."""
    grid = grids.segments(impact, language)
    only = ("criteria", "persons", "email", "phone", "postal", "none")
    _display(_chart(impact, "channels", language) if grid.rows else "", _grid(grid, "segments", language, only))


def letters(impact: Impact, language: str = "fr") -> None:
    """Shows which letter goes to which segment."""
    grid = grids.segments(impact, language)
    if not grid.rows:
        _display(paragraph_html(show_words(language).text("empty.segments")))
        return
    _display(_grid(grid, "letters", language, ("criteria", "persons", "letter")))


# --- one controller -----------------------------------------------------------------------------------------


def _chosen(impact: Impact, controller_id: str) -> ControllerImpact | None:
    """The controller asked for; the first where none is named; None where the figures do not have it."""
    if not controller_id:
        return impact.controllers[0] if impact.controllers else None
    return next((one for one in impact.controllers if one.id == controller_id), None)


def _focused(impact: Impact, controller_id: str) -> Impact | None:
    """The impact as charts and tables need it for one controller; None where the figures do not have it."""
    one = _chosen(impact, controller_id)
    if one is None:
        return None
    patients = impact.people.patients.model_copy(
        update={"low": one.patients.low, "best": one.patients.best, "high": one.patients.high, "records": one.records}
    )
    return impact.model_copy(
        update={
            "people": impact.people.model_copy(update={"patients": patients}),
            "exposure": one.exposure,
            "profiles": one.profiles,
            "severity": one.severity,
            "free_text": impact.free_text.model_copy(update={"notes": one.notes, "by_finding": one.by_finding}),
            "information": impact.information.model_copy(update={"segments": one.segments}),
        }
    )


def controller(impact: Impact, controller_id: str = "", language: str = "fr") -> None:
    """Shows the key figures of one controller; the first where no identifier is given."""
    words = show_words(language)
    one = _chosen(impact, controller_id)
    if one is None:
        _display(paragraph_html(words.text("empty.controller")))
        return
    title = words.text("captions.controller", name=f"{one.label or words.text('not_named')} ({one.id})")
    _display(table_html(pairs_table(show_rows.controller(one, language), language), title))


def controller_exposure(impact: Impact, controller_id: str = "", language: str = "fr") -> None:
    """Shows what is exposed of the controller's patients."""
    _for_controller(exposure, impact, controller_id, language)


def controller_findings(impact: Impact, controller_id: str = "", language: str = "fr") -> None:
    """Shows what the notes of the controller's patients reveal."""
    _for_controller(findings, impact, controller_id, language)


def controller_severity(impact: Impact, controller_id: str = "", language: str = "fr") -> None:
    """Shows the severity for the controller's patients."""
    _for_controller(severity, impact, controller_id, language)


def controller_segments(impact: Impact, controller_id: str = "", language: str = "fr") -> None:
    """Shows who among the controller's patients is to be informed, and by which channel."""
    _for_controller(segments, impact, controller_id, language)


def _for_controller(view: Any, impact: Impact, controller_id: str, language: str) -> None:
    focused = _focused(impact, controller_id)
    if focused is None:
        _display(paragraph_html(show_words(language).text("empty.controller")))
        return
    view(focused, language)


# --- how and on what ----------------------------------------------------------------------------------------


def methods(impact: Impact, language: str = "fr") -> None:
    """Shows how each figure was obtained, in words."""
    _display(_grid(grids.methods(impact, language), "methods", language))


def what_was_run(impact: Impact, language: str = "fr") -> None:
    """Shows version, scope, reference date, decisions and the digest of each source: no clock, no path."""
    pairs = pairs_table(show_rows.run(impact, language), language, heads=("setting", "note"))
    settings = TextTable([pairs.header[0], show_words(language).text("columns.value")], ("left", "left"), pairs.rows)
    files = show_rows.hashes(impact, language)
    parts = [_table(settings, "run", language)]
    if files.rows:
        parts.append(_table(files, "hashes", language))
    _display(*parts)
