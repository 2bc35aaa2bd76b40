"""Direct identifiers inside a text, by their form: telephone, e-mail, NIR, IBAN, number plate, entry code, full name.

Patterns run on the original text, since case and separators carry the evidence here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

PHONE = re.compile(r"(?<![\d,.])(?:(?:\+|00)?33[ .\-]?(?:\(0\)[ ]?)?|0)[1-9](?:[ .\-/]{0,2}\d{2}){4}(?!\d)")
EMAIL = re.compile(r"[\w.+\-]{2,64} ?@ ?[\w\-]{2,}(?:\.[\w\-]{2,})+")
NIR = re.compile(
    r"(?<!\d)[12378][ .]?\d{2}[ .]?(?:0[1-9]|1[0-2]|[2-9]\d)[ .]?(?:\d{2}|2[ABab])"
    r"[ .]?\d{3}[ .]?\d{3}(?:[ ./]{0,3}\d{2})?(?!\d)"
)
IBAN = re.compile(r"(?<![A-Za-z0-9])[A-Z]{2}\d{2}(?:[ ]?[A-Z0-9]{4}){4,7}(?:[ ]?[A-Z0-9]{1,3})?(?![A-Za-z0-9])")
PLATE = re.compile(
    r"(?<![A-Za-z0-9])(?:[A-HJ-NP-TV-Z]{2}[ \-]\d{3}[ \-][A-HJ-NP-TV-Z]{2}|[A-HJ-NP-TV-Z]{2}\d{3}[A-HJ-NP-TV-Z]{2}"
    r"|\d{2,4}[ \-]?[A-Z]{2,3}[ \-]?(?:0[1-9]|[1-8]\d|9[0-5]|2[AB]))(?![A-Za-z0-9\-])"
)
BARE_CODE = re.compile(r"(?<![A-Za-z0-9])(?:\d{2}[ABab]\d{2,3}|[AB]\d{4}|\d{4}[ABab])(?![A-Za-z0-9])")
SCREEN_PATTERN = (
    r"(?:33|\b0)[ .\-]?(?:\(0\) ?)?[1-9](?:[ .\-/]{0,2}\d{2}){4}|@"
    r"|\b[12378][ .]?\d{2}[ .]?\d{2}[ .]?\d[\dABab][ .]?\d{3}[ .]?\d{3}|\b[A-Z]{2}\d{2} ?[A-Z0-9]{4}"
    r"|\b[A-Z]{2}[ \-]?\d{3}[ \-]?[A-Z]{2}\b|\b\d{2,4}[ \-]?[A-Z]{2,3}[ \-]?\d[\dAB]\b"
    r"|\b(?:\d{2}[ABab]\d{2,3}|[AB]\d{4}|\d{4}[ABab])\b"
    r"|\p{Lu}[\p{L}\-]{2,} \p{Lu}[\p{L}\-]+"
)
_CAPITALISED = r"[A-ZÀÂÇÉÈÊËÎÏÔÖÛÜŒ][a-zà-öø-ÿœ]+(?:-[A-ZÀÂÇÉÈÊËÎÏÔÖÛÜŒ]?[a-zà-öø-ÿœ]+)*"
_UPPER = r"[A-ZÀÂÇÉÈÊËÎÏÔÖÛÜŒ]{2,}(?:[-'][A-ZÀÂÇÉÈÊËÎÏÔÖÛÜŒ]{2,})*"
_PARTICLE = r"(?:(?:de|du|des|d'|le|la|van|von|el|ben|bin|da|dos|Le|La|De|Du|El|Ben|LE|LA|DE|DU|EL|BEN)[ ]?)?"
FULL_NAME = re.compile(
    rf"(?<![\w\-])(?P<first>{_CAPITALISED}|{_UPPER})[ ]+(?P<last>{_PARTICLE}(?:{_CAPITALISED}|{_UPPER}))(?![\w])"
)
_NAME_CONTEXT = re.compile(
    r"(?:confiance|contact|prévenir|prevenir|appeler|joindre|voisine?|amie?|mari|femme|épou(?:x|se)|conjointe?"
    r"|compagn(?:on|e)|fils|fille|fr[èe]re|s(?:œ|oe)ur|m[èe]re|p[èe]re|ni[èe]ce|neveu|tante|oncle|cousine?|tut(?:eur|rice)"
    r"|curat(?:eur|rice)|amant|ma[îi]tresse|aidante?|aide|nourrice|nounou|coll[èe]gue|gardienne?|concierge|\bex\b"
    r"|personne|pers\.|avocate?|employeur|patron|assistante?|infirmi[èe]re?|kin[ée]|\bIDE\b|dr|docteur|m[ée]decin|mme|madame|monsieur"
    r"|\bm\.|mlle|gendre|belle|beau|parrain|marraine|copine?|copain|compte|nom de|garde|remplac\w+)[ .:=(,\-]*$",
    re.IGNORECASE,
)
_STREET_BEFORE = re.compile(
    r"(?:rue|avenue|av\.?|bd|boulevard|place|impasse|allée|quai|chemin|route|square|cours|école|ecole|collège"
    r"|lycée|hôpital|hopital|clinique|pharmacie|stade|gymnase|métro|metro|station|résidence|residence|bât\.?"
    r"|bat\.?|lotissement|villa|salle|centre|ehpad|institut|laboratoire|labo|cabinet|arrêt|tour|pont|parking"
    r"|foyer|crèche|maternelle|groupe scolaire|médiathèque|gare|passage|cité|bld|espace|théâtre)"
    r"(?:[ ](?:de|du|des|la|le|d'|l'|général|docteur|dr|président|maréchal|colonel))*[ ]+$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class FoundIdentifier:
    """A direct identifier or a bare entry code: its kind and its span in the original text."""

    kind: str
    category: str
    start: int
    end: int


@lru_cache(maxsize=1)
def given_names() -> frozenset[str]:
    """French and common foreign given names, lower case, accents kept and dropped."""
    from breachkit.freetext.fold import fold

    text = resources.files("breachkit.reference").joinpath("lexicon", "given_names.txt").read_text(encoding="utf-8")
    lines = (line for line in text.splitlines() if not line.startswith("#"))
    return frozenset(fold(name).text for line in lines for name in line.split())


def find_identifiers(text: str) -> Iterator[FoundIdentifier]:
    """The identifiers of a text in order of kind; overlapping readings of the same digits are given once."""
    taken: list[tuple[int, int]] = []
    for kind, pattern in (("iban", IBAN), ("nir", NIR), ("phone", PHONE), ("email", EMAIL), ("plate", PLATE)):
        for hit in pattern.finditer(text):
            if any(start < hit.end() and hit.start() < end for start, end in taken):
                continue
            taken.append(hit.span())
            yield FoundIdentifier(kind, "identifier", hit.start(), hit.end())
    for hit in BARE_CODE.finditer(text):
        if not any(start < hit.end() and hit.start() < end for start, end in taken):
            yield FoundIdentifier("bare_code", "access_code", hit.start(), hit.end())
    yield from _full_names(text)


def _full_names(text: str) -> Iterator[FoundIdentifier]:
    """A given name and a surname: the given name must be known, or a word before must announce a person."""
    position = 0
    while hit := FULL_NAME.search(text, position):
        position = hit.end("first")
        before = text[max(0, hit.start() - 40) : hit.start()]
        if _STREET_BEFORE.search(before) or _is_inside_capitals(text, hit):
            continue
        first, last = hit["first"], hit["last"]
        known = _is_given(first) or (
            first.isupper() == last.isupper() and _is_given(last) and _NAME_CONTEXT.search(before)
        )
        known = known or (last.isupper() and not first.isupper() and _is_given(first))
        if known and not _is_given_pair(first, last):
            yield FoundIdentifier("full_name", "identifier", hit.start(), hit.end())
            position = hit.end()


def _is_given(word: str) -> bool:
    from breachkit.freetext.fold import fold

    return all(part in given_names() for part in fold(word).text.split())


def _is_given_pair(first: str, last: str) -> bool:
    """Two given names in a row without a surname (« Marie Louise ») are not a full name."""
    return _is_given(last) and "-" not in last and first.isupper() == last.isupper() and len(last) < 4


def _is_inside_capitals(text: str, hit: re.Match[str]) -> bool:
    """In a text all in capitals only an announced name counts; « MARIE RAPPELLERA » is not one."""
    if not text.isupper():
        return False
    return not _NAME_CONTEXT.search(text[max(0, hit.start() - 40) : hit.start()])
