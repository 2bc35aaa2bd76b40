"""How the words of one header act on each other, and what the other headers of the table add.

« numéro » before a visit, an order or a device makes a key of it; « nombre » a count; a date of an act is care, a date
of a record is the software's; a word of religion, health or justice keeps its field whatever stands beside it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from breachkit.reference.catalogue import load_toml

Scores = dict[str, float]


@cache
def classes() -> dict[str, frozenset[str]]:
    """The classes of words of headers.toml."""
    return {name: frozenset(words) for name, words in load_toml("headers.toml")["classes"].items()}


@cache
def sensitive_words() -> dict[str, str]:
    """Canonical words that are never a mere code, and their field."""
    return dict(load_toml("headers.toml")["sensitive"])


LEFT_BESIDE = 0.35  # weight kept by what a stronger word overrules. Our choice.
CONTACT = ("phone", "email", "rpps", "adeli", "finess", "siren", "specialty", "postal_address", "postcode", "city")


@dataclass(frozen=True)
class Header:
    """One header as read: its plain words, its canonical words, and how many words no table knows."""

    written: tuple[str, ...]
    words: frozenset[str]
    unknown: int

    @property
    def numbered(self) -> bool:
        return bool(classes()["numbering"] & set(self.written))

    @property
    def counted(self) -> bool:
        return bool(classes()["counting"] & set(self.written))


def _beside(scores: Scores, field: str, weight: float, left: float = LEFT_BESIDE) -> Scores:
    """The field at least at that weight, the others lowered."""
    kept = {one: score * left for one, score in scores.items() if one != field}
    return {**kept, field: max(weight, scores.get(field, 0.0))}


def _sensitive(scores: Scores, header: Header) -> Scores | None:
    found = [field for word, field in sensitive_words().items() if word in header.words]
    if not found or "dent" in header.words:
        return None
    if header.words & {"montant"}:
        return _beside(scores, "amount", 0.9)
    if header.numbered and "dossier" in header.written:
        return _beside(scores, "patient_id", 0.9)
    best = max(found, key=lambda field: (scores.get(field, 0.0), field))
    weight = 1.0 if header.unknown == 0 else 0.9
    dated = {"timestamp": 0.6} if "date" in header.words else {}
    kept = _beside({one: score for one, score in scores.items() if one not in ("flag", *found)}, best, weight)
    return {**kept, **dated}


def _dated(scores: Scores, header: Header) -> Scores:
    days = header.words & classes()["days"]
    if not days or header.words & {"naissance", "deces", "ne", "droits"}:
        return scores
    whole = 1.0 if header.unknown == 0 else 0.85
    if header.words & classes()["record"]:
        return _beside(scores, "timestamp", whole)
    if (
        header.words & classes()["care"]
        and not header.words & {"facture", "commande"}
        and "drapeau" not in header.words
    ):
        return _beside(scores, "care_date", whole)
    if header.words & classes()["office"]:
        return _beside(scores, "timestamp", 0.9 * whole)
    best = max((scores.get(field, 0.0) for field in ("care_date", "timestamp", "birth_date", "death_date")), default=0)
    if "date" in header.words and best < 0.5 and header.unknown == 0 and len(header.words) > 1:
        return _beside(scores, "timestamp", 0.7)
    return scores


def composed(scores: Scores, header: Header) -> Scores:
    """The scores once the words of the header have acted on each other."""
    strong = _sensitive(scores, header)
    if strong is not None:
        return strong
    words = header.words
    if header.counted and not words & {"nir", "telephone", "ipp", "iep"}:
        return _beside(scores, "flag", 0.95)
    if words & classes()["days"]:
        return _dated(scores, header)
    if header.numbered and FILES & set(header.written) and words <= {"drapeau", "fichier"}:
        return {**scores, "patient_id": 0.9}  # « numéro administratif de dossier », « patient file number »
    if header.numbered and words and words <= classes()["things"]:
        return _beside(scores, "technical_id", 0.95)
    if words == {"etablissement"} and {"id", "ident", "fk", "pk"} & set(header.written):
        return {"technical_id": 0.85}
    if header.numbered and words == {"casier"}:
        return {"flag": 0.9}
    if header.numbered and words == {"medecin"}:
        return {**scores, "technical_id": 0.75}
    if "medecin" in words and not any(field in scores for field in CONTACT) and "practitioner_name" in scores:
        return _beside(scores, "practitioner_name", 0.85, 0.6)
    return scores


def _bare_day(scores: Scores, header: Header, others: frozenset[str]) -> Scores:
    """« Date », « Heure » or « Début » alone: the day of the care in a table about care."""
    if not header.words or not header.words <= classes()["days"] or header.unknown or others & classes()["of_software"]:
        return scores
    return _beside(scores, "care_date", 0.85) if len(others & classes()["of_care"]) >= 2 else scores


FILES = {"dossier", "patient", "chart", "fiche"}
OTHER_NAME = re.compile(
    r"(?<!re)nom$|nomusu|nomusage|usuel|marital|epouse|nomfam|nomdefam|lastname|familyname|nomaff|nommar"
)


def _family_name_of_patient(written: str, neighbours: Sequence[str]) -> bool:
    """Whether PAT stands for the patient (NOM_PAT beside PREN_PAT, or the only name) and not for « patronymique »."""
    if not written.endswith("nompat"):
        return False
    if any(one.endswith("pat") and len(one) > 4 and not one.endswith("nompat") for one in neighbours):
        return True
    return not any(OTHER_NAME.search(one) for one in neighbours if not one.endswith("nompat"))


def in_table(scores: Scores, header: Header, others: frozenset[str], neighbours: Sequence[str]) -> Scores:
    """The scores once the other headers are read: their canonical words, and each written in one."""
    words, found = header.words, dict(scores)
    glued = "".join(header.written)
    if _family_name_of_patient(glued, neighbours):
        return {"family_name": 0.95, "birth_name": 0.4}
    if words == {"nom"} and "prenom" not in others:
        found["full_name"] = 0.75
        found["organisation_name"] = 0.6 if others & {"siren", "finess", "etablissement"} else 0.3
    if words >= {"prelevement"} and others & {"iban", "bic", "mandat", "debit"}:
        found["timestamp"] = max(found.pop("care_date", 0.0), 0.7)  # a debit, not a sample of blood
    insured = others & {"nir", "secu", "mutuelle"} and others & {"naissance", "sexe"}  # patients, with a prescriber
    if "profession" in words and others & {"rpps", "adeli", "pp", "finess", "savoir"} and not insured:
        found["specialty"] = max(found.get("specialty", 0.0), 0.85)
        found.pop("occupation", None)
    if "produit" in header.written and others & {"cip", "medicament"} and words <= {"produit", "drapeau"}:
        found = _beside(found, "drug", 0.85)  # the name of the box beside its code
    if words == {"cle"} and others & {"nir", "secu", "ss"}:
        return {"flag": 0.9}  # the two digits that follow a NIR
    if words == {"nom", "prenom"} and {"name", "given"} <= set(header.written):
        return {"given_name": 0.95}  # name.official.given
    if words == {"ville"} and "postal" in others:
        found["city"] = 1.0
    if "loinc" in glued and others & {"titre", "document"} and not others & {"resultat", "analyse", "examen"}:
        return {"document_title": 0.95}  # the LOINC code of a document's type
    if "insee" in words and "naissance" not in words and others & {"nir", "ville"}:
        found["birth_place"] = 0.5
    if words == {"geste"} and others & {"grossesse", "parite"}:
        found = _beside(found, "vital_sign", 0.95)
    if words == {"dent"} and "sortie" in others:
        found = _beside(found, "care_date", 0.9)  # DENT beside DSOR: the day of entry
    if words == {"departement"} and "dep" in header.written and "montant" in others:
        found["amount"] = 0.7  # DEP beside amounts: dépassement
    if words == {"titre"} and others & {"login", "societe"} and not others & {"naissance", "document"}:
        found = _beside(found, "occupation", 0.8)
    if words == {"texte"} and "ccam" in others:
        found = _beside(found, "procedure_code", 0.85)
    if (
        words <= {"date", "entree", "sortie"}
        and words > {"date"}
        and others & classes()["of_staff"]
        and not others & classes()["of_care"]
    ):
        found = _beside(found, "timestamp", 0.95)
    if words == {"unite"} and others & {"resultat", "analyse", "loinc", "mesure"}:
        found = _beside(found, "flag", 0.9)
    if words == {"poste"} and others & {"ip", "login", "connexion"}:
        found = _beside(found, "flag", 0.9)
    staff = "employee" in header.written or (others & classes()["of_staff"] and not others & classes()["of_care"])
    if words and words <= {"uf", "service"} and staff:
        found = _beside(found, "organisation_name", 0.85)
    if staff and words <= {"date", "entree", "sortie"} and words & {"entree", "sortie"}:
        found = _beside(found, "timestamp", 0.95)
    return _bare_day(found, header, others)
