"""The notebooks of a run, one after another, by a runner that has imported everything once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from breachkit.execution.bundled import notebook_path
from breachkit.execution.engine import execute_notebook
from breachkit.execution.runners import open_runner

NOTEBOOKS = ("01_inventaire", "02_textes_libres", "03_personnes", "04_notification_cnil", "05_information_patients")

Progress = Callable[[int, int], object]


def run_notebooks(out: Path, *, language: str = "fr", progress: Progress = lambda _done, _total: None) -> list[Path]:
    """The five notebooks on `out` (which holds impact.json), as .ipynb and .html in out/notebooks; the files written.

    `progress` is called with (done, total). NotebookFailed at the first notebook that fails.
    """
    written = []
    progress(0, len(NOTEBOOKS))
    with open_runner() as runner:
        for done, name in enumerate(NOTEBOOKS, start=1):
            destination = out / "notebooks" / f"{name}.ipynb"
            parameters = {"dossier": out.resolve(), "langue": language}
            execute_notebook(notebook_path(name), destination, parameters, runner=runner)
            written += [destination, destination.with_suffix(".html")]
            progress(done, len(NOTEBOOKS))
    return written
