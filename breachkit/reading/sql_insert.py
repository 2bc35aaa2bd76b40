"""The head of an INSERT: the table, the columns it names, and what follows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from breachkit.reading.sql_tokens import QUOTED_NAMES, Dialect, Token, significant, unquoted

MODIFIERS = frozenset(
    b"insert replace upsert into ignore low_priority high_priority delayed overwrite table or abort fail rollback all "
    b"first only".split()
)
Kind = Literal["values", "select", "set", "other", "truncated"]


@dataclass(frozen=True)
class Insert:
    """The head of an INSERT: the table's name in its parts, the columns it names, and what follows.

    `end` is where the first bracket of VALUES opens, or behind SELECT or SET.
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
        return Insert(name, None, "truncated" if token is None else "other", start)
    columns: tuple[str, ...] | None = None
    if text[token[1]] == 0x28:
        found = scan_columns(text, tokens)
        if found is None:
            return Insert(name, None, "other", token[2])
        columns, token = found, next(tokens, None)
    return _body(text, name, columns, token, tokens)


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


def _body(
    text: bytes, name: tuple[str, ...], columns: tuple[str, ...] | None, token: Token | None, tokens: Iterator[Token]
) -> Insert:
    """What follows the table and its columns."""
    level = 0
    while token:
        kind, start, end = token
        word = text[start:end].lower()
        level += (word == b"(") - (word == b")")
        if kind == "word" and not level:
            if word in {b"values", b"value"}:
                token = next(tokens, None)
                if token and text[token[1] : token[2]].lower() == b"row":
                    token = next(tokens, None)
                if token is None:
                    return Insert(name, columns, "truncated", end)
                return Insert(name, columns, "values" if text[token[1]] == 0x28 else "other", token[1])
            if word in {b"select", b"set"}:
                return Insert(name, columns, "select" if word == b"select" else "set", end)
            if word in {b"default", b"with", b"exec", b"execute", b"table"}:
                return Insert(name, columns, "other", end)
            if word == b"overriding":
                next(tokens, None), next(tokens, None)
        if word == b";":
            return Insert(name, columns, "other", start)
        token = next(tokens, None)
    return Insert(name, columns, "truncated", len(text))
