"""The shape of the notebooks: thin, unexecuted, explained; and what they show, for every impact."""

from __future__ import annotations

import ast
import base64
import inspect
import re
import tomllib
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import nbformat
import pytest

from breachkit.execution.bundled import notebooks_folder
from breachkit.execution.chain import NOTEBOOKS
from breachkit.execution.outputs import PDF_NAMES
from breachkit.execution.sheet import NOTEBOOK as SHEET_NOTEBOOK
from breachkit.impact import Impact
from breachkit.notification.build import build
from breachkit.report import show
from tests.conftest import ROOT
from tests.example_impact import empty_impact, example_impact, scaled_impact

PATHS = sorted((ROOT / "notebooks").glob("*.ipynb"))
MAX_LINES = 8
FORBIDDEN = (
    ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.For, ast.AsyncFor, ast.While, ast.If, ast.IfExp,
    ast.Try, ast.Lambda, ast.With, ast.ListComp, ast.DictComp, ast.SetComp, ast.GeneratorExp,
)  # fmt: skip
# A word of French, one of its elisions or its typography.
FRENCH = re.compile(
    r"\b(?:le|la|les|des|une|est|vos|sont|pour|dans|du|au|aux|qui|que|avec|sur|et|ce|ces|cette|pas|par|à|où)\b"
    r"|\b(?:[ldnscj]|qu)’(?=\w)|[«»\u202f\u00a0]",
    re.IGNORECASE,
)
MARKS = (r"\*\*", "`")  # both languages stress and quote the same things
PARAMETERS = {"dossier": "../reports/demo", "langue": "fr"}
SHOWING = ("breachkit.show.", "breachkit.correct(", "breachkit.review(", "breachkit.review_pairs(")
COMPUTING = {"open_case", "analyse", "notification_fields", "correct", "review", "review_pairs"}


def cells(path: Path) -> list[Any]:
    return list(nbformat.read(path, as_version=4).cells)


def code_cells(path: Path) -> list[Any]:
    return [cell for cell in cells(path) if cell.cell_type == "code"]


def faults(source: str) -> list[str]:
    """What a code cell of ours may not hold."""
    tree = ast.parse(source)
    found = [type(node).__name__ for node in ast.walk(tree) if isinstance(node, FORBIDDEN)]
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found += [
                f"import {one.name}" for one in node.names if one.name.split(".")[0] not in ("breachkit", "pathlib")
            ]
        if isinstance(node, ast.ImportFrom):
            found.append(f"from {node.module}")
    last = tree.body[-1]
    if isinstance(last, ast.Expr) and not ast.unparse(last.value).startswith(SHOWING):
        found.append("value shown by its repr")
    if len(source.splitlines()) > MAX_LINES:
        found.append("long cell")
    return found


def test_there_are_notebooks() -> None:
    assert {path.stem for path in PATHS} == {*NOTEBOOKS, SHEET_NOTEBOOK}
    assert notebooks_folder() == ROOT / "notebooks"


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_a_notebook_is_valid_and_unexecuted(path: Path) -> None:
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    assert (notebook.nbformat, notebook.nbformat_minor) == (4, 5)
    assert notebook.metadata.kernelspec.name == "python3"
    assert "papermill" not in notebook.metadata
    ids = [cell.id for cell in notebook.cells]
    assert len(set(ids)) == len(ids)
    assert all(re.fullmatch(r"[a-z-]+-\d\d", one) for one in ids)
    assert all(not cell.outputs and cell.execution_count is None for cell in code_cells(path))


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_a_notebook_opens_with_its_question_and_ends_with_what_was_run(path: Path) -> None:
    first, last = cells(path)[0], cells(path)[-1]
    assert first.cell_type == "markdown"
    assert first.source.startswith("# ")
    assert "**Question**" in first.source
    assert "**À la fin**" in first.source
    assert last.source == "breachkit.show.what_was_run(impact, langue)"


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_code_cells_are_thin_and_introduced(path: Path) -> None:
    all_cells = cells(path)
    for before, cell in pairwise(all_cells):
        if cell.cell_type == "code":
            assert before.cell_type == "markdown"
            assert faults(cell.source) == []


