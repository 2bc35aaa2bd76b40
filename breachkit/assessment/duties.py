"""Duties beside GDPR art. 33 and 34, and who answers: reminders, each with its legal ground and its mark.

When each applies is data (`reference/duties.toml`), from the facts of the incident and the answers of the tree.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from breachkit.assessment.clock import awareness
from breachkit.assessment.wording import Words, say, table, words
from breachkit.impact import Duty
from breachkit.incident import PARIS, Incident

State = Literal["due", "check", "advised", "done", "not_done"]
NO = ("no", "non")


def duties_of(incident: Incident, answers: Mapping[str, str]) -> tuple[Duty, ...]:
    """The duties that apply, in the order of the reference; of two with one id the first that applies.

    `answers` are those of the decision tree. A duty that the facts call done or not done says so.
    """
    known = {**answers, **_roles(incident, answers)}
    found: dict[str, Duty] = {}
    for entry in table("duties.toml")["duty"]:
        applies = all(known[name] in accepted for name, accepted in entry["when"].items())
        if applies and entry["id"] not in found:
            found[entry["id"]] = _duty(entry, incident)
    return tuple(found.values())


def _duty(entry: dict[str, Any], incident: Incident) -> Duty:
    unnamed = words(table("duties.toml")["say"]["processor_unnamed"])
    name = incident.processor.name
    return Duty(
        id=entry["id"],
        who=entry["who"],
        state=_state(entry, incident),
        text=say(entry, f"duty.{entry['id']}", processor=Words(name, name) if name else unnamed),
        ground=say(entry["law"], f"law.duty.{entry['id']}"),
        mark=entry["mark"],
        deadline=_deadline(incident, entry.get("within_hours")),
    )


def _state(entry: dict[str, Any], incident: Incident) -> State:
    """What the facts tell of it, else what the reference says it is."""
    told = getattr(incident.others, entry["told"]) if "told" in entry else None
    state: State = entry["state"]
    if told is True:
        return "done"
    if told is False or (isinstance(told, str) and told.strip().lower() in NO):
        return "not_done"
    if told is None or told.strip().lower() in ("", "unknown"):
        return state
    return "done"  # a sentence tells how it was done


def _deadline(incident: Incident, hours: int | None) -> datetime | None:
    start = awareness(incident.dates)
    if hours is None or start is None:
        return None
    return (start[0].astimezone(UTC) + timedelta(hours=hours)).astimezone(PARIS)


def _roles(incident: Incident, answers: Mapping[str, str]) -> dict[str, str]:
    """Who is who, and whether the incident bears on care or on health data."""
    processor, joint = incident.processor, table("duties.toml")["joint"]["stems"]
    hurt = answers["exposure"] != "disproved" or answers["harmed"] != "no"
    is_joint = any(stem in _plain(processor.role) for stem in joint)
    named = bool(processor.name or incident.dates.processor_informed) and not is_joint
    return {
        "place": place(incident),
        "processor": "yes" if named else "no",
        "joint": "yes" if is_joint else "no",
        "serious": "yes" if hurt and (answers["health"] == "yes" or answers["care"] == "yes") else "no",
    }


def place(incident: Incident) -> str:
    """The kind of place the controller is: practice, establishment, other, or unknown where nothing settles it."""
    stems, told = table("duties.toml")["place"], False
    for text in (incident.controller.kind, incident.controller.sector, incident.controller.name):
        plain = _plain(text)
        told = told or (bool(plain) and text is not incident.controller.name)
        for kind in ("practice", "establishment"):
            if any(_has_word(plain, stem) for stem in stems[kind]):
                return kind
        if any(stem in plain for stem in stems["care"]):
            told = False
            break
    return "other" if told else "unknown"


def _has_word(plain: str, stem: str) -> bool:
    """Whether a word of the text begins with the stem; a short stem is a word of its own."""
    padded = f" {plain} "
    return f" {stem} " in padded if len(stem) <= 4 else f" {stem}" in padded


def _plain(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text.lower())
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))
