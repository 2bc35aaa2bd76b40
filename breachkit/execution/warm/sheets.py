"""Controllers' sheets made in forked processes: the figures and all that draws them are there before the fork."""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, cast, get_args

from breachkit.errors import Language
from breachkit.execution.bundled import notebook_path
from breachkit.execution.controller import controller_impact
from breachkit.execution.engine import Runner, warm_notebook
from breachkit.execution.page import page_html
from breachkit.execution.runners import LOCAL_ENGINE, WARM, StockRunner, register_engines
from breachkit.execution.sheet import NOTEBOOK, Sheet, try_sheet
from breachkit.execution.warm.child import prepare, shell
from breachkit.execution.warm.shell import settle
from breachkit.execution.warm.wire import Wire
from breachkit.impact import Impact

# What draws a sheet and is imported late elsewhere. Typst is only imported: used before the fork, it starts threads.
MODULES = (
    "breachkit.report.show", "breachkit.execution.case", "IPython.display", "nbconvert", "typst", "papermill",
    "papermill.execute", "papermill.parameterize", "papermill.inspection", "scipy.optimize",
    "breachkit.execution.warm.recorder", "breachkit.release.texts", "breachkit.release.pdf_texts", "pypdf", "pypdfium2",
)  # fmt: skip


class ChangedImpact(Exception):
    """impact.json is no longer the one that the batch has read."""


@dataclass(frozen=True)
class _Room:
    """What the children inherit."""

    impact: Impact
    engine: str


_rooms: list[_Room] = []


def open_room(impact: str, sha256: str, engine: str) -> None:
    """Reads the figures and imports what draws them, in the process that forks; ChangedImpact where they differ."""
    content = Path(impact).read_bytes()
    if hashlib.sha256(content).hexdigest() != sha256:
        raise ChangedImpact
    register_engines()
    prepare(MODULES, user_settings=False)
    room = _Room(Impact.from_json(content.decode("utf-8")), engine)
    _warm(room.impact)
    _rooms[:] = [room]


def _warm(impact: Impact) -> None:
    """What all sheets share is read and made once: wording, catalogues, the page; what is seen of it is dropped."""
    from breachkit.report.controller_content import controller_content
    from breachkit.report.show_rows import show_words
    from breachkit.report.typesetting import warm_fonts

    warm_fonts()
    for language in get_args(Language):
        page_html(warm_notebook(notebook_path(NOTEBOOK), language), language)
        show_words(language)
    for one in impact.controllers[:1]:
        for language in get_args(Language):
            controller_content(controller_impact(impact, one.id), one.id, language)


class LocalRunner:
    """The notebooks' cells run in this child itself, one notebook after another."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        self._cells: Any = None

    def options(self, folder: Path, seconds: float) -> dict[str, Any]:
        """See `Runner`; whoever forked this child keeps the time."""
        from breachkit.execution.warm.recorder import LocalCells

        del folder, seconds
        if self._cells is None:
            self._cells = LocalCells(shell(), lambda: self._wire.send({"begun": True}))
        else:
            shell().reset()
        return {"engine_name": LOCAL_ENGINE, "cells": self._cells}

    def lost(self) -> None:
        """This child would be lost with it."""


def make(wire: Wire) -> None:
    """Makes the sheets that are asked for, one after another, and tells what became of each."""
    room = _rooms[0]
    runner: Runner = LocalRunner(wire) if room.engine == WARM else StockRunner()
    while (asked := wire.receive()) is not None:
        settle(asked["environment"], asked["folder"])
        told = asked["sheet"]
        language = cast(Language, told["language"])
        sheet = Sheet(told["controller"], Path(told["folder"]), language, told["cell_seconds"], told["gated"])
        wire.send({"made": asdict(try_sheet(sheet, room.impact, runner))})
