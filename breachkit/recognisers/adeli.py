"""ADELI and insurance numbers of a professional: département, then digits, the last a Luhn key."""

from __future__ import annotations

from breachkit.recognisers.definition import Recogniser, TextPattern
from breachkit.recognisers.keys import compact, luhn, matches, not_dummy, when

SHAPE = r"^(?:0[1-9]|[1-8]\d|9[0-8]|2[AB]|9[A-F])\d{7}$"


def department_digits(sql: str) -> str:
    """The text with the letter of a département (second character) read as a digit: A = 1, B = 2...

    This reading gives the right key for the published FINESS of Corsica; for ADELI it is our choice.
    """
    return f"concat(left({sql}, 1), translate(substr({sql}, 2, 1), 'ABCDEF', '123456'), substr({sql}, 3))"


def _valid(sql: str) -> str:
    digits = department_digits(sql)
    return when(
        matches(sql, SHAPE),
        f"({luhn(digits, digits=9)} AND {not_dummy(sql)} AND substr({sql}, 3) <> '0000000')",
    )


ADELI = Recogniser(
    id="adeli",
    field="adeli",
    fr="Numéro ADELI ou assurance maladie (9 caractères)",
    en="ADELI or insurance number of a professional (9 characters)",
    source="DREES, répertoire ADELI",
    certainty="usual",
    form="2 de département (2A, 2B, 9A à 9F), 7 chiffres",
    key="Luhn, la lettre lue comme un chiffre",
    normalise=compact,
    shape=lambda n: matches(n, SHAPE),
    valid=_valid,
    chance=1 / 10,
    examples_valid=("751234568", "75 1 23456 8", "2A9300019"),
    examples_invalid=("751234565", "991234568", "75123456"),
    examples_degenerate=("000000000", "111111111", "123456789", "750000000"),
    entity="FR_ADELI",
    patterns=(TextPattern("adeli", r"\b(?:\d{2}|2[AB]|9[A-F]) ?\d ?\d{5} ?\d\b", 0.05),),
    context=("adeli", "am", "infirmier", "infirmière", "kiné", "praticien", "prescripteur"),
)
