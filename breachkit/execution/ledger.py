"""controllers/ledger.jsonl: one line per controller, on the disk before the next is begun, so that a batch resumes."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Literal

NAME = "ledger.jsonl"


@dataclass(frozen=True)
class Entry:
    """What became of one controller; `error` is only a kind.

    Three digests say what the sheet was made from: the whole impact.json, this controller's own figures, and all
    that drew them (code, notebook, language).
    """

    id: str
    state: Literal["done", "failed"]
    seconds: float
    folder: str
    language: str
    impact: str
    figures: str
    drawn: str
    sha256: dict[str, str] = field(default_factory=dict)
    error: str | None = None

    def line(self) -> str:
        """The entry as one line of JSON."""
        return json.dumps(asdict(self), ensure_ascii=False) + "\n"


def read_ledger(path: Path) -> dict[str, Entry]:
    """The last entry of each controller; a line cut short by a crash, or of another version, counts for nothing."""
    found: dict[str, Entry] = {}
    if not path.is_file():
        return found
    for line in path.read_text(encoding="utf-8", errors="replace").splitlines():
        try:
            entry = Entry(**json.loads(line))
        except (ValueError, TypeError):
            continue
        found[entry.id] = entry
    return found


def append(path: Path, entry: Entry) -> None:
    """Adds one line and waits for the disk to have it; after a line break where the former one was cut short."""
    with path.open("a+b") as handle:
        size = handle.seek(0, 2)
        cut = False
        if size:
            handle.seek(size - 1)
            cut = handle.read(1) != b"\n"
        handle.write((b"\n" if cut else b"") + entry.line().encode("utf-8"))
        handle.flush()
        os.fsync(handle.fileno())


def rewrite(path: Path, entries: Iterable[Entry]) -> None:
    """The ledger with these lines only, in one move."""
    staging = path.with_name(f".{path.name}.part")
    with staging.open("wb") as handle:
        handle.write("".join(entry.line() for entry in entries).encode("utf-8"))
        handle.flush()
        os.fsync(handle.fileno())
    staging.replace(path)
