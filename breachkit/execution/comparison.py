"""`breachkit compare`: two releases side by side, for a complementary notification."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from breachkit.errors import Language, UsageError
from breachkit.execution.console import say
from breachkit.execution.released import released_impact
from breachkit.notification.comparison import Change, Comparison, Count, compare
from breachkit.notification.form import form_table
from breachkit.report.format import bounds, number, typography
from breachkit.report.pdf import write_comparison_report

_COLON = {"fr": "\u202f: ", "en": ": "}
SHORT_DIGEST = 12  # hexadecimal digits shown to a person; the whole digest stands in comparison.json


def comparison(old: Path, new: Path) -> Comparison:
    """The comparison of two release folders; UsageError where one has no impact, or where both cover other things."""
    impacts = released_impact(old), released_impact(new)
    if impacts[0].scope != impacts[1].scope:
        raise UsageError(say("compare_scope", "fr"), say("compare_scope", "en"))
    digests = _digest(old), _digest(new)
    return compare(impacts[0], impacts[1], digests, (_versions(old), _versions(new)))


def _digest(folder: Path) -> str:
    return hashlib.sha256((folder / "impact.json").read_bytes()).hexdigest()


def _versions(folder: Path) -> dict[str, str]:
    """The versions of a manifest; none where it is missing, so that the comparison of figures still stands."""
    try:
        told = json.loads((folder / "manifest.json").read_text(encoding="utf-8")).get("versions", {})
    except (OSError, ValueError):
        return {}
    return {str(name): str(version) for name, version in told.items()}


def comparison_text(found: Comparison, language: Language) -> str:
    """The comparison for a person: the sentence first, then every change with its bounds, then the causes."""
    lines = [getattr(found.sentence, language), ""]
    for title, changes in (
        ("compare_figures", found.figures),
        ("compare_exposure", found.exposure),
        ("compare_controllers", found.controllers),
    ):
        if changes:
            lines += [say(title, language), *(_line(one, language) for one in changes), ""]
    if found.judgements:
        lines.append(say("compare_judgements", language))
        for one in found.judgements:
            old, new = getattr(one.old_words, language), getattr(one.new_words, language)
            lines.append(typography(f"  {getattr(one.label, language)}{_COLON[language]}{old} → {new}", language))
        lines.append("")
    lines += [say("compare_causes", language), *(f"  {getattr(one, language)}" for one in found.causes), ""]
    digests = found.old_sha256[:SHORT_DIGEST], found.new_sha256[:SHORT_DIGEST]
    lines.append(say("compare_digests", language, old=digests[0], new=digests[1]))
    return "\n".join(lines) + "\n"


def _line(one: Change, language: Language) -> str:
    sign = "+" if one.delta > 0 else "\u2212"
    text = form_table("comparison.toml")["text"]
    doubt = ""
    if one.old and one.new and (one.old.low, one.new.low) != (one.old.high, one.new.high):
        doubt = f", {text['within' if one.within_doubt else 'beyond'][language]}"
    told = f"{_shown(one.old, language)} → {_shown(one.new, language)}"
    delta = f"{sign}{number(abs(one.delta), language)} {getattr(one.unit, language)}"
    return typography(f"  {getattr(one.label, language)}{_COLON[language]}{told} ({delta}{doubt})", language)


def _shown(count: Count | None, language: Language) -> str:
    if count is None:
        return "–"
    best = number(count.best, language)
    return best if count.low == count.high else f"{best} [{bounds(count.low, count.high, language)}]"


def write_comparison(found: Comparison, new: Path, out: Path, language: Language) -> tuple[Path, ...]:
    """comparison.json, .txt and .pdf in a folder made if missing; aggregates, as impact.json of the folder `new`."""
    out.mkdir(parents=True, exist_ok=True)
    compared = found.model_dump(mode="json", by_alias=True)
    document = json.dumps(compared, ensure_ascii=False, indent=2) + "\n"
    written = out / "comparison.json", out / "comparison.txt", out / "comparison.pdf"
    for path, text in zip(written, (document, comparison_text(found, language)), strict=False):
        path.write_text(text, encoding="utf-8")
    write_comparison_report(released_impact(new), compared, written[2], language)
    return written
