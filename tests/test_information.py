"""Segments are a partition by status and by what leaked; letters fit what leaked, and leave blanks where facts miss."""

from __future__ import annotations

import io
import re
from typing import Any

import pytest
import typst
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from breachkit.impact import ChannelMix, People, Reach, ReachGroup, ThirdParties
from breachkit.incident import Incident
from breachkit.information.documents import documents
from breachkit.information.facts import letter_table, missing_facts
from breachkit.information.informing import effort
from breachkit.information.letters import letters
from breachkit.information.segments import segment_kinds, segments
from breachkit.information.typst_markup import typst_letter, typst_text
from breachkit.reference.catalogue import fields, resource
from tests.example_impact import example_impact
from tests.informing import CONTACT, EVERYBODY, LEAKS, LONGEST, PLAIN, STATUSES, impact_with, reach, worst_case

NAMES = ("minors", "minors_15_17", "adults", "protected", "age_unknown")
SUFFIXES = ("", "_number", "_access", "_bank", "_sensitive")
LETTERS = tuple(name + suffix for name in NAMES for suffix in SUFFIXES)

# --- Segments -------------------------------------------------------------------------------------------------


def test_segments_in_order_with_their_letter() -> None:
    found = segments(EVERYBODY)
    assert [one.id for one in found] == ["deceased", *LETTERS]
    assert [one.letter for one in found] == [None, *LETTERS]
    assert found[0].persons == 50  # whatever leaked of them
    assert "L1111-5" in next(one for one in found if one.id == "minors").criteria.fr


def test_nobody_is_no_segment() -> None:
    assert segments([reach("adult", persons=0), reach("child", True, persons=3)])[0].id == "minors_sensitive"
    assert segments([]) == ()


groups_of_persons = st.lists(
    st.builds(
        ReachGroup,
        status=st.sampled_from(STATUSES),
        sensitive=st.booleans(),
        leaked=st.sampled_from(LEAKS),
        persons=st.integers(1, 500),
        email=st.integers(0, 500),
        phone=st.integers(0, 500),
        mobile=st.integers(0, 500),
        landline=st.integers(0, 500),
        postal=st.integers(0, 500),
        none=st.integers(0, 500),
    )
)


@given(groups_of_persons)
@settings(max_examples=60, deadline=None)
def test_segments_partition_the_persons(groups: list[ReachGroup]) -> None:
    found = segments(groups)
    for name in ("persons", "email", "phone", "mobile", "landline", "postal", "none"):
        assert sum(getattr(one, name) for one in found) == sum(getattr(one, name) for one in groups)
    assert len({one.id for one in found}) == len(found)


def test_a_segment_tells_what_leaked_of_all_and_of_some() -> None:
    groups = [
        reach("adult", True, "contact", fields=("family_name", "phone"), partial=("phone",)),
        reach("adult", True, "bank", fields=("family_name", "phone", "iban")),
    ]
    (one,) = segments(groups)
    assert one.fields == ("family_name", "phone", "iban")
    assert one.partial == ("phone", "iban")


# --- Disproportionate effort ----------------------------------------------------------------------------------


def people(third: int = 0) -> People:
    counted = ThirdParties(mentions=third, low=third, best=third, high=third, method="m")
    return example_impact().people.model_copy(update={"third_parties": counted})


def reached(*mixes: tuple[tuple[Any, ...], int]) -> Reach:
    def told(channel: str) -> int:
        return sum(count for channels, count in mixes if channel in channels)

    return Reach(
        persons=sum(count for _channels, count in mixes),
        email=told("email"), mobile=told("mobile"), landline=told("landline"), postal=told("postal"),
        none=sum(count for channels, count in mixes if not channels),
        mixes=tuple(ChannelMix(channels=channels, persons=count) for channels, count in mixes),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("found", "third", "verdict"),
    [
        (reached((("email",), 900), (("postal",), 100)), 0, "no"),
        (reached((("email", "mobile"), 900), ((), 100)), 4, "for_some"),
        (reached(((), 100)), 0, "nobody_reached"),
        (reached(), 0, "undetermined"),
        (reached(), 3, "for_some"),
    ],
)
def test_what_the_figures_say_of_the_effort(found: Reach, third: int, verdict: str) -> None:
    assert effort(found, people(third)).verdict == verdict


