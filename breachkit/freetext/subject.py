"""Whose mention is it: the patient's, or another person's? Decided from the clause, then from those it hangs on."""

from __future__ import annotations

import re
from functools import lru_cache

from breachkit.freetext.clauses import NEAR, Context, clauses_of
from breachkit.freetext.cues import Cues, relations
from breachkit.freetext.lexicon import Rule, Subject
from breachkit.freetext.match import Match
from breachkit.freetext.persons import (
    ADVERB,
    CHILD,
    DONT,
    LABEL,
    OFFICES,
    OFTEN_THE_PATIENT,
    PROFESSIONS,
    STAFF,
    Person,
    clause_person,
    first_word,
    head_of,
    is_adjective,
    is_child_of_patient,
    is_somebody_elses_office,
    last_hit,
    mask,
    pronoun_after,
    pronoun_person,
    tail_person,
)

_MALE_PATIENT = re.compile(r"(?<![a-z])(?:il|lui|monsieur|mr)(?![a-z])")
_BEGINS_WITH_RELATIVE = re.compile(
    r"(?:(?:son|sa|ses) )?(?:(?:pere|mere|parents|mari|conjointe?|compagn(?:on|e)|frere|soeur|oncle|tante|cousine?"
    r"|neveu|niece|grand (?:pere|mere)|belle (?:mere|fille|soeur)|beau (?:pere|fils|frere))(?![a-z])"
    r"|(?:fille|fils) (?!de ))"
)
_TWO_PARENTS = re.compile(r"(?:(?:les|ses|ces|nos) )?(?:deux|2) (?:mamans?|papas?|meres|peres)")
_OWN_CHILD = re.compile(r"(?:sa|son|ses|leurs?) (?:filles?|fils|enfants?|bebe|gamine?s?|gosses?) ")
_FAMILY_OF_PATIENT = frozenset({"religion", "ethnic_origin", "social", "political_opinion"})
# A mention that begins with a relation is about it; not so in social ("hébergé") or sex_life ("sa copine").
_ABOUT_ITS_HEAD = frozenset(
    {"health", "genetic", "offence", "religion", "political_opinion", "trade_union", "judgement"}
)
_PATIENT_ONLY = frozenset({"personal_note", "access_code"})
_PLACE_VERB = re.compile(
    r"(?<![a-z])(?:vit|habite|loge|heberge|dort|reste|va|vient|passe|part|sejour|repos|retour|garde)[a-z]*"
)
TEST_ECHO = "echo.test"  # the rule of a test named in general: the patient's, unless a person is named beside it


def subject_of(match: Match, around: Context, cues: Cues) -> Subject:
    """The patient, unless a relation is the grammatical subject or owner of what is said."""
    rule = match.rule
    if rule.subject is not None:
        return rule.subject
    if rule.category in _PATIENT_ONLY:
        return "patient"
    if rule.category == "ethnic_origin" and _TWO_LINES.search(around.whole):
        return "patient"  # « père rital, mère kabyle »
    if _names_relative(around, rule.category, cues):
        return "third_party"
    named = bool(relations(around.whole, cues))
    if named and rule.category in _ABOUT_ITS_HEAD and _begins_with_person(around, cues):
        return "third_party"
    if rule.category in OFFICES and is_somebody_elses_office(around, cues):
        return "third_party"
    if rule.category != "ethnic_origin" and cues.of_somebody.search(_opening(around)):
        return "third_party"
    if (
        rule.category == "health"
        and _IN_THEIR_HANDS.search(around.before)
        and _OF_A_FOREBEAR.match(around.sentence_after)
    ):
        return "patient"  # « le fils pique dans la morphine de sa grand-mère »
    spoken = _person_before(around, rule.category, cues)
    if spoken == "third_party" or (spoken and not _other_of_couple(around, cues)):
        return spoken
    if spoken:
        return "third_party"
    if rule.category == "health" and cues.contagion.match(around.mention) and cues.nearby.match(around.after):
        return "third_party"
    person = _person_after(around, rule.category, cues) or (_inherited(around, rule, cues) if named else None)
    person = person or "patient"
    return "third_party" if person == "patient" and _other_of_couple(around, cues) else person


_HE = re.compile(r"^[ \-•*]*(?:et )?(?:couple *: *)?(?:lui|il|m|mr|monsieur)(?![a-z])")
_SHE = re.compile(r"^[ \-•*]*(?:et )?(?:couple *: *)?(?:elle|mme|madame)(?![a-z])")


