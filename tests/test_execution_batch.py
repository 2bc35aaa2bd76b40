"""A batch: one folder per controller, whole or absent, resumed, and one failure that stops nobody else."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import nbformat
import papermill
import pytest

from breachkit.errors import InternalError, UsageError
from breachkit.execution import batch as batch_room
from breachkit.execution import sheet as sheet_room
from breachkit.execution.batch import BatchOptions
from breachkit.execution.batch_index import index_files
from breachkit.execution.batch_screen import batch_summary
from breachkit.execution.controller import controller_impact
from breachkit.execution.engine import Runner
from breachkit.execution.kernel import Kernel
from breachkit.execution.ledger import Entry, append, read_ledger
from breachkit.execution.runners import open_runner, register_engines
from breachkit.execution.sheet import FILES, Made, Sheet, digests, safe_id, try_sheet
from breachkit.execution.warm import engine as engine_room
from breachkit.execution.warm.nursery import can_fork
from breachkit.execution.workers import DIED, Workshop, in_processes
from breachkit.impact import Impact
from tests.example_impact import empty_impact, example_impact, scaled_impact

BESIDE = ("ledger.jsonl", "index.html", "index.csv")
CANARY = "CANARI-7Q4Z-MARTINE"


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """A run of three controllers, as released."""
    (tmp_path / "impact.json").write_text(scaled_impact(3).to_json(), encoding="utf-8")
    return tmp_path


def ledger(out: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in (out / "controllers" / "ledger.jsonl").read_text().splitlines()]


def run_batch(out: Path, *, progress: Any = lambda *_: None, **options: Any) -> tuple[int, int, int]:
    """How many controllers were done, failed and skipped."""
    found = batch_room.run_batch(out, BatchOptions(**options), progress=progress)
    return found.done, found.failed, found.skipped


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Sheets drawn in this process, without a notebook, in a moment: the ids drawn, in order."""
    found: list[str] = []

    def write(sheet: Sheet, _own: Impact, figures: str, _runner: Runner) -> None:
        sheet.staging.mkdir(parents=True)
        found.append(sheet.controller)
        for name in FILES:
            (sheet.staging / name).write_text(figures)

    def make(shop: Workshop, sheets: list[Sheet]) -> Iterator[Made]:
        for sheet in sheets:
            yield try_sheet(sheet, shop.impact, Kernel())

    monkeypatch.setattr(sheet_room, "_write", write)
    monkeypatch.setattr(Workshop, "make", make)
    return found


def test_a_batch_writes_a_sheet_per_controller_with_its_own_figures(out: Path) -> None:
    steps: list[tuple[int, int]] = []
    outcome = run_batch(out, limit=2, progress=lambda done, total: steps.append((done, total)))
    assert outcome == (2, 0, 0)
    assert steps == [(0, 2), (1, 2), (2, 2)]
    impact = scaled_impact(3)
    for one, entry in zip(impact.controllers, ledger(out), strict=False):
        folder = out / "controllers" / one.id
        assert sorted(path.name for path in folder.iterdir()) == sorted(FILES)
        assert Impact.from_json((folder / "impact.json").read_text()) == controller_impact(impact, one.id)
        assert (folder / "rapport.pdf").read_bytes().startswith(b"%PDF")
        page = (folder / "rapport.html").read_text()
        assert one.id in page
        assert not any(other.id in page for other in impact.controllers if other != one)
        text = (folder / "rapport.ipynb").read_text()
        assert str(out) not in text + page
        assert 'dossier = \\".\\"' in text
        figures = hashlib.sha256((folder / "impact.json").read_bytes()).hexdigest()
        whole = hashlib.sha256((out / "impact.json").read_bytes()).hexdigest()
        assert entry == {
            "id": one.id, "state": "done", "seconds": entry["seconds"], "folder": one.id, "language": "fr",
            "impact": whole, "figures": figures, "drawn": entry["drawn"], "sha256": digests(folder), "error": None,
        }  # fmt: skip
    assert not (out / "controllers" / impact.controllers[2].id).exists()


