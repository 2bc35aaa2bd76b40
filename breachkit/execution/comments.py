"""`breachkit text`: comments in, what they reveal out, in order and without their words."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

from breachkit.errors import UnreadableSource
from breachkit.freetext.findings import classify_lines

_HALF_PAIR = re.compile("[\\ud800-\\udfff]")


def classify_file(file: Path, out: Path | None) -> None:
    """One line of findings for each comment of a JSON Lines file, to `out` or to standard output.

    UnreadableSource where the file is missing or no UTF-8; UsageError naming the line that is no JSON object.
    """
    try:
        handle = file.open(encoding="utf-8-sig", newline="\n")
    except OSError:
        raise UnreadableSource(
            f"{file.name} : fichier introuvable ou illisible.", f"{file.name}: file missing or unreadable."
        ) from None
    with handle:
        try:
            if out is None:
                for found in classify_lines(handle):
                    sys.stdout.write(_line(found))
                return
            with out.open("w", encoding="utf-8", newline="\n") as written:
                for found in classify_lines(handle):
                    written.write(_line(found))
        except UnicodeDecodeError:
            raise UnreadableSource(
                f"{file.name} : le fichier n'est pas en UTF-8.", f"{file.name}: the file is not UTF-8."
            ) from None


def _line(found: dict[str, Any]) -> str:
    """One line of JSON; in ASCII where an id holds half a character, which UTF-8 cannot write."""
    line = json.dumps(found, ensure_ascii=False) + "\n"
    return line if line.isascii() or not _HALF_PAIR.search(line) else json.dumps(found) + "\n"
