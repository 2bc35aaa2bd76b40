"""`breachkit run`: the whole chain, from the sources to released outputs.

Outputs are first written beside the workspace; they move to their place once the leak gate has let them pass, and the
manifest comes last. A run that stops half-way therefore leaves the former release, or none.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from breachkit import case, workspace
from breachkit.assessment.facts import check_facts
from breachkit.case import Decisions, load_decisions
from breachkit.errors import Language, UnreadableSource, UsageError
from breachkit.execution.chain import run_notebooks
from breachkit.execution.console import say
from breachkit.execution.faults import require_same, told_plainly
from breachkit.execution.ledger import NAME as LEDGER
from breachkit.execution.lock import locked
from breachkit.execution.locks import run_lock
from breachkit.execution.outputs import write_documents, write_figures
from breachkit.execution.places import UNFINISHED, WORKSPACE
from breachkit.execution.provenance import made_with
from breachkit.execution.screen import gate_of
from breachkit.impact import Impact
from breachkit.incident import Incident, load_incident
from breachkit.people.public_figures import read_public_figures
from breachkit.pipeline import Analysis, Steps, analyse
from breachkit.reading.load import require_readable
from breachkit.release.gate import refuse_leaks
from breachkit.release.manifest import NAME, former_outputs, sha256, write_manifest


@dataclass(frozen=True)
class Options:
    """How to run; every path as the user gave it."""

    sources: tuple[Path, ...]
    out: Path
    incident: Path | None = None
    public_figures: Path | None = None
    decisions: Path | None = None
    workspace: Path | None = None
    reference_date: date | None = None
    language: Language = "fr"
    notebooks: bool = True
    pdf: bool = True
    threads: int | None = None
    memory: str | None = None

    @property
    def database(self) -> Path:
        return self.workspace or self.out / WORKSPACE


def run(options: Options, steps: Steps | None = None) -> Analysis:
    """The analysis, with every output released under `options.out`.

    UnreadableSource, FactsError, UsageError, LeakRefused or InternalError where it stops; nothing is released then.
    """
    steps = steps or Steps()
    started = datetime.now(UTC)
    with told_plainly(()):
        _check(options)
    incident = load_incident(options.incident) if options.incident else Incident()
    check_facts(incident, options.incident.name if options.incident else "incident.toml")
    decisions = load_decisions(options.decisions) if options.decisions else Decisions()
    listed = read_public_figures(options.public_figures) if options.public_figures else None
    with (
        told_plainly(options.sources),
        run_lock(options.database, options.out),
        _workspace_in_the_making(options) as (made, connection),
    ):
        staging = _staging(options.database)
        analysis = analyse(
            options.sources,
            connection,
            incident,
            decisions=decisions,
            reference_date=options.reference_date,
            public_figures=listed,
            steps=steps,
        )
        with steps.stage("outputs"):
            _write(analysis.impact, staging, options, steps)
            files = sorted(path for path in staging.rglob("*") if path.is_file())
            ended = max(started, datetime.now(UTC))  # a clock may be set back
            write_manifest(
                staging,
                analysis.impact,
                files,
                started=started,
                ended=ended,
                parameters=_parameters(options),
                inputs=_inputs(options),
                made_with=made_with(),
            )
        require_same(options.sources, analysis.impact.sources)
        with steps.stage("gate"):
            gate = gate_of(analysis.impact, connection, besides=(started.date(), ended.date()))
            refuse_leaks(gate.leaks([*files, staging / NAME], staging))
        connection.close()
        with steps.stage("release"):
            case.move_workspace(made, options.database)
            for sample in (*decisions.sample, *decisions.pair_sample):
                case.tie_review_key(options.database, sample.key)
            _release(staging, options.out)
    return analysis


def _staging(database: Path) -> Path:
    """Where outputs wait for the leak gate: a folder named after the workspace."""
    return database.with_name(f".{database.name}.release")


@contextmanager
def _workspace_in_the_making(options: Options) -> Iterator[tuple[Path, Any]]:
    """A new workspace beside the former one, which stays whole until the release; nothing is left of a failed run."""
    made = options.database.with_name(f".{options.database.name}.new")
    clear_unfinished(options.database)
    key = case.new_key(made)
    try:
        with workspace.create(
            made, key, threads=options.threads, memory=options.memory, readable=options.sources
        ) as connection:
            yield made, connection
    finally:
        clear_unfinished(options.database)


def clear_unfinished(database: Path) -> None:
    """Removes what a run that did not end has left: its workspace, its key and the outputs that waited."""
    made = database.with_name(f".{database.name}.new")
    shutil.rmtree(_staging(database), ignore_errors=True)
    workspace.destroy(made)
    case.forget_workspace(made)


def _check(options: Options) -> None:
    """UsageError or UnreadableSource for what can be known before anything is touched."""
    _check_out(options)
    database = options.database.resolve()
    if database.is_dir() or (database.is_file() and not case.has_workspace(database)):
        raise UsageError(say("workspace_is_not_ours", "fr"), say("workspace_is_not_ours", "en"))
    first: UnreadableSource | None = None
    for path in options.sources:
        try:
            require_readable((path,))
            return
        except UnreadableSource as error:
            first = first or error
    if first:
        raise first


def _check_out(options: Options) -> None:
    """UsageError where the outputs would stand among files that are not ours: the extract, or a case's notebooks."""
    out = options.out.resolve()
    if out in {path.resolve().parent for path in options.sources}:
        raise UsageError(say("no_extract_in_out", "fr"), say("no_extract_in_out", "en"))
    if (out / "incident.toml").is_file():
        raise UsageError(say("no_case_as_out", "fr"), say("no_case_as_out", "en"))
    if out.exists() and not out.is_dir():
        raise UsageError(say("out_is_a_file", "fr"), say("out_is_a_file", "en"))


