"""What a report and notebook 04 tell of the assessment, in both languages; every number from the impact."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from breachkit.assessment.obligations import decide
from breachkit.assessment.sensitivity import with_sensitivity
from breachkit.assessment.severity import summarise
from breachkit.impact import Impact
from breachkit.incident import Incident
from breachkit.notification.build import build
from breachkit.notification.cnil import cnil_fields
from breachkit.reference.catalogue import load_toml
from breachkit.report import assessment_grids, show
from breachkit.report.impact_sections import impact_sections
from breachkit.report.show_assessment import missing_deciders
from tests.example_impact import empty_impact, example_impact


@pytest.fixture(scope="module")
def impact() -> Impact:
    """The example, weighed again by the code."""
    one = example_impact()
    incident, persons = Incident(**one.incident), one.people.patients.best
    severity = with_sensitivity(summarise(one.profiles, incident), one.profiles, one.tables, incident, persons)
    obligations = decide(one.profiles, severity, persons, incident)
    return one.model_copy(update={"severity": severity, "obligations": obligations})


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> Callable[..., str]:
    def run(view: Callable[..., Any], *arguments: Any) -> str:
        outputs: list[str] = []
        monkeypatch.setattr("IPython.display.display", lambda *objects: outputs.extend(one.data for one in objects))
        view(*arguments)
        return "".join(outputs)

    return run


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_report_draws_the_tree_the_duties_and_the_sensitivity(impact: Impact, language: str) -> None:
    sections = impact_sections(impact, language)
    owed = sections["obligations"]
    path = [*owed["path_authority"]["rows"], *owed["path_persons"]["rows"]]
    assert len(path) == len(impact.obligations.path)
    assert all(row[3].endswith(("[R]", "[R2]", "[K]", "[I]")) for row in path)
    assert len(owed["duties"]["rows"]) == len(impact.obligations.duties) > 0
    assert impact.severity is not None
    what_if = sections["severity"]["sensitivity"]
    assert len(what_if["table"]["rows"]) == min(len(impact.severity.sensitivity), assessment_grids.SHOWN)
    told = [cell for table in (owed["duties"], what_if["table"]) for row in table["rows"] for cell in row]
    told += [cell for row in path for cell in row]
    french = ("«", " du ", " les ", "données")
    if language == "en":
        assert not [cell for cell in told if any(sign in cell for sign in french)]
    else:
        assert not [cell for cell in told if any(f" {mark}" in cell for mark in ":;!?»")]


def test_a_long_list_of_changes_is_cut_and_says_so(impact: Impact) -> None:
    assert impact.severity is not None
    many = impact.severity.model_copy(update={"sensitivity": impact.severity.sensitivity * 20})
    made = assessment_grids.sensitivity_content(impact.model_copy(update={"severity": many}), "fr")
    assert len(made["table"]["rows"]) == assessment_grids.SHOWN
    assert "12 changements sur" in made["more"]


def test_an_impact_without_a_path_has_none() -> None:
    empty = empty_impact()
    assert assessment_grids.decision_path(empty, "authority", "fr").rows == ()
    assert assessment_grids.sensitivity(empty, "fr").rows == ()


@pytest.mark.parametrize("view", [show.decision_path, show.duties, show.sensitivity])
@pytest.mark.parametrize("language", ["fr", "en"])
def test_a_view_shows_a_table_or_says_what_to_do(
    view: Callable[..., None], language: str, impact: Impact, shown: Callable[..., str]
) -> None:
    assert "<table" in shown(view, impact, language)
    assert "<p" in shown(view, empty_impact(), language)


def test_what_is_missing_is_told_with_the_key_that_fills_it(impact: Impact, shown: Callable[..., str]) -> None:
    blank = impact.model_copy(update={"incident": Incident().facts()})
    html = shown(show.missing_facts, blank, build(blank, "fr"), "fr")
    for key in ("controller.siren", "dates.aware", "measures.before", "breach.malicious", "others.complaint"):
        assert key in html
    assert "à remplir dans le formulaire" in html  # the number of employees is nowhere in incident.toml
    assert "Key of incident.toml" in shown(show.missing_facts, blank, build(blank, "en"), "en")
    assert missing_deciders(blank) == list(load_toml("incident_fields.toml")["deciding"])
    told = {"malicious": True, "exfiltrated": "yes", "recipients": "known", "published": False, "unintelligible": False}
    full = Incident.model_validate({"breach": told, "dates": {"discovered": "2026-01-05"}}).facts()
    assert missing_deciders(impact.model_copy(update={"incident": full})) == []


def test_every_key_named_is_one_of_incident_toml() -> None:
    book = load_toml("incident_fields.toml")
    form = {field["id"] for section in load_toml("cnil.toml")["sections"] for field in section["fields"]}
    assert set(book["fields"]) <= form
    for key in (*book["fields"].values(), *book["deciding"]):
        section, name = key.replace('"', "").split(".")
        names = Incident.model_fields[section].annotation.model_fields  # type: ignore[union-attr]
        assert name in {one.alias or own for own, one in names.items()}, key


def test_a_field_of_the_form_reminds_of_its_duty(impact: Impact) -> None:
    duty = next(one for one in impact.obligations.duties if one.id == "order")
    field = next(one for one in cnil_fields(impact, "fr") if one.id == "order")
    assert field.status != "to_complete" or field.note == duty.text.fr
