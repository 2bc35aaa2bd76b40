"""Whose mention is it: the patient's, or another person's? Decided from the clause, then from those it hangs on."""

from __future__ import annotations

import re
from functools import lru_cache

from breachkit.freetext.clauses import Context, clauses_of
from breachkit.freetext.cues import Cues, relations
from breachkit.freetext.lexicon import Subject
from breachkit.freetext.match import Match
from breachkit.freetext.person_after import person_after
from breachkit.freetext.person_before import person_before
from breachkit.freetext.person_continued import inherited
from breachkit.freetext.persons import OFFICES, OFTEN_THE_PATIENT, PROFESSIONS, is_somebody_elses_office, mask

_BEGINS_WITH_RELATIVE = re.compile(
    r"(?:(?:son|sa|ses) )?(?:(?:pere|mere|parents|mari|conjointe?|compagn(?:on|e)|frere|soeur|oncle|tante|cousine?"
    r"|neveu|niece|grand (?:pere|mere)|belle (?:mere|fille|soeur)|beau (?:pere|fils|frere))(?![a-z])"
    r"|(?:fille|fils) (?!de ))"
)
_TWO_PARENTS = re.compile(r"(?:(?:les|ses|ces|nos) )?(?:deux|2) (?:mamans?|papas?|meres|peres)")
_OWN_CHILD = re.compile(r"(?:sa|son|ses|leurs?) (?:filles?|fils|enfants?|bebe|gamine?s?|gosses?) ")
# A mention that begins with a relation is about it; not so in social ("hébergé") or sex_life ("sa copine").
_ABOUT_ITS_HEAD = frozenset(
    {"health", "genetic", "offence", "religion", "political_opinion", "trade_union", "judgement"}
)
_PATIENT_ONLY = frozenset({"personal_note", "access_code"})
_IN_THEIR_HANDS = re.compile(
    r"^[ \-•*]*(?:le |la |son |sa |ses |les )?(?:petits? )?(?:fils|fille|filles|neveux?|niece)(?![a-z])"
)
_OF_A_FOREBEAR = re.compile(r"^ (?:de|a|chez) (?:sa|son) (?:grand |arriere grand )?(?:mere|pere|tante|oncle)(?![a-z])")
_TWO_LINES = re.compile(
    r"(?<![a-z])(?:pere (?:d origine )?[a-z]+(?: d origine)?[ ,/]+(?:et )?mere [a-z]+"
    r"|mere (?:d origine )?[a-z]+(?: d origine)?[ ,/]+(?:et )?pere [a-z]+)"
)


_DONE_TO_THEM = re.compile(
    r"(?:il|elle|ils) (?:(?:ne|n) )?(?:l|la|le|lui) (?:a |avait |aurait )?(?:jamais |pas |deja |encore )?(?:frapp"
    r"|batt|bat|viol"
    r"|menac|insult|harcel|gifl|cogn|tap|enferm|humili|touch|maltrait|brutalis|etrangl)"
)
# « sœur : sclérose en plaques, IRM pour elle le 12 »
_FOR_THE_PATIENT = re.compile(
    r"^(?: [a-z]+)? (?:pour|chez) (?:elle|lui)(?: meme)? *(?:$|[,.;)!\n]| (?:le|a|en|ce"
    r"|prevu|demain|lundi) )"
)
_GUARDIAN = re.compile(r"(?:co )?(?:tut(?:eur|rice)|curat(?:eur|rice)|mandataire)(?![a-z])")
_GUARDED = re.compile(
    r"(?:mesure de |demande de |mise sous |sous )?(?:tutelle|curatelle|sauvegarde|habilitation"
    r"|rsa|aah|apa)(?: [a-z]+)?$"
)
_OF_WHOM = re.compile(
    r"^(?: (?:renforcee|simple|demandee|en cours|deposee|prevue|lance[e]?|familiale?))* (?:de|du"
    r"|pour|concernant|chez) (?=(?:sa|son|ses|le|la|l|leur) )"
)


def _guardianship(around: Context, cues: Cues) -> Subject | None:
    """Whose measure it is: « sa sœur est curatrice » the patient's, « tuteur de sa mère » the mother's."""
    guardian, after = _GUARDIAN.match(around.mention), mask(around.after, cues)
    if not guardian and not _GUARDED.search(around.mention):
        return None
    theirs = _OF_WHOM.match(after)
    if theirs and cues.relation_head.match(after[theirs.end() :]):
        return "third_party"
    return "patient" if guardian and cues.relation.search(around.before) else None


_FAMILY_HISTORY = re.compile(r"(?:atcds?|atcdts?|antecedents?)(?: [a-z]+)? (?:fam(?![a-z])|famil|matern|patern)")


