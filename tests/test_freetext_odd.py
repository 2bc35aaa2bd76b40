"""Odd notes: a megabyte of one thing, long texts in pieces, JSON lines as they really come."""

from __future__ import annotations

import json
import time
from itertools import pairwise
from pathlib import Path

import polars as pl
import pytest

from breachkit.errors import UnreadableSource, UsageError
from breachkit.execution.comments import classify_file
from breachkit.freetext.findings import classify_lines, find_mentions
from breachkit.freetext.pieces import LONG, MARGIN, pieces
from breachkit.freetext.spot import Candidate, candidates

OWN = Path(__file__).parent / "data" / "notes_own.jsonl"
MEGABYTE = 1_000_000
PATIENCE = 40  # seconds, on a machine that does other things; each takes one to three, and took minutes


@pytest.mark.parametrize(
    "part", ["VIH négatif, ", "diabète ", "JEAN DUPONT ", "tel mari 0639981234, ", "a@b.c", "d\u0301\u0302"]
)
def test_a_megabyte_of_one_thing_takes_seconds(part: str) -> None:
    find_mentions(pl.Series(["sida"]))
    started = time.perf_counter()
    find_mentions(pl.Series([part * (MEGABYTE // len(part))]))
    assert time.perf_counter() - started < PATIENCE


@pytest.mark.parametrize(
    "part",
    [
        "a",
        "😀",
        "0",
        "1 ",
        "@",
        '"',
        "'",
        "\n",
        "\r\n",
        "?",
        "pas ",
        "ne ",
        "(",
        "\x00",
        "\x01",
        "مريض ",
        "患者",
        "\u0301",
    ],
)
def test_what_says_nothing_says_nothing_however_long(part: str) -> None:
    assert find_mentions(pl.Series([part * 60_000])).height == 0


def test_the_pieces_of_a_text_follow_one_another_and_overlap() -> None:
    text = "".join(f"phrase {n} sur la patiente. " for n in range(2_000))
    own = [(one.offset + one.core_start, one.offset + one.core_end) for one in pieces(text)]
    assert own[0][0] == 0
    assert own[-1][1] == len(text)
    assert all(left[1] == right[0] for left, right in pairwise(own))
    assert all(text[one.offset :].startswith(one.text) for one in pieces(text))
    assert all(one.core_start >= MARGIN - 20 for one in list(pieces(text))[1:])


@pytest.mark.parametrize("before", [0, LONG - 10, LONG, 3 * LONG + 7, 50 * LONG])
def test_a_finding_is_found_wherever_it_stands(before: int) -> None:
    text = "Rappeler lundi. " * (before // 16) + "mère séropositive, pas de diabète. " + "Rappeler lundi. " * 500
    rows = find_mentions(pl.Series([text]))
    said = {
        (text[start:end], how, who)
        for start, end, how, who in rows.select("start", "end", "assertion", "subject").rows()
    }
    assert {("séropositive", "affirmed", "third_party"), ("diabète", "negated", "patient")} <= said


def test_the_first_pass_changes_no_finding(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every term of the lexicon tried on notes without its triggers: the same rows (on a part of our notes)."""
    texts = [json.loads(line)["text"] for line in OWN.read_text(encoding="utf-8").splitlines()][::25]
    usual = find_mentions(pl.Series(texts))

    def everything(series: pl.Series, lexicon: object) -> object:
        found = {one.index: (one, corrections) for one, corrections in candidates(series, lexicon)}  # type: ignore[arg-type]
        every = tuple(range(len(lexicon.terms)))  # type: ignore[attr-defined]
        for index, text in enumerate(series):
            corrections = found[index][1] if index in found else {}
            yield Candidate(index, 0, text, 0, len(text), every, True), corrections

    monkeypatch.setattr("breachkit.freetext.findings.candidates", everything)
    assert find_mentions(pl.Series(texts)).equals(usual)
    assert usual.height > 20


def test_json_lines_as_they_come() -> None:
    lines = [
        '\ufeff{"id": 1, "text": "SDF"}\r\n', "\r\n", "   \n", '{"text": "SDF", "id": 1, "other": [1]}\n',
        '{"id": null, "text": ""}', '{"id": {"a": 1}, "text": "VIH \\ud800"}',
        '{"id": "\\ud83d\\ude00", "text": "\\u0000 SDF"}',
    ]  # fmt: skip
    answers = list(classify_lines(lines))
    assert [one["id"] for one in answers] == [1, 1, None, {"a": 1}, "😀"]
    assert [len(one["findings"]) for one in answers] == [1, 1, 0, 1, 1]
    assert answers[3]["findings"][0]["assertion"] == "affirmed"  # half a character is no question mark


@pytest.mark.parametrize(
    "line", ['{"id": 1, "text": ["SDF"]}', '{"id": ' + "9" * 5000 + "}", "[" * 100_000, '"SDF"', "null", "\x00"]
)
def test_what_is_no_such_object_is_named_by_its_line(line: str) -> None:
    with pytest.raises(UsageError, match="2"):
        list(classify_lines(['{"id": 1, "text": null}', line]))


def test_a_file_of_comments_is_written_line_by_line(tmp_path: Path) -> None:
    source, out = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    source.write_bytes(b'\xef\xbb\xbf{"id": "\\ud800", "text": "SDF"}\r\n\r\n{"id": "\xc3\xa9", "text": "rappeler"}')
    classify_file(source, out)
    answers = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    assert [one["id"] for one in answers] == ["\ud800", "é"]
    assert [len(one["findings"]) for one in answers] == [1, 0]
    source.write_bytes(b"")
    classify_file(source, out)
    assert out.read_bytes() == b""
    source.write_bytes(b'{"id": 1, "text": "\xe9"}')
    with pytest.raises(UnreadableSource):
        classify_file(source, out)
