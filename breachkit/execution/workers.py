"""Sheets made several at a time: in children forked from one process, or in processes with a warm kernel each."""

from __future__ import annotations

import queue
import shutil
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.util import Finalize
from pathlib import Path
from typing import Any

from breachkit.errors import BreachkitError
from breachkit.execution.kernel import Kernel, private_environment, private_folder
from breachkit.execution.runners import WARM, EngineName, open_runner
from breachkit.execution.sheet import Made, Sheet, try_sheet
from breachkit.execution.warm.nursery import Child, Nursery, can_fork
from breachkit.impact import Impact

SHEETS = "breachkit.execution.warm.sheets"
# A new child for each sheet costs a fifth more; the shell is reset between two, and all bytes are the same. Our choice.
SHEETS_EACH = 25
DIED = "ProcessDied"  # out of memory, a native crash, or ended by somebody


@dataclass(frozen=True)
class Workshop:
    """What all sheets of a batch share: the figures, their file and its digest, the engine, how many at a time.

    `lock` is the descriptor of the batch's lock: whoever still writes there holds it.
    """

    impact: Impact
    path: Path
    sha256: str
    engine: EngineName = WARM
    jobs: int = 1
    lock: int | None = None

    def make(self, sheets: Sequence[Sheet]) -> Iterator[Made]:
        """Each sheet as it is done, in the order of completion; one that fails or dies stops no other."""
        if not sheets:
            return
        jobs = min(self.jobs, len(sheets))
        if can_fork():
            yield from _in_children(self, sheets, jobs)
        elif jobs > 1 and self.engine == WARM:
            yield from in_processes(sheets, jobs, self.path)
        else:
            with open_runner(self.engine) as runner:
                for sheet in sheets:
                    yield try_sheet(sheet, self.impact, runner)


# --- forked children ----------------------------------------------------------------------------------------


def _in_children(shop: Workshop, sheets: Sequence[Sheet], jobs: int) -> Iterator[Made]:
    folder = private_folder()
    environment = private_environment(folder)
    keep = () if shop.lock is None else (shop.lock,)
    try:
        with Nursery(environment | {"OPENBLAS_NUM_THREADS": "1"}, keep, folder) as nursery:
            nursery.warm(f"{SHEETS}:open_room", impact=str(shop.path.resolve()), sha256=shop.sha256, engine=shop.engine)
            # papermill's own engine keeps the time itself
            yield from by_children(nursery, sheets, jobs, environment, limited=shop.engine == WARM)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def by_children(
    nursery: Nursery, sheets: Sequence[Sheet], jobs: int, environment: dict[str, str], *, limited: bool = True
) -> Iterator[Made]:
    """Each sheet as it is done, by children of a process that holds the figures, `jobs` at a time.

    Where `limited`, a child that says nothing for `cell_seconds` is ended.
    """
    waiting: queue.SimpleQueue[Sheet] = queue.SimpleQueue()
    for sheet in sheets:
        waiting.put(sheet)
    made: queue.SimpleQueue[Made | BreachkitError] = queue.SimpleQueue()
    for _ in range(jobs):
        arguments = (nursery, waiting, made, environment, limited)
        threading.Thread(target=_serve, args=arguments, daemon=True).start()
    for _ in sheets:
        found = made.get()
        if isinstance(found, BreachkitError):
            raise _stopped()
        yield found


def _stopped() -> BreachkitError:
    """The process that forks is gone, and its children with it."""
    return BreachkitError(
        "Le processus qui prépare les fiches s'est arrêté (mémoire insuffisante, ou arrêté par quelqu'un). Les fiches "
        "déjà terminées sont gardées : relancez la même commande pour reprendre.",
        "The process that prepares the sheets has ended (lack of memory, or ended by somebody). The sheets already "
        "done are kept: run the same command again to resume.",
    )


