"""Where things stand in the folder of a run."""

from __future__ import annotations

from pathlib import Path

WORKSPACE = Path(".workspace") / "case.duckdb"
UNFINISHED = Path(".workspace") / "release.unfinished"  # stands there while outputs are being moved to their place