def subject_of(match: Match, around: Context, cues: Cues) -> Subject:
    """The patient, unless a relation is the grammatical subject or owner of what is said."""
    rule = match.rule
    if rule.subject is not None:
        return rule.subject
    if rule.category in _PATIENT_ONLY:
        return "patient"
    if rule.category == "ethnic_origin" and _TWO_LINES.search(around.whole):
        return "patient"  # « père rital, mère kabyle »
    if rule.category == "social" and _DONE_TO_THEM.match(around.mention):
        return "patient"  # « il la bat », « il ne l'a jamais frappée »
    if cues.test_noun.match(around.mention) and _FOR_THE_PATIENT.match(around.after):
        return "patient"
    if rule.category == "social" and (guarded := _guardianship(around, cues)):
        return guarded
    if rule.category == "offence" and _ACCUSED.search(around.mention):
        return "patient"
    if _FAMILY_HISTORY.match(around.mention + around.after):
        return "third_party"
    if _names_relative(around, rule.category, cues):
        return "third_party"
    named = bool(relations(around.whole, cues))
    if named and rule.category in _ABOUT_ITS_HEAD and _begins_with_person(around, cues):
        return "third_party"
    if rule.category in OFFICES and is_somebody_elses_office(around, cues):
        return "third_party"
    if rule.category != "ethnic_origin" and cues.of_somebody.search(
        around.before if rule.category == "social" else _opening(around)
    ):
        return "third_party"
    if (
        rule.category == "health"
        and _IN_THEIR_HANDS.search(around.before)
        and _OF_A_FOREBEAR.match(around.sentence_after)
    ):
        return "patient"  # « le fils pique dans la morphine de sa grand-mère »
    spoken = person_before(around, rule.category, cues)
    if spoken == "third_party" or (spoken and not _other_of_couple(around, cues)):
        return spoken
    if spoken:
        return "third_party"
    if rule.category == "health" and cues.contagion.match(around.mention) and cues.nearby.match(around.after):
        return "third_party"
    person = person_after(around, rule.category, cues) or (inherited(around, rule, cues) if named else None)
    person = person or "patient"
    return "third_party" if person == "patient" and _other_of_couple(around, cues) else person


_HE = re.compile(r"^[ \-•*]*(?:et )?(?:couple *: *)?(?:lui|il|m|mr|monsieur)(?![a-z])")
_SHE = re.compile(r"^[ \-•*]*(?:et )?(?:couple *: *)?(?:elle|mme|madame)(?![a-z])")


_ASKS_FOR_ANOTHER = re.compile(r"(?<![a-z])(?:dit|appelle|demande|signale|inquiete?|pour)(?![a-z])")


def _other_of_couple(around: Context, cues: Cues) -> bool:
    return is_other_of_couple(around.whole, around.first, cues)


def is_other_of_couple(whole: str, clause: int, cues: Cues) -> bool:
    """Whether a note on a couple (« Mr : Parkinson / Mme : diabète ») has come to the second of the two."""
    before = [is_she for number, is_she in _couple(whole, cues) if number <= clause]
    return len(before) >= 2 and before[-1] != before[0]


@lru_cache(maxsize=4)  # the mentions of one note come one after the other
def _couple(text: str, cues: Cues) -> tuple[tuple[int, bool], ...]:
    """The clauses of a note that begin with « lui » or « elle », and which; none where it is no note on a couple."""
    heads: list[tuple[int, bool]] = []
    if relations(text, cues):
        return ()  # the pronouns then set the patient against the relation
    for number, clause in enumerate(clauses_of(text)):
        said = text[clause.start : clause.end]
        if _HE.match(said) or _SHE.match(said):
            if not heads and _ASKS_FOR_ANOTHER.search(said):
                return ()
            heads.append((number, bool(_SHE.match(said))))
    return tuple(heads)


_OWNER_WITHIN = re.compile(r" (?:chez|de|du) (?=(?:(?:la|le|l|sa|son|ses) )?[a-z]+(?: [a-z]+)?$)")
_ACCUSED = re.compile(r"(?<![a-z])(?:l|la|le|les) (?:accus|soupconn|suspect)[a-z]*")
_SIBLING_PLACED = re.compile(
    r"(?:(?:sa|son|la|le|les|ses) )?(?:(?:petite?|grande?|demi|deux|2)s? )?(?:soeur|frere|neveu|niece|cousine?)s?"
    r" (?:est |sont |a ete |ont ete |vit )?(?:place|en foyer|en famille d accueil|suivi|confie)"
)


def _names_relative(around: Context, category: str, cues: Cues) -> bool:
    """Whether the mention's own first word is the relative it is about."""
    if category == "offence" and _ACCUSED.search(around.mention):
        return False
    if category in {"health", "genetic"} and (owner := _OWNER_WITHIN.search(around.mention)):
        person = mask(around.mention[owner.end() :], cues)
        return bool(cues.relation_head.match(person)) and not cues.patient_again.fullmatch(person)
    if category == "social" and _SIBLING_PLACED.match(around.mention):
        return True
    if category == "social":
        determiner = re.search(r"(?<![a-z])(?:sa|son|ses|leurs?) $", around.before)
        return bool(_OWN_CHILD.match((determiner[0] if determiner else "") + around.mention))
    if category == "sex_life" and _TWO_PARENTS.fullmatch(around.mention):
        return not re.search(r"(?<![a-z])(?:a|ont|avec|av|par|elevee?) $", around.before)
    if category == "offence" or around.before.strip() == "petite":
        return False
    return bool(_BEGINS_WITH_RELATIVE.match(mask(around.mention, cues)))


def _begins_with_person(around: Context, cues: Cues) -> bool:
    """« voisin pédophile » as one mention; not « femme enceinte », « fille de »."""
    head = cues.relation_head.match(mask(around.mention, cues))
    if head is None or (head["person"] in PROFESSIONS and head[0].strip() == head["person"]):
        return False  # « secrétaire général UNSA » is the patient's office
    if head["person"] in OFTEN_THE_PATIENT or head["person"] in {"famille", "fille", "fils", "bebe"}:
        return False
    return head.end() < len(around.mention)


def _opening(around: Context) -> str:
    """The words before the last word of the mention: « veuve d'un | alcoolique » may be one mention."""
    return around.before + around.mention.rpartition(" ")[0]
