"""Families of header words: composition, standards, languages, sensitive themes, and the roles of tables."""

from __future__ import annotations

from dataclasses import replace

import pytest

from breachkit.fields.decide import ColumnVerdict
from breachkit.fields.header import header_evidence
from breachkit.fields.header_names import folded, standard_names
from breachkit.fields.header_rules import classes, sensitive_words
from breachkit.fields.roles import table_role
from breachkit.reference.catalogue import fields, load_toml

PLAIN = ["libelle", "valeur"]  # neighbours that say nothing
FAMILIES = {
    "birth and death": {
        "patient_birth_place": "birth_place",
        "code_insee_naissance": "birth_place",
        "communeNaissance": "birth_place",
        "geboortedatum": "birth_date",
        "FECHA_NACIMIENTO": "birth_date",
        "Geburtsdatum": "birth_date",
        "data_nascita": "birth_date",
        "DT_DECES": "death_date",
        "dateOfDeath": "death_date",
    },
    "names": {
        "Nachname": "family_name",
        "Vorname": "given_name",
        "apellidos": "family_name",
        "cognome": "family_name",
        "voornaam": "given_name",
        "nom_du_medecin": "practitioner_name",
        "PRENOM_PRATICIEN": "practitioner_name",
        "prescriber_last_name": "practitioner_name",
    },
    "contact": {
        "N� téléphone": "phone",
        "handy": "phone",
        "correo": "email",
        "PLZ": "postcode",
        "codigo_postal": "postcode",
        "strasse": "postal_address",
        "ciudad": "city",
    },
    "keys of things": {
        "visit_id": "technical_id",
        "order_number": "technical_id",
        "document_id": "technical_id",
        "num_prelevement": "technical_id",
        "specimenId": "technical_id",
        "device_serial": "technical_id",
        "N° de série": "technical_id",
        "ref_virement": "technical_id",
        "invoice_no": "technical_id",
        "num_ordonnance": "technical_id",
        "file_sha256": "technical_id",
        "N° de course": "technical_id",
    },
    "counts and codes": {
        "nb_boites": "flag",
        "nombre de lits": "flag",
        "count_visits": "flag",
        "taux_occupation": "flag",
        "salle": "flag",
        "roomName": "flag",
        "libellé du rejet": "flag",
        "modele_appareil": "flag",
        "N° de dent": "flag",
        "N° casier": "flag",
        "voie d'administration": "flag",
        "hostname": "flag",
    },
    "dates of care": {
        "debut_hospitalisation": "care_date",
        "fin_arret_travail": "care_date",
        "date_prescription": "care_date",
        "scheduled_at": "care_date",
        "collectedDate": "care_date",
        "date accouchement": "care_date",
        "dt_debut_isolement": "care_date",
        "dateDelivrance": "care_date",
    },
    "dates of the software": {
        "date de création du rdv": "timestamp",
        "password_changed_at": "timestamp",
        "date_reception": "timestamp",
        "date_peremption": "timestamp",
        "dt_signature": "timestamp",
        "lastSignIn": "timestamp",
        "inscrit le": "timestamp",
    },
    "measures": {
        "bodyWeight": "vital_sign",
        "systolic_bp": "vital_sign",
        "SpO2": "vital_sign",
        "perimetre_cranien": "vital_sign",
        "gewicht": "vital_sign",
        "ferritine": "lab_result",
        "eGFR": "lab_result",
        "charge_virale": "lab_result",
        "groupe ABO": "lab_result",
        "serologie_hepatite": "lab_result",
    },
    "never a mere code": {
        "top_religion": "religion",
        "flag_croyance": "religion",
        "parti_politique": "political_opinion",
        "mandat_electif": "political_opinion",
        "is_union_member": "trade_union",
        "delegué syndical": "trade_union",
        "orientation_sexuelle": "sex_life",
        "code_ethnie": "ethnic_origin",
        "ancestry": "ethnic_origin",
        "variant_brca": "genetic",
        "caryotype": "genetic",
        "empreinte_digitale": "biometric",
        "face_template": "biometric",
        "date_ecrou": "offence",
        "procedure_penale": "offence",
        "casier judiciaire": "offence",
        "taux_incapacite": "disability",
        "statut_rqth": "disability",
        "top_addiction": "diagnosis",
        "risque_suicidaire": "diagnosis",
        "hiv_status": "lab_result",
        "depistage_vih": "lab_result",
    },
    "rights, money, agreement": {
        "quotient_familial": "income",
        "salaire_net": "income",
        "annual_income": "income",
        "depassement": "amount",
        "reste_a_charge": "amount",
        "num_adherent": "contract_number",
        "police_number": "contract_number",
        "member_number": "contract_number",
        "caisse_affiliation": "insurance_rights",
        "directives_anticipees": "consent",
        "opted_in": "consent",
        "refus_prelevement": "consent",
    },
    "standards": {
        "BEN_SEX_COD": "sex",
        "pha_prs_c13": "drug",
        "EXE_SOI_DTD": "care_date",
        "T_MCO.ETA_NUM": "finess",
        "PID-5.2": "given_name",
        "PID-31": "flag",
        "PID-3.1": "patient_id",
        "PV1-44": "care_date",
        "Patient.name[0].given[1]": "given_name",
        "Observation.effectiveDateTime": "care_date",
        "entry.resource.subject.reference": "patient_id",
        "StudyInstanceUID": "technical_id",
        "PatientBirthDate": "birth_date",
        "ReferringPhysicianName": "practitioner_name",
        "year_of_birth": "birth_date",
        "race_source_value": "ethnic_origin",
        "sAMAccountName": "username",
        "pwdLastSet": "timestamp",
        "cs-uri-stem": "flag",
        "cs(User-Agent)": "flag",
        "PersonHasOptedOutOfEmail": "consent",
        "S21.G00.30.001": "nir",
    },
}
CASES = [(header, field) for family in FAMILIES.values() for header, field in family.items()]


