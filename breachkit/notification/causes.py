"""Why two runs differ: sources, columns read otherwise, facts, corrections, methods, versions; never a value."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from breachkit.impact import Impact, Reason, Source
from breachkit.notification.form import form_table, number

TABLE = "comparison.toml"


def causes(old: Impact, new: Impact, versions: tuple[Mapping[str, str], Mapping[str, str]]) -> list[Reason]:
    """What differs in what the figures were made of; never the words of a fact, only its key."""
    found = [*_source_causes(old, new), *_reading_causes(old, new)]
    pairs: dict[str, tuple[int | str, int | str]] = {
        "decisions": (old.quality.decisions, new.quality.decisions),
        "reviewed": (old.quality.reviewed_notes, new.quality.reviewed_notes),
        "reference_date": (old.reference_date.isoformat(), new.reference_date.isoformat()),
        "rejected": (_rejected(old), _rejected(new)),
    }
    found += [_cause(key, old=pair[0], new=pair[1]) for key, pair in pairs.items() if pair[0] != pair[1]]
    facts = _different_keys(old.incident, new.incident)
    if facts:
        found.append(_cause("facts", names=", ".join(facts)))
    methods = sorted(set(old.methods) ^ set(new.methods))
    if methods:
        found.append(_cause("methods", names=", ".join(methods)))
    other = sorted(name for name in {**versions[0], **versions[1]} if versions[0].get(name) != versions[1].get(name))
    if other:
        told = (f"{name} {versions[0].get(name, '–')} → {versions[1].get(name, '–')}" for name in other)
        found.append(_cause("versions", names=", ".join(told)))
    return found or [_cause("none")]


def _rejected(impact: Impact) -> int:
    return sum(one.rejected for one in impact.sources)


def _cause(key: str, **values: int | str) -> Reason:
    entry = form_table(TABLE)["causes"][key]
    said = {}
    for language in ("fr", "en"):
        shown = {name: number(one, language) if isinstance(one, int) else one for name, one in values.items()}
        template = entry[language]
        if isinstance(template, list):  # one, several
            template = template[values["count"] != 1]
        said[language] = template.format(**shown)
    return Reason(id=f"comparison.{key}", fr=spaced(said["fr"]), en=said["en"])


def _source_causes(old: Impact, new: Impact) -> Iterator[Reason]:
    sides = [{_source_name(one): one.content_sha256 or one.sha256 for one in impact.sources} for impact in (old, new)]
    named = {
        "sources_added": [name for name in sides[1] if name not in sides[0]],
        "sources_removed": [name for name in sides[0] if name not in sides[1]],
        "sources_changed": [name for name in sides[1] if name in sides[0] and sides[0][name] != sides[1][name]],
    }
    for key, names in named.items():
        if names:
            yield _cause(key, count=len(names), names=", ".join(names))


def _source_name(source: Source) -> str:
    parts = (source.file, source.member, source.table)
    return " / ".join(dict.fromkeys(part for part in parts if part))


def _reading_causes(old: Impact, new: Impact) -> Iterator[Reason]:
    """Columns of the same table and place that are now read as another field."""
    sides = [
        {(table.source, table.name, column.position): column for table in impact.tables for column in table.columns}
        for impact in (old, new)
    ]
    other = [
        f"{column.name} ({sides[0][key].field} → {column.field})"
        for key, column in sides[1].items()
        if key in sides[0] and sides[0][key].field != column.field
    ]
    if other:
        yield _cause("columns", count=len(other), names=", ".join(other))


def _different_keys(old: Mapping[str, Any], new: Mapping[str, Any], prefix: str = "") -> list[str]:
    keys: list[str] = []
    for key in dict.fromkeys([*old, *new]):
        here, there = old.get(key), new.get(key)
        if isinstance(here, dict) and isinstance(there, dict):
            keys += _different_keys(here, there, f"{prefix}{key}.")
        elif here != there:
            keys.append(f"{prefix}{key}")
    return keys


def spaced(text: str) -> str:
    """French text with a narrow no-break space before its colons and semicolons."""
    return text.replace(" :", "\u202f:").replace(" ;", "\u202f;")
