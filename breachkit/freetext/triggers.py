"""Strings of which one must be in any text that a pattern matches: what the first pass looks for.

The patterns of the lexicon are ordinary regular expressions over folded text. Reading each one's syntax
tree gives small sets of literal strings of which no match can do without one; all of them together make one
Aho-Corasick automaton, so a text without any of them is never looked at again. A pattern of several parts
(« suivi ... hôpital ») has several such sets, and wakes only where each of them shows.
"""

from __future__ import annotations

import re
from re import _parser as syntax  # type: ignore[attr-defined]  # the tree is not public, its shape is stable
from typing import Any

BOUNDARY_BEFORE = r"(?<![a-z0-9])"
BOUNDARY_AFTER = r"(?![a-z0-9])"
MAX_ALTERNATIVES = 100  # our choice: beyond, a shorter fragment that needs fewer strings is preferred
LONG_ENOUGH = 7  # our choice: beyond, fewer strings are better than longer ones
WORD_ENOUGH = 5  # the same where one set is wanted, of words rather than phrases
_ENUMERABLE_CLASS = 10  # characters: larger classes end a literal
_MAX_SETS = 3  # of strings for one pattern; our choice: more cost memory and spare nothing
_WIDTHLESS = frozenset({"ASSERT", "ASSERT_NOT", "AT"})


def required_sets(pattern: str) -> tuple[frozenset[str], ...]:
    """Sets of strings, the most telling first: a text that the pattern matches holds one of each set.

    A space in a string stands for any separator; a string that begins or ends at the pattern's own edge carries the
    space of the word boundary. Empty if no part of the pattern has a fixed string of two characters.
    """
    runs = [run for run in _runs(syntax.parse(" " + pattern + " ")) if len(run) <= MAX_ALTERNATIVES]
    usable = sorted({run for run in runs if _is_usable(run)}, key=lambda run: (_score(run), sorted(run)), reverse=True)
    telling: list[frozenset[str]] = []
    for run in usable:
        if not any(_implies(kept, run) for kept in telling):
            telling = [*(kept for kept in telling if not _implies(run, kept)), run]
    return tuple(telling[:_MAX_SETS])


def _implies(specific: frozenset[str], general: frozenset[str]) -> bool:
    """Whether a text that holds one of the first set surely holds one of the second."""
    return all(any(part in text for part in general) for text in specific)


def required_strings(pattern: str) -> frozenset[str]:
    """One set of strings, words rather than phrases, of which every match holds one; empty if there is none."""
    runs = [run for run in _runs(syntax.parse(" " + pattern + " ")) if len(run) <= MAX_ALTERNATIVES]
    return max(filter(_is_usable, runs), key=lambda run: _score(run, WORD_ENOUGH), default=frozenset())


def _score(strings: frozenset[str], enough: int = LONG_ENOUGH) -> tuple[int, int, int]:
    shortest = min(len(text.strip()) for text in strings)
    return min(shortest, enough), min(min(len(text) for text in strings), enough + 2), -len(strings)


def _is_usable(strings: frozenset[str]) -> bool:
    return bool(strings) and min(len(text.strip()) for text in strings) >= 2


def _best(candidates: list[frozenset[str]], limit: int = MAX_ALTERNATIVES) -> frozenset[str]:
    usable = [c for c in candidates if c and len(c) <= limit and min(len(t) for t in c) >= 1]
    return max(usable, key=_score, default=frozenset())


def _runs(tree: Any, prefix: frozenset[str] = frozenset([""]), limit: int = MAX_ALTERNATIVES) -> list[frozenset[str]]:
    """The literal sets of a sequence, each of which any match must contain one of; `prefix` stands right before it."""
    done: list[frozenset[str]] = []
    open_run = prefix
    items = list(tree)
    for index, (operator, argument) in enumerate(items):
        exact = _exact(operator, argument)
        if exact is not None and len(open_run) * len(exact) <= limit:
            open_run = frozenset(left + right for left in open_run for right in exact)
            continue
        closed = exact is None and _opens_with_separator(items[index:])
        if open_run is not prefix:  # which the caller counts already
            done.append(frozenset(text + " " for text in open_run) if closed else open_run)
        if exact is None:
            follow = items[index + 1 : index + 2] if _is_space(items[index + 1 : index + 2]) else []
            inner = _inside(operator, argument, open_run, follow)
            if (open_run != frozenset([""]) or follow) and not (_is_usable(inner) and len(inner) <= MAX_ALTERNATIVES):
                inner = _inside(operator, argument, frozenset([""]), [])
            done.append(inner)
            open_run = _left_by(open_run, operator, argument)
        else:
            open_run = exact
    done.append(open_run)
    return [_tidy(run) for run in done if run and run != frozenset([""])]


