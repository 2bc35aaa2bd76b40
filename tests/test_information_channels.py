"""Every channel, in both languages: content of art. 34(2), nothing private, official numbers alone, easy to read."""

from __future__ import annotations

import importlib.util
import re
from functools import cache
from typing import Any

import polars as pl
import pytest

from breachkit.freetext.findings import find_mentions
from breachkit.impact import SPECIAL_CATEGORIES
from breachkit.information.discretion import revealing_words, reveals
from breachkit.information.documents import documents
from breachkit.information.leaks import advice_table
from breachkit.information.readability import LEAST_EASE, ease
from breachkit.reference.catalogue import categories
from tests.conftest import ROOT
from tests.informing import PLAIN, impact_with, worst_case

# GSM 03.38, the characters that a text message holds 160 of.
GSM = set(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
LANGUAGES = ("fr", "en")
SOURCES = ("R", "R2", "K")


@cache
def written(language: str, longest: bool = False) -> dict[str, str]:
    return documents(worst_case() if longest else impact_with(**PLAIN), language)


def whole(language: str) -> dict[str, str]:
    """The texts that inform by themselves: not the text message, nor what only announces a letter, nor the notes."""
    announcing = r"-sms\.md$|_sensitive-email\.md$|^note-"
    return {
        name: text
        for name, text in written(language).items()
        if name.endswith(".md") and not re.search(announcing, name)
    }


def announcements(language: str) -> dict[str, str]:
    return {n: t for n, t in written(language).items() if re.search(r"-sms\.md$|_sensitive-email\.md$", n)}


def test_every_segment_has_every_channel() -> None:
    names = set(written("fr"))
    for segment in ("adults", "adults_sensitive", "minors_15_17_number", "protected_bank", "age_unknown_access"):
        assert {f"{segment}{end}" for end in (".md", ".typ", "-email.md", "-phone.md", "-phone.typ")} <= names
        assert (f"{segment}-sms.md" in names) == (not segment.endswith("_sensitive"))
    assert {"notice-waiting-room.md", "notice-waiting-room.typ", "notice-website.md", "note-deceased.md"} <= names
    assert not any(name.startswith("deceased") for name in names)
    assert set(written("en")) == names


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_article_34_asks_is_in_every_channel_that_informs(language: str) -> None:
    wanted = {
        "fr": ["Des données", "1er novembre 2025", "29 décembre 2025", "01 99 00 12 34", "dpo@example.org",
               "Délégué à la protection", "Comptes bloqués", "Un second code", "de faux appels", "identité\u202f: nom"],
        "en": ["took or saw data", "1 November 2025", "29 December 2025", "01 99 00 12 34", "dpo@example.org",
               "Data protection officer", "Comptes bloqués", "Un second code", "false calls", "identity: family name"],
    }[language]  # fmt: skip
    found = whole(language)
    assert len(found) == 25 + 20 + 25 + 2  # letters, e-mails, scripts, notices
    for name, text in found.items():
        assert [one for one in wanted if one not in text] == [], name
        assert not re.search(r"[{}]|<!--", text), name


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_channel_says_what_we_never_ask(language: str) -> None:
    said = {"fr": r"[Jj]amais.*code.*mot de passe.*carte", "en": r"never ask.*code.*password.*card"}[language]
    by = {"fr": ("téléphone", "courriel", "SMS"), "en": ("phone", "e-mail", "SMS")}[language]
    for name, text in (whole(language) | announcements(language)).items():
        plain = re.sub(r"\s+", " ", text)
        assert re.search(said, plain), name
        if not name.endswith("-sms.md"):
            assert all(channel in plain for channel in by), name


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_link_is_there_to_click(language: str) -> None:
    for name, text in written(language).items():
        assert not re.search(r"https?:|www\.|\]\(", text), name


# --- Nothing private ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_names_a_care_or_a_conviction(language: str) -> None:
    labels = [
        getattr(one, f"label_{language}").lower() for one in categories().values() if one.id in SPECIAL_CATEGORIES
    ]
    labels = [one for one in labels if one not in ("santé", "health")]  # « professionnel de santé » is no health datum
    for name, text in (written(language) | written(language, longest=True)).items():
        assert revealing_words(text) == (), name
        assert [one for one in labels if one in text.lower()] == [], name


WORDS = ("VIH", "sida", "cancer", "grossesse", "IVG", "psychiatre", "psychologue", "addictologie", "alcoolisme",
         "homosexuelle", "musulmane", "détenu", "violences", "dialyse", "HIV", "pregnancy", "abortion")  # fmt: skip


@pytest.mark.parametrize("word", WORDS)
def test_a_word_that_names_one_is_found(word: str) -> None:
    assert reveals(f"Le dossier ({word}) a été copié.")


@pytest.mark.parametrize(
    "text", ["Une violation de données", "Violette Istres", "Cabinet du docteur Cancé", "la liste"]
)
def test_a_word_that_looks_like_one_is_not(text: str) -> None:
    assert not reveals(text)


def private_mentions(lines: list[str]) -> list[str]:
    """Lines in which the reader of notes finds a category of art. 9: not offences, since « escroquerie » is one."""
    wanted = [one for one in SPECIAL_CATEGORIES if one != "offence"]
    found = find_mentions(pl.Series(lines)).filter(pl.col("category").is_in(wanted))
    return [lines[at] for at in found["text_index"].unique()]


@pytest.mark.slow
def test_the_reader_of_notes_finds_nothing_in_what_is_sent() -> None:
    lines = {line for name, text in whole("fr").items() if name.endswith(".md") for line in text.splitlines() if line}
    assert private_mentions(sorted(lines)) == []
    assert private_mentions(["Votre enfant est suivi pour une leucémie."]) != []  # the control


def test_a_revealing_name_is_never_visible_from_outside() -> None:
    facts = PLAIN | {"controller": PLAIN["controller"] | {"name": "Centre d'addictologie des Lilas"}}
    found = documents(impact_with(**facts))
    for name, text in found.items():
        if re.search(r"-(?:email|sms|phone)\.", name):
            assert "addictologie" not in text, name
            assert "nom d'expéditeur neutre" in text, name
    assert "addictologie" in found["adults.md"]  # inside a sealed envelope, one must know who writes


def test_a_sensitive_e_mail_only_announces_the_letter() -> None:
    for name, text in announcements("fr").items():
        if name.endswith("-email.md"):
            assert "Un courrier vous attend" in text
            assert "dossier" not in text
            assert "note" not in text
    assert "note libre" in written("fr")["adults_sensitive.md"]  # the control


@pytest.mark.parametrize("language", LANGUAGES)
def test_elsewhere_than_at_a_place_of_care_no_doctor_answers(language: str) -> None:
    of_care = r"médecin|soignant|professionnel de santé|patient|doctor|health professional"
    kind = {"sector": "Administration publique", "kind": "Administration", "name": "Caisse Exemple"}
    facts = PLAIN | {"controller": PLAIN["controller"] | kind}
    for name, text in documents(impact_with(**facts), language).items():
        if not name.startswith("note-"):
            assert not re.search(of_care, text), name
    assert re.search(of_care, written(language)["adults_sensitive.md"])  # the control


# --- Text messages --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_text_message_is_short_and_plain(language: str) -> None:
    for longest, most in ((False, 160 + len("Cabinet Exemple #1 * $")), (True, 306)):
        for name, text in written(language, longest).items():
            if name.endswith("-sms.md"):
                assert len(text.strip()) <= most, name
                assert set(text) - set(" ’") <= GSM, name
    shown = written(language)["adults-sms.md"]
    assert len(shown.strip().replace("Cabinet Exemple #1 * $", "Cabinet X")) <= 160


def test_a_character_that_is_not_gsm_is_told() -> None:
    assert not set("dix – onze") <= GSM


# --- Scripts and notices --------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_call_checks_the_identity_before_anything_is_said(language: str) -> None:
    check, before, voicemail = {
        "fr": ("Demandez le nom", "## À dire", "Répondeur\u202f: ne laissez rien"),
        "en": ("Ask for the family name", "## To be said", "Voicemail: leave nothing"),
    }[language]
    for name, text in written(language).items():
        if name.endswith("-phone.md"):
            assert 0 < text.index(check) < text.index(before), name
            assert voicemail in text, name


def test_a_poster_says_that_it_is_not_enough_and_a_web_page_when_it_is() -> None:
    assert "Cette affiche ne suffit pas" in written("fr")["notice-waiting-room.md"]
    assert "This poster is not enough" in written("en")["notice-waiting-room.md"]
    assert "effort disproportionné" in written("fr")["notice-website.md"]
    assert "34(3)(c)" in written("en")["notice-website.md"]


def test_notes_to_the_staff_and_the_dpo_send_nothing() -> None:
    assert "Ne rien envoyer" in written("fr")["note-deceased.md"]
    assert "rien ne leur est envoyé automatiquement" in written("fr")["note-third-parties.md"]
    assert "environ 19, de 14 à 22" in written("fr")["note-third-parties.md"]


# --- Official bodies ------------------------------------------------------------------------------------------

NUMBER = re.compile(
    r"(?<![\d/])(?:0 ?8\d\d(?: \d{3}){2}|11\d \d{3}|\b\d{2} \d{2}\b(?! \d)|\b3\d{3}\b|\b33700\b|\b17\b)"
)
SITE = re.compile(r"\b[\w-]+(?:\.[\w-]+)*\.(?:fr|com|org|eu)\b")


def official() -> set[str]:
    return {one["contact"] for one in advice_table()["bodies"]} - {""}


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_number_or_site_that_is_not_official(language: str) -> None:
    ours = {"example.org"}
    seen: set[str] = set()
    for name, text in written(language).items():
        plain = re.sub(r"01 99 00 12 34|\d+(?:er)? \w+ 2025", "", text)
        found = {*NUMBER.findall(plain), *SITE.findall(plain)} - ours
        assert found <= official(), name
        seen |= found
    assert {"33700", "17cyber.gouv.fr", "116 006", "0 805 805 817", "36 46", "3018", "3919", "cnil.fr"} <= seen


def test_a_number_that_is_not_official_is_found() -> None:
    assert NUMBER.findall("appelez le 0 899 123 456 ou le 32 50")
    assert SITE.findall("voyez arnaque-secours.com")


def test_every_official_body_has_its_source_and_every_advice_its_bodies() -> None:
    table = advice_table()
    for one in table["bodies"]:
        assert all(one["source"][language] for language in LANGUAGES)
        assert one["mark"] in SOURCES
        assert one["read"].year == 2026
        assert {"fr", "en"} <= one["name"].keys() & one["for"].keys()
    known = {one["id"]: one["contact"] for one in table["bodies"]}
    for entry in table["advice"]:
        for body in entry["bodies"]:
            assert known[body] in entry["fr"]
            assert known[body] in entry["en"]


# --- Reading ease ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_is_easier_than_a_daily_newspaper(language: str) -> None:
    for name, text in written(language).items():
        if name.endswith(".md"):
            found = ease(text, language)
            assert found.score >= LEAST_EASE, name
            assert found.long_sentences <= 0.05 * found.sentences, name


def test_a_hard_text_is_told_from_an_easy_one() -> None:
    hard = (
        "Conformément aux dispositions réglementaires applicables, la présente communication individuelle constitue "
        "l'accomplissement de l'obligation d'information résultant d'une violation de confidentialité."
    )
    assert ease(hard, "fr").score < 30 < LEAST_EASE < ease("Le chat dort. Il a bu du lait.", "fr").score
    assert ease("The cat sleeps. It drank some milk.", "en").score > 100
    assert ease(hard, "fr").long_sentences == 0
    assert ease("mot " * 30 + ".", "fr").long_sentences == 1


@pytest.mark.parametrize(
    ("word", "language", "syllables"),
    [("banque", "fr", 1), ("données", "fr", 2), ("identité", "fr", 4), ("lettre", "fr", 1), ("messagerie", "fr", 4),
     ("vos", "fr", 1), ("l'incident", "fr", 3), ("letter", "en", 2), ("people", "en", 2), ("asked", "en", 1),
     ("security", "en", 4)],
)  # fmt: skip
def test_syllables_are_counted_as_they_are_said(word: str, language: Any, syllables: int) -> None:
    constants = {"fr": (207, 1.015, 73.6), "en": (206.835, 1.015, 84.6)}[language]
    assert ease(word, language).score == pytest.approx(constants[0] - constants[1] - constants[2] * syllables, abs=0.06)


def test_the_table_of_the_guide_is_up_to_date() -> None:
    """Where this fails: python docs/generate_information.py"""
    spec = importlib.util.spec_from_file_location("generate_information", ROOT / "docs" / "generate_information.py")
    assert spec is not None
    assert spec.loader is not None
    made = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)
    assert made.PAGE.read_text(encoding="utf-8") == made.page()
