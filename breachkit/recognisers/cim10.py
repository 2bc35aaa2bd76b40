"""CIM-10 (ICD-10) codes: a letter, two digits, up to four more characters; the list of categories is open."""

from __future__ import annotations

from breachkit.recognisers.definition import Recogniser, TextPattern
from breachkit.recognisers.keys import matches, trimmed, when

# Letter and first two digits by the chapters of the classification; U is kept for provisional codes (U07: COVID-19).
CATEGORY = (
    r"(?:[A-B]\d{2}|C(?:[0-8]\d|9[0-7])|D(?:[0-8]\d)|E(?:[0-8]\d|90)|F\d{2}|G\d{2}|H(?:[0-8]\d|9[0-5])|I\d{2}|J\d{2}"
    r"|K(?:[0-8]\d|9[0-3])|L\d{2}|M\d{2}|N\d{2}|O\d{2}|P(?:[0-8]\d|9[0-6])|Q\d{2}|R\d{2}|S\d{2}|T(?:[0-8]\d|9[0-8])"
    r"|U(?:0[4-9]|8[2-9])|V\d{2}|W\d{2}|X\d{2}|Y(?:[0-8]\d|9[0-8])|Z\d{2})"
)
CODE = rf"^{CATEGORY}(?:[0-9X+*][0-9+*]{{0,3}})?[+*]?$"

CIM10 = Recogniser(
    id="diagnosis_code",
    field="diagnosis_code",
    fr="Code CIM-10",
    en="ICD-10 code",
    source="OMS et ATIH, CIM-10 FR",
    certainty="published",
    form="lettre, 2 chiffres, jusqu'à 4 signes, point facultatif",
    key="aucune (bornes des chapitres)",
    normalise=lambda sql: f"replace(upper({trimmed(sql)}), '.', '')",
    shape=lambda n: matches(n, r"^[A-Z]\d{2}[0-9X+*]{0,5}$"),
    valid=lambda n: when(
        matches(n, CODE), f"right({n}, 2) IS NOT NULL AND {n} NOT IN ('X99', 'Z999', 'X00', 'A00', 'Z99')"
    ),
    chance=0.94,
    examples_valid=("E11.9", "F32", "Z21", "C509", "O80.0", "E1198", "I10"),
    examples_invalid=("EE11", "E1", "1E19", "D99", "U99"),
    examples_degenerate=("X99", "Z99.9", "000", "XXX"),
    entity="FR_ICD10",
    patterns=(TextPattern("cim10", r"(?-i:\b[A-Z]\d{2}(?:\.[\d+]{1,4}|[\d+]{1,4})?[+*]?)(?![\w.]\w|\w)", 0.1),),
    context=("cim", "cim10", "diagnostic", "diagnostics", "dp", "dr", "das", "codage", "codé", "ald"),
)
