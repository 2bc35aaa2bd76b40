"""The free-text room: folding, lexicon checks, first pass, degenerate texts, JSON lines, quality on our own notes."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from breachkit.errors import FactsError, UsageError
from breachkit.freetext.findings import classify_lines, find_mentions
from breachkit.freetext.fold import fold
from breachkit.freetext.identifiers import find_identifiers
from breachkit.freetext.lexicon import Rule, build_lexicon, compiled, load_lexicon
from breachkit.freetext.spelling import respell, respelling
from breachkit.freetext.spot import candidates
from breachkit.freetext.triggers import required_sets, required_strings

OWN_NOTES = Path(__file__).parent / "data" / "notes_own.jsonl"
# Other hands, each unread at its first score (benchmarks/notes.py).
HANDS = OWN_NOTES.with_name("notes_hands.jsonl")
META = {"origin": "test", "date": "2026-11", "certainty": "our choice"}


def own_notes(path: Path = OWN_NOTES) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_folding_keeps_one_character_for_one_character() -> None:
    folded = fold("Séro-POSITIF d’après l’IRM")
    assert folded.text == "sero positif d apres l irm"
    assert folded.offsets is None


@pytest.mark.parametrize(
    ("text", "needle", "original"),
    [
        ("sa sœur : cœur fragile", "coeur", "cœur"),
        ("V.I.H. depuis 98", "vih", "V.I.H"),
        (unicodedata.normalize("NFD", "déprimée, épilepsie"), "epilepsie", unicodedata.normalize("NFD", "épilepsie")),
    ],
)
def test_offsets_lead_back_to_the_original(text: str, needle: str, original: str) -> None:
    folded = fold(text)
    start = folded.text.index(needle)
    begin, end = folded.original_span(start, start + len(needle))
    assert text[begin:end] == original


@given(st.text(max_size=200))
@settings(max_examples=200, deadline=None)
def test_any_text_can_be_folded_and_searched(text: str) -> None:
    text = text.encode("utf-8", "replace").decode("utf-8")
    folded = fold(text)
    if folded.offsets is None:
        assert len(folded.text) == len(text)
    else:
        assert len(folded.offsets) == len(folded.text)
    list(find_identifiers(text))


def test_a_misspelt_word_is_read_as_meant_and_keeps_its_place() -> None:
    lexicon = load_lexicon()
    assert respelling("schyzophrene", lexicon) == "schizophrene"
    assert respelling("schizophrene", lexicon) is None
    assert respelling("boulangerie", lexicon) is None
    text = "bien schyzofrène ici"
    folded = respell(fold(text), {"schyzofrene": "schizophrene"})
    start = folded.text.index("schizophrene")
    begin, end = folded.original_span(start, start + len("schizophrene"))
    assert text[begin:end] == "schyzofrène"


@pytest.mark.parametrize(
    ("pattern", "strings"),
    [
        ("ts", {" ts "}),
        ("depress[a-z]*", {" depress"}),
        ("refus +ivg", {" refus ivg "}),
        (
            r"(?:vih|hiv)(?: *[12])?",
            {f" {word}{rest}" for word in ("vih", "hiv") for rest in (" ", "1 ", "2 ", " 1 ", " 2 ")},
        ),
        (r"[a-z]+ *pa(?= *(?:$|sevr))", {"pa ", " pa "}),
    ],
)
def test_triggers_are_what_every_match_contains(pattern: str, strings: set[str]) -> None:
    assert required_strings(pattern) == strings


def test_a_pattern_of_several_parts_needs_one_string_of_each() -> None:
    found = required_sets("(suivi|rdv) +(?:[a-z]+ +)?(hopital|clinique)")
    assert {frozenset({" suivi ", " rdv "}), frozenset({" hopital ", " clinique "})} == set(found)
    table = {
        "a.toml": {"meta": META, "rules": [{"id": "x", "category": "health", "terms": "suivi (a|en) \\w+ hopital"}]}
    }
    made = build_lexicon(table)
    assert not made.awake([" suivi en ", " suivi a "])
    assert made.awake([" suivi en ", " hopital "]) == [0]


def test_the_first_pass_drops_nothing_that_a_term_would_match() -> None:
    """Every seventh term, tried on all notes without its triggers, wakes no more than with them."""
    lexicon = load_lexicon()
    texts = [note["text"] for note in own_notes()]
    awake = {one.index: set(one.awake) for one, _ in candidates(pl.Series(texts), lexicon)}
    folded = [fold(text).text for text in texts]
    hits = 0
    for number, term in enumerate(lexicon.terms[::7]):
        for index, text in enumerate(folded):
            if compiled(term.pattern).search(text) and isinstance(term.owner, Rule):
                hits += 1
                assert 7 * number in awake.get(index, set()), (term.owner.id, term.pattern)
    assert hits > 50


@pytest.mark.parametrize(
    "table",
    [
        {"meta": META, "rules": [{"id": "x", "category": "helth", "terms": "sida"}]},
        {"meta": META, "rules": [{"id": "x", "category": "health", "terms": "sida", "topics": "x"}]},
        {"meta": META, "rules": [{"id": "x", "category": "health", "terms": "(sida"}]},
        {"meta": META, "rules": [{"id": "x", "category": "health", "terms": r"\d+"}]},
        {"meta": META, "rules": [{"id": "x", "category": "health", "terms": "sida"}] * 2},
        {"meta": META, "exclusions": [{"id": "x", "terms": "rue"}]},
        {"rules": []},
        {"meta": META, "cues": {"negation_before": "pas"}},
    ],
)
def test_a_wrong_lexicon_is_refused_by_name(table: dict[str, Any]) -> None:
    with pytest.raises(FactsError, match=r"mine\.toml"):
        build_lexicon({"mine.toml": table})


def test_degenerate_texts_are_survived_in_order() -> None:
    texts = pl.Series(
        [
            None,
            "",
            "   \n\t ",
            "🏥🩺 VIH + 🎗️",
            "\x00\x01\x02 sida \x7f",
            "患者は糖尿病です",
            "Пациент болен",
            "The patient is fine, call back tomorrow",
            "a" * 1_000_000,
            "VIH négatif. " * 80_000,
        ],
        dtype=pl.String,
    )
    rows = find_mentions(texts)
    assert rows["text_index"].is_sorted()
    by_text = {index for (index,) in rows.select("text_index").unique().iter_rows()}
    assert by_text == {3, 4, 9}
    assert rows.schema == {
        "text_index": pl.UInt32, "category": pl.String, "topic": pl.String, "assertion": pl.String,
        "subject": pl.String, "start": pl.UInt32, "end": pl.UInt32, "rule": pl.String,
    }  # fmt: skip


def test_an_empty_column_gives_an_empty_frame() -> None:
    assert find_mentions(pl.Series([], dtype=pl.String)).height == 0
    assert find_mentions(pl.Series([None, None], dtype=pl.String)).height == 0


def test_positions_point_into_the_original_text() -> None:
    text = "Sa sœur va bien ; elle est DÉPRESSIVE."
    rows = find_mentions(pl.Series([text])).to_dicts()
    assert [text[row["start"] : row["end"]] for row in rows] == ["DÉPRESSIVE"]


def test_one_row_per_kind_of_finding_and_the_same_rows_on_a_second_run() -> None:
    texts = pl.Series([note["text"] for note in own_notes()])
    first = find_mentions(texts)
    keys = ["text_index", "category", "topic", "assertion", "subject"]
    assert first.select(keys).is_duplicated().sum() == 0
    assert first.equals(find_mentions(texts))


def test_json_lines_keep_their_order_and_never_give_the_text_back() -> None:
    lines = [
        '{"id": "b", "text": "SDF"}',
        "",
        '{"id": 7, "text": "rue des Juifs"}',
        '{"id": "a", "text": null}',
        '{"id": "c", "text": "note perso : SDF"}',
    ]
    answers = list(classify_lines(lines))
    assert [answer["id"] for answer in answers] == ["b", 7, "a", "c"]
    assert answers[0]["findings"] == [
        {"category": "social", "assertion": "affirmed", "subject": "patient", "start": 0, "end": 3}
    ]
    assert answers[1]["findings"] == answers[2]["findings"] == []
    assert all(set(answer) == {"id", "findings"} for answer in answers)


def test_json_lines_are_read_as_a_stream() -> None:
    consumed = 0

    def endless() -> Iterator[str]:
        nonlocal consumed
        while True:
            consumed += 1
            yield '{"id": 1, "text": "rappeler"}'

    assert next(classify_lines(endless())) == {"id": 1, "findings": []}
    assert consumed < 100_000


@pytest.mark.parametrize("line", ["{", "[1]", '{"text": "VIH secret-marker"}', '{"id": 1, "text": 5}', "nope"])
def test_a_bad_line_is_named_by_its_number_only(line: str) -> None:
    with pytest.raises(UsageError) as caught:
        list(classify_lines(['{"id": 1, "text": "ok"}', line]))
    assert "2" in caught.value.fr
    assert "secret-marker" not in caught.value.fr + caught.value.en
    assert "secret-marker" not in repr(caught.value.__cause__)


@pytest.mark.parametrize("path", [OWN_NOTES, HANDS], ids=lambda path: path.stem)
def test_quality_on_labelled_notes_stays_above_the_bar(path: Path) -> None:
    notes = own_notes(path)
    rows = find_mentions(pl.Series([note["text"] for note in notes]))
    given_by_text: dict[int, set[str]] = {}
    qualified: dict[int, set[tuple[str, str, str]]] = {}
    for index, *key in rows.select("text_index", "category", "assertion", "subject").iter_rows():
        given_by_text.setdefault(index, set()).add(key[0])
        qualified.setdefault(index, set()).add((key[0], key[1], key[2]))
    right = wrong = missed = well_told = told = 0
    for index, note in enumerate(notes):
        required = {f["category"] for f in note["findings"] if not f.get("optional")}
        allowed = {f["category"] for f in note["findings"]}
        got = given_by_text.get(index, set())
        right += len(got & required)
        wrong += len(got - allowed)
        missed += len(required - got)
        for finding in note["findings"]:
            if finding["category"] in got and not finding.get("optional"):
                told += 1
                well_told += (finding["category"], finding["assertion"], finding["subject"]) in qualified[index]
    assert right > 500
    assert right / (right + wrong) >= 0.95
    assert right / (right + missed) >= 0.95
    assert well_told / told >= (0.92 if path == OWN_NOTES else 0.91)  # where the last hands stand
