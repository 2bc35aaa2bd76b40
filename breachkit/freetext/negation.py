"""Is a mention denied, found negative or over? Decided from its clause, and from those that continue it."""

from __future__ import annotations

import re

from breachkit.freetext.clauses import NEAR, Context
from breachkit.freetext.cues import Cues
from breachkit.freetext.match import Match
from breachkit.freetext.triggers import BOUNDARY_BEFORE

_RESULT_FIRST = re.compile(
    r"^ *(?:ras|neg|negati[a-z]*|⊖|ok|normal[a-z]*|nle?|tout (?:ok|est ok|neg[a-z]*|normal))(?= *(?:$|[,.;)]))"
)
_WITHDRAWN = re.compile(
    r"^ *(?:ecarte|exclu|infirme|elimine|dementi|(?:c est )?faux(?= *(?:$|[,.;)!]))|erreur(?! d)|tests? (?:⊖|neg))"
)
_REFUTED = re.compile(
    r"^ *(?:dementi|infirme|(?:c est )?faux(?= *(?:$|[,.;)!]))|invente|abandonne|relaxe|classe"
    r"|erreur(?! d))"
)
_DENIED_WITHIN = re.compile(
    r"[ :=](?:refus[a-z]*|normal(?:e|es)?|normaux|negati(?:f|ve|fs|ves)|neg|ras|vierges?|steriles?|muets?|vide|sp"
    r"|nle?s?|ok|⊖|faux|indemne|(?:exclu|ecarte"
    r"|elimine|infirme|decline)e?s?|(?<!sommeil )(?<!appetit )(?<!moral )(?:0|zero)|(?:veut|souhaite"
    r"|accepte) (?:pas|plus)|jamais fait[a-z]*)$|hcg *[<=] *[0-5]$"
)
_DENIES_FIRST = re.compile(
    r"(?:(?:elle|lui|il) )?(?:non|pas|aucune?|jamais|refus|refuse|(?:ne|n) [a-z]+ (?:plus|pas|jamais)) "
    r"(?!(?:tres|bien) |voyant|entendant|valid|autonom|verba|commun|binair|observ|complian|equilib|stabil|trait|suivi"
    r"|consol|insulin)"
)
# « n' | est pas enceinte »: the « ne » stands before the words of the rule.
_OPENS_DENIAL = re.compile(rf"{BOUNDARY_BEFORE}(?:ne|n) (?:(?:l|y|en|lui|me|nous|se|s) )?$")
_DENIED_VERB = re.compile(r"(?:est|a|sont|ont|etait|avait|sera|etre|fait|prend|suit) (?:pas|plus|jamais) ")
_NOT_OF_IT = re.compile(r"(?<![a-z])(?:sous|avec|ttt|non|pas|sauf)(?![a-z])")
_TEST_LIST = re.compile(
    r"^(?:[ ,/]+(?:et )?(?!(?:elle|lui|il|son|sa|mari|femme|mere|pere|maman|papa|bebe|bb|fils"
    r"|fille|frere|soeur|pte?)(?![a-z]))[a-z0-9]{2,6}){1,5}"
    r"[ :]+(?:neg(?:ati[a-z]*|s)?|ok|ras|normales?|normaux|⊖)(?![a-z])"
)
# « PrEP notée par le radiologue : erreur »
_BY_MISTAKE = re.compile(
    r"^[^,;.?!\n]{0,45}(?:(?<![a-z])par erreur|(?<![a-z])a tort|: *(?:erreur|faux|c est faux|fausse?))(?![a-z])"
)
# Right after the clause of a state, or in the one that follows: it is over.
_OVER = re.compile(
    r"^ *(?:mais |et |puis )?(?:(?:il |elle )?(?:ne|n) (?:l|en|y|le) (?:est|fait|va|vote|milite|pratique|touche|a"
    r"|porte)"
    r" plus|(?:ne |n )?(?:est |a )?plus (?:rien|maintenant|depuis|actuellement|aujourd)|plus rien|a (?:rendu"
    r"|dechire|resilie)"
    r" sa carte|(?:a |l a )?(?:tout )?(?:quitte|arrete|lache|abandonne|plaque|cesse)(?:e|s|es)?(?= *(?:$|[,.;)]"
    r"| depuis| en| il))"
    r"|(?:c est )?(?:fini|termine|solde|clos|leve)(?:e|s|es)?(?![a-z])|n y croit plus|jusqu (?:en|a|au) (?!bout"
    r"|present|ici|maintenant|ce jour))"
)
_STOPPED = re.compile(r"^[^,;.\n]{0,40}(?<![a-z])jusqu (?:en|a|au|aux) (?!bout|present|ici|maintenant|ce jour)")
_FORMER = re.compile(r"(?<![a-z])(?:ex|anciens?|anciennes?) *$")
_LIFTED = re.compile(r" (?:levee?|close?|cloture|cloturee|terminee?|finie?)s?$")
_NOT_GRANTED = re.compile(
    r"^ *(?:est |a |ete |finalement |enfin |toujours )*(?:non|pas|jamais) (?:ete )?(?!paye|regle|solde|rembourse"
    r"|declare|a jour)"
    r"[a-z]{4,}(?:e|u|is|ert)e?s?(?![a-z])"
)
_PROCEEDINGS_CLOSED = re.compile(
    r"^ *(?:[a-z]+ ){0,2}?(?:classee?s?(?: sans suite)?|sans suite|retiree?s?|levee?s?|clos|close|terminee?s?"
    r"|finie?s?|annulee?s?)"
    r"(?![a-z])"
)
SIGNED = frozenset({"health", "genetic", "sex_life"})  # what « - », « ok » and « normal » can deny
_STATE = frozenset({"political_opinion", "trade_union", "religion", "social"})  # what can end
_CLEARED = re.compile(
    r"(?<![a-z])(?:a tort|(?:relaxe|acquitte|blanchi|disculpe|innocente)e?s?|non lieu|sans suite"
    r"|hors de cause)(?![a-z])"
)
# « ne mange pas de porc »: the denial is the practice.
_ABSTAINS = re.compile(
    r"^pas (?:pendant|durant|avant|de rdv)|(?<![a-z])(?:porc|cochon|viande|alcool|sang"
    r"|transfus[a-z]*|samedi|vendredi|jour|soleil|homme|femme)"
)
# What a rule's own « pas », « plus » denies; a social rule that begins so states a want (« pas de titre de séjour »).
_PLAIN_STATE = frozenset({"political_opinion", "trade_union", "religion", "sex_life", "offence", "ethnic_origin"})


