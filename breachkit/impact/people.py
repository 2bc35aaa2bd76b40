"""The persons: how many, how they were counted, exposed to what, reachable how."""

from __future__ import annotations

from itertools import pairwise
from typing import Literal

from pydantic import Field, model_validator

from breachkit.impact.base import Assertion, Estimate, Frozen, Natural, Reason


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


class Accounts(Frozen):
    """Accounts of one kind: neither records nor persons, since a person holds several and several share one."""

    kind: Literal["bank", "login"] = Field(description="bank: different valid IBANs; login: different user names")
    accounts: Natural
    records: Natural = Field(description="patients' records with such an account")
    persons: Natural = Field(description="persons tied to at least one")
    shared: Natural = Field(description="accounts tied to more than one person")


class ControllerCount(Frozen):
    """How many controllers, and the sum of their patients: more than the persons, since patients are shared."""

    count: Natural
    sum_of_patients: Natural


class Merge(Frozen):
    """What one rule of linking did to the count: files taken together, and the persons left after it."""

    rule: Reason
    level: Literal["identical", "certain", "probable", "possible", "person"]
    merges: Natural
    persons: Natural = Field(description="persons left once this rule and those above are applied")
    wrong: float = Field(default=0.0, ge=0, description="merges of this rule expected to be wrong")


class Doubtful(Frozen):
    """Pairs of files near the threshold, by the rule that would hold: merged all the same, or left apart."""

    rule: Reason
    merged: Natural
    apart: Natural


class PairReview(Frozen):
    """What a person's answers about doubtful pairs did; each pair counts once, by its latest answer."""

    answers: Natural
    joined: Natural = Field(default=0, description='answers "same" that are followed')
    separated: Natural = Field(default=0, description='answers "different" that are followed')
    undecided: Natural = 0
    contradictory: Natural = Field(default=0, description='answers "same" that something contradicts: not followed')
    unmatched: Natural = Field(default=0, description="answers about a record that this extract does not hold")

    @model_validator(mode="after")
    def _adds_up(self) -> PairReview:
        if self.answers != self.joined + self.separated + self.undecided + self.contradictory + self.unmatched:
            raise ValueError("the answers about pairs do not add up")
        return self


class Linking(Frozen):
    """How records became persons, rule by rule, and what is doubtful about it."""

    nameless: Natural = Field(description="records that name nobody, each counted as a person of its own")
    merges: tuple[Merge, ...]
    joined: float = Field(ge=0, description="persons expected to be one too few: merges that are wrong")
    missed: float = Field(ge=0, description="persons expected to be one too many: merges that are missing")
    doubtful: tuple[Doubtful, ...] = ()
    review: PairReview | None = Field(default=None, description="null where no pair was answered by a person")


class Change(Frozen):
    """What left (negative) or joined the count at one step of the path, and why: ids of the report's wording."""

    id: str
    count: int


class Step(Frozen):
    """One step from bytes to persons: what is counted there, and what makes it differ from the step before."""

    id: Literal[
        "bytes", "lines", "records", "loaded", "patient_records", "identifiable", "persons", "living", "reachable"
    ]
    unit: Literal["bytes", "lines", "records", "persons"]
    count: Natural
    changes: tuple[Change, ...] = ()


class Apart(Estimate):
    """Persons to treat apart: an age band, a protection, a death, a specialty that tells why they came."""

    id: Literal[
        "under_15",
        "from_15_to_17",
        "from_75",
        "protected",
        "death_declared",
        "death_probable",
        "revealing_care",
        "public_figures",
    ]


class RowRole(Frozen):
    """Rows that say themselves whose they are (a column "role" or "profile"), by what they say."""

    role: Literal["patient", "professional", "staff", "other", "untold"]
    rows: Natural
    persons: Natural


class People(Frozen):
    """Who is affected."""

    patients: Counted
    professionals: Counted
    third_parties: ThirdParties
    minors: Estimate
    deceased: Estimate
    controllers: ControllerCount
    accounts: tuple[Accounts, ...] = Field(default=(), description="one for each kind that patients' records hold")
    linking: Linking | None = Field(default=None, description="null where it was not kept")
    apart: tuple[Apart, ...] = Field(default=(), description="groups overlap; one that could not be known is left out")
    row_roles: tuple[RowRole, ...] = Field(default=(), description="empty where no row says whose it is")
    path: tuple[Step, ...] = Field(default=(), description="from bytes to persons; each step adds up")

    @model_validator(mode="after")
    def _path_adds_up(self) -> People:
        for former, step in pairwise(self.path):
            if former.id != "bytes" and step.count != former.count + sum(one.count for one in step.changes):
                raise ValueError("the path from bytes to persons does not add up")
        return self


class Exposure(Frozen):
    """Persons for whom a field is exposed with at least one valid value, or a special category by any."""

    field: str | None = None
    special_category: str | None = None
    persons: Natural
    low: Natural
    high: Natural
    records: Natural


class Revealed(Frozen):
    """Persons of whom the cells of one field reveal this: a drug, a diagnosis, a test, the title of a document.

    The field alone exposes every person it has a value for (`exposure`); this tells what the values say of some. Codes
    that no list holds reveal nothing here: the figures are a least. A negative test is told as `negated`.
    """

    field: str
    category: str
    topic: str | None
    assertion: Assertion = "affirmed"
    low: Natural
    persons: Natural
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


class ExposedGroup(Frozen):
    """Persons exposed to exactly this, as counted, before their severity is weighed."""

    fields: tuple[str, ...]
    special_categories: tuple[str, ...]
    context: tuple[Literal["minor", "revealing_specialty"], ...] = ()
    persons: Natural


class ReachGroup(Frozen):
    """Persons of one status and one kind of exposure, as counted, with the channels that reach them.

    `sensitive` is true where what leaked of the person may reveal an illness or something else of GDPR art. 9 or 10;
    `leaked` is the gravest kind among the other fields (`reference/segments.toml`). `fields` leaked of somebody in the
    group, `partial` of them not of everybody.
    """

    status: Literal["deceased", "child", "teenager", "adult", "protected", "age_unknown"]
    sensitive: bool
    leaked: Literal["contact", "number", "access", "bank"] = "contact"
    persons: Natural
    email: Natural
    phone: Natural
    mobile: Natural = 0
    landline: Natural = 0
    postal: Natural
    none: Natural
    fields: tuple[str, ...] = ()
    partial: tuple[str, ...] = ()
