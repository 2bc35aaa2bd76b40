"""The whole chain as a user runs it: outputs, messages, exit codes, and nothing of the extract anywhere."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from typer.testing import CliRunner

from breachkit.cli import app
from breachkit.release.texts import text_of
from tests.conftest import MLM

MARKER = "ZQXQVJKW"  # in no French word, no library, no digest and no encoded picture
OUTPUTS = {
    "impact.json",
    "manifest.json",
    "rapport-impact.pdf",
    "notification-cnil.pdf",
    "notification.json",
    "information-patients.pdf",
}
# Python in this process and its children refuses every network address: the run must do without.
NO_NETWORK = """
import socket
_connect = socket.socket.connect
def connect(self, address):
    if self.family in (socket.AF_INET, socket.AF_INET6):
        raise OSError("network refused by the test")
    return _connect(self, address)
socket.socket.connect = connect
socket.getaddrinfo = lambda *a, **k: (_ for _ in ()).throw(OSError("network refused by the test"))
"""


@dataclass(frozen=True)
class Ran:
    """A finished command, with the folders it could have written to."""

    out: Path
    scratch: Path
    code: int
    told: str


def breachkit(*arguments: str | Path, scratch: Path, network: bool = False) -> Ran:
    """Runs the command line with an empty home and a temporary folder of its own."""
    home, temporary, site = scratch / "home", scratch / "tmp", scratch / "site"
    for folder in (home, temporary, site):
        folder.mkdir(parents=True, exist_ok=True)
    if not network:
        (site / "sitecustomize.py").write_text(NO_NETWORK, encoding="utf-8")
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("BREACHKIT", "XDG"))}
    environment |= {"HOME": str(home), "TMPDIR": str(temporary), "PYTHONPATH": str(site)}
    done = subprocess.run(
        [sys.executable, "-m", "breachkit", *map(str, arguments)],
        capture_output=True,
        env=environment,
        cwd=scratch,
        timeout=300,
        check=False,
    )
    return Ran(scratch / "out", scratch, done.returncode, (done.stdout + done.stderr).decode("utf-8"))


def marked_extract(folder: Path, lines: int = 400) -> list[Path]:
    """The sample's first lines, each personal value carrying the marker (digits cannot: they get a prefix)."""
    rows = list(csv.reader(io.StringIO((MLM / "patients.csv").read_bytes().decode("cp1252")), delimiter=";"))
    header, body = rows[0], [row for row in rows[1 : lines + 1] if len(row) == len(rows[0])]
    position = {name: at for at, name in enumerate(header)}
    for number, row in enumerate(body):
        for name in ("NOM", "NOM_NAISS", "PRENOM", "ADRESSE", "VILLE"):
            row[position[name]] = row[position[name]] and f"{row[position[name]]}{MARKER.lower()}"
        row[position["EMAIL"]] = row[position["EMAIL"]] and f"{MARKER.lower()}{number}@example.org"
        row[position["TEL_PORTABLE"]] = f"06 39 98 7{number // 100:01d} {number % 100:02d}"
        row[position["COMMENTAIRE"]] = f"suivi pour {MARKER} depuis dix ans, VIH positif" if number % 9 == 0 else ""
    out = io.StringIO()
    csv.writer(out, delimiter=";", lineterminator="\r\n").writerows([header, *body])
    folder.mkdir(parents=True)
    (folder / "patients.csv").write_bytes(out.getvalue().encode("cp1252"))
    (folder / "medecins.csv").write_bytes((MLM / "medecins.csv").read_bytes())
    return [folder / "patients.csv", folder / "medecins.csv"]


def marked(folder: Path, told: str = "") -> set[str]:
    """Where the marker stands: file names, texts and raw bytes of every file of the folder, and what was told."""
    found = {"(message)"} if MARKER.lower() in told.lower() else set()
    for path in folder.rglob("*"):
        name = path.relative_to(folder).as_posix()
        if MARKER.lower() in name.lower():
            found.add(name)
        if path.is_file():
            raw = path.read_bytes().lower()
            text = text_of(path).lower() if path.suffix in (".pdf", ".ipynb", ".html") else ""
            if MARKER.lower().encode() in raw or MARKER.lower() in text or b"06 39 98 7" in raw:
                found.add(name)
    return found