def without_false_denials(text: str, cues: Cues) -> str:
    return cues.not_negation.sub(_crossed_out, text)


def _crossed_out(hit: re.Match[str]) -> str:
    return " " + "x" * (len(hit[0]) - 1)


def is_denied(match: Match, around: Context, cues: Cues) -> bool:
    if match.rule.kind != "test" and cues.positive_after.search(around.after):
        return False
    before = _SINCE.split(without_false_denials(around.before, cues))[-1]
    before = "" if _SINCE.match(around.mention) else before
    if cues.negation_before.search(before) or _continues_denial(around) or _denies_itself(match, around, cues):
        return True
    if re.search(rf"{BOUNDARY_BEFORE}(?:ne|n)(?: [a-z]+){{0,2}} $", before) and re.match(
        r"^(?: [a-z]+)?[ ]+(?:pas|plus|jamais|rien|aucun|ni)(?![a-z])", around.after
    ):
        return True
    if match.rule.category == "religion" and _NO_DIET.search(around.before[-25:] + around.mention):
        return True
    if _SPOKEN.match(around.sentence_after):
        return True
    denied = cues.negation_after.search(around.after)
    if denied and match.rule.category == "offence" and _PAST_EVENT.match(around.mention):
        return False  # « GAV levée à 19 h »
    none = _NONE_OF_THE_LIST.match(around.sentence_after)
    if none and not _ANOTHER.search(none[0]) and not cues.relation.search(none[0]):
        return True
    if denied and _FINE.search(denied[0]) and (_GIVEN.match(around.mention) or "drug" in match.rule.id):
        return False  # « soins de plaie OK », « RQTH ok »: given, granted
    if denied and re.match(r"(?:sommeil|appetit|moral|energie|observance)(?![a-z])", around.mention):
        return False  # « sommeil 0 » is the complaint
    if denied and not cues.not_negation.match(around.after.strip()):
        return match.rule.category in SIGNED or not _WELL.search(denied[0])
    return _has_negative_result(match, around, cues)


