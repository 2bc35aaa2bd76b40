"""SIREN (9 digits) and SIRET (14): Luhn, but La Poste's SIRETs add up to a multiple of 5 instead."""

from __future__ import annotations

from breachkit.recognisers.definition import Recogniser, TextPattern
from breachkit.recognisers.keys import compact, luhn, matches, not_dummy, when

LA_POSTE = "356000000"
_SOURCE = "INSEE, répertoire Sirene; Luhn key; exception of La Poste's establishments"


def _digit_sum(sql: str, digits: int) -> str:
    number = f"TRY_CAST({sql} AS UBIGINT)"
    return "(" + " + ".join(f"({number} // {10**place}) % 10" for place in range(digits)) + ")"


def _valid_siren(sql: str) -> str:
    return when(
        matches(sql, r"^\d{9}$"),
        f"({luhn(sql, digits=9)} AND {not_dummy(sql)} AND right({sql}, 6) <> '000000' OR {sql} = '{LA_POSTE}')",
    )


def _valid_siret(sql: str) -> str:
    la_poste = f"(left({sql}, 9) = '{LA_POSTE}' AND {_digit_sum(sql, 14)} % 5 = 0)"
    siren = f"({luhn(f'left({sql}, 9)', digits=9)} AND left({sql}, 9) <> '000000000')"
    return when(
        matches(sql, r"^\d{14}$"),
        f"(({luhn(sql, digits=14)} AND {siren} AND {not_dummy(sql)}) OR {la_poste})",
    )


SIREN = Recogniser(
    id="siren",
    field="siren",
    fr="Numéro SIREN (9 chiffres)",
    en="SIREN number (9 digits)",
    source=_SOURCE,
    normalise=compact,
    shape=lambda n: matches(n, r"^\d{9}$"),
    valid=_valid_siren,
    chance=1 / 10,
    examples_valid=("732829320", "732 829 320", "356000000"),
    examples_invalid=("732829321", "73282932", "73282932A"),
    examples_degenerate=("000000000", "111111111", "123456789"),
    entity="FR_SIREN",
    patterns=(TextPattern("siren", r"\b\d{3} ?\d{3} ?\d{3}\b", 0.05),),
    context=("siren", "rcs", "société", "entreprise"),
)

SIRET = Recogniser(
    id="siren.siret",
    field="siren",
    fr="Numéro SIRET (14 chiffres)",
    en="SIRET number (14 digits)",
    source=_SOURCE,
    normalise=compact,
    shape=lambda n: matches(n, r"^\d{14}$"),
    valid=_valid_siret,
    chance=1 / 100,
    examples_valid=("73282932000074", "732 829 320 00074", "35600000000048", "35600000049837"),
    examples_invalid=("73282932000075", "7328293200007", "35600000049838"),
    examples_degenerate=("00000000000000", "11111111111111", "12345678901234"),
    entity="FR_SIRET",
    patterns=(TextPattern("siret", r"\b\d{3} ?\d{3} ?\d{3} ?\d{5}\b", 0.2),),
    context=("siret", "établissement", "entreprise", "facture"),
)
