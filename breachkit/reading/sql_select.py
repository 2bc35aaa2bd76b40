"""Records of an INSERT that gives them one by one: SELECT 1, 'a' UNION ALL SELECT …, and MySQL's SET a = 1, b = 'c'."""

from __future__ import annotations

from dataclasses import dataclass

from breachkit.reading.sql_literals import Literals, MalformedError
from breachkit.reading.sql_tokens import significant, unquoted

# A clause after which the values are none of the dump's, and words that begin the next statement.
SOURCES = frozenset({b"from"})
ENDS = frozenset(b"where on order group limit insert replace go set print drop alter create use returning".split())


@dataclass(frozen=True)
class Row:
    """The values of one SELECT or SET, where they end, and where the next SELECT begins (-1 where none does).

    `cells` is None where one is no value; `stored` is False where they come from another table.
    """

    cells: list[str | None] | None
    end: int
    following: int = -1
    stored: bool = True
    names: tuple[str, ...] = ()


def scan_select(text: bytes, start: int, ended: bool, literals: Literals) -> Row:
    """The row behind a SELECT."""
    cells: list[tuple[int, int]] = []
    level, begun, stop, at, end = 0, start, -1, start, start
    finish, tokens = start, significant(text, start, ended, literals.dialect)
    for _, at, end in tokens:
        word = text[at:end].lower()
        if not level and word == b"," and begun >= 0:
            cells.append((begun, at if stop < 0 else stop))
            begun, stop = end, -1
        elif not level and (word in {b"union", b";"} | SOURCES or (word in ENDS and _fresh(text, at, word))):
            break
        elif not level and word == b"as" and stop < 0:
            stop = at
        level += (word == b"(") - (word == b")")
        finish = end
    else:
        at = len(text)
    cells.append((begun, finish if stop < 0 else stop))
    following, stored, last = -1, True, finish
    word = text[at:end].lower() if at < len(text) else b""
    if word == b"from":
        table = next(tokens, None)
        stored = table is not None and text[table[1] : table[2]].lower() in {b"dual", b"rdb$database", b"sysibm"}
        last = table[2] if table else at
        token = next(tokens, None) if stored else None
        word = text[token[1] : token[2]].lower() if token else b""
    if word == b"union":
        for _, begins, ends in tokens:
            if text[begins:ends].lower() == b"select":
                following = ends
                break
    return Row(_values(text, cells, literals), last, following, stored)


def scan_set(text: bytes, start: int, ended: bool, literals: Literals) -> Row:
    """The row behind INSERT … SET, with the names of its columns."""
    names: list[str] = []
    cells: list[tuple[int, int]] = []
    level, name, begun, finish = 0, "", -1, start
    for kind, at, end in significant(text, start, ended, literals.dialect):
        word = text[at:end]
        if not level and (word == b";" or (kind == "word" and word.lower() == b"on")):
            break
        if not level and word == b"=" and begun < 0:
            begun = end
        elif not level and word == b",":
            names.append(name)
            cells.append((begun, at))
            name, begun = "", -1
        elif begun < 0 and word != b".":
            name = unquoted(kind, word)
        level += (word == b"(") - (word == b")")
        finish = end
    names.append(name)
    cells.append((begun, finish))
    sound = all(begin >= 0 for begin, _ in cells)
    return Row(_values(text, cells, literals) if sound else None, finish, names=tuple(names))


def _fresh(text: bytes, at: int, word: bytes) -> bool:
    """Whether a word begins a line, or a clause that may stand on the same one."""
    if word in {b"where", b"on", b"order", b"group", b"limit", b"returning"}:
        return True
    return not text[text.rfind(b"\n", 0, at) + 1 : at].strip()


def _values(text: bytes, cells: list[tuple[int, int]], literals: Literals) -> list[str | None] | None:
    try:
        return [literals.value(text[begin:end]) for begin, end in cells]
    except MalformedError:
        return None