# « crise, absence, secousse ces six derniers mois : aucune »
_NONE_OF_THE_LIST = re.compile(
    r"^[^.;!?\n:=()]{0,60}[:=] *(?:aucune?s?|neant|non|jamais|nie|ras|∅|⊖|rien|neg(?:ati[a-z]*)?)(?= *(?:$|[.;!,\n]"
    r"| a ce jour| ce jour))|^,? il n y en a (?:pas|jamais|plus)"
)
# « ne mange pas halal »; « ne mange pas de porc » is the practice itself.
_NO_DIET = re.compile(
    r"(?<![a-z])(?:mange|jeune|fait|observe|suit|pratique|respecte|porte)[a-z]* (?:pas|plus|jamais) (?:de |le |la "
    r"|l |du )?"
    r"(?:halal|casher|kasher|cacher|ramadan|careme|shabbat|voile|foulard|kippa)$"
)
_ANOTHER = re.compile(r"(?<![a-z])(?:elle|lui|il|mr?|mme|sauf|traite|suivi|sous|depuis)(?![a-z])")
_FINE = re.compile(
    r"(?<![a-z])(?:ok|bon(?:ne)?s?|nickel|parfaite?s?|impeccable|correcte?s?|satisfaisante?s?|ras|clean)$"
)
_GIVEN = re.compile(
    r"(?:soins?|pansements?|toilettes?|perf|injections?|inj|kine|dialyse|had|ssiad|infirmi|seances?|vaccin|vaxx"
    r"|insuline"
    r"|pilule|ttt|traitement|chimio|radioth|rayons|cure|sevrage|greffe|prothese|appareil|attelle|platre|rqth|ald|aah"
    r"|mdph|invalidite|apa|pch|cmi|taux|pace|stimul|sonde|stomie|orthophon|psychoth|rappel|transfus|ivg|operation)"
)
# « il me tape pas »
_SPOKEN = re.compile(r"^ (?:pas|jamais)(?= *(?:$|[,.;!)]|du tout|non plus))")
# « ne marche plus depuis son AVC »: the denial does not reach over these.
_SINCE = re.compile(r"(?<![a-z])(?:depuis|suite|apres|malgre|lors|pendant|avant)(?![a-z])")
# Verdicts on an organ or a test, which say nothing against a belief or a hardship (« séparés en bons termes »).
_WELL = re.compile(
    r"(?<![a-z])(?:bon(?:ne)?s?|ok|nickel|parfaite?s?|correcte?s?|satisfaisante?s?|saine?|clean|impeccable|ras"
    r"|norma[a-z]+|nle?s?|nx"
    r"|benin|benigne?s?|rassurante?s?|vierges?|0|--)$"
)


_NEVER_DID = re.compile(
    r"(?<![a-z])(?:ne|n) (?:l |la |le |lui |les |s |y |en )?(?:a|ont|est|sont|avait|etait) (?:pas|jamais)"
    r" (?!paye|regl|rembours|declar)[a-z]{3,}(?:e|u|is)e?s?(?![a-z])"
)


def _denies_itself(match: Match, around: Context, cues: Cues) -> bool:
    """A rule whose own words hold the denial: « frottis refusé », « non vacciné », « ne prend plus d'anxiolytique »."""
    if match.rule.category == "offence" and _CLEARED.search(around.mention):
        return True
    if match.rule.category in {"social", "offence"} and _NEVER_DID.search(around.mention):
        return True
    if match.rule.category == "religion" and re.search(r"(?:perdu|perd) la foi$", around.mention):
        return True
    if match.rule.category == "religion" and _ABSTAINS.search(around.mention):
        return False
    if match.rule.category in _PLAIN_STATE and re.match(
        r"(?:ne |n )?(?:(?:est|sont|vote|milite|adhere|cotise|siege|fait|pratique|croit) )?(?:pas|plus|non|ni"
        r"|jamais|aucune?) ",
        around.mention,
    ):
        return not cues.not_negation.match(around.mention)
    if match.rule.category not in SIGNED:
        return False
    if _DENIED_WITHIN.search(around.mention):
        return True
    if _OPENS_DENIAL.search(around.before) and _DENIED_VERB.match(around.mention):
        return not cues.not_negation.search(around.mention)
    return bool(_DENIES_FIRST.match(around.mention)) and not cues.not_negation.match(around.mention)


def _continues_denial(around: Context) -> bool:
    """« pas de diabète, d'HTA »; « pas parce qu'il a bu »."""
    clause = around.clauses[around.first]
    if clause.hangs_on < 0:
        return False
    earlier = around.clause_text(clause.hangs_on)
    if clause.opener == "link":
        return bool(re.fullmatch(r" *(?:et |mais |non )?pas *", earlier))  # « pas parce qu'il a bu »
    if clause.opener == "comma" and re.match(
        r"^ *(?:d|de|ni|ou)(?: [a-z]+ (?:et|ou|ni)(?: d"
        r"| de)?)? *$",
        around.before,
    ):
        while clause.opener == "comma" and re.match(r" *(?:d|de|ni) ", around.clause_text(clause.hangs_on)):
            clause = around.clauses[clause.hangs_on]
        earlier = around.clause_text(clause.hangs_on) if clause.hangs_on >= 0 else earlier
        return bool(
            re.search(
                r"(?<![a-z])(?:pas|plus|aucune?|ni|jamais|nie|sans|absence|exempte?"
                r"|indemne)(?![a-z])",
                earlier,
            )
        )
    return clause.opener == "comma" and not around.before.strip() and _is_listed_denial(around)


