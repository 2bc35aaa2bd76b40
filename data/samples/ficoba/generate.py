"""Write the `ficoba` sample: an invented extract of a register of bank accounts.

    python data/samples/ficoba/generate.py --out DIR [--persons N] [--seed S] [--key FILE]

One line for each account and holder: an account held by two has two lines, a person with four accounts four. Each
bank declares its customers in its own spelling. Same arguments, same bytes.
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
from identifiers import ibans, siren, spis  # noqa: E402
from population import REFERENCE_DAY, Households, Ints, Lists  # noqa: E402
from records import typo  # noqa: E402
from writing import capitals, date_text, persons_with, population, write_truth  # noqa: E402

COMMITTED = {"persons": 1700, "seed": 2026}
FILE, CONTROLLER = "ficoba_export_20260213.csv", siren(0)  # as in incident.toml
BANKS = ["Banque du Val d’Œuvre", "Crédit Bocager", "Caisse de l’Estuaire", "Néobanque Lumen", "Union des Guichets"]
BICS = ["BVDOFR2XXXX", "CRBGFR2AXXX", "CAESFR2RXXX", "NEOLFR2PXXX", "UNGUFR2LXXX"]
KINDS = ["CC", "LA", "PEL", "CT"]  # current, savings, housing savings, securities
MORE_NAMES = ["Marie", "Jean", "Pierre", "Anne", "Louis", "Jeanne", "Michel", "Claude", "Paul", "Françoise"]
COMPANIES = ["SCI {name}", "SARL {name}", "EARL {name}", "Association {name}", "SAS {name}"]
COMPANY_SHARE, CONSULTED = 0.03, 0.75  # of accounts; and of the accounts, what the intruder looked up
FIELDS = {
    "NUM_DECLARATION": "technical_id",
    "ETABLISSEMENT": "organisation_name",
    "BIC": "bic",
    "IBAN": "iban",
    "NATURE_CPT": "flag",
    "TYP_TITULARITE": "flag",
    "DT_OUVERTURE": "timestamp",
    "DT_CLOTURE": "timestamp",
    "QUALITE": "flag",
    "SIREN_TIT": "siren",
    "DENOMINATION": "organisation_name",
    "CIVILITE": "title",
    "NOM_NAISSANCE": "birth_name",
    "NOM_USAGE": "family_name",
    "PRENOMS": "given_name",
    "DT_NAISSANCE": "birth_date",
    "DEP_NAISSANCE": "birth_place",
    "COMMUNE_NAISSANCE": "birth_place",
    "SPI": "tax_number",
    "ADRESSE": "postal_address",
    "CP": "postcode",
    "COMMUNE": "city",
    "PAYS": "country",
}


def draw_accounts(rng: np.random.Generator, people: pl.DataFrame, homes: Households) -> pl.DataFrame:
    """One row for each account and holder: person, bank, kind, account (number), quality, joint."""
    n = people.height
    person = np.arange(n)
    first = person - homes.rank  # the first adult of the household
    child = homes.is_child & (people["age"].to_numpy() < 18)
    main, other = rng.integers(0, len(BANKS), n), rng.integers(0, len(BANKS), n)
    rows: list[tuple[Ints, Ints, Ints, str, str]] = []

    def hold(who: Ints, bank: Ints, kind: int, quality: str = "T", joint: str = "INDIVIDUEL") -> None:
        rows.append((who, bank, np.full(who.size, kind), quality, joint))

    adults = person[~child]
    for kind, share, bank in ((0, 0.95, main), (1, 0.55, main), (0, 0.3, other), (1, 0.12, other), (2, 0.18, main),
                              (3, 0.05, other)):  # fmt: skip
        who = adults[rng.random(adults.size) < share]
        hold(who, bank[who], kind)
    young = person[child & (rng.random(n) < 0.6)]
    hold(young, main[first[young]], 1, "T", "REPRESENTE")
    couples = person[(homes.rank == 1) & (homes.adults[homes.of_person] == 2) & ~child & (rng.random(n) < 0.6)]
    hold(first[couples], main[first[couples]], 0, "T", "JOINT")
    lines = pl.concat(
        pl.DataFrame({"person": who, "bank": bank, "kind": kind, "quality": quality, "joint": joint})
        for who, bank, kind, quality, joint in rows
    ).with_row_index("account")
    both = lines.filter(pl.col("joint") == "JOINT").with_columns(
        pl.col("person").replace_strict(first[couples], couples), pl.lit("C").alias("quality")
    )
    parents = lines.filter(pl.col("joint") == "REPRESENTE").with_columns(
        pl.col("person").replace_strict(person, first), pl.lit("R").alias("quality")
    )
    lines = pl.concat([lines, both, parents], how="vertical_relaxed")
    consulted = pl.Series(rng.random(int(lines["account"].max()) + 1) < CONSULTED)
    return lines.filter(consulted.gather(lines["account"])).sort("account", "quality", descending=[False, True])


def with_spelling(rng: np.random.Generator, lines: pl.DataFrame) -> pl.DataFrame:
    """The lines with what the bank declared of the holder: the same on every line of one person at one bank."""
    said = lines.select("person", "bank").unique(maintain_order=True)
    n = said.height
    draws = {
        name: rng.random(n) for name in ("name", "given", "where", "fault", "born", "place", "spi", "move", "addr")
    }
    said = said.with_columns(*(pl.Series(f"d_{name}", values) for name, values in draws.items()))
    return lines.join(said, on=["person", "bank"], how="left", maintain_order="left")


def declared(lines: pl.DataFrame) -> pl.DataFrame:
    """The columns that tell the holder, as written."""
    birth, use, first = capitals(pl.col("birth_name")), capitals(pl.col("family_name")), capitals(pl.col("given_name"))
    renamed = use != birth
    slip = pl.col("d_name") > 0.98
    as_birth = renamed & (pl.col("d_name") < 0.06)  # the bank knows the name in use only, and calls it birth name
    birth = (
        pl.when(as_birth).then(use).when(slip).then(typo(birth, pl.col("d_where"), pl.col("d_fault"))).otherwise(birth)
    )
    full = pl.when(pl.col("d_given") < 0.5).then(first + capitals(pl.col("more_names"))).otherwise(first)
    day = pl.col("born")
    born = (
        pl.when(pl.col("d_born") < 0.008).then(None)
        .when(pl.col("d_born") < 0.016).then(date_text(day, "00/00/%Y"))
        .otherwise(date_text(day, "%d/%m/%Y"))
    )  # fmt: skip
    moved = pl.col("d_move") < 0.12
    no_address = pl.col("d_addr") < 0.02
    home = {"ADRESSE": "address", "CP": "postcode", "COMMUNE": "city"}
    return lines.with_columns(
        pl.when("female").then(pl.lit("MME")).otherwise(pl.lit("M")).alias("CIVILITE"),
        birth.alias("NOM_NAISSANCE"),
        pl.when(renamed & ~as_birth).then(use).alias("NOM_USAGE"),
        full.alias("PRENOMS"),
        born.alias("DT_NAISSANCE"),
        pl.when(pl.col("d_place") > 0.04).then(pl.col("birth_department")).alias("DEP_NAISSANCE"),
        pl.when(pl.col("d_place") > 0.04).then(capitals(pl.col("birth_town"))).alias("COMMUNE_NAISSANCE"),
        pl.when(pl.col("d_spi") < 0.35).then(pl.col("spi")).alias("SPI"),
        *(
            pl.when(no_address).then(None).when(moved).then(capitals(pl.col(f"old_{source}")))
            .otherwise(capitals(pl.col(source))).alias(name)
            for name, source in home.items()
        ),
        pl.when(~no_address).then(pl.lit("FRANCE")).alias("PAYS"),
        pl.lit(None, dtype=pl.String).alias("SIREN_TIT"),
        pl.lit(None, dtype=pl.String).alias("DENOMINATION"),
    )  # fmt: skip


def companies(rng: np.random.Generator, lines: pl.DataFrame, people: pl.DataFrame, lists: Lists) -> pl.DataFrame:
    """Lines of accounts held by companies: a number and a name, nobody's names or birth."""
    count = round(COMPANY_SHARE * lines["account"].n_unique())
    names = lists.streets[rng.integers(0, lists.streets.size, count)]
    shape = rng.integers(0, len(COMPANIES), count)
    home = people[rng.integers(0, people.height, count)]
    return pl.DataFrame(
        {
            "account": int(lines["account"].max()) + 1 + np.arange(count),
            "bank": rng.integers(0, len(BANKS), count),
            "kind": np.zeros(count, dtype=np.int64),
            "quality": "T",
            "joint": "MORALE",
            "SIREN_TIT": [siren(37 * i + 11) for i in range(count)],
            "DENOMINATION": [COMPANIES[s].format(name=n.split()[-1]) for s, n in zip(shape, names, strict=True)],
            "address": home["address"],
            "CP": home["postcode"],
            "city": home["city"],
        }
    ).with_columns(
        capitals(pl.col("DENOMINATION")).alias("DENOMINATION"),
        capitals(pl.col("address")).alias("ADRESSE"),
        capitals(pl.col("city")).alias("COMMUNE"),
        pl.lit("FRANCE").alias("PAYS"),
    )


