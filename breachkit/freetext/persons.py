"""The person words of a clause: which stand for the patient, which for another, and which only look like persons."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Literal

from breachkit.freetext.clauses import NEAR, Context
from breachkit.freetext.cues import Cues, relations

Person = Literal["patient", "third_party"]

# Without « son », « sa » before it, the child or the woman at the start of a note is the patient.
OFTEN_THE_PATIENT = frozenset(
    {"enfant", "enfants", "garcon", "fillette", "ado", "femme", "petite fille", "gamin", "gamine", "jumeau", "jumelle",
     "etudiant", "etudiante", "stagiaire", "apprenti", "apprentie", "infirmier", "infirmiere", "kine",
     "aide soignant", "aide soignante", "educ", "educateur", "educatrice", "taxi", "ambulancier"}
)  # fmt: skip
CHILD = frozenset({"enfant", "garcon", "fillette", "ado", "gamin", "gamine"})
STAFF = frozenset(
    {"stagiaire", "apprenti", "apprentie", "infirmier", "infirmiere", "kine", "aide soignant", "aide soignante", "educ",
     "educateur", "educatrice", "taxi", "ambulancier"}
)  # fmt: skip
# Named in notes as senders and helpers: spoken of only where they stand at the head of the clause.
PROFESSIONS = frozenset(
    {"dr", "docteur", "pr", "medecin", "mt", "generaliste", "dentiste", "kine", "infirmier", "infirmiere", "ide",
     "interne", "pharmacien", "pharmacienne", "osteo", "orthophoniste", "podologue", "sage femme", "tuteur", "tutrice",
     "ambulancier", "taxi", "employeur", "bailleur", "proprietaire", "educ", "educateur", "educatrice", "secretaire",
     "confrere", "consoeur", "associe", "associee", "accueil", "secretariat", "agent d accueil"}
)  # fmt: skip
_PATIENT_HEAD = re.compile(
    r"^[ \-•*]*(?:et |mais |chez )?(?:elle|il|lui|pte?|patiente?|la patiente|le patient|bb|bebe|nne|mr|monsieur"
    r"|madame)"
    r"(?![a-z])"
)
_ADJECTIVE = re.compile(
    r"(?:sourd|dement|muet)e?s?|[a-z]+(?:ique|if|ive|ee?|eux|euse|ante?|iste|aque|ane?|ien|ienne|al|ale|er|u|ue"
    r"|aire|ais|aise)s?$"
)
# Nouns that end as an adjective does without its accents: « otite » as « petite », « fièvre » as « sévère ».
_NOUN = re.compile(
    r"(?:[a-z]+(?:ie|ite|ose|ome|isme|tion|sion|ure|ance|ence|ade|age|oire|eme|ode|ine|ise|yse|gue|esse|cer)"
    r"|fievre|grippe|gale|rhume|toux|crise|chute|deprime|otite|varicelle|rougeole|rubeole|bronchiolite|lithiase|coma"
    r"|migraine|hernie|fracture|sclerose|alcool|drogue|vertige|acne|asthme|diabete|angoisse|dialyse|arthrose|plainte"
    r"|prostate|hepatite|syndrome|trouble|maladie|cure|vulve|sonde|stomie|greffe|prothese|attelle|entorse)s?"
)
ADVERB = re.compile(
    r"tres|trop|toujours|encore|assez|bien|tjs|aussi|egalement|deja|un|peu|plutot|ex|ancien"
    r"|ancienne|tout|toute"
)


@lru_cache(maxsize=1024)  # the clauses of a note are read again for each of its mentions
def mask(text: str, cues: Cues) -> str:
    """The clause without the expressions that only look like relations (« mère de 3 enfants »)."""
    text = cues.not_relation.sub(_unless_it_acts, text)
    text = _OF_THE_CHILD.sub(lambda hit: hit[1] + " " * (len(hit[0]) - len(hit[1])), text)
    return _OF_THE_PATIENT.sub(_blank, text)


# « père de la petite : bipolaire »: the child only says whose father.
_OF_THE_CHILD = re.compile(
    r"(?<![a-z])(pere|mere|papa|maman|parents?|frere|soeur|oncle|tante|pere et mere|beau pere|belle mere|famille|nounou"
    r"|copine|copain|maitresse|tante|marraine|parrain)"
    r" (?:de la|de l|du|des|d la|d) ?(?:petite?s?|gamine?s?|enfants?|bebe|bb|nourrisson|ado|jeune)(?![a-z])"
)


def _unless_it_acts(hit: re.Match[str]) -> str:
    """« le médecin du travail est pénible » is about the doctor, « vu le médecin du travail » about nobody."""
    acts = _ACTS.match(hit.string[hit.end() :]) and not hit.string[: hit.start()].strip(" -•*lea")
    return hit[0] if acts and hit[0].split()[0] in PROFESSIONS else "x" * len(hit[0])


_ACTS = re.compile(r"^ (?:est|etait|sera|serait|a|avait|boit|fume|se|s|ne|n|m|porte|vote|milite)(?![a-z])")
_OF_THE_PATIENT = re.compile(
    r"(?<![a-z])(?:de la patiente?|du patient|de l enfant|de la pte|du pt|de m(?:me|r)|de monsieur|de madame"
    r"|de l interessee?)(?![a-z])"
)


def _blank(hit: re.Match[str]) -> str:
    return " " * len(hit[0])


def last_hit(pattern: re.Pattern[str], text: str) -> re.Match[str] | None:
    hits = list(pattern.finditer(text))
    return hits[-1] if hits else None


_PARENT_OF = re.compile(
    r"(?<![a-z])(?:mere|pere|maman|papa|parent)s? (?:de|d) [a-z0-9 ]{0,20}?(?:enfant|fils|fille|garcon|bebe|jumeau"
    r"|ado)(?P<many>[sx])? $"
)
_ONE_OF_THEM = re.compile(
    r" *(?:et |dont )?(?:le|la|l|un|une)? ?(?:(?:plus )?(?:aine|cadet|cadette|benjamin|benjamine|dernier|derniere"
    r"|deuxieme"
    r"|second|seconde|premier|premiere|petit|petite|grand|grande|autre|jeune)e?)? ?(?:est |a |a un |a une )?"
)
_SEVERAL = re.compile(
    r"(?<![a-z0-9])(?:\d|deux|trois|quatre|cinq|ses|leurs) (?:grands |petits )?(?:enfants|fils|filles|jumeaux"
    r"|jumelles|garcons|freres|soeurs)"
)


def is_child_of_patient(around: Context) -> bool:
    """« mère d'un enfant autiste », « 3 enfants, le dernier trisomique »: one of those just named."""
    parent = _PARENT_OF.search(around.before)
    if parent and is_adjective(word := around.mention.split(" ")[0]):
        return not parent["many"] or word.endswith("s")
    number = around.first
    if not around.before.strip() or not _ONE_OF_THEM.fullmatch(around.before):
        return False
    nearest = around.first - NEAR
    while (clause := around.clauses[number]).opener in {"comma", "open"} and clause.hangs_on >= 0 and number > nearest:
        number = clause.hangs_on
        if _SEVERAL.search(around.clause_text(number)):
            return True
    return bool(_SEVERAL.search(around.clause_text(number))) and number != around.first


