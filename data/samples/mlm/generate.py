"""Write the `mlm` sample: an invented extract of a practice-management service, of any size.

    python data/samples/mlm/generate.py --out DIR [--persons N] [--seed S] [--doctors D]

Same arguments, same bytes, on every system. People are drawn in chunks, so memory does not grow with the
size: a chunk is a set of doctors with all their patients, and nobody has a file in two chunks.
"""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import polars as pl

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent), str(HERE)]  # the generators are scripts, not an installed package

from broken import break_lines  # noqa: E402
from contacts import add_contacts  # noqa: E402
from doctors import COLUMNS as DOCTOR_COLUMNS  # noqa: E402
from doctors import draw_doctors, practice_of  # noqa: E402
from history import with_history  # noqa: E402
from notes import Pool, choose_notes, place_notes  # noqa: E402
from population import REFERENCE_DATE, Lists, draw_people  # noqa: E402
from records import (  # noqa: E402
    KINDS,
    draw_lines,
    household_doctor,
    with_birth_date,
    with_contacts,
    with_names,
    with_sex_and_title,
)
from truth import FIELDS, Truth  # noqa: E402

CHUNK = 50_000  # persons; about 300 MB at the peak
COMMITTED_PERSONS = 3_950  # about 5,000 lines
NOTES_SHARE = 0.0415  # of persons in the committed sample, so that every kind of note is there
NOTES_SHARE_LARGE = 0.0113  # 169,000 of 15 million patients (public figure)
LARGE = 20_000  # persons; above, the public share applies
COLUMNS = list(FIELDS["patients.csv"])
NOT_CONTENT = {"ID_PATIENT", "MEDECIN_RPPS", "DATE_CREATION", "DATE_MAJ", "COMMENTAIRE", "DATE_DECES"}


@dataclass
class Run:
    """What the chunks share."""

    seed: int
    lists: Lists
    doctors: pl.DataFrame
    pool: Pool
    notes_share: float
    truth: Truth
    last_id: dict[int, int] = field(default_factory=dict)
    physical: int = 1  # the header
    blank: int = 0
    broken: list[dict[str, Any]] = field(default_factory=list)


