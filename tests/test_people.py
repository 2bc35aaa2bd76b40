"""The count of persons against simulated registers, an obvious slow oracle, public linkage sets, and itself."""

from __future__ import annotations

import itertools
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from breachkit import workspace
from breachkit.impact import Impact
from breachkit.incident import Incident
from breachkit.people import candidates
from breachkit.people.components import Links, forest, labels_of
from breachkit.people.identities import build_identities
from breachkit.people.records import build_records
from breachkit.people.resolve import resolve
from breachkit.pipeline import analyse
from tests.conftest import ROOT

sys.path.insert(0, str(ROOT / "benchmarks"))
from people_extracts import STYLES, write
from people_load import FIELDS, load, person_table
from people_register import Setting, draw

SMALL = Setting(persons=2500, doctors=8, seed=5)


def opened(folder: Path, threads: int = 2) -> Any:
    return workspace.create_in_memory(folder, threads=threads, memory="600MB", readable=[folder])


@pytest.fixture
def memory(tmp_path: Path) -> Iterator[Any]:
    with opened(tmp_path) as connection:
        yield connection


def impact_of(folder: Path, threads: int = 2) -> Impact:
    with opened(folder, threads) as connection:
        sources = sorted(folder.glob("*.csv"), reverse=True)
        return analyse(sources, connection, Incident(), reference_date=date(2025, 12, 31)).impact


@pytest.mark.parametrize("style", STYLES)
def test_an_extract_of_each_style_is_counted_from_its_bytes(style: str, tmp_path: Path) -> None:
    setting = Setting(persons=6000, doctors=20, seed=31)
    truth = write(style, setting, tmp_path)
    impact = impact_of(tmp_path)
    patients, people = impact.people.patients, impact.people
    assert patients.low <= truth.persons <= patients.high
    assert patients.high - patients.low <= 0.04 * patients.best
    assert abs(patients.best / truth.persons - 1) <= 0.005
    assert abs(people.minors.best / truth.minors - 1) <= 0.02
    assert people.minors.low <= truth.minors <= people.minors.high
    assert abs(people.deceased.best - truth.deceased) <= max(1, 0.02 * truth.deceased)
    if truth.per_doctor:
        assert people.professionals.best == len(truth.per_doctor)
        assert {one.id for one in impact.controllers} == set(truth.per_doctor)
    for one in impact.controllers:
        if truth.per_doctor:
            wanted = truth.per_doctor[one.id]
            assert abs(one.patients.best - wanted) <= max(2, 0.01 * wanted)


def test_whole_names_in_one_cell_are_taken_apart(tmp_path: Path) -> None:
    truth = write("software", Setting(persons=1500, doctors=5, seed=12), tmp_path)
    table = pl.read_csv(tmp_path / "patients.csv", separator=";", infer_schema=False)
    one_cell = table.with_columns(patient=pl.col("NOM") + " " + pl.col("PRENOM"))
    one_cell.drop("NOM", "PRENOM", "NOM_NAISSANCE").write_csv(tmp_path / "patients.csv", separator=";")
    patients = impact_of(tmp_path).people.patients
    assert abs(patients.best / truth.persons - 1) <= 0.01
    assert patients.low <= truth.persons <= patients.high


def figures(impact: Impact) -> dict[str, Any]:
    """All figures of persons; not the bytes, which are those of the encoding."""
    told = impact.model_dump(mode="json")
    told["people"]["path"] = [one for one in told["people"]["path"] if one["id"] != "bytes"]
    return {key: told[key] for key in ("people", "exposure", "profiles", "information", "controllers")}


