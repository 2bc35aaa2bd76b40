"""Identity documents: passport, identity card, carte Vitale. None has a key outside of its machine-readable zone."""

from __future__ import annotations

from breachkit.recognisers.definition import Recogniser, TextPattern
from breachkit.recognisers.keys import compact, matches, not_dummy, when

PASSPORT_SHAPE = r"^\d{2}[A-Z]{2}\d{5}$"

PASSPORT = Recogniser(
    id="id_document.passport",
    field="id_document",
    fr="Numéro de passeport français",
    en="French passport number",
    source="France Titres (ANTS): two digits, two letters, five digits",
    normalise=compact,
    shape=lambda n: matches(n, PASSPORT_SHAPE),
    valid=lambda n: when(matches(n, PASSPORT_SHAPE), f"right({n}, 5) <> '00000'"),
    chance=None,
    examples_valid=("14AB12345", "09 CX 56789"),
    examples_invalid=("1AAB12345", "14AB1234", "14A123456"),
    examples_degenerate=("00XX00000", "000000000"),
    entity="FR_PASSPORT",
    patterns=(TextPattern("passport", r"\b\d{2}[A-Z]{2}\d{5}\b", 0.3),),
    context=("passeport", "pièce", "identité"),
)

IDENTITY_CARD = Recogniser(
    id="id_document.identity_card",
    field="id_document",
    fr="Numéro de carte nationale d'identité",
    en="National identity card number",
    source="Décret 55-1397; 12 digits (year, month, département, order) until 2021, 9 characters since",
    normalise=compact,
    shape=lambda n: (
        f"({matches(n, r'^[0-9]{2}(?:0[1-9]|1[0-2])(?:2[AB]|[0-9]{2})[0-9A-Z]{6}$')} "
        f"OR {matches(n, '^[A-Z0-9]*[A-Z][A-Z0-9]*[0-9][A-Z0-9]*$')} AND length({n}) = 9)"
    ),
    valid=lambda n: when(
        f"({matches(n, r'^[0-9]{2}(?:0[1-9]|1[0-2])(?:2[AB]|[0-9]{2})[0-9]{6}$')} "
        f"OR {matches(n, '^[BCDFGHJKLMNPQRSTVWXYZ0-9]{9}$')} AND {matches(n, '[A-Z]')} AND {matches(n, '[0-9]')})",
        not_dummy(n),
    ),
    chance=None,
    examples_valid=("880692310285", "X4RTBPFW4", "13 07 69 301234"),
    examples_invalid=("881392310285", "88069231028", "X4RTBPFW"),
    examples_degenerate=("000000000000", "111111111111", "123456789012", "XXXXXXXXX"),
)

VITALE_CARD = Recogniser(
    id="id_document.vitale_card",
    field="id_document",
    fr="Numéro de série de carte Vitale",
    en="Serial number of a carte Vitale",
    source="GIE SESAM-Vitale: 80250 + 14 to 16 digits",
    normalise=compact,
    shape=lambda n: matches(n, r"^80250\d{14,16}$"),
    valid=lambda n: when(matches(n, r"^80250\d{14,16}$"), f"NOT {matches(n, '0{12}')}"),
    chance=1e-5,
    examples_valid=("8025000001234567890", "80250000012345678901"),
    examples_invalid=("802500000123456789", "9025000001234567890"),
    examples_degenerate=("0000000000000000000", "8025000000000000000"),
)
