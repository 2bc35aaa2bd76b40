"""Shared by all tests: keys never touch the real home folder."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from breachkit import case, workspace
from breachkit.impact import Impact

ROOT = Path(__file__).parents[1]
MLM = ROOT / "data" / "samples" / "mlm"


@pytest.fixture(autouse=True)
def _keys_of_the_test(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BREACHKIT_KEY_DIR", str(tmp_path_factory.mktemp("keys")))
    for name in ("BREACHKIT_LANG", "BREACHKIT_KEY", "BREACHKIT_KEY_COMMAND"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def private(tmp_path: Path) -> Iterator[Any]:
    """A connection to a fresh workspace."""
    path = tmp_path / ".workspace" / "case.duckdb"
    with workspace.create(path, case.new_key(path), threads=2, memory="500MB") as connection:
        yield connection


@pytest.fixture(scope="session")
def sample_impact(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Impact]:
    """The impact of a sample by its id, computed once by whichever worker asks first."""
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base
    known: dict[str, Impact] = {}

    def of(sample: str) -> Impact:
        if sample not in known:
            known[sample] = _shared_impact(sample, shared)
        return known[sample]

    return of


def _shared_impact(sample: str, shared: Path) -> Impact:
    """Whoever makes the folder computes the impact; another worker waits for it."""
    from tests.sample_truth import SAMPLES, impact_of

    folder = shared / f"sample-{sample}"
    try:
        folder.mkdir()
    except FileExistsError:
        return _awaited_impact(folder)
    try:
        impact = impact_of(SAMPLES / sample, folder)
    except BaseException:
        (folder / "failed").touch()  # nobody waits for it in vain
        raise
    written = folder / "impact.json.part"
    written.write_text(impact.to_json(), encoding="utf-8")
    written.rename(folder / "impact.json")
    return impact


def _awaited_impact(folder: Path) -> Impact:
    until = time.monotonic() + 300
    while not (folder / "impact.json").is_file():
        assert not (folder / "failed").exists(), "the sample could not be analysed"
        assert time.monotonic() < until, "the sample was not analysed in time"
        time.sleep(0.1)
    return Impact.from_json((folder / "impact.json").read_text(encoding="utf-8"))
