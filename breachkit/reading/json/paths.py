"""Where each value of a batch of JSON records stands: its path, found level by level for all records at once.

A path leads from the record to the value by keys, EACH (an element of a list) and ENTRY (the value of a map, an
object whose keys are data: names, identifiers, dates). Distinct paths are few; values are many.
"""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
import polars as pl

from breachkit.reading.encodings.decode import DAMAGE_MARK, MIXED_MARK
from breachkit.reading.header import is_header_word, plain
from breachkit.reading.json.tokens import KEY, LIST, LITERAL, OBJECT, TEXT, VALUES, Tokens

EACH, ENTRY = 0, 1
ROOT = 0
# An object with more keys than this is a map, unless most of them are words that name columns. A choice.
MAX_KEYS = 512
# MongoDB's extended JSON (docs.mongodb.com, « MongoDB Extended JSON (v2) »): the one key stands for the type.
TYPE_KEYS = frozenset(
    {"$oid", "$date", "$numberLong", "$numberInt", "$numberDouble", "$numberDecimal", "$uuid", "$symbol", "$code"}
)
LOOKED_AT = 2000  # keys of a crowded object
OFTEN_SHARE = 0.1  # of the most frequent key: a key that comes back so often is a column; a choice
_DENSE = 1 << 22  # codes up to here are numbered by a table, beyond by sorting


@dataclass
class Paths:
    """The paths met so far. `parent`, `step` and `owner` are by path; the owner is the path of the table's records."""

    parent: list[int] = field(default_factory=lambda: [-1])
    step: list[int] = field(default_factory=lambda: [EACH])
    owner: list[int] = field(default_factory=lambda: [ROOT])
    keys: list[str] = field(default_factory=list)
    maps: set[int] = field(default_factory=set)
    crowded: set[int] = field(default_factory=set)  # objects whose unknown keys are entries of a map
    by_position: bool = False  # the records are lists: an element's key is its position
    _key_ids: dict[str, int] = field(default_factory=dict)
    _ids: dict[tuple[int, int], int] = field(default_factory=dict)
    _types: dict[str, int] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.parent)

    def key_id(self, key: str) -> int:
        """The number of a key."""
        found = self._key_ids.get(key)
        if found is None:
            found = self._key_ids[key] = len(self.keys)
            self.keys.append(key)
        return found

    def knows(self, parent: int, key: str) -> bool:
        """Whether a key was met there before."""
        found = self._key_ids.get(key)
        return found is not None and (parent, 2 + found) in self._ids

    def child(self, parent: int, step: int) -> int:
        """The path one step further; the parent itself where the step only tells a type."""
        if step > ENTRY and parent != ROOT and self.keys[step - 2] in TYPE_KEYS:
            return parent
        found = self._ids.get((parent, step))
        if found is None:
            found = self._ids[parent, step] = self._add(parent, step, is_record=step in (EACH, ENTRY))
        return found

    def of_type(self, name: str) -> int:
        """The path of the records of a type (`resourceType` of FHIR): a table of their own."""
        if name not in self._types:
            self._types[name] = self._add(ROOT, 2 + self.key_id(name), is_record=True)
        return self._types[name]

    def _add(self, parent: int, step: int, *, is_record: bool) -> int:
        made = len(self.parent)
        self.parent.append(parent)
        self.step.append(step)
        self.owner.append(made if is_record else self.owner[parent])
        return made

    def is_record(self, path: int) -> bool:
        """Whether the values at this path are records of a table."""
        return self.owner[path] == path

    def key(self, path: int) -> str:
        """The last key that leads to a path."""
        return self.keys[self.step[path] - 2] if self.step[path] > ENTRY else ""

    def is_type(self, path: int) -> bool:
        """Whether the path is that of the records of a type."""
        return self.parent[path] == ROOT and path in self._types.values()

    def words(self, path: int, beyond: int = ROOT) -> list[str]:
        """The keys that lead to a path, from a path above it on."""
        found: list[str] = []
        while path not in (ROOT, beyond):
            if self.step[path] > ENTRY:
                found.append(self.keys[self.step[path] - 2])
            path = self.parent[path]
        return found[::-1]


def follow(paths: Paths, steps: Iterable[str | int]) -> int:
    """The path at the end of a way, made where it is not there yet."""
    at = ROOT
    for step in steps:
        at = paths.child(at, step if isinstance(step, int) else 2 + paths.key_id(step))
    return at


@dataclass
class Nodes:
    """The values of a batch: `at` their tokens in order, `path` the path of each; `first` where each path begins."""

    at: np.ndarray
    path: np.ndarray
    holder: np.ndarray

    def by_path(self) -> Iterable[tuple[int, np.ndarray]]:
        """Each path of the batch with its tokens, in order."""
        small = self.path.astype(np.uint16) if self.path.max(initial=0) < 1 << 16 else self.path
        order = np.argsort(small, kind="stable")
        paths = self.path[order]
        cuts = np.flatnonzero(np.diff(paths)) + 1
        for some in np.split(order, cuts) if len(order) else []:
            yield int(self.path[some[0]]), self.at[some]


def locate(
    tokens: Tokens, holder: np.ndarray, first: np.ndarray, inside: np.ndarray, types: np.ndarray, paths: Paths
) -> Nodes:
    """Every value inside the records that begin at `first`; `types` is the path of each record itself."""
    path = np.full(len(tokens), -1, dtype=np.int64)
    path[first] = types
    at = np.flatnonzero(inside & VALUES[tokens.kind])
    level = tokens.level[at] - (int(tokens.level[first[0]]) if len(first) else 0)
    order = np.argsort(level.astype(np.uint16), kind="stable")
    cuts = np.searchsorted(level[order], np.arange(1, int(level.max(initial=0)) + 2))
    dissolved = np.zeros(len(tokens), dtype=bool)
    for begin, stop in itertools.pairwise(cuts.tolist()):
        some = at[order[begin:stop]]
        held = holder[some]
        found = _level(tokens, some, held, path[held], paths)
        dissolved[held[found == path[held]]] = True
        path[some] = found
    at = at[~dissolved[at]]
    return Nodes(at, path[at], holder)


