"""The facts of an incident as a letter tells them: short, naming no care, and a visible blank where one is missing."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from typing import Any

from breachkit.assessment.duties import place
from breachkit.impact import Impact, Reason
from breachkit.incident import PARIS, Incident
from breachkit.information.discretion import reveals
from breachkit.reference.catalogue import load_toml

CHECKED = ("controller", "contact", "dpo", "when", "description", "measures")


@cache
def letter_table() -> dict[str, Any]:
    """`reference/letters.toml`, parsed once; it must not be changed by the caller."""
    return load_toml("letters.toml")


def blank(what: str, language: str) -> str:
    """A visible blank for a person to fill in: « [à compléter : ...] »."""
    table = letter_table()
    return str(table["fill"][language]).format(what=table["missing"][language][what])


def missing_facts(incident: Incident) -> tuple[Reason, ...]:
    """What every letter leaves blank because incident.toml does not tell it, or not in a way that may be copied."""
    told = incident_facts(incident, incident.controller.name, "adult", "fr")
    table = letter_table()["missing"]
    return tuple(
        Reason(id=f"missing.{key}", fr=table["fr"][key], en=table["en"][key])
        for key in CHECKED
        if told[key] == blank(key, "fr")
    )


def letter_facts(impact: Impact, status: str, language: str) -> dict[str, str]:
    """What the templates call for, by name; each a text of the incident or a blank."""
    incident = Incident(**impact.incident)
    return incident_facts(incident, _name(impact, incident), status, language)


def incident_facts(incident: Incident, name: str, status: str, language: str) -> dict[str, str]:
    """The same from the facts alone; `name` is the controller's."""
    name = one_line(name)
    held = held_words(incident, language)
    whom = letter_table()["words"][status][language]["whom"].format(**held)
    found = {
        "controller": fitting(name, "controller", hidden=False),
        "sender": fitting(name, "controller"),
        "when": _when(incident, language),
        "description": fitting(one_line(incident.breach.description), "description"),
        "measures": fitting(_measures(incident, language), "measures"),
        "contact": fitting(one_line(incident.controller.contact), "contact"),
        "dpo": fitting(one_line(incident.controller.dpo), "contact"),
        "place_date": "",
        "guardian": "",
    }
    told = {key: text or blank(key, language) for key, text in found.items()}
    return told | held | {"nature": _nature(incident, whom, language)}


def held_words(incident: Incident, language: str) -> dict[str, str]:
    """Who answers and what was confided: at a place of care, or where incident.toml says another kind of controller."""
    where = "other" if place(incident) == "other" else "care"
    return dict(letter_table()["held"][where][language])


def fitting(text: str, room: str, *, hidden: bool = True) -> str:
    """The text, or none where it is longer than its room on the page or, where `hidden`, names a care."""
    too_long = len(text) > letter_table()["room"][room]
    return "" if too_long or (hidden and reveals(text)) else text


def one_line(text: str | tuple[str, ...]) -> str:
    """A text, or several, on one line."""
    parts = [text] if isinstance(text, str) else list(text)
    return " ".join(" ".join(part.split()) for part in parts if part.strip())


def _name(impact: Impact, incident: Incident) -> str:
    """The controller's own name: of the one controller of this impact, else of the facts."""
    if impact.scope == "controller" and len(impact.controllers) == 1 and impact.controllers[0].label:
        return impact.controllers[0].label
    return incident.controller.name


def _nature(incident: Incident, whom: str, language: str) -> str:
    table, breach = letter_table()["nature"], incident.breach
    keys = []
    if "confidentiality" in breach.nature:
        established = breach.exfiltrated == "yes" or breach.recipients in ("known", "known_trusted")
        if established or not breach.published:
            keys.append("established" if established else "confidentiality")
        if breach.published:
            keys.append("published")
    keys += [nature for nature in ("integrity", "availability") if nature in breach.nature]
    return " ".join(table[key][language].format(whom=whom) for key in keys)


def _when(incident: Incident, language: str) -> str:
    dates, book = incident.dates, letter_table()["when"]
    if dates.start is None:
        return ""
    start = _day(dates.start, language)
    if dates.ongoing:
        return str(book["since"][language]).format(start=start)
    if dates.end is None:
        return ""
    end = _day(dates.end, language)
    key = "on" if start == end else "between"
    return str(book[key][language]).format(start=start, end=end)


def _day(moment: datetime, language: str) -> str:
    local = moment.astimezone(PARIS)
    month = letter_table()["months"][language][local.month - 1]
    day = "1er" if local.day == 1 and language == "fr" else str(local.day)
    return f"{day} {month} {local.year}"


def _measures(incident: Incident, language: str) -> str:
    """Both kinds of measures, each as a paragraph of sentences."""
    book, measures = letter_table()["status"], incident.measures
    told = []
    for key, text in (("done", measures.after), ("planned", measures.planned)):
        lines = [one_line(one).rstrip(".") for one in ([text] if isinstance(text, str) else text) if one_line(one)]
        if lines:
            told.append(str(book[key][language]).format(lines=" ".join(f"{line}." for line in lines)))
    return "\n\n".join(told)


def fill(template: str, known: Mapping[str, str]) -> str:
    """The template with each {name} replaced, in one pass: what is put in is never read as a template."""
    return re.sub(r"\{(\w+)\}", lambda found: known[found[1]], template)
