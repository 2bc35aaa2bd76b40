"""The secrets of reviews: what the digests of notes and pairs are keyed with, destroyed with the workspace."""

from __future__ import annotations

import os
import re
import secrets
from pathlib import Path

from breachkit.case.keys import key_folder
from breachkit.errors import UsageError


def _review_ids_file(workspace: Path) -> Path:
    return workspace.with_name(workspace.name + ".review")


def review_key_file(identifier: str) -> Path:
    """Where the secret of a review is kept."""
    return key_folder() / f"{identifier}.review"


def new_review_key() -> str:
    """Makes the 256-bit secret of a review's digests, kept with the user as the workspace's key is; its identifier.

    It outlives the workspace's key, which is new on every run, so that answers are found again on the next one.
    """
    identifier = secrets.token_hex(16)
    try:
        key_folder().mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor = os.open(review_key_file(identifier), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
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
        return bytes.fromhex(review_key_file(identifier).read_text(encoding="ascii").strip())
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
        review_key_file(one).unlink(missing_ok=True)
    _review_ids_file(workspace).unlink(missing_ok=True)
    return len(known)
