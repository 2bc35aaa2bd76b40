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
    rf"[a-z]{{2,}}(?:er|ir|dr|vr|ur)ai(?:t|ent){BOUNDARY_AFTER}|{BOUNDARY_BEFORE}(?:au|se|fe|i|di)rai(?:t"
    rf"|ent){BOUNDARY_AFTER}"
)
# A test whose result is being waited for; only a genetic finding is left open by it.
_TEST_UNDER_WAY = re.compile(
    r"^(?: [a-z]+)? *(?:est )?(?:en cours|demand|prescri|a faire|prevu|en attente|envoye|preleve)"
)
# A question mark that closes the mention's own clause; after a dash or a stroke it asks something else.
_ASKED_AFTER = re.compile(r"(?:(?! - | / |//|\|| ok | rdv )[^,;.\n!()?]){0,40}\(?\?")
_UNSURE_CODE = re.compile(
    r"^ *(?:ou [a-z]?\d{3,}|,? ?\(?(?:\?|a (?:re)?(?:verifier|confirmer|demander)"
    r"|pas sur|je crois|peut etre|sous reserve))"
)
_ANSWERED_NO = re.compile(
    r"^[^,;.\n!()?]{0,40}(?:\? *(?:-> *)?(?:non|nan|faux|nie|neg|ras|jamais)(?![a-z])"
    r"|[.!]+ *(?:pas du tout|c est faux|absolument pas|en fait non|mais non|rien de tel)(?= *(?:$|[,.;!])))"
)
_VALUE = re.compile(r"^ *(?:a |= *|: *|> *)?\d+(?:[.,]\d+)?(?![0-9/]| ?(?:h|j|sem|mois|ans)(?![a-z]))")
# « type asiatique, peut-être adopté »: the second clause supposes something else.
_QUALIFIES_ANOTHER = re.compile(
    r"^ *(?:mais )?(?:peut etre|ptet|possible|probable|eventuel|suspect)[a-z]*\| *(?!avec|depuis|chez|car|vu|selon"
    r"|d apres|a |au |ou |en )[a-z]{3,}"
)
_AUTHOR = frozenset({"judgement"})  # the author's own words: only what names another source or a check leaves them open
# « la nièce (vénale paraît-il) », « drama queen (c'est Léa qui le dit, à vérifier) »; not « pénible, je pense ».
_NOT_THE_AUTHOR = re.compile(
    r"^ *(?:au tel )?(?:parait(?: t)?(?: il)?(?![a-z])|semble t il|(?:a ce qu|d apres|selon|dixit"
    r"|aux dires)[a-z]* (?!(?:l |le |son |un )?(?:ancien )?(?:mt|medecin|dr|confrere|dentiste|kine|ide|infirmi"
    r"|pharmacien|specialiste|psy|courrier|dossier))"
    r"|(?:dit|disait|disent|raconte|pretend|juge|trouve) (?:t )?(?:on|la|le|l|les|sa|son|mme|mr?|notre)(?![a-z])"
    r"|a (?:verifier|verif|confirmer|recouper|nuancer|relativiser)(?![a-z])|(?:pure |simple )?rumeur|peut etre *$"
    r"|(?:c|ce) (?:est |etait )?[a-z ]{2,25} (?:qui|ki) (?:le |l |la )?(?:dit|pretend|raconte|trouve|affirme|decrit)"
    r"|probable(?:ment)? *$|(?:gros )?doute *$|(?:je )?n en sais rien|pas (?:si )?sure?(?![a-z])"
    r"|je (?:ne )?suis pas sur)"
)
_SOURCE_FIRST = re.compile(
    r"^ *(?:(?:d apres|selon|a en croire|aux dires d[eu]|dixit) [a-z ]{2,30}|on (?:le |la |l )?dit[a-z ]{0,12}) *$"
)


