"""What leaked of a segment in plain words: the kinds of data, what may follow, what to do about it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from breachkit.impact import Impact, Segment
from breachkit.incident import Incident
from breachkit.information.facts import blank, fill, held_words, letter_table
from breachkit.reference.catalogue import field_label, fields, load_toml

MINORS = ("child", "teenager")


@cache
def advice_table() -> dict[str, Any]:
    """`reference/advice.toml`, parsed once; it must not be changed by the caller."""
    return load_toml("advice.toml")


def exposed(impact: Impact, segment: Segment) -> tuple[str, ...]:
    """The fields that leaked of somebody in the segment; of the impact where the segment does not say."""
    if segment.fields:
        return segment.fields
    return tuple(one.field for one in impact.exposure if one.field is not None and one.persons > 0)


def outspoken(segment: Segment) -> bool:
    """Whether the text may tell private data from others: only the person is meant to read it, or it is of nobody."""
    return segment.status in ("adult", "notice")


def kinds_of_data(impact: Impact, segment: Segment, language: str) -> list[str]:
    """One line for each kind of data, "for some persons" where not everybody's leaked.

    Where somebody else may read the letter, nothing tells whether private data leaked.
    """
    leaked, lines = exposed(impact, segment), []
    for entry in letter_table()["categories"]:
        of_kind = [field for field in leaked if fields()[field].cnil_type in entry["types"]]
        if not of_kind or (entry.get("private") and not outspoken(segment)):
            continue
        labels = list(dict.fromkeys(_in_sentence(field, language) for field in of_kind))
        line = entry[language].format(labels=", ".join(labels))
        some = all(field in segment.partial for field in of_kind)
        lines.append(letter_table()["some"][language].format(line=line) if some else line)
    return lines or [blank("description", language)]


def _in_sentence(field: str, language: str) -> str:
    """A field in the middle of a sentence, without its examples: « nom d'usage », but « IBAN » stays."""
    plain = letter_table()["fields"].get(field)
    if plain is not None:
        return str(plain[language])
    label = field_label(field, language).split(" (", 1)[0]
    return label[:1].lower() + label[1:] if label[1:2].islower() else label


def consequences(impact: Impact, segment: Segment, language: str) -> list[str]:
    """What the person may fear, in the order of the reference."""
    return _fitting(advice_table()["consequences"], impact, segment, language, "letter")


def advice(impact: Impact, segment: Segment, language: str, channel: str = "letter") -> list[str]:
    """What the person can do, in the order of the reference; `channel` is what may be imitated."""
    return _fitting(advice_table()["advice"], impact, segment, language, channel)


def _fitting(
    entries: Sequence[Mapping[str, Any]], impact: Impact, segment: Segment, language: str, channel: str
) -> list[str]:
    leaked = set(exposed(impact, segment))
    leaked |= {"private"} if segment.sensitive or not outspoken(segment) else set()
    leaked |= {"minor"} if segment.status in MINORS else set()
    incident = Incident(**impact.incident)
    natures: set[str] = {*incident.breach.nature}
    natures |= set() if "confidentiality" in natures else {"not_leaked"}
    words = {
        **letter_table()["words"][segment.status][language],
        **held_words(incident, language),
        "this": letter_table()["this"][channel][language],
    }
    return [
        fill(one[language], words)
        for one in entries
        if (not one["needs"] or leaked & {*one["needs"]}) and natures & {*one.get("nature", ("confidentiality",))}
    ]


def bullets(lines: Sequence[str]) -> str:
    """The lines as a Markdown list."""
    return "\n".join(f"- {line}" for line in lines)
