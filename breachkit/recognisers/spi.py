"""SPI: the tax number, 13 digits, the last three the first ten modulo 511."""

from __future__ import annotations

from breachkit.recognisers.definition import Recogniser, TextPattern
from breachkit.recognisers.keys import compact, matches, not_dummy, when

SHAPE = r"^[0-3]\d{12}$"


def _valid(sql: str) -> str:
    key = f"TRY_CAST(left({sql}, 10) AS BIGINT) % 511 = TRY_CAST(right({sql}, 3) AS BIGINT)"
    return when(matches(sql, SHAPE), f"({key} AND {not_dummy(sql)} AND left({sql}, 10) <> '0000000000')")


SPI = Recogniser(
    id="tax_number",
    field="tax_number",
    fr="Numéro fiscal (SPI, 13 chiffres)",
    en="Tax number (SPI, 13 digits)",
    source="DGFiP\u202f; OCDE, fiche des numéros fiscaux français",
    certainty="verified",
    form="13 chiffres, 0 à 3 devant",
    key="10 premiers mod 511",
    normalise=compact,
    shape=lambda n: matches(n, SHAPE),
    valid=_valid,
    chance=1 / 1000,
    examples_valid=("3023217600053", "30 23 217 600 053"),
    examples_invalid=("3023217600054", "4023217600053", "302321760005"),
    examples_degenerate=("0000000000000", "1111111111111", "0123456789012"),
    entity="FR_TAX_NUMBER",
    patterns=(TextPattern("spi", r"\b[0-3]\d[ \u00a0\u202f]?\d{2}(?:[ \u00a0\u202f]?\d{3}){3}\b", 0.2),),
    context=("fiscal", "spi", "impôt", "impôts", "dgfip"),
)
