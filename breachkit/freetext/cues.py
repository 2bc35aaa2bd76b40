"""The cue families of `reference/lexicon/cues.toml`, compiled: words that decide an assertion or a subject.

The families of the table `cues` come with the lexicon; those of the table `clauses` read whole clauses and are
loaded here. Some families are used as they stand; others are put into a frame (before, after, at the start).
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, fields
from functools import lru_cache
from importlib import resources

from breachkit.errors import FactsError
from breachkit.freetext.alternation import alternation
from breachkit.freetext.lexicon import Lexicon, expand
from breachkit.freetext.triggers import BOUNDARY_AFTER, BOUNDARY_BEFORE

WINDOW_WORDS = 4  # our choice: a denial reaches at most this far to the right
_DETERMINER = "le la les l d son sa ses leur leurs un une du des mon ma mes notre nos votre cet cette ce ds 1 c"
_QUALIFIER = (
    r"\d+ deux trois quatre plusieurs nouveau nouvelle nouvel vieux vieille ancien ancienne propre gd gde grande?"
    r" petite? autre future? jeune pauvre premiere? seconde? 2e 1er 1ere"
)
# « son ancien », « les 2 »: what may stand before a relation.
PERSON_LEAD = rf"(?:(?:{'|'.join(_DETERMINER.split())})[ ]+)?(?:(?:{'|'.join(_QUALIFIER.split())}) +)?"


@dataclass(frozen=True, slots=True, eq=False)  # by identity: what is worked out with them is remembered
class Cues:
    """The compiled cue families; the fields without a comment are the families of the same name, as whole words."""

    hypothesis_before: re.Pattern[str]
    hypothesis_after: re.Pattern[str]
    hearsay: re.Pattern[str]
    not_negation: re.Pattern[str]
    relation: re.Pattern[str]
    patient_again: re.Pattern[str]
    not_relation: re.Pattern[str]
    own_telling: re.Pattern[str]
    test_noun: re.Pattern[str]
    genetic_test: re.Pattern[str]
    believed_source: re.Pattern[str]
    source: re.Pattern[str]
    author_doubt: re.Pattern[str]
    opens_supposed: re.Pattern[str]
    office: re.Pattern[str]
    contagion: re.Pattern[str]
    reached: re.Pattern[str]
    patient_female: re.Pattern[str]
    patient_male: re.Pattern[str]
    man: re.Pattern[str]
    woman: re.Pattern[str]
    negation_before: re.Pattern[str]  # at most three words before the mention
    negation_after: re.Pattern[str]  # right after it
    negative_verdict: re.Pattern[str]  # at most four words after it
    hypothesis_verdict: re.Pattern[str]  # at the start of the next clause
    positive_after: re.Pattern[str]
    ended_before: re.Pattern[str]
    ended_after: re.Pattern[str]
    doubted_denial: re.Pattern[str]  # a doubter, then a denial
    relation_after: re.Pattern[str]  # the owner or the place named after the mention
    relation_head: re.Pattern[str]  # at the start of a clause
    not_subject_before: re.Pattern[str]  # right before a relation
    informant: re.Pattern[str]  # right after a relation
    of_somebody: re.Pattern[str]  # right before the mention
    nearby: re.Pattern[str]  # right after it
    no_subject: re.Pattern[str]  # at the start of a clause
    test_result: re.Pattern[str]  # after the name of a test
    test_asked: re.Pattern[str]  # before it
    same_for: re.Pattern[str]
    not_for: re.Pattern[str]
    rather: re.Pattern[str]


@lru_cache(maxsize=64)
def stands_in(text: str, family: str, cues: Cues) -> bool:
    """Whether a family shows anywhere in a note; where it does not, no part of the note needs to be searched for it."""
    pattern: re.Pattern[str] = getattr(cues, family)
    return pattern.search(text) is not None


@lru_cache(maxsize=8)  # the mentions of one note come one after the other
def relations(text: str, cues: Cues) -> tuple[re.Match[str], ...]:
    """The relations that a note names, in order."""
    return tuple(cues.relation.finditer(text))


def compile_cues(lexicon: Lexicon) -> Cues:
    """The cue families of a lexicon; raises FactsError if a family of whole clauses is missing."""
    return _compile(lexicon.cues)


@lru_cache(maxsize=1)
def _clause_families() -> dict[str, str]:
    text = resources.files("breachkit.reference").joinpath("lexicon", "cues.toml").read_text(encoding="utf-8")
    table = tomllib.loads(text).get("clauses", {})
    return {
        family: alternation([expand(line) for line in lines.splitlines() if line]) for family, lines in table.items()
    }


@lru_cache(maxsize=4)
def _compile(items: tuple[tuple[str, str], ...]) -> Cues:
    cue = {**dict(items), **_clause_families()}
    word = {name: f"{BOUNDARY_BEFORE}(?:{body}){BOUNDARY_AFTER}" for name, body in cue.items()}
    try:
        framed = (
            _assertion_frames(cue, word) | _subject_frames(cue, word) | _test_frames(cue) | _ellipses(cue["relation"])
        )
        plain = {field.name: word[field.name] for field in fields(Cues) if field.name not in framed}
    except KeyError as missing:
        raise FactsError(
            f"Lexique cues.toml : famille {missing} absente.", f"Lexicon cues.toml: family {missing} is missing."
        ) from None
    return Cues(**{name: re.compile(pattern) for name, pattern in (plain | framed).items()})


# Words that close a mention with a denial even some words later: « THC urinaire ⊖ », « grossesse = non ».
_VERDICT = (
    r"⊖|∅|negs?|negati[a-z]*|\(-\)|exclue?s?|ecartee?s?|infirmee?s?|eliminee?s?|dementie?s?|indetectables?"
    r"|normal(?:e|es)?|normaux|nle?s?|rassurante?s?|faux|fausse|errone[a-z]*"
)


def _assertion_frames(cue: dict[str, str], word: dict[str, str]) -> dict[str, str]:
    few_words = rf"(?:[ /:]+[a-z0-9]+){{0,{WINDOW_WORDS - 1}}}[ :/]*$"
    linking = r"(?:(?:est|sont|etait|a ete|tout|tous|toutes|le|en|fut|x ?\d|\d+|[a-z]+ \d+) )*"
    return {
        "negation_before": word["negation_before"] + few_words,
        "negation_after": rf"^[ :=]*{linking}(?:{cue['negation_after']}){BOUNDARY_AFTER}",
        "negative_verdict": rf"^(?:[ :=/+]*[a-z0-9%.]+){{0,4}}?[ :=]*(?:{_VERDICT}){BOUNDARY_AFTER}",
        "hypothesis_verdict": rf"^[ :]*(?:mais )?(?:{cue['hypothesis_after']}){BOUNDARY_AFTER}",
        "positive_after": rf"^[ :=]*(?:[a-z]+ )?(?:{cue['positive_after']})(?![a-z0-9])",
        "ended_before": word["ended_before"] + r"(?:[ /]+[a-z0-9]+){0,2}[ /]*$",
        "ended_after": rf"^(?:[ ,:]*[a-z]+){{0,3}}?[ ,(:]*{word['ended_after']}",
        "doubted_denial": word["doubter"] + r".*(?<![a-z])(?:pas|plus|jamais|ni|aucune?)(?![a-z])",
    }


def _subject_frames(cue: dict[str, str], word: dict[str, str]) -> dict[str, str]:
    relation = cue["relation"]
    lead_in = r"(?:\d\)|et|mais|ni|non|que|qu|si|chez|atcd|atcdts?|af|suite|concernant|pour|cote|car)[ :]+"
    owner = (
        r"(?:(?:chez|de|d|du|pour|cote|concernant|dont|pr|dans|ds) +|(?<=[:(=+⊕])[ ]*|(?= *(?:son|sa|ses) ))"
        rf"{PERSON_LEAD}(?P<person>{relation}|(?:premiere?|1er|1ere|seconde?|deuxieme|2e|troisieme|precedente?"
        rf"|dernier|derniere)"
        rf"(?= *(?:$|[,.;)?]))){BOUNDARY_AFTER}"
    )
    place = (
        rf"[^,;()?]{{0,40}}?{BOUNDARY_BEFORE}(?P<at>chez|cote|dans|ds|(?:pour|pr)(?= (?:sa|son|ses) )) +{PERSON_LEAD}"
        rf"(?P<where>{relation}|(?:maternel|paternel)(?:le)?){BOUNDARY_AFTER}"
    )
    return {
        "relation_after": rf"^[ :(=⊕+]*{owner}|^ ?\(?(?:{relation})\)?(?: |$|,|\))|^{place}",
        "relation_head": rf"^[ \-•*.:]*(?:{lead_in})*(?:c (?:est|etait) )?{PERSON_LEAD}"
        rf"(?P<person>{relation}){BOUNDARY_AFTER}",
        "not_subject_before": rf"{BOUNDARY_BEFORE}(?:{cue['not_subject_before']}) +{PERSON_LEAD}$",
        "informant": rf"^(?: (?:de|du|d|des|la|le|sa|son|aussi|qui|soit|reste|sera|serait|devra|[a-z]{{1,3}}|mme"
        rf"|\d+e?))*? +{word['informant']}",
        "of_somebody": word["of_somebody"] + r" *$",
        "nearby": rf"^ *(?:{cue['nearby']}){BOUNDARY_AFTER}",
        "no_subject": rf"^ *(?:{cue['no_subject']}){BOUNDARY_AFTER}",
    }


def _test_frames(cue: dict[str, str]) -> dict[str, str]:
    return {
        "test_result": r"^(?:[ :=+/&]*(?!et |mais |car )[a-z0-9.%βµ]+){0,4}?[ :=]*"
        r"(?:est |sont |etait |tout |tous |ts |toutes )?"
        rf"(?:(?P<negative>{cue['test_negative']})|(?P<refused>{cue['test_refused']})"
        rf"|(?P<pending>{cue['test_pending']}))"
        rf"{BOUNDARY_AFTER}",
        "test_asked": rf"{BOUNDARY_BEFORE}(?:(?P<refused>{cue['test_refused_before']})|(?P<pending>"
        rf"{cue['test_pending_before']}))(?: [a-z]+){{0,3}} *$",
    }


def _ellipses(relation: str) -> dict[str, str]:
    """Clauses that say of one person what was said of another, or the contrary: « neveu idem », « pas chez elle »."""
    person = rf"{PERSON_LEAD}(?P<relation>{relation})"
    other = rf"{PERSON_LEAD}(?P<relation2>{relation})"
    names = (
        "elle|lui|il|pt|pte|(?:la |le |l )?(?:patiente?|residente?)|l enfant|bb|bebe|l interesse[e]?|mr|mme"
        "|monsieur|madame|la sienne|le sien|les siens|les siennes"
    )
    ill = (
        r"(?:porteu[a-z]*|conduct(?:eur|rice)s?|transmett[a-z]*|heteroz[a-z]*|homoz[a-z]*|atteinte?s?|touchee?s?"
        r"|concernee?s?|malades?|mutee?s?)"
    )
    likewise = (
        rf"(?:{ill}|idem|aussi|egalement|pareil(?:le)?s?|itou|de meme|la meme|meme (?:chose|maladie|mutation|probleme"
        r"|pb|profil|diag[a-z]*|traitement|ttt))"
    )
    none = (
        rf"(?:non(?! [a-z])|non {ill}|pas {ill}|pas du tout|pas(?= *(?:$|[,.;)]))|jamais|indemnes?|rien"
        rf"|neg(?:ati[a-z]*|s)?|[⊖∅]|ras|ok|n a rien|va bien"
        rf"|clean|abstinente?|sobre|seroneg[a-z]*|normale?s?|epargne[a-z]*|n est pas {ill}|n en a pas"
        rf"|non plus|aucune?|saine?s?|n y est pour rien|sans(?= *(?:$|[,.;)])))"
    )
    given = (
        r"(?<![a-z])(?:(?:lui|l) a (?:transmis|refile|contamine|file)|(?:qui|ki|k) (?:lui|l|m) a (?:donne|file|passe)"
        rf"|contaminee?s? par|attrape[a-z]* (?:de|par|avec)) ?(?:{PERSON_LEAD}(?:{relation}))?"
    )
    both = (
        r"(?<![a-z])(?P<both>(?:tous |toutes )?(?:les deux|les 2|deux)(?: sont(?! venu))?"
        r"(?! (?!sont|malade|attein|porteu|sero|concern)[a-z])|l un (?:et|comme) l autre)"
    )
    edge = r"[ \-•*:=.]*"
    return {
        "same_for": rf"^{edge}(?:(?:et|pour|chez|avec) )?(?:{person}|(?P<patient>{names}))"
        rf"(?: (?!non|pas|jamais)[a-z]+)?[ :=]+{likewise}(?![a-z])|{given}|{both}"
        rf"|(?:^{edge}(?:et |tout )?|(?<![a-z])(?=(?:comme|ainsi que) [a-z ]{{3,24}}(?:$|[,.;)])))(?:idem|comme"
        rf"|pareil|ainsi que|de meme que|itou)(?: (?:que|pour|chez|a|au))? {other}"
        r"(?![a-z])",
        "not_for": rf"^{edge}(?:mais |et )?(?:pas|non|rien|ni|ras)(?: (?:chez|sur|pour|a|pas))?[ :]+"
        rf"(?:{person}|(?P<patient>{names}))(?= *(?:$|[,.;)]))"
        rf"|^{edge}(?:mais |et |chez )?(?:{other}|(?P<patient2>{names}))[ :=]+(?:[a-z]+[ :]+)?(?:{none})(?![a-z])"
        rf"|^{edge}(?:mais |et )?(?P<patient3>{names})[ :]+(?P<only>seulement|juste|seult|que|slt"
        rf"|simplement)(?![a-z])",
        "rather": rf"^{edge}(?:(?:non|erreur|faux)[ :]+)?(?:mais |plutot |en fait |c(?: (?:est|etait))?"
        rf"(?: (?:plutot|en fait|bien|a|chez|pour|pas lui mais))? )+(?:{person}(?![a-z])|(?P<other>mme|mr|monsieur"
        rf"|madame"
        rf"|quelqu un d autre|(?:un|une|l) autre [a-z]+)(?![a-z]))(?P<rest>.{{0,30}})",
    }
