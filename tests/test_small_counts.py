"""Small counts: what is withheld cannot be worked out, by whoever knows every sum; what is told stays useful."""

from __future__ import annotations

import json
import random
import re
from typing import Any

import pytest

from breachkit.impact import ControllerImpact, Impact
from breachkit.report.format import number, percent, quantity, share_of
from breachkit.report.sharing import as_one, counts_of, shareable, shared_json
from breachkit.small_counts.exact import Program
from breachkit.small_counts.masked import Masked, MaskedShare
from breachkit.small_counts.withhold import ENOUGH_VALUES, Counts, bounded, withheld
from tests.conftest import ROOT
from tests.example_impact import example_impact

EVERYBODY = 100_000  # more than any count here


def extent(rows: list[dict[str, int]], known: dict[str, tuple[int, int | None]], name: str) -> tuple[int, int]:
    """The least and the most that a count may be as a whole number: an attack that shares nothing with our code."""
    import numpy as np
    from scipy.optimize import Bounds, LinearConstraint, milp

    names = sorted(known)
    matrix = np.array([[row.get(one, 0) for one in names] for row in rows], dtype=float)
    bounds = Bounds(
        [known[one][0] for one in names],
        [EVERYBODY if (high := known[one][1]) is None else high for one in names],
    )
    ends = []
    for sign in (1, -1):
        goal = np.array([sign if one == name else 0 for one in names], dtype=float)
        found = milp(goal, constraints=LinearConstraint(matrix, 0, 0), bounds=bounds, integrality=np.ones(len(names)))
        assert found.status == 0, "the figures contradict what the reader holds to be true"
        ends.append(round(sign * found.fun))
    return ends[0], ends[1]


def attacked(counts: Counts, masks: dict[str, Masked]) -> dict[str, tuple[int, int]]:
    """What an attacker knows of every guarded count."""
    known: dict[str, tuple[int, int | None]] = {name: (value, value) for name, value in counts.told.items()}
    known |= {name: (mask.low, mask.high) for name, mask in masks.items()}
    known |= dict.fromkeys(counts.silent, (0, None))
    rows = [dict(rule.terms) for rule in counts.rules]
    return {name: extent(rows, known, name) for name in counts.guarded()}


def safe(counts: Counts, masks: dict[str, Masked]) -> bool:
    return all(high - low + 1 >= ENOUGH_VALUES for low, high in attacked(counts, masks).values())


def test_a_total_does_not_give_its_small_part_away() -> None:
    counts = Counts(told={"all": 300, "minors": 3, "adults": 277, "unknown": 20})
    counts.total("all", ("minors", "adults", "unknown"))
    only = {"minors": Masked(1, 10)}
    assert attacked(counts, only) == {"minors": (3, 3)}  # the control: withholding the small one alone is not enough
    masks = withheld(counts)
    assert set(masks) == {"minors", "unknown"}
    assert safe(counts, masks)


def test_complements_are_guarded_as_well() -> None:
    counts = Counts(told={"all": 321, "with_email": 171, "with_sex": 318, "nobody": 321})
    for name in ("with_email", "with_sex", "nobody"):
        counts.part(name, "all")
    assert not safe(counts, {})
    masks = withheld(counts)
    assert {name: (mask.low, mask.high) for name, mask in masks.items()} == {"with_sex": (311, 320)}
    assert safe(counts, masks)


def test_parts_of_parts_and_overlaps() -> None:
    counts = Counts(told={"all": 400, "notes": 22, "health": 12, "sex_life": 10, "special": 22})
    counts.part("notes", "all")
    counts.part("special", "notes")
    counts.at_most("special", ("health", "sex_life"))  # 22 ≤ 12 + x: whoever reads 12 and 22 knows that x is 10
    assert attacked(counts, {"sex_life": Masked(1, 10)})["sex_life"] == (10, 10)
    masks = withheld(counts)
    assert safe(counts, masks)
    assert len(masks) > 1


def test_two_small_counts_that_would_fill_their_total() -> None:
    for pair in ((10, 10), (1, 1), (9, 10), (1, 2)):
        counts = Counts(told={"all": sum(pair) + 50, "a": pair[0], "b": pair[1], "c": 50})
        counts.total("all", "abc")
        assert safe(counts, withheld(counts)), pair


