"""What information-patients.pdf says: who to inform, by which channel, with which letter, and with what care."""

from __future__ import annotations

from typing import Any

from breachkit.impact import Impact, Segment
from breachkit.report import grids
from breachkit.report.format import number, quantity, share_of
from breachkit.report.front_page import tile
from breachkit.report.grid import sentence
from breachkit.report.printing import frame_of, reference_pairs
from breachkit.report.wording import Wording, wording

CHANNELS = ("email", "phone", "postal", "none")


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
        "segments": [_segment(one, words) for one in impact.information.segments],
        "cautions": _cautions(impact, words),
    }


def _tiles(impact: Impact, words: Wording) -> list[dict[str, str]]:
    language, segments = words.language, impact.information.segments
    total, none = sum(one.persons for one in segments), sum(one.none for one in segments)
    special = impact.free_text.persons_with_special_category
    share = share_of(none, total, language)
    return [
        tile(number(total, language), words.text("information.tile_total")),
        tile(
            number(none, language),
            words.text("information.tile_unreachable"),
            words.text("information.unreachable_share", share=share) if total else "",
        ),
        tile(number(special, language), words.text("information.tile_special")),
    ]


def _segment(one: Segment, words: Wording) -> dict[str, Any]:
    language = words.language
    return {
        "criteria": sentence(one.criteria, language),
        "persons": quantity(one.persons, "persons", language),
        "letter": f"lettres/{one.letter}.md" if one.letter else "",
        "channels": {
            "header": [words.text("information.channels"), words.text("columns.persons")],
            "items": [
                {
                    "label": words.text(f"channels.{key}"),
                    "share": getattr(one, key) / one.persons if one.persons else 0,
                    "text": f"{number(getattr(one, key), language)} "
                    f"({share_of(getattr(one, key), one.persons, language)})",
                }
                for key in CHANNELS
            ],
        },
    }


def _cautions(impact: Impact, words: Wording) -> list[str]:
    """The rules of section 2 of the law's reading that this impact makes relevant; the general ones always."""
    keys = ["dedicated", "content"]
    keys += ["minors"] if impact.people.minors.high else []
    keys += ["deceased"] if impact.people.deceased.high else []
    keys += ["third"] if impact.people.third_parties.high else []
    keys += ["phishing", "stale", "public"]
    return [words.text(f"information.caution_{key}") for key in keys]
