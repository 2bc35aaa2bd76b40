"""The sentences of methods and limits, in both languages."""

from __future__ import annotations

from functools import cache

from breachkit.impact import Reason
from breachkit.reference.catalogue import load_toml


@cache
def methods() -> dict[str, Reason]:
    """Every method id with its sentence."""
    return {key: Reason(id=key, **text) for key, text in load_toml("methods.toml")["methods"].items()}


def limit(key: str, n: int = 0) -> Reason:
    """A limit a reader must know; KeyError for an id that methods.toml does not hold."""
    text = load_toml("methods.toml")["limits"][key]
    return Reason(id=key, fr=text["fr"].format(n=n), en=text["en"].format(n=n))


def revealing_specialties() -> tuple[str, ...]:
    """Unaccented upper-case stems of specialties that reveal why a patient came."""
    return tuple(load_toml("specialties.toml")["revealing"])
