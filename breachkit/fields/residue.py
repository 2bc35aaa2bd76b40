"""What is left when nothing decides: plain codes, counts and states are `flag`, plain keys `technical_id`.

A column that no header names and no form betrays is read so only where its values can hardly be a person's: few short
codes, counts, measures. Words stay `unknown`, and so does all under a header that speaks of something sensitive.
"""

from __future__ import annotations

import re
import unicodedata

from breachkit.fields.evidence import Signal
from breachkit.fields.profile import ColumnProfile
from breachkit.fields.reasons import statement

WEIGHT = 0.56  # just enough to decide where nothing else speaks. Our choice.
FEW = 60  # different values of a column of codes
# Beginnings of words that announce what may never be called an indicator (GDPR, articles 9 and 10).
SENSITIVE = re.compile(
    r"vih|hiv|sero|serolog|vhc|vhb|hepat|syphil|ist\b|mst\b|suicid|addict|alcool|tabac|drog|toxic|stup|methad|tso|syndic"
    r"|union|grev|polit|parti|elect|vote|relig|cult|confess|croyan|ethn|origin|race|racial|ecrou|detenu|penal|justic|jud"
    r"|casier|condam|infract|handic|invalid|incap|dependan|gir|aggir|tutel|curatel|protect|orient|sexu|genr|genet|adn|dna"
    r"|brca|caryo|biomet|empreint|finger|face|iris|grossess|ivg|img|pma|fiv|contracep|psy|mental|depress|schizo|bipol"
    r"|cancer|tumeu|onco|chimio|diag|patho|maladi|ald|allerg|antece|traite|medic|drug|diseas|cond|symptom|trouble|deces|dcd"
    r"|mort|death|viol|maltrait|refus|consent|oppos|accord|masqu|visib|exon|ame\b|c2s|cmu|css|aah|rsa|rev|salair|income"
    r"|ressourc|quotient|qf\b|dette|impay|rib|iban|pass|mdp|pwd|secret|pin|code_acces|nir|secu|nss|insee|tel|mail|adress"
    r"|nom|name|prenom|birth|naiss|age\b|poids|weight|taille|height|imc|bmi|tension|hba1c|glyc|regime|transfus|greff|don\b"
)


def speaks_of_persons(header: str) -> bool:
    """Whether a word of the header begins as one that may not be set aside as an indicator."""
    text = unicodedata.normalize("NFKD", re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", header))
    text = "".join(letter for letter in text if not unicodedata.combining(letter)).lower()
    return any(SENSITIVE.match(word) for word in re.split(r"[^a-z0-9]+", text) if word)


def _numbers(profile: ColumnProfile) -> str | None:
    """Counts, sizes, durations: numbers that come in no order and are not one to a row."""
    if profile.shares["number"] < 0.98 or profile.shares["date"] >= 0.3:
        return None
    if profile.shares["leading_zero"] > 0.02 and profile.shares["decimal"] < 0.5:
        return None  # padded: a code, and of whom is not told
    high = profile.numbers.get("number_high", 0.0)
    repeated = profile.distinct < profile.filled
    if profile.shares["integer"] >= 0.95 and repeated and profile.distinct >= 2 and high < 1_000_000:
        return "counts"
    return "decimals" if profile.shares["decimal"] >= 0.3 else None


def _codes(profile: ColumnProfile) -> bool:
    """Few different codes without small letters, or with digits in all of them."""
    few = profile.distinct <= FEW and profile.distinct_ratio <= 0.5 and profile.filled >= 20
    coded = profile.shares["any_digit"] >= 0.9 or profile.shares["any_lower"] <= 0.1
    return few and coded and profile.shares["one_word"] >= 0.8 and profile.length_max <= 24


def _shelves(profile: ColumnProfile) -> bool:
    return max(profile.shares["shelf"], profile.shares["cell_code"]) >= 0.9 and profile.distinct >= 5


def residual(profile: ColumnProfile) -> Signal | None:
    """The plain reading of a column that nothing else names, or None where it may be a person's."""
    if not profile.looked_at or speaks_of_persons(profile.header):
        return None
    if profile.header == "record" and profile.shares["integer"] >= 0.99:
        fr, en = (
            "Le rang, dans sa table, de l'enregistrement dont la ligne dépend.",
            "The place of the row's own record.",
        )
        return Signal("technical_id", WEIGHT, statement("nested", fr, en))
    if _shelves(profile):
        fr, en = "Des emplacements ou des lieux codés.", "Coded places or shelves."
        return Signal("flag", WEIGHT, statement("shelf", fr, en))
    kind = _numbers(profile)
    if kind:
        fr, en = "Des nombres que rien ne rattache à une personne.", "Numbers that nothing ties to a person."
        return Signal("flag", WEIGHT, statement(kind, fr, en))
    if profile.shares["resource"] >= 0.9 or profile.shares["urn"] >= 0.9 or profile.shares["sealed"] >= 0.95:
        fr, en = "Des clés d'un système.", "Keys of a system."
        return Signal("technical_id", WEIGHT, statement("system_key", fr, en))
    if _codes(profile):
        fr, en = "Peu de codes, que rien ne rattache à une personne.", "Few codes, that nothing ties to a person."
        return Signal("flag", WEIGHT, statement("few_codes", fr, en))
    unique = profile.distinct_ratio >= 0.97 and profile.filled >= 20 and profile.shares["one_word"] >= 0.98
    if unique and profile.shares["any_lower"] < 0.5 and profile.length_min >= 5 and not profile.shares["at_sign"]:
        fr, en = "Une clé différente à chaque ligne.", "A different key on every row."
        return Signal("technical_id", WEIGHT, statement("plain_key", fr, en))
    return None
