"""The report's words: both languages complete, numbers and dates as their readers write them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

from breachkit.reference.catalogue import categories, load_toml
from breachkit.report.format import (
    bounds,
    clock,
    day,
    interval,
    number,
    percent,
    quantity,
    short_number,
    signed_percent,
    size,
    typography,
)
from breachkit.report.wording import wording


def leaves(tree: dict[str, Any], path: str = "") -> Iterator[tuple[str, Any]]:
    for key, value in tree.items():
        if isinstance(value, dict):
            yield from leaves(value, f"{path}{key}.")
        else:
            yield f"{path}{key}", value


FRENCH = dict(leaves(load_toml("wording/fr.toml")))
ENGLISH = dict(leaves(load_toml("wording/en.toml")))


def test_both_languages_have_the_same_keys() -> None:
    assert len(FRENCH) > 250
    assert list(FRENCH) == list(ENGLISH)


def test_both_languages_have_the_same_places_and_lengths() -> None:
    for key, text in FRENCH.items():
        assert sorted(re.findall(r"{\w+}", str(text))) == sorted(re.findall(r"{\w+}", str(ENGLISH[key]))), key
        assert type(text) is type(ENGLISH[key])
        if isinstance(text, list):
            assert len(text) == len(ENGLISH[key])


def test_french_sentences_keep_their_no_break_spaces() -> None:
    # a plain space before ; : ! ? % or inside guillemets would break at the end of a line
    wrong = re.compile(r" [;:!?%»]|« ")
    assert wrong.search("oui ; non")  # the control: it does find one
    assert [key for key, text in FRENCH.items() if wrong.search(str(text))] == []


def test_every_category_has_a_short_label() -> None:
    assert set(categories()) <= set(load_toml("wording/fr.toml")["short_categories"])


@pytest.mark.parametrize(
    ("value", "decimals", "french", "english"),
    [
        (3950, 0, "3\u202f950", "3,950"),
        (15_000_000, 0, "15\u202f000\u202f000", "15,000,000"),
        (1.5, 1, "1,5", "1.5"),
        (-1043, 0, "−1\u202f043", "−1,043"),
        (-0.2, 0, "0", "0"),
    ],
)
def test_numbers(value: float, decimals: int, french: str, english: str) -> None:
    assert number(value, "fr", decimals) == french
    assert number(value, "en", decimals) == english


@pytest.mark.parametrize(
    ("share", "french"),
    [
        (0, "0\u202f%"),
        (169_000 / 15_000_000, "1,13\u202f%"),
        (0.0000004, "<\u00a00,01\u202f%"),
        (0.45, "45,0\u202f%"),
        (0.9994, "99,9\u202f%"),
        (0.9996, "99,96\u202f%"),
        (0.99999, ">\u00a099,99\u202f%"),
        (1, "100\u202f%"),
    ],
)
def test_shares_never_hide_by_rounding(share: float, french: str) -> None:
    assert percent(share) == french


def test_shares_in_english_and_with_sign() -> None:
    assert percent(0.0113, "en") == "1.13%"
    assert signed_percent(-0.003) == "−0,3\u202f%"
    assert signed_percent(0.26, "en") == "+26%"
    assert signed_percent(0) == "0\u202f%"


def test_intervals_tell_unit_bounds_and_the_figure_kept() -> None:
    assert interval(3938, 3950, 3961, "persons") == "entre 3\u202f938 et 3\u202f961 personnes, 3\u202f950 retenues"
    assert interval(0, 1, 1, "patients") == "entre 0 et 1 patient, 1 retenu"
    assert interval(15, 15, 15, "controllers", "en") == "15\u00a0controllers"
    assert bounds(3938, 3961, "en") == "between 3,938 and 3,961"
    assert bounds(4, 4) == "exact"


def test_units_agree() -> None:
    assert [quantity(n, "persons") for n in (0, 1, 2)] == [
        "0\u00a0personne", "1\u00a0personne", "2\u00a0personnes",
    ]  # fmt: skip
    assert [quantity(n, "persons", "en") for n in (0, 1, 2)] == [
        "0\u00a0persons", "1\u00a0person", "2\u00a0persons",
    ]  # fmt: skip


def test_dates() -> None:
    assert day("2026-01-01T09:00:00+01:00") == "1er\u00a0janvier 2026"
    assert day("2026-01-01T23:30:00+00:00", "en") == "2\u00a0January 2026"  # Paris is already at the next day
    assert clock("2026-01-09T10:00:00+01:00") == ("vendredi 9\u00a0janvier 2026 à 10\u00a0h\u00a000 (heure de Paris)")
    assert clock(None) == day("no date") == "–"


def test_sizes_and_short_numbers() -> None:
    assert size(999) == "999\u00a0octets"
    assert size(612_488) == "612,5\u00a0ko"
    assert size(2_350_000_000, "en") == "2.4\u00a0GB"
    assert [short_number(n) for n in (5.0, 2.75, 1200.5)] == ["5", "2,75", "1\u202f200,5"]


def test_typography_mends_spaces_but_not_times() -> None:
    assert typography("l'en-tête : « nom » ; 10:00 à 1 500 patients") == (
        "l’en-tête\u202f: «\u202fnom\u202f»\u202f; 10:00 à 1\u202f500 patients"
    )
    assert typography("the doctor's note: 1 500", "en") == "the doctor’s note: 1 500"


def test_an_unknown_id_is_a_word_and_an_unknown_language_an_error() -> None:
    assert wording("fr").label("topics", "brand_new_topic") == "Autre sujet"
    assert wording("en").field("brand_new_field") == "Not recognised"
    with pytest.raises(ValueError, match="language"):
        wording("de")
