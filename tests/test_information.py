"""Segments are a partition; letters hold categories only, compile as Typst, and leave blanks where facts miss."""

from __future__ import annotations

import io
import re
from typing import Any

import pytest
import typst
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from breachkit.impact import Exposure, Impact, Information, ReachGroup
from breachkit.incident import Incident
from breachkit.information.letters import letters
from breachkit.information.segments import segment_table, segments
from breachkit.information.typst_markup import typst_letter, typst_text
from breachkit.reference.catalogue import categories, resource
from tests.example_impact import example_impact

STATUSES = ("deceased", "minor", "adult", "age_unknown")
LETTERS = ("minors", "minors_sensitive", "adults", "adults_sensitive", "age_unknown", "age_unknown_sensitive")


def reach(status: Any, special: bool, persons: int = 10) -> ReachGroup:
    return ReachGroup(status=status, special=special, persons=persons, email=4, phone=5, postal=9, none=1)


EVERYBODY = [reach(status, special) for status in STATUSES for special in (False, True)]


def impact_with(groups: list[ReachGroup] = EVERYBODY, **sections: Any) -> Impact:
    facts = Incident.model_validate(sections).facts()
    return example_impact().model_copy(
        update={"information": Information(segments=segments(groups)), "incident": facts}
    )


# --- Segments -------------------------------------------------------------------------------------------------


def test_segments_in_order_with_their_letter() -> None:
    found = segments(EVERYBODY)
    assert [one.id for one in found] == ["deceased", *LETTERS]
    assert [one.letter for one in found] == [None, *LETTERS]
    assert found[0].persons == 20  # whatever the notes say
    assert "L1111-5" in next(one for one in found if one.id == "minors").criteria.fr


def test_nobody_is_no_segment() -> None:
    assert segments([reach("adult", False, 0), reach("minor", True, 3)])[0].id == "minors_sensitive"
    assert segments([]) == ()


@given(
    st.lists(
        st.builds(
            ReachGroup,
            status=st.sampled_from(STATUSES),
            special=st.booleans(),
            persons=st.integers(1, 500),
            email=st.integers(0, 500),
            phone=st.integers(0, 500),
            postal=st.integers(0, 500),
            none=st.integers(0, 500),
        )
    )
)
@settings(max_examples=60, deadline=None)
def test_segments_partition_the_persons(groups: list[ReachGroup]) -> None:
    found = segments(groups)
    for name in ("persons", "email", "phone", "postal", "none"):
        assert sum(getattr(one, name) for one in found) == sum(getattr(one, name) for one in groups)
    assert len({one.id for one in found}) == len(found)


# --- Letters --------------------------------------------------------------------------------------------------

FACTS: dict[str, Any] = {
    "breach": {
        "nature": ["confidentiality"], "exfiltrated": "yes", "published": True,
        "description": "Un registre de patients VIH a été copié.",
    },
    "dates": {"start": "2025-11-01T08:00", "end": "2025-12-29T08:00"},
    "controller": {"name": "Cabinet Exemple #1 * $", "contact": "01 99 00 12 34", "dpo": "dpo@example.org"},
    "measures": {"after": ["Comptes bloqués", "Mots de passe changés"], "planned": "Double authentification"},
}  # fmt: skip


@pytest.mark.parametrize("language", ["fr", "en"])
def test_one_letter_for_each_segment_that_has_one(language: str) -> None:
    written = letters(impact_with(**FACTS), language)
    assert tuple(written) == LETTERS
    assert letters(impact_with([reach("deceased", True)]), language) == {}
    assert tuple(letters(impact_with([reach("adult", False)]), language)) == ("adults",)


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("letter", LETTERS)
def test_letters_hold_what_article_34_asks(letter: str, language: str) -> None:
    text = letters(impact_with(**FACTS), language)[letter][0]
    told = ["Cabinet Exemple #1", "01 99 00 12 34", "dpo@example.org", "Comptes bloqués", "Double authentification"]
    told += ["1er novembre 2025", "29 décembre 2025"] if language == "fr" else ["1 November 2025", "29 December 2025"]
    told += ["hameçonnage", "ni code, ni mot de passe"] if language == "fr" else ["phishing", "no code, password"]
    assert [one for one in told if one not in text] == []
    assert not re.search(r"[{}]|<!--", text)
    assert text.count("\n## ") == 6


