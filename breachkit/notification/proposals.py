"""Boxes of closed lists proposed from the facts and the exposure, by the rules of `reference/cnil.toml`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from breachkit.impact import SPECIAL_CATEGORIES, Impact
from breachkit.incident import Incident
from breachkit.notification.boxes import special_of
from breachkit.notification.form import form_table

_SPECIAL = {*SPECIAL_CATEGORIES, "biometric"}
# The closed list that each field draws its options from.
LISTS = {
    "kind": "kinds",
    "period_known": "yes_no",
    "ongoing": "yes_no",
    "natures": "natures",
    "origins": "origins",
    "causes": "causes",
    "data_types": "data_types",
    "sensitive_data": "sensitive",
    "person_categories": "persons",
    "persons_band": "bands",
    "directly_identifiable": "yes_no",
    "consequences_confidentiality": "consequences_confidentiality",
    "consequences_integrity": "consequences_integrity",
    "consequences_availability": "consequences_availability",
    "harms": "harms",
    "severity": "severity",
    "informed": "information",
    "lead_authority": "yes_no",
    "other_eu_authorities": "yes_no",
    "other_laws": "yes_no",
    "complaint": "yes_no",
    "anssi": "yes_no",
    "cert_sante": "yes_no",
    "ars": "yes_no",
    "order": "yes_no",
}


def entries(section: str) -> list[dict[str, Any]]:
    """The entries of a closed list of cnil.toml, in its order."""
    listed: list[dict[str, Any]] = form_table("cnil.toml")[section]
    return listed


def matching(section: str, values: Sequence[str]) -> tuple[list[dict[str, Any]], list[str]]:
    """The entries of a closed list named by id or literal label, and the values that name none."""
    known = {key: entry for entry in entries(section) for key in (entry["id"], entry["label"])}
    found = [entry for entry in entries(section) if {entry["id"], entry["label"]} & set(values)]
    return found, [value for value in values if value not in known]


def may_be_disclosed(incident: Incident) -> bool:
    """Confidentiality is concerned and its loss is not ruled out by the facts."""
    breach = incident.breach
    if "confidentiality" not in breach.nature:
        return False
    return bool(breach.published) or not (breach.exfiltrated == "no" or breach.recipients == "none")


def consequences(nature: str, incident: Incident) -> list[dict[str, Any]]:
    """The consequences to propose for one nature of breach; none where the facts do not support any."""
    listed, breach = entries(f"consequences_{nature}"), incident.breach
    if nature not in breach.nature:
        return []
    if nature == "confidentiality":
        return listed if may_be_disclosed(incident) else []
    if nature == "integrity":
        return [one for one in listed if one["id"] == "invalid_used" and breach.integrity.startswith("altered_used")]
    wanted = {"temporarily_unavailable": "disrupted", "no": "unable"}.get(breach.data_recoverable)
    return [one for one in listed if one["id"] == wanted]


def harms(impact: Impact, incident: Incident) -> list[dict[str, Any]]:
    """The harms to propose: each rule of the reference that the exposure fulfils, where data may be disclosed."""
    if not (may_be_disclosed(incident) and impact.people.patients.best):
        return []
    exposed = {one.field for one in impact.exposure if one.field and one.persons}
    special = any(special_of(profile) & _SPECIAL for profile in impact.profiles)
    return [
        entry
        for entry in entries("harms")
        if entry.get("always") or (entry.get("any_special") and special) or exposed & set(entry.get("any_field", ()))
    ]


def person_categories(impact: Impact, incident: Incident) -> list[str]:
    """Ids of the categories of persons that the figures or the facts show."""
    people = impact.people
    shows = {
        "patients": people.patients.best > 0,
        "minors": people.minors.best > 0,
        "vulnerable": incident.data.vulnerable is True,
        "others": people.professionals.best + people.third_parties.best > 0,
    }
    return [entry["id"] for entry in entries("persons") if shows.get(entry["id"], False)]


def identifiable(impact: Impact, incident: Incident) -> str | None:
    """Whether the persons are directly identifiable: as declared, else by the gravest profile; None if unknown."""
    declared = incident.data.directly_identifiable
    if declared is not None:
        return "yes" if declared else "no"
    if not impact.profiles:
        return None
    return "yes" if any(profile.severity.enisa.ei == 1 for profile in impact.profiles) else "no"
