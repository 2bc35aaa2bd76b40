"""Identity documents: passport, identity card, driving licence, carte Vitale.

None has a key outside of its machine-readable zone. An old identity card and a driving licence have the same form:
only a header or a context word tells them apart.
"""

from __future__ import annotations

from breachkit.recognisers.definition import Recogniser, TextPattern
from breachkit.recognisers.keys import compact, matches, not_dummy, when

PASSPORT_SHAPE = r"^\d{2}[A-Z]{2}\d{5}$"
NEPH_SHAPE = r"^\d{2}(?:0[1-9]|1[0-2])(?:2[AB]|0[1-9]|[1-9]\d)\d{6}$"

PASSPORT = Recogniser(
    id="id_document.passport",
    field="id_document",
    fr="Numéro de passeport français",
    en="French passport number",
    source="France Titres (ANTS)",
    certainty="usual",
    form="2 chiffres, 2 lettres, 5 chiffres",
    key="aucune",
    normalise=compact,
    shape=lambda n: matches(n, PASSPORT_SHAPE),
    valid=lambda n: when(matches(n, PASSPORT_SHAPE), f"right({n}, 5) <> '00000'"),
    chance=None,
    examples_valid=("14AB12345", "09 CX 56789"),
    examples_invalid=("1AAB12345", "14AB1234", "14A123456"),
    examples_degenerate=("00XX00000", "000000000"),
    entity="FR_PASSPORT",
    patterns=(TextPattern("passport", r"\b\d{2} ?[A-Z]{2} ?\d{5}\b", 0.2),),
    context=("passeport", "passport"),
)

IDENTITY_CARD = Recogniser(
    id="id_document.identity_card",
    field="id_document",
    fr="Numéro de carte nationale d'identité",
    en="National identity card number",
    source="Décret 55-1397 du 22 octobre 1955",
    certainty="usual",
    form="12 chiffres (année, mois, département, ordre), ou 9 caractères depuis 2021",
    key="aucune hors de la bande optique",
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
    entity="FR_IDENTITY_CARD",
    patterns=(
        TextPattern("cni_12", r"\b\d{2} ?(?:0[1-9]|1[0-2]) ?(?:2[AB]|\d{2}) ?\d{6}\b", 0.05),
        TextPattern("cni_9", r"(?-i:\b(?=\w*[A-Z])(?=\w*\d\w*\d)[BCDFGHJKLMNPQRSTVWXYZ0-9]{9}\b)", 0.05),
    ),
    context=("cni", "cnie", "identité"),
)

DRIVING_LICENCE = Recogniser(
    id="id_document.driving_licence",
    field="id_document",
    fr="Numéro de permis de conduire (NEPH)",
    en="Driving licence number (NEPH)",
    source="Arrêté du 20 avril 2012 sur le permis de conduire\u202f; structure du NEPH\u202f: guides d'usage",
    certainty="usual",
    form="12 chiffres\u202f: année 2, mois 2, département 2, 6 d'ordre",
    key="aucune",
    normalise=compact,
    shape=lambda n: matches(n, r"^\d{4}[0-9AB]{2}\d{6}$"),
    valid=lambda n: when(matches(n, NEPH_SHAPE), f"({not_dummy(n)} AND right({n}, 6) <> '000000')"),
    chance=None,
    examples_valid=("140392123456", "09 11 2A 300456"),
    examples_invalid=("141392123456", "14039212345", "14AB12345"),
    examples_degenerate=("000000000000", "111111111111", "140392000000"),
    entity="FR_DRIVING_LICENCE",
    patterns=(TextPattern("neph", r"\b\d{2} ?(?:0[1-9]|1[0-2]) ?(?:2[AB]|\d{2}) ?\d{6}\b", 0.05),),
    context=("permis", "neph", "conduire"),
)

VITALE_CARD = Recogniser(
    id="id_document.vitale_card",
    field="id_document",
    fr="Numéro de série de carte Vitale",
    en="Serial number of a carte Vitale",
    source="GIE SESAM-Vitale, numéro de série",
    certainty="usual",
    form="80250, puis 14 à 16 chiffres",
    key="aucune",
    normalise=compact,
    shape=lambda n: matches(n, r"^80250\d{14,16}$"),
    valid=lambda n: when(matches(n, r"^80250\d{14,16}$"), f"NOT {matches(n, '0{12}')}"),
    chance=1e-5,
    examples_valid=("8025000001234567890", "80250000012345678901"),
    examples_invalid=("802500000123456789", "9025000001234567890"),
    examples_degenerate=("0000000000000000000", "8025000000000000000"),
    entity="FR_VITALE_CARD",
    patterns=(TextPattern("vitale", r"\b80250 ?(?:\d ?){13,15}\d\b", 0.6),),
    context=("vitale", "carte", "série"),
)
