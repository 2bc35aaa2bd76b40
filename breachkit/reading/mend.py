"""The lines that do not read at first sight: joined, repaired when there is one sensible reading, else rejected.

Only irregular lines come here (a few in a million in a clean export), so this is the one place that walks line
by line. A cluster is a run of consecutive irregular lines.
"""

from __future__ import annotations

from dataclasses import dataclass

from breachkit.reading.dialect import QUOTED, cut

MAX_JOINED_LINES = 200  # a longer "cell" is a stray quote that swallowed its neighbours; a choice


@dataclass(frozen=True)
class Mended:
    """One record made of irregular lines: its cells, or its raw text and the reason of its rejection."""

    line: int
    lines: int
    cells: list[str] | None
    repaired: str | None = None
    rejected: str | None = None
    raw: str = ""


def well_formed(text: str, delimiter: str, cells: int) -> bool:
    """Whether the text is one record: quotes closed and standing at the edges of cells, and the right cells."""
    outside = QUOTED.sub("", text)
    if '"' in outside or outside.count(delimiter) != cells - 1:
        return False
    return len(cut(text, delimiter)) == cells


def may_go_on(text: str, delimiter: str, cells: int) -> bool:
    """Whether more lines could complete this text into one record: a quote is open, or cells are missing."""
    outside = QUOTED.sub("", text)
    return '"' in outside or outside.count(delimiter) < cells - 1


def mend(cluster: list[tuple[int, str]], delimiter: str, cells: int) -> list[Mended]:
    """The records of a cluster of (physical line, text); every line of it is in exactly one of them."""
    made: list[Mended] = []
    at = 0
    while at < len(cluster):
        taken = _joined(cluster[at : at + MAX_JOINED_LINES], delimiter, cells) or _alone(cluster[at], delimiter, cells)
        made.append(taken)
        at += taken.lines
    return made


def _joined(lines: list[tuple[int, str]], delimiter: str, cells: int) -> Mended | None:
    text = ""
    for count, (_, line) in enumerate(lines, start=1):
        text = line if count == 1 else f"{text}\n{line}"
        if well_formed(text, delimiter, cells):
            broken = count > 1 and '"' not in text
            reason = "line_break_in_unquoted_cell" if broken else None
            return Mended(lines[0][0], count, cut(text, delimiter), repaired=reason)
        if not may_go_on(text, delimiter, cells):
            return None
    return None


def _alone(numbered: tuple[int, str], delimiter: str, cells: int) -> Mended:
    line, text = numbered
    found = text.split(delimiter)
    if len(found) == cells and '"' in text:
        # The quote does not delimit anything: it belongs to the text of its cell.
        return Mended(line, 1, [cell.strip('"') for cell in found], repaired="stray_quote")
    if '"' in QUOTED.sub("", text):
        return Mended(line, 1, None, rejected="unbalanced_quote", raw=text)
    found = cut(text, delimiter)
    if len(found) > cells and not any(found[cells:]):
        return Mended(line, 1, found[:cells], repaired="trailing_delimiters")
    reason = "too_many_cells" if len(found) > cells else "too_few_cells"
    return Mended(line, 1, None, rejected=reason, raw=text)
