"""What codes and words of columns reveal: the lists are sound, and a cell tells what it says and nothing more."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from breachkit import case, workspace
from breachkit.freetext.findings import find_mentions
from breachkit.impact import Impact
from breachkit.incident import Incident
from breachkit.people.revealed import codes
from breachkit.pipeline import analyse
from breachkit.recognisers.drug import CIP13
from breachkit.reference.catalogue import categories, load_toml, resource
from breachkit.workspace import row

NAMES = ["Vasseur", "Lormeau", "Quintard", "Besnard", "Tavelle", "Mirande", "Courtois", "Dellier", "Farel", "Gaudry"]
PLAIN = ["I10", "J45", "K21", "M54", "H10", "L20", "N39", "I25", "J20", "K30", "M17", "H25", "L40", "J06", "I48", "K80"]
DIAGNOSES = ["B20", "Z21", "B24.9", "C50.9", "D05", "I10, F10.2", "Z50.2", "F64.0", "Z53.1", "E84.0", "Q90", *PLAIN]
CLASSES = ["J05AR20", "N02BE01", "C09AA05", "A10BA02", "C07AB07", "R03AC02", "A02BC01", "C10AA05"]
BOXES = ["34009 301 530 31", "3400930228425", "3400937501389", "3400936150966", "3400938338293", "3400937395339"]
MEDICINES = ["BIKTARVY 50MG/200MG/25MG CPR", "DOLIPRANE 1000", "KARDEGIC 75", "LEVOTHYROX 50", "TAHOR 10"]
TITLES = ["Compte rendu d'hospitalisation en psychiatrie", "Ordonnance", "Certificat médical", "Courrier"]
COLUMNS = {
    "CODE_CIM10": DIAGNOSES,
    "CODE_ATC": CLASSES,
    "CIP13": BOXES,
    "MEDICAMENT": MEDICINES,
    "TITRE_DOCUMENT": TITLES,
}
ROWS = 40


def test_every_code_listed_is_of_a_known_topic() -> None:
    for one in codes().iter_rows(named=True):
        assert one["category"] in categories()
        assert one["topic"] in ("", *categories()[one["category"]].health_topics)


def test_every_diagnosis_listed_is_of_the_classification() -> None:
    known = set(resource("lists/cim10_categories.txt").splitlines())
    written = " ".join(told for kind in load_toml("revealing_codes.toml")["cim10"].values() for told in kind.values())
    ends = [end for one in written.split() for end in one.split("-")]  # F20-F69: its members are not all in use
    assert len(ends) > 100
    assert [one for one in ends if one[:3] not in known] == []


def test_every_box_listed_has_its_key_and_its_seven_digits(private: Any) -> None:
    boxes = codes().filter(codes()["system"] == "cip13")["beginning"]
    assert boxes.len() > 90
    valid = CIP13.valid("cip")
    values = ", ".join(f"('{one}')" for one in boxes)
    assert row(private, f"SELECT count(*) FILTER ({valid}) FROM (VALUES {values}) t(cip)") == (boxes.len(),)
    assert set(codes().filter(codes()["system"] == "cip7")["beginning"]) == {one[5:12] for one in boxes}


def written(folder: Path, column: str) -> Path:
    """A file of forty persons with one column of codes or words, its cells in turn."""
    lines = [f"NIR;NOM;PRENOM;DATE_NAISSANCE;{column}"]
    cells = COLUMNS[column]
    for at in range(ROWS):
        body = f"1{50 + at}0{1 + at % 9}75950{100 + at}"
        number, born = f"{body}{97 - int(body) % 97:02d}", f"{1 + at % 28:02d}/0{1 + at % 9}/19{50 + at}"
        lines.append(f"{number};{NAMES[at % 10]}{'ABCDEFGH'[at // 10].lower()};Paul;{born};{cells[at % len(cells)]}")
    path = folder / f"patients_{column.lower()}.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def read(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Impact, Any]]:
    folder = tmp_path_factory.mktemp("revealed")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("BREACHKIT_KEY_DIR", str(folder / "keys"))
        database = folder / "case.duckdb"
        with workspace.create(database, case.new_key(database), threads=2, memory="500MB") as connection:
            sources = [written(folder, column) for column in COLUMNS]
            yield analyse(sources, connection, Incident()).impact, connection


def told(read: tuple[Impact, Any], field: str) -> dict[tuple[str, str | None], int]:
    return {
        (one.category, one.topic): one.persons
        for one in read[0].revealed
        if one.field == field and one.assertion == "affirmed"
    }


def times(cells: list[str], *wanted: str) -> int:
    """How many of the forty persons have one of these cells."""
    return sum(cells[at % len(cells)] in wanted for at in range(ROWS))


def test_a_diagnosis_code_reveals_its_topic_and_an_ordinary_one_nothing(read: tuple[Impact, Any]) -> None:
    assert told(read, "diagnosis_code") == {
        ("health", "hiv_sti"): times(DIAGNOSES, "B20", "Z21", "B24.9"),
        ("health", "oncology"): times(DIAGNOSES, "C50.9", "D05"),
        ("health", "addiction"): times(DIAGNOSES, "I10, F10.2", "Z50.2"),
        ("health", "mental_health"): times(DIAGNOSES, "F64.0"),
        ("sex_life", None): times(DIAGNOSES, "F64.0"),
        ("religion", None): times(DIAGNOSES, "Z53.1"),
        ("genetic", None): times(DIAGNOSES, "E84.0", "Q90"),
        ("health", "disability"): times(DIAGNOSES, "Q90"),
    }


def test_a_drug_tells_hiv_by_its_class_its_box_or_its_name(read: tuple[Impact, Any]) -> None:
    """The forty persons are in every file; each file tells it of some of them."""
    hiv = {
        at
        for cells, wanted in ((CLASSES, CLASSES[:1]), (BOXES, BOXES[:2]), (MEDICINES, MEDICINES[:1]))
        for at in range(ROWS)
        if cells[at % len(cells)] in wanted
    }
    found = told(read, "drug")
    assert found["health", "hiv_sti"] == len(hiv) < ROWS
    assert {topic for _, topic in found} <= {"hiv_sti", "other"}


def test_a_title_tells_the_care(read: tuple[Impact, Any]) -> None:
    assert told(read, "document_title")["health", "mental_health"] == times(TITLES, TITLES[0])


def test_the_forty_persons_are_the_same_in_every_file(read: tuple[Impact, Any]) -> None:
    assert read[0].people.patients.best == ROWS
    assert read[0].people.patients.records == ROWS * len(COLUMNS)


def test_no_cell_is_kept(read: tuple[Impact, Any]) -> None:
    connection = read[1]
    assert [one[0] for one in connection.execute("DESCRIBE w.revealed").fetchall()] == [
        "rid", "field", "category", "topic", "assertion",
    ]  # fmt: skip
    tables = {one[0] for one in connection.execute("SELECT table_name FROM duckdb_tables()").fetchall()}
    assert not tables & {"cells", "said"}
    assert {"revealed", "facts"} <= tables


def test_the_words_of_a_cell_are_read_as_a_note_is() -> None:
    """The control: what the tests above look for is the notes' own reading."""
    assert set(find_mentions(pl.Series(MEDICINES[:1]))["topic"]) == {"hiv_sti"}


def test_a_negative_test_is_told_as_negated(tmp_path: Path, private: Any) -> None:
    results = ["NEGATIF", "NEGATIF", "NEGATIF", "POSITIF"]
    lines = ["NOM;PRENOM;DATE_NAISSANCE;SEROLOGIE_VIH"]
    for at in range(ROWS):
        born = f"{1 + at % 28:02d}/0{1 + at % 9}/19{50 + at}"
        lines.append(f"{NAMES[at % 10]};{['Paul', 'Jean', 'Luc', 'Marc'][at // 10]};{born};{results[at % 4]}")
    path = tmp_path / "resultats.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    found = {
        one.assertion: one.persons
        for one in analyse([path], private, Incident()).impact.revealed
        if one.topic == "hiv_sti"
    }
    assert found == {"negated": 30, "affirmed": 10}
