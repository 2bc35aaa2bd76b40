"""IBAN of any country (mod 97 on letters read as numbers), and the RIB inside a French one."""

from __future__ import annotations

from breachkit.recognisers.definition import Recogniser, TextPattern
from breachkit.recognisers.keys import compact, letters_as_digits, matches, mod97_text, when

# Length by country: SWIFT, IBAN Registry (ISO 13616-2), release 99 of 2024.
LENGTHS = {
    15: "NO",
    16: "BE",
    18: "DK FO FI GL NL SD",
    19: "MK SI",
    20: "AT BA EE KZ XK LT LU",
    21: "HR LV LI CH",
    22: "BH BG CR DE GE IE ME RS GB VA",
    23: "TL GI IQ IL OM SO AE",
    24: "AD CZ MD PK RO SA SK ES SE TN VG",
    25: "LY PT ST",
    26: "DZ IS TR",
    27: "FR GR IT MR MC SM BI DJ",
    28: "AL AZ BY CY DO SV GT HU LB NI PL SN",
    29: "BR EG PS QA UA",
    30: "JO KW MU YE",
    31: "MT SC",
    32: "LC",
    33: "RU",
}
# Territories that write their IBANs with FR or with a code of their own, in the French format.
FRENCH_TERRITORIES = "GF GP MQ RE PF TF YT NC BL MF PM WF"
RIB_LETTERS = ("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "12345678912345678923456789")


def _known_length(sql: str) -> str:
    by_length = {**LENGTHS, 27: f"{LENGTHS[27]} {FRENCH_TERRITORIES}"}
    cases = " ".join(
        f"WHEN {length} THEN left({sql}, 2) IN ({', '.join(repr(code) for code in codes.split())})"
        for length, codes in by_length.items()
    )
    return f"coalesce(CASE length({sql}) {cases} ELSE false END, false)"


def _shape(sql: str) -> str:
    return f"({matches(sql, r'^[A-Z]{2}[0-9]{2}[0-9A-Z]{11,30}$')} AND {_known_length(sql)})"


def _valid(sql: str) -> str:
    turned = f"concat(substr({sql}, 5), left({sql}, 4))"
    digits = f"TRY_CAST(substr({sql}, 3, 2) AS INTEGER)"
    key = f"{mod97_text(letters_as_digits(turned))} = 1 AND {digits} BETWEEN 2 AND 98"
    return when(_shape(sql), f"({key} AND NOT {matches(sql, '^....0*$')})")


def _valid_rib(sql: str) -> str:
    digits = f"translate({sql}, '{RIB_LETTERS[0]}', '{RIB_LETTERS[1]}')"
    real = f"NOT {matches(sql, '^0*$')} AND {sql} <> repeat(left({sql}, 1), 23)"
    return when(
        matches(sql, r"^\d{10}[0-9A-Z]{11}\d{2}$"),
        f"(TRY_CAST({digits} AS HUGEINT) % 97 = 0 AND {real})",
    )


IBAN = Recogniser(
    id="iban",
    field="iban",
    fr="IBAN",
    en="IBAN",
    source="ISO 13616-1 (mod 97-10 of ISO 7064); lengths: SWIFT IBAN Registry",
    normalise=compact,
    shape=_shape,
    valid=_valid,
    chance=1 / 97,
    examples_valid=(
        "FR1420041010050500013M02606",
        "FR14 2004 1010 0505 0001 3M02 606",
        "DE89370400440532013000",
        "BE68539007547034",
    ),
    examples_invalid=("FR1420041010050500013M02607", "FR14200410100505", "XX1420041010050500013M02606"),
    examples_degenerate=(
        "FR0000000000000000000000000",
        "FR7600000000000000000000000",
        "00000000000000000000000",
    ),
    entity="FR_IBAN",
    patterns=(TextPattern("iban", r"\b[A-Z]{2}\d{2}(?: ?[0-9A-Z]{4}){2,7}(?: ?[0-9A-Z]{1,3})?\b", 0.5),),
    context=("iban", "rib", "compte", "banque", "virement", "prélèvement"),
)

RIB = Recogniser(
    id="iban.rib",
    field="iban",
    fr="RIB (23 caractères)",
    en="French RIB (23 characters)",
    source="CFONB, relevé d'identité bancaire: bank 5, branch 5, account 11, key 2; whole number mod 97 = 0",
    normalise=compact,
    shape=lambda n: matches(n, r"^\d{10}[0-9A-Z]{11}\d{2}$"),
    valid=_valid_rib,
    chance=1 / 97,
    examples_valid=("20041010050500013M02606", "20041 01005 0500013M026 06"),
    examples_invalid=("20041010050500013M02607", "2004101005050001302606"),
    examples_degenerate=("00000000000000000000000", "11111111111111111111111"),
    entity="FR_RIB",
    patterns=(TextPattern("rib", r"\b\d{5} ?\d{5} ?[0-9A-Z]{11} ?\d{2}\b", 0.3),),
    context=("rib", "compte", "banque"),
)
