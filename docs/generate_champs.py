"""The generated pages of the user guide: the catalogue of fields, and the table of linking rules.

    python docs/generate_champs.py

writes docs/champs.md whole, and the rules between their markers in docs/methode.md. A test compares both with what
this script makes, so that the guide never says something else than the program.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from breachkit.people.links import CERTAIN, POSSIBLE, PROBABLE, RULES
from breachkit.recognisers.catalogue import RECOGNISERS
from breachkit.recognisers.definition import Recogniser
from breachkit.reference.catalogue import categories, fields

DOCS = Path(__file__).parent
CHAMPS, METHODE = DOCS / "champs.md", DOCS / "methode.md"
BEGIN, END = "<!-- regles : début -->", "<!-- regles : fin -->"
NARROW = "\u202f"

SENSITIVITY = {
    0: "0 · ne dit rien d’une personne",
    1: "1 · courante",
    2: "2 · perçue comme sensible",
    3: "3 · sensible",
}
CNIL_TYPES = {
    "access": "données de connexion, codes d’accès",
    "civil_status": "état civil",
    "contact": "coordonnées",
    "financial": "données économiques et financières",
    "free_text": "texte libre",
    "location": "données de localisation",
    "nir": "NIR",
    "offence": "infractions et condamnations",
    "official_document": "documents officiels",
    "organisation": "organisation",
    "other": "autre",
    "professional": "professionnel de santé",
    "special": "données sensibles",
    "technical": "donnée technique",
    "unknown": "non reconnu",
}
LEVELS = {
    CERTAIN: "certain",
    PROBABLE: "probable",
    POSSIBLE: "possible",
}

HEAD = f"""# Champs et identifiants reconnus

<!-- Page écrite par docs/generate_champs.py : ne la corrigez pas à la main. -->

Chaque colonne d’une extraction reçoit **un** champ de cette liste. La première colonne du tableau est l’identifiant à
écrire dans `decisions.toml` pour corriger un verdict (voir [démarrer](demarrer.md#7-corriger-une-colonne)).

- **Type CNIL**{NARROW}: le groupe dont le champ relève dans la notification.
- **EDPB**{NARROW}: la lettre du type de données dans le modèle du CEPD.
- **Sensibilité**{NARROW}: de 0 à 3, selon les trois classes de la CNIL (courante, perçue comme sensible, sensible).
"""


def _row(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cell.replace("|", r"\|") for cell in cells) + " |"


def _table(titles: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [_row(titles), _row("---" for _ in titles), *(_row(row) for row in rows)]
    return "\n".join(lines) + "\n"


def _chance(one: Recogniser) -> str:
    """How often chance passes the check, in words."""
    if one.chance is None:
        return "forme seule"
    if one.chance > 0.2:
        return f"{one.chance:.0%}".replace("%", f"{NARROW}%")
    return f"1 sur {1 / one.chance:_.0f}".replace("_", NARROW)


def _fields() -> str:
    special = {one.id: one.label_fr for one in categories().values()}
    rows = (
        (
            f"`{one.id}`",
            one.label_fr,
            CNIL_TYPES[one.cnil_type],
            one.edpb_code or "",
            SENSITIVITY[one.sensitivity],
            special.get(one.special_category, "Données biométriques") if one.special_category else "",
        )
        for one in fields().values()
    )
    return _table(("champ", "ce que la colonne contient", "type CNIL", "EDPB", "sensibilité", "catégorie"), rows)


def _recognisers() -> str:
    rows = (
        (f"`{one.id}`", one.fr, f"`{one.field}`", _chance(one), f"`{one.entity}`" if one.entity else "", one.source)
        for one in RECOGNISERS.values()
    )
    return _table(("identifiant", "quoi", "champ", "hasard", "nom Presidio", "source du format"), rows)


def _categories() -> str:
    rows = (
        (f"`{one.id}`", one.label_fr, one.basis, one.edpb_code, ", ".join(f"`{topic}`" for topic in one.health_topics))
        for one in categories().values()
    )
    return _table(("catégorie", "ce que la note révèle", "fondement", "EDPB", "thèmes"), rows)


def fields_page() -> str:
    """The whole text of docs/champs.md."""
    return f"""{HEAD}
## Les {len(fields())} champs

{_fields()}
## Les {len(RECOGNISERS)} identifiants vérifiés

Le **hasard** est la part de suites de même forme qui passeraient la vérification sans être vraies{NARROW}: plus il est
petit, plus une colonne entière de valeurs justes est une preuve. «{NARROW}Forme seule{NARROW}» veut dire qu’aucune clé
ne vérifie la valeur. Le **nom Presidio** est celui sous lequel l’identifiant est cherché dans un texte.

{_recognisers()}
## Les {len(categories())} catégories de mentions dans les notes

{_categories()}"""


def rules_block() -> str:
    """The table of linking rules, most certain first, between its markers."""
    rows = ((LEVELS[one.level], one.fr, f"`{one.id}`") for one in sorted(RULES, key=lambda rule: rule.level))
    return f"{BEGIN}\n\n{_table(('niveau', 'deux identités sont liées si elles ont…', 'règle'), rows)}\n{END}"


def with_rules(page: str) -> str:
    """The method page with the present rules; ValueError where it has lost its markers."""
    if page.count(BEGIN) != 1 or page.count(END) != 1:
        raise ValueError("docs/methode.md must hold the two markers of the rules, once each")
    return re.sub(f"{BEGIN}.*?{END}", lambda _: rules_block(), page, flags=re.DOTALL)


def main() -> None:
    """Writes both pages."""
    CHAMPS.write_text(fields_page(), encoding="utf-8", newline="\n")
    METHODE.write_text(with_rules(METHODE.read_text(encoding="utf-8")), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
