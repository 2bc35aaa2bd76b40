"""What is open on the way down to the records of a JSON text, and a piece of it while it is walked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from breachkit.reading.json.resync import Landmarks
from breachkit.reading.json.shape import Where
from breachkit.reading.json.tables import Shredder
from breachkit.reading.json.tokens import LIST, OBJECT, Tokens

CLOSING = {OBJECT: b"}", LIST: b"]"}


@dataclass
class Frame:
    """An object or list on the way down, what it holds, and the place of it."""

    kind: int  # OBJECT, LIST, 0 for the text itself
    role: str
    where: Where
    shredder: Shredder | None = None
    landmarks: Landmarks = field(default_factory=Landmarks)


@dataclass
class Broken:
    """Where something broken begins, from where to look for the next record, and where it is if that is known."""

    place: int
    look_from: int
    resume: int | None = None


@dataclass
class Piece:
    """A piece of the text with its tokens, and how far it was walked."""

    tokens: Tokens
    whole: bool
    holder: np.ndarray
    closing: np.ndarray
    at: int = 0  # the next token
    used: int = 0  # bytes done with
    broken: Broken | None = None
    waiting: bool = False  # for more bytes
    spans: list[tuple[np.ndarray, np.ndarray, np.ndarray, int]] = field(default_factory=list)


def before_the_end(stack: Sequence[Frame], data: bytes, place: int) -> int:
    """The end of what is broken at the end of the text: before the marks that close what is open."""
    end = len(data)
    for frame in stack[1:]:
        inner = data[place:end].rstrip()
        if not inner.endswith(CLOSING[frame.kind]) or len(inner) == 1:
            return len(data)
        end = place + len(inner) - 1
    return end
