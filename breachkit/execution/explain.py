"""`breachkit explain`: how a figure was obtained."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from breachkit.errors import Language, UsageError
from breachkit.execution.console import say
from breachkit.execution.released import released_impact
from breachkit.reference.catalogue import load_toml
from breachkit.report.format import number

LABELS = {
    "fr": ("Définition", "Unité", "Valeur", "entre", "et", "Méthode"),
    "en": ("Definition", "Unit", "Value", "between", "and", "Method"),
}

NOTHING = {"fr": "aucune, rien n'a été mesuré", "en": "none, nothing was measured"}


def explanation(folder: Path, figure: str, language: Language) -> str:
    """Definition, unit, value, doubt and method of a figure named by its path; UsageError for an unknown path."""
    definitions = load_toml("figures.toml")
    key = max((one for one in definitions if figure == one or figure.startswith(one + ".")), key=len, default="")
    document = json.loads(released_impact(folder).to_json())
    value = _at(document, figure)
    if not key or (value is None and figure != key):
        paths = ", ".join(definitions)
        raise UsageError(say("no_figure", "fr", paths=paths), say("no_figure", "en", paths=paths))
    definition, unit, worth, between, and_, method = LABELS[language]
    told = definitions[key]
    lines = [figure, f"  {definition} : {told[language]}", f"  {unit} : {told[f'unit_{language}']}"]
    holder = value if isinstance(value, dict | list) else _at(document, figure.rpartition(".")[0])
    if value is None:
        lines.append(f"  {worth} : {NOTHING[language]}")
    elif isinstance(holder, dict) and "best" in holder:
        best, low, high = (number(holder[one], language) for one in ("best", "low", "high"))
        lines.append(f"  {worth} : {best} ({between} {low} {and_} {high})")
    else:
        lines.append(f"  {worth} :")
        lines += [f"    {line}" for line in json.dumps(value, ensure_ascii=False, indent=1).splitlines()]
    if isinstance(holder, dict) and "method" in holder:
        lines.append(f"  {method} : {document['methods'][holder['method']][language]}")
    return "\n".join(lines) + "\n"


def _at(document: Any, path: str) -> Any:
    """The value at a dotted path, list items by number; None where there is none."""
    for part in path.split("."):
        if isinstance(document, list):
            document = document[int(part)] if part.isdigit() and int(part) < len(document) else None
        else:
            document = document.get(part) if isinstance(document, dict) else None
    return document
