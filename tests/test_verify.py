"""The manifest and what `verify` sees of a release that was touched."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from breachkit import case
from breachkit.errors import LeakRefused, ManifestMismatch, UnreadableSource, UsageError
from breachkit.execution import provenance
from breachkit.execution import sheet as sheet_room
from breachkit.execution.batch import BatchOptions, run_batch
from breachkit.execution.places import WORKSPACE
from breachkit.execution.run import Options, run
from breachkit.execution.sheet import FILES, Sheet, try_sheet
from breachkit.execution.verify import verify_outputs
from breachkit.execution.workers import Workshop
from breachkit.impact import Impact
from breachkit.release.manifest import read_manifest, sha256
from tests.adversary import as_csv, everybody, needles, traces

PEOPLE = everybody(24)
INCIDENT = '[incident]\ntitle = "Essai"\n[controller]\nname = "Cabinet des Ormes"\n'


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run, its sources and its key."""
    folder = tmp_path_factory.mktemp("made")
    (folder / "patients.csv").write_bytes(as_csv(PEOPLE))
    (folder / "incident.toml").write_text(INCIDENT)
    options = Options(
        sources=(folder / "patients.csv",), out=folder / "out", incident=folder / "incident.toml", notebooks=False,
        pdf=False,
    )  # fmt: skip
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("BREACHKIT_KEY_DIR", str(folder / "keys"))
        run(options)
    return folder


@pytest.fixture
def out(made: Path, tmp_path: Path) -> Path:
    shutil.copytree(made / "keys", case.key_folder(), dirs_exist_ok=True)
    return shutil.copytree(made / "out", tmp_path / "out")


def test_the_manifest_names_what_the_release_was_made_from_and_with(out: Path, made: Path) -> None:
    manifest = read_manifest(out)
    assert manifest["sources"] == [
        {"file": "patients.csv", "bytes": len(as_csv(PEOPLE)), "sha256": sha256(made / "patients.csv")}
    ]
    assert manifest["inputs"] == {"incident": hashlib.sha256(INCIDENT.encode()).hexdigest()}
    assert set(manifest["made_with"]) >= {"python", "code", "reference", "lexicon", "notebooks", "libraries", "lock"}
    assert manifest["made_with"]["lock"] == sha256(Path(provenance.PACKAGE).parent / "requirements.lock")
    released = {path.relative_to(out).as_posix() for path in out.rglob("*") if path.is_file()}
    outside = {name for name in released if name.startswith(".workspace/")} | {"manifest.json"}
    assert set(manifest["outputs"]) == released - outside
    assert str(made) not in (out / "manifest.json").read_text()
    assert not traces(out, needles(PEOPLE), besides=(".workspace/case",))


CHANGES: dict[str, Callable[[Path], object]] = {
    "modifiée(s) : impact.json": lambda out: (out / "impact.json").write_text("{}"),
    "absente(s) : notification.json": lambda out: (out / "notification.json").unlink(),
    "modifiée(s) : registre.xlsx": lambda out: (out / "registre.xlsx").write_bytes(b""),
    "absent ou illisible": lambda out: (out / "manifest.json").unlink(),
}


@pytest.mark.parametrize("told", CHANGES)
def test_what_differs_is_named(told: str, out: Path) -> None:
    CHANGES[told](out)
    with pytest.raises(ManifestMismatch) as raised:
        verify_outputs(out)
    assert told in raised.value.fr
    assert raised.value.exit_code == 7


def test_the_files_of_the_extract_are_compared(out: Path, made: Path, tmp_path: Path) -> None:
    found = verify_outputs(out, sources=[made / "patients.csv"])
    assert (found.gate, found.sources, found.others) == (True, 1, ())
    other = tmp_path / "patients.csv"
    other.write_bytes(as_csv(PEOPLE[1:]))
    with pytest.raises(ManifestMismatch, match=r"patients\.csv"):
        verify_outputs(out, sources=[other])
    with pytest.raises(UnreadableSource):
        verify_outputs(out, sources=[tmp_path / "absent.csv"])


