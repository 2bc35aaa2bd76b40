"""Severity, obligations and information: what the figures weigh, and what is owed."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import Field

from breachkit.impact.base import CnilLevel, EnisaLevel, Frozen, Natural, Reason, Verdict


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
    sensitive_to: tuple[str, ...] = Field(default=(), description="ids of `Severity.sensitivity` that change its band")


class WhatIf(Frozen):
    """What one doubtful column, fact or rule would change, everything else kept: computed by scoring again."""

    id: str
    kind: Literal["column", "fact", "rule"]
    change: Reason
    se: float = Field(description="highest score after the change")
    level: EnisaLevel
    cnil_level: CnilLevel
    changes_maximum: bool = Field(description="the highest band is another one")
    profiles: Natural = Field(description="profiles whose band is another one")
    persons: Natural = Field(description="persons of those profiles")
    persons_by_level: dict[EnisaLevel, Natural]
    notify_authority: Verdict
    inform_persons: Verdict
    changes_obligations: bool = Field(default=False, description="one of the two verdicts is another one")


class Severity(Frozen):
    """The highest severity reached by a profile (EDPB field 87), and its spread over the persons."""

    enisa: EnisaScore
    cnil_level: CnilLevel
    by_profile: tuple[SeverityRow, ...]
    persons_by_level: dict[EnisaLevel, Natural] = Field(default_factory=dict)
    flags: tuple[Reason, ...] = Field(default=(), description="ENISA's flags: signals to a person, without points")
    sensitivity: tuple[WhatIf, ...] = Field(
        default=(), description="what would change a band or a verdict, gravest first; empty for one controller"
    )


class DecisionStep(Frozen):
    """One question of the decision tree of `reference/obligations.toml`, and the answer it was given."""

    tree: Literal["authority", "persons"]
    node: str
    question: Reason
    source: Reason = Field(description="where the answer comes from")
    answer: Reason
    leads_to: str = Field(description="the next node, or the verdict")
    ground: Reason = Field(description="legal ground, or the choice that stands for one")
    mark: Literal["R", "R2", "K", "I"] = Field(description="how sure the ground is: see docs/methode.md")


class Duty(Frozen):
    """A duty beside art. 33 and 34, or a question of role: a reminder, for a person to judge."""

    id: str
    who: Literal["controller", "processor", "joint"]
    state: Literal["due", "check", "advised", "done", "not_done"]
    text: Reason
    ground: Reason
    mark: Literal["R", "R2", "K", "I"]
    deadline: datetime | None = None


class Obligations(Frozen):
    """What is owed, to whom, by when."""

    notify_authority: Verdict
    inform_persons: Verdict
    deadline: datetime | None
    late: bool | None = Field(description="null while no notification date is known")
    register_only: bool
    reasons: tuple[Reason, ...]
    path: tuple[DecisionStep, ...] = Field(default=(), description="the way through the decision tree, in order")
    duties: tuple[Duty, ...] = ()


class Segment(Frozen):
    """A group of persons to inform in one way; a person is in exactly one segment.

    `email`, `phone` and `postal` overlap, and so do `mobile` and `landline`; `none` has no usable channel in the
    extract.
    """

    id: str
    criteria: Reason
    persons: Natural
    email: Natural
    phone: Natural
    postal: Natural
    none: Natural
    letter: str | None
    status: str = Field(default="adult", description="id of a status of segments.toml")
    sensitive: bool = Field(default=False, description="what leaked may reveal something of GDPR art. 9 or 10")
    leaked: str = Field(default="contact", description="id of a kind of leak of segments.toml")
    mobile: Natural = Field(default=0, description="a number that a text message reaches")
    landline: Natural = Field(default=0, description="any other number")
    fields: tuple[str, ...] = Field(default=(), description="fields that leaked of somebody in the segment")
    partial: tuple[str, ...] = Field(default=(), description="those of `fields` that did not leak of everybody")


Channel = Literal["email", "mobile", "landline", "postal"]


class ChannelMix(Frozen):
    """Living persons who can be reached by exactly these channels."""

    channels: tuple[Channel, ...]
    persons: Natural


class Reach(Frozen):
    """How the living persons can be reached; the mixes add up to `persons`, and hold one without any channel."""

    persons: Natural
    email: Natural
    mobile: Natural
    landline: Natural
    postal: Natural
    none: Natural
    mixes: tuple[ChannelMix, ...] = ()
    email_shared: Natural = Field(default=0, description="whose every e-mail address is also another person's")
    phone_shared: Natural = Field(default=0, description="whose every telephone number is also another person's")
    postal_shared: Natural = Field(default=0, description="whose every postal address is also another person's")
    only_shared: Natural = Field(default=0, description="reached, but by no channel of their own")
    sensitive: Natural = Field(default=0, description="persons of sensitive segments")
    sensitive_without_post: Natural = Field(default=0, description="of these, those a sealed letter cannot reach")


class Effort(Frozen):
    """What supports or refutes a "disproportionate effort" (GDPR art. 34(3)(c)); a proposal, for a person to judge."""

    verdict: Literal["no", "for_some", "nobody_reached", "undetermined"]
    supports: tuple[Reason, ...] = ()
    refutes: tuple[Reason, ...] = ()


class Information(Frozen):
    """Who is to be informed, and how they can be reached."""

    segments: tuple[Segment, ...]
    reach: Reach | None = Field(default=None, description="null where it was not counted")
    effort: Effort | None = None
    missing: tuple[Reason, ...] = Field(default=(), description="facts that the letters leave blank")
