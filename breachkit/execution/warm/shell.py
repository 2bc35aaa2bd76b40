"""The kernel of ipykernel without its sockets and threads: cells run here, and its messages go to a function.

What a notebook shows is made by the same code as in a kernel that papermill starts (display hook, tracebacks,
magics, figures, comms): only the way of its messages differs.
"""

from __future__ import annotations

import asyncio
import os
import random
import signal
import sys
from collections.abc import Callable
from functools import cache
from types import SimpleNamespace
from typing import Any

from breachkit.execution.warm.streams import Captured, Stream

Message = dict[str, Any]
Deliver = Callable[[Message], None]
INLINE = "module://matplotlib_inline.backend_inline"


class Shell:
    """Runs cells, one after another. One for a process: IPython's shell is a singleton."""

    def __init__(self, *, user_settings: bool = True) -> None:
        """Makes the kernel. With `user_settings`, IPython's configuration and start-up files are read as a kernel does.

        Nothing may be delivered before `open`.
        """
        self._session = _session_class()()
        self._app = _app_class().instance(session=self._session, user_settings=user_settings)
        self._app.initialize([])
        self.kernel = self._app.kernel
        self.kernel._execute_sleep = 0  # a moment for messages on their way: here they have arrived
        self._rehearse()
        self._loop: Any = None
        self._streams: list[Stream] = []
        self._captured: list[Captured] = []

    def _rehearse(self) -> None:
        """Makes what IPython only makes for its first cell, so that a process forked from this one has it."""
        self.kernel.shell.run_cell("pass", silent=True, store_history=False)
        self.kernel.shell.display_formatter.format("")

    @property
    def language_info(self) -> dict[str, Any]:
        """What a notebook's metadata says of its language."""
        found: dict[str, Any] = self.kernel.language_info
        return found

    def open(self, deliver: Deliver) -> None:
        """Takes stdout, stderr and the event loop of this process; messages go to `deliver` from now on."""
        self._session.pid = os.getpid()
        self._session.deliver = deliver
        self._loop = asyncio.new_event_loop()
        asyncio.set_event_loop(self._loop)
        for name, descriptor in (("stdout", 1), ("stderr", 2)):
            getattr(sys, name).flush()
            captured = Captured(descriptor)
            stream = Stream(name, captured, self._write)
            self._captured.append(captured)
            self._streams.append(stream)
            setattr(sys, name, stream)
        self._app.run_start_up()

    def _write(self, name: str, text: str) -> None:
        self._session.send(None, "stream", {"name": name, "text": text}, parent=self.kernel.get_parent())

    def reset(self) -> None:
        """Forgets what the cells so far have defined, counted and left to be told."""
        for stream in self._streams:
            stream.flush()
        self.kernel.shell.reset(new_session=True)
        self.kernel.shell.payload_manager.clear_payload()

    def run(self, code: str, request: Message) -> None:
        """Runs a cell; delivers its messages, with `execute_reply` and an idle status at the end."""
        request["content"] = {
            "code": code, "silent": False, "store_history": True, "user_expressions": {}, "allow_stdin": False,
            "stop_on_error": False,
        }  # fmt: skip
        self.kernel.set_parent([], request, "shell")
        self.kernel._publish_status("busy", "shell")
        try:
            self._loop.run_until_complete(self.kernel.execute_request(None, [], request))
        finally:
            for stream in self._streams:
                stream.flush()
            self.kernel._publish_status("idle", "shell")

    def tell(self, message: Message) -> None:
        """Gives the kernel a message of a widget."""
        handler = self.kernel.shell_handlers.get(message["msg_type"])
        if handler is not None:
            handler(None, [], message)

    def close(self) -> None:
        """Gives stdout, stderr and their descriptors back."""
        for stream, captured in zip(self._streams, self._captured, strict=True):
            stream.flush()
            setattr(sys, stream.name, getattr(sys, f"__{stream.name}__"))
            captured.restore()
        self._streams, self._captured = [], []


def settle(environment: dict[str, str], folder: str) -> None:
    """Makes a process just forked the one that was asked for: its environment, its folder, its own randomness."""
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    sys.path[:] = ["", *(one for one in sys.path if one not in ("", folder))]
    sys.argv[:] = ["ipykernel_launcher"]
    signal.signal(signal.SIGINT, signal.default_int_handler)
    random.seed()
    if "numpy" in sys.modules:
        sys.modules["numpy"].random.seed()
    backend = os.environ.setdefault("MPLBACKEND", INLINE)
    if "matplotlib" in sys.modules:
        sys.modules["matplotlib"].rcParams["backend"] = backend


def new_request() -> Message:
    """A request to run a cell, without its code: what the cell's messages name as their parent."""
    return _requests().msg("execute_request")


@cache
def _requests() -> Any:
    from jupyter_client.session import Session

    return Session(check_pid=False)


def _session_class() -> Any:
    from jupyter_client.session import Session

    class DirectSession(Session):
        """Hands each message to `deliver` rather than to a socket."""

        deliver: Deliver = staticmethod(lambda _message: None)

        def __init__(self, **options: Any) -> None:
            super().__init__(**options)

        def send(  # type: ignore[override]
            self,
            _stream: Any,
            msg_or_type: Any,
            content: Any = None,
            parent: Any = None,
            *_unused: Any,
            buffers: Any = None,
            header: Any = None,
            metadata: Any = None,
            **_options: Any,
        ) -> Any:
            """The message, delivered; nothing from a process that the notebook has forked."""
            if os.getpid() != self.pid:
                return None
            if isinstance(msg_or_type, str):
                message = self.msg(msg_or_type, content=content, parent=parent, header=header, metadata=metadata)
            else:
                message = msg_or_type
            message["buffers"] = [bytes(one) for one in buffers or message.get("buffers") or ()]
            self.deliver(message)
            return message

    return DirectSession


def _kernel_class() -> Any:
    from ipykernel.ipkernel import IPythonKernel

    class DirectKernel(IPythonKernel):
        """A kernel that nobody can connect to."""

        def _abort_queues(self, subshell_id: str | None = None) -> None:
            """Nothing waits."""

    return DirectKernel


def _app_class() -> Any:
    from ipykernel.kernelapp import IPKernelApp
    from IPython.core.application import BaseIPythonApplication
    from traitlets.config import Config

    class DirectApp(IPKernelApp):
        """The application of a kernel, which reads the settings and makes the shell, without a connection."""

        def __init__(self, *, user_settings: bool, **options: Any) -> None:
            super().__init__(kernel_class=_kernel_class(), **options)
            self._user_settings = user_settings
            self.update_config(Config({"HistoryManager": {"enabled": False}}))

        def load_config_file(self, *arguments: Any, **options: Any) -> None:
            if self._user_settings:
                super().load_config_file(*arguments, **options)

        def initialize(self, argv: Any = None) -> None:
            BaseIPythonApplication.initialize(self, argv)
            self.init_pdb()
            self.init_kernel()
            self.init_shell()

        def init_kernel(self) -> None:
            self.kernel = self.kernel_class.instance(  # type: ignore[attr-defined]
                parent=self, session=self.session, iopub_socket=object(), log=self.log, profile_dir=self.profile_dir,
                user_ns=self.user_ns, shell_channel_thread=SimpleNamespace(parent_thread=None),
            )  # fmt: skip

        def run_start_up(self) -> None:
            """What a kernel does once it is there: its environment, matplotlib, extensions, start-up files."""
            self.kernel.shell.init_environment()
            self.init_gui_pylab()
            if self._user_settings:
                self.init_extensions()
                self.init_code()

    return DirectApp
