"""The triggers kept beside the lexicon: those that would be worked out, used where current, ignored where not."""

from __future__ import annotations

import random

from breachkit.freetext import lexicon, stored_triggers, vocabulary
from breachkit.freetext.triggers import required_strings


def test_the_kept_triggers_are_those_of_the_lexicon() -> None:
    """A lexicon was changed without `make lexicon`: every start would take seconds."""
    patterns = lexicon.patterns_of_package()
    kept = stored_triggers.stored(patterns)
    assert kept is not None, "make lexicon"
    assert len(kept) == len(patterns)
    for at in random.Random(1).sample(range(len(patterns)), 300):
        assert kept[at] == stored_triggers.triggers_of(patterns[at])


def test_triggers_kept_for_other_patterns_are_not_used() -> None:
    patterns = lexicon.patterns_of_package()
    assert stored_triggers.stored([*patterns, "new"]) is None
    assert stored_triggers.stored(patterns[::-1]) is None


def test_a_lexicon_without_kept_triggers_works_them_out() -> None:
    table = {
        "a.toml": {
            "meta": {"origin": "test", "date": "2026", "certainty": "test"},
            "rules": [{"id": "x.y", "category": "health", "terms": "grippe\nangine (blanche|rouge)"}],
        }
    }
    made = lexicon.build_lexicon(table)
    assert made.rule_triggers == tuple(sorted({" grippe ", *required_strings("angine +(blanche|rouge)")}))


def test_the_kept_vocabulary_is_that_of_the_lexicon() -> None:
    """A lexicon was changed without `make lexicon`: its new words would not be known when they are misspelt."""
    assert vocabulary.stored_digest() == vocabulary.digest_of(lexicon.load_lexicon()), "make lexicon"


def test_every_term_compiles() -> None:
    """A term is compiled when it first wakes: one that cannot be would fail on a user's notes."""
    terms = lexicon.load_lexicon().terms
    assert len(terms) > 10_000
    for term in terms:
        lexicon.compiled(term.pattern)
