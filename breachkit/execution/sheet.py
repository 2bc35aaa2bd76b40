"""One controller's sheet: a folder with its figures, notebook, page and PDF, which appears whole or not at all."""

from __future__ import annotations

import hashlib
import re
import shutil
import time
import traceback
from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass, field
from pathlib import Path
from typing import Any

from breachkit.errors import BreachkitError, InternalError, Language
from breachkit.execution.bundled import notebook_path
from breachkit.execution.controller import controller_impact
from breachkit.execution.engine import TIMEOUT_SECONDS, NotebookFailed, Runner, execute_notebook
from breachkit.impact import Impact
from breachkit.pipeline import Steps
from breachkit.release.texts import readable_passages
from breachkit.report.pdf import write_controller_report

NOTEBOOK = "rapport_responsable"
FILES = ("impact.json", "rapport.ipynb", "rapport.html", "rapport.pdf")
# Names that Windows keeps for devices, whatever their suffix.
RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?")
SAFE = re.compile(r"[0-9a-z][0-9a-z._-]{0,58}[0-9a-z]|[0-9a-z]")
STAGING = ".{}.part"  # where a sheet is written before it takes its place


@dataclass(frozen=True)
class Sheet:
    """What is to be made for one controller, where and in which language.

    Where `gated`, whoever makes it reads its files for the leak gate too: there are several of them, and one gate.
    """

    controller: str
    folder: Path
    language: Language
    cell_seconds: int = TIMEOUT_SECONDS
    gated: bool = False

    @property
    def staging(self) -> Path:
        """Where the sheet is written before it takes its place."""
        return self.folder.with_name(STAGING.format(self.folder.name))

    @property
    def waiting(self) -> Path:
        """Where a sheet that is done waits for the leak gate."""
        return self.folder.with_name(STAGING.format(f"{self.folder.name}.done"))

    def clear(self) -> None:
        """Removes what was begun of it."""
        for begun in (self.staging, self.waiting):
            shutil.rmtree(begun, ignore_errors=True)


@dataclass(frozen=True)
class Made:
    """What became of a sheet: its seconds, the kind of its error (never its text), None where it is done.

    `figures` is the digest of the controller's figures, `sha256` that of each file, empty where it failed. `trace` is
    the whole error, for the encrypted workspace alone. `read` is what the leak gate is told of each file, in the order
    of the fields of a `Passage`; None for a file that cannot be read.
    """

    controller: str
    seconds: float
    error: str | None
    figures: str = ""
    sha256: Mapping[str, str] = field(default_factory=dict)
    trace: str = field(default="", repr=False)
    read: Mapping[str, Sequence[Sequence[Any]] | None] = field(default_factory=dict, repr=False)


def safe_id(controller: str) -> str:
    """A controller's id as a folder's name on any system; two ids never get the same one."""
    if SAFE.fullmatch(controller) and not RESERVED.fullmatch(controller):
        return controller
    words = re.sub(r"[^0-9a-z]+", "-", controller.lower()).strip("-")[:40]
    digest = hashlib.sha256(controller.encode("utf-8")).hexdigest()[:12]
    return f"{words or 'responsable'}--{digest}"


def figures_digest(impact: Impact, controller: str) -> str:
    """The digest of a controller's figures: a sheet drawn from others is made again."""
    return _sha256(controller_impact(impact, controller).to_json().encode("utf-8"))


def make_sheet(sheet: Sheet, impact: Impact, runner: Runner) -> str:
    """Writes the sheet's folder where it waits for the leak gate, in one move; the digest of its figures.

    BreachkitError, and no folder at all, where anything fails.
    """
    staging = sheet.staging
    for former in (staging, sheet.waiting, sheet.folder):  # a former sheet would show figures that no longer hold
        shutil.rmtree(former, ignore_errors=True)
    try:
        with Steps().stage("batch"):
            own = controller_impact(impact, sheet.controller)
            figures = own.to_json()
            _write(sheet, own, figures, runner)
            staging.rename(sheet.waiting)
    finally:
        shutil.rmtree(staging, ignore_errors=True)
    return _sha256(figures.encode("utf-8"))


def try_sheet(sheet: Sheet, impact: Impact, runner: Runner) -> Made:
    """The sheet made, or the kind of what went wrong."""
    started = time.perf_counter()
    kind, figures, found, trace = None, "", None, ""
    try:
        figures = make_sheet(sheet, impact, runner)
        found = digests(sheet.waiting)
    except NotebookFailed as error:
        kind, trace = f"NotebookFailed({error.kind})", error.trace
    except InternalError as error:
        kind, trace = error.kind, "".join(traceback.format_exception(error.__context__ or error))
    except BreachkitError as error:
        kind = type(error).__name__
    if kind is None and found is None:
        kind = "FileNotFoundError"
    read = _read(sheet.waiting) if sheet.gated and kind is None else {}
    return Made(sheet.controller, time.perf_counter() - started, kind, figures, found or {}, trace, read)


def _read(folder: Path) -> dict[str, list[tuple[Any, ...]] | None]:
    """The passages of a sheet's files, as plain values that may go from process to process."""
    found = {path.name: readable_passages(path) for path in sorted(folder.iterdir())}
    return {name: None if one is None else [astuple(passage) for passage in one] for name, one in found.items()}


def _write(sheet: Sheet, own: Impact, figures: str, runner: Runner) -> None:
    """The four files, from the controller's own impact and the same as JSON."""
    staging = sheet.staging
    staging.mkdir(parents=True)
    (staging / "impact.json").write_text(figures, encoding="utf-8")
    parameters = {"dossier": staging, "responsable": sheet.controller, "langue": sheet.language}
    notebook = notebook_path(NOTEBOOK)
    execute_notebook(notebook, staging / "rapport.ipynb", parameters, timeout_s=sheet.cell_seconds, runner=runner)
    write_controller_report(own, sheet.controller, staging / "rapport.pdf", sheet.language)


def digests(folder: Path) -> dict[str, str] | None:
    """sha256 of each file of a sheet; None where one is missing or unreadable."""
    try:
        return {name: _sha256((folder / name).read_bytes()) for name in FILES}
    except OSError:
        return None


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
