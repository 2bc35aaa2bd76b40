"""Shared by all tests: keys never touch the real home folder."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from breachkit import case, workspace

ROOT = Path(__file__).parents[1]
MLM = ROOT / "data" / "samples" / "mlm"


@pytest.fixture(autouse=True)
def _keys_of_the_test(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BREACHKIT_KEY_DIR", str(tmp_path_factory.mktemp("keys")))
    monkeypatch.delenv("BREACHKIT_LANG", raising=False)


@pytest.fixture
def private(tmp_path: Path) -> Iterator[Any]:
    """A connection to a fresh workspace."""
    path = tmp_path / ".workspace" / "case.duckdb"
    with workspace.create(path, case.new_key(path), threads=2, memory="500MB") as connection:
        yield connection
