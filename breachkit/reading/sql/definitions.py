"""The columns of a table: CREATE TABLE, and ALTER TABLE … ADD."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from breachkit.reading.sql.insert import scan_name
from breachkit.reading.sql.tokens import QUOTED_NAMES, Dialect, Token, significant, unquoted


@dataclass(frozen=True)
class Definition:
    """A CREATE TABLE: the table's name in its parts, its columns, and the positions of those that are computed."""

    name: tuple[str, ...]
    columns: tuple[str, ...]
    generated: frozenset[int]


def created_name(statement: bytes, dialect: Dialect) -> tuple[tuple[str, ...], Iterator[Token], Token | None] | None:
    """The name of the table that a CREATE or ALTER TABLE is about, and what follows; None for other objects."""
    tokens = significant(statement, 0, True, dialect)
    token = next(tokens, None)
    for _ in range(6):
        token = next(tokens, None)
        if token is None or token[0] != "word":
            return None
        if statement[token[1] : token[2]].lower() == b"table":
            break
    else:
        return None
    token = next(tokens, None)
    while token and statement[token[1] : token[2]].lower() in {b"if", b"not", b"exists", b"only"}:
        token = next(tokens, None)
    name, token = scan_name(statement, token, tokens)
    return (name, tokens, token) if name else None


def definition(statement: bytes, dialect: Dialect) -> Definition | None:
    """The columns of a CREATE TABLE statement; None where it creates something else."""
    found = created_name(statement, dialect)
    if found is None:
        return None
    name, tokens, token = found
    columns: list[str] = []
    generated: set[int] = set()
    if token and statement[token[1] : token[2]] == b"(":
        for item in _items(statement, tokens, 1):
            column = column_name(statement, item)
            if column is not None:
                words = [statement[start:end].lower() for _, start, end in item]
                if any(word == b"as" and words[at + 1 : at + 2] == [b"("] for at, word in enumerate(words)):
                    generated.add(len(columns))
                columns.append(column)
    return Definition(name, tuple(columns), frozenset(generated))


def added_columns(statement: bytes, dialect: Dialect) -> tuple[tuple[str, ...], list[str]] | None:
    """The table and the columns that an ALTER TABLE adds to it."""
    found = created_name(statement, dialect)
    if found is None:
        return None
    name, tokens, token = found
    columns: list[str] = []
    adding = False
    for number, item in enumerate(_items(statement, tokens, 0)):
        item = [token, *item] if number == 0 and token else item
        words = [statement[start:end].lower() for _, start, end in item]
        if words and words[0] in {b"add", b"modify", b"drop", b"change", b"rename", b"alter", b"with", b"check"}:
            adding = words[0] == b"add"
            skipped = next((at for at, word in enumerate(words) if word not in ADDING), len(words))
            item = item[skipped:]
        column = column_name(statement, item) if adding and len(item) > 1 else None
        if column is not None and statement[item[1][1] : item[1][2]] != b"=":
            columns.append(column)
    return name, columns


ADDING = frozenset({b"add", b"column", b"if", b"not", b"exists", b"("})


def _items(statement: bytes, tokens: Iterator[Token], level: int) -> Iterator[list[Token]]:
    """What stands between commas, up to the bracket that closes the list; deeper brackets are left empty."""
    item: list[Token] = []
    base = level
    for token in tokens:
        word = statement[token[1] : token[2]]
        level -= word == b")"
        if level < base or word == b";":
            break
        if level == base and word == b",":
            yield item
            item = []
        elif level == base or (level == base + 1 and len(item) < 8):
            item.append(token)
        level += word == b"("
    if item:
        yield item


def column_name(statement: bytes, item: list[Token]) -> str | None:
    """The column that an item of a table's definition defines; None for a key or a constraint."""
    if not item:
        return None
    kind, start, end = item[0]
    if kind in QUOTED_NAMES or kind == "string":
        return unquoted(kind, statement[start:end])
    if kind != "word":
        return None
    words = [statement[begin:stop].lower() for _, begin, stop in item[:5]]
    following = words[1] if len(words) > 1 else b""
    if words[0] in {b"constraint", b"foreign", b"exclude", b"like", b"supplemental"}:
        return None
    if words[0] in {b"primary", b"fulltext", b"spatial"} and following in {b"key", b"index", b"("}:
        return None
    if words[0] in {b"check", b"default"} and following == b"(":
        return None
    if words[0] == b"period" and following == b"for":
        return None
    if words[0] in {b"key", b"index", b"unique", b"fulltext", b"spatial"} and b"(" in words[1:]:
        inside = words[words.index(b"(") + 1 : words.index(b"(") + 2]
        if not (inside and inside[0].isdigit()):
            return None
    return statement[start:end].decode("utf-8", "replace")
