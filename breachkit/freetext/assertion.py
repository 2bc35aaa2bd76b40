"""Is a mention affirmed, denied or supposed? Decided from its clause, and from what the next clause says of it."""

from __future__ import annotations

import re

from breachkit.freetext.clauses import Context
from breachkit.freetext.cues import Cues
from breachkit.freetext.doubt import CONDITIONAL, is_questioned, is_said_by_another, is_supposed
from breachkit.freetext.lexicon import Assertion
from breachkit.freetext.match import Match
from breachkit.freetext.negation import SIGNED, has_ended, is_denied
from breachkit.freetext.results import VALUE, is_awaited, is_normal_value, of_result, test_outcome

_UNSURE_CODE = re.compile(
    r"^ *(?:ou [a-z]?\d{3,}|,? ?\(?(?:\?|a (?:re)?(?:verifier|confirmer|demander)"
    r"|pas sur|je crois|peut etre|sous reserve))"
)
_ANSWERED_NO = re.compile(
    r"^[^,;.\n!()?]{0,40}(?:\? *(?:-> *)?(?:non|nan|faux|nie|neg|ras|jamais)(?![a-z])"
    r"|[.!]+ *(?:pas du tout|c est faux|absolument pas|en fait non|mais non|rien de tel)(?= *(?:$|[,.;!])))"
)
_STATUS = re.compile(r"(?:cnda|ofpra|dublin|(?:demande d )?asile|recepisse|regularis|naturalis|aah|ame|cmu|css|c2s)")


_NO_LONGER = re.compile(r"(?<![a-z])(?:serait|seraient|aurait|voterait|militerait|croirait|ferait) plus ")
_CLINIC = re.compile(r"(?:cegidd|ciddist|cdag|cpef)(?![a-z])")  # to be seen there is care received


def assertion_of(match: Match, around: Context, cues: Cues) -> Assertion:
    """Affirmed, negated or hypothetical, from the words around the mention."""
    if match.rule.category == "access_code" and _UNSURE_CODE.match(around.sentence_after):
        return "hypothetical"
    if match.rule.assertion is not None:
        return _fixed(match, match.rule.assertion, around, cues)
    if _ANSWERED_NO.match(around.whole[around.end : around.end + 80]):
        return "negated"  # « Juif pratiquant ? non »
    if is_questioned(around) or is_awaited(match, around):
        return "hypothetical"
    if is_normal_value(match, around):
        return "negated"
    if match.rule.category == "social" and _STATUS.match(around.mention) and re.match(r"^ en attente", around.after):
        return "affirmed"  # « CNDA en attente »: he seeks asylum
    if match.rule.category == "health" and _BENEFIT.match(around.mention) and _CLAIMED.match(around.after):
        return "affirmed"
    if _is_life_without(match, around):
        return "affirmed"
    told = test_outcome(match, around, cues)
    if told is not None:
        return told
    supposed = is_supposed(match, around, cues)
    if supposed and match.rule.category not in SIGNED and _NO_LONGER.search(around.before + around.mention):
        return "negated"  # « ne serait plus au PS »
    if supposed and (CONDITIONAL.search(around.before) or cues.doubted_denial.search(around.before)):
        return "hypothetical"
    if is_denied(match, around, cues) or has_ended(match, around, cues):
        return "negated"
    if supposed:
        return "hypothetical"
    if match.rule.kind == "test" and _CLINIC.match(around.mention):
        return "affirmed"
    if match.rule.kind == "test" and not cues.positive_after.search(around.after) and not VALUE.match(around.after):
        return of_result(match.rule.category, around)
    return "affirmed"


def _fixed(match: Match, assertion: Assertion, around: Context, cues: Cues) -> Assertion:
    """A rule's own assertion; what it affirms of somebody's hardship may still be asked, or hearsay."""
    if assertion != "affirmed" or match.rule.category != "social":
        return assertion
    before = cues.believed_source.sub(" ", around.before)
    open_still = is_questioned(around) or cues.hypothesis_before.search(before) or is_said_by_another(around)
    return "hypothetical" if open_still else assertion


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


def _is_life_without(match: Match, around: Context) -> bool:
    """Whether what is denied is itself what the note reveals."""
    if match.rule.category == "sex_life":
        return bool(_LIFE_WITHOUT.search(around.mention)) and not _RISKY.match(around.after)
    return match.rule.topic == "hiv_sti" and "indetectable" in around.mention and "vhc" not in around.mention
