"""The answers that the decision tree asks for, from the facts of the incident and the profiles of exposure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from breachkit.assessment.facts import BreachFacts, breach_facts, exposure_of
from breachkit.assessment.wording import table
from breachkit.impact import SPECIAL_CATEGORIES, Profile, Severity
from breachkit.incident import Incident
from breachkit.reference.catalogue import fields

ARTICLE_9_AND_10 = (*SPECIAL_CATEGORIES, "biometric")

Answers = dict[str, str]


@dataclass(frozen=True)
class Exposed:
    """What the profiles expose together: ids of fields, and of art. 9 and 10, with the persons of the latter."""

    fields: frozenset[str]
    special: tuple[str, ...]
    special_persons: int
    health_kind: str  # none, slight or full
    identity: bool
    official: bool
    detailed: bool  # name, contact, and a fact that makes a fraudulent message credible


def answers_of(
    exposed: Exposed, severity: Severity | None, persons: int, incident: Incident, *, counted: bool = True
) -> Answers:
    """One value of `[values]` in `reference/obligations.toml` for each answer, the compound ones included.

    `counted` is false where the number of persons is not known, and `persons` only stands for it.
    """
    facts = breach_facts(incident)
    book = table("obligations.toml")
    kits, lines = {name: set(kit) for name, kit in book["kits"].items()}, book["lines"]
    se = round(severity.enisa.se * 4) if severity else 0  # exact: the score is a whole number of quarters
    lost = facts.data_recoverable
    found = {
        "counted": _yes(severity is not None and persons > 0),
        "told": _yes(bool(exposed.fields or exposed.special)),
        "public": _yes(bool(exposed.fields) and exposed.fields <= kits["public"] and not exposed.special),
        "exposure": exposure_of(facts),
        "harmed": _harm(facts),
        "lost": _yes(lost == "no"),
        "altered": _yes(facts.integrity.startswith("altered_used")),
        "care": _yes(lost != "yes" and "health" in exposed.special),
        "unintelligible": {True: "yes", False: "no", None: "unknown"}[facts.unintelligible],
        "malice": {"declared": "yes", "deduced": "yes"}.get(facts.malice, facts.malice),
        "recipients": facts.recipients,
        "published": _yes(bool(facts.published)),
        "crowd": _crowd(persons, counted),
        "risk": "reached" if se >= lines["risk"] else "below",
        "high": "reached" if se >= lines["high_risk"] else "below",
        "special": _yes(bool(exposed.special)),
        "health": _yes("health" in exposed.special),
        "health_kind": exposed.health_kind,
        "identity": _yes(exposed.identity),
        "official": _yes(exposed.official),
        "credentials": _yes("password" in exposed.fields),
        "elements": _yes(bool(exposed.fields & kits["elements"])),
        "detail": _yes(exposed.detailed),
        "person": "open",  # no fact settles it: a person must
    }
    for name, sets in book["compound"].items():
        found[name] = _yes(any(holds(conditions, found) for conditions in sets))
    return found


def holds(conditions: Mapping[str, Sequence[str]], answers: Answers) -> bool:
    """Whether each answer named has one of the values given."""
    return all(answers[name] in accepted for name, accepted in conditions.items())


def exposed_of(profiles: Sequence[Profile]) -> Exposed:
    """What all profiles together expose."""
    with_special = [(profile, special_of(profile)) for profile in profiles]
    found = {one for _, special in with_special for one in special}
    return Exposed(
        fields=frozenset(field for profile in profiles for field in profile.fields),
        special=tuple(one for one in ARTICLE_9_AND_10 if one in found),
        special_persons=sum(profile.persons for profile, special in with_special if special),
        health_kind=_health_kind(profiles, found),
        identity=any(_has_identity(profile.fields) for profile in profiles),
        official=any(_has(profile.fields, "surname", "any_state_number") for profile in profiles),
        detailed=_is_detailed(profiles, set(table("obligations.toml")["kits"]["detail"])),
    )


def special_of(profile: Profile) -> set[str]:
    """The categories of art. 9 and 10 that a profile's columns, notes or context expose."""
    exposed = {fields()[field].special_category for field in profile.fields} | set(profile.special_categories)
    if "revealing_specialty" in profile.context:
        exposed.add("health")
    return {one for one in exposed if one in ARTICLE_9_AND_10}


def _health_kind(profiles: Sequence[Profile], found: set[str]) -> str:
    """Whether what reveals something of art. 9 or 10 is nothing, one slight kind of health datum, or more.

    A category told without the column that holds it ("health" beside an allergy) is that column's.
    """
    if not found:
        return "none"
    exposed = {field for profile in profiles for field in profile.fields}
    revealing = {field for field in exposed if fields()[field].special_category in ARTICLE_9_AND_10}
    plain = not any(profile.context for profile in profiles) and "free_text" not in exposed
    slight = bool(revealing) and revealing <= set(table("obligations.toml")["kits"]["slight"])
    return "slight" if slight and plain and found == {"health"} else "full"


def _harm(facts: BreachFacts) -> str:
    """What befell the data themselves: nothing, a while without them, or loss or alteration."""
    if facts.data_recoverable == "no" or facts.integrity != "none":
        return "lasting"
    return "brief" if facts.data_recoverable == "temporarily_unavailable" else "no"


def _crowd(persons: int, counted: bool) -> str:
    lines = table("obligations.toml")["lines"]
    if not counted:
        return "untold"
    if persons > lines["many_persons"]:
        return "many"
    return "few" if persons <= lines["few_persons"] else "some"


def _has(exposed: tuple[str, ...], *names: str) -> bool:
    """Whether one field of each of these sets of enisa.toml is exposed."""
    sets, present = table("enisa.toml")["sets"], set(exposed)
    return all(present & set(sets[name]) for name in names)


def _has_identity(exposed: tuple[str, ...]) -> bool:
    """Name, birth and contact together, or name and an official number: enough to pass for the person."""
    return _has(exposed, "surname", "given", "birth", "contact") or _has(
        exposed, "surname", "given", "any_state_number"
    )


def _is_detailed(profiles: Sequence[Profile], detail: set[str]) -> bool:
    """Somebody's name and contact together with a fact that makes a fraudulent message credible."""
    return any(_has(one.fields, "any_name", "contact") and detail & set(one.fields) for one in profiles)


def _yes(told: bool) -> str:
    return "yes" if told else "no"
