"""A field of a notification form as we can fill it, and how figures and dates are written in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, Literal

from breachkit.impact import Frozen
from breachkit.incident import PARIS
from breachkit.reference.catalogue import load_toml

Status = Literal["filled", "proposed", "to_complete"]
Value = str | int | tuple[str, ...] | None


class Option(Frozen):
    """One box of a closed list: what `FormField.value` holds when it is ticked, and its words for a person."""

    value: str
    label: str


class FormField(Frozen):
    """One field of a form.

    `value` is what goes into the form: a text, a number, the label of a box (CNIL) or its code (EDPB), several of
    them, or null. `text` is the same for a person to read, « à compléter » where there is nothing yet. `filled` was
    told in the facts, `proposed` was computed or deduced and waits for a person. `source` says where the answer comes
    from, or where to write it. `may_be_unknown` marks what an incomplete notification may leave open. `note` gives
    unit, denominator, method and doubt.
    """

    id: str
    section: str
    label: str
    value: Value
    text: str
    options: tuple[Option, ...] | None = None
    status: Status
    source: str = ""
    may_be_unknown: bool = False
    note: str = ""


@dataclass(frozen=True)
class Answer:
    """What is known for one field, before it is laid out; an absent answer is to be completed."""

    value: Value = None
    status: Status = "to_complete"
    note: str = ""


@cache
def form_table(name: str) -> dict[str, Any]:
    """A form's reference file, parsed once; it must not be changed by the caller."""
    return load_toml(name)


def sentence(key: str, language: str, /, **values: object) -> str:
    """A sentence of `[text]` in cnil.toml, its numbers written as the language does; KeyError where it has none."""
    shown = {name: number(one, language) if isinstance(one, int) else one for name, one in values.items()}
    return str(form_table("cnil.toml")["text"][key][language]).format(**shown)


def number(value: int, language: str) -> str:
    """A whole number with its thousands separator: 3 944 with a narrow no-break space, 3,944 in English."""
    return f"{value:,}" if language == "en" else f"{value:,}".replace(",", "\u202f")


def moment(value: datetime | None, language: str) -> str | None:
    """A moment in Paris time, to the minute; None stays None."""
    if value is None:
        return None
    local = value.astimezone(PARIS)
    return local.strftime("%Y-%m-%d %H:%M") if language == "en" else local.strftime("%d/%m/%Y à %H\u202fh\u202f%M")


def told(value: str | tuple[str, ...] | None, note: str = "") -> Answer:
    """An answer told in the facts: filled, or to be completed where it is empty."""
    text = value if isinstance(value, str) else "\n".join(value or ())
    return Answer(text.strip(), "filled", note) if text.strip() else Answer()


def proposed(value: Value, note: str = "") -> Answer:
    """An answer that was computed or deduced; nothing to propose is to be completed, with its note."""
    empty = value is None or value == () or value == ""
    return Answer(None, "to_complete", note) if empty else Answer(value, "proposed", note)


def yes_no(value: str | bool | None) -> str | None:
    """What the facts say to a yes/no question: "yes", "no", or None where they do not; a text says yes."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if value is None or value.strip().lower() in ("", "unknown"):
        return None
    return "no" if value.strip().lower() in ("no", "non") else "yes"


def shown(value: Value, labels: Mapping[str, str], language: str) -> str:
    """A value for a person to read: labels for codes, « à compléter » for nothing."""
    if value is None:
        return sentence("to_complete", language)
    if isinstance(value, int):
        return number(value, language)
    parts = (value,) if isinstance(value, str) else value
    return "\n".join(labels.get(part, part) for part in parts)
