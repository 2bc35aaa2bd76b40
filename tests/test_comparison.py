"""Two runs side by side: what changed, why, and the sentence of a complementary notification."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from breachkit.errors import UsageError
from breachkit.execution.comparison import comparison, comparison_text, write_comparison
from breachkit.impact import Impact
from breachkit.notification.comparison import Comparison, compare
from breachkit.notification.form import form_table
from breachkit.reference.catalogue import fields
from breachkit.report.pdf import write_comparison_report
from tests.example_impact import example_impact
from tests.pdf_standard import failures

DIGESTS = ("a" * 64, "b" * 64)


def changed(**updates: Any) -> Impact:
    """The example with some parts replaced, checked again."""
    document = example_impact().model_dump(mode="json", by_alias=True)
    for path, value in updates.items():
        target, *steps = document, *path.split("__")
        for step in steps[:-1]:
            target = target[int(step)] if step.isdigit() else target[step]
        target[steps[-1]] = value
    return Impact.model_validate(document)


def compared(new: Impact, old: Impact | None = None, versions: Any = ({}, {})) -> Comparison:
    return compare(old or example_impact(), new, DIGESTS, versions)


def test_the_same_run_twice_changes_nothing_and_says_so() -> None:
    found = compared(example_impact())
    assert (found.figures, found.exposure, found.controllers, found.judgements) == ((), (), (), ())
    assert [one.id for one in found.causes] == ["comparison.none"]
    assert found.sentence.fr.startswith("Depuis la notification initiale, aucun")
    assert "people.patients" in found.same


def test_more_persons_are_told_with_their_doubt() -> None:
    patients = example_impact().people.patients
    more = {"low": patients.low + 5000, "best": patients.best + 5000, "high": patients.high + 5000}
    found = compared(changed(people__patients=patients.model_dump() | more))
    (change,) = found.figures
    assert (change.id, change.delta, change.within_doubt) == ("people.patients", 5000, False)
    assert "+5\u202f000 personnes (patients\u202f: de" in found.sentence.fr
    assert "+5,000 persons (patients: from" in found.sentence.en


def test_a_change_inside_both_bounds_is_within_doubt() -> None:
    patients = example_impact().people.patients
    wide = patients.model_dump() | {"low": 0, "best": patients.best - 1}
    (change,) = compared(changed(people__patients=wide)).figures
    assert (change.delta, change.within_doubt) == (-1, True)
    assert "−1 personne (" in compared(changed(people__patients=wide)).sentence.fr


def test_data_found_later_or_withdrawn_are_named() -> None:
    example = example_impact()
    kept = [one.model_dump(mode="json") for one in example.exposure[1:]]
    label = fields()[str(example.exposure[0].field)].label_fr
    gone = compared(changed(exposure=kept))
    back = compared(example, old=changed(exposure=kept))
    assert f"données finalement non concernées\u202f: {label[0].lower()}{label[1:]}" in gone.sentence.fr
    assert f"nouvelles données concernées\u202f: {label[0].lower()}{label[1:]}" in back.sentence.fr


@pytest.mark.parametrize(
    ("updates", "cause"),
    [
        ({"reference_date": "2020-01-01"}, "comparison.reference_date"),
        ({"quality__decisions": 7}, "comparison.decisions"),
        ({"sources__0__sha256": "f" * 64, "sources__0__content_sha256": None}, "comparison.sources_changed"),
        ({"sources__0__file": "autre.csv"}, "comparison.sources_added"),
        ({"tables__0__columns__0__field": "other"}, "comparison.columns"),
        ({"incident__breach__recipients": "known"}, "comparison.facts"),
    ],
)
def test_each_reason_for_a_change_is_told(updates: dict[str, Any], cause: str) -> None:
    assert cause in [one.id for one in compared(changed(**updates)).causes]


def test_facts_are_named_by_their_key_and_never_quoted() -> None:
    (cause,) = [
        one
        for one in compared(changed(incident__breach__description="Secret de l'incident")).causes
        if one.id == "comparison.facts"
    ]
    assert "breach.description" in cause.fr
    assert "Secret" not in cause.fr


def test_versions_of_both_manifests_are_compared() -> None:
    found = compared(example_impact(), versions=({"breachkit": "1"}, {"breachkit": "2"}))
    assert found.causes[0].fr == "Versions différentes\u202f: breachkit 1 → 2."


def test_a_verdict_that_turns_is_told_in_words() -> None:
    verdict = example_impact().obligations.inform_persons
    other = "no" if verdict != "no" else "yes"
    (judged,) = compared(changed(obligations__inform_persons=other)).judgements
    assert (judged.old, judged.new) == (verdict, other)
    assert judged.new_words.fr in {"oui", "non"}


def test_every_figure_compared_is_a_path_of_the_impact() -> None:
    document = example_impact().model_dump(mode="json", by_alias=True)
    for path in [*form_table("comparison.toml")["figures"], *form_table("comparison.toml")["judgements"]]:
        value: Any = document
        for step in path.split("."):
            assert step in value, path
            value = value[step]


def test_folders_are_compared_and_written(tmp_path: Path) -> None:
    for name, impact in (("old", example_impact()), ("new", changed(quality__decisions=3))):
        (tmp_path / name).mkdir()
        (tmp_path / name / "impact.json").write_text(impact.to_json(), encoding="utf-8")
    found = comparison(tmp_path / "old", tmp_path / "new")
    assert found.old_sha256 != found.new_sha256
    written = write_comparison(found, tmp_path / "new", tmp_path / "out", "fr")
    assert Comparison.model_validate_json(written[0].read_text(encoding="utf-8")) == found
    assert found.new_sha256[:12] in comparison_text(found, "en")
    assert [one.name for one in written] == ["comparison.json", "comparison.txt", "comparison.pdf"]
    with pytest.raises(UsageError):
        comparison(tmp_path / "old", tmp_path / "missing")


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_comparison_as_a_document_begins_with_the_sentence(language: str, tmp_path: Path) -> None:
    new = changed(people__patients__best=3949, quality__decisions=3, obligations__inform_persons="no",
                  incident__incident__previous_reference="CNIL-77-001")  # fmt: skip
    found = compared(new)
    write_comparison_report(new, found.model_dump(mode="json"), tmp_path / "c.pdf", language)
    text = re.sub(r"\s+", " ", " ".join(page.extract_text() for page in PdfReader(tmp_path / "c.pdf").pages))
    sentence = re.sub(r"\s+", " ", getattr(found.sentence, language)).replace("'", "’")
    assert sentence in text
    for words in (
        "CNIL-77-001",
        found.old_sha256,
        found.new_sha256,
        getattr(found.causes[0], language).replace("'", "’")[:20],
    ):
        assert words in text
    assert failures(PdfReader(tmp_path / "c.pdf")) == set()
