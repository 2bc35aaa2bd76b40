"""Whom a clause goes on about that names nobody: the person of the clause that it continues."""

from __future__ import annotations

import re

from breachkit.freetext.clauses import NEAR, Context
from breachkit.freetext.cues import Cues
from breachkit.freetext.lexicon import Rule
from breachkit.freetext.persons import (
    ADVERB,
    DONT,
    LABEL,
    OFTEN_THE_PATIENT,
    PROFESSIONS,
    Person,
    clause_person,
    head_of,
    is_adjective,
    is_one_relation,
    last_hit,
    mask,
    tail_person,
)

TEST_ECHO = "echo.test"  # the rule of a test named in general: the patient's, unless a person is named beside it


def inherited(around: Context, rule: Rule, cues: Cues) -> Person | None:
    """The person of the clause that this one continues: « Son beau-frère, pasteur », « le père (phobie) »."""
    number = around.first
    if not around.before.strip() and re.split("[ :]", around.mention)[0] in OFTEN_THE_PATIENT:
        return None  # « père alcoolique, enfant placé »
    while (clause := around.clauses[number]).hangs_on >= 0 and around.first - number < NEAR:
        here, opener, number = number, clause.opener, clause.hangs_on
        text = mask(around.clause_text(number), cues)
        if opener == "close" and is_one_relation(around.clause_text(here - 1), cues) and not _TO_REACH.search(text):
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
        apart = opener in {"open", "comma"} and not is_one_relation(text, cues)
        if rule.category == "social" and apart and _OWN_AFFAIR.search(around.mention):
            return person if person == "patient" else None  # « délivrée à la fille (tutelle écartée) »
        if opener == "open" and rule.category == "social" and _SUFFERED.search(around.mention):
            return person if person == "patient" else None  # « son ex (violences) »
        if person is None and opener == "open":
            person = tail_person(text, cues)
        if person is not None:
            return person
    return None


# « rappeler le 01 99 00 34 18 (fille) pour ... »: whom to reach, not whom it is about.
_TO_REACH = re.compile(
    r"\d *$|(?<![a-z])(?:r?appel[a-z]*|tel[a-z]*|joindre|contact[a-z]*|prevenir|voir|sms|mail|vu[e]?s?|avec)(?![a-z])"
)
_WITH_NAMED = re.compile(r"(?<![a-z])(?:avec|contre|devant|chez) (?:mme|mr|m|dr|mlle) [a-z]+ *$")
_NUMBERED = re.compile(
    r"^[ \-•*]*(?:\d+|deux|trois|quatre|cinq|six) ?(?:enfants?|gosses?|gamine?s?|filles|fils|garcons|petits enfants) *$"
)


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
