"""A page is set whatever the facts hold: nothing is lost, nothing runs over, nothing is refused."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from breachkit.impact import Impact
from breachkit.notification.build import build
from breachkit.report import pdf
from breachkit.report.glyphs import BREAK, breakable, displayable
from breachkit.report.typesetting import _held
from tests.example_impact import example_impact

STRANGE = (
    "a\u200bb\u202ec\ufe0fd\ufeff \U0001f600 漢字 \U0001f468\u200d\U0001f469 e\u0301 ก\u0e33 \ue000 \x07 \ud800 𝒜 ➜ क्षि"
)
ALPHABETS = "Éçœ ßøł αβγ ЖЩя ₽€£ →←↔ ≤≥≠±×÷√∞ “”„‚‘’ –—… †‡•‰ ½¼ ☒☐ □"


def told(**facts: Any) -> Impact:
    """The example with some facts replaced: section__key=value."""
    impact = example_impact()
    incident = json.loads(json.dumps(impact.incident))
    for key, value in facts.items():
        section, name = key.split("__")
        incident[section][name] = value
    return impact.model_copy(update={"incident": incident})


def pages_of(path: Path) -> list[str]:
    return [page.extract_text() for page in PdfReader(path).pages]


def written(impact: Impact, path: Path, language: str = "fr") -> str:
    pdf.write_notification(impact, build(impact, language), path, language)
    return re.sub(r"\s+", " ", " ".join(pages_of(path)))


# --- Long answers ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        " ".join(f"mot{n:05d}" for n in range(2300)),  # 20,000 characters of words
        "\n".join(f"l{n:03d}" for n in range(230)),  # few characters, many lines
    ],
    ids=["words", "lines"],
)
def test_no_word_of_a_long_description_is_lost(text: str, tmp_path: Path) -> None:
    found = written(told(breach__description=text), tmp_path / "n.pdf")
    for word in text.split():
        assert found.count(word) == 2, word  # in the CNIL's form and in the EDPB's


@pytest.mark.parametrize("size", [400, 6_000])
def test_a_word_without_end_stays_in_its_column_and_whole(size: int, tmp_path: Path) -> None:
    word = "".join(f"{n:04d}x" for n in range(size // 5))
    path = tmp_path / "n.pdf"
    found = written(told(breach__description=word, controller__name=word), path)
    assert found.replace(" ", "").count(word[:60] if size > 1000 else word) >= 4
    assert BREAK not in found
    for line in "\n".join(pages_of(path)).split("\n"):
        assert len(max(re.findall(r"[\dx]+", line), default="", key=len)) <= 50, line  # what the column holds


def test_two_thousand_long_words_are_set(tmp_path: Path) -> None:
    text = " ".join(f"{n:04d}" * 10 for n in range(2000))
    found = written(told(breach__description=text), tmp_path / "n.pdf").replace(" ", "").replace(BREAK, "")
    assert "1999" * 10 in found


@pytest.mark.parametrize("long", ["x" * 40_000, "titre " * 8_000], ids=["word", "words"])
def test_a_title_of_any_length_leaves_room_for_the_page(long: str, tmp_path: Path) -> None:
    impact = told(incident__title=long, incident__reference=long)
    pdf.write_impact_report(impact, tmp_path / "r.pdf")
    first = re.sub(r"\s+", " ", " ".join(pages_of(tmp_path / "r.pdf")))
    assert "patients concernés" in first


# --- Characters -----------------------------------------------------------------------------------------------


def test_what_the_fonts_hold_is_kept_and_the_rest_is_a_box() -> None:
    assert displayable(ALPHABETS, _held) == ALPHABETS
    assert displayable("é漢\U0001f600", _held) == "é□□"
    assert displayable("a\u200b\u202e\ufe0f\x07b", _held) == "ab"
    assert displayable("\ud800\ue000", _held) == "□□"
    assert displayable("e\u0301", _held) == "é"


def test_places_to_break() -> None:
    assert breakable("court et simple") == "court et simple"
    assert breakable("numero_secu_patient") == f"numero_{BREAK}secu_{BREAK}patient"
    assert breakable("y" * 31).count(BREAK) == 6
    assert breakable("to_do") == "to_do"


def _strange(impact: Impact) -> Impact:
    """Strange characters everywhere a person or a file can put them."""
    table = impact.tables[0]
    columns = tuple(one.model_copy(update={"name": STRANGE.replace("\ud800", "") * 3}) for one in table.columns)
    name = STRANGE.replace("\ud800", "")
    return impact.model_copy(
        update={
            "tables": (table.model_copy(update={"columns": columns, "name": name}), *impact.tables[1:]),
            "sources": tuple(one.model_copy(update={"file": name, "member": name}) for one in impact.sources),
            "controllers": tuple(
                one.model_copy(update={"label": name, "specialty": name}) for one in impact.controllers
            ),
        }
    )


WRITERS: dict[str, Callable[[Impact, Path, str], None]] = {
    "impact": pdf.write_impact_report,
    "information": pdf.write_information,
    "notification": lambda impact, path, language: pdf.write_notification(
        impact, build(impact, language), path, language
    ),
    "controller": lambda impact, path, language: pdf.write_controller_report(
        impact, impact.controllers[3].id, path, language
    ),
}


@pytest.mark.parametrize("name", WRITERS)
@pytest.mark.filterwarnings("ignore:Glyph .* missing from font")  # the chart's picture, not the page
def test_any_character_anywhere_makes_a_page(name: str, tmp_path: Path) -> None:
    clean = STRANGE.replace("\ud800", "")
    impact = _strange(
        told(
            incident__title=clean,
            incident__reference=clean,
            breach__description=clean,
            controller__name=clean,
            controller__dpo=clean,
        )
    )
    WRITERS[name](impact, tmp_path / "p.pdf", "fr")
    text = " ".join(pages_of(tmp_path / "p.pdf"))
    assert "□" in text or name == "information"
    assert not re.search("[\u200b\u202e\ufeff\U0001f600]", text)


def test_the_attached_figures_keep_every_character(tmp_path: Path) -> None:
    impact = _strange(example_impact())
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        pdf.write_impact_report(impact, tmp_path / "r.pdf")
    attached = PdfReader(tmp_path / "r.pdf").attachments["impact.json"][0]
    assert Impact.from_json(attached.decode("utf-8")) == impact
