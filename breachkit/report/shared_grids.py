"""Grids of what the incident and one controller have alike: exposure, findings, profiles, segments."""

from __future__ import annotations

from collections.abc import Sequence

from breachkit.impact import Exposure, Finding, Profile, Segment
from breachkit.reference.catalogue import categories, fields
from breachkit.report.grid import ASSERTIONS, SUBJECTS, Grid, Kind, sentence
from breachkit.report.wording import Wording, wording


def exposure_sensitivity(one: Exposure) -> int:
    """The sensitivity of what is exposed: the field's own; 3 for a category of GDPR art. 9 or 10."""
    if one.field is not None:
        return fields()[one.field].sensitivity if one.field in fields() else 1
    return 3 if one.special_category is not None else 1


def exposure_label(one: Exposure, words: Wording) -> str:
    """What is exposed, in words; a category says that it is one."""
    if one.field is not None:
        return words.field(one.field)
    short = words.category(one.special_category or "", short=True)
    return f"{short} ({words.text('origins.category')})"


def exposure_rows(exposed: Sequence[Exposure], patients: int, language: str) -> Grid:
    """Persons for each exposed datum, most sensitive first, then most persons."""
    words = wording(language)
    ordered = sorted(
        (one for one in exposed if one.persons or one.high),
        key=lambda one: (-exposure_sensitivity(one), -one.persons, exposure_label(one, words)),
    )
    rows = (
        (
            exposure_label(one, words), words.label("sensitivity", str(exposure_sensitivity(one))), one.persons,
            one.low, one.high, min(1.0, one.persons / patients) if patients else None, one.records,
        )
        for one in ordered
    )  # fmt: skip
    heads: tuple[tuple[str, Kind], ...] = (
        ("datum", "text"), ("sensitivity", "text"), ("persons", "count"), ("low", "count"), ("high", "count"),
        ("share", "share"), ("records", "count"),
    )  # fmt: skip
    return Grid(heads, tuple(rows))


def finding_rows(found: Sequence[Finding], language: str) -> Grid:
    """Notes by category, topic, assertion and subject, in the contract's order of categories."""
    words = wording(language)
    order = {category: place for place, category in enumerate(categories())}
    ordered = sorted(
        found,
        key=lambda one: (
            order.get(one.category, len(order)),
            one.topic or "",
            ASSERTIONS.index(one.assertion),
            SUBJECTS.index(one.subject),
        ),
    )
    rows = (
        (
            words.category(one.category, short=True), words.label("topics", one.topic),
            words.label("assertions", one.assertion), words.label("subjects", one.subject), one.notes,
            one.persons,
        )
        for one in ordered
    )  # fmt: skip
    heads: tuple[tuple[str, Kind], ...] = (
        ("category", "text"), ("topic", "text"), ("assertion", "text"), ("subject", "text"), ("notes", "count"),
        ("persons", "count"),
    )  # fmt: skip
    return Grid(heads, tuple(rows))


def profile_rows(found: Sequence[Profile], patients: int, language: str) -> Grid:
    """Profiles of exposure, the gravest first, then the most numerous."""
    words = wording(language)
    ordered = sorted(found, key=lambda one: (-one.severity.enisa.se, -one.persons, one.id))
    rows = (
        (
            one.id, ", ".join(words.field(field) for field in one.fields),
            ", ".join(words.category(category, short=True) for category in one.special_categories) or "–",
            ", ".join(words.label("contexts", item) for item in one.context) or "–", one.persons,
            min(1.0, one.persons / patients) if patients else None, one.severity.enisa.se,
            words.label("enisa_levels", one.severity.enisa.level),
            words.label("cnil_levels", one.severity.cnil_level),
        )
        for one in ordered
    )  # fmt: skip
    heads: tuple[tuple[str, Kind], ...] = (
        ("profile", "text"), ("fields", "text"), ("special_categories", "text"), ("context", "text"),
        ("persons", "count"), ("share", "share"), ("se", "score"), ("level", "text"), ("cnil_level", "text"),
    )  # fmt: skip
    return Grid(heads, tuple(rows))


def segment_name(one: Segment, words: Wording) -> str:
    """A segment in a few words: whom, what was sensitive, what leaked."""
    named: dict[str, str] = words.section("segment_names")
    if one.id in named:
        return named[one.id]
    parts = [
        words.label("segment_status", one.status),
        words.text("segment_leaked.sensitive") if one.sensitive else "",
        words.label("segment_leaked", one.leaked),
    ]
    return " · ".join(part for part in parts if part)


def segment_rows(found: Sequence[Segment], language: str) -> Grid:
    """Segments to inform and their channels, in the impact's order."""
    rows = (
        (
            one.id, sentence(one.criteria, language), one.persons, one.email, one.phone, one.postal, one.none,
            one.letter or "–",
        )
        for one in found
    )  # fmt: skip
    heads: tuple[tuple[str, Kind], ...] = (
        ("segment", "text"), ("criteria", "text"), ("persons", "count"), ("email", "count"), ("phone", "count"),
        ("postal", "count"), ("none", "count"), ("letter", "text"),
    )  # fmt: skip
    return Grid(heads, tuple(rows))
