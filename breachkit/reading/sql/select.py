"""Records of an INSERT that gives them one by one: SELECT 1, 'a' UNION ALL SELECT …, and MySQL's SET a = 1, b = 'c'."""

from __future__ import annotations

import re
from dataclasses import dataclass

from breachkit.reading.sql.literals import Literals, MalformedError
from breachkit.reading.sql.tokens import significant, unquoted

EMPTY_SOURCES = frozenset({b"dual", b"rdb$database", b"sysibm"})  # tables that hold nothing: FROM DUAL
# Where reading goes on behind a row that is damaged.
RESUME = re.compile(rb"(?i)(?P<union>\bUNION\s+(?:ALL\s+)?SELECT\b)|;\s*\n|\n\s*(?:GO|INSERT|SET|PRINT)\b")
# Words that begin a clause, or the next statement.
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
    spans, stop, level = _select_list(text, start, ended, literals)
    cells = _values(text, spans, literals) if not level else None
    last = spans[-1][1]
    tokens = significant(text, stop, ended, literals.dialect)
    token = next(tokens, None)
    if token and text[token[1] : token[2]].lower() == b"from":
        table = next(tokens, None)
        if table is None or text[table[1] : table[2]].lower() not in EMPTY_SOURCES:
            return Row(cells, last, stored=False)
        last, token = table[2], next(tokens, None)
    if cells is None:
        found = RESUME.search(text, start)
        if found:
            return Row(None, found.start(), found.end() if found["union"] else -1)
        return Row(None, len(text))
    following = -1
    if token and text[token[1] : token[2]].lower() == b"union":
        words = (end for _, begin, end in tokens if text[begin:end].lower() == b"select")
        following = next(words, -1)
    return Row(cells, max(last, stop if token is None else last), following)


def _select_list(text: bytes, start: int, ended: bool, literals: Literals) -> tuple[list[tuple[int, int]], int, int]:
    """Where each value of a SELECT stands, where the list ends, and the brackets that are open there."""
    spans: list[tuple[int, int]] = []
    level, begun, alias, last = 0, start, -1, start
    for kind, at, end in significant(text, start, ended, literals.dialect):
        word = text[at:end].lower()
        if kind == "open":
            return [*spans, (begun, len(text))], at, 1
        if word in {b";", b"union", b"from"} and (not level or word != b"from"):
            break
        if not level and word in ENDS and _fresh(text, at, word):
            break
        if not level and word == b",":
            spans.append((begun, last if alias < 0 else alias))
            begun, alias = end, -1
        elif not level and word == b"as" and alias < 0:
            alias = at
        level += (word == b"(") - (word == b")")
        last = end
    else:
        at = len(text)
    return [*spans, (begun, last if alias < 0 else alias)], at, level


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
