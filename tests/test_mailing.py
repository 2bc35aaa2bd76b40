"""The encrypted list of a controller's patients: whom it holds, what it tells of them, and that nothing else does."""

from __future__ import annotations

import csv
import io
import json
import stat
from datetime import date
from pathlib import Path
from typing import Any

import pyrage
import pytest

from breachkit.errors import ManifestMismatch, UsageError
from breachkit.execution.mailing import Mailed, write_mailing
from breachkit.execution.run import Options, run
from breachkit.execution.verify import verify_outputs

DOCTORS = ("10100000009", "10100000017")
HEADER = ["CIVILITE", "NOM", "PRENOM", "DATE_NAISSANCE", "DATE_DECES", "TEL", "EMAIL", "ADRESSE", "CP", "VILLE"]
HEADER += ["RPPS", "NOTE", "TUTELLE", "IBAN"]
IBAN = "FR7699987012340000045678903"  # invented: no bank has the code 99987
# Two doctors; an adult, a child, a dead man, an adult with a sensitive note (and one without an address), a formula, a
# protected adult, an IBAN, and a patient of both.
PEOPLE = [line.split(";") for line in f"""\
Mme;Vorgelin;Anne;04/05/1970;;06 39 98 00 01;anne@example.org;1 rue du Test;75001;Paris;{DOCTORS[0]};;N;
;Vorgelin;Lise;04/05/2015;;06 39 98 00 01;;1 rue du Test;75001;Paris;{DOCTORS[0]};;N;
M.;Zadorski;Paul;12/01/1940;03/02/2024;01 99 00 00 02;;2 rue du Test;75002;Paris;{DOCTORS[0]};;N;
M.;Quimperois;Jean;23/07/1980;;06 39 98 00 03;jean@example.org;3 rue du Test;75003;Paris;{DOCTORS[0]};VIH positif;N;
Mme;Ostrewitz;Rose;09/09/1961;;;;;;;{DOCTORS[0]};;N;
Mme;Ledrappier;Inès;17/11/1988;;06 39 98 00 05;=cmd@example.org;=HYPERLINK(1);75005;Paris;{DOCTORS[0]};;N;
M.;Tavernost;Luc;02/02/1972;;06 39 98 00 08;luc@example.org;;;;{DOCTORS[0]};cancer du sein;N;
M.;Brizolier;Guy;02/03/1944;;01 99 00 00 09;;9 rue du Test;75009;Paris;{DOCTORS[0]};;O;
Mme;Kerfontan;Eve;02/06/1979;;01 99 00 00 10;eve@example.org;10 rue du Test;75010;Paris;{DOCTORS[0]};;N;{IBAN}
M.;Bastorelli;Marc;30/03/1975;;01 99 00 00 06;marc@example.org;6 rue du Test;75006;Paris;{DOCTORS[1]};;N;
Mme;Vorgelin;Anne;04/05/1970;;01 99 00 00 07;;1 rue du Test;75001;Paris;{DOCTORS[1]};;N;
""".splitlines()]  # fmt: skip


def write_extract(path: Path) -> Path:
    """The invented patients above, and enough others that the columns are told for what they are."""
    with path.open("w", encoding="utf-8", newline="") as handle:
        out = csv.writer(handle, delimiter=";")
        out.writerow(HEADER)
        out.writerows(PEOPLE)
        for n in range(60):
            name = "Kor" + "".join(chr(97 + (n * k + k) % 26) for k in (3, 7, 11, 5))
            born = date(1950 + n % 40, 1 + n % 12, 1 + n % 28).strftime("%d/%m/%Y")
            phone, mail = f"06 39 98 01 {n:02d}", f"p{n}@example.com"
            row = ["M.", name, "Luc", born, "", phone, mail, f"{n} rue Neuve", "69001", "Lyon", DOCTORS[1], "", "N", ""]
            out.writerow(row)
    return path


@pytest.fixture(scope="module")
def released(tmp_path_factory: pytest.TempPathFactory) -> Any:
    folder = tmp_path_factory.mktemp("mailing")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("BREACHKIT_KEY_DIR", str(folder / "keys"))
        out = folder / "out"
        run(
            Options(
                (write_extract(folder / "p.csv"),), out, reference_date=date(2025, 12, 31), notebooks=False, pdf=False
            )
        )
    return out, folder / "keys"


