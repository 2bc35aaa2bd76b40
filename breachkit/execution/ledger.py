"""controllers/ledger.jsonl: one line per controller, added as each is done, so that a batch can resume."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Literal

NAME = "ledger.jsonl"


@dataclass(frozen=True)
class Entry:
    """What became of one controller. `inputs` is the digest of what the sheet was made from; `error` only a kind."""

    id: str
    state: Literal["done", "failed"]
    seconds: float
    folder: str
    inputs: str
    sha256: dict[str, str] = field(default_factory=dict)
    error: str | None = None

    def line(self) -> str:
        """The entry as one line of JSON."""
        return json.dumps(asdict(self), ensure_ascii=False) + "\n"


def read_ledger(path: Path) -> dict[str, Entry]:
    """The last entry of each controller; a line cut short by a crash counts for nothing."""
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
    """Adds one line, after a line break where the former one was cut short."""
    with path.open("a+b") as handle:
        size = handle.seek(0, 2)
        if size:
            handle.seek(size - 1)
            if handle.read(1) != b"\n":
                handle.write(b"\n")
        handle.write(entry.line().encode("utf-8"))


def rewrite(path: Path, entries: Iterable[Entry]) -> None:
    """The ledger with these lines only, in one move."""
    staging = path.with_name(f".{path.name}.part")
    staging.write_text("".join(entry.line() for entry in entries), encoding="utf-8")
    staging.replace(path)