_ASKS_FOR_ANOTHER = re.compile(r"(?<![a-z])(?:dit|appelle|demande|signale|inquiete?|pour)(?![a-z])")


def _other_of_couple(around: Context, cues: Cues) -> bool:
    """Whether a note on a couple (« Mr : Parkinson / Mme : diabète ») has come to the second of the two."""
    heads = _couple(around.whole, cues)
    before = [is_she for number, is_she in heads if number <= around.first]
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


def _names_relative(around: Context, category: str, cues: Cues) -> bool:
    """Whether the mention's own first word is the relative it is about."""
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


_OPENING_PRONOUN = re.compile(r"(?:qu )?(?:il|elle|lui) ")


def _person_before(around: Context, category: str, cues: Cues) -> Person | None:
    """Whom the last person word before the mention, in its clause, makes it speak of; None if there is none."""
    if is_child_of_patient(around):
        return "third_party"
    opening = _OPENING_PRONOUN.match(around.mention)
    before = mask(around.before + (opening[0] if opening else ""), cues)
    last = last_hit(cues.relation, before) if relations(around.whole, cues) else None
    pronoun = last_hit(cues.patient_again, before)
    office = last_hit(_OFFICE_BEFORE, before) if category in OFFICES else None
    if office is not None and last is not None and office.start() <= last.start():
        return None  # « secrétaire de l'UL CGT »
    if last is None:
        return pronoun_person(pronoun[0], around, cues) if pronoun else None
    lead, between = before[: last.start()], before[last.end() :]
    if pronoun is not None and pronoun.start() >= last.end():
        return pronoun_after(pronoun[0], last[0], around, cues)
    article = "(?:l |le |la )?" if last[0] in CHILD else ""  # « l'enfant », not « l'infirmière »
    at_start = bool(re.fullmatch(rf"[ \-•*.:(=\d]*{article}", lead))
    if at_start and category == "judgement" and last[0] in STAFF and not between.strip():
        return "third_party"  # « stagiaire feignante »
    if at_start and last[0] in OFTEN_THE_PATIENT and not re.search(r"\d", lead):
        if last[0] == "femme" and re.match(r"^ *[:=]", between):
            return "third_party"  # « Femme : élue CSE »
        return "third_party" if last[0] == "femme" and _MALE_PATIENT.search(around.sentence_after) else "patient"
    if at_start and last[0] == "famille" and category in _FAMILY_OF_PATIENT:
        return "patient"
    if category == "ethnic_origin" and last[0] in {"fille", "fils"} and re.match(r"^ *(?:d|de|d une?) *$", between):
        return "patient"
    if category == "social" and re.search(
        r"(?<![a-z])(?:l|la|lui|les)(?: a| ont)?(?: [a-z]+)? $", between + first_word(around)
    ):
        return "patient"  # « son frère l'a violée »
    if category == "social" and last[0] in _OWN_FAMILY and _LEFT_ALONE.search(between + around.mention + around.after):
        return "patient"  # « les enfants ont coupé les ponts », « parents à couteaux tirés »
    if re.match(r"^(?: (?:du|de|au|en|d) ?[a-z0-9]*)? (?:qu on|que nous|que l on) ", between):
        return "third_party"  # « le monsieur du 3e qu'on suit aussi crache du sang »
    if _RELATIVE_CLAUSE.match(between) or (category == "judgement" and re.match(r"^ qui [^:]+:", between)):
        return "third_party"  # « la nièce qui gère tout : une teigne »
    if cues.informant.match(between) and not cues.own_telling.search(between):
        return "patient"
    if cues.not_subject_before.search(lead):
        adjective = not between.strip() and (
            is_adjective(around.mention.split(" ")[0])
            or re.search(r"(?<![a-z])une? $", lead + last[0].partition("patient")[0])
        )
        return "third_party" if adjective and last[0] not in PROFESSIONS else None
    if last[0] in PROFESSIONS and not cues.relation_head.match(re.split("[:=]| que? ", lead)[-1] + last[0]):
        return None
    return "third_party"


# « le voisin qui l'accompagne est séropositif »
_RELATIVE_CLAUSE = re.compile(
    r"^ qui (?:(?:l|la|le|les|m|nous|lui) )?(?!(?:dit|pense|signale|raconte)[a-z]* )[a-z]+ (?:(?!que? "
    r"|qu )[a-z]+ ){0,3}?"
    r"(?:est|etait|a|avait|serait|boit|fume|porte|vote|sort|milite)(?= |$)"
)
_OFFICE_BEFORE = re.compile(
    r"^ *(?:secretaire|presidente?|responsable|tresorier|tresoriere|gardienne?"
    r"|associee?) (?:[a-z]+ )*(?:de|du|a|au|d) (?:l |la )?$"
)


