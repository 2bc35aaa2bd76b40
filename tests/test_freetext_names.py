"""Full names of others in notes: every line of tests/data/notes_names.txt is found, or left alone, as it says."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from breachkit.freetext.findings import find_mentions

LINES = [
    line
    for line in (Path(__file__).parent / "data" / "notes_names.txt").read_text(encoding="utf-8").splitlines()
    if line.startswith(("+ ", "- "))
]


@pytest.mark.parametrize("line", LINES)
def test_a_full_name_is_told_from_what_looks_like_one(line: str) -> None:
    rows = find_mentions(pl.Series([line[2:]])).filter(pl.col("category") == "identifier")
    assert (rows.height > 0) == line.startswith("+")
    assert set(rows["subject"]) <= {"third_party"}


def test_both_kinds_are_well_represented() -> None:
    assert min(sum(line[0] == sign for line in LINES) for sign in "+-") >= 50


@pytest.mark.parametrize(
    "text",
    [
        "(06) 39 98 12 34", "06 . 39 . 98 . 12 . 34", "06_39_98_12_34", "06,39,98,12,34", "port 06 39 981 234",
        "Tel.0639981234", "+33 (0)6 39 98 12 34", "0033639981234", "06/39/98/12/34", "0692 12 34 56",
        "paul durand arobase example point org", "paul.durand at example.org", "paul.durand [at] example.org",
        "2 94 03 2b 120 005", "fr76 3000 6000 0112 3456 7890 189", "immat ab123cd", "voiture 1234 AB 75",
        "RPPS 10003456789", "n° RPPS : 1 000 345 6789", "passeport n° 09PA12345",
        "CNI 880692310285", "ADELI 75 9 12345 6",
    ],
)  # fmt: skip
def test_an_identifier_is_found_however_it_is_typed(text: str) -> None:
    assert "identifier" in set(find_mentions(pl.Series([text]))["category"])


@pytest.mark.parametrize(
    "text", ["code 4589B", "digicode: A12B7", "mdp Toto123", "boîte à clé 2580", "code portail 1234"]
)
def test_a_code_is_found(text: str) -> None:
    assert set(find_mentions(pl.Series([text]))["category"]) == {"access_code"}


@pytest.mark.parametrize(
    "text",
    [
        "interphone 12", "code postal 75011", "code promo NOEL25", "code CCAM DEQP003", "3e gauche code au gardien",
        "code NAF 8621Z", "rdv le 12/03/2024 à 14h30", "facture 2024-0345", "lot AB1234", "né le 06 03 1998",
    ],
)  # fmt: skip
def test_a_number_that_identifies_nobody_is_left_alone(text: str) -> None:
    assert find_mentions(pl.Series([text])).height == 0
