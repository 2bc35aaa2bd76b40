"""The pack inside Presidio: registered by someone who uses nothing else of ours, in texts as people write them."""

from __future__ import annotations

import pickle
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from breachkit.recognisers import presidio
from breachkit.recognisers.catalogue import RECOGNISERS
from breachkit.recognisers.presidio import PROOF_CHANCE, class_name, french_recognisers, recogniser_classes
from tests.conftest import ROOT
from tests.test_docs import generator

if TYPE_CHECKING:
    from presidio_analyzer import AnalyzerEngine

PAGE = ROOT / "docs" / "presidio.md"
IN_TEXTS = [one for one in RECOGNISERS.values() if one.entity]
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning")


@cache
def engine() -> AnalyzerEngine:
    """An AnalyzerEngine as a stranger sets it up: the pack, a blank French tokeniser, nothing downloaded."""
    import spacy
    from presidio_analyzer import AnalyzerEngine, RecognizerRegistry
    from presidio_analyzer.nlp_engine import SpacyNlpEngine

    class BlankFrench(SpacyNlpEngine):
        def load(self) -> None:
            self.nlp = {"fr": spacy.blank("fr")}

    registry = RecognizerRegistry(french_recognisers(), supported_languages=["fr"])
    return AnalyzerEngine(registry=registry, nlp_engine=BlankFrench(), supported_languages=["fr"])


def found(text: str, least: float = 0.0) -> list[tuple[str, str, float]]:
    """(entity, its text, score) of what the engine finds, in order of place."""
    results = engine().analyze(text, language="fr", score_threshold=least)
    return [
        (one.entity_type, text[one.start : one.end], round(one.score, 2))
        for one in sorted(results, key=lambda one: (one.start, -one.score, one.entity_type))
    ]


@pytest.mark.parametrize("one", IN_TEXTS, ids=lambda one: one.id)
def test_each_kind_finds_its_valid_examples_in_a_sentence(one: Any) -> None:
    """At least the first valid example, written as such after one of its context words, scores 0.4 or more."""
    text = f"Note du jour, {one.context[0]} : {one.examples_valid[0]}, à revoir."
    entities = {entity for entity, shown, _ in found(text, 0.4) if shown in one.examples_valid[0]}
    assert one.entity in entities


@pytest.mark.parametrize("one", IN_TEXTS, ids=lambda one: one.id)
def test_no_kind_finds_its_degenerate_examples(one: Any) -> None:
    for example in one.examples_degenerate:
        text = f"Note, {one.context[0]} : {example}."
        assert not [kept for kept in found(text) if kept[0] == one.entity and kept[1] == example], example


@pytest.mark.parametrize("one", IN_TEXTS, ids=lambda one: one.id)
def test_the_context_raises_the_score(one: Any) -> None:
    example = one.examples_valid[0]

    def score(text: str) -> float:
        return max((value for entity, _, value in found(text) if entity == one.entity), default=0.0)

    bare, announced = score(f"Note, {example}."), score(f"Note, {one.context[0]} {example}.")
    assert bare <= announced
    if one.chance is not None and one.chance <= PROOF_CHANCE:
        assert bare == announced == 1.0
    else:
        assert announced == pytest.approx(min(1.0, max(bare + 0.35, 0.4)))


