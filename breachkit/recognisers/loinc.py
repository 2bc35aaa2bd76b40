"""LOINC: one to seven digits, a hyphen, a mod 10 key."""

from __future__ import annotations

from breachkit.recognisers.definition import Recogniser, TextPattern
from breachkit.recognisers.keys import luhn, matches, trimmed, when

SHAPE = r"^\d{1,7}-\d$"


def _valid(sql: str) -> str:
    digits = f"replace({sql}, '-', '')"
    return when(matches(sql, SHAPE), f"({luhn(digits, digits=8)} AND {digits} <> repeat('0', length({digits})))")


LOINC = Recogniser(
    id="lab_result.loinc",
    field="lab_result",
    fr="Code LOINC d'un examen",
    en="LOINC code of a test",
    source="Regenstrief Institute, LOINC Users' Guide, annexe sur la clé",
    certainty="published",
    form="1 à 7 chiffres, tiret, clé 1",
    key="mod 10 (Luhn)",
    normalise=trimmed,
    shape=lambda n: matches(n, SHAPE),
    valid=_valid,
    chance=1 / 10,
    examples_valid=("2160-0", "4548-4", "718-7", "1-8"),
    examples_invalid=("2160-1", "2160", "2160-00"),
    examples_degenerate=("0000-0", "000000-0"),
    entity="FR_LOINC",
    patterns=(TextPattern("loinc", r"(?<![\d-])\d{3,6}-\d(?![\d-])", 0.1),),
    context=("loinc", "biologie", "analyse", "examen"),
)
