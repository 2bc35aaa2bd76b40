"""`breachkit assess`: severity and obligations from facts alone."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

from breachkit.assessment.clock import moment_words
from breachkit.assessment.facts import check_facts, facts_group
from breachkit.assessment.obligations import decide
from breachkit.assessment.sensitivity import with_sensitivity
from breachkit.assessment.severity import summarise, weigh
from breachkit.errors import Language
from breachkit.incident import load_incident
from breachkit.reference.catalogue import load_toml
from breachkit.report.format import short_number


def assess_facts(file: Path) -> dict[str, Any]:
    """{"severity", "profiles", "obligations"} of a FACTS.toml, as in the impact; FactsError where it is wrong."""
    incident = load_incident(file)
    check_facts(incident, file.name)
    group = facts_group(incident)
    profiles = weigh([group], incident)
    counted = incident.data.persons is not None
    severity = with_sensitivity(summarise(profiles, incident), profiles, (), incident, group.persons, counted=counted)
    obligations = decide(profiles, severity, group.persons, incident, counted=counted)
    return {
        "severity": severity.model_dump(mode="json") if severity else None,
        "profiles": [one.model_dump(mode="json") for one in profiles],
        "obligations": obligations.model_dump(mode="json"),
    }


def facts_text(found: dict[str, Any], language: Language) -> str:
    """The verdicts and their reasons, as a person reads them."""
    words = load_toml("assess.toml")[language]
    severity, owed = found["severity"], found["obligations"]
    lines = _severity_lines(severity, words, language) if severity else []
    for key in ("notify_authority", "inform_persons"):
        lines.append(words[key].format(verdict=words["verdicts"][owed[key]]))
    lines.append(words["deadline"].format(deadline=_moment(owed["deadline"], language) or words["unknown"]))
    lines += [f"  - {reason[language]}" for reason in owed["reasons"]]
    lines.append(words["path"])
    for step in owed["path"]:
        told = {key: step[key][language] for key in ("question", "answer", "source", "ground")}
        lines.append("  - " + words["step"].format(mark=step["mark"], **told))
    if owed["duties"]:
        lines.append(words["duties"])
        lines += [f"  - {_duty(one, words, language)}" for one in owed["duties"]]
    if severity and severity["sensitivity"]:
        lines.append(words["sensitivity"])
        lines += [f"  - {_what_if(one, words, language)}" for one in severity["sensitivity"]]
    return "\n".join(lines) + "\n"


def _severity_lines(severity: dict[str, Any], words: dict[str, Any], language: Language) -> list[str]:
    score = severity["enisa"]
    level, cnil = words["levels"][score["level"]], words["cnil"][severity["cnil_level"]]
    lines = [words["severity"].format(level=level, cnil=cnil, se=short_number(score["se"], language))]
    lines += [f"  - {reason[language]}" for reason in score["reasons"]]
    if severity["flags"]:
        lines.append(words["flags"])
        lines += [f"  - {flag[language]}" for flag in severity["flags"]]
    return lines


def _duty(one: dict[str, Any], words: dict[str, Any], language: Language) -> str:
    text = words["duty"].format(
        who=words["who"][one["who"]],
        state=words["states"][one["state"]],
        text=one["text"][language],
        ground=one["ground"][language],
        mark=one["mark"],
    )
    by = _moment(one["deadline"], language)
    return f"{text} ({words['duty_deadline'].format(deadline=by)})" if by else str(text)


def _what_if(one: dict[str, Any], words: dict[str, Any], language: Language) -> str:
    return str(
        words["what_if"].format(
            change=one["change"][language],
            level=words["levels"][one["level"]],
            se=short_number(one["se"], language),
            notify=words["verdicts"][one["notify_authority"]],
            inform=words["verdicts"][one["inform_persons"]],
        )
    )


def _moment(value: str | None, language: Language) -> str:
    """A moment of the findings, in Paris time; empty where there is none."""
    if value is None:
        return ""
    told = moment_words(datetime.fromisoformat(value))
    return told.en if language == "en" else told.fr
