"""What changed between two runs, and why: the figures and the sentence of a complementary notification.

Two impacts are read, the former and the new one. A difference of two counts is told with whether their bounds
overlap: then it lies within what was doubtful already. GDPR art. 33(4).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any, Literal

from pydantic import Field

from breachkit.impact import Frozen, Impact, Reason
from breachkit.notification.causes import TABLE, causes, spaced
from breachkit.notification.form import form_table, moment, number
from breachkit.reference.catalogue import categories, fields

LANGUAGES = ("fr", "en")


class Words(Frozen):
    """A text in both languages."""

    fr: str
    en: str


class Count(Frozen):
    """A count of one run with its bounds; equal bounds where it is exact."""

    low: int
    best: int
    high: int


class Change(Frozen):
    """One figure in both runs: `old` or `new` is null where that run has none."""

    id: str
    label: Words
    unit: Words
    old: Count | None
    new: Count | None
    delta: int
    within_doubt: bool


class Judgement(Frozen):
    """One conclusion in both runs, as its id and in words."""

    id: str
    label: Words
    old: str | None
    new: str | None
    old_words: Words
    new_words: Words


class Comparison(Frozen):
    """Two runs side by side: what changed, why, and how to say it. `same` lists the figures that did not change."""

    schema_: Literal["breachkit.comparison/1"] = Field(default="breachkit.comparison/1", alias="schema")
    old_sha256: str
    new_sha256: str
    figures: tuple[Change, ...]
    exposure: tuple[Change, ...]
    controllers: tuple[Change, ...]
    judgements: tuple[Judgement, ...]
    same: tuple[str, ...]
    causes: tuple[Reason, ...]
    sentence: Words


def compare(
    old: Impact, new: Impact, digests: tuple[str, str], versions: tuple[Mapping[str, str], Mapping[str, str]]
) -> Comparison:
    """The comparison of two impacts; `digests` are the SHA-256 of their files, `versions` those of their manifests."""
    documents = old.model_dump(mode="json", by_alias=True), new.model_dump(mode="json", by_alias=True)
    figures = [_figure(path, entry, *documents) for path, entry in _table()["figures"].items()]
    changed = tuple(one for one in figures if one is not None and one.delta)
    exposure = tuple(_exposure(old, new))
    judgements = tuple(_judgements(*documents))
    return Comparison(
        old_sha256=digests[0],
        new_sha256=digests[1],
        figures=changed,
        exposure=exposure,
        controllers=tuple(_controllers(old, new)),
        judgements=judgements,
        same=tuple(one.id for one in figures if one is not None and not one.delta),
        causes=tuple(causes(old, new, versions)),
        sentence=_sentence(changed, exposure, judgements),
    )


def _table() -> dict[str, Any]:
    return form_table(TABLE)


def _words(entry: Mapping[str, str], **values: Words | int | str) -> Words:
    """An entry of the reference in both languages, its numbers and words put in."""

    def said(language: str) -> str:
        shown = {
            key: number(one, language)
            if isinstance(one, int)
            else one
            if isinstance(one, str)
            else getattr(one, language)
            for key, one in values.items()
        }
        return entry[language].format(**shown)

    return Words(fr=said("fr"), en=said("en"))


def _at(document: Any, path: str) -> Any:
    for part in path.split("."):
        document = document.get(part) if isinstance(document, dict) else None
    return document


def _count(value: Any) -> Count | None:
    if isinstance(value, dict):
        return Count(low=value["low"], best=value["best"], high=value["high"])
    return None if value is None else Count(low=value, best=value, high=value)


def _unit(unit: str, value: int) -> Words:
    names = _table()["units"][unit]
    return Words(fr=names["fr"][abs(value) > 1], en=names["en"][abs(value) != 1])


def _change(identifier: str, label: Words, unit: str, old: Count | None, new: Count | None) -> Change:
    delta = (new.best if new else 0) - (old.best if old else 0)
    within = bool(old and new and old.low <= new.high and new.low <= old.high and delta)
    return Change(
        id=identifier, label=label, unit=_unit(unit, delta), old=old, new=new, delta=delta, within_doubt=within
    )


def _figure(path: str, entry: Mapping[str, Any], old: Any, new: Any) -> Change | None:
    counts = _count(_at(old, path)), _count(_at(new, path))
    if counts == (None, None):
        return None
    return _change(path, Words(fr=entry["fr"], en=entry["en"]), entry["unit"], *counts)


def _exposure(old: Impact, new: Impact) -> Iterator[Change]:
    """Persons by field and by special category, where they differ."""
    sides = []
    for impact in (old, new):
        sides.append({(one.field, one.special_category): one for one in impact.exposure})
    for key in dict.fromkeys([*sides[1], *sides[0]]):
        known = fields()[key[0]] if key[0] else categories()[str(key[1])]
        counts = [
            Count(low=one.low, best=one.persons, high=one.high) if (one := side.get(key)) else None for side in sides
        ]
        change = _change(
            key[0] or f"special.{key[1]}", Words(fr=known.label_fr, en=known.label_en), "person", counts[0], counts[1]
        )
        if change.delta:
            yield change


def _controllers(old: Impact, new: Impact) -> Iterator[Change]:
    """Controllers whose number of patients differs, new ones and those that are gone; the largest change first."""
    sides = [{one.id: one for one in impact.controllers} for impact in (old, new)]
    changes = []
    for identifier in {**sides[0], **sides[1]}:
        one = sides[1].get(identifier) or sides[0][identifier]
        counts = [
            Count(low=found.patients.low, best=found.patients.best, high=found.patients.high)
            if (found := side.get(identifier))
            else None
            for side in sides
        ]
        label = one.label or identifier
        changes.append(_change(identifier, Words(fr=label, en=label), "person", counts[0], counts[1]))
    yield from sorted((one for one in changes if one.delta), key=lambda one: (-abs(one.delta), one.id))


def _judgements(old: Any, new: Any) -> Iterator[Judgement]:
    for path, entry in _table()["judgements"].items():
        values = [_at(document, path) for document in (old, new)]
        if values[0] == values[1]:
            continue
        said = [_judged(one, entry["words"]) for one in values]
        ids = [None if one is None else str(one) for one in values]
        label = Words(fr=entry["fr"], en=entry["en"])
        yield Judgement(id=path, label=label, old=ids[0], new=ids[1], old_words=said[0], new_words=said[1])


def _judged(value: Any, words: str) -> Words:
    if value is None:
        return Words(**_table()["words"]["none"]["none"])
    if words == "moment":
        when = datetime.fromisoformat(str(value))
        return Words(fr=str(moment(when, "fr")), en=str(moment(when, "en")))
    if words:
        return Words(**_table()["words"][words][str(value)])
    plain = f"{value:g}"
    return Words(fr=plain.replace(".", ","), en=plain)


def _sentence(figures: Iterable[Change], exposure: Iterable[Change], judgements: Iterable[Judgement]) -> Words:
    """The sentence to paste into a complementary notification: every changed figure, then what else changed."""
    text = _table()["text"]
    parts: list[Words] = []
    for one in figures:
        if _table()["figures"][one.id].get("aside"):
            continue
        entry = text["rise" if one.delta > 0 else "fall"]
        old, new = one.old.best if one.old else 0, one.new.best if one.new else 0
        parts.append(_words(entry, count=abs(one.delta), unit=one.unit, label=_lower(one.label), old=old, new=new))
    changes = list(exposure)
    for key, gone in (("exposed", False), ("withdrawn", True)):
        listed = [one for one in changes if _zero(one.new if gone else one.old)]
        if listed:
            names = Words(
                fr=", ".join(_lower(one.label).fr for one in listed),
                en=", ".join(_lower(one.label).en for one in listed),
            )
            parts.append(_words(text[key], names=names))
    for judged in judgements:
        parts.append(_words(text["judged"], label=_lower(judged.label), old=judged.old_words, new=judged.new_words))
    if not parts:
        return Words(**text["nothing"])
    joined = [text["separator"][one].join(getattr(part, one) for part in parts) for one in LANGUAGES]
    return Words(fr=spaced(f"{text['since']['fr']} : {joined[0]}."), en=f"{text['since']['en']}: {joined[1]}.")


def _zero(count: Count | None) -> bool:
    return count is None or count.best == 0


def _lower(label: Words) -> Words:
    """A label in the middle of a sentence; an acronym keeps its capitals."""
    return Words(**{one: _lowered(getattr(label, one)) for one in LANGUAGES})


def _lowered(text: str) -> str:
    return text[:1].lower() + text[1:] if text[1:2].islower() else text
