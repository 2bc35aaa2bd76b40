"""How a JSON text holds its records, judged on its first part: which lists and maps are tables.

Thresholds are choices; what they decide is only which table a value stands in, never whether it is kept.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import numpy as np

from breachkit.reading.header import VALUE_LIKE, may_be_told
from breachkit.reading.json.conventions import ACTIONS, COLLECTIONS, COLUMNS_KEY, ROWS_KEY, is_envelope
from breachkit.reading.json.holders import check_holders, holders
from breachkit.reading.json.line_check import whole_lines
from breachkit.reading.json.paths import EACH, ENTRY, ROOT, Nodes, Paths, are_column_names, follow, is_scalar, locate
from breachkit.reading.json.tokens import LIST, LITERAL, NULLS, OBJECT, VALUES, Tokens, tokenise

ID_LIKE = re.compile(
    r"^[0-9a-fA-F]{8}-|^[0-9a-fA-F]{12,}$|^-[\w-]{15,}$|^(?=.*\d)(?=.*[A-Za-z])[\w-]{20,}$|^\d+[A-Za-z]?$"
)
MIN_KEYS = 2
SAME_KEYS_SHARE = 0.6  # of the keys of all values, those that a value of a map has on average
MANY_KEYS = 24

Where = tuple[str, ...]


@dataclass
class Shape:
    """`root`: "records" where each value of the text is a record, "spine" where it holds the tables.

    `roles` says of lists and objects on the way to the records what they are: records, rows, entries (a map), skip,
    envelope. `maps` are the maps inside records, by the place of their table and their own path.
    """

    root: str = "records"
    elements: str = "records"
    bulk: bool = False
    collection: bool = False  # what the text tells of the whole is no record's
    kept: bool = False  # the object that holds the tables is a record too: they are linked to it
    columns: bool = False  # lists side by side are the columns of one table
    header: bool = False  # the names of the columns are a list of their own
    by_name: bool = False  # phpMyAdmin: a list of tables, each an object with its name and its data
    roles: dict[Where, str] = field(default_factory=dict)
    maps: dict[Where, list[list[str | int]]] = field(default_factory=dict)


@dataclass
class _Tree:
    """What stands at each path of the sample: how many objects, lists, scalars and nulls."""

    paths: Paths
    objects: np.ndarray
    lists: np.ndarray
    scalars: np.ndarray
    nulls: np.ndarray

    def children(self, path: int) -> list[int]:
        return [one for one in range(1, len(self.paths)) if self.paths.parent[one] == path]

    def each(self, path: int) -> int | None:
        return next((one for one in self.children(path) if self.paths.step[one] in (EACH, ENTRY)), None)

    def key(self, path: int) -> str:
        return self.paths.keys[self.paths.step[path] - 2] if self.paths.step[path] > ENTRY else ""


def shape_of(sample: bytes, *, whole: bool, nesting: int, by_line: bool = False) -> Shape:
    """The shape of a text of which `sample` is the first part; `by_line` where each line is a value."""
    tokens = tokenise(sample, whole=whole)
    tokens = whole_lines(tokens) if by_line else tokens
    tokens = _before_damage(tokens, nesting)
    if not len(tokens):
        return Shape()
    tree = _tree(tokens)
    shape = Shape()
    several = int(np.count_nonzero((tokens.level == 0) & VALUES[tokens.kind])) > 1
    first = int(tokens.kind[0])
    if first == LIST and by_line and several and _are_rows(tree):
        top = ROOT
    elif first == LIST:
        shape.root = "spine"
        each = tree.each(ROOT)
        shape.roles[()] = _elements(tree, each)
        shape.by_name = _is_phpmyadmin(tree, each, sample)
        top = each if each is not None else ROOT
    elif first == OBJECT:
        _object_shape(tree, shape, whole=whole, several=several)
        top = ROOT
    else:
        top = ROOT
    shape.elements = _elements(tree, ROOT)
    if shape.root == "records":
        shape.bulk = _is_bulk(tree)
        shape.maps[()] = _maps_below(tree, top)
    else:
        for where, role in list(shape.roles.items()):
            at = _find(tree, where)
            if at is not None and role in ("records", "entries", "rows"):
                each = tree.each(at)
                shape.maps[where] = _maps_below(tree, each) if each is not None else []
    return shape


def _before_damage(tokens: Tokens, nesting: int) -> Tokens:
    """The tokens up to the first that is wrong, or nested too deep."""
    holder, closing = holders(tokens.kind, tokens.level)
    check_holders(tokens, holder, closing)
    bad = tokens.wrong | (tokens.unsplit & (tokens.level > 1)) | (tokens.level > nesting) | (tokens.level < 0)
    stop = int(bad.argmax()) if bad.any() else len(tokens)
    return tokens.until(stop)


def _tree(tokens: Tokens) -> _Tree:
    """The tree of the sample; maps are found from the top down, so that what is below their keys falls together."""
    holder, _ = holders(tokens.kind, tokens.level)
    first = np.flatnonzero((tokens.level == 0) & VALUES[tokens.kind])
    inside = np.ones(len(tokens), dtype=bool)
    paths = Paths()
    for _ in range(8):
        kept = [_steps(paths, one) for one in paths.maps]
        paths = Paths()
        for steps in kept:
            paths.maps.add(follow(paths, steps))
        known = len(paths.maps)
        nodes = locate(tokens, holder, first, inside, np.zeros(len(first), dtype=np.int64), paths)
        tree = _counted(tokens, nodes, paths)
        _mark_maps(tree)
        if len(paths.maps) == known:
            break
    return tree


def _steps(paths: Paths, path: int) -> list[str | int]:
    """The way to a path, fit for other `Paths`."""
    found: list[str | int] = []
    while path != ROOT:
        step = paths.step[path]
        found.append(paths.keys[step - 2] if step > ENTRY else step)
        path = paths.parent[path]
    return found[::-1]


def _counted(tokens: Tokens, nodes: Nodes, paths: Paths) -> _Tree:
    kind = tokens.kind[nodes.at]
    literal = np.flatnonzero(kind == LITERAL)
    null = np.zeros(len(kind), dtype=bool)
    null[literal] = tokens.texts(nodes.at[literal]).is_in(NULLS).to_numpy()
    counts = (
        np.bincount(nodes.path[some], minlength=len(paths))
        for some in (kind == OBJECT, kind == LIST, is_scalar(kind) & ~null, null)
    )
    return _Tree(paths, *counts)


def _mark_maps(tree: _Tree) -> None:
    """Adds the topmost objects that are maps."""
    waiting = [ROOT]
    while waiting:
        path = waiting.pop()
        if path in tree.paths.maps:
            waiting += tree.children(path)
        elif tree.objects[path] and _is_map(tree, path):
            tree.paths.maps.add(path)
        else:
            waiting += tree.children(path)


def _is_map(tree: _Tree, path: int) -> bool:
    """Whether the keys of the objects at a path are data."""
    members = [one for one in tree.children(path) if tree.paths.step[one] > ENTRY]
    keys = [tree.key(one) for one in members]
    if not keys or any(key.startswith("$") for key in keys):
        return False
    values = [int(tree.objects[one] + tree.lists[one] + tree.scalars[one] + tree.nulls[one]) for one in members]
    named = are_column_names(keys)
    like_ids = sum(bool(ID_LIKE.match(key) or VALUE_LIKE.search(key)) for key in keys)
    if 10 * like_ids >= 9 * len(keys):
        return len(keys) >= MIN_KEYS or bool(tree.objects[members[0]])
    if named or len(keys) < MIN_KEYS:
        return False
    untold = sum(not may_be_told(key) for key in keys)
    maps = tree.paths.maps
    if all(tree.objects[one] and not (one in maps or tree.lists[one] or tree.scalars[one]) for one in members):
        inner = [{tree.key(below) for below in tree.children(one)} for one in members]
        every = set().union(*inner)
        return bool(every) and sum(map(len, inner)) >= SAME_KEYS_SHARE * len(every) * len(inner)
    if 2 * untold >= len(keys) and len(keys) >= MIN_KEYS + 1:
        return True
    sparse = sum(values) * 8 < int(tree.objects[path]) * len(keys)
    return len(keys) >= MANY_KEYS and sparse


def _elements(tree: _Tree, each: int | None) -> str:
    """What the elements of a list are: records, rows (lists), or scalars."""
    if each is None or tree.objects[each]:
        return "records"
    return "rows" if tree.lists[each] else "scalars"


def _are_rows(tree: _Tree) -> bool:
    """Whether each value of the text is a list of scalars: a row of one table."""
    each = tree.each(ROOT)
    alone = not tree.objects[ROOT] and not tree.scalars[ROOT] and not tree.nulls[ROOT]
    return alone and each is not None and bool(tree.scalars[each]) and not tree.objects[each] and not tree.lists[each]


def _object_shape(tree: _Tree, shape: Shape, *, whole: bool, several: bool) -> None:
    """What an object at the top of the text is."""
    role = _role(tree, ROOT, (), shape.roles)
    if ROOT in tree.paths.maps:
        shape.root, shape.roles[()] = "spine", "entries"
        return
    if several:
        shape.roles.clear()
        return
    members = tree.children(ROOT)
    keys = {tree.key(one) for one in members}
    columnar = len(members) >= MIN_KEYS and (
        all(_is_scalar_list(tree, one) for one in members)
        or all(one in tree.paths.maps and _holds_scalars(tree, one) for one in members)
    )
    collection = any(required <= keys for required in COLLECTIONS)
    if columnar or collection or role == "envelope" or not whole:
        shape.root = "spine"
        shape.columns, shape.collection = columnar, collection
        shape.kept = role == "record" and not collection
        shape.roles[()] = "envelope"
    if {COLUMNS_KEY, ROWS_KEY} <= keys and shape.roles.get((ROWS_KEY,)) == "rows":
        shape.header = True
    if "entry" in keys and "resourceType" in keys:
        shape.roles.update({(key,): "skip" for key in ("link", "meta") if key in keys})
    if "schema" in keys and shape.roles.get((ROWS_KEY,)) == "records":
        shape.roles["schema",] = "skip"


def _is_scalar_list(tree: _Tree, path: int) -> bool:
    return bool(tree.lists[path]) and not tree.objects[path] and not tree.scalars[path] and _holds_scalars(tree, path)


def _holds_scalars(tree: _Tree, path: int) -> bool:
    each = tree.each(path)
    return each is not None and not tree.objects[each] and not tree.lists[each]


def _role(tree: _Tree, path: int, where: Where, roles: dict[Where, str]) -> str:
    """envelope where an object only wraps tables, "" where it is a record or part of one; notes the roles below."""
    below: dict[Where, str] = {}
    plain_scalars = True
    for one in tree.children(path):
        key = tree.key(one)
        there = (*where, key)
        each = tree.each(one)
        if one in tree.paths.maps:
            below[there] = "entries"
        elif tree.lists[one]:
            below[there] = _elements(tree, each)
        elif tree.objects[one]:
            inner = _role(tree, one, there, below)
            below[there] = "envelope"
            plain_scalars &= inner != "record"
        elif tree.scalars[one]:
            plain_scalars &= is_envelope(key)
    roles.update(below)
    if not plain_scalars:
        return "record"
    return "envelope" if any(role in ("records", "rows", "entries") for role in below.values()) else ""


def _find(tree: _Tree, where: Where) -> int | None:
    at: int | None = ROOT
    for key in where:
        at = next((one for one in tree.children(at or ROOT) if tree.key(one) == key), None)
        if at is None:
            return None
    return at


def _maps_below(tree: _Tree, top: int) -> list[list[str | int]]:
    """The ways from a record to the maps inside it."""
    way = len(_steps(tree.paths, top))
    every = [_steps(tree.paths, one) for one in sorted(tree.paths.maps) if one != top]
    return [steps[way:] for steps in every if steps[:way] == _steps(tree.paths, top) and len(steps) > way]


def _is_bulk(tree: _Tree) -> bool:
    """Elasticsearch's bulk format: a line that says what to do, then the line of the document."""
    for one in tree.children(ROOT):
        if tree.key(one) in ACTIONS and tree.objects[one]:
            inner = [tree.key(below) for below in tree.children(one)]
            return all(key.startswith("_") or key in ("routing", "retry_on_conflict") for key in inner)
    return False


def _is_phpmyadmin(tree: _Tree, each: int | None, sample: bytes) -> bool:
    """phpMyAdmin's JSON export: a list of objects, one a table with its name and its data."""
    keys = {tree.key(one) for one in tree.children(each)} if each is not None else set()
    return {"type", "name", "data"} <= keys and b'"type":"header"' in sample[:4096].replace(b" ", b"")
