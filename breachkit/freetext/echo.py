"""What a second clause adds to a finding: a test by its general name, « neveu idem », « pas chez elle ».

Such words reveal nothing alone; beside a finding they say of it another result or another person. So an echo takes its
categories from the mentions of the same note, and never makes a note sensitive that was not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from breachkit.freetext.clauses import REACH, Clause, clauses_of, context
from breachkit.freetext.cues import Cues, relations, stands_in
from breachkit.freetext.lexicon import Assertion, Rule, Subject
from breachkit.freetext.match import Match
from breachkit.freetext.person_continued import TEST_ECHO
from breachkit.freetext.subject import is_other_of_couple, subject_of
from breachkit.freetext.taken_up import SAME, Found, taken_up
from breachkit.freetext.to_test import others_to_test, self_to_test, to_repeat

_SHARED = frozenset(
    {
        "health",
        "genetic",
        "sex_life",
        "religion",
        "ethnic_origin",
        "political_opinion",
        "trade_union",
        "offence",
        "social",
    }
)
_TEST = Rule(TEST_ECHO, "health", "other")
_DOUBT = Rule("echo.doubt", "health")
_ILL = re.compile(r"(?<![a-z])(?:porteu|atteint|touche|concerne|malade|mute)")
_ONLY_WELL = re.compile(r"(?<![a-z])(?:ras|ok|neg[a-z]*|va bien|saine?s?|indemnes?|⊖|∅)(?![a-z])")
_DENIES = re.compile(r"(?<![a-z])(?:non|pas|faux|erreur|n est|confon[a-z]+|jamais|plutot|mais|jure|nie)(?![a-z])")
_SAYS_SO = re.compile(
    r"^ *(?:$|[,.;()!?]|(?:qui|qu|k|ki|qi|q) (?:l|lest|la|y|en|est|a|etait|avait|fume|boit|serait|prend|touche"
    r"|etaient|ont|sont"
    r"|fait|vote|va)(?![a-z])"
    r"|l |lui |et pas|(?:de|du|des|d|au|a la) (?:mon |ma |mes |son |sa |ses |l |la "
    r"|le )?[a-z0-9]+(?: [a-z]+)? *(?:$|[,.;()!?»\"]|qui ))"
)


def echoes(text: str, found: Sequence[Found], cues: Cues) -> list[Found]:
    """The findings that later words of the note add to those found; empty where nothing was found."""
    shared = [one for one in found if one.category in _SHARED]
    if not shared:
        return []
    added: list[Found] = []
    if any(one.category == "health" for one in shared) and stands_in(text, "test_noun", cues):
        for clause in clauses_of(text):
            added.extend(_tests(text, clause, shared, cues))
    for number, clause in enumerate(clauses_of(text)):
        others = _of_others(text, clause, shared, cues)
        second = is_other_of_couple(text, number, cues)
        added.extend(replace(one, subject="third_party") if second else one for one in others)
    added.extend(_doubts(text, shared, cues))
    added.extend(_own_denials(text, shared))
    added.extend(_still_others(text, shared, cues))
    added.extend(_carriers(text, shared, cues))
    added.extend(_contrasts(text, shared, cues))
    added.extend(taken_up(text, shared, cues))
    if any(one.category in {"health", "genetic"} for one in shared):
        added.extend(others_to_test(text, shared, cues))
        added.extend(self_to_test(text, shared))
        added.extend(to_repeat(text, shared))
    return added


def _tests(text: str, clause: Clause, shared: Sequence[Found], cues: Cues) -> Iterator[Found]:
    """Results and orders of tests named in general: « sérologies RAS », « Holter à refaire », « a refusé le test »."""
    words = text[clause.start : clause.end]
    for noun in cues.test_noun.finditer(words):
        assertion = _test_assertion(text, clause, words, noun, cues)
        if assertion is None:
            continue
        match = Match(_TEST, clause.start + noun.start(), clause.start + noun.end())
        subject = subject_of(match, context(text, match), cues)
        yield Found(match.start, match.end, "health", "other", assertion, subject, _TEST.id)
        if any(one.category == "genetic" for one in shared) and cues.genetic_test.fullmatch(noun[0]):
            yield Found(match.start, match.end, "genetic", None, assertion, subject, _TEST.id)


def _test_assertion(text: str, clause: Clause, words: str, noun: re.Match[str], cues: Cues) -> Assertion | None:
    asked = cues.test_asked.search(words[: noun.start()])
    if asked:
        return "negated" if asked["refused"] else "hypothetical"
    result = cues.test_result.match(words[noun.end() :])
    if result is None and (followed := re.match(r"[^.\n;]{0,60}", text[noun.end() + clause.start :])):
        spoken = followed[0]
        result = cues.test_result.match(re.sub(r"^([^,(:]{0,25})[,(:]", r"\1 ", spoken, count=1))
    if result is None:
        return None
    refused_then = re.match(
        r"^[ ,:.]*(?:mais |et |puis )?(?:refus|declin)", text[clause.start + noun.end() + result.end() :]
    )
    return "hypothetical" if result["pending"] and not refused_then else "negated"


def _of_others(text: str, clause: Clause, shared: Sequence[Found], cues: Cues) -> Iterator[Found]:
    """The same said of another person, or denied of one: « neveu idem », « pas chez elle », « c'est son gendre »."""
    words = text[clause.start : clause.end]
    # Of two comparisons in a clause the one with a relation says more: « bébé porteur comme sa mère ».
    same = max(cues.same_for.finditer(words), key=lambda hit: hit["patient"] is None, default=None)
    denied = cues.not_for.search(words)
    rather = cues.rather.match(words)
    if not (same or denied or rather):
        return
    spoken_of = [one for one in shared if same and same["both"] and clause.start <= one.start < clause.end]
    if same and same["relation2"]:  # « porteur comme sa mère », in one clause
        reach = clause.start + same.start()
        spoken_of = spoken_of or [one for one in shared if clause.start <= one.start and one.end <= reach + 1]
    spoken_of = spoken_of or _in_its_sentence(text, clause, _nearest(shared, clause, backwards_only=not same))
    if rather and rather["relation"]:
        yield from _denied_before(text, clause, shared)
    for one in spoken_of:
        start, end = clause.start, clause.end
        topic = one.topic
        if same:
            subjects: tuple[Subject, ...] = ("patient",) if same["patient"] else ("third_party",)
            if same["both"]:
                together = clause.start <= one.start < clause.end or bool(relations(text, cues))
                subjects = ("patient", "third_party") if together else ()
            assertion: Assertion = "affirmed" if _ILL.search(same[0]) else one.assertion
            if "?" in text[start + same.end() : end + 2]:
                assertion = "hypothetical"  # « fille idem ? »
            for subject in subjects:
                yield Found(start, end, one.category, topic, assertion, subject, SAME)
        elif denied and _ONLY_WELL.search(denied[0]) and one.category not in {"health", "genetic"}:
            continue
        elif denied:
            if denied["relation"] or denied["relation2"]:
                yield Found(start, end, one.category, topic, "negated", "third_party", SAME)
            else:
                assertion = "affirmed" if denied["only"] else "negated"
                yield Found(start, end, one.category, topic, assertion, "patient", SAME)
        elif rather and _is_correction(text, clause, one, rather) and _SAYS_SO.match(rather["rest"]):
            yield Found(start, end, one.category, topic, "affirmed", "third_party", SAME)


