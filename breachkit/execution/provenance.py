"""What a release was made with, as digests: the code, the knowledge, the notebooks, the libraries."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Iterable
from functools import cache
from importlib import metadata
from pathlib import Path

from breachkit.execution.bundled import PACKAGE, notebooks_folder

LOCK = "requirements.lock"


@cache
def made_with() -> dict[str, str]:
    """The digest (SHA-256) of each part that figures and pages depend on; `lock` where the lock file is there."""
    reference = PACKAGE / "reference"
    found = {
        "python": ".".join(str(part) for part in sys.version_info[:3]),
        "code": _digest(PACKAGE, PACKAGE.rglob("*.py")),
        "reference": _digest(reference, (path for path in reference.rglob("*") if path.parent.name != "lexicon")),
        "lexicon": _digest(reference, (reference / "lexicon").glob("*")),
        "notebooks": _digest(notebooks_folder(), notebooks_folder().glob("*.ipynb")),
        "libraries": _libraries(),
    }
    for lock in (PACKAGE / "_bundled" / LOCK, PACKAGE.parent / LOCK):
        if lock.is_file():
            return found | {"lock": hashlib.sha256(lock.read_bytes()).hexdigest()}
    return found


def _digest(root: Path, paths: Iterable[Path]) -> str:
    """One digest of files, their names and contents."""
    found = hashlib.sha256()
    for path in sorted(one for one in paths if one.is_file() and "__pycache__" not in one.parts):
        found.update(path.relative_to(root).as_posix().encode("utf-8") + b"\0")
        found.update(hashlib.sha256(path.read_bytes()).digest())
    return found.hexdigest()


def _libraries() -> str:
    """One digest of every library that is installed and its version."""
    installed = {f"{one.metadata['Name'].lower()}=={one.version}" for one in metadata.distributions()}
    return hashlib.sha256("\n".join(sorted(installed)).encode("utf-8")).hexdigest()
