"""The leak gate of a batch: sheets wait beside their place until a group of them has passed it.

One call asks the whole extract, which takes the longer the larger it is: a group grows until the gate takes a small
part of the time, up to a size that a batch that is killed may lose. Where the workspace was purged there is nothing
left to ask; the figures themselves passed the gate when they were released.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from breachkit import case, workspace
from breachkit.execution.places import WORKSPACE
from breachkit.execution.screen import gate_of
from breachkit.execution.sheet import Made, Sheet
from breachkit.impact import Impact
from breachkit.release.gate import Gate, Leak
from breachkit.release.passages import Passage

LEAKED = "LeakRefused"
SHARE = 8  # sheets are made for at least so many times what the last call of the gate took. Our choice.
MOST_WAITING = 100  # sheets that wait at most: those of a batch that is killed are made again. Our choice.


class SheetGate:
    """Releases sheets that wait, those with a value of the extract excepted; `leaks` are what was found in those.

    `connection` opens the workspace while it stands with its key.
    """

    def __init__(self, root: Path, gate: Gate | None, connection: Any | None = None) -> None:
        self._root = root
        self._gate = gate
        self.connection = connection
        self.leaks: list[Leak] = []

    @property
    def asks(self) -> bool:
        """Whether there is a workspace to ask."""
        return self._gate is not None

    def released(self, sheets: Iterable[tuple[Sheet, Made]]) -> Iterator[Made]:
        """What became of each sheet, once it is in its place or refused."""
        waiting: list[tuple[Sheet, Made]] = []
        due = 0.0
        for each in sheets:
            waiting.append(each)
            if time.monotonic() >= due or len(waiting) == MOST_WAITING:
                started = time.monotonic()
                yield from self._release(waiting)
                waiting = []
                due = time.monotonic() + SHARE * (time.monotonic() - started) * (self._gate is not None)
        yield from self._release(waiting)

    def _release(self, waiting: list[tuple[Sheet, Made]]) -> Iterator[Made]:
        files = [path for sheet, made in waiting if not made.error for path in sorted(sheet.waiting.iterdir())]
        read = {sheet.waiting / name: _passages(told) for sheet, made in waiting for name, told in made.read.items()}
        found = self._gate.leaks(files, self._root, read) if self._gate and files else []
        self.leaks += found
        refused = {Path(one.file).parent.name for one in found}
        for sheet, made in waiting:
            if made.error:
                yield made
            elif sheet.waiting.name in refused:
                shutil.rmtree(sheet.waiting, ignore_errors=True)
                yield replace(made, error=LEAKED, figures="", sha256={}, read={})
            else:
                sheet.waiting.rename(sheet.folder)
                yield replace(made, read={})


def _passages(told: Sequence[Sequence[Any]] | None) -> list[Passage] | None:
    return None if told is None else [Passage(*one) for one in told]


@contextmanager
def sheet_gate(out: Path, impact: Impact) -> Iterator[SheetGate]:
    """The gate for the sheets of a run, asking its workspace while that stands with its key."""
    database = out / WORKSPACE
    if not case.has_key(database):
        yield SheetGate(out, None)
        return
    with workspace.reopen(database, case.read_key(database)) as connection:
        yield SheetGate(out, gate_of(impact, connection), connection)