def test_sums_that_cross_are_settled_exactly() -> None:
    """A table by sex and age: every row and column adds up; bounds drawn one sum at a time are too wide."""
    counts = Counts(told={"f0": 3, "f1": 40, "f2": 55, "m0": 30, "m1": 4, "m2": 60})
    counts.told |= {"f": 98, "m": 94, "0": 33, "1": 44, "2": 115}
    counts.last |= {"f", "m"}
    for whole, parts in (("f", "f0 f1 f2"), ("m", "m0 m1 m2"), ("0", "f0 m0"), ("1", "f1 m1"), ("2", "f2 m2")):
        counts.total(whole, parts.split())
    only = {"f0": Masked(1, 10), "m1": Masked(1, 10), "f1": Masked(), "m0": Masked()}
    real = bounded(counts, only)
    program = Program(counts.rules, real)
    assert program.interval("f0") == pytest.approx(extent([dict(r.terms) for r in counts.rules], real, "f0"))
    masks = withheld(counts)
    assert safe(counts, masks)
    assert len(masks) < len(counts.told)


@pytest.mark.parametrize("seed", range(25))
def test_random_tables_hold_against_the_attack(seed: int) -> None:
    draw = random.Random(seed)
    cells = {f"{row}{column}": draw.choice((0, 1, 2, 5, 9, 10, 14, 40, 300)) for row in "abc" for column in "wxyz"}
    counts = Counts(told=dict(cells))
    for row in "abc":
        counts.told[row] = sum(cells[f"{row}{column}"] for column in "wxyz")
        counts.total(row, (f"{row}{column}" for column in "wxyz"))
    counts.told["all"] = sum(counts.told[row] for row in "abc")
    counts.total("all", "abc")
    if seed % 2:
        for column in "wxyz":
            counts.told[column] = sum(cells[f"{row}{column}"] for row in "abc")
            counts.total(column, (f"{row}{column}" for row in "abc"))
    masks = withheld(counts)
    assert all(name in masks for name, value in counts.told.items() if 0 < value < 11)
    for name, (low, high) in attacked(counts, masks).items():
        assert low <= counts.value(name) <= high
        # Where all is withheld, what is left is what "less than 11" itself tells of a small total.
        assert high - low + 1 >= ENOUGH_VALUES or len(masks) == len(counts.told), name


# --- The figures of a controller ------------------------------------------------------------------------------


def read_back(told: Any) -> tuple[int, int | None]:
    """What a reader makes of a count as it is written."""
    if isinstance(told, int):
        return told, told
    if told == "*":
        return 0, None
    if told.startswith("<"):
        return 0, int(told[1:]) - 1
    low, _dots, high = told.partition("..")
    return int(low), int(high)


class Reader:
    """Somebody who reads the figures and knows what they mean, without our rules."""

    def __init__(self) -> None:
        self.known: dict[str, tuple[int, int | None]] = {}
        self.rows: list[dict[str, int]] = []

    def learn(self, name: str, told: Any) -> str:
        self.known[name] = read_back(told)
        return name

    def adds_up(self, whole: str, parts: list[str]) -> None:
        self.rows.append({whole: -1, **dict.fromkeys(parts, 1)})

    def is_within(self, part: str, whole: str) -> None:
        rest = f"{whole} without {part}"
        self.known[rest] = (0, None)
        self.adds_up(whole, [part, rest])


def reader_of(document: dict[str, Any]) -> Reader:
    """All that is written of a controller, and what the words of the columns say of it."""
    one = Reader()
    patients = one.learn("patients", document["patients"]["best"])
    for name in ("shared_patients", "minors", "deceased", "persons_with_notes"):
        one.is_within(one.learn(name, document[name]), patients)
    one.is_within(one.learn("special", document["persons_with_special_category"]), "persons_with_notes")
    by_level = {f"level {key}": value for key, value in document["severity"]["persons_by_level"].items()}
    one.adds_up(patients, [one.learn(name, value) for name, value in by_level.items()])
    segments = [one.learn(f"segment {found['id']}", found["persons"]) for found in document["segments"]]
    one.adds_up(patients, segments)
    for found in document["segments"]:
        for channel in ("email", "phone", "postal", "none"):
            one.is_within(one.learn(f"{found['id']} {channel}", found[channel]), f"segment {found['id']}")
    for place, found in enumerate(document["exposure"]):
        one.is_within(one.learn(f"exposed {place}", found["persons"]), patients)
    for key, value in document["special_categories"].items():
        one.is_within(one.learn(f"special {key}", value), "special")
    return one


