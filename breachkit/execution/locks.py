"""One run at a time on a workspace and on a folder of outputs, by locks that end with the process that holds them."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from breachkit.errors import UsageError
from breachkit.execution.console import say


@contextmanager
def run_lock(database: Path, out: Path | None = None) -> Iterator[None]:
    """Holds the workspace at `database` and the folder `out`, made if missing; UsageError where another run does."""
    database.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    file = database.with_name(f".{database.name}.lock")
    with ExitStack() as held:
        _hold(file, os.O_RDWR | os.O_CREAT, held)
        held.callback(file.unlink, missing_ok=True)
        if out is not None and sys.platform != "win32":
            out.mkdir(parents=True, exist_ok=True)
            _hold(out, os.O_RDONLY | os.O_DIRECTORY, held)
        yield


def _hold(path: Path, flags: int, held: ExitStack) -> None:
    """Takes the lock of a file until `held` ends; the file may be gone and made again by another in between."""
    while True:
        descriptor = os.open(path, flags, 0o600)
        if not _taken(descriptor):
            os.close(descriptor)
            raise UsageError(say("already_running", "fr"), say("already_running", "en"))
        if path.exists() and os.path.samestat(os.fstat(descriptor), path.stat()):
            held.callback(os.close, descriptor)
            return
        os.close(descriptor)


def _taken(descriptor: int) -> bool:
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
