"""A batch under attack: killed, without disk, cells that hang or die, two at once; nothing half-made looks whole."""

from __future__ import annotations

import contextlib
import json
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from breachkit.errors import BreachkitError, UsageError
from breachkit.execution.batch import BatchOptions, BatchOutcome, run_batch
from breachkit.execution.ledger import read_ledger
from breachkit.execution.lock import locked
from breachkit.execution.sheet import FILES, digests, notebook_path
from breachkit.execution.warm.nursery import can_fork
from breachkit.execution.warm.wire import is_running
from breachkit.execution.workers import DIED
from tests.conftest import ROOT
from tests.example_impact import scaled_impact

pytestmark = pytest.mark.skipif(not can_fork(), reason="children are forked on Linux only")

BATCH = "import sys; from breachkit.cli import main; sys.argv[0] = 'breachkit'; main()"
COUNT = 6


def a_run(folder: Path, count: int = COUNT) -> Path:
    """The folder of a run with this many controllers."""
    folder.mkdir(exist_ok=True)
    (folder / "impact.json").write_text(scaled_impact(count).to_json(), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """Every file of a batch that nothing has disturbed."""
    out = a_run(tmp_path_factory.mktemp("whole"))
    outcome = run_batch(out, BatchOptions(jobs=2))
    assert (outcome.done, outcome.failed) == (COUNT, 0)
    return contents(out)


def contents(out: Path) -> dict[str, bytes]:
    """Every file of controllers/, the ledger without its seconds."""
    sheets = out / "controllers"
    found = {
        path.relative_to(sheets).as_posix(): path.read_bytes() for path in sorted(sheets.rglob("*")) if path.is_file()
    }
    lines = [json.loads(line) | {"seconds": 0} for line in found["ledger.jsonl"].decode().splitlines()]
    return found | {"ledger.jsonl": json.dumps(lines).encode()}


def start(out: Path, *options: str, before: Callable[[], object] | None = None) -> subprocess.Popen[bytes]:
    """`breachkit batch` in a process of its own."""
    return subprocess.Popen(
        [sys.executable, "-c", BATCH, "batch", str(out), "--jobs", "2", "--lang", "en", *options],
        cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, preexec_fn=before,
    )  # fmt: skip


def descendants(process: int) -> list[int]:
    """The numbers of the processes that a process has started, theirs included."""
    found = []
    for task in Path(f"/proc/{process}/task").glob("*/children"):
        with contextlib.suppress(OSError):  # it has just ended
            for child in task.read_text().split():
                found += [int(child), *descendants(int(child))]
    return found


def whole_or_absent(out: Path) -> None:
    """No sheet's folder lacks a file, and what the ledger calls done is as it says."""
    sheets = out / "controllers"
    for folder in (one for one in sheets.iterdir() if one.is_dir() and not one.name.startswith(".")):
        assert sorted(path.name for path in folder.iterdir()) == sorted(FILES)
    for entry in read_ledger(sheets / "ledger.jsonl").values():
        if entry.state == "done":
            assert digests(sheets / entry.folder) == entry.sha256


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(25))
def test_a_batch_killed_anywhere_resumes_to_the_same_bytes(
    tmp_path: Path, undisturbed: dict[str, bytes], seed: int
) -> None:
    chance = random.Random(seed)
    out = a_run(tmp_path / "out")
    for _ in range(2):
        running = start(out)
        deadline = time.monotonic() + chance.uniform(0.5, 12.0)
        while time.monotonic() < deadline and running.poll() is None:
            time.sleep(0.01)
        below = descendants(running.pid) if running.poll() is None else []
        with contextlib.suppress(ProcessLookupError):  # it has just ended by itself
            os.kill(chance.choice([running.pid, running.pid, *below]), signal.SIGKILL)
        running.communicate(timeout=120)
        for process in below:  # nothing of it writes any more once a batch may start again
            limit = time.monotonic() + 10
            while is_running(process) and time.monotonic() < limit:
                time.sleep(0.02)
            assert not is_running(process)
        if (out / "controllers").is_dir():
            whole_or_absent(out)
    outcome = run_batch(out, BatchOptions(jobs=2))
    assert outcome.failed == 0
    assert contents(out) == undisturbed
    again = run_batch(out, BatchOptions(jobs=2))
    assert (again.done, again.failed, again.skipped) == (0, 0, COUNT)


@pytest.mark.slow
def test_a_killed_batch_leaves_nothing_in_the_temporary_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "t").mkdir()
    monkeypatch.setenv("TMPDIR", str(tmp_path / "t"))
    running = start(a_run(tmp_path / "out"))
    limit = time.monotonic() + 100
    while len(below := descendants(running.pid)) < 2 and time.monotonic() < limit:
        time.sleep(0.05)
    assert list((tmp_path / "t").iterdir())
    running.kill()
    running.communicate(timeout=60)
    while any(is_running(process) for process in below) and time.monotonic() < limit:
        time.sleep(0.05)
    assert list((tmp_path / "t").iterdir()) == []


@pytest.fixture
def trapped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], list[str]]:
    """A notebook of the sheets in which one controller meets this code; gives the controllers' ids, that one second."""

    def set_trap(code: str) -> list[str]:
        ids = [one.id for one in scaled_impact(3).controllers]
        book = json.loads(notebook_path("rapport_responsable").read_text(encoding="utf-8"))
        cell = next(one for one in book["cells"] if one["id"] == "rapport-responsable-06")
        cell["source"] = [f"if responsable == {ids[1]!r}:\n", f"    {code}"]
        places = tmp_path / "site"
        (places / "notebooks").mkdir(parents=True)
        (places / "notebooks" / "rapport_responsable.ipynb").write_text(json.dumps(book), encoding="utf-8")
        (places / "sitecustomize.py").write_text(
            "import sys\nif any('forking' in one for one in sys.orig_argv):\n"
            "    import breachkit.execution.sheet as sheet\n    from pathlib import Path\n"
            f"    sheet.notebook_path = lambda name: Path({str(places)!r}) / 'notebooks' / (name + '.ipynb')\n",
            encoding="utf-8",
        )
        monkeypatch.setenv("PYTHONPATH", f"{places}{os.pathsep}{ROOT}")
        return ids

    return set_trap


