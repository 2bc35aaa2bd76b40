"""The committed `mlm` sample: it can be made again, its truth is true, and nobody in it can be real."""

from __future__ import annotations

import csv
import io
import json
import re
import subprocess
import sys
from collections import Counter, defaultdict
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from stdnum import iban, luhn
from stdnum.fr import nir

SAMPLE = Path(__file__).parents[1] / "data" / "samples" / "mlm"
FICTION = re.compile(r"(?:19900|26191|35301|46571|53649|63998)\d{4}")  # ARCEP, national number without the 0
RESERVED = re.compile(r"example\.(?:org|com)|[a-z0-9-]+\.example")  # RFC 2606
PHONE_IN_TEXT = re.compile(r"(?<!\d)0[1-9](?:[ .]?\d\d){4}(?!\d)")
CATEGORIES = {
    *("health", "sex_life", "religion", "ethnic_origin", "political_opinion", "trade_union", "genetic"),
    *("offence", "social", "judgement", "access_code", "identifier", "personal_note"),
}
Row = dict[str, str]


def generate(out: Path, *options: str) -> Path:
    command = [sys.executable, str(SAMPLE / "generate.py"), "--out", str(out), *options]
    subprocess.run(command, check=True, timeout=120)
    return out


def in_fiction_range(number: str) -> bool:
    digits = re.sub(r"^(33|0)", "", re.sub(r"\D", "", number))
    return FICTION.fullmatch(digits) is not None


def in_reserved_domain(address: str) -> bool:
    return RESERVED.fullmatch(address.rpartition("@")[2].lower()) is not None


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("mlm")
    return generate(folder, "--key", str(folder / "key.csv"))


@pytest.fixture(scope="module")
def truth() -> dict[str, Any]:
    return json.loads((SAMPLE / "truth.json").read_text("utf-8"))


@pytest.fixture(scope="module")
def pool() -> dict[str, dict[str, Any]]:
    lines = (SAMPLE / "notes.jsonl").read_text("utf-8").splitlines()
    return {note["text"]: note for note in map(json.loads, lines)}


@pytest.fixture(scope="module")
def patients(truth: dict[str, Any]) -> list[Row]:
    """The sound records, read by another reader than the one that wrote them."""
    lines = (SAMPLE / "patients.csv").read_bytes().decode("cp1252").split("\n")
    bad = {b["line"] for b in truth["sources"]["patients.csv"]["broken"]}
    sound = "\n".join(line for number, line in enumerate(lines, 1) if number not in bad)
    return list(csv.DictReader(io.StringIO(sound, newline=""), delimiter=";"))


@pytest.fixture(scope="module")
def doctors() -> list[Row]:
    text = (SAMPLE / "medecins.csv").read_bytes().decode("cp1252")
    return list(csv.DictReader(io.StringIO(text, newline=""), delimiter=";"))


@pytest.fixture(scope="module")
def person_of(fresh: Path) -> dict[tuple[str, str], int]:
    with (fresh / "key.csv").open(encoding="utf-8", newline="") as file:
        return {(r["MEDECIN_RPPS"], r["ID_PATIENT"]): int(r["person"]) for r in csv.DictReader(file)}


@pytest.mark.parametrize("name", ["patients.csv", "medecins.csv", "truth.json"])
def test_committed_files_are_what_the_generator_writes(name: str, fresh: Path) -> None:
    assert (fresh / name).read_bytes() == (SAMPLE / name).read_bytes()


def test_another_seed_gives_other_people(tmp_path: Path) -> None:
    other = generate(tmp_path, "--persons", "1000", "--seed", "7")
    assert (other / "patients.csv").read_bytes() != (SAMPLE / "patients.csv").read_bytes()
    assert json.loads((other / "truth.json").read_text("utf-8"))["persons"] == 1000


def test_every_physical_line_is_accounted_for(truth: dict[str, Any], patients: list[Row]) -> None:
    raw = (SAMPLE / "patients.csv").read_bytes()
    source = truth["sources"]["patients.csv"]
    inside_notes = sum(row["COMMENTAIRE"].count("\n") for row in patients)
    assert raw.count(b"\n") == source["physical_lines"]
    assert source["loadable"] == len(patients)
    assert source["records"] == source["loadable"] + len(source["broken"])
    assert source["physical_lines"] == 1 + source["blank_lines"] + source["records"] + inside_notes
    assert len(source["broken"]) + source["blank_lines"] <= 8


