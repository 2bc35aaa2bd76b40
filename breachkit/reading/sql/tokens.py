"""The words of SQL: what its dialects write differently, and the tokens of a text.

A token is (kind, start, end). Kinds: space, comment, string, double (quoted by "), back (by `), bracket (by [ ]),
dollar ($tag$…$tag$), estring (E'…'), qstring (q'[…]'), number, word, punct (one character), and open: a string or a
comment that does not end before the file does.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from breachkit.reading.sql.feed import NeedMoreError

Token = tuple[str, int, int]

ESCAPED = rb"(?:[^'\\]++|\\.|'')*+'"
PLAIN = rb"(?:[^']++|'')*+'"
NAME = re.compile(rb"[A-Za-z_\x80-\xff@#][\w$#@\x80-\xff]*+")
SIMPLE_CELLS = {
    backslash: re.compile(
        rb"[ \t\n]*+(?:(?P<string>'" + string + rb")|(?P<number>[+-]?\d++(?:\.\d*+)?)|(?i:NULL))[ \t\n]*+[,)]",
        re.DOTALL,
    )
    for backslash, string in ((True, ESCAPED), (False, PLAIN))
}
OPENERS = (b"'", b'"', b"`", b"/*")
QUOTED_NAMES = frozenset({"double", "back", "bracket"})


@dataclass(frozen=True)
class Dialect:
    """How a dump writes SQL: `name` is mysql, postgres, mssql, sqlite, oracle or other.

    `backslash`: whether a backslash in a string escapes what follows it.
    """

    name: str
    backslash: bool

    @property
    def simple_cell(self) -> re.Pattern[bytes]:
        """The pattern of a cell that is a plain string, a number or NULL, with the comma or bracket behind it."""
        return SIMPLE_CELLS[self.backslash]

    @property
    def tokens(self) -> re.Pattern[bytes]:
        """The pattern of one token."""
        return token_pattern(self.name, backslash=self.backslash)


@cache
def token_pattern(name: str, *, backslash: bool) -> re.Pattern[bytes]:
    """The pattern of one token of a dialect; its last group is the token's kind."""
    string = ESCAPED if backslash else PLAIN
    comment = rb"--[^\n]*+|/\*.*?\*/" + (rb"|\#[^\n]*+" if name == "mysql" else b"")
    parts = [
        rb"(?P<space>[\s\x00]++)",
        rb"(?P<comment>" + comment + rb")",
        rb"(?P<string>'" + string + rb")",
        rb'(?P<double>"' + string.replace(b"'", b'"') + rb")",
        rb"(?P<back>`(?:[^`]++|``)*+`)",
    ]
    if name in {"mssql", "sqlite", "other"}:
        parts.append(rb"(?P<bracket>\[(?:[^\]\n]++|\]\])*+\])")
    if name != "mysql":
        parts.append(rb"(?P<dollar>\$(?P<tag>[A-Za-z_]\w*+|)\$.*?\$(?P=tag)\$)")
        parts.append(rb"(?P<estring>[eE]'" + ESCAPED + rb")")
        parts.append(rb"(?P<unended>\$(?:[A-Za-z_]\w*+)?\$|[eE](?='))")
    if name in {"oracle", "other"}:
        parts.append(rb"(?P<qstring>[nN]?[qQ]'(?:\[.*?\]'|\{.*?\}'|\(.*?\)'|<.*?>'|(?P<edge>[!|~^/#]).*?(?P=edge)'))")
    parts += [
        rb"(?P<number>0[xX][0-9a-fA-F]*+|(?:\d++(?:\.\d*+)?|\.\d++)(?:[eE][+-]?\d++)?)",
        rb"(?P<word>" + NAME.pattern + rb")",
        rb"(?P<punct>.)",
    ]
    return re.compile(b"|".join(parts), re.DOTALL)


def lex(text: bytes, start: int, ended: bool, pattern: re.Pattern[bytes]) -> Iterator[Token]:
    """The tokens of a text from `start`. NeedMoreError where one may go on behind a window that is not the last."""
    at, size = start, len(text)
    while at < size:
        match = pattern.match(text, at)
        if match is None:  # "." takes any byte
            return
        end, kind = match.end(), match.lastgroup or "punct"
        opener = kind == "punct" and text.startswith(OPENERS, at)
        if not ended and (end == size or opener or kind == "unended"):
            raise NeedMoreError
        if opener or (kind == "unended" and text[at] != ord("$")):
            yield "open", at, size
            return
        yield kind, at, end
        at = end
    if not ended:
        raise NeedMoreError


def significant(text: bytes, start: int, ended: bool, dialect: Dialect) -> Iterator[Token]:
    """Tokens without blanks and comments."""
    return (one for one in lex(text, start, ended, dialect.tokens) if one[0] not in {"space", "comment"})


def unquoted(kind: str, text: bytes) -> str:
    """A name without its quotes."""
    if kind in {"double", "back", "string"}:
        mark = text[:1]
        text = text[1:-1].replace(mark * 2, mark)
    elif kind == "bracket":
        text = text[1:-1].replace(b"]]", b"]")
    return text.decode("utf-8", errors="replace")


def closing(words: list[bytes], at: int) -> int:
    """The position of the bracket that closes the one at `at`; -1 where none does."""
    level = 0
    for position in range(at, len(words)):
        level += (words[position] == b"(") - (words[position] == b")")
        if not level:
            return position
    return -1


def split_tokens(raw: bytes, tokens: list[Token], marks: tuple[bytes, ...]) -> list[list[Token]]:
    """Tokens cut at marks outside brackets; a sign before a number is no mark."""
    parts: list[list[Token]] = [[]]
    level, skip = 0, -1
    for at, (kind, start, end) in enumerate(tokens):
        if at == skip:
            continue
        word = raw[start:end]
        pair = raw[start : tokens[at + 1][2]] if at + 1 < len(tokens) else b""
        level += (word == b"(") - (word == b")")
        if kind == "punct" and not level and (word in marks or (pair in marks and len(pair) == 2)) and parts[-1] != []:
            skip = at + 1 if pair in marks and len(pair) == 2 else -1
            parts.append([])
        else:
            parts[-1].append((kind, start, end))
    return parts


def without_cast(raw: bytes, tokens: list[Token]) -> list[Token]:
    """A value without `::type` and COLLATE behind it."""
    level = 0
    for at, (kind, start, end) in enumerate(tokens):
        word = raw[start:end]
        level += (word == b"(") - (word == b")")
        if not level and at and (raw[start : start + 2] == b"::" or (kind == "word" and word.lower() == b"collate")):
            return tokens[:at]
    return tokens


def outside_brackets(raw: bytes, tokens: list[Token]) -> bool:
    """Whether the place behind these tokens is outside brackets."""
    return sum((raw[s:e] == b"(") - (raw[s:e] == b")") for _, s, e in tokens) == 0
