"""BIC (ISO 9362): no key, so the country code is what makes it more than letters."""

from __future__ import annotations

from breachkit.recognisers.definition import Recogniser, TextPattern
from breachkit.recognisers.keys import compact, matches, when

COUNTRIES = (
    "FR BE CH LU MC DE ES IT PT GB IE NL AT DK SE NO FI PL CZ SK HU RO BG GR CY MT SI HR EE LV LT IS LI "
    "GP GF MQ RE YT PM NC PF WF BL MF MA DZ TN SN CI ML BF NE TG BJ CM GA CG CD MG MU KM DJ GN MR TD CF "
    "US CA CN JP RU TR IL LB AE SA EG IN BR AU"
)
SHAPE = rf"^[A-Z]{{4}}(?:{'|'.join(COUNTRIES.split())})[A-Z0-9]{{2}}(?:[A-Z0-9]{{3}})?$"
# In a text, only capitals and the countries of the euro area and Switzerland: « souffrir » has the form of a BIC.
TEXT = r"(?-i:\b[A-Z]{4}(?:FR|MC|BE|LU|CH|DE|ES|IT|NL|IE|LT|PT)[A-Z0-9]{2}(?:[A-Z0-9]{3})?\b)"

BIC = Recogniser(
    id="bic",
    field="bic",
    fr="BIC (8 ou 11 caractères)",
    en="BIC (8 or 11 characters)",
    source="ISO 9362\u202f; pays de l'ISO 3166-1 que l'on rencontre dans des fichiers français (notre choix)",
    certainty="verified",
    form="4 lettres, pays 2, 2 caractères, parfois 3 de plus",
    key="aucune (liste de pays)",
    normalise=compact,
    shape=lambda n: matches(n, r"^[A-Z]{6}[A-Z0-9]{2}(?:[A-Z0-9]{3})?$"),
    valid=lambda n: when(matches(n, SHAPE), f"{n} <> repeat(left({n}, 1), length({n}))"),
    chance=len(set(COUNTRIES.split())) / 26**2,
    examples_valid=("PSSTFRPPLIL", "BNPAFRPP", "AGRI FR PP 882"),
    examples_invalid=("PSSTZZPPLIL", "BNPAFRP", "1NPAFRPP"),
    examples_degenerate=("XXXXXXXX", "00000000", "AAAAAAAA"),
    entity="FR_BIC",
    patterns=(
        TextPattern(
            "bic",
            TEXT,
            0.05,
        ),
    ),
    context=("bic", "swift", "banque"),
)
