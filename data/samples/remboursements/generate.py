"""Write the `remboursements` sample: an invented history of reimbursements, in two Parquet files.

    python data/samples/remboursements/generate.py --out DIR [--persons N] [--seed S] [--key FILE]

One row for each act or box reimbursed: many rows a person, no name, no contact. Same arguments, same bytes.
"""

from __future__ import annotations

import datetime as dt
import sys
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent), str(HERE)]  # the generators are scripts, not an installed package

from boxes import BOXES, cip13  # noqa: E402
from command import command  # noqa: E402
from identifiers import birth_departments, finess, nir_key, nirs, rpps_numbers, siren  # noqa: E402
from population import EPOCH, Ints, Lists, pick  # noqa: E402
from writing import persons_with, population, write_truth  # noqa: E402

COMMITTED = {"persons": 1000, "seed": 2026}
CONTROLLER = siren(4)  # as in incident.toml
YEARS = {"hist_remb_2024": 2024, "hist_remb_2025": 2025}
TOPICS = {"hiv_sti": 2.0, "addiction": 2.5, "oncology": 3.5, "mental_health": 4.5}  # per cent of the adults
MEAN_ROWS = 9  # of a person, beside those of a long treatment
# Key letters of the nomenclature of acts, and how often: general practitioner, specialist, nurse, physiotherapist,
# medical analyses, imaging; the last three are boxes at 65, 30 and 15 %.
ACTS = ["G", "GS", "CS", "TCG", "AMI", "AMK", "TB", "ADI", "PH7", "PH4", "PH2"]
WEIGHTS = np.array([16, 8, 7, 2, 8, 7, 9, 5, 24, 9, 5])
PRICES = [3000, 3000, 3100, 2500, 945, 1613, 2210, 5688]
IMAGING = ["ZCQM008", "QEQK001", "PAQK007", "NFQK004", "LFQK002", "DEQP003"]
SPECIALTIES = ["Médecine générale", "Médecine générale", "Cardiologie", "Rhumatologie", "Dermatologie"]
FIELDS = {
    "flx_trt_dtd": "timestamp",
    "caisse_aff": "insurance_rights",
    "ben_nir": "nir",
    "ben_nai_dte": "birth_date",
    "ben_sex_cod": "sex",
    "exe_soi_dtd": "care_date",
    "prs_cod_acte": "procedure_code",
    "ccam_cod": "procedure_code",
    "pha_cip_c13": "drug",
    "prs_qte": "flag",
    "prs_pai_mnt": "amount",
    "bse_rem_mnt": "amount",
    "psp_rpps": "rpps",
    "psp_spe_lib": "specialty",
    "pse_fin_num": "finess",
}
SILENT = {"timestamp", "flag", "rpps", "specialty", "finess"}  # nothing of the patient


def draw_topics(rng: np.random.Generator, people: pl.DataFrame) -> Ints:
    """For each person the place of a topic in TOPICS, -1 for none; adults only."""
    bounds = np.cumsum([0.0, *TOPICS.values()]) / 100
    found = np.searchsorted(bounds, rng.random(people.height), side="right") - 1
    return np.where((found < len(TOPICS)) & (people["age"].to_numpy() >= 18), found, -1)


