"""Codes of medicines: CIP13, CIP7, UCD, ATC."""

from __future__ import annotations

from breachkit.recognisers.definition import Recogniser, TextPattern
from breachkit.recognisers.keys import compact, matches, not_dummy, trimmed, when


def gtin13(sql: str) -> str:
    """Boolean SQL: the GTIN-13 key is right (GS1: weights 1 and 3 from the left)."""
    number = f"TRY_CAST({sql} AS UBIGINT)"
    terms = " + ".join(f"{1 if place % 2 == 0 else 3} * (({number} // {10**place}) % 10)" for place in range(13))
    return f"(({terms}) % 10 = 0)"


CIP13 = Recogniser(
    id="drug.cip13",
    field="drug",
    fr="Code CIP13 d'un médicament",
    en="CIP13 code of a medicine",
    source="Club Inter Pharmaceutique et ANSM\u202f; GS1, clé des GTIN",
    certainty="verified",
    form="34009 (UCD13\u202f: 34008), 7 chiffres, clé 1",
    key="GTIN-13, poids 1 et 3",
    normalise=compact,
    shape=lambda n: matches(n, r"^3400[0-9]\d{8}$"),
    valid=lambda n: when(
        matches(n, r"^3400[89]\d{8}$"), f"({gtin13(n)} AND {not_dummy(n)} AND substr({n}, 6, 7) <> '0000000')"
    ),
    chance=1 / 50,  # 2 of 10 for the fifth digit, 1 of 10 for the key
    examples_valid=("3400930000120", "34009 300 001 20", "3400891234565"),
    examples_invalid=("3400930000121", "340093000012", "3300930000120"),
    examples_degenerate=("0000000000000", "1234567890123", "3400900000005"),
    entity="FR_CIP13",
    patterns=(TextPattern("cip13", r"\b3400[89](?:\d{8}| ?\d{3} ?\d{3} ?\d ?\d)\b", 0.4),),
    context=("cip", "cip13", "ucd", "ucd13", "médicament", "boîte"),
)

CIP7 = Recogniser(
    id="drug.cip7",
    field="drug",
    fr="Code CIP7 ou UCD7 d'un médicament",
    en="CIP7 or UCD7 code of a medicine",
    source="Club Inter Pharmaceutique",
    certainty="usual",
    form="7 chiffres, 2, 3, 4, 5 ou 9 devant",
    key="aucune",
    normalise=compact,
    shape=lambda n: matches(n, r"^\d{7}$"),
    valid=lambda n: when(matches(n, r"^[23459]\d{6}$"), not_dummy(n)),
    chance=0.5,
    examples_valid=("3000012", "3512345"),
    examples_invalid=("300001", "30000121", "A000012", "1000012"),
    examples_degenerate=("0000000", "3333333", "2345678"),
    entity="FR_CIP7",
    patterns=(TextPattern("cip7", r"\b[23459]\d{2} ?\d{3}[- ]?\d\b", 0.01),),
    context=("cip", "cip7", "ucd", "ucd7", "médicament", "boîte"),
)

ATC = Recogniser(
    id="drug.atc",
    field="drug",
    fr="Code ATC d'un médicament",
    en="ATC code of a medicine",
    source="OMS, WHO Collaborating Centre for Drug Statistics Methodology, index ATC",
    certainty="published",
    form="lettre, 2 chiffres, 2 lettres, 2 chiffres",
    key="aucune (liste des groupes)",
    normalise=lambda sql: f"upper({trimmed(sql)})",
    shape=lambda n: matches(n, r"^[A-Z]\d{2}[A-Z]{2}\d{2}$"),
    valid=lambda n: when(
        matches(
            n,
            r"^(?:A(?:0[1-9]|1[0-6])|B0[1-36]|C(?:0[1-5]|0[7-9]|10)|D(?:0[1-9]|1[01])|G0[1-4]|H0[1-5]|J0[1-7]|L0[1-4]"
            r"|M0[1-59]|N0[1-7]|P0[1-3]|R0[1-367]|S0[1-3]|V(?:0[1346789]|10))[A-Z]{2}\d{2}$",
        ),
        f"right({n}, 2) <> '00'",
    ),
    chance=0.037,  # 96 groups of 2,600
    examples_valid=("N02BE01", "a10ba02", "C09AA05"),
    examples_invalid=("N02BE1", "X02BE01", "N99BE01"),
    examples_degenerate=("A00AA00", "N02BE00", "XXXXXXX"),
    entity="FR_ATC",
    patterns=(TextPattern("atc", r"\b[A-DGHJLMNPRSV]\d{2}[A-Z]{2}\d{2}\b", 0.4),),
    context=("atc", "médicament", "classe", "traitement"),
)
