"""manifest.json: the digest of every source and output, the versions, the times, the parameters; and its check."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from importlib import metadata
from pathlib import Path
from typing import Any

from breachkit.errors import ManifestMismatch
from breachkit.impact import Impact

NAME = "manifest.json"
LIBRARIES = ("breachkit", "duckdb", "polars", "pyarrow", "scipy", "pandas", "matplotlib", "papermill", "typst")


def sha256(path: Path) -> str:
    """The digest of a file."""
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def former_outputs(folder: Path) -> list[Path]:
    """The files that the manifest of a folder lists, and nothing else that may stand there; none without a manifest."""
    if not (folder / NAME).is_file():
        return []
    listed = (folder / name for name in read_manifest(folder)["outputs"])
    return sorted(path for path in listed if path.resolve().is_relative_to(folder.resolve()) and path.is_file())


def write_manifest(
    folder: Path,
    impact: Impact,
    files: Sequence[Path],
    *,
    started: datetime,
    ended: datetime,
    parameters: Mapping[str, Any],
) -> Path:
    """The manifest of the outputs `files` of `folder`. Times and versions live here, not in the figures."""
    manifest = {
        "schema": "breachkit.manifest/1",
        "started": started.isoformat(timespec="seconds"),
        "ended": ended.isoformat(timespec="seconds"),
        "parameters": dict(parameters),
        "versions": {name: metadata.version(name) for name in LIBRARIES},
        "sources": [{"file": one.file, "bytes": one.bytes, "sha256": one.sha256} for one in impact.sources],
        "outputs": {path.relative_to(folder).as_posix(): sha256(path) for path in sorted(files)},
    }
    path = folder / NAME
    path.write_text(json.dumps(manifest, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    return path


def read_manifest(folder: Path) -> dict[str, Any]:
    """The manifest of a run; ManifestMismatch where there is none."""
    try:
        found: dict[str, Any] = json.loads((folder / NAME).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        raise ManifestMismatch(
            f"{NAME} est absent ou illisible dans ce dossier ; ce n'est pas le résultat d'un « breachkit run ».",
            f"{NAME} is missing or unreadable in this folder; it is not the complete result of a “breachkit run”.",
        ) from None
    return found


def require_unchanged(folder: Path, name: str) -> None:
    """ManifestMismatch where an output is no longer the one the manifest lists; a folder without manifest passes."""
    if (folder / NAME).is_file():
        listed = read_manifest(folder)["outputs"].get(name)
        if listed and (folder / name).is_file() and sha256(folder / name) != listed:
            raise ManifestMismatch(
                f"{name} a été modifié depuis l'analyse : il diffère du manifeste. Relancez « breachkit run ».",
                f"{name} was changed since the analysis: it differs from the manifest. Run “breachkit run” again.",
            )


def check_manifest(folder: Path) -> int:
    """The number of outputs that match the manifest; ManifestMismatch naming those that are missing or changed."""
    listed: dict[str, str] = read_manifest(folder)["outputs"]
    wrong = [
        name for name, digest in listed.items() if not (folder / name).is_file() or sha256(folder / name) != digest
    ]
    if wrong:
        raise ManifestMismatch(
            f"{len(wrong)} sortie(s) sur {len(listed)} manquent ou diffèrent du manifeste : {', '.join(wrong)}.",
            f"{len(wrong)} output(s) of {len(listed)} are missing or differ from the manifest: {', '.join(wrong)}.",
        )
    return len(listed)
