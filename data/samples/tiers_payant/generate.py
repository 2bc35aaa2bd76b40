"""Write the `tiers_payant` sample: an invented extract of an operator of direct billing for complementary insurers.

    python data/samples/tiers_payant/generate.py --out DIR [--persons N] [--seed S] [--key FILE]

One line for each beneficiary of a contract. Children, and a few spouses, stand under the policy-holder's social
security number; a child of two insured parents has two lines under two numbers. Same arguments, same bytes.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent), str(HERE)]  # the generators are scripts, not an installed package

from command import command  # noqa: E402
from identifiers import birth_departments, nir_key, nirs, siren  # noqa: E402
from population import Bools, Households, Ints, Lists  # noqa: E402
from records import typo  # noqa: E402
from writing import capitals, date_text, persons_with, population, write_truth  # noqa: E402

COMMITTED = {"persons": 2600, "seed": 2024}
FILE = "EXTR_BENEF_20240129.txt"
INSURERS = [
    ("Mutuelle du Grand Cèdre", 5), ("Prévoyance Générale de l'Ouest", 4), ("Garantie Santé Réunie", 3),
    ("Mutuelle des Métiers d'Art", 2), ("Assurances du Phare", 2), ("Institution Arc-en-Ciel", 2),
    ("Mutuelle Côté Famille", 1),
]  # fmt: skip
GUARANTEES = {
    "H100": "Hospitalisation 100% BR", "O2": "Optique niveau 2", "DNT3": "Dentaire renforcé 300%",
    "ESS": "Essentielle - soins courants", "CONF": "Confort famille", "SEN": "Sénior sérénité",
    "C2S": "Complémentaire santé solidaire",
}  # fmt: skip
REGIMES = ["01", "02", "03", "08"]
FIELDS = {
    "SIREN_OC": "siren",
    "LIB_OC": "insurer",
    "NO_ADHERENT": "contract_number",
    "TYP_BENEF": "flag",
    "NSS_OD": "nir",
    "NOM_BENEF": "family_name",
    "NOM_PATRO": "birth_name",
    "PRENOM_BENEF": "given_name",
    "DNAIS": "birth_date",
    "RG_GEM": "flag",
    "SEXE": "sex",
    "REGIME": "insurance_rights",
    "CD_GARANTIE": "insurance_rights",
    "LIB_GARANTIE": "insurance_rights",
    "DEB_DROITS": "timestamp",
    "FIN_DROITS": "timestamp",
}


def draw_contracts(rng: np.random.Generator, people: pl.DataFrame, homes: Households) -> pl.DataFrame:
    """One row for each beneficiary of a contract: person, holder (person), insurer, kind (A, C or E), contract."""
    n, home = people.height, homes.of_person
    person = np.arange(n)
    first = person - homes.rank
    age = people["age"].to_numpy()
    own = ~homes.is_child & ((homes.rank == 0) | (rng.random(n) < 0.5))
    own |= homes.is_child & (age >= 20)  # grown children have contracts of their own
    under_number = ~own & ~homes.is_child & (rng.random(n) < 0.25)  # spouses without a number of their own in the file
    insurer = np.searchsorted(np.cumsum([w for _, w in INSURERS]), rng.random(n) * 19, side="right")
    again = own & (rng.random(n) < 0.06)  # a second, complementary contract elsewhere
    rows: list[pl.DataFrame] = []

    def insure(who: Ints, holder: Ints, kind: str, number: Ints, *, second: bool = False) -> None:
        at = (insurer[holder] + second) % len(INSURERS)
        rows.append(
            pl.DataFrame({"person": who, "holder": holder, "insurer": at, "kind": kind, "number_of": number})
            .with_columns(pl.lit(second).alias("second"))
        )  # fmt: skip

    insure(person[own], person[own], "A", person[own])
    insure(person[again], person[again], "A", person[again], second=True)
    spouse = person[~own & ~homes.is_child]
    insure(spouse, first[spouse], "C", np.where(under_number, first, person)[spouse])
    child = person[homes.is_child & ~own]
    insure(child, first[child], "E", first[child])
    both = child[_second_parent_insures(rng, homes, own)[home[child]]]
    partner = first[both] + 1
    insure(both, partner, "E", partner)
    return pl.concat(rows)


def _second_parent_insures(rng: np.random.Generator, homes: Households, own: Bools) -> Bools:
    """For each household, whether the second adult has a contract and has put the children on it as well."""
    count = homes.size.size
    second = np.zeros(count, dtype=bool)
    adults = np.flatnonzero((homes.rank == 1) & ~homes.is_child & own)
    second[homes.of_person[adults]] = True
    return second & (rng.random(count) < 0.25)


def with_identity(rng: np.random.Generator, lines: pl.DataFrame, people: pl.DataFrame) -> pl.DataFrame:
    """The lines with the columns that tell the beneficiary: each insurer has its own way of writing."""
    n = lines.height
    lines = lines.join(people, on="person", how="left", maintain_order="left")
    numbers = people["nss"].gather(lines["number_of"])
    lines = lines.with_columns(
        numbers.alias("number"),
        pl.Series("draw", rng.random(n)),
        pl.Series("where", rng.random(n)),
        pl.Series("fault", rng.random(n)),
        pl.Series("date", rng.random(n)),
        pl.Series("lost", rng.random(n)),
    )
    upper = ~pl.col("insurer").is_in([2, 6])  # two insurers keep accents and small letters

    def cased(text: pl.Expr) -> pl.Expr:
        return pl.when(upper).then(capitals(text)).otherwise(text)

    family, given, birth = cased(pl.col("family_name")), cased(pl.col("given_name")), cased(pl.col("birth_name"))
    slip, cut = pl.col("draw") < 0.015, pl.col("draw") > 0.98
    shown = (pl.col("family_name") != pl.col("birth_name")) & (pl.col("kind") != "E") & (pl.col("insurer") != 3)
    day = pl.col("born")
    return lines.with_columns(
        pl.when(slip).then(typo(family, pl.col("where"), pl.col("fault"))).otherwise(family).alias("NOM_BENEF"),
        pl.when(shown).then(birth).alias("NOM_PATRO"),
        pl.when(cut).then(given.str.replace("[- ].*$", "")).otherwise(given).alias("PRENOM_BENEF"),
        pl.when(pl.col("date") < 0.006).then(date_text(day, "%Y0000"))  # day and month unknown
        .when(pl.col("date") < 0.010).then(pl.lit("00000000"))
        .otherwise(date_text(day, "%Y%m%d")).alias("DNAIS"),
        pl.when(pl.col("lost") < 0.004).then(pl.lit("000000000000000"))
        .when(pl.col("lost") < 0.008).then(None)
        .otherwise(pl.col("number")).alias("NSS_OD"),
        pl.when("female").then(pl.lit("2")).otherwise(pl.lit("1")).alias("SEXE"),
    )  # fmt: skip


def with_contract(rng: np.random.Generator, lines: pl.DataFrame) -> pl.DataFrame:
    """The lines with the columns of the contract, the same on every line of it."""
    contracts = lines.select("holder", "insurer").unique(maintain_order=True)
    n = contracts.height
    age = lines.group_by("holder").agg(pl.col("age").max())
    contracts = contracts.join(age, on="holder", how="left", maintain_order="left")
    codes = list(GUARANTEES)
    poor = rng.random(n) < 0.08
    usual = np.array(codes, dtype=object)[rng.integers(0, 5, n)]
    code = np.where(poor, "C2S", np.where(contracts["age"].to_numpy() > 66, "SEN", usual))
    start = 2012 + rng.integers(0, 12, n)
    contracts = contracts.drop("age").with_columns(
        pl.Series("NO_ADHERENT", [f"{7_000_000 + 37 * i:010d}" for i in rng.permutation(10 * n)[:n]]),
        pl.Series("CD_GARANTIE", code.tolist()),
        pl.Series("DEB_DROITS", [f"{year}0101" for year in start]),
        pl.Series("FIN_DROITS", np.where(rng.random(n) < 0.9, "20241231", "20231231").tolist()),
        pl.Series("REGIME", np.array(REGIMES, dtype=object)[rng.choice(4, n, p=[0.84, 0.08, 0.04, 0.04])].tolist()),
    )
    lines = lines.join(contracts, on=["holder", "insurer"], how="left", maintain_order="left")
    return lines.with_columns(
        pl.Series([siren(100 + 7 * i) for i in range(len(INSURERS))]).gather(lines["insurer"]).alias("SIREN_OC"),
        pl.Series([name for name, _ in INSURERS]).gather(lines["insurer"]).alias("LIB_OC"),
        pl.col("CD_GARANTIE").replace_strict(GUARANTEES).alias("LIB_GARANTIE"),
        pl.col("kind").alias("TYP_BENEF"),
        # children of one birth under one number are told apart by their rank
        pl.int_range(1, pl.len() + 1).over("holder", "insurer", "born").cast(pl.String).alias("RG_GEM"),
    )


def generate(out: Path, *, persons: int, seed: int, key: Path | None = None) -> dict[str, Any]:
    """Write the extract and truth.json under `out`; `key` receives the true person of each line."""
    rng, lists = np.random.default_rng([seed, 12]), Lists.load()
    people, homes = population(rng, persons, lists)
    bodies = nirs(rng, people, birth_departments(rng, people, lists))
    people = people.with_columns(pl.Series("nss", [body + nir_key(body) for body in bodies]))
    lines = with_contract(rng, with_identity(rng, draw_contracts(rng, people, homes), people))
    lines = lines.sort("insurer", "NO_ADHERENT", "kind", "born", maintain_order=True)
    out.mkdir(parents=True, exist_ok=True)
    # every line ends with a delimiter, as mainframes write
    text = lines.select(*FIELDS).write_csv(separator="|", quote_style="never", line_terminator="|\n")
    (out / FILE).write_bytes(text.replace("œ", "oe").replace("Œ", "OE").encode("latin-1"))
    if key:
        lines.select("SIREN_OC", "NO_ADHERENT", "PRENOM_BENEF", "person").write_csv(key)
    truth = truth_of(lines)
    write_truth(out, truth)
    return truth


def truth_of(lines: pl.DataFrame) -> dict[str, Any]:
    """What the generator knows of the lines it wrote."""
    dated = ~pl.col("DNAIS").str.ends_with("0000")
    numbered = pl.col("NSS_OD").is_not_null() & (pl.col("NSS_OD") != "0" * 15)
    everybody = lines["person"].n_unique()
    exposed = {
        "family_name": everybody,
        "birth_name": persons_with(lines, pl.col("NOM_PATRO").is_not_null()),
        "given_name": everybody,
        "birth_date": persons_with(lines, dated),
        "sex": everybody,
        "nir": persons_with(lines, numbered),
        "insurer": everybody,
        "contract_number": everybody,
        "insurance_rights": everybody,
    }
    mine = lines.group_by("SIREN_OC").agg(pl.col("person").n_unique()).sort("SIREN_OC")
    shared = lines.filter(numbered).group_by("NSS_OD").agg(pl.col("person").n_unique().alias("n"))
    return {
        "sample": "tiers_payant",
        "tables": {FILE: {"role": "patients", "rows": lines.height, "columns": FIELDS}},
        "persons": everybody,
        "numbers": shared.height,
        "numbers_of_several_persons": shared.filter(pl.col("n") > 1).height,
        "professionals": 0,
        "controllers": {"count": mine.height, "patients": dict(mine.iter_rows())},
        "minors": lines.filter(dated & (pl.col("age") < 18))["person"].n_unique(),
        "deceased": 0,
        # rights count as health data (fields.tsv)
        "exposure": {"fields": exposed, "special_categories": {"health": everybody}, "special_tolerance": 0.01},
        "reach": {"email": 0, "phone": 0, "postal": 0, "none": everybody},
        "obligations": {"notify_authority": "yes", "inform_persons": "yes", "register_only": False},
        "severity": {"level": "very_high", "cnil_level": "maximal"},
    }


if __name__ == "__main__":
    command(generate, __doc__, COMMITTED)
