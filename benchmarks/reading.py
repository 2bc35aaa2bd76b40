"""Reading measured beside its peers, in one run: `python benchmarks/reading.py`.

The same rows of invented persons as a clean CSV and as a mysqldump. For the CSV: DuckDB merely scanning it (every
cell of it hashed, nothing kept) beside our reading of it (digest, proof that nothing was lost, every cell kept), once
into the workspace that `inspect` holds in memory and once into the encrypted file that `run` keeps. For the dump:
megabytes a second on one core. Each measure has its own process; turns are taken, and the median is told.

Ratios hold from one machine to another; seconds do not.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

ROWS = 2_000_000
ENCODINGS = ("utf-8", "cp1252")
HEADER = (
    "ID_PATIENT", "NOM", "PRENOM", "SEXE", "DATE_NAISS", "TEL", "EMAIL", "ADRESSE", "CP", "VILLE", "MEDECIN_RPPS",
    "DATE_MAJ", "COMMENTAIRE",
)  # fmt: skip


def write_csv(path: Path, rows: int) -> None:
    """A clean CSV of `rows` invented persons, 13 columns, UTF-8, without quotes."""
    import duckdb

    lists = Path(__file__).parents[1] / "breachkit" / "reference" / "lists"
    names = {kind: _words(lists / f"{kind}_names.txt") for kind in ("family", "given")}
    connection = duckdb.connect()
    for kind, words in names.items():
        connection.execute(
            f"CREATE TABLE {kind} AS SELECT unnest(range(?)) AS n, unnest(?) AS name", [len(words), words]
        )
    family, given = len(names["family"]), len(names["given"])
    connection.execute(
        f"""COPY (
        SELECT i AS c1, f.name AS c2, g.name AS c3, CASE i % 2 WHEN 0 THEN 'M' ELSE 'F' END AS c4,
            strftime(DATE '1930-01-01' + CAST(hash(i) % 33000 AS INTEGER), '%d/%m/%Y') AS c5,
            '019900' || lpad(CAST(hash(i + 1) % 10000 AS VARCHAR), 4, '0') AS c6, 'p' || i || '@example.org' AS c7,
            (hash(i + 2) % 200) || ' rue des Érables' AS c8, lpad(CAST(hash(i + 3) % 95000 AS VARCHAR), 5, '0') AS c9,
            'Ville-sur-Fiction ' || hash(i + 4) % 36000 AS c10, 10000000000 + hash(i + 5) % 1500 AS c11,
            strftime(DATE '2015-01-01' + CAST(hash(i + 6) % 3600 AS INTEGER), '%d/%m/%Y') AS c12,
            CASE WHEN i % 20 = 0 THEN 'à rappeler le matin, préfère le portable' ELSE '' END AS c13
        FROM range({rows}) t(i) JOIN family f ON f.n = hash(i + 7) % {family}
            JOIN given g ON g.n = hash(i + 8) % {given}
        ORDER BY i) TO '{path}' (DELIMITER ';', QUOTE '', HEADER false)"""
    )
    body = path.with_suffix(".body")
    path.rename(body)
    with path.open("wb") as out, body.open("rb") as rest:
        out.write((";".join(HEADER) + "\n").encode())
        while chunk := rest.read(1 << 24):
            out.write(chunk)
    body.unlink()


def _words(path: Path) -> list[str]:
    return [line for line in path.read_text(encoding="utf-8").splitlines() if line and line[0] != "#"]


def scan(path: Path) -> float:
    """Seconds that DuckDB takes to read every cell, keeping nothing."""
    import duckdb

    connection = duckdb.connect()
    began = time.perf_counter()
    query = f"SELECT sum(hash(columns(*))) FROM read_csv('{path}', all_varchar=true, delim=';', header=true)"
    connection.execute(query).fetchall()
    return time.perf_counter() - began


def read(path: Path, *, in_memory: bool) -> float:
    """Seconds that our reading takes, workspace closed."""
    import duckdb  # noqa: F401 - imports are not what is measured
    import polars  # noqa: F401

    from breachkit import workspace
    from breachkit.reading import load
    from breachkit.reading.delimited import delimited

    assert delimited
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        began = time.perf_counter()
        made = (
            workspace.create_in_memory(place, readable=[path])
            if in_memory
            else workspace.create(place / "case.duckdb", "0" * 64, readable=[path])
        )
        with made as connection:
            source = load.read_sources([path], connection).tables[0].source
        assert source.rejected == source.repaired == 0
        return time.perf_counter() - began


WORK = {
    "scan": scan,
    "memory": lambda path: read(path, in_memory=True),
    "encrypted": lambda path: read(path, in_memory=False),
}


def measured(work: str, path: Path) -> dict[str, float]:
    """{"seconds", "peak_mb"} of one piece of work, in a process of its own."""
    done = subprocess.run(
        [sys.executable, __file__, "--work", work, "--path", str(path)], check=True, capture_output=True, text=True
    )
    found: dict[str, float] = json.loads(done.stdout)
    return found


def _turns(path: Path, turns: int) -> dict[str, dict[str, float]]:
    told: dict[str, list[dict[str, float]]] = {work: [] for work in WORK}
    for _ in range(turns):
        for work, results in told.items():
            results.append(measured(work, path))
    return {
        work: {
            "seconds": statistics.median(one["seconds"] for one in results),
            "peak_mb": max(one["peak_mb"] for one in results),
        }
        for work, results in told.items()
    }


def _elsewhere(write: Callable[..., None], *arguments: object) -> None:
    """Writes a file in another process: what this one once held would count as held by the measured ones."""
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        pool.submit(write, *arguments).result()


def compare_csv(folder: Path, rows: int, turns: int) -> None:
    """Prints our reading of a clean CSV beside DuckDB's scan, in UTF-8 and in cp1252."""
    utf8 = folder / "clean.csv"
    _elsewhere(write_csv, utf8, rows)
    print(f"{rows} lignes, {len(HEADER)} colonnes, {utf8.stat().st_size / 1e6:.0f} Mo, médiane de {turns} tours")
    told = _turns(utf8, turns)
    _print_ratios("utf-8", told, told["scan"]["seconds"])
    cp1252 = folder / "clean-cp1252.csv"
    with utf8.open(encoding="utf-8") as text, cp1252.open("w", encoding="cp1252", errors="replace") as out:
        while block := text.read(1 << 24):
            out.write(block)
    for work in ("memory", "encrypted"):
        _print_ratios("cp1252", {work: measured(work, cp1252)}, told["scan"]["seconds"])


