"""The bar charts of the notebooks as SVG: the same figures as the tables, withheld counts not measurable."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest

from breachkit.execution.controller import controller_impact
from breachkit.impact import Impact
from breachkit.report.bar_pictures import LABEL_MOST, LETTER, PICTURES, WIDTH, Panel, Part, Picture, picture_svg
from breachkit.report.format import number
from breachkit.report.show_focus import focused
from tests.example_impact import empty_impact, example_impact, scaled_impact

SVG = "{http://www.w3.org/2000/svg}"


def texts(svg: str) -> list[str]:
    return [one.text or "" for one in ElementTree.fromstring(svg).iter(f"{SVG}text")]  # noqa: S314  # our own text


def of_one(impact: Impact) -> Impact:
    one = impact.controllers[0].id
    found = focused(controller_impact(impact, one), one)
    assert found is not None
    return found


@pytest.mark.parametrize("name", PICTURES)
@pytest.mark.parametrize("language", ["fr", "en"])
def test_a_picture_stands_alone_and_tells_its_values(name: str, language: str) -> None:
    for impact in (example_impact(), empty_impact(), of_one(example_impact()), of_one(scaled_impact(3))):
        svg = picture_svg(impact, name, language)
        root = ElementTree.fromstring(svg)  # noqa: S314
        assert root.attrib["width"] == str(WIDTH)
        assert not re.search(r"href|<script|url\((?!#p\d)", svg)
        assert texts(svg)
        assert svg == picture_svg(impact, name, language)
        for shape in root.iter(f"{SVG}rect"):
            assert 0 <= float(shape.get("x", 0)) <= float(shape.get("x", 0)) + float(shape.attrib["width"]) <= WIDTH


def test_every_exposed_field_is_there_with_its_count() -> None:
    impact = example_impact()
    found = texts(picture_svg(impact, "fields", "fr"))
    counts = [one.persons for one in impact.exposure if one.persons]
    assert all(any(text.startswith(f"{number(count)} (") for text in found) for count in counts)


def test_no_text_leaves_the_picture() -> None:
    for impact in (example_impact(), scaled_impact(3)):
        for name, make in PICTURES.items():
            for panel in make(impact, "fr").panels:
                assert all(sum(part.share for part in parts) <= 1.0001 for parts, _text in panel.bars), name
            for text in ElementTree.fromstring(picture_svg(impact, name, "fr")).iter(f"{SVG}text"):  # noqa: S314
                width, x = len(text.text or "") * LETTER, float(text.attrib["x"])
                start = {"start": x, "middle": x - width / 2, "end": x - width}[text.attrib["text-anchor"]]
                assert start > -30
                assert start + width < WIDTH + 30


def test_a_withheld_count_cannot_be_measured() -> None:
    """Two impacts that differ in a withheld count only give the same picture."""
    impact = example_impact()
    one = impact.controllers[0]

    def with_count(count: int) -> Impact:
        held = [found.model_copy(update={"persons": count}) if place == 0 else found
                for place, found in enumerate(one.exposure)]  # fmt: skip
        changed = one.model_copy(update={"exposure": tuple(held)})
        return of_one(impact.model_copy(update={"controllers": (changed,)}))

    pictures = {picture_svg(with_count(count), "fields", "fr") for count in (3, 7)}
    assert len(pictures) == 1
    assert picture_svg(with_count(one.patients.best), "fields", "fr") not in pictures


def test_a_name_is_text_and_a_long_one_is_on_the_left() -> None:
    svg = Picture(["<b> & " + "x" * 80], [Panel("", [((Part(0.5, "red"),), "1")])], unit="u").svg()
    assert "<b>" not in svg
    (shape,) = [one for one in ElementTree.fromstring(svg).iter(f"{SVG}rect") if one.get("fill") == "red"]  # noqa: S314
    assert float(shape.attrib["x"]) == LABEL_MOST
