"""Who is to be informed in which way: a partition of the persons, with the channels that reach them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

from breachkit.impact import ReachGroup, Reason, Segment
from breachkit.reference.catalogue import load_toml


@cache
def segment_table() -> dict[str, Any]:
    """`reference/segments.toml`, parsed once; it must not be changed by the caller."""
    return load_toml("segments.toml")


def segments(groups: Sequence[ReachGroup]) -> tuple[Segment, ...]:
    """The segments of an incident, in the order of the reference; a segment of nobody is left out.

    Every group falls in exactly one segment, so the persons and each channel add up to those of the groups.
    Deceased persons are one segment whatever their notes say, without a letter.
    """
    found = []
    for entry in segment_table()["segments"]:
        members = [group for group in groups if _belongs(group, entry)]
        persons = sum(group.persons for group in members)
        if persons == 0:
            continue
        found.append(
            Segment(
                id=entry["id"],
                criteria=Reason(id=f"segment.{entry['id']}", fr=entry["fr"], en=entry["en"]),
                persons=persons,
                email=sum(group.email for group in members),
                phone=sum(group.phone for group in members),
                postal=sum(group.postal for group in members),
                none=sum(group.none for group in members),
                letter=entry["letter"] or None,
            )
        )
    return tuple(found)


def _belongs(group: ReachGroup, entry: dict[str, Any]) -> bool:
    return group.status == entry["status"] and entry.get("special", group.special) == group.special