def assertion_of(match: Match, around: Context, cues: Cues) -> Assertion:
    """Affirmed, negated or hypothetical, from the words around the mention."""
    if match.rule.category == "access_code" and _UNSURE_CODE.match(around.sentence_after):
        return "hypothetical"
    if match.rule.assertion is not None:
        return _fixed(match, match.rule.assertion, around, cues)
    if _ANSWERED_NO.match(around.whole[around.end : around.end + 80]):
        return "negated"  # « Juif pratiquant ? non »
    if _is_questioned(around) or _is_awaited(match, around):
        return "hypothetical"
    if _is_normal_value(match, around):
        return "negated"
    if match.rule.category == "social" and _STATUS.match(around.mention) and re.match(r"^ en attente", around.after):
        return "affirmed"  # « CNDA en attente »: he seeks asylum
    if match.rule.category == "health" and _BENEFIT.match(around.mention) and _CLAIMED.match(around.after):
        return "affirmed"
    if _is_life_without(match, around):
        return "affirmed"
    told = _test_outcome(match, around, cues)
    if told is not None:
        return told
    supposed = _is_supposed(match, around, cues)
    if supposed and match.rule.category not in SIGNED and _NO_LONGER.search(around.before + around.mention):
        return "negated"  # « ne serait plus au PS »
    if supposed and (_CONDITIONAL.search(around.before) or cues.doubted_denial.search(around.before)):
        return "hypothetical"
    if is_denied(match, around, cues) or has_ended(match, around, cues):
        return "negated"
    if supposed:
        return "hypothetical"
    if match.rule.kind == "test" and _CLINIC.match(around.mention):
        return "affirmed"
    if match.rule.kind == "test" and not cues.positive_after.search(around.after) and not _VALUE.match(around.after):
        return _of_result(around)
    return "affirmed"


def _fixed(match: Match, assertion: Assertion, around: Context, cues: Cues) -> Assertion:
    """A rule's own assertion; what it affirms of somebody's hardship may still be asked, or hearsay."""
    if assertion != "affirmed" or match.rule.category != "social":
        return assertion
    before = cues.believed_source.sub(" ", around.before)
    open_still = _is_questioned(around) or cues.hypothesis_before.search(before) or _is_said_by_another(around)
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
_RESULT_GRADE = re.compile(r"(?:acr|birads|bi rads|pi ?rads|ti ?rads|gleason) *\d")
_GRADE_NORMAL = re.compile(r"(?:(?:mammo[a-z]*|echo[a-z]*|irm) )?(?:acr|birads|bi rads) *[12](?!\d)")
# « gamma GT 210 », « DFG 38 »; not « CA 125 », the name of a marker.
_MEASURED = re.compile(r"^(?!ca ).*[a-z1)] ?[:=<>a]? ?(?<![a-z\d])\d+(?:[.,]\d+)?(?: ?(?:%|g|mg|ui|mmol|n))?$")


def _of_result(around: Context) -> Assertion:
    """What a test says by itself: its grade or value if it has one, nothing yet otherwise."""
    if _GRADE_NORMAL.match(around.mention):
        return "negated"
    known = _RESULT_GRADE.match(around.mention) or _MEASURED.match(around.mention)
    return "affirmed" if known else "hypothetical"


# What the patient says of himself is believed; of somebody else it is not.
_OWN_WORD = re.compile(
    r"(?<![a-z])(?:d apres|selon|dixit) (?:lui|elle|le patient|la patiente|ses dires|l interessee?)(?![a-z])"
)
_STATUS = re.compile(r"(?:cnda|ofpra|dublin|(?:demande d )?asile|recepisse|regularis|naturalis|aah|ame|cmu|css|c2s)")


_NO_LONGER = re.compile(r"(?<![a-z])(?:serait|seraient|aurait|voterait|militerait|croirait|ferait) plus ")
_CLINIC = re.compile(r"(?:cegidd|ciddist|cdag|cpef)(?![a-z])")  # to be seen there is care received
# « VHC : en cours », « gono attendu », « curatelle demandée », « mpox à écarter »: not known, or not ordered, yet.
_AWAITED = re.compile(
    r"^ *:? *(?:resultats? )?(?:en cours(?! de (?:trait|suivi|soin|chimio|cure|sevr))|attendu|a exclure|a ecarter"
    r"|pas (?:encore )?(?:revenu|recu|rendu)|en attente)"
)
_ORDERED_LATER = re.compile(
    r"^(?: (?!non|pas|plus|levee)[a-z]+\.?)? *(?:est )?(?:en cours d (?:exam|instruct|etude)"
    r"|en cours de demande|attendue?"
    r"|demandee?|envisagee?|a l etude|a l examen|pressentie|proposee?|evoquee?|en discussion|a demander|a prevoir"
    r"|a envisager|requete deposee|en attente de (?:jug|decision|audience))"
)
_ASKED_FOR = re.compile(
    r"(?<![a-z])(?:(?:demande|requete|dossier|projet|proposition|procedure|envisage|evoque|propose|reclame)[a-z]*"
    r"(?: (?:de|d|d une?|une?|la|le|en|pour|aux fins de|mise en place d une))?(?: mise sous)?|vers une?) $"
)
_MEASURE = re.compile(
    r"(?:tutelle|curatelle|sauvegarde|habilitation familiale|mesure de protection|placement|aemo)"
    r"(?: (?:renf|simple|judiciaire|de justice|aux? |de l|familiale?|education)[a-z ]*)?$"
)


