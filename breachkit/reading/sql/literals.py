"""What one written value of SQL stands for: the text of a literal, None for NULL, else the expression as written.

Nothing is evaluated but what only spells a text: escapes, CHAR(10), concatenation of literals, and functions that
turn one literal into a date or a long text, of which the literal is kept as it is written (`to_date('01/02/60', …)`
gives `01/02/60`). Binary literals (0x…, X'…') are their text where they are UTF-8 without control characters, else
their hexadecimal digits after `0x`. The binary dates of older SQL Server scripts (`CAST(0x… AS DateTime)`) are
decoded. Sources: manuals of MySQL (String Literals: `\\%` and `\\_` keep their backslash), PostgreSQL (Lexical
Structure), Oracle (Literals; UNISTR), SQLite (`.dump`, unistr), Microsoft [MS-TDS] 2.2.5.5.1.8.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

from breachkit.reading.sql.spelling import (
    CHARACTERS,
    binary_moment,
    hexadecimal,
    mysql_text,
    postgres_text,
    spelled,
    unistr,
)
from breachkit.reading.sql.tokens import Dialect, Token, closing, lex, outside_brackets, split_tokens, without_cast

SHORT = 64  # bytes of a value that is remembered once read
MAX_DEPTH = 16  # expressions within expressions; a dump writes three
ACCESS_DATE = re.compile(rb"#[0-9][^#\n]{3,30}#")
NUMBER = re.compile(rb"[+-]?\s*(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?")
# Functions and types whose first argument, or the literal behind them, is the value as it is written.
TRANSPARENT = frozenset(
    [
        "to_date",
        "to_timestamp",
        "to_timestamp_tz",
        "to_clob",
        "to_nclob",
        "to_nchar",
        "to_char",
        "to_number",
        "date",
        "time",
        "timestamp",
        "datetime",
        "timestamptz",
        "str_to_date",
        "parsedatetime",
        "from_iso8601_timestamp",
        "json",
        "jsonb",
        "to_dsinterval",
        "to_yminterval",
        "xmltype",
    ]
)
MARKS = frozenset({"n", "nchar", "binary", "interval"})  # before a string
CASTS = frozenset({"cast", "try_cast", "safe_cast", "convert", "try_convert"})
SPELLING = CHARACTERS | {"replace", "unistr", "stringdecode", "concat", "unhex", "hextoraw", "n", "to_clob", "to_nclob"}
CONSTANTS = frozenset(["true", "false", "default", "nan", "infinity", "inf", "none", "nil", "undefined"])


class MalformedError(Exception):
    """The text is no value of SQL."""


class Literals:
    """Reads written values of one dialect."""

    def __init__(self, dialect: Dialect) -> None:
        self.become(dialect)

    def become(self, dialect: Dialect) -> None:
        """Reads another dialect from here."""
        self.dialect = dialect
        self._tokens = dialect.tokens
        self._short: Callable[[bytes], str | None] = lru_cache(4096)(self._read)

    def value(self, raw: bytes) -> str | None:
        """The text of a written value, None for NULL; MalformedError where it is none."""
        bare = raw.strip()
        return self._short(bare) if len(bare) <= SHORT else self._read(bare)

    def _read(self, bare: bytes) -> str | None:
        if NUMBER.fullmatch(bare):
            return bare.decode()
        if bare[:4].lower() == b"null" and len(bare) == 4:
            return None
        if ACCESS_DATE.fullmatch(bare):
            return _text(bare[1:-1])
        first = self._tokens.match(bare)
        if first and first.end() == len(bare) and first.lastgroup == "string":
            return self.string("string", bare)
        tokens = [one for one in lex(bare, 0, True, self._tokens) if one[0] not in {"space", "comment"}]
        return self._expression(bare, tokens, 0)

    def string(self, kind: str, raw: bytes) -> str:
        """The text of a string token."""
        if kind == "dollar":
            tag = raw.index(b"$", 1) + 1
            return _text(raw[tag:-tag])
        if kind == "qstring":
            return _text(raw[raw.index(b"'") + 2 : -2])
        if kind == "estring":
            return postgres_text(_text(raw[2:-1]))
        mark, inside = raw[:1].decode(), _text(raw[1:-1])
        if self.dialect.backslash:
            return mysql_text(inside if mark == "'" else inside.replace('""', '\\"'))
        return inside.replace(mark * 2, mark)

    def _expression(self, raw: bytes, tokens: list[Token], depth: int) -> str | None:
        if not tokens or depth > MAX_DEPTH:
            raise MalformedError
        parts = split_tokens(raw, tokens, (b"||", b"+"))
        if len(parts) > 1:
            return self._joined(raw, tokens, parts, depth)
        tokens = without_cast(raw, tokens)
        words = [raw[start:end] for _, start, end in tokens]
        if not tokens:
            raise MalformedError
        if words[0] == b"{" and words[-1] == b"}" and len(words) == 4 and words[1].lower() in ODBC:
            return self._expression(raw, tokens[2:3], depth)
        if words[0] in {b"u", b"U"} and words[1:2] == [b"&"] and [one[0] for one in tokens[2:]] == ["string"]:
            return unistr(self.string("string", words[2]))
        if words[0] == b"(" and closing(words, 0) == len(words) - 1:
            return self._expression(raw, tokens[1:-1], depth + 1)
        if all(kind in STRINGS for kind, _, _ in tokens):
            return "".join(self.string(kind, raw[start:end]) for kind, start, end in tokens)
        if tokens[0][0] == "word":
            found = self._word(raw, tokens, words, depth)
            if found is not None:
                return found[0]
        return self._as_written(raw, tokens, words)

    def _joined(self, raw: bytes, tokens: list[Token], parts: list[list[Token]], depth: int) -> str:
        """Literals put together; an expression with anything else in it stays as it is written."""
        texts = []
        for part in parts:
            if not part:
                break
            kind, start, end = part[0]
            spelled = kind in STRINGS or raw[start:end].lower().decode("latin-1") in SPELLING
            text = self._expression(raw, part, depth + 1) if spelled else None
            if text is None:
                break
            texts.append(text)
        else:
            return "".join(texts)
        return self._as_written(raw, tokens, [raw[start:end] for _, start, end in tokens])

    def _word(self, raw: bytes, tokens: list[Token], words: list[bytes], depth: int) -> tuple[str | None] | None:
        """The value of what begins with a word, in a tuple; None where it stays as it is written."""
        name = words[0].lower().decode("latin-1")
        if len(tokens) == 1:
            return (None,) if name == "null" else (_text(words[0]),) if name in CONSTANTS else None
        if len(tokens) == 2 and tokens[1][0] in STRINGS:
            return self._prefixed(name, self.string(tokens[1][0], words[1]))
        if words[1] != b"(" or closing(words, 1) != len(words) - 1:
            return None
        arguments = split_tokens(raw, tokens[2:-1], (b",",))
        return self._call(raw, name, arguments, depth + 1)

    def _prefixed(self, name: str, text: str) -> tuple[str] | None:
        """A typed or marked string: N'…', X'…', b'…', _utf8mb4'…', DATE '…'."""
        if name == "x":
            return (hexadecimal(text),) if re.fullmatch("[0-9a-fA-F]*", text) else None
        if name == "b":
            return (text,) if re.fullmatch("[01]*", text) else None
        return (text,) if name.startswith("_") or name in TRANSPARENT | MARKS else None

    def _call(self, raw: bytes, name: str, arguments: list[list[Token]], depth: int) -> tuple[str | None] | None:
        if name in {"empty_clob", "empty_blob"} and not any(arguments):
            return ("",)
        if not all(arguments):
            return None
        if name in CASTS:
            return self._cast(raw, name, arguments, depth)
        if name in TRANSPARENT:
            return (self._expression(raw, arguments[0], depth),)
        values = [self._literal(raw, argument, depth) for argument in arguments]
        if any(value is None for value in values):
            return None
        texts = [value for value in values if value is not None]
        return spelled(name, texts)

    def _literal(self, raw: bytes, tokens: list[Token], depth: int) -> str | None:
        """The text of an argument that is a literal or spells one; None where it is something else."""
        kind, start, end = tokens[0]
        if kind in STRINGS or kind == "number":
            return self._expression(raw, tokens, depth)
        if kind == "word" and raw[start:end].lower().decode("latin-1") in SPELLING:
            written = raw[start : tokens[-1][2]].decode("utf-8", "replace")
            value = self._expression(raw, tokens, depth)
            return None if value == written else value
        return None

    def _cast(self, raw: bytes, name: str, arguments: list[list[Token]], depth: int) -> tuple[str | None]:
        """CAST(value AS type), CONVERT(value, type), CONVERT(value USING charset), CONVERT(type, value, style)."""
        first = arguments[0]
        if "convert" in name and len(arguments) > 1 and first[0][0] in {"word", "bracket"} and _is_type(raw, first):
            return (self._cast_value(raw, arguments[1], first, depth),)
        for at, (kind, start, end) in enumerate(first):
            if kind == "word" and raw[start:end].lower() in {b"as", b"using"} and outside_brackets(raw, first[:at]):
                return (self._cast_value(raw, first[:at], first[at + 1 :], depth),)
        return (self._expression(raw, first, depth),)

    def _cast_value(self, raw: bytes, tokens: list[Token], kind: list[Token], depth: int) -> str | None:
        if len(tokens) == 1 and tokens[0][0] == "number" and kind:
            digits = raw[tokens[0][1] : tokens[0][2]]
            name = raw[kind[0][1] : kind[0][2]].strip(b"[]").lower().decode("latin-1")
            moment = binary_moment(digits, name) if digits[:2].lower() == b"0x" else None
            if moment:
                return moment
        return self._expression(raw, tokens, depth + 1)

    def _as_written(self, raw: bytes, tokens: list[Token], words: list[bytes]) -> str:
        """An expression as it is written. MalformedError where two values stand side by side: no SQL has that."""
        if len(tokens) == 1 and words[0][:2].lower() == b"0x" and tokens[0][0] == "number":
            return hexadecimal(words[0][2:].decode())
        level, before, previous = 0, "", b""
        for (kind, _, _), word in zip(tokens, words, strict=True):
            level += (word in {b"(", b"["}) - (word in {b")", b"]"})
            value = kind in STRINGS or kind in {"number", "word", "back"}
            if level < 0 or kind in {"open", "unended"} or (kind == "punct" and word in STRAY):
                raise MalformedError
            typed = kind in STRINGS and previous in TYPED
            if value and before and not level and not typed and not _keyword(word):
                raise MalformedError
            previous = word.lower()
            before = "" if not value or (kind == "word" and _keyword(word)) else kind
        if level:
            raise MalformedError
        return _text(raw[tokens[0][1] : tokens[-1][2]])


ODBC = frozenset({b"d", b"t", b"ts"})  # {d '2020-01-31'}
STRINGS = frozenset({"string", "double", "dollar", "estring", "qstring"})
TYPED = frozenset(name.encode() for name in TRANSPARENT | MARKS | {"x", "b", "bit", "box", "point", "inet", "uuid"})
STRAY = frozenset({b";", b"$", b"\\", b"'", b'"', b"`", b"{", b"}"})
KEYWORDS = frozenset(
    b"as at and or not is like in between case when then else end collate time zone day month year hour minute second "
    b"to null interval using from over for div mod escape local with without precision varying array row".split()
)
TYPES = re.compile(
    rb"(?i)n?(?:var)?char2?|n?text|n?clob|blob|(?:big|small|tiny|medium)?int(?:eger)?|decimal|numeric|float|real|double|"
    rb"(?:small)?datetime(?:2|offset)?|date|time|timestamp|bit|(?:small)?money|(?:var)?binary|uniqueidentifier|xml|"
    rb"signed|unsigned|json|image|sql_variant|boolean|sysname"
)


def _keyword(word: bytes) -> bool:
    return word.lower() in KEYWORDS


def _is_type(raw: bytes, tokens: list[Token]) -> bool:
    return bool(TYPES.fullmatch(raw[tokens[0][1] : tokens[0][2]].strip(b"[]")))


def _text(raw: bytes) -> str:
    return raw.decode("utf-8", errors="replace")
