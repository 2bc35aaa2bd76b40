"""Many alternatives as one pattern that is tried letter by letter, not one alternative after the other.

`a(?:b|c)` matches what `ab|ac` matches, in the same order of preference, and a word that begins with neither letter is
passed after one look. The families of cues have hundreds of words; Python's `re` would try each at every word.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

_HEAD = re.compile(r"(?:[a-z0-9]| \+)(?![?*+{])")  # one letter, digit or run of separators, not repeated
_NESTED = re.compile(r"\\.|\[(?:\\.|[^\]\\])*\]|\((?:[^()\[\]\\]|\\.)*\)")


def alternation(alternatives: Sequence[str]) -> str:
    """One pattern for alternatives in order of preference; none of them may be more than one branch."""
    return "|".join(_factored([_as_one_branch(one) for one in alternatives]))


def _as_one_branch(pattern: str) -> str:
    """The pattern, in parentheses where it has several branches at its top."""
    flat, before = pattern, ""
    while flat != before:
        flat, before = _NESTED.sub("", flat), flat
    return f"(?:{pattern})" if "|" in flat else pattern


def _factored(alternatives: Sequence[str]) -> list[str]:
    """The alternatives with those that share their first sign put together, where no other stands between them.

    Two signs exclude each other, so that alternatives may change places unless one begins with no plain sign.
    """
    made: list[str] = []
    heads: dict[str, list[str]] = {}
    for pattern in [*alternatives, None]:
        head = _HEAD.match(pattern) if pattern is not None else None
        if head is not None and pattern is not None:
            heads.setdefault(head[0], []).append(pattern[head.end() :])
            continue
        made += [_with_head(sign, rests) for sign, rests in heads.items()]
        heads = {}
        if pattern is not None:
            made.append(pattern)
    return made


def _with_head(sign: str, rests: list[str]) -> str:
    if len(rests) == 1:
        return sign + rests[0]
    return f"{sign}(?:{'|'.join(_factored(rests))})"
