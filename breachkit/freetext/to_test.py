"""Tests still to come that a finding calls for: of relatives, of the patient beside them, and tests to be repeated."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from breachkit.freetext.clauses import REACH
from breachkit.freetext.cues import Cues, relations
from breachkit.freetext.person_continued import TEST_ECHO
from breachkit.freetext.taken_up import Found

_TO_TEST = (
    r"(?:depister|tester|controler|explorer|prelever|screener|bilanter|traiter si \+|surveiller|rechercher|verifier"
    r"|voir en genetique)"
)
_AFTER_PERSON = re.compile(
    rf"^(?: [a-z]+)?(?: (?:a|pas encore|doi(?:t|vent)|devrai(?:t|ent)|restent? a|seront?|va etre|vont etre|est a"
    rf"|sont a))+ (?:etre )?"
    rf"(?:faire )?(?:{_TO_TEST}|(?:depistee?|testee?|controlee?|prelevee?)s?)(?![a-z])"
    r"|^(?: [a-z]+)? (?:pas|non|jamais) (?:encore )?(?:depiste|teste|controle)e?s?(?![a-z])"
    r"|^ ?(?:: ?)?(?:test|depistage|serologies?|bilan|enquete|caryotype)s? (?:a faire|prevu|demande|en attente"
    r"|en cours|propose)"
)
_BEFORE_PERSON = re.compile(
    rf"(?:(?<![a-z]){_TO_TEST}|(?:depistage|test|serologies?|enquete|recherche|bilan|controle"
    rf"|prelevement)s? (?:genetique |familial[a-z]* )?(?:a (?:faire|proposer)|a|pr|pour|chez|de|des|du|d))"
    r" (?:aussi )?(?:le |la |les |l |son |sa |ses |leurs? |tous les |toute la |au |aux |du |des )?(?:\d |deux )?$"
)


_SELF_TO_TEST = re.compile(
    r"(?<![a-z])(?:elle|lui|pte?|patiente?|mme|mr|madame|monsieur)(?: meme)?[ ,:]+(?:(?:n est|est|a|n a|ete"
    r"|doit etre) )*(?:"
    r"(?:pas|non|jamais)(?: encore)?(?: ete)? (?:teste|depiste|preleve|explore|controle)e?|(?:a |doit se faire )"
    r"(?:tester|depister|prelever|explorer|controler)|(?:prel[a-z]*|prelvt|prise de sang|pds|test[a-z]*"
    r"|depist[a-z]*|recherche)"
    r"(?: [a-z]+\.?)? ?(?:en cours|en attente|le \d|a faire|a venir|prevu|demande|hier|attendu|ce jour|fait le))"
)


_AGAIN = re.compile(
    r"[,.;:(>] *(?:a )?(?:refaire|recontroler|controler|redoser|reverifier|repeter)(?= *(?:dans|a|en|le|ds|sous|sem"
    r"|$|[,.;)\n]))"
)


def to_repeat(text: str, shared: Sequence[Found]) -> Iterator[Found]:
    """« PSA un peu haut, refaire dans trois mois »."""
    for hit in _AGAIN.finditer(text):
        before = [one for one in shared if one.category == "health" and 0 <= hit.start() - one.end < 40]
        for one in before[-1:]:
            yield Found(hit.start(), hit.end(), "health", one.topic, "hypothetical", one.subject, TEST_ECHO)


def self_to_test(text: str, shared: Sequence[Found]) -> Iterator[Found]:
    """The patient, whose test for what a relative has is still open: « sœur BRCA1+, elle pas testée »."""
    theirs = {one.category: one for one in shared if one.subject == "third_party"}
    for hit in _SELF_TO_TEST.finditer(text):
        for category in {"health", "genetic"} & theirs.keys():
            one = theirs[category]
            if one.start < hit.start():
                yield Found(hit.start(), hit.end(), category, one.topic, "hypothetical", "patient", TEST_ECHO)


def others_to_test(text: str, shared: Sequence[Found], cues: Cues) -> Iterator[Found]:
    """Relatives who are to be tested for what was found: « enfants à dépister », « dépister la fratrie »."""
    categories = {one.category: one.topic for one in shared if one.category in {"health", "genetic"}}
    for person in relations(text, cues):
        after = _AFTER_PERSON.match(text[person.end() : person.end() + REACH])
        if not after and not _BEFORE_PERSON.search(text[max(0, person.start() - REACH) : person.start()]):
            continue
        for category, topic in categories.items():
            yield Found(person.start(), person.end(), category, topic, "hypothetical", "third_party", TEST_ECHO)
