"""Impacts whose segments and facts put the letters to the test: every segment, the longest facts that are copied."""

from __future__ import annotations

from typing import Any

from breachkit.impact import Impact, Information, ReachGroup
from breachkit.incident import Incident
from breachkit.information.segments import segments
from tests.example_impact import example_impact

STATUSES = ("deceased", "child", "teenager", "adult", "protected", "age_unknown")
LEAKS = ("contact", "number", "access", "bank")
CONTACT = ("family_name", "given_name", "birth_date", "phone", "email", "postal_address", "postcode", "city")
LEAKED = {
    "contact": CONTACT,
    "number": (*CONTACT, "nir"),
    "access": (*CONTACT, "username", "password"),
    "bank": (*CONTACT, "nir", "iban"),
}
EVERY_FIELD = (
    *CONTACT, "birth_name", "full_name", "title", "sex", "birth_place", "age", "marital_status", "nationality",
    "country", "nir", "ins", "tax_number", "id_document", "vehicle_plate", "patient_id", "username", "password",
    "access_code", "ip_address", "iban", "bic", "card_number", "income", "amount", "gps", "occupation", "insurer",
    "contract_number", "insurance_rights", "diagnosis", "drug", "free_text", "consent", "other",
)  # fmt: skip

PLAIN: dict[str, Any] = {
    "breach": {
        "nature": ["confidentiality"], "exfiltrated": "yes", "published": True,
        "description": "Un inconnu a volé un mot de passe. Il a copié les dossiers du cabinet.",
    },
    "dates": {"start": "2025-11-01T08:00", "end": "2025-12-29T08:00"},
    "controller": {"name": "Cabinet Exemple #1 * $", "contact": "01 99 00 12 34", "dpo": "dpo@example.org"},
    "measures": {"after": ["Comptes bloqués", "Mots de passe changés"], "planned": "Un second code sera demandé"},
}  # fmt: skip
# As long as the letters copy: see [room] of letters.toml.
LONGEST: dict[str, Any] = {
    "breach": {
        "nature": ["confidentiality", "integrity", "availability"], "exfiltrated": "yes", "published": True,
        "description": "Un tiers a volé le mot de passe d'un compte de notre logiciel. Il a copié les dossiers du "
        "cabinet pendant deux semaines, de nuit, sans que personne le voie. Nous l'avons vu le 29 décembre, en "
        "relisant le journal des accès. Des copies ont ensuite été mises en vente. Les dossiers n'ont pas été effacés.",
    },
    "dates": PLAIN["dates"],
    "controller": {
        "name": "Maison de santé pluriprofessionnelle des Trois Rivières et du Canton de l'Exemple",
        "contact": "secrétariat de la maison de santé, 01 99 00 12 34, tous les jours de 9 h à 18 h, 12 place de la "
        "Mairie, 42000 Exempleville",
        "dpo": "Cabinet Conseil Données Exemple, 02 61 91 45 67, dpo.sante@example.org, 4 rue du Test, 75001 Paris",
    },
    "measures": {
        "after": [
            "Le compte volé est bloqué, et tous les mots de passe du cabinet ont été changés",
            "Les accès au logiciel sont suivis jour et nuit par une équipe",
            "Une plainte a été déposée et la CNIL a été prévenue",
        ],
        "planned": [
            "Chaque accès demandera un second code, envoyé sur un autre appareil",
            "Les notes libres seront relues, et celles qui ne servent plus seront retirées",
        ],
    },
}  # fmt: skip


def reach(status: Any, sensitive: bool = False, leaked: Any = "contact", persons: int = 10, **more: Any) -> ReachGroup:
    return ReachGroup(
        status=status, sensitive=sensitive, leaked=leaked, persons=persons,
        **({"email": 4, "phone": 5, "postal": 9, "none": 1, "fields": LEAKED[leaked]} | more),
    )  # fmt: skip


EVERYBODY = [reach(one, True, "bank", fields=EVERY_FIELD) for one in STATUSES]
EVERYBODY += [reach(one, False, leaked) for one in STATUSES for leaked in LEAKS]


def impact_with(groups: list[ReachGroup] = EVERYBODY, **sections: Any) -> Impact:
    facts = Incident.model_validate(sections).facts()
    return example_impact().model_copy(
        update={"information": Information(segments=segments(groups)), "incident": facts}
    )


def worst_case() -> Impact:
    """Every field leaked of everybody's segment, and the longest facts."""
    groups = [
        one.model_copy(update={"fields": EVERY_FIELD, "partial": EVERY_FIELD[10:], "leaked": "bank"})
        for one in EVERYBODY
        if one.sensitive or one.leaked == "bank"
    ]
    return impact_with(groups, **LONGEST)
