"""Payment cards: 13 to 19 digits, an issuer's range, a Luhn key."""

from __future__ import annotations

from breachkit.recognisers.definition import Recogniser, TextPattern
from breachkit.recognisers.keys import compact, luhn, matches, not_dummy, when

# Visa, Mastercard, American Express, Diners, JCB, Maestro and Discover, with their lengths.
SHAPE = (
    r"^(?:4\d{12}(?:\d{3}){0,2}|5[1-5]\d{14}|2(?:22[1-9]|2[3-9]\d|[3-6]\d{2}|7[01]\d|720)\d{12}"
    r"|3[47]\d{13}|3(?:0[0-5]|[68]\d)\d{11}|35\d{14}|5[0678]\d{10,17}|6\d{12,18})$"
)
# Numbers that payment services publish for tests: no account, no person.
TEST_CARDS = (
    *("4111111111111111", "4242424242424242", "4012888888881881", "4000056655665556", "5555555555554444"),
    *("5105105105105100", "2223003122003222", "378282246310005", "371449635398431", "30569309025904"),
    *("6011111111111117", "6011000990139424", "3530111333300000", "4970100000000154", "5017670000006700"),
)
_GAP = r"[ \u00a0\u202f-]?"


def _valid(sql: str) -> str:
    tests = ", ".join(f"'{one}'" for one in TEST_CARDS)
    real = f"{not_dummy(sql)} AND NOT {matches(sql, '0{10}')} AND {sql} NOT IN ({tests})"
    return when(matches(sql, SHAPE), f"({luhn(sql)} AND {real})")


CARD = Recogniser(
    id="card_number",
    field="card_number",
    fr="Numéro de carte de paiement",
    en="Payment card number",
    source="ISO/IEC 7812-1\u202f; préfixes publiés par les réseaux",
    certainty="verified",
    form="13 à 19 chiffres, au préfixe d'un réseau",
    key="Luhn",
    normalise=compact,
    shape=lambda n: matches(n, SHAPE),
    valid=_valid,
    chance=1 / 10,
    examples_valid=("4970101234567893", "4970 1012 3456 7893", "5132 4502 7610 9383", "3742 118093 50276"),
    examples_invalid=("4970101234567890", "9970101234567891", "497010123456"),
    examples_degenerate=(
        "0000000000000000",
        "4444444444444444",
        "1234567890123456",
        "4000000000000000",
        "4111 1111 1111 1111",
        "378282246310005",
    ),
    entity="FR_CARD_NUMBER",
    patterns=(
        TextPattern(
            "card",
            rf"(?<![\w-])[2-6]\d{{3}}{_GAP}\d{{4}}{_GAP}\d{{4}}{_GAP}\d{{1,4}}(?:{_GAP}\d{{1,3}})?(?![\w-])",
            0.3,
        ),
        TextPattern("card_amex", rf"(?<![\w-])3\d{{3}}{_GAP}\d{{6}}{_GAP}\d{{4,5}}(?![\w-])", 0.3),
    ),
    context=("cb", "visa", "mastercard", "amex", "paiement", "bancaire", "bleue"),
)
