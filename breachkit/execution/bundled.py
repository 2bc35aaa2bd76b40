"""The notebooks that come with the package: inside an installed wheel, else beside it in the repository."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from breachkit.errors import Language, UsageError

PACKAGE = Path(__file__).resolve().parents[1]
ENGLISH: Final = "en"  # a language, and the key of a markdown cell's metadata that holds its text in it


def notebooks_folder() -> Path:
    """The folder of the notebooks that come with this very package; UsageError where it is missing."""
    # The wheel's own copy first: `notebooks` beside an installed package would be some other distribution.
    for folder in (PACKAGE / "_bundled" / "notebooks", PACKAGE.parent / "notebooks"):
        if (folder / "01_inventaire.ipynb").is_file():
            return folder
    raise UsageError(
        "Les carnets livrés avec breachkit sont introuvables. Réinstallez breachkit.",
        "The notebooks that come with breachkit are missing. Install breachkit again.",
    )


def notebook_path(name: str) -> Path:
    """The path of one bundled notebook, by its name without suffix; UsageError where there is none."""
    path = notebooks_folder() / f"{name}.ipynb"
    if not path.is_file():
        raise UsageError(
            f"Le carnet « {name} » n'est pas livré avec breachkit.",
            f"The notebook “{name}” does not come with breachkit.",
        )
    return path


def in_language(notebook: Any, language: Language) -> Any:
    """The notebook (nbformat node) with its explanations in that language; the French ones are the cells' own text."""
    for cell in notebook.cells if language == ENGLISH else ():
        if cell.cell_type == "markdown":
            cell.source = cell.metadata.get(ENGLISH, cell.source)
    return notebook