def draw_rows(rng: np.random.Generator, people: pl.DataFrame) -> pl.DataFrame:
    """One row for each act: person, act (place in ACTS), box (place in BOXES, or -1), day."""
    n, topic = people.height, draw_topics(rng, people)
    count = 1 + rng.poisson(MEAN_ROWS * np.interp(people["age"].to_numpy(), [0, 20, 50, 80], [0.6, 0.5, 1, 1.7]), n)
    person = np.repeat(np.arange(n), count)
    act = pick(rng, WEIGHTS, person.size)
    plain = np.array([place for place, box in enumerate(BOXES) if not box[2]])
    box = np.where(act >= ACTS.index("PH7"), plain[rng.integers(0, plain.size, person.size)], -1)
    parts = [pl.DataFrame({"person": person, "act": act, "box": box})]
    for place, name in enumerate(TOPICS):  # a treatment that lasts: some boxes of one kind, month after month
        who = np.flatnonzero(topic == place)
        choice = np.array([at for at, one in enumerate(BOXES) if one[2] == name])
        who = np.repeat(who, 1 + rng.integers(0, 8, who.size))
        kind = choice[(who * 7 + place) % choice.size]
        parts.append(pl.DataFrame({"person": who, "act": np.full(who.size, ACTS.index("PH7")), "box": kind}))
    rows = pl.concat(parts)
    first, last = (dt.date(2024, 1, 2) - EPOCH).days, (dt.date(2025, 11, 20) - EPOCH).days
    born = people["born"].to_numpy()[rows["person"].to_numpy()]
    day = np.maximum(first + rng.integers(0, last - first, rows.height), np.minimum(born + 1, last))
    return rows.with_columns(pl.Series("day", day))


