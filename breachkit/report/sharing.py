"""The figures of one controller, or of the incident, as they may leave: no count from 1 to 10, told or worked out.

What leaves is what others than the controller and the authority read: the sheet of a controller as page, notebook and
PDF, and the summary to hand on. `impact.json`, the notification and the whole report stay exact: they stay where the
patients' own files are. Which is which is our choice; docs/methode.md says so.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

from pydantic import BaseModel

from breachkit.impact import SPECIAL_CATEGORIES, ControllerImpact, Exposure, Finding, Impact, Reason, Segment
from breachkit.small_counts.masked import SMALLEST_TOLD, Masked
from breachkit.small_counts.withhold import Counts, withheld

CHANNELS = ("email", "phone", "mobile", "landline", "postal", "none")
MINORS = ("minor", "child", "teenager")  # statuses of segments
_SMALL_IN_TEXT = re.compile(r"(?<=: )(?:[1-9]|10)(?=[\s\u202f]?;)")  # the count after a list of categories
_WITH_COUNTS = ("obligations.inform_special",)


def as_one(impact: Impact) -> ControllerImpact:
    """The whole incident in the shape of one controller's figures, for the summary to hand on."""
    people, text = impact.people, impact.free_text
    categories = {one.special_category: one.persons for one in impact.exposure if one.special_category}
    return ControllerImpact(
        id="",
        label=None,
        kind="unknown",
        patients=people.patients.model_copy(),
        records=people.patients.records,
        minors=people.minors.best,
        deceased=people.deceased.best,
        notes=text.notes,
        persons_with_notes=text.persons_with_notes,
        persons_with_special_category=text.persons_with_special_category,
        special_categories={key: value for key, value in categories.items() if key in SPECIAL_CATEGORIES},
        by_finding=text.by_finding,
        exposure=impact.exposure,
        data_types_per_person=impact.data_types_per_person,
        severity=impact.severity,
        obligations=impact.obligations,
        segments=impact.information.segments,
    )


@lru_cache(maxsize=8)
def _masks(text: str, also: frozenset[str]) -> dict[str, Masked]:
    return withheld(counts_of(ControllerImpact.model_validate_json(text)), sorted(also))


def shareable(one: ControllerImpact, also: frozenset[str] = frozenset()) -> ControllerImpact:
    """The same figures with small counts, those that would give them away, and `also`, replaced by `Masked`.

    Profiles and sensitivity are left out: most of them are of a few persons. The result is to be drawn or printed,
    not validated again.
    """
    masks = _masks(one.model_dump_json(), also)

    def told(name: str, value: int) -> int:
        return masks.get(name, value)

    patients = told("patients", one.patients.best)
    types, severity, owed = one.data_types_per_person, one.severity, one.obligations
    return one.model_copy(
        update={
            "patients": one.patients.model_copy(update=dict.fromkeys(("low", "best", "high"), patients))
            if isinstance(patients, Masked)
            else one.patients,
            **{name: told(name, getattr(one, name)) for name in _SINGLE},
            "special_categories": {
                key: told(f"special {key}", value) for key, value in one.special_categories.items()
            },
            "by_finding": tuple(_finding(place, found, told) for place, found in enumerate(one.by_finding)),
            "exposure": tuple(_exposed(found, told) for found in one.exposure),
            "data_types_per_person": types and types.model_copy(
                update={
                    "histogram": tuple(
                        found.model_copy(update={"persons": told(f"types {found.types}", found.persons)})
                        for found in types.histogram
                    )
                }
            ),
            "severity": severity and severity.model_copy(
                update={
                    "by_profile": (),
                    "sensitivity": (),
                    "flags": _texts(severity.flags),
                    "persons_by_level": {
                        level: told(f"level {level}", value) for level, value in severity.persons_by_level.items()
                    },
                }
            ),
            "obligations": owed and owed.model_copy(update={"reasons": _texts(owed.reasons)}),
            "segments": tuple(_segment(found, told) for found in one.segments),
            "profiles": (),
        }
    )  # fmt: skip


_SINGLE = (
    "shared_patients", "records", "minors", "deceased", "notes", "persons_with_notes", "persons_with_special_category",
)  # fmt: skip


def counts_of(one: ControllerImpact) -> Counts:
    """Every count that the figures of a controller tell, and the sums that hold between them."""
    made = Counts(told={"patients": one.patients.best, **{name: getattr(one, name) for name in _SINGLE}})
    made.last |= {"patients", "records", "notes", "persons_with_notes"}
    for name in ("shared_patients", "minors", "deceased", "persons_with_notes"):
        _inside(made, name, "patients")
    _inside(made, "persons_with_special_category", "persons_with_notes")
    levels = {str(level): count for level, count in one.severity.persons_by_level.items()} if one.severity else {}
    _partition(made, "level", levels, one.patients.best)
    types = one.data_types_per_person
    _partition(made, "types", {str(found.types): found.persons for found in types.histogram} if types else {},
               one.patients.best)  # fmt: skip
    _categories(made, one)
    for found in one.exposure:
        name = _exposure_name(found)
        if name not in made.told:
            made.told[name] = found.persons
            _inside(made, name, "patients" if found.field else "persons_with_notes")
    _segments(made, one)
    return made


