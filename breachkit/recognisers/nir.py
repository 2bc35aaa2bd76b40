"""NIR and NIA: the number of the RNIPP, 13 characters and a key of two digits."""

from __future__ import annotations

from breachkit.recognisers.definition import Recogniser, TextPattern
from breachkit.recognisers.keys import compact, matches, not_dummy, when

# sex 1, 2 (3, 4 pending; 7, 8 provisional) · year · month (20, 30-42, 50-99 for incomplete records) ·
# département (2A, 2B; 99 abroad) and commune · order · key 01-97
BODY = r"[123478]\d{2}(?:0[1-9]|1[0-2]|20|3\d|4[0-2]|[5-9]\d)(?:2[AB]|0[1-9]|[1-9]\d)\d{6}"
WITH_KEY = rf"^{BODY}(?:0[1-9]|[1-8]\d|9[0-7])$"
WITHOUT_KEY = rf"^{BODY}$"


def nir_number(sql: str) -> str:
    """BIGINT SQL: the first 13 characters as a number, Corsica's 2A read 19 and 2B read 18."""
    body = f"left({sql}, 13)"
    return f"TRY_CAST(replace(replace({body}, '2A', '19'), '2B', '18') AS BIGINT)"


def has_places(sql: str) -> str:
    """Boolean SQL: neither commune nor order number is zero."""
    return f"(substr({sql}, 8, 3) <> '000' AND substr({sql}, 11, 3) <> '000')"


def shape(sql: str) -> str:
    """Boolean SQL: 13 or 15 characters built like a NIR."""
    return f"({matches(sql, WITH_KEY)} OR {matches(sql, WITHOUT_KEY)})"


def valid_with_key(sql: str) -> str:
    """Boolean SQL: 15 characters with the right key, and not a dummy."""
    key = f"97 - {nir_number(sql)} % 97 = TRY_CAST(substr({sql}, 14, 2) AS BIGINT)"
    return when(matches(sql, WITH_KEY), f"({key} AND {has_places(sql)} AND {not_dummy(f'left({sql}, 13)')})")


def valid_without_key(sql: str) -> str:
    """Boolean SQL: 13 characters built like a NIR, and not a dummy; nothing checks them."""
    return when(matches(sql, WITHOUT_KEY), f"({has_places(sql)} AND {not_dummy(sql)})")


def _valid(sql: str) -> str:
    return f"({valid_with_key(sql)} OR {valid_without_key(sql)})"


_SOURCE = "INSEE, RNIPP, composition du NIR; décret 82-103 du 22 janvier 1982; key: 97 - number mod 97"
_CONTEXT = ("nir", "sécurité", "sociale", "sécu", "secu", "ss", "insee", "assuré", "immatriculation")

NIR = Recogniser(
    id="nir",
    field="nir",
    fr="NIR avec sa clé (15 caractères)",
    en="NIR with its key (15 characters)",
    source=_SOURCE,
    normalise=compact,
    shape=lambda n: matches(n, WITH_KEY),
    valid=valid_with_key,
    chance=1 / 97,
    examples_valid=("255081416802538", "1 84 12 2A 451 089 33", "2.94.03.2B.120.005.78", "180059913500156"),
    examples_invalid=("255081416802539", "955081416802538", "255131416802538", "25508141680253"),
    examples_degenerate=("000000000000000", "111111111111111", "123456789012345", "999999999999999"),
    entity="FR_NIR",
    patterns=(
        TextPattern(
            "nir_15",
            r"\b[123478][ .]?\d{2}[ .]?\d{2}[ .]?(?:2[ABab]|\d{2})[ .]?\d{3}[ .]?\d{3}[ .]?\d{2}\b",
            0.5,
        ),
    ),
    context=_CONTEXT,
)

NIR_WITHOUT_KEY = Recogniser(
    id="nir.without_key",
    field="nir",
    fr="NIR sans sa clé (13 caractères)",
    en="NIR without its key (13 characters)",
    source=_SOURCE,
    normalise=compact,
    shape=lambda n: f"length({n}) = 13 AND {matches(n, '^[0-9AB]+$')}",
    valid=valid_without_key,
    # 6 sexes of 10 x 80 months of 100 x 99 départements x 999 communes x 999 orders
    chance=0.6 * 0.76 * 0.99,
    examples_valid=("2550814168025", "184122A451089", "1 80 05 99 135 001"),
    examples_invalid=("2551314168025", "0550814168025", "255081416802", "2550814000025"),
    examples_degenerate=("0000000000000", "1234567890123", "1111111111111"),
    entity="FR_NIR",
    patterns=(
        TextPattern(
            "nir_13",
            r"\b[12][ .]?\d{2}[ .]?(?:0[1-9]|1[0-2])[ .]?(?:2[ABab]|\d{2})[ .]?\d{3}[ .]?\d{3}\b",
            0.1,
        ),
    ),
    context=_CONTEXT,
)