def test_a_batch_resumes_and_redoes_what_changed(out: Path, drawn: list[str]) -> None:
    first, second, third = (one.id for one in scaled_impact(3).controllers)
    assert run_batch(out) == (3, 0, 0)
    assert run_batch(out) == (0, 0, 3)
    (out / "controllers" / second / "rapport.pdf").write_text("tampered")
    shutil.rmtree(out / "controllers" / third)
    drawn.clear()
    assert run_batch(out) == (2, 0, 1)
    assert drawn == [second, third]
    drawn.clear()
    impact = scaled_impact(3)
    changed = impact.controllers[0].model_copy(update={"minors": 1})
    other = impact.model_copy(update={"controllers": (changed, *impact.controllers[1:])})
    (out / "impact.json").write_text(other.to_json())
    assert run_batch(out) == (1, 0, 2)
    assert drawn == [first]
    assert run_batch(out, language="en") == (3, 0, 0)


def test_a_ledger_cut_short_is_read_and_mended(out: Path, drawn: list[str]) -> None:
    assert run_batch(out, limit=2) == (2, 0, 0)
    path = out / "controllers" / "ledger.jsonl"
    path.write_bytes(path.read_bytes()[:-20])
    assert run_batch(out) == (2, 0, 1)
    assert [entry["state"] for entry in ledger(out)] == ["done"] * 3
    append(path, Entry("x", "failed", 0.0, "x", "fr", "", "", "", error="KeyError"))
    assert read_ledger(path)["x"].error == "KeyError"


def test_one_failure_stops_nobody_and_leaves_no_folder(
    out: Path, monkeypatch: pytest.MonkeyPatch, drawn: list[str], capfd: pytest.CaptureFixture[str]
) -> None:
    ids = [one.id for one in scaled_impact(3).controllers]
    assert run_batch(out) == (3, 0, 0)
    write = sheet_room._write

    def fails(sheet: Sheet, own: Impact, figures: str, runner: Runner) -> None:
        write(sheet, own, figures, runner)
        if sheet.controller == ids[1]:
            raise LookupError(CANARY)

    monkeypatch.setattr(sheet_room, "_write", fails)
    assert run_batch(out, language="en") == (2, 1, 0)
    entries = {entry["id"]: entry for entry in ledger(out)}
    assert [entries[one]["state"] for one in ids] == ["done", "failed", "done"]
    assert entries[ids[1]]["error"] == "LookupError"
    assert entries[ids[1]]["sha256"] == {}
    assert {path.name for path in (out / "controllers").iterdir()} == {ids[0], ids[2], *BESIDE}
    told = "".join(capfd.readouterr()) + (out / "controllers" / "ledger.jsonl").read_text()
    assert CANARY not in told
    monkeypatch.setattr(sheet_room, "_write", write)
    assert run_batch(out, language="en") == (1, 0, 2)


def test_only_and_limit_choose_in_the_order_of_the_impact(out: Path, drawn: list[str]) -> None:
    ids = [one.id for one in scaled_impact(3).controllers]
    assert run_batch(out, only=[ids[2], ids[0]], limit=1) == (1, 0, 0)
    assert drawn == [ids[0]]
    assert run_batch(out, limit=0) == (0, 0, 0)
    assert [entry["id"] for entry in ledger(out)] == [ids[0]]


def test_an_unknown_controller_or_a_missing_impact_is_refused(out: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="99999"):
        run_batch(out, only=["99999"])
    assert not (out / "controllers").exists()
    with pytest.raises(UsageError):
        run_batch(tmp_path / "absent")
    (out / "impact.json").write_text(empty_impact().to_json())
    assert run_batch(out) == (0, 0, 0)


@pytest.mark.parametrize("controller", ["10101234569", "a1", "a.b_c-d"])
def test_a_plain_id_is_its_folders_name(controller: str) -> None:
    assert safe_id(controller) == controller


def test_any_other_id_becomes_a_safe_and_distinct_name() -> None:
    ids = [
        "../x",
        "..",
        "",
        "A1",
        "a1 ",
        "con",
        "COM1.txt",
        "x/y",
        "x\\y",
        "é",
        "e",
        ".hidden",
        "a" * 300,
        "a." * 40,
        "{0}",
    ]
    names = [safe_id(one) for one in ids]
    assert len({name.lower() for name in names}) == len(ids)
    for name in names:
        assert re.fullmatch(r"[0-9a-z][0-9a-z._-]*[0-9a-z]|[0-9a-z]", name)
        assert len(name) <= 60
        assert name not in ("con", "com1.txt")


