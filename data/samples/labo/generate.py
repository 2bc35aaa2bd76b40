"""Write the `labo` sample: an invented extract of the patients' file of six medical laboratories.

    python data/samples/labo/generate.py --out DIR [--persons N] [--seed S] [--key FILE]

One line for each patient's file at a laboratory, sixty columns, the password of the results' server in clear.
Same arguments, same bytes.
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

from command import command  # noqa: E402
from comments import COMMENTS  # noqa: E402
from identifiers import birth_departments, finess, nir_key, nirs, rpps_numbers  # noqa: E402
from population import EPOCH, Lists  # noqa: E402
from records import typo  # noqa: E402
from writing import capitals, date_text, persons_with, population, write_truth  # noqa: E402

COMMITTED = {"persons": 1500, "seed": 2021}
FILE = "export_patients_20210212.csv"
LABS = [
    "LABO DES HALLES",
    "LABO DU PONT NEUF",
    "LBM DE LA RADE",
    "BIO OUEST SITE GARE",
    "LABO SAINT YVES",
    "LBM KERLANN",
]
INSURERS = ["MGEN", "HARMONIE MUTUELLE", "MAAF SANTE", "MACIF", "AXA", "MUTUELLE DES ARMORICAINS", "SWISS LIFE", "CSS"]
JOBS = [
    "RETRAITE",
    "EMPLOYE",
    "CADRE",
    "AGRICULTEUR",
    "ENSEIGNANT",
    "ARTISAN",
    "SANS PROFESSION",
    "ETUDIANT",
    "INFIRMIER",
]
TREATMENTS = ["LEVOTHYROX 75", "PREVISCAN 20 MG", "KARDEGIC 75", "METFORMINE 1000", "TAHOR 20", "AMLOR 5", "LASILIX 40"]
CODES = "abcdefghjkmnpqrstuvwxyz23456789"
SECOND_LAB, SECOND_FILE, COMMENTED, WITH_CODE = 0.06, 0.03, 0.16, 0.62  # shares of the patients
FIELDS = {
    "NUM_IDENT": "patient_id",
    "FINESS_LABO": "finess",
    "LIB_LABO": "organisation_name",
    "CIV": "title",
    "NOM": "family_name",
    "NOM_JF": "birth_name",
    "PRENOM": "given_name",
    "SEXE": "sex",
    "DNAISS": "birth_date",
    "DDECES": "death_date",
    "RANG_GEM": "flag",
    "ESPECE": "flag",
    "ADR1": "postal_address",
    "ADR2": "postal_address",
    "CP": "postcode",
    "VILLE": "city",
    "TEL_DOM": "phone",
    "TEL_PORT": "phone",
    "TEL_TRAV": "phone",
    "MAIL": "email",
    "PROFESSION": "occupation",
    "NUM_SS": "nir",
    "REGIME": "insurance_rights",
    "CAISSE": "insurance_rights",
    "EXO_TM": "insurance_rights",
    "MUTUELLE": "insurer",
    "NUM_ADH": "contract_number",
    "TP_AMO": "insurance_rights",
    "TP_AMC": "insurance_rights",
    "GRP_SANG": "lab_result",
    "RHESUS": "lab_result",
    "KELL": "lab_result",
    "GROSSESSE": "vital_sign",
    "POIDS": "vital_sign",
    "TAILLE": "vital_sign",
    "TRAITEMENT": "drug",
    "MED_TRAITANT": "practitioner_name",
    "PRESCRIPTEUR": "practitioner_name",
    "PRESC_RPPS": "rpps",
    "PRELEVEUR": "practitioner_name",
    "DT_DERN_DOS": "care_date",
    "NB_DOS": "flag",
    "SOLDE": "amount",
    "COMMENT": "free_text",
    "COMM_PREL": "free_text",
    "SR_ACTIF": "flag",
    "SR_LOGIN": "username",
    "SR_MDP": "password",
    "ENVOI_MED": "flag",
    "ENVOI_PAT": "flag",
    "DT_CREA": "timestamp",
    "DT_MAJ": "timestamp",
    "POSTE": "flag",
    "ARCHIVE": "flag",
    "ZL1": "empty",
    "ZL2": "empty",
    "ZL3": "empty",
    "ZL4": "empty",
    "ZL5": "empty",
    "ZL6": "empty",
}
SILENT = {"finess", "organisation_name", "flag", "practitioner_name", "rpps", "timestamp", "empty", "technical_id"}
DATE = "%d/%m/%Y"
LAST_DAY = (dt.date(2021, 2, 9) - EPOCH).days  # the last file in the extract; younger persons are not in it


def draw_lines(rng: np.random.Generator, people: pl.DataFrame) -> pl.DataFrame:
    """One row for each file: person, lab, second (whether the person has one already)."""
    n = people.height
    home = people["area"].to_numpy() % len(LABS)
    other = (home + 1 + rng.integers(0, len(LABS) - 1, n)) % len(LABS)
    first = pl.DataFrame({"person": np.arange(n), "lab": home, "second": False})
    away = np.flatnonzero(rng.random(n) < SECOND_LAB)
    again = np.flatnonzero(rng.random(n) < SECOND_FILE)
    more = [
        pl.DataFrame({"person": who, "lab": lab[who], "second": True}) for who, lab in ((away, other), (again, home))
    ]
    lines = pl.concat([first, *more])
    return lines[rng.permutation(lines.height)].sort("lab", maintain_order=True)


def who_lines(rng: np.random.Generator, lines: pl.DataFrame, people: pl.DataFrame) -> pl.DataFrame:
    """The lines with names, sex and birth as typed: a second file may have a slip, or the name at birth."""
    n = lines.height
    lines = lines.join(people, on="person", how="left", maintain_order="left")
    draw = {name: pl.Series(rng.random(n)) for name in ("slip", "where", "fault", "maiden", "born", "civ")}
    renamed = pl.col("family_name") != pl.col("birth_name")
    name = pl.when(pl.col("second") & (draw["slip"] < 0.1)).then(pl.col("birth_name")).otherwise(pl.col("family_name"))
    given = capitals(pl.col("given_name"))
    wrong = pl.col("second") & (draw["slip"] > 0.92)
    lady = pl.when(draw["civ"] < 0.1).then(pl.lit("MLLE")).otherwise(pl.lit("MME"))
    day = pl.col("born")
    return lines.with_columns(
        pl.when(pl.col("age") < 15).then(pl.lit("ENF")).when("female").then(lady).otherwise(pl.lit("M")).alias("CIV"),
        capitals(name).alias("NOM"),
        pl.when(renamed & (draw["maiden"] < 0.7)).then(capitals(pl.col("birth_name"))).alias("NOM_JF"),
        pl.when(wrong).then(typo(given, draw["where"], draw["fault"])).otherwise(given).alias("PRENOM"),
        pl.when("female").then(pl.lit("F")).otherwise(pl.lit("M")).alias("SEXE"),
        pl.when(draw["born"] < 0.006).then(pl.lit("01/01/1900")).when(draw["born"] < 0.01).then(None)
        .otherwise(date_text(day, DATE)).alias("DNAISS"),
        pl.when(pl.col("twin")).then(pl.lit("2")).otherwise(pl.lit("1")).alias("RANG_GEM"),
    )  # fmt: skip


def contact_lines(rng: np.random.Generator, lines: pl.DataFrame) -> pl.DataFrame:
    """The lines with address, telephones and e-mail as typed."""
    n = lines.height
    draw = {name: pl.Series(rng.random(n)) for name in ("addr", "dom", "port", "trav", "mail", "dot")}
    pairs = pl.col("mobile").str.extract_all("..").list.join(".")
    at = pl.col("address").str.extract("^(Appt [^,]+|Bât [^,]+|Rés\\. [^,]+|Esc\\. [^,]+|Chez [^,]+), ", 1)
    street = pl.col("address").str.replace("^(Appt|Bât|Rés\\.|Esc\\.|Chez) [^,]+, ", "")
    lives = draw["addr"] > 0.02
    return lines.with_columns(
        pl.when(lives).then(capitals(street)).alias("ADR1"),
        pl.when(lives).then(capitals(at)).alias("ADR2"),
        pl.when(lives).then(pl.col("postcode")).alias("CP"),
        pl.when(lives).then(capitals(pl.col("city"))).alias("VILLE"),
        pl.when(pl.col("has_landline") & (draw["dom"] < 0.8)).then(pl.col("landline"))
        .when(draw["dom"] > 0.97).then(pl.lit("0000000000")).alias("TEL_DOM"),
        pl.when(pl.col("has_mobile") & (draw["port"] < 0.85))
        .then(pl.when(draw["dot"] < 0.3).then(pairs).otherwise(pl.col("mobile"))).alias("TEL_PORT"),
        pl.when((pl.col("age") > 20) & (pl.col("age") < 65) & (draw["trav"] < 0.05))
        .then(pl.col("old_landline")).alias("TEL_TRAV"),
        pl.when(pl.col("has_email") & (draw["mail"] < 0.7)).then(pl.col("email")).alias("MAIL"),
    )  # fmt: skip


def insured_lines(rng: np.random.Generator, lines: pl.DataFrame, people: pl.DataFrame, lists: Lists) -> pl.DataFrame:
    """The lines with what the social security and the insurer know."""
    n = lines.height
    body = pl.Series(nirs(rng, people, birth_departments(rng, people, lists)))
    number = (body + pl.Series([nir_key(one) for one in body]))[lines["person"]]
    draw = {name: pl.Series(rng.random(n)) for name in ("nir", "exo", "amc", "pro", "due")}
    insurer = pl.Series(INSURERS)[rng.integers(0, len(INSURERS), n)]
    member = pl.Series([f"{one:08d}" for one in rng.choice(10**8, n, replace=False)])
    regime = pl.Series(["RG", "RG", "RG", "RG", "MSA", "RSI"])[rng.integers(0, 6, n)]
    exempt = pl.Series(["ALD", "ALD", "MATERNITE", "C2S", "AME"])[rng.integers(0, 5, n)]
    adult = pl.col("age") >= 18
    female = pl.col("female") & (pl.col("age") > 17) & (pl.col("age") < 46)
    exempt = pl.when((exempt == "MATERNITE") & ~female).then(pl.lit("ALD")).otherwise(exempt)
    owed = np.where(draw["due"] < 0.9, 0, rng.integers(80, 9000, n))
    return lines.with_columns(
        pl.when(draw["nir"] < 0.9).then(number).alias("NUM_SS"),
        regime.alias("REGIME"),
        pl.Series([f"{351 + 10 * (a % 3)}" for a in lines["lab"]]).alias("CAISSE"),
        pl.when(draw["exo"] < 0.2).then(exempt).alias("EXO_TM"),
        pl.when(draw["amc"] < 0.8).then(insurer).alias("MUTUELLE"),
        pl.when(draw["amc"] < 0.7).then(member).alias("NUM_ADH"),
        pl.lit("O").alias("TP_AMO"),
        pl.when(draw["amc"] < 0.5).then(pl.lit("O")).otherwise(pl.lit("N")).alias("TP_AMC"),
        pl.when(adult & (draw["pro"] < 0.35)).then(pl.Series(JOBS)[rng.integers(0, len(JOBS), n)]).alias("PROFESSION"),
        pl.Series([f"{one / 100:.2f}".replace(".", ",") for one in owed]).alias("SOLDE"),
    )  # fmt: skip


def care_lines(rng: np.random.Generator, lines: pl.DataFrame, doctors: dict[str, pl.Series]) -> pl.DataFrame:
    """The lines with blood group, prescriber, dates, comments."""
    n = lines.height
    draw = {name: pl.Series(rng.random(n)) for name in ("grp", "kell", "preg", "kg", "drug", "gp", "who", "dead")}
    group = pl.Series(["O", "A", "B", "AB"])[np.searchsorted([0.43, 0.87, 0.96], rng.random(n))]
    rhesus = pl.Series(np.where(rng.random(n) < 0.85, "POS", "NEG"))
    known, adult = draw["grp"] < 0.55, pl.col("age") >= 18
    women = pl.col("female") & (pl.col("age") > 17) & (pl.col("age") < 46)
    last = LAST_DAY - 40 - (rng.random(n) ** 2 * 1900).astype(np.int64)
    last = np.maximum(last, lines["born"].to_numpy() + 2)
    began = np.maximum(last - (rng.random(n) * 1500).astype(np.int64), lines["born"].to_numpy() + 1)
    dead = adult & (pl.col("age") > 70) & (draw["dead"] < 0.12) & (pl.col("person") % 5 == 0)
    who = pl.Series(rng.integers(0, len(doctors["rpps"]), n))
    told = pl.Series(rng.random(n))
    kilos, tall = rng.integers(48, 105, n), rng.integers(150, 192, n)
    drug = pl.Series(TREATMENTS)[rng.integers(0, len(TREATMENTS), n)]
    nurse = pl.Series(["IDE LE GOFF", "IDE MORVAN", "LABO", "LABO", "LABO"])[rng.integers(0, 5, n)]
    return lines.with_columns(
        pl.when(known).then(group).alias("GRP_SANG"),
        pl.when(known).then(rhesus).alias("RHESUS"),
        pl.when(known & (draw["kell"] < 0.5)).then(pl.lit("KELL NEG")).alias("KELL"),
        pl.when(women & (draw["preg"] < 0.12)).then(pl.lit("O")).when(women).then(pl.lit("N")).alias("GROSSESSE"),
        pl.when(adult & (draw["kg"] < 0.06)).then(pl.Series(kilos)).alias("POIDS"),
        pl.when(adult & (draw["kg"] < 0.05)).then(pl.Series(tall)).alias("TAILLE"),
        pl.when(adult & (draw["drug"] < 0.14)).then(drug).alias("TRAITEMENT"),
        pl.when(draw["gp"] < 0.6).then(doctors["name"][(who * 3) % len(doctors["name"])]).alias("MED_TRAITANT"),
        doctors["name"][who].alias("PRESCRIPTEUR"),
        doctors["rpps"][who].alias("PRESC_RPPS"),
        nurse.alias("PRELEVEUR"),
        date_text(pl.Series("d", last).to_frame()["d"], DATE).alias("DT_DERN_DOS"),
        date_text(pl.Series("d", began).to_frame()["d"], DATE).alias("DT_CREA"),
        date_text(pl.Series("d", last).to_frame()["d"], DATE).alias("DT_MAJ"),
        pl.when(dead).then(date_text(pl.Series("d", last + 30).to_frame()["d"], DATE)).alias("DDECES"),
        pl.Series(rng.integers(1, 30, n)).alias("NB_DOS"),
        pl.Series(comment_of(rng, lines)).alias("comment"),
        (told < COMMENTED).alias("commented"),
        who.alias("doctor"),
    )  # fmt: skip


def comment_of(rng: np.random.Generator, lines: pl.DataFrame) -> list[int]:
    """The place in COMMENTS of a comment that fits each line."""
    age, female = lines["age"].to_numpy(), lines["female"].to_numpy()
    fits = {"": np.ones(len(age), bool), "A": age >= 18, "C": age < 18, "F": female & (age > 17) & (age < 46)}
    choice = rng.integers(0, len(COMMENTS), len(age))
    anybody = [place for place, one in enumerate(COMMENTS) if one[2] == ""]
    suits = np.array([fits[COMMENTS[place][2]][row] for row, place in enumerate(choice)])
    return np.where(suits, choice, np.array(anybody)[choice % len(anybody)]).tolist()


def desk_lines(rng: np.random.Generator, lines: pl.DataFrame) -> pl.DataFrame:
    """The lines with their numbers, the access to the results' server, and the columns of the software."""
    n = lines.height
    text = pl.Series([one[0] for one in COMMENTS])[lines["comment"]]
    by_nurse = pl.Series(rng.random(n) < 0.25)
    signed = pl.Series(rng.random(n) < WITH_CODE)
    letters = np.array(list(CODES))[rng.integers(0, len(CODES), (n, 7))]
    login = capitals(pl.col("family_name")).str.replace_all("[^A-Z]", "").str.slice(0, 4)
    digits = 5 if n <= 100_000 else 8
    login = login + pl.Series([f"{one:0{digits}d}" for one in rng.permutation(10**digits if digits == 5 else n)[:n]])
    lab = lines["lab"].to_numpy()
    rank = pl.int_range(pl.len()).over("lab") * 3 + 10_000
    return lines.with_columns(
        (pl.Series([f"{1 + one}" for one in lab]) + rank.cast(pl.String)).alias("NUM_IDENT"),
        pl.Series([finess("35", 4_100 + 7 * one) for one in lab]).alias("FINESS_LABO"),
        pl.Series([LABS[one] for one in lab]).alias("LIB_LABO"),
        pl.lit("H").alias("ESPECE"),
        pl.when(pl.col("commented") & ~by_nurse).then(text).alias("COMMENT"),
        pl.when(pl.col("commented") & by_nurse).then(text).alias("COMM_PREL"),
        pl.when(signed).then(pl.lit("1")).otherwise(pl.lit("0")).alias("SR_ACTIF"),
        pl.when(signed).then(login).alias("SR_LOGIN"),
        pl.when(signed).then(pl.Series(["".join(one) for one in letters])).alias("SR_MDP"),
        pl.Series(["M", "F", "E"])[rng.integers(0, 3, n)].alias("ENVOI_MED"),
        pl.when(signed).then(pl.lit("I")).otherwise(pl.lit("P")).alias("ENVOI_PAT"),
        pl.Series([f"P{one:02d}" for one in rng.integers(1, 9, n)]).alias("POSTE"),
        pl.Series(np.where(rng.random(n) < 0.1, "1", "0")).alias("ARCHIVE"),
        *(pl.lit(None, dtype=pl.String).alias(f"ZL{one}") for one in range(1, 7)),
    )