def _level(tokens: Tokens, at: np.ndarray, held: np.ndarray, parent: np.ndarray, paths: Paths) -> np.ndarray:
    """The paths of the values of one level, from those of what holds them."""
    step = np.zeros(len(at), dtype=np.int64)
    in_object = tokens.kind[held] == OBJECT
    if paths.by_position:
        rows = ~in_object & (parent == ROOT)
        step[rows] = _positions(held[rows], paths)
    is_map = np.zeros(len(paths), dtype=bool)
    is_map[list(paths.maps)] = True
    mapped = in_object & is_map[parent]
    step[mapped] = ENTRY
    named = np.flatnonzero(in_object & ~mapped)
    if len(named):
        local, texts = distinct(tokens.texts(at[named] - 2))
        few = _columns_only(parent[named], local, texts, paths)
        step[named[~few]] = ENTRY
        named, local = named[few], local[few]
        used = np.unique(local)
        ids = np.zeros(len(texts), dtype=np.int64)
        ids[used] = [paths.key_id(plain_key(texts[one])) for one in used]
        step[named] = 2 + ids[local]
    width = 2 + len(paths.keys)
    codes, which = numbered(parent * width + step)
    return np.array([paths.child(int(code) // width, int(code) % width) for code in codes], dtype=np.int64)[which]


def _positions(held: np.ndarray, paths: Paths) -> np.ndarray:
    """The step to each element of rows that are lists: the key « 1 », « 2 »…"""
    begins = np.append(True, held[1:] != held[:-1]) if len(held) else np.empty(0, dtype=bool)
    places = np.arange(len(held)) - np.maximum.accumulate(np.where(begins, np.arange(len(held)), 0))
    ids = np.array([paths.key_id(str(one + 1)) for one in range(int(places.max(initial=-1)) + 1)], dtype=np.int64)
    return 2 + ids[places] if len(places) else places


def _columns_only(parent: np.ndarray, local: np.ndarray, texts: list[str], paths: Paths) -> np.ndarray:
    """Which keys of objects are columns: where there are too many, those that are known or come back often.

    The others are entries of a map. An object none of whose keys comes back is a map as a whole.
    """
    columns = np.ones(len(parent), dtype=bool)
    if len(texts) <= MAX_KEYS and not paths.crowded:
        return columns
    codes, which = numbered(parent * len(texts) + local)
    owners, counts = codes // len(texts), np.bincount(which)
    for one in np.flatnonzero(
        (np.bincount(owners) > MAX_KEYS) | np.isin(np.arange(owners.max() + 1), [*paths.crowded])
    ):
        mine = np.flatnonzero(owners == one)
        keys = [texts[code] for code in codes[mine] % len(texts)]
        if one not in paths.crowded and are_column_names(keys[:LOOKED_AT]):
            continue
        known = np.array([paths.knows(int(one), key) for key in keys])
        if one not in paths.crowded:
            often = max(OFTEN_SHARE * counts[mine].max(), 2)
            known[np.argsort(-counts[mine], kind="stable")[:MAX_KEYS]] |= True
            known &= (counts[mine] >= often) | np.array([paths.knows(int(one), key) for key in keys])
        if known.any():
            paths.crowded.add(int(one))
        else:
            paths.maps.add(int(one))
        entries = np.zeros(len(codes), dtype=bool)
        entries[mine[~known]] = True
        columns &= ~entries[which]
    return columns


def are_column_names(keys: Sequence[str]) -> bool:
    """Whether most of these keys are made of words that name columns."""
    words = [re.findall(r"[^\W\d_]{2,}", key) for key in keys]
    named = sum(bool(some) and sum(is_header_word(plain(word)) for word in some) * 2 >= len(some) for some in words)
    return 2 * named > len(keys)


def distinct(texts: pl.Series) -> tuple[np.ndarray, list[str]]:
    """For each text the number of its distinct value, and the distinct values."""
    values = texts.unique(maintain_order=True)
    numbers = texts.replace_strict(values, pl.int_range(len(values), eager=True), return_dtype=pl.Int64)
    return numbers.to_numpy(), values.to_list()


def numbered(codes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The distinct codes, and for each code the number of its own."""
    if not len(codes) or int(codes.max()) >= _DENSE:
        found, which = np.unique(codes, return_inverse=True)
        return found, which
    there = np.zeros(int(codes.max()) + 1, dtype=bool)
    there[codes] = True
    found = np.flatnonzero(there)
    rank = np.zeros(len(there), dtype=np.int64)
    rank[found] = np.arange(len(found))
    return found, rank[codes]


def plain_key(written: str) -> str:
    """A key without escapes, marks of damage or lone halves of characters."""
    if "\\" in written:
        written = str(json.loads(f'"{written}"', strict=False))
        written = written.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return written.replace(DAMAGE_MARK, "").replace(MIXED_MARK, "")


def is_scalar(kind: np.ndarray) -> np.ndarray:
    """Whether each token is a string or a literal."""
    found: np.ndarray = (kind == TEXT) | (kind == LITERAL)
    return found


__all__ = ["EACH", "ENTRY", "KEY", "LIST", "MAX_KEYS", "ROOT", "Nodes", "Paths", "distinct", "is_scalar", "locate"]
