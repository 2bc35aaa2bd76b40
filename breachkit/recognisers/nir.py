"""NIR and NIA: the number of the RNIPP, 13 characters and a key of two digits."""

from __future__ import annotations

from breachkit.recognisers.definition import Recogniser, TextPattern
from breachkit.recognisers.keys import compact, matches, not_dummy, when

# sex 1, 2 (3, 4 pending; 7, 8 provisional) · year · month (20, 30-42, 50-99 for incomplete records) ·
# département (2A, 2B; 99 abroad) and commune · order · key 01-97
BODY = r"[123478]\d{2}(?:0[1-9]|1[0-2]|20|3\d|4[0-2]|[5-9]\d)(?:2[AB]|0[1-9]|[1-9]\d)\d{6}"
WITH_KEY = rf"^{BODY}(?:0[1-9]|[1-8]\d|9[0-7])$"
WITHOUT_KEY = rf"^{BODY}$"
# The holder of the carte Vitale specimen that guides and training files copy.
SPECIMENS = "'2690549588157'"
# In a text: groups parted by blanks of any kind, points or hyphens; the key also after a slash.
_GAP = r"[ .\u00a0\u202f-]?"
_TEXT_START = rf"\b[123478]{_GAP}\d{{2}}{_GAP}(?:0[1-9]|1[0-2]|20|3\d|4[0-2]|[5-9]\d){_GAP}"
_TEXT_PLACE = rf"(?:2[AB]|\d{{2}}){_GAP}\d{{3}}{_GAP}\d{{3}}"
_TEXT_OVERSEAS = rf"9[78]\d{_GAP}\d{{2}}{_GAP}\d{{3}}"
_TEXT_BODY = rf"{_TEXT_START}(?:{_TEXT_PLACE}|{_TEXT_OVERSEAS})"
_TEXT_KEY = r"[ ./\u00a0\u202f-]{0,3}\d{2}\b"


def nir_number(sql: str) -> str:
    """BIGINT SQL: the first 13 characters as a number, Corsica's 2A read 19 and 2B read 18."""
    body = f"left({sql}, 13)"
    return f"TRY_CAST(replace(replace({body}, '2A', '19'), '2B', '18') AS BIGINT)"


def has_places(sql: str) -> str:
    """Boolean SQL: neither commune nor order number is zero."""
    return f"(substr({sql}, 8, 3) <> '000' AND substr({sql}, 11, 3) <> '000')"


def _real(body: str) -> str:
    return f"{not_dummy(body)} AND {body} NOT IN ({SPECIMENS})"


def shape(sql: str) -> str:
    """Boolean SQL: 13 or 15 characters built like a NIR."""
    return f"({matches(sql, WITH_KEY)} OR {matches(sql, WITHOUT_KEY)})"


def valid_with_key(sql: str) -> str:
    """Boolean SQL: 15 characters with the right key, and not a dummy."""
    key = f"97 - {nir_number(sql)} % 97 = TRY_CAST(substr({sql}, 14, 2) AS BIGINT)"
    return when(matches(sql, WITH_KEY), f"({key} AND {has_places(sql)} AND {_real(f'left({sql}, 13)')})")


def valid_without_key(sql: str) -> str:
    """Boolean SQL: 13 characters built like a NIR, and not a dummy; nothing checks them."""
    return when(matches(sql, WITHOUT_KEY), f"({has_places(sql)} AND {_real(sql)})")


def _valid(sql: str) -> str:
    return f"({valid_with_key(sql)} OR {valid_without_key(sql)})"


_SOURCE = (
    "INSEE, RNIPP, composition du NIR\u202f; décret 82-103 du 22 janvier 1982\u202f; NIA\u202f: SNGI (CNAV), même forme"
)
_CONTEXT = ("nir", "nia", "nss", "sécurité", "sociale", "sécu", "ss", "insee", "assuré", "immatriculation", "vitale")

NIR = Recogniser(
    id="nir",
    field="nir",
    fr="NIR avec sa clé (15 caractères)",
    en="NIR with its key (15 characters)",
    source=_SOURCE,
    certainty="verified",
    form="1 de sexe, 2 d'année, 2 de mois, 5 de lieu (2A, 2B, 97x, 98x, 99), 3 d'ordre, 2 de clé",
    key="97 − (13 premiers mod 97), 2A lu 19, 2B lu 18",
    normalise=compact,
    shape=lambda n: matches(n, WITH_KEY),
    valid=valid_with_key,
    chance=1 / 97,
    examples_valid=(
        "255081416802538",
        "1 84 12 2A 451 089 33",
        "2.94.03.2B.120.005.78",
        "180059913500156",
        "1 84 01 971 05 089 80",
        "7 84 01 75 105 089 83",
        "184207510508908",
    ),
    examples_invalid=("255081416802539", "955081416802538", "255131416802538", "25508141680253"),
    examples_degenerate=(
        "000000000000000",
        "111111111111111",
        "123456789012345",
        "999999999999999",
        "2 69 05 49 588 157 80",
    ),
    entity="FR_NIR",
    patterns=(TextPattern("nir_15", _TEXT_BODY + _TEXT_KEY, 0.4),),
    context=_CONTEXT,
)

NIR_WITHOUT_KEY = Recogniser(
    id="nir.without_key",
    field="nir",
    fr="NIR sans sa clé (13 caractères)",
    en="NIR without its key (13 characters)",
    source=_SOURCE,
    certainty="verified",
    form="les 13 premiers caractères du NIR",
    key="aucune",
    normalise=compact,
    shape=lambda n: f"length({n}) = 13 AND {matches(n, '^[0-9AB]+$')}",
    valid=valid_without_key,
    # 6 sexes of 10 x 80 months of 100 x 99 départements x 999 communes x 999 orders
    chance=0.6 * 0.76 * 0.99,
    examples_valid=("2550814168025", "184122A451089", "1 80 05 99 135 001"),
    examples_invalid=("2551314168025", "0550814168025", "255081416802", "2550814000025"),
    examples_degenerate=("0000000000000", "1234567890123", "1111111111111"),
    entity="FR_NIR",
    patterns=(TextPattern("nir_13", rf"{_TEXT_BODY}\b(?! ?[ /.-] ?\d{{2}}\b)", 0.1),),
    context=_CONTEXT,
)
