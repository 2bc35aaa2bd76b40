"""IBAN of any country (mod 97 on letters read as numbers), and the RIB inside a French one."""

from __future__ import annotations

from breachkit.recognisers.definition import Recogniser, TextPattern
from breachkit.recognisers.keys import compact, letters_as_digits, matches, mod97_text, when

# Structure of the account part by country, in the letters of the SWIFT IBAN Registry: n digits, a capitals, c either.
# The last countries of the list use IBANs without being in the registry (schwifty's list holds them too).
STRUCTURES = {
    "n11": "NO",
    "n12": "BE",
    "a2 n12": "FK",
    "a4 n10": "NL",
    "n14": "AX DK FI FO GL SD",
    "n15": "SI",
    "n3 c10 n2": "MK",
    "n16": "AT BA EE LT MN XK",
    "n3 c13": "KZ LU",
    "a4 c13": "LV",
    "n17": "HR",
    "n5 c12": "CH LI",
    "a2 n16": "GE",
    "a4 c14": "BH",
    "a4 n14": "GB GG IE IM JE",
    "a4 n6 c8": "BG",
    "n18": "CR DE ME RS VA",
    "a4 c15": "GI",
    "a4 n15": "IQ",
    "n19": "AE IL SO TL",
    "n3 c16": "OM",
    "a4 c16": "PK RO",
    "a4 n16": "VG",
    "c20": "MD",
    "n2 c18": "SA",
    "n20": "CZ ES SE SK TN",
    "n8 c12": "AD",
    "n21": "LY PT ST AO CV MZ",
    "n22": "DZ IR IS",
    "n6 c16": "TR",
    "a1 n10 c12": "IT SM",
    "n10 c11 n2": "FR MC BL GF GP MF MQ NC PF PM RE TF WF YT",  # overseas: FR as a rule, or a code of their own
    "n23": "BI DJ MR CF CG CM GA GQ KM MG TD",
    "n7 c16": "GR",
    "a2 n22": "CI NE SN TG",
    "a4 c20": "AZ",
    "a4 n20": "HN NI SV",
    "c2 n22": "BF BJ ML",
    "c2 n19": "GW",
    "c24": "GT",
    "c4 n20": "DO",
    "c4 n4 c16": "BY",
    "n24": "HU PL MA",
    "n4 c20": "LB",
    "n8 c16": "AL CY",
    "a4 c21": "PS QA",
    "c8 n15 c2": "BR",
    "n25": "EG",
    "n6 c19": "UA",
    "a4 c22": "KW",
    "a4 n19 a3": "MU",
    "a4 n4 c18": "JO YE",
    "a4 n20 a3": "SC",
    "a4 n5 c18": "MT",
    "a4 c24": "LC",
    "n14 c15": "RU",
}
_SIGNS = {"n": "[0-9]", "a": "[A-Z]", "c": "[0-9A-Z]"}
# IBANs that banks and guides print as examples: no account, no person.
SPECIMENS = "'FR7630006000011234567890189', 'FR7630001007941234567890185', 'FR7612345678901234567890123'"
RIB_LETTERS = ("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "12345678912345678923456789")


def _sizes(structure: str) -> list[tuple[str, int]]:
    return [(part[0], int(part[1:])) for part in structure.split()]


def _whole_form() -> str:
    """RE2 pattern of an IBAN of any country, written without blanks."""
    forms = (
        f"(?:{countries.replace(' ', '|')})[0-9]{{2}}"
        + "".join(f"{_SIGNS[sign]}{{{size}}}" for sign, size in _sizes(structure))
        for structure, countries in STRUCTURES.items()
    )
    return f"^(?:{'|'.join(forms)})$"


def _text_form() -> str:
    """Pattern of an IBAN in a text, by groups of four: its country's length says where it ends."""
    lengths: dict[int, list[str]] = {}
    for structure, countries in STRUCTURES.items():
        lengths.setdefault(sum(size for _, size in _sizes(structure)), []).extend(countries.split())
    forms = []
    for length, codes in sorted(lengths.items(), reverse=True):
        groups, rest = divmod(length, 4)
        tail = rf"{_GAP}[0-9A-Z]{{{rest}}}" if rest else ""
        forms.append(rf"(?:{'|'.join(codes)})\d{{2}}(?:{_GAP}[0-9A-Z]{{4}}){{{groups}}}{tail}")
    return rf"\b(?:{'|'.join(forms)})\b"


_GAP = r"[ .\u00a0\u202f-]?"
SHAPE = _whole_form()


def _shape(sql: str) -> str:
    return when(matches(sql, r"^[A-Z]{2}[0-9]{2}[0-9A-Z]{11,30}$"), matches(sql, SHAPE))


def _valid(sql: str) -> str:
    turned = f"concat(substr({sql}, 5), left({sql}, 4))"
    digits = f"TRY_CAST(substr({sql}, 3, 2) AS INTEGER)"
    key = f"{mod97_text(letters_as_digits(turned))} = 1 AND {digits} BETWEEN 2 AND 98"
    account = f"substr({sql}, 5)"
    real = f"{account} <> repeat(left({account}, 1), length({account})) AND {sql} NOT IN ({SPECIMENS})"
    return when(_shape(sql), f"({key} AND {real})")


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
    source="ISO 13616-1 et ISO 7064\u202f; structures\u202f: SWIFT, IBAN Registry",
    certainty="verified",
    form="pays 2, clé 2, puis la structure du pays (France\u202f: 23 caractères)",
    key="mod 97-10 sur les lettres lues comme des nombres",
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
        "FR76 3000 6000 0112 3456 7890 189",
    ),
    entity="FR_IBAN",
    patterns=(TextPattern("iban", _text_form(), 0.4),),
    context=("iban", "rib", "compte", "banque", "bancaire", "virement", "prélèvement"),
)

RIB = Recogniser(
    id="iban.rib",
    field="iban",
    fr="RIB (23 caractères)",
    en="French RIB (23 characters)",
    source="CFONB, relevé d'identité bancaire",
    certainty="published",
    form="banque 5, guichet 5, compte 11, clé 2",
    key="nombre entier, lettres lues comme des chiffres, multiple de 97",
    normalise=compact,
    shape=lambda n: matches(n, r"^\d{10}[0-9A-Z]{11}\d{2}$"),
    valid=_valid_rib,
    chance=1 / 97,
    examples_valid=("20041010050500013M02606", "20041 01005 0500013M026 06"),
    examples_invalid=("20041010050500013M02607", "2004101005050001302606"),
    examples_degenerate=("00000000000000000000000", "11111111111111111111111"),
    entity="FR_RIB",
    patterns=(TextPattern("rib", rf"\b\d{{5}}{_GAP}\d{{5}}{_GAP}[0-9A-Z]{{11}}{_GAP}\d{{2}}\b", 0.3),),
    context=("rib", "compte", "banque"),
)
