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
SHOWN = 20  # names in a message
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
    inputs: Mapping[str, str] | None = None,
    made_with: Mapping[str, str] | None = None,
) -> Path:
    """The manifest of the outputs `files` of `folder`. Times and versions live here, not in the figures.

    `inputs` are the digests of what a person gave besides the sources; `made_with` those of the program's parts.
    """
    manifest = {
        "schema": "breachkit.manifest/1",
        "started": started.isoformat(timespec="seconds"),
        "ended": ended.isoformat(timespec="seconds"),
        "parameters": dict(parameters),
        "inputs": dict(inputs or {}),
        "versions": {name: metadata.version(name) for name in LIBRARIES},
        "made_with": dict(made_with or {}),
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
    missing = [name for name in listed if not (folder / name).is_file()]
    changed = [name for name, digest in listed.items() if name not in missing and sha256(folder / name) != digest]
    if not missing and not changed:
        return len(listed)
    french = [_told("absente(s) : ", missing), _told("modifiée(s) : ", changed)]
    english = [_told("missing: ", missing), _told("changed: ", changed)]
    raise ManifestMismatch(
        f"{len(missing) + len(changed)} sortie(s) sur {len(listed)} ne sont plus celles du manifeste ; "
        f"{' ; '.join(one for one in french if one)}.",
        f"{len(missing) + len(changed)} output(s) of {len(listed)} are no longer those of the manifest; "
        f"{'; '.join(one for one in english if one)}.",
    )


def _told(what: str, names: Sequence[str]) -> str:
    more = f"… (+ {len(names) - SHOWN})" if len(names) > SHOWN else ""
    return what + ", ".join(names[:SHOWN]) + more if names else ""


def check_sources(folder: Path, found: Mapping[str, str]) -> int:
    """The number of these files (name → digest) that are sources of the manifest; ManifestMismatch naming others."""
    listed: dict[str, set[str]] = {}
    for one in read_manifest(folder)["sources"]:
        listed.setdefault(one["file"], set()).add(one["sha256"])
    wrong = [name for name, digest in found.items() if digest not in listed.get(name, set())]
    if wrong:
        raise ManifestMismatch(
            f"Ces fichiers ne sont pas ceux qui ont été analysés : {', '.join(wrong)}.",
            f"These files are not those that were analysed: {', '.join(wrong)}.",
        )
    return len(found)
