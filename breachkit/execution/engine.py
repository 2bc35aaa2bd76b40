"""One notebook, executed by papermill in a private kernel, into an .ipynb and an .html that tell nothing but figures.

Papermill alone would only warn of an unknown parameter, keep tracebacks, paths and times in its output, stumble on a
`{` in a path, and talk over TCP. Here the notebook stays in memory until it is done and cleaned: a failure leaves no
file, and its message tells the notebook, the cell and the type of the error, never the error's text.
"""

from __future__ import annotations

import logging
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any, Protocol

from breachkit.errors import BreachkitError, Language, UsageError
from breachkit.execution.bundled import ENGLISH, in_language
from breachkit.execution.page import page_html
from breachkit.execution.runners import open_runner, register_engines

TIMEOUT_SECONDS = 600  # a cell that draws figures takes seconds; one that hangs must not hold a batch. Our choice.
INJECTED = "injected-parameters"
LANGUAGE = "langue"  # the parameter by which a notebook of ours is told its language
COLOURS = re.compile(r"\x1b\[[0-9;]*m")  # of a terminal, in IPython's tracebacks


class NotebookFailed(BreachkitError):
    """A cell of a notebook failed; `kind` is the type of its error, the rest of which is withheld.

    `trace` is the whole of it, which may quote a value: for the encrypted workspace alone, never shown by itself.
    """

    def __init__(self, notebook: str, cell: int, kind: str, trace: str = "") -> None:
        super().__init__(
            f"Le carnet « {notebook} » s'est arrêté à sa cellule {cell} ({kind}). Rien n'en a été gardé. Ouvrez le "
            "carnet par « breachkit lab » pour voir l'erreur sur place.",
            f"The notebook “{notebook}” stopped at its cell {cell} ({kind}). Nothing of it was kept. Open the "
            "notebook with “breachkit lab” to see the error where it is.",
        )
        self.notebook = notebook
        self.cell = cell
        self.kind = kind
        self.trace = trace


class Runner(Protocol):
    """Where the cells of a notebook run."""

    def options(self, folder: Path, seconds: float) -> dict[str, Any]:
        """What papermill is told: its engine and that engine's options. `seconds` is for each cell."""

    def lost(self) -> None:
        """A cell hung or ended its process; the next notebook needs another."""


def execute_notebook(
    source: Path,
    destination: Path,
    parameters: Mapping[str, Any],
    *,
    timeout_s: int = TIMEOUT_SECONDS,
    runner: Runner | None = None,
) -> None:
    """The notebook at `source` run with `parameters`, written at `destination` (.ipynb) and beside it as .html.

    Its working directory is the folder of `destination` (made if missing). A `Path`, or a text that is an absolute
    path, is handed on relative to that folder. `timeout_s` is for each cell, in seconds. A `runner` already open is
    used and left open. Where the parameter `langue` is "en", the explanations and the page are English. UsageError for
    a parameter that the notebook does not declare; NotebookFailed, with nothing written, where a cell fails.
    """
    destination.parent.mkdir(parents=True, exist_ok=True)
    folder = destination.parent.resolve()
    text = _read(source)
    language: Language = ENGLISH if parameters.get(LANGUAGE) == ENGLISH else "fr"
    notebook = in_language(_notebook(text), language)
    handed = {name: _relative(value, folder) for name, value in parameters.items()}
    _refuse_unknown(_declared(text), handed, source.stem)
    if runner is None:
        with open_runner() as own:
            done = _run(notebook, handed, source.stem, folder, own, timeout_s)
    else:
        done = _run(notebook, handed, source.stem, folder, runner, timeout_s)
    _write(_cleaned(done), destination, language)


def warm_notebook(source: Path, language: Language = "fr") -> Any:
    """What is known of a notebook before it runs, learnt once for this process and those forked from it."""
    text = _read(source)
    _declared(text)
    return in_language(_notebook(text), language)


def _read(source: Path) -> str:
    try:
        return source.read_text(encoding="utf-8")
    except OSError:
        raise UsageError(
            f"Le carnet « {source.name} » est introuvable.", f"The notebook “{source.name}” is missing."
        ) from None


def _notebook(text: str) -> Any:
    import nbformat

    return nbformat.reads(text, as_version=4)


@lru_cache(maxsize=16)
def _declared(text: str) -> tuple[str, ...]:
    """The parameters that a notebook declares."""
    import papermill

    with _quiet():
        return tuple(papermill.inspect_notebook(_notebook(text)))


