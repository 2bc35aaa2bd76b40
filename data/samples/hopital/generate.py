"""Write the `hopital` sample: an invented dump of the patient database of two hospitals.

    python data/samples/hopital/generate.py --out DIR [--persons N] [--seed S] [--key FILE]

A mysqldump of seven tables, gzipped: establishments, doctors, patients, stays, diagnoses (CIM-10), prescriptions and
death certificates. Rows refer to one another by numbers; only `patient` and `medecin` hold names. Same arguments,
same bytes.
"""

from __future__ import annotations

import gzip
import sys
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent), str(HERE)]  # the generators are scripts, not an installed package

from care import (  # noqa: E402
    CAUSES,
    DIED,
    ENTRIES,
    EXITS,
    FIRST_DAY,
    LAST_DAY,
    REASONS,
    draw_diagnoses,
    draw_prescriptions,
    draw_reasons,
    draw_stays,
)
from command import command  # noqa: E402
from dump import Column, write_dump  # noqa: E402
from identifiers import birth_departments, finess, nir_key, nirs, rpps_numbers  # noqa: E402
from population import Lists, age_years, pick  # noqa: E402
from records import typo  # noqa: E402
from truth import truth_of  # noqa: E402
from writing import capitals, date_text, population, write_truth  # noqa: E402

COMMITTED = {"persons": 1800, "seed": 2024}
FILE = "dpi_prod_20241119.sql.gz"
HOSPITALS = [finess("42", 478_110), finess("43", 478_220)]
NAMES = ["Centre hospitalier de la Vallée", "Centre hospitalier des Trois Rivières"]
UNITS = sorted({one.unit for one in REASONS})
SECOND_FILE, NO_BIRTH, NO_INS = 0.04, 0.006, 0.1  # of persons: a file opened twice; shares of files
FIELDS = {
    "etablissement": {
        "id_etablissement": "technical_id", "finess_et": "finess", "finess_ej": "finess",
        "raison_sociale": "organisation_name", "adresse": "postal_address", "code_postal": "postcode", "ville": "city",
    },
    "medecin": {
        "id_medecin": "technical_id", "rpps": "rpps", "nom": "family_name", "prenom": "given_name",
        "specialite": "specialty", "finess": "finess", "email_pro": "email",
    },
    "patient": {
        "id_patient": "patient_id", "ipp": "patient_id", "nom_naissance": "birth_name", "nom_usage": "family_name",
        "prenom": "given_name", "sexe": "sex", "date_naissance": "birth_date", "lieu_naissance": "birth_place",
        "matricule_ins": "ins", "adresse": "postal_address", "code_postal": "postcode", "ville": "city",
        "telephone": "phone", "portable": "phone", "email": "email", "rpps_medecin_traitant": "rpps",
        "date_deces": "death_date", "date_creation": "timestamp", "date_maj": "timestamp",
    },
    "sejour": {
        "id_sejour": "patient_id", "nda": "patient_id", "id_patient": "patient_id", "finess": "finess",
        "uf_libelle": "care_unit", "date_entree": "care_date", "mode_entree": "flag", "date_sortie": "care_date",
        "mode_sortie": "flag",
    },
    "diagnostic": {
        "id_diagnostic": "technical_id", "id_sejour": "patient_id", "type_diag": "flag",
        "code_cim10": "diagnosis_code",
    },
    "prescription": {
        "id_prescription": "technical_id", "id_sejour": "patient_id", "rpps_prescripteur": "rpps",
        "medicament": "drug", "voie": "flag", "date_prescription": "care_date",
    },
    "certificat_deces": {
        "id_certificat": "technical_id", "id_patient": "patient_id", "date_deces": "death_date",
        "cause_directe": "diagnosis_code", "cause_initiale": "diagnosis_code", "rpps_certificateur": "rpps",
    },
}  # fmt: skip
ROLES = {"etablissement": "other", "medecin": "professionals", "patient": "patients", "sejour": "events",
         "diagnostic": "events", "prescription": "events", "certificat_deces": "events"}  # fmt: skip
NO_DAY, NO_MOMENT = "0000-00-00", "0000-00-00 00:00:00"


