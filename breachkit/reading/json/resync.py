"""Where the next record begins after one that is broken: told by how the records before it began."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import numpy as np

MAX_KEYS = 8  # first keys that are remembered
LEARNED = 64  # records of a piece that are looked at
INDENT = 256  # bytes before a record in which its line begins
KEY = re.compile(rb'[{]\s*("(?:[^"\\\n]|\\.)*")\s*:')


@dataclass
class Landmarks:
    """The marks of a record's beginning: alone after the indent of its line, or its first key."""

    indent: bytes | None = None
    inline: bool = False
    keys: set[bytes] = field(default_factory=set)
    entries: bool = False

    def learn(self, data: bytes, starts: np.ndarray) -> None:
        """What the records that begin at these places have in common."""
        for start in starts[:LEARNED].tolist():
            before = data[max(0, start - INDENT) : start]
            line = before[before.rfind(b"\n") + 1 :]
            if b"\n" in before and not line.strip():
                self.indent = line
            elif start:
                self.inline = True
            found = KEY.match(data, start)
            if found and len(self.keys) < MAX_KEYS:
                self.keys.add(found.group(1))

    def learn_at_least(self, data: bytes, place: int) -> None:
        """The marks of one record that may be broken, where nothing better is known."""
        if self.indent is None and not self.keys:
            self.learn(data, np.array([place]))

    def find(self, data: bytes, after: int, until: int | None = None) -> int | None:
        """The first place from `after` on where a record, or the end of their list, may stand."""
        found = [match.start(1) for pattern in self._patterns() if (match := pattern.search(data, after))]
        found = [place for place in found if until is None or place < until]
        return min(found, default=None)

    def _patterns(self) -> list[re.Pattern[bytes]]:
        patterns = []
        mark = rb'("(?:[^"\\\n]|\\.)*"\s*:\s*[\[{])' if self.entries else rb"([\[{])"
        if self.indent is not None:
            patterns.append(re.compile(rb"\n" + re.escape(self.indent) + mark))
            if self.indent:
                outer = b"[ \\t]{0,%d}" % (len(self.indent) - 1)
                patterns.append(re.compile(rb"\n" + outer + rb"([\]}])\s*(?:,\s*\"[^\"\n]*\"\s*:|[\]}]|$)"))
            else:
                patterns.append(re.compile(rb"\n(\])"))
        if self.entries:
            patterns.append(re.compile(rb'[}\]]\s*,\s*("(?:[^"\\\n]|\\.)*"\s*:\s*[\[{])'))
        elif self.keys and (self.inline or self.indent is None):
            keys = b"|".join(re.escape(key) for key in sorted(self.keys))
            patterns.append(re.compile(rb"[,}\]]\s*(\{\s*(?:" + keys + rb")\s*:)"))
        elif self.inline:
            patterns.append(re.compile(rb"\]\s*,\s*(\[)"))
        return patterns