def _write(impact: Impact, staging: Path, options: Options, steps: Steps) -> None:
    write_figures(impact, staging, options.language)
    if options.pdf:
        write_documents(impact, staging, options.language, steps.at)
    if options.notebooks:
        steps.at("notebooks")
        run_notebooks(staging, language=options.language, progress=lambda *_: None)


def _release(staging: Path, out: Path) -> None:
    """Moves the outputs to their place, in the stead of a former release; the manifest comes last.

    A mark stands in the folder until then: nobody reads a release that was interrupted.
    """
    out.mkdir(parents=True, exist_ok=True)
    former = former_outputs(out)
    (out / UNFINISHED).parent.mkdir(exist_ok=True, mode=0o700)
    (out / UNFINISHED).touch()
    (out / NAME).unlink(missing_ok=True)
    for path in former:
        path.unlink(missing_ok=True)
    if (out / "controllers" / LEDGER).is_file():
        with locked(out / "controllers"):
            shutil.rmtree(out / "controllers")  # sheets drawn from figures that hold no more
    waiting = sorted(path for path in staging.rglob("*") if path.is_file() and path != staging / NAME)
    for path in [*waiting, staging / NAME]:
        target = out / path.relative_to(staging)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.move(path, target)
    (out / UNFINISHED).unlink()
    if not any((out / UNFINISHED).parent.iterdir()):
        (out / UNFINISHED).parent.rmdir()


def _inputs(options: Options) -> dict[str, str]:
    """The digests of what a person gave besides the sources."""
    given = {"incident": options.incident, "decisions": options.decisions, "public_figures": options.public_figures}
    return {name: sha256(path) for name, path in given.items() if path is not None}


def _parameters(options: Options) -> dict[str, Any]:
    return {
        "sources": [path.name for path in options.sources],
        "incident": options.incident and options.incident.name,
        "decisions": options.decisions and options.decisions.name,
        "public_figures": options.public_figures is not None,
        "reference_date": options.reference_date and options.reference_date.isoformat(),
        "lang": options.language,
        "notebooks": options.notebooks,
        "pdf": options.pdf,
        "threads": options.threads,
        "memory": options.memory,
        "workspace": "elsewhere" if options.workspace else "default",
    }
