"""Persons behind each box of the notification forms: exact sums over the profiles, which partition the patients."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from breachkit.impact import Box, Profile
from breachkit.notification.form import form_table
from breachkit.reference.catalogue import categories, fields


def boxes(profiles: Sequence[Profile]) -> tuple[Box, ...]:
    """Every box that somebody's data tick, by list: types of data, sensitive data, codes of the European template."""
    counted = (
        ("data_types", persons_by_type(profiles)),
        ("sensitive_data", persons_by_special(profiles)),
        ("edpb_70", persons_by_edpb_code(profiles)),
    )
    return tuple(
        Box(question=question, box=box, persons=persons)
        for question, found in counted
        for box, persons in found.items()
    )


def persons_where(profiles: Sequence[Profile], holds: Callable[[Profile], bool]) -> int:
    """Patients whose profile fulfils a condition."""
    return sum(profile.persons for profile in profiles if holds(profile))


def persons_by_type(profiles: Sequence[Profile]) -> dict[str, int]:
    """CNIL type id to the patients with at least one valid value of it, in the form's order, without the zeros."""

    def exposed(profile: Profile, entry: dict[str, Any]) -> bool:
        kinds = {fields()[field].cnil_type for field in profile.fields}
        mentioned = set(entry.get("categories", ())) & set(profile.special_categories)
        return bool(kinds & set(entry["cnil_types"]) or mentioned)

    counted = {
        entry["id"]: sum(one.persons for one in profiles if exposed(one, entry))
        for entry in form_table("cnil.toml")["data_types"]
    }
    return {kind: persons for kind, persons in counted.items() if persons}


def special_of(profile: Profile) -> set[str]:
    """The categories of GDPR art. 9 and 10 in a profile's columns and notes, and health by a revealing specialty."""
    found = {fields()[field].special_category for field in profile.fields} | set(profile.special_categories)
    if "revealing_specialty" in profile.context:
        found.add("health")
    return {one for one in found if one is not None}


def persons_by_special(profiles: Sequence[Profile]) -> dict[str, int]:
    """Sensitive category id to the patients exposed to it, in the form's order, without the zeros."""
    counted = {
        entry["id"]: persons_where(profiles, lambda one, kind=entry["id"]: kind in special_of(one))  # type: ignore[misc]
        for entry in form_table("cnil.toml")["sensitive"]
    }
    return {kind: persons for kind, persons in counted.items() if persons}


def persons_by_edpb_code(profiles: Sequence[Profile]) -> dict[str, int]:
    """Option letter of EDPB field 70 to the patients exposed to it, in the order of the letters."""
    counted: dict[str, int] = {}
    for profile in profiles:
        codes = {fields()[field].edpb_code for field in profile.fields}
        codes |= {categories()[one].edpb_code for one in profile.special_categories}
        if "revealing_specialty" in profile.context:
            codes.add("k")
        for code in codes - {None}:
            counted[str(code)] = counted.get(str(code), 0) + profile.persons
    return {code: persons for code, persons in sorted(counted.items()) if persons}
