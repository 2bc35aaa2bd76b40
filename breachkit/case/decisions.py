"""The decisions a person has taken in a case: kept as data, replayed on every run."""

from __future__ import annotations

import tomllib
from datetime import date
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from breachkit.errors import FactsError
from breachkit.limits import Limits
from breachkit.reference.catalogue import categories, fields


class ColumnDecision(BaseModel):
    """A person's word on what a column holds; it overrules the automatic verdict on every run."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    table: str
    column: str
    field: str
    author: str
    date: date
    reason: str = ""


class RejectDecision(BaseModel):
    """A person's rule that takes rejected records of delimited text back in, on every run.

    `take` says how: "join" (too many cells: the surplus is text of `column`, with its delimiters), "pad" (too few
    cells: the last columns are empty), "as_text" (quotes are text and delimit nothing).
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    table: str
    rejected: Literal["too_many_cells", "too_few_cells", "unbalanced_quote", "truncated_record"]
    take: Literal["join", "pad", "as_text"]
    column: str | None = None
    author: str
    date: date
    reason: str = ""

    @model_validator(mode="after")
    def _names_its_column(self) -> RejectDecision:
        if (self.take == "join") != (self.column is not None):
            raise ValueError("column goes with take = join, and only with it")
        return self


Digest = Annotated[str, Field(pattern="^[0-9a-f]{32}$")]


class SampleDecision(BaseModel):
    """Which notes, or pairs of files, are drawn for a person to review.

    `key` names the secret of their digests, and is not that secret.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    key: Digest
    seed: Annotated[int, Field(ge=0)]
    size: Annotated[int, Field(ge=1)]
    date: date


class NoteDecision(BaseModel):
    """A person's word on what a note reveals. The note is named by a keyed digest: no word of it is kept.

    `categories` are those the note truly reveals; a yes without any says that it reveals something, not what.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    digest: Digest
    answer: Literal["yes", "no", "undecided"]
    categories: tuple[str, ...] = ()
    author: str
    date: date
    reason: str = ""

    @model_validator(mode="after")
    def _agrees_with_itself(self) -> NoteDecision:
        if self.categories and self.answer != "yes":
            raise ValueError("categories go with answer = yes, and only with it")
        if not set(self.categories) <= set(categories()):
            raise ValueError("categories are ids of categories.tsv")
        return self


class PairDecision(BaseModel):
    """A person's word on whether two files are one person's. Each is named by a keyed digest: no value is kept."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    one: Digest
    other: Digest
    answer: Literal["same", "different", "undecided"]
    author: str
    date: date
    reason: str = ""

    @model_validator(mode="after")
    def _names_two(self) -> PairDecision:
        if self.one == self.other:
            raise ValueError("one and other are two files")
        return self


class Decisions(BaseModel):
    """decisions.toml: every correction and every answer of a review, with author and date, and the limits of reading.

    The latest [[sample]] and [[pair_sample]] count, the latest [[note]] on a digest and [[pair]] on two.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    column: tuple[ColumnDecision, ...] = ()
    reject: tuple[RejectDecision, ...] = ()
    sample: tuple[SampleDecision, ...] = ()
    note: tuple[NoteDecision, ...] = ()
    pair_sample: tuple[SampleDecision, ...] = ()
    pair: tuple[PairDecision, ...] = ()
    limits: Limits = Limits()

    def for_table(self, table: str) -> dict[str, str]:
        """Column header → field id, for one table."""
        return {one.column: one.field for one in self.column if one.table == table}

    def answers(self) -> dict[str, NoteDecision]:
        """Digest → the latest answer on that note."""
        return {one.digest: one for one in self.note}

    def pair_answers(self) -> dict[tuple[str, str], PairDecision]:
        """Two digests, the smaller first → the latest answer on that pair, in the order in which they were given."""
        found: dict[tuple[str, str], PairDecision] = {}
        for answer in self.pair:
            pair = (min(answer.one, answer.other), max(answer.one, answer.other))
            found.pop(pair, None)
            found[pair] = answer
        return found


LIMIT_NAMES = ", ".join(Limits.model_fields)
ACCEPTED_FR = (
    "Chaque [[column]] admet : table, column, field, author, date (2026-01-31), reason. Chaque [[reject]] : table, "
    'rejected, take ("join" avec column, "pad" ou "as_text"), author, date, reason. [[sample]] et [[note]] sont '
    "écrits par « breachkit review » ; note : digest, answer (yes, no, undecided), categories, author, date. "
    "[[pair_sample]] et [[pair]] aussi (--what pairs) ; pair : one, other, answer (same, different, undecided), "
    "author, date. [limits] : "
    f"{LIMIT_NAMES} (nombres entiers)."
)
ACCEPTED_EN = (
    "Each [[column]] takes: table, column, field, author, date (2026-01-31), reason. Each [[reject]]: table, "
    'rejected, take ("join" with column, "pad" or "as_text"), author, date, reason. [[sample]] and [[note]] are '
    "written by “breachkit review”; note: digest, answer (yes, no, undecided), categories, author, date. "
    "[[pair_sample]] and [[pair]] too (--what pairs); pair: one, other, answer (same, different, undecided), author, "
    "date. [limits]: "
    f"{LIMIT_NAMES} (whole numbers)."
)


def load_decisions(path: Path) -> Decisions:
    """The decisions of a TOML file; FactsError naming the key where one is wrong."""
    try:
        found = tomllib.loads(path.read_text(encoding="utf-8-sig"))
        decisions = Decisions.model_validate(found)
    except OSError:
        raise FactsError(f"{path.name} : fichier introuvable.", f"{path.name}: file missing.") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError):
        raise FactsError(
            f"{path.name} : ce n'est pas du TOML en UTF-8.", f"{path.name}: this is not TOML in UTF-8."
        ) from None
    except ValidationError as error:
        where = "; ".join(".".join(str(part) for part in one["loc"]) for one in error.errors())
        raise FactsError(
            f"{path.name} : clé inconnue, manquante ou mal typée : {where}. {ACCEPTED_FR}",
            f"{path.name}: unknown, missing or ill-typed key: {where}. {ACCEPTED_EN}",
        ) from None
    for one in decisions.column:
        if one.field not in fields():
            raise FactsError(
                f"{path.name} : column.field : « {one.field} » n'est pas un champ. Admis : {', '.join(fields())}.",
                f"{path.name}: column.field: “{one.field}” is no known field. Accepted: {', '.join(fields())}.",
            )
    return decisions
