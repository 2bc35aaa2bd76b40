"""Notebooks run by papermill: what is refused, what is left, what never gets out, and one controller's impact."""

from __future__ import annotations

import json
import os
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest

from breachkit.errors import UsageError
from breachkit.execution import kernel as kernel_room
from breachkit.execution.bundled import notebook_path
from breachkit.execution.chain import NOTEBOOKS, run_notebooks
from breachkit.execution.controller import controller_impact
from breachkit.execution.engine import NotebookFailed, execute_notebook
from breachkit.execution.kernel import Kernel
from breachkit.impact import Impact
from tests.example_impact import example_impact

CANARY = "CANARI-7Q4Z-MARTINE"
REMOTE = re.compile(
    r"""(?:src|href)\s*=\s*["']?\s*(?:https?:)?//|@import|url\(\s*["']?(?:https?:)?//|<script""", re.IGNORECASE
)


@pytest.fixture(scope="module")
def kernel() -> Iterator[Kernel]:
    """One warm kernel for the whole module."""
    with Kernel() as found:
        yield found


@pytest.fixture
def temporary(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A temporary folder of the test's own, to see what stays in it."""
    with tempfile.TemporaryDirectory(prefix="t-") as folder:  # short: a socket's path has 107 bytes
        monkeypatch.setattr(tempfile, "tempdir", folder)
        yield Path(folder)


def notebook(path: Path, *sources: str, parameters: str = 'texte: str = "rien"  # un texte') -> Path:
    """A small notebook with a cell of parameters and these code cells."""
    cells = [nbformat.v4.new_markdown_cell("# Essai & <page>", id="m")]
    cells.append(nbformat.v4.new_code_cell(parameters, id="p", metadata={"tags": ["parameters"]}))
    cells += [nbformat.v4.new_code_cell(source, id=f"c{place}") for place, source in enumerate(sources)]
    metadata = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    path.write_text(nbformat.writes(nbformat.v4.new_notebook(cells=cells, metadata=metadata)), encoding="utf-8")
    return path


def outputs(path: Path) -> list[str]:
    found = nbformat.read(path, as_version=4)
    return ["".join(one.get("text", "") for one in cell.outputs) for cell in found.cells if cell.cell_type == "code"]


def files(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


# --- the engine ---------------------------------------------------------------------------------------------


def test_a_notebook_is_executed_with_its_parameters(tmp_path: Path, kernel: Kernel) -> None:
    source = notebook(tmp_path / "n.ipynb", "print(texte, 1 + 1)")
    execute_notebook(source, tmp_path / "out" / "n.ipynb", {"texte": "reçu"}, runner=kernel)
    assert outputs(tmp_path / "out" / "n.ipynb")[-1] == "reçu 2\n"
    assert "reçu 2" in (tmp_path / "out" / "n.html").read_text(encoding="utf-8")


def test_nothing_of_the_run_stays_in_the_metadata(tmp_path: Path, kernel: Kernel) -> None:
    execute_notebook(notebook(tmp_path / "n.ipynb", "1"), tmp_path / "o.ipynb", {"texte": "x"}, runner=kernel)
    found = json.loads((tmp_path / "o.ipynb").read_text(encoding="utf-8"))
    assert "papermill" not in json.dumps(found)
    assert not any("execution" in cell["metadata"] for cell in found["cells"])
    (injected,) = [cell for cell in found["cells"] if "injected-parameters" in cell["metadata"].get("tags", [])]
    assert injected["id"] == "injected-parameters"
    nbformat.validate(nbformat.read(tmp_path / "o.ipynb", as_version=4))


def test_two_runs_give_the_same_bytes_and_share_nothing(tmp_path: Path, kernel: Kernel) -> None:
    source = notebook(tmp_path / "n.ipynb", "print('left' in globals())", "left = 1")
    for name in ("a", "b"):
        execute_notebook(source, tmp_path / name / "o.ipynb", {"texte": "x"}, runner=kernel)
    assert files(tmp_path / "a") == files(tmp_path / "b")
    assert outputs(tmp_path / "b" / "o.ipynb")[2] == "False\n"


def test_an_unknown_parameter_is_refused_by_name(tmp_path: Path, kernel: Kernel) -> None:
    source = notebook(tmp_path / "n.ipynb", "1")
    with pytest.raises(UsageError, match="langage") as caught:
        execute_notebook(source, tmp_path / "out" / "n.ipynb", {"langage": "fr", "texte": CANARY}, runner=kernel)
    assert "texte" in str(caught.value)
    assert CANARY not in str(caught.value)
    assert files(tmp_path / "out") == {}


def test_a_missing_notebook_is_told(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"absent\.ipynb"):
        execute_notebook(tmp_path / "absent.ipynb", tmp_path / "o.ipynb", {})
    with pytest.raises(UsageError, match="99_rien"):
        notebook_path("99_rien")


def test_braces_in_paths_and_values_are_only_characters(tmp_path: Path, kernel: Kernel) -> None:
    folder = tmp_path / "cas {1} été %s"
    folder.mkdir()
    source = notebook(folder / "n{x}.ipynb", "print(texte)")
    execute_notebook(source, folder / "o{y}.ipynb", {"texte": "{z} ' \" \\"}, runner=kernel)
    assert outputs(folder / "o{y}.ipynb")[-1] == "{z} ' \" \\\n"


def test_paths_are_handed_on_relative_and_work(tmp_path: Path, kernel: Kernel) -> None:
    (tmp_path / "case").mkdir()
    (tmp_path / "case" / "impact.json").write_text("ici")
    source = notebook(
        tmp_path / "n.ipynb", "from pathlib import Path; print(texte, Path(texte, 'impact.json').read_text())"
    )
    destination = tmp_path / "case" / "notebooks" / "n.ipynb"
    for given in (tmp_path / "case", str(tmp_path / "case")):
        execute_notebook(source, destination, {"texte": given}, runner=kernel)
        assert outputs(destination)[-1] == ".. ici\n"
        assert str(tmp_path).encode() not in b"".join(files(tmp_path / "case").values())


def test_a_failure_tells_its_place_and_type_only(
    tmp_path: Path, temporary: Path, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    hidden = f"'-'.join({CANARY.split('-')!r})"  # the value stands in no source: it is only there once computed
    source = notebook(tmp_path / "n.ipynb", f"x = {hidden}", "print(x)", "raise KeyError(x)", "1")
    with pytest.raises(NotebookFailed) as caught:
        execute_notebook(source, tmp_path / "out" / "n.ipynb", {"texte": "y"})
    error = caught.value
    assert (error.notebook, error.cell, error.kind, error.exit_code) == ("n", 5, "KeyError", 1)
    assert "KeyError" in error.fr
    assert "cellule 5" in error.fr
    assert files(tmp_path / "out") == {}, "no half report"
    assert list(temporary.iterdir()) == [], "the private folder is gone"
    told = [error.fr, error.en, repr(error), *capfd.readouterr(), caplog.text]
    chain: BaseException | None = error
    while chain is not None:
        told.append(repr(chain))
        chain = chain.__cause__ or chain.__context__
    assert not any(CANARY in text for text in told)


def test_the_canary_would_be_seen(tmp_path: Path, kernel: Kernel) -> None:
    """The control of the test above: a notebook that prints it is caught by the same search."""
    hidden = f"'-'.join({CANARY.split('-')!r})"
    execute_notebook(notebook(tmp_path / "n.ipynb", f"print({hidden})"), tmp_path / "o" / "n.ipynb", {}, runner=kernel)
    assert all(CANARY.encode() in content for content in files(tmp_path / "o").values())


def test_a_former_release_is_not_half_replaced(tmp_path: Path, kernel: Kernel) -> None:
    destination = tmp_path / "o.ipynb"
    execute_notebook(notebook(tmp_path / "n.ipynb", "print(1)"), destination, {}, runner=kernel)
    before = destination.read_bytes()
    with pytest.raises(NotebookFailed):
        execute_notebook(notebook(tmp_path / "n.ipynb", "1 / 0"), destination, {}, runner=kernel)
    assert destination.read_bytes() == before


@pytest.mark.parametrize(
    ("source", "kind"),
    [("import time; time.sleep(60)", "CellTimeoutError"), ("import os; os._exit(3)", "DeadKernelError")],
)
def test_a_lost_kernel_is_a_failure_and_the_next_notebook_runs(tmp_path: Path, source: str, kind: str) -> None:
    with Kernel() as kernel:
        with pytest.raises(NotebookFailed) as caught:
            execute_notebook(
                notebook(tmp_path / "n.ipynb", source), tmp_path / "a.ipynb", {}, timeout_s=1, runner=kernel
            )
        assert caught.value.kind == kind
        execute_notebook(notebook(tmp_path / "n.ipynb", "print(3)"), tmp_path / "b.ipynb", {}, runner=kernel)
        folder = kernel.folder
    assert outputs(tmp_path / "b.ipynb")[-1] == "3\n"
    assert not folder.exists()


# --- the kernel ---------------------------------------------------------------------------------------------


def test_the_kernel_is_private_and_is_this_interpreter(tmp_path: Path, kernel: Kernel) -> None:
    code = (
        "import sys, os, json, breachkit; from jupyter_core.paths import jupyter_runtime_dir\n"
        "print(json.dumps([sys.executable, breachkit.__file__, jupyter_runtime_dir(), os.environ['IPYTHONDIR'],"
        " os.environ['MPLCONFIGDIR'], os.environ['JUPYTER_CONFIG_DIR']]))"
    )
    execute_notebook(notebook(tmp_path / "n.ipynb", code), tmp_path / "o.ipynb", {}, runner=kernel)
    executable, package, *folders = json.loads(outputs(tmp_path / "o.ipynb")[-1])
    assert executable == os.sys.executable  # type: ignore[attr-defined]
    assert Path(package).parent == kernel_room.PACKAGE_PARENT / "breachkit"
    assert all(Path(one).is_relative_to(kernel.folder) for one in folders)


def test_the_kernel_talks_over_sockets_of_its_own_folder(kernel: Kernel, tmp_path: Path) -> None:
    execute_notebook(notebook(tmp_path / "n.ipynb", "1"), tmp_path / "o.ipynb", {}, runner=kernel)
    assert kernel.manager.transport == ("tcp" if os.name == "nt" else "ipc")
    if os.name != "nt":
        assert kernel.folder.stat().st_mode & 0o077 == 0
        assert [path for path in kernel.folder.iterdir() if path.is_socket()]


def test_a_long_temporary_folder_falls_back_to_local_tcp(tmp_path: Path) -> None:
    with Kernel() as kernel:
        kernel.folder.rmdir()
        kernel.folder = tmp_path / ("x" * 100)
        kernel.folder.mkdir()
        execute_notebook(notebook(tmp_path / "n.ipynb", "print(4)"), tmp_path / "o.ipynb", {}, runner=kernel)
        assert kernel.manager.transport == "tcp"
    assert outputs(tmp_path / "o.ipynb")[-1] == "4\n"


def test_a_home_that_cannot_be_written_is_enough(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path / "nowhere"))
    for name in ("XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME"):
        monkeypatch.delenv(name, raising=False)
    code = "import matplotlib; print(len(matplotlib.get_cachedir()) > 0)"
    execute_notebook(notebook(tmp_path / "n.ipynb", code), tmp_path / "o.ipynb", {})
    assert outputs(tmp_path / "o.ipynb")[-1] == "True\n"
    assert not (tmp_path / "nowhere").exists()


# --- the language -------------------------------------------------------------------------------------------


def told(path: Path) -> list[str]:
    """The explanations of a notebook."""
    return [cell.source for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "markdown"]


def in_english(path: Path) -> list[str]:
    """The English that a notebook holds in store."""
    return [cell.metadata.en for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "markdown"]


def stored(path: Path) -> list[str]:
    """The cells of a notebook that keep a text in another language."""
    return [cell.id for cell in nbformat.read(path, as_version=4).cells if "en" in cell.metadata]


@pytest.mark.parametrize(
    ("parameters", "language", "explained"),
    [
        ({"langue": "en"}, "en", ["# Trial", "Rien"]),
        ({"langue": "fr"}, "fr", ["# Essai", "Rien"]),
        ({}, "fr", ["# Essai", "Rien"]),
    ],
)
def test_the_explanations_follow_the_language(
    tmp_path: Path, kernel: Kernel, parameters: dict[str, str], language: str, explained: list[str]
) -> None:
    source = notebook(tmp_path / "n.ipynb", "print(langue)", parameters='langue: str = "fr"')
    given = nbformat.read(source, as_version=4)
    given.cells[0] = nbformat.v4.new_markdown_cell("# Essai", id="m", metadata={"en": "# Trial"})
    given.cells.insert(1, nbformat.v4.new_markdown_cell("Rien", id="n"))  # without its English, it stays
    nbformat.write(given, source)
    execute_notebook(source, tmp_path / "out" / "n.ipynb", parameters, runner=kernel)
    page = (tmp_path / "out" / "n.html").read_text(encoding="utf-8")
    assert told(tmp_path / "out" / "n.ipynb") == explained
    assert stored(tmp_path / "out" / "n.ipynb") == []
    assert f'<html lang="{language}">' in page
    assert f"<title>{explained[0][2:]}</title>" in page
    assert ("Paramètres par défaut" in page, "Default parameters" in page) == (language == "fr", language == "en")
    assert outputs(tmp_path / "out" / "n.ipynb")[-1] == f"{language}\n"


# --- the five notebooks -------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def run_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the example's impact, and its five notebooks executed."""
    out = tmp_path_factory.mktemp("run") / "cas {été}"
    out.mkdir()
    (out / "impact.json").write_text(example_impact().to_json(), encoding="utf-8")
    steps: list[tuple[int, int]] = []
    written = run_notebooks(out, progress=lambda done, total: steps.append((done, total)))
    assert [path.name for path in written] == [
        f"{name}{suffix}" for name in NOTEBOOKS for suffix in (".ipynb", ".html")
    ]
    assert steps == [(done, 5) for done in range(6)]
    return out


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_a_notebook_of_the_chain_shows_its_figures(run_folder: Path, name: str) -> None:
    found = nbformat.read(run_folder / "notebooks" / f"{name}.ipynb", as_version=4)
    nbformat.validate(found)
    code = [cell for cell in found.cells if cell.cell_type == "code"]
    assert not any(one.output_type in ("error", "stream") for cell in code for one in cell.outputs)
    shown = [cell for cell in code if "breachkit.show." in cell.source]
    assert all(one.output_type == "display_data" for cell in shown for one in cell.outputs)
    assert all(cell.outputs for cell in shown)
    (injected,) = [cell for cell in code if "injected-parameters" in cell.metadata.get("tags", [])]
    assert 'dossier = ".."' in injected.source


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_a_french_run_tells_what_the_notebooks_tell(run_folder: Path, name: str) -> None:
    found = run_folder / "notebooks" / f"{name}.ipynb"
    assert told(found) == told(notebook_path(name))
    assert stored(found) == []


def test_an_english_run_holds_no_french_explanation(tmp_path: Path) -> None:
    (tmp_path / "impact.json").write_text(example_impact().to_json(), encoding="utf-8")
    run_notebooks(tmp_path, language="en")
    for name in NOTEBOOKS:
        found = tmp_path / "notebooks" / f"{name}.ipynb"
        assert told(found) == in_english(notebook_path(name))
        assert stored(found) == []
        page = found.with_suffix(".html").read_text(encoding="utf-8")
        assert '<html lang="en">' in page
        assert not any(text in page for text in ("À la fin", "Ce carnet", "Montrer", "Paramètres"))


def test_no_path_of_this_machine_and_no_clock(run_folder: Path) -> None:
    everything = b"".join(files(run_folder / "notebooks").values())
    for place in (str(run_folder.parent), str(Path.home()), os.sys.prefix, tempfile.gettempdir()):  # type: ignore[attr-defined]
        assert place.encode() not in everything
    assert b"cas {" not in everything
    assert not re.search(rb"\d\d:\d\d:\d\d", everything)


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_a_page_stands_alone(run_folder: Path, name: str) -> None:
    html = (run_folder / "notebooks" / f"{name}.html").read_text(encoding="utf-8")
    assert html.lower().startswith("<!doctype html>")
    assert '<html lang="fr">' in html
    assert re.search(r"<title>[^<]+</title>", html)
    assert not REMOTE.search(html)
    assert "http" not in re.sub(r"base64,[A-Za-z0-9+/=]+", "", html)
    assert html.count("<h1") == 1


def test_a_remote_resource_would_be_seen() -> None:
    """The control of the search above."""
    for text in (
        '<script src="x.js">',
        '<link href="https://example.org/a.css">',
        "<style>@import 'x'",
        "url(//example.org/x)",
    ):
        assert REMOTE.search(text)


def test_the_title_of_a_page_is_escaped(tmp_path: Path, kernel: Kernel) -> None:
    execute_notebook(notebook(tmp_path / "n.ipynb", "1"), tmp_path / "o.ipynb", {}, runner=kernel)
    assert "<title>Essai &amp; &lt;page&gt;</title>" in (tmp_path / "o.html").read_text(encoding="utf-8")


@pytest.mark.slow
def test_the_chain_twice_gives_the_same_bytes(run_folder: Path, tmp_path: Path) -> None:
    (tmp_path / "impact.json").write_bytes((run_folder / "impact.json").read_bytes())
    run_notebooks(tmp_path)
    assert files(tmp_path / "notebooks") == files(run_folder / "notebooks")


# --- one controller -----------------------------------------------------------------------------------------


def test_a_controllers_impact_is_its_own() -> None:
    impact = example_impact()
    one = impact.controllers[3]
    found = controller_impact(impact, one.id)
    assert Impact.from_json(found.to_json()) == found
    assert found.scope == "controller"
    assert found.controllers == (one,)
    assert (found.people.controllers.count, found.people.controllers.sum_of_patients) == (1, one.patients.best)
    patients = found.people.patients
    assert (patients.low, patients.best, patients.high) == (one.patients.low, one.patients.best, one.patients.high)
    assert patients.records == one.records
    assert found.exposure == one.exposure
    assert found.free_text.by_finding == one.by_finding
    assert found.free_text.notes == one.notes
    assert found.information.segments == one.segments
    assert found.severity == one.severity
    assert (found.sources, found.tables, found.obligations) == (impact.sources, impact.tables, impact.obligations)
    assert found.quality.duplicate_records == one.records - one.patients.best
    assert controller_impact(found, one.id) is found


def test_controllers_impacts_add_up_to_the_incident() -> None:
    impact = example_impact()
    every = [controller_impact(impact, one.id) for one in impact.controllers]
    assert sum(one.people.patients.best for one in every) == impact.people.controllers.sum_of_patients
    assert sum(one.people.patients.records for one in every) == sum(one.records for one in impact.controllers)
    assert sum(one.free_text.notes for one in every) == sum(one.notes for one in impact.controllers)


def test_a_controllers_own_types_and_verdicts_are_told() -> None:
    impact = example_impact()
    types = impact.data_types_per_person.model_copy(update={"max": 4})
    owed = impact.obligations.model_copy(update={"inform_persons": "no"})
    told = impact.controllers[0].model_copy(update={"data_types_per_person": types, "obligations": owed})
    found = controller_impact(impact.model_copy(update={"controllers": (told,)}), told.id)
    assert found.data_types_per_person == types
    assert found.obligations == owed
    untold = told.model_copy(update={"data_types_per_person": None, "obligations": None})
    bare = controller_impact(impact.model_copy(update={"controllers": (untold,)}), told.id)
    assert bare.data_types_per_person.histogram == ()
    assert bare.obligations == impact.obligations
