"""`breachkit init`: a case folder to fill in."""

from __future__ import annotations

from pathlib import Path

from breachkit.errors import Language, UsageError
from breachkit.execution.bundled import ENGLISH, in_language, notebooks_folder
from breachkit.execution.case import EXTRACT_FOLDER
from breachkit.execution.console import say
from breachkit.reference.catalogue import resource


def new_case(folder: Path, language: Language = "fr") -> None:
    """Makes the folder: commented incident.toml and decisions.toml, extraction/, notebooks in that language.

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
        (notebooks / path.name).write_text(_told(text, language), encoding="utf-8")


def _told(text: str, language: Language) -> str:
    """A notebook as whoever opens it reads it: explained, and showing its tables, in her language."""
    import nbformat

    if language != ENGLISH:
        return text
    notebook = in_language(nbformat.reads(text, as_version=4), language)
    for cell in notebook.cells:
        cell.source = cell.source.replace('langue: str = "fr"', 'langue: str = "en"')
        cell.metadata.pop(ENGLISH, None)
    return str(nbformat.writes(notebook, version=4)) + "\n"