def with_cells(rng: np.random.Generator, rows: pl.DataFrame, people: pl.DataFrame, lists: Lists) -> pl.DataFrame:
    """The rows with every column of the extract, as such a system types them."""
    n = rows.height
    body = pl.Series(nirs(rng, people, birth_departments(rng, people, lists)))
    number = pl.DataFrame({"nir": body, "key": [nir_key(one) for one in body]})[rows["person"]]
    bare = rng.random(n) < 0.06  # thirteen characters, the key left out
    rpps = rpps_numbers(rng, max(40, people.height // 25))
    who = rng.integers(0, len(rpps), n)
    prescribed = rng.random(n) < 0.93
    area = people["area"].to_numpy()
    pharmacy = pl.Series([finess(f"{10 + a:02d}", 210 + 17 * a) for a in range(len(lists.areas))])
    price = np.array([*PRICES, *[0] * 3])[rows["act"].to_numpy()]
    boxed = rows["box"].to_numpy()
    cents = np.where(boxed >= 0, np.array([one[1] for one in BOXES])[boxed], price)
    quantity = np.where(boxed >= 0, 1 + (rng.random(n) < 0.2), 1)
    share = np.array([70, 70, 70, 70, 60, 60, 60, 70, 65, 30, 15])[rows["act"].to_numpy()]
    undone = np.where(rng.random(n) < 0.012, -1, 1)  # a payment taken back
    image = pl.Series(IMAGING)[rng.integers(0, len(IMAGING), n)]
    day, born = pl.col("day").cast(pl.Int32).cast(pl.Date), people["born"][rows["person"]].cast(pl.Int32).cast(pl.Date)
    wait = pl.Series(rng.integers(2, 40, n))
    typed = pl.Series(rng.random(n))
    female = people["female"][rows["person"]]
    codes = pl.Series([int(cip13(one[0])) for one in BOXES])
    spaced = number["nir"].str.replace(r"^(.)(..)(..)(..)(...)(...)$", "$1 $2 $3 $4 $5 $6 ") + number["key"]
    return rows.with_columns(
        ((day + pl.duration(days=wait)).cast(pl.Datetime("ms")) + pl.duration(hours=3)).alias("flx_trt_dtd"),
        pl.Series([f"{(11 + 10 * a) % 990:03d}" for a in area])[rows["person"]].alias("caisse_aff"),
        pl.when(pl.Series(bare)).then(number["nir"]).when(typed < 0.03).then(spaced)
        .otherwise(number["nir"] + number["key"]).alias("ben_nir"),
        pl.when(typed < 0.988).then(born).alias("ben_nai_dte"),
        pl.when(female).then(2).otherwise(1).cast(pl.Int8).alias("ben_sex_cod"),
        day.alias("exe_soi_dtd"),
        pl.Series(ACTS)[rows["act"]].alias("prs_cod_acte"),
        pl.when(pl.col("act") == ACTS.index("ADI")).then(image).alias("ccam_cod"),
        pl.when(pl.col("box") >= 0).then(codes[pl.Series(np.maximum(boxed, 0))]).alias("pha_cip_c13"),
        pl.Series(quantity * undone).cast(pl.Int16).alias("prs_qte"),
        (pl.Series(cents * quantity * undone) / 100).cast(pl.Decimal(9, 2)).alias("prs_pai_mnt"),
        pl.Series(np.round(cents * quantity * undone * share / 100) / 100).cast(pl.Decimal(9, 2)).alias("bse_rem_mnt"),
        pl.when(pl.Series(prescribed)).then(
            pl.when(typed > 0.97).then("8" + pl.Series(rpps)[who]).otherwise(pl.Series(rpps)[who])
        ).alias("psp_rpps"),
        pl.when(pl.Series(prescribed)).then(pl.Series(SPECIALTIES)[who % len(SPECIALTIES)]).alias("psp_spe_lib"),
        pl.when(pl.col("box") >= 0).then(pharmacy[area][rows["person"]]).alias("pse_fin_num"),
        pl.when(pl.Series(prescribed)).then(pl.Series(who)).alias("doctor"),
    ).sort("flx_trt_dtd", "person", "act", "box")  # fmt: skip


def generate(out: Path, *, persons: int, seed: int, key: Path | None = None) -> dict[str, Any]:
    """Write both files and truth.json under `out`; `key` receives the true person of each row, file by file."""
    rng, lists = np.random.default_rng([seed, 13]), Lists.load()
    people, _ = population(rng, persons, lists)
    rows = with_cells(rng, draw_rows(rng, people), people, lists)
    out.mkdir(parents=True, exist_ok=True)
    parts = {f"{name}.parquet": rows.filter(pl.col("exe_soi_dtd").dt.year() == year) for name, year in YEARS.items()}
    for name, part in parts.items():
        part.select(*FIELDS).write_parquet(out / name, compression="zstd", row_group_size=20_000)
    if key:
        pl.concat(part.select(pl.lit(name).alias("table"), "person") for name, part in parts.items()).write_csv(key)
    truth = truth_of(pl.concat(parts.values()), {name: part.height for name, part in parts.items()}, people)
    write_truth(out, truth)
    return truth


def truth_of(rows: pl.DataFrame, heights: dict[str, int], people: pl.DataFrame) -> dict[str, Any]:
    """What the generator knows of the rows it wrote."""
    persons = rows["person"].n_unique()
    exposed = {
        field: persons_with(
            rows, pl.any_horizontal(pl.col(name).is_not_null() for name, one in FIELDS.items() if one == field)
        )
        for field in sorted(set(FIELDS.values()) - SILENT)
    }
    boxes = pl.DataFrame({"box": range(len(BOXES)), "topic": [one[2] for one in BOXES]})
    treated = rows.join(boxes, on="box")
    seen = people.join(rows.select("person").unique(), on="person", how="semi")
    return {
        "sample": "remboursements",
        "tables": {name: {"role": "events", "rows": n, "columns": FIELDS} for name, n in heights.items()},
        "persons": persons,
        "professionals": rows["doctor"].drop_nulls().n_unique(),
        "controllers": {"count": 1, "patients": {CONTROLLER: persons}},
        "minors": seen.filter(pl.col("age") < 18).height,
        "deceased": 0,
        "exposure": {"fields": exposed, "special_categories": {"health": persons}, "special_tolerance": 0.01},
        "revealed": {
            topic: treated.filter(pl.col("topic") == topic)["person"].n_unique() for topic in TOPICS
        },
        "rows_of_a_person": {"median": float(rows.group_by("person").len()["len"].median() or 0),
                             "most": int(rows.group_by("person").len()["len"].max() or 0)},
        "reach": {"email": 0, "phone": 0, "postal": 0, "none": persons},
        "obligations": {"notify_authority": "yes", "inform_persons": "yes", "register_only": False},
        "severity": {"level": "very_high", "cnil_level": "maximal"},
    }  # fmt: skip


if __name__ == "__main__":
    command(generate, __doc__, COMMITTED)
