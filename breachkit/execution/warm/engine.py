"""The engine `breachkit-warm` of papermill: `papermill carnet.ipynb resultat.ipynb --engine breachkit-warm`.

Outputs are what papermill's own engine would write. The first notebook of a program starts the process that forks;
what a notebook has imported is imported there before the next one, which then starts in some hundredths of a second.
"""

from __future__ import annotations

import atexit
import os
import threading
from typing import Any

from papermill.engines import Engine, NBClientEngine
from papermill.log import logger
from papermill.utils import merge_kwargs, nb_language, remove_args

from breachkit.execution.warm.nursery import Nursery, can_fork
from breachkit.execution.warm.recorder import DirectClient, RemoteCells

NAME = "breachkit-warm"
_CHILD = "breachkit.execution.warm.child"
_lock = threading.Lock()
_nurseries: dict[int, Nursery] = {}  # by process: a fork of this one must start its own


class WarmEngine(Engine):
    """Runs the cells in a forked process; papermill's own engine where there is no fork, or for another language."""

    @classmethod
    def execute_managed_notebook(cls, nb_man: Any, kernel_name: str, log_output: bool = False, **options: Any) -> Any:
        """The executed notebook; options are papermill's own (`execution_timeout`, in seconds…);

        `nursery` and `environment` are for who has a process that forks already."""
        if not can_fork() or nb_language(nb_man.nb, None) != "python":
            return NBClientEngine.execute_managed_notebook(nb_man, kernel_name, log_output=log_output, **options)
        start_seconds = options.pop("start_timeout", 60)
        environment = options.pop("environment", None) or os.environ
        own = options.pop("nursery", None)
        nursery = own or warm_nursery()
        limit = options.pop("execution_timeout", None) or options.get("timeout")
        kept = remove_args(["input_path", "timeout", "startup_timeout", "output_path"], **options)
        final = merge_kwargs(kept, timeout=limit, kernel_name=kernel_name, log=logger, log_output=log_output)
        child = nursery.fork(f"{_CHILD}:run_cells")
        try:
            cells = RemoteCells(child, start_seconds, environment)
            done = DirectClient(nb_man, cells, **final).execute()
            cells.close()
        finally:
            child.end()
        if own is None:
            _learn(nursery, cells.used)
        return done


def warm_nursery() -> Nursery:
    """The nursery of this program, started at its first notebook."""
    with _lock:
        found = _nurseries.get(os.getpid())
        if found is None or not found.alive():
            found = _nurseries[os.getpid()] = Nursery()
            found.warm(f"{_CHILD}:prepare")
        return found


def _learn(nursery: Nursery, modules: list[str]) -> None:
    """What a notebook has used is imported once for the next."""
    known = _learnt.setdefault(id(nursery), set())
    fresh = [name for name in modules if name not in known]
    if fresh and nursery.alive():
        nursery.warm(f"{_CHILD}:prepare", modules=fresh)
        known.update(fresh)


_learnt: dict[int, set[str]] = {}


@atexit.register
def _close() -> None:
    nursery = _nurseries.pop(os.getpid(), None)
    if nursery is not None:
        nursery.close()
