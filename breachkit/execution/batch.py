"""`breachkit batch`: one sheet per controller, several at a time, resuming where an earlier batch stopped."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from breachkit.errors import Language, UsageError
from breachkit.execution.bundled import PACKAGE, notebook_path
from breachkit.execution.controller import controller_impact
from breachkit.execution.kernel import Kernel
from breachkit.execution.ledger import NAME, Entry, append, read_ledger, rewrite
from breachkit.execution.released import released_impact
from breachkit.execution.sheet import NOTEBOOK, Made, Sheet, digests, safe_id, try_sheet
from breachkit.execution.workers import in_processes
from breachkit.impact import Impact
from breachkit.release.manifest import require_unchanged

Progress = Callable[[int, int], object]


@dataclass(frozen=True)
class BatchOutcome:
    """How many controllers were made, failed, or were already up to date."""

    done: int
    failed: int
    skipped: int


def run_batch(
    out: Path,
    *,
    jobs: int = 1,
    only: Sequence[str] = (),
    limit: int | None = None,
    language: Language = "fr",
    progress: Progress = lambda _done, _total: None,
) -> BatchOutcome:
    """A sheet for each controller of out/impact.json, under out/controllers, with a ledger.

    `only` keeps these ids, `limit` the first so many of them; `jobs` processes work side by side. A sheet whose
    figures, notebook, language and files are as they were is skipped. `progress` gets (done, total). UsageError for
    an unknown id or where there is no impact; a sheet that fails is counted and does not stop the others.
    """
    require_unchanged(out, "impact.json")
    impact = released_impact(out)
    wanted = _wanted(impact, only, limit)
    folder = out / "controllers"
    folder.mkdir(parents=True, exist_ok=True)
    ledger = read_ledger(folder / NAME)
    sheets = [_sheet(impact, one, folder, language) for one in wanted]
    inputs = {sheet.controller: _inputs(sheet) for sheet in sheets}
    todo = [sheet for sheet in sheets if not _up_to_date(sheet, inputs[sheet.controller], ledger)]
    skipped = done = len(sheets) - len(todo)
    progress(done, len(sheets))
    failed = 0
    for made in _made(todo, jobs):
        entry = _entry(made, inputs[made.sheet.controller])
        append(folder / NAME, entry)
        ledger[entry.id] = entry
        failed += entry.state == "failed"
        done += 1
        progress(done, len(sheets))
    rewrite(folder / NAME, [ledger[one.id] for one in impact.controllers if one.id in ledger])
    return BatchOutcome(done=len(todo) - failed, failed=failed, skipped=skipped)


def _wanted(impact: Impact, only: Sequence[str], limit: int | None) -> list[str]:
    """The ids to work on, in the impact's order."""
    known = [one.id for one in impact.controllers]
    unknown = sorted(set(only) - set(known))
    if unknown:
        raise UsageError(
            f"--only : responsable inconnu dans impact.json : {', '.join(unknown)}. Les identifiants connus sont dans "
            "le carnet 03_personnes et dans controllers[].id.",
            f"--only: controller unknown in impact.json: {', '.join(unknown)}. Known identifiers are in the notebook "
            "03_personnes and in controllers[].id.",
        )
    chosen = [one for one in known if one in set(only)] if only else known
    return chosen if limit is None else chosen[:limit]


def _sheet(impact: Impact, controller: str, folder: Path, language: Language) -> Sheet:
    figures = controller_impact(impact, controller).to_json()
    return Sheet(controller, folder / safe_id(controller), figures, language)


def _inputs(sheet: Sheet) -> str:
    """The digest of all that a sheet depends on: figures, language, notebook, and the code that draws it."""
    parts = [sheet.figures.encode("utf-8"), sheet.language.encode("ascii"), notebook_path(NOTEBOOK).read_bytes()]
    return hashlib.sha256(b"\0".join([*parts, _drawing_code()])).hexdigest()


def _drawing_code() -> bytes:
    """The digest of the rooms that draw a sheet: a new version of them makes every sheet again."""
    rooms = (PACKAGE / "report", PACKAGE / "execution" / "page_template", PACKAGE / "reference" / "wording")
    files = sorted(path for room in rooms for path in room.rglob("*") if path.is_file() and path.suffix != ".pyc")
    return hashlib.sha256(b"\0".join(path.read_bytes() for path in files)).digest()


def _up_to_date(sheet: Sheet, inputs: str, ledger: dict[str, Entry]) -> bool:
    entry = ledger.get(sheet.controller)
    if entry is None or entry.state != "done" or entry.inputs != inputs:
        return False
    return digests(sheet.folder) == entry.sha256


def _made(sheets: Sequence[Sheet], jobs: int) -> Iterator[Made]:
    """Each sheet as it is done; several processes where there is work for them."""
    if not sheets:
        return
    if jobs > 1 and len(sheets) > 1:
        yield from in_processes(sheets, min(jobs, len(sheets)))
        return
    with Kernel() as kernel:
        for sheet in sheets:
            yield try_sheet(sheet, kernel)


def _entry(made: Made, inputs: str) -> Entry:
    sheet = made.sheet
    shutil.rmtree(sheet.staging, ignore_errors=True)  # left there only by a worker that was killed
    found = None if made.error else digests(sheet.folder)
    kind = made.error or (None if found else "FileNotFoundError")
    return Entry(
        id=sheet.controller,
        state="failed" if found is None else "done",
        seconds=round(made.seconds, 3),
        folder=sheet.folder.name,
        inputs=inputs,
        sha256=found or {},
        error=kind,
    )