def test_broken_lines_are_broken_and_the_others_are_not(truth: dict[str, Any], patients: list[Row]) -> None:
    lines = (SAMPLE / "patients.csv").read_bytes().decode("cp1252").split("\n")
    columns = len(truth["fields"]["patients.csv"])
    for broken in truth["sources"]["patients.csv"]["broken"]:
        line = lines[broken["line"] - 1]
        assert line.count(";") + 1 != columns or line.count('"') % 2 == 1
    assert all(None not in row and None not in row.values() for row in patients)


def test_persons_and_controllers_agree_with_the_key(
    truth: dict[str, Any], patients: list[Row], person_of: dict[tuple[str, str], int]
) -> None:
    seen = defaultdict(set)
    records: Counter[str] = Counter()
    for row in patients:
        seen[row["MEDECIN_RPPS"]].add(person_of[row["MEDECIN_RPPS"], row["ID_PATIENT"]])
        records[row["MEDECIN_RPPS"]] += 1
    everyone = set().union(*seen.values())
    assert truth["persons"] == len(set(person_of.values()))
    assert truth["persons_loadable"] == len(everyone)
    assert {r: c["persons_loadable"] for r, c in truth["per_controller"].items()} == {
        r: len(p) for r, p in seen.items()
    }
    assert {r: c["records_loadable"] for r, c in truth["per_controller"].items()} == dict(records)
    assert truth["sum_of_patients"] == sum(c["persons"] for c in truth["per_controller"].values())
    assert truth["sum_of_patients"] > truth["persons"]  # patients of several doctors


def test_shares_are_those_of_the_case(truth: dict[str, Any]) -> None:
    persons = truth["persons"]
    assert truth["duplicates"]["share"] == pytest.approx(4 / 19, abs=0.01)
    assert truth["duplicates"]["findable_share"] >= 0.85
    assert truth["minors"] / persons == pytest.approx(0.19, abs=0.015)
    assert truth["deceased_total"] / persons == pytest.approx(0.04, abs=0.01)
    assert truth["deceased_declared"] / truth["deceased_total"] == pytest.approx(0.5, abs=0.12)
    assert 160 <= truth["notes"]["filled"] <= 180
    assert truth["professionals"] == 15


def test_public_share_of_notes_applies_at_large_size(tmp_path: Path) -> None:
    large = json.loads((generate(tmp_path, "--persons", "60000") / "truth.json").read_text("utf-8"))
    assert large["notes"]["persons_with_notes"] / large["persons"] == pytest.approx(0.0113, abs=0.0003)
    assert large["duplicates"]["share"] == pytest.approx(4 / 19, abs=0.01)
    assert large["professionals"] == len(large["per_controller"]) == 24


def test_notes_of_the_extract_say_what_the_truth_says(
    truth: dict[str, Any],
    patients: list[Row],
    pool: dict[str, dict[str, Any]],
    person_of: dict[tuple[str, str], int],
) -> None:
    notes: Counter[tuple[str, ...]] = Counter()
    persons: defaultdict[tuple[str, ...], set[int]] = defaultdict(set)
    written = [row for row in patients if row["COMMENTAIRE"]]
    for row in written:
        findings = pool[row["COMMENTAIRE"]]["findings"]
        sure = {
            (f["category"], f.get("topic") or "", f["assertion"], f["subject"])
            for f in findings
            if not f.get("optional")
        }
        notes.update(sure)
        for key in sure:
            persons[key].add(person_of[row["MEDECIN_RPPS"], row["ID_PATIENT"]])
    found = {
        (f["category"], f["topic"] or "", f["assertion"], f["subject"]): (f["notes"], f["persons"])
        for f in truth["notes"]["by_finding"]
    }
    assert found == {key: (count, len(persons[key])) for key, count in notes.items()}
    assert truth["notes"]["filled"] == len(written)
    assert {key[0] for key in notes if key[2] == "affirmed"} == CATEGORIES


def test_pool_holds_every_category_and_half_harmless_notes(pool: dict[str, dict[str, Any]]) -> None:
    sure = [[f for f in n["findings"] if not f.get("optional")] for n in pool.values()]
    affirmed = Counter(c for found in sure for c in {f["category"] for f in found if f["assertion"] == "affirmed"})
    assert len(pool) >= 190
    assert set(affirmed) == CATEGORIES
    assert min(affirmed.values()) >= 5
    assert sum(not found for found in sure) / len(pool) == pytest.approx(0.55, abs=0.05)
    assert {f["assertion"] for found in sure for f in found} == {"affirmed", "negated", "hypothetical"}
    assert {f["subject"] for found in sure for f in found} == {"patient", "third_party"}


def test_a_genetic_finding_comes_with_health(pool: dict[str, dict[str, Any]]) -> None:
    for note in pool.values():
        keys = {(f["category"], f["assertion"], f["subject"]) for f in note["findings"]}
        assert all(("health", *rest) in keys for category, *rest in keys if category == "genetic"), note["text"]