def test_missing_facts_are_visible_blanks() -> None:
    text = letters(impact_with())["adults"][0]
    for blank in ("coordonnées de la personne à contacter", "dates de la violation", "mesures prises et prévues"):
        assert f"[à compléter\u202f: {blank}]" in text
    assert "[to be completed: dates of the breach]" in letters(impact_with(), "en")["adults"][0]


def test_a_letter_to_parents_names_no_care() -> None:
    impact = impact_with(**FACTS)
    diagnosis = Exposure(field="diagnosis", persons=5, low=5, high=5, records=5)
    impact = impact.model_copy(update={"exposure": (*impact.exposure, diagnosis)})
    written = letters(impact)
    for letter in ("minors", "minors_sensitive"):
        text = written[letter][0]
        assert "VIH" not in text
        assert "diagnostic" not in text.lower()
        assert "santé ou la vie privée" not in text
        assert "concernant votre enfant" in text
    assert "VIH" in written["adults"][0]  # the control: the description is there where it may be
    body = [re.sub(r"\*\*.*\*\*\n\n", "", written[one][0]) for one in ("minors", "minors_sensitive")]
    assert body[0] == body[1]  # the envelope differs, the words do not: they tell nothing of a note


def test_sensitive_letters_are_sealed_and_give_no_detail() -> None:
    written = letters(impact_with(**FACTS))
    for letter in LETTERS:
        assert ("sous pli fermé" in written[letter][0]) == letter.endswith("_sensitive")
    text = written["adults_sensitive"][0]
    assert "après vérification de votre identité" in text
    assert "c'est le médecin" in text
    labels = [one.label_fr for one in categories().values() if one.id not in ("health", "access_code")]
    assert not [label for label in labels if label in text]


def test_only_exposed_categories_are_named() -> None:
    impact = impact_with(**FACTS)
    text = letters(impact)["adults"][0]
    assert "numéro de sécurité sociale" in text
    assert "des données bancaires" not in text
    only = tuple(one for one in impact.exposure if one.field == "iban" or one.field == "family_name")
    iban = Exposure(field="iban", persons=5, low=5, high=5, records=5)
    text = letters(impact.model_copy(update={"exposure": (*only, iban)}))["adults"][0]
    assert "des données bancaires ou financières\u202f: IBAN ou RIB" in text
    assert "prélèvements" in text
    assert "hameçonnage), rendus" not in text


@pytest.mark.parametrize("language", ["fr", "en"])
def test_templates_exist_and_are_typeset(language: str) -> None:
    for entry in segment_table()["segments"]:
        if entry["letter"]:
            text = resource(f"letters/{language}/{entry['letter']}.md")
            assert text.startswith("<!--")
    body = resource(f"letters/{language}/_body.md")
    if language == "fr":
        assert not re.search(r"\w [:;!?»]", body)


# --- Typst ----------------------------------------------------------------------------------------------------


def pdf_text(source: str) -> str:
    pdf = typst.compile(source.encode())
    assert isinstance(pdf, bytes)
    return "".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)


@pytest.mark.parametrize("language", ["fr", "en"])
def test_letters_compile(language: str) -> None:
    for markdown, source in letters(impact_with(**FACTS), language).values():
        shown = re.sub(r"\s+", "", pdf_text(source))
        assert "CabinetExemple#1*$" in shown
        assert re.sub(r"\s+", "", markdown.splitlines()[0].lstrip("# ")) in shown


TRICKY = [
    "#import \"/etc/x\"", "$x$ *a* _b_ `c`", "<label> @ref", "[crochets] ~ \\", "https://example.org/a/b", "// comment",
    "/* comment */", "a -- b --- c", "1. premier", "12. douze", "= titre", "+ point", "- tiret", "/ terme: x", "a -? b",
    "fin...", "-5 degrés", "*/ /*", "#", "\\u{41}",
]  # fmt: skip


@pytest.mark.parametrize("text", TRICKY)
def test_text_is_never_read_as_markup(text: str) -> None:
    shown = pdf_text(typst_text(text))
    plain = shown.replace("“", '"').replace("”", '"').replace("\xa0", " ").replace("−", "-")
    assert re.sub(r"\s", "", plain) == re.sub(r"\s", "", text)


@given(st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=40))
@settings(max_examples=60, deadline=None)
def test_any_ascii_text_compiles(text: str) -> None:
    made = typst.compile(typst_letter(f"# {text}\n\n{text}\n\n- {text}\n\n**{text}**\n", "fr").encode())
    assert made[:4] == b"%PDF"
