"""Payment cards: 13 to 19 digits, an issuer's range, a Luhn key."""

from __future__ import annotations

from breachkit.recognisers.definition import Recogniser, TextPattern
from breachkit.recognisers.keys import compact, luhn, matches, not_dummy, when

# Visa, Mastercard, American Express, Diners, JCB, Maestro and Discover, with their lengths.
SHAPE = (
    r"^(?:4\d{12}(?:\d{3}){0,2}|5[1-5]\d{14}|2(?:22[1-9]|2[3-9]\d|[3-6]\d{2}|7[01]\d|720)\d{12}"
    r"|3[47]\d{13}|3(?:0[0-5]|[68]\d)\d{11}|35\d{14}|5[0678]\d{10,17}|6\d{12,18})$"
)
CARD = Recogniser(
    id="card_number",
    field="card_number",
    fr="Numéro de carte de paiement",
    en="Payment card number",
    source="ISO/IEC 7812-1 (Luhn key), ranges published by the card schemes",
    normalise=compact,
    shape=lambda n: matches(n, SHAPE),
    valid=lambda n: when(matches(n, SHAPE), f"({luhn(n)} AND {not_dummy(n)} AND NOT {matches(n, '0{10}')})"),
    chance=1 / 10,
    examples_valid=("4970101234567893", "4970 1012 3456 7893", "5555 5555 5555 4444", "378282246310005"),
    examples_invalid=("4970101234567890", "9970101234567891", "497010123456"),
    examples_degenerate=("0000000000000000", "4444444444444444", "1234567890123456", "4000000000000000"),
    entity="FR_CARD_NUMBER",
    patterns=(TextPattern("card", r"\b[2-6]\d{3}[ -]?(?:\d{4}[ -]?){2}\d{1,7}\b", 0.3),),
    context=("carte", "cb", "visa", "mastercard", "paiement", "bancaire"),
)
