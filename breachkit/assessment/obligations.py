"""What GDPR art. 33 and 34 ask for: notify the authority, inform the persons, by when; each with its reasons.

The rules are tried in the order in which they are written below, the first that holds decides. They are
checked against the EDPB's 18 cases (Guidelines 01/2021) and the ten examples of Guidelines 9/2022. A verdict
is a proposal: where a fact that would decide is not told, it is "undetermined".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from breachkit.assessment.clock import clock_reasons, deadline, late
from breachkit.assessment.facts import BreachFacts, Exposure, breach_facts, exposure_of
from breachkit.assessment.wording import Words, joined, quarters, say, table, whole, words
from breachkit.impact import SPECIAL_CATEGORIES, Obligations, Profile, Reason, Severity, Verdict
from breachkit.incident import Incident
from breachkit.reference.catalogue import categories, fields

ARTICLE_9_AND_10 = (*SPECIAL_CATEGORIES, "biometric")


@dataclass(frozen=True)
class _Case:
    """What the rules look at."""

    facts: BreachFacts
    exposure: Exposure
    harmed: bool  # data lost, unavailable or altered
    se: int  # highest, in quarters
    level: Words
    persons: int
    special: tuple[str, ...]  # ids of art. 9 and 10 exposed
    special_persons: int
    identity: bool
    credentials: bool

    @property
    def malicious(self) -> bool:
        return self.facts.malice in ("declared", "deduced")

    @property
    def hostile(self) -> bool:
        return self.malicious or bool(self.facts.published) or self.facts.recipients == "unknown"

    @property
    def trusted(self) -> bool:
        alone = not (self.malicious or self.facts.published or self.harmed)
        return alone and self.facts.recipients == "known_trusted"


def decide(profiles: Sequence[Profile], severity: Severity | None, persons: int, incident: Incident) -> Obligations:
    """The obligations of a controller, with their reasons; `persons` is the best number of patients."""
    if severity is None or persons == 0:
        notify: Verdict = "undetermined"
        inform: Verdict = "undetermined"
        reasons = [_say("no_persons")]
    else:
        case = _case(profiles, severity, persons, incident)
        notify, reasons = _notify(case)
        inform, more = _inform(case, notify)
        reasons += more
        if persons > table("obligations.toml")["lines"]["many_persons"]:
            reasons.append(_say("many_persons", persons=whole(persons)))
    reasons.append(_say("register"))
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
    )


def _say(rule: str, **values: Words | str | int) -> Reason:
    return say(table("obligations.toml")["decide"][rule], f"obligations.{rule}", **values)


# --- Art. 33: the authority --------------------------------------------------------------------------------


def _notify(case: _Case) -> tuple[Verdict, list[Reason]]:
    """Whether the breach is to be notified: always, unless a risk is unlikely (art. 33(1))."""
    se, facts = quarters(case.se), case.facts
    if case.exposure == "disproved" and not case.harmed:
        return "no", [_say("no_effect")]
    if facts.unintelligible and not case.harmed:
        return "no", [_say("unintelligible")]
    lines = table("obligations.toml")["lines"]
    if case.trusted:
        grave = case.special or case.se >= lines["high_risk"]
        return ("undetermined", [_say("trusted_sensitive")]) if grave else ("no", [_say("trusted")])
    doubt = [_say("exposure_unknown")] if case.exposure == "unknown" else []
    reasons = []
    if case.se >= lines["risk"]:
        reasons.append(_say("severity", se=se, level=case.level))
    if case.malicious:
        reasons.append(_say("malicious"))
    if reasons:
        return "yes", reasons + doubt
    if case.exposure == "established" and (facts.published or facts.recipients == "unknown"):
        return "yes", [_say("unknown_recipients")]
    if facts.malice == "no" and case.exposure != "unknown":
        return "no", [_say("low_risk", se=se)]
    return "undetermined", [_say("missing", se=se), *doubt]


# --- Art. 34: the persons ----------------------------------------------------------------------------------


def _inform(case: _Case, notify: Verdict) -> tuple[Verdict, list[Reason]]:
    """Whether the persons are to be told: where a high risk is likely (art. 34(1)) and no exception holds."""
    if notify == "no":
        return "no", [_say("inform_not_needed")]
    if case.facts.data_recoverable != "yes" and "health" in case.special:
        return "yes", [_say("inform_health_unavailable")]
    if notify == "undetermined":
        return "undetermined", [_say("inform_undetermined")]
    if case.facts.unintelligible and case.exposure != "disproved":
        return "no", [_say("inform_protected")]
    grave = _high_risk(case)
    if case.exposure == "unknown" and grave:
        return "undetermined", [_say("inform_exposure_unknown"), *grave]
    if grave:
        unknown = case.facts.unintelligible is None and case.exposure == "established"
        return "yes", grave + ([_say("inform_protection_unknown")] if unknown else [])
    se = quarters(case.se)
    if case.se < table("obligations.toml")["lines"]["risk"]:
        return "no", [_say("inform_low", se=se)]
    if case.facts.malice == "no" and case.facts.recipients in ("known", "known_trusted"):
        return "no", [_say("inform_known_recipients", se=se)]
    return "undetermined", [_say("inform_medium", se=se)]


def _high_risk(case: _Case) -> list[Reason]:
    """Each ground for a high risk that holds."""
    reasons = []
    exposed = case.exposure != "disproved"
    if exposed and case.special:
        labels = [_category_words(one) for one in case.special]
        reasons.append(_say("inform_special", persons=whole(case.special_persons), categories=joined(labels)))
    if case.se >= table("obligations.toml")["lines"]["high_risk"]:
        reasons.append(_say("inform_high", se=quarters(case.se), level=case.level))
    if exposed and case.hostile and case.identity:
        reasons.append(_say("inform_identity"))
    if exposed and case.hostile and case.credentials:
        reasons.append(_say("inform_credentials"))
    return reasons


def _category_words(category: str) -> Words:
    if category == "biometric":
        return Words("Données biométriques", "Biometric data")
    info = categories()[category]
    return Words(info.label_fr, info.label_en)


# --- What the rules look at --------------------------------------------------------------------------------


def _case(profiles: Sequence[Profile], severity: Severity, persons: int, incident: Incident) -> _Case:
    facts = breach_facts(incident)
    with_special = [(profile, _special_of(profile)) for profile in profiles]
    found = {one for _, special in with_special for one in special}
    return _Case(
        facts=facts,
        exposure=exposure_of(facts),
        harmed=facts.data_recoverable != "yes" or facts.integrity != "none",
        se=round(severity.enisa.se * 4),  # exact: the score is a whole number of quarters
        level=words(table("enisa.toml")["say"]["level"][severity.enisa.level]),
        persons=persons,
        special=tuple(one for one in ARTICLE_9_AND_10 if one in found),
        special_persons=sum(profile.persons for profile, special in with_special if special),
        identity=any(_has_identity(profile.fields) for profile in profiles),
        credentials=any("password" in profile.fields for profile in profiles),
    )


def _special_of(profile: Profile) -> set[str]:
    """The categories of art. 9 and 10 that a profile's columns, notes or context expose."""
    exposed = {fields()[field].special_category for field in profile.fields} | set(profile.special_categories)
    if "revealing_specialty" in profile.context:
        exposed.add("health")
    return {one for one in exposed if one in ARTICLE_9_AND_10}


def _has_identity(exposed: tuple[str, ...]) -> bool:
    """Name, birth and contact together, or name and an official number: enough to pass for the person."""
    sets, present = table("enisa.toml")["sets"], set(exposed)

    def has(*names: str) -> bool:
        return all(present & set(sets[name]) for name in names)

    return has("surname", "given", "birth", "contact") or has("surname", "given", "any_state_number")
