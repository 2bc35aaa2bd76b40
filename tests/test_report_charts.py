"""Charts and tables: their rows are the impact's figures, their files are complete and always the same."""

from __future__ import annotations

import csv
from pathlib import Path

import matplotlib as mpl
import pytest

from breachkit.report import chart_rows, charts, people_grids, tables
from tests.example_impact import empty_impact, example_impact, scaled_impact

IMPACT = example_impact()


def test_rows_of_reconciliation_end_with_the_patients_and_their_bounds() -> None:
    rows = chart_rows.reconciliation(IMPACT, "fr").rows
    assert [row[1] for row in rows] == [5015, 5008, 4993, 3950]
    assert rows[-1][2:] == (3938, 3961)


def test_the_path_from_bytes_to_persons_adds_up_in_every_row() -> None:
    rows = chart_rows.path(IMPACT, "fr").rows
    total = rows[1][1]  # bytes are of another kind: they take no part in the sum
    for name, count, _unit in rows[2:]:
        if name.startswith("="):
            assert total == count, name
        total = total - count if name.startswith("−") else total + count if name.startswith("+") else count
    assert rows[1][1] - 5 == 5015
    assert [row[1] for row in rows if row[0].startswith("=")][-3:] == [3950, 3892, 3844]
    units = {row[0]: row[2] for row in rows}
    assert (units["− d’en-tête"], units["− en rejet (motif conservé)"]) == ("lignes", "enregistrements")


def test_each_rule_takes_its_merges_from_the_count() -> None:
    grid = people_grids.merges(IMPACT, "en")
    left = [4993, *grid.column("persons_left")]
    assert [former - merged for former, merged in zip(left, grid.column("merges"), strict=False)] == left[1:]
    assert left[-1] == IMPACT.people.patients.best
    assert [sum(row[1:]) for row in people_grids.doubtful(IMPACT, "fr").rows] == [34, 10]


def test_rows_of_fields_are_the_exposure() -> None:
    grid = chart_rows.fields(IMPACT, "fr")
    assert sum(grid.column("persons")) == sum(one.persons for one in IMPACT.exposure)
    assert grid.column("sensitivity") == sorted(grid.column("sensitivity"), reverse=True)


def test_rows_of_notes_are_the_findings_apart_for_third_parties() -> None:
    grid = chart_rows.notes(IMPACT, "fr")
    for subject, name in (("patient", "le patient"), ("third_party", "un tiers")):
        for place, assertion in enumerate(("affirmed", "hypothetical", "negated"), start=2):
            expected = sum(
                one.notes
                for one in IMPACT.free_text.by_finding
                if one.subject == subject and one.assertion == assertion
            )
            assert sum(row[place] for row in grid.rows if row[1] == name) == expected
    assert len(set(grid.column("category"))) == 13


def test_rows_of_severity_types_channels_and_controllers() -> None:
    assert IMPACT.severity is not None
    assert chart_rows.severity(IMPACT, "fr").column("persons") == list(IMPACT.severity.persons_by_level.values())
    assert sum(chart_rows.types(IMPACT, "fr").column("persons")) == 3950
    channels = chart_rows.channels(IMPACT, "fr")
    for key in ("persons", "email", "phone", "postal", "none"):
        assert channels.column(key) == [getattr(one, key) for one in IMPACT.information.segments]
    owners = chart_rows.controllers(IMPACT, "fr")
    assert sum(owners.column("patients")) == IMPACT.people.controllers.sum_of_patients
    assert owners.column("patients") == sorted(owners.column("patients"), reverse=True)
    assert all(own + shared == total for _r, _i, _l, total, own, shared in owners.rows)


def test_reconciliation_table_adds_up() -> None:
    rows = tables.reconciliation(IMPACT)
    count = dict(zip(rows["Étape"], rows["Nombre"], strict=True))
    lines = count["Lignes physiques"] - count["− lignes d’en-tête"] - count["− lignes vides"]
    assert lines - count["− lignes de suite d’un enregistrement"] == count["= enregistrements"]
    assert count["= enregistrements"] - count["− rejetés, conservés avec leur motif"] == count["= chargés"]
    patients = count["= enregistrements de patients"] - count["− au-delà du premier de chaque personne"]
    assert patients == count["= patients distincts (chiffre retenu)"] == 3950


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("name", tables.GRIDS)
def test_tables_have_named_columns_even_when_empty(name: str, language: str) -> None:
    full = getattr(tables, name)(IMPACT, language)
    empty = getattr(tables, name)(empty_impact(), language)
    assert len(full) > 0
    assert list(full.columns) == list(empty.columns)
    assert len(tables.readable(name, IMPACT, language)) == len(full)
    assert not any("_" in column for column in full.columns)


def test_charts_are_written_with_their_data_and_always_the_same(tmp_path: Path) -> None:
    before = dict(mpl.rcParams)
    first, second = (charts.write_charts(IMPACT, tmp_path / name) for name in ("a", "b"))
    assert len(first) == 3 * len(charts.CHARTS)
    for one, other in zip(first, second, strict=True):
        assert one.read_bytes() == other.read_bytes(), one.name
    assert dict(mpl.rcParams) == before  # a notebook's own settings are left alone
    with (tmp_path / "a" / "severity.csv").open(encoding="utf-8") as file:
        assert list(csv.reader(file)) == [
            ["Niveau ENISA", "Personnes"],
            ["faible", "0"],
            ["moyen", "2007"],
            ["élevé", "1799"],
            ["très élevé", "144"],
        ]
    assert "1\u202f799" in charts.chart_svg(IMPACT, "severity")


@pytest.mark.parametrize("name", charts.CHARTS)
def test_charts_of_an_empty_impact_say_so(name: str) -> None:
    assert "Aucune donnée à représenter" in charts.chart_svg(empty_impact(), name)


@pytest.mark.parametrize("name", charts.CHARTS)
def test_no_text_of_a_chart_is_cut(name: str) -> None:
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    for impact in (IMPACT, scaled_impact(41)):
        figure = charts.chart(impact, name, "en")
        canvas = FigureCanvasAgg(figure)
        canvas.draw()
        box = figure.get_tightbbox(canvas.get_renderer())
        width, height = figure.get_size_inches()
        assert box.x0 >= -0.01
        assert box.y0 >= -0.01
        assert box.x1 <= width + 0.01
        assert box.y1 <= height + 0.01
