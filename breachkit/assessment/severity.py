"""The severity of each group of persons, and the highest of them: never one mean for the whole incident."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from typing import Literal

from breachkit.assessment.enisa import LEVELS, score_exposure
from breachkit.assessment.facts import BreachFacts, breach_facts
from breachkit.assessment.wording import say, table, whole, words
from breachkit.impact import EnisaLevel, ExposedGroup, Profile, ProfileSeverity, Reason, Severity, SeverityRow
from breachkit.incident import Incident

Context = tuple[Literal["minor", "revealing_specialty"], ...]


def weigh(groups: Sequence[ExposedGroup], incident: Incident) -> tuple[Profile, ...]:
    """One profile for each different exposure, most persons first; groups of nobody are left out.

    Groups with the same fields, categories and context are one profile. Ids (p01, p02...) follow the order,
    which depends on the figures alone: persons, then severity, then the exposure.
    """
    facts = breach_facts(incident)
    persons: Counter[tuple[tuple[str, ...], tuple[str, ...], Context]] = Counter()
    for group in groups:
        persons[group.fields, group.special_categories, group.context] += group.persons
    weighed = [(count, severity_of(*exposure, facts), exposure) for exposure, count in persons.items() if count > 0]
    weighed.sort(key=lambda one: (-one[0], -one[1].enisa.se, one[2]))
    width = max(2, len(str(len(weighed))))
    return tuple(
        Profile(
            id=f"p{number:0{width}d}",
            fields=exposure[0],
            special_categories=exposure[1],
            context=exposure[2],
            persons=count,
            severity=severity,
        )
        for number, (count, severity, exposure) in enumerate(weighed, start=1)
    )


def summarise(profiles: Sequence[Profile], incident: Incident | None = None) -> Severity | None:
    """The highest severity reached by a profile, and its spread; None where there is no profile.

    With the incident, ENISA's flags are told too: they are signals to a person, and give no point.
    Of equal scores the one with most persons is kept (EDPB template, field 87: the highest impact counts).
    """
    if not profiles:
        return None
    top = max(profiles, key=lambda one: (one.severity.enisa.se, one.persons))
    persons: dict[EnisaLevel, int] = dict.fromkeys(LEVELS, 0)
    for profile in profiles:
        persons[profile.severity.enisa.level] += profile.persons
    return Severity(
        enisa=top.severity.enisa,
        cnil_level=top.severity.cnil_level,
        by_profile=tuple(
            SeverityRow(
                profile=one.id,
                persons=one.persons,
                se=one.severity.enisa.se,
                level=one.severity.enisa.level,
                cnil_level=one.severity.cnil_level,
            )
            for one in profiles
        ),
        persons_by_level=persons,
        flags=_flags(sum(persons.values()), incident),
    )


def _flags(persons: int, incident: Incident | None) -> tuple[Reason, ...]:
    book, flags = table("enisa.toml")["say"], []
    if persons > table("obligations.toml")["lines"]["many_persons"]:
        flags.append(say(book["many_persons"], "enisa.flag.many_persons", persons=whole(persons)))
    if incident is not None and incident.breach.unintelligible:
        flags.append(say(book["unintelligible"], "enisa.flag.unintelligible"))
    return tuple(flags)


@lru_cache(maxsize=65_536)
def severity_of(
    exposed: tuple[str, ...], special: tuple[str, ...], context: Context, facts: BreachFacts
) -> ProfileSeverity:
    """The severity of an exposure on both scales."""
    enisa = score_exposure(exposed, special, context, facts)
    known = table("enisa.toml")
    rank = known["cnil"][enisa.level]
    proposal = say(known["say"]["cnil_rank"], "cnil.rank", level=words(rank), criterion=words(rank["criterion"]))
    return ProfileSeverity(
        enisa=enisa.model_copy(update={"reasons": (*enisa.reasons, proposal)}), cnil_level=rank["id"]
    )
