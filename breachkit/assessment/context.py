"""DPC, the context of the data in ENISA's method: each class present is weighed, the highest counts.

What each field counts as, and the adjustments, are data: `reference/enisa.toml`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from breachkit.assessment.facts import BreachFacts
from breachkit.assessment.wording import Words, joined, say, table, words
from breachkit.impact import Reason
from breachkit.reference.catalogue import categories, fields

MAX_DPC = 4
UNSTATED = {"class": "simple"}  # what is exposed is not told, but whose it is: the least that a class can be


@lru_cache(maxsize=262_144)
def data_context_points(
    exposed: tuple[str, ...],
    special: tuple[str, ...],
    context: tuple[str, ...],
    vulnerable: bool,
    without: frozenset[str],
) -> int:
    """DPC alone, without its reasons: what `score_exposure` gives, for those who score many times."""
    classes = _classes(exposed, special, context, vulnerable, without)
    return max((one.points for one in classes), default=1)


@dataclass(frozen=True)
class _Class:
    """One class of data, weighed: its points, and what decided them."""

    id: str
    points: int
    adjust: int
    why: Words | None
    entries: list[tuple[dict[str, Any], Words]]
    leading: list[tuple[dict[str, Any], Words]]  # those with the highest adjustment


def data_context(
    exposed: tuple[str, ...],
    special: tuple[str, ...],
    context: tuple[str, ...],
    facts: BreachFacts,
    without: frozenset[str],
) -> tuple[int, tuple[Reason, ...]]:
    """DPC of an exposure, with the reason of each class; `without` names rules left out."""
    book = table("enisa.toml")["say"]
    if not exposed and not special and not context and not facts.vulnerable:
        return 1, (say(book["dpc_unstated"], "enisa.dpc.unstated"),)
    classes = _classes(exposed, special, context, facts.vulnerable, without)
    if not classes:
        return 1, (say(book["dpc_none"], "enisa.dpc.none"),)
    dpc = max(one.points for one in classes)
    leading = sorted(classes, key=lambda one: -one.points)  # what decides is told first
    return dpc, (*(_told(one) for one in leading), say(book["dpc"], "enisa.dpc", dpc=dpc))


def _classes(
    exposed: tuple[str, ...],
    special: tuple[str, ...],
    context: tuple[str, ...],
    vulnerable: bool,
    without: frozenset[str],
) -> list[_Class]:
    """Each class that is present, weighed."""
    known = table("enisa.toml")
    entries = _entries(exposed, special)
    if not entries and (context or vulnerable):
        entries = [(UNSTATED, words(known["say"]["unstated_data"]))]
    found = []
    for klass in known["classes"]:
        of_class = [entry for entry in entries if entry[0]["class"] == klass]
        if of_class:
            rules = _context_rules(klass, exposed, context, vulnerable, without)
            found.append(_weighed(klass, of_class, rules, without))
    return found


def _entries(exposed: tuple[str, ...], special: tuple[str, ...]) -> list[tuple[dict[str, Any], Words]]:
    """What each exposed field and each category of the notes counts as, with its label."""
    known = table("enisa.toml")
    entries = []
    for field in exposed:
        if field == "free_text" and special:
            continue  # the categories found in the note are scored themselves
        info = fields()[field]
        entries.append((known["fields"][field], Words(info.label_fr, info.label_en)))
    for category in special:
        kind = categories().get(category)
        label = Words(kind.label_fr, kind.label_en) if kind else Words(category, category)
        entries.append((known["categories"][category], label))
    return entries


def _weighed(
    klass: str, entries: list[tuple[dict[str, Any], Words]], rules: list[dict[str, Any]], without: frozenset[str]
) -> _Class:
    """The score of one class: base, plus the highest adjustment of what is exposed and of the context."""
    known = table("enisa.toml")

    def points_of(entry: dict[str, Any]) -> int:
        return 0 if f"why.{entry.get('why')}" in without else int(entry.get("adjust", 0))

    adjust = max(points_of(entry) for entry, _ in entries)
    leading = [(entry, label) for entry, label in entries if points_of(entry) == adjust]
    why = next((words(known["why"][entry["why"]]) for entry, _ in leading if "why" in entry), None)
    for rule in rules:
        floor = int(rule["adjust"] if "adjust" in rule else rule["at_least"])
        if floor > adjust:
            adjust, why = floor, words(rule)
    points = min(MAX_DPC, max(1, known["classes"][klass]["base"] + adjust))
    return _Class(klass, points, adjust, why, entries, leading)


def _told(one: _Class) -> Reason:
    """The reason of a class's score."""
    known = table("enisa.toml")
    return say(
        known["say"]["dpc_class"],
        f"enisa.dpc.{one.id}",
        klass=_capital(words(known["classes"][one.id])),
        items=joined([label for _, label in (one.entries if one.id == "simple" else one.leading)]),
        base=known["classes"][one.id]["base"],
        adjust=_adjustment(one.adjust, one.why),
        score=one.points,
    )


def _context_rules(
    klass: str, exposed: tuple[str, ...], context: tuple[str, ...], vulnerable: bool, without: frozenset[str]
) -> list[dict[str, Any]]:
    """The rules of context that hold for a class: their condition, and enough of their fields exposed together."""
    holds = {*context, *(("vulnerable",) if vulnerable else ())}

    def applies(name: str, rule: dict[str, Any]) -> bool:
        if rule["class"] != klass or f"context.{name}" in without:
            return False
        enough = len(set(rule.get("fields", ())) & set(exposed)) >= rule.get("at_least_fields", 0)
        return enough and ("when" not in rule or rule["when"] in holds)

    return [rule for name, rule in table("enisa.toml")["context"].items() if applies(name, rule)]


def _adjustment(adjust: int, why: Words | None) -> Words:
    if why is None:
        return Words("", "")
    sign = f"{adjust:+d}".replace("-", "−")  # a minus sign, not a hyphen
    if adjust == 0:
        return Words(f" ({why.fr})", f" ({why.en})")
    return Words(f", {sign} ({why.fr})", f", {sign} ({why.en})")


def _capital(value: Words) -> Words:
    return Words(value.fr[0].upper() + value.fr[1:], value.en[0].upper() + value.en[1:])
