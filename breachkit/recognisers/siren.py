"""SIREN (9 digits), SIRET (14) and the VAT number: Luhn, but La Poste's SIRETs add up to a multiple of 5 instead."""

from __future__ import annotations

from breachkit.recognisers.definition import Recogniser, TextPattern
from breachkit.recognisers.keys import compact, luhn, matches, not_dummy, when

LA_POSTE = "356000000"
LA_POSTE_HEAD_OFFICE = "35600000000048"  # keeps the Luhn key (python-stdnum, stdnum.fr.siret)
VAT_SHAPE = r"^FR\d{11}$"
_BLANK = r"[ .\u00a0\u202f]?"


def _digit_sum(sql: str, digits: int) -> str:
    number = f"TRY_CAST({sql} AS UBIGINT)"
    return "(" + " + ".join(f"({number} // {10**place}) % 10" for place in range(digits)) + ")"


def _valid_siren(sql: str) -> str:
    return when(
        matches(sql, r"^\d{9}$"),
        f"({luhn(sql, digits=9)} AND {not_dummy(sql)} AND right({sql}, 6) <> '000000' OR {sql} = '{LA_POSTE}')",
    )


def _valid_siret(sql: str) -> str:
    la_poste = f"({_digit_sum(sql, 14)} % 5 = 0 OR {sql} = '{LA_POSTE_HEAD_OFFICE}')"
    siren = f"({luhn(f'left({sql}, 9)', digits=9)} AND left({sql}, 9) <> '000000000')"
    others = f"({luhn(sql, digits=14)} AND {siren} AND {not_dummy(sql)})"
    return when(
        matches(sql, r"^\d{14}$"),
        f"CASE WHEN left({sql}, 9) = '{LA_POSTE}' THEN {la_poste} ELSE {others} END",
    )


def _valid_vat(sql: str) -> str:
    """The key of two digits is 12 + 3 x (SIREN mod 97), mod 97, which is (SIREN, then 12) mod 97."""
    key = f"TRY_CAST(concat(right({sql}, 9), '12') AS BIGINT) % 97 = TRY_CAST(substr({sql}, 3, 2) AS BIGINT)"
    return when(matches(sql, VAT_SHAPE), f"({key} AND {_valid_siren(f'right({sql}, 9)')})")


SIREN = Recogniser(
    id="siren",
    field="siren",
    fr="Numéro SIREN (9 chiffres)",
    en="SIREN number (9 digits)",
    source="INSEE, répertoire Sirene",
    certainty="verified",
    form="9 chiffres",
    key="Luhn",
    normalise=compact,
    shape=lambda n: matches(n, r"^\d{9}$"),
    valid=_valid_siren,
    chance=1 / 10,
    examples_valid=("732829320", "732 829 320", "356000000"),
    examples_invalid=("732829321", "73282932", "73282932A"),
    examples_degenerate=("000000000", "111111111", "123456789"),
    entity="FR_SIREN",
    patterns=(TextPattern("siren", rf"\b\d{{3}}{_BLANK}\d{{3}}{_BLANK}\d{{3}}\b", 0.05),),
    context=("siren", "rcs", "société", "entreprise"),
)

SIRET = Recogniser(
    id="siren.siret",
    field="siren",
    fr="Numéro SIRET (14 chiffres)",
    en="SIRET number (14 digits)",
    source="INSEE, répertoire Sirene, règle des établissements de La Poste",
    certainty="verified",
    form="9 chiffres du SIREN, 5 chiffres (NIC)",
    key="Luhn sur 14 et sur les 9 premiers\u202f; La Poste\u202f: somme des chiffres multiple de 5",
    normalise=compact,
    shape=lambda n: matches(n, r"^\d{14}$"),
    valid=_valid_siret,
    chance=1 / 100,
    examples_valid=("73282932000074", "732 829 320 00074", "35600000000048", "35600000049837"),
    examples_invalid=("73282932000075", "7328293200007", "35600000049838", "35600000000055"),
    examples_degenerate=("00000000000000", "11111111111111", "12345678901234"),
    entity="FR_SIRET",
    patterns=(TextPattern("siret", rf"\b\d{{3}}{_BLANK}\d{{3}}{_BLANK}\d{{3}}{_BLANK}\d{{5}}\b", 0.2),),
    context=("siret", "établissement", "entreprise", "facture"),
)

VAT = Recogniser(
    id="siren.vat",
    field="siren",
    fr="Numéro de TVA français",
    en="French VAT number",
    source="CGI, art. 286 ter\u202f; Commission européenne, VIES (clés à lettres laissées de côté\u202f: notre choix)",
    certainty="verified",
    form="FR, 2 chiffres, puis les 9 du SIREN",
    key="(12 + 3 × SIREN) mod 97, et Luhn sur le SIREN",
    normalise=compact,
    shape=lambda n: matches(n, VAT_SHAPE),
    valid=_valid_vat,
    chance=1 / 1000,
    examples_valid=("FR44732829320", "FR 44 732 829 320"),
    examples_invalid=("FR45732829320", "FR44732829321", "44732829320", "DE44732829320"),
    examples_degenerate=("FR00000000000", "FR12000000000", "FR11111111111"),
    entity="FR_VAT_NUMBER",
    patterns=(TextPattern("vat", rf"\bFR{_BLANK}\d{{2}}{_BLANK}\d{{3}}{_BLANK}\d{{3}}{_BLANK}\d{{3}}\b", 0.4),),
    context=("tva", "intracommunautaire", "facture"),
)
