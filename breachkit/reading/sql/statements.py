"""Where the statements of a dump end that hold no records.

A scan takes the window, where the statement begins in it and whether the window reaches the end of the file.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from breachkit.reading.sql.feed import NeedMoreError
from breachkit.reading.sql.tokens import Dialect, Token, lex

ROUTINE = re.compile(
    rb"(?is)(?:CREATE|ALTER|RECREATE)\b(?:\s+|/\*.*?\*/|[^;('/]){1,200}?\b(?:TRIGGER|PROC(?:EDURE)?|FUNCTION|PACKAGE|EVENT|RULE|"
    rb"TYPE\s+BODY)\b"
)
DATA_LINE = re.compile(rb"(?i:INSERT\s+(?:INTO\s+)?[\[`\"\w]|COPY\s+\S[^\n]*\sFROM\s+stdin|CREATE\s+TABLE\b)")
DATA_LINES = re.compile(rb"(?m:^)" + DATA_LINE.pattern)
# Scripts of SQL Server have no semicolons: a line that begins with such a word begins a statement.
NEXT_LINE = re.compile(DATA_LINE.pattern + rb"|(?i:SET|ALTER|CREATE|EXEC|PRINT|DROP|USE|DECLARE)\b")
WORD = re.compile(rb"[A-Za-z]*")
GO_LINE = re.compile(rb"(?i)GO(?:[ \t]+\d+)?[ \t]*(?:\n|\Z)")
SLASH_LINE = re.compile(rb"/[ \t]*(?:\n|\Z)")
LAST_LINES = {"mssql": re.compile(rb"(?im)^GO[ \t]*$"), "oracle": re.compile(rb"(?m)^/[ \t]*$")}
# Statements that may hold an INSERT on a line of its own; any other has ended there, even without a semicolon.
HOLDING = frozenset({b"with", b"explain", b"merge"})
BLOCKS = frozenset({b"if", b"loop", b"while", b"repeat", b"for"})  # END IF closes none of those that are counted


def statement_end(text: bytes, start: int, ended: bool, dialect: Dialect, delimiter: bytes, longest: int) -> int:
    """Where a statement without records ends, its delimiter included; -1 where that is not within `longest` bytes."""
    ended = ended or len(text) - start > longest
    found = WORD.match(text, start)
    verb = found.group().lower() if found else b""
    routine = ROUTINE.match(text, start, start + 600) is not None
    routine = routine or (dialect.name == "oracle" and verb in {b"begin", b"declare"})
    counted = routine and delimiter == b";"
    by_line = counted and _closed_by_line(text, start, ended, dialect)
    follows = NEXT_LINE if dialect.name == "mssql" else DATA_LINE
    level, before, fresh, bracket = 0, b"", False, 0
    for kind, at, end in _lone_quotes(text, start, ended, dialect, routine=routine):
        if at - start > longest:
            return -1
        if kind in {"space", "comment"}:
            fresh = fresh or b"\n" in text[at:end]
            continue
        word = text[at:end].lower() if kind in {"word", "punct"} else b""
        if fresh and (GO_LINE.match(text, at) or (dialect.name == "oracle" and SLASH_LINE.match(text, at))):
            return at + 1 if word == b"/" else at
        if fresh and not routine and verb not in HOLDING and bracket <= 0 and follows.match(text, at):
            return at
        fresh = False
        bracket += (word == b"(") - (word == b")")
        if counted:
            level += word in {b"begin", b"case"} and before != b"end"
            level -= before == b"end" and word not in BLOCKS
        if text.startswith(delimiter, at) and not by_line and level <= 0:
            return at + len(delimiter)
        before = word
    whole = len(text) - start <= longest and not DATA_LINES.search(text, start + 1)
    return len(text) if whole else -1


def _lone_quotes(text: bytes, start: int, ended: bool, dialect: Dialect, *, routine: bool) -> Iterator[Token]:
    """Tokens in which a quote that never closes, or only behind another statement, stands for itself."""
    at = start
    while at < len(text):
        for kind, begin, end in lex(text, at, ended, dialect.tokens):
            lost = kind in {"string", "double", "back"} and not routine and DATA_LINES.search(text, begin + 1, end)
            if kind == "open" or lost:
                at = begin + 1
                break
            yield kind, begin, end
        else:
            return


def _closed_by_line(text: bytes, start: int, ended: bool, dialect: Dialect) -> bool:
    """Whether a line ends this routine: GO, or a slash."""
    mark = LAST_LINES.get(dialect.name)
    if mark is None:
        return False
    if mark.search(text, start):
        return True
    if not ended:
        raise NeedMoreError
    return False


def comment_end(text: bytes, start: int, ended: bool, dialect: Dialect, longest: int) -> int:
    """Where a comment ends that begins with `/*`, -1 where that is not within `longest` bytes.

    One that a server runs (`/*!`) may hold strings and comments.
    """
    last = start + longest
    ended = ended or len(text) > last
    found = text.find(b"*/", start + 2, last)
    if found >= 0 and text.startswith((b"/*!", b"/*M!"), start):
        for kind, at, _ in lex(text, text.index(b"!", start) + 1, ended, dialect.tokens):
            if kind == "open" or at > last:
                break
            if kind == "punct" and text.startswith(b"*/", at):
                return at + 2
    if found < 0 and not ended:
        raise NeedMoreError
    return found + 2 if found >= 0 else -1
