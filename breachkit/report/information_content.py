"""What information-patients.pdf says: who to inform, by which channel, with which letter, and with what care."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from breachkit.impact import Impact, Reach, Segment
from breachkit.reference.catalogue import load_toml
from breachkit.report import grids
from breachkit.report.format import day, number, quantity, share_of, typography
from breachkit.report.front_page import tile
from breachkit.report.grid import sentence
from breachkit.report.printing import frame_of, reference_pairs
from breachkit.report.shared_grids import segment_name
from breachkit.report.wording import Wording, wording

CHANNELS = ("email", "mobile", "landline", "postal", "none")
TEXTS = ("letter", "email", "sms", "phone", "poster", "website", "deceased", "third")
MOST_MIXES = 10  # combinations of channels told; the rest are rare


def information_content(impact: Impact, language: str) -> dict[str, Any]:
    """The data of the template `information`."""
    words = wording(language)
    kind, title = words.text("information.kind"), words.text("information.title")
    content = frame_of(impact, language, title=title, kind=kind, running=title, footer=words.text("report.footer"))
    owed = grids.obligations(impact, language).rows[1]
    return content | {
        "title": title,
        "meta": reference_pairs(impact, language),
        "tiles": _tiles(impact, words),
        "owed": {"verdict": owed[1].capitalize(), "when": f"{owed[2][:1].upper()}{owed[2][1:]}."},
        "reasons": [sentence(one, language) for one in impact.obligations.reasons],
        "segments": _segments(impact, words),
        "groups": _groups(impact, words),
        "reach": reach_told(impact.information.reach, words),
        "effort": effort_told(impact, words),
        "texts": texts_table(impact, words),
        "blanks": blanks_told(impact, words),
        "cautions": _cautions(impact, words),
        "bodies": _bodies(words),
    }


def _living(impact: Impact) -> list[Segment]:
    return [one for one in impact.information.segments if one.status != "deceased"]


def _tiles(impact: Impact, words: Wording) -> list[dict[str, str]]:
    language, segments = words.language, _living(impact)
    total, none = sum(one.persons for one in segments), sum(one.none for one in segments)
    sensitive = sum(one.persons for one in segments if one.sensitive)
    share = share_of(none, total, language)
    return [
        tile(number(total, language), words.text("information.tile_total")),
        tile(
            number(none, language),
            words.text("information.tile_unreachable"),
            words.text("information.unreachable_share", share=share) if total else "",
        ),
        tile(number(sensitive, language), words.text("information.tile_special")),
    ]


def _table(words: Wording, heads: Sequence[str], rows: Sequence[Sequence[str]], texts: Sequence[str]) -> dict[str, Any]:
    """A table of ready texts; `texts` are the heads whose cells are words, aligned left."""
    return {
        "header": [words.text(f"information.head_{key}") for key in heads],
        "align": ["left" if key in texts else "right" for key in heads],
        "rows": [list(row) for row in rows],
    }


def _segments(impact: Impact, words: Wording) -> dict[str, Any]:
    """Each group with the persons that each channel reaches and its letter, then all the living together."""
    language = words.language
    rows = [
        [
            segment_name(one, words),
            *(number(getattr(one, key), language) for key in ("persons", *CHANNELS)),
            one.letter or "–",
        ]
        for one in impact.information.segments
    ]
    living = _living(impact)
    if living:
        sums = (sum(getattr(one, key) for one in living) for key in ("persons", *CHANNELS))
        rows.append([words.text("information.every_segment"), *(number(count, language) for count in sums), ""])
    return _table(words, ("group", "persons", *CHANNELS, "letter"), rows, ("group", "letter"))


def _groups(impact: Impact, words: Wording) -> list[str]:
    """What each status, then each kind of leak, calls for: those that somebody has."""
    table, segments = load_toml("segments.toml"), impact.information.segments
    statuses, leaks = {one.status for one in segments}, {one.leaked for one in segments if not one.sensitive}
    told = [one for one in table["statuses"] if one["id"] in statuses]
    told += [one for one in table["leaks"] if one["id"] in leaks]
    told += [table["sensitive"]] if any(one.sensitive for one in segments) else []
    return [typography(one[words.language], words.language) for one in told]


def reach_told(reach: Reach | None, words: Wording) -> dict[str, Any] | None:
    """Channels with the persons they reach and those who share them; None where it was not counted."""
    if reach is None or not reach.persons:
        return None
    language, phone = (
        words.language,
        sum(one.persons for one in reach.mixes if {"mobile", "landline"} & {*one.channels}),
    )
    counted = [
        (words.text("charts.reach.email"), reach.email, reach.email_shared),
        (words.text("information.shared_phone"), phone, reach.phone_shared),
        (words.text("charts.reach.postal"), reach.postal, reach.postal_shared),
    ]
    rows = [
        [name, number(count, language), share_of(count, reach.persons, language), number(shared, language)]
        for name, count, shared in counted
    ]
    rows.append(
        [
            words.text("information.no_channel_at_all"),
            number(reach.none, language),
            share_of(reach.none, reach.persons, language),
            "–",
        ]
    )
    notes = []
    if reach.only_shared:
        notes.append(_sentence(words, "only_shared", count=quantity(reach.only_shared, "persons", language)))
    if reach.sensitive:
        told = {"count": quantity(reach.sensitive, "persons", language)}
        notes.append(_sentence(words, "sealed", **told, without=number(reach.sensitive_without_post, language)))
    return {
        "table": _table(words, ("channel", "persons", "share", "shared"), rows, ("channel",)),
        "notes": notes,
        "mixes": _mixes(reach, words),
    }


def _mixes(reach: Reach, words: Wording) -> dict[str, Any]:
    language = words.language
    rows = [
        [
            " + ".join(words.text(f"charts.reach.{key}") for key in one.channels)
            or words.text("information.no_channel_at_all"),
            number(one.persons, language),
            share_of(one.persons, reach.persons, language),
        ]
        for one in reach.mixes[:MOST_MIXES]
    ]
    return _table(words, ("mix", "persons", "share"), rows, ("mix",))


def effort_told(impact: Impact, words: Wording) -> dict[str, Any] | None:
    """What supports and what refutes a public notice; None where it was not weighed."""
    effort = impact.information.effort
    if effort is None:
        return None
    return {
        "verdict": words.text(f"information.effort_{effort.verdict}"),
        "supports": [sentence(one, words.language) for one in effort.supports],
        "refutes": [sentence(one, words.language) for one in effort.refutes],
    }


def texts_table(impact: Impact, words: Wording) -> dict[str, Any]:
    """What stands in lettres/, channel by channel; no row for a note that nobody needs."""
    third = impact.people.third_parties.best
    left_out = {"deceased"} if not any(one.status == "deceased" for one in impact.information.segments) else set()
    left_out |= {"third"} if not impact.people.third_parties.high else set()
    rows = [
        [
            words.text(f"information.text_{key}"),
            words.text(f"information.file_{key}"),
            _sentence(words, f"use_{key}", count=number(third, words.language)),
        ]
        for key in TEXTS
        if key not in left_out
    ]
    heads = ("channel", "file", "use")
    return _table(words, heads, rows, heads)


def _sentence(words: Wording, key: str, **values: str) -> str:
    return words.text(f"information.{key}", **values)


def blanks_told(impact: Impact, words: Wording) -> dict[str, Any]:
    """What a person completes in each letter before it leaves."""
    items = [sentence(one, words.language) for one in impact.information.missing]
    items.append(words.text("information.blank_place_date"))
    lead = words.text("information.blanks_lead", count=number(len(items), words.language))
    if any(one.status == "protected" for one in impact.information.segments):
        items.append(words.text("information.blank_guardian"))
    return {"lead": lead, "items": items}


def _cautions(impact: Impact, words: Wording) -> list[str]:
    """The rules of section 2 of the law's reading that this impact makes relevant; the general ones always."""
    keys = ["dedicated", "content", "envelope", "identity"]
    keys += ["minors"] if impact.people.minors.high else []
    keys += ["protected"] if any(one.status == "protected" for one in impact.information.segments) else []
    keys += ["deceased"] if impact.people.deceased.high else []
    keys += ["third"] if impact.people.third_parties.high else []
    keys += ["phishing", "stale", "public"]
    return [words.text(f"information.caution_{key}") for key in keys]


def _bodies(words: Wording) -> dict[str, Any]:
    """The official bodies that the texts name, each with where and when it was read."""
    language = words.language
    rows = [
        [
            typography(one["name"][language], language),
            one["contact"] or "–",
            typography(one["for"][language], language),
            typography(one["source"][language], language),
            f"{day(one['read'], language)} ({one['mark']})",
        ]
        for one in load_toml("advice.toml")["bodies"]
    ]
    heads = ("body", "contact", "for", "source", "mark")
    return _table(words, heads, rows, heads)