def draw_doctors(rng: np.random.Generator, persons: int, lists: Lists) -> dict[str, pl.Series]:
    """Prescribers: their names as a desk types them, and their numbers."""
    count = max(30, persons // 40)
    names = lists.family[rng.permutation(lists.family.size)[:count]]
    frame = pl.DataFrame({"name": names.tolist()}).select(pl.lit("DR ") + capitals(pl.col("name")))
    return {"name": frame.to_series(), "rpps": pl.Series(rpps_numbers(rng, count))}


def generate(out: Path, *, persons: int, seed: int, key: Path | None = None) -> dict[str, Any]:
    """Write the extract and truth.json under `out`; `key` receives the true person of each file."""
    rng, lists = np.random.default_rng([seed, 17]), Lists.load()
    people, _ = population(rng, persons, lists)
    people = people.filter(pl.col("born") < LAST_DAY - 100).with_columns(pl.int_range(pl.len()).alias("person"))
    doctors = draw_doctors(rng, persons, lists)
    lines = who_lines(rng, draw_lines(rng, people), people)
    lines = insured_lines(rng, contact_lines(rng, lines), people, lists)
    lines = desk_lines(rng, care_lines(rng, lines, doctors))
    out.mkdir(parents=True, exist_ok=True)
    text = lines.select(*FIELDS).write_csv(separator=";", line_terminator="\r\n", quote_style="necessary")
    (out / FILE).write_bytes(text.encode("cp1252"))
    if key:
        lines.select("FINESS_LABO", "NUM_IDENT", "person").write_csv(key)
    truth = truth_of(lines)
    write_truth(out, truth)
    return truth


def _valid(name: str) -> pl.Expr:
    filled = pl.col(name).is_not_null()
    if name == "DNAISS":
        return filled & (pl.col(name) != "01/01/1900")
    return filled & (pl.col(name) != "0000000000") if name.startswith("TEL") else filled


def truth_of(lines: pl.DataFrame) -> dict[str, Any]:
    """What the generator knows of the lines it wrote."""
    valid = {name: _valid(name) for name in FIELDS}
    exposed = {
        field: persons_with(lines, pl.any_horizontal(valid[name] for name, one in FIELDS.items() if one == field))
        for field in sorted(set(FIELDS.values()) - SILENT)
    }
    persons = lines["person"].n_unique()
    dead = lines.filter(pl.col("DDECES").is_not_null())["person"].unique()
    living = lines.filter(~pl.col("person").is_in(dead.implode()))
    dated = lines.filter(valid["DNAISS"])
    channels = {
        "email": valid["MAIL"],
        "phone": pl.any_horizontal(valid[name] for name in ("TEL_DOM", "TEL_PORT", "TEL_TRAV")),
        "postal": valid["ADR1"],
    }
    told = lines.filter("commented")
    special = {
        category: told.filter(pl.Series([category in COMMENTS[place][1] for place in told["comment"]]))[
            "person"
        ].n_unique()
        for category in ("religion", "sex_life", "offence", "genetic")
    }
    return {
        "sample": "labo",
        "tables": {FILE: {"role": "patients", "rows": lines.height, "columns": FIELDS}},
        "persons": persons,
        "professionals": lines["doctor"].n_unique(),
        "accounts": {"login": lines["SR_LOGIN"].drop_nulls().n_unique()},
        "controllers": {
            "count": len(LABS),
            "patients": dict(sorted(lines.group_by("FINESS_LABO").agg(pl.col("person").n_unique()).iter_rows())),
        },
        "minors": dated.filter(pl.col("age") < 18)["person"].n_unique(),
        "deceased": dead.len(),
        "notes": told.height,
        "exposure": {"fields": exposed, "special_categories": {"health": persons, **special}},
        "reach": {name: persons_with(living, valid) for name, valid in channels.items()}
        | {"none": persons - dead.len() - persons_with(living, pl.any_horizontal(channels.values()))},
        "obligations": {"notify_authority": "yes", "inform_persons": "yes", "register_only": False},
        "severity": {"level": "very_high", "cnil_level": "maximal"},
    }


if __name__ == "__main__":
    command(generate, __doc__, COMMITTED)
