"""notification-cnil.pdf alone is enough to fill the form: every field in order, every number from impact.json."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from breachkit.impact import Impact
from breachkit.notification.build import build
from breachkit.notification.form import form_table
from breachkit.report import pdf
from tests.documents import WRITERS, counted, text, text_of

PLACES = re.compile(r"(?<=\d)[\u202f\u00a0,](?=\d{3}(?!\d))")  # between thousands, in either language
NUMBER = re.compile(r"\d+(?:[.,]\d+)*")


def written(impact: Impact, folder: Path, language: str, form: Any = None) -> str:
    path = folder / f"n-{language}.pdf"
    pdf.write_notification(impact, form or build(impact, language), path, language)
    return text_of(path)


def numbers(text: str) -> set[str]:
    """The numbers of a text, their thousands together, a point as decimal mark, no zero before or behind."""
    return {_plain(one) for one in NUMBER.findall(PLACES.sub("", text))}


def _plain(number: str) -> str:
    number = number.replace(",", ".")
    number = number.lstrip("0") or "0"
    return number.rstrip("0").rstrip(".") if "." in number else number


def leaves(value: Any) -> Iterator[str]:
    """Every value of a document as text; a number that is not whole with its quarters."""
    if isinstance(value, Mapping):
        for one in value.values():
            yield from leaves(one)
    elif isinstance(value, list | tuple):
        for one in value:
            yield from leaves(one)
    elif value is not None:
        yield f"{value:g}" if isinstance(value, float) else str(value)


def form_numbers() -> set[str]:
    """Numbers that the forms themselves print: sections, articles, bands, the 72 hours, pages, CIM-10 codes."""
    printed = json.dumps([form_table("cnil.toml"), form_table("edpb.toml"), form_table("duties.toml")])
    return numbers(printed) | {str(page) for page in range(1, 30)}


def strangers(text: str, impact: Impact) -> set[str]:
    """The numbers of a text that neither the impact nor the forms hold."""
    known = {number for leaf in leaves(json.loads(impact.to_json())) for number in numbers(leaf)}
    return numbers(text) - known - form_numbers()


@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_number_of_the_notification_stands_in_the_impact(language: str, tmp_path: Path) -> None:
    impact = counted()
    told = written(impact, tmp_path, language)
    assert len(numbers(told)) > 60
    assert strangers(told, impact) == set()


def test_a_number_from_nowhere_is_seen(tmp_path: Path) -> None:
    impact = counted()
    form = build(impact, "fr")
    form["cnil"]["records"]["note"] += " Dont 98\u202f765 à part."
    assert strangers(written(impact, tmp_path, "fr", form), impact) == {"98765"}


def test_persons_behind_a_box_are_those_of_the_notification() -> None:
    impact = counted()
    told = {(one.question, one.box): one.persons for one in impact.boxes}
    note = build(impact, "en")["cnil"]["sensitive_data"]["note"]
    for entry in form_table("cnil.toml")["sensitive"]:
        persons = told.get(("sensitive_data", entry["id"]))
        assert (persons is None) == (f"{entry['en'].split(' (')[0]}: " not in note)
        assert persons is None or f": {persons:,}" in note


@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_field_is_there_in_the_order_of_the_form(language: str, tmp_path: Path) -> None:
    form = build(counted(), language)
    text = _flat(written(counted(), tmp_path, language))
    start = text.rindex("Champs du téléservice" if language == "fr" else "Fields of the online form")
    place = start
    for one in form["cnil"].values():
        found = text.find(_flat(one["label"]), place)
        assert found >= 0, one["label"]
        place = found
        assert one["source"], one["label"]
    for word in ("à compléter", "non connu pour le moment") if language == "fr" else ("to be completed", "not known"):
        assert word in text
    # What is missing is listed before the first field.
    missing = [one["label"] for one in form["cnil"].values() if one["status"] == "to_complete"]
    assert len(missing) > 5
    assert all(_flat(label) in text[:start] for label in missing)


def _flat(text: str) -> str:
    return re.sub(r"\s+", " ", text.replace("'", "’").replace("-\n", "-"))


def test_a_complementary_notification_names_the_former_one_and_its_sentence(tmp_path: Path) -> None:
    initial = _flat(written(counted(), tmp_path, "fr"))
    later = counted(incident={"kind": "complementaire", "previous_reference": "CNIL-77-001"})
    text = _flat(written(later, tmp_path, "fr"))
    for words in ("☒ Notification complémentaire", "CNIL-77-001", "commencez par la phrase de comparaison.pdf"):
        assert words in text
        assert words not in initial
    whole = counted(incident={"kind": "complete", "previous_reference": "CNIL-77-001"})
    assert "non connu pour le moment" not in _flat(written(whole, tmp_path, "fr"))


def test_the_source_of_each_answer_is_told() -> None:
    form = build(counted(), "en")["cnil"]
    assert form["aware"]["source"] == "incident.toml: dates.aware"
    assert form["persons"]["source"] == "impact.json: people.patients"
    assert form["siren"]["source"].endswith("controller.siren")
    assert form["vat"]["source"] == "to be written in the form"
    assert not form["siren"]["may_be_unknown"]
    assert form["end"]["may_be_unknown"]


# --- English without French -----------------------------------------------------------------------------------

FRENCH = frozenset(
    re.findall(
        r"\w+",
        "le la les des une est dans pour avec par que qui et du aux ont sont cette ces leur leurs elle elles nous vous "
        "votre sur au ne pas oui données personnes responsable traitement gravité mineurs décès notes patientes aucun "
        "aucune chaque deux très selon sans dont été être ou où mais donc si plus même autres",
    )
) - {"notes", "si", "plus", "sans", "sur", "par", "mineurs"}
NAMES = ("CERT Santé",)  # proper names of bodies


def french_words(text: str) -> set[str]:
    for name in NAMES:
        text = text.replace(name, " ")
    return {word.lower() for word in re.findall(r"[^\W\d_]+", text)} & FRENCH


@pytest.mark.parametrize("name", WRITERS)
def test_english_documents_hold_no_french_word(name: str) -> None:
    assert french_words(text(name, "en")) == set()
    assert len(french_words(text(name, "fr"))) > 10  # the control


# --- French typography ----------------------------------------------------------------------------------------

# A narrow no-break space before ; : ! ? % » and after «; curly apostrophes; one ellipsis, not three points.
BADLY_SET = re.compile(r"[^\s\u202f(«](?=[;!?»%])|[ \u00a0\n](?=[;!?»%]|:\s)|\w(?=: )|«(?!\u202f)|'|\"|\.\.\.")
LITERAL = ('controller."legal representative"', "âge...)", "portable...)", "client...)")  # a key; the form's own words


def badly_set(text: str) -> list[str]:
    for words in LITERAL:
        text = text.replace(words, "")
    return [text[max(0, found.start() - 25) : found.end() + 10] for found in BADLY_SET.finditer(text)]


@pytest.mark.parametrize("name", WRITERS)
def test_french_documents_are_set_as_french_is(name: str) -> None:
    assert badly_set(text(name, "fr")) == []
    assert len(badly_set(text(name, "en"))) > 3  # the control: English is set otherwise
