"""Write the `weda` sample: an invented extract of an online practice software, one JSON object for each file.

    python data/samples/weda/generate.py --out DIR [--persons N] [--seed S] [--key FILE]

Conditions, treatments, results, allergies and telephones are lists inside the patient's object. The last object is
cut short, as the service was shut down while it was being copied. Same arguments, same bytes.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent), str(HERE)]  # the generators are scripts, not an installed package

from command import command  # noqa: E402
from identifiers import birth_departments, nir_key, nirs, rpps_numbers  # noqa: E402
from medical import draw_conditions, medical_part  # noqa: E402
from population import Ints, Lists  # noqa: E402
from records import typo  # noqa: E402
from truth import truth_of  # noqa: E402
from writing import date_text, population, write_truth  # noqa: E402

COMMITTED = {"persons": 1000, "seed": 2511}
FILE = "patients_20251110.jsonl"
PER_DOCTOR = 170  # persons
SPECIALISTS = 24  # who prescribed something and whose file it is not
SHARED = 0.09  # of the persons have a second file, at another doctor of the extract


def draw_files(rng: np.random.Generator, people: pl.DataFrame, doctors: Ints) -> pl.DataFrame:
    """One row for each file: person, doctor (number), rank; a household keeps its doctor."""
    home = people["household"].to_numpy()
    mine = doctors[home % doctors.size]
    again = np.flatnonzero(rng.random(people.height) < SHARED)
    other = doctors[(home[again] + 1 + rng.integers(0, doctors.size - 1, again.size)) % doctors.size]
    files = pl.DataFrame(
        {
            "person": np.concatenate([np.arange(people.height), again]),
            "doctor": np.concatenate([mine, other]),
            "rank": np.concatenate([np.zeros(people.height, dtype=np.int64), np.ones(again.size, dtype=np.int64)]),
        }
    )
    return files[rng.permutation(files.height)].sort("doctor", maintain_order=True)


def with_cells(rng: np.random.Generator, files: pl.DataFrame, people: pl.DataFrame) -> pl.DataFrame:
    """The files with every simple value as written; a second file has been typed anew."""
    n = files.height
    files = files.join(people, on="person", how="left", maintain_order="left")
    draws = {
        name: rng.random(n) for name in ("slip", "where", "fault", "date", "nir", "mobile", "fixed", "mail", "home")
    }
    files = files.with_columns(*(pl.Series(f"d_{name}", value) for name, value in draws.items()))
    home = ("address", "postcode", "city")
    again, renamed = pl.col("rank") == 1, pl.col("family_name") != pl.col("birth_name")
    slip = again & (pl.col("d_slip") < 0.15)
    mobile = pl.col("mobile").str.replace("^0", "+33")
    spaced = pl.concat_str([pl.col("nss").str.slice(a, b) for a, b in ((0, 1), (1, 2), (3, 2), (5, 2), (7, 3), (10, 3),
                                                                      (13, 2))], separator=" ")  # fmt: skip
    opened = pl.Series("opened", 16436 + (rng.random(n) * 3900).astype(np.int64))
    return files.with_columns(
        pl.when("female").then(pl.lit("MME")).otherwise(pl.lit("M")).alias("civilite"),
        pl.when(slip).then(typo(pl.col("birth_name"), pl.col("d_where"), pl.col("d_fault")))
        .otherwise(pl.col("birth_name")).alias("nomNaissance"),
        pl.when(renamed).then(pl.col("family_name")).alias("nomUtilise"),
        pl.when(again & (pl.col("d_slip") > 0.9)).then(pl.col("given_name").str.replace("[- ].*$", ""))
        .otherwise(pl.col("given_name")).alias("prenom"),
        pl.when("female").then(pl.lit("F")).otherwise(pl.lit("M")).alias("sexe"),
        pl.when(pl.col("d_date") < 0.006).then(None).when(pl.col("d_date") < 0.010).then(pl.lit("1900-01-01"))
        .otherwise(date_text(pl.col("born"), "%Y-%m-%d")).alias("dateNaissance"),
        pl.when((pl.col("d_nir") < 0.06) | (pl.col("age") < 1)).then(None).when(pl.col("d_nir") < 0.2).then(spaced)
        .otherwise(pl.col("nss")).alias("numero"),
        pl.when(pl.col("has_mobile") & (pl.col("d_mobile") < 0.95)).then(mobile).alias("portable"),
        pl.when(pl.col("has_landline") & (pl.col("d_fixed") < 0.9)).then(pl.col("landline")).alias("fixe"),
        pl.when(pl.col("has_email") & (pl.col("d_mail") < 0.9)).then(pl.col("email")).alias("courriel"),
        *(pl.when(pl.col("d_home") > 0.03).then(pl.col(one)).alias(f"a_{one}") for one in home),
        (date_text(opened, "%Y-%m-%d") + "T08:15:00Z").alias("creeLe"),
        pl.Series("id", [f"pat_{number:08x}" for number in 0x1A2B3C + np.cumsum(rng.integers(1, 4000, n))]),
    )  # fmt: skip


def documents(rng: np.random.Generator, files: pl.DataFrame, people: pl.DataFrame) -> list[dict[str, Any]]:
    """The objects to write, one for each file, in order."""
    doctors = files["doctor"].n_unique()
    numbers = rpps_numbers(rng, doctors + SPECIALISTS)
    order = {doctor: at for at, doctor in enumerate(files["doctor"].unique(maintain_order=True))}
    conditions = draw_conditions(rng, people)
    found = []
    for one in files.iter_rows(named=True):
        own = numbers[order[one["doctor"]]]
        home = {"voie": one["a_address"], "codePostal": one["a_postcode"], "ville": one["a_city"]}
        phones = [{"type": kind, "numero": one[kind]} for kind in ("portable", "fixe") if one[kind]]
        document = {
            "id": one["id"],
            "cabinet": {"medecinRpps": own, "creeLe": one["creeLe"]},
            "identite": {name: one[name] for name in ("civilite", "nomNaissance", "nomUtilise", "prenom", "sexe",
                                                      "dateNaissance")},
            "assure": {"nir": one["numero"]},
            "coordonnees": {"adresse": home, "courriel": one["courriel"], "telephones": phones},
            **medical_part(rng, conditions[one["person"]], one["creeLe"], [own, *numbers[doctors:]]),
        }  # fmt: skip
        found.append(document)
    return found


def generate(out: Path, *, persons: int, seed: int, key: Path | None = None) -> dict[str, Any]:
    """Write the extract and truth.json under `out`; `key` receives the true person of each file."""
    rng, lists = np.random.default_rng([seed, 13]), Lists.load()
    people, _ = population(rng, persons, lists)
    bodies = nirs(rng, people, birth_departments(rng, people, lists))
    people = people.with_columns(pl.Series("nss", [body + nir_key(body) for body in bodies]))
    files = draw_files(rng, people, np.arange(max(6, persons // PER_DOCTOR)))
    files = with_cells(rng, files, people)
    found = documents(rng, files, people)
    out.mkdir(parents=True, exist_ok=True)
    cut = json.dumps(found[0] | {"id": "pat_ffffffff"}, ensure_ascii=False)
    lines = [json.dumps(one, ensure_ascii=at % 3 == 0, separators=(",", ":")) for at, one in enumerate(found)]
    text = "\n".join([*lines, cut[: len(cut) // 2]])
    (out / FILE).write_bytes(text.encode())
    if key:
        files.select("id", "person").write_csv(key)
    truth = truth_of(FILE, found, files, people)
    write_truth(out, truth)
    return truth


if __name__ == "__main__":
    command(generate, __doc__, COMMITTED)
