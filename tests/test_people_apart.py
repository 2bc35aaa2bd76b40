"""Whom to treat apart: age bands, protections, deaths, care that reveals, public figures; and poor identity data."""

from __future__ import annotations

import csv
import hashlib
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from breachkit import case, workspace
from breachkit.errors import FactsError
from breachkit.execution.run import Options, run
from breachkit.impact import Impact
from breachkit.incident import Incident
from breachkit.people.public_figures import PublicFigures, digest_of, read_public_figures
from breachkit.people.status import DEAD_HEADER, PROTECTED_HEADER
from breachkit.pipeline import analyse

REFERENCE = date(2025, 12, 31)
FAMILIES = ("Verlaine", "Malherbe", "Desnos", "Nerval", "Ronsard", "Vigny", "Musset", "Villon", "Marot", "Scève")
GIVENS = ("Odette", "Gaspard", "Lucile", "Anatole", "Blanche", "Firmin")


def register(path: Path, columns: dict[str, Any], rows: int = 120) -> Path:
    """Invented patients, all adults of 30 to 60; `columns` adds or replaces cells by header (a function of the row)."""
    plain = {
        "NOM": lambda n: FAMILIES[n % 10] + "abcdefghijkl"[n // 10],
        "PRENOM": lambda n: GIVENS[n % 6],
        "DATE_NAISSANCE": lambda n: date(1966 + n % 30, 1 + n % 12, 1 + n % 28).strftime("%d/%m/%Y"),
        "TEL": lambda n: f"06 39 98 {n // 100:02d} {n % 100:02d}",
    }
    cells = {header: make for header, make in (plain | columns).items() if make}
    with path.open("w", encoding="utf-8", newline="") as handle:
        out = csv.writer(handle, delimiter=";")
        out.writerow(cells)
        out.writerows([[make(n) for make in cells.values()] for n in range(rows)])
    return path


def counted(path: Path, listed: PublicFigures | None = None) -> Impact:
    database = path.parent / f".{path.stem}" / "case.duckdb"
    with workspace.create(database, case.new_key(database), threads=2, memory="500MB", readable=[path]) as connection:
        return analyse([path], connection, Incident(), reference_date=REFERENCE, public_figures=listed).impact


def apart(impact: Impact) -> dict[str, tuple[int, int, int]]:
    return {one.id: (one.low, one.best, one.high) for one in impact.people.apart}


def born(*days: str) -> Any:
    """Birth dates of the first rows, adults after them."""
    return lambda n: days[n] if n < len(days) else date(1966 + n % 30, 1 + n % 12, 1 + n % 28).strftime("%d/%m/%Y")


def test_age_bands_change_on_the_birthday(tmp_path: Path) -> None:
    """On 31 December 2025: 15 that day is no child any more, 18 no minor, 75 an elder."""
    days = ("31/12/2010", "01/01/2011", "01/01/2008", "31/12/2007", "31/12/1950", "01/01/1951")
    found = apart(counted(register(tmp_path / "p.csv", {"DATE_NAISSANCE": born(*days)})))
    assert found["under_15"] == (1, 1, 1)
    assert found["from_15_to_17"] == (2, 2, 2)
    assert found["from_75"] == (1, 1, 1)


def test_minors_are_the_two_bands_together(tmp_path: Path) -> None:
    days = tuple(f"01/06/{year}" for year in range(2008, 2025))
    impact = counted(register(tmp_path / "p.csv", {"DATE_NAISSANCE": born(*days)}))
    found = apart(impact)
    assert found["under_15"][1] + found["from_15_to_17"][1] == impact.people.minors.best == 17


def test_deaths_declared_by_a_date_or_a_flag_and_probable_ones(tmp_path: Path) -> None:
    columns = {
        "DATE_NAISSANCE": born("01/06/1905", "02/06/1909", "03/06/1912"),
        "DECEDE": lambda n: "O" if n in (1, 5, 6) else "N",
        "DATE_DECES": lambda n: "03/04/2019" if n in (6, 7) else "",
    }
    impact = counted(register(tmp_path / "p.csv", columns))
    found = apart(impact)
    assert found["death_declared"] == (4, 4, 4)  # rows 1, 5, 6, 7
    assert found["death_probable"] == (1, 1, 1)  # row 0: row 1 is declared, row 2 is 113
    assert (impact.people.deceased.low, impact.people.deceased.best) == (4, 5)
    path = {one.id: one.count for one in impact.people.path}
    assert path["persons"] - path["living"] == 5
    assert sum(one.persons for one in impact.information.segments if one.letter is None) == 5


def test_a_date_typed_by_default_is_no_sign_of_death_nor_of_age(tmp_path: Path) -> None:
    usual = born()
    columns = {"DATE_NAISSANCE": lambda n: "01/01/1901" if n % 6 == 0 else usual(n)}
    impact = counted(register(tmp_path / "p.csv", columns))
    assert apart(impact)["death_probable"] == (0, 0, 0)
    assert impact.quality.persons_without_birth_date == 20


def test_protected_adults_by_column_and_by_note(tmp_path: Path) -> None:
    notes = {0: "sous curatelle renforcée", 1: "pas de tutelle", 2: "sa mère est sous tutelle", 3: "préfère le matin"}
    columns = {
        "DATE_NAISSANCE": lambda n: "01/06/2015" if n == 5 else born()(n),
        "TUTELLE": lambda n: "O" if n in (4, 5) else "N",
        "COMMENTAIRE": lambda n: notes.get(n, "") or ("" if n % 2 else f"rappeler lundi {n}"),
    }
    found = apart(counted(register(tmp_path / "p.csv", columns)))
    # Row 0 by its note, row 4 by its column; row 5 is a child, and rows 1 and 2 tell of no measure of the patient.
    assert found["protected"] == (2, 2, 2)


def test_care_units_that_reveal_the_condition(tmp_path: Path) -> None:
    units = ("PSYCHIATRIE ADULTE", "CHIRURGIE ORTHOPEDIQUE", "ONCOLOGIE MEDICALE", "MATERNITE", "CEGIDD", "URGENCES")
    found = apart(counted(register(tmp_path / "p.csv", {"UNITE_DE_SOINS": lambda n: units[n % 6]})))
    assert found["revealing_care"] == (60, 60, 60)


@pytest.mark.parametrize("header", ["DECEDE", "décédé", "is_deceased", "FLAG_DECES", "DCD", "Décédée ?"])
def test_headers_of_a_death_flag(header: str) -> None:
    from breachkit.people.status import plain_header

    assert DEAD_HEADER.search(plain_header(header))


@pytest.mark.parametrize("header", ["PRECEDENT", "DATE_PROCEDE", "DEADLINE", "CEDEX", "INDICE_PROTECTION_SOLAIRE"])
def test_other_headers_tell_no_status(header: str) -> None:
    from breachkit.people.status import plain_header

    assert not DEAD_HEADER.search(plain_header(header))
    assert not PROTECTED_HEADER.search(plain_header(header))


# --- public figures -----------------------------------------------------------------------------------------


def test_public_figures_are_counted_by_digest_and_names_alone_widen(tmp_path: Path) -> None:
    extract = register(tmp_path / "p.csv", {})
    listed = tmp_path / "list.csv"
    listed.write_text(
        "nom;prénom;naissance\nVERLAINEA;Odette;01/01/1966\nMalherbéa;GASPARD;1967-02-02\nInconnu;Personne;1950-01-01\n"
        "Desnosa;Lucile;\nVerlainea;Odette;02/01/1966\n",
        encoding="utf-8",
    )
    found = apart(counted(extract, read_public_figures(listed)))
    # Two by name and date; the fifth line is a namesake born another day; the name alone widens the upper bound.
    assert found["public_figures"] == (2, 2, 3)
    assert "public_figures" not in apart(counted(register(tmp_path / "q.csv", {})))  # the control: no list


def test_a_list_of_digests_needs_no_name(tmp_path: Path) -> None:
    extract, listed = register(tmp_path / "p.csv", {}), tmp_path / "list.txt"
    digest = hashlib.sha256(b"VERLAINEA|ODETTE|1966-01-01").hexdigest()
    assert digest == digest_of("Verlaine-A", "odette", date(1966, 1, 1))
    listed.write_text(f"# empreintes\n{digest}\n{'0' * 64}\n", encoding="utf-8")
    assert apart(counted(extract, read_public_figures(listed)))["public_figures"] == (1, 1, 1)


def test_nothing_of_the_list_is_kept(tmp_path: Path) -> None:
    extract, listed = register(tmp_path / "p.csv", {}), tmp_path / "list.csv"
    listed.write_text("Verlainea;Odette;01/01/1966\nZqxpublic;Zqxgiven;01/01/1950\n", encoding="utf-8")
    out = tmp_path / "out"
    options = Options(
        sources=(extract,), out=out, public_figures=listed, reference_date=REFERENCE, notebooks=False, pdf=False
    )
    impact = run(options).impact
    assert apart(impact)["public_figures"][1] == 1
    digest = digest_of("Zqxpublic", "Zqxgiven", date(1950, 1, 1)).encode()
    for path in out.rglob("*"):
        content = path.read_bytes().lower() if path.is_file() else b""
        assert b"zqxpublic" not in content
        assert digest not in content
    assert b'"public_figures": true' in (out / "manifest.json").read_bytes()
    database = out / ".workspace" / "case.duckdb"
    with workspace.reopen(database, case.read_key(database)) as connection:
        tables = [name for (name,) in connection.execute("SELECT table_name FROM duckdb_tables()").fetchall()]
        assert not [name for name in tables if "listed" in name or "figure" in name]
    assert "Zqxpublic" not in repr(read_public_figures(listed))


@pytest.mark.parametrize("line", ["Verlaine", "Verlaine;Odette;hier", ";;1950-01-01"])
def test_a_wrong_line_is_named_by_its_number_only(line: str, tmp_path: Path) -> None:
    listed = tmp_path / "list.csv"
    listed.write_text(f"Desnos;Lucile;1950-01-01\n{line}\n", encoding="utf-8")
    with pytest.raises(FactsError, match="ligne 2") as raised:
        read_public_figures(listed)
    assert "Verlaine" not in str(raised.value.message("fr"))


# --- poor identity data -------------------------------------------------------------------------------------


def limits(impact: Impact) -> set[str]:
    return {one.id for one in impact.quality.limits}


def test_names_only_says_so_and_widens(tmp_path: Path) -> None:
    twice = {"NOM": lambda n: FAMILIES[n % 10] + "abcdefghijkl"[n % 90 // 10]}  # thirty names on two rows each
    rich = counted(register(tmp_path / "r.csv", twice)).people.patients
    poor = counted(register(tmp_path / "p.csv", twice | {"DATE_NAISSANCE": None, "TEL": None}))
    found = poor.people.patients
    assert "poor_identity" in limits(poor)
    assert found.high - found.low > 3 * (rich.high - rich.low)
    assert "poor_identity" not in limits(counted(register(tmp_path / "c.csv", {})))  # the control


def test_file_numbers_only_are_not_persons_without_a_word(tmp_path: Path) -> None:
    columns = {"NOM": None, "PRENOM": None, "DATE_NAISSANCE": None, "TEL": None, "IPP": lambda n: f"{800000 + n * 7}",
               "DIAGNOSTIC": lambda n: ("ASTHME", "DIABETE", "ANGINE")[n % 3]}  # fmt: skip
    impact = counted(register(tmp_path / "p.csv", columns))
    assert impact.people.patients.best == 0
    assert {"tables_without_identity", "no_patient_table"} & limits(impact)


def test_phones_only_count_with_a_wide_doubt_or_say_that_nobody_is_named(tmp_path: Path) -> None:
    columns = {"NOM": None, "PRENOM": None, "DATE_NAISSANCE": None, "COMMENTAIRE": lambda n: f"rappeler lundi {n}"}
    impact = counted(register(tmp_path / "p.csv", columns))
    told = limits(impact)
    assert impact.people.patients.best == 0
    assert {"tables_without_identity", "no_patient_table"} & told


def test_records_that_say_nothing_count_for_one_each_and_for_nobody_at_least(tmp_path: Path) -> None:
    usual = [FAMILIES, GIVENS]
    columns = {
        "NOM": lambda n: usual[0][n % 10] + "abcdefghijkl"[n // 10] if n < 100 else "",
        "PRENOM": lambda n: usual[1][n % 6] if n < 100 else "",
        "DATE_NAISSANCE": lambda n: born()(n) if n < 100 else "",
        "TEL": lambda n: f"06 39 98 00 {n:02d}" if n < 100 else "",
    }
    impact = counted(register(tmp_path / "p.csv", columns))
    found, linking = impact.people.patients, impact.people.linking
    assert linking is not None
    assert linking.nameless == 20
    assert (found.best, found.high) == (120, 120)
    assert found.low <= 100
    changes = {one.id: one.count for step in impact.people.path for one in step.changes}
    assert (changes["nameless"], changes["nameless_back"]) == (-20, 20)