@pytest.mark.parametrize(
    ("text", "entity", "value"),
    [
        ("n° sécu : 2 84 05 75 123 456 72", "FR_NIR", "2 84 05 75 123 456 72"),
        ("NIR:284057512345672.", "FR_NIR", "284057512345672"),
        ("ss 2.84.05.75.123.456.72, vue ce jour", "FR_NIR", "2.84.05.75.123.456.72"),
        ("(2 84 05 75 123 456 / 72)", "FR_NIR", "2 84 05 75 123 456 / 72"),
        ("né en Corse, 1\u00a084\u00a012\u00a02A\u00a0451\u00a0089\u00a033 ;", "FR_NIR", "1 84 12 2A 451 089 33"),
        ("né outre-mer 1 84 01 971 05 089 80", "FR_NIR", "1 84 01 971 05 089 80"),
        ("iban BE68 5390 0754 7034 CHEZ SA MERE", "FR_IBAN", "BE68 5390 0754 7034"),
        ("FR14 2004 1010 0505 0001 3M02 606 au nom du mari", "FR_IBAN", "FR14 2004 1010 0505 0001 3M02 606"),
        ("rappeler au 06.39.98.12.34/01 99 00 12 34", "FR_PHONE_NUMBER", "06.39.98.12.34"),
        ("rappeler au 06.39.98.12.34/01 99 00 12 34", "FR_PHONE_NUMBER", "01 99 00 12 34"),
        ("joindre (+33) 6 39 98 12 34", "FR_PHONE_NUMBER", "(+33) 6 39 98 12 34"),
        ("tél +32 470 12 34 57", "FR_PHONE_NUMBER", "+32 470 12 34 57"),
        ("rpps : 10 003 456 786", "FR_RPPS", "10 003 456 786"),
        ("code cim E11.9, ancien", "FR_ICD10", "E11.9"),
        ("dp U07.1", "FR_ICD10", "U07.1"),
        ("ipv6 2001:db8::8a2e:370:7334", "FR_IP_ADDRESS", "2001:db8::8a2e:370:7334"),
    ],
)
def test_identifiers_as_notes_write_them(text: str, entity: str, value: str) -> None:
    plain = [(kind, shown.replace("\u00a0", " ")) for kind, shown, score in found(text, 0.4)]
    assert (entity, value) in plain


@pytest.mark.parametrize(
    ("text", "owner"),
    [
        ("2 84 05 75 123 456 72", "FR_NIR"),
        ("284057512345672", "FR_NIR"),
        ("180059913500156", "FR_NIR"),
        ("FR14 2004 1010 0505 0001 3M02 606", "FR_IBAN"),
        ("732 829 320 00074", "FR_SIRET"),
        ("FR44732829320", "FR_VAT_NUMBER"),
        ("0416278935184720365118", "FR_INS_C"),
        ("3023217600053", "FR_TAX_NUMBER"),
        ("3400930000120", "FR_CIP13"),
        ("paule.vidal@medecin.mssante.fr", "FR_MSSANTE"),
        ("80250000012345678901", "FR_VITALE_CARD"),
        ("255081416802538^^^ASIP-SANTE-INS-NIR&1.2.250.1.213.1.4.8&ISO^INS", "FR_INS"),
    ],
)
def test_the_characters_of_an_identifier_are_found_once(text: str, owner: str) -> None:
    """Whatever else has the form of a part of it stays below, or is not told at all."""
    scores = [(entity, score) for entity, _, score in found(f"Noter {text} au dossier.")]
    assert scores[0][0] == owner
    assert all(score < scores[0][1] for entity, score in scores[1:])
    assert not [entity for entity, score in scores[1:] if score >= 0.5]


@pytest.mark.parametrize(
    "text",
    [
        "Doit venir vendredi, souffrir moins, franchir le pas.",
        "Hospitalisée à l'hôtel-Dieu, soins du matin, moins d'aspirine.",
        "Poids 72,5 kg, tension 12/8, taille 1.68, score 3-4.",
        "OID 1.2.250.1.213.1.4.8.",
        "NIR 2 55 08 14 168 025 39, IBAN FR14 2004 1010 0505 0001 3M02 607",
        "IP 10.300.2.1 et 1.2.3.4.5",
        "vu le 31/02/1980 et le 00/00/0000",
    ],
)
def test_nothing_is_found_in(text: str) -> None:
    assert found(text, 0.3) == []


def test_a_context_word_inside_a_word_is_not_one() -> None:
    """Presidio's default looks for parts of words: « nir » in « venir », « ip » in « équipe »."""
    assert {kind: score for kind, _, score in found("Doit venir, 2840575123456.")}["FR_NIR"] == 0.1
    assert {kind: score for kind, _, score in found("Son NIR, 2840575123456.")}["FR_NIR"] == 0.45
    assert {kind: score for kind, _, score in found("L'équipe, 192.0.2.17.")}["FR_IP_ADDRESS"] == 0.4


