"""What the generator knows of the export it wrote."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from identifiers import siren
from titles import TITLES

CONTROLLER = siren(6)  # as in incident.toml

TOPICS = {"reproductive", "oncology", "mental_health", "addiction", "hiv_sti"}  # of health; the rest are categories
OF_PATIENT = {"ins": "ins", "nomNaissance": "birth_name", "prenoms": "given_name", "nomUtilise": "family_name",
              "sexe": "sex", "dateNaissance": "birth_date", "lieuNaissance": "birth_place", "courriel": "email",
              "mobile": "phone"}  # fmt: skip
COLUMNS = {
    "dossiers": {
        "record": "technical_id", "idDossier": "patient_id", "statut": "flag", "motifFermeture": "flag",
        "modeCreation": "flag",
        **{f"patient.{name}": field for name, field in OF_PATIENT.items()},
    },
    "dossiers.documents": {
        "record": "technical_id", "idDocument": "technical_id", "titre": "document_title",
        "typeLoinc": "document_title",
        "dateActe": "care_date", "auteur.rpps": "rpps", "auteur.nomPrenom": "practitioner_name",
        "auteur.finessStructure": "finess", "visibilite": "consent",
    },
    "dossiers.oppositions": {"record": "technical_id", "objet": "flag", "decision": "consent", "date": "timestamp"},
    "dossiers.delivrancesDP": {
        "record": "technical_id", "libelle": "drug", "quantite": "flag", "dateDelivrance": "care_date",
        "finessOfficine": "finess",
    },
    "dossiers.traces": {
        "record": "technical_id", "horodatage": "timestamp", "rppsPS": "rpps", "nomPS": "practitioner_name",
        "prenomPS": "given_name", "professionPS": "specialty", "modeAcces": "flag",
        "action": "flag", "adresseIP": "ip_address",
    },
    "registreRefus": {
        "record": "technical_id", "ins": "ins", "nomNaissance": "birth_name", "prenoms": "given_name", "sexe": "sex",
        "dateNaissance": "birth_date", "dateRefus": "timestamp", "canal": "flag",
    },
    "export_dmp_20251103.json": {"export.genere": "timestamp"},
}  # fmt: skip
ROLES = {"dossiers": "patients", "dossiers.documents": "events", "dossiers.oppositions": "other",
         "dossiers.delivrancesDP": "events", "dossiers.traces": "access_log", "registreRefus": "patients",
         "export_dmp_20251103.json": "other"}  # fmt: skip


def truth_of(
    people: list[dict[str, Any]], records: list[dict[str, Any]], owners: list[int], refused: list[dict[str, Any]]
) -> dict[str, Any]:
    """truth.json; `owners` are the persons of the records."""
    says = {one.text: one.says for one in TITLES}
    exposed: dict[str, set[int]] = defaultdict(set)
    revealed: dict[str, set[int]] = defaultdict(set)
    professionals: set[str] = set()
    for one, person in zip(records, owners, strict=True):
        for name, field in OF_PATIENT.items():
            if one["patient"][name]:
                exposed[field].add(person)
        exposed["patient_id"].add(person)
        exposed["document_title"].add(person)  # every record holds one document at least
        exposed["care_date"].add(person)
        exposed["consent"].add(person)  # of each document, whether it is masked
        if one["delivrancesDP"]:
            exposed["drug"].add(person)
        for document in one["documents"]:
            professionals.add(document["auteur"]["rpps"])
            if said := says[document["titre"]]:
                revealed[said].add(person)
        professionals.update(trace["rppsPS"] for trace in one["traces"])
    by_number = {one["ins"]: one["person"] for one in people if one["refused"]}
    for one in refused:
        for name in ("ins", "nomNaissance", "prenoms", "sexe", "dateNaissance"):
            exposed[OF_PATIENT[name]].add(by_number[one["ins"]])
    living = [one for one in people if one["closed"] != "DECES" or one["refused"]]
    email = [one for one in living if one["mail"] and not one["refused"]]
    phone = [one for one in living if one["cell"] and not one["refused"]]
    reached = {one["person"] for one in (*email, *phone)}
    special = {"health": len(set(owners)), **{k: len(v) for k, v in revealed.items() if k not in TOPICS}}
    rows = {
        "dossiers": len(records),
        "registreRefus": len(refused),
        "export_dmp_20251103.json": 1,
        **{f"dossiers.{name}": sum(len(one[name]) for one in records)
           for name in ("documents", "oppositions", "delivrancesDP", "traces")},
    }  # fmt: skip
    emergency = sum(trace["modeAcces"] == "BRIS_DE_GLACE" for one in records for trace in one["traces"])
    return {
        "sample": "dmp",
        "tables": {name: {"role": ROLES[name], "rows": rows[name], "columns": COLUMNS[name]} for name in COLUMNS},
        "persons": len(people),
        "professionals": len(professionals),
        "controllers": {"count": 1, "patients": {CONTROLLER: len(people)}},
        "minors": sum(one["age"] < 18 for one in people),
        "deceased": len(people) - len(living),
        "exposure": {
            "fields": {field: len(who) for field, who in sorted(exposed.items())},
            "special_categories": dict(sorted(special.items())),
            "special_tolerance": 0.01,
        },
        "revealed": {(f"health/{k}" if k in TOPICS else k): len(v) for k, v in sorted(revealed.items())},
        "emergency_accesses": emergency,
        "reach": {"email": len(email), "phone": len(phone), "postal": 0, "none": len(living) - len(reached)},
        "obligations": {"notify_authority": "yes", "inform_persons": "yes", "register_only": False},
        "severity": {"level": "very_high", "cnil_level": "maximal"},
    }