def _with_account(rng: np.random.Generator, lines: pl.DataFrame) -> pl.DataFrame:
    """The columns that tell the account, and the number of the declaration."""
    count = int(lines["account"].max()) + 1
    opened = REFERENCE_DAY - 30 - (rng.random(count) ** 1.5 * 9000).astype(np.int64)
    born = lines.group_by("account").agg(pl.col("born").filter(pl.col("quality") == "T").max())
    earliest = np.full(count, -20000)
    known = born.drop_nulls()
    earliest[known["account"].to_numpy()] = known["born"].to_numpy() + 20
    opened = np.maximum(opened, earliest)
    closed = opened + ((REFERENCE_DAY - opened) * rng.random(count)).astype(np.int64)
    shut = pl.Series(rng.random(count) < 0.12).gather(lines["account"])
    numbers = 4_100_000_000 + np.cumsum(rng.integers(1, 90, lines.height))
    return lines.with_columns(
        pl.Series("NUM_DECLARATION", numbers.astype(str).tolist()),
        pl.Series(BANKS).gather(lines["bank"]).alias("ETABLISSEMENT"),
        pl.Series(BICS).gather(lines["bank"]).alias("BIC"),
        pl.Series(ibans(rng, count)).gather(lines["account"]).alias("IBAN"),
        pl.Series(KINDS).gather(lines["kind"]).alias("NATURE_CPT"),
        pl.col("joint").alias("TYP_TITULARITE"),
        pl.col("quality").alias("QUALITE"),
        date_text(pl.Series("opened", opened).gather(lines["account"]).to_frame()["opened"], "%d/%m/%Y").alias(
            "DT_OUVERTURE"
        ),
        pl.when(shut).then(date_text(pl.Series(closed).gather(lines["account"]), "%d/%m/%Y")).alias("DT_CLOTURE"),
    )


