"""What holds each token of a JSON text, and where it is closed: for all tokens at once."""

from __future__ import annotations

import numpy as np

from breachkit.reading.json.tokens import COMMA, KEY, LIST, LIST_END, OBJECT, OBJECT_END, VALUES, Tokens

MAX_LEVEL = 65_535  # levels that are told apart; `limits.nesting` is far below


def holders(kind: np.ndarray, level: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """For each token the mark that opened what holds it (-1: nothing), and for each opening mark its closing one."""
    opens = (kind == OBJECT) | (kind == LIST)
    is_mark = opens | (kind == OBJECT_END) | (kind == LIST_END)
    at = np.flatnonzero(is_mark)
    opening, depth = opens[at], level[at]
    depth = np.clip(depth - int(depth.min(initial=0)), 0, MAX_LEVEL).astype(np.uint16)
    outer, pair = _outer(opening, depth)
    holder = np.full(len(kind), -1, dtype=np.int64)
    # What is no mark is held by the last mark before it, or by what holds that if it closes something.
    held = np.where(opening, at, np.where(outer >= 0, at[outer], -1))
    before = np.cumsum(is_mark) - 1
    known = before >= 0
    holder[known] = held[before[known]]
    holder[at] = np.where(outer >= 0, at[outer], -1)
    closing = np.full(len(kind), -1, dtype=np.int64)
    closed = np.flatnonzero(pair >= 0)
    closing[at[closed]] = at[pair[closed]]
    return holder, closing


def _outer(opening: np.ndarray, depth: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """For each of some marks in order the one around it, and for each opening mark the one that closes it; -1: none."""
    copies = np.repeat(np.arange(len(opening)), 1 + opening)
    inner = np.zeros(len(copies), dtype=bool)  # the second copy of an opening mark stands for what it holds
    inner[1:] = copies[1:] == copies[:-1]
    order = np.argsort(depth[copies] + inner.astype(np.uint16), kind="stable")
    last = np.maximum.accumulate(np.where(inner[order], np.arange(len(order)), -1)) if len(order) else order
    outer = np.full(len(opening), -1, dtype=np.int64)
    own = ~inner[order]
    outer[copies[order[own]]] = np.where(last >= 0, copies[order[np.maximum(last, 0)]], -1)[own]
    pair = np.full(len(opening), -1, dtype=np.int64)
    order = np.argsort(depth, kind="stable")
    first, second = order[:-1], order[1:]
    paired = opening[first] & ~opening[second] & (depth[first] == depth[second])
    pair[first[paired]] = second[paired]
    return outer, pair


def check_holders(tokens: Tokens, holder: np.ndarray, closing: np.ndarray) -> None:
    """Marks what cannot stand in the object or list that holds it."""
    if not len(tokens):
        return
    held = holder >= 0
    in_object = held & (tokens.kind[holder] == OBJECT)
    tokens.wrong |= held & ~in_object & (tokens.kind == KEY)
    after_comma = np.append(False, tokens.kind[:-1] == COMMA)
    tokens.wrong |= in_object & after_comma & VALUES[tokens.kind]
    opened = np.flatnonzero(closing >= 0)
    closed = closing[opened]
    tokens.wrong[closed[tokens.kind[closed] != tokens.kind[opened] + 1]] = True