def test_figures_are_the_same_in_another_order_encoding_and_number_of_threads(tmp_path: Path) -> None:
    folders = [tmp_path / name for name in ("plain", "other")]
    for folder, encoding in zip(folders, ("utf-8", "cp1252"), strict=True):
        folder.mkdir()
        write("software", SMALL, folder, encoding)
    path = folders[1] / "patients.csv"
    header, *lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(header + b"".join(sorted(lines, key=lambda line: line[::-1])))
    one, other = impact_of(folders[0], threads=1), impact_of(folders[1], threads=2)
    assert figures(one) == figures(other)
    smaller = folders[1] / "patients.csv"
    smaller.write_bytes(header + b"".join(lines[: len(lines) // 2]))
    assert figures(impact_of(folders[1])) != figures(one)  # control: the comparison sees a difference


def test_poor_data_widen_the_interval(memory: Any) -> None:
    files = draw(SMALL).select(FIELDS).cast(pl.String)
    width = {}
    nothing = pl.lit(None, dtype=pl.String)
    for name, hidden in {"all": [], "no date": ["born"], "names only": [*FIELDS[3:], "birth"]}.items():
        load(memory, files.with_columns(nothing.alias(one) for one in hidden if one != "doctor"))
        build_records(memory, [person_table()], [])
        found = resolve(memory)
        assert found.low <= SMALL.persons <= found.high
        width[name] = (found.high - found.low) / found.best
    assert width["all"] < 0.04 < width["names only"]
    assert width["all"] < width["no date"] < width["names only"]


# ---- the oracle: every pair, in plain Python, by what anybody would say of two files ------------------------------


def distance(one: str, other: str) -> int:
    """Edits from one word to another, adjacent letters swapped counting once."""
    table = [[i + j if i * j == 0 else 0 for j in range(len(other) + 1)] for i in range(len(one) + 1)]
    for i, j in itertools.product(range(1, len(one) + 1), range(1, len(other) + 1)):
        cost = one[i - 1] != other[j - 1]
        table[i][j] = min(table[i - 1][j] + 1, table[i][j - 1] + 1, table[i - 1][j - 1] + cost)
        if i > 1 and j > 1 and one[i - 1] == other[j - 2] and one[i - 2] == other[j - 1]:
            table[i][j] = min(table[i][j], table[i - 2][j - 2] + 1)
    return table[-1][-1]


def letters(text: str | None) -> str:
    return "".join(c for c in text or "" if c.isalpha())


def like(one: str, other: str) -> int:
    """2 for one word, 1 for a slip or a shorter form of it, 0 for two words."""
    if one == other:
        return 2
    return int(distance(one, other) <= 1 or (min(len(one), len(other)) > 3 and (one in other or other in one)))


def same_person(one: dict[str, Any], other: dict[str, Any]) -> bool:
    """What anybody would say of two files."""
    born, there = one["born"], other["born"]
    contact = any(one[key] and one[key] == other[key] for key in ("mobile", "landline", "email", "address", "nir"))
    names = [(letters(one["family"]), letters(one["given"])), (letters(other["family"]), letters(other["given"]))]
    family = max(like(a, b) for a in {names[0][0], letters(one["birth"]) or names[0][0]}
                 for b in {names[1][0], letters(other["birth"]) or names[1][0]})  # fmt: skip
    given = like(names[0][1], names[1][1])
    if sorted(names[0]) == sorted(names[1]):
        family = given = 2
    if one["sex"] != other["sex"]:
        return False
    if born is None or there is None:
        return family + given == 4 and contact
    if born == there:
        return (given == 2 and (family > 0 or contact)) or (given == 1 and family == 2 and one["twin"] is False)
    near = distance(str(born), str(there)) <= 1 or (born.day, born.month, born.year) == (
        there.month, there.day, there.year)  # fmt: skip
    return family + given == 4 and near


def oracle(files: list[dict[str, Any]]) -> int:
    """Persons by union of every pair."""
    parent = list(range(len(files)))

    def find(at: int) -> int:
        while parent[at] != at:
            at = parent[at]
        return at

    for one, other in itertools.combinations(range(len(files)), 2):
        a, b = files[one], files[other]
        # Two files that share neither date, name nor contact are nobody's double: said at once, for time.
        if (a["born"] == b["born"] or a["given"] == b["given"] or a["family"] == b["given"]) and same_person(a, b):
            parent[find(one)] = find(other)
    return sum(find(at) == at for at in range(len(files)))


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_count_is_that_of_an_obvious_oracle(seed: int, memory: Any) -> None:
    lines = draw(Setting(persons=700, doctors=3, seed=seed))
    load(memory, lines)
    build_records(memory, [person_table()], [])
    found = resolve(memory)
    counted = oracle(lines.select(*FIELDS[:11], "twin").to_dicts())
    assert abs(found.best - counted) <= 0.012 * counted
    assert found.low - 0.005 * counted <= counted <= found.high + 0.01 * counted


def test_components_and_forest_are_those_of_a_union(memory: Any) -> None:
    rng = np.random.default_rng(4)
    for _ in range(20):
        size = 60
        a, b = rng.integers(0, size, 45), rng.integers(0, size, 45)
        a, b = np.unique(np.sort(np.stack([a, b])[:, a != b], axis=0), axis=1)
        links = Links(a, b, rng.random(len(a)), np.zeros(len(a), dtype=np.int64)).sorted()
        parent = list(range(size))

        def find(at: int, parent: list[int] = parent) -> int:
            return at if parent[at] == at else find(parent[at])

        joined = 0
        for one, other in zip(links.a.tolist(), links.b.tolist(), strict=True):
            joined += find(one) != find(other)
            parent[find(one)] = find(other)
        tree = forest(size, links)
        assert len(tree) == joined
        assert len(set(labels_of(size, links.a, links.b).tolist())) == size - joined
        assert (np.diff(tree.chance) <= 0).all()


def test_blocks_lose_nearly_no_pair(memory: Any) -> None:
    """Every pair of a small file compared: those that blocks never met are few among the pairs of one person."""
    lines = draw(Setting(persons=900, doctors=4, seed=8))
    load(memory, lines)
    build_records(memory, [person_table()], [])
    build_identities(memory)
    candidates.build_pairs(memory)
    memory.register("truth", pl.DataFrame({"rid": range(1, lines.height + 1), "who": lines["person"]}).to_arrow())
    memory.execute("CREATE TABLE w.who AS SELECT iid, any_value(who) AS who FROM w.identity_records JOIN truth "
                   "USING (rid) GROUP BY iid")  # fmt: skip
    true = "FROM w.who x JOIN w.who y ON x.who = y.who AND x.iid < y.iid"
    (every,), (met,) = (
        memory.execute(f"SELECT count(*) {sql}").fetchall()[0]
        for sql in (true, f"{true} JOIN w.pairs p ON p.a = x.iid AND p.b = y.iid")
    )
    (compared,) = memory.execute("SELECT count(*) FROM w.pairs").fetchall()[0]
    assert met >= 0.98 * every
    assert compared < 0.02 * lines.height**2 / 2  # control: far from all pairs