@pytest.fixture(scope="module")
def canary(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ran]:
    scratch = tmp_path_factory.mktemp("canary")
    sources = marked_extract(tmp_path_factory.mktemp("extract") / "x")
    incident = MLM / "incident.toml"
    return breachkit("run", *sources, "--incident", incident, "--out", scratch / "out", scratch=scratch)


def test_the_run_ends_well_without_a_network(canary: Ran) -> None:
    assert canary.code == 0, canary.told
    assert {path.name for path in canary.out.iterdir()} >= OUTPUTS
    assert len(list((canary.out / "notebooks").glob("*.html"))) == 5
    assert len(list((canary.out / "notebooks").glob("*.ipynb"))) == 5


def test_the_figures_are_of_the_marked_extract(canary: Ran) -> None:
    """The canary run is a real one: the marked names were read, linked and counted, the marked notes classified."""
    impact = json.loads((canary.out / "impact.json").read_text(encoding="utf-8"))
    assert 250 < impact["people"]["patients"]["best"] < 400
    assert impact["free_text"]["persons_with_special_category"] > 20


def test_no_value_of_the_extract_leaves(canary: Ran) -> None:
    """Outputs, messages, home and temporary folders: the marker is nowhere, the encrypted workspace included."""
    assert not marked(canary.scratch, canary.told)


def test_a_leaked_marker_is_found(tmp_path: Path) -> None:
    """The control: the same search sees the marker in a page, a PDF, a notebook, a name and a message."""
    import typst

    (tmp_path / "a.html").write_text(f"<p>{MARKER}</p>", encoding="utf-8")
    (tmp_path / "b.json").write_text(json.dumps({"x": MARKER}), encoding="utf-8")
    (tmp_path / f"{MARKER}.txt").write_text("", encoding="utf-8")
    (tmp_path / "c.pdf").write_bytes(typst.compile(f"= Patient {MARKER}".encode()))
    cell = {"cell_type": "code", "outputs": [{"output_type": "stream", "text": [f"x {MARKER}"]}]}
    (tmp_path / "d.ipynb").write_text(json.dumps({"cells": [cell]}), encoding="utf-8")
    assert marked(tmp_path, f"erreur : {MARKER}") == {
        "(message)",
        "a.html",
        "b.json",
        "c.pdf",
        "d.ipynb",
        f"{MARKER}.txt",
    }


def test_temporary_folders_are_gone(canary: Ran) -> None:
    assert not [path for path in (canary.scratch / "tmp").rglob("*") if path.is_file()]


def test_the_key_is_not_beside_the_workspace(canary: Ran) -> None:
    assert list((canary.scratch / "home").rglob("*.key"))
    assert not list(canary.out.rglob("*.key"))


def test_verify_then_purge(canary: Ran) -> None:
    verified = breachkit("verify", canary.out, scratch=canary.scratch)
    assert (verified.code, "conformes" in verified.told) == (0, True), verified.told
    page = canary.out / "notebooks" / "01_inventaire.html"
    content = page.read_text(encoding="utf-8")
    page.write_text(content + f"<p>Mme Durand{MARKER}</p>", encoding="utf-8")
    assert breachkit("verify", canary.out, scratch=canary.scratch).code == 7
    page.write_text(content, encoding="utf-8")
    assert breachkit("purge", canary.out, scratch=canary.scratch).code == 0
    assert not list((canary.scratch / "home").rglob("*.key"))
    assert not (canary.out / ".workspace" / "case.duckdb").exists()
    assert breachkit("verify", canary.out, scratch=canary.scratch).code == 0


