"""What every part of the impact is made of: frozen values, numbers with their doubt, words with their id."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

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