_THEIRS = re.compile(r"^(?: [a-z0-9]+){0,3} *(?:\((?:c est )?|[:,(] *c est )(?P<who>[a-z ]{2,30})(?= *(?:$|[,.;)\n]))")


def _is_told_as_theirs(around: Context, after: str, cues: Cues) -> bool:
    """« Alzheimer avancé (mère) », « diabétique : c'est sa sœur »: the person alone, right after the mention."""
    if re.search(r"(?<![a-z])(?:pas|plus|jamais|ni|non|aucune?) ", around.before + around.mention):
        return False  # « pas diabétique, c'est sa sœur »: denied of the one, true of the other
    told = _THEIRS.match(after)
    return told is not None and _is_one_relation(told["who"], cues) and not cues.patient_again.fullmatch(told["who"])


_IN_NAME_OF = re.compile(
    r"^(?: [a-z]+){0,2} (?:est |sont )?(?:au nom (?:de|du)|celui de|celle de|c est celui de|appartient (?:a|au)"
    r"|ceux de)(?![a-z])"
)
_OWN_FAMILY = frozenset(
    {"enfants", "enfant", "fille", "fils", "filles", "famille", "parents", "freres", "soeurs", "frere", "soeur"}
)
_LEFT_ALONE = re.compile(
    r"(?<![a-z])(?:coupe[a-z]* les ponts|abandonn|fache|brouill|rompu|renie|plus de (?:contact|nouvelles)"
    r"|mise? (?:dehors|a la porte)"
    r"|chass|vire|dehors|couteaux|jaf|conflit|ne (?:l|le|la|lui) (?:voi|parl|appel))"
)
_IN_THEIR_HANDS = re.compile(
    r"^[ \-•*]*(?:le |la |son |sa |ses |les )?(?:petits? )?(?:fils|fille|filles|neveux?|niece)(?![a-z])"
)
_OF_A_FOREBEAR = re.compile(r"^ (?:de|a|chez) (?:sa|son) (?:grand |arriere grand )?(?:mere|pere|tante|oncle)(?![a-z])")
_TWO_LINES = re.compile(r"(?<![a-z])(?:pere [a-z]+[ ,/]+(?:et )?mere [a-z]+|mere [a-z]+[ ,/]+(?:et )?pere [a-z]+)")


def _person_after(around: Context, category: str, cues: Cues) -> Person | None:
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


def _inherited(around: Context, rule: Rule, cues: Cues) -> Person | None:
    """The person of the clause that this one continues: « Son beau-frère, pasteur », « le père (phobie) »."""
    number = around.first
    if not around.before.strip() and re.split("[ :]", around.mention)[0] in OFTEN_THE_PATIENT:
        return None  # « père alcoolique, enfant placé »
    while (clause := around.clauses[number]).hangs_on >= 0 and around.first - number < NEAR:
        here, opener, number = number, clause.opener, clause.hangs_on
        text = mask(around.clause_text(number), cues)
        if opener == "close" and _is_one_relation(around.clause_text(here - 1), cues):
            return "third_party"  # « Amandine (IDE) s'est piquée », « Mme Dupuis (sa belle-mère) en EHPAD »
        if opener == "open" and _WITH_NAMED.search(text):
            return "third_party"  # « n'en pas parler avec Mme Roux (LR) »
        if opener == "comma" and (person := _set_apart(around, number, cues)):
            return person
        if (
            rule.category == "judgement"
            and opener == "comma"
            and here == around.first
            and _DEFINITE_TAIL.search(text)
            and tail_person(text, cues)
        ):
            return "third_party"  # « eu au téléphone la belle-mère, très désagréable »
        if opener == "comma" and here == around.first and _WHO.match(around.before) and tail_person(text, cues):
            return "third_party"  # « règle pour sa femme de ménage, qui n'a pas de papiers »
        dont = opener in {"open", "comma"} and DONT.search(text)
        person = tail_person(text, cues) if dont else clause_person(text, cues)
        if rule.category in {"judgement", "offence"} and _NUMBERED.match(text):
            continue  # « huit gosses, désagréable »
        heads = head_of(text, cues) and not _NUMBERED.match(text)
        if rule.category in {"judgement", "offence"} and heads and not cues.patient_again.search(text):
            return "third_party"  # « la fille m'a crié dessus, une vraie vipère »
        if person == "third_party" and opener in {"comma", "link"} and not _goes_on(around, here, text, rule, cues):
            return None
        apart = opener in {"open", "comma"} and not _is_one_relation(text, cues)
        if rule.category == "social" and apart and _OWN_AFFAIR.search(around.mention):
            return person if person == "patient" else None  # « délivrée à la fille (tutelle écartée) »
        if opener == "open" and rule.category == "social" and _SUFFERED.search(around.mention):
            return person if person == "patient" else None  # « son ex (violences) »
        if person is None and opener == "open":
            person = tail_person(text, cues)
        if person is not None:
            return person
    return None