def test_reasons_of_the_effort_hold_figures_in_both_languages() -> None:
    found = effort(reached((("email", "mobile"), 9000), (("postal",), 500), ((), 500)), people(4))
    told = {one.id: one for one in (*found.supports, *found.refutes)}
    assert "dans l'extraction\u202f: 500 (5,0\u202f%)" in told["effort.none"].fr
    assert "9\u202f500 sur 10\u202f000 (95,0\u202f%)" in told["effort.reached"].fr
    assert "9,500 of 10,000 (95.0%)" in told["effort.reached"].en
    assert "9\u202f000. Les prévenir coûte peu" in told["effort.cheap"].fr
    assert "par une note\u202f: 4." in told["effort.third"].fr


# --- Letters --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["fr", "en"])
def test_one_letter_for_each_segment_that_has_one(language: str) -> None:
    written = letters(impact_with(**PLAIN), language)
    assert tuple(written) == LETTERS
    assert letters(impact_with([reach("deceased", True)]), language) == {}
    assert tuple(letters(impact_with([reach("adult")]), language)) == ("adults",)


def test_missing_facts_are_visible_blanks_and_are_told() -> None:
    text = letters(impact_with())["adults"][0]
    for what in ("contact", "when", "measures", "description", "controller", "dpo"):
        assert f"[à compléter\u202f: {letter_table()['missing']['fr'][what]}]" in text
    assert "[to be completed: dates of the breach]" in letters(impact_with(), "en")["adults"][0]
    told = {one.id for one in missing_facts(Incident())}
    assert told == {f"missing.{key}" for key in ("controller", "contact", "dpo", "when", "description", "measures")}
    assert missing_facts(Incident.model_validate(PLAIN)) == ()


def test_a_text_that_is_too_long_or_names_a_care_is_left_blank() -> None:
    blank = "circonstances, en deux phrases simples"
    for description in ("Le registre des patients VIH a été copié.", "Mot. " * 100):
        facts = PLAIN | {"breach": PLAIN["breach"] | {"description": description}}
        for text, _typst in letters(impact_with(**facts)).values():
            assert blank in text
            assert description.strip()[:20] not in text
    assert "Il a copié les dossiers" in letters(impact_with(**PLAIN))["adults"][0]  # the control: it is copied


def body(text: str) -> str:
    """A letter without what depends on the fields that leaked."""
    return re.sub(r"(?m)^- .*\n", "", text)


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("name", ["minors", "minors_15_17", "protected", "age_unknown"])
def test_nobody_learns_of_a_private_note_from_somebody_elses_letter(name: str, language: str) -> None:
    leaked = (*CONTACT, "iban", "diagnosis", "free_text")
    groups = [reach(kind.status, kind.sensitive, kind.leaked or "bank", fields=leaked) for kind in segment_kinds()]
    written = letters(impact_with(groups, **PLAIN), language)
    assert written[name][0] == written[f"{name}_sensitive"][0]
    assert "diagnos" not in written[name][0].lower()
    adults = written["adults"][0], written["adults_sensitive"][0]
    assert body(adults[0]) != body(adults[1])  # the control: an adult's own letter does tell


def test_what_is_said_fits_what_leaked_of_the_segment() -> None:
    written = {name: text for name, (text, _typst) in letters(impact_with(**PLAIN)).items()}
    assert "IBAN" in written["adults_bank"]
    assert "13 mois" in written["adults_bank"]
    assert "sécurité sociale" in written["adults_number"]
    assert "36 46" in written["adults_number"]
    assert "Mot de passe" in written["adults_access"]
    for word in ("IBAN", "13 mois", "sécurité sociale", "36 46", "**Mot de passe", "**Chantage", "3018"):
        assert word not in written["adults"]
    assert "**Chantage" in written["adults_sensitive"]
    assert "3018" in written["minors"]