@pytest.mark.slow
@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("import time; time.sleep(100)", "NotebookFailed(CellTimeoutError)"),
        ("import subprocess; subprocess.run(['sleep', '100'])", "NotebookFailed(CellTimeoutError)"),
        ("import signal, time; signal.pthread_sigmask(signal.SIG_BLOCK, range(1, 32)); time.sleep(100)",
         "NotebookFailed(CellTimeoutError)"),
        ("import os; os._exit(0)", DIED),
        ("import os; os.kill(os.getpid(), 9)", DIED),
        ("import ctypes; ctypes.string_at(1)", DIED),
        ("1 / 0", "NotebookFailed(ZeroDivisionError)"),
        ("raise SystemExit(0)", None),
        ("import resource; resource.setrlimit(resource.RLIMIT_AS, (2**32, 2**32)); len(bytearray(2**34))",
         "NotebookFailed(MemoryError)"),
    ],
)  # fmt: skip
def test_a_cell_that_hangs_or_dies_fails_its_sheet_only(
    tmp_path: Path, trapped: Callable[[str], list[str]], code: str, kind: str | None
) -> None:
    ids = trapped(code)
    out = a_run(tmp_path / "out", 3)
    outcome = run_batch(out, BatchOptions(jobs=2, cell_seconds=10))
    entries = read_ledger(out / "controllers" / "ledger.jsonl")
    assert entries[ids[1]].error == kind
    assert (outcome.done, outcome.failed) == ((3, 0) if kind is None else (2, 1))
    whole_or_absent(out)
    assert (out / "controllers" / ids[1]).exists() == (kind is None)
    assert not list((out / "controllers").glob(".*.part"))


def limited(size: int) -> Callable[[], None]:
    """No file may grow beyond this size, as on a disk that is full."""

    def set_limit() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))

    return set_limit


@pytest.mark.slow
def test_a_full_disk_fails_the_sheets_it_cannot_hold_and_the_batch_resumes(
    tmp_path: Path, undisturbed: dict[str, bytes]
) -> None:
    out = a_run(tmp_path / "out")
    running = start(out, before=limited(30_000))
    told = running.communicate(timeout=120)[1].decode()
    assert running.returncode == 6, told
    assert "OSError" in told
    whole_or_absent(out)
    assert not [one for one in (out / "controllers").iterdir() if one.is_dir()]
    assert run_batch(out, BatchOptions(jobs=2)).done == COUNT
    assert contents(out) == undisturbed


@pytest.mark.slow
def test_a_disk_that_cannot_hold_the_ledger_is_told(tmp_path: Path) -> None:
    out = a_run(tmp_path / "out")
    running = start(out, before=limited(600))
    told = running.communicate(timeout=120)[1].decode()
    assert running.returncode == 1, told
    assert "run the same command again" in told
    assert "Traceback" not in told
    assert run_batch(out, BatchOptions(jobs=2)).done == COUNT


def test_a_place_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    out = a_run(tmp_path / "out", 1)
    (out / "controllers").write_text("a file")
    with pytest.raises(BreachkitError, match="controllers") as caught:
        run_batch(out)
    assert str(tmp_path) not in caught.value.fr
    assert (out / "controllers").read_text() == "a file"


def held_elsewhere(folder: Path) -> subprocess.Popen[bytes]:
    """Another process that holds the lock of a folder."""
    code = (
        "import sys, time; from pathlib import Path; from breachkit.execution.lock import locked\n"
        "with locked(Path(sys.argv[1])): print('held', flush=True); time.sleep(60)"
    )
    other = subprocess.Popen([sys.executable, "-c", code, str(folder)], cwd=ROOT, stdout=subprocess.PIPE)
    assert other.stdout is not None
    assert other.stdout.readline() == b"held\n"
    return other


def test_a_second_batch_is_refused_until_the_first_ends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("breachkit.execution.lock.WAIT_SECONDS", 0.2)
    out = a_run(tmp_path / "out", 1)
    other = held_elsewhere(out / "controllers")
    try:
        with pytest.raises(UsageError, match="Un autre"):
            run_batch(out)
        assert list((out / "controllers").iterdir()) == []
    finally:
        os.kill(other.pid, signal.SIGKILL)
        other.communicate()
    with locked(out / "controllers"):
        pass
    assert list((out / "controllers").iterdir()) == [], "no lock is left behind"


def test_what_a_killed_batch_had_begun_is_cleared(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out = a_run(tmp_path / "out", 1)
    left = out / "controllers" / ".10100000001.part"
    left.mkdir(parents=True)
    (left / "rapport.ipynb").write_text("half")
    monkeypatch.setattr("breachkit.execution.workers.Workshop.make", lambda _shop, _sheets: iter(()))
    assert isinstance(run_batch(out), BatchOutcome)
    assert not left.exists()


def test_the_search_for_half_sheets_finds_one(tmp_path: Path) -> None:
    """The control of `whole_or_absent`."""
    (tmp_path / "controllers" / "1").mkdir(parents=True)
    (tmp_path / "controllers" / "1" / "impact.json").write_text("{}")
    with pytest.raises(AssertionError):
        whole_or_absent(tmp_path)
    shutil.rmtree(tmp_path / "controllers" / "1")
    whole_or_absent(tmp_path)
