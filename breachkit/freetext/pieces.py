"""Long texts as pieces that overlap, so that the time to read a text grows with its length and no faster.

A note is read whole. Beyond `LONG` characters it is read in pieces: each finding belongs to the piece whose core it
begins in, and is judged from at least `MARGIN` characters on either side. Nothing is left out; only a cue that stands
further away than the margin is out of reach.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

LONG = 2_000  # characters; our choice, six times the longest note of the labelled sets
CORE = 1_000  # of a piece; our choice
MARGIN = 400  # read before and after the core; our choice, more than a long sentence


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a text: where it begins in the text, its words, and the part of them that is its own."""

    offset: int
    text: str
    core_start: int
    core_end: int


def pieces(text: str) -> Iterator[Piece]:
    """The pieces of a text in order; their cores follow one another and cover it."""
    if len(text) <= LONG:
        yield Piece(0, text, 0, len(text))
        return
    start = 0
    while start < len(text):
        end = _cut(text, start + CORE) if len(text) - start > CORE + MARGIN else len(text)
        offset = _word_start(text, max(0, start - MARGIN), start)
        yield Piece(offset, text[offset : min(len(text), end + MARGIN)], start - offset, end - offset)
        start = end


def _cut(text: str, near: int) -> int:
    """A place to cut shortly before `near`: after a line, else a sentence, else a word."""
    for separator in ("\n", ". ", " "):
        found = text.rfind(separator, near - MARGIN, near)
        if found >= 0:
            return found + len(separator)
    return near


def _word_start(text: str, near: int, limit: int) -> int:
    """The first beginning of a word from `near` on; `near` where there is none before `limit`."""
    found = text.find(" ", near, limit) if near else -1
    return near if found < 0 else found + 1
