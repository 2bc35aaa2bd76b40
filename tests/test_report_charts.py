"""Charts and tables: their rows are the impact's figures, their files are complete and always the same."""

from __future__ import annotations

import csv
from pathlib import Path

import matplotlib as mpl
import pytest

from breachkit.impact import ChannelMix, Impact, Information, Reach
from breachkit.report import chart_clock, chart_rows, charts, drawing, people_grids, tables
from breachkit.report.wording import wording
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


# --- What is exposed together, who is reached how, and when ---------------------------------------------------


def with_reach(impact: Impact) -> Impact:
    """The example with its living persons counted by channels; two mixes differ by one channel only."""
    mixes = (("email", "mobile", "postal"), 1500), (("mobile", "postal"), 1300), (("postal",), 1082), ((), 10)
    reach = Reach(
        persons=3892, email=1500, mobile=2800, landline=0, postal=3882, none=10, email_shared=90, postal_shared=2100,
        mixes=tuple(ChannelMix(channels=channels, persons=persons) for channels, persons in mixes),
    )  # fmt: skip
    return impact.model_copy(update={"information": Information(segments=impact.information.segments, reach=reach)})


def with_dates(**dates: object) -> Impact:
    facts = {**IMPACT.incident, "dates": {**IMPACT.incident["dates"], **dates}}
    return IMPACT.model_copy(update={"incident": facts})


def test_combinations_partition_the_patients() -> None:
    grid = chart_rows.CHART_ROWS["combinations"](IMPACT, "fr")
    assert sum(grid.column("persons")) == sum(one.persons for one in IMPACT.profiles) == 3950
    assert grid.column("persons") == sorted(grid.column("persons"), reverse=True)
    assert len(set(grid.column("combination"))) == len(grid.rows)
    noted = [row for row in grid.rows if "Catégorie sensible révélée" in row[1]]
    assert sum(row[2] for row in noted) == sum(one.persons for one in IMPACT.profiles if one.special_categories)


def test_reach_is_told_by_the_channels_together() -> None:
    grid = chart_rows.CHART_ROWS["reach"](with_reach(IMPACT), "fr")
    assert grid.column("persons") == [1500, 1300, 1082, 10]
    assert grid.rows[0][1] == "Adresse électronique + Téléphone mobile + Adresse postale"
    assert grid.rows[-1][1] == "aucun"
    assert chart_rows.CHART_ROWS["reach"](IMPACT, "fr").rows == ()
    assert "hachuré" in charts.chart_svg(with_reach(IMPACT), "reach")


def test_the_dates_are_told_with_the_hours_since_awareness() -> None:
    grid = chart_clock.timeline_rows(with_dates(notified="2026-01-12T09:15:00+01:00"), "fr")
    found = {row[0]: row for row in grid.rows}
    assert found["Connaissance par le responsable"][3] == 0
    assert found["Échéance (72 heures)"][1].startswith("vendredi 9\u00a0janvier 2026")
    assert found["Notification à la CNIL"][3] == 144
    untold = {row[0]: row[1] for row in chart_clock.timeline_rows(with_dates(end=None, ongoing=True), "fr").rows}
    assert untold["Fin de la violation"] == "en cours"
    assert untold["Notification à la CNIL"] == "date inconnue"


def test_dates_without_a_zone_and_over_a_change_of_hour_are_at_their_place() -> None:
    told = chart_clock.moments(with_dates(aware="2026-03-28T10:00:00", notified="2026-03-29T10:00:00"))
    assert told["aware"] is not None
    assert told["notified"] is not None
    rows = {row[0]: row for row in chart_clock.timeline_rows(
        with_dates(aware="2026-03-28T10:00:00", notified="2026-03-29T10:00:00"), "en").rows}  # fmt: skip
    assert rows["Notified to the CNIL"][3] == 23  # one hour is missing that night


@pytest.mark.parametrize("name", charts.CHARTS)
def test_an_empty_chart_says_what_to_do(name: str) -> None:
    words = {language: wording(language).text(f"charts.{name}.empty") for language in ("fr", "en")}
    assert words["fr"] != words["en"]
    for language, told in words.items():
        assert told.split()[0] in charts.chart_svg(empty_impact(), name, language)


def grey(colour: str) -> float:
    """How light a colour prints without colour, from 0 to 1 (Rec. 601)."""
    red, green, blue = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    return 0.299 * red + 0.587 * green + 0.114 * blue


def test_what_a_chart_sets_side_by_side_is_told_apart_in_grey() -> None:
    levels = list(zip(charts.LEVEL_COLOURS, charts.LEVEL_HATCHES, strict=True))
    for place, (colour, hatch) in enumerate(levels):
        for other, other_hatch in levels[place + 1 :]:
            assert hatch != other_hatch or abs(grey(colour) - grey(other)) > 0.15
    assert abs(grey(drawing.BLUE) - grey(drawing.SKY)) > 0.15
    assert abs(grey(drawing.BLUE) - grey(drawing.VERMILLION)) < 0.15  # the control: colour alone would not do


def test_names_of_any_length_stay_apart_and_inside(tmp_path: Path) -> None:
    long = "Société interprofessionnelle de soins ambulatoires de la vallée de la Basse-Loire"
    owners = tuple(one.model_copy(update={"label": long}) for one in IMPACT.controllers)
    svg = charts.chart_svg(IMPACT.model_copy(update={"controllers": owners}), "controllers")
    assert all(one.id in svg for one in owners)


def test_no_text_of_the_new_charts_is_cut() -> None:
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    late = with_dates(notified="2026-01-22T09:15:00+01:00")
    for name, impact in (("reach", with_reach(IMPACT)), ("timeline", late), ("combinations", scaled_impact(1))):
        figure = charts.chart(impact, name, "fr")
        canvas = FigureCanvasAgg(figure)
        canvas.draw()
        box = figure.get_tightbbox(canvas.get_renderer())
        width, height = figure.get_size_inches()
        assert min(box.x0, box.y0, width - box.x1, height - box.y1) >= -0.01, name
