"""What comparison.pdf says: the sentence of the complementary notification, what changed, and where it comes from.

The comparison is `{figures, exposure, controllers: [{label, unit, old, new, delta, within_doubt}], judgements,
causes, sentence, old_sha256, new_sha256, same}`, labels being `{fr, en}`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from breachkit.impact import Impact
from breachkit.report.format import MINUS, number, typography
from breachkit.report.grid import Grid, Kind
from breachkit.report.printing import LONGEST_REFERENCE, frame_of, incident_text, printed, reference_pairs, shortened
from breachkit.report.wording import Wording, wording

CONTROLLERS_SHOWN = 60  # on two pages; every controller is in comparison.json. Our choice.
_COUNTS: tuple[tuple[str, Kind], ...] = (
    ("figure", "text"), ("old", "text"), ("new", "text"), ("difference", "text"), ("doubt", "text"),
)  # fmt: skip


def comparison_content(new: Impact, compared: Mapping[str, Any], language: str) -> dict[str, Any]:
    """The data of the template `comparison`; `new` is the later of the two impacts."""
    words = wording(language)
    kind, title = words.text("comparison.kind"), words.text("comparison.title")
    previous = incident_text(new, "incident", "previous_reference")
    told = shortened(previous, LONGEST_REFERENCE) if previous else words.text("comparison.no_previous")
    content = frame_of(new, language, title=title, kind=kind, running=title, footer=words.text("comparison.footer"))
    controllers = compared["controllers"]
    more = ""
    if len(controllers) > CONTROLLERS_SHOWN:
        more = words.text(
            "comparison.more",
            shown=number(CONTROLLERS_SHOWN, language),
            total=number(len(controllers), language),
        )
    content["words"]["comparison"] = words.section("comparison")
    return content | {
        "title": title,
        "meta": [*reference_pairs(new, language), [words.text("comparison.previous"), told]],
        "sentence": _said(compared["sentence"], words),
        "figures": _counts(compared["figures"], words),
        "exposure": _counts(compared["exposure"], words),
        "controllers": _counts(controllers[:CONTROLLERS_SHOWN], words),
        "more": more,
        "judgements": _judgements(compared["judgements"], words),
        "causes": [_said(one, words) for one in compared["causes"]],
        "same": words.text("comparison.same", count=number(len(compared["same"]), language)),
        "digests": [
            [words.text("comparison.old_digest"), compared["old_sha256"]],
            [words.text("comparison.new_digest"), compared["new_sha256"]],
        ],
    }


def _said(text: Mapping[str, str], words: Wording) -> str:
    return typography(text[words.language], words.language)


def _counts(changes: Iterable[Mapping[str, Any]], words: Wording) -> dict[str, Any]:
    rows = tuple(
        (
            _said(one["label"], words),
            _shown(one["old"], words),
            _shown(one["new"], words),
            _difference(one, words),
            words.text("comparison.within" if one["within_doubt"] else "comparison.beyond") if _doubted(one) else "–",
        )
        for one in changes
    )
    return printed(Grid(_COUNTS, rows), words.language)


def _difference(one: Mapping[str, Any], words: Wording) -> str:
    sign = "+" if one["delta"] > 0 else MINUS
    return f"{sign}{number(abs(one['delta']), words.language)} {_said(one['unit'], words)}"


def _doubted(one: Mapping[str, Any]) -> bool:
    """Whether one of the two counts has bounds."""
    return any(count is not None and count["low"] != count["high"] for count in (one["old"], one["new"]))


def _shown(count: Mapping[str, int] | None, words: Wording) -> str:
    if count is None:
        return "–"
    best = number(count["best"], words.language)
    if count["low"] == count["high"]:
        return best
    low, high = (number(count[key], words.language) for key in ("low", "high"))
    return f"{best} ({words.text('interval.range', low=low, high=high)})"


def _judgements(found: Iterable[Mapping[str, Any]], words: Wording) -> dict[str, Any]:
    rows = tuple(
        (_said(one["label"], words), _said(one["old_words"], words), _said(one["new_words"], words)) for one in found
    )
    heads: tuple[tuple[str, Kind], ...] = (("conclusion", "text"), ("old", "text"), ("new", "text"))
    return printed(Grid(heads, rows), words.language)
