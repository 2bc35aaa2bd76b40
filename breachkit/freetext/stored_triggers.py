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
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

from breachkit.freetext import triggers

FILE = "lexicon/triggers.json.z"


@dataclass(frozen=True, slots=True)
class Triggers:
    """What the first pass knows of a pattern: the sets of strings it needs, and the words it may be misspelt from."""

    sets: tuple[frozenset[str], ...]
    words: frozenset[str]


def triggers_of(pattern: str) -> Triggers:
    """The triggers of a pattern, worked out; raises re.error where it cannot be read."""
    return Triggers(triggers.required_sets(pattern), triggers.required_strings(pattern))


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
    sets = [frozenset(text.split("|")) for text in kept["sets"].split("\n")]
    return [
        Triggers(tuple(sets[at] for at in of), sets[words] if words >= 0 else frozenset()) for *of, words in kept["of"]
    ]


def packed(patterns: Sequence[str]) -> bytes:
    """The file for these patterns: the distinct sets, and for each pattern the places of its own, its words last."""
    places: dict[frozenset[str], int] = {}
    of = []
    for found in map(triggers_of, patterns):
        own = [places.setdefault(one, len(places)) for one in found.sets]
        of.append([*own, places.setdefault(found.words, len(places)) if found.words else -1])
    sets = "\n".join("|".join(sorted(one)) for one in places)
    kept = {"digest": digest_of(patterns), "sets": sets, "of": of}
    return zlib.compress(json.dumps(kept, ensure_ascii=True, separators=(",", ":")).encode("ascii"), 9)


def main() -> None:
    """Writes the file beside the lexicon, and the vocabulary of misspelt words that follows from it."""
    from breachkit.freetext.lexicon import load_lexicon, patterns_of_package
    from breachkit.freetext.vocabulary import write_vocabulary

    _place().write_bytes(packed(patterns_of_package()))
    write_vocabulary(load_lexicon())


def _place() -> Path:
    return Path(str(resources.files("breachkit.reference"))) / FILE


if __name__ == "__main__":
    main()
