"""The process that imports everything once and then only forks: one child for each notebook.

It has one thread and does three things on request: warm itself by a function, fork a child that runs a function, end
a child. It ends with whoever started it, and its children end with it. Started by `Nursery`, never by hand.
"""

from __future__ import annotations

import contextlib
import ctypes
import gc
import json
import os
import select
import shutil
import signal
import socket
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from types import FrameType
from typing import Any

from breachkit.execution.warm.wire import Wire

PR_SET_PDEATHSIG = 1  # linux/prctl.h
REQUEST_BYTES = 1 << 16
LOOK_SECONDS = 0.2


def function_of(name: str) -> Any:
    """The function that « module:function » names."""
    module, _, function = name.partition(":")
    return getattr(import_module(module), function)


class Forking:
    """The loop of that process, over a socket whose other end is its `Nursery`."""

    def __init__(self, control: socket.socket) -> None:
        self._control = control
        self._children: set[int] = set()
        self._woken, self._waker = os.pipe2(os.O_CLOEXEC | os.O_NONBLOCK)
        signal.signal(signal.SIGCHLD, _noticed)
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.set_wakeup_fd(self._waker, warn_on_full_buffer=False)

    def serve(self) -> None:
        """Answers requests until the other end is closed; then ends every child."""
        poll = select.poll()
        poll.register(self._control, select.POLLIN)
        poll.register(self._woken, select.POLLIN)
        try:
            while True:
                ready = dict(poll.poll())
                if self._woken in ready:
                    self._reap()
                if self._control.fileno() in ready and not self._answer():
                    return
        finally:
            for child in self._children:
                _end(child)

    def _reap(self) -> None:
        with contextlib.suppress(BlockingIOError):
            os.read(self._woken, 4096)
        for child in tuple(self._children):
            with contextlib.suppress(ChildProcessError):
                if os.waitpid(child, os.WNOHANG)[0] == 0:
                    continue
            self._children.discard(child)

    def _answer(self) -> bool:
        body, ends, _flags, _address = socket.recv_fds(self._control, REQUEST_BYTES, 1)
        if not body:
            return False
        request = json.loads(body)
        if request["do"] == "end":
            self._reap()
            if request["process"] in self._children:
                _end(request["process"])
            self._say({})
        elif request["do"] == "warm":
            with self._watching():
                answer = _warmed(request)
            self._say(answer)
        else:
            os.set_inheritable(ends[0], False)
            self._say({"process": self._fork(request["run"], socket.socket(fileno=ends[0]))})
        return True

    @contextlib.contextmanager
    def _watching(self) -> Iterator[None]:
        """Meanwhile, looks whether whoever started this process still lives: what it imports may take seconds."""
        poll = select.poll()
        poll.register(self._control, 0)

        def look(_number: int, _frame: FrameType | None) -> None:
            if poll.poll(0):
                raise SystemExit(1)

        former = signal.signal(signal.SIGALRM, look)
        signal.setitimer(signal.ITIMER_REAL, LOOK_SECONDS, LOOK_SECONDS)
        try:
            yield
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGALRM, former)

    def _say(self, answer: dict[str, Any]) -> None:
        self._control.send(json.dumps(answer).encode("ascii"))

    def _fork(self, function: str, end: socket.socket) -> int:
        child = os.fork()
        if child:
            end.close()
            self._children.add(child)
            return child
        try:
            self._become_child()
            function_of(function)(Wire(end))
        except BaseException:  # noqa: BLE001  # the process ends here, and its text may quote what it worked on
            os._exit(1)
        os._exit(0)

    def _become_child(self) -> None:
        parent = os.getppid()
        _die_with_parent()
        if os.getppid() != parent:
            os._exit(1)
        os.setpgid(0, 0)  # its own processes end with it
        with contextlib.suppress(OSError):  # where memory is short, it ends rather than who keeps the ledger
            Path("/proc/self/oom_score_adj").write_text("1000", encoding="ascii")
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        self._control.close()
        os.close(self._woken)
        os.close(self._waker)
        gc.enable()


def _noticed(_number: int, _frame: FrameType | None) -> None:
    """The wake-up descriptor says it all."""


def _warmed(request: dict[str, Any]) -> dict[str, Any]:
    """Runs the function in this very process, so that children find done what it did."""
    try:
        function_of(request["run"])(**request["with"])
    except Exception as error:  # noqa: BLE001  # told to the other side by its kind
        return {"failed": type(error).__name__, "errno": getattr(error, "errno", None)}
    gc.collect()
    gc.freeze()
    return {}


def _end(child: int) -> None:
    """Ends a child and the processes it has started."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(child, signal.SIGKILL)
    with contextlib.suppress(ProcessLookupError):
        os.kill(child, signal.SIGKILL)


def _die_with_parent() -> None:
    """On Linux the system ends this process when its parent ends, even by force."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def main() -> None:
    """Serves on the socket whose descriptor is the first argument; removes the folder that may be the second."""
    descriptor, *folders = sys.argv[1:]
    try:
        with socket.socket(fileno=int(descriptor)) as control:
            Forking(control).serve()
    finally:
        for folder in folders:
            shutil.rmtree(folder, ignore_errors=True)
