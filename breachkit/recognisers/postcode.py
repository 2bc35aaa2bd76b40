"""French postcodes (5 digits) and INSEE codes of communes (2A, 2B)."""

from __future__ import annotations

from breachkit.recognisers.definition import Recogniser, TextPattern
from breachkit.recognisers.keys import matches, trimmed, when

SHAPE = r"^(?:0[1-9]|[1-8]\d|9[0-578])\d{3}$"
COMMUNE = r"^(?:0[1-9]|[1-8]\d|9[0-57-9]|2[AB])\d{3}$"

# Postcodes that nobody has; of the repeats and sequences, some INSEE codes are real communes (Plouha is 22222).
DUMMIES = "'12345', '01234', " + ", ".join(f"'{digit * 5}'" for digit in "123456789")


def normalise_postcode(sql: str) -> str:
    """5 digits; the zero that a spreadsheet dropped is given back; `F-75011`, `75 011` and `75011 PARIS` are read."""
    plain = f"regexp_replace(upper({trimmed(sql)}), '^F(?:R)?[- ]?|[ .]|CEDEX.*$', '', 'g')"
    plain = f"regexp_replace({plain}, '^([0-9]{{5}})[A-Z-]+.*$', '\\1')"
    return f"CASE WHEN {matches(plain, '^[1-9][0-9]{3}$')} THEN concat('0', {plain}) ELSE {plain} END"


def _valid(sql: str) -> str:
    return when(
        matches(sql, SHAPE),
        f"({sql} NOT IN ({DUMMIES}) AND right({sql}, 3) <> '999')",
    )


def normalise_commune(sql: str) -> str:
    """5 characters, the lost zero given back."""
    plain = f"upper({trimmed(sql)})"
    return f"CASE WHEN {matches(plain, '^[1-9][0-9]{3}$')} THEN concat('0', {plain}) ELSE {plain} END"


POSTCODE = Recogniser(
    id="postcode",
    field="postcode",
    fr="Code postal (5 chiffres)",
    en="Postcode (5 digits)",
    source="La Poste, base officielle des codes postaux",
    certainty="published",
    form="5 chiffres, 01 à 95, 97 ou 98 devant",
    key="aucune",
    normalise=normalise_postcode,
    shape=lambda n: matches(n, r"^\d{5}$"),
    valid=_valid,
    chance=0.97,
    examples_valid=("75011", "1000", "97410", "20090", "F-69003", "69 003"),
    examples_invalid=("750111", "00123", "7501A", "96123"),
    examples_degenerate=("00000", "99999", "12345", "11111"),
    entity="FR_POSTCODE",
    patterns=(TextPattern("postcode", r"(?<![\w.,-])(?:0[1-9]|[1-8]\d|9[0-578])\d{3}(?![\w]|[.,-]\d)", 0.05),),
    context=("cp", "postal", "adresse", "rue", "avenue", "boulevard", "chemin", "place", "impasse", "habite"),
)

COMMUNE_CODE = Recogniser(
    id="birth_place.commune_code",
    field="birth_place",
    fr="Code INSEE de commune",
    en="INSEE code of a commune",
    source="INSEE, code officiel géographique",
    certainty="published",
    form="5 caractères, 2A et 2B en Corse, 99 et le pays à l'étranger",
    key="aucune",
    normalise=normalise_commune,
    shape=lambda n: matches(n, r"^[0-9AB]{5}$"),
    valid=lambda n: when(matches(n, COMMUNE), f"({n} NOT IN ('99999', '11111', '12345') AND right({n}, 3) <> '000')"),
    chance=0.97,
    examples_valid=("75111", "2A004", "99135", "1004"),
    examples_invalid=("2C004", "00123", "751111", "96001"),
    examples_degenerate=("00000", "99999", "12345"),
)
