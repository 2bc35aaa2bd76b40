"""Who is one person: tables drawn as records, with the persons they are."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest

from breachkit.people.links import RULES
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
        SELECT row_number() OVER () AS rid, family, birth, given, split_part(given, '+', 1) AS given_first,
            CAST(born AS DATE) AS born, sex, list_distinct([phone]) AS phones, email, nir,
            address, postcode, controller FROM drawn
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
        (1, 1, 2),
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
        (2, 2, 3),
    ),
    "twins": (
        "DURAND - LEA 2010-01-02 F 1 - R 75001 D1\nDURAND - LEO 2010-01-02 M 1 - R 75001 D1",
        (2, 2, 2),
    ),
    "married name, same telephone": (
        "DURAND - ANNE 1960-01-02 F 1 - - 75001 D1\nPETIT - ANNE 1960-01-02 F 1 - - 75001 D1",
        (1, 1, 2),
    ),
    "married name, birth name told": (
        "PETIT DURAND ANNE 1960-01-02 F 2 - - 69001 D2\nDURAND - ANNE 1960-01-02 F 1 - - 75001 D1",
        (1, 1, 2),
    ),
    "swapped names": (
        "DURAND - ANNE 1960-01-02 F 1 - - 75001 D1\nANNE - DURAND 1960-01-02 F 1 - - 75001 D1",
        (1, 1, 2),
    ),
    "swapped day and month": (
        "DURAND - ANNE 1960-01-02 F 1 - - 75001 D1\nDURAND - ANNE 1960-02-01 F 1 - - 75001 D1",
        (1, 1, 2),
    ),
    "a slip in the family name": (
        "DURAND - ANNE 1960-01-02 F 1 - - 75001 D1\nDURAMD - ANNE 1960-01-02 F 3 - - 75001 D1",
        (1, 1, 2),
    ),
    "a cut given name": (
        "DURAND - JEANPIERRE 1960-01-02 M 1 - - 75001 D1\nDURAND - JEAN 1960-01-02 M 3 - - 75001 D1",
        (1, 1, 2),
    ),
    "one file without contact": (
        "DURAND - ANNE 1960-01-02 F 1 - - 75001 D1\nDURAND - ANNE 1960-01-02 F - - - - D2",
        (1, 1, 1),
    ),
    "nobody named": ("- - - - - - - - - D1\n" * 3, (3, 3, 3)),
    "names only, twice": ("DURAND - ANNE - F - - - - D1\n" * 2, (1, 2, 2)),
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


def test_every_rule_links_somebody_in_the_cases(private: Any) -> None:
    """A rule that never fires on its own case would be dead code."""
    fired: set[str] = set()
    for drawn, _ in CASES.values():
        fired |= {rule for rule, pairs in count(private, drawn).links.items() if pairs}
    extra = (
        "DURAND - ANNE 1960-01-02 F 1 - - 75001 D1\nDURAND - ANNE 1960-01-03 F 1 - - 75001 D1\n"
        "DURAND - MARION 1961-01-02 F - - - 75001 D1\nDURAND - MARIOM 1961-01-02 F - - - 75001 D1\n"
        "PETIT - LUC - M - - - 75001 D1\nPETIT - LUC 1955-01-02 M - - - 75001 D1\n"
        "ROUX - ZOE 1955-01-02 F 1 - - 75001 D1 255017505600123\n"
        "BLANC - ZOE 1955-01-02 F 2 - - 69001 D1 255017505600123"
    )
    fired |= {rule for rule, pairs in count(private, extra).links.items() if pairs}
    assert {rule.id for rule in RULES} == fired