_WITH_NAMED = re.compile(r"(?<![a-z])(?:avec|contre|devant|chez) (?:mme|mr|m|dr|mlle) [a-z]+ *$")
_NUMBERED = re.compile(
    r"^[ \-•*]*(?:\d+|deux|trois|quatre|cinq|six) ?(?:enfants?|gosses?|gamine?s?|filles|fils|garcons|petits enfants) *$"
)


def _is_one_relation(text: str, cues: Cues) -> bool:
    head = cues.relation_head.match(text)
    return head is not None and head.end() == len(text.rstrip())


def _set_apart(around: Context, number: int, cues: Cues) -> Person | None:
    """« sa compagne, elle, mise hors de cause »: the pronoun between commas stands for the relation before it."""
    clause = around.clauses[number]
    if clause.opener != "comma" or around.clause_text(number).strip() not in {"lui", "elle", "eux", "elles"}:
        return None
    head = mask(around.clause_text(clause.hangs_on), cues).rstrip()
    hit = last_hit(cues.relation, head)
    return "third_party" if hit is not None and hit.end() == len(head) else None


_DEAD = re.compile(r"(?<![a-z])(?:decede|mort|dcd|suicide|perdu|deuil)")
_OWN_AFFAIR = re.compile(
    r"(?<![a-z])(?:divorce|separation|en instance|droit de visite|procedure de divorce|jaf|garde (?:alternee"
    r"|exclusive)|tutelle|curatelle"
    r"|sauvegarde|habilitation)(?![a-z])"
)
_SUFFERED = re.compile(r"violen|coups|battu|harcel|attouch|viol|emprise|maltrait|inceste|menace")
_WHO = re.compile(r"^ *(?:qui|laquelle|lequel) (?!(?:l|la|le|les|lui|nous|m) )")
_DEFINITE_TAIL = re.compile(r"(?<![a-z])(?:la|le|l|sa|son|notre|cette?) [a-z ]{2,25}$")
_IN_CARE = re.compile(
    r"(?<![a-z])(?:hospitalise|decede|mort|dcd|opere|en rea|en arret|en soins|aux urgences|malade|soigne|alite"
    r"|en fin de vie)"
    r"e?s?(?: [a-z0-9]+){0,2} *$"
)


def _goes_on(around: Context, number: int, head: str, rule: Rule, cues: Cues) -> bool:
    """Whether a clause after a comma still speaks of the relation at the head of the one before."""
    found = cues.relation_head.match(head)
    if found is None and (label := LABEL.match(head)):
        head = head[label.end() :]
        found = cues.relation_head.match(head)
    if found is None:
        return bool(DONT.search(head))
    person, rest = found["person"], head[found.end() :]
    bare = found[0].strip(" -.*:") == person
    if bare and person in PROFESSIONS:
        return False  # « confrère, bureau de MG France »: the file is his
    if bare and rule.category == "religion" and person in {"soeur", "frere", "pere", "mere"} and rest.strip():
        return False  # « sœur Marie-Ange, carmélite »
    if re.match(r"^[^:=]{0,20}[:=]", rest) or not rest.strip():
        return True
    if rule.id == TEST_ECHO:
        return False
    if _DEAD.search(head) and re.match(r" *(?:sous|suivie?|depuis|en arret)(?![a-z])", around.clause_text(number)):
        return False  # « fils suicidé, sous antidépresseur depuis »
    if cues.no_subject.match(around.clause_text(number)):
        return True
    if number != around.first:
        return False
    if rule.category == "health" and not around.before.strip() and _IN_CARE.search(rest):
        return True  # « mari hospitalisé, AVC »
    words = [word for word in around.before.split() if not ADVERB.fullmatch(word)]
    return len(words) <= 1 and is_adjective((words or around.mention.split(" "))[0])
