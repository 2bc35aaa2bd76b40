"""Small counts across a batch: no total that is told gives a controller's withheld count away."""

from __future__ import annotations

import random
from itertools import product

import pytest

from breachkit.report.jointly import withheld_beside_sheets
from breachkit.report.sharing import as_one, counts_of, shareable
from breachkit.small_counts.joint import betraying
from breachkit.small_counts.masked import Masked
from tests.example_impact import scaled_impact


@pytest.mark.parametrize(
    ("total", "parts", "betrayed"),
    [
        (101, (60, 40, 1), True),  # total − others = one person
        (106, (60, 40, 6), True),
        (102, (60, 40, 1, 1), True),  # two small counts that make two are one each
        (120, (60, 40, 10, 10), True),  # and two that make twenty are ten each
        (111, (60, 40, 5, 6), False),  # two that make eleven: from one to ten
        (130, (60, 40, 30), False),  # none is small
        (9, (9, 0), False),  # the total is withheld itself
    ],
)
def test_a_total_less_its_other_parts(total: int, parts: tuple[int, ...], betrayed: bool) -> None:
    found = betraying({"x": total}, [{"x": part} for part in parts])
    assert (found == {"x"}) is betrayed


def test_what_is_shared_or_apart_makes_a_sum_unsure() -> None:
    parts = [{"x": 60}, {"x": 40}, {"x": 4}]
    assert betraying({"x": 104}, parts) == {"x"}
    assert betraying({"x": 104}, parts, shared=2, apart=2) == {"x"}
    assert betraying({"x": 104}, parts, shared=20, apart=20) == frozenset()


def test_every_betrayal_is_found_that_counting_finds() -> None:
    """Against all the ways in which the small counts may make the rest."""
    drawn = random.Random(3)
    betrayed = 0
    for _ in range(300):
        parts = [drawn.choice((0, drawn.randint(1, 10), drawn.randint(11, 40))) for _ in range(4)]
        hidden = [value for value in parts if 0 < value < 11]
        rest, total = sum(hidden), sum(parts)
        ways = [one for one in product(range(1, 11), repeat=len(hidden)) if sum(one) == rest]
        narrow = any(len({one[at] for one in ways}) < 8 for at in range(len(hidden)))
        expected = narrow and total > 10
        betrayed += expected
        assert bool(betraying({"x": total}, [{"x": value} for value in parts])) is expected, parts
    assert 50 < betrayed < 280


def test_the_summary_does_not_tell_what_the_sheets_would_betray() -> None:
    """One controller has two deceased patients, the others many: the summary withholds the total of the deceased."""
    impact = scaled_impact(3)
    one, *others = impact.controllers
    controllers = (
        one.model_copy(update={"deceased": 2}),
        *(each.model_copy(update={"deceased": 20 + at}) for at, each in enumerate(others)),
    )
    whole = sum(each.deceased for each in controllers)
    people = impact.people.model_copy(
        update={
            "deceased": impact.people.deceased.model_copy(update=dict.fromkeys(("low", "best", "high"), whole)),
            "patients": impact.people.patients.model_copy(
                update=dict.fromkeys(("low", "best", "high"), sum(each.patients.best for each in controllers))
            ),
        }
    )
    quality = impact.quality.model_copy(update={"persons_without_controller": 0})
    made = impact.model_copy(update={"controllers": controllers, "people": people, "quality": quality})
    assert not isinstance(shareable(as_one(made)).deceased, Masked)  # alone, it would be told
    assert "deceased" in withheld_beside_sheets(made)
    assert isinstance(shareable(as_one(made), withheld_beside_sheets(made)).deceased, Masked)
    assert counts_of(as_one(made)).told["deceased"] == whole
