"""Where our notebooks run: forked processes (Linux), a warm kernel (elsewhere), or papermill's own engine.

All three write the same outputs. Each `Runner` tells papermill which engine to use and with which options.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any, Literal, get_args

from breachkit.errors import UsageError
from breachkit.execution.kernel import KERNEL_ENGINE, Kernel, private_environment, private_folder
from breachkit.execution.warm.nursery import Nursery, can_fork

EngineName = Literal["breachkit-warm", "papermill"]
WARM: EngineName = "breachkit-warm"
LOCAL_ENGINE = "breachkit-local"
# What our notebooks import late; matplotlib's list of fonts is read once rather than by each notebook.
MODULES = ["breachkit.report.show", "breachkit.execution.case", "IPython.display", "matplotlib.font_manager",
           "matplotlib.backends.backend_agg"]  # fmt: skip
CHILD = "breachkit.execution.warm.child"


class WarmRunner:
    """Each notebook in a process forked from one that has the user's settings neither read nor written."""

    def __init__(self) -> None:
        self.folder = private_folder()
        self._nursery: Nursery | None = None

    def options(self, folder: Path, seconds: float) -> dict[str, Any]:
        """See `Runner`."""
        del folder
        environment = private_environment(self.folder)
        if self._nursery is None:
            self._nursery = Nursery(environment, folder=self.folder)
            self._nursery.warm(f"{CHILD}:prepare", modules=MODULES, user_settings=False)
        return {
            "engine_name": WARM, "nursery": self._nursery, "environment": environment, "execution_timeout": seconds,
            "record_timing": False,
        }  # fmt: skip

    def lost(self) -> None:
        """Nothing: the next notebook has another child."""

    def close(self) -> None:
        """Ends the processes and removes their folder."""
        try:
            if self._nursery is not None:
                self._nursery.close()
        finally:
            shutil.rmtree(self.folder, ignore_errors=True)


class StockRunner:
    """Papermill's own engine: a new kernel for each notebook."""

    def options(self, folder: Path, seconds: float) -> dict[str, Any]:
        """See `Runner`."""
        del folder
        return {"engine_name": None, "execution_timeout": seconds, "record_timing": False}

    def lost(self) -> None:
        """Nothing: the next notebook has another kernel."""


@contextmanager
def open_runner(engine: EngineName = WARM) -> Iterator[WarmRunner | Kernel | StockRunner]:
    """A runner for as many notebooks as wanted, one after another, closed at the end."""
    if engine != WARM:
        yield StockRunner()
    elif not can_fork():
        with Kernel() as kernel:
            yield kernel
    else:
        warm = WarmRunner()
        try:
            yield warm
        finally:
            warm.close()


def engine_named(name: str) -> EngineName:
    """An engine by its name; UsageError for another name."""
    for known in get_args(EngineName):
        if name == known:
            found: EngineName = known
            return found
    admitted = ", ".join(get_args(EngineName))
    raise UsageError(f"--engine : choisissez parmi {admitted}.", f"--engine: choose among {admitted}.")


@cache
def register_engines() -> None:
    """Teaches papermill our engines, whether this package is installed or not."""
    from papermill.clientwrap import PapermillNotebookClient
    from papermill.engines import Engine, NBClientEngine, NotebookExecutionManager, papermill_engines

    from breachkit.execution.warm.engine import WarmEngine
    from breachkit.execution.warm.recorder import DirectClient

    class OpenKernelEngine(NBClientEngine):
        """Runs the cells in the kernel handed over; it neither starts nor stops it."""

        @classmethod
        def execute_managed_notebook(cls, nb_man: Any, kernel_name: str, **options: Any) -> Any:
            kernel: Kernel = options["kernel"]
            client = PapermillNotebookClient(
                nb_man, km=kernel.manager, kernel_name=kernel_name, timeout=options["timeout_s"], record_timing=False
            )
            client.kc = kernel.client
            return client.execute()

    class UntimedManager(NotebookExecutionManager):
        """Keeps the state of each cell, and no times: none is released."""

        def cell_start(self, cell: Any, *_place: Any, **_options: Any) -> None:
            cell.metadata.papermill.update(status=self.RUNNING, exception=False)

        def cell_complete(self, cell: Any, *_place: Any, **_options: Any) -> None:
            if cell.metadata.papermill["status"] != self.FAILED:
                cell.metadata.papermill["status"] = self.COMPLETED

    class LocalEngine(Engine):
        """Runs the cells in this very process."""

        @classmethod
        def execute_notebook(cls, nb: Any, kernel_name: str, **options: Any) -> Any:
            manager = UntimedManager(nb, progress_bar=False, autosave_cell_every=0)
            manager.notebook_start()
            DirectClient(manager, options["cells"], kernel_name=kernel_name, record_timing=False).execute()
            return manager.nb

    papermill_engines.register(WARM, WarmEngine)
    papermill_engines.register(KERNEL_ENGINE, OpenKernelEngine)
    papermill_engines.register(LOCAL_ENGINE, LocalEngine)
