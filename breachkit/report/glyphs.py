"""Texts that the fonts inside Typst can set: nothing invisible, a box for what they lack, long words that can break.

PDF/A and PDF/UA refuse a page with one character that no font holds, and a word longer than its cell prints over the
next one. What a font holds is asked of Typst itself, once for each character, so that no table of ours can be wrong.
Facts, headers, file names and labels come from others: any character may be in them.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from functools import cache
from typing import Any

BOX = "□"  # U+25A1, which the embedded fonts hold
BREAK = "\u200b"
LONG_WORD = 30  # letters: above this a word may break anywhere. Our choice.
_STEP = 5  # letters between two places where a long word may break
_COMMON = "\u0020-\u007e\u00a0-\u017f\u202f\u2010-\u2014\u2018-\u201e\u2026\u203a\u20ac\u2212\t\n"  # certainly held
_UNCOMMON = re.compile(f"[^{_COMMON}]")
_WORD = re.compile(rf"[^\s{BREAK}]{{{LONG_WORD + 1},}}")
_SNAKE = re.compile(r"(?<=\w_)(?=\w)")
_SNAKE_WORD = re.compile(r"[^\s_]*_[^\s]{8,}")
_DROPPED = {"Cc", "Cf"}  # controls, zero-width, directions
_NO_BREAKS = ("svg", "document-title", "document-description", "status")  # markup, metadata, an id: never a page
_UNTOUCHED = ("attachments", "words")  # carried as they are; our own words

Holds = Callable[[str], bool]


def settable(data: dict[str, Any], holds: Holds) -> dict[str, Any]:
    """The data of a template with every text made settable; `holds` says whether the fonts hold all of a text.

    Attachments are carried unchanged: they are files, not texts of the page.
    """
    return {key: one if key in _UNTOUCHED else _settable(one, holds, key) for key, one in data.items()}


def _settable(value: Any, holds: Holds, key: str) -> Any:
    if isinstance(value, str):
        text = displayable(value, holds)
        return text if key in _NO_BREAKS else breakable(text)
    if isinstance(value, dict):
        return {name: _settable(one, holds, name) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_settable(one, holds, key) for one in value]
    return value


def displayable(text: str, holds: Holds) -> str:
    """The text without invisible characters, and with a box for each character that no font holds."""
    if not _UNCOMMON.search(text):
        return text
    kept = "".join(one for one in unicodedata.normalize("NFC", text) if not _invisible(one))
    unheld = {one for one in _clusters(kept) if _UNCOMMON.search(one)}
    boxes = dict.fromkeys(_not_held(sorted(unheld), holds), BOX)
    return "".join(boxes.get(one, one) for one in _clusters(kept)) if boxes else kept


def _invisible(character: str) -> bool:
    """A control, a zero-width or a direction mark, or a variation selector; a soft hyphen may stay."""
    if character in "\t\n\u00ad":
        return False
    selector = "\ufe00" <= character <= "\ufe0f" or "\U000e0100" <= character <= "\U000e01ef"
    return selector or unicodedata.category(character) in _DROPPED


def _clusters(text: str) -> list[str]:
    """Characters with the marks that stand on them: fonts are chosen for both together."""
    found: list[str] = []
    for one in text:
        if found and unicodedata.category(one).startswith("M"):
            found[-1] += one
        else:
            found.append(one)
    return found


def _not_held(clusters: list[str], holds: Holds) -> list[str]:
    """Those that the fonts lack, by halves: one question where all are held."""
    if not clusters or (all(_surely(one) for one in clusters) and holds("".join(f"x{one}" for one in clusters))):
        return []
    if len(clusters) == 1:
        return clusters
    middle = len(clusters) // 2
    return _not_held(clusters[:middle], holds) + _not_held(clusters[middle:], holds)


@cache
def _surely(cluster: str) -> bool:
    """Whether a cluster can be asked about: half of a surrogate pair, or a private character, cannot."""
    return all(unicodedata.category(one) not in {"Cs", "Co", "Cn"} for one in cluster)


def breakable(text: str) -> str:
    """The text with a place to break after each `_` of a header, and every few letters of a very long word."""
    text = _SNAKE_WORD.sub(lambda found: _SNAKE.sub(BREAK, found[0]), text)
    return _WORD.sub(lambda found: BREAK.join(_pieces(found[0])), text)


def _pieces(word: str) -> list[str]:
    """A long word in pieces of a few letters; a mark stays with its letter."""
    clusters = _clusters(word)
    return ["".join(clusters[place : place + _STEP]) for place in range(0, len(clusters), _STEP)]
