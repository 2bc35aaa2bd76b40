"""What cells of codes, results and titles reveal, and the persons whose special data are exposed one way or another."""

from __future__ import annotations

from breachkit.impact import SPECIAL_CATEGORIES, Impact
from breachkit.reference.catalogue import fields
from breachkit.report.grid import Grid, Kind
from breachkit.report.wording import wording


def revealed_rows(impact: Impact, language: str) -> Grid:
    """Persons by field, category and topic, most persons first; ordinary illnesses (topic "other") come last."""
    words = wording(language)
    ordered = sorted(impact.revealed, key=lambda one: (one.topic == "other", -one.persons, one.field, one.category))
    rows = (
        (
            words.field(one.field), words.category(one.category, short=True),
            words.label("topics", one.topic) if one.topic else "–", words.label("assertions", one.assertion),
            one.persons, one.low, one.high,
        )
        for one in ordered
    )  # fmt: skip
    heads: tuple[tuple[str, Kind], ...] = (
        ("datum", "text"), ("category", "text"), ("topic", "text"), ("assertion", "text"),
        ("persons", "count"), ("low", "count"), ("high", "count"),
    )  # fmt: skip
    return Grid(heads, tuple(rows))


def persons_exposed_to_special(impact: Impact) -> int:
    """Patients of whom a column, a cell or a note exposes a category of GDPR art. 9 or 10."""
    known = fields()
    return sum(
        one.persons
        for one in impact.profiles
        if set(one.special_categories) & set(SPECIAL_CATEGORIES)
        or any(field in known and known[field].special_category in SPECIAL_CATEGORIES for field in one.fields)
    )
