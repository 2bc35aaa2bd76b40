"""What goes wrong around a run: each ends with a clear message, its exit code, and nothing that looks whole."""

from __future__ import annotations

import errno
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from breachkit import case
from breachkit.errors import BreachkitError, ManifestMismatch, UnreadableSource, UsageError
from breachkit.execution import run as run_room
from breachkit.execution.locks import run_lock
from breachkit.execution.places import WORKSPACE
from breachkit.execution.released import released_impact
from breachkit.execution.run import Options, run
from breachkit.execution.verify import verify_outputs
from breachkit.pipeline import Steps
from breachkit.release.manifest import read_manifest
from tests.adversary import HEADER, Somebody, as_csv, everybody

PEOPLE = everybody(12)


def few_columns(people: list[Somebody]) -> bytes:
    """The extract with as little as a run needs."""
    rows = [HEADER, *(one.row() for one in people)]
    return "".join(";".join(row[1:4]) + "\r\n" for row in rows).encode()


@pytest.fixture
def source(tmp_path: Path) -> Path:
    (tmp_path / "x").mkdir()
    (tmp_path / "x" / "patients.csv").write_bytes(few_columns(PEOPLE))
    return tmp_path / "x" / "patients.csv"


def options(source: Path, **more: object) -> Options:
    return Options(sources=(source,), out=source.parents[1] / "out", notebooks=False, pdf=False, **more)  # type: ignore[arg-type]


def nothing_left(out: Path) -> None:
    """No release, no workspace, no key, no unfinished file."""
    assert [path.name for path in out.rglob("*") if path.is_file()] == []
    assert list(case.key_folder().glob("*")) == []


def at(step: str, act: Callable[[], object]) -> Steps:
    return Steps(at=lambda name: act() if name == step else None)


def same_size_and_time(path: Path) -> None:
    """One letter of the file changed, and no sign of it in the folder."""
    state = path.stat()
    content = bytearray(path.read_bytes())
    content[-5] ^= 1
    with path.open("r+b") as handle:
        handle.write(content)
    os.utime(path, ns=(state.st_atime_ns, state.st_mtime_ns))


CHANGES: dict[str, Callable[[Path], object]] = {
    "grows": lambda path: path.write_bytes(path.read_bytes() + b"x;y\r\n"),
    "is emptied": lambda path: path.write_bytes(b""),
    "disappears": lambda path: path.unlink(),
    "is replaced": lambda path: (path.unlink(), path.write_bytes(few_columns(everybody(13)))),
    "changes unseen": same_size_and_time,
}


@pytest.mark.parametrize(
    ("change", "step"),
    [
        ("changes unseen", "outputs"),
        ("disappears", "fields"),
        *(pytest.param(change, step, marks=pytest.mark.slow) for change in CHANGES for step in ("fields", "outputs")),
    ],
)
def test_a_source_that_changes_while_read_is_refused(change: str, step: str, source: Path) -> None:
    with pytest.raises(UnreadableSource, match=r"patients\.csv : le fichier a changé ou disparu"):
        run(options(source), at(step, lambda: CHANGES[change](source)))
    nothing_left(source.parents[1] / "out")


@pytest.mark.slow
def test_a_former_release_stays_whole_when_a_run_fails(source: Path) -> None:
    run(options(source))
    out = source.parents[1] / "out"
    before = (out / "manifest.json").read_bytes()
    with pytest.raises(UnreadableSource):
        run(options(source), at("people", source.unlink))
    assert (out / "manifest.json").read_bytes() == before
    assert verify_outputs(out).gate


FULL: dict[str, tuple[OSError, type[BreachkitError], str]] = {
    "full": (OSError(errno.ENOSPC, "x"), BreachkitError, "disque est plein"),
    "quota": (OSError(errno.EDQUOT, "x"), BreachkitError, "disque est plein"),
    "read-only": (OSError(errno.EROFS, "x"), UsageError, "ne peut pas être écrit"),
    "forbidden": (PermissionError(errno.EACCES, "x"), UsageError, "ne peut pas être écrit"),
    "memory": (MemoryError("x"), BreachkitError, "mémoire"),  # type: ignore[dict-item]
}