_NOT_BACK = re.compile(
    r"^ *:? *(?:toujours )?pas (?:encore )?(?:revenue?|recue?|rendue?|parvenue?|fait|disponible)s?(?![a-z])"
)


def _is_awaited(match: Match, around: Context) -> bool:
    """An infection whose test is under way, or a measure of protection asked for and not yet ordered."""
    if match.rule.topic == "hiv_sti":
        return bool(_AWAITED.match(around.after))
    if match.rule.category in {"health", "genetic"} and _NOT_BACK.match(around.after):
        return True
    if match.rule.category != "social" or not _MEASURE.search(around.mention):
        return match.rule.category in SIGNED and bool(re.match(r"^ *a (?:ecarter|exclure)(?![a-z])", around.after))
    return bool(_ORDERED_LATER.match(around.after)) or bool(_ASKED_FOR.search(around.before))


_BLOOD_PRESSURE = re.compile(r"ta ?[:=]? ?(\d{2,3}) ?/ ?(\d{1,3})$")


def _is_normal_value(match: Match, around: Context) -> bool:
    """« TA 12/8 », « bon état général »: measured, and nothing found."""
    if match.rule.category != "health":
        return False
    if pressure := _BLOOD_PRESSURE.search(around.mention):
        high, low = (float(digits) / (10 if float(digits) > 30 else 1) for digits in pressure.groups())
        return 9 < high < 14 and low < 9
    if not re.search(r"etat general$|(?<![a-z])eg$", around.mention):
        return False
    return bool(re.search(r"(?<![a-z])(?:bon|excellent) $", around.before)) or bool(
        re.match(
            r"^ *:? *(?:est )?(?:tres )?(?:bon|conserve|ok|satisf|preserve|excellent|stable|correct)", around.after
        )
    )


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


_QUESTION_BEFORE = re.compile(r"(?:^|[\n.;:,]) *\?+ *(?:(?!(?:non|pas|si|oui|ok) )[a-z']+ ){0,3}$")
_QUESTIONING = re.compile(r"\?+ ?(?:[a-z]+ ){0,1}$")


def _is_questioned(around: Context) -> bool:
    """A question mark right before the mention, or after it in the same clause."""
    if "?" not in around.whole:
        return False
    if _QUESTION_BEFORE.search(around.whole, max(0, around.start - 60), around.start):
        return True  # « ? inceste »
    return bool(_QUESTIONING.search(around.sentence_before) or _ASKED_AFTER.match(around.sentence_after))


def _believed_apart(text: str, around: Context, cues: Cues) -> str:
    """The text without the sources that are believed (« d'après le compte rendu »)."""
    return cues.believed_source.sub(" ", text) if stands_in(around.whole, "believed_source", cues) else text


# « caryotype prescrit après 3 échecs »: what was ordered does not reach over these.
_PAST_CAUSE = re.compile(r"(?<![a-z])(?:apres|suite (?:a|au|aux)|depuis)(?= )")


def _is_supposed(match: Match, around: Context, cues: Cues) -> bool:
    before, after = _believed_apart(around.before, around, cues), _believed_apart(around.after, around, cues)
    before = _PAST_CAUSE.split(before)[-1]
    if _OWN_WORD.search(after) and not cues.relation.search(around.sentence_before):
        return bool(cues.hypothesis_before.search(before))
    if before.endswith("peut ") and around.mention.startswith("etre "):
        return True  # « peut-être kabyle »: the rule's own words begin with « être »
    if cues.hypothesis_before.search(before) or _CONDITIONAL.search(before + around.mention):
        return True
    opening = cues.opens_supposed.match(around.mention)
    if opening and opening.end() < len(around.mention) and around.mention[opening.end()] == " ":
        return not re.match(r" (?:positi|negati|par |pour )", around.mention[opening.end() :] + " ")
    if match.rule.category in _AUTHOR:
        return _is_said_by_another(around)
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


def _is_said_by_another(around: Context) -> bool:
    """Whether a judgement is given as somebody else's, or as one to be checked."""
    if _NOT_THE_AUTHOR.match(around.after) or _NOT_THE_AUTHOR.match(around.next_clause()):
        return True
    number = around.first
    while number > 0 and around.clauses[number].opener == "comma":
        number -= 1
        if _SOURCE_FIRST.match(around.clause_text(number)):
            return True
    after = around.clauses[around.last + 1 : around.last + 2]
    if not after or after[0].opener != "sentence":
        return False
    return bool(re.fullmatch(r" *a (?:verifier|confirmer)[a-z ]{0,15}", around.clause_text(around.last + 1)))


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
