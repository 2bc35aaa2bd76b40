"""How French the bytes above ASCII look under each encoding: one table per encoding, looked up for whole blocks.

A byte's score is the logarithm of how often its character stands between its two neighbours in French, learnt from
`reference/lists/accented_words.txt` and from the signs of French typography, each also in capitals. é between h and l
is common, È between L and N too, ‚ or Ú there is not: so one accented letter tells an encoding apart in most files.
Scores of several encodings for the same bytes are comparable: their differences are logarithms of odds.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections import defaultdict
from functools import cache

import numpy as np

from breachkit.reference.catalogue import resource

# Ties go to the first. cp437 is not told apart from cp850: where French needs a byte, both agree on it.
EIGHT_BIT = ("cp1252", "iso-8859-15", "cp850", "mac_roman")
# Frequencies of characters in French text, in hundredths of a percent (Wikipedia, « Fréquence d'apparition des lettres
# en français »); those below 1 and the signs are choices. Capitals are rarer by CAPITAL_SHARE, a choice: extracts
# hold many names in capitals.
FREQUENCY = {
    **{"é": 194.0, "à": 31.0, "è": 31.0, "ê": 8.0, "ç": 6.0, "ô": 4.0, "î": 3.0, "â": 3.0, "û": 2.0, "ù": 2.0},
    **{"ï": 1.0, "œ": 2.0, "ë": 1.0, "ü": 0.3, "ö": 0.2, "ä": 0.2, "ñ": 0.2, "æ": 0.05, "ÿ": 0.02, "ß": 0.05},
    **{"á": 0.1, "í": 0.1, "ó": 0.1, "ú": 0.05, "ã": 0.1, "õ": 0.05},
    **{"’": 30.0, "«": 3.0, "»": 3.0, "°": 6.0, "€": 4.0, "–": 1.5, "—": 0.3, "…": 2.0, "“": 1.0, "”": 1.0, "‘": 0.3},
    **{"\u00a0": 5.0, "²": 0.5, "³": 0.1, "½": 0.1, "·": 0.1, "•": 0.2, "±": 0.1, "µ": 0.2, "£": 0.1, "§": 0.05},
    **{"™": 0.02, "®": 0.05, "©": 0.02, "º": 0.1, "¼": 0.02, "×": 0.02, "´": 0.05, "¨": 0.01, "„": 0.02, "‚": 0.005},
}
CAPITAL_SHARE = 0.25
# What stands before and after a sign, with a weight. "a" is any small letter, "A" any capital, "1" a digit, " " a space
# or any other sign, "é" a letter with accent.
AROUND = {
    "’": (
        "lé 4",
        "dé 2",
        "la 9",
        "da 5",
        "na 4",
        "sa 4",
        "ja 2",
        "ca 2",
        "ma 1",
        "ta 1",
        "ua 3",
        "ia 1",
        "LA 3",
        "DA 3",
    ),
    "«": ("  6", " a 3", " A 3"),
    "»": ("  6", "a  4", "A  1", "1  1"),
    "°": ("n  4", "N  4", "n1 2", "N1 2", "1  3", "1C 2", "o1 1", "°C 1", "1A 1"),
    "€": ("   6", "1  4", " 1 2"),
    "–": ("   9", "11 2", "A  1"),
    "—": ("   9",),
    "…": ("a  9", "   2", "1  1"),
    "“": (" a 4", " A 3"),
    "”": ("a  4", "A  2", "1  1"),
    "‘": (" a 2", " A 1"),
    "\u00a0": ("a  5", "1  3", " a 2", "11 3", " A 1", "   1", "A  1"),
    "²": ("m  6", "a  1"),
    "³": ("m  6",),
    "½": ("   3", "1  2", " a 1"),
    "·": ("ea 2", "   2"),
    "•": ("   9", " A 2", " a 2"),
    "±": ("   3", " 1 3"),
    "µ": (" g 4", " m 2", "1g 2"),
    "£": ("   4", "1  3", " 1 3"),
    "§": ("   4", " 1 3"),
    "º": ("n  3", "N  3", "n1 1", "1  1"),
}
EDGE, DIGIT, LETTERS = 0, 1, 2  # classes of a neighbour: neither letter nor digit; digit; a–z then A–Z
CLASSES = LETTERS + 52
RARE = -9.0  # a letter of French where it has not been seen, among letters of its own case
UNKNOWN_LETTER = -9.5  # a letter French does not have (Ž, Å): a foreign name may hold it
UNKNOWN_SIGN = -10.5  # ‰, †, box drawing
INSIDE = -3.5  # what a sign between two letters, or a letter among letters of the other case, costs more
FORBIDDEN = -14.0  # no character at all, or a control character
WORD_SHARE, PART_SHARE, OTHER_SHARE = 0.80, 0.17, 0.03  # how far contexts seen, half seen and unseen are believed


def neighbour_class(character: str) -> int:
    """The class of a character as a neighbour: its letter without accent, a digit, or the edge of a word."""
    if character.isdigit() and character.isascii():
        return DIGIT
    plain = {"œ": "e", "Œ": "E", "æ": "e", "Æ": "E", "ß": "s"}.get(character) or unicodedata.normalize(
        "NFD", character
    )[0]
    if not (plain.isascii() and plain.isalpha()):
        return EDGE
    return LETTERS + ord(plain) - ord("a") if plain.islower() else LETTERS + 26 + ord(plain) - ord("A")


@cache
def accented_words() -> tuple[str, ...]:
    """The words of the list, as they are written there."""
    lines = resource("lists/accented_words.txt").splitlines()
    return tuple(word for line in lines if line[:1] != "#" for word in line.split())


@cache
def _known_words() -> frozenset[str]:
    """Words and parts of words of the list, in small letters."""
    return frozenset(part for word in accented_words() for part in re.findall(r"[^\W\d_]+", word.lower()))


@cache
def _known_names() -> frozenset[str]:
    """Names of persons and towns, in capitals without accents."""
    lists = ("given_names", "family_names", "towns")
    return frozenset(word for name in lists for word in re.findall("[A-Z]+", resource(f"lists/{name}.txt")))


def is_known_word(word: bytes, encoding: str) -> bool:
    """Whether a word is one of the list under an encoding, or less its accents a common name."""
    text = word.decode(encoding, errors="replace")
    if not text.isalpha() or (text != text.upper() and text[1:] != text[1:].lower()):
        return False
    folded = "".join(one for one in unicodedata.normalize("NFD", text.upper()) if not unicodedata.combining(one))
    return text.lower() in _known_words() or (len(folded) > 2 and folded in _known_names())


def _contexts() -> dict[str, np.ndarray]:
    """How often each character stands between two classes: character → [before, after]."""
    counts: dict[str, np.ndarray] = defaultdict(lambda: np.zeros((CLASSES, CLASSES)))
    for word in accented_words():
        forms = ((word, 3.0), (word.upper(), 3.0)) if word[0].isupper() else ((word, 4.0), (word.upper(), 2.0))
        for form, weight in (*forms, (word[0].upper() + word[1:], 1.0)):
            padded = f" {form} "
            for at in range(1, len(padded) - 1):
                if not padded[at].isascii():
                    counts[padded[at]][neighbour_class(padded[at - 1]), neighbour_class(padded[at + 1])] += weight
    small, capital = range(LETTERS, LETTERS + 26), range(LETTERS + 26, CLASSES)
    kinds = {"a": small, "A": capital, "1": (DIGIT,), " ": (EDGE,), "é": (LETTERS + 4,), "°": (EDGE,)}
    for sign, places in AROUND.items():
        for place in places:
            before, after = (kinds.get(one) or (neighbour_class(one),) for one in place[:2])
            counts[sign][np.ix_(before, after)] += float(place[2:]) / (len(before) * len(after))
    return counts


def _frequency(character: str) -> float:
    """How often French text holds a character; 0 where it does not."""
    share = FREQUENCY.get(character, 0.0)
    return share or CAPITAL_SHARE * FREQUENCY.get(character.lower(), 0.0) * character.isupper()


def _unseen(character: str) -> np.ndarray:
    """What is believed of contexts never seen: small letters beside small ones, capitals beside capitals."""
    likely = np.full((CLASSES, CLASSES), 1e-3)
    small, capital = slice(LETTERS, LETTERS + 26), slice(LETTERS + 26, CLASSES)
    if character.islower():
        likely[small, small] = likely[small, EDGE] = likely[EDGE, small] = likely[capital, small] = 1.0
        likely[EDGE, EDGE] = 0.1
    elif character.isupper():
        likely[capital, capital] = likely[capital, EDGE] = likely[EDGE, capital] = likely[EDGE, small] = 1.0
        likely[EDGE, EDGE] = 0.1
    else:
        likely[EDGE, :] = likely[:, EDGE] = 0.3
    return likely / likely.sum()


@cache
def _character_scores() -> dict[str, np.ndarray]:
    """Logarithms of odds of French characters between two classes: character → [before, after]."""
    contexts = _contexts()
    total = sum(FREQUENCY.values()) * (1 + CAPITAL_SHARE)
    scores = {}
    capitals = [one.upper() for one in FREQUENCY if one.upper().lower() == one and one.isalpha()]
    for character in dict.fromkeys([*FREQUENCY, *capitals]):
        unseen = _unseen(character)
        counts = contexts.get(character)
        likely = unseen
        if counts is not None and counts.any():
            joint = counts / counts.sum()
            parts = joint.sum(axis=1, keepdims=True) * joint.sum(axis=0, keepdims=True)
            likely = WORD_SHARE * joint + PART_SHARE * parts + OTHER_SHARE * unseen
        score = math.log(_frequency(character) / total) + np.log(likely * CLASSES * CLASSES / 8)
        least = RARE if character.isalpha() else UNKNOWN_SIGN
        scores[character] = np.maximum(score, least + _out_of_place(character)).astype(np.float32)
    return scores


def _out_of_place(character: str) -> np.ndarray:
    """What a character's places cost: a sign inside a word, a small letter among capitals."""
    small, capital = slice(LETTERS, LETTERS + 26), slice(LETTERS + 26, CLASSES)
    cost = np.zeros((CLASSES, CLASSES))
    if not character.isalpha():
        cost[LETTERS:, LETTERS:] = INSIDE
    elif character.islower():
        cost[:, capital] = INSIDE
    elif character.isupper():
        cost[small, :] = INSIDE
        cost[capital, small] = INSIDE
    return cost


