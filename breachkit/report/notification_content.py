"""What notification-cnil.pdf says: the fields of the form in their own order, each with its state.

The form is `{"cnil": {id: field}, "edpb": {id: field}}`, a field being `{section, label, value, options?, status,
note}`. A value may be a text, a number, a yes/no, a list of those, a table of named values, or nothing. `options`
are the choices of a closed list, as texts or as `{value or code, label}`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from breachkit.impact import Impact
from breachkit.report.format import clock, number, short_number, typography
from breachkit.report.printing import frame_of, reference_pairs
from breachkit.report.wording import Wording, wording

FILLED = frozenset({"filled", "rempli", "complete", "computed", "declared"})
PROPOSED = frozenset({"proposed", "propose", "proposé", "suggested"})
LONG_ANSWER = 1200  # letters: above this a field may run over two pages. Our choice.
LETTERS_A_LINE = 50  # of the column of answers: a short line takes a line as well
STATUSES = ("filled", "proposed", "to_complete")


def notification_content(impact: Impact, form: Mapping[str, Any], language: str) -> dict[str, Any]:
    """The data of the template `notification`."""
    words = wording(language)
    kind, title = words.text("notification.kind"), words.text("notification.title")
    content = frame_of(
        impact, language, title=title, kind=kind, running=title, footer=words.text("notification.footer")
    )
    cnil = [_field(one, words) for one in form.get("cnil", {}).values()]
    edpb = [_field(one, words, brief=True) for one in form.get("edpb", {}).values()]
    counts = {key: sum(one["status"] == key for one in cnil) for key in STATUSES}
    deadline = impact.obligations.deadline
    return content | {
        "title": title,
        "meta": reference_pairs(impact, language),
        "deadline": clock(deadline, language) if deadline else "",
        "counts": words.text(
            "notification.counts",
            filled=number(counts["filled"], language),
            proposed=number(counts["proposed"], language),
            missing=number(counts["to_complete"], language),
            total=number(len(cnil), language),
        ),
        "legend": [
            {"status": key, "help": words.text(f"status_help.{key}"), "count": number(counts[key], language)}
            for key in STATUSES
        ],
        "sections": _sections(cnil),
        "edpb": _sections(edpb),
        "missing": _sections(one for one in cnil if one["status"] == "to_complete"),
    }


def _sections(found: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Fields under their sections, in the form's own order."""
    sections: list[dict[str, Any]] = []
    for one in found:
        if not sections or sections[-1]["title"] != one["section"]:
            sections.append({"title": one["section"], "fields": []})
        sections[-1]["fields"].append(one)
    return sections


def _said(value: Any, words: Wording) -> str:
    """A label, section or note in the language: a text, or one text per language."""
    if isinstance(value, Mapping):
        value = value.get(words.language) or value.get("fr") or ""
    return typography(str(value), words.language) if value else ""


def status_of(status: Any) -> str:
    """The state of a field: filled, proposed, or to_complete for any other word."""
    text = str(status or "").lower()
    if text in FILLED:
        return "filled"
    return "proposed" if text in PROPOSED else "to_complete"


def value_lines(value: Any, words: Wording) -> list[str]:
    """A value as lines of text; no line where there is none."""
    language = words.language
    if value is None or value == "":
        return []
    if isinstance(value, bool):
        return [words.text("notification.yes" if value else "notification.no")]
    if isinstance(value, int):
        return [number(value, language)]
    if isinstance(value, float):
        return [short_number(value, language)]
    if isinstance(value, Mapping):
        if set(value) == {"fr", "en"}:
            return [_said(value, words)]
        separator = words.text("separator")
        named = [(key, value_lines(item, words)) for key, item in value.items()]
        return [f"{_said(key, words)}{separator}{', '.join(lines)}" for key, lines in named if lines]
    if isinstance(value, list | tuple):
        return [line for item in value for line in value_lines(item, words)]
    text = str(value)
    if len(text) >= 16 and text[4:5] == "-" and text[10:11] in "T ":
        return [clock(text, language)]
    return [typography(line, language) for line in text.splitlines() if line.strip()]


def _choices(one: Mapping[str, Any], words: Wording) -> list[dict[str, Any]]:
    """The choices of a closed list, each ticked where the value names its code or its label."""
    chosen = one.get("value")
    picked = {str(item) for item in (chosen if isinstance(chosen, list | tuple) else [chosen])}
    found = []
    for option in one.get("options") or ():
        named = option if isinstance(option, Mapping) else {"label": option}
        names = {str(named[key]) for key in ("value", "code", "label") if named.get(key) is not None}
        label = named.get("label") or named.get("value") or named.get("code")
        found.append({"label": _said(label, words), "ticked": bool(names & picked)})
    return found


def _field(one: Mapping[str, Any], words: Wording, *, brief: bool = False) -> dict[str, Any]:
    """One field laid out; `brief` leaves out the choices not ticked, once one is."""
    status = status_of(one.get("status"))
    choices = _choices(one, words)
    ticked = any(choice["ticked"] for choice in choices)
    lines = [] if ticked else value_lines(one.get("value"), words)
    shown = [choice for choice in choices if choice["ticked"] or not (brief and ticked)]
    note = _said(one.get("note"), words)
    told = [*lines, *(choice["label"] for choice in shown), note]
    return {
        "section": _said(one.get("section"), words),
        "label": _said(one.get("label"), words),
        "status": status,
        "word": words.text(f"statuses.{status}"),
        "lines": lines,
        "long": sum(max(len(line), LETTERS_A_LINE) for line in told) > LONG_ANSWER,
        "choices": shown,
        "source": _said(one.get("source"), words),
        "unknown": status == "to_complete" and bool(one.get("may_be_unknown")),
        "note": note,
    }
