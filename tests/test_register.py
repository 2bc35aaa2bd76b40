"""The register of breaches: what GDPR art. 33(5) asks for, a row per incident and controller, safe to open."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import pytest
from python_calamine import load_workbook

from breachkit.execution.register import write_register
from breachkit.impact import Impact
from breachkit.notification.form import form_table
from breachkit.notification.register import register_columns, register_rows
from breachkit.release.texts import text_of
from tests.example_impact import example_impact

IDS = [column["id"] for column in form_table("register.toml")["columns"]]


def with_facts(**sections: dict[str, Any]) -> Impact:
    document = example_impact().model_dump(mode="json", by_alias=True)
    for section, values in sections.items():
        document["incident"][section] = document["incident"].get(section, {}) | values
    return Impact.model_validate(document)


def read_csv(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig")), delimiter=";"))


def test_one_row_for_the_incident_and_one_for_each_controller(tmp_path: Path) -> None:
    impact = example_impact()
    rows = read_csv(write_register(impact, tmp_path, "fr")[0])
    assert len(rows) == 1 + len(impact.controllers)
    assert [row["Identifiant du responsable"] for row in rows[1:]] == [one.id for one in impact.controllers]
    assert [int(row["Personnes (retenu)"]) for row in rows[1:]] == [one.patients.best for one in impact.controllers]
    assert int(rows[0]["Personnes (au plus)"]) == impact.people.patients.high


def test_a_row_holds_what_article_33_5_asks() -> None:
    impact = with_facts(breach={"description": "Copie d'une base."}, measures={"after": "Comptes bloqués."})
    (row,) = register_rows([impact], impact, "fr")
    told = dict(zip(IDS, row, strict=True))
    assert told["facts"] == "Copie d'une base."
    assert told["effects"]
    assert told["measures_after"] == "Comptes bloqués."
    assert told["notify_reasons"]
    assert len(str(told["figures_sha256"])) == 64


def test_what_the_facts_do_not_tell_is_to_be_completed() -> None:
    impact = with_facts(breach={"description": ""}, dates={"notified": None})
    (row,) = register_rows([impact], impact, "en")
    told = dict(zip(IDS, row, strict=True))
    assert (told["facts"], told["notified"]) == ("to be completed", "to be completed")


@pytest.mark.parametrize("text", ["=HYPERLINK(1)", "+33 formule", "-1+2", "@SUM(A1)", "\tx"])
def test_a_text_is_never_a_formula(tmp_path: Path, text: str) -> None:
    impact = with_facts(incident={"title": text})
    written = write_register(impact, tmp_path, "fr")
    assert read_csv(written[0])[0]["Incident"] == f"'{text}"
    with written[1].open("rb") as stream:
        header, row, *_ = load_workbook(stream).get_sheet_by_index(0).to_python()
    assert str(row[header.index("Incident")]).strip() == text.strip()


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_same_impact_gives_the_same_bytes(tmp_path: Path, language: Any) -> None:
    (tmp_path / "a").mkdir(), (tmp_path / "b").mkdir()
    written = [write_register(example_impact(), tmp_path / name, language) for name in ("a", "b")]
    assert [path.read_bytes() for path in written[0]] == [path.read_bytes() for path in written[1]]
    assert register_columns(language) == [column[language] for column in form_table("register.toml")["columns"]]


def test_the_leak_gate_reads_every_cell_of_the_workbook(tmp_path: Path) -> None:
    impact = with_facts(breach={"description": "Une note sur TESTONYME Amandine."})
    workbook = write_register(impact, tmp_path, "fr")[1]
    assert "TESTONYME Amandine" in text_of(workbook)
    assert "TESTONYME" not in text_of(write_register(example_impact(), tmp_path, "fr")[1])  # control