_LIST_OF_DENIALS = re.compile(
    r"^[ \-•*]*(?:(?:il|elle|patiente?|pte?|mme|mr?) )?(?:nie|recuse|refuse|(?:n a )?aucune?|absence|(?:pas|sans|0"
    r"|∅|⊖) (?:d |de |atcd|antecedent)"
    r"(?:s? ?(?:d|de|:))?|non|ni|jamais)(?= |$)(?! (?:pas|que|qu)(?![a-z]))"
)


def _is_listed_denial(around: Context) -> bool:
    """« nie alcool, tabac, drogue »; « pas de diabète, HTA sous coversyl » is no such list, nor one of two items."""
    number, items = around.last, 0
    if len(around.after.split()) > (2 if re.match(r"^ *(?:ni|ou|et) ", around.after) else 0):
        return False
    while (clause := around.clauses[number]).opener == "comma" and around.last - number < NEAR:
        number = clause.hangs_on
        text = around.clause_text(number)
        items += 1
        if denied := _LIST_OF_DENIALS.match(text):
            if len(text[denied.end() :].split()) > 4:
                return False
            sweeping = re.search(r"(?:nie|recuse|aucune?|antecedents?|atcds?)(?![a-z])", denied[0])
            return bool(sweeping) or items > 1 or bool(re.search(r"(?<![a-z])(?:ni|ou) ", around.after))
        if len(text.split()) > 3:
            return False
    return False


def _has_negative_result(match: Match, around: Context, cues: Cues) -> bool:
    """A sign or a result after the mention: « VIH - », « gono/chlam : reçu, RAS », « THC urinaire ⊖ »."""
    following = around.next_clause()
    if _BY_MISTAKE.match(around.after):
        return True
    if match.rule.category not in SIGNED:
        return bool(_REFUTED.match(following))
    if re.match(r"^ ?(?:-(?=$|[ ,.;)\n])(?! (?!le |en |du |au )[a-z])|\(-\))", around.sentence_after):
        return True
    undetectable = re.match(r"^ *(?:est )?indetectable", around.after)
    if undetectable or (match.rule.topic == "hiv_sti" and "indetectable" in around.after):
        return match.rule.topic != "hiv_sti"  # « VIH indétectable » is an infection under treatment
    verdict = cues.negative_verdict.match(around.after)
    if verdict and not cues.test_noun.search(verdict[0]) and not _NOT_OF_IT.search(verdict[0]):
        return True
    if "hcg" in around.mention and re.match(r"^ *[<=] *[0-5](?![0-9])", around.after):
        return True
    if _WITHDRAWN.match(following):
        return True
    tested = match.rule.kind == "test" or match.rule.topic == "hiv_sti"
    return tested and bool(_TEST_LIST.match(around.sentence_after) or _RESULT_FIRST.match(following))


_PAST_EVENT = re.compile(r"(?:gav|garde a vue|perquis|incarcer|detention|prison)")  # over, and told all the same


def has_ended(match: Match, around: Context, cues: Cues) -> bool:
    """A state, not an illness, that is over: « ex-encarté », « curatelle levée », « a quitté les Témoins »."""
    if match.rule.category not in _STATE:
        if match.rule.category != "offence" or _PAST_EVENT.match(around.mention):
            return False
        return bool(_PROCEEDINGS_CLOSED.match(around.after))
    if match.rule.category != "social" and (_OVER.match(around.next_clause()) or _STOPPED.match(around.after)):
        return not cues.office.match(around.mention) or bool(_OVER.match(around.next_clause()))
    if match.rule.category == "social" and _LIFTED.search(around.mention):
        return True
    if _NOT_GRANTED.match(around.after):
        return True
    if _FORMER.search(around.before):
        return not cues.office.match(around.mention)
    opening, _, last = around.mention.rpartition(" ")
    if _FORMER.search(opening) and match.rule.category != "social":
        return not cues.office.match(last)
    if re.search(r"(?<![a-z])(?:ne|n)(?: [a-z]+)? $", around.before) and re.match(r"plus (?!de )", around.mention):
        return True
    before = around.before + (opening + " " if match.rule.category != "social" else "")
    if cues.ended_before.search(cues.not_negation.sub(" ", before)):
        return True
    return bool(cues.ended_after.search(around.after))
