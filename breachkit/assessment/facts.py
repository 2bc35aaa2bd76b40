"""What the facts of an incident say for the assessment, and the group of persons they describe alone."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from breachkit.assessment.wording import table
from breachkit.errors import FactsError
from breachkit.impact import ExposedGroup
from breachkit.incident import Incident, near_miss
from breachkit.reference.catalogue import categories, fields
from breachkit.reference.method import revealing_specialties

Malice = Literal["declared", "deduced", "no", "unknown"]
Exposure = Literal["established", "presumed", "unknown", "disproved"]


@dataclass(frozen=True)
class BreachFacts:
    """The facts that weigh on every group: hashable, so that equal exposures are scored once."""

    confidentiality: bool
    availability: bool
    exfiltrated: str
    recipients: str
    published: bool | None
    malice: Malice
    integrity: str
    data_recoverable: str
    unintelligible: bool | None
    vulnerable: bool
    directly_identifiable: bool | None
    lost: bool = False  # a device or paper lost, stolen or disposed of, by the declared origins


def vocabulary_entry(section: str, value: str) -> dict[str, Any] | None:
    """The entry of a closed list of cnil.toml with this id or literal label; None where there is none."""
    for entry in table("cnil.toml")[section]:
        if value in (entry["id"], entry["label"]):
            return dict(entry)
    return None


def malice_of(incident: Incident) -> Malice:
    """Whether the act was malicious: as declared, else deduced from the declared causes and origins."""
    breach = incident.breach
    if breach.malicious is not None:
        return "declared" if breach.malicious else "no"
    told = [vocabulary_entry("causes", value) for value in breach.causes]
    told += [vocabulary_entry("origins", value) for value in breach.origins]
    verdicts = {entry["malicious"] for entry in told if entry and "malicious" in entry}
    if True in verdicts:
        return "deduced"
    return "no" if verdicts else "unknown"


def breach_facts(incident: Incident) -> BreachFacts:
    """The facts of an incident that the score reads."""
    breach = incident.breach
    return BreachFacts(
        confidentiality="confidentiality" in breach.nature,
        availability="availability" in breach.nature,
        exfiltrated=breach.exfiltrated,
        recipients=breach.recipients,
        published=breach.published,
        malice=malice_of(incident),
        integrity=breach.integrity,
        data_recoverable=breach.data_recoverable,
        unintelligible=breach.unintelligible,
        vulnerable=incident.data.vulnerable is True,
        directly_identifiable=incident.data.directly_identifiable,
        lost=_is_lost(breach.origins),
    )


def _is_lost(origins: Iterable[str]) -> bool:
    lost = table("enisa.toml")["confidentiality"]["lost_origins"]
    told = (vocabulary_entry("origins", one) for one in origins)
    return any(entry is not None and entry["id"] in lost for entry in told)


def exposure_of(facts: BreachFacts) -> Exposure:
    """Whether somebody unauthorised had the data: established by a fact, disproved by one, presumed, or not known.

    It is presumed where a device or paper got lost, and where a malicious act reached data told to be readable: the
    absence of evidence is no evidence (Guidelines 01/2021).
    """
    if not facts.confidentiality:
        return "disproved"
    if facts.published or facts.exfiltrated in ("yes", "likely"):
        return "established"
    if facts.recipients in ("known", "known_trusted"):
        return "established"
    if facts.exfiltrated == "no" or facts.recipients == "none":
        return "disproved"
    readable = facts.unintelligible is False and facts.malice in ("declared", "deduced")
    return "presumed" if facts.lost or readable else "unknown"


def _refuse(name: str, key: str, wrong: Sequence[str], accepted: Sequence[str]) -> None:
    """FactsError for words outside a closed list, with what is accepted and the nearest word."""
    if wrong:
        listed, found = ", ".join(accepted), ", ".join(repr(one) for one in wrong)
        hints = [near_miss(one, accepted) for one in wrong]
        fr, en = ("".join(hint[place] for hint in hints) for place in (0, 1))
        raise FactsError(
            f"{name}\u202f: {key} (trouvé\u202f: {found}){fr}\u202f: valeurs admises\u202f: {listed}. "
            "Corrigez puis relancez.",
            f"{name}: {key} (found: {found}){en}: accepted values: {listed}. Mend it and run again.",
        )


def check_facts(incident: Incident, name: str = "incident.toml") -> None:
    """Refuses a field, category, origin or cause unknown to the reference: FactsError naming the file."""
    data, breach = incident.data, incident.breach
    _refuse(name, "data.fields", [one for one in data.fields or () if one not in fields()], tuple(fields()))
    special = [one for one in data.special_categories or () if one not in categories()]
    _refuse(name, "data.special_categories", special, tuple(categories()))
    for key, told in (("origins", breach.origins), ("causes", breach.causes)):
        accepted = [entry["id"] for entry in table("cnil.toml")[key]]
        wrong = [one for one in told if vocabulary_entry(key, one) is None]
        _refuse(name, f"breach.{key}", wrong, accepted)


def facts_group(incident: Incident) -> ExposedGroup:
    """The one group that the facts describe where there is no extract (`breachkit assess`).

    Persons default to 1 where the number is not told, so that the severity can be weighed; the number itself
    stays unknown. Where minors are among them the group is weighed as minors: the highest severity counts.
    """
    data = incident.data
    revealing = _is_revealing(incident.controller.speciality)
    context: list[Literal["minor", "revealing_specialty"]] = ["minor"] if data.minors else []
    if revealing:
        context.append("revealing_specialty")
    return ExposedGroup(
        fields=data.fields or (),
        special_categories=data.special_categories or (),
        context=tuple(context),
        persons=1 if data.persons is None else data.persons,
    )


def _is_revealing(speciality: str) -> bool:
    decomposed = unicodedata.normalize("NFKD", speciality.upper())
    unaccented = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    return any(stem in unaccented for stem in revealing_specialties())
