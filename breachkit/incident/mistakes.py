"""What is said of a wrong incident.toml: the key, what was found, what is accepted, and the nearest word.

The sentences are in `reference/incident.toml`, in French and in English.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, time
from difflib import get_close_matches
from functools import cache
from typing import Any

from breachkit.incident.model import EARLIEST, LATEST, Incident
from breachkit.reference.catalogue import load_toml

NEAR = 0.7  # how alike two words are, from which one may be a slip for the other. Our choice.

Both = tuple[str, str]  # in French, in English


@cache
def book() -> dict[str, dict[str, str]]:
    return load_toml("incident.toml")


def say(key: str, **values: object) -> Both:
    entry = book()[key]
    return entry["fr"].format(**values), entry["en"].format(**values)


def near_miss(word: object, accepted: Iterable[str]) -> Both:
    """« vouliez-vous dire … ? » where a word comes close to an accepted one; two empty texts where none does."""
    known = {one.lower(): one for one in accepted}
    found = get_close_matches(str(word).lower(), known, n=1, cutoff=NEAR) if isinstance(word, str) else []
    return _after(say("near", near=known[found[0]])) if found else ("", "")


def _after(told: Both) -> Both:
    return f" ; {told[0]}".replace(" ;", "\u202f;"), f"; {told[1]}"


def _keys(section: Any) -> list[str]:
    return [info.alias or name for name, info in section.model_fields.items()]


def _unknown(where: tuple[Any, ...], found: object) -> tuple[Both, Both]:
    """What is accepted in place of an unknown table or key, and the nearest."""
    tables, name = _keys(Incident), str(where[-1])
    if len(where) == 1:
        told = say("unknown_table" if isinstance(found, dict) else "outside_table", accepted=", ".join(tables))
        accepted = tables
    else:
        accepted = _keys(Incident.model_fields[where[0]].annotation)
        told = say("unknown_key", table=where[0], accepted=", ".join(accepted))
    if isinstance(found, dict):
        return told, near_miss(name, accepted)
    own = [one for one in tables if name in _keys(Incident.model_fields[one].annotation)]
    return told, _after(say("elsewhere", table=own[0])) if own else near_miss(name, accepted)


def _order(word: str) -> tuple[Both, Both]:
    """Two dates out of order: which, and what each says."""
    later, _, earlier = word.partition("_before_")
    told, accepted = say(word), say("order", earlier=earlier, later=later)
    return told, _after(accepted)


def _accepted(error: dict[str, Any], where: tuple[Any, ...]) -> tuple[Both, Both]:
    """What would have been accepted there, and a hint (empty texts where there is none)."""
    none, found = ("", ""), error.get("input")
    match error["type"]:
        case "extra_forbidden":
            return _unknown(where, found)
        case "literal_error":
            words = re.findall(r"'([^']*)'", error["ctx"]["expected"])
            return say("words", accepted=", ".join(f'"{one}"' for one in words)), near_miss(found, words)
        case "bool_type" | "bool_parsing":
            return say("bool"), none
        case "value_error":
            word = str(error["ctx"]["error"])
            if "_before_" in word:
                return _order(word)
            return say(word, earliest=f"{EARLIEST:%Y-%m-%d}", latest=f"{LATEST:%Y-%m-%d}"), none
        case "model_type" | "model_attributes_type" | "dict_type":
            return say("table", table=where[-1]), none
        case kind if kind.startswith(("int", "greater")):
            return say("count"), none
        case kind if kind.startswith(("tuple", "list")):
            return say("list"), none
        case _:
            return say("text"), none


def _shown(error: dict[str, Any]) -> str:
    """What was found, as it was written; of two dates out of order, both."""
    found = error.get("input")
    word = str(error.get("ctx", {}).get("error", ""))
    if "_before_" in word and isinstance(found, dict):
        later, _, earlier = word.partition("_before_")
        return ", ".join(f"{key} = {_written(found[key])}" for key in (earlier, later) if key in found)
    return "" if isinstance(found, dict | list | tuple) or found is None else _written(found)


def _written(found: object) -> str:
    if isinstance(found, bool):
        return str(found).lower()
    return found.isoformat() if isinstance(found, date | time) else repr(found)


def line(error: dict[str, Any]) -> Both:
    """One mistake, in one line of each language."""
    where = tuple(part for part in error["loc"] if isinstance(part, str) and not part.startswith(("tuple", "str")))
    accepted, hint = _accepted(error, where)
    shown = _shown(error)
    found = say("found", found=shown) if shown else ("", "")
    key = ".".join(where) or "incident"
    words = book()["line"]
    return (
        words["fr"].format(key=key, found=found[0], accepted=accepted[0], hint=hint[0]),
        words["en"].format(key=key, found=found[1], accepted=accepted[1], hint=hint[1]),
    )


def not_toml(name: str, error: str) -> Both:
    """Where TOML breaks, in the reader's words, and what TOML says of it."""
    at = re.search(r"\(at line (\d+), column (\d+)\)", error)
    place = say("place", line=at[1], column=at[2]) if at else ("", "")
    said = re.sub(r" \(at [^)]*\)", "", error)
    words = book()["not_toml"]
    return (
        words["fr"].format(name=name, place=place[0], error=said),
        words["en"].format(name=name, place=place[1], error=said),
    )
