"""`breachkit explain`: what a figure counts, how sure it is, and what could change it; never a value of the extract."""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from breachkit.errors import Language, UsageError
from breachkit.execution.console import say
from breachkit.execution.explain_people import explain_words, told_of
from breachkit.execution.explain_tables import table_of
from breachkit.execution.released import released_impact
from breachkit.impact import Impact
from breachkit.reference.catalogue import load_toml
from breachkit.report.format import number, typography

MOST_NEAR = 5  # names offered for one that does not exist
BOUNDS = ("low", "best", "high")


def explanation(folder: Path, figure: str, language: Language) -> str:
    """What a figure named by its path counts, its value with its doubt, what it rests on, what would change it.

    UsageError with near names for an unknown path.
    """
    impact = released_impact(folder)
    return explained(figure, impact, json.loads(impact.to_json()), language)


def explained(figure: str, impact: Impact, document: dict[str, Any], language: Language) -> str:
    """As `explanation`, of an impact and the JSON document it makes."""
    definitions = load_toml("figures.toml")
    key = max((one for one in definitions if figure == one or figure.startswith(one + ".")), key=len, default="")
    value = _at(document, figure)
    if not key or (value is None and figure != key and not _is_known(document, figure)):
        raise _unknown(figure, document, definitions)
    said, told = explain_words(language), definitions[key]
    table = table_of(figure, impact, language)
    shown = [(said["value"], table)] if table else _value(document, figure, value, told[f"unit_{language}"], language)
    lines = [(said["definition"], told[language]), *shown]
    leaf = figure.rpartition(".")[2]
    if leaf in BOUNDS and isinstance(_holder(document, figure), dict) and "best" in _holder(document, figure):
        lines.append((said["this"], said[f"patients_{leaf}" if key == "people.patients" else leaf]))
    lines += told_of(key, impact, language)
    holder = value if isinstance(value, dict) else _holder(document, figure)
    if isinstance(holder, dict) and holder.get("method") in document["methods"]:
        lines.append((said["method"], document["methods"][holder["method"]][language]))
    mark = ": " if language == "en" else " : "
    return "\n".join([figure, *(f"  {name}{mark}{typography(text, language)}" for name, text in lines)]) + "\n"


def _value(document: dict[str, Any], figure: str, value: Any, unit: str, language: Language) -> list[tuple[str, str]]:
    """The value: a number with its bounds where it has some, else the part of the document as it stands."""
    said = explain_words(language)
    holder = value if isinstance(value, dict) else _holder(document, figure)
    if value is None:
        return [(said["value"], said["nothing"])]
    if isinstance(holder, dict) and "best" in holder and not isinstance(value, list):
        shown = {one: number(holder[one], language) for one in BOUNDS} | {"unit": unit}
        for name in ("records", "mentions"):
            if name in holder:
                counted = {"counted": number(holder[name], language), "from": said[f"from_{name}"]}
                return [(said["value"], said["between_counted"].format(**shown, **counted))]
        return [(said["value"], said["between"].format(**shown))]
    if isinstance(value, int) and not isinstance(value, bool):
        return [(said["value"], f"{number(value, language)} ({unit})")]
    return [(said["value"], json.dumps(value, ensure_ascii=False, indent=1).replace("\n", "\n    "))]


def _holder(document: Any, figure: str) -> Any:
    return _at(document, figure.rpartition(".")[0])


def _at(document: Any, path: str) -> Any:
    """The value at a dotted path, list items by number; None where there is none."""
    for part in path.split("."):
        if isinstance(document, list):
            document = document[int(part)] if part.isdigit() and int(part) < len(document) else None
        else:
            document = document.get(part) if isinstance(document, dict) else None
    return document


def _is_known(document: Any, figure: str) -> bool:
    """Whether the path names something of the document that is null."""
    holder = _holder(document, figure)
    return isinstance(holder, dict) and figure.rpartition(".")[2] in holder


def paths(document: Any, start: str = "") -> Iterator[str]:
    """Every dotted path of a document, the parts before the whole they stand in."""
    items = (
        document.items() if isinstance(document, dict) else enumerate(document) if isinstance(document, list) else ()
    )
    for key, value in items:
        here = f"{start}.{key}" if start else str(key)
        yield here
        yield from paths(value, here)


def _unknown(figure: str, document: dict[str, Any], definitions: dict[str, Any]) -> UsageError:
    """The error for a path that does not exist, with the names that look like it."""
    starts = tuple(f"{one}." for one in definitions)
    known = [one for one in paths(document) if one in definitions or one.startswith(starts)]
    found = (
        difflib.get_close_matches(figure, known, MOST_NEAR)
        or [one for one in known if figure.rpartition(".")[2] == one.rpartition(".")[2]][:MOST_NEAR]
    )
    if not found:
        listed = ", ".join(definitions)
        return UsageError(say("no_figure", "fr", paths=listed), say("no_figure", "en", paths=listed))
    near = ", ".join(found)
    french, english = (explain_words(one)["near"].format(figure=figure, near=near) for one in ("fr", "en"))
    return UsageError(french, english)