def test_a_program_that_has_changed_is_told(out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    now = provenance.made_with()
    monkeypatch.setattr("breachkit.execution.verify.made_with", lambda: now | {"lexicon": "0" * 64})
    assert verify_outputs(out).others == ("lexicon",)


def relisted(out: Path, name: str) -> None:
    """The manifest as a forger would leave it: with the digest of what stands there now."""
    manifest = read_manifest(out)
    manifest["outputs"][name] = sha256(out / name)
    (out / "manifest.json").write_text(json.dumps(manifest))


def test_the_gate_is_run_again_while_the_workspace_stands(out: Path) -> None:
    letter = next(path for path in sorted((out / "lettres").iterdir()) if path.suffix == ".md")
    letter.write_text(letter.read_text() + f"\n{PEOPLE[3].email}\n")
    relisted(out, f"lettres/{letter.name}")
    with pytest.raises(LeakRefused, match="adresse électronique"):
        verify_outputs(out)
    manifest = read_manifest(out)
    manifest["parameters"]["note"] = PEOPLE[3].nir
    letter.write_text(letter.read_text().replace(PEOPLE[3].email, ""))
    (out / "manifest.json").write_text(json.dumps(manifest))
    relisted(out, f"lettres/{letter.name}")
    with pytest.raises(LeakRefused, match=r"manifest\.json"):
        verify_outputs(out)


def test_without_its_key_the_gate_is_not_said_to_have_passed(out: Path) -> None:
    case.destroy_key(out / WORKSPACE)
    with pytest.raises(UsageError, match="clé"):
        verify_outputs(out)
    shutil.rmtree(out / ".workspace")
    assert not verify_outputs(out).gate


def test_a_sheet_with_a_value_is_held_back_and_the_batch_refused(out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two controllers of three are released; the third, whose page names a patient, is not."""
    impact = json.loads((out / "impact.json").read_text())
    one, *_others = impact["controllers"]
    impact["controllers"] = [one | {"id": name, "label": None} for name in ("1010101", "2020202", "3030303")]
    (out / "impact.json").write_text(json.dumps(impact))
    relisted(out, "impact.json")

    def write(sheet: Sheet, _own: Impact, figures: str, _runner: object) -> None:
        sheet.staging.mkdir(parents=True)
        for name in FILES[:-1]:
            (sheet.staging / name).write_text(figures if name != "rapport.html" else "<p>x</p>")
        shutil.copy(provenance.PACKAGE.parent / "reports" / "examples" / "information-patients.pdf",
                    sheet.staging / FILES[-1])  # fmt: skip
        if sheet.controller == "2020202":
            (sheet.staging / "rapport.html").write_text(f"<p title='{PEOPLE[5].iban}'>x</p>")

    def make(shop: Workshop, sheets: list[Sheet]) -> object:
        return (try_sheet(sheet, shop.impact, None) for sheet in sheets)  # type: ignore[arg-type]

    monkeypatch.setattr(sheet_room, "_write", write)
    monkeypatch.setattr(Workshop, "make", make)
    with pytest.raises(LeakRefused, match="coordonnées bancaires") as raised:
        run_batch(out, BatchOptions())
    assert raised.value.exit_code == 5
    assert "Rien n'a été publié" not in raised.value.fr
    folders = {path.name for path in (out / "controllers").iterdir() if path.is_dir()}
    assert folders == {"1010101", "3030303"}
    ledger = [json.loads(line) for line in (out / "controllers" / "ledger.jsonl").read_text().splitlines()]
    assert {entry["id"]: entry["error"] for entry in ledger} == {
        "1010101": None, "2020202": "LeakRefused", "3030303": None,
    }  # fmt: skip
    assert not traces(out / "controllers", needles(PEOPLE))