def _opens_with_separator(items: Any) -> bool:
    """Whether all that a sequence can match begins with what is neither a letter nor a digit."""
    if not items:
        return False
    (operator, argument), rest = items[0], list(items[1:])
    name = str(operator)
    if name in _WIDTHLESS:
        return _opens_with_separator(rest)
    if name == "SUBPATTERN":
        return _opens_with_separator([*argument[3], *rest])
    if name == "BRANCH":
        return all(_opens_with_separator([*branch, *rest]) for branch in argument[1])
    if name in {"MAX_REPEAT", "MIN_REPEAT"}:
        once = _opens_with_separator([*argument[2], *rest])
        return once and (argument[0] > 0 or _opens_with_separator(rest))
    exact = _exact(operator, argument)
    return bool(exact) and not any(text.isalnum() for text in exact or ())


def _is_space(items: Any) -> bool:
    """Whether a sequence is one separator."""
    if len(items) != 1:
        return False
    operator, argument = items[0]
    if str(operator) == "MAX_REPEAT":
        return argument[0] >= 1 and _is_space(argument[2])
    return str(operator) == "LITERAL" and argument == ord(" ")


def _left_by(before: frozenset[str], operator: Any, argument: Any) -> frozenset[str]:
    """What surely stands right before the element that follows this one."""
    if _leaves_a_space(before, operator, argument):
        return frozenset([" "])
    if str(operator) == "MAX_REPEAT" and argument[0] >= 1:
        return _exact_sequence(argument[2]) or frozenset([""])
    return frozenset([""])


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
    return frozenset(re.sub(r"[^a-z0-9]+", " ", text) for text in run)


def _exact(operator: Any, argument: Any) -> frozenset[str] | None:
    """All strings that an element can be, if they are few; None otherwise."""
    name = str(operator)
    if name == "LITERAL":
        return frozenset([chr(argument)])
    if name in _WIDTHLESS:
        return frozenset([""])
    if name == "IN":
        return _enumerated(argument)
    if name == "SUBPATTERN":
        return _exact_sequence(argument[3])
    if name == "BRANCH":
        return _union([_exact_sequence(branch) for branch in argument[1]])
    if name in {"MAX_REPEAT", "MIN_REPEAT"}:
        low, high, body = argument
        inner = _exact_sequence(body)
        if inner == frozenset([" "]) and low <= 1:  # a run of separators is one in the first pass's form
            return inner if low else frozenset(["", " "])
        if inner is not None and (low, high) == (0, 1):
            return inner | {""}
        return None
    return None


def _enumerated(members: Any) -> frozenset[str] | None:
    """The characters of a class, if they are few."""
    found: set[str] = set()
    for kind, argument in members:
        if str(kind) == "LITERAL":
            found.add(chr(argument))
        elif str(kind) == "RANGE" and argument[1] - argument[0] < _ENUMERABLE_CLASS:
            found.update(chr(code) for code in range(argument[0], argument[1] + 1))
        elif str(kind) == "CATEGORY" and str(argument) == "CATEGORY_DIGIT":
            found.update("0123456789")
        else:
            return None
    return frozenset(found) if len(found) <= _ENUMERABLE_CLASS else None


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
        if sum(map(len, parts)) > MAX_ALTERNATIVES:
            limit = max(1, MAX_ALTERNATIVES // len(parts))
            parts = [_best(_runs([*branch, *follow], prefix, limit), limit) for branch in argument[1]]
        return frozenset().union(*parts) if all(parts) else frozenset()
    if name in {"MAX_REPEAT", "MIN_REPEAT"} and argument[0] >= 1:
        return _best(_runs(argument[2], prefix if argument[1] == 1 else frozenset([""])))
    return frozenset()
