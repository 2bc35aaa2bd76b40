"""The fields and the categories of the contract, read from their tables.

`fields.tsv` and `categories.tsv` hold the names that others build on: they may grow, never be renamed.
"""

from __future__ import annotations

import csv
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any


@dataclass(frozen=True)
class FieldInfo:
    """What a column may hold: `sensitivity` is 0 (not personal) to 3 (sensitive), per the CNIL's three classes."""

    id: str
    label_fr: str
    label_en: str
    cnil_type: str
    edpb_code: str | None
    sensitivity: int
    special_category: str | None


@dataclass(frozen=True)
class CategoryInfo:
    """What a note may reveal, and the legal basis that makes it sensitive."""

    id: str
    label_fr: str
    label_en: str
    basis: str
    edpb_code: str
    health_topics: tuple[str, ...]


def resource(name: str) -> str:
    """The text of a file of `reference/` (UTF-8), by its path relative to that folder."""
    return resources.files("breachkit.reference").joinpath(name).read_text(encoding="utf-8")


def load_toml(name: str) -> dict[str, Any]:
    """A TOML file of `reference/`, parsed."""
    return tomllib.loads(resource(name))


def _rows(name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(resource(name).splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE))


@cache
def fields() -> dict[str, FieldInfo]:
    """Every field id of the contract, in its order."""
    english = load_toml("labels_en.toml")["fields"]
    return {
        row["id"]: FieldInfo(
            id=row["id"],
            label_fr=row["label_fr"],
            label_en=english[row["id"]],
            cnil_type=row["cnil_type"],
            edpb_code=None if row["edpb_code"] == "-" else row["edpb_code"],
            sensitivity=int(row["sensitivity"]),
            special_category=None if row["special_category"] == "-" else row["special_category"],
        )
        for row in _rows("fields.tsv")
    }


@cache
def categories() -> dict[str, CategoryInfo]:
    """Every category id of the contract, in its order."""
    english = load_toml("labels_en.toml")["categories"]
    return {
        row["id"]: CategoryInfo(
            id=row["id"],
            label_fr=row["label_fr"],
            label_en=english[row["id"]],
            basis=row["basis"],
            edpb_code=row["edpb_code"],
            health_topics=tuple((row["health_topics"] or "").split()),
        )
        for row in _rows("categories.tsv")
    }


def field_label(field: str, language: str = "fr") -> str:
    """A field's label in a person's language; KeyError for an id the contract does not hold."""
    info = fields()[field]
    return info.label_en if language == "en" else info.label_fr


def category_label(category: str, language: str = "fr") -> str:
    """A category's label in a person's language; KeyError for an id the contract does not hold."""
    info = categories()[category]
    return info.label_en if language == "en" else info.label_fr