LABEL = re.compile(r"^[^:=]{1,30}[:=]")
# « ... dont les parents, roms, vivent dans un squat »
DONT = re.compile(r"(?<![a-z])(?:dont|que|car|et|mais) (?:le|la|les|l|son|sa|ses) [a-z]+ *$")


def is_adjective(word: str) -> bool:
    return bool(_ADJECTIVE.fullmatch(word)) and not _NOUN.fullmatch(word)


@lru_cache(maxsize=1024)
def head_of(text: str, cues: Cues) -> str | None:
    """The relation at the head of a clause, or after a short label (« entre nous : le Dr ... »)."""
    head = cues.relation_head.match(text)
    if head is None and (label := LABEL.match(text)):
        head = cues.relation_head.match(text[label.end() :])
    return head["person"] if head else None


@lru_cache(maxsize=1024)
def clause_person(text: str, cues: Cues) -> Person | None:
    """Whom a clause is about, from its first words; None if they do not say."""
    if _PATIENT_HEAD.match(text):
        return "patient"
    person = head_of(text, cues)
    if person is None or person in OFTEN_THE_PATIENT:
        return None
    after = text[text.index(person) + len(person) :]
    if cues.informant.match(after) and not cues.own_telling.search(after):
        return "patient"
    return "patient" if cues.patient_again.search(after) else "third_party"


def is_one_relation(text: str, cues: Cues) -> bool:
    """Whether a clause is nothing but a relation: « sa mère »."""
    head = cues.relation_head.match(text)
    return head is not None and head.end() == len(text.rstrip())


def tail_person(text: str, cues: Cues) -> Person | None:
    """A relation right before a parenthesis: « vue avec le père (phobie sociale) »."""
    hit = last_hit(cues.relation, text)
    if hit is not None and hit[0] in OFTEN_THE_PATIENT and not text[: hit.start()].strip(" -•*"):
        return None  # « gamin tyran (TDAH) »: the patient
    if hit is None or len(text[hit.end() :].split()) > 2 or hit[0] in PROFESSIONS:
        return None
    return "third_party"


OFFICES = frozenset({"trade_union", "political_opinion"})
_ARTICLE_END = re.compile(
    r"(?<![a-z])(?:le|la|les|l|un|une|du|des|au|aux|notre|nos|leur|son|sa|par|avec"
    r"|contre) *(?:ancien|ancienne)? *$"
)
_BEING = re.compile(
    r"(?<![a-z])(?:est|c est|etait|sera|serait|fut|ete|etre|devenue?|comme|en tant que|nommee?|elue?|patiente?|mme"
    r"|mr?|madame|monsieur"
    r"|elle|lui|fonction|poste|mandat|role) *(?:toujours |aussi |encore |maintenant |de |d )*(?:le|la|l|un|une|du"
    r"|de|d)? *(?:ancien|ancienne)? *$"
)


