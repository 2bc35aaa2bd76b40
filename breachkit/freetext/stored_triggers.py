"""The trigger strings of every term, worked out once and kept beside the lexicon, so that a start takes no seconds.

Working them out reads the syntax tree of each pattern, some seconds for the whole lexicon. The result is a file of
the package, written by `python -m breachkit.freetext.stored_triggers` after any change of a lexicon (`make lexicon`).
It carries the digest of what it was made from: where that differs, it is not used and the terms are worked out anew,
so that a stale file costs time and never a finding; a test refuses one.
"""

from __future__ import annotations

import hashlib
import inspect
import json
import zlib
from collections.abc import Iterable, Sequence
from importlib import resources
from pathlib import Path

from breachkit.freetext import triggers

FILE = "lexicon/triggers.json.z"
Triggers = frozenset[str]


def digest_of(patterns: Iterable[str]) -> str:
    """The digest of the patterns, in order, and of the code that works out their triggers."""
    found = hashlib.sha256(inspect.getsource(triggers).encode("utf-8"))
    for pattern in patterns:
        found.update(pattern.encode("utf-8") + b"\n")
    return found.hexdigest()


def stored(patterns: Sequence[str]) -> list[Triggers] | None:
    """The triggers of each pattern from the file of the package; None where it was made from other patterns."""
    try:
        kept = json.loads(zlib.decompress(_place().read_bytes()))
    except FileNotFoundError:
        return None
    if kept["digest"] != digest_of(patterns):
        return None
    return [frozenset(text.split("|")) if text else frozenset() for text in kept["triggers"].split("\n")]


def packed(patterns: Sequence[str]) -> bytes:
    """The file for these patterns."""
    lines = ("|".join(sorted(triggers.required_strings(pattern))) for pattern in patterns)
    kept = {"digest": digest_of(patterns), "triggers": "\n".join(lines)}
    return zlib.compress(json.dumps(kept, ensure_ascii=True).encode("ascii"), 9)


def main() -> None:
    """Writes the file beside the lexicon."""
    from breachkit.freetext.lexicon import patterns_of_package

    _place().write_bytes(packed(patterns_of_package()))


def _place() -> Path:
    return Path(str(resources.files("breachkit.reference"))) / FILE


if __name__ == "__main__":
    main()
