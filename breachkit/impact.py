"""The impact: every figure of an incident, with its unit, its method and its doubt, and no personal data.

Everything that is shown or written (notebooks, reports, notification, letters, controllers' sheets) is drawn
from this document; nothing drawn may go back to the records. Units: `records` are rows of the extract,
`persons` are distinct human beings after resolution, `notes` are filled free-text cells. `low` and `high` bound
`best`: how each was obtained is told by its `method`, and how often they held the truth by docs/methode.md.
Same input and settings give the same bytes: nothing here holds a clock or a path.
"""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

SCHEMA: Literal["breachkit.impact/1"] = "breachkit.impact/1"

Natural = Annotated[int, Field(ge=0)]
Share = Annotated[float, Field(ge=0, le=1)]
Role = Literal["patients", "professionals", "accounts", "events", "access_log", "other"]
Assertion = Literal["affirmed", "negated", "hypothetical"]
Subject = Literal["patient", "third_party"]
Verdict = Literal["yes", "no", "undetermined"]
EnisaLevel = Literal["low", "medium", "high", "very_high"]
CnilLevel = Literal["negligible", "limited", "important", "maximal"]

# GDPR art. 9 and 10: the categories counted as "special" (contract/categories.tsv, column basis).
SPECIAL_CATEGORIES = (
    "health",
    "sex_life",
    "religion",
    "ethnic_origin",
    "political_opinion",
    "trade_union",
    "genetic",
    "offence",
)


class Frozen(BaseModel):
    """A value that never changes once made and refuses unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class Reason(Frozen):
    """Why a verdict was reached, for a person to judge: the rule's id and its sentence in both languages."""

    id: str
    fr: str
    en: str


class Estimate(Frozen):
    """A number of persons with its doubt; `method` is an id explained in `Impact.methods`."""

    low: Natural
    best: Natural
    high: Natural
    method: str

    @model_validator(mode="after")
    def _ordered(self) -> Estimate:
        if not self.low <= self.best <= self.high:
            raise ValueError("low <= best <= high does not hold")
        return self


class Counted(Estimate):
    """Persons, and the records they were counted from."""

    records: Natural


class Relation(Frozen):
    """Persons of one relation to the patient whom the notes name, and the mentions they were counted from."""

    relation: str
    mentions: Natural
    low: Natural
    best: Natural
    high: Natural


class ThirdParties(Estimate):
    """Persons who are only named or related in notes, and the mentions they were counted from."""

    mentions: Natural
    by_relation: tuple[Relation, ...] = ()


class ControllerCount(Frozen):
    """How many controllers, and the sum of their patients: more than the persons, since patients are shared."""

    count: Natural
    sum_of_patients: Natural


class Source(Frozen):
    """One file, table of a dump or archive member, and the account of every record in it."""

    file: str = Field(description="base name of the file, without its folder")
    sha256: str
    bytes: Natural
    format: str
    encoding: str | None
    compression: str | None = None
    member: str | None = None
    content_sha256: str | None = Field(default=None, description="digest of what was read, once decompressed")
    content_bytes: Natural | None = Field(default=None, description="bytes of what was read, once decompressed")
    truncated: bool = Field(default=False, description="the file ends too early: what follows was lost before it came")
    table: str | None
    physical_lines: Natural = Field(description="lines of the file that belong to this table; rows where it has none")
    header_lines: Natural = 0
    blank_lines: Natural = 0
    other_lines: Natural = Field(default=0, description="preamble, footer, statements that hold no record")
    record_lines: Natural | None = Field(default=None, description="lines on which records stand")
    records: Natural
    loaded: Natural
    repaired: Natural
    rejected: Natural
    repaired_by_reason: dict[str, Natural] = Field(default_factory=dict)
    rejected_by_reason: dict[str, Natural] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _adds_up(self) -> Source:
        if self.records != self.loaded + self.rejected or self.repaired > self.loaded:
            raise ValueError("the ledger of a source does not add up")
        explained = self.header_lines + self.blank_lines + self.other_lines
        if self.record_lines is not None and explained + self.record_lines != self.physical_lines:
            raise ValueError("the lines of a source do not add up")
        return self


class Shape(Frozen):
    """What many values of a column look like: letters and digits masked, `Aaaa`, `99/99/9999`."""

    shape: str
    share: Share


class Column(Frozen):
    """What one column holds: one id of fields.tsv, how surely, and on what evidence."""

    name: str = Field(description="header as found; « colonne N » where the header may itself be a value")
    position: Natural = Field(description="1 for the leftmost column")
    field: str
    cnil_type: str
    edpb_code: str | None
    sensitivity: Annotated[int, Field(ge=0, le=3)]
    special_category: str | None
    filled: Natural = Field(description="records with something other than blanks or a word for nothing")
    valid: Natural = Field(description="records whose value passes the field's own check, placeholders excluded")
    placeholders: Natural = 0
    mojibake: Natural = Field(default=0, description="cells whose accents were badly decoded before, put right")
    distinct: Natural
    confidence: Share
    decided_by: Literal["rule", "person"] = "rule"
    evidence: tuple[Reason, ...]
    shapes: tuple[Shape, ...] = Field(default=(), description="commonest masked shapes; none where all are rare")


class Table(Frozen):
    """One table of the extract."""

    name: str
    source: str
    role: Role
    rows: Natural
    columns: tuple[Column, ...]


class People(Frozen):
    """Who is affected."""

    patients: Counted
    professionals: Counted
    third_parties: ThirdParties
    minors: Estimate
    deceased: Estimate
    controllers: ControllerCount


