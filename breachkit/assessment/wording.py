"""Reasons from the reference: a sentence in both languages, filled in with what was found."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

from breachkit.impact import Reason
from breachkit.reference.catalogue import load_toml


@dataclass(frozen=True)
class Words:
    """One value in French and in English, to be put into a sentence."""

    fr: str
    en: str


@cache
def table(name: str) -> dict[str, Any]:
    """A TOML file of `reference/`, parsed once; it must not be changed by the caller."""
    return load_toml(name)


def words(entry: dict[str, Any]) -> Words:
    """The two sentences of an entry of the reference."""
    return Words(entry["fr"], entry["en"])


def joined(values: list[Words]) -> Words:
    """Several values with commas, in order."""
    return Words(", ".join(one.fr for one in values), ", ".join(one.en for one in values))


def quarters(number: int) -> Words:
    """A number of quarters as a decimal number: 5 gives 1,25 and 1.25."""
    text = f"{number / 4:.2f}".rstrip("0").rstrip(".")
    return Words(text.replace(".", ","), text)


def whole(number: int) -> Words:
    """A whole number with the thousands separator of each language."""
    return Words(f"{number:,}".replace(",", "\u202f"), f"{number:,}")


def say(entry: dict[str, Any], reason_id: str, **values: Words | str | int) -> Reason:
    """The reason `reason_id` with its two sentences filled in; KeyError where a value is missing."""
    french = {name: one.fr if isinstance(one, Words) else one for name, one in values.items()}
    english = {name: one.en if isinstance(one, Words) else one for name, one in values.items()}
    return Reason(id=reason_id, fr=entry["fr"].format(**french), en=entry["en"].format(**english))