def _inside(made: Counts, part: str, whole: str) -> None:
    """A part within its whole, where the figures bear it out (a specialty may tell more than the notes do)."""
    if made.value(part) <= made.value(whole):
        made.part(part, whole)


def _partition(made: Counts, kind: str, found: Mapping[str, int], patients: int) -> None:
    names = {f"{kind} {key}": value for key, value in found.items()}
    made.told |= names
    if names and sum(names.values()) == patients:
        made.total("patients", names)


def _categories(made: Counts, one: ControllerImpact) -> None:
    """Special categories and findings: overlapping parts of the persons and of the notes."""
    listed = {f"special {key}": value for key, value in one.special_categories.items()}
    made.told |= listed
    whole = one.persons_with_special_category
    special = set(one.special_categories) <= set(SPECIAL_CATEGORIES)
    for name in listed:
        _inside(made, name, "persons_with_special_category" if special else "persons_with_notes")
    if listed and whole <= sum(listed.values()):
        made.at_most("persons_with_special_category", listed)
    for place, found in enumerate(one.by_finding):
        made.told |= {f"finding {place} notes": found.notes, f"finding {place} persons": found.persons}
        _inside(made, f"finding {place} notes", "notes")
        _inside(made, f"finding {place} persons", "persons_with_notes")
    for key, value in one.special_categories.items():
        places = [place for place, found in enumerate(one.by_finding)
                  if found.category == key and found.subject == "patient"]  # fmt: skip
        rows = [f"finding {place} persons" for place in places]
        if rows and value <= sum(made.told[name] for name in rows):
            made.at_most(f"special {key}", rows)
            for name in rows:
                _inside(made, name, f"special {key}")


def _segments(made: Counts, one: ControllerImpact) -> None:
    """Segments partition the patients; channels are told for those whose number of persons is."""
    persons = {f"segment {found.id}": found.persons for found in one.segments}
    _partition(made, "segment", {found.id: found.persons for found in one.segments}, one.patients.best)
    for statuses, single in ((MINORS, "minors"), (("deceased",), "deceased")):
        names = [f"segment {found.id}" for found in one.segments if found.status in statuses]
        rest = getattr(one, single) - sum(persons[name] for name in names)
        if names and rest >= 0:
            made.silent[f"{single} elsewhere"] = rest
            made.free.add(f"{single} elsewhere")
            made.total(single, (*names, f"{single} elsewhere"))
    for found in one.segments:
        if 0 < found.persons < SMALLEST_TOLD:
            continue  # its channels are withheld with it
        for channel in CHANNELS:
            name = f"segment {found.id} {channel}"
            made.told[name] = getattr(found, channel)
            _inside(made, name, f"segment {found.id}")
        reached = f"segment {found.id} − segment {found.id} none"
        reached = next((rest for rest, pair in made.within.items() if pair[0] == f"segment {found.id} none"), reached)
        by = [f"segment {found.id} {channel}" for channel in ("email", "phone", "postal")]
        if reached in made.silent and made.silent[reached] <= sum(made.told[name] for name in by):
            made.at_most(reached, by)


def _exposure_name(found: Exposure) -> str:
    """Counts that are the same under two names have one name."""
    if found.field == "free_text":
        return "persons_with_notes"
    return f"field {found.field}" if found.field else f"special {found.special_category}"


def _exposed(found: Exposure, told: Any) -> Exposure:
    persons = told(_exposure_name(found), found.persons)
    if not isinstance(persons, Masked):
        return found
    return found.model_copy(update={"persons": persons, "low": Masked(), "high": Masked(), "records": Masked()})


def _finding(place: int, found: Finding, told: Any) -> Finding:
    names = {key: told(f"finding {place} {key}", getattr(found, key)) for key in ("notes", "persons")}
    return found.model_copy(update=names)


def _segment(found: Segment, told: Any) -> Segment:
    persons = told(f"segment {found.id}", found.persons)
    if isinstance(persons, Masked) and persons.small:
        return found.model_copy(update={"persons": persons, **dict.fromkeys(CHANNELS, Masked(0, SMALLEST_TOLD - 1))})
    channels = {name: told(f"segment {found.id} {name}", getattr(found, name)) for name in CHANNELS}
    return found.model_copy(update={"persons": persons, **channels})


def _texts(found: Iterable[Reason]) -> tuple[Reason, ...]:
    """Reasons, the small count of persons that a sentence tells replaced."""
    return tuple(_without_small(one) if one.id in _WITH_COUNTS else one for one in found)


def _without_small(one: Reason) -> Reason:
    small = f"<\u00a0{SMALLEST_TOLD}"
    return one.model_copy(update={key: _SMALL_IN_TEXT.sub(small, getattr(one, key)) for key in ("fr", "en")})


def shared_json(one: ControllerImpact) -> str:
    """The figures that may leave as JSON: a masked count is a text such as "<11", "311..320" or "*"."""
    return json.dumps(_plain(one), ensure_ascii=False, indent=2) + "\n"


def _plain(value: Any) -> Any:
    if isinstance(value, Masked):
        return str(value)
    if isinstance(value, BaseModel):
        return {key: _plain(getattr(value, key)) for key in type(value).model_fields}
    if isinstance(value, Mapping):
        return {key: _plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return value.isoformat() if hasattr(value, "isoformat") else value
