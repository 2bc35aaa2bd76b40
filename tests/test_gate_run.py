"""An extract made to leak, run as a user would: every value of it is looked for in everything that was written."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from breachkit.errors import LeakRefused
from breachkit.execution.run import Options, run
from tests.adversary import HEADER, as_csv, everybody, needles, traces

PEOPLE = everybody(96)
WANTED = needles(PEOPLE)
RARE, OTHER = PEOPLE[2], PEOPLE[8]  # O'Zverrick, N'Diambourou…
NAMED = f"{RARE.given} {RARE.family}"


def sql(table: str, column: str) -> bytes:
    columns = ", ".join(f"`{name}` text" for name in [*HEADER[:-1], column])
    rows = [", ".join("'" + cell.replace("'", "''") + "'" for cell in one.row()) for one in PEOPLE]
    inserts = "\n".join(f"INSERT INTO `{table}` VALUES ({row});" for row in rows)
    return f"CREATE TABLE `{table}` ({columns});\n{inserts}\n".encode()


def workbook(sheet: str) -> bytes:
    import xlsxwriter

    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    page = book.add_worksheet(sheet)
    for line, row in enumerate([HEADER, *(one.row() for one in PEOPLE)]):
        for at, cell in enumerate(row):
            page.write_string(line, at, cell)
    book.close()
    return buffer.getvalue()


def archive(member: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as box:
        box.writestr(member, as_csv(PEOPLE))
    return buffer.getvalue()


def under(column: str) -> bytes:
    """The extract with another header over its notes."""
    return as_csv(PEOPLE, [*HEADER[:15], column, *HEADER[16:]])


# name → (file, its content): each is released without the value, or refused
PLACES: dict[str, tuple[str, bytes]] = {
    "a record for a header": ("x.csv", as_csv(PEOPLE).split(b"\r\n", 1)[1]),
    "name in a header": ("x.csv", under(f"Commentaire {NAMED}")),
    "telephone in a header": ("x.csv", under(f"Commentaire {OTHER.phones()[1]}")),
    "note as a header": ("x.csv", under(" ".join(OTHER.note.split()[:6]))),
    "name in a file's name": (f"{RARE.family}_{RARE.given}.csv", as_csv(PEOPLE)),
    "rare family name in a file's name": (f"export {RARE.family}.csv", as_csv(PEOPLE)),
    "NIR in a file's name": (f"export_{OTHER.nir}.csv", as_csv(PEOPLE)),
    "password in a file's name": (f"{OTHER.password}.csv", as_csv(PEOPLE)),
    "number in a member's name": ("x.zip", archive(f"{OTHER.file_number}/{OTHER.email}.csv")),
    "name of a sheet": ("x.xlsx", workbook(NAMED[:31])),
    "login as a sheet": ("x.xlsx", workbook(OTHER.login[:31])),
    "name of a table": ("x.sql", sql(f"{RARE.family}_{RARE.given}", "NOTE")),
    "name of a column": ("x.sql", sql("patients", f"note {OTHER.file_number}")),
    "keys of JSON": (
        "x.json",
        json.dumps({one.nir: dict(zip(HEADER, one.row(), strict=True)) for one in PEOPLE}).encode(),
    ),
}
REFUSED = {
    "name in a file's name",
    "rare family name in a file's name",
    "NIR in a file's name",
    "password in a file's name",
}
TOLD = {
    "name": f"signalé par {NAMED}",
    "initial": f"signalé par {RARE.given[0]}. {RARE.family}",
    "birth": f"la personne née le {OTHER.dates()[5]}",
    "number": f"dossier {OTHER.file_number}, compte {OTHER.iban}",
    "login": f"compte {OTHER.login} fermé",
    "card": f"carte {OTHER.card[:4]} {OTHER.card[4:8]} {OTHER.card[8:12]} {OTHER.card[12:]}",
    "address": f"au {OTHER.street}",
    "note": " ".join(OTHER.note.split()[2:9]),
}


@pytest.mark.slow
@pytest.mark.parametrize("place", PLACES)
def test_a_value_where_a_name_stands_is_dropped_or_refused(place: str, tmp_path: Path) -> None:
    name, content = PLACES[place]
    (tmp_path / "x").mkdir()
    (tmp_path / "x" / name).write_bytes(content)
    options = Options(sources=(tmp_path / "x" / name,), out=tmp_path / "out", notebooks=False, pdf=False)
    told = ""
    try:
        run(options)
        assert place not in REFUSED
        assert (tmp_path / "out" / "impact.json").is_file()
    except LeakRefused as error:
        told = error.fr + error.en
        assert not (tmp_path / "out" / "impact.json").exists()
    assert not traces(tmp_path / "out", WANTED, told, besides=(".workspace/case",))


@pytest.mark.slow
@pytest.mark.parametrize("kind", TOLD)
def test_a_value_told_in_incident_toml_is_refused(kind: str, tmp_path: Path) -> None:
    (tmp_path / "x").mkdir()
    (tmp_path / "x" / "x.csv").write_bytes(as_csv(PEOPLE))
    (tmp_path / "incident.toml").write_text(f"[measures]\nplanned = {json.dumps(TOLD[kind], ensure_ascii=False)}\n")
    options = Options(
        sources=(tmp_path / "x" / "x.csv",), out=tmp_path / "out", incident=tmp_path / "incident.toml",
        notebooks=False, pdf=False,
    )  # fmt: skip
    with pytest.raises(LeakRefused) as raised:
        run(options)
    assert not traces(tmp_path / "out", WANTED, raised.value.fr + raised.value.en)


@pytest.mark.slow
def test_nothing_of_the_extract_is_in_anything_that_commands_write(tmp_path: Path) -> None:
    """Outputs of run and batch, what every command tells, the home and the temporary folder."""
    for name in ("x", "home", "tmp"):
        (tmp_path / name).mkdir()
    (tmp_path / "x" / "patients.csv").write_bytes(as_csv(PEOPLE))
    environment = os.environ | {"HOME": str(tmp_path / "home"), "TMPDIR": str(tmp_path / "tmp")}
    environment["BREACHKIT_KEY_DIR"] = str(tmp_path / "home" / "keys")
    out, told = tmp_path / "out", ""
    for command in (
        ("inspect", tmp_path / "x" / "patients.csv"),
        ("inspect", tmp_path / "x" / "patients.csv", "--json"),
        ("run", tmp_path / "x" / "patients.csv", "--out", out),
        ("batch", out, "--jobs", "2"),
        ("explain", out, "people.patients"),
        ("review", out, "--sample"),
        ("verify", out, "--source", tmp_path / "x" / "patients.csv"),
    ):
        done = subprocess.run(
            [sys.executable, "-m", "breachkit", *map(str, command)], env=environment, capture_output=True, check=False
        )
        assert done.returncode == 0, (command[0], done.stderr)
        told += (done.stdout + done.stderr).decode()
    assert list((out / "controllers").glob("*/rapport.pdf"))
    assert list((out / "notebooks").glob("*.html"))
    assert not traces(tmp_path, WANTED, told, besides=("x/patients.csv",))
    assert traces(tmp_path / "x", WANTED)  # control
