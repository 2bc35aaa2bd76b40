"""Direct identifiers inside a text, by their form: telephone, e-mail, NIR, IBAN, number plate, entry code, full name.

Patterns run on the original text, since case and separators carry the evidence here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

from breachkit.recognisers.definition import Recogniser
from breachkit.recognisers.email import EMAIL
from breachkit.recognisers.iban import IBAN
from breachkit.recognisers.nir import NIR, NIR_WITHOUT_KEY
from breachkit.recognisers.phone import PHONE
from breachkit.recognisers.plate import PLATE


def _in_text(recogniser: Recogniser, *names: str) -> re.Pattern[str]:
    """The patterns for running text of a kind of identifier, all or those named, as one."""
    chosen = [pattern.regex for pattern in recogniser.patterns if not names or pattern.name in names]
    return re.compile("|".join(f"(?:{regex})" for regex in chosen), re.IGNORECASE)


FOREIGN_PHONE_DIGITS = 9  # our choice: a shorter « +10 15 » in a note is a dose or a score
FEWEST_DIGITS = 7  # of a passport; in a text with fewer no long number is looked for
_LONG_NUMBERS = frozenset({"iban", "nir", "phone", "document"})
PATTERNS = (
    ("iban", _in_text(IBAN)),
    ("nir", re.compile("|".join(_in_text(one).pattern for one in (NIR, NIR_WITHOUT_KEY)), re.IGNORECASE)),
    ("phone", _in_text(PHONE, "phone_fr", "phone_fr_slashes")),
    ("phone", _in_text(PHONE, "phone_abroad")),
    # typed loosely: several separators between pairs, 33 without its sign, « (06) 39 », « 06 3998 1234 », « Tel.06 »
    ("phone", re.compile(r"(?<![\w,.+])(?:33[ .]?|0)[1-9](?:[ .\-/_]{0,3}\d{2}){4}(?!\d)")),
    ("phone", re.compile(r"(?<![\w,.+])\(0[1-9]\)(?:[ .\-/]{0,2}\d{2}){4}(?!\d)")),
    ("phone", re.compile(r"(?<![\w,.+])0[1-9](?:,\d{2}){4}(?![,\d])")),
    ("phone", re.compile(r"(?<![\w,.+])0[67] ?\d{2} \d{3} \d{3}(?!\d)")),
    ("phone", re.compile(r"(?<=[a-zé][.:])0[1-9](?:[ .\-/]{0,2}\d{2}){4}(?!\d)")),
    ("email", _in_text(EMAIL)),
    # « nom (at) domaine.fr », « nom arobase domaine.fr », « nom @ domaine.fr »
    (
        "email",
        re.compile(
            r"[\w.+\-]{2,64} ?(?:@|[(\[{]at[)\]}]|[(\[]a[)\]]|\barobas[e]?\b) ?[\w\-]{2,64}"
            r"(?:(?:\.| point )[\w\-]{2,64})+",
            re.IGNORECASE,
        ),
    ),
    ("email", re.compile(r"[\w.+\-]{3,64} at [\w\-]{2,64}\.(?:fr|com|org|net|eu|be|ch|example)\b", re.IGNORECASE)),
    (
        "document",
        re.compile(r"\b(?:passe?port|cni)\b[ :n°o.]{0,6}(?:\d{2}[A-Z]{2}\d{5}|[A-Z0-9]{9}|\d{12})\b", re.IGNORECASE),
    ),
    ("document", re.compile(r"\brpps\b[ :n°o.]{0,6}(?:1(?:[ .]?\d){10})(?!\d)", re.IGNORECASE)),
    ("document", re.compile(r"\badeli\b[ :n°o.]{0,6}(?:\d[ .]?){8}\d(?!\d)", re.IGNORECASE)),
    ("plate", _in_text(PLATE, "siv", "siv_small")),
)
# Without one of these no address is looked for: a word of a megabyte would be tried from each of its letters.
EMAIL_SIGN = re.compile(r"@|[(\[{]at?[)\]}]|arobas| at ", re.IGNORECASE)
OLD_PLATE = re.compile(
    rf"{_in_text(PLATE, 'fni').pattern}|\b[a-z]{{2}}[ \-]?\d{{3}}[ \-]?[a-z]{{2}}\b"
)  # near a vehicle
_PLATE_CONTEXT = re.compile(
    "|".join([*PLATE.context, "véhicule", "auto", "moto", "camion", "immat", "vsl", "taxi"]), re.IGNORECASE
)
BARE_CODE = re.compile(r"(?<![A-Za-z0-9])(?:\d{2}[ABab]\d{2,3}|[AB]\d{4}|\d{4}[ABab])(?![A-Za-z0-9])")
# What makes such a string a batch, a file or a part number rather than an entry code.
_REFERENCE_BEFORE = re.compile(
    r"(?:\blots?|réf\.?|ref\.?|référence|dossier|facture|modèle|série|CIM(?: ?10)?) ?:? ?$", re.IGNORECASE
)
SCREEN_PATTERN = (
    r"\d(?:[^\p{L}\d\n;:]{0,3}\d){8}"
    r"|\+ ?\d{2}|\b00 ?[1-9]\d|@|[(\[{]at?[)\]}]|arobas| at [\w\-]{2,64}\."
    r"|\b[1-478](?:[^\w,;:]?\d){4,8}[^\w,;:]?[\dABab](?:[^\w,;:]?\d){6}|\b[A-Za-z]{2}\d{2}[ .]?[A-Za-z0-9]{4}"
    r"|\b[A-Za-z]{2}[ \-]?\d{3}[ \-]?[A-Za-z]{2}\b|\b\d{2,4}[ \-]?[A-Z]{2,3}[ \-]?\d[\dAB]\b"
    r"|\b(?:\d{2}[ABab]\d{2,3}|[AB]\d{4}|\d{4}[ABab])\b"
    r"|\p{Lu}[\p{L}\-]* +(?:(?:\p{L}{1,3}['’ ] ?)?\p{Lu})"
    r"|(?i:passe?port|\bcni\b|rpps|adeli)"
)
_CAPITALISED = r"[A-ZÀÂÇÉÈÊËÎÏÔÖÛÜŒ][a-zà-öø-ÿœ]+(?:-[A-ZÀÂÇÉÈÊËÎÏÔÖÛÜŒ]?[a-zà-öø-ÿœ]+)*"
_UPPER = r"[A-ZÀÂÇÉÈÊËÎÏÔÖÛÜŒ]{2,}(?:[-'][A-ZÀÂÇÉÈÊËÎÏÔÖÛÜŒ]{2,})*"
_PARTICLE = r"(?:(?:de|du|des|d'|le|la|van|von|el|ben|bin|da|dos|Le|La|De|Du|El|Ben|LE|LA|DE|DU|EL|BEN)[ ]?)?"
FULL_NAME = re.compile(
    rf"(?<![\w\-])(?P<first>(?:J-)?{_CAPITALISED}|{_UPPER})[ ]+"
    rf"(?P<last>{_PARTICLE}(?:[DLNO]['’])?(?:{_CAPITALISED}|{_UPPER}))(?![\w])"
)
_NAME_CONTEXT = re.compile(
    r"(?:confiance|contact|prévenir|prevenir|appeler|joindre|voisine?|amie?|mari|femme|épou(?:x|se)|conjointe?"
    r"|compagn(?:on|e)|fils|fille|fr[èe]re|s(?:œ|oe)ur|m[èe]re|p[èe]re|ni[èe]ce|neveu|tante|oncle|cousine?|tut(?:eur|rice)"
    r"|curat(?:eur|rice)|amant|ma[îi]tresse|aidante?|aide|nourrice|nounou|coll[èe]gue|gardienne?|concierge|\bex\b"
    r"|personne|pers\.|avocate?|employeur|patron|assistante?|infirmi[èe]re?|kin[ée]|\bIDE\b|dr|docteur|m[ée]decin|mme|madame|monsieur"
    r"|\bmr?\.?|mlle|gendre|belle|beau|parrain|marraine|copine?|copain|compte|nom de|garde|remplac\w+)[ .:=(,\-]*$",
    re.IGNORECASE,
)
_STREET_BEFORE = re.compile(
    r"(?:rue|avenue|av\.?|bd|boulevard|place|impasse|allée|quai|chemin|route|square|cours|école|ecole|collège"
    r"|lycée|hôpital|hopital|clinique|pharmacie|stade|gymnase|métro|metro|station|résidence|residence|bât\.?"
    r"|bat\.?|lotissement|villa|salle|centre|ehpad|institut|laboratoire|labo|cabinet|arrêt|tour|pont|parking"
    r"|foyer|\bch|\bch[urs]|\bbus|tram|rond[ -]point|boutique|magasin|\bsac|parfum|marque|crèche"
    r"|maternelle|groupe scolaire|médiathèque|gare|passage|cité|bld|espace|théâtre)"
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
    few_digits = sum(map(text.count, "0123456789")) < FEWEST_DIGITS
    for kind, pattern in PATTERNS:
        if (kind == "email" and not EMAIL_SIGN.search(text)) or (few_digits and kind in _LONG_NUMBERS):
            continue
        for hit in pattern.finditer(text):
            if _is_taken(hit, taken) or (kind == "phone" and _is_too_short(hit[0])):
                continue
            taken.append(hit.span())
            yield FoundIdentifier(kind, "identifier", hit.start(), hit.end())
    for hit in OLD_PLATE.finditer(text):
        if not _is_taken(hit, taken) and _PLATE_CONTEXT.search(text):
            taken.append(hit.span())
            yield FoundIdentifier("plate", "identifier", hit.start(), hit.end())
    for hit in BARE_CODE.finditer(text):
        if not _is_taken(hit, taken) and not _REFERENCE_BEFORE.search(text[max(0, hit.start() - 14) : hit.start()]):
            yield FoundIdentifier("bare_code", "access_code", hit.start(), hit.end())
    yield from _full_names(text)


def _is_taken(hit: re.Match[str], taken: list[tuple[int, int]]) -> bool:
    return any(start < hit.end() and hit.start() < end for start, end in taken)


def _is_too_short(written: str) -> bool:
    return sum(character.isdigit() for character in written) < FOREIGN_PHONE_DIGITS


# Names of shops and brands that are written like a person's; words of the calendar that follow a given name.
_BRANDS = frozenset(
    """yves rocher|louis vuitton|louis david|leroy merlin|jean paul gaultier|paul gaultier|christian dior|thierry mugler
    |nina ricci|calvin klein|tommy hilfiger|franck provost|jacques dessange|camille albane|daniel hechter|ralph lauren
    |marc jacobs|giorgio armani|jules verne|pierre ricaud|alain afflelou|marie blachere|michel augustin""".replace(
        "\n    ", ""
    ).split("|")
)
_CALENDAR = frozenset(
    {
        "lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche", "janvier", "fevrier", "mars", "avril",
        "mai", "juin", "juillet", "aout", "septembre", "octobre", "novembre", "decembre", "matin", "midi", "soir",
    }
)  # fmt: skip
_COMPOUNDS = frozenset(
    """marie claire|marie louise|marie rose|rose marie|marie france|marie christine|marie therese|marie laure|marie jose
    |marie pierre|marie helene|marie anne|marie odile|marie noelle|marie paule|marie jeanne|marie madeleine|anne marie
    |anne sophie|anne claire|anne laure|jean paul|jean pierre|jean marie|jean louis|jean claude|jean michel
    |jean francois|jean luc
    |jean marc|jean jacques|jean baptiste|jean yves|jean charles|jean philippe|jean noel|jean rene|pierre yves
    |pierre marie|louis marie""".replace("\n    ", "").split("|")
)


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
        known = known or (first.isupper() and not last.isupper() and _is_given(last) and _NAME_CONTEXT.search(before))
        if known and not _is_given_pair(first, last) and not _is_common(first, last):
            yield FoundIdentifier("full_name", "identifier", hit.start(), hit.end())
            position = hit.end()


@lru_cache(maxsize=4096)
def _is_given(word: str) -> bool:
    from breachkit.freetext.fold import fold

    word = word.removeprefix("J-")
    return all(part in given_names() for part in fold(word).text.split())


def _is_common(first: str, last: str) -> bool:
    """A brand (« Yves Rocher »), a given name in two words (« Marie Claire »), a day (« Noël Lundi »)."""
    from breachkit.freetext.fold import fold

    name, day = fold(f"{first} {last}").text, fold(last).text
    return name in _BRANDS or name in _COMPOUNDS or day in _CALENDAR


def _is_given_pair(first: str, last: str) -> bool:
    """Two given names in a row without a surname (« Marie Louise ») are not a full name."""
    return _is_given(last) and "-" not in last and first.isupper() == last.isupper() and len(last) < 4


def _is_inside_capitals(text: str, hit: re.Match[str]) -> bool:
    """In a text all in capitals only an announced name counts; « MARIE RAPPELLERA » is not one."""
    if not text.isupper():
        return False
    return not _NAME_CONTEXT.search(text[max(0, hit.start() - 40) : hit.start()])
