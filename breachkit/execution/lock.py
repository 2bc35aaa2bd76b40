"""One batch at a time in a folder: a lock that the system gives back when the last process of its holder ends."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from breachkit.errors import UsageError

WAIT_SECONDS = 3.0  # after a batch that was killed, its children need a moment to end; our choice
_WINDOWS_FILE = ".lock"


@contextmanager
def locked(folder: Path) -> Iterator[int]:
    """Holds the folder (made if missing); gives the lock's descriptor, for the processes that write there.

    UsageError where another batch holds it.
    """
    folder.mkdir(parents=True, exist_ok=True)
    descriptor = _open(folder)
    try:
        deadline = time.monotonic() + WAIT_SECONDS
        while not _taken(descriptor):
            if time.monotonic() > deadline:
                raise UsageError(
                    "Un autre « breachkit batch » travaille déjà sur ce dossier. Attendez sa fin, ou arrêtez-le.",
                    "Another “breachkit batch” is at work on this folder. Wait for its end, or stop it.",
                )
            time.sleep(0.05)
        yield descriptor
    finally:
        os.close(descriptor)
        if sys.platform == "win32":
            (folder / _WINDOWS_FILE).unlink(missing_ok=True)


def _open(folder: Path) -> int:
    if sys.platform == "win32":
        return os.open(folder / _WINDOWS_FILE, os.O_RDWR | os.O_CREAT, 0o600)
    return os.open(folder, os.O_RDONLY | os.O_DIRECTORY)  # the folder itself: no file to leave behind


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
