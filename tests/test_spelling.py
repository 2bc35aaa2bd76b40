"""Misspelt and glued words: read as what was meant, and names, codes and French words left alone."""

from __future__ import annotations

import pytest

from breachkit.freetext.fold import fold
from breachkit.freetext.lexicon import load_lexicon
from breachkit.freetext.spelling import respell, respelling
from breachkit.freetext.vocabulary import sound


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("alcoolik", "alcoolique"),
        ("bracellet", "bracelet"),
        ("sidda", None),  # five letters: too many neighbours
        ("suiccide", "suicide"),
        ("omosexuel", "homosexuel"),
        ("ladepression", "la depression"),
        ("sousmethadone", "sous methadone"),
        ("trisomique21", "trisomique 21"),
    ],
)
def test_what_is_written_is_read_as_meant(written: str, meant: str | None) -> None:
    assert respelling(written, load_lexicon()) == meant


@pytest.mark.parametrize(
    "word",
    ["prochaine", "boulangerie", "schizophrene", "coreenne", "conisation", "dupont", "martinez", "emmerdeur",
     "loulou1962", "soleil2024", "cabinet34", "josette", "bichat"],
)  # fmt: skip
def test_a_known_word_a_name_or_a_password_stands_for_itself(word: str) -> None:
    assert respelling(word, load_lexicon()) is None


@pytest.mark.parametrize(
    ("one", "other"),
    [("alcoolik", "alcoolique"), ("pharmassie", "pharmacie"), ("detansion", "detention"), ("prizon", "prison")],
)
def test_words_that_sound_alike(one: str, other: str) -> None:
    assert sound(one) == sound(other)
    assert sound(one) != sound("maison")  # control


def test_a_name_by_its_capital_is_left_alone() -> None:
    corrections = {"bracellet": "bracelet"}
    name, noun = "vu par Mme Bracellet hier", "Bracellet hier"
    assert respell(fold(name), corrections, name).text == fold(name).text
    assert respell(fold(noun), corrections, noun).text == "bracelet hier"
    capitals = "BRACELLET POSE"
    assert respell(fold(capitals), corrections, capitals).text == "bracelet pose"