def draw_chunk(
    run: Run, chunk: int, persons: int, doctors: pl.DataFrame, *, once: bool
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """People and their lines for one chunk, not yet numbered or sorted."""
    rng = np.random.default_rng([run.seed, chunk])
    practice = practice_of(doctors)
    weights = np.bincount(practice.area, minlength=len(run.lists.areas))
    people, homes = draw_people(rng, persons, weights, run.lists)
    family_doctor = household_doctor(rng, homes.area, practice)
    near = practice.commune[family_doctor]
    people = add_contacts(rng, people, homes, run.lists, near=near, chunk=chunk)
    lines = draw_lines(rng, people, family_doctor, practice)
    lines = with_names(rng, lines, practice.case_style)
    lines = with_birth_date(rng, lines)
    lines = with_contacts(rng, lines, practice.phone_style)
    lines = with_sex_and_title(rng, lines, practice.title_style)
    lines = with_history(rng, lines, practice.first_day)
    chosen = choose_notes(rng, run.pool, round(persons * run.notes_share), once=once)
    lines = place_notes(rng, lines, run.pool, chosen)
    people = people.with_columns(lines.filter(pl.col("rank") == 0)["deceased"])
    return people, lines.with_columns(pl.Series("gap", rng.random(lines.height) < 0.06))


def number(run: Run, lines: pl.DataFrame, doctors: pl.DataFrame, first_doctor: int) -> pl.DataFrame:
    """Lines in the order of the export, doctor by doctor, with the doctor's own file numbers."""
    lines = lines.with_row_index("drawn").sort("doctor", "created", "drawn")
    place = pl.DataFrame({"drawn": lines["drawn"], "at": np.arange(lines.height)}).sort("drawn")["at"]
    offset = pl.Series([run.last_id.get(first_doctor + d, 0) for d in range(doctors.height)])
    step = (1 + pl.col("gap").cast(pl.Int64)).cum_sum().over("doctor")
    lines = lines.with_columns(
        (step + offset.gather(lines["doctor"])).cast(pl.String).alias("ID_PATIENT"),
        doctors["RPPS"].gather(lines["doctor"]).alias("MEDECIN_RPPS"),
        place.gather(lines["origin"]).cast(pl.Int64).alias("origin"),
        ((pl.col("age") < 18) & ~pl.col("deceased")).alias("minor"),
        pl.lit(True).alias("loadable"),
    )
    for doctor, last in lines.group_by("doctor").agg(pl.col("ID_PATIENT").cast(pl.Int64).max()).iter_rows():
        run.last_id[first_doctor + doctor] = last
    return lines


def write_chunk(run: Run, out: BinaryIO, lines: pl.DataFrame, *, broken: bool) -> pl.DataFrame:
    """Append the lines to the file, with `broken` a few of them damaged; returns them marked."""
    text = lines.select(COLUMNS).write_csv(
        separator=";", line_terminator="\r\n", include_header=False, quote_style="necessary"
    )
    if broken:
        text, damage = break_lines(np.random.default_rng([run.seed, 7]), text, lines, run.physical)
        run.broken, run.blank = damage.broken, damage.blank
        lines = lines.with_columns(pl.Series("loadable", damage.loadable))
    out.write(text.encode("cp1252"))
    run.physical += text.count("\n")
    return lines


def write_doctors(path: Path, doctors: pl.DataFrame) -> dict[str, Any]:
    """Write medecins.csv and tell its lines."""
    text = doctors.select(DOCTOR_COLUMNS).write_csv(separator=";", line_terminator="\r\n", quote_style="necessary")
    path.write_bytes(text.encode("cp1252"))
    return {
        "physical_lines": doctors.height + 1,
        "header_lines": 1,
        "blank_lines": 0,
        "records": doctors.height,
        "loadable": doctors.height,
        "broken": [],
    }


def generate(
    out: Path, *, persons: int, seed: int, doctors: int, notes_share: float, broken: bool, key: Path | None
) -> dict[str, Any]:
    """Write patients.csv, medecins.csv and truth.json under `out`; returns the truth.

    `key`, if given, receives the true person behind each MEDECIN_RPPS and ID_PATIENT, to measure a resolver.
    """
    lists = Lists.load()
    out.mkdir(parents=True, exist_ok=True)
    table = draw_doctors(np.random.default_rng([seed, 2**31]), doctors, lists)
    pool = Pool.load(HERE / "notes.jsonl")
    content = [c for c in COLUMNS if c not in NOT_CONTENT]
    run = Run(seed, lists, table, pool, notes_share, Truth(pool.notes, list(KINDS), content))
    chunks = -(-persons // CHUNK)
    once = round(persons * notes_share) <= len(pool.notes)
    keys = key.open("wb") if key else None
    with (out / "patients.csv").open("wb") as file:
        file.write((";".join(COLUMNS) + "\r\n").encode("cp1252"))
        for chunk in range(chunks):
            first, last = chunk * persons // chunks, (chunk + 1) * persons // chunks
            low = chunk * doctors // chunks
            mine = table[low : max(low + 1, (chunk + 1) * doctors // chunks)]
            people, lines = draw_chunk(run, chunk, last - first, mine, once=once)
            lines = number(run, lines, mine, low)
            lines = write_chunk(run, file, lines, broken=broken and chunk == 0)
            run.truth.add(people, lines)
            if keys:
                lines.select("MEDECIN_RPPS", "ID_PATIENT", pl.col("person") + first).write_csv(
                    keys, include_header=chunk == 0
                )
    if keys:
        keys.close()
    return _write_truth(run, out, table)


def _write_truth(run: Run, out: Path, table: pl.DataFrame) -> dict[str, Any]:
    totals = run.truth.totals
    patients = {
        "physical_lines": run.physical,
        "header_lines": 1,
        "blank_lines": run.blank,
        "records": totals["loadable"] + len(run.broken),
        "loadable": totals["loadable"],
        "broken": run.broken,
    }
    sources = {"patients.csv": patients, "medecins.csv": write_doctors(out / "medecins.csv", table)}
    truth = run.truth.as_dict(REFERENCE_DATE.isoformat(), sources, table.height)
    text = json.dumps(truth, ensure_ascii=False, indent=2) + "\n"
    (out / "truth.json").write_bytes(text.encode("utf-8"))
    return truth


def main() -> None:
    """Command line; without arguments but --out, the committed sample."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--persons", type=int, default=COMMITTED_PERSONS, help="invented patients (default 3950)")
    parser.add_argument("--seed", type=int, default=2025)
    parser.add_argument("--out", type=Path, required=True, help="folder to write to")
    parser.add_argument("--doctors", type=int, help="default: one for 2,500 persons, 15 at least")
    parser.add_argument("--notes-share", type=float, help="of persons with a note; default 0.0415, then 0.0113")
    parser.add_argument("--broken", action=argparse.BooleanOptionalAction, default=True, help="8 damaged lines")
    parser.add_argument("--key", type=Path, help="also write the true person of each record to this file")
    args = parser.parse_args()
    if args.persons < 500:
        parser.error("--persons: 500 at least")
    share = args.notes_share
    if share is None:
        share = NOTES_SHARE_LARGE if args.persons > LARGE else NOTES_SHARE
    generate(
        args.out,
        persons=args.persons,
        seed=args.seed,
        doctors=args.doctors or max(15, args.persons // 2500),
        notes_share=share,
        broken=args.broken,
        key=args.key,
    )


if __name__ == "__main__":
    main()
