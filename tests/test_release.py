"""The leak gate: catches what it must, lets pass what it must, and knows nothing by itself."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from breachkit import privacy
from breachkit.errors import LeakRefused, ManifestMismatch
from breachkit.release.gate import Allowed, find_leaks, refuse_leaks
from breachkit.release.manifest import check_manifest, write_manifest
from tests.conftest import ROOT

NOTE = "vient pour son traitement depuis le mois de mars, ne rien dire au voisin"


FIELDS = ["family_name", "given_name", "phone", "email", "nir", "postal_address", "free_text"]


@pytest.fixture
def extract(private: Any) -> Any:
    """A workspace that knows one patient and one note."""
    patient = (
        "'Zvartmann', 'Odile', '06 39 98 12 34', 'odile.z@example.org', '260017505600112', '12, rue des Alouettes'"
    )
    cells = ", ".join(f"col{at} AS c{at + 1}" for at in range(len(FIELDS)))
    private.execute(f"CREATE TABLE w.t1 AS SELECT 1 AS _record, {cells} FROM (VALUES ({patient}, $1))", [NOTE])
    return partial(privacy.known, private, columns=privacy.held_columns(private, [FIELDS]))


def leaks(known: Any, folder: Path, allowed: Allowed = Allowed()) -> set[tuple[str, str]]:  # noqa: B008 - frozen
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {(one.file, one.kind) for one in find_leaks(files, folder, known, allowed)}


LEAKING = {
    "name": "Patiente : Odile Zvartmann, 65 ans",
    "name reversed": "ZVARTMANN Odile",
    "family_name": "Mme Zvartmann",
    "email": "écrire à odile.z@example.org",
    "phone": "tél. 06 39 98 12 34",
    "phone abroad": "tél. +33 6.39.98.12.34",
    "nir": "2 60 01 75 056 001 12",
    "address": "12, rue des Alouettes 75011 Paris",
    "note": "elle vient pour son traitement depuis peu",
}


@pytest.mark.parametrize("kind", LEAKING)
@pytest.mark.parametrize("suffix", [".md", ".json", ".html", ".svg", ".ipynb"])
def test_a_value_of_the_extract_is_caught_in_every_format(kind: str, suffix: str, extract: Any, tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    text = LEAKING[kind]
    if suffix == ".ipynb":
        text = json.dumps({"cells": [{"outputs": [{"text": [text]}]}]})
    elif suffix == ".json":
        text = json.dumps({"x": text})
    elif suffix in (".html", ".svg"):
        text = f"<p>{text}</p>"
    (out / f"x{suffix}").write_text(text, encoding="utf-8")
    assert kind.split()[0] in {found for _, found in leaks(extract, out)}


def test_a_key_of_our_own_is_no_name(extract: Any, tmp_path: Path) -> None:
    """« Zvartmann » as a key before the value « Odile » is our own word, not a patient."""
    out = tmp_path / "out"
    out.mkdir()
    (out / "x.json").write_text(json.dumps({"zvartmann": "Odile Martin"}), encoding="utf-8")
    assert not leaks(extract, out)
    (out / "x.json").write_text(json.dumps({"label": "Zvartmann Odile"}), encoding="utf-8")
    assert ("x.json", "name") in leaks(extract, out)


def test_a_file_name_may_leak_too(extract: Any, tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "zvartmann-odile.md").write_text("rien", encoding="utf-8")
    assert leaks(extract, out) == {("zvartmann-odile.md", "name"), ("zvartmann-odile.md", "family_name")}


@pytest.mark.parametrize(
    "text",
    [
        "3 950 patients, 12 médecins",
        "Le traitement des données de santé",
        "vient pour",
        "01 99 00 12 34",
        "rue des Lilas",
    ],
)
def test_ordinary_words_pass(text: str, extract: Any, tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "x.md").write_text(text, encoding="utf-8")
    assert not leaks(extract, out)


def test_what_a_person_has_told_is_no_leak(extract: Any, tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "x.md").write_text("Responsable : Odile Zvartmann", encoding="utf-8")
    assert leaks(extract, out)
    assert not leaks(extract, out, Allowed(names=["Odile Zvartmann"]))
    assert not leaks(extract, out, Allowed(texts=["la docteure Odile Zvartmann"]))


def test_two_neighbouring_names_make_no_third(extract: Any, tmp_path: Path) -> None:
    """« … Zvartmann » above « Odile … » in a list of doctors names no patient; the patient herself is still seen."""
    out = tmp_path / "out"
    out.mkdir()
    doctors = Allowed(names=["Bernard Zvartmann", "Odile Bichatte"])
    (out / "x.csv").write_text("1,Bernard Zvartmann\n2,Odile Bichatte\n", encoding="utf-8")
    assert leaks(extract, out)
    assert not leaks(extract, out, doctors)
    (out / "x.csv").write_text("1,Bernard Zvartmann\n2,Odile Bichatte\n3,Zvartmann Odile", encoding="utf-8")
    assert leaks(extract, out, doctors) == {("x.csv", "name")}
    (out / "x.csv").write_text("0639981234, Bernard Zvartmann", encoding="utf-8")
    assert leaks(extract, out, doctors) == {("x.csv", "phone")}


def test_a_common_family_name_in_a_file_s_name_passes_and_a_whole_name_does_not(extract: Any, tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "x.md").write_text("source : export_zvartmann.csv", encoding="utf-8")
    assert not leaks(extract, out, Allowed(told=["export_zvartmann.csv"], ordinary=["zvartmann"]))
    (out / "x.md").write_text("source : odile_zvartmann.csv", encoding="utf-8")
    named = Allowed(told=["odile_zvartmann.csv"], ordinary=["zvartmann", "odile"])
    assert leaks(extract, out, named) == {("x.md", "name")}


def test_an_unreadable_format_is_not_released(extract: Any, tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "x.pkl").write_bytes(b"\x80\x04")
    assert leaks(extract, out) == {("x.pkl", "unreadable")}


def test_the_refusal_names_files_and_kinds_and_no_value(extract: Any, tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "x.md").write_text(LEAKING["name"], encoding="utf-8")
    found = find_leaks([out / "x.md"], out, extract, Allowed())
    with pytest.raises(LeakRefused) as raised:
        refuse_leaks(found)
    assert raised.value.exit_code == 5
    assert "x.md" in raised.value.fr
    assert "nom et prénom" in raised.value.fr
    assert "zvartmann" not in (raised.value.fr + raised.value.en).lower()


def test_the_gate_asks_with_keys_only() -> None:
    """What the gate sends to the workspace side are keys of the output, and it gets counts back."""
    asked: list[pl.DataFrame] = []

    def known(candidates: pl.DataFrame, _kinds: Sequence[str]) -> pl.DataFrame:
        asked.append(candidates)
        return pl.DataFrame(schema={"chunk": pl.UInt32, "kind": pl.String, "found": pl.Int64})

    assert not find_leaks([ROOT / "README.md"], ROOT, known, Allowed())
    assert set(asked[0].columns) == {"chunk", "kind", "words", "key", "alone"}


def test_a_changed_output_no_longer_matches_the_manifest(tmp_path: Path) -> None:
    from tests.example_impact import example_impact

    (tmp_path / "impact.json").write_text("{}", encoding="utf-8")
    from datetime import UTC, datetime

    now = datetime.now(UTC)
    write_manifest(tmp_path, example_impact(), [tmp_path / "impact.json"], started=now, ended=now, parameters={})
    assert check_manifest(tmp_path) == 1
    (tmp_path / "impact.json").write_text("{ }", encoding="utf-8")
    with pytest.raises(ManifestMismatch) as raised:
        check_manifest(tmp_path)
    assert raised.value.exit_code == 7