def best(header: str, neighbours: list[str]) -> str:
    scores = header_evidence(header, neighbours)
    return max(scores, key=lambda field: scores[field]) if scores else ""


@pytest.mark.parametrize(("header", "field"), CASES)
def test_a_family_of_words_announces_its_field(header: str, field: str) -> None:
    assert best(header, PLAIN) == field
    assert header_evidence(header, PLAIN)[field] >= 0.6


@pytest.mark.parametrize("header", FAMILIES["never a mere code"])
def test_a_sensitive_word_is_never_a_mere_code(header: str) -> None:
    scores = header_evidence(header, PLAIN)
    assert scores.get("flag", 0.0) < 0.5 * max(scores.values())


@pytest.mark.parametrize(
    ("header", "neighbours", "field"),
    [
        ("Date", ["Code CCAM", "Praticien", "Motif"], "care_date"),
        ("startDate", ["drugName", "prescriber"], "care_date"),
        ("Date", ["adresse ip", "url", "acte", "examen"], "timestamp"),
        ("NOM_PAT", ["PRE_PAT", "SEXE"], "family_name"),
        ("NOM_PAT", ["NOM_USAGE", "PRENOM"], "birth_name"),
        ("geste", ["parite", "terme"], "vital_sign"),
        ("geste", ["bloc", "chirurgien"], "procedure_code"),
        ("date entrée", ["profession", "salaire"], "timestamp"),
        ("date entrée", ["date sortie", "diagnostic"], "care_date"),
        ("unit", ["resultat", "analyse"], "flag"),
        ("sn", ["givenName", "sAMAccountName", "userPrincipalName", "telephoneNumber"], "family_name"),
        ("sn", ["modele", "fabricant"], "technical_id"),
        ("T_MDPH.revenus", ["T_MDPH.nom", "T_MDPH.prenom", "T_MDPH.ville"], "income"),
        ("nb de lits", PLAIN, "flag"),
    ],
)
def test_the_other_headers_settle_what_a_word_means(header: str, neighbours: list[str], field: str) -> None:
    assert best(header, neighbours) == field


def test_the_tables_of_words_and_names_hold_fields_of_the_contract() -> None:
    table = load_toml("headers.toml")
    reachable = {word for canonical in table["words"].values() for word in canonical.split()}
    assert {field for _, field in standard_names().values()} <= set(fields())
    assert set(sensitive_words().values()) <= set(fields())
    assert set(sensitive_words()) <= reachable
    for name in ("things", "care", "record", "office", "of_care", "of_software", "of_staff", "days"):
        assert classes()[name] <= reachable | {"date", "at"}, name
    assert folded("PID-3.1") != folded("PID-31")


def verdicts(*columns: tuple[str, int, int]) -> list[ColumnVerdict]:
    return [
        ColumnVerdict(at, f"c{at}", "", field, 0.9, filled, filled, 0, distinct, "rule", ())
        for at, (field, filled, distinct) in enumerate(columns, start=1)
    ]


NAMES = (("family_name", 500, 300), ("given_name", 500, 250), ("sex", 500, 2))


@pytest.mark.parametrize(
    ("columns", "role"),
    [
        ((*NAMES, ("birth_date", 500, 495), ("nir", 500, 500), ("care_date", 200, 150)), "patients"),
        ((*NAMES, ("patient_id", 500, 140), ("care_date", 500, 400), ("procedure_code", 500, 30)), "events"),
        ((*NAMES, ("birth_date", 500, 160), ("care_date", 500, 300), ("lab_result", 500, 90)), "events"),
        ((*NAMES, ("email", 500, 500), ("password", 500, 500), ("birth_date", 500, 495)), "accounts"),
        ((("ip_address", 500, 90), ("timestamp", 500, 480), ("username", 500, 40), ("flag", 500, 5)), "access_log"),
        # Members of an insurer and job seekers have an income and an occupation as well.
        ((*NAMES, ("nir", 500, 500), ("income", 500, 480), ("occupation", 500, 30), ("iban", 500, 500)), "patients"),
        ((*NAMES, ("rpps", 500, 500), ("specialty", 500, 20), ("finess", 500, 80)), "professionals"),
        ((("drug", 500, 500), ("amount", 500, 80), ("flag", 500, 5), ("technical_id", 500, 500)), "other"),
        ((("finess", 500, 500), ("organisation_name", 500, 490), ("phone", 500, 500), ("city", 500, 90)), "other"),
        ((("sex", 500, 2), ("age", 500, 70), ("diagnosis", 500, 9), ("vital_sign", 500, 90)), "patients"),
    ],
)
def test_the_role_of_a_table_comes_from_its_columns(columns: tuple[tuple[str, int, int], ...], role: str) -> None:
    assert table_role(verdicts(*columns)) == role


def test_a_payroll_is_told_by_the_words_of_those_who_pay() -> None:
    """Taken for professionals, the members of an insurer would be no patients of the breach."""
    columns = (*NAMES, ("income", 500, 480), ("occupation", 500, 30), ("timestamp", 500, 400))
    plain = verdicts(*columns)
    headers = ("NOM", "PRENOM", "SEXE", "SALAIRE_BRUT", "METIER", "DATE_EMBAUCHE")
    staff = [replace(one, header=header) for one, header in zip(plain, headers, strict=True)]
    assert table_role(staff) == "professionals"
    members = [*staff, replace(plain[0], position=7, column="c7", header="MUTUELLE", field="insurer")]
    assert table_role(members) == table_role(plain) == "patients"
