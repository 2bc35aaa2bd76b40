"""The lexicons of `reference/lexicon/`, read, checked and compiled into rules and exclusions.

A term is a regular expression over folded text (see `fold`), with two conveniences: a space means one or
more separators, `~` means any ending of the word. Word boundaries are added at both ends.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Any, Literal

from breachkit.errors import FactsError
from breachkit.freetext.alternation import alternation
from breachkit.freetext.fold import fold_term
from breachkit.freetext.stored_triggers import Triggers, stored, triggers_of
from breachkit.freetext.triggers import BOUNDARY_AFTER, BOUNDARY_BEFORE

Assertion = Literal["affirmed", "negated", "hypothetical"]
Subject = Literal["patient", "third_party"]

CATEGORIES = (
    "health", "sex_life", "religion", "ethnic_origin", "political_opinion", "trade_union", "genetic",
    "offence", "social", "judgement", "access_code", "identifier", "personal_note",
)  # fmt: skip
TOPICS = ("hiv_sti", "mental_health", "addiction", "reproductive", "oncology", "disability", "other")
CUE_FAMILIES = (
    "negation_before", "negation_after", "not_negation", "hypothesis_before", "hypothesis_after", "hearsay",
    "positive_after", "relation", "not_subject_before", "patient_again",
)  # fmt: skip
_META_KEYS = {"origin", "date", "certainty", "note"}
_RULE_KEYS = {"id", "category", "topic", "also", "kind", "case", "assertion", "subject", "terms"}
_EXCLUSION_KEYS = {"id", "categories", "reason", "case", "terms"}
_KINDS = ("statement", "test")
_CASES = ("any", "upper", "capital")


@dataclass(frozen=True, slots=True)
class Rule:
    """What a term of a group means when it is found, and what is fixed about it whatever stands around it."""

    id: str
    category: str
    topic: str | None = None
    also: tuple[tuple[str, str | None], ...] = ()
    kind: str = "statement"
    case: str = "any"
    assertion: Assertion | None = None
    subject: Subject | None = None


@dataclass(frozen=True, slots=True)
class Exclusion:
    """A context in which a term does not mean what the lexicon says; `categories` empty means all."""

    id: str
    reason: str
    categories: frozenset[str] = frozenset()
    case: str = "any"


@dataclass(frozen=True, slots=True)
class Term:
    """One pattern of a rule or an exclusion, and the sets of strings: a text that it matches holds one of each."""

    owner: Rule | Exclusion
    pattern: str
    triggers: tuple[frozenset[str], ...] = ()


@dataclass(frozen=True, slots=True)
class _Line:
    """One term as a file holds it: where it stands, whose it is, its pattern."""

    file: str
    number: int
    owner: Rule | Exclusion
    pattern: str


@dataclass(frozen=True, slots=True, eq=False)  # told apart by identity: it is a key of caches
class Lexicon:
    """All terms, and for each string of a term's first set the indexes of the terms it may wake.

    `companions` are the further sets of those that have some, `rules` the terms that are no exclusion. `triggers` are
    all strings that the first pass looks for, `rule_triggers` the words from which a misspelling may stem. `always` are
    the exclusions without a fixed string: they are tried on every candidate.
    """

    terms: tuple[Term, ...]
    wakes: Mapping[str, tuple[int, ...]]
    companions: Mapping[int, tuple[frozenset[str], ...]]
    rules: frozenset[int]
    triggers: tuple[str, ...]
    rule_triggers: tuple[str, ...]
    always: tuple[int, ...]
    cues: tuple[tuple[str, str], ...]

    def awake(self, seen: Collection[str]) -> list[int]:
        """The terms that a text with these trigger strings may match, in order; none where no rule is among them."""
        wakes, companions = self.wakes, self.companions
        shown = frozenset(seen)
        found = set(self.always)
        for trigger in shown & wakes.keys():
            for index in wakes[trigger]:
                if index not in companions or not any(shown.isdisjoint(one) for one in companions[index]):
                    found.add(index)
        return sorted(found) if not self.rules.isdisjoint(found) else []


@lru_cache(maxsize=32768)
def compiled(pattern: str) -> re.Pattern[str]:
    """The compiled term; compiled on first need, since most terms of the lexicon never wake."""
    return re.compile(BOUNDARY_BEFORE + "(?:" + pattern + ")" + BOUNDARY_AFTER)


def expand(term: str) -> str:
    """The regular expression that a line of a lexicon stands for."""
    folded = fold_term(term.strip()).replace("~", "[a-z]*")
    return re.sub(r" +([?*]?)", lambda space: " *" if space[1] else " +", folded)


@lru_cache(maxsize=1)
def load_lexicon() -> Lexicon:
    """The lexicon shipped with the package; raises FactsError naming the file and the group that is wrong."""
    return build_lexicon(_tables_of_package())


def patterns_of_package() -> list[str]:
    """The patterns of the lexicon shipped with the package, in the order of its terms."""
    return [line.pattern for line in _lines_of(_tables_of_package())[0]]


def _tables_of_package() -> dict[str, dict[str, Any]]:
    folder = resources.files("breachkit.reference").joinpath("lexicon")
    entries = sorted((one for one in folder.iterdir() if one.name.endswith(".toml")), key=lambda one: one.name)
    return {entry.name: tomllib.loads(entry.read_text(encoding="utf-8")) for entry in entries}


def build_lexicon(tables: Mapping[str, Mapping[str, Any]]) -> Lexicon:
    """The lexicon of parsed TOML files given by name; raises FactsError for an unknown key or a wrong value."""
    lines, cues = _lines_of(tables)
    kept = stored([line.pattern for line in lines]) or [_triggers(line) for line in lines]
    terms = [Term(line.owner, line.pattern, found.sets) for line, found in zip(lines, kept, strict=True)]
    wakes: dict[str, list[int]] = {}
    for index, term in enumerate(terms):
        for trigger in next(iter(term.triggers), ()):
            wakes.setdefault(trigger, []).append(index)
    words = {
        word for line, found in zip(lines, kept, strict=True) if isinstance(line.owner, Rule) for word in found.words
    }
    return Lexicon(
        tuple(terms),
        {trigger: tuple(found) for trigger, found in wakes.items()},
        {index: term.triggers[1:] for index, term in enumerate(terms) if len(term.triggers) > 1},
        frozenset(index for index, term in enumerate(terms) if isinstance(term.owner, Rule)),
        tuple(sorted({trigger for term in terms for one in term.triggers for trigger in one})),
        tuple(sorted(words)),
        tuple(index for index, term in enumerate(terms) if not term.triggers),
        tuple(sorted(cues.items())),
    )


def _lines_of(tables: Mapping[str, Mapping[str, Any]]) -> tuple[list[_Line], dict[str, str]]:
    """The terms of the files, in order, and the families of cues."""
    lines: list[_Line] = []
    cues: dict[str, str] = {}
    seen: set[str] = set()
    for name, table in tables.items():
        _check(name, "meta", table.get("meta", {}), _META_KEYS, required={"origin", "date", "certainty"})
        for group in table.get("rules", []):
            lines.extend(_terms(name, _rule(name, group, seen), group))
        for group in table.get("exclusions", []):
            lines.extend(_terms(name, _exclusion(name, group, seen), group))
        if "cues" in table:
            cues.update(_cues(name, table["cues"]))
    return lines, cues


def _cues(name: str, families: Mapping[str, str]) -> dict[str, str]:
    """Each family of cues as one regular expression."""
    _check(name, "cues", families, set(CUE_FAMILIES), required=set(CUE_FAMILIES))
    joined = {family: alternation([expand(line) for line in _lines(lines)]) for family, lines in families.items()}
    for family, pattern in joined.items():
        try:
            re.compile(pattern)
        except re.error:
            raise _wrong(name, family, "indice illisible", "a cue is not readable") from None
    return joined


def _lines(block: str) -> list[str]:
    lines = (line.split(" #", 1)[0].strip() for line in block.splitlines())
    return [line for line in lines if line and not line.startswith("#")]


def _terms(name: str, owner: Rule | Exclusion, group: Mapping[str, Any]) -> list[_Line]:
    return [_Line(name, number, owner, expand(line)) for number, line in enumerate(_lines(group["terms"]), 1)]


def _triggers(line: _Line) -> Triggers:
    """The strings that a text must hold; a rule without any, or a term that cannot be read, is refused."""
    where, number = line.owner.id, line.number
    try:
        found = triggers_of(line.pattern)
    except re.error:
        raise _wrong(line.file, where, f"terme n° {number} illisible", f"term no. {number} is not readable") from None
    if not found.sets and isinstance(line.owner, Rule):
        raise _wrong(line.file, where, f"terme n° {number} sans chaîne fixe", f"term no. {number} has no fixed string")
    return found


def _rule(name: str, group: Mapping[str, Any], seen: set[str]) -> Rule:
    _check(name, str(group.get("id", "?")), group, _RULE_KEYS, required={"id", "category", "terms"})
    identifier = _unique(name, group["id"], seen)
    also = tuple(_split(name, identifier, text) for text in group.get("also", []))
    topic = group.get("topic")
    _one_of(name, identifier, group["category"], CATEGORIES)
    _one_of(name, identifier, topic, (*TOPICS, None))
    _one_of(name, identifier, group.get("kind", "statement"), _KINDS)
    _one_of(name, identifier, group.get("case", "any"), _CASES)
    _one_of(name, identifier, group.get("assertion"), ("affirmed", "negated", "hypothetical", None))
    _one_of(name, identifier, group.get("subject"), ("patient", "third_party", None))
    return Rule(
        identifier, group["category"], topic, also, group.get("kind", "statement"), group.get("case", "any"),
        group.get("assertion"), group.get("subject"),
    )  # fmt: skip


def _exclusion(name: str, group: Mapping[str, Any], seen: set[str]) -> Exclusion:
    _check(name, str(group.get("id", "?")), group, _EXCLUSION_KEYS, required={"id", "reason", "terms"})
    identifier = _unique(name, group["id"], seen)
    for category in group.get("categories", []):
        _one_of(name, identifier, category, CATEGORIES)
    _one_of(name, identifier, group.get("case", "any"), _CASES)
    return Exclusion(identifier, group["reason"], frozenset(group.get("categories", [])), group.get("case", "any"))


def _split(name: str, identifier: str, text: str) -> tuple[str, str | None]:
    category, _, topic = text.partition(".")
    _one_of(name, identifier, category, CATEGORIES)
    _one_of(name, identifier, topic or None, (*TOPICS, None))
    return category, topic or None


def _unique(name: str, identifier: str, seen: set[str]) -> str:
    if identifier in seen:
        raise _wrong(name, identifier, "identifiant en double", "duplicate identifier")
    seen.add(identifier)
    return identifier


def _check(name: str, where: str, table: Mapping[str, Any], known: set[str], *, required: set[str]) -> None:
    for key in table:
        if key not in known:
            raise _wrong(name, where, f"clé inconnue {key}", f"unknown key {key}")
    for key in sorted(required - set(table)):
        raise _wrong(name, where, f"clé manquante {key}", f"missing key {key}")


def _one_of(name: str, where: str, value: object, accepted: tuple[object, ...]) -> None:
    if value not in accepted:
        raise _wrong(name, where, f"valeur {value!r} hors liste", f"value {value!r} is not one of the accepted")


def _wrong(name: str, where: str, fr: str, en: str) -> FactsError:
    return FactsError(f"Lexique {name}, groupe {where} : {fr}.", f"Lexicon {name}, group {where}: {en}.")
