"""What must not be visible: words that name an illness, a care, an orientation, a conviction or an offence."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

from breachkit.reference.catalogue import load_toml
from breachkit.reference.method import revealing_specialties


def reveals(text: str) -> bool:
    """Whether a word of the text names a care or another thing of GDPR art. 9 or 10 (`letters.toml`, [revealing])."""
    return bool(revealing_words(text))


def revealing_words(text: str) -> tuple[str, ...]:
    """The words that do, as folded: upper case without accents."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().upper()
    plain = " ".join(re.findall(r"[A-Z0-9]+", plain))
    innocent, revealing = _patterns()
    return tuple(found[0] for found in revealing.finditer(innocent.sub(" ", plain)))


@cache
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Words that begin like a revealing one and are none; the revealing ones."""
    table = load_toml("letters.toml")["revealing"]
    stems = {*table["stems"], *revealing_specialties()}
    whole = sorted(one for one in stems if len(one) <= 3 and one != "PSY")  # an acronym begins too many words
    begun = sorted(stems - set(whole))
    return (
        re.compile(rf"\b(?:{'|'.join(table['innocent'])})\b"),
        re.compile(rf"\b(?:(?:{'|'.join(whole)})\b|(?:{'|'.join(begun)})[A-Z]*)"),
    )
