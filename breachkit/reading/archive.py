"""Archives, nested or in several parts, opened as streams: nothing is written outside the case, nothing is run."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from breachkit.errors import UnreadableSource
from breachkit.reading.blob import Blob, SourceFile
from breachkit.reading.limits import Limits
from breachkit.reading.refusals import refusal

Passwords = Callable[[str], str | None]  # the label of an archive → its password, None where nobody knows it


@dataclass
class Unpacking:
    """What unpacking one source shares: limits, who to ask for a password, where to spool, how deep we are."""

    limits: Limits
    password: Passwords
    connection: Any
    depth: int = 0

    def inside(self) -> Unpacking:
        """The same, one archive deeper."""
        return replace(self, depth=self.depth + 1)


def group_parts(paths: Sequence[Path]) -> list[SourceFile]:
    """The files as given, the parts of one archive together, with names told apart."""
    seen: dict[str, int] = {}
    sources = []
    for path in paths:
        seen[path.name] = seen.get(path.name, 0) + 1
        name = path.name if seen[path.name] == 1 else f"{path.name} ({seen[path.name]})"
        sources.append(SourceFile(name, (path,)))
    return sources


def members(blob: Blob, kind: str, box: Unpacking) -> Iterator[Blob | UnreadableSource]:
    """The members of an archive, or the one content of a compressed file."""
    raise refusal(blob, kind)
    yield blob