@pytest.mark.parametrize(
    ("name", "place"),
    [
        *((name, "analyse") for name in FULL),
        ("full", "_write"),
        pytest.param("read-only", "_write", marks=pytest.mark.slow),
        *(pytest.param(name, "_release", marks=pytest.mark.slow) for name in FULL),
    ],
)
def test_a_disk_that_is_full_or_refuses_is_told(
    name: str, place: str, source: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    error, kind, words = FULL[name]

    def fails(*_arguments: object, **_options: object) -> None:
        raise error

    if place == "analyse":
        monkeypatch.setattr("breachkit.pipeline.inspect", lambda *_a, steps, **_k: _staged(steps, fails))
    else:
        monkeypatch.setattr(run_room, place, fails)
    with pytest.raises(kind, match=words) as raised:
        run(options(source))
    assert type(raised.value) is kind
    assert not (source.parents[1] / "out" / "manifest.json").exists()


def _staged(steps: Steps, fails: Callable[[], None]) -> None:
    with steps.stage("reading"):
        fails()


def limited(limit: str, *arguments: str | Path, keys: Path) -> subprocess.CompletedProcess[str]:
    """The command under a limit of the shell."""
    command = [sys.executable, "-m", "breachkit", *map(str, arguments)]
    quoted = " ".join(f"'{one}'" for one in command)
    environment = os.environ | {"BREACHKIT_KEY_DIR": str(keys), "BREACHKIT_LANG": "fr"}
    return subprocess.run(
        ["bash", "-c", f"{limit}; exec {quoted}"], capture_output=True, text=True, env=environment, check=False
    )


@pytest.mark.slow
@pytest.mark.parametrize("blocks", [8, 20, 300])
def test_files_that_may_not_grow_are_told_as_a_full_disk(blocks: int, source: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    source.write_bytes(as_csv(everybody(300)))
    done = limited(
        f"ulimit -f {blocks}", "run", source, "--out", out, "--no-notebooks", "--no-pdf", keys=tmp_path / "keys"
    )
    assert done.returncode == 1, done.stderr
    assert "disque est plein" in done.stderr
    assert not (out / "impact.json").exists()


def test_too_little_memory_is_told(source: Path, tmp_path: Path) -> None:
    (tmp_path / "x" / "patients.csv").write_bytes(few_columns(everybody(3000)))
    with pytest.raises(BreachkitError, match="mémoire") as raised:
        run(options(source, memory="3MB"))
    assert "Erreur interne" not in raised.value.fr
    nothing_left(tmp_path / "out")


@pytest.mark.parametrize("out", ["/dev/null/x", "x" * 300])
def test_an_output_that_cannot_be_made_is_told(out: str, source: Path) -> None:
    place = Path(out) if out.startswith("/") else source.parents[1] / out
    with pytest.raises(UsageError):
        run(Options(sources=(source,), out=place, notebooks=False, pdf=False))


def test_two_runs_at_once_are_refused(source: Path, tmp_path: Path) -> None:
    database = tmp_path / "out" / WORKSPACE
    with run_lock(database, tmp_path / "out"), pytest.raises(UsageError, match="Une autre analyse"):
        run(options(source))
    with run_lock(tmp_path / "elsewhere.duckdb", tmp_path / "out"), pytest.raises(UsageError, match="Une autre"):
        run(options(source))
    with run_lock(tmp_path / "elsewhere.duckdb"), pytest.raises(UsageError, match="Une autre analyse"):
        run(options(source, workspace=tmp_path / "elsewhere.duckdb"))
    assert not (tmp_path / "out" / "impact.json").exists()
    database.with_name(f".{database.name}.lock").write_text(str(os.getpid()))  # left by a run that was killed
    run(options(source))
    assert verify_outputs(tmp_path / "out").gate
    assert not list((tmp_path / "out" / ".workspace").glob(".*"))


def test_a_clock_that_jumps_back_harms_nothing(source: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Clock(datetime):
        """Each look at it shows a day earlier."""

        looks = 0

        @classmethod
        def now(cls, tz: object = None) -> datetime:  # type: ignore[override]
            cls.looks += 1
            return datetime(2026, 11, 23, tzinfo=UTC) - timedelta(days=cls.looks)

    monkeypatch.setattr(run_room, "datetime", Clock)
    monkeypatch.setattr(time, "time", lambda: 0.0)
    run(options(source))
    manifest = read_manifest(source.parents[1] / "out")
    assert manifest["started"] <= manifest["ended"]
    assert verify_outputs(source.parents[1] / "out").gate


@pytest.mark.parametrize("moved", [5, *(pytest.param(one, marks=pytest.mark.slow) for one in (0, 1, 12))])
def test_a_release_that_is_cut_short_is_not_read_as_whole(
    moved: int, source: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(options(source))
    out, count, move = source.parents[1] / "out", 0, shutil.move
    former = (out / "impact.json").read_bytes()
    source.write_bytes(few_columns(PEOPLE[:-1]))

    def cut(*arguments: str) -> object:
        nonlocal count
        count += 1
        if count > moved:
            raise SystemExit(9)
        return move(*arguments)

    with monkeypatch.context() as patch:
        patch.setattr(shutil, "move", cut)
        with pytest.raises(SystemExit):
            run(options(source))
    with pytest.raises(ManifestMismatch):
        verify_outputs(out)
    with pytest.raises(UsageError, match="interrompue"):
        released_impact(out)
    run(options(source))
    assert verify_outputs(out).gate
    assert (out / "impact.json").read_bytes() != former


@pytest.mark.slow
def test_a_run_killed_at_any_moment_leaves_a_whole_release_or_none(source: Path, tmp_path: Path) -> None:
    """Twenty-five times `kill -9`, at random; then the same bytes as a run that nobody disturbed."""
    keys, out = tmp_path / "keys", tmp_path / "out"
    arguments = ["run", source, "--out", out, "--no-notebooks", "--no-pdf"]
    environment = os.environ | {"BREACHKIT_KEY_DIR": str(keys)}
    command = [sys.executable, "-m", "breachkit", *map(str, arguments)]
    started = time.monotonic()
    subprocess.run(command, env=environment, capture_output=True, check=True)
    whole, digests = time.monotonic() - started, read_manifest(out)["outputs"]
    drawn, killed, lost = random.Random(8), 0, 0
    for _ in range(25):
        if drawn.random() < 0.3:
            lost += sum((keys / f"{one.read_text().strip()}.key").is_file() for one in out.rglob("*.id"))
            shutil.rmtree(out)  # by hand, without a purge: nobody can know whose its keys were
        process = subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL, start_new_session=True)
        time.sleep(drawn.uniform(0.2, 1.05) * whole)
        killed += process.poll() is None
        os.killpg(process.pid, signal.SIGKILL) if process.poll() is None else None
        process.wait()
        if (out / "manifest.json").is_file():
            assert read_manifest(out)["outputs"] == digests
            assert all((out / name).is_file() for name in digests)
        elif (out / "impact.json").is_file():
            with pytest.raises(BreachkitError):
                released_impact(out)
    assert killed > 12
    subprocess.run(command, env=environment, capture_output=True, check=True)
    assert read_manifest(out)["outputs"] == digests
    assert len(list(keys.glob("*"))) == 1 + lost  # those of runs that were killed are destroyed with what they left
    assert json.loads((out / "impact.json").read_text())["people"]["patients"]["best"] == len(PEOPLE)
