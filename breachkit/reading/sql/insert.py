"""The head of an INSERT: the table, the columns it names, and what follows."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

from breachkit.reading.sql.tokens import QUOTED_NAMES, Dialect, Token, significant, unquoted

MODIFIERS = frozenset(
    b"insert replace upsert into ignore low_priority high_priority delayed overwrite table or abort fail rollback all "
    b"first only".split()
)
LONGEST_CLAUSE = 200  # tokens between the table and its values; a choice
QUERY = re.compile(rb"(?i)\(\s*(?:SELECT|WITH)\b")
Kind = Literal["values", "select", "set", "nothing", "damaged"]


@dataclass(frozen=True)
class Insert:
    """The head of an INSERT: the table's name in its parts, the columns it names, and what follows.

    `end` is where the first bracket of VALUES opens, or behind SELECT or SET. "nothing": no values are written down
    (DEFAULT VALUES, a query in brackets); "damaged": the head cannot be read.
    """

    name: tuple[str, ...]
    columns: tuple[str, ...] | None
    kind: Kind
    end: int


def scan_insert(text: bytes, start: int, ended: bool, dialect: Dialect) -> Insert:
    """The head of an INSERT or REPLACE, or of one of the INTO of INSERT ALL."""
    tokens = significant(text, start, ended, dialect)
    token = next(tokens, None)
    while token and token[0] == "word" and text[token[1] : token[2]].lower() in MODIFIERS:
        token = next(tokens, None)
    name, token = scan_name(text, token, tokens)
    if token is None or not name:
        return Insert(name, None, "damaged", start)
    token = _behind_hints(text, token, tokens)
    columns: tuple[str, ...] | None = None
    if token and text[token[1]] == 0x28:
        opened = token[1]
        columns, token = scan_columns(text, tokens), next(tokens, None)
        if columns is None:
            query = QUERY.match(text, opened) is not None
            return Insert(name, None, "nothing" if query else "damaged", start)
    return _body(text, Insert(name, columns, "damaged", start), token, tokens)


def _behind_hints(text: bytes, token: Token | None, tokens: Iterator[Token]) -> Token | None:
    """The token behind PARTITION (…) of MySQL, WITH (…) of SQL Server."""
    while token and text[token[1] : token[2]].lower() in {b"partition", b"with"}:
        word, token = token, next(tokens, None)
        if token is None or text[token[1]] != 0x28:
            return word
        while token and text[token[1]] != 0x29:
            token = next(tokens, None)
        token = next(tokens, None)
    return token


def scan_name(text: bytes, token: Token | None, tokens: Iterator[Token]) -> tuple[tuple[str, ...], Token | None]:
    """A name in its parts, and the token behind it."""
    parts: list[str] = []
    while token and (token[0] in QUOTED_NAMES or token[0] in {"word", "string", "number"}):
        parts.append(unquoted(token[0], text[token[1] : token[2]]))
        token = next(tokens, None)
        dots = 0
        while token and text[token[1] : token[2]] == b".":
            dots, token = dots + 1, next(tokens, None)
        if not dots:
            break
    return tuple(parts), token


def scan_columns(text: bytes, tokens: Iterator[Token]) -> tuple[str, ...] | None:
    """The names up to the bracket that closes; None where they are none (a SELECT in brackets)."""
    names, part = [], ""
    for kind, start, end in tokens:
        word = text[start:end]
        if word in {b",", b")"}:
            names.append(part)
            part = ""
            if word == b")":
                return tuple(names)
        elif kind in QUOTED_NAMES or kind in {"word", "string", "number"}:
            if not names and not part and word.lower() in {b"select", b"with"}:
                return None
            part = unquoted(kind, word)  # of `table`.`column` the last
        elif word != b".":
            return None
    return tuple(names)


def _body(text: bytes, head: Insert, token: Token | None, tokens: Iterator[Token]) -> Insert:
    """What follows the table and its columns."""
    level = words = 0
    while token:
        kind, start, end = token
        word = text[start:end].lower()
        level += (word == b"(") - (word == b")")
        words += 1
        if word == b";" or level < 0 or words > LONGEST_CLAUSE:
            break
        if kind == "word" and not level:
            if word in {b"values", b"value"}:
                token = next(tokens, None)
                if token and text[token[1] : token[2]].lower() == b"row":
                    token = next(tokens, None)
                opened = token is not None and text[token[1]] == 0x28
                return replace(head, kind="values", end=token[1]) if token and opened else head
            if word in {b"select", b"set"}:
                return replace(head, kind="select" if word == b"select" else "set", end=end)
            if word in {b"default", b"with", b"exec", b"execute", b"table"}:
                return replace(head, kind="nothing")
            if word == b"overriding":
                next(tokens, None), next(tokens, None)
        token = next(tokens, None)
    return head
