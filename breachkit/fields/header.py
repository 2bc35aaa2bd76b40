"""What a column's header announces: field ids with a weight, whatever the spelling.

The table of words is `reference/headers.toml`. A header is read in five steps: mojibake repaired, cut into words
(separators, camelCase, digits), each word or glued pair of words looked up and replaced by canonical words, noise
dropped, then matched against the phrases. A header that announces nothing gives an empty result.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from breachkit.fields.header_names import standard_field
from breachkit.fields.header_rules import Header, composed, in_table
from breachkit.reference.catalogue import load_toml

DATE_FIELDS = ("birth_date", "death_date", "care_date", "timestamp")
# Weight kept by a field that is not a date where the header says "date" and not what of. Our choice.
NOT_A_DATE = 0.25
# Weight kept by a field where the header speaks of a type, a state or a flag of it (« type_adresse »). Our choice.
FLAG_OF = 0.5
BASE, COVERAGE = 0.55, 0.45  # a phrase scores BASE + COVERAGE x share of the header's words that it explains
GENERIC = re.compile(r"^(?:c|col|column|colonne|champ|field|var|v|f|x|unnamed|attribut)[ _:.-]*\d*$", re.IGNORECASE)
FILE_WORDS = frozenset(
    [
        "dossier",
        "fiche",
        "patient",
        "patients",
        "patiente",
        "pat",
        "resident",
        "usager",
        "beneficiaire",
        "client",
        "subject",
        "sujet",
        "donneur",
        "donor",
    ]
)
SEPARATORS = re.compile(r"[^a-z0-9\ufffd?]+")
CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
SHARED_PREFIX = 0.6  # of the other headers that begin with the same table. Our choice.
UNLIKE_STANDARD = 0.3  # weight kept by other readings of a name that a standard fixes. Our choice.
ARTICLES = frozenset(["de", "du", "des", "d", "l", "la", "le", "les", "a", "au", "en"])  # « de lits » is no « délits »
SHORT_DATES = frozenset(["dt", "dte", "dat"])  # in front of what happened that day
MIN_GLUED = 5  # letters; shorter words are not cut into two


@dataclass(frozen=True)
class Phrase:
    """The canonical words that announce `field` when all are there."""

    field: str
    words: frozenset[str]
    weight: float


@dataclass(frozen=True)
class Vocabulary:
    """The table of headers.toml, ready for matching."""

    noise: frozenset[str]
    words: dict[str, tuple[str, ...]]
    phrases: tuple[Phrase, ...]


@cache
def vocabulary() -> Vocabulary:
    """The header words, read once."""
    table = load_toml("headers.toml")
    phrases = []
    for field, texts in table["phrases"].items():
        for text in texts:
            body, _, weight = text.partition("~")
            phrases.append(Phrase(field, frozenset(body.split()), float(weight or 1)))
    words = {written: tuple(canonical.split()) for written, canonical in table["words"].items()}
    return Vocabulary(frozenset(table["noise"]), words, tuple(phrases))


def repaired(header: str) -> str:
    """The header with UTF-8 read as cp1252 or latin-1 put right; unchanged where it was not so."""
    for encoding in ("cp1252", "latin-1"):
        try:
            return header.encode(encoding).decode("utf-8")
        except (UnicodeEncodeError, UnicodeDecodeError):
            continue
    return header


def plain_words(header: str) -> list[str]:
    """Lower-case words without accents, cut at separators and at camelCase."""
    text = CAMEL.sub(" ", repaired(header).replace("N°", "num ").replace("n°", "num ").replace("#", " num "))
    text = re.sub(r"\b([Nn])[\ufffd?º]", "num ", text)  # « N° » whose sign a bad decoding lost
    text = unicodedata.normalize("NFKD", text.replace("œ", "oe").replace("Œ", "OE"))
    text = "".join(letter for letter in text if not unicodedata.combining(letter)).lower()
    return [word for word in SEPARATORS.split(text) if word]


def _with_lost_letters(word: str) -> tuple[str, ...] | None:
    """Canonical words of `pr?nom`, where a sign stands for a letter that a bad decoding lost."""
    if "?" not in word and "\ufffd" not in word:
        return None
    pattern = re.compile(re.sub(r"[?\ufffd]+", "[a-z]{1,2}", word) + "$")
    found = [canonical for written, canonical in vocabulary().words.items() if pattern.match(written)]
    return found[0] if found else None


SHORT_HEADS = ("no", "cd", "id", "dt")  # NOADELI, CDGAR: two letters begin too many words to be cut off otherwise


def _cut(word: str) -> tuple[str, ...] | None:
    """Canonical words of a glued word such as `datenaisspatient`: the longest known beginning, then the rest."""
    known = vocabulary()
    for end in range(len(word) - 1, 1, -1):
        head, tail = word[:end], word[end:]
        short = head in SHORT_HEADS and len(tail) >= MIN_GLUED and tail in known.words
        if head not in known.words and (head not in known.noise or len(head) < 3) and not short:
            continue
        rest = _look_up(tail) if len(tail) >= MIN_GLUED else known.words.get(tail)
        if tail == "age":  # « dépistage », « passage » are no ages
            rest = None
        if rest is None and tail in known.noise and len(tail) > 1:
            rest = ()
        if rest is not None:
            return known.words.get(head, ()) + rest
    return None


def _look_up(word: str) -> tuple[str, ...] | None:
    known = vocabulary()
    if word in known.words:
        return known.words[word]
    if word in known.noise:
        return ()
    bare = word.strip("0123456789")
    if bare != word and bare:
        return _look_up(bare)
    if bare.endswith("s") and bare[:-1] in known.words:
        return known.words[bare[:-1]]
    lost = _with_lost_letters(word)
    if lost is not None:
        return lost
    return _cut(word) if len(word) >= MIN_GLUED else None


def canonical_words(header: str) -> tuple[frozenset[str], int]:
    """The canonical words of a header, and how many of its words are unknown to the table."""
    written = plain_words(header)
    known = vocabulary()
    # What stands in brackets is a unit or a way of writing, « (JJ/MM/AAAA) »: read where it is known, else left out.
    aside = set(plain_words(" ".join(re.findall(r"\([^)]*\)", header))))
    found: list[str] = []
    unknown = 0
    at = 0
    while at < len(written):
        for size in (3, 2):
            glued = "".join(written[at : at + size])
            if len(written[at : at + size]) == size and glued in known.words and written[at] not in ARTICLES:
                found.extend(known.words[glued])
                at += size
                break
        else:
            canonical = _look_up(written[at])
            if canonical is None:
                unknown += not (written[at].isdigit() or written[at] in aside or len(written[at]) == 1)
            else:
                found.extend(canonical)
            at += 1
    return frozenset(found), unknown


def _matching(words: frozenset[str], unknown: int) -> dict[str, float]:
    matched = [phrase for phrase in vocabulary().phrases if phrase.words <= words]
    kept = [one for one in matched if not any(one.words < other.words for other in matched)]
    total = len(words) + unknown
    scores: dict[str, float] = {}
    for phrase in kept:
        score = phrase.weight * (BASE + COVERAGE * len(phrase.words) / total)
        if "date" in words and phrase.field not in DATE_FIELDS:
            score *= NOT_A_DATE
        if "drapeau" in words and "drapeau" not in phrase.words:
            score *= FLAG_OF
        scores[phrase.field] = max(scores.get(phrase.field, 0.0), score)
    return scores


def _of_plain_words(written: set[str]) -> dict[str, float]:
    """What is announced by words that say nothing beside others: « Numéro de dossier », « Utilisateur », « Id »."""
    numbered = bool(written & {"id", "num", "numero", "number", "no", "code", "n", "ref", "ident", "identifiant"})
    if numbered and written & FILE_WORDS:
        return {"patient_id": 0.85}
    if written & {"utilisateur", "user"}:
        return {"technical_id": 0.6, "username": 0.7} if numbered else {"username": 0.85}
    if written & {"identifiant"}:
        return {"username": 0.65, "technical_id": 0.6}
    if numbered:
        return {"technical_id": 0.7 if written <= {"id", "ident"} else 0.6}
    return {"full_name": 0.6} if written & FILE_WORDS - {"dossier", "fiche"} else {}


@lru_cache(maxsize=4096)
def _read(header: str) -> Header:
    words, unknown = canonical_words(header)
    written = tuple(plain_words(header))
    if len(written) > 1 and words and written[0] in SHORT_DATES:
        words |= {"date"}
    return Header(written, words, unknown)


# Parts of a path that only gather columns: « identite.nomNaissance ». Not « patient » or « medecin », which say whose.
GATHERING = frozenset(["identite", "identity", "identification", "civil", "etatcivil", "demographics", "demographie"])


def _without_gathering(header: str) -> str:
    """A path without the leading parts that only gather columns."""
    table, dot, rest = header.partition(".")
    return _without_gathering(rest) if dot and rest and "".join(plain_words(table)) in GATHERING else header


def _without_table(header: str, neighbours: Sequence[str]) -> str:
    """The column's own name where most headers begin with the same table (`T_CARE.date`), or a word that gathers."""
    header = _without_gathering(header)
    table, dot, rest = header.partition(".")
    if not dot or not rest or len(neighbours) < 2:
        return header
    shared = sum(one.startswith(table + ".") for one in neighbours)
    return rest if shared >= SHARED_PREFIX * len(neighbours) else header


