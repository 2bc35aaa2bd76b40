"""The sentences of tests/data/notes_cases.txt: each tag must be found as it says, and nothing else."""

from __future__ import annotations

import re
from pathlib import Path

import polars as pl
import pytest

from breachkit.freetext.findings import find_mentions
from breachkit.freetext.lexicon import CATEGORIES

CASES = Path(__file__).parent / "data" / "notes_cases.txt"
TAG = re.compile(r"<(?P<spec>[a-z_]+(?:\.[a-z_]+)?(?: (?:neg|hyp|third))*)>|</>")
ASSERTIONS = {"neg": "negated", "hyp": "hypothetical"}

Expected = set[tuple[str, str | None, str, str]]


def parse(line: str) -> tuple[str, Expected]:
    """The sentence without its tags, and the findings that the tags announce."""
    expected: Expected = set()
    for tag in TAG.finditer(line):
        if tag["spec"] is None:
            continue
        name, *marks = tag["spec"].split()
        category, _, topic = name.partition(".")
        assertion = next((ASSERTIONS[mark] for mark in marks if mark in ASSERTIONS), "affirmed")
        expected.add((category, topic or None, assertion, "third_party" if "third" in marks else "patient"))
    return TAG.sub("", line), expected


def cases() -> list[str]:
    lines = CASES.read_text(encoding="utf-8").replace(":\n<", ":\\n<").splitlines()
    return [line.replace("\\n", "\n") for line in lines if line and not line.startswith("#")]


def found(text: str) -> Expected:
    rows = find_mentions(pl.Series([text]))
    return set(rows.select("category", "topic", "assertion", "subject").iter_rows())


@pytest.mark.parametrize("line", cases())
def test_case_is_found_as_tagged(line: str) -> None:
    text, expected = parse(line)
    assert found(text) == expected


def test_the_cases_cover_every_category() -> None:
    tagged = {category for line in cases() for category, *_ in parse(line)[1]}
    assert tagged == set(CATEGORIES)


def test_the_cases_include_sentences_that_reveal_nothing() -> None:
    assert sum(not parse(line)[1] for line in cases()) >= 15
