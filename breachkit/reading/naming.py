"""What the tables, members and columns of an extract may be called outside the workspace.

A name comes from whoever made the file: it may hold a person's name, a control sequence, or a formula that a
spreadsheet would run. `reading.header` says which words may be told.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from pathlib import PurePosixPath

from breachkit.reading.header import may_be_told, told_words

MAX_LENGTH = 80
# Control characters, and those that change the direction of the text around them.
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufdd0\ufdd1]+")
FORMULA = re.compile(r"^[=+\-@\s]+")  # a spreadsheet takes what begins so for a formula
EXTENSION = re.compile(r"\.[A-Za-z0-9]{1,8}")


def neutral(text: str) -> str:
    """A name on one line, without control characters, markup of a formula at its head, or more than 80 characters."""
    return FORMULA.sub("", CONTROL.sub(" ", text).strip()).strip()[:MAX_LENGTH]


def column_headers(headers: Sequence[str | None]) -> tuple[str, ...]:
    """A unique name for each column: its header, or « colonne N » where there is none."""
    names: list[str] = []
    taken: set[str] = set()
    for position, header in enumerate(headers, start=1):
        name = base = neutral(header or "") or f"colonne {position}"
        again = 1
        while name in taken:
            name = f"{base} ({position})" if again == 1 else f"{base} ({position}, {again})"
            again += 1
        taken.add(name)
        names.append(name)
    return tuple(names)


def table_name(text: str, fallback: str) -> str:
    """A table's or sheet's own name where it may be told, else its words that name columns, else the fallback."""
    cleaned = neutral(unicodedata.normalize("NFC", text))
    if cleaned and may_be_told(cleaned):
        return cleaned
    return told_words(cleaned) or fallback


def member_name(path: str, position: int) -> str:
    """A member's path within its archive as it may be told: parts that may hold a name become « membre N »."""
    parts = [part for part in PurePosixPath(path.replace("\\", "/")).parts if part not in ("/", "..", ".")]
    told = []
    for number, part in enumerate(parts):
        last = number == len(parts) - 1
        extension = "".join(EXTENSION.findall(part)[-2:]) if last else ""
        extension = extension if extension and part.endswith(extension) else ""
        stem = part.removesuffix(extension) if extension else part
        fallback = f"membre {position}" if last else f"dossier {number + 1}"
        told.append(table_name(stem, fallback) + extension)
    return "/".join(told) or f"membre {position}"