def test_a_word_announces_one_identifier_only() -> None:
    scores = {(kind, shown): score for kind, shown, score in found("SIREN 732829320 ; FINESS 750712184")}
    assert scores["FR_SIREN", "732829320"] > scores["FR_FINESS", "732829320"]
    assert scores["FR_FINESS", "750712184"] > scores["FR_SIREN", "750712184"]


def test_context_of_the_caller_counts() -> None:
    results = engine().analyze("2840575123456", language="fr", context=["Sécu"], entities=["FR_NIR"])
    assert [round(one.score, 2) for one in results] == [0.45]


def test_another_language_and_names() -> None:
    pack = french_recognisers("en")
    assert {one.supported_language for one in pack} == {"en"}
    assert {one.country_code() for one in pack} == {"fr"}
    assert len({one.name for one in pack}) == len(pack) == len(IN_TEXTS)
    assert all(re.fullmatch(r"Fr[A-Z]\w+Recognizer", one.name) for one in pack)
    assert all(one.context for one in pack)


def test_a_recogniser_can_be_pickled_and_named() -> None:
    copy = pickle.loads(pickle.dumps(presidio.FrNirRecognizer()))  # noqa: S301
    assert [one.score for one in copy.analyze("2 84 05 75 123 456 72", ["FR_NIR"], None)] == [1.0]
    with pytest.raises(AttributeError):
        _ = presidio.FrNothingRecognizer
    assert set(recogniser_classes()) == {class_name(one) for one in IN_TEXTS}


def test_the_yaml_registry_finds_the_classes(tmp_path: Path) -> None:
    from presidio_analyzer.recognizer_registry import RecognizerRegistryProvider

    text = next(body for body in code_blocks("yaml") if "FrNirRecognizer" in body)
    file = tmp_path / "registry.yaml"
    file.write_text(text, encoding="utf-8")
    recogniser_classes()
    registry = RecognizerRegistryProvider(conf_file=file).create_recognizer_registry()
    assert [(one.name, one.supported_language) for one in registry.recognizers] == [
        ("FrNirRecognizer", "fr"),
        ("FrRppsRecognizer", "fr"),
    ]


def test_importing_the_pack_loads_nothing_heavy() -> None:
    heavy = ("duckdb", "pandas", "matplotlib", "polars", "spacy", "presidio_analyzer", "pydantic")
    code = f"import sys, breachkit.recognisers.presidio; print([one for one in {heavy} if one in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.strip() == "[]"


def test_a_text_is_checked_by_the_sql_of_the_columns() -> None:
    """Quotes and strange signs in a match are data, not SQL."""
    check = presidio._CHECK
    assert not check.passes(RECOGNISERS["nir"], "2 84'); DROP TABLE x; --")
    assert check.passes(RECOGNISERS["email"], "jean.d'arc@example.org")


# The page


def code_blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)


def shown_results() -> Iterator[tuple[str, str]]:
    """Each Python block of the page with the output that stands below it."""
    text = PAGE.read_text(encoding="utf-8")
    return iter(re.findall(r"^```python\n(.*?)^```\n+```text\n(.*?)^```$", text, re.MULTILINE | re.DOTALL))


def test_the_page_shows_code_with_its_output() -> None:
    assert len(list(shown_results())) >= 2


@pytest.mark.parametrize(("code", "output"), list(shown_results()))
def test_the_code_of_the_page_prints_what_it_says(
    code: str, output: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    exec(compile(code, "docs/presidio.md", "exec"), {})  # noqa: S102
    assert capsys.readouterr().out == output


def test_the_page_lists_every_entity() -> None:
    """Where this fails: python docs/generate_champs.py"""
    text = PAGE.read_text(encoding="utf-8")
    assert text == generator().with_entities(text)
    assert [one.entity for one in IN_TEXTS if f"`{one.entity}`" not in text] == []
