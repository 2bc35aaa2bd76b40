"""Which lines of JSON Lines are values, one or several, and which are broken."""

from __future__ import annotations

import numpy as np

from breachkit.reading.json.tokens import COMMA, LIST, LIST_END, STEPS, VALUES, Tokens


def judge(tokens: Tokens, starts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Which lines are broken, and which are only the bracket around the records; sets levels anew on each line."""
    bad = np.zeros(len(starts), dtype=bool)
    if not len(tokens):
        return bad, bad
    steps = STEPS[tokens.kind]
    after = np.cumsum(steps, dtype=np.int32)
    edges = np.append(np.searchsorted(tokens.start, starts), len(tokens))
    lines = np.flatnonzero(np.diff(edges))
    first = edges[lines]
    last = np.append(first[1:], len(tokens)) - 1
    base = after[first] - steps[first]
    counts = last - first + 1
    tokens.level -= np.repeat(base, counts)
    tokens.wrong[first] = ~(VALUES[tokens.kind[first]] | (tokens.kind[first] == COMMA))
    tokens.unsplit[first] = False
    wrong = tokens.wrong | (tokens.level < 0) | (tokens.unsplit & (tokens.level > 0))
    bad[lines] = np.logical_or.reduceat(wrong, first) | (after[last] != base)
    enclosing = np.zeros(len(starts), dtype=bool)
    enclosing[lines] = (counts == 1) & np.isin(tokens.kind[first], (LIST, LIST_END))
    return bad & ~enclosing, enclosing


def whole_lines(tokens: Tokens) -> Tokens:
    """The tokens of the lines that are not broken, each line's levels its own."""
    bad, enclosing = judge(tokens, np.append(0, tokens.breaks + 1))
    return tokens.those(~(bad | enclosing)[np.searchsorted(tokens.breaks, tokens.start)])
