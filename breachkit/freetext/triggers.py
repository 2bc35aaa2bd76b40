"""Strings of which one must be in any text that a pattern matches: what the first pass looks for.

The patterns of the lexicon are ordinary regular expressions over folded text. Reading each one's syntax
tree gives a small set of literal strings that no match can do without; all of them together make one
Aho-Corasick automaton, so a text without any of them is never looked at again.
"""

from __future__ import annotations

import re
from re import _parser as syntax  # type: ignore[attr-defined]  # the tree is not public, its shape is stable
from typing import Any

BOUNDARY_BEFORE = r"(?<![a-z0-9])"
BOUNDARY_AFTER = r"(?![a-z0-9])"
MAX_ALTERNATIVES = 100  # our choice: beyond, a shorter fragment that needs fewer strings is preferred
LONG_ENOUGH = 5  # our choice: beyond, fewer strings are better than longer ones
_ENUMERABLE_CLASS = 10  # characters: larger classes end a literal


def required_strings(pattern: str) -> frozenset[str]:
    """The trigger strings of a pattern (without its boundaries); empty if it has none of two characters.

    A space in a trigger stands for any separator; a trigger that begins or ends at the pattern's own edge
    carries the space of the word boundary.
    """
    tree = syntax.parse(" " + pattern + " ")
    best = _best(_runs(tree))
    return frozenset(best) if _is_usable(best) else frozenset()


def _score(strings: frozenset[str]) -> tuple[int, int, int]:
    shortest = min(len(text.strip()) for text in strings)
    return min(shortest, LONG_ENOUGH), min(min(len(text) for text in strings), LONG_ENOUGH + 2), -len(strings)


def _is_usable(strings: frozenset[str]) -> bool:
    return bool(strings) and min(len(text.strip()) for text in strings) >= 2


def _best(candidates: list[frozenset[str]]) -> frozenset[str]:
    usable = [c for c in candidates if c and len(c) <= MAX_ALTERNATIVES and min(len(t) for t in c) >= 1]
    return max(usable, key=_score, default=frozenset())


def _runs(tree: Any, prefix: frozenset[str] = frozenset([""])) -> list[frozenset[str]]:
    """The literal sets of a sequence, each of which any match must contain one of; `prefix` stands right before it."""
    done: list[frozenset[str]] = []
    open_run = prefix
    items = list(tree)
    for index, (operator, argument) in enumerate(items):
        exact = _exact(operator, argument)
        if exact is not None and len(open_run) * len(exact) <= MAX_ALTERNATIVES:
            open_run = frozenset(left + right for left in open_run for right in exact)
            continue
        done.append(open_run)
        if exact is None:
            follow = items[index + 1 : index + 2] if _is_space(items[index + 1 : index + 2]) else []
            inner = _inside(operator, argument, open_run, follow)
            if (open_run != frozenset([""]) or follow) and not _is_usable(inner):
                inner = _inside(operator, argument, frozenset([""]), [])
            done.append(inner)
            open_run = frozenset([" "]) if _leaves_a_space(open_run, operator, argument) else frozenset([""])
        else:
            open_run = exact
    done.append(open_run)
    return [_tidy(run) for run in done if run and run != frozenset([""])]


def _is_space(items: Any) -> bool:
    """Whether a sequence is one separator."""
    if len(items) != 1:
        return False
    operator, argument = items[0]
    if str(operator) == "MAX_REPEAT":
        return argument[0] >= 1 and _is_space(argument[2])
    return str(operator) == "LITERAL" and argument == ord(" ")


def _leaves_a_space(before: frozenset[str], operator: Any, argument: Any) -> bool:
    """Whether a separator stands right after a repeated group (« (de |du )* ») whatever it matched."""
    if str(operator) != "MAX_REPEAT" or not all(text.endswith(" ") for text in before):
        return False
    return _ends_with_space(argument[2])


def _ends_with_space(tree: Any) -> bool:
    items = list(tree)
    if not items:
        return False
    operator, argument = items[-1]
    name = str(operator)
    if name == "SUBPATTERN":
        return _ends_with_space(argument[3])
    if name == "BRANCH":
        return all(_ends_with_space(branch) for branch in argument[1])
    return _is_space(items[-1:])


def _tidy(run: frozenset[str]) -> frozenset[str]:
    """Separators as single spaces, as in the first pass's form of a text."""
    return frozenset(re.sub(r"[^a-z0-9@]+", " ", text) for text in run)


def _exact(operator: Any, argument: Any) -> frozenset[str] | None:
    """All strings that an element can be, if they are few; None otherwise."""
    name = str(operator)
    if name == "LITERAL":
        return frozenset([chr(argument)])
    if name == "IN":
        if any(str(kind) != "LITERAL" for kind, _ in argument) or len(argument) > _ENUMERABLE_CLASS:
            return None
        return frozenset(chr(code) for _, code in argument)
    if name == "SUBPATTERN":
        return _exact_sequence(argument[3])
    if name == "BRANCH":
        return _union([_exact_sequence(branch) for branch in argument[1]])
    if name in {"MAX_REPEAT", "MIN_REPEAT"}:
        low, high, body = argument
        inner = _exact_sequence(body)
        if inner == frozenset([" "]) and low == 1:
            return inner
        if inner is not None and (low, high) == (0, 1):
            return inner | {""}
        return None
    return None


def _exact_sequence(tree: Any) -> frozenset[str] | None:
    strings: frozenset[str] = frozenset([""])
    for operator, argument in tree:
        exact = _exact(operator, argument)
        if exact is None or len(strings) * len(exact) > MAX_ALTERNATIVES:
            return None
        strings = frozenset(left + right for left in strings for right in exact)
    return strings


def _union(parts: list[frozenset[str] | None]) -> frozenset[str] | None:
    union: set[str] = set()
    for part in parts:
        if part is None:
            return None
        union |= part
    return frozenset(union) if len(union) <= MAX_ALTERNATIVES else None


def _inside(operator: Any, argument: Any, prefix: frozenset[str], follow: list[Any]) -> frozenset[str]:
    """What an element that is not a plain list of strings still requires, with what surely stands around it."""
    name = str(operator)
    if name == "SUBPATTERN":
        return _best(_runs([*argument[3], *follow], prefix))
    if name == "BRANCH":
        parts = [_best(_runs([*branch, *follow], prefix)) for branch in argument[1]]
        return frozenset().union(*parts) if all(parts) else frozenset()
    if name in {"MAX_REPEAT", "MIN_REPEAT"} and argument[0] >= 1:
        return _best(_runs(argument[2], prefix if argument[1] == 1 else frozenset([""])))
    return frozenset()