def foreign_scores(character: str) -> np.ndarray:
    """The scores of a character that French text does not hold."""
    if character == "\ufffd" or unicodedata.category(character) in ("Cc", "Cn", "Co", "Cs"):
        return np.full((CLASSES, CLASSES), FORBIDDEN)
    if not character.isalpha() or character in "ƒˆªº":  # signs, whatever Unicode calls them
        return UNKNOWN_SIGN + _out_of_place("†")
    return UNKNOWN_LETTER + _out_of_place(character)


@cache
def score_table(encoding: str) -> np.ndarray:
    """Scores of an 8-bit encoding, flat: [byte - 128, class before, class after]."""
    known = _character_scores()
    table = np.empty((128, CLASSES, CLASSES), dtype=np.float32)
    for byte in range(128, 256):
        character = bytes([byte]).decode(encoding, errors="replace")
        table[byte - 128] = known[character] if character in known else foreign_scores(character)
    if encoding in ("cp850", "mac_roman"):  # made before anybody typed a no-break space
        table["\u00a0".encode(encoding)[0] - 128] = foreign_scores("†")
    return table.reshape(-1)


@cache
def class_table(encoding: str) -> np.ndarray:
    """The class of each byte as a neighbour under an 8-bit encoding."""
    characters = (bytes([byte]).decode(encoding, errors="replace") for byte in range(256))
    return np.array([neighbour_class(character) for character in characters], dtype=np.int64)


