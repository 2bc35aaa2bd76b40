"""The key of a workspace.

It never lies beside the data: it is kept in the user's own data folder (`BREACHKIT_KEY_DIR` to choose another), or
given by the user at each command (`BREACHKIT_KEY`, `BREACHKIT_KEY_COMMAND`), so that a copied or mailed case folder
opens nothing. Destroying the key destroys the workspace.
"""

from __future__ import annotations

import hmac
import os
import re
import secrets
import shlex
import subprocess
from pathlib import Path

from breachkit.errors import UsageError


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


MASTER = re.compile("[0-9a-f]{64}")
COMMAND_SECONDS = 60  # a password manager may ask a person


def _master() -> str | None:
    """The key that a person gives, from which the key of each workspace is derived; None where none is given.

    UsageError where it is not 64 hexadecimal digits or the command fails; what it printed is never told.
    """
    given, command = os.environ.get("BREACHKIT_KEY"), os.environ.get("BREACHKIT_KEY_COMMAND")
    if not given and command:
        given = _printed(command)
    if not given:
        return None
    found = given.strip().lower()
    if not MASTER.fullmatch(found):
        raise UsageError(
            "La clé donnée par BREACHKIT_KEY ou par BREACHKIT_KEY_COMMAND doit avoir 64 chiffres hexadécimaux "
            "(« openssl rand -hex 32 » en tire une).",
            "The key given by BREACHKIT_KEY or BREACHKIT_KEY_COMMAND must have 64 hexadecimal digits (“openssl rand "
            "-hex 32” draws one).",
        )
    return found


def _printed(command: str) -> str:
    kind = "code"
    try:
        done = subprocess.run(shlex.split(command), capture_output=True, timeout=COMMAND_SECONDS, check=False)
        if done.returncode == 0:
            return done.stdout.decode("ascii", "replace")
    except (OSError, ValueError, subprocess.TimeoutExpired) as error:
        kind = type(error).__name__
    raise UsageError(
        f"La commande de BREACHKIT_KEY_COMMAND a échoué ({kind}) : elle doit écrire la clé sur sa sortie standard.",
        f"The command of BREACHKIT_KEY_COMMAND failed ({kind}): it must print the key on its standard output.",
    )


def _derived(master: str, workspace: Path) -> str:
    """The key of one workspace: HMAC-SHA256 of its identifier, which is destroyed with it."""
    identifier = _id_file(workspace).read_bytes().strip()
    return hmac.new(bytes.fromhex(master), b"breachkit workspace " + identifier, "sha256").hexdigest()


def new_key(workspace: Path) -> str:
    """A fresh 256-bit key for the workspace, an earlier one of it destroyed.

    It is kept with the user, in a file that its owner alone can read, unless a person gives a key (BREACHKIT_KEY, or
    what BREACHKIT_KEY_COMMAND prints): then it is derived from that one and kept nowhere.
    """
    destroy_key(workspace)
    master, folder = _master(), key_folder()
    try:
        workspace.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        _write_private(_id_file(workspace), secrets.token_hex(16) + "\n")
        if master:
            return _derived(master, workspace)
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
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


def has_key_file(workspace: Path) -> bool:
    """Whether the key of a workspace is kept in a file of this user."""
    return has_workspace(workspace) and _key_file(workspace).is_file()


def has_key(workspace: Path) -> bool:
    """Whether a workspace stands here and its key is with this user."""
    return has_key_file(workspace) or (has_workspace(workspace) and _master() is not None)


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
        if not _key_file(workspace).is_file() and (master := _master()):
            return _derived(master, workspace)
        return _key_file(workspace).read_text(encoding="ascii").strip()
    except OSError:
        raise UsageError(
            "La clé de cet espace de travail n'est pas sur ce poste (ou a été détruite, ou BREACHKIT_KEY manque). "
            "Les chiffres publiés restent lisibles ; pour recalculer, relancez « breachkit run » sur l'extraction.",
            "The key of this workspace is not on this machine (or was destroyed, or BREACHKIT_KEY is missing). "
            "Released figures stay readable; to compute again, run “breachkit run” on the extract.",
        ) from None


def destroy_key(workspace: Path) -> bool:
    """Destroys the key file of a workspace, its bytes first; False where there was none."""
    try:
        file = _key_file(workspace)
        with file.open("r+b") as handle:
            handle.write(secrets.token_bytes(64))
            handle.flush()
            os.fsync(handle.fileno())
        file.unlink()
    except FileNotFoundError:
        return False
    return True


def _write_private(path: Path, text: str) -> None:
    """Writes a file that its owner alone can read."""
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as handle:
        handle.write(text)
