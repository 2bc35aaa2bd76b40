"""The person named after a mention: its owner, the place where it is, whose it is said to be."""

from __future__ import annotations

import re

from breachkit.freetext.clauses import Context
from breachkit.freetext.cues import Cues
from breachkit.freetext.persons import PROFESSIONS, Person, is_one_relation, mask

_PLACE_VERB = re.compile(
    r"(?<![a-z])(?:vit|habite|loge|heberge|dort|reste|va|vient|passe|part|sejour|repos|retour|garde)[a-z]*"
)
_THEIRS = re.compile(
    r"^(?: *: *contact)?(?: [a-z0-9]+){0,3} *(?:\((?:c est )?"
    r"|[:,(] *c est )(?P<who>[a-z ]{2,30})(?= *(?:$|[,.;)\n]))"
)


def _is_told_as_theirs(around: Context, after: str, cues: Cues) -> bool:
    """« Alzheimer avancé (mère) », « diabétique : c'est sa sœur »: the person alone, right after the mention."""
    if re.search(r"(?<![a-z])(?:pas|plus|jamais|ni|non|aucune?) ", around.before + around.mention):
        return False  # « pas diabétique, c'est sa sœur »: denied of the one, true of the other
    told = _THEIRS.match(after)
    return told is not None and is_one_relation(told["who"], cues) and not cues.patient_again.fullmatch(told["who"])


_IN_NAME_OF = re.compile(
    r"^(?: [a-z]+){0,2} (?:est |sont )?(?:au nom (?:de|du)|celui de|celle de|c est celui de|appartient (?:a|au)"
    r"|ceux de)(?![a-z])"
)


def person_after(around: Context, category: str, cues: Cues) -> Person | None:
    """The owner named after the mention: « K sein mère », « BRCA2 chez la sœur », « myélome du père »."""
    after = mask(around.sentence_after, cues)
    if _IN_NAME_OF.match(around.after) and cues.relation.search(after):
        return "third_party"  # « la carte est au nom du mari »
    if category in {"health", "genetic"} and re.search(r" (?:de|du|chez)$", around.mention):
        return "third_party" if cues.relation_head.match(after) else None  # « TS de | la mère »
    hit = cues.relation_after.search(after)
    if hit is not None and hit[0].strip(" (),") in {"ado", "enfant"}:
        return None  # « TCA ado »: the patient's own youth
    if category not in {"social", "ethnic_origin", "offence"} and _is_told_as_theirs(around, after, cues):
        return "third_party"
    if hit is not None and re.match(r"^ *(?:de|d) (?:premiere?|1er|1ere|derniere?)(?![a-z])", after):
        return None  # « emmerdeur de première »
    if hit is None or re.match(r"^ ?(?:avec|par)(?![a-z])", around.after):
        return None
    if re.search(r"(?<![a-z])(?:une?|la|le|sa|son|petite?|avec|par|de|a|aux?|chez)$", around.mention):
        return None  # the person is the end of the mention: « mariée avec une | femme »
    if hit["at"] and (hit["where"] in PROFESSIONS or _PLACE_VERB.search(hit[0])):
        return None
    if (hit["person"] or "") in PROFESSIONS and not re.match(r"^ *(?:du|de|de la|d) ", after):
        return None
    if category == "social" and hit["at"]:
        return "patient"  # « hébergée chez sa sœur »
    if category in {"social", "offence"} and re.match(r"^ ?(?:(?:de|du|d)(?![a-z])|[:=])", around.after):
        return "patient"  # « violences de son mari », « tutrice : sa nièce »
    if category in {"social", "ethnic_origin"} and re.match(
        r"^ *(?:\(|du cote|cote|par (?:le|la|son"
        r"|sa) )",
        around.sentence_after,
    ):
        return "patient"  # « inceste (oncle) », « origine antillaise (père) »
    return "third_party"
