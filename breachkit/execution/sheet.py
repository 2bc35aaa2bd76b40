"""One controller's sheet: a folder with its figures, notebook, page and PDF, which appears whole or not at all."""

from __future__ import annotations

import hashlib
import re
import shutil
import time
from dataclasses import dataclass
from pathlib import Path

from breachkit.errors import BreachkitError, InternalError, Language
from breachkit.execution.bundled import notebook_path
from breachkit.execution.engine import NotebookFailed, execute_notebook
from breachkit.execution.kernel import Kernel
from breachkit.impact import Impact
from breachkit.pipeline import Steps
from breachkit.report.pdf import write_controller_report

NOTEBOOK = "rapport_responsable"
FILES = ("impact.json", "rapport.ipynb", "rapport.html", "rapport.pdf")
# Names that Windows keeps for devices, whatever their suffix.
RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?")
SAFE = re.compile(r"[0-9a-z][0-9a-z._-]{0,58}[0-9a-z]|[0-9a-z]")


@dataclass(frozen=True)
class Sheet:
    """What is to be made for one controller; `figures` is the JSON of its restricted impact."""

    controller: str
    folder: Path
    figures: str
    language: Language

    @property
    def staging(self) -> Path:
        """Where the sheet is written before it takes its place."""
        return self.folder.with_name(f".{self.folder.name}.part")


@dataclass(frozen=True)
class Made:
    """What became of a sheet: its seconds, and the kind of its error (never its text), None where it is done."""

    sheet: Sheet
    seconds: float
    error: str | None


def safe_id(controller: str) -> str:
    """A controller's id as a folder's name on any system; two ids never get the same one."""
    if SAFE.fullmatch(controller) and not RESERVED.fullmatch(controller):
        return controller
    words = re.sub(r"[^0-9a-z]+", "-", controller.lower()).strip("-")[:40]
    digest = hashlib.sha256(controller.encode("utf-8")).hexdigest()[:12]
    return f"{words or 'responsable'}--{digest}"


def make_sheet(sheet: Sheet, kernel: Kernel) -> None:
    """Writes the sheet's folder in one move; BreachkitError, and no folder at all, where anything fails."""
    staging = sheet.staging
    for former in (staging, sheet.folder):  # a former sheet would show figures that no longer hold
        shutil.rmtree(former, ignore_errors=True)
    try:
        with Steps().stage("batch"):
            _write(sheet, staging, kernel)
            staging.rename(sheet.folder)
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def try_sheet(sheet: Sheet, kernel: Kernel) -> Made:
    """The sheet made, or the kind of what went wrong."""
    started = time.perf_counter()
    kind: str | None = None
    try:
        make_sheet(sheet, kernel)
    except NotebookFailed as error:
        kind = f"NotebookFailed({error.kind})"
    except InternalError as error:
        kind = error.kind
    except BreachkitError as error:
        kind = type(error).__name__
    return Made(sheet, time.perf_counter() - started, kind)


def _write(sheet: Sheet, staging: Path, kernel: Kernel) -> None:
    staging.mkdir(parents=True)
    (staging / "impact.json").write_text(sheet.figures, encoding="utf-8")
    parameters = {"dossier": staging, "responsable": sheet.controller, "langue": sheet.language}
    execute_notebook(notebook_path(NOTEBOOK), staging / "rapport.ipynb", parameters, kernel=kernel)
    impact = Impact.from_json(sheet.figures)
    write_controller_report(impact, sheet.controller, staging / "rapport.pdf", sheet.language)


def digests(folder: Path) -> dict[str, str] | None:
    """sha256 of each file of a sheet; None where one is missing."""
    if not all((folder / name).is_file() for name in FILES):
        return None
    return {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in FILES}