def draw_doctors(rng: np.random.Generator, count: int, lists: Lists) -> pl.DataFrame:
    """The doctors of both hospitals, then as many family doctors of the town, whom only patients' files name."""
    weights = lists.family_weights(lists.areas[0])
    family = lists.family[pick(rng, weights, count)]
    given = lists.given["given_name"].to_numpy()
    names = pl.DataFrame({"family": family.tolist(), "given": given[rng.integers(0, given.size, count)].tolist()})
    return names.with_columns(
        pl.Series("rpps", rpps_numbers(rng, count)),
        pl.Series("specialty", [UNITS[n] for n in rng.integers(0, len(UNITS), count)]),
        pl.Series("hospital", (np.arange(count) >= count // 2).astype(np.int64)),
        capitals(pl.col("family")).alias("nom"),
    )


def draw_lines(rng: np.random.Generator, people: pl.DataFrame) -> pl.DataFrame:
    """One row for each patient's file: a person's first, and for a few a second one opened by mistake."""
    n = people.height
    age = people["age"].to_numpy()
    risk = np.interp(age, [0, 45, 60, 75, 90, 100], [0.002, 0.01, 0.03, 0.1, 0.3, 0.5])
    deceased = (rng.random(n) < risk) & (age >= 1)
    start = np.maximum(FIRST_DAY, people["born"].to_numpy() + 30)
    died = (start + (LAST_DAY - start) * (0.3 + 0.7 * rng.random(n))).astype(np.int64)
    people = people.with_columns(
        pl.Series("deceased", deceased & (died < LAST_DAY)), pl.Series("died", died),
        pl.Series("hospital", (rng.random(n) < 0.4).astype(np.int64)),
        pl.Series("birth_known", rng.random(n) >= NO_BIRTH),
    )  # fmt: skip
    twice = np.flatnonzero((rng.random(n) < SECOND_FILE) & ~people["deceased"].to_numpy() & ~people["alike"].to_numpy())
    lines = people[np.concatenate([np.arange(n), twice])]
    second = np.arange(lines.height) >= n
    return lines.with_columns(
        pl.Series("second", second),
        pl.Series("fault", np.where(second, rng.integers(0, 5, lines.height), -1)),
        *(pl.Series(name, rng.random(lines.height)) for name in ("d1", "d2", "d3", "d4", "d5", "d6", "d7", "d8")),
    ).with_columns(
        (pl.col("birth_known") | pl.col("second")).alias("dated"),
        pl.Series("doctor_of_town", rng.integers(0, 1 << 30, lines.height)),
    )


def patients(lines: pl.DataFrame, family_doctors: pl.Series) -> pl.DataFrame:
    """The lines with the columns of `patient` as written; nothing of a second file is new but its one fault."""
    use, birth, given = capitals(pl.col("family_name")), capitals(pl.col("birth_name")), capitals(pl.col("given_name"))
    fault, day = pl.col("fault"), pl.col("born").cast(pl.Int32).cast(pl.Date)
    moved = fault == 4
    told = (pl.col("d1") >= NO_INS) & ~pl.col("second")
    doctor = (pl.col("doctor_of_town") % family_doctors.len()).cast(pl.Int64)
    return lines.with_columns(
        pl.when(fault == 0).then(typo(birth, pl.col("d2"), pl.col("d3"))).otherwise(birth).alias("nom_naissance"),
        pl.when(fault == 1).then(None).when(use != birth).then(
            pl.when(fault == 0).then(None).otherwise(use)).alias("nom_usage"),
        pl.when(fault == 2).then(typo(given, pl.col("d2"), pl.col("d3"))).otherwise(given).alias("prenom"),
        pl.when("female").then(pl.lit("F")).otherwise(pl.lit("M")).alias("sexe"),
        pl.when("dated").then(day.dt.strftime("%Y-%m-%d")).otherwise(pl.lit(NO_DAY)).alias("date_naissance"),
        pl.when(pl.col("d4") < 0.9).then(capitals(pl.col("birth_town"))).otherwise(pl.lit("")).alias("lieu_naissance"),
        pl.when(told).then(pl.col("ins")).alias("matricule_ins"),
        pl.when(pl.col("d5") < 0.08).then(pl.lit("")).when(moved).then(pl.col("old_address"))
        .otherwise(pl.col("address")).alias("adresse"),
        pl.when(pl.col("d5") < 0.08).then(pl.lit("")).when(moved).then(pl.col("old_postcode"))
        .otherwise(pl.col("postcode")).alias("code_postal"),
        pl.when(pl.col("d5") < 0.08).then(pl.lit("")).when(moved).then(capitals(pl.col("old_city")))
        .otherwise(capitals(pl.col("city"))).alias("ville"),
        pl.when(pl.col("has_landline")).then(pl.col("landline")).when(pl.col("d6") < 0.1).then(pl.lit("0000000000"))
        .otherwise(pl.lit("")).alias("telephone"),
        pl.when(pl.col("has_mobile")).then(pl.col("mobile")).otherwise(pl.lit("")).alias("portable"),
        pl.when(pl.col("has_email") & (pl.col("d7") < 0.7)).then(pl.col("email")).otherwise(pl.lit("")).alias("email"),
        pl.when(pl.col("d8") < 0.7).then(family_doctors.gather(lines.select(doctor).to_series()))
        .alias("rpps_medecin_traitant"),
        pl.when(pl.col("deceased") & (pl.col("d7") < 0.85)).then(date_text(pl.col("died"), "%Y-%m-%d"))
        .otherwise(pl.lit(NO_DAY)).alias("date_deces"),
    )  # fmt: skip


def tables_of(
    rng: np.random.Generator, lines: pl.DataFrame, doctors: pl.DataFrame
) -> tuple[dict[str, pl.DataFrame], pl.DataFrame]:
    """The tables as written, each with its own columns and `person`; and the diagnoses with what they say."""
    stays = draw_stays(rng, lines)
    signers = doctors.height // 2
    diagnoses, given = draw_diagnoses(rng, stays), draw_prescriptions(rng, stays, signers)
    number = 1_000 + np.arange(lines.height) * 3 + rng.integers(0, 3, lines.height)
    ids, stay_ids = pl.Series("id_patient", number), pl.Series(50_001 + np.arange(stays.height))
    dead = lines.with_row_index("line").filter(pl.col("deceased") & ~pl.col("second"))
    signed = doctors["rpps"].gather(rng.integers(0, signers, dead.height))
    cause = [CAUSES[n] for n in rng.integers(0, len(CAUSES), dead.height)]
    tables = {
        "etablissement": pl.DataFrame({
            "id_etablissement": [1, 2], "finess_et": HOSPITALS, "finess_ej": [finess("42", 478_100)] * 2,
            "raison_sociale": NAMES, "adresse": ["1 avenue de l'Hôpital", "12 rue des Tilleuls"],
            "code_postal": ["42300", "43000"], "ville": ["ROANNE", "LE PUY-EN-VELAY"],
        }),
        "medecin": doctors[:signers].select(
            (pl.int_range(pl.len()) + 1).alias("id_medecin"), "rpps", "nom", pl.col("given").alias("prenom"),
            pl.col("specialty").alias("specialite"),
            pl.Series("finess", [HOSPITALS[i * 2 // signers] for i in range(signers)]),
            (pl.lit("medecin") + pl.int_range(pl.len()).cast(pl.String) + "@ch-vallee.example").alias("email_pro"),
        ),
        "patient": files_of(lines, stays, number),
        "sejour": stays_of(stays, stay_ids, ids),
        "diagnostic": diagnoses.with_columns(
            (pl.int_range(pl.len()) + 300_001).alias("id_diagnostic"),
            stay_ids.gather(diagnoses["stay"]).alias("id_sejour"),
            pl.col("kind").alias("type_diag"), pl.col("code").alias("code_cim10"),
        ),
        "prescription": prescriptions_of(given, stay_ids, doctors),
        "certificat_deces": pl.DataFrame({
            "id_certificat": 1 + np.arange(dead.height), "id_patient": ids.gather(dead["line"]),
            "person": dead["person"],
            "date_deces": dead.select(date_text(pl.col("died"), "%Y-%m-%d")).to_series(), "cause_directe": cause,
            "cause_initiale": [REASONS[r].code for r in dead["reason"]], "rpps_certificateur": signed,
        }),
    }  # fmt: skip
    return tables, pl.concat([
        diagnoses.select("person", "says"),
        pl.DataFrame({"person": dead["person"], "says": [REASONS[r].says for r in dead["reason"]]}),
        pl.DataFrame({"person": dead["person"], "says": ["oncology" if c == "C349" else "" for c in cause]}),
    ], how="vertical_relaxed")  # fmt: skip


def files_of(lines: pl.DataFrame, stays: pl.DataFrame, number: np.ndarray) -> pl.DataFrame:
    """The patients' files, each made on the day of its first stay."""
    created = stays.group_by("line").agg(pl.col("first").min()).sort("line")["first"]
    return lines.with_columns(
        pl.Series("id_patient", number),
        (pl.lit("8") + (pl.Series(700_100_000 + number * 7)).cast(pl.String)).alias("ipp"),
        date_text(created.alias("c").to_frame()["c"], "%Y-%m-%d 08:30:00").alias("date_creation"),
        pl.lit("2024-09-02 03:00:12").alias("date_maj"),
    )  # fmt: skip


def stays_of(stays: pl.DataFrame, stay_ids: pl.Series, ids: pl.Series) -> pl.DataFrame:
    """The stays; one that goes on has no day of leaving."""
    moment = date_text(pl.col("first"), "%Y-%m-%d ") + (pl.col("hour") // 60).cast(pl.String).str.zfill(2) + ":" + (
        pl.col("hour") % 60).cast(pl.String).str.zfill(2) + ":00"  # fmt: skip
    return stays.with_columns(
        stay_ids.alias("id_sejour"), (24_000_000_000 + stay_ids * 13).cast(pl.String).alias("nda"),
        ids.gather(stays["line"]).alias("id_patient"),
        pl.Series("finess", [HOSPITALS[h] for h in stays["hospital"]]),
        pl.Series("uf_libelle", [REASONS[r].unit for r in stays["reason"]]),
        moment.alias("date_entree"), pl.Series("mode_entree", [ENTRIES[e] for e in stays["entry"]]),
        pl.when(pl.col("last") < 0).then(pl.lit(NO_MOMENT))
        .otherwise(date_text(pl.when(pl.col("last") < 0).then(0).otherwise(pl.col("last")), "%Y-%m-%d 14:00:00"))
        .alias("date_sortie"),
        pl.when(pl.col("last") < 0).then(None).when("died").then(pl.lit(DIED))
        .otherwise(pl.Series([EXITS[e] for e in stays["exit"]])).alias("mode_sortie"),
    )  # fmt: skip


def prescriptions_of(given: pl.DataFrame, stay_ids: pl.Series, doctors: pl.DataFrame) -> pl.DataFrame:
    """What was given during the stays, by whom and how."""
    return given.with_columns(
        (pl.int_range(pl.len()) + 900_001).alias("id_prescription"),
        stay_ids.gather(given["stay"]).alias("id_sejour"),
        doctors["rpps"].gather(given["doctor"]).alias("rpps_prescripteur"), pl.col("drug").alias("medicament"),
        pl.when(pl.col("drug").str.contains("UI|mg 50")).then(pl.lit("IV")).otherwise(pl.lit("PO")).alias("voie"),
        date_text(pl.col("day"), "%Y-%m-%d").alias("date_prescription"),
    )  # fmt: skip


TYPES = {
    "technical_id": "int(11) NOT NULL", "timestamp": "datetime DEFAULT NULL", "flag": "char(3) DEFAULT NULL",
    "birth_date": "date NOT NULL DEFAULT '0000-00-00'", "death_date": "date NOT NULL DEFAULT '0000-00-00'",
    "care_date": "datetime NOT NULL DEFAULT '0000-00-00 00:00:00'",
}  # fmt: skip


def sql_columns() -> dict[str, list[Column]]:
    """The columns of each table with their types."""
    plain = "varchar(80) DEFAULT NULL"
    return {
        table: [
            Column(name, TYPES["technical_id"] if name.startswith("id_") else TYPES.get(field, plain))
            for name, field in named.items()
        ]
        for table, named in FIELDS.items()
    }


def generate(out: Path, *, persons: int, seed: int, key: Path | None = None) -> dict[str, Any]:
    """Write the dump and truth.json under `out`; `key` receives the true person of each patient's number."""
    rng, lists = np.random.default_rng([seed, 31]), Lists.load()
    people, _ = population(rng, persons, lists)
    latest = LAST_DAY - 40 - rng.integers(0, 300, persons)  # nobody is born after the dump
    people = people.with_columns(pl.min_horizontal("born", pl.Series(latest)).alias("born"))
    people = people.with_columns(age_years(pl.col("born")).alias("age"))
    town = rng.integers(0, lists.communes.height, persons)
    bodies = nirs(rng, people, birth_departments(rng, people, lists))
    people = people.with_columns(
        lists.communes["commune"].gather(town).alias("birth_town"),
        pl.Series("ins", [body + nir_key(body) for body in bodies]),
        pl.Series("reason", draw_reasons(rng, people)),
    )
    doctors = draw_doctors(rng, 2 * max(12, persons // 60), lists)
    town_doctors = doctors[doctors.height // 2 :]["rpps"]
    lines = patients(draw_lines(rng, people), town_doctors)
    lines = lines[rng.permutation(lines.height)]
    tables, diagnoses = tables_of(rng, lines, doctors)
    out.mkdir(parents=True, exist_ok=True)
    columns = sql_columns()
    with (
        (out / FILE).open("wb") as raw,
        gzip.GzipFile(filename="", mode="wb", fileobj=raw, mtime=0, compresslevel=9) as file,
    ):
        for piece in write_dump(tables, columns):
            file.write(piece.encode())
    if key:
        tables["patient"].select("id_patient", "person").write_csv(key)
    truth = truth_of(tables, diagnoses, FIELDS, ROLES)
    write_truth(out, truth)
    return truth


if __name__ == "__main__":
    command(generate, __doc__, COMMITTED)