_SECRECY = re.compile(
    r"(?<![a-z])(?:pas un mot|(?:ne )?(?:pas|rien) (?:lui )?(?:dire|parler|laisser|prevenir"
    r"|appeler|donner)|ne rien)"
)


def _denied_before(text: str, clause: Clause, shared: Sequence[Found]) -> Iterator[Found]:
    """« aucune étiquette, c'est son homonyme qui est au PS »: what is true of the other was denied of the patient."""
    told = [one for one in shared if clause.start <= one.start < clause.end and one.subject == "third_party"]
    sentence = re.split(r"[.\n;!?]", text[: clause.start])[-1]
    opening = clause.start - len(sentence)
    if not told or not _DENIES_OUTRIGHT.search(sentence):
        return
    if any(opening <= one.start < clause.start and one.category == told[0].category for one in shared):
        return
    yield Found(opening, clause.start, told[0].category, told[0].topic, "negated", "patient", SAME)


_DENIES_OUTRIGHT = re.compile(
    r"(?:^ *|(?<![a-z])(?:n est|n a|il n|elle n|suis|je|ni|et|d) *)(?:non|pas|aucune?|jamais|rien|faux|erreur|n est"
    r"|n a)(?![a-z])"
)


def _is_correction(text: str, clause: Clause, one: Found, rather: re.Match[str]) -> bool:
    """Whether « c'est son cousin » follows a denial; without a relation word, only after a finding that is denied."""
    if one.assertion == "negated" and one.end <= clause.start + 1:
        return True
    told_before = text[max(0, one.start - 40) : clause.start + rather.start("relation")]
    return rather["relation"] is not None and bool(_DENIES.search(_SECRECY.sub(" ", told_before)))


_DENIAL = re.compile(
    r"(?<![a-z])(?:(?:il|elle|lui|patiente?|pte?|mme|mr|monsieur|madame|l interesse e?) (?:le |l |la )?"
    r"(?:dement|nie|conteste|refute|s en defend|dit (?:que )?non|jure que non|assure que non|affirme que non"
    r"|pretend que non)"
    r"|ce (?:qu il|qu elle|que (?:le patient|la patiente)) (?:nie|conteste|dement)|nie (?:tout|en bloc|farouchement)"
    r"|dement (?:formellement|tout))(?= *(?:$|[,.;)!\n]|formellement|en bloc|tout|farouchement|mais|avec))"
)
_NO_LONGER = re.compile(
    r"(?:^|[,:.(\n]) *(?:(?:⊖|∅|ras|neg|nega|absente?s?|aucune?s?|rien) (?:ce jour|ce j|a ce jour|actuellement"
    r"|depuis|pour l instant|aujourd hui)"
    r"|plus rien depuis|plus aucune? depuis)"
)