def generate(out: Path, *, persons: int, seed: int, key: Path | None = None) -> dict[str, Any]:
    """Write the extract and truth.json under `out`; `key` receives the true person of each declaration."""
    rng, lists = np.random.default_rng([seed, 11]), Lists.load()
    people, homes = population(rng, persons, lists)
    town = rng.integers(0, lists.communes.height, persons)
    more = np.array(MORE_NAMES, dtype=object)[rng.integers(0, len(MORE_NAMES), persons)]
    several = rng.random(persons) < 0.6
    people = people.with_columns(
        pl.Series("more_names", [f" {name}" if yes else "" for name, yes in zip(more, several, strict=True)]),
        lists.communes["insee"].str.slice(0, 2).gather(town).alias("birth_department"),
        lists.communes["commune"].gather(town).alias("birth_town"),
        pl.Series("spi", spis(rng, persons)),
    )
    lines = draw_accounts(rng, people, homes).join(people, on="person", how="left", maintain_order="left")
    lines = declared(with_spelling(rng, lines))
    lines = pl.concat([lines, companies(rng, lines, people, lists)], how="diagonal_relaxed")
    lines = lines[rng.permutation(lines.height)].sort("bank", maintain_order=True)
    lines = _with_account(rng, lines)
    out.mkdir(parents=True, exist_ok=True)
    text = lines.select(*FIELDS).write_csv(separator=";", quote_style="always", line_terminator="\r\n")
    (out / FILE).write_bytes(b"\xef\xbb\xbf" + text.encode())
    if key:
        lines.select("NUM_DECLARATION", "person").write_csv(key)
    truth = truth_of(lines)
    write_truth(out, truth)
    return truth


def truth_of(lines: pl.DataFrame) -> dict[str, Any]:
    """What the generator knows of the lines it wrote."""
    held = lines.filter(pl.col("person").is_not_null())
    who = held.unique("person")
    filled = {field: [name for name, one in FIELDS.items() if one == field] for field in set(FIELDS.values())}
    silent = {"technical_id", "organisation_name", "siren", "flag", "timestamp"}
    exposed = {}
    for field in sorted(set(filled) - silent):
        names = [pl.col(name).is_not_null() for name in filled[field]]
        if field == "birth_date":
            names = [pl.col("DT_NAISSANCE").is_not_null() & ~pl.col("DT_NAISSANCE").str.starts_with("00/")]
        exposed[field] = persons_with(held, pl.any_horizontal(names))
    postal = persons_with(held, pl.col("ADRESSE").is_not_null())
    dated = held.filter(pl.col("DT_NAISSANCE").is_not_null() & ~pl.col("DT_NAISSANCE").str.starts_with("00/"))
    minors = dated.filter(pl.col("age") < 18)["person"].n_unique()
    holders = held.group_by("IBAN").agg(pl.col("person").n_unique())
    return {
        "sample": "ficoba",
        "tables": {FILE: {"role": "patients", "rows": lines.height, "columns": FIELDS}},
        "persons": who.height,
        "professionals": 0,
        "accounts": {"bank": held["IBAN"].n_unique()},
        "accounts_of_several_persons": holders.filter(pl.col("person") > 1).height,
        "accounts_of_companies": lines["IBAN"].n_unique() - held["IBAN"].n_unique(),
        "lines_of_companies": lines.height - held.height,
        "controllers": {"count": 1, "patients": {CONTROLLER: who.height}},
        "minors": minors,
        "deceased": 0,
        "exposure": {"fields": exposed, "special_categories": {}},
        "reach": {"email": 0, "phone": 0, "postal": postal, "none": who.height - postal},
        "obligations": {"notify_authority": "yes", "inform_persons": "yes", "register_only": False},
        "severity": {"level": "very_high", "cnil_level": "maximal"},
    }


if __name__ == "__main__":
    command(generate, __doc__, COMMITTED)