def _print_ratios(label: str, told: dict[str, dict[str, float]], floor: float) -> None:
    for work, one in told.items():
        ratio = one["seconds"] / floor
        print(f"  {label:8} {work:10} {one['seconds']:6.2f} s  {ratio:5.2f} x  {one['peak_mb']:6.0f} Mo")


def write_dump(csv: Path, path: Path) -> None:
    """The rows of a CSV as mysqldump writes them: some thousands in each INSERT, quotes and backslashes escaped."""
    import duckdb

    columns = [f"c{at}" for at in range(1, len(HEADER) + 1)]
    types = ", ".join(f"'{name}': 'VARCHAR'" for name in columns)
    quote, backslash = "chr(39)", "chr(92)"
    cells = [
        f"coalesce({quote} || replace(replace({name}, {backslash}, {backslash} || {backslash}), {quote}, "
        f"{backslash} || {quote}) || {quote}, 'NULL')"
        for name in columns
    ]
    connection = duckdb.connect()
    how = "auto_detect=false, delim=';', quote='', escape='', header=false, skip=1"
    rows = f"read_csv('{csv}', {how}, columns={{{types}}})"
    groups = connection.execute(
        f"""SELECT 'INSERT INTO `patients` VALUES ' || string_agg('(' || {" || ',' || ".join(cells)} || ')', ',') || ';'
        FROM (SELECT *, row_number() OVER () AS n FROM {rows}) GROUP BY n // 6000"""
    )
    with path.open("w", encoding="utf-8", newline="\n") as out:
        named = ",\n".join(f"  `{name}` text" for name in HEADER)
        out.write(f"-- MySQL dump 10.13\n\nCREATE TABLE `patients` (\n{named}\n) ENGINE=InnoDB;\n")
        while statements := groups.fetchmany(20):
            out.writelines(f"{statement}\n" for (statement,) in statements)


def compare_dump(csv: Path) -> None:
    """Prints how fast the same rows are read from a mysqldump, on one core."""
    import sql_dump

    path = csv.with_suffix(".sql")
    _elsewhere(write_dump, csv, path)
    print(f"mysqldump, {path.stat().st_size / 1e6:.0f} Mo, un cœur : {sql_dump.measure(path)}")


def main(arguments: list[str] | None = None) -> None:
    """The measures, or one piece of work in this process."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=ROWS)
    parser.add_argument("--turns", type=int, default=3)
    parser.add_argument("--work", choices=sorted(WORK))
    parser.add_argument("--path", type=Path)
    given: Any = parser.parse_args(arguments)
    if given.work:
        seconds = WORK[given.work](given.path)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(json.dumps({"seconds": seconds, "peak_mb": peak}))
        return
    with tempfile.TemporaryDirectory() as folder:
        compare_csv(Path(folder), given.rows, given.turns)
        compare_dump(Path(folder) / "clean.csv")


if __name__ == "__main__":
    main()
