"""What a sample proves: exact bounds against published tables, against brute force, and against each other."""

from __future__ import annotations

import math
import re
import tomllib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from breachkit.freetext.review_bounds import (
    at_most,
    clopper_pearson,
    finite_interval,
    rule_of_three,
    size_for,
    size_table,
)
from breachkit.reference.catalogue import resource

# Exact 95 % limits for a binomial count, in per cent, as printed in the usual tables
# (Documenta Geigy, Scientific Tables; Fisher and Yates).
PUBLISHED = [
    # found, sample, low, high
    (0, 10, 0.0, 30.85),
    (1, 10, 0.25, 44.50),
    (5, 10, 18.71, 81.29),
    (10, 10, 69.15, 100.0),
    (0, 20, 0.0, 16.84),
    (2, 20, 1.23, 31.70),
    (0, 100, 0.0, 3.62),
    (1, 100, 0.03, 5.45),
    (5, 100, 1.64, 11.28),
    (50, 100, 39.83, 60.17),
]


@pytest.mark.parametrize(("found", "sample", "low", "high"), PUBLISHED)
def test_clopper_pearson_is_that_of_the_tables(found: int, sample: int, low: float, high: float) -> None:
    got = clopper_pearson(found, sample)
    assert [round(100 * one, 2) for one in got] == [low, high]


@pytest.mark.parametrize("sample", [10, 59, 300, 3000])
def test_one_sided_with_nothing_found_is_the_closed_form_and_the_rule_of_three(sample: int) -> None:
    low, high = clopper_pearson(0, sample, sides=1)
    assert low == 0
    assert math.isclose(high, 1 - 0.05 ** (1 / sample), rel_tol=1e-9)
    assert high < rule_of_three(sample) < 1.16 * high


def surprise(found: int, sample: int, whole: int, count: int) -> float:
    """P(at most `found` in the sample) by plain counting: the independent way."""
    ways = sum(math.comb(count, k) * math.comb(whole - count, sample - k) for k in range(found + 1))
    return ways / math.comb(whole, sample)


@pytest.mark.parametrize(("found", "sample", "whole"), [(0, 10, 40), (1, 10, 40), (3, 12, 30), (0, 30, 30), (2, 9, 9)])
def test_the_finite_bound_is_the_largest_count_that_is_no_surprise(found: int, sample: int, whole: int) -> None:
    possible = range(found, whole - (sample - found) + 1)
    assert at_most(found, sample, whole) == max(
        count for count in possible if surprise(found, sample, whole, count) > 0.05
    )


def test_what_was_read_entirely_leaves_no_doubt() -> None:
    assert at_most(0, 81, 81) == 0
    assert at_most(3, 81, 81) == 3
    assert finite_interval(20, 25, 25) == (0.8, 0.8)


def test_the_bound_of_the_issue() -> None:
    """169,000 notes, 2,000 of them flagged: 300 read without finding any leave at most 1,657 of 167,000."""
    assert at_most(0, 300, 167_000) == 1657
    assert at_most(0, 3000, 167_000) == 165


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_the_finite_whole_is_never_less_sure_than_the_infinite_one(data: st.DataObject) -> None:
    whole = data.draw(st.integers(2, 5000))
    sample = data.draw(st.integers(1, whole))
    found = data.draw(st.integers(0, sample))
    infinite = clopper_pearson(found, sample, sides=1)[1] * whole
    assert at_most(found, sample, whole) <= math.ceil(infinite - 1e-6)  # a whole number of notes
    low, high = finite_interval(found, sample, whole)
    assert low <= found / sample + 1 / whole
    assert high >= found / sample - 1 / whole
    wide_low, wide_high = clopper_pearson(found, sample)
    assert wide_low <= low + 1e-9
    assert high <= wide_high + 1e-9


def test_the_bound_holds_as_often_as_promised() -> None:
    """Over every sample of a small whole with a known number of hits, the bound is below the truth in at most 5 %."""
    whole, sample = 60, 15
    for truth in range(0, 31, 3):
        wrong = sum(
            math.comb(truth, k) * math.comb(whole - truth, sample - k) / math.comb(whole, sample)
            for k in range(sample + 1)
            if k <= truth and at_most(k, sample, whole) < truth
        )
        assert wrong <= 0.05


@pytest.mark.parametrize(("found", "sample", "whole"), [(2, 1, 10), (0, 0, 10), (-1, 3, 10), (0, 11, 10)])
def test_counts_that_do_not_fit_are_refused(found: int, sample: int, whole: int) -> None:
    with pytest.raises(ValueError, match="sample"):
        at_most(found, sample, whole)


def test_the_size_for_a_bound() -> None:
    for share, size in size_table():
        assert clopper_pearson(0, size, sides=1)[1] <= share < clopper_pearson(0, size - 1, sides=1)[1]
    assert size_for(0.01) == 299
    with pytest.raises(ValueError, match="share"):
        size_for(0)


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_help_gives_the_table_as_it_is_computed(language: str) -> None:
    told = tomllib.loads(resource("cli.toml"))[language]["review_size"]
    pairs = re.findall(r"(\d+) → ([\d,.]+) %", told)
    assert {(float(share.replace(",", ".")) / 100, int(size)) for size, share in pairs} == set(size_table())
