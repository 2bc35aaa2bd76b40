"""The PDFs: they hold the impact's figures in both languages, no raw id, and always the same bytes."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from breachkit.errors import InternalError
from breachkit.impact import Impact
from breachkit.reference.catalogue import categories, fields
from breachkit.reference.method import limit
from breachkit.report import pdf
from breachkit.report.front_page import front_page
from breachkit.report.tables import readable
from breachkit.report.typesetting import typeset
from tests.example_impact import empty_impact, example_impact, scaled_impact

FORM: dict[str, Any] = {
    "cnil": {
        "kind": {
            "section": "Type de notification", "label": "Type", "value": "Notification initiale",
            "options": ["Notification initiale", "Notification complète"], "status": "filled", "note": "",
        },
        "siren": {
            "section": "Identification de l'organisme", "label": "Numéro SIREN", "value": None,
            "status": "to_complete", "note": "",
        },
        "persons": {
            "section": "Personnes concernées", "label": "Nombre approximatif de personnes", "value": 3950,
            "status": "proposed", "note": "Entre 3938 et 3961",
        },
    },
    "edpb": {
        "nature": {
            "section": "3.2 Nature", "label": "Nature", "value": ["C"], "status": "filled", "note": "",
            "options": [{"value": "C", "label": "Confidentialité"}, {"value": "I", "label": "Intégrité"}],
        }
    },
}  # fmt: skip


def _first_controller(impact: Impact, path: Path, language: str) -> None:
    pdf.write_controller_report(impact, impact.controllers[3].id, path, language)


WRITERS: dict[str, Callable[[Impact, Path, str], None]] = {
    "impact": pdf.write_impact_report,
    "information": pdf.write_information,
    "notification": lambda impact, path, language: pdf.write_notification(impact, FORM, path, language),
    "controller": _first_controller,
}


def text_of(path: Path) -> str:
    """The words of a PDF, blanks of every kind made one space."""
    pages = PdfReader(path).pages
    return re.sub(r"\s+", " ", " ".join(page.extract_text() for page in pages))


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("name", WRITERS)
def test_no_raw_id_and_nothing_empty_is_printed(name: str, language: str, tmp_path: Path) -> None:
    path = tmp_path / "one.pdf"
    WRITERS[name](example_impact(), path, language)
    text = text_of(path)
    ids = {one for one in (*fields(), *categories()) if "_" in one}
    ids |= {"third_party", "very_high", "mental_health", "hiv_sti", "to_complete", "revealing_specialty"}
    assert "birth_date" in ids
    found = {one for one in ids if re.search(rf"(?<![\w«“]){one}(?!\w)", text)}
    assert found == set()
    assert not re.search(r"\b(None|nan|NaN|null|True|False)\b|\{\w*\}", text)
    assert [one.name for one in tmp_path.iterdir()] == ["one.pdf"]


def test_the_report_holds_the_key_figures_in_both_languages(tmp_path: Path) -> None:
    path = tmp_path / "r.pdf"
    pdf.write_impact_report(example_impact(), path, "fr")
    text = text_of(path)
    for words in (
        "3 950", "entre 3 938 et 3 961", "EX-2026-001", "31 décembre 2025", "Niveau très élevé",
        "vendredi 9 janvier 2026 à 10 h 00", "1 043 enregistrements", "5,1 %", "614 422",
        "Vie ou orientation sexuelle", "Décisions d’une personne rejouées dans cette analyse : 1",
        "entre 14 et 22 personnes, 19 retenues", "Dr Exemple 15", "SE = 4 × 1 + 1 = 5",
    ):  # fmt: skip
        assert words in text, words
    pdf.write_impact_report(example_impact(), path, "en")
    text = text_of(path)
    for words in ("3,950", "between 3,938 and 3,961", "Very high (ENISA scale, score 5)", "Friday 9 January 2026"):
        assert words in text, words
    assert not re.search(r"\b(personnes|enregistrements|responsables|gravité)\b", text)


def test_the_first_page_says_what_a_director_needs(tmp_path: Path) -> None:
    path = tmp_path / "r.pdf"
    pdf.write_impact_report(example_impact(), path, "fr")
    first = re.sub(r"\s+", " ", PdfReader(path).pages[0].extract_text())
    for words in ("patients concernés", "Gravité", "Ce qui est dû", "La plus grande incertitude", "Notifier"):
        assert words in first, words


def test_the_report_is_tagged_archival_titled_and_carries_the_impact(tmp_path: Path) -> None:
    path = tmp_path / "r.pdf"
    impact = example_impact()
    pdf.write_impact_report(impact, path)
    reader = PdfReader(path)
    root = reader.trailer["/Root"]
    assert root["/Lang"] == "fr-FR"
    assert root["/MarkInfo"]["/Marked"]
    assert reader.metadata is not None
    assert "Extraction de fichiers patients" in str(reader.metadata.title)
    assert reader.metadata.author == "breachkit"
    xmp = root["/Metadata"].get_data().decode()
    assert "<pdfaid:part>3" in xmp
    assert "<pdfuaid:part>1" in xmp
    attached = reader.attachments["impact.json"][0]
    assert Impact.from_json(attached.decode("utf-8")) == impact
    fonts = [font for page in reader.pages for font in page["/Resources"].get("/Font", {}).values()]
    assert len(fonts) > 10
    for font in fonts:
        descriptor = font.get_object()["/DescendantFonts"][0].get_object()["/FontDescriptor"]
        assert {"/FontFile2", "/FontFile3"} & set(descriptor.get_object())


@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_document_of_an_empty_run_reads_well(language: str, tmp_path: Path) -> None:
    empty = empty_impact()
    path = tmp_path / "e.pdf"
    pdf.write_impact_report(empty, path, language)
    text = text_of(path)
    wanted = {
        "fr": ("Aucun patient n’a été trouvé", "ne contient aucune note", "Aucun responsable", "Incident sans titre"),
        "en": ("No patient was found", "holds no free-text note", "No controller", "Untitled incident"),
    }
    for words in wanted[language]:
        assert words in text, words
    pdf.write_information(empty, path, language)
    pdf.write_notification(empty, {}, path, language)
    assert PdfReader(path).pages


@pytest.mark.parametrize("name", WRITERS)
def test_twice_the_same_bytes(name: str, tmp_path: Path) -> None:
    for copy in ("a", "b"):
        WRITERS[name](example_impact(), tmp_path / copy, "fr")
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_a_controllers_sheet_has_two_pages_and_its_figures_only(tmp_path: Path) -> None:
    impact = example_impact()
    one, path = impact.controllers[3], tmp_path / "c.pdf"
    pdf.write_controller_report(impact, one.id, path)
    text = text_of(path)
    assert len(PdfReader(path).pages) == 2
    assert one.label in text
    assert str(one.patients.best) in text
    assert "3 950" not in text
    assert "4 244" not in text
    assert not any(other.label in text for other in impact.controllers if other.label and other.id != one.id)
    attached = json.loads(PdfReader(path).attachments["responsable.json"][0])
    assert attached["patients"]["best"] == one.patients.best
    with pytest.raises(KeyError):
        pdf.write_controller_report(impact, "0", path)


def test_the_notification_keeps_order_and_tells_states_in_words(tmp_path: Path) -> None:
    path = tmp_path / "n.pdf"
    pdf.write_notification(example_impact(), FORM, path)
    text = text_of(path)
    form = text[text.rindex("Champs du téléservice") :]
    places = [form.index(words) for words in ("Notification initiale", "Numéro SIREN", "3 950", "Confidentialité")]
    assert places == sorted(places)
    for words in ("Rempli", "Proposé, à valider", "À compléter", "à compléter : 1 · en tout : 3 champs"):
        assert words in text
    assert "☒ Notification initiale ☐ Notification complète" in form
    assert "Intégrité" not in form  # a choice that is not ticked is left out of the European template


def test_the_notification_takes_the_form_of_the_notification_room(tmp_path: Path) -> None:
    from breachkit.notification.build import build

    impact, path = example_impact(), tmp_path / "n.pdf"
    for language in ("fr", "en"):
        form = build(impact, language)
        pdf.write_notification(impact, form, path, language)
        text = text_of(path)
        assert all(str(one["label"]).split()[0].replace("'", "’") in text for one in form["cnil"].values())


@pytest.mark.slow
def test_fifteen_hundred_controllers_in_reasonable_time(tmp_path: Path) -> None:
    impact, path = scaled_impact(1500), tmp_path / "r.pdf"
    start = time.monotonic()
    pdf.write_impact_report(impact, path)
    assert time.monotonic() - start < 60
    text = text_of(path)
    assert "Dr Exemple 1500" in text
    assert len(PdfReader(path).pages) < 60


def test_text_that_looks_like_source_is_only_text(tmp_path: Path) -> None:
    impact = example_impact()
    facts = json.loads(json.dumps(impact.incident))
    facts["incident"]["title"] = '#panic("x") $a$ *b* `c` <d> @e \\'
    path = tmp_path / "r.pdf"
    pdf.write_impact_report(impact.model_copy(update={"incident": facts}), path)
    assert '#panic("x") $a$ *b*' in text_of(path)


def test_a_page_that_cannot_be_set_quotes_nothing() -> None:
    with pytest.raises(InternalError) as caught:
        typeset("impact", {"secret": "Dr Exemple"}, dated=date(2025, 12, 31))
    assert "Exemple" not in str(caught.value)
    assert caught.value.__cause__ is None


# --- What may be called exact, and what must be told first ----------------------------------------------------


def sure(*limits: str, undated: int = 0) -> Impact:
    """The example with bounds that meet, no record rejected, and these limits."""
    impact = example_impact()
    people = {}
    for key in ("patients", "minors"):
        one = getattr(impact.people, key)
        people[key] = one.model_copy(update={"low": one.best, "high": one.best})
    quality = {"limits": tuple(limit(one, 3) for one in limits), "persons_without_birth_date": undated}
    sources = tuple(one.model_copy(update={"loaded": one.records, "rejected": 0}) for one in impact.sources)
    return impact.model_copy(
        update={
            "people": impact.people.model_copy(update=people),
            "quality": impact.quality.model_copy(update=quality),
            "sources": sources,
        }
    )


def tile_notes(impact: Impact, language: str = "fr") -> list[str]:
    """What stands under the patients and under the minors of the first page."""
    tiles = front_page(impact, language)["tiles"]
    return [tiles[0]["note"], tiles[4]["note"]]


def test_exact_is_said_only_where_nothing_is_missing() -> None:
    assert tile_notes(sure()) == ["exact", "exact"]
    assert tile_notes(sure(undated=5)) == ["exact", "à confirmer\u202f: des dates de naissance manquent"]
    for key in ("unreadable_sources", "rejected", "no_patient_table", "tables_without_identity"):
        for language, word in (("fr", "à confirmer"), ("en", "to be confirmed")):
            notes = tile_notes(sure(key), language)
            assert all(note.startswith(word) for note in notes), key
    assert tile_notes(example_impact())[0].startswith("entre")


@pytest.mark.parametrize("key", ["unreadable_sources", "no_patient_table"])
@pytest.mark.parametrize("name", WRITERS)
def test_the_first_page_warns_of_what_was_not_read(name: str, key: str, tmp_path: Path) -> None:
    WRITERS[name](sure("rejected", key), tmp_path / "w.pdf", "fr")
    WRITERS[name](sure("rejected"), tmp_path / "c.pdf", "fr")
    first, control = (
        re.sub(r"\s+", " ", PdfReader(tmp_path / one).pages[0].extract_text()) for one in ("w.pdf", "c.pdf")
    )
    words = limit(key, 3).fr.split(" ;")[0].replace("'", "’")
    assert "À savoir avant d’utiliser ces chiffres" in first
    assert first.index(words) < 600
    assert "À savoir avant" not in control


def test_the_first_page_counts_the_records_of_patients() -> None:
    impact = example_impact()
    one = front_page(impact, "fr")["tiles"][1]
    assert (one["value"], one["label"]) == ("4\u202f993", "enregistrements de patients")
    assert one["note"] == "5\u202f015 lus toutes tables réunies, dont 7 rejetés"
    assert front_page(impact, "en")["tiles"][1]["label"] == "patient records"


@pytest.mark.parametrize(("language", "words"), [("fr", "texte délimité"), ("en", "delimited text")])
def test_the_format_of_a_source_is_told_in_words(language: str, words: str) -> None:
    impact = example_impact()
    sources = tuple(one.model_copy(update={"format": "delimited"}) for one in impact.sources)
    shown = readable("sources", impact.model_copy(update={"sources": sources}), language)
    assert set(shown["Format"]) == {words}
