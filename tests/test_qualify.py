"""Assertion and subject, on sentences with inline tags: `<category [neg|hyp] [third]>words</>`.

Unlike `notes_cases.txt`, only the categories that a sentence tags are compared, without their topics: what else a
lexicon finds in it is another test's concern. The line above each group says which pain it guards against.
"""

from __future__ import annotations

import re
from pathlib import Path

import polars as pl
import pytest

from breachkit.freetext.clauses import clauses_of
from breachkit.freetext.findings import find_mentions

CASES = Path(__file__).parent / "data" / "qualify_cases.txt"
TAG = re.compile(r"<(?P<spec>[a-z_]+(?: (?:neg|hyp|third))*)>|</>")
ASSERTIONS = {"neg": "negated", "hyp": "hypothetical"}

Expected = set[tuple[str, str, str]]


def parse(line: str) -> tuple[str, Expected]:
    """The sentence without its tags, and the category, assertion and subject of each tag."""
    expected: Expected = set()
    for tag in TAG.finditer(line):
        if tag["spec"] is not None:
            category, *marks = tag["spec"].split()
            assertion = next((ASSERTIONS[mark] for mark in marks if mark in ASSERTIONS), "affirmed")
            expected.add((category, assertion, "third_party" if "third" in marks else "patient"))
    return TAG.sub("", line).replace("\\n", "\n"), expected


def cases() -> list[str]:
    lines = CASES.read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]


@pytest.fixture(scope="module")
def found() -> dict[int, Expected]:
    """What is found in each case, by its number; in one call, since a call pays for the automaton of all triggers."""
    rows = find_mentions(pl.Series([parse(line)[0] for line in cases()]))
    gathered: dict[int, Expected] = {}
    for number, *row in rows.select("text_index", "category", "assertion", "subject").iter_rows():
        gathered.setdefault(number, set()).add((row[0], row[1], row[2]))
    return gathered


@pytest.mark.parametrize(("number", "line"), list(enumerate(cases())))
def test_assertion_and_subject_are_as_tagged(number: int, line: str, found: dict[int, Expected]) -> None:
    _, expected = parse(line)
    tagged = {category for category, _, _ in expected}
    assert {row for row in found.get(number, set()) if row[0] in tagged} == expected


def test_every_assertion_and_subject_is_among_the_cases() -> None:
    seen = {(assertion, subject) for line in cases() for _, assertion, subject in parse(line)[1]}
    assert len(seen) == 6


def test_an_echo_alone_reveals_nothing() -> None:
    texts = ["Neveu idem", "pas elle", "c'est son gendre", "sa sœur aussi", "les deux", "j'en doute"]
    assert find_mentions(pl.Series(texts)).is_empty()


@pytest.mark.parametrize(
    ("text", "openers", "hangs_on"),
    [
        ("le pere (phobie) est la", ["sentence", "open", "close"], [-1, 0, 0]),
        ("mere malade, elle non. rdv", ["sentence", "comma", "sentence"], [-1, 0, -1]),
        ("inj. a 2.5 mg", ["sentence"], [-1]),
        ("fratrie : 1) ok 2) malade", ["sentence", "item", "item"], [-1, 0, 1]),
        ("boite parce qu il a chute", ["sentence", "link"], [-1, 0]),
    ],
)
def test_clauses_hang_on_what_they_continue(text: str, openers: list[str], hangs_on: list[int]) -> None:
    clauses = clauses_of(text)
    assert [clause.opener for clause in clauses] == openers
    assert [clause.hangs_on for clause in clauses] == hangs_on
