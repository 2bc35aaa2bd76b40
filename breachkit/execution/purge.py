"""`breachkit purge`: the key destroyed, then the workspace, and the proof that neither is left."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from pathlib import Path

from breachkit import case, workspace
from breachkit.errors import BreachkitError, Language, UsageError
from breachkit.execution.console import say
from breachkit.execution.locks import run_lock
from breachkit.execution.places import WORKSPACE
from breachkit.execution.run import clear_unfinished
from breachkit.release.manifest import former_outputs
from breachkit.report.format import number

DATABASE_MARK, MARK_AT = b"DUCK", 8  # where a DuckDB file says what it is


@dataclass(frozen=True)
class Purged:
    """What was destroyed and checked.

    `reviews` are the secrets of reviews that went with it, `copies` files of the folder that still are a DuckDB
    database, `outputs` the released files that stay. `derived` where the key was given by a person and is hers to
    destroy: without the identifier, destroyed here, it opens nothing.
    """

    files: int
    size: int
    reviews: int
    derived: bool
    copies: tuple[str, ...]
    outputs: int


def destroy(folder: Path, database: Path | None = None) -> Purged | None:
    """Destroys the keys (workspace, review), then the workspace, of a case; None where there was neither.

    BreachkitError where anything of it can still be opened or found in its place: the proof has failed.
    """
    database = database or folder / WORKSPACE
    if not database.parent.is_dir():
        return None
    with run_lock(database):
        clear_unfinished(database)
        reviews = case.destroy_review_keys(database)
        if not case.has_workspace(database):
            return None
        parts = workspace.files_of(database)
        size = sum(path.stat().st_size for path in parts)
        derived = case.has_key(database) and not case.has_key_file(database)
        case.destroy_key(database)
        _prove_closed(database)
        case.forget_workspace(database)
        workspace.destroy(database)
    _prove_gone(database)
    return Purged(
        files=len(parts),
        size=size,
        reviews=reviews,
        derived=derived,
        copies=_copies(folder, database.parent),
        outputs=len(former_outputs(folder)),
    )


def purged_text(found: Purged | None, language: Language) -> str:
    """What a person is told of a purge, a line each."""
    if found is None:
        return say("nothing_to_purge", language)
    size = number(found.size / 1e6, language, 1)
    told = [say("purged", language, files=found.files, megabytes=size, outputs=found.outputs)]
    told.append(say("purged_key_given" if found.derived else "purged_key_file", language))
    told += [say("purged_reviews", language, n=found.reviews)] if found.reviews else []
    copies = ", ".join(found.copies)
    told.append(say("purged_copies", language, names=copies) if copies else say("purged_no_copy", language))
    return "\n".join([*told, say("purged_beyond", language)])


def _prove_closed(database: Path) -> None:
    """BreachkitError where the database opens with a key that is not its own: it would not be encrypted."""
    try:
        with workspace.reopen(database, secrets.token_hex(32)):
            pass
    except UsageError:
        return
    raise _failed("la base s'ouvre sans sa clé", "the database opens without its key")


def _prove_gone(database: Path) -> None:
    """BreachkitError where a file of the workspace is still in its place."""
    if left := workspace.files_of(database):
        names = ", ".join(path.name for path in left)
        raise _failed(f"il reste : {names}", f"there is still: {names}")
    if case.has_workspace(database) or case.has_key(database):
        raise _failed("il reste une clé", "there is still a key")


def _copies(*folders: Path) -> tuple[str, ...]:
    """The files of these folders that are a DuckDB database, by name: copies of a workspace, or somebody's own."""
    found = set()
    for path in {one for folder in folders for one in folder.rglob("*")}:
        if path.is_file() and not path.is_symlink():
            with path.open("rb") as handle:
                if handle.read(MARK_AT + len(DATABASE_MARK))[MARK_AT:] == DATABASE_MARK:
                    found.add(path.name)
    return tuple(sorted(found))


def _failed(fr: str, en: str) -> BreachkitError:
    return BreachkitError(
        f"La destruction n'est pas prouvée : {fr}. Effacez ces fichiers vous-même, et recommencez.",
        f"Destruction is not proven: {en}. Remove these files yourself, and try again.",
    )
