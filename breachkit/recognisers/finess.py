"""FINESS: the number of an establishment (EJ or ET), 9 characters, the last a Luhn key."""

from __future__ import annotations

from breachkit.recognisers.adeli import department_digits
from breachkit.recognisers.definition import Recogniser, TextPattern
from breachkit.recognisers.keys import compact, luhn, matches, not_dummy, when

SHAPE = r"^(?:0[1-9]|[1-8]\d|9[0-58]|2[AB]|97)\d{7}$"


def _valid(sql: str) -> str:
    digits = department_digits(sql)
    return when(
        matches(sql, SHAPE),
        f"({luhn(digits, digits=9)} AND {not_dummy(sql)} AND substr({sql}, 3) <> '0000000')",
    )


FINESS = Recogniser(
    id="finess",
    field="finess",
    fr="Numéro FINESS (9 caractères)",
    en="FINESS number (9 characters)",
    source="DREES, Fichier national des établissements sanitaires et sociaux",
    certainty="published",
    form="2 de département (2A, 2B), 7 chiffres",
    key="Luhn, la lettre lue comme un chiffre",
    normalise=compact,
    shape=lambda n: matches(n, SHAPE),
    valid=_valid,
    chance=1 / 10,
    examples_valid=("750712184", "2A0000014", "2B0000020", "75 071 218 4"),
    examples_invalid=("750712185", "2C0000014", "75071218"),
    examples_degenerate=("000000000", "111111111", "123456789", "750000000"),
    entity="FR_FINESS",
    patterns=(TextPattern("finess", r"\b(?:\d{2}|2[AB]) ?\d{3} ?\d{3} ?\d\b", 0.05),),
    context=("finess", "établissement", "hôpital", "clinique", "ehpad"),
)
