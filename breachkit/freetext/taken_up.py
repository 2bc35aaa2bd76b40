"""What a later clause says of a finding without naming it: « lui n'a jamais adhéré », « l'associé en serait aussi ».

Such words take their category from a finding of the same note; alone they reveal nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from breachkit.freetext.cues import Cues
from breachkit.freetext.lexicon import Assertion, Subject
from breachkit.freetext.persons import last_hit, sex_of

SAME = "echo.same"  # the rule of what is said of a finding again


@dataclass(frozen=True, slots=True)
class Found:
    """A qualified mention: a span of the folded text, what it says and of whom, and the rule that fired."""

    start: int
    end: int
    category: str
    topic: str | None
    assertion: Assertion
    subject: Subject
    rule: str


_SPEAKS = r"(?:dit|repond|jure|assure|affirme|pretend|soutient|certifie)(?: mordicus| pourtant| toujours| lui| bien)?"
# Denials that do not name what they deny: of any finding of the note, or of one of a category.
_DENIES_ANY = (
    r"(?:n en (?:est|sont|a|ont)|ne l est|ne le sont|n y (?:est|sont|va|touche)|ne l a|ne l etait) (?:pas|plus"
    r"|jamais|guere)"
    rf"|{_SPEAKS} (?:que non|que jamais|le contraire|que personne|qu il n y a rien|que rien|n avoir (?:jamais|rien|pas)"
    r"|ne (?:jamais|rien|pas|plus))"
    r"|(?:c est|c etait) (?:totalement |completement |archi )?faux(?= *(?:$|[,.;)!]))|il corrige|elle corrige"
    r"|y a renonce"
    r"|pas que je sache|a tout (?:arrete|plaque|lache)|n a rien a voir avec (?:ca|tout ca)|rien de tel(?! que)"
    r"|pas (?:le cas|concernee?)"
)
_DENIES_BY_KIND = {
    "religion": r"pas (?:du tout )?(?:baptis|croyant|pratiquant|religieu)[a-z]*|(?:perdu|plus) la foi"
    r"|n y croi[a-z]+ (?:plus|pas)"
    r"|ne croi[a-z]* (?:plus|pas)|ne (?:pratique|prie|jeune)[a-z]* (?:plus|pas)|sortie? des ordres|defroque"
    r"|sortie? de la (?:secte|communaute)|(?:s en fiche|s en moque|s en fout)(?= *(?:$|[,.;)!]))",
    "political_opinion": r"ne partage (?:pas|plus|guere) (?:ses|les|leurs) (?:idees|opinions|convictions)"
    r"|(?:pas|plus) de ce bord"
    r"|n a (?:jamais|jms|plus) (?:eu |pris )?(?:de |la |sa |une )?carte|(?:rendu|dechire) sa carte"
    r"|pas (?:encarte|militant)[a-z]*"
    r"|ne (?:vote|milite|s en mele|fait pas de politique)[a-z]* (?:plus|pas|jamais)|aucune? (?:carte|parti|etiquette)"
    r"|ne se mouille pas|apolitique|sans etiquette",
    "trade_union": r"(?:jamais|jms|pas|plus) (?:ete )?(?:adhere|adherente?|syndiquee?|encartee?|cotise)"
    r"|ne (?:plus|pas) (?:cotiser|adherer"
    r"|y etre)|ne (?:cotise|milite|adhere) (?:plus|pas)|ne se mouille pas|n a (?:jamais|jms|plus) (?:eu "
    r"|pris )?(?:de |la |sa )?carte"
    r"|(?:rendu|dechire) sa carte",
    "offence": r"jamais (?:ete )?(?:inquiete|condamne|poursuivi|mis en cause)e?|rien a se reprocher"
    r"|casier vierge|hors de cause",
    "health": r"(?:lui|elle)[ :,]+(?:clin[a-z]*[. ]+)?indemne|ne boit (?:pas|plus|jamais)|ne fume (?:pas|plus)"
    r"|plus une goutte"
    r"|dit avoir (?:tout )?(?:arrete|cesse|stoppe|decroche)|n (?:a|ont) (?:toujours "
    r"|pour l instant )?rien(?= (?:a ce jour|pour l instant|du tout|pour le moment|eu)"
    r"| *(?:$|[,.;)!]))|(?:lui|elle) (?:pour l instant |a ce jour |ce jour )?(?:rien a signaler|ras)",
}
_DENIED_OF = {kind: re.compile(rf"(?<![a-z])(?:{words})(?![a-z])") for kind, words in _DENIES_BY_KIND.items()}
_DENIED_ANY = re.compile(rf"(?<![a-z])(?:{_DENIES_ANY})(?![a-z])")
_TRUE_TOO = re.compile(
    r"(?<![a-z])(?:(?:en|y|l|le) (?:est|sont|serait|seraient|va|vont|a|ont)(?: aussi| egalement| lui aussi"
    r"| elle aussi)?"
    r"|(?:en fait|en font|en ferait) (?:aussi )?partie|(?:elle|lui|eux|elles) aussi|fait pareil)(?= *(?:$|[,.;)!]))"
)
_CHEZ = re.compile(
    r"(?<![a-z])(?:(?P<no>absente?s?|non retrouvee?s?|pas (?:retrouvee?s?|presente?s?|portee?s?)|negati(?:f"
    r"|ve)s?|exclue?s?|rien)"
    r"|(?P<yes>presente?s?|retrouvee?s?|confirmee?s?|positi(?:f|ve)s?|idem|pareil|meme chose|portee?s?))"
    r" (?:chez|par|pour) (?:(?P<self>lui|elle)(?![a-z])|)"
)
_STRESSED = re.compile(r"(?<![a-z])(?:lui|elle|eux|elles|il)(?![a-z])")


def taken_up(text: str, shared: Sequence[Found], cues: Cues) -> Iterator[Found]:
    """What a later clause says of a finding without naming it: « lui n'a jamais adhéré », « l'associé en serait »."""
    for kind, pattern in (*_DENIED_OF.items(), (None, _DENIED_ANY)):
        for hit in pattern.finditer(text):
            for one in _last_before(shared, hit.start(), kind):
                subject = None if "faux" in hit[0] else _whose(text, hit.start(), cues)
                subject = subject or one.subject
                contrary = one.assertion == "negated" and "contraire" in hit[0]
                if contrary:  # « dit ne pas boire, sa mère affirme le contraire »
                    yield Found(hit.start(), hit.end(), one.category, one.topic, "hypothetical", one.subject, SAME)
                    continue
                yield Found(hit.start(), hit.end(), one.category, one.topic, "negated", subject, SAME)
    for hit in _TRUE_TOO.finditer(text):
        subject = _whose(text, hit.end() if "aussi" in hit[0] else hit.start(), cues)
        for one in _last_before(shared, hit.start(), None) if subject == "third_party" else ():
            assertion: Assertion = "hypothetical" if "rai" in hit[0] else "affirmed"
            yield Found(hit.start(), hit.end(), one.category, one.topic, assertion, "third_party", SAME)
    for hit in _CHEZ.finditer(text):
        if hit[0].startswith("confirme") and " par " in hit[0]:
            continue  # who confirms it does not have it
        person = cues.relation_head.match(text[hit.end() :])
        if not person and not hit["self"]:
            continue
        for one in [one for one in shared if one.category in {"health", "genetic"} and one.start < hit.start() + 1][
            -4:
        ]:
            found_in: Assertion = "negated" if hit["no"] else "affirmed"
            whom: Subject = "patient" if hit["self"] else "third_party"
            yield Found(hit.start(), hit.end(), one.category, one.topic, found_in, whom, SAME)


def _last_before(shared: Sequence[Found], position: int, kind: str | None) -> list[Found]:
    """The last finding before a position, of one category where it is given."""
    before = [one for one in shared if one.end <= position + 1 and kind in {None, one.category}]
    return [max(before, key=lambda one: one.start)] if before else []


def _whose(text: str, position: int, cues: Cues) -> Subject | None:
    """The person that the words right before a position name; None if they name none, or only « il », « elle »."""
    before = re.split(r"[.\n!?;]", text[:position])[-1][-60:]
    if re.match(r" *(?:mais |et )?(?:elle|lui) meme(?![a-z])", before):
        return "patient"  # « le mari a été condamné ; elle-même n'a jamais été poursuivie »
    relation, pronoun = last_hit(cues.relation, before), last_hit(_STRESSED, before)
    if relation is not None and len(re.split(r"[ ,]+", before[relation.end() :].strip())) <= 5:
        between = before[relation.end() :]
        if (
            pronoun is None
            or pronoun.start() < relation.start()
            or re.fullmatch(r"[ ,]*(?:lui|elle|eux|elles)?[ ,]*(?:aussi)?[ ,]*(?:a )?", between)
        ):
            return None if cues.not_subject_before.search(before[: relation.start()]) else "third_party"
    if pronoun is not None and pronoun[0] in {"lui", "il"} and sex_of(text, cues) == "female":
        return "third_party"
    if pronoun is not None and pronoun[0] != "il" and not before[: pronoun.start()].strip(" ,:-("):
        return "patient" if pronoun[0] == "lui" else None
    return "patient" if pronoun is not None and pronoun[0] in {"lui", "elle"} else None
