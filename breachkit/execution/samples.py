"""The invented extracts that come with the package."""

from __future__ import annotations

from pathlib import Path

from breachkit.errors import UsageError
from breachkit.execution.bundled import PACKAGE


def sample_folder(name: str) -> Path:
    """The folder of a bundled sample; UsageError where it is missing."""
    for folder in (PACKAGE / "_bundled" / "samples" / name, PACKAGE.parent / "data" / "samples" / name):
        if (folder / "truth.json").is_file():
            return folder
    raise UsageError(
        f"L'échantillon « {name} » est introuvable. Réinstallez breachkit.",
        f"The sample “{name}” is missing. Install breachkit again.",
    )
