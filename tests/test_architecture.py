"""Imports point downwards: privacy is a property of the import graph.

A line may import only the lines below it; rooms of one line do not know each other. Nothing that draws from the
impact may reach the workspace.
"""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tests.conftest import ROOT

PACKAGE = ROOT / "breachkit"
LAYERS = (
    {"__main__"},
    {"cli"},
    {"execution"},
    {"pipeline"},
    {"counting"},
    {"assembly", "classified"},
    {"report", "notification", "information", "release", "mailing"},
    {"reading", "fields", "freetext", "people", "assessment"},
    {"recognisers"},
    {"workspace", "case", "incident", "privacy"},
    {"reference"},
    {"impact", "limits", "small_counts"},
    {"errors"},
)
RIGHT_OF_THE_IMPACT = ("report", "notification", "information", "release", "assessment")
HOLDS_RECORDS = {"workspace", "privacy", "case", "reading", "fields", "freetext", "people", "pipeline", "execution"}
# Knowledge is read through the reference room, which describes itself with the types of the impact.
LEVEL = {room: level for level, rooms in enumerate(LAYERS) for room in rooms}


def room_of(path: Path) -> str:
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    return parts[0]


def imported_rooms(source: str) -> set[str]:
    """The rooms of breachkit that a module names in an import, wherever it stands in the module."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("breachkit"):
            parts = node.module.split(".")
            found |= {parts[1]} if len(parts) > 1 else {alias.name for alias in node.names}
        elif isinstance(node, ast.Import):
            found |= {alias.name.split(".")[1] for alias in node.names if alias.name.startswith("breachkit.")}
    return found


def wrong_imports(room: str, source: str) -> set[str]:
    """Imports that go up, sideways, or to the package's own root."""
    return {other for other in imported_rooms(source) if other != room and LEVEL.get(other, -1) <= LEVEL[room]}


MODULES = sorted(path for path in PACKAGE.rglob("*.py") if path.name != "__init__.py" or path.parent != PACKAGE)


def test_there_are_modules() -> None:
    assert len(MODULES) > 50


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_imports_point_downwards(path: Path) -> None:
    assert not wrong_imports(room_of(path), path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_nothing_right_of_the_impact_reaches_the_records(path: Path) -> None:
    if room_of(path) in RIGHT_OF_THE_IMPACT:
        assert not imported_rooms(path.read_text(encoding="utf-8")) & HOLDS_RECORDS
        assert "import duckdb" not in path.read_text(encoding="utf-8")


def test_a_wrong_import_is_seen() -> None:
    assert wrong_imports("report", "from breachkit.workspace import create") == set()
    assert wrong_imports("workspace", "from breachkit.report.pdf import write") == {"report"}
    assert wrong_imports("people", "def f():\n    from breachkit.fields.valid import x") == {"fields"}
    assert imported_rooms("from breachkit.workspace import create") & HOLDS_RECORDS


# What papermill itself loads, or a function of ours once papermill is there: their classes are papermill's.
OF_PAPERMILL = {"execution.warm.engine", "execution.warm.recorder"}


def test_what_needs_papermill_is_imported_late() -> None:
    for path in MODULES:
        top = [one for one in ast.parse(path.read_text(encoding="utf-8")).body if isinstance(one, ast.ImportFrom)]
        if path.stem not in ("engine", "recorder") or path.parent.name != "warm":
            assert not {f"breachkit.{one}" for one in OF_PAPERMILL} & {one.module for one in top}


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_no_import_has_a_heavy_library_at_its_top(path: Path) -> None:
    """Cold imports cost seconds: heavy libraries are loaded in the functions that need them."""
    if ".".join(path.relative_to(PACKAGE).with_suffix("").parts) in OF_PAPERMILL:
        return
    heavy = {"pandas", "matplotlib", "edsnlp", "spacy", "presidio_analyzer", "papermill", "typst", "nbconvert", "scipy"}
    tree = ast.parse(path.read_text(encoding="utf-8"))
    top = [node for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom)]
    names = {alias.name.split(".")[0] for node in top if isinstance(node, ast.Import) for alias in node.names}
    names |= {(node.module or "").split(".")[0] for node in top if isinstance(node, ast.ImportFrom)}
    assert not names & heavy
