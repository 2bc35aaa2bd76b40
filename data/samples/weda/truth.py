"""The true figures of the extract, from the objects as written."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import polars as pl

FIELDS = {
    "id": "patient_id",
    "cabinet.medecinRpps": "rpps",
    "cabinet.creeLe": "timestamp",
    "identite.civilite": "title",
    "identite.nomNaissance": "birth_name",
    "identite.nomUtilise": "family_name",
    "identite.prenom": "given_name",
    "identite.sexe": "sex",
    "identite.dateNaissance": "birth_date",
    "assure.nir": "nir",
    "coordonnees.adresse.voie": "postal_address",
    "coordonnees.adresse.codePostal": "postcode",
    "coordonnees.adresse.ville": "city",
    "coordonnees.courriel": "email",
}
LISTS = {
    # what only refers to a person, and tells no event, is "other"
    "coordonnees.telephones": {"record": "technical_id", "type": "flag", "numero": "phone"},
    "pathologies": {
        "record": "technical_id", "codeCim10": "diagnosis_code", "libelle": "diagnosis", "depuis": "care_date",
        "ald": "insurance_rights",
    },
    "traitements": {
        "record": "technical_id", "atc": "drug", "denomination": "drug", "posologie": "drug",
        "prescritLe": "care_date", "prescripteurRpps": "rpps",
    },
    "resultats": {
        "record": "technical_id", "loinc": "lab_result", "examen": "lab_result", "valeur": "lab_result",
        "unite": "flag", "prelevement": "care_date",
    },
    "allergies": {"record": "technical_id", "valeur": "allergy"},
}  # fmt: skip
PLACEHOLDERS = {None, "1900-01-01"}


def _items(document: dict[str, Any], path: str) -> Any:
    for step in path.split("."):
        document = document[step]
    return document


def truth_of(file: str, found: list[dict[str, Any]], files: pl.DataFrame, people: pl.DataFrame) -> dict[str, Any]:
    """What the generator knows of the objects it wrote; `files` has their person, one row each in order."""
    who = files["person"].to_list()
    exposed: dict[str, set[int]] = defaultdict(set)
    patients: dict[str, set[int]] = defaultdict(set)
    professionals: set[str] = set()
    for document, person in zip(found, who, strict=True):
        for path, field in FIELDS.items():
            if _items(document, path) not in PLACEHOLDERS:
                exposed[field].add(person)
        for path, columns in LISTS.items():
            if _items(document, path):
                for field in columns.values():
                    exposed[field].add(person)
        own = document["cabinet"]["medecinRpps"]
        patients[own].add(person)
        professionals |= {own, *(one["prescripteurRpps"] for one in document["traitements"])}
    dated = people.filter(pl.col("person").is_in(list(exposed["birth_date"])))
    silent = ("rpps", "technical_id", "timestamp", "flag")
    reached = {name: exposed[field] for name, field in (("email", "email"), ("phone", "phone"))}
    reached["postal"] = exposed["postal_address"]
    health = set().union(*(exposed[one] for one in ("diagnosis", "drug", "lab_result", "allergy", "insurance_rights")))
    tables = {
        path: {
            "role": "events" if "care_date" in columns.values() else "other",
            "rows": sum(len(_items(one, path)) for one in found),
            "columns": columns,
        }
        for path, columns in LISTS.items()
    }
    return {
        "sample": "weda",
        "tables": {file: {"role": "patients", "rows": len(found), "columns": FIELDS}, **tables},
        "rejected": 1,
        "persons": people.height,
        "professionals": len(professionals),
        "controllers": {"count": len(patients), "patients": {key: len(one) for key, one in sorted(patients.items())}},
        "minors": dated.filter(pl.col("age") < 18).height,
        "deceased": 0,
        "exposure": {
            "fields": {field: len(one) for field, one in sorted(exposed.items()) if field not in silent},
            "special_categories": {"health": len(health)},
            "special_tolerance": 0.01,
        },
        "reach": {**{name: len(one) for name, one in reached.items()},
                  "none": people.height - len(set().union(*reached.values()))},
        "obligations": {"notify_authority": "yes", "inform_persons": "yes", "register_only": False},
        "severity": {"level": "very_high", "cnil_level": "maximal"},
    }  # fmt: skip
