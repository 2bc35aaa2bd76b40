"""The generated pages of the user guide: the catalogue of fields, the entities of the Presidio pack, the linking rules.

    python docs/generate_champs.py

writes docs/champs.md whole, the entities between their markers in docs/presidio.md and the rules between theirs in
docs/methode.md. Tests compare them with what this script makes, so that the guide never says something else than
the program.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from breachkit.people.links import CERTAIN, POSSIBLE, PROBABLE, RULES
from breachkit.recognisers.catalogue import RECOGNISERS
from breachkit.recognisers.definition import Recogniser
from breachkit.recognisers.presidio import class_name
from breachkit.reference.catalogue import categories, fields

DOCS = Path(__file__).parent
CHAMPS, METHODE, PRESIDIO = DOCS / "champs.md", DOCS / "methode.md", DOCS / "presidio.md"
BEGIN, END = "<!-- regles : début -->", "<!-- regles : fin -->"
ENTITIES_BEGIN, ENTITIES_END = "<!-- entités : début -->", "<!-- entités : fin -->"
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
CERTAINTIES = {
    "verified": "publiée, et une bibliothèque indépendante donne les mêmes résultats dans nos tests",
    "published": "publiée par l’émetteur ou par une norme",
    "usual": "connue par l’usage, sans texte de l’émetteur vérifié",
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


def _legal(one: Recogniser) -> str:
    """The legal category of the kind's field, in a few words."""
    edpb = f", EDPB {one.legal.edpb_code}" if one.legal.edpb_code else ""
    return f"{CNIL_TYPES[one.legal.cnil_type]}{edpb}, sensibilité {one.legal.sensitivity}"


def _recognisers() -> str:
    rows = (
        (f"[`{one.id}`](#{_anchor(one)})", one.fr, f"`{one.field}`", one.form, one.key, _chance(one))
        for one in RECOGNISERS.values()
    )
    return _table(("identifiant", "quoi", "champ", "forme", "clé", "hasard"), rows)


def _anchor(one: Recogniser) -> str:
    """The anchor of the kind's heading, as code hosts make it."""
    return "".join(sign for sign in one.id if sign.isalnum() or sign in "_-")


def _examples(examples: Iterable[str]) -> str:
    return ", ".join(f"`{example.strip()}`" for example in examples)


def _sheet(one: Recogniser) -> str:
    """Everything that one definition says, as a section of the page."""
    lines = [
        ("quoi", f"{one.fr} (*{one.en}*)"),
        ("champ", f"`{one.field}`{NARROW}; {_legal(one)}"),
        ("forme", one.form),
        ("clé", f"{one.key}{NARROW}; hasard{NARROW}: {_chance(one)}"),
        ("source", one.source),
        ("règle", CERTAINTIES[one.certainty]),
        ("justes", _examples(one.examples_valid)),
        ("faux", _examples(one.examples_invalid)),
        ("bouche-trous", _examples(one.examples_degenerate)),
    ]
    if one.entity:
        scores = ", ".join(f"{score:g}".replace(".", ",") for score in sorted({part.score for part in one.patterns}))
        lines.append(("dans un texte", f"`{one.entity}`, score de départ {scores}"))
        lines.append(("annoncé par", ", ".join(one.context)))
    items = "\n".join(f"- **{name}**{NARROW}: {text}" for name, text in lines)
    return f"### {one.id}\n\n{items}\n"


def entities_block() -> str:
    """The table of the entities that the Presidio pack finds, between its markers."""
    rows = (
        (f"`{one.entity}`", one.fr, f"`{class_name(one)}`", f"[{one.id}](champs.md#{_anchor(one)})")
        for one in RECOGNISERS.values()
        if one.entity
    )
    table = _table(("entité", "quoi", "classe", "fiche"), rows)
    return f"{ENTITIES_BEGIN}\n\n{table}\n{ENTITIES_END}"


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
ne vérifie la valeur. Un numéro de dossier (IPP) n’a pas de forme commune{NARROW}: seul son en-tête le désigne.

{_recognisers()}
## Les fiches des identifiants

Une fiche dit tout ce que le programme sait d’une sorte{NARROW}; rien n’y est écrit à la main. Les exemples sont
inventés, ou publics (établissements, notices des normes){NARROW}; les numéros de téléphone de métropole viennent des
tranches que l’ARCEP réserve à la fiction. Un **bouche-trou** a la bonne forme, parfois la bonne clé, mais ne désigne
personne{NARROW}: il est compté à part. Les mêmes définitions servent à [Presidio](presidio.md).

{chr(10).join(_sheet(one) for one in RECOGNISERS.values())}
## Les {len(categories())} catégories de mentions dans les notes

{_categories()}"""


def rules_block() -> str:
    """The table of linking rules, most certain first, between its markers."""
    rows = ((LEVELS[one.level], one.fr, f"`{one.id}`") for one in sorted(RULES, key=lambda rule: rule.level))
    return f"{BEGIN}\n\n{_table(('niveau', 'deux identités sont liées si elles ont…', 'règle'), rows)}\n{END}"


def with_entities(page: str) -> str:
    """The Presidio page with the present entities; ValueError where it has lost its markers."""
    if page.count(ENTITIES_BEGIN) != 1 or page.count(ENTITIES_END) != 1:
        raise ValueError("docs/presidio.md must hold the two markers of the entities, once each")
    return re.sub(f"{ENTITIES_BEGIN}.*?{ENTITIES_END}", lambda _: entities_block(), page, flags=re.DOTALL)


def with_rules(page: str) -> str:
    """The method page with the present rules; ValueError where it has lost its markers."""
    if page.count(BEGIN) != 1 or page.count(END) != 1:
        raise ValueError("docs/methode.md must hold the two markers of the rules, once each")
    return re.sub(f"{BEGIN}.*?{END}", lambda _: rules_block(), page, flags=re.DOTALL)


def main() -> None:
    """Writes the three pages."""
    CHAMPS.write_text(fields_page(), encoding="utf-8", newline="\n")
    METHODE.write_text(with_rules(METHODE.read_text(encoding="utf-8")), encoding="utf-8", newline="\n")
    PRESIDIO.write_text(with_entities(PRESIDIO.read_text(encoding="utf-8")), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
