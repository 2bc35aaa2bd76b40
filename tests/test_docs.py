"""The documentation says what is there: every command, option, file, link and generated page is checked."""

from __future__ import annotations

import importlib.util
import re
import shlex
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import typer

from breachkit import errors
from breachkit.case import load_decisions
from breachkit.cli import app
from breachkit.errors import BreachkitError
from breachkit.execution.outputs import PDF_NAMES
from breachkit.incident import load_incident
from breachkit.limits import Limits
from tests.conftest import ROOT

PAGES = (
    ROOT / "README.md",
    ROOT / "CHANGELOG.md",
    ROOT / "GLOSSARY.md",
    *sorted((ROOT / "docs").glob("*.md")),
    ROOT / "data" / "samples" / "README.md",
    ROOT / "reports" / "examples" / "README.md",
)
BLOCK = re.compile(r"^ *```(\w*)\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)
SPAN = re.compile(r"`([^`\n]+)`")
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
PROGRAM = re.compile(r"^(?:\.venv(?:/bin/|\\Scripts\\))?breachkit(?= |$)")
SHELLS = ("bash", "powershell")
ROOMS = ("breachkit/", "data/", "docs/", "notebooks/", "reports/examples/", "tests/", "benchmarks/")
IMAGE_LIMIT = 200_000  # bytes; a page that is read on a slow line
CLI: Any = typer.main.get_command(app)
REFUSED: type[Exception] = typer.BadParameter.__mro__[1]  # every wrong use of the command line


def blocks(text: str, languages: tuple[str, ...]) -> list[str]:
    return [body for language, body in BLOCK.findall(text) if language in languages]


def spans(text: str) -> list[str]:
    return SPAN.findall(BLOCK.sub("", text))


def commands(text: str) -> list[str]:
    """The breachkit command lines shown in shell blocks and in code spans, without redirections.

    A span of two words, such as `breachkit run`, names a command rather than shows how to call it.
    """
    shown = [line.strip() for body in blocks(text, SHELLS) for line in body.splitlines()]
    shown += [span if span.count(" ") > 1 else f"{span} --help" for span in spans(text) if " " in span]
    return [PROGRAM.sub("breachkit", one).split(" > ")[0] for one in shown if PROGRAM.match(one)]


def parse(command: str) -> None:
    """Parses a command line as the program would, without running it."""
    _, name, *arguments = shlex.split(command)
    found = CLI.commands.get(name)
    if found is None:
        raise REFUSED(f"no command {name}")
    if arguments != ["--help"]:
        found.make_context(name, arguments)


def slug(heading: str) -> str:
    """The anchor of a heading, as code hosts make it."""
    kept = "".join(c for c in heading.strip().lower() if c.isalnum() or c in " -_")
    return kept.replace(" ", "-")


def anchors(page: Path) -> set[str]:
    text = BLOCK.sub("", page.read_text(encoding="utf-8"))
    return {slug(line.lstrip("# ")) for line in text.splitlines() if re.match(r"#{1,6} ", line)}


def broken_links(page: Path, text: str) -> list[str]:
    broken = []
    for target in LINK.findall(BLOCK.sub("", text)):
        if target.startswith("https://"):
            continue
        name, _, anchor = target.partition("#")
        file = (page.parent / name).resolve() if name else page
        if not file.exists() or (anchor and anchor not in anchors(file)):
            broken.append(target)
    return broken


def missing_paths(text: str) -> list[str]:
    named = [span for span in spans(text) if span.startswith(ROOMS) and "*" not in span and " " not in span]
    return [one for one in named if not (ROOT / one).exists()]


def plain_spaces(text: str) -> list[str]:
    """Lines of French prose where an ordinary space stands before a sign that wants a narrow one."""
    prose = re.sub(r"`[^`\n]*`|\]\([^)]*\)|<!--.*?-->", "x", BLOCK.sub("", text))
    return [line for line in prose.splitlines() if re.search(r"\w[*)x]* [;:!?»](?:\s|$)|«[ \w]", line)]


def tree(text: str, root: str) -> list[str]:
    """The paths of a tree drawn in a block that begins with `root`."""
    body = next(body for body in blocks(text, ("",)) if body.startswith(root))
    paths, folder = [], ""
    for line in body.splitlines():
        name = line.split()[0]
        folder = "" if not line.startswith(" ") else folder
        paths.append(folder + name)
        folder = name if not line.startswith(" ") else folder
    return paths


def generator() -> ModuleType:
    spec = importlib.util.spec_from_file_location("generate_champs", ROOT / "docs" / "generate_champs.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def ids(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


SHOWN = [(ids(page), one) for page in PAGES for one in commands(page.read_text(encoding="utf-8"))]


def test_the_extractor_finds_commands() -> None:
    assert len(SHOWN) >= 40
    page = (
        "Voir `breachkit a b`, `breachkit g`.\n```powershell\n.venv\\Scripts\\breachkit c --d > e\nbreachkits f\n```\n"
    )
    assert sorted(commands(page)) == ["breachkit a b", "breachkit c --d", "breachkit g --help"]


@pytest.mark.parametrize("command", sorted({command for _, command in SHOWN}))
def test_a_command_shown_exists_with_its_options(command: str) -> None:
    parse(command)  # raises where the command or an option does not exist, as the next test shows
    assert command.split()[1] in CLI.commands


@pytest.mark.parametrize("command", ["breachkit run a.csv --out b --outt c", "breachkit lire a", "breachkit run a.csv"])
def test_a_wrong_command_is_seen(command: str) -> None:
    with pytest.raises(REFUSED):
        parse(command)


def test_the_readme_shows_every_command() -> None:
    shown = {command.split()[1] for page, command in SHOWN if page == "README.md"}
    assert shown == set(CLI.commands)


def test_every_make_target_shown_exists() -> None:
    targets = set(re.findall(r"^(\w+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    shown = set()
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        lines = [line for body in blocks(text, SHELLS) for line in body.splitlines()] + spans(text)
        shown |= {line.split()[1] for line in lines if line.startswith("make ")}
    assert {"demo", "test", "check"} <= shown <= targets


@pytest.mark.parametrize("page", PAGES, ids=ids)
def test_links_and_paths_lead_somewhere(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert not broken_links(page, text)
    assert not missing_paths(text)


def test_a_broken_link_is_seen() -> None:
    text = "[a](nowhere.md) [b](docs/methode.md#nulle-part) [c](docs/methode.md#le-chiffrement) `breachkit/none.py`"
    assert broken_links(ROOT / "README.md", text) == ["nowhere.md", "docs/methode.md#nulle-part"]
    assert missing_paths(text) == ["breachkit/none.py"]


def test_the_tree_of_the_readme_is_the_repository() -> None:
    paths = tree((ROOT / "README.md").read_text(encoding="utf-8"), "breachkit/")
    assert len(paths) >= 15
    assert [path for path in paths if not (ROOT / path).exists()] == []


def test_the_outputs_of_the_readme_are_those_of_a_run() -> None:
    paths = tree((ROOT / "README.md").read_text(encoding="utf-8"), "resultats/")
    assert {f"resultats/{name}" for name in PDF_NAMES["fr"]} <= set(paths)
    assert {"resultats/impact.json", "resultats/manifest.json"} <= set(paths)


def test_the_picture_is_a_light_png() -> None:
    picture = ROOT / "docs" / "images" / "rapport-page-1.png"
    assert picture.read_bytes().startswith(b"\x89PNG")
    assert picture.stat().st_size < IMAGE_LIMIT


def test_generated_pages_are_up_to_date() -> None:
    """Where this fails: python docs/generate_champs.py"""
    made = generator()
    method = made.METHODE.read_text(encoding="utf-8")
    assert made.CHAMPS.read_text(encoding="utf-8") == made.fields_page()
    assert method == made.with_rules(method)
    assert made.with_rules(method.replace("`same_nir_birth`", "`x`")) == method


def test_every_toml_shown_is_accepted(tmp_path: Path) -> None:
    shown = [body for page in PAGES for body in blocks(page.read_text(encoding="utf-8"), ("toml",))]
    assert len(shown) >= 2
    file = tmp_path / "shown.toml"
    for body in shown:
        file.write_text(body, encoding="utf-8")
        (load_decisions if body.startswith("[[") else load_incident)(file)


def test_every_exit_code_is_told() -> None:
    page = (ROOT / "docs" / "demarrer.md").read_text(encoding="utf-8")
    kinds = [one for one in vars(errors).values() if isinstance(one, type) and issubclass(one, BreachkitError)]
    told = {int(code) for code in re.findall(r"^\| (\d) \|", page, re.MULTILINE)}
    assert told == {0} | {kind.exit_code for kind in kinds}


@pytest.mark.parametrize("page", PAGES, ids=ids)
def test_french_typography(page: Path) -> None:
    french = page.read_text(encoding="utf-8").split("\n## English\n")[0]
    assert plain_spaces(french) == []


def test_a_plain_space_is_seen() -> None:
    assert plain_spaces("ceci : cela") == ["ceci : cela"]
    assert plain_spaces("**ceci** : cela") == ["**ceci** : cela"]
    assert plain_spaces("ceci\u202f: cela, «\u202fmot\u202f»") == []


def test_the_reading_page_gives_every_limit_and_its_default() -> None:
    text = (ROOT / "docs" / "lecture.md").read_text(encoding="utf-8")
    told = dict(re.findall(r"^\| `(\w+)` \| (\d+) \|", text, re.MULTILINE))
    assert told == {name: str(value) for name, value in Limits().model_dump().items()}
