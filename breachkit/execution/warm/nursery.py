"""Starts the process that forks, and asks it for children: the side of whoever has notebooks to run."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import sysconfig
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from breachkit.errors import InternalError
from breachkit.execution.warm.wire import Wire, pair

PACKAGE_PARENT = Path(__file__).resolve().parents[3]
START = "from breachkit.execution.warm.forking import main; main()"
ANSWER_BYTES = 1 << 16


def can_fork() -> bool:
    """Whether notebooks may run in forked processes: on Linux. Apple's libraries do not survive a fork."""
    return sys.platform == "linux"


class Child:
    """A forked process and the wire to it."""

    def __init__(self, nursery: Nursery, process: int, wire: Wire) -> None:
        self._nursery = nursery
        self.process = process
        self.wire = wire

    def receive(self, seconds: float | None = None) -> dict[str, Any] | None:
        """Its next message; None once it is dead. TimeoutError after `seconds`."""
        return self.wire.receive(seconds, self.process)

    def end(self) -> None:
        """Ends it, whatever it is doing, with the processes it has started."""
        self._nursery.end(self.process)
        self.wire.close()


class Nursery:
    """One process that forks; use it in a `with` statement. May be shared by threads."""

    def __init__(
        self, environment: Mapping[str, str] | None = None, keep: Sequence[int] = (), folder: Path | None = None
    ) -> None:
        """Starts it with this environment (ours by default); it and its children keep the descriptors `keep`.

        It removes `folder` as it ends, since whoever has made it may be killed before.
        """
        self._lock = threading.Lock()
        self._control, theirs = pair(socket.SOCK_SEQPACKET)
        arguments = [sys.executable, "-P", "-Xfrozen_modules=off", "-c", START, str(theirs.fileno())]
        arguments += [str(folder)] if folder else []
        with theirs:
            self._process = subprocess.Popen(
                arguments, env=_environment(os.environ if environment is None else environment),
                pass_fds=(theirs.fileno(), *keep), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL, start_new_session=True,
            )  # fmt: skip

    def __enter__(self) -> Nursery:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def warm(self, function: str, **arguments: Any) -> None:
        """Runs « module:function » in the process itself, before it forks.

        OSError where the disk refuses it; InternalError, of the same kind, where it fails otherwise.
        """
        answer = self._ask({"do": "warm", "run": function, "with": arguments})
        if answer.get("errno"):
            raise OSError(answer["errno"], os.strerror(answer["errno"]))
        if "failed" in answer:
            raise InternalError("notebooks", type(answer["failed"], (Exception,), {})())

    def fork(self, function: str) -> Child:
        """A child that runs « module:function » with its end of a wire, then ends."""
        ours, theirs = pair()
        with theirs:
            try:
                answer = self._ask({"do": "fork", "run": function}, (theirs.fileno(),))
            except InternalError:
                ours.close()
                raise
        return Child(self, answer["process"], Wire(ours))

    def end(self, process: int) -> None:
        """Ends a child; nothing where it has ended by itself."""
        self._ask({"do": "end", "process": process})

    @property
    def process(self) -> int:
        """The number of the process that forks."""
        return self._process.pid

    def alive(self) -> bool:
        """Whether it can still fork."""
        return self._process.poll() is None

    def close(self) -> None:
        """Ends the process and all its children."""
        self._control.close()
        try:
            self._process.wait(5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _ask(self, request: dict[str, Any], ends: Sequence[int] = ()) -> dict[str, Any]:
        with self._lock:
            try:
                socket.send_fds(self._control, [json.dumps(request).encode("utf-8")], list(ends))
                body = self._control.recv(ANSWER_BYTES)
            except OSError as error:
                raise InternalError("notebooks", error) from None
        if not body:
            raise InternalError("notebooks", EOFError())
        answer: dict[str, Any] = json.loads(body)
        return answer


def _environment(given: Mapping[str, str]) -> dict[str, str]:
    """With this very package importable, whatever is installed, and no word of debugpy's."""
    chosen = dict(given) | {"PYDEVD_DISABLE_FILE_VALIDATION": "1"}
    installed = {Path(sysconfig.get_path(one)).resolve() for one in ("purelib", "platlib")}
    if PACKAGE_PARENT not in installed:
        chosen["PYTHONPATH"] = os.pathsep.join(filter(None, (str(PACKAGE_PARENT), chosen.get("PYTHONPATH"))))
    return chosen