def test_the_index_lists_every_controller_and_no_figure(out: Path, drawn: list[str]) -> None:
    impact = scaled_impact(3)
    first, second, third = (one.id for one in impact.controllers)
    assert run_batch(out, limit=1) == (1, 0, 0)
    folder = out / "controllers"
    failed = Entry(second, "failed", 1.0, "x", "fr", "", "", "", error="KeyError")
    found = index_files(impact, read_ledger(folder / "ledger.jsonl") | {second: failed})
    rows = list(csv.DictReader(io.StringIO(found["index.csv"].decode())))
    assert [(row["id"], row["state"], row["error"]) for row in rows] == [
        (first, "done", ""), (second, "failed", "KeyError"), (third, "", ""),
    ]  # fmt: skip
    assert all((folder / rows[0][name]).is_file() for name in ("pdf", "page", "notebook", "figures"))
    page = found["index.html"].decode()
    assert page.count("<tr") == 4
    assert "faits\u202f: 1 · en échec\u202f: 1 · à faire\u202f: 1" in page
    assert "Controllers: 3 · done: 1 · failed: 1 · to do: 1" in page
    assert all((folder / link).is_file() for link in re.findall(r'href="([^"]+)"', page))
    assert not re.search(r"\bhttp|<script", page)
    assert index_files(impact, read_ledger(folder / "ledger.jsonl")) == {
        name: (folder / name).read_bytes() for name in ("index.html", "index.csv")
    }


def test_a_label_is_text_in_the_index() -> None:
    impact = scaled_impact(1)
    named = impact.controllers[0].model_copy(update={"label": "<b>x</b> & Cie"})
    page = index_files(impact.model_copy(update={"controllers": (named,)}), {})["index.html"].decode()
    assert "&lt;b&gt;x&lt;/b&gt; &amp; Cie" in page


def test_the_end_of_a_batch_is_told_in_both_languages(tmp_path: Path) -> None:
    worked = [Entry(str(n), "done", n / 10, "x", "fr", "", "", "") for n in range(1, 4)]
    worked += [Entry(f"f{n}", "failed", 1.0, "x", "fr", "", "", "", error="KeyError") for n in range(12)]
    outcome = batch_room.BatchOutcome(3, 12, 5, tuple(worked))
    french, english = (batch_summary(tmp_path, outcome, 3725.0, language) for language in ("fr", "en"))
    assert "01 h 02 min 05 s" in french
    assert "0,20 s · 0,30 s" in french
    assert "0.20 s · 0.30 s" in english
    assert "12 × KeyError" in english
    assert ("    f9" in french, "    f10" in french) == (True, False)
    assert french.count("\n") == english.count("\n")
    ungated = batch_room.BatchOutcome(3, 12, 5, tuple(worked), gated=False)
    assert "filtre anti-fuite" not in french
    assert "filtre anti-fuite n'a pas pu relire" in batch_summary(tmp_path, ungated, 1.0, "fr")
    assert "the leak gate could not read" in batch_summary(tmp_path, ungated, 1.0, "en")


@pytest.mark.slow
def test_the_notebook_of_one_controller_shows_the_same_alone_as_in_a_batch(out: Path) -> None:
    """As `papermill notebooks/rapport_responsable.ipynb out.ipynb -p run DIR -p controller ID` runs it."""
    one = scaled_impact(3).controllers[1].id
    assert run_batch(out, only=[one]) == (1, 0, 0)
    register_engines()
    source = str(sheet_room.notebook_path("rapport_responsable"))
    parameters = {"run": str(out), "controller": one}
    alone = papermill.execute_notebook(
        source, str(out / "alone.ipynb"), parameters, engine_name="breachkit-warm", progress_bar=False
    )
    engine_room._close()
    batch = nbformat.read(out / "controllers" / one / "rapport.ipynb", as_version=4)
    shown = [[cell.outputs for cell in found.cells if cell.cell_type == "code"] for found in (alone, batch)]
    assert shown[0] == shown[1]
    assert sum(map(len, shown[0])) >= 8


def sheets_of(out: Path, count: int) -> list[Sheet]:
    return [Sheet(one.id, out / "controllers" / one.id, "fr") for one in scaled_impact(count).controllers]


