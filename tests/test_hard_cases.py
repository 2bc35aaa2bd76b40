"""Extracts that mislead: each was once a wrong figure, a leak or a crash."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from breachkit.errors import LeakRefused, UnreadableSource, UsageError
from breachkit.execution.run import Options, run
from breachkit.execution.verify import verify_outputs
from breachkit.impact import Impact
from breachkit.incident import Incident
from breachkit.pipeline import analyse

FAMILIES = [
    f"{stem}{end}" for stem in ("Mar", "Dur", "Pel", "Gau", "Rou", "Lam") for end in ("tin", "and", "let", "bert")
]
GIVEN = ["Anne", "Luc", "Claire", "Paul", "Julie", "Marc", "Sophie", "Hugo", "Alice", "Denis"]


def luhn(digits: str) -> str:
    """The digits with their Luhn key."""
    total = sum(sum(divmod(int(one) * (2 if at % 2 == 0 else 1), 10)) for at, one in enumerate(reversed(digits)))
    return digits + str(-total % 10)


def rpps(number: int) -> str:
    return luhn(f"10{number:08d}")


def persons(count: int) -> list[list[str]]:
    """Distinct invented persons: family name, given name, birth date, mobile, e-mail."""
    return [
        [
            FAMILIES[at % len(FAMILIES)].upper(),
            GIVEN[at // len(FAMILIES) % len(GIVEN)],
            f"{1 + at % 28:02d}/{1 + at % 12:02d}/{1940 + at % 60}",
            f"06 39 98 {at // 100:02d} {at % 100:02d}",
            f"p{at}@example.org",
        ]
        for at in range(count)
    ]


def impact_of(private: Any, folder: Path, *tables: tuple[str, list[list[str]]], **options: Any) -> Impact:
    """The impact of tables drawn as (header, rows)."""
    paths = []
    for number, (header, rows) in enumerate(tables):
        path = folder / f"table{number}.csv"
        path.write_text("\n".join([header, *(";".join(row) for row in rows)]) + "\n", encoding="utf-8")
        paths.append(path)
    incident = options.pop("incident", Incident())
    options.setdefault("reference_date", date(2025, 12, 31))
    return analyse(paths, private, incident, **options).impact


def test_patients_of_one_doctor_are_not_doctors(private: Any, tmp_path: Path) -> None:
    rows = [[*one[:2], one[3], one[4], f"{at} rue des Lilas", rpps(100)] for at, one in enumerate(persons(60))]
    impact = impact_of(private, tmp_path, ("NOM;PRENOM;TEL;EMAIL;ADRESSE;RPPS", rows))
    assert impact.people.patients.best == 60
    assert [(one.id, one.label) for one in impact.controllers] == [(rpps(100), None)]


def test_no_patient_s_name_is_told_as_a_doctor_s(private: Any, tmp_path: Path) -> None:
    """Even in a table taken for professionals, a name is told only where its identifier has no other."""
    patients = [[*one, rpps(100 + at % 2)] for at, one in enumerate(persons(40))]
    staff = [["MARTIN", "Jeanne", "suivi de Casimir Zola, médecine générale", rpps(100)]]
    staff += [["PETIT", "Luc", "Cardiologie", rpps(101)], ["PETIT", "Lucas", "Cardiologie", rpps(101)]]
    staff += [["ROUX", "Zoé", "Pédiatrie", rpps(number)] for number in range(102, 110)]
    header = "NOM;PRENOM;SPECIALITE;RPPS"
    impact = impact_of(private, tmp_path, ("NOM;PRENOM;DATE_NAISS;TEL;EMAIL;MEDECIN_RPPS", patients), (header, staff))
    told = {one.id: (one.label, one.specialty) for one in impact.controllers}
    assert told[rpps(100)] == ("Jeanne MARTIN", "MEDECINE GENERALE")
    assert told[rpps(101)][0] is None
    assert "Casimir" not in impact.to_json()


def test_a_controller_is_known_record_by_record(private: Any, tmp_path: Path) -> None:
    rows = [[*one, rpps(100) if at % 2 else "", luhn("75001234")] for at, one in enumerate(persons(40))]
    impact = impact_of(private, tmp_path, ("NOM;PRENOM;DATE_NAISS;TEL;EMAIL;RPPS;FINESS", rows))
    kinds = {one.id: one.kind for one in impact.controllers}
    assert kinds == {rpps(100): "professional", luhn("75001234"): "establishment"}
    assert impact.quality.persons_without_controller == 0


def test_a_birth_in_the_future_makes_no_minor(private: Any, tmp_path: Path) -> None:
    rows = [[*one[:2], "12/05/2099" if at < 10 else one[2]] for at, one in enumerate(persons(50))]
    minors = impact_of(private, tmp_path, ("NOM;PRENOM;DATE_NAISS", rows)).people.minors
    assert (minors.low, minors.best) == (0, 0)
    assert minors.high >= 10


def test_american_dates_are_read_month_first(private: Any, tmp_path: Path) -> None:
    """03/25/2015 proves the order of the whole column: 03/04/2015 is then the fourth of March."""
    rows = [
        [*one[:2], f"{1 + at % 12:02d}/{1 + at % 28:02d}/{2015 if at < 14 else 1960}"]
        for at, one in enumerate(persons(56))
    ]
    impact = impact_of(private, tmp_path, ("NOM;PRENOM;DATE_NAISS", rows))
    assert impact.quality.persons_without_birth_date == 0
    assert impact.people.minors.best == 14
    column = impact.tables[0].columns[2]
    assert column.valid == 56
    assert "month_first" in column.evidence[-1].id
    (born,) = private.execute("SELECT born FROM w.records WHERE rid = 4").fetchall()[0]
    assert born == date(2015, 4, 4)
    (born,) = private.execute("SELECT born FROM w.records WHERE rid = 14").fetchall()[0]
    assert born == date(2015, 2, 14)


def test_without_any_date_minors_are_undetermined(private: Any, tmp_path: Path) -> None:
    impact = impact_of(
        private, tmp_path, ("NOM;PRENOM;DATE_NAISS", [one[:3] for one in persons(50)]), reference_date=None
    )
    minors = impact.people.minors
    assert (minors.low, minors.best, minors.high) == (0, 0, 50)
    assert {one.id for one in impact.information.segments} == {"age_unknown"}
    assert "reference_unknown" in {one.id for one in impact.quality.limits}


def test_two_hundred_columns_fit_in_memory(private: Any, tmp_path: Path) -> None:
    header = ";".join(["NOM;PRENOM;DATE_NAISS", *(f"ZQ{at}" for at in range(200))])
    rows = [[*one[:3], *(f"v{at % 7}x{column}" for column in range(200))] for at, one in enumerate(persons(60))]
    impact = impact_of(private, tmp_path, (header, rows))
    assert impact.people.patients.best == 60
    assert len(impact.tables[0].columns) == 203


def coded(private: Any, tmp_path: Path, prefix: str) -> Impact:
    """Twenty patients, and a table of two hundred acts whose numbers begin with `prefix`; theirs begin with P."""
    acts = [[f"{prefix}{at % 20:05d}", f"{1 + at % 28:02d}/03/2025", "JKHD001"] for at in range(200)]
    patients = [[f"P{at:05d}", *one[:3]] for at, one in enumerate(persons(20))]
    return impact_of(
        private,
        tmp_path,
        ("ID_PATIENT;NOM;PRENOM;DATE_NAISS", patients),
        ("ID_PATIENT;DATE_ACTE;CODE_CCAM", acts),
    )


def test_a_table_of_codes_only_counts_nobody_and_says_so(private: Any, tmp_path: Path) -> None:
    impact = coded(private, tmp_path, "Q")
    assert impact.people.patients.best == 20
    assert "tables_without_identity" in {one.id for one in impact.quality.limits}
    assert "procedure_code" not in {one.field for one in impact.exposure}


def test_a_table_of_codes_that_names_the_patients_numbers_is_theirs(private: Any, tmp_path: Path) -> None:
    impact = coded(private, tmp_path, "P")
    assert impact.people.patients.best == 20
    assert "tables_without_identity" not in {one.id for one in impact.quality.limits}
    assert {one.field: one.persons for one in impact.exposure}["procedure_code"] == 20


def test_no_patient_at_all_is_said(private: Any, tmp_path: Path) -> None:
    impact = impact_of(private, tmp_path, ("PRODUIT;PRIX", [[f"vis {at}", f"{at},50"] for at in range(40)]))
    assert impact.people.patients.high == 0
    assert impact.severity is None
    assert "no_patient_table" in {one.id for one in impact.quality.limits}


@pytest.mark.parametrize("times", [2, 3])
def test_the_same_file_given_again_adds_nobody(times: int, private: Any, tmp_path: Path) -> None:
    table = ("NOM;PRENOM;DATE_NAISS;TEL;EMAIL", persons(50))
    impact = impact_of(private, tmp_path, *[table] * times)
    patients = impact.people.patients
    assert (patients.low, patients.best, patients.high, patients.records) == (50, 50, 50, 50 * times)


def test_a_word_of_the_incident_s_story_is_no_leak_and_a_whole_name_is(tmp_path: Path) -> None:
    """« Marchand » in a title is a word like another; « Odile Marchand » is a patient."""
    source = tmp_path / "x.csv"
    rows = [["MARCHAND", "Odile", "01/02/1960", "06 39 98 99 99", "o@example.org"], *persons(30)]
    text = "\n".join(["NOM;PRENOM;DATE_NAISS;TEL;EMAIL", *(";".join(row) for row in rows)])
    source.write_text(text, encoding="utf-8")
    for title, leaks in (("Piratage du marchand", False), ("Piratage et Odile Marchand", True)):
        incident = tmp_path / "incident.toml"
        incident.write_text(f'[incident]\ntitle = "{title}"\n', encoding="utf-8")
        options = Options((source,), tmp_path / "out", incident=incident, notebooks=False, pdf=False)
        if leaks:
            with pytest.raises(LeakRefused):
                run(options)
        else:
            assert run(options).impact.people.patients.best == 31


def test_a_workspace_that_is_not_ours_is_not_touched(tmp_path: Path) -> None:
    """--workspace that names the source itself, or a user's folder, destroys nothing."""
    source = tmp_path / "x.csv"
    source.write_text("NOM;PRENOM;DATE_NAISS\n" + "\n".join(";".join(one[:3]) for one in persons(20)))
    before = source.read_bytes()
    for place in (source, tmp_path):
        with pytest.raises(UsageError):
            run(Options((source,), tmp_path / "out", workspace=place, notebooks=False, pdf=False))
    assert source.read_bytes() == before


def test_a_failed_run_leaves_the_former_release_whole(tmp_path: Path) -> None:
    source, out = tmp_path / "x.csv", tmp_path / "out"
    source.write_text("NOM;PRENOM;DATE_NAISS\n" + "\n".join(";".join(one[:3]) for one in persons(20)))
    run(Options((source,), out, notebooks=False, pdf=False))
    former = {path: path.read_bytes() for path in out.rglob("*") if path.is_file()}
    with pytest.raises(UnreadableSource):
        run(Options((tmp_path / "absent.csv",), out, notebooks=False, pdf=False))
    with pytest.raises(UsageError):
        run(Options((source,), out, notebooks=False, pdf=False, memory="junk"))
    assert {path: path.read_bytes() for path in out.rglob("*") if path.is_file()} == former
    assert verify_outputs(out).gate
