"""stdout and stderr of a notebook: Python's own writes, and what C code and subprocesses write to the descriptors.

As in ipykernel, a stream is sent when something is displayed, when the cell ends, when it is flushed, and after a
fifth of a second. What goes to the descriptors 1 and 2 is kept in memory, in order, without a thread to watch it.
"""

from __future__ import annotations

import os
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from io import StringIO, TextIOBase
from typing import Any

FLUSH_SECONDS = 0.2  # ipykernel's interval


class Captured:
    """What is written to one of the process's descriptors from now on; `copy` is where it went before."""

    def __init__(self, descriptor: int) -> None:
        self.copy = os.dup(descriptor)
        self._file = _memory()
        self._descriptor = descriptor
        self._at = 0
        os.dup2(self._file, descriptor)

    def taken(self) -> str:
        """The text written since the last call; bytes that are no UTF-8 become the replacement character."""
        size = os.fstat(self._file).st_size
        if size == self._at:
            return ""
        content = os.pread(self._file, size - self._at, self._at)
        self._at += len(content)
        return content.decode("utf-8", "replace")

    def write(self, text: str) -> None:
        """Appends text, from another process too."""
        os.write(self._descriptor, text.encode("utf-8", "replace"))

    def restore(self) -> None:
        """Gives the descriptor back."""
        os.dup2(self.copy, self._descriptor)
        os.close(self.copy)
        os.close(self._file)


def _memory() -> int:
    """A file of this process in memory, always written at its end; on disk and without a name elsewhere."""
    if sys.platform == "linux":
        import fcntl

        made = os.memfd_create("stream", os.MFD_CLOEXEC)
        fcntl.fcntl(made, fcntl.F_SETFL, fcntl.fcntl(made, fcntl.F_GETFL) | os.O_APPEND)
        return made
    with tempfile.TemporaryFile() as file:
        return os.dup(file.fileno())


class Stream(TextIOBase):
    """`sys.stdout` or `sys.stderr` of a notebook; `send(name, text)` gets its text."""

    encoding = "UTF-8"
    errors = "replace"

    def __init__(self, name: str, captured: Captured, send: Callable[[str, str], None]) -> None:
        self.name = name
        self._captured = captured
        self._send = send
        self._kept = StringIO()
        self._owner = os.getpid()
        self._since = 0.0
        self._lock = threading.RLock()

    def write(self, text: str, /) -> int:
        """Keeps the text for the next flush."""
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text)}")
        if os.getpid() != self._owner:  # a process that the notebook has forked
            self._captured.write(text)
            return len(text)
        with self._lock:
            now = time.monotonic()
            if self._since and now - self._since >= FLUSH_SECONDS:
                self.flush()
            self._take()
            self._since = self._since or now
            self._kept.write(text)
        return len(text)

    def flush(self) -> None:
        """Sends what was kept."""
        if os.getpid() != self._owner:
            return
        with self._lock:
            self._take()
            text = self._kept.getvalue()
            self._since = 0.0
            if text:
                self._kept = StringIO()
                self._send(self.name, text)

    def _take(self) -> None:
        self._kept.write(self._captured.taken())

    def fileno(self) -> int:
        """Where the descriptor led before it was captured, as ipykernel gives it."""
        return self._captured.copy

    def isatty(self) -> bool:
        """Never a terminal."""
        return False

    def writable(self) -> bool:
        """Always."""
        return True

    def set_parent(self, parent: Any) -> None:
        """Nothing: all that is written belongs to the cell that runs."""
