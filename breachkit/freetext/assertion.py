"""Is a mention affirmed, denied or supposed? Decided from its clause, and from what the next clause says of it."""

from __future__ import annotations

import re

from breachkit.freetext.clauses import NEAR, Context
from breachkit.freetext.cues import Cues, stands_in
from breachkit.freetext.lexicon import Assertion
from breachkit.freetext.match import Match
from breachkit.freetext.negation import SIGNED, has_ended, is_denied, without_false_denials
from breachkit.freetext.triggers import BOUNDARY_AFTER, BOUNDARY_BEFORE

# Verbs whose conditional is a wish, and verbs whose imperfect looks like a conditional (« opérait », « souffrait »).
_NOT_CONDITIONAL = (
    "prefer|voud|aime|souhait|faud|pourr|dev|demand|interess|apprecie|oper|esper|consider|exager|cour|mour|tir"
    "|desir|respir|inspir|livr|ouvr|couvr|souffr|adher|gener|toler|mesur|dur|assur|rassur|jur|attir|retir|admir"
    "|pleur|delir|hurl|prepar|repar|declar|compar|separ|entr|rentr|montr|rencontr|enregistr|suppor"
)
_CONDITIONAL = re.compile(
    rf"{BOUNDARY_BEFORE}(?!(?:{_NOT_CONDITIONAL})[a-z]*{BOUNDARY_AFTER})"
    rf"[a-z]{{2,}}(?:er|ir|dr|vr|ur)ai(?:t|ent){BOUNDARY_AFTER}|{BOUNDARY_BEFORE}(?:au|se)rai(?:t"
    rf"|ent){BOUNDARY_AFTER}"
)
# A test whose result is being waited for; only a genetic finding is left open by it.
_TEST_UNDER_WAY = re.compile(
    r"^(?: [a-z]+)? *(?:est )?(?:en cours|demand|prescri|a faire|prevu|en attente|envoye|preleve)"
)
_UNSURE_CODE = re.compile(
    r"^ *(?:ou [a-z]?\d{3,}|,? ?\(?(?:\?|a (?:re)?(?:verifier|confirmer|demander)"
    r"|pas sur|je crois|peut etre|sous reserve))"
)
_ANSWERED_NO = re.compile(r"^[^,;.\n!()?]{0,40}\? *(?:-> *)?(?:non|nan|faux|nie|neg|ras|jamais)(?![a-z])")
_VALUE = re.compile(r"^ *(?:a |= *|: *|> *)?\d+(?:[.,]\d+)?(?![0-9/]| ?(?:h|j|sem|mois|ans)(?![a-z]))")
# « type asiatique, peut-être adopté »: the second clause supposes something else.
_QUALIFIES_ANOTHER = re.compile(
    r"^ *(?:mais )?(?:peut etre|ptet|possible|probable|eventuel|suspect)[a-z]*\| *(?!avec|depuis|chez|car|vu|selon"
    r"|d apres|a |au |ou |en )[a-z]{3,}"
)
_AUTHOR = frozenset({"judgement"})  # the author's own words, whoever else may say so: what follows leaves them standing


def assertion_of(match: Match, around: Context, cues: Cues) -> Assertion:
    """Affirmed, negated or hypothetical, from the words around the mention."""
    if match.rule.category == "access_code" and _UNSURE_CODE.match(around.sentence_after):
        return "hypothetical"
    if match.rule.assertion is not None:
        return match.rule.assertion
    if _ANSWERED_NO.match(around.whole[around.end : around.end + 80]):
        return "negated"  # « Juif pratiquant ? non »
    if _is_questioned(around):
        return "hypothetical"
    if match.rule.category == "health" and _BENEFIT.match(around.mention) and _CLAIMED.match(around.after):
        return "affirmed"
    if _is_life_without(match, around):
        return "affirmed"
    told = _test_outcome(match, around, cues)
    if told is not None:
        return told
    supposed = _is_supposed(match, around, cues)
    if supposed and (_CONDITIONAL.search(around.before) or cues.doubted_denial.search(around.before)):
        return "hypothetical"
    if is_denied(match, around, cues) or has_ended(match, around, cues):
        return "negated"
    if supposed:
        return "hypothetical"
    if match.rule.kind == "test" and not cues.positive_after.search(around.after) and not _VALUE.match(around.after):
        return "affirmed" if _RESULT_GRADE.match(around.mention) else "hypothetical"
    return "affirmed"


