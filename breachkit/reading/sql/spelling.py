"""Texts that SQL spells out: escapes, code points, binary in hexadecimal, dates stored as bytes.

Sources: manuals of MySQL (String Literals: `\\%` and `\\_` keep their backslash), PostgreSQL (Lexical Structure, COPY),
Oracle (UNISTR), SQLite (unistr), Microsoft [MS-TDS] 2.2.5.5.1.8 for dates.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta

ESCAPES = {
    "\\0": "\0", "\\'": "'", '\\"': '"', "\\b": "\b", "\\n": "\n", "\\r": "\r", "\\t": "\t", "\\Z": "\x1a",
    "\\\\": "\\", "\\%": "\\%", "\\_": "\\_", "''": "'", "\\": "",
}  # fmt: skip
ESCAPE = re.compile(r"\\(.)|''", re.DOTALL)
POSTGRES_ESCAPE = re.compile(r"\\([0-7]{1,3}|x[0-9a-fA-F]{1,2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|.)|''", re.DOTALL)
COPY_ESCAPE = re.compile(r"\\([0-7]{1,3}|x[0-9a-fA-F]{1,2}|.)", re.DOTALL)
BYTE = re.compile("[\udc80-\udcff]")  # one that is no character alone
POSTGRES_LETTERS = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}
UNISTR = re.compile(r"\\(\\|\+[0-9a-fA-F]{6}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|[0-9a-fA-F]{4})")
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
CHARACTERS = frozenset({"char", "chr", "nchar", "unichar", "ascii_char"})


def mysql_text(inside: str) -> str:
    """The inside of a string in which a backslash escapes what follows."""
    return ESCAPE.sub(_unescaped, inside)


def _unescaped(match: re.Match[str]) -> str:
    whole = match.group()
    return ESCAPES.get(whole, match.group(1) or "'")


def postgres_text(inside: str) -> str:
    """The inside of an E'…' string or of a COPY cell; bytes written one by one are put together as UTF-8."""
    if "\\" not in inside and "''" not in inside:
        return inside
    return _bytes_joined(POSTGRES_ESCAPE.sub(_postgres_character, inside))


def _bytes_joined(text: str) -> str:
    """Bytes that were written one by one, put together as UTF-8."""
    if not BYTE.search(text):
        return text
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def copy_text(cell: str) -> str:
    """A cell of COPY's text format without its escapes."""
    return _bytes_joined(COPY_ESCAPE.sub(_postgres_character, cell))


def _postgres_character(match: re.Match[str]) -> str:
    code = match.group(1)
    if code is None:
        return "'"
    if code[0] in "01234567":
        number = int(code, 8) & 0xFF
    elif code[0] == "x" and len(code) > 1:
        number = int(code[1:], 16)
    elif code[0] in "uU" and len(code) > 1:
        return _character(int(code[1:], 16))
    else:
        return POSTGRES_LETTERS.get(code, code)
    return chr(number) if number < 0x80 else chr(0xDC00 + number)  # put together with its neighbours afterwards


def _character(code: int) -> str:
    return chr(code) if 0 <= code < 0x110000 and not 0xD800 <= code < 0xE000 else "\ufffd"


def spelled(name: str, texts: list[str]) -> tuple[str] | None:
    """What a function makes of literals where it only spells a text."""
    if name == "replace" and len(texts) == 3 and texts[1]:
        return (texts[0].replace(texts[1], texts[2]),)
    if name in CHARACTERS and all(text.isdecimal() and len(text) < 8 for text in texts):
        return ("".join(_character(int(text)) for text in texts),)
    if name == "concat":
        return ("".join(texts),)
    if name == "stringdecode" and len(texts) == 1:
        return (postgres_text(texts[0]),)
    if name == "unistr" and len(texts) == 1:
        return (unistr(texts[0]),)
    if name in {"unhex", "hextoraw"} and len(texts) == 1 and re.fullmatch("(?:[0-9a-fA-F]{2})*", texts[0]):
        return (hexadecimal(texts[0]),)
    return None


def unistr(text: str) -> str:
    """A text with characters written by their numbers in hexadecimal: UNISTR('caf\\00e9'), U&'caf\\00e9'."""
    joined = UNISTR.sub(lambda match: "\\" if match[1] == "\\" else _unit(match[1].lstrip("+uU")), text)
    return joined.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _unit(digits: str) -> str:
    """A UTF-16 unit or a character; halves of a pair are put together afterwards."""
    code = int(digits, 16)
    return chr(code) if code < 0x110000 else "\ufffd"


def hexadecimal(digits: str) -> str:
    """Binary written in hexadecimal: its text where it is one, else 0x and the digits."""
    if len(digits) % 2 == 0:
        try:
            text = bytes.fromhex(digits).decode("utf-8")
        except UnicodeDecodeError:
            text = "\0"
        if not CONTROL.search(text):
            return text
    return "0x" + digits


def binary_moment(digits: bytes, kind: str) -> str | None:
    """The date or time that SQL Server writes as its stored bytes; None where they are none of `kind`."""
    try:
        stored = bytes.fromhex(digits[2:].decode())
        if kind == "datetime" and len(stored) == 8:
            days = int.from_bytes(stored[:4], "big", signed=True)
            # 300 ticks a second, told as SQL Server rounds them to milliseconds
            milliseconds = round(int.from_bytes(stored[4:], "big") * 10 / 3)
            return _moment(datetime(1900, 1, 1) + timedelta(days=days, milliseconds=milliseconds))
        if kind == "smalldatetime" and len(stored) == 4:
            days, minutes = int.from_bytes(stored[:2], "big"), int.from_bytes(stored[2:], "big")
            return _moment(datetime(1900, 1, 1) + timedelta(days=days, minutes=minutes))
        if kind == "date" and len(stored) in {3, 4}:
            days = int.from_bytes(stored[:3], "little")
            return (datetime(1, 1, 1) + timedelta(days=days)).strftime("%Y-%m-%d")
        if kind == "datetime2" and 7 <= len(stored) <= 9 and stored[0] <= 7:
            days = int.from_bytes(stored[-3:], "little")
            ticks = int.from_bytes(stored[1:-3], "little") * 10 ** (7 - stored[0])
            return _moment(datetime(1, 1, 1) + timedelta(days=days, microseconds=ticks // 10))
    except (ValueError, OverflowError):
        return None
    return None


def _moment(moment: datetime) -> str:
    return moment.isoformat(sep=" ", timespec="milliseconds" if moment.microsecond else "seconds")
