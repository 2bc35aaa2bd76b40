"""`breachkit verify`: what stands of a release."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from breachkit import case, workspace
from breachkit.errors import Language, ManifestMismatch
from breachkit.execution.batch_index import index_files
from breachkit.execution.console import say
from breachkit.execution.ledger import NAME as LEDGER
from breachkit.execution.ledger import read_ledger
from breachkit.execution.places import WORKSPACE
from breachkit.execution.provenance import made_with
from breachkit.execution.released import released_impact
from breachkit.execution.screen import gate_of
from breachkit.reading.archives.parts import group_parts
from breachkit.reading.load import require_readable
from breachkit.release.gate import refuse_leaks
from breachkit.release.manifest import NAME, check_manifest, check_sources, former_outputs, read_manifest, sha256


@dataclass(frozen=True)
class Checked:
    """How many outputs match the manifest, and whether the leak gate could be run again.

    `sources` are how many files are those that were analysed, `others` the parts of the program that are no longer
    those the release was made with: a new run may give other figures.
    """

    outputs: int
    gate: bool
    sources: int = 0
    others: tuple[str, ...] = ()


def verify_outputs(folder: Path, database: Path | None = None, sources: Sequence[Path] = ()) -> Checked:
    """The check of a release, and of the files that were analysed where they are given.

    ManifestMismatch or LeakRefused where it fails; UnreadableSource where a file is missing.
    """
    check_manifest(folder)
    found = _check(folder, database)
    require_readable(sources)
    checked = check_sources(folder, {one.name: one.sha256 for one in group_parts(sources)})
    noted: dict[str, str] = read_manifest(folder).get("made_with", {})
    now = made_with()
    others = tuple(name for name, digest in noted.items() if now.get(name) != digest)
    return replace(found, sources=checked, others=others)


def checked_text(checked: Checked, language: Language) -> str:
    """What a person is told of a check that passed, a line each."""
    told = [say("verified", language, n=checked.outputs)]
    told += [say("verified_sources", language, n=checked.sources)] if checked.sources else []
    told += [say("verified_others", language, names=", ".join(checked.others))] if checked.others else []
    return "\n".join([*told, say("gate_passed" if checked.gate else "gate_skipped", language)])


def _check(folder: Path, database: Path | None) -> Checked:
    """The outputs, the sheets and, while the workspace stands, the leak gate."""
    files = [*former_outputs(folder), *check_sheets(folder)]
    database = database or folder / WORKSPACE
    if not database.is_file():
        return Checked(len(files), gate=False)
    with workspace.reopen(database, case.read_key(database)) as connection:
        manifest = read_manifest(folder)
        days = [datetime.fromisoformat(manifest[name]).date() for name in ("started", "ended")]
        authors = [text for one in manifest.get("mailings", []) for text in (str(one["by"]), str(one["file"]))]
        gate = gate_of(released_impact(folder), connection, besides=days, said=authors)
        refuse_leaks(gate.leaks([*files, folder / NAME], folder))
    return Checked(len(files), gate=True)


def check_sheets(folder: Path) -> list[Path]:
    """The controllers' sheets that match their ledger; ManifestMismatch where one is changed, missing or unlisted."""
    sheets = folder / "controllers"
    ledger = read_ledger(sheets / LEDGER)
    entries = [one for one in ledger.values() if one.state == "done"]
    listed = {sheets / one.folder / name: digest for one in entries for name, digest in one.sha256.items()}
    present = {path for path in sheets.rglob("*") if path.is_file() and path.name != LEDGER}
    wrong = [path for path, digest in listed.items() if path not in present or sha256(path) != digest]
    index = index_files(released_impact(folder), ledger) if ledger else {}
    wrong += [sheets / name for name, content in index.items() if not _holds(sheets / name, content)]
    wrong += sorted(present - set(listed) - {sheets / name for name in index})
    if wrong:
        names = ", ".join(path.relative_to(folder).as_posix() for path in wrong[:10])
        raise ManifestMismatch(
            f"{len(wrong)} fichier(s) de controllers/ manquent, diffèrent du registre ou n'y figurent pas : {names}.",
            f"{len(wrong)} file(s) of controllers/ are missing, differ from ledger.jsonl or are not in it: {names}.",
        )
    return [*sorted(listed), *(sheets / name for name in index)]


def _holds(path: Path, content: bytes) -> bool:
    return path.is_file() and path.read_bytes() == content