class Exposure(Frozen):
    """Persons for whom a field, or a special category in a note, is exposed with at least one valid value."""

    field: str | None = None
    special_category: str | None = None
    persons: Natural
    low: Natural
    high: Natural
    records: Natural


class HistogramBin(Frozen):
    """How many persons have exactly this number of types of data exposed."""

    types: Natural
    persons: Natural


class DataTypesPerPerson(Frozen):
    """How many different fields are exposed for one person (EDPB template, field 72)."""

    min: Natural
    median: float
    p95: float
    max: Natural
    histogram: tuple[HistogramBin, ...]


class Finding(Frozen):
    """Notes that say this, and the persons on whose file they stand."""

    category: str
    topic: str | None
    assertion: Assertion
    subject: Subject
    notes: Natural
    persons: Natural


class NoteKind(Frozen):
    """Notes of one kind in view of what was needed (reference/minimisation.toml); a note may be of several."""

    id: str
    notes: Natural
    persons: Natural


class FreeText(Frozen):
    """What the notes reveal. A mention counts whatever its assertion: a supposed orientation is special data too."""

    notes: Natural
    distinct_notes: Natural = 0
    persons_with_notes: Natural
    persons_with_special_category: Natural
    notes_with_special_category: Natural = 0
    notes_with_findings: Natural = 0
    by_finding: tuple[Finding, ...]
    minimisation: tuple[NoteKind, ...] = ()


class ExposedGroup(Frozen):
    """Persons exposed to exactly this, as counted, before their severity is weighed."""

    fields: tuple[str, ...]
    special_categories: tuple[str, ...]
    context: tuple[Literal["minor", "revealing_specialty"], ...] = ()
    persons: Natural


class ReachGroup(Frozen):
    """Persons of one status, as counted, with the channels by which the extract lets them be reached.

    `special` is true where a note says something of GDPR art. 9 or 10 about the patient.
    """

    status: Literal["deceased", "minor", "adult", "age_unknown"]
    special: bool
    persons: Natural
    email: Natural
    phone: Natural
    postal: Natural
    none: Natural


class EnisaScore(Frozen):
    """ENISA 2013: SE = DPC × EI + CB, in exact quarters."""

    dpc: float
    ei: float
    cb: float
    se: float
    level: EnisaLevel
    reasons: tuple[Reason, ...]


class ProfileSeverity(Frozen):
    """The severity for the persons of one profile."""

    enisa: EnisaScore
    cnil_level: CnilLevel


class Profile(Frozen):
    """Persons exposed to exactly these fields and these special categories, in this context."""

    id: str
    fields: tuple[str, ...]
    special_categories: tuple[str, ...]
    context: tuple[Literal["minor", "revealing_specialty"], ...] = ()
    persons: Natural
    severity: ProfileSeverity


class SeverityRow(Frozen):
    """One profile's severity in short."""

    profile: str
    persons: Natural
    se: float
    level: EnisaLevel
    cnil_level: CnilLevel


class Severity(Frozen):
    """The highest severity reached by a profile (EDPB field 87), and its spread over the persons."""

    enisa: EnisaScore
    cnil_level: CnilLevel
    by_profile: tuple[SeverityRow, ...]
    persons_by_level: dict[EnisaLevel, Natural] = Field(default_factory=dict)


class Obligations(Frozen):
    """What is owed, to whom, by when."""

    notify_authority: Verdict
    inform_persons: Verdict
    deadline: datetime | None
    late: bool | None = Field(description="null while no notification date is known")
    register_only: bool
    reasons: tuple[Reason, ...]


class Segment(Frozen):
    """A group of persons to inform in one way; a person is in exactly one segment.

    `email`, `phone` and `postal` overlap; `none` has no usable channel in the extract.
    """

    id: str
    criteria: Reason
    persons: Natural
    email: Natural
    phone: Natural
    postal: Natural
    none: Natural
    letter: str | None


class Information(Frozen):
    """Who is to be informed, and how they can be reached."""

    segments: tuple[Segment, ...]


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


class Precision(Frozen):
    """A share of right findings with its exact interval (Clopper-Pearson, the notes being a finite whole)."""

    low: Share
    best: Share
    high: Share


class ReviewedCategory(Frozen):
    """How the findings of one category stood up to a person's reading of a sample of its notes."""

    category: str
    notes: Natural = Field(description="filled notes in which the category was found")
    reviewed: Natural
    right: Natural
    undecided: Natural
    precision: Precision | None = Field(description="null where nothing was decided")


class Review(Frozen):
    """What a person's reading of a seeded sample says of the figures of the notes. The unit is the filled note.

    `missed_at_most` bounds, one-sided at `confidence`, how many of `unflagged_notes` reveal something all the same;
    `special_missed_at_most` those of GDPR art. 9 or 10. Undecided notes count against us in every bound.
    """

    method: str
    confidence: Share
    seed: Natural
    size: Natural = Field(description="notes without finding that the sample was to hold")
    complete: bool = Field(description="whether the whole sample was read")
    answers: Natural = Field(default=0, description="answers of decisions.toml about a note of this extract")
    unmatched: Natural = Field(default=0, description="answers about a note that this extract does not hold")
    flagged_notes: Natural = 0
    flagged_reviewed: Natural = 0
    flagged_right: Natural = 0
    flagged_undecided: Natural = 0
    precision: Precision | None = None
    by_category: tuple[ReviewedCategory, ...] = ()
    unflagged_notes: Natural = 0
    unflagged_reviewed: Natural = 0
    unflagged_undecided: Natural = 0
    missed: Natural = Field(default=0, description="notes of the sample that reveal something and were not found")
    missed_at_most: Natural | None = None
    missed_share_at_most: Share | None = None
    special_missed: Natural = 0
    special_missed_at_most: Natural | None = None


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
