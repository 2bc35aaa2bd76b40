"""INS: the matricule is a NIR or NIA (see nir.py); the old computed INS-C has 20 digits and a key of two."""

from __future__ import annotations

from breachkit.recognisers.definition import Recogniser, TextPattern
from breachkit.recognisers.keys import compact, matches, not_dummy, when

INS_C_SHAPE = r"^\d{20}(?:0[1-9]|[1-8]\d|9[0-7])$"


def _valid(sql: str) -> str:
    body = f"left({sql}, 20)"
    key = f"97 - TRY_CAST({body} AS HUGEINT) % 97 = TRY_CAST(right({sql}, 2) AS HUGEINT)"
    return when(matches(sql, INS_C_SHAPE), f"({key} AND {not_dummy(body)})")


INS_C = Recogniser(
    id="ins",
    field="ins",
    fr="Ancien INS calculé (INS-C, 22 chiffres)",
    en="Former computed INS (INS-C, 22 digits)",
    source="ASIP Santé, dossier de conception de l'INS-C (2009); key: 97 - number mod 97",
    normalise=compact,
    shape=lambda n: matches(n, INS_C_SHAPE),
    valid=_valid,
    chance=1 / 97,
    examples_valid=("0416278935184720365118", "04162 78935 18472 03651 18"),
    examples_invalid=("0416278935184720365111", "041627893518472036511"),
    examples_degenerate=("0000000000000000000000", "1111111111111111111111", "0123456789012345678901"),
    entity="FR_INS_C",
    patterns=(TextPattern("ins_c", r"\b\d{20} ?\d{2}\b", 0.4),),
    context=("ins", "ins-c", "insc", "identifiant", "santé"),
)
