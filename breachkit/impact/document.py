"""The document itself: `Impact`, the figures of each controller, and the JSON Schema of both."""

from __future__ import annotations

import json
from datetime import date
from typing import Any, Literal

from pydantic import Field

from breachkit.impact.base import Estimate, Frozen, Natural, Reason, Share
from breachkit.impact.notes import Finding, FreeText, Review
from breachkit.impact.people import DataTypesPerPerson, Exposure, People, Revealed
from breachkit.impact.sources import Source, Table
from breachkit.impact.weighed import Information, Obligations, Profile, Segment, Severity

SCHEMA: Literal["breachkit.impact/1"] = "breachkit.impact/1"


class ControllerImpact(Frozen):
    """The figures of one controller: the one who owes the notification. Its identity is the only one told."""

    id: str
    label: str | None
    kind: Literal["professional", "practice", "establishment", "unknown"]
    specialty: str | None = None
    revealing_specialty: bool = False
    patients: Estimate
    shared_patients: Natural = Field(default=0, description="patients who are also another controller's")
    records: Natural
    minors: Natural
    deceased: Natural = 0
    notes: Natural
    persons_with_notes: Natural = 0
    persons_with_special_category: Natural = 0
    special_categories: dict[str, Natural]
    by_finding: tuple[Finding, ...] = ()
    exposure: tuple[Exposure, ...] = ()
    profiles: tuple[Profile, ...] = ()
    data_types_per_person: DataTypesPerPerson | None = None
    severity: Severity | None = None
    obligations: Obligations | None = None
    segments: tuple[Segment, ...] = ()


class Quality(Frozen):
    """What a reader must know before using a figure."""

    duplicate_records: Natural = Field(description="patient records beyond the first of each person")
    duplicate_share: Share
    records_without_identity: Natural = Field(description="patient records with too little to link them")
    persons_without_birth_date: Natural
    persons_without_controller: Natural = 0
    undecided_columns: tuple[str, ...] = ()
    decisions: Natural = Field(default=0, description="corrections by a person replayed on this run")
    reviewed_notes: Natural = 0
    review: Review | None = Field(default=None, description="null where no note was reviewed by a person")
    limits: tuple[Reason, ...] = ()


class Box(Frozen):
    """Patients whose data tick one box of a notification form; a person may tick several."""

    question: Literal["data_types", "sensitive_data", "edpb_70"]
    box: str = Field(description="id of cnil.toml, or option of field 70 of the European template")
    persons: Natural


class Impact(Frozen):
    """All figures of an incident. Frozen; no personal data except the identity of controllers."""

    schema_: Literal["breachkit.impact/1"] = Field(default=SCHEMA, alias="schema")
    reference_date: date
    reference_date_method: str
    scope: Literal["incident", "controller"] = "incident"
    incident: dict[str, Any] = Field(description="facts of incident.toml, as checked")
    sources: tuple[Source, ...]
    tables: tuple[Table, ...]
    people: People
    exposure: tuple[Exposure, ...]
    revealed: tuple[Revealed, ...] = Field(default=(), description="what cells of codes and titles reveal")
    boxes: tuple[Box, ...] = Field(default=(), description="persons behind each box of the notification forms")
    data_types_per_person: DataTypesPerPerson
    free_text: FreeText
    profiles: tuple[Profile, ...]
    severity: Severity | None = Field(description="null where no patient was found")
    obligations: Obligations
    information: Information
    controllers: tuple[ControllerImpact, ...]
    quality: Quality
    methods: dict[str, Reason] = Field(description="each method id used above, explained")

    def to_json(self) -> str:
        """The document as JSON, keys in the order of the schema, ends with a line break."""
        return json.dumps(self.model_dump(mode="json", by_alias=True), ensure_ascii=False, indent=2) + "\n"

    @classmethod
    def from_json(cls, text: str) -> Impact:
        """The impact read back from `to_json`; pydantic.ValidationError where it does not fit the schema."""
        return cls.model_validate_json(text)

    def controller(self, controller_id: str) -> ControllerImpact:
        """The figures of one controller; KeyError where it has none here."""
        for one in self.controllers:
            if one.id == controller_id:
                return one
        raise KeyError("no such controller")


def json_schema() -> dict[str, Any]:
    """The JSON Schema of impact.json (draft 2020-12)."""
    schema = Impact.model_json_schema(by_alias=True, mode="serialization")
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": SCHEMA, **schema}
