"""A person's correction of a column: written whole, kept with its author, never a broken file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from breachkit.case import load_decisions
from breachkit.errors import FactsError
from breachkit.execution import corrections
from breachkit.execution.corrections import Correction, record
from breachkit.fields.shapes import common_shapes
from breachkit.reference.catalogue import resource
from tests.example_impact import example_impact


def test_a_correction_is_added_and_the_comments_stay(tmp_path: Path) -> None:
    file = tmp_path / "decisions.toml"
    file.write_text(resource("case/decisions.toml"), encoding="utf-8")
    odd = 'table « a "b" \\ c »\n'
    assert record(tmp_path, Correction(odd, "NOTE", "free_text", "DPO", "vu avec l’éditeur")) == 1
    assert record(tmp_path, Correction(odd, "NOTE", "unknown", "DPO")) == 2
    assert file.read_text(encoding="utf-8").startswith("# Décisions d'une personne")
    assert load_decisions(file).for_table(odd.strip()) == {"NOTE": "unknown"}


@pytest.mark.parametrize("wrong", [{"author": " "}, {"field": "no_such_field"}])
def test_a_wrong_correction_leaves_the_file_as_it_was(wrong: dict[str, str], tmp_path: Path) -> None:
    record(tmp_path, Correction("t", "c", "free_text", "DPO"))
    before = (tmp_path / "decisions.toml").read_bytes()
    with pytest.raises(FactsError):
        record(tmp_path, Correction(**{"table": "t", "column": "c", "field": "free_text", "author": "DPO", **wrong}))
    assert (tmp_path / "decisions.toml").read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["decisions.toml"]


def test_the_form_keeps_what_is_chosen_and_shows_no_value(tmp_path: Path) -> None:
    impact = example_impact()
    form = corrections._form(tmp_path, impact, "fr")
    column, evidence, field, author, _reason, save, said = form.children
    save.click()
    assert "auteur" in said.value
    assert not (tmp_path / "decisions.toml").exists()
    field.value, author.value = "free_text", "DPO"
    save.click()
    assert "decisions.toml" in said.value
    kept = load_decisions(tmp_path / "decisions.toml").column[0]
    table, chosen = kept.table, kept.column
    assert (table, chosen) in {(one.name, two.name) for one in impact.tables for two in one.columns}
    assert (kept.field, kept.author) == ("free_text", "DPO")
    column.value = len(column.options) - 1
    assert "confiance" in evidence.value


def test_away_from_a_persons_notebook_only_a_sentence_is_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[Any] = []
    monkeypatch.setattr("IPython.display.display", shown.append)
    monkeypatch.delenv(corrections.LIVE, raising=False)
    corrections.correct(tmp_path, example_impact())
    assert "JupyterLab" in shown[0].data
    monkeypatch.setenv(corrections.LIVE, "01_inventaire.ipynb")
    corrections.correct(tmp_path, example_impact())
    assert len(shown[1].children) == 7


def test_shapes_mask_letters_and_digits_and_leave_out_the_rare(private: Any) -> None:
    private.execute(
        """CREATE TABLE w.t1 AS SELECT i AS _record, CASE WHEN i = 7 THEN 'Zz-9-rare' WHEN i % 2 = 0 THEN 'DUPONT'
        ELSE 'Éa-Lefèvre' END AS c1, '12/03/' || (1900 + i % 100) AS c2, '' AS c3 FROM range(1000) t(i)"""
    )
    found = common_shapes(private, "w.t1", ["c1", "c2", "c3"], 1000)
    assert [one.shape for one in found["c1"]] == ["AAA", "Aa-Aaaa"]
    assert [(one.shape, one.share) for one in found["c2"]] == [("99/99/9999", 1.0)]
    assert found["c3"] == ()
