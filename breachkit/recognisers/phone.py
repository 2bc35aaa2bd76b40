"""Telephone numbers as a French file writes them, to E.164."""

from __future__ import annotations

from breachkit.recognisers.definition import Recogniser, TextPattern
from breachkit.recognisers.keys import matches, when

# Numbers typed to fill a compulsory box. Our list; repeated and rounded numbers are caught by pattern.
DUMMIES = (
    "+33102030405",
    "+33123456789",
    "+33612345678",
    "+33601020304",
    "+33607080910",
    "+33987654321",
)
FIRST_OF_SEVERAL = r"(?:(?:\+|00)[ .]?33[ .]?(?:\(0\)[ .]?)?|0)[1-9](?:[ .\-/\x{00A0}\x{202F}]{0,2}\d{2}){4}"
# First three digits of overseas numbers and their country codes (ARCEP, plan national de numérotation).
OVERSEAS = (
    ("590 690 691", "+590"),
    ("594 694", "+594"),
    ("596 696 697", "+596"),
    ("262 263 269 692 693", "+262"),
)
E164_FRENCH = (
    r"^\+(?:33[1-9]\d{8}|590(?:590|69[01])\d{6}|594[56]94\d{6}|596(?:596|69[67])\d{6}"
    r"|262(?:26[239]|69[23]|639)\d{6}|508\d{6}|687\d{6}|689\d{6,8})$"
)
# Country codes of the world (ITU-T E.164, list of assigned codes); France's own plan is above.
E164_CODES = (
    r"(?:[17]|2[07]|3[0-2469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58]|21[1-368]|2[2-46]\d|25[0-8]|29[01789]|35\d|37[0-8]"
    r"|38[0-35-79]|42[013]|50\d|59\d|67[02-9]|68[0-35-9]|69[0-2]|8(?:0[08]|5[02356]|7[08]|8[0-368])|96[0-8]|97[0-79]"
    r"|99[2-68])"
)
E164_FOREIGN = r"^\+(?:[17]\d{10}|[2-689]\d{7,14})$"
E164_KNOWN = rf"^\+{E164_CODES}"
# In a text: nothing numeric glued to either side, blanks of any kind, points or hyphens between pairs.
_START, _END = r"(?<![\w+.,-])", r"(?!\w|[.,]\d)"
_GAP = r"[ .\u00a0\u202f-]"
_FRANCE = r"(?:\(?\+ ?33\)?|00 ?33)"


def _national(nine: str) -> str:
    """E.164 of nine national digits; of 639, Mayotte's mobiles end at 7, since 639 98 is kept for fiction."""
    cases = " ".join(
        f"WHEN left({nine}, 3) IN ({', '.join(repr(one) for one in prefixes.split())}) THEN concat('{code}', {nine})"
        for prefixes, code in OVERSEAS
    )
    mayotte = f"WHEN left({nine}, 3) = '639' AND substr({nine}, 4, 1) < '8' THEN concat('+262', {nine})"
    return f"CASE {cases} {mayotte} ELSE concat('+33', {nine}) END"


def _unusual(sql: str) -> str:
    """The slower reading of what is not ten digits with plain separators."""
    several = f"length(regexp_replace({sql}, '[^0-9]', '', 'g')) > 14 AND {matches(sql, '[^0-9]')}"
    one = (
        f"CASE WHEN {several} THEN coalesce(nullif(regexp_extract({sql}, '{FIRST_OF_SEVERAL}'), ''), {sql}) "
        f"ELSE {sql} END"
    )
    plain = f"regexp_replace({one}, '\\(0\\)|[^0-9+]', '', 'g')"
    french = r"^(?:(?:\+|00)330?|33|0)?[1-9]\d{8}$"
    return (
        f"CASE WHEN {sql} IS NULL OR {matches(sql, '[A-Za-z]{4}|@')} THEN '' "
        f"WHEN {matches(plain, french)} THEN {_national(f'right({plain}, 9)')} "
        f"WHEN {matches(plain, '^00[1-9][0-9]{7,13}$')} THEN concat('+', substr({plain}, 3)) "
        f"ELSE {plain} END"
    )


def normalise_phone(sql: str) -> str:
    """E.164 of the first number of the cell; a text that no rule of the plan reads keeps its digits only."""
    plain = f"replace(replace(replace({sql}, ' ', ''), '.', ''), '-', '')"
    return (
        f"CASE WHEN length({plain}) = 10 AND {matches(plain, '^0[1-9][0-9]{8}$')} "
        f"THEN {_national(f'right({plain}, 9)')} ELSE {_unusual(sql)} END"
    )


def _is_foreign(sql: str) -> str:
    return f"({matches(sql, E164_FOREIGN)} AND {matches(sql, E164_KNOWN)})"


def _valid(sql: str) -> str:
    dummies = ", ".join(f"'{one}'" for one in DUMMIES)
    tail = f"right({sql}, 8)"
    real = (
        f"({sql} NOT IN ({dummies}) AND {tail} <> repeat(left({tail}, 2), 4) "
        f"AND NOT {matches(sql, '000000$|99999999$')})"
    )
    return when(f"{matches(sql, E164_FRENCH)} OR {_is_foreign(sql)}", real)


PHONE = Recogniser(
    id="phone",
    field="phone",
    fr="Numéro de téléphone",
    en="Telephone number",
    source="ARCEP, décision 2018-0881 (plan national de numérotation)\u202f; UIT-T E.164",
    certainty="verified",
    form="+33, 0033 ou 0, puis 9 chiffres\u202f; indicatifs d'outre-mer et étrangers",
    key="aucune (plan de numérotation)",
    normalise=normalise_phone,
    shape=lambda n: f"({matches(n, E164_FRENCH)} OR {_is_foreign(n)})",
    valid=_valid,
    chance=None,
    examples_valid=(
        "01 99 00 12 34",
        "0639981234",
        "639981234",
        "+33 6 39 98 12 34",
        "+33 (0)1.99.00.12.34",
        "0033639981234",
        "0590 12 34 57",
        "+687 25 12 34",
        "01 99 00 12 34 / 06 39 98 12 34",
        "+32 470 12 34 57",
    ),
    examples_invalid=(
        "01 99 00 12",
        "docteur martin",
        "12/03/1980",
        "75011",
        "15",
        "3114",
        "36 39",
        "+999 12 34 56 78",
    ),
    examples_degenerate=("0000000000", "0102030405", "0606060606", "0600000000", "9999999999", "0123456789"),
    entity="FR_PHONE_NUMBER",
    patterns=(
        TextPattern(
            "phone_fr", rf"{_START}(?:{_FRANCE}{_GAP}{{0,2}}(?:\(0\){_GAP}?)?|0)[1-9](?:{_GAP}?\d{{2}}){{4}}{_END}", 0.4
        ),
        TextPattern("phone_fr_slashes", rf"{_START}0[1-9](?:/\d{{2}}){{4}}{_END}", 0.4),
        TextPattern("phone_abroad", rf"{_START}(?:\+|00{_GAP}?){E164_CODES}(?:{_GAP}?\d{{1,4}}){{2,6}}{_END}", 0.3),
    ),
    context=(
        *("tél", "téléphone", "téléphoner", "portable", "mobile", "fixe", "gsm", "fax", "joindre"),
        *("joignable", "appeler", "appelez", "rappeler", "rappelez", "contacter"),
    ),
)