@pytest.fixture
def mailed(released: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A function that makes a list and reads it back: what was told of it, and its rows."""
    out, keys = released
    monkeypatch.setenv("BREACHKIT_KEY_DIR", str(keys))

    def made(controller: str, **more: Any) -> tuple[Mailed, list[dict[str, str]]]:
        identity = pyrage.x25519.Identity.generate()
        file = tmp_path / "list.csv.age"
        found = write_mailing(out, file, [str(identity.to_public())], controller=controller, author="DPO", **more)
        text = pyrage.decrypt(file.read_bytes(), [identity]).decode("utf-8-sig")
        return found, list(csv.DictReader(io.StringIO(text), delimiter=";"))

    return made


def test_a_controller_is_given_its_own_patients_and_nobody_elses(mailed: Any) -> None:
    _, rows = mailed(DOCTORS[0])
    assert {row["nom"] for row in rows} == {
        "Vorgelin", "Quimperois", "Ostrewitz", "Ledrappier", "Tavernost", "Brizolier", "Kerfontan",
    }  # fmt: skip
    _, others = mailed(DOCTORS[1])
    assert "Bastorelli" in {row["nom"] for row in others}
    assert "Quimperois" not in {row["nom"] for row in others}


def test_the_dead_are_not_written_to_and_a_child_is_a_segment_of_its_own(mailed: Any) -> None:
    _, rows = mailed(DOCTORS[0])
    segments = {(row["nom"], row["prénom"]): row["segment"] for row in rows}
    assert ("Zadorski", "Paul") not in segments
    assert segments[("Vorgelin", "Lise")] == "minors"
    assert segments[("Vorgelin", "Anne")] == "adults"


def test_a_sensitive_segment_has_its_postal_address_alone(mailed: Any) -> None:
    _, rows = mailed(DOCTORS[0])
    (one,) = [row for row in rows if row["nom"] == "Quimperois"]
    assert one["segment"] == "adults_sensitive"
    assert (one["adresse"], one["adresse électronique"], one["téléphone"]) == ("3 rue du Test", "", "")


def test_without_an_address_a_sensitive_segment_is_called(mailed: Any) -> None:
    _, rows = mailed(DOCTORS[0])
    (one,) = [row for row in rows if row["nom"] == "Tavernost"]
    assert one["segment"] == "adults_sensitive"
    assert (one["adresse"], one["adresse électronique"], one["téléphone"]) == ("", "", "06 39 98 00 08")


def test_segments_follow_what_leaked_and_who_is_protected(mailed: Any) -> None:
    _, rows = mailed(DOCTORS[0])
    found = {row["nom"]: (row["segment"], row["modèle de lettre"], row["à l'attention de"]) for row in rows}
    assert found["Kerfontan"] == ("adults_bank", "adults_bank", "")
    assert found["Brizolier"][0] == "protected"
    assert found["Brizolier"][2].startswith("[à compléter : nom et adresse du tuteur")
    parents = {row["prénom"]: row["à l'attention de"] for row in rows}
    assert parents["Lise"] == "titulaires de l'autorité parentale"


@pytest.mark.parametrize(
    ("channel", "columns", "names"),
    [
        ("letter", {"adresse", "code postal", "ville"}, {"Anne", "Lise", "Jean", "Inès", "Guy", "Eve"}),
        ("email", {"adresse électronique"}, {"Anne", "Inès", "Eve"}),
        ("phone", {"téléphone"}, {"Anne", "Lise", "Inès", "Luc", "Guy", "Eve"}),
    ],
)
def test_a_channel_has_its_columns_and_those_it_reaches(
    mailed: Any, channel: str, columns: set[str], names: set[str]
) -> None:
    _, rows = mailed(DOCTORS[0], channel=channel)
    who = {"segment", "modèle de lettre", "à l'attention de", "civilité", "nom", "prénom", "nom complet"}
    assert set(rows[0]) == who | columns
    assert {row["prénom"] for row in rows} == names


def test_a_text_message_has_mobiles_alone_and_no_name(mailed: Any) -> None:
    _, rows = mailed(DOCTORS[0], channel="sms")
    assert set(rows[0]) == {"segment", "modèle de lettre", "mobile"}
    assert sorted(row["mobile"] for row in rows) == ["06 39 98 00 01", "06 39 98 00 01", "06 39 98 00 05"]


def test_an_unknown_channel_is_refused(mailed: Any) -> None:
    with pytest.raises(UsageError, match="letter"):
        mailed(DOCTORS[0], channel="pigeon")


def test_the_manifest_tells_how_many_of_each_segment(mailed: Any, released: Any) -> None:
    found, rows = mailed(DOCTORS[0], channel="letter")
    record = json.loads((released[0] / "manifest.json").read_text(encoding="utf-8"))["mailings"][-1]
    assert record["channel"] == "letter"
    assert record["segments"] == {"minors": 1, "adults": 2, "adults_bank": 1, "adults_sensitive": 1, "protected": 1}
    assert sum(record["segments"].values()) == found.rows == len(rows)


def test_nothing_but_what_a_letter_needs(mailed: Any) -> None:
    _, rows = mailed(DOCTORS[0])
    text = json.dumps(rows, ensure_ascii=False)
    assert "1970" not in text  # the birth date
    assert "VIH" not in text
    assert "anne@example.org" in text  # control


def test_who_has_no_channel_is_counted(mailed: Any) -> None:
    found, rows = mailed(DOCTORS[0])
    assert (found.rows, found.unreachable) == (len(rows), 1)


def test_a_cell_is_never_a_formula(mailed: Any) -> None:
    _, rows = mailed(DOCTORS[0])
    (one,) = [row for row in rows if row["nom"] == "Ledrappier"]
    assert not any(value.startswith("=") for value in one.values())


def test_the_file_is_encrypted_private_and_told_in_the_manifest(mailed: Any, released: Any) -> None:
    found, _ = mailed(DOCTORS[1])
    content = found.file.read_bytes()
    assert content.startswith(b"age-encryption.org/")
    assert b"Bastorelli" not in content
    assert stat.S_IMODE(found.file.stat().st_mode) == 0o600
    record = json.loads((released[0] / "manifest.json").read_text(encoding="utf-8"))["mailings"][-1]
    assert (record["by"], record["controller"], record["rows"]) == ("DPO", DOCTORS[1], found.rows)
    verify_outputs(released[0])


@pytest.mark.parametrize(
    ("recipients", "controller", "name"),
    [
        ([], DOCTORS[0], "l.age"),
        (["age1nonsense"], DOCTORS[0], "l.age"),
        (["ssh-ed25519 AAAA"], DOCTORS[0], "l.age"),
        (None, DOCTORS[0], "l.csv"),
        (None, "99999999999", "l.age"),
        (None, None, "l.age"),  # two controllers: which one?
    ],
)
def test_what_cannot_be_done_is_refused_and_nothing_is_written(
    released: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, recipients: Any, controller: Any, name: str
) -> None:
    monkeypatch.setenv("BREACHKIT_KEY_DIR", str(released[1]))
    keys = [str(pyrage.x25519.Identity.generate().to_public())] if recipients is None else recipients
    with pytest.raises(UsageError):
        write_mailing(released[0], tmp_path / name, keys, controller=controller)
    assert not list(tmp_path.iterdir())


def test_no_list_without_its_trace(released: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where nobody can be named, or the manifest is gone, nothing is written."""
    monkeypatch.setenv("BREACHKIT_KEY_DIR", str(released[1]))
    key = str(pyrage.x25519.Identity.generate().to_public())

    def nobody() -> str:
        raise OSError

    monkeypatch.setattr("getpass.getuser", nobody)
    with pytest.raises(UsageError):
        write_mailing(released[0], tmp_path / "l.age", [key], controller=DOCTORS[0])
    manifest = released[0] / "manifest.json"
    kept = manifest.rename(released[0] / "kept.json")
    try:
        with pytest.raises(ManifestMismatch):
            write_mailing(released[0], tmp_path / "l.age", [key], controller=DOCTORS[0], author="DPO")
    finally:
        kept.rename(manifest)
    assert not list(tmp_path.iterdir())
