"""The full error of a sheet that failed: in the encrypted workspace, for whoever holds its key, and nowhere else."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
from pypdf import PdfWriter
from typer.testing import CliRunner

from breachkit import case
from breachkit.cli import app
from breachkit.errors import UsageError
from breachkit.execution import sheet as sheet_room
from breachkit.execution.batch import BatchOptions, run_batch
from breachkit.execution.engine import NotebookFailed, Runner
from breachkit.execution.kept_errors import errors_told
from breachkit.execution.kernel import Kernel
from breachkit.execution.purge import destroy
from breachkit.execution.run import Options, run
from breachkit.execution.sheet import FILES, Made, Sheet, try_sheet
from breachkit.execution.workers import Workshop
from breachkit.impact import Impact
from tests.adversary import as_csv, everybody

CANARY = "CANARI-9W2X-EUDOXIE"
TRACE = f"Traceback (most recent call last)\nKeyError: '{CANARY}'"


def written(sheet: Sheet, _own: Impact, figures: str, _runner: Runner) -> None:
    """A sheet without a notebook."""
    sheet.staging.mkdir(parents=True)
    for name in FILES:
        (sheet.staging / name).write_text(figures)
    page = PdfWriter()
    page.add_blank_page(100, 100)
    page.write(sheet.staging / "rapport.pdf")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run on invented patients: `out` and its key."""
    folder = tmp_path_factory.mktemp("made")
    (folder / "patients.csv").write_bytes(as_csv(everybody(24)))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("BREACHKIT_KEY_DIR", str(folder / "keys"))
        run(Options(sources=(folder / "patients.csv",), out=folder / "out", notebooks=False, pdf=False))
    return folder


@pytest.fixture
def out(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """That run, whose batch makes its sheets in this process, in a moment."""
    shutil.copytree(made / "keys", case.key_folder(), dirs_exist_ok=True)
    shutil.copytree(made / "out", tmp_path / "out")

    def make(shop: Workshop, sheets: list[Sheet]) -> Iterator[Made]:
        for sheet in sheets:
            yield try_sheet(sheet, shop.impact, Kernel())

    monkeypatch.setattr(sheet_room, "_write", written)
    monkeypatch.setattr(Workshop, "make", make)
    return tmp_path / "out"


@pytest.fixture
def failing(monkeypatch: pytest.MonkeyPatch, out: Path) -> Path:
    def fails(*_arguments: object) -> None:
        raise NotebookFailed("rapport_responsable", 4, "KeyError", TRACE)

    monkeypatch.setattr(sheet_room, "_write", fails)
    assert run_batch(out, BatchOptions(limit=1)).failed == 1
    return out


def test_the_error_is_told_to_the_holder_of_the_key_alone(failing: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert CANARY in errors_told(failing, "fr")
    assert "NotebookFailed(KeyError)" in errors_told(failing, "en")
    assert CANARY not in "".join(capfd.readouterr())
    written = [path for path in failing.rglob("*") if path.is_file()]
    assert len(written) > 5
    assert not any(CANARY.encode() in path.read_bytes() for path in written)


def test_the_command_line_shows_it_and_makes_no_sheet(failing: Path) -> None:
    before = (failing / "controllers" / "ledger.jsonl").read_bytes()
    shown = CliRunner().invoke(app, ["batch", str(failing), "--errors"])
    assert shown.exit_code == 0
    assert TRACE in shown.stdout
    assert "ne les copiez nulle part" in shown.stdout
    assert (failing / "controllers" / "ledger.jsonl").read_bytes() == before


def test_a_sheet_that_is_done_has_no_error_any_more(failing: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheet_room, "_write", written)
    assert run_batch(failing, BatchOptions(limit=1)).done == 1
    assert CANARY not in errors_told(failing, "fr")
    assert "Aucune erreur" in errors_told(failing, "fr")


def test_a_run_without_a_batch_has_no_error(out: Path) -> None:
    assert "keeps no error" in errors_told(out, "en")


def test_the_errors_go_with_the_workspace(failing: Path) -> None:
    assert destroy(failing) is not None
    with pytest.raises(UsageError):
        errors_told(failing, "fr")


def test_a_batch_after_a_purge_fails_as_before(failing: Path) -> None:
    destroy(failing)
    assert run_batch(failing, BatchOptions(limit=1)).failed == 1


def test_an_error_that_is_no_text_or_commands_a_terminal_stops_nothing(
    out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_arguments: object) -> None:
        raise NotebookFailed("rapport_responsable", 4, "OSError", "a\udce9b \x1b]52;c;eA==\x07\x1b[2J")

    monkeypatch.setattr(sheet_room, "_write", fails)
    assert run_batch(out, BatchOptions(limit=1)).failed == 1
    told = errors_told(out, "fr")
    assert "a?b" in told
    assert not set("\x1b\x07") & set(told)


def test_a_workspace_that_cannot_be_written_does_not_stop_the_batch(out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_arguments: object) -> None:
        raise NotebookFailed("rapport_responsable", 4, "KeyError", TRACE)

    def full(*_arguments: object) -> None:
        raise duckdb.IOException

    monkeypatch.setattr(sheet_room, "_write", fails)
    monkeypatch.setattr("breachkit.execution.kept_errors._note", full)
    assert run_batch(out, BatchOptions(limit=1)).failed == 1
    assert (out / "controllers" / "ledger.jsonl").read_text().count("KeyError") == 1