SURE_ALONE = 0.75  # weight from which a header of a list's column needs no word of the list. Our choice.
OF_LIST = 0.95  # weight kept by what the list's name adds
ONLY_OF_ROWS = ("technical_id", "flag", "organisation_name", "timestamp", "username")  # « numéro », « dénomination »


def header_in_list(header: str, neighbours: Sequence[str], within: str) -> dict[str, float]:
    """The evidence of a column of a nested list named `within`: « telephones » says what its « numero » is of.

    Where the header alone says enough of a person, the list's name changes nothing.
    """
    alone = header_evidence(header, neighbours)
    if not within:
        return alone
    if any(score >= SURE_ALONE for field, score in alone.items() if field not in ONLY_OF_ROWS):
        return alone
    path = {one: score for one, score in header_evidence(f"{within}.{header}", ()).items() if one not in ONLY_OF_ROWS}
    if not path or alone.get("flag", 0.0) >= SURE_ALONE:
        return alone
    plain = {one: score * UNLIKE_STANDARD if one in ONLY_OF_ROWS else score for one, score in alone.items()}
    return plain | {one: round(max(score * OF_LIST, plain.get(one, 0.0)), 4) for one, score in path.items()}


def header_evidence(header: str, neighbours: Sequence[str]) -> dict[str, float]:
    """How strongly the header announces each field, 0 to 1; only fields above 0 are there.

    `neighbours` are the other headers of the table. A header that may itself be a value (no letters, an e-mail
    address) announces nothing.
    """
    if not header or "@" in header or GENERIC.match(header.strip()) or not re.search(r"[^\W\d_]", header):
        return {}
    standard = standard_field(header, neighbours)
    beside = [one for one in neighbours if one != header]
    scores = _announced(_without_table(header, beside), beside)
    if standard:
        scores = {field: score * UNLIKE_STANDARD for field, score in scores.items()} | {standard: 1.0}
    return {field: round(min(score, 1.0), 4) for field, score in sorted(scores.items()) if score > 0}


def _announced(header: str, neighbours: Sequence[str]) -> dict[str, float]:
    read = _read(header)
    if not read.words:
        if read.unknown:
            return {"flag": 0.9} if read.counted else {"technical_id": 0.7} if read.numbered else {}
        return {"flag": 0.9} if read.counted else _of_plain_words(set(read.written))
    others = [_read(_without_table(one, neighbours)) for one in neighbours]
    beside = frozenset().union(*(one.words for one in others))
    scores = composed(_matching(read.words, read.unknown), read)
    return in_table(scores, read, beside, ["".join(one.written) for one in others])
