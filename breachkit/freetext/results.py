"""What is said of a test, a value or a measure: normal, refused, still awaited."""

from __future__ import annotations

import re

from breachkit.freetext.clauses import Context
from breachkit.freetext.cues import Cues
from breachkit.freetext.lexicon import Assertion
from breachkit.freetext.match import Match
from breachkit.freetext.negation import SIGNED, without_false_denials

VALUE = re.compile(r"^ *(?:a |= *|: *|> *)?\d+(?:[.,]\d+)?(?![0-9/]| ?(?:h|j|sem|mois|ans)(?![a-z]))")
_RESULT_GRADE = re.compile(r"(?:acr|birads|bi rads|pi ?rads|ti ?rads|gleason) *\d")
_GRADE_NORMAL = re.compile(r"(?:(?:mammo[a-z]*|echo[a-z]*|irm) )?(?:acr|birads|bi rads) *[12](?!\d)")
# « gamma GT 210 », « DFG 38 »; not « CA 125 », the name of a marker.
_MEASURED = re.compile(r"^(?!ca ).*[a-z1)] ?[:=<>a]? ?(?<![a-z\d])\d+(?:[.,]\d+)?(?: ?(?:%|g|mg|ui|mmol|n))?$")


_SAYS_POSITIVE = re.compile(
    r"(?:\+|⊕|(?<![a-z])(?:positi[a-z]*|pos|anorma[a-z]*|pathologi[a-z]*|effondre[a-z]*|eleve[a-z]*|haute?s?"
    r"|basses?|explose[a-z]*|suspect[a-z]*|perturbe[a-z]*|augmente[a-z]*|douteu[a-z]*))$"
)
# What a laboratory or a consultation of genetics does; the other words of its tests say what was found.
_GENETIC_ACT = re.compile(
    r"(?<![a-z])(?:panels?|ngs|exome|genome|w[eg]s|tests?|depist[a-z]*|diagnostic|dg|diag|examens?|analyses?|cs|rdv"
    r"|consult[a-z]*|conseil[a-z]*|enquete|prel[a-z]*|bilan|etude|recherche|resultats?|rendu|dpi|clinique|centre"
    r"|service|labo[a-z]*|avis|(?:cyto|onco)?[ ]?genetic[a-z]*|arbre|genogramme|courrier|informations?|info|amnio[a-z]*"
    r"|dpni|adnlc|adn|tne|pvc|choriocentese|caryo[a-z]*|fish|electrophorese|sequencage|cgh|acpa|biologie|typage"
    r"|guthrie|biopsie|puce|mlpa|sanger|hboc|vsi|vus|pre ?symptom[a-z]*|oncogen[a-z]*)(?![a-z])"
)


_STILL_OPEN = re.compile(
    r"(?<![a-z])(?:pas(?: encore)?|en cours|attente|demand[a-z]*|prescri[a-z]*|a faire"
    r"|envoye[a-z]*|en att)$|pas encore"
)


def of_result(category: str, around: Context) -> Assertion:
    """What a test says by itself: its grade or value if it has one, nothing yet otherwise."""
    if _GRADE_NORMAL.match(around.mention):
        return "negated"
    if _STILL_OPEN.search(around.mention):
        return "hypothetical"
    if _SAYS_POSITIVE.search(around.mention):
        return "affirmed"
    if category == "genetic" and not _GENETIC_ACT.search(around.mention):
        return "affirmed"  # « sœur porteuse », « PiZZ », « mutation prothrombine »
    known = _RESULT_GRADE.match(around.mention) or _MEASURED.match(around.mention)
    return "affirmed" if known else "hypothetical"


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


def is_awaited(match: Match, around: Context) -> bool:
    """An infection whose test is under way, or a measure of protection asked for and not yet ordered."""
    if match.rule.topic == "hiv_sti":
        return bool(_AWAITED.match(around.after))
    if match.rule.category in {"health", "genetic"} and _NOT_BACK.match(around.after):
        return True
    if match.rule.category != "social" or not _MEASURE.search(around.mention):
        return match.rule.category in SIGNED and bool(re.match(r"^ *a (?:ecarter|exclure)(?![a-z])", around.after))
    return bool(_ORDERED_LATER.match(around.after)) or bool(_ASKED_FOR.search(around.before))


_BLOOD_PRESSURE = re.compile(r"ta ?[:=]? ?(\d{2,3}) ?/ ?(\d{1,3})$")


def is_normal_value(match: Match, around: Context) -> bool:
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


def test_outcome(match: Match, around: Context, cues: Cues) -> Assertion | None:
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