def _serve(
    nursery: Nursery,
    waiting: queue.SimpleQueue[Sheet],
    made: queue.SimpleQueue[Made | BreachkitError],
    environment: dict[str, str],
    limited: bool,
) -> None:
    """Takes sheet after sheet to a child, and to another once that one has made its share or is lost."""
    child: Child | None = None
    served = 0
    try:
        while True:
            try:
                sheet = waiting.get_nowait()
            except queue.Empty:
                return
            started = time.perf_counter()
            if child is None:
                child, served = nursery.fork(f"{SHEETS}:make"), 0
            kind = _asked(child, sheet, environment)
            found = _answered(child, sheet, limited, kind)
            served += 1
            if isinstance(found, str):
                child.end()
                child = None
                sheet.clear()
                found = Made(sheet.controller, time.perf_counter() - started, found)
            elif served == SHEETS_EACH:
                child.wire.close()  # it ends by itself
                child = None
            made.put(found)
    except BreachkitError as error:  # the process that forks is gone: told to whoever waits
        made.put(error)
    finally:
        if child is not None:
            child.wire.close()


def _asked(child: Child, sheet: Sheet, environment: dict[str, str]) -> str | None:
    """Asks a child for a sheet; how it was lost, None where it works."""
    asked: dict[str, Any] = {
        "controller": sheet.controller, "folder": str(sheet.folder.resolve()), "language": sheet.language,
        "cell_seconds": sheet.cell_seconds, "gated": sheet.gated,
    }  # fmt: skip
    try:
        child.wire.send({"sheet": asked, "environment": environment, "folder": str(sheet.folder.parent.resolve())})
    except ConnectionError:
        return DIED
    return None


def _answered(child: Child, sheet: Sheet, limited: bool, lost: str | None) -> Made | str:
    """The sheet, or how its child was lost."""
    try:
        while lost is None:
            told = child.receive(sheet.cell_seconds if limited else None)
            if told is None:
                lost = DIED
            elif "made" in told:
                return Made(**told["made"])
    except TimeoutError:
        lost = "NotebookFailed(CellTimeoutError)"
    return lost or DIED


# --- where there is no fork ---------------------------------------------------------------------------------

_kernels: list[tuple[Kernel, Impact]] = []  # of this worker process, opened once


def in_processes(sheets: Sequence[Sheet], jobs: int, impact: Path) -> Iterator[Made]:
    """Each sheet as it is done, in the order of completion, by processes that have each a warm kernel.

    A worker that dies (memory, a native crash) fails the few sheets then being made; the others go on in new workers.
    """
    waiting = list(reversed(sheets))
    folder = private_folder()  # of all kernels, since a worker that is killed removes nothing
    # Workers start afresh rather than by a fork, which would share the threads and the locks of this process.
    context = get_context("spawn")
    try:
        while waiting:
            with ProcessPoolExecutor(jobs, mp_context=context, initializer=_open, initargs=(folder, impact)) as pool:
                yield from _until_broken(pool, waiting, jobs)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _until_broken(pool: ProcessPoolExecutor, waiting: list[Sheet], jobs: int) -> Iterator[Made]:
    """Works off `waiting` from its end with `jobs` sheets in flight, until it is empty or a worker has died."""
    flying: dict[Future[Made], Sheet] = {}
    broken = False
    while flying or (waiting and not broken):
        while waiting and not broken and len(flying) < jobs:
            try:
                flying[pool.submit(_make, waiting[-1])] = waiting[-1]
            except BrokenProcessPool:
                broken = True
            else:
                waiting.pop()
        for future in wait(flying, return_when=FIRST_COMPLETED).done:
            sheet = flying.pop(future)
            try:
                yield future.result()
            except BrokenProcessPool:
                broken = True
                sheet.clear()
                yield Made(sheet.controller, 0.0, DIED)


def _open(folder: Path, impact: Path) -> None:
    """Opens the worker's kernel, closed when the worker ends."""
    kernel = Kernel(folder)
    _kernels.append((kernel, Impact.from_json(impact.read_text(encoding="utf-8"))))
    Finalize(None, kernel.close, exitpriority=10)


def _make(sheet: Sheet) -> Made:
    kernel, impact = _kernels[0]
    return try_sheet(sheet, impact, kernel)
