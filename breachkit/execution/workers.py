"""Sheets made by several processes, each with a warm kernel of its own."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context
from multiprocessing.util import Finalize
from pathlib import Path

from breachkit.execution.kernel import Kernel, private_folder
from breachkit.execution.sheet import Made, Sheet, try_sheet

_kernels: list[Kernel] = []  # of this worker process, opened once; never filled in the process that starts the workers


def in_processes(sheets: Sequence[Sheet], jobs: int) -> Iterator[Made]:
    """Each sheet as it is done, in the order of completion.

    A worker that dies (memory, a native crash) fails the few sheets then being made; the others go on in new workers.
    """
    waiting = list(reversed(sheets))
    folder = private_folder()  # of all kernels, since a worker that is killed removes nothing
    # Workers start afresh rather than by a fork, which would share the threads and the locks of this process.
    context = get_context("spawn")
    try:
        while waiting:
            with ProcessPoolExecutor(jobs, mp_context=context, initializer=_open, initargs=(folder,)) as pool:
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
            except BrokenProcessPool as error:
                broken = True
                yield Made(sheet, 0.0, type(error).__name__)


def _open(folder: Path) -> None:
    """Opens the worker's kernel, closed when the worker ends."""
    kernel = Kernel(folder)
    _kernels.append(kernel)
    Finalize(None, kernel.close, exitpriority=10)


def _make(sheet: Sheet) -> Made:
    return try_sheet(sheet, _kernels[0])
