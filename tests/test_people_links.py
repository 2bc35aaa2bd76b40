"""Who is one person: tables drawn as records, with the persons they are."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl
import pytest

from breachkit.people.candidates import SIZES, unpack
from breachkit.people.components import Links, far, without_contradictions
from breachkit.people.links import RULES, forbidden, most, reasons
from breachkit.people.resolve import Resolution, resolve

COLUMNS = (
    "family",
    "birth",
    "given",
    "born",
    "sex",
    "phone",
    "email",
    "address",
    "postcode",
    "controller",
    "nir",
)


def count(connection: Any, drawn: str) -> Resolution:
    """Counts the persons of a drawn table: one record a line, cells in COLUMNS' order, '-' for nothing."""
    lines = [line.split() for line in drawn.strip().splitlines()]
    rows = [[None if cell == "-" else cell for cell in (*line, "-")[: len(COLUMNS)]] for line in lines]
    frame = pl.DataFrame(rows, schema=dict.fromkeys(COLUMNS, pl.String), orient="row")
    connection.register("drawn", frame.to_arrow())
    connection.execute("""
        CREATE OR REPLACE TABLE w.records AS
        SELECT row_number() OVER () AS rid, family, birth, replace(given, '+', '') AS given,
            split_part(given, '+', 1) AS given_first,
            CAST(born AS DATE) AS born, sex, list_filter([phone], lambda one: one IS NOT NULL) AS phones, email, nir,
            CAST(NULL AS VARCHAR) AS ins, CAST(NULL AS VARCHAR) AS file_number, CAST(NULL AS DATE) AS died,
            CAST(NULL AS VARCHAR) AS family_words, CAST(NULL AS VARCHAR) AS birth_words,
            array_to_string(list_sort([coalesce(family, birth), given]), '') AS whole_name,
            address, address AS street, postcode, controller FROM drawn
    """)
    return resolve(connection)