def small_ones(document: dict[str, Any], reader: Reader) -> dict[str, int]:
    """The real counts from 1 to 10 among what the reader may try to find, complements included."""
    exact = {name: low for name, (low, _high) in reader_of(document).known.items()}
    real = {name: value for name, value in exact.items() if " without " not in name}
    for name in reader.known:
        whole, _without, part = name.partition(" without ")
        if part:
            real[name] = real[whole] - real[part]
    return {name: value for name, value in real.items() if 0 < value < 11}


def found_out(one: ControllerImpact, shared: str) -> list[str]:
    document, exact = json.loads(shared), json.loads(one.model_dump_json())
    reader = reader_of(document)
    return [
        name
        for name in small_ones(exact, reader)
        if (ends := extent(reader.rows, reader.known, name))[1] - ends[0] + 1 < ENOUGH_VALUES
    ]


def test_nothing_small_is_found_out_from_what_a_controller_hands_on() -> None:
    impact = Impact.from_json((ROOT / "reports" / "examples" / "impact.json").read_text(encoding="utf-8"))
    exact = impact.controllers[6]
    assert found_out(exact, exact.model_dump_json())  # the control: from exact figures, it is
    for one in (impact.controllers[12], exact, as_one(impact)):
        assert found_out(one, shared_json(shareable(one))) == []


def test_the_figures_still_say_what_matters() -> None:
    impact = example_impact()
    for one in impact.controllers:
        shared = shareable(one)
        assert shared.patients == one.patients
        masked = withheld(counts_of(one))
        large = {name: mask for name, mask in masks_of_large(one, masked).items() if mask.high is None}
        assert not large  # a large count that is withheld tells between which values it lies


def masks_of_large(one: ControllerImpact, masked: dict[str, Masked]) -> dict[str, Masked]:
    counts = counts_of(one)
    return {name: mask for name, mask in masked.items() if counts.told[name] > 10}


def test_a_sentence_does_not_tell_a_small_count() -> None:
    impact = Impact.from_json((ROOT / "reports" / "examples" / "impact.json").read_text(encoding="utf-8"))
    for one in impact.controllers:
        said = {reason.id: reason for reason in shareable(one).obligations.reasons}  # type: ignore[union-attr]
        exact = {reason.id: reason for reason in one.obligations.reasons}  # type: ignore[union-attr]
        for key, reason in said.items():
            for language in ("fr", "en"):
                before, after = getattr(exact[key], language), getattr(reason, language)
                assert re.sub(r": \d+(?=\u202f?;)", ": N", before) == re.sub(
                    r": (\d+|<\u00a011)(?=\u202f?;)", ": N", after
                )
                assert not re.search(r": ([1-9]|10)\u202f?;", after)
    small = impact.controllers[0].obligations
    assert small is not None
    assert any(re.search(r": ([1-9]|10)\u202f?;", one.fr) for one in small.reasons)  # the control


def test_every_count_of_a_controller_is_looked_at() -> None:
    """A new figure of the model must not leave unseen."""
    handled = {
        "id", "label", "kind", "specialty", "revealing_specialty", "patients", "shared_patients", "records", "minors",
        "deceased", "notes", "persons_with_notes", "persons_with_special_category", "special_categories",
        "by_finding", "exposure", "profiles", "data_types_per_person", "severity", "obligations", "segments",
    }  # fmt: skip
    assert set(ControllerImpact.model_fields) == handled


# --- A masked count -------------------------------------------------------------------------------------------


def test_what_is_computed_from_a_masked_count_is_masked() -> None:
    hidden = Masked(1, 10)
    for made in (hidden + 3, 3 + hidden, sum([1, hidden, 2]), 300 - hidden, hidden * 2, -hidden, abs(hidden)):
        assert isinstance(made, Masked)
    for share in (hidden / 300, 3 / hidden, 100 * (hidden / 300), min(1.0, hidden / 300)):
        assert isinstance(share, MaskedShare)
    assert json.loads(json.dumps([hidden])) == [1]  # what a bar is drawn from: the least that everybody knows


def test_a_masked_count_is_told_in_words() -> None:
    hidden, between, nothing = Masked(1, 10), Masked(311, 320), Masked()
    assert [number(one) for one in (hidden, between, nothing)] == ["<\u00a011", "311 à 320", "masqué"]
    assert [number(one, "en") for one in (hidden, between, nothing)] == ["<\u00a011", "311 to 320", "withheld"]
    assert quantity(hidden, "persons") == "<\u00a011\u00a0personnes"
    assert share_of(hidden, 321) == "<\u00a04\u202f%"
    assert share_of(between, 321) == "96 à 100\u202f%"
    assert percent(nothing / 321) == "–"
    assert f"{hidden}|{between}|{nothing}" == "<11|311..320|*"
