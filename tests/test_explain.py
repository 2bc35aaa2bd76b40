"""`breachkit explain`: every figure of the persons has a text in both languages, and an unknown one near names."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from breachkit.errors import UsageError
from breachkit.execution.explain import explained, explanation, paths
from breachkit.execution.released import released_impact
from breachkit.execution.run import Options, run
from tests.conftest import MLM


@pytest.fixture(scope="module")
def released(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The outputs of the sample, without documents."""
    import os

    folder = tmp_path_factory.mktemp("explained")
    former = os.environ.get("BREACHKIT_KEY_DIR")
    os.environ["BREACHKIT_KEY_DIR"] = str(folder / "keys")
    sources = (MLM / "patients.csv", MLM / "medecins.csv")
    run(Options(sources=sources, out=folder / "out", incident=MLM / "incident.toml", notebooks=False, pdf=False))
    os.environ.pop("BREACHKIT_KEY_DIR") if former is None else os.environ.update(BREACHKIT_KEY_DIR=former)
    return folder / "out"


@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_figure_of_the_persons_has_a_text(released: Path, language: str) -> None:
    impact = released_impact(released)
    document = json.loads(impact.to_json())
    found = [one for one in paths(document) if one == "people" or one.startswith("people.")]
    found = [one for one in found if not re.search(r"\.[1-9]\d*(\.|$)", one)]  # the first item of a list stands for all
    assert len(found) > 50
    for figure in found:
        told = explained(figure, impact, document, language)  # type: ignore[arg-type]
        assert told.startswith(f"{figure}\n  D")
        assert told.count("\n") >= 3


def test_a_dpo_reads_in_ten_lines_what_was_counted_merged_and_doubted(released: Path) -> None:
    patients = json.loads((released / "impact.json").read_text(encoding="utf-8"))["people"]["patients"]
    told = explanation(released, "people.patients.best", "fr")
    lines = told.strip().split("\n")
    assert len(lines) <= 10
    plain = told.replace("\u202f", " ")
    for value in ("low", "best", "high", "records"):
        assert f"{patients[value]:,}".replace(",", " ") in plain
    for word in ("Compté", "Réuni", "Douteux", "Décisions", "review DOSSIER --what pairs", "Méthode"):
        assert word in told
    english = explanation(released, "people.patients.best", "en")
    for word in ("Counted", "Merged", "Doubtful", "Decisions", "Method"):
        assert word in english
    for word in ("Compté", "fiches", "personnes"):
        assert word not in english


def test_bounds_say_what_they_are(released: Path) -> None:
    assert "borne basse" in explanation(released, "people.patients.low", "fr")
    assert "upper bound" in explanation(released, "people.minors.high", "en")


@pytest.mark.parametrize("figure", ["people.patiens.bst", "people.minor", "peple.patients.best", "patients.best"])
def test_an_unknown_path_gets_near_names(released: Path, figure: str) -> None:
    with pytest.raises(UsageError) as raised:
        explanation(released, figure, "fr")
    assert "people." in raised.value.message("fr")
    assert figure in raised.value.message("en")


def test_a_path_like_nothing_gets_the_list(released: Path) -> None:
    with pytest.raises(UsageError) as raised:
        explanation(released, "zzz", "fr")
    assert "people.patients" in raised.value.message("fr")


def test_no_name_of_the_extract_is_told(released: Path) -> None:
    """The commonest family names of the sample, as a control that they are there."""
    cells = (MLM / "patients.csv").read_text(encoding="utf-8", errors="replace").upper()
    told = explanation(released, "people", "fr").upper() + explanation(released, "people.patients", "fr").upper()
    for name in ("LEFEBVRE", "MOREAU", "GARNIER"):
        assert name in cells
        assert name not in told


@pytest.mark.parametrize("figure", ["people.path", "people.apart", "exposure", "information.segments", "controllers"])
@pytest.mark.parametrize("language", ["fr", "en"])
def test_a_table_is_told_in_rows_and_words(released: Path, figure: str, language: str) -> None:
    told = explanation(released, figure, language)  # type: ignore[arg-type]
    assert told.count(" · ") > 5
    assert "{" not in told
    assert '"' not in told
    document = json.loads((released / "impact.json").read_text(encoding="utf-8"))
    best = f"{document['people']['patients']['best']:,}"
    if figure == "people.path":
        assert best.replace(",", "\u202f" if language == "fr" else ",") in told