def test_the_search_for_faults_finds_some() -> None:
    assert faults("def f(): pass\nf()") == ["FunctionDef", "value shown by its repr"]
    assert faults("import pandas\nfrom os import path\nx = 1") == ["import pandas", "from os"]
    assert faults("impact.tables") == ["value shown by its repr"]
    assert faults("\n".join(["x = 1"] * 9)) == ["long cell"]


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_headings_after_the_first_are_questions(path: Path) -> None:
    lines = [line for cell in cells(path) if cell.cell_type == "markdown" for line in cell.source.splitlines()]
    headings = [line for line in lines if line.startswith("## ")]
    assert len(headings) >= 5
    assert all(line.endswith("\u202f?") for line in headings)


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_one_parameters_cell_and_it_comes_first(path: Path) -> None:
    found = code_cells(path)
    tagged = [cell for cell in found if "parameters" in cell.metadata.get("tags", [])]
    assert tagged == found[:1]
    wanted = dict(PARAMETERS, responsable="", run="", controller="") if path.stem == SHEET_NOTEBOOK else PARAMETERS
    declared: dict[str, Any] = {}
    for line, node in zip(tagged[0].source.splitlines(), ast.parse(tagged[0].source).body, strict=True):
        assert isinstance(node, ast.AnnAssign)
        assert isinstance(node.target, ast.Name)
        assert node.value is not None
        assert re.search(r"  # \S", line), "each parameter has its help"
        declared[node.target.id] = ast.literal_eval(node.value)
    assert declared == wanted


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_only_show_functions_and_the_opening_are_called(path: Path) -> None:
    for cell in code_cells(path):
        for node in ast.walk(ast.parse(cell.source)):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                name = node.func.attr
                assert name in COMPUTING or callable(getattr(show, name))


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_french_typography(path: Path) -> None:
    text = "\n".join(cell.source for cell in cells(path) if cell.cell_type == "markdown")
    text = re.sub(r"`[^`]*`", "", text)
    assert not re.search(r"[ \w][;:!?»]", text.replace("\u202f", "\n")), "a narrow space comes before"
    assert "'" not in text


def explanations(path: Path) -> list[tuple[str, str]]:
    """The French and the English of each markdown cell."""
    return [(cell.source, cell.metadata.get("en", "")) for cell in cells(path) if cell.cell_type == "markdown"]


def headings(text: str) -> list[str]:
    return re.findall(r"^#+(?= )", text, re.MULTILINE)


def left_in_french(text: str) -> list[str]:
    """What an English text may not hold."""
    return FRENCH.findall(text)


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_every_explanation_has_its_english(path: Path) -> None:
    for french, english in explanations(path):
        assert english.strip()
        assert english != french
        assert left_in_french(english) == []
        assert headings(english) == headings(french)
        assert english.count("\n\n") == french.count("\n\n"), "a paragraph is missing"
        assert [len(re.findall(mark, english)) for mark in MARKS] == [len(re.findall(mark, french)) for mark in MARKS]


def test_french_left_in_english_is_seen() -> None:
    """The control of the search above; a name of ours is no French text."""
    assert left_in_french("## Which files, and how many\u202f?") == ["\u202f"]
    assert left_in_french("Les notes of the patients, “dans” « this »") == ["Les", "dans", "«", "»"]
    assert left_in_french("See l’extraction, à part") == ["l’", "à"]
    assert left_in_french("In `lettres/`, docs/methode.md: the CERT Santé’s advice, one hour’s work") == []


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
@pytest.mark.parametrize("place", [0, 1], ids=["fr", "en"])
def test_a_document_named_is_one_of_that_language(path: Path, place: int) -> None:
    text = "\n".join(both[place] for both in explanations(path))
    assert set(re.findall(r"[\w-]+\.pdf", text)) <= set(PDF_NAMES["en" if place else "fr"])


# --- what is shown ------------------------------------------------------------------------------------------

IMPACT_VIEWS = [
    show.sources, show.reconciliation, show.repairs, show.tables, show.columns, show.undecided, show.notes,
    show.findings, show.special_categories, show.third_parties, show.limits, show.persons, show.duplicates,
    show.exposure, show.data_types, show.profiles, show.severity, show.controllers, show.obligations, show.clock,
    show.segments, show.letters, show.methods, show.what_was_run, show.relations, show.minimisation, show.review,
    show.path, show.merges, show.apart, show.reach, show.effort, show.before_sending,
]  # fmt: skip
CONTROLLER_VIEWS = [
    show.controller, show.controller_exposure, show.controller_findings, show.controller_severity,
    show.controller_segments, show.controller_obligations,
]  # fmt: skip


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> Callable[..., str]:
    """What a show function displays, as HTML; it must return nothing."""

    def run(view: Callable[..., Any], *arguments: Any, **options: Any) -> str:
        outputs: list[str] = []
        monkeypatch.setattr("IPython.display.display", lambda *objects: outputs.extend(one.data for one in objects))
        assert view(*arguments, **options) is None
        return "".join(outputs)

    return run


def test_every_view_is_held_here() -> None:
    public = [one for name, one in vars(show).items() if inspect.isfunction(one) and not name.startswith("_")]
    ours = {
        one for one in public if one.__module__ in (show.__name__, show.methods.__module__, show.letters.__module__)
    }
    assert ours == {*IMPACT_VIEWS, *CONTROLLER_VIEWS}