def _own_denials(text: str, shared: Sequence[Found]) -> Iterator[Found]:
    """The patient's denial, or the absence today, in a clause of its own: « il dément », « ⊖ ce jour »."""
    for pattern in (_DENIAL, _NO_LONGER):
        for hit in pattern.finditer(text):
            open_to = _SHARED if pattern is _DENIAL else {"health", "offence"}
            before = [one for one in shared if one.end <= hit.start() + 1 and one.category in open_to]
            for one in before[-1:]:
                if one.subject == "patient":
                    yield Found(hit.start(), hit.end(), one.category, one.topic, "negated", "patient", SAME)


_STILL = re.compile(
    r"^[ ,]*(?:(?:lui|elle|eux|elles)[ ,]+)?(?:(?:(?:y|en|l) (?:est|sont|fait partie|font partie|prend|boit|fume|a"
    r"|ont)"
    r"(?: toujours| encore| aussi| bien| restee?)?)|oui|si|toujours|encore|continue)(?= *(?:$|[,.;)!\n]))"
)


_UNLIKE = re.compile(
    r"(?<![a-z])(?:contrairement a|a la difference d[eu]|a l (?:inverse|oppose) d[eu]|au contraire d[eu]|pas comme"
    r"|tout l inverse d[eu])"
    r" (?=(?:son|sa|ses|le|la|l|les|leur) )"
)


def _contrasts(text: str, shared: Sequence[Found], cues: Cues) -> Iterator[Found]:
    """« jamais incarcéré, contrairement à son frère »: true of the one, not of the other."""
    for hit in _UNLIKE.finditer(text):
        person = cues.relation_head.match(text[hit.end() : hit.end() + REACH])
        near = [one for one in shared if one.end <= hit.start() + 1 and hit.start() - one.end < 40]
        for one in near[-1:] if person and near and near[-1].assertion != "hypothetical" else ():
            other: Assertion = "affirmed" if one.assertion == "negated" else "negated"
            yield Found(hit.start(), hit.end(), one.category, one.topic, other, "third_party", SAME)


_CARRIES = re.compile(
    r"^[ ,]*(?:(?:lui|elle|eux|elles)[ ,]+)?(?:est|sont) (?:bien |aussi )?(?:porteu|attein|mute"
    r"|concern)[a-z]*"
)


def _carriers(text: str, shared: Sequence[Found], cues: Cues) -> Iterator[Found]:
    """« pas de mutation ; la tante, elle, est porteuse »."""
    for person in relations(text, cues):
        carries = _CARRIES.match(text[person.end() : person.end() + REACH])
        before = [one for one in shared if one.end <= person.start() and one.category in {"health", "genetic"}]
        for one in before[-2:] if carries else ():
            yield Found(person.start(), person.end(), one.category, one.topic, "affirmed", "third_party", SAME)


def _still_others(text: str, shared: Sequence[Found], cues: Cues) -> Iterator[Found]:
    """What is over or denied for the patient and true of another: « son fils, lui, y est toujours »."""
    for person in relations(text, cues):
        still = _STILL.match(text[person.end() : person.end() + REACH])
        before = [one for one in shared if one.end <= person.start() and one.subject == "patient"]
        if still and before:
            one = before[-1]
            end = person.end() + still.end()
            yield Found(person.start(), end, one.category, one.topic, "affirmed", "third_party", SAME)


def _in_its_sentence(text: str, clause: Clause, nearest: list[Found]) -> list[Found]:
    """Those of the clause's own sentence, where there are some: « pas de diabète. Père diabétique, mère aussi »."""
    begins = max(text.rfind(mark, max(0, clause.start - REACH), clause.start) for mark in ".;\n!?")
    return [one for one in nearest if begins < one.start < clause.start] or nearest


def _nearest(shared: Sequence[Found], clause: Clause, *, backwards_only: bool) -> list[Found]:
    """The mentions that a clause takes up: those just before it, else those just after it."""
    before = [one for one in shared if one.end <= clause.start + 1]
    if before:
        last = max(before, key=lambda one: one.start)
        return [one for one in before if last.start - one.start <= 40]
    if backwards_only:
        return []
    after = [one for one in shared if one.start >= clause.end]
    first = min(after, key=lambda one: one.start, default=None)
    return [one for one in after if first is not None and one.start - first.start <= 40]


def _doubts(text: str, shared: Sequence[Found], cues: Cues) -> Iterator[Found]:
    """The author's doubt beside a denial or a statement: « dit ne plus boire, j'en doute »."""
    for doubt in cues.author_doubt.finditer(text):
        for one in shared:
            if one.end <= doubt.start() and doubt.start() - one.end < 60:
                yield Found(doubt.start(), doubt.end(), one.category, one.topic, "hypothetical", one.subject, _DOUBT.id)
