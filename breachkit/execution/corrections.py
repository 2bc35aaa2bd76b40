"""A person's corrections from a notebook: what each column holds, chosen in a list and kept in decisions.toml."""

from __future__ import annotations

import os
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

from breachkit.errors import FactsError, Language
from breachkit.execution.decision_file import DECISIONS, add_table, today
from breachkit.impact import Column, Impact
from breachkit.reference.catalogue import field_label, fields, load_toml

LIVE = "JPY_SESSION_NAME"  # Jupyter's server gives it to the kernels behind a person's notebook, and to no other


@dataclass(frozen=True)
class Correction:
    """One column's field as a person decides it."""

    table: str
    column: str
    field: str
    author: str
    reason: str = ""


def record(folder: Path, correction: Correction) -> int:
    """Adds a correction to the folder's decisions.toml, which keeps its comments; how many decisions there are now.

    The latest on a column counts. FactsError where the file is wrong, or the correction has no author or names no
    field: the file is untouched then.
    """
    if not correction.author.strip():
        raise FactsError(_word("no_author", "fr"), _word("no_author", "en"))
    if correction.field not in fields():
        raise FactsError(_word("no_field", "fr"), _word("no_field", "en"))
    told = {key: getattr(correction, key) for key in ("table", "column", "field", "author")}
    reason = {"reason": correction.reason} if correction.reason.strip() else {}
    return len(add_table(folder / DECISIONS, "column", {**told, "date": today(), **reason}).column)


def _word(key: str, language: str) -> str:
    text: str = load_toml("corrections.toml")[language][key]
    return text


def correct(folder: str | Path, impact: Impact, language: Language = "fr") -> None:
    """Shows a form that corrects what a column holds, in a person's notebook; elsewhere, a sentence saying how."""
    from IPython.display import HTML, display

    if not os.environ.get(LIVE):
        display(HTML(f"<p>{escape(_word('only_live', language))}</p>"))
        return
    display(_form(Path(folder), impact, language))


def _form(folder: Path, impact: Impact, language: Language) -> Any:
    import ipywidgets as widgets

    columns = sorted(
        ((table.name, column) for table in impact.tables for column in table.columns),
        key=lambda pair: (pair[1].field != "unknown", pair[1].confidence),
    )
    wide = widgets.Layout(width="46em")
    style = {"description_width": "9em"}
    choices = [(f"{table} : {column.name} ({field_label(column.field, language)})", n)
               for n, (table, column) in enumerate(columns)]  # fmt: skip
    column = widgets.Dropdown(options=choices, description=_word("column", language), layout=wide, style=style)
    found = sorted(((field_label(key, language), key) for key in fields()), key=lambda pair: pair[0].casefold())
    field = widgets.Dropdown(options=found, description=_word("field", language), layout=wide, style=style)
    author = widgets.Text(description=_word("author", language), layout=wide, style=style)
    reason = widgets.Text(description=_word("reason", language), layout=wide, style=style)
    save = widgets.Button(description=_word("save", language), button_style="primary")
    evidence, said = widgets.HTML(), widgets.HTML()

    def show_evidence(_: Any = None) -> None:
        chosen = columns[column.value][1]
        field.value = chosen.field
        evidence.value = _evidence(chosen, language)

    def keep(_: Any) -> None:
        table, chosen = columns[column.value]
        try:
            count = record(folder, Correction(table, chosen.name, field.value, author.value, reason.value))
            said.value = escape(_word("saved", language).format(n=count))
        except FactsError as error:
            said.value = escape(error.message(language))

    column.observe(show_evidence, names="value")
    save.on_click(keep)
    if columns:
        show_evidence()
    return widgets.VBox([column, evidence, field, author, reason, save, said])


def _evidence(column: Column, language: Language) -> str:
    """What is known of a column, as HTML: its masked shapes, how much is filled, and why the rules decided so."""
    shapes = ", ".join(f"<code>{escape(one.shape)}</code> ({one.share:.0%})" for one in column.shapes)
    reasons = "".join(f"<li>{escape(one.en if language == 'en' else one.fr)}</li>" for one in column.evidence)
    told = _word("known", language).format(
        filled=column.filled, distinct=column.distinct, confidence=f"{column.confidence:.0%}"
    )
    shown = f"{escape(_word('shapes', language))} {shapes}<br>" if shapes else ""
    return f"<p>{shown}{escape(told)}</p><ul>{reasons}</ul>"