@pytest.mark.parametrize("view", IMPACT_VIEWS, ids=lambda view: view.__name__)
def test_a_view_shows_something_of_any_impact(view: Callable[..., None], shown: Callable[..., str]) -> None:
    for impact, language in ((example_impact(), "fr"), (empty_impact(), "en")):
        html = shown(view, impact, language)
        text = re.sub(r"<style>.*?</style>|<[^>]+>", " ", html, flags=re.DOTALL).strip()
        assert len(text) > 10
        assert html.count("<table") == html.count("<caption")
        assert 'scope="col"' in html or "<table" not in html
        assert all(re.search(r'alt="[^"]+"', tag) for tag in re.findall(r"<img[^>]*>", html))
        assert "http" not in html


@pytest.mark.parametrize("view", CONTROLLER_VIEWS, ids=lambda view: view.__name__)
def test_a_controller_is_the_one_asked_for_else_the_first(view: Callable[..., None], shown: Callable[..., str]) -> None:
    impact = example_impact()
    owed = impact.obligations.model_copy(update={"inform_persons": "no"})
    told = [
        one.model_copy(update={"obligations": owed} if place == 2 else {})
        for place, one in enumerate(impact.controllers)
    ]
    impact = impact.model_copy(update={"controllers": tuple(told)})
    first, other = impact.controllers[0].id, impact.controllers[2].id
    assert shown(view, impact, "", "fr") == shown(view, impact, first, "fr") != shown(view, impact, other, "fr")
    assert "carnet 03" in shown(view, impact, "0", "fr")
    assert "carnet 03" in shown(view, empty_impact(), "", "fr")


@pytest.mark.parametrize("name", ["cnil", "edpb"])
def test_a_form_shows_every_field_in_order(name: str, shown: Callable[..., str]) -> None:
    fields = build(example_impact(), "fr")
    html = shown(show.form, fields, "fr", name=name)
    assert html.count('<th scope="row">') == len(fields[name]) + 3  # and the three states
    sections = list(dict.fromkeys(one["section"] for one in fields[name].values()))
    assert html.count("<caption>") == len(sections) + 1
    assert "breachkit" in shown(show.form, {}, "fr")


def test_the_same_impact_gives_the_same_html(shown: Callable[..., str]) -> None:
    for view in (show.exposure, show.findings, show.controllers):
        assert shown(view, example_impact(), "fr") == shown(view, example_impact(), "fr")


def test_a_long_table_is_cut_and_says_so(shown: Callable[..., str]) -> None:
    html = shown(show.controllers, scaled_impact(200), "fr")
    assert html.count('<th scope="row">') == 60
    assert "60 lignes montrées sur 200" in html


def test_cells_are_escaped(shown: Callable[..., str]) -> None:
    impact = example_impact()
    one = impact.controllers[0].model_copy(update={"label": "<script>x</script> & Cie"})
    html = shown(show.controller, impact.model_copy(update={"controllers": (one,)}), "", "fr")
    assert "<script>" not in html
    assert "&lt;script&gt;" in html


def test_numbers_are_french(shown: Callable[..., str]) -> None:
    assert "3\u202f950" in shown(show.persons, example_impact(), "fr")
    assert "3,950" in shown(show.persons, example_impact(), "en")


def test_pictures_hold_no_program_name(shown: Callable[..., str]) -> None:
    html = shown(show.persons, example_impact(), "fr")
    (data,) = re.findall(r"data:image/png;base64,([^\"]+)", html)
    png = base64.b64decode(data)
    assert png.startswith(b"\x89PNG")
    assert b"Software" not in png


def test_both_languages_have_the_same_words() -> None:
    def keys(language: str) -> dict[str, set[str]]:
        path = ROOT / "breachkit" / "reference" / "wording" / f"show_{language}.toml"
        return flat(tomllib.loads(path.read_text(encoding="utf-8")), "")

    def flat(tree: dict[str, Any], prefix: str) -> dict[str, set[str]]:
        found: dict[str, set[str]] = {}
        for key, value in tree.items():
            name = f"{prefix}{key}"
            found |= flat(value, f"{name}.") if isinstance(value, dict) else {name: set(re.findall(r"{\w+}", value))}
        return found

    assert keys("fr") == keys("en")


def test_an_impact_view_never_changes_the_impact(shown: Callable[..., str]) -> None:
    impact = example_impact()
    for view in CONTROLLER_VIEWS:
        shown(view, impact, "", "fr")
    assert impact == Impact.from_json(impact.to_json())


def test_a_profile_is_told_against_the_usual_one(shown: Callable[..., str]) -> None:
    html = shown(show.profiles, example_impact(), "fr")
    usual = re.search(r"<p>(.*?)</p>", html)
    assert usual is not None
    assert "Adresse électronique" in usual.group(1)  # 3 364 of 3 950
    assert "sécurité sociale" not in usual.group(1)  # 1 523 of 3 950
    assert "+\u00a0Numéro de sécurité sociale (NIR, NIA)" in html
    assert "−\u00a0Adresse électronique" in html
    assert "profil habituel" in html