@pytest.mark.slow
def test_two_runs_give_the_same_bytes(tmp_path: Path) -> None:
    """Same extract, same settings, other number of threads: figures, form, letters, charts and PDF are the same."""
    digests = []
    for threads in ("1", "2"):
        scratch = tmp_path / threads
        options = ("--no-notebooks", "--threads", threads, "--incident", MLM / "incident.toml")
        sources = (MLM / "patients.csv", MLM / "medecins.csv")
        done = breachkit("run", *sources, *options, "--out", scratch / "out", scratch=scratch)
        assert done.code == 0, done.told
        manifest = json.loads((done.out / "manifest.json").read_text(encoding="utf-8"))
        digests.append(manifest["outputs"])
    assert digests[0] == digests[1]
    assert len(digests[0]) > 30


BAD_INPUT = {
    # name: (content of the source or None, incident.toml or None, exit code, words of the message)
    "missing source": (None, None, 3, "introuvable"),
    "empty source": (b"", None, 3, "vide"),
    "unreadable encoding": (bytes(range(256)) * 50, None, 3, "encodage"),
    "unknown key": (b"NOM;PRENOM\nA;B\n", "[incident]\ntitel = 'x'\n", 4, "incident.titel"),
    "wrong value": (b"NOM;PRENOM\nA;B\n", "[breach]\nexfiltrated = 'peut-être'\n", 4, "breach.exfiltrated"),
    "unknown origin": (b"NOM;PRENOM\nA;B\n", "[breach]\norigins = ['chat']\n", 4, "breach.origins"),
    "no TOML": (b"NOM;PRENOM\nA;B\n", "pas du toml", 4, "TOML"),
}


@pytest.mark.parametrize("name", BAD_INPUT)
def test_bad_input_gets_its_exit_code_and_a_clear_message(name: str, tmp_path: Path) -> None:
    content, incident, code, words = BAD_INPUT[name]
    source = tmp_path / "x.csv"
    if content is not None:
        source.write_bytes(content)
    arguments: list[str | Path] = ["run", source, "--out", tmp_path / "out", "--no-notebooks", "--no-pdf"]
    if incident is not None:
        (tmp_path / "incident.toml").write_text(incident, encoding="utf-8")
        arguments += ["--incident", tmp_path / "incident.toml"]
    done = breachkit(*arguments, scratch=tmp_path)
    assert done.code == code, done.told
    assert words in done.told
    assert "Traceback" not in done.told
    assert not (tmp_path / "out" / "impact.json").exists()


@pytest.mark.parametrize(
    "arguments", [(), ("run",), ("run", "x.csv"), ("nimporte",), ("run", "x.csv", "--out", "o", "--lang", "de")]
)
def test_wrong_usage_is_exit_code_two(arguments: tuple[str, ...], tmp_path: Path) -> None:
    done = breachkit(*arguments, scratch=tmp_path)
    assert done.code == 2
    assert "Traceback" not in done.told
    assert not any(word in done.told for word in ("Missing", "No such", "Invalid"))  # the library's own English
    if "--lang" not in arguments:
        english = breachkit(*arguments, "--lang", "en", scratch=tmp_path)
        assert (english.code, "Aide" in english.told) == (2, False)


def beginning(lines: int) -> bytes:
    """The first lines of the sample's patients."""
    return b"".join((MLM / "patients.csv").read_bytes().splitlines(keepends=True)[:lines])


def test_an_unreadable_source_among_others_is_told_and_the_others_are_counted(tmp_path: Path) -> None:
    empty = tmp_path / "vide.csv"
    empty.write_bytes(b"")
    (tmp_path / "patients.csv").write_bytes(beginning(600))
    sources = (tmp_path / "patients.csv", empty)
    done = breachkit("run", *sources, "--out", tmp_path / "out", "--no-notebooks", "--no-pdf", scratch=tmp_path)
    assert done.code == 3
    assert "vide.csv" in done.told
    impact = json.loads((done.out / "impact.json").read_text(encoding="utf-8"))
    assert impact["people"]["patients"]["best"] > 400
    assert "unreadable_sources" in [one["id"] for one in impact["quality"]["limits"]]