def test_a_breach_that_leaked_nothing_is_not_told_as_a_leak() -> None:
    facts = PLAIN | {"breach": {"nature": ["availability"], "description": "Le logiciel s'est arrêté quatre jours."}}
    text = letters(impact_with(**facts))["adults_bank"][0]
    assert "ont été perdues ou hors d'accès" in text
    assert "une donnée perdue, un service rendu plus tard" in text
    assert "jamais un code" in text
    for word in ("13 mois", "se servir de ces données", "se fait passer", "secret confié", "ont pris ou vu"):
        assert word not in text
        assert word in letters(impact_with(**PLAIN))["adults_bank"][0]


def test_a_kind_that_leaked_of_some_says_so() -> None:
    groups = [reach("adult", fields=("family_name", "phone"), partial=("phone",))]
    text = letters(impact_with(groups, **PLAIN))["adults"][0]
    assert "- identité\u202f: nom\n" in text
    assert "- contact\u202f: téléphone (pour certaines personnes)" in text


def test_an_impact_whose_segments_tell_no_field_still_gives_letters() -> None:
    text = letters(impact_with([reach("adult", fields=())], **PLAIN))["adults"][0]
    assert "sécurité sociale" in text  # leaked of the incident


@pytest.mark.parametrize("language", ["fr", "en"])
def test_templates_exist_and_are_typeset(language: str) -> None:
    for name in {kind.template for kind in segment_kinds() if kind.template} | {"email", "sms", "phone", "_body"}:
        assert resource(f"letters/{language}/{name}.md").startswith("<!--")
    if language == "fr":
        for name, text in documents(impact_with(**PLAIN)).items():
            if name.endswith(".md") and not name.endswith("-sms.md"):
                assert not re.search(r"\w [:;!?»]", text), name


def test_every_field_of_a_person_has_a_kind() -> None:
    kinds = {one for entry in letter_table()["categories"] for one in entry["types"]}
    assert {one.cnil_type for one in fields().values()} - kinds == {"organisation", "technical"}


# --- Typst ----------------------------------------------------------------------------------------------------


def pages(source: str) -> list[str]:
    pdf = typst.compile(source.encode())
    assert isinstance(pdf, bytes)
    return [page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages]


def pdf_text(source: str) -> str:
    return "".join(pages(source))


@pytest.mark.parametrize("language", ["fr", "en"])
def test_letters_compile(language: str) -> None:
    markdown, source = letters(impact_with(**PLAIN), language)["adults_sensitive"]
    shown = re.sub(r"\s+", "", pdf_text(source))
    assert "CabinetExemple#1*$" in shown
    assert re.sub(r"\s+", "", markdown.splitlines()[0].lstrip("# ")) in shown


@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_letter_holds_on_one_page_at_its_longest(language: str) -> None:
    """Every field leaked, every fact as long as it is copied; the phone's script may take two pages."""
    written = documents(worst_case(), language)
    for name in NAMES:
        assert len(pages(written[f"{name}_sensitive.typ"])) == 1, name
    assert len(pages(written["notice-waiting-room.typ"])) == 1
    assert len(pages(written["adults_sensitive-phone.typ"])) <= 2
    twice = typst_letter("\n\n".join(["# A", *(["Une phrase de plus dans la lettre."] * 200)]), language)
    assert len(pages(twice)) > 1  # the control: a text can be too long


def test_the_longest_facts_are_those_that_are_copied() -> None:
    text = letters(worst_case())["adults_sensitive"][0]
    assert "[à compléter" not in text.replace("[à compléter\u202f: lieu et date]", "")
    assert len(LONGEST["breach"]["description"]) <= letter_table()["room"]["description"]


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
@settings(max_examples=30, deadline=None)
def test_any_ascii_text_compiles(text: str) -> None:
    made = typst.compile(typst_letter(f"# {text}\n\n{text}\n\n- {text}\n\n**{text}**\n", "fr").encode())
    assert made[:4] == b"%PDF"