def _relative(value: Any, folder: Path) -> Any:
    """A path as the notebook sees it from its own folder; any other value as it is."""
    if not isinstance(value, Path) and not (isinstance(value, str) and Path(value).is_absolute()):
        return value
    try:
        return Path(os.path.relpath(Path(value).resolve(), folder)).as_posix()
    except ValueError:  # on another drive of Windows there is no relative path
        return str(value)


def _refuse_unknown(known: Sequence[str], parameters: Mapping[str, Any], name: str) -> None:
    unknown = ", ".join(sorted(set(parameters) - set(known)))
    if unknown:
        admitted = ", ".join(known) or "–"
        raise UsageError(
            f"Le carnet « {name} » ne connaît pas : {unknown}. Paramètres admis : {admitted}.",
            f"The notebook “{name}” does not know: {unknown}. Accepted parameters: {admitted}.",
        )


def _run(notebook: Any, parameters: dict[str, Any], name: str, folder: Path, runner: Runner, timeout_s: int) -> Any:
    """The executed notebook, still in memory; any failure becomes NotebookFailed, outside of the error it had."""
    from nbclient.exceptions import CellTimeoutError, DeadKernelError
    from papermill.exceptions import PapermillExecutionError

    register_engines()
    cell, kind, trace = 0, "", ""
    tagged = [place for place, one in enumerate(notebook.cells) if "parameters" in one.metadata.get("tags", [])]
    with _quiet():
        try:
            return _executed(notebook, parameters, folder, runner.options(folder, timeout_s))
        except PapermillExecutionError as error:
            cell, kind = _place(tagged if parameters else [], error.cell_index), error.ename
            trace = COLOURS.sub("", "\n".join(error.traceback))
        except (CellTimeoutError, DeadKernelError) as error:
            kind, trace = type(error).__name__, str(error)
            runner.lost()
    raise NotebookFailed(name, cell, kind if kind.isidentifier() else "Exception", trace)


def _executed(notebook: Any, parameters: dict[str, Any], folder: Path, options: dict[str, Any]) -> Any:
    """As `papermill.execute_notebook`, step by step in memory: it would write the notebook four times to nowhere."""
    from papermill.engines import papermill_engines
    from papermill.execute import raise_for_execution_errors
    from papermill.parameterize import parameterize_notebook
    from papermill.utils import chdir

    given = notebook
    given.metadata["papermill"] = type(given.metadata)()
    for cell in given.cells:
        cell.metadata.setdefault("tags", [])
    engine = options.pop("engine_name")
    if parameters:
        given = parameterize_notebook(given, parameters, kernel_name="python3", engine_name=engine)
    with chdir(str(folder)):
        done = papermill_engines.execute_notebook_with_engine(
            engine, given, kernel_name="python3", progress_bar=False, autosave_cell_every=0, **options
        )
    raise_for_execution_errors(done, None)
    return done


def _place(tagged: Sequence[int], index: int) -> int:
    """The number of a cell in the notebook as its author wrote it, counted from 1; `tagged`: before what was added."""
    return index + (0 if tagged and index > tagged[0] else 1)


@contextmanager
def _quiet() -> Iterator[None]:
    """Papermill's and nbclient's own words are not ours: they may quote paths, parameters and outputs."""
    loggers = [logging.getLogger(name) for name in ("papermill", "nbclient", "traitlets")]
    former = [one.disabled for one in loggers]
    for one in loggers:
        one.disabled = True
    try:
        yield
    finally:
        for one, disabled in zip(loggers, former, strict=True):
            one.disabled = disabled


def _cleaned(notebook: Any) -> Any:
    """The notebook without papermill's metadata nor unused texts; its injected cell has the same id each time."""
    notebook.metadata.pop("papermill", None)
    notebook.metadata.pop("widgets", None)
    for cell in notebook.cells:
        for key in ("papermill", "execution", ENGLISH):
            cell.metadata.pop(key, None)
        tags = cell.metadata.get("tags", [])
        if INJECTED in tags:
            cell["id"] = INJECTED
        if not tags:
            cell.metadata.pop("tags", None)
    return notebook


def _write(notebook: Any, destination: Path, language: Language) -> None:
    """Both files, the page made before anything is written."""
    import nbformat

    page = page_html(notebook, language)
    text = nbformat.writes(notebook, version=4) + "\n"
    destination.write_text(text, encoding="utf-8")
    destination.with_suffix(".html").write_text(page, encoding="utf-8")
