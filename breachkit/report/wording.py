"""The report's words in both languages, read from `reference/wording/`."""

from __future__ import annotations

from functools import cache
from typing import Any

from breachkit.reference.catalogue import categories, category_label, field_label, fields, load_toml
from breachkit.small_counts.masked import Masked

LANGUAGES = ("fr", "en")


class Wording:
    """One language's words, found by dotted keys; KeyError for a key that the file does not hold."""

    def __init__(self, language: str, tree: dict[str, Any]) -> None:
        self.language = language
        self.tree = tree

    def _leaf(self, key: str) -> Any:
        value: Any = self.tree
        for part in key.split("."):
            value = value[part]
        return value

    def text(self, key: str, **values: str) -> str:
        """The sentence of a key, with its named places filled."""
        found: str = self._leaf(key)
        return found.format(**values) if values else found

    def list(self, key: str) -> list[str]:
        """The list of a key."""
        found: list[str] = self._leaf(key)
        return found

    def section(self, key: str) -> dict[str, Any]:
        """A table of words, as a template receives it."""
        found: dict[str, Any] = self._leaf(key)
        return found

    def label(self, section: str, identifier: str | None) -> str:
        """The label of an id of a closed list; the section's `unknown_` where the list does not hold it.

        A dash where there is no id. An id is never shown: what a person reads is always a word of the language.
        """
        if identifier is None:
            return "–"
        found: dict[str, str] = self._leaf(section)
        return found.get(identifier, found["unknown_"])

    def unit(self, unit: str, count: int) -> str:
        """A unit in the singular or the plural; French keeps the singular for zero, English for one only."""
        singular, plural, _kept, _kept_plural = self.list(f"units.{unit}")
        return plural if self._plural(count) else singular

    def kept(self, unit: str, count: int) -> str:
        """The word that says which number is kept, agreeing with the unit."""
        _singular, _plural, kept, kept_plural = self.list(f"units.{unit}")
        return kept_plural if self._plural(count) else kept

    def _plural(self, count: int) -> bool:
        if isinstance(count, Masked):
            return True
        return count != 1 if self.language == "en" else count > 1

    def field(self, field: str) -> str:
        """The label of a field of the contract, or the word for an unknown one."""
        if field not in fields():
            return self.text("unknown_field")
        return field_label(field, self.language).replace("'", "’")

    def category(self, category: str, *, short: bool = False) -> str:
        """The label of a category of the contract; `short` for charts and narrow tables."""
        if short:
            return self.label("short_categories", category)
        if category not in categories():
            return self.text("unknown_category")
        return category_label(category, self.language).replace("'", "’")


@cache
def wording(language: str) -> Wording:
    """The words of a language: "fr" or "en"; ValueError for another."""
    if language not in LANGUAGES:
        raise ValueError("language must be fr or en")
    return Wording(language, load_toml(f"wording/{language}.toml"))
