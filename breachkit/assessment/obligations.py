"""What GDPR art. 33 and 34 ask for: notify the authority, inform the persons, by when; each with its reasons.

The decision tree is data (`reference/obligations.toml`); this module walks it and keeps every step. It is checked
against the EDPB's 18 cases (Guidelines 01/2021) and the ten examples of Guidelines 9/2022. A verdict is a proposal:
where a fact that would decide is not told, it is "undetermined".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, cast

from breachkit.assessment.answers import Answers, Exposed, answers_of, exposed_of, holds
from breachkit.assessment.clock import clock_reasons, deadline, late
from breachkit.assessment.duties import duties_of
from breachkit.assessment.wording import Words, joined, quarters, say, table, whole, words
from breachkit.impact import DecisionStep, Obligations, Profile, Reason, Severity, Verdict
from breachkit.incident import Incident
from breachkit.reference.catalogue import categories

VERDICT = "verdict:"
Tree = Literal["authority", "persons"]


@dataclass(frozen=True)
class _Case:
    """What the sentences may name."""

    answers: Answers
    exposed: Exposed
    values: dict[str, Words | str | int]


def decide(
    profiles: Sequence[Profile],
    severity: Severity | None,
    persons: int,
    incident: Incident,
    *,
    counted: bool = True,
    exposed: Exposed | None = None,
) -> Obligations:
    """The obligations of a controller, with their reasons and the way through the tree.

    `persons` is the best number of patients; `counted` is false where it only stands for a number not told.
    `exposed` spares computing again what the profiles expose together.
    """
    together = exposed_of(profiles) if exposed is None else exposed
    case = _case(together, severity, persons, incident, counted=counted)
    notify, reasons, path = _walk("authority", case)
    case.answers["authority"] = notify
    inform, more, more_path = _walk("persons", case)
    reasons += more
    if counted and severity is not None and persons > table("obligations.toml")["lines"]["many_persons"]:
        reasons.append(_say("many_persons", case))
    reasons.append(_say("register", case))
    register_only = notify == "no"
    if not register_only:
        reasons += clock_reasons(incident.dates)
    return Obligations(
        notify_authority=notify,
        inform_persons=inform,
        deadline=None if register_only else deadline(incident.dates),
        late=None if register_only else late(incident.dates),
        register_only=register_only,
        reasons=tuple(reasons),
        path=(*path, *more_path),
        duties=duties_of(incident, case.answers),
    )


def _say(rule: str, case: _Case) -> Reason:
    return say(table("obligations.toml")["decide"][rule], f"obligations.{rule}", **case.values)


def _walk(tree: Tree, case: _Case) -> tuple[Verdict, list[Reason], list[DecisionStep]]:
    """The verdict of one tree, the sentences met on the way, and every step."""
    nodes = table("obligations.toml")[tree]
    at, reasons, path = "start", [], []
    while not at.startswith(VERDICT):
        node = nodes[at]
        if node["asks"] == "grounds":
            reasons += _grounds(case)
        answer = case.answers[node["asks"]]
        leads_to = node["go"][answer]
        path.append(_step(tree, at, node, answer, leads_to))
        reasons += [_say(rule, case) for rule in node.get("say", {}).get(answer, ())]
        at = leads_to
    return cast(Verdict, at.removeprefix(VERDICT)), reasons, path


def _step(tree: Tree, name: str, node: dict[str, Any], answer: str, leads_to: str) -> DecisionStep:
    book = table("obligations.toml")
    return DecisionStep(
        tree=tree,
        node=name,
        question=say(node, f"tree.{tree}.{name}"),
        source=say(book["sources"][node["source"]], f"source.{node['source']}"),
        answer=say(book["answers"][answer], f"answer.{answer}"),
        leads_to=leads_to.removeprefix(VERDICT),
        ground=say(node["law"], f"law.{tree}.{name}"),
        mark=node["mark"],
    )


def _grounds(case: _Case) -> list[Reason]:
    """Each ground for a high risk that holds."""
    grounds = table("obligations.toml")["ground"].values()
    return [_say(one["say"], case) for one in grounds if holds(one["when"], case.answers)]


def _category_words(category: str) -> Words:
    if category == "biometric":
        return Words("Données biométriques", "Biometric data")
    info = categories()[category]
    return Words(info.label_fr, info.label_en)


def _case(exposed: Exposed, severity: Severity | None, persons: int, incident: Incident, *, counted: bool) -> _Case:
    book = table("obligations.toml")
    answers = answers_of(exposed, severity, persons, incident, counted=counted)
    found = any(holds(one["when"], answers) for one in book["ground"].values())
    answers["grounds"] = "yes" if found else "no"
    level = table("enisa.toml")["say"]["level"][severity.enisa.level] if severity else None
    untold = words(book["answers"]["untold"])
    return _Case(
        answers=answers,
        exposed=exposed,
        values={
            "se": quarters(round(severity.enisa.se * 4)) if severity else "",
            "level": words(level) if level else "",
            "persons": whole(persons) if counted else untold,
            "special_persons": whole(exposed.special_persons) if counted else untold,
            "categories": joined([_category_words(one) for one in exposed.special]),
        },
    )
