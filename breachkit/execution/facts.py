"""`breachkit assess`: severity and obligations from facts alone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from breachkit.assessment.facts import check_facts, facts_group
from breachkit.assessment.obligations import decide
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
    severity = summarise(profiles)
    obligations = decide(profiles, severity, group.persons, incident)
    return {
        "severity": severity.model_dump(mode="json") if severity else None,
        "profiles": [one.model_dump(mode="json") for one in profiles],
        "obligations": obligations.model_dump(mode="json"),
    }


def facts_text(found: dict[str, Any], language: Language) -> str:
    """The verdicts and their reasons, as a person reads them."""
    words = load_toml("assess.toml")[language]
    lines = []
    severity, obligations = found["severity"], found["obligations"]
    if severity:
        score = severity["enisa"]
        level, cnil = words["levels"][score["level"]], words["cnil"][severity["cnil_level"]]
        lines.append(words["severity"].format(level=level, cnil=cnil, se=short_number(score["se"], language)))
        lines += [f"  - {reason[language]}" for reason in score["reasons"]]
    for key in ("notify_authority", "inform_persons"):
        lines.append(words[key].format(verdict=words["verdicts"][obligations[key]]))
    lines.append(words["deadline"].format(deadline=obligations["deadline"] or words["unknown"]))
    lines += [f"  - {reason[language]}" for reason in obligations["reasons"]]
    return "\n".join(lines) + "\n"
