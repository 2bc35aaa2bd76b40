"""The case folder: the key of its workspace, and the decisions a person has taken.

The key never lies beside the data: it is kept in the user's own data folder (`BREACHKIT_KEY_DIR` to choose
another), so that a copied or mailed case folder opens nothing. Destroying the key destroys the workspace.
"""

from __future__ import annotations

import os
import re
import secrets
import tomllib
from datetime import date
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from breachkit.errors import FactsError, UsageError
from breachkit.limits import Limits
from breachkit.reference.catalogue import categories, fields


def key_folder() -> Path:
    """Where keys are kept: BREACHKIT_KEY_DIR, else the user's data folder."""
    chosen = os.environ.get("BREACHKIT_KEY_DIR")
    if chosen:
        return Path(chosen)
    data_home = os.environ.get("XDG_DATA_HOME") or os.environ.get("LOCALAPPDATA")
    return (Path(data_home) if data_home else Path.home() / ".local" / "share") / "breachkit" / "keys"


def _id_file(workspace: Path) -> Path:
    return workspace.with_name(workspace.name + ".id")


def _key_file(workspace: Path) -> Path:
    return key_folder() / f"{_id_file(workspace).read_text(encoding='ascii').strip()}.key"


def new_key(workspace: Path) -> str:
    """A fresh 256-bit key for the workspace, kept with the user; an earlier key of it is destroyed."""
    destroy_key(workspace)
    folder = key_folder()
    try:
        workspace.parent.mkdir(parents=True, exist_ok=True)
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        _id_file(workspace).write_text(secrets.token_hex(16) + "\n", encoding="ascii")
        key = secrets.token_hex(32)
        descriptor = os.open(_key_file(workspace), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        raise UsageError(
            f"La clé de l'espace de travail ne peut pas être écrite ({type(error).__name__}). Donnez un dossier "
            "accessible par la variable BREACHKIT_KEY_DIR, et un --out où vous pouvez écrire.",
            f"The workspace key cannot be written ({type(error).__name__}). Name a folder you can write to "
            "in BREACHKIT_KEY_DIR, and an --out you can write to.",
        ) from None
    with os.fdopen(descriptor, "w") as handle:
        handle.write(key)
    return key


def has_workspace(path: Path) -> bool:
    """Whether a workspace of ours stands at this path: its identifier lies beside it."""
    return path.is_file() and _id_file(path).is_file()


def has_key(workspace: Path) -> bool:
    """Whether a workspace stands here and its key is with this user."""
    return has_workspace(workspace) and _key_file(workspace).is_file()


def move_workspace(made: Path, place: Path) -> None:
    """Puts a finished workspace, with its identifier, in the place of a former one, whose key is destroyed."""
    if _id_file(place).is_file():
        destroy_key(place)
    made.replace(place)
    _id_file(made).replace(_id_file(place))


def forget_workspace(path: Path) -> None:
    """Destroys the key of a workspace and its identifier."""
    destroy_key(path)
    _id_file(path).unlink(missing_ok=True)


def read_key(workspace: Path) -> str:
    """The key of an existing workspace; UsageError where it is not with this user."""
    try:
        return _key_file(workspace).read_text(encoding="ascii").strip()
    except OSError:
        raise UsageError(
            "La clé de cet espace de travail n'est pas sur ce poste (ou a été détruite). Les chiffres publiés "
            "restent lisibles ; pour recalculer, relancez « breachkit run » sur l'extraction.",
            "The key of this workspace is not on this machine (or was destroyed). Released figures stay "
            "readable; to compute again, run “breachkit run” on the extract.",
        ) from None


def destroy_key(workspace: Path) -> bool:
    """Destroys the key of a workspace; False where there was none."""
    try:
        _key_file(workspace).unlink()
    except FileNotFoundError:
        return False
    return True


def _review_ids_file(workspace: Path) -> Path:
    return workspace.with_name(workspace.name + ".review")


def _review_key_file(identifier: str) -> Path:
    return key_folder() / f"{identifier}.review"


def new_review_key() -> str:
    """Makes the 256-bit secret of a review's digests, kept with the user as the workspace's key is; its identifier.

    It outlives the workspace's key, which is new on every run, so that answers are found again on the next one.
    """
    identifier = secrets.token_hex(16)
    try:
        key_folder().mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor = os.open(_review_key_file(identifier), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        raise UsageError(
            f"La clé de la relecture ne peut pas être écrite ({type(error).__name__}). Donnez un dossier accessible "
            "par la variable BREACHKIT_KEY_DIR.",
            f"The key of the review cannot be written ({type(error).__name__}). Name a folder you can write to in "
            "BREACHKIT_KEY_DIR.",
        ) from None
    with os.fdopen(descriptor, "w") as handle:
        handle.write(secrets.token_hex(32))
    return identifier


def read_review_key(identifier: str) -> bytes | None:
    """The secret of a review's digests; None where it is not with this user, or was destroyed."""
    try:
        return bytes.fromhex(_review_key_file(identifier).read_text(encoding="ascii").strip())
    except (OSError, ValueError):
        return None


def tie_review_key(workspace: Path, identifier: str) -> None:
    """Notes beside a workspace that this review's secret is to be destroyed with it."""
    known = _review_ids(workspace)
    if identifier not in known:
        _review_ids_file(workspace).write_text("".join(f"{one}\n" for one in (*known, identifier)), encoding="ascii")


def _review_ids(workspace: Path) -> list[str]:
    file = _review_ids_file(workspace)
    return file.read_text(encoding="ascii").split() if file.is_file() else []


def destroy_review_keys(workspace: Path) -> int:
    """Destroys the secrets tied to a workspace, after which no note can be told from its digest; how many."""
    known = [one for one in _review_ids(workspace) if re.fullmatch("[0-9a-f]{32}", one)]
    for one in known:
        _review_key_file(one).unlink(missing_ok=True)
    _review_ids_file(workspace).unlink(missing_ok=True)
    return len(known)


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
