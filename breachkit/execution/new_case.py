"""`breachkit init`: a case folder to fill in."""

from __future__ import annotations

from pathlib import Path

from breachkit.errors import UsageError
from breachkit.execution.bundled import notebooks_folder
from breachkit.execution.case import EXTRACT_FOLDER
from breachkit.execution.console import say
from breachkit.reference.catalogue import resource


def new_case(folder: Path) -> None:
    """Makes the folder with its commented incident.toml, decisions.toml, extraction/ and the notebooks.

    UsageError where it already holds an incident.toml: nothing is touched then.
    """
    if (folder / "incident.toml").exists():
        raise UsageError(say("init_exists", "fr"), say("init_exists", "en"))
    (folder / EXTRACT_FOLDER).mkdir(parents=True, exist_ok=True)
    for name in ("incident.toml", "decisions.toml"):
        (folder / name).write_text(resource(f"case/{name}"), encoding="utf-8")
    notebooks = folder / "notebooks"
    notebooks.mkdir(exist_ok=True)
    for path in sorted(notebooks_folder().glob("*.ipynb")):
        text = path.read_text(encoding="utf-8").replace("../reports/demo", "..")
        (notebooks / path.name).write_text(text, encoding="utf-8")