def test_notes_fit_the_sex_and_age_of_the_patient(
    patients: list[Row], pool: dict[str, dict[str, Any]], truth: dict[str, Any]
) -> None:
    reference = date.fromisoformat(truth["reference_date"])
    checked = 0
    for row in patients:
        fits = pool[row["COMMENTAIRE"]].get("constraints", {}) if row["COMMENTAIRE"] else {}
        assert not fits.get("sex") or row["SEXE"] in ("", fits["sex"])
        if "min_age" in fits and row["DATE_NAISS"][:5] not in ("", "01/01", "00/00"):
            years = (reference - datetime.strptime(row["DATE_NAISS"], "%d/%m/%Y").date()).days / 365.25
            assert fits["min_age"] - 1 < years < fits["max_age"] + 2
            checked += 1
    assert checked > 50


def test_identifiers_of_doctors_pass_their_key(doctors: list[Row], truth: dict[str, Any]) -> None:
    numbers = [row["RPPS"] for row in doctors]
    assert all(len(n) == 11 and n.startswith("10") and luhn.is_valid(n) for n in numbers)
    assert not luhn.is_valid(numbers[0][:-1] + str((int(numbers[0][-1]) + 1) % 10))
    assert len(set(numbers)) == 15
    assert set(numbers) == set(truth["per_controller"])
    finess = [row["FINESS"] for row in doctors if row["FINESS"]]
    assert finess
    assert all(len(n) == 9 and luhn.is_valid(n) for n in finess)


def test_identifiers_quoted_in_notes_pass_their_key(pool: dict[str, dict[str, Any]]) -> None:
    text = "\n".join(pool)
    social = re.search(r"\b[12](?: \d\d){3} \d{3} \d{3} \d\d\b", text)
    account = re.search(r"FR\d\d(?: \d{4}){5} \d{3}", text)
    assert social
    assert account
    assert nir.is_valid(social[0])
    assert iban.is_valid(account[0])


def test_no_phone_can_ring_at_anybody_s(patients: list[Row], doctors: list[Row]) -> None:
    cells = [row[c] for row in patients for c in ("TEL_FIXE", "TEL_PORTABLE")] + [row["TEL"] for row in doctors]
    numbers = [c for c in cells if c and c not in ("NC", "inconnu", "0000000000")]
    in_text = [n for row in patients for n in PHONE_IN_TEXT.findall(row["COMMENTAIRE"])]
    whole = [n for n in numbers if len(re.sub(r"\D", "", n)) > 8]
    cut_short = [n for n in numbers if len(re.sub(r"\D", "", n)) <= 8]
    assert len(whole) > 6000
    assert in_text
    assert [n for n in whole + in_text if not in_fiction_range(n)] == []
    assert [n for n in cut_short if not in_fiction_range(n + "00")] == []
    assert not in_fiction_range("01 42 00 12 34")
    assert in_fiction_range("+33 6 39 98 12 34")


def test_no_mail_can_reach_anybody(patients: list[Row], doctors: list[Row]) -> None:
    cells = [row["EMAIL"] for row in [*patients, *doctors]]
    in_text = [a for row in patients for a in re.findall(r"\S+@\S+", row["COMMENTAIRE"])]
    addresses = [c for c in cells if "@" in c] + in_text
    assert len(addresses) > 2000
    assert [a for a in addresses if not in_reserved_domain(a)] == []
    assert not in_reserved_domain("quelquun@example.fr")


def test_exposure_counts_values_and_not_placeholders(truth: dict[str, Any], patients: list[Row]) -> None:
    dates = [r["DATE_NAISS"] for r in patients]
    real = [d for d in dates if d and d != "01/01/1900" and not d.startswith("00")]
    assert len(real) < len([d for d in dates if d])
    assert truth["exposure"]["birth_date"]["records"] == len(real)
    assert truth["exposure"]["email"]["records"] == sum("@" in r["EMAIL"] for r in patients)
    assert truth["exposure"]["family_name"]["records"] == len(patients)


def test_the_file_is_cp1252_and_not_latin_1() -> None:
    raw = (SAMPLE / "patients.csv").read_bytes()
    assert b"\x9c" in raw  # œ
    assert b"\x80" in raw  # €
    assert raw.count(b"\r\n") > 4900
    assert raw.startswith(b"ID_PATIENT;CIVILITE;NOM;NOM_NAISS;PRENOM;SEXE;DATE_NAISS;TEL_FIXE;TEL_PORTABLE;EMAIL;")
