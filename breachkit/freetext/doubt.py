"""Is a mention only supposed: by a word of doubt, a conditional, a question, a rumour, a source?"""

from __future__ import annotations

import re

from breachkit.freetext.clauses import NEAR, Context
from breachkit.freetext.cues import Cues, stands_in
from breachkit.freetext.match import Match
from breachkit.freetext.triggers import BOUNDARY_AFTER, BOUNDARY_BEFORE

# Verbs whose conditional is a wish, and verbs whose imperfect looks like a conditional (« opérait », « souffrait »).
_NOT_CONDITIONAL = (
    "prefer|voud|aime|souhait|faud|pourr|dev|demand|interess|apprecie|oper|esper|consider|exager|cour|mour|tir"
    "|desir|respir|inspir|livr|ouvr|couvr|souffr|adher|gener|toler|mesur|dur|assur|rassur|jur|attir|retir|admir"
    "|pleur|delir|hurl|prepar|repar|declar|compar|separ|entr|rentr|montr|rencontr|enregistr|suppor"
)
CONDITIONAL = re.compile(
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
# « type asiatique, peut-être adopté »: the second clause supposes something else.
_QUALIFIES_ANOTHER = re.compile(
    r"^ *(?:mais )?(?:peut etre|ptet|possible|probable|eventuel|suspect|a (?:eliminer|exclure|rechercher|evoquer"
    r"|demander"
    r"|prevoir|refaire|programmer|controler|verifier))[a-z]*\| *(?!avec|depuis|chez|car|vu|selon"
    r"|d apres|a |au |ou |en )[a-z]{3,}"
)
_AUTHOR = frozenset({"judgement"})  # the author's own words: only what names another source or a check leaves them open
# « la nièce (vénale paraît-il) », « drama queen (c'est Léa qui le dit, à vérifier) »; not « pénible, je pense ».
_NOT_THE_AUTHOR = re.compile(
    r"^ *(?:au tel )?(?:parait(?: t)?(?: il)?(?![a-z])|semble t il|(?:a ce qu|d apres|selon|dixit"
    r"|aux dires)[a-z]* (?!(?:l |le |la |son |un )?(?:ancien )?(?:mt|medecin|dr|confrere|dentiste|kine|ide|infirmi"
    r"|pharmacien|specialiste|psy|courrier|dossier|remplac|secretaire|interne|associe|ma |mon |notre |nos |urgences"
    r"|chef))"
    r"|(?:dit|disait|disent|raconte|pretend|juge|trouve) (?:t )?(?:on|la|le|l|les|sa|son|mme|mr?|notre)(?![a-z])"
    r"|a (?:verifier|verif|confirmer|recouper|nuancer|relativiser)(?![a-z])|(?:pure |simple )?rumeur|peut etre *$"
    r"|(?:c|ce) (?:est |etait )?[a-z ]{2,25} (?:qui|ki) (?:le |l |la )?(?:dit|pretend|raconte|trouve|affirme|decrit)"
    r"|probable(?:ment)? *$|(?:gros )?doute *$|(?:je )?n en sais rien|pas (?:si )?sure?(?![a-z])"
    r"|je (?:ne )?suis pas sur)"
)
_CALLED = re.compile(
    r"(?:decrit|present|qualifi|consider|percu|juge|note|dit|vu)e?e?s? (?:comme )?(?:de |etre )?(?:un |une )?$"
)
_SOURCE_FIRST = re.compile(
    r"^ *(?:(?:d apres|selon|a en croire|aux dires d[eu]|dixit) [a-z ]{2,30}|on (?:le |la |l )?dit[a-z ]{0,12}) *$"
)
_ACCUSED = re.compile(r"(?<![a-z])(?:l|la|le|les) (?:accus|soupconn|suspect)[a-z]*")
# What the patient says of himself is believed; of somebody else it is not.
_OWN_WORD = re.compile(
    r"(?<![a-z])(?:d apres|selon|dixit) (?:lui|elle|le patient|la patiente|ses dires|l interessee?)(?![a-z])"
)


# « Ehlers-Danlos selon elle et un groupe facebook »
_SELF_TAUGHT = re.compile(r"(?<![a-z])(?:facebook|fb|internet|google|forum|doctissimo|tiktok|chatgpt|magnetiseur)")
# « expulsion en cours, nouvelle adresse à demander »: what is to be asked is not the mention.
_OTHER_TO_DO = re.compile(
    r"(?<![a-z])(?:rdv|adresse|ordo|dossier|tel|num|carte|courrier|papier|certif|mutuelle|ald|fiche|date|nom|prenom"
    r"|mail"
    r"|droits?|aide|renouv|facture|coordonnees|code|photo|vitale)"
)
_QUESTION_BEFORE = re.compile(r"(?:^|[\n.;:,]) *\?+ *(?:(?!(?:non|pas|si|oui|ok) )[a-z']+ ){0,3}$")
_QUESTIONING = re.compile(r"\?+ ?(?:[a-z]+ ){0,1}$")


def is_questioned(around: Context) -> bool:
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


def is_supposed(match: Match, around: Context, cues: Cues) -> bool:
    before, after = _believed_apart(around.before, around, cues), _believed_apart(around.after, around, cues)
    before = _PAST_CAUSE.split(before)[-1]
    if _OWN_WORD.search(after + " |" + around.next_clause()) and not cues.relation.search(around.sentence_before):
        return bool(cues.hypothesis_before.search(before)) or bool(_SELF_TAUGHT.search(after))
    if before.endswith("peut ") and around.mention.startswith("etre "):
        return True  # « peut-être kabyle »: the rule's own words begin with « être »
    if cues.hypothesis_before.search(before) or CONDITIONAL.search(before + around.mention):
        return True
    opening = cues.opens_supposed.match(around.mention)
    if opening and opening.end() < len(around.mention) and around.mention[opening.end()] == " ":
        return not re.match(r" (?:positi|negati|par |pour )", around.mention[opening.end() :] + " ")
    if match.rule.category in _AUTHOR:
        return is_said_by_another(around)
    if match.rule.category == "offence" and _ACCUSED.search(around.mention):
        return True
    told = cues.hypothesis_after.search(after)
    if told and not (told[0].startswith("a ") and _OTHER_TO_DO.search(after[: told.start()])):
        return True
    if match.rule.category == "genetic" and _TEST_UNDER_WAY.match(around.after):
        return True
    following = _believed_apart(around.next_clause(), around, cues)
    verdict = cues.hypothesis_verdict.match(following)
    if verdict and not _QUALIFIES_ANOTHER.match(verdict[0] + "|" + following[verdict.end() :]):
        return True
    sentence = _believed_apart(around.sentence_before + " | " + around.sentence_after, around, cues)
    return _is_hearsay(sentence, around, cues) or _has_source(around, cues)


def is_said_by_another(around: Context) -> bool:
    """Whether a judgement is given as somebody else's, or as one to be checked."""
    if _CALLED.search(around.before) and re.match(r"^[^.;\n]{0,20} par (?:le|la|l|les|son|sa|ses|leur) ", around.after):
        return True
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
