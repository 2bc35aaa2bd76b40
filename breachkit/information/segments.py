"""Who is to be informed in which way: a partition of the persons, with the channels that reach them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from breachkit.impact import ReachGroup, Reason, Segment
from breachkit.reference.catalogue import fields, load_toml


@cache
def segment_table() -> dict[str, Any]:
    """`reference/segments.toml`, parsed once; it must not be changed by the caller."""
    return load_toml("segments.toml")


@dataclass(frozen=True)
class SegmentKind:
    """One segment that the reference allows: a status and what leaked; `template` is "" where no letter goes."""

    id: str
    status: str
    sensitive: bool
    leaked: str | None  # None: whatever leaked
    template: str
    criteria: Reason


@cache
def segment_kinds() -> tuple[SegmentKind, ...]:
    """Every segment, in the order of the reports; each person is of exactly one."""
    return tuple(_kinds())


def _kinds() -> Iterator[SegmentKind]:
    table = segment_table()
    for status in table["statuses"]:
        if not status["letter"]:
            for sensitive in (False, True):
                yield _kind(status, "", sensitive, None, status)
            continue
        for leak in table["leaks"]:
            yield _kind(status, leak["suffix"], False, leak["id"], status, leak)
        sensitive = table["sensitive"]
        yield _kind(status, sensitive["suffix"], True, None, status, sensitive)


def _kind(status: Any, suffix: str, sensitive: bool, leaked: str | None, *told: Any) -> SegmentKind:
    name = status["segment"] + suffix
    template = status["letter"] + (suffix if sensitive and status.get("outspoken") else "")
    sentence = {language: " ".join(one[language] for one in told) for language in ("fr", "en")}
    return SegmentKind(name, status["id"], sensitive, leaked, template, Reason(id=f"segment.{name}", **sentence))


def segments(groups: Sequence[ReachGroup]) -> tuple[Segment, ...]:
    """The segments of an incident, in the order of the reference; a segment of nobody is left out.

    Every group falls in exactly one segment, so the persons and each channel add up to those of the groups.
    Deceased persons are one segment whatever leaked of them, without a letter.
    """
    found: dict[str, tuple[SegmentKind, list[ReachGroup]]] = {}
    for kind in segment_kinds():
        found.setdefault(kind.id, (kind, []))[1].extend(one for one in groups if _belongs(one, kind))
    return tuple(_segment(kind, members) for kind, members in found.values() if sum(one.persons for one in members))


def _belongs(group: ReachGroup, kind: SegmentKind) -> bool:
    return (group.status, group.sensitive) == (kind.status, kind.sensitive) and kind.leaked in (None, group.leaked)


def _segment(kind: SegmentKind, members: Sequence[ReachGroup]) -> Segment:
    counted = {
        name: sum(getattr(one, name) for one in members)
        for name in ("persons", "email", "phone", "mobile", "landline", "postal", "none")
    }
    leaked = {field for one in members for field in one.fields}
    partial = {field for one in members for field in leaked if field in one.partial or field not in one.fields}
    return Segment(
        id=kind.id,
        criteria=kind.criteria,
        letter=kind.id if kind.template else None,
        status=kind.status,
        sensitive=kind.sensitive,
        leaked=kind.leaked or "contact",
        fields=tuple(field for field in fields() if field in leaked),
        partial=tuple(field for field in fields() if field in partial),
        **counted,
    )