@cache
def ascii_classes() -> np.ndarray:
    """The class of each byte of UTF-8 as a neighbour; those above ASCII count as a letter, which they mostly are."""
    classes = class_table("cp1252").copy()
    classes[128:] = neighbour_class("e")
    return classes


@cache
def unicode_scores() -> tuple[np.ndarray, np.ndarray]:
    """For text already decoded: the row of each code point up to U+FFFF, and the rows' scores, flat.

    Row 0 is for letters that French does not have, row 1 for its unknown signs.
    """
    known = _character_scores()
    rows = np.zeros(0x10000, dtype=np.int64)
    rows[[point for point in range(0x80, 0x3000) if not chr(point).isalpha()]] = 1
    rows[0x2000:0x3000] = 1
    table = np.empty((len(known) + 2, CLASSES, CLASSES), dtype=np.float32)
    table[0], table[1] = UNKNOWN_LETTER, UNKNOWN_SIGN
    for row, (character, scores) in enumerate(known.items(), start=2):
        rows[ord(character)] = row
        table[row] = scores
    return rows, table.reshape(-1)


@cache
def french_characters() -> tuple[str, ...]:
    """The characters above ASCII that French text holds."""
    return tuple(_character_scores())


@cache
def _foreign(character: str) -> np.ndarray:
    return foreign_scores(character)


@cache
def _class(character: str) -> int:
    return neighbour_class(character)


def character_scores(text: str) -> list[float]:
    """How French each character above ASCII of a text stands, in order."""
    known = _character_scores()
    scores = []
    for at, character in enumerate(text):
        if character.isascii():
            continue
        before = _class(text[at - 1]) if at else EDGE
        after = _class(text[at + 1]) if at + 1 < len(text) else EDGE
        table = known[character] if character in known else _foreign(character)
        scores.append(float(table[before, after]))
    return scores


def text_score(text: str) -> float:
    """How French the characters above ASCII of a text stand, summed; 0 where there are none."""
    return sum(character_scores(text))