def workshop(out: Path, **options: Any) -> Workshop:
    content = (out / "impact.json").read_bytes()
    impact = Impact.from_json(content.decode())
    return Workshop(impact, out / "impact.json", hashlib.sha256(content).hexdigest(), **options)


@pytest.mark.parametrize("engine", ["breachkit-warm", pytest.param("papermill", marks=pytest.mark.slow)])
def test_an_english_sheet_is_english_by_either_engine(out: Path, engine: str) -> None:
    (out / "controllers").mkdir()
    (sheet, *_) = sheets_of(out, 3)
    (made,) = workshop(out, engine=engine).make([replace(sheet, language="en")])
    assert made.error is None
    source = nbformat.read(sheet_room.notebook_path("rapport_responsable"), as_version=4)
    found = nbformat.read(sheet.waiting / "rapport.ipynb", as_version=4)
    told = [cell.source for cell in found.cells if cell.cell_type == "markdown"]
    assert told == [cell.metadata.en for cell in source.cells if cell.cell_type == "markdown"]
    assert not any("en" in cell.metadata for cell in found.cells)
    page = (sheet.waiting / "rapport.html").read_text(encoding="utf-8")
    assert '<html lang="en">' in page
    assert "Report for one controller" in page


def test_a_failed_notebook_is_told_by_its_type(out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = out / "rapport_responsable.ipynb"
    text = sheet_room.notebook_path("rapport_responsable").read_text(encoding="utf-8")
    broken.write_text(text.replace("breachkit.show.limits(impact, langue)", "1 / 0"), encoding="utf-8")
    monkeypatch.setattr(sheet_room, "notebook_path", lambda _name: broken)
    impact = example_impact()
    with open_runner() as runner:
        made = try_sheet(Sheet(impact.controllers[0].id, out / "controllers" / "x", "fr"), impact, runner)
    assert made.error == "NotebookFailed(ZeroDivisionError)"
    assert list((out / "controllers").iterdir()) == []


def test_an_internal_error_is_told_by_its_kind(out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_arguments: object) -> None:
        raise InternalError("report", KeyError(CANARY))

    monkeypatch.setattr(sheet_room, "_write", fails)
    impact = example_impact()
    assert try_sheet(Sheet(impact.controllers[0].id, out / "1", "fr"), impact, Kernel()).error == "KeyError"


def test_figures_that_change_under_a_batch_are_refused(out: Path) -> None:
    shop = replace(workshop(out), sha256="0" * 64)
    with pytest.raises(InternalError) as caught:
        list(shop.make(sheets_of(out, 3)))
    assert caught.value.kind == "ChangedImpact"


@pytest.mark.skipif(not can_fork(), reason="one path only")
@pytest.mark.slow
def test_every_way_of_running_makes_the_same_sheets(
    out: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run_batch(out, jobs=1, limit=2) == (2, 0, 0)  # both by the same child
    for engine, fork in (("papermill", True), ("breachkit-warm", False)):
        other = tmp_path_factory.mktemp("other")
        shutil.copy(out / "impact.json", other)
        monkeypatch.setattr("breachkit.execution.workers.can_fork", lambda fork=fork: fork)
        monkeypatch.setattr("breachkit.execution.runners.can_fork", lambda fork=fork: fork)
        assert run_batch(other, jobs=2, limit=2, engine=engine) == (2, 0, 0)
        for one in scaled_impact(3).controllers[:2]:
            assert digests(out / "controllers" / one.id) == digests(other / "controllers" / one.id)


class Deadly(Sheet):
    """A sheet that ends the worker which receives it, as a lack of memory would."""

    def __reduce__(self) -> tuple[object, ...]:
        return os._exit, (3,)


@pytest.mark.slow
def test_a_worker_that_dies_fails_its_own_sheets_only(out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (out / "impact.json").write_text(scaled_impact(5).to_json(), encoding="utf-8")
    sheets = sheets_of(out, 5)
    monkeypatch.setattr(tempfile, "tempdir", str(out / "t"))
    (out / "t").mkdir()
    first = sheets[0]
    sheets[0] = Deadly(first.controller, first.folder, first.language)
    made = {one.controller: one for one in in_processes(sheets, 2, out / "impact.json")}
    assert len(made) == 5
    assert made[first.controller].error == DIED
    assert [one.error for one in made.values()].count(None) >= 3
    assert list((out / "t").iterdir()) == []
