"""A private, warm Python kernel: the same interpreter and the same package as ours, and nothing left behind.

The kernel talks over Unix sockets in a folder of its own (TCP on localhost where there are none: Windows, or a
temporary folder whose path is too long for a socket). Its runtime, configuration, history and font cache go to that
folder too, so that an empty or read-only home works; the folder is removed with the kernel. What the process itself
writes to its terminal is dropped: a native crash may print what it was working on.
"""

from __future__ import annotations

import os
import shutil
import sys
import sysconfig
import tempfile
from pathlib import Path
from types import TracebackType
from typing import Any

from breachkit.errors import InternalError

KERNEL_ENGINE = "breachkit-kernel"
SOCKET_PATH_BYTES = 100  # a Unix socket's path may have 107 bytes on Linux, 103 on macOS, with « -ipc-5 » to come
START_SECONDS = 120  # a first start on a slow disk reads some thousand files; our choice
PACKAGE_PARENT = Path(__file__).resolve().parents[2]


def private_folder(inside: Path | None = None) -> Path:
    """A new folder that only this user can enter, under `inside`, else under the system's temporary folder."""
    return Path(tempfile.mkdtemp(prefix="breachkit-" if inside is None else "k", dir=inside))


def private_environment(folder: Path) -> dict[str, str]:
    """Our environment, with every folder that Jupyter, IPython and matplotlib write to moved into `folder`."""
    chosen = dict(os.environ)
    for name in ("JUPYTER_RUNTIME_DIR", "JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "IPYTHONDIR", "MPLCONFIGDIR"):
        place = folder / name.lower()
        place.mkdir(exist_ok=True)
        chosen[name] = str(place)
    chosen["JUPYTER_NO_CONFIG"] = "1"
    chosen["PYDEVD_DISABLE_FILE_VALIDATION"] = "1"
    chosen.setdefault("MPLBACKEND", "agg")
    installed = {Path(sysconfig.get_path(one)).resolve() for one in ("purelib", "platlib")}
    if PACKAGE_PARENT not in installed:
        chosen["PYTHONPATH"] = os.pathsep.join(filter(None, (str(PACKAGE_PARENT), chosen.get("PYTHONPATH"))))
    return chosen


class Kernel:
    """A kernel for as many notebooks as wanted, one after another; use it in a `with` statement.

    Its own folder is made under `inside`, for whoever has to remove it should this process be killed.
    """

    def __init__(self, inside: Path | None = None) -> None:
        self.folder = private_folder(inside)
        self.manager: Any = None
        self.client: Any = None

    def __enter__(self) -> Kernel:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def ready(self, cwd: Path) -> None:
        """A running kernel in which nothing is defined, its working directory at `cwd`."""
        if self.manager is None or not self._alive():
            self.stop()
            self._start(cwd)
        self._run(f"import os; os.chdir({str(cwd)!r}); get_ipython().reset(new_session=True)")

    def options(self, folder: Path, seconds: float) -> dict[str, Any]:
        """How papermill runs a notebook in this kernel, made ready for `folder`; each cell has so many seconds."""
        self.ready(folder)
        return {"engine_name": KERNEL_ENGINE, "kernel": self, "timeout_s": seconds}

    def lost(self) -> None:
        """The kernel hangs or has died: the next notebook gets another."""
        self.stop()

    def stop(self) -> None:
        """Ends the kernel's process, whatever it is doing; a later `ready` starts another."""
        if self.manager is None:
            return
        manager, client = self.manager, self.client
        self.manager = self.client = None
        if client is not None:
            client.stop_channels()
        _wait(manager.shutdown_kernel, now=True)
        _wait(manager.cleanup_resources)

    def close(self) -> None:
        """Ends the kernel and removes its folder."""
        try:
            self.stop()
        finally:
            shutil.rmtree(self.folder, ignore_errors=True)

    def _alive(self) -> bool:
        return bool(_wait(self.manager.is_alive))

    def _start(self, cwd: Path) -> None:
        self.manager = _manager_class()(config=self._config())
        with Path(os.devnull).open("w") as nowhere:
            environment = private_environment(self.folder)
            _wait(self.manager.start_kernel, env=environment, cwd=str(cwd), stdout=nowhere, stderr=nowhere)
        self.client = self.manager.client()
        self.client.start_channels()
        self.client.allow_stdin = False
        try:
            _wait(self.client.wait_for_ready, timeout=START_SECONDS)
        except RuntimeError as error:
            self.stop()
            raise InternalError("notebooks", error) from None

    def _config(self) -> Any:
        from traitlets.config import Config

        connection = self.folder / "kernel.json"
        settings: dict[str, Any] = {"connection_file": str(connection), "cache_ports": False}
        if os.name != "nt" and len(os.fsencode(connection)) <= SOCKET_PATH_BYTES:
            settings |= {"transport": "ipc", "ip": str(self.folder / "kernel")}
        return Config({"KernelManager": settings, "AsyncKernelManager": settings})

    def _run(self, code: str) -> None:
        """Runs our own code in the kernel, unseen; a kernel that does not answer is an InternalError."""
        try:
            _wait(
                self.client.execute_interactive, code, silent=True, store_history=False, timeout=START_SECONDS,
                output_hook=_unseen,
            )  # fmt: skip
        except (TimeoutError, RuntimeError) as error:
            self.stop()
            raise InternalError("notebooks", error) from None


def _unseen(_message: dict[str, Any]) -> None:
    """What our own code prints in the kernel is not shown."""


def _wait(call: Any, *arguments: Any, **options: Any) -> Any:
    """The result of a call of jupyter_client, which may be a coroutine, awaited in the thread's own loop."""
    from jupyter_core.utils import ensure_async, run_sync

    async def waited() -> Any:
        return await ensure_async(call(*arguments, **options))

    return run_sync(waited)()


def _manager_class() -> Any:
    """A kernel manager whose kernel is this interpreter, whatever kernels the user has registered as « python3 »."""
    from jupyter_client.kernelspec import KernelSpec
    from jupyter_client.manager import AsyncKernelManager

    class OwnKernelManager(AsyncKernelManager):
        """Starts `sys.executable -m ipykernel_launcher`."""

        @property
        def kernel_spec(self) -> KernelSpec:
            arguments = ["-Xfrozen_modules=off", "-m", "ipykernel_launcher", "-f", "{connection_file}"]
            unkept = "--HistoryManager.enabled=False"
            return KernelSpec(argv=[sys.executable, *arguments, unkept], display_name="breachkit", language="python")

    return OwnKernelManager
