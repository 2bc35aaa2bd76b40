"""The person named before a mention in its own clause: who is, has or does what it says."""

from __future__ import annotations

import re

from breachkit.freetext.clauses import Context
from breachkit.freetext.cues import Cues, relations
from breachkit.freetext.persons import (
    CHILD,
    OFFICES,
    OFTEN_THE_PATIENT,
    PROFESSIONS,
    STAFF,
    Person,
    first_word,
    is_adjective,
    is_child_of_patient,
    last_hit,
    mask,
    pronoun_after,
    pronoun_person,
)

_MALE_PATIENT = re.compile(r"(?<![a-z])(?:il|lui|monsieur|mr)(?![a-z])")
_FAMILY_OF_PATIENT = frozenset({"religion", "ethnic_origin", "social", "political_opinion"})
_OWN_FAMILY = frozenset(
    {"enfants", "enfant", "fille", "fils", "filles", "famille", "parents", "freres", "soeurs", "frere", "soeur"}
)
_LEFT_ALONE = re.compile(
    r"(?<![a-z])(?:coupe[a-z]* les ponts|abandonn|fache|brouill|rompu|renie|plus de (?:contact|nouvelles)"
    r"|mise? (?:dehors|a la porte)"
    r"|chass|vire|dehors|couteaux|jaf|conflit|ne (?:l|le|la|lui) (?:voi|parl|appel))"
)
_OPENING_PRONOUN = re.compile(r"(?:qu )?(?:il|elle|lui) ")


def person_before(around: Context, category: str, cues: Cues) -> Person | None:
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
    article = (
        "(?:l |le |la )?"
        if last[0] in CHILD
        else "(?:la |sa )?"
        if last[0] == "famille" and category == "ethnic_origin"
        else ""
    )  # « l'enfant », not « l'infirmière »
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
