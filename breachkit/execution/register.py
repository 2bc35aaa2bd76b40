"""registre.csv and registre.xlsx: the register of breaches, for the incident and for each controller."""

from __future__ import annotations

import csv
import io
from datetime import datetime, time
from pathlib import Path

from breachkit.errors import Language
from breachkit.execution.controller import controller_impact
from breachkit.impact import Impact
from breachkit.notification.form import form_table
from breachkit.notification.register import TABLE, Cell, register_columns, register_rows

NAMES: dict[Language, tuple[str, str]] = {
    "fr": ("registre.csv", "registre.xlsx"),
    "en": ("register.csv", "register.xlsx"),
}
_FORMULA = ("=", "+", "-", "@", "\t", "\r")  # what a spreadsheet would run when the file is opened (OWASP)
_WIDTHS = {"number": 12, "text": 32}  # characters


def write_register(impact: Impact, folder: Path, language: Language) -> tuple[Path, Path]:
    """The register as CSV (UTF-8 with BOM, semicolons) and XLSX; the same impact gives the same bytes."""
    impacts = [impact, *(controller_impact(impact, one.id) for one in impact.controllers if impact.scope == "incident")]
    header, rows = register_columns(language), register_rows(impacts, impact, language)
    paths = folder / NAMES[language][0], folder / NAMES[language][1]
    paths[0].write_text(_csv(header, rows), encoding="utf-8-sig", newline="")
    paths[1].write_bytes(_xlsx(header, rows, impact, language))
    return paths


def _csv(header: list[str], rows: list[list[Cell]]) -> str:
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter=";", lineterminator="\r\n")
    writer.writerow(header)
    writer.writerows([[_neutral(cell) for cell in row] for row in rows])
    return buffer.getvalue()


def _neutral(cell: Cell) -> Cell:
    """A text that a spreadsheet would take for a formula, made a text again by an apostrophe."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) else cell


def _xlsx(header: list[str], rows: list[list[Cell]], impact: Impact, language: Language) -> bytes:
    import xlsxwriter

    reference, buffer = form_table(TABLE), io.BytesIO()
    # strings_to_* off: a text stays a text, whatever it looks like; in memory, so that nothing is left on disk
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(buffer, options)
    book.set_properties(
        {"title": reference["title"][language], "created": datetime.combine(impact.reference_date, time())}
    )
    head = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bg_color": "#E8EEF4", "border": 1})
    text = book.add_format({"text_wrap": True, "valign": "top"})
    number = book.add_format({"num_format": "#,##0.##", "valign": "top"})
    sheet = book.add_worksheet(reference["title"][language])
    for at, (column, name) in enumerate(zip(reference["columns"], header, strict=True)):
        kind = column.get("kind", "text")
        sheet.set_column(at, at, _WIDTHS[kind], number if kind == "number" else text)
        sheet.write_string(0, at, name, head)
    for line, row in enumerate(rows, 1):
        for at, cell in enumerate(row):
            if isinstance(cell, int | float):
                sheet.write_number(line, at, cell, number)
            elif cell:
                sheet.write_string(line, at, cell, text)
    sheet.freeze_panes(1, 2)
    sheet.autofilter(0, 0, len(rows), len(header) - 1)
    about = book.add_worksheet(reference["about"][language])
    about.set_column(0, 0, 100, text)
    for line, note in enumerate(reference["notes"]):
        about.write_string(line, 0, note[language], text)
    book.close()
    return buffer.getvalue()
