"""What the generator knows of the dump it wrote."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

import polars as pl
from writing import persons_with

TOPICS = {"reproductive", "oncology", "mental_health", "addiction", "hiv_sti"}  # of health; the rest are categories
CELLS = {  # field → table, columns
    "birth_name": ("patient", ["nom_naissance"]),
    "family_name": ("patient", ["nom_usage"]),
    "given_name": ("patient", ["prenom"]),
    "sex": ("patient", ["sexe"]),
    "birth_place": ("patient", ["lieu_naissance"]),
    "ins": ("patient", ["matricule_ins"]),
    "patient_id": ("patient", ["ipp"]),
    "postal_address": ("patient", ["adresse"]),
    "postcode": ("patient", ["code_postal"]),
    "city": ("patient", ["ville"]),
    "email": ("patient", ["email"]),
    "care_unit": ("sejour", ["uf_libelle"]),
    "care_date": ("sejour", ["date_entree"]),
    "diagnosis_code": ("diagnostic", ["code_cim10"]),
    "drug": ("prescription", ["medicament"]),
    "death_date": ("certificat_deces", ["date_deces"]),
}


def _filled(names: list[str]) -> pl.Expr:
    return pl.any_horizontal((pl.col(name).is_not_null() & (pl.col(name) != "")).fill_null(False) for name in names)


def truth_of(
    tables: Mapping[str, pl.DataFrame],
    diagnoses: pl.DataFrame,
    fields: Mapping[str, Mapping[str, str]],
    roles: Mapping[str, str],
) -> dict[str, Any]:
    """truth.json; `diagnoses` has a row for each code written of a person, with what it says."""
    patient, stays = tables["patient"], tables["sejour"]
    exposed = {field: persons_with(tables[table], _filled(names)) for field, (table, names) in CELLS.items()}
    exposed["birth_date"] = persons_with(patient, pl.col("dated"))
    phone = pl.col("has_landline") | pl.col("has_mobile")
    exposed["phone"] = persons_with(patient, phone)
    living = patient.filter(~pl.col("deceased"))
    postal = pl.col("adresse") != ""
    reached = living.filter(phone | postal | (pl.col("email") != ""))
    special = {"health": stays["person"].n_unique()}
    revealed: Counter[str] = Counter()
    told = diagnoses.with_columns(pl.col("says").str.split(" ")).explode("says")
    for says, persons in told.group_by("says").agg(pl.col("person").n_unique()).iter_rows():
        if says in TOPICS:
            revealed[f"health/{says}"] = persons
        elif says:
            special[says] = revealed[says] = persons
    numbers = pl.concat([
        tables["medecin"]["rpps"], tables["prescription"]["rpps_prescripteur"],
        tables["certificat_deces"]["rpps_certificateur"], patient["rpps_medecin_traitant"].drop_nulls(),
    ])  # fmt: skip
    by_hospital = stays.group_by("finess").agg(pl.col("person").n_unique()).sort("finess")
    who = patient.unique("person")
    return {
        "sample": "hopital",
        "tables": {
            name: {"role": roles[name], "rows": table.height, "columns": dict(fields[name])}
            for name, table in tables.items()
        },
        "persons": who.height,
        "professionals": numbers.n_unique(),
        "controllers": {"count": by_hospital.height, "patients": dict(by_hospital.iter_rows())},
        "minors": who.filter(pl.col("age") < 18).height,
        "deceased": who["deceased"].sum(),
        "exposure": {
            "fields": dict(sorted(exposed.items())),
            "special_categories": dict(sorted(special.items())),
            "special_tolerance": 0.01,
        },
        "revealed": dict(sorted(revealed.items())),
        "reach": {
            "email": persons_with(living, pl.col("email") != ""),
            "phone": persons_with(living, phone),
            "postal": persons_with(living, postal),
            "none": living["person"].n_unique() - reached["person"].n_unique(),
        },
        "obligations": {"notify_authority": "yes", "inform_persons": "yes", "register_only": False},
        "severity": {"level": "very_high", "cnil_level": "maximal"},
    }
