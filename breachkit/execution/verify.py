"""`breachkit verify` and `breachkit purge`: what stands of a release, and the end of its workspace."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from breachkit import case, workspace
from breachkit.execution.released import released_impact
from breachkit.execution.run import WORKSPACE, clear_unfinished, leaks_in
from breachkit.release.gate import refuse_leaks
from breachkit.release.manifest import check_manifest, former_outputs


@dataclass(frozen=True)
class Checked:
    """How many outputs match the manifest, and whether the leak gate could be run again."""

    outputs: int
    gate: bool


def verify_outputs(folder: Path, database: Path | None = None) -> Checked:
    """The check of a release; ManifestMismatch or LeakRefused where it fails."""
    count = check_manifest(folder)
    database = database or folder / WORKSPACE
    if not database.is_file():
        return Checked(count, gate=False)
    with workspace.reopen(database, case.read_key(database)) as connection:
        refuse_leaks(leaks_in(folder, former_outputs(folder), released_impact(folder), connection))
    return Checked(count, gate=True)


def destroy(folder: Path, database: Path | None = None) -> bool:
    """Destroys the key, then the workspace, of a case; False where there was neither."""
    database = database or folder / WORKSPACE
    clear_unfinished(database)
    if not case.has_workspace(database):
        return False
    case.forget_workspace(database)
    workspace.destroy(database)
    return True