CASES = {
    # name: (records, (low, best, high))
    "one record": ("DURAND - ANNE 1960-01-02 F 1 - - 75001 D1", (1, 1, 1)),
    "an exact double": ("DURAND - ANNE 1960-01-02 F 1 - - 75001 D1\n" * 2, (1, 1, 1)),
    "two doctors, same contact": (
        "DURAND - ANNE 1960-01-02 F 1 - - 75001 D1\nDURAND - ANNE 1960-01-02 F 1 - - 75001 D2",
        (1, 1, 1),
    ),
    "two doctors, other contacts": (
        "DURAND - ANNE 1960-01-02 F 1 - - 75001 D1\nDURAND - ANNE 1960-01-02 F 2 - - 69001 D2",
        (1, 1, 1),
    ),
    "homonyms born on other days": (
        "DURAND - ANNE 1960-01-02 F 1 - - 75001 D1\nDURAND - ANNE 1971-05-20 F 2 - - 75001 D1",
        (2, 2, 2),
    ),
    "father and son of one name": (
        "DURAND - JEAN 1950-01-02 M 1 - R 75001 D1\nDURAND - JEAN 1980-06-12 M 1 - R 75001 D1",
        (2, 2, 2),
    ),
    "father, son and an undated file": (
        (
            "DURAND - JEAN 1950-01-02 M 1 - R 75001 D1\nDURAND - JEAN 1980-06-12 M 1 - R 75001 D1\n"
            "DURAND - JEAN - M 1 - R 75001 D1"
        ),
        (2, 2, 2),
    ),
    "twins": (
        "DURAND - LEA 2010-01-02 F 1 - R 75001 D1\nDURAND - LEO 2010-01-02 M 1 - R 75001 D1",
        (2, 2, 2),
    ),
    "married name, same telephone": (
        "DURAND - ANNE 1960-01-02 F 1 - - 75001 D1\nPETIT - ANNE 1960-01-02 F 1 - - 75001 D1",
        (1, 1, 1),
    ),
    "married name, birth name told": (
        "PETIT DURAND ANNE 1960-01-02 F 2 - - 69001 D2\nDURAND - ANNE 1960-01-02 F 1 - - 75001 D1",
        (1, 1, 1),
    ),
    "swapped names": (
        "DURAND - ANNE 1960-01-02 F 1 - - 75001 D1\nANNE - DURAND 1960-01-02 F 1 - - 75001 D1",
        (1, 1, 1),
    ),
    "swapped day and month": (
        "DURAND - ANNE 1960-01-02 F 1 - - 75001 D1\nDURAND - ANNE 1960-02-01 F 1 - - 75001 D1",
        (1, 1, 1),
    ),
    "a slip in the family name": (
        "DURAND - ANNE 1960-01-02 F 1 - - 75001 D1\nDURAMD - ANNE 1960-01-02 F 3 - - 75001 D1",
        (1, 1, 1),
    ),
    "a cut given name": (
        "DURAND - JEAN+PIERRE 1960-01-02 M 1 - - 75001 D1\nDURAND - JEAN 1960-01-02 M 3 - - 75001 D1",
        (1, 1, 1),
    ),
    "one file without contact": (
        "DURAND - ANNE 1960-01-02 F 1 - - 75001 D1\nDURAND - ANNE 1960-01-02 F - - - - D2",
        (1, 1, 1),
    ),
    "nobody named": ("- - - - - - - - - D1\n" * 3, (1, 3, 3)),
    "one number and no name, a date in one row only": (
        "- - - 1955-01-02 F - - - - - 255017505600123\n- - - - F - - - - - 255017505600123",
        (1, 1, 1),
    ),
    "one number and no name, with its key and without": (
        "- - - 1955-01-02 F - - - - - 255017505600123\n- - - 1955-01-02 F - - - - - 2550175056001",
        (1, 1, 1),
    ),
    "one number and no name, a man and a woman": (
        "- - - 1955-01-02 F - - - - - 255017505600123\n- - - - M - - - - - 255017505600123",
        (2, 2, 2),
    ),
    "one number and no name, a parent and a child": (
        "- - - 1955-01-02 F - - - - - 255017505600123\n- - - 1990-05-06 F - - - - - 255017505600123",
        (2, 2, 2),
    ),
    "names only, twice": ("DURAND - ANNE - F - - - - D1\n" * 2, (1, 1, 2)),
    "a household shares its telephone": (
        (
            "DURAND - ANNE 1960-01-02 F 1 - R 75001 D1\nDURAND - PAUL 1958-03-04 M 1 - R 75001 D1\n"
            "DURAND - ZOE 1990-03-04 F 1 - R 75001 D1"
        ),
        (3, 3, 3),
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_persons(name: str, private: Any) -> None:
    drawn, expected = CASES[name]
    found = count(private, drawn)
    assert (found.low, found.best, found.high) == expected


EXTRA = (
    "DURAND - ANNE 1960-01-02 F 1 - - 75001 D1\nDURAND - ANNE 1960-01-03 F 1 - - 75001 D1\n"
    "DURAND - MARION 1961-01-02 F - - - 75001 D1\nDURAND - MARIOM 1961-01-02 F - - - 75001 D1\n"
    "PETIT - LUC - M 7 - - 75001 D1\nPETIT - LUC 1955-01-02 M 7 - - 75001 D1\n"
    "ROUX - ZOE 1955-01-02 F 1 - - 75001 D1 255017505600123\n"
    "BLANC - ZOE 1955-01-02 F 2 - - 69001 D1 255017505600123"
)


def test_every_established_rule_and_every_weighed_one_has_its_case(private: Any) -> None:
    """A rule that never fires on its own case would be dead code; those on numbers and compounds are below."""
    fired: set[str] = set()
    for text in [drawn for drawn, _ in CASES.values()] + [EXTRA]:
        fired |= {rule for rule, pairs in count(private, text).links.items() if pairs}
    elsewhere = {"same_ins", "same_file_number", "part_of_family_name", "similar_given_names", "another_family_name",
                 "several_slips"}  # fmt: skip
    assert {rule.id for rule in RULES} - elsewhere == fired - elsewhere


LEVELS = {
    # the reason kept, by the levels of agreement that make it
    "same_ins": {"n": 4, "g": 1, "s": 4, "b": 1},
    "same_file_number": {"f": 1, "s": 3, "g": 1, "b": 5},
    "part_of_family_name": {"s": 2, "g": 1, "b": 1},
    "similar_given_names": {"s": 1, "g": 4, "b": 1, "l": 1},
    "another_family_name": {"s": 4, "g": 1, "b": 1, "l": 5},
    "several_slips": {"s": 3, "g": 3, "b": 1},
    "undated_names": {"s": 1, "g": 1, "b": 0, "l": 5},
}


@pytest.mark.parametrize("rule", LEVELS)
def test_reason_of_a_pattern(rule: str) -> None:
    levels = {trait: np.array([LEVELS[rule].get(trait, 0)]) for trait, _ in SIZES}
    assert RULES[int(reasons(levels)[0])].id == rule


def test_what_contradicts_is_never_followed() -> None:
    def levels(**told: int) -> dict[str, Any]:
        return {trait: np.array([told.get(trait, 0)]) for trait, _ in SIZES}

    assert forbidden(levels(s=1, g=1, b=5, l=1), families=True)[0]  # father and son
    assert not forbidden(levels(s=1, g=1, b=3, l=1), families=True)[0]  # its control: a slip
    assert forbidden(levels(s=1, g=1, b=1, n=2), families=True)[0]  # two numbers of one's own
    assert forbidden(levels(s=1, g=5, b=1, x=2), families=True)[0]
    assert most(levels(s=1, g=5, b=1, l=1), families=True)[0] < 0.5  # twins
    assert most(levels(s=1, g=1, b=1), families=True)[0] == 1
    assert most(levels(s=4, g=1, b=1, l=5), families=True)[0] < 0.5


def test_a_pattern_unpacks_into_what_it_was_packed_from(private: Any) -> None:
    values = {trait: at % size for at, (trait, size) in enumerate(SIZES, 1)}
    packed = 0
    for trait, size in SIZES:
        packed = packed * size + values[trait]
    assert unpack(packed) == values


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("19500304", "19500304", False),
        ("19500304", "19500403", False),
        ("19500304", "19510304", False),
        ("19500304", "19810912", True),
        ("19500304", None, False),
    ],
)
def test_dates_that_cannot_be_one(one: str, other: str | None, expected: bool) -> None:
    assert far(one, other) is expected


def test_a_chain_is_cut_at_its_weakest_link() -> None:
    """Father, undated file, son: the undated file goes with the stronger link, and nothing welds the two dates."""
    links = Links(np.array([0, 1]), np.array([1, 2]), np.array([0.9, 0.7]), np.array([0, 0]))
    traits = {0: ("19500304", None, None), 1: (None, None, None), 2: ("19810912", None, None)}
    assert without_contradictions(links, traits).tolist() == [0]
    control = traits | {2: ("19500304", None, None)}
    assert without_contradictions(links, control).tolist() == [0, 1]


def test_slices_and_finer_blocks_of_large_extracts_find_the_same_pairs(
    private: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Traits held slice by slice give every pair once; beyond `LARGE`, pairs of strangers alone are passed over."""
    text = "\n".join(drawn.strip() for drawn, _ in CASES.values()) + f"\n{EXTRA}"
    whole = count(private, text)
    monkeypatch.setattr("breachkit.people.candidates.SLICE", 3)
    assert count(private, text) == whole
    monkeypatch.setattr("breachkit.people.candidates.LARGE", 1)
    large = count(private, text)
    assert (large.low, large.best, large.high) == (whole.low, whole.best, whole.high)