# A benefit asked for, awaited or refused shows the illness all the same.
_BENEFIT = re.compile(
    r"(?:(?:dossier|demande|carte|allocation|pension|reconnaissance)s? (?:de |d )?)?(?:aah|aeeh|mdph|mp|at|ald|rqth"
    r"|invalidite|apa|pch|ijss"
    r"|clm|cld|mi temps|maladie pro[a-z]*|tableau|longue (?:duree|maladie)|taux|cmi|esat|ime|itep|sessad|ulis"
    r"|camsp)(?![a-z])"
)
_CLAIMED = re.compile(
    r"^ *(?:[a-z0-9]+ )?(?:refus|rejet|en (?:attente|cours|recours)|demand|a (?:faire|renouv|demander|remplir"
    r"|deposer)|depos|contest)"
)
# « plus de rapports depuis l'accident » tells of a sex life; « charge virale indétectable » of an infection.
_LIFE_WITHOUT = re.compile(
    r"(?:rapports?|libido|desir|relations? (?:sexuelles?|intimes?)|vie sexuelle|vie intime)(?: complete?s?| avec)?$"
)
_RISKY = re.compile(r"^ *(?:a risques?|non proteg|sans (?:preservatif|protection)|forces?|tarif|extra)")
_RESULT_GRADE = re.compile(r"(?:acr|birads|bi rads|pi ?rads|ti ?rads|gleason) *\d")


def _is_life_without(match: Match, around: Context) -> bool:
    """Whether what is denied is itself what the note reveals."""
    if match.rule.category == "sex_life":
        return bool(_LIFE_WITHOUT.search(around.mention)) and not _RISKY.match(around.after)
    return match.rule.topic == "hiv_sti" and "indetectable" in around.mention and "vhc" not in around.mention


def _test_outcome(match: Match, around: Context, cues: Cues) -> Assertion | None:
    """What is said right after the name of a test: done and normal, refused, still to come; None if nothing is."""
    noun = cues.test_noun.match(around.mention)
    if match.rule.category not in SIGNED or noun is None:
        return None
    result = cues.test_result.match(around.mention[noun.end() :] + around.after)
    if result is None or cues.positive_after.search(around.after):
        return None
    if result["pending"] and cues.negation_before.search(without_false_denials(around.before, cues)):
        return "negated"  # « n'a pas souhaité passer la mammographie malgré deux relances »
    return "hypothetical" if result["pending"] else "negated"


_QUESTION_BEFORE = re.compile(r"(?:^|[\n.;:,]) *\?+ *$")
_QUESTIONING = re.compile(r"\?+ ?(?:[a-z]+ ){0,1}$")
_QUESTION_AFTER = re.compile(r"[^,;.\n!()?]{0,40}\(?\?")


def _is_questioned(around: Context) -> bool:
    """A question mark right before the mention, or after it in the same clause."""
    if "?" not in around.whole:
        return False
    if _QUESTION_BEFORE.search(around.whole, max(0, around.start - 40), around.start):
        return True  # « ? inceste »
    return bool(_QUESTIONING.search(around.sentence_before) or _QUESTION_AFTER.match(around.sentence_after))


def _believed_apart(text: str, around: Context, cues: Cues) -> str:
    """The text without the sources that are believed (« d'après le compte rendu »)."""
    return cues.believed_source.sub(" ", text) if stands_in(around.whole, "believed_source", cues) else text


def _is_supposed(match: Match, around: Context, cues: Cues) -> bool:
    before, after = _believed_apart(around.before, around, cues), _believed_apart(around.after, around, cues)
    if cues.hypothesis_before.search(before) or _CONDITIONAL.search(before + around.mention):
        return True
    opening = cues.opens_supposed.match(around.mention)
    if opening and opening.end() < len(around.mention) and around.mention[opening.end()] == " ":
        return not re.match(r" (?:positi|negati|par |pour )", around.mention[opening.end() :] + " ")
    if match.rule.category in _AUTHOR:
        return False
    if cues.hypothesis_after.search(after):
        return True
    if match.rule.category == "genetic" and _TEST_UNDER_WAY.match(around.after):
        return True
    following = _believed_apart(around.next_clause(), around, cues)
    verdict = cues.hypothesis_verdict.match(following)
    if verdict and not _QUALIFIES_ANOTHER.match(verdict[0] + "|" + following[verdict.end() :]):
        return True
    sentence = _believed_apart(around.sentence_before + " | " + around.sentence_after, around, cues)
    return _is_hearsay(sentence, around, cues) or _has_source(around, cues)


def _has_source(around: Context, cues: Cues) -> bool:
    """A source in the mention's own clause, or at the head of one of its sentence: « d'après le voisin, il boit »."""
    if not stands_in(around.whole, "source", cues):
        return False
    if cues.source.search(_believed_apart(around.before + " | " + around.after, around, cues)):
        return True
    number, furthest = around.first - 1, max(0, around.first - NEAR)
    while number >= furthest and around.clauses[number + 1].opener != "sentence":
        if cues.source.match(_believed_apart(around.clause_text(number), around, cues).strip()):
            return True
        number -= 1
    return bool(cues.source.match(_believed_apart(around.next_clause(), around, cues).strip()))


def _is_hearsay(sentence: str, around: Context, cues: Cues) -> bool:
    """A rumour in the mention's sentence, or a sentence of its own that says no more than that it is one."""
    if not stands_in(around.whole, "hearsay", cues):
        return False
    if cues.hearsay.search(sentence):
        return True
    others = (other for other in re.split(r"[.\n;!?]", around.whole) if around.mention not in other)
    return any(cues.hearsay.search(other) and len(cues.hearsay.sub(" ", other).split()) <= 3 for other in others)