def is_somebody_elses_office(around: Context, cues: Cues) -> bool:
    """« la déléguée CFTC confirmera », « accompagné par un élu FO »: the patient is not called so in his own file."""
    before = around.before
    if not cues.office.match(around.mention):
        office = last_hit(cues.office, before)
        if office is None or before[office.end() :].strip():
            return False
        before = before[: office.start()]
    return bool(_ARTICLE_END.search(before)) and not _BEING.search(before)


_HERSELF = re.compile(r"(?:elle|lui|il) (?:mm|meme)(?![a-z])")  # « sa référente, elle-même sous sevrage »


_IT_IS_THEY = re.compile(r"(?<![a-z])(?:c est|c etait|c) (?:elle|lui) (?:qui|ki) (?:[a-z]+ ){0,2}$")


def first_word(around: Context) -> str:
    return around.mention.split(" ")[0] + " "


_SAYS_OF_HERSELF = re.compile(
    r"^ *(?:mais |et )?(?:elle|lui|il) (?:mm|meme)s?[ ,]+(?:ne|n|a|est|etait|avait|se|s|y|en) "
)


def _person_herself(pronoun: str, around: Context, cues: Cues) -> Person:
    """« sa référente, elle-même sous sevrage »: she; « le mari condamné ; elle-même n'a rien »: the patient."""
    here = around.clauses[around.first]
    if here.hangs_on < 0 or _SAYS_OF_HERSELF.match(around.clause_text(around.first)):
        return "patient"
    head = last_hit(cues.relation, around.clause_text(here.hangs_on)) or last_hit(cues.relation, around.sentence_before)
    if head is None and " qui " not in around.before:
        return "patient"
    if head is not None and (cues.man if pronoun == "elle" else cues.woman).fullmatch(head[0]):
        return "patient"
    return "third_party"


_ELLE_FIRST = re.compile(
    r"[:,;.(\n] *(?:elle|mme|madame"
    r"|patiente)(?![a-z]).*[,;.:/\n] *(?:et )?lui(?: meme)? (?:[a-z]+ ){0,2}$"
)


def pronoun_person(pronoun: str, around: Context, cues: Cues) -> Person:
    """A pronoun takes up the relation of an earlier clause only if the patient cannot be meant."""
    if pronoun == "lui" and sex_of(around.whole, cues) == "female":
        if _ELLE_FIRST.search(around.whole[: around.start]) and any(
            cues.man.fullmatch(one[0]) for one in relations(around.whole[: around.start], cues)
        ):
            return "third_party"  # « vue avec son compagnon : elle dépressive, lui toxicomane »
        pronoun = "il"  # « hébergée chez l'oncle, lui odieux »
    if pronoun not in {"il", "elle", "qu il", "qu elle"}:
        return "patient"
    if pronoun in {"il", "elle"} and _HERSELF.match(around.before[around.before.rfind(pronoun) :] + around.mention):
        return _person_herself(pronoun, around, cues)
    if _IT_IS_THEY.search(around.before) and cues.relation.search(around.whole[: around.clauses[around.first].start]):
        return "third_party"  # « la fille apporte le gâteau (c'est elle qui est cœliaque) »
    clause = around.clauses[around.first]
    if clause.opener == "link":  # « le Dr boite parce qu'il attend sa prothèse »
        head = head_of(mask(around.clause_text(clause.hangs_on), cues), cues)
        agrees = not (cues.woman if pronoun == "il" else cues.man).fullmatch(head or "")
        if agrees and clause_person(mask(around.clause_text(clause.hangs_on), cues), cues) == "third_party":
            return "third_party"
    for number in range(around.first - 1, max(-1, around.first - 4), -1):
        head = head_of(mask(around.clause_text(number), cues), cues)
        if head:
            return pronoun_after(pronoun, head, around, cues)
    return "patient"


def pronoun_after(pronoun: str, relation: str, around: Context, cues: Cues) -> Person:
    """« son mari dit qu'il boit »: he, the husband; « sa mère dit qu'il boit »: the patient."""
    if re.search(r"(?<![a-z])(?:apprendre|appris|apprend|decouv[a-z]+|se doute) (?:qu (?:il|elle) )", around.before):
        return "third_party"  # who learns something learns it of himself
    if pronoun in {"il", "qu il"} and cues.man.fullmatch(relation) and sex_of(around.whole, cues) == "female":
        return "third_party"
    if pronoun in {"elle", "qu elle"} and cues.woman.fullmatch(relation) and sex_of(around.whole, cues) == "male":
        return "third_party"
    return "patient"


@lru_cache(maxsize=4)
def sex_of(whole: str, cues: Cues) -> str | None:
    """The patient's sex where the note shows it: « son mari », « patiente »; None where it does not, or both ways."""
    female, male = bool(cues.patient_female.search(whole)), bool(cues.patient_male.search(whole))
    return None if female == male else "female" if female else "male"
