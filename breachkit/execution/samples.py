"""The invented extracts that come with the package."""

from __future__ import annotations

from pathlib import Path

from breachkit.errors import UsageError
from breachkit.execution.bundled import PACKAGE

# What stands in a sample's folder beside the extract.
NOT_THE_EXTRACT = {".py", ".toml", ".md", ".pyc"}
TRUTH, POOL = "truth.json", "notes.jsonl"


def _folders() -> list[Path]:
    return [PACKAGE / "_bundled" / "samples", PACKAGE.parent / "data" / "samples"]


def sample_names() -> list[str]:
    """The ids of the bundled samples, sorted."""
    return sorted({path.parent.name for folder in _folders() for path in folder.glob(f"*/{TRUTH}")})


def sample_folder(name: str) -> Path:
    """The folder of a bundled sample; UsageError where there is none of that name."""
    for folder in _folders():
        if name in sample_names() and (folder / name / TRUTH).is_file():
            return folder / name
    known = ", ".join(sample_names())
    if not known:
        raise UsageError(
            "Les échantillons sont introuvables. Réinstallez breachkit.",
            "The samples are missing. Install breachkit again.",
        )
    raise UsageError(
        f"Il n'y a pas d'échantillon « {name} ». Échantillons : {known}.",
        f"There is no sample “{name}”. Samples: {known}.",
    )


def sample_sources(folder: Path) -> tuple[Path, ...]:
    """The files of the extract in a sample's folder: all but its facts, its truth and what made it; largest first."""
    found = [
        path
        for path in folder.iterdir()
        if path.is_file() and path.suffix not in NOT_THE_EXTRACT and path.name not in (TRUTH, POOL)
    ]
    return tuple(sorted(found, key=lambda path: (-path.stat().st_size, path.name)))
