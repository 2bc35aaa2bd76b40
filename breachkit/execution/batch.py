"""`breachkit batch`: one sheet per controller, several at a time, resuming where an earlier batch stopped."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from breachkit.errors import BreachkitError, Language, UsageError
from breachkit.execution.batch_gate import sheet_gate
from breachkit.execution.batch_index import write_index
from breachkit.execution.bundled import PACKAGE, notebook_path
from breachkit.execution.engine import TIMEOUT_SECONDS
from breachkit.execution.kept_errors import keep_error
from breachkit.execution.ledger import NAME, Entry, append, read_ledger, rewrite
from breachkit.execution.lock import locked
from breachkit.execution.released import released_impact
from breachkit.execution.runners import WARM, EngineName
from breachkit.execution.sheet import NOTEBOOK, STAGING, Made, Sheet, digests, figures_digest, safe_id
from breachkit.execution.workers import Workshop
from breachkit.impact import Impact
from breachkit.release.gate import refuse_leaks
from breachkit.release.manifest import require_unchanged, sha256

Progress = Callable[[int, int], object]


@dataclass(frozen=True)
class BatchOutcome:
    """How many controllers were made, failed, or were already up to date; the entries of those just worked on.

    `gated` is false where no workspace stood to ask whether a sheet holds a value of the extract.
    """

    done: int
    failed: int
    skipped: int
    worked: tuple[Entry, ...] = ()
    gated: bool = True


@dataclass(frozen=True)
class BatchOptions:
    """Which controllers and how: `only` keeps these ids, `limit` the first so many, `jobs` processes side by side.

    A cell of a sheet has `cell_seconds`.
    """

    jobs: int = 1
    only: Sequence[str] = ()
    limit: int | None = None
    language: Language = "fr"
    engine: EngineName = WARM
    cell_seconds: int = TIMEOUT_SECONDS


def run_batch(
    out: Path, options: BatchOptions | None = None, *, progress: Progress = lambda _done, _total: None
) -> BatchOutcome:
    """A sheet for each controller of out/impact.json, under out/controllers, with a ledger and an index.

    A sheet whose figures, notebook, language and files are as they were is skipped. `progress` gets (done, total).
    UsageError for an unknown id, where there is no impact, or where another batch is at work; BreachkitError where
    the ledger cannot be written; LeakRefused, once all is done, where a sheet holds a value of the extract: it is not
    released; a sheet that fails is counted and does not stop the others.
    """
    options = options or BatchOptions()
    require_unchanged(out, "impact.json")
    impact = released_impact(out)
    wanted = _wanted(impact, options.only, options.limit)
    folder = out / "controllers"
    with _writable(), locked(folder) as lock, sheet_gate(out, impact) as gate:
        _clear(folder)
        ledger = read_ledger(folder / NAME)
        batch = _Batch(folder, impact, sha256(out / "impact.json"), options.language)
        todo = batch.outdated(wanted, ledger)
        skipped = len(wanted) - len(todo)
        shop = Workshop(impact, out / "impact.json", batch.digest, options.engine, options.jobs, lock)
        worked: list[Entry] = []
        progress(skipped, len(wanted))
        sheets = {one: batch.sheet(one, options.cell_seconds, gated=gate.asks) for one in todo}
        drawn = ((sheets[made.controller], made) for made in shop.make(list(sheets.values())))
        for made in gate.released(drawn):
            worked.append(batch.entry(made))
            append(folder / NAME, worked[-1])
            keep_error(gate.connection, made)
            ledger[made.controller] = worked[-1]
            progress(skipped + len(worked), len(wanted))
        rewrite(folder / NAME, [ledger[one.id] for one in impact.controllers if one.id in ledger])
        write_index(folder, impact, ledger)
    refuse_leaks(gate.leaks, of_batch=True)
    failed = sum(entry.state == "failed" for entry in worked)
    return BatchOutcome(len(todo) - failed, failed, skipped, tuple(worked), gate.asks)


class _Batch:
    """What the sheets of one batch are made from, as digests, and what the ledger says of them."""

    def __init__(self, folder: Path, impact: Impact, digest: str, language: Language) -> None:
        self._folder = folder
        self._impact = impact
        self._language: Language = language
        self._drawn = _drawn(language)
        self.digest = digest

    def sheet(self, controller: str, cell_seconds: int, *, gated: bool) -> Sheet:
        return Sheet(controller, self._folder / safe_id(controller), self._language, cell_seconds, gated)

    def entry(self, made: Made) -> Entry:
        return Entry(
            id=made.controller,
            state="failed" if made.error else "done",
            seconds=round(made.seconds, 3),
            folder=safe_id(made.controller),
            language=self._language,
            impact=self.digest,
            figures=made.figures,
            drawn=self._drawn,
            sha256=dict(made.sha256),
            error=made.error,
        )

    def outdated(self, wanted: Sequence[str], ledger: dict[str, Entry]) -> list[str]:
        """The controllers whose sheet would be made otherwise now, or is not whole.

        Where another impact.json gives a controller the same figures, its entry in `ledger` is brought up to date.
        """
        found = []
        for one in wanted:
            entry = ledger.get(one)
            if entry is None or not self._stands(entry):
                found.append(one)
            else:
                ledger[one] = replace(entry, impact=self.digest)
        return found

    def _stands(self, entry: Entry) -> bool:
        if entry.state != "done" or entry.drawn != self._drawn or digests(self._folder / entry.folder) != entry.sha256:
            return False
        return entry.impact == self.digest or entry.figures == figures_digest(self._impact, entry.id)


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


@contextmanager
def _writable() -> Iterator[None]:
    """A disk that is full or refuses to be written is told as such; what is whole so far stays."""
    try:
        yield
    except OSError as error:
        raise BreachkitError(
            f"Impossible d'écrire dans « controllers/ » ({type(error).__name__} : disque plein, ou droits "
            "insuffisants ?). Les fiches déjà terminées sont gardées : relancez la même commande pour reprendre.",
            f"Cannot write in “controllers/” ({type(error).__name__}: disk full, or no permission?). The sheets "
            "already done are kept: run the same command again to resume.",
        ) from None


def _clear(folder: Path) -> None:
    """Removes the sheets that a batch had begun when it was killed."""
    for left in folder.glob(STAGING.format("*")):
        if left.is_dir():
            shutil.rmtree(left, ignore_errors=True)


def _drawn(language: Language) -> str:
    """The digest of all that draws a sheet: language, notebook, code. A new version makes every sheet again."""
    rooms = (PACKAGE / "report", PACKAGE / "execution", PACKAGE / "reference" / "wording", PACKAGE / "impact")
    files = sorted(path for room in rooms for path in room.rglob("*") if path.is_file() and path.suffix != ".pyc")
    parts = [language.encode("ascii"), notebook_path(NOTEBOOK).read_bytes(), *(path.read_bytes() for path in files)]
    return hashlib.sha256(b"\0".join(parts)).hexdigest()
