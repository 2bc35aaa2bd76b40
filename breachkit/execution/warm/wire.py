"""Messages between a notebook's process and the one that asked for it: JSON over a private pair of Unix sockets."""

from __future__ import annotations

import base64
import json
import os
import select
import socket
import struct
import threading
import time
from datetime import datetime
from typing import Any

_HEAD = struct.Struct("!Q")
_LOOK_SECONDS = 0.5  # how often a silent process is asked whether it still lives
_PIECE = 1 << 20


class Wire:
    """One end of the pair. `send` may be called by several threads."""

    def __init__(self, end: socket.socket) -> None:
        self.end = end
        self._lock = threading.RLock()
        self._read = bytearray()

    def send(self, message: dict[str, Any]) -> None:
        """Sends a message; BrokenPipeError or ConnectionError where nobody reads any more."""
        body = json.dumps(message, ensure_ascii=False, default=_plain).encode("utf-8", "surrogatepass")
        with self._lock:
            self.end.sendall(_HEAD.pack(len(body)) + body)

    def receive(self, seconds: float | None = None, process: int | None = None) -> dict[str, Any] | None:
        """The next message; None where the other end is closed or `process` has died. TimeoutError after `seconds`."""
        deadline = None if seconds is None else time.monotonic() + seconds
        while (found := self._taken()) is None:
            if not self._more(deadline, process):
                return None
        return found

    def close(self) -> None:
        """Closes this end."""
        self.end.close()

    def _taken(self) -> dict[str, Any] | None:
        if len(self._read) < _HEAD.size:
            return None
        (size,) = _HEAD.unpack_from(self._read)
        if len(self._read) < _HEAD.size + size:
            return None
        body = bytes(self._read[_HEAD.size : _HEAD.size + size])
        del self._read[: _HEAD.size + size]
        message: dict[str, Any] = json.loads(body.decode("utf-8", "surrogatepass"))
        return message

    def _more(self, deadline: float | None, process: int | None) -> bool:
        """Reads what has come; False at the end."""
        lost = False  # what a process wrote before it died is still read
        while True:
            left = _LOOK_SECONDS if deadline is None else min(_LOOK_SECONDS, deadline - time.monotonic())
            if select.select([self.end], [], [], 0 if lost else max(0.0, left))[0]:
                try:
                    piece = self.end.recv(_PIECE)
                except ConnectionError:
                    return False
                self._read += piece
                return bool(piece)
            if lost:
                return False
            if deadline is not None and time.monotonic() >= deadline:
                raise TimeoutError
            lost = process is not None and not is_running(process)


def is_running(process: int) -> bool:
    """Whether a process of this number exists."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def pair(kind: socket.SocketKind = socket.SOCK_STREAM) -> tuple[socket.socket, socket.socket]:
    """Two ends joined to each other and to nothing else; neither has an address."""
    return socket.socketpair(socket.AF_UNIX, kind)


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, bytes | bytearray | memoryview):
        return base64.b64encode(bytes(value)).decode("ascii")
    return str(value)


def message_as_received(message: dict[str, Any]) -> dict[str, Any]:
    """A message of a kernel as its client expects it: its date a date, its buffers bytes."""
    header = message.get("header", {})
    if isinstance(header.get("date"), str):
        header["date"] = datetime.fromisoformat(header["date"])
    message["buffers"] = [
        base64.b64decode(one) if isinstance(one, str) else one for one in message.get("buffers") or ()
    ]
    return message
