"""RPPS: the number of a health professional, 11 digits, the last a Luhn key."""

from __future__ import annotations

from breachkit.recognisers.definition import Recogniser, TextPattern
from breachkit.recognisers.keys import compact, luhn, matches, not_dummy, when


def _normalise(sql: str) -> str:
    """11 digits: the type digit 8 of the national identifier (12 digits) is dropped."""
    plain = compact(sql)
    return f"CASE WHEN {matches(plain, r'^8[0-9]{11}$')} THEN right({plain}, 11) ELSE {plain} END"


def _valid(sql: str) -> str:
    # A number is never allotted with a leading zero or nothing but zeros after its first digits.
    return when(
        matches(sql, r"^[1-9]\d{10}$"),
        f"({luhn(sql, digits=11)} AND {not_dummy(sql)} AND right({sql}, 8) <> '00000000')",
    )


RPPS = Recogniser(
    id="rpps",
    field="rpps",
    fr="Numéro RPPS (11 chiffres)",
    en="RPPS number (11 digits)",
    source="ANS, Répertoire partagé des professionnels de santé\u202f; ISO/IEC 7812-1, annexe B",
    certainty="published",
    form="11 chiffres, précédés d'un 8 dans l'identifiant national (12 chiffres)",
    key="Luhn",
    normalise=_normalise,
    shape=lambda n: matches(n, r"^[1-9]\d{10}$"),
    valid=_valid,
    chance=1 / 10,
    examples_valid=("10003456786", "810003456786", "101 0123 4564", "10003456786.0"),
    examples_invalid=("10003456781", "1000345678", "00003456786"),
    examples_degenerate=("00000000000", "11111111111", "12345678901"),
    entity="FR_RPPS",
    patterns=(TextPattern("rpps", r"\b(?:8 ?)?1(?:[ \u00a0\u202f]?\d){10}\b", 0.2),),
    context=("rpps", "médecin", "docteur", "dr", "prescripteur", "praticien"),
)
