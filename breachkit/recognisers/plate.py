"""Vehicle plates: the national series since 2009, and the older ones with a département."""

from __future__ import annotations

from breachkit.recognisers.definition import Recogniser, TextPattern
from breachkit.recognisers.keys import compact, matches, when

SIV = r"^[A-HJ-NP-TV-Z]{2}\d{3}[A-HJ-NP-TV-Z]{2}$"
FNI = r"^\d{2,4}[A-HJ-NP-TV-Z]{2,3}(?:0[1-9]|[1-8]\d|9[0-5]|2[AB])$"

PLATE = Recogniser(
    id="vehicle_plate",
    field="vehicle_plate",
    fr="Plaque d'immatriculation",
    en="Vehicle plate",
    source="Arrêté du 9 février 2009 (SIV)\u202f; FNI auparavant",
    certainty="published",
    form="AA-123-AA, ou 1234 AB 75 avant 2009",
    key="aucune",
    normalise=compact,
    shape=lambda n: f"({matches(n, SIV)} OR {matches(n, FNI)})",
    valid=lambda n: when(
        f"({matches(n, SIV)} OR {matches(n, FNI)})",
        f"({matches(n, FNI)} OR substr({n}, 3, 3) <> '000' "
        f"AND left({n}, 2) NOT IN ('SS', 'WW') AND right({n}, 2) <> 'SS')",
    ),
    chance=None,
    examples_valid=("AB-123-CD", "ab 123 cd", "1234 AB 75", "123 ABC 2A"),
    examples_invalid=("AB-12-CD", "AI-123-CD", "1234 AB 99"),
    examples_degenerate=("SS-000-SS", "WW-000-WW", "000-000-000"),
    entity="FR_VEHICLE_PLATE",
    patterns=(
        TextPattern("siv", r"(?-i:\b[A-HJ-NP-TV-Z]{2}([- ]?)\d{3}\1[A-HJ-NP-TV-Z]{2}\b)", 0.4),
        TextPattern("siv_small", r"\b[A-HJ-NP-TV-Z]{2}-\d{3}-[A-HJ-NP-TV-Z]{2}\b", 0.4),
        TextPattern("fni", r"(?-i:\b\d{2,4} ?[A-HJ-NP-TV-Z]{2,3} ?(?:0[1-9]|[1-8]\d|9[0-5]|2[AB])\b)", 0.1),
    ),
    context=("plaque", "immatriculation", "immatriculé", "immatriculée", "voiture", "véhicule", "ambulance"),
)
