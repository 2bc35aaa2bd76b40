"""Letter templates, one for each segment: what GDPR art. 34(2) asks for, in plain words, without any name.

A letter names categories of data, never a content and never a kind of care. What the facts do not tell is
left as a visible blank for a person to fill in.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from breachkit.impact import Impact
from breachkit.incident import PARIS, Incident
from breachkit.information.segments import segment_table
from breachkit.information.typst_markup import typst_letter
from breachkit.reference.catalogue import field_label, fields, resource


def letters(impact: Impact, language: str = "fr") -> dict[str, tuple[str, str]]:
    """Letter id to its text in Markdown and in Typst, for each segment of the impact that has a letter.

    The Typst source compiles as it is. Every placeholder holds a fact of the incident, a category of data
    that the figures show as exposed, or « [à compléter : ...] ».
    """
    wanted = {segment.letter for segment in impact.information.segments if segment.letter}
    written = {}
    for entry in segment_table()["segments"]:
        if entry["letter"] in wanted:
            markdown = _letter(impact, entry, language)
            written[entry["letter"]] = (markdown, typst_letter(markdown, language))
    return written


def _letter(impact: Impact, entry: Mapping[str, Any], language: str) -> str:
    incident = Incident(**impact.incident)
    known = {
        "controller": _controller(impact, incident) or _blank("controller", language),
        "place_date": _blank("place_date", language),
        "nature": _nature(incident, entry["status"], language),
        "when": _when(incident, language) or _blank("when", language),
        "description": _description(incident, entry["status"]) or _blank("description", language),
        "categories": _bullets(_categories(impact, language)),
        "consequences": _bullets(_consequences(impact, language)),
        "sensitive": _sensitive(entry, language),
        "measures": _measures(incident, language) or _blank("measures", language),
        "contact": _one_line(incident.controller.contact) or _blank("contact", language),
        "dpo": _one_line(incident.controller.dpo) or _blank("dpo", language),
    }
    known["body"] = _fill(_template("_body", language), known)
    return _fill(_template(entry["letter"], language), known).rstrip() + "\n"


def _template(name: str, language: str) -> str:
    """A template without the comment on its origin."""
    text = resource(f"letters/{language}/{name}.md")
    return re.sub(r"^<!--.*?-->\n", "", text, flags=re.DOTALL)


def _fill(template: str, known: Mapping[str, str]) -> str:
    """The template with each {name} replaced, in one pass: what is put in is never read as a template."""
    return re.sub(r"\{(\w+)\}", lambda found: known[found[1]], template)


def _blank(what: str, language: str) -> str:
    table = segment_table()
    return str(table["fill"][language]).format(what=table["missing"][language][what])


def _one_line(text: str | tuple[str, ...]) -> str:
    parts = [text] if isinstance(text, str) else list(text)
    return " ".join(" ".join(part.split()) for part in parts if part.strip())


def _bullets(lines: list[str]) -> str:
    return "\n".join(f"- {line}" for line in lines)


def _controller(impact: Impact, incident: Incident) -> str:
    """The controller's own name: of the one controller of this impact, else of the facts."""
    if impact.scope == "controller" and len(impact.controllers) == 1 and impact.controllers[0].label:
        return _one_line(impact.controllers[0].label)
    return _one_line(incident.controller.name)


def _description(incident: Incident, status: str) -> str:
    """The circumstances as told for the authority; never to a child's parents, as they may name a kind of care."""
    return "" if status == "minor" else _one_line(incident.breach.description)


def _nature(incident: Incident, status: str, language: str) -> str:
    table, breach = segment_table(), incident.breach
    keys = []
    if "confidentiality" in breach.nature:
        established = breach.exfiltrated == "yes" or breach.recipients in ("known", "known_trusted")
        if established or not breach.published:
            keys.append("established" if established else "confidentiality")
        if breach.published:
            keys.append("published")
    keys += [nature for nature in ("integrity", "availability") if nature in breach.nature]
    whom = table["whom"][status][language]
    return " ".join(table["nature"][key][language].format(whom=whom) for key in keys)


def _when(incident: Incident, language: str) -> str:
    dates, book = incident.dates, segment_table()["when"]
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
    month = segment_table()["months"][language][local.month - 1]
    day = "1er" if local.day == 1 and language == "fr" else str(local.day)
    return f"{day} {month} {local.year}"


def _exposed(impact: Impact) -> list[str]:
    return [one.field for one in impact.exposure if one.field is not None and one.persons > 0]


def _categories(impact: Impact, language: str) -> list[str]:
    """Kinds of data in plain words, in the order of the reference."""
    table, exposed = segment_table(), _exposed(impact)
    lines = []
    for entry in table["categories"]:
        of_kind = [field for field in exposed if fields()[field].cnil_type in entry["types"]]
        if of_kind:
            labels = ", ".join(_in_sentence(field, language) for field in of_kind)
            lines.append(entry[language].format(labels=labels))
    if "free_text" in exposed:
        lines.append(table["note_category"][language])
    return lines or [_blank("description", language)]


def _in_sentence(field: str, language: str) -> str:
    """A field in the middle of a sentence, without its examples: « nom d'usage », but « IBAN » stays."""
    plain = segment_table()["words"].get(field)
    if plain is not None:
        return str(plain[language])
    label = field_label(field, language).split(" (", 1)[0]
    return label[:1].lower() + label[1:] if label[1:2].islower() else label


def _consequences(impact: Impact, language: str) -> list[str]:
    exposed = set(_exposed(impact))
    return [
        entry[language]
        for entry in segment_table()["consequences"]
        if not entry["needs"] or exposed & set(entry["needs"])
    ]


def _sensitive(entry: Mapping[str, Any], language: str) -> str:
    """The paragraph on protected information.

    About a child it is the same in both letters and never says that a note exists: the parents may not know
    of the care (CSP L1111-5).
    """
    if not entry["special"] and entry["status"] != "minor":
        return ""
    name = "_sensitive_adult" if entry["status"] == "adult" else "_sensitive_child"
    return _template(name, language)


def _measures(incident: Incident, language: str) -> str:
    book, measures = segment_table()["status"], incident.measures
    told = []
    for key, text in (("done", measures.after), ("planned", measures.planned)):
        lines = [_one_line(one) for one in ([text] if isinstance(text, str) else text) if _one_line(one)]
        if lines:
            told += [book[key][language], _bullets(lines)]
    return "\n\n".join(told)