@pytest.mark.slow
def test_english_all_along(tmp_path: Path) -> None:
    done = breachkit(
        "run", MLM / "patients.csv", "--out", tmp_path / "out", "--no-notebooks", "--lang", "en", scratch=tmp_path
    )
    assert done.code == 0, done.told
    assert "distinct patients" in done.told
    text = text_of(done.out / "report-impact.pdf")
    assert "Impact report" in text or "IMPACT REPORT" in text.upper()
    assert "Responsables de traitement" not in text


def test_every_command_has_help_with_an_example(tmp_path: Path) -> None:
    others = [
        "init",
        "inspect",
        "run",
        "text",
        "assess",
        "batch",
        "explain",
        "review",
        "verify",
        "purge",
        "lab",
        "schema",
    ]
    assert "breachkit demo" in breachkit("demo", "--help", scratch=tmp_path).told.replace("\n", " ")
    for command in others:
        shown = CliRunner().invoke(app, [command, "--help"])
        assert shown.exit_code == 0
        assert f"breachkit {command}" in shown.stdout.replace("\n", " ")


def test_init_then_run_on_the_new_case(tmp_path: Path) -> None:
    case = tmp_path / "dossier"
    assert breachkit("init", case, scratch=tmp_path).code == 0
    assert {"incident.toml", "decisions.toml", "extraction", "notebooks"} <= {path.name for path in case.iterdir()}
    (case / "extraction" / "x.csv").write_bytes(beginning(300))
    options = ("--incident", case / "incident.toml", "--decisions", case / "decisions.toml", "--no-notebooks")
    source = case / "extraction" / "x.csv"
    assert breachkit("run", source, *options, "--out", case, scratch=tmp_path).code == 2
    assert breachkit("run", source, *options, "--out", case / "extraction", scratch=tmp_path).code == 2
    done = breachkit("run", source, *options, "--no-pdf", "--out", case / "resultats", scratch=tmp_path)
    assert done.code == 0, done.told
    assert (case / "notebooks" / "rapport_responsable.ipynb").is_file()
    assert breachkit("verify", case / "resultats", scratch=tmp_path).code == 0
    assert breachkit("init", case, scratch=tmp_path).code == 2


def test_a_new_case_in_english_has_english_notebooks(tmp_path: Path) -> None:
    for language in ("fr", "en"):
        assert breachkit("init", tmp_path / language, "--lang", language, scratch=tmp_path).code == 0
    names = [path.name for path in sorted((tmp_path / "en" / "notebooks").iterdir())]
    assert len(names) == 6
    for name in names:
        french, english = (json.loads((tmp_path / one / "notebooks" / name).read_text()) for one in ("fr", "en"))
        told = ["".join(cell["source"]) for cell in english["cells"] if cell["cell_type"] == "markdown"]
        known = [cell["metadata"]["en"] for cell in french["cells"] if cell["cell_type"] == "markdown"]
        assert told == known
        code = "".join("".join(cell["source"]) for cell in english["cells"] if cell["cell_type"] == "code")
        assert 'langue: str = "en"' in code
        assert '"../reports/demo"' not in code


def test_comments_are_classified_in_order_without_their_words(tmp_path: Path) -> None:
    lines = [
        {"id": "a", "text": "porteuse du VIH, suivie à l'hôpital"},
        {"id": "b", "text": ""},
        {"id": "c", "text": "serait homosexuelle d'après sa mère"},
        {"id": "d", "text": "rappeler lundi"},
    ]
    file = tmp_path / "x.jsonl"
    file.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines), encoding="utf-8")
    done = breachkit("text", file, "--out", tmp_path / "y.jsonl", scratch=tmp_path)
    assert done.code == 0, done.told
    found = [json.loads(line) for line in (tmp_path / "y.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [one["id"] for one in found] == ["a", "b", "c", "d"]
    assert {one["category"] for one in found[0]["findings"]} == {"health"}
    assert found[1]["findings"] == found[3]["findings"] == []
    assert {(one["category"], one["assertion"]) for one in found[2]["findings"]} == {("sex_life", "hypothetical")}
    assert "homosexuelle" not in (tmp_path / "y.jsonl").read_text(encoding="utf-8")
