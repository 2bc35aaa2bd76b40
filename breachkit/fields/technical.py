"""What the form of the values says of machines: colours, paths, object identifiers, versions, tokens, shelves.

And the forms of a person's body, health or money that are unlike anything else: units behind a number, terms of a
pregnancy, blood pressures, brackets of income.
"""

from __future__ import annotations

from breachkit.fields.evidence import Signal
from breachkit.fields.profile import ColumnProfile
from breachkit.fields.reasons import percent_en, percent_fr, statement

# Form, least share, field, weight, and what it is in both languages.
MACHINE = (
    ("file_path", 0.8, "technical_id", 0.9, "sont des chemins de fichiers", "are paths of files"),
    ("object_id", 0.9, "technical_id", 0.85, "sont des identifiants d'objets (OID)", "are object identifiers (OID)"),
    (
        "security_id",
        0.9,
        "technical_id",
        0.9,
        "sont des identifiants de sécurité (SID)",
        "are security identifiers (SID)",
    ),
    ("web_token", 0.8, "access_code", 0.6, "sont des jetons de session", "are session tokens"),
    ("percent", 0.8, "flag", 0.64, "sont des pourcentages", "are percentages"),
    ("bracketed", 0.9, "flag", 0.64, "sont des codes entre crochets", "are codes in brackets"),
    ("version", 0.75, "flag", 0.6, "sont des versions de logiciel", "are versions of software"),
    ("term_of_year", 0.9, "flag", 0.7, "sont des semestres ou des trimestres", "are terms of a year"),
    ("school", 0.95, "organisation_name", 0.78, "sont des numéros d'école (UAI)", "are numbers of schools (UAI)"),
    ("patient_resource", 0.9, "patient_id", 0.92, "désignent un patient", "refer to a patient"),
    ("data_uri", 0.8, "biometric", 0.7, "sont des images encodées", "are encoded pictures"),
    ("vector", 0.9, "biometric", 0.75, "sont des vecteurs de nombres", "are vectors of numbers"),
    ("directory_name", 0.9, "username", 0.8, "sont des noms d'annuaire", "are names of a directory"),
    ("clock", 0.9, "timestamp", 0.6, "sont des heures", "are times of day"),
)
PERSON = (
    ("body_unit", 0.6, "vital_sign", 0.85, "portent une unité du corps (kg, cm)", "carry a unit of the body (kg, cm)"),
    ("lab_unit", 0.6, "lab_result", 0.85, "portent une unité de biologie", "carry a unit of the laboratory"),
    ("weeks", 0.7, "vital_sign", 0.85, "sont des semaines d'aménorrhée", "are weeks of pregnancy"),
    ("gravidity", 0.8, "vital_sign", 0.85, "sont des gestités et parités", "are gravidity and parity"),
    ("pressure", 0.8, "vital_sign", 0.7, "ont la forme d'une tension", "look like a blood pressure"),
    ("antigens", 0.8, "lab_result", 0.85, "sont des phénotypes sanguins", "are blood phenotypes"),
    ("genotype", 0.7, "genetic", 0.85, "sont des génotypes ou des variants", "are genotypes or variants"),
    ("risk_ratio", 0.9, "lab_result", 0.7, "sont des risques sur tant", "are risks of one in so many"),
    ("age_text", 0.7, "age", 0.75, "sont des âges avec leur unité", "are ages with their unit"),
    ("big_money", 0.6, "amount", 0.7, "sont des montants", "are amounts"),
    (
        "act_of_birth",
        0.25,
        "birth_place",
        0.94,
        "sont une commune et son département",
        "are a town and its département",
    ),
    ("midwife", 0.6, "practitioner_name", 0.6, "portent un métier devant un nom", "carry a profession before a name"),
    ("doctor_mark", 0.6, "practitioner_name", 0.95, "portent « DR »", "carry “DR”"),
)
WHOLE = 0.95  # share of a form that is told by all the values. Our choice.


def _told(name: str, field: str, weight: float, share: float, fr: str, en: str) -> Signal:
    reason = statement(name, f"{percent_fr(share)} des valeurs {fr}.", f"{percent_en(share)} of the values {en}.")
    return Signal(field, weight, reason)


def _money(profile: ColumnProfile) -> list[Signal]:
    """Sums with their currency: a bill is any sum, an income is one of some hundreds to some tens of thousands."""
    share = profile.shares["money_sign"]
    if share < 0.7 or profile.shares["bracket"] >= 0.5:
        return []
    low, middle = (profile.numbers.get(f"number_{name}", 0.0) for name in ("low", "median"))
    field = "income" if low >= 600 and middle >= 1200 and profile.distinct_ratio >= 0.6 else "amount"
    return [_told("currency", field, 0.66, share, "portent une monnaie", "carry a currency")]


def _brackets(profile: ColumnProfile) -> list[Signal]:
    if profile.shares["bracket"] >= 0.7 and profile.distinct <= 20:
        share = profile.shares["bracket"]
        return [_told("brackets", "income", 0.6, share, "sont des tranches de revenu", "are brackets of income")]
    if profile.shares["age_band"] >= 0.8 and profile.distinct <= 30:
        share = profile.shares["age_band"]
        return [_told("age_band", "age", 0.6, share, "sont des tranches d'âge", "are age bands")]
    return []


def _cards(profile: ColumnProfile) -> list[Signal]:
    share = profile.shares["expiry"]
    if share < WHOLE or profile.distinct > 200:
        return []
    return [_told("expiry", "card_number", 0.62, share, "sont des mois d'échéance", "are months of expiry")]


def _tokens(profile: ColumnProfile) -> list[Signal]:
    """Six hexadecimal digits are colours; long ones the digest of a file, of a session or of a biometric template."""
    if profile.shares["colour"] >= WHOLE and profile.shares["hex_letters"] >= 0.5 and profile.distinct >= 5:
        share = profile.shares["colour"]
        return [_told("colour", "flag", 0.7, share, "sont des couleurs", "are colours")]
    if profile.shares["hex_letters"] >= 0.8 and profile.length_min == profile.length_max >= 8:
        share = profile.shares["hex_letters"]
        return [_told("hex", "technical_id", 0.66, share, "sont hexadécimales", "are hexadecimal")]
    opaque = profile.shares["base64"] >= 0.9 and profile.shares["hex_letters"] < 0.5 and profile.shares["digits"] < 0.5
    if opaque and profile.distinct_ratio >= 0.9 and profile.filled < 0.9 * profile.rows:
        share = profile.shares["base64"]
        return [_told("template", "biometric", 0.57, share, "sont des données encodées", "are encoded data")]
    return []


def _papers(profile: ColumnProfile) -> list[Signal]:
    """Passports and cards of both kinds in one column: several forms, each of an identity document."""
    counts = {name: profile.kinds[f"id_document.{name}"].valid for name in ("passport", "identity_card")}
    share = sum(counts.values()) / profile.looked_at
    mixed = counts["passport"] >= 0.05 * profile.looked_at and counts["identity_card"] >= 0.05 * profile.looked_at
    if share >= 0.5 and mixed and profile.distinct_ratio >= 0.9:
        return [_told("papers", "id_document", 0.7, share, "sont des numéros de papiers", "are numbers of papers")]
    return []


def _drugs(profile: ColumnProfile) -> list[Signal]:
    """Eight digits that all begin with 6, each on several rows: the CIS code of the public base of medicines."""
    if profile.shares["prefix_six"] >= 0.99 and profile.distinct >= 10 and profile.distinct_ratio < 0.9:
        share = profile.shares["prefix_six"]
        return [_told("cis", "drug", 0.6, share, "ont la forme d'un code CIS", "look like a CIS code")]
    return []


def _contracts(profile: ColumnProfile) -> list[Signal]:
    """Numbers of several lengths, some with letters: insurers write each their own; a system's key is of one form."""
    lengths = profile.length_max - profile.length_min
    one_word = profile.shares["one_word"] >= 0.95 and profile.shares["any_digit"] >= 0.95
    mixed = profile.shares["digits"] < 0.95 and bool(profile.masks) and profile.masks[0][1] <= 0.6
    mixed = mixed and profile.shares["hex_letters"] < 0.5 and profile.shares["decimal"] < 0.1
    long = profile.length_mean >= 6.5 and profile.distinct >= 20
    if one_word and mixed and long and lengths >= 2 and profile.shares["date"] < 0.2:
        fr, en = (
            "Numéros de plusieurs formes, avec ou sans lettre.",
            "Numbers of several forms, with or without a letter.",
        )
        return [Signal("contract_number", 0.6, statement("several_forms", fr, en))]
    return []


def _weak_passwords(profile: ColumnProfile) -> list[Signal]:
    common = profile.shares["weak_password"]
    if common >= 0.1 and profile.distinct >= 20 and profile.shares["one_word"] >= 0.95:
        fr, en = "sont des mots de passe courants", "are common passwords"
        return [_told("common_password", "password", 0.75, common, fr, en)]
    varied = profile.numbers["prefix_distinct"] >= 25 and profile.shares["one_word"] >= 0.85
    share = profile.shares["letters_number"]
    lower = profile.shares["lower_word"] + profile.shares["lower_dotted"]
    if varied and (share >= 0.85 or (lower >= 0.9 and share >= 0.1)):
        return [
            _told("word_and_number", "username", 0.57, share, "sont un mot et un nombre", "are a word and a number")
        ]
    return []


def _doors(profile: ColumnProfile) -> list[Signal]:
    """Four or five signs with a letter from A to F now and then: the code of a door."""
    share, letters = profile.shares["door_code"], profile.shares["door_letter"]
    if share >= 0.6 and 0.15 <= letters <= 0.95 and profile.distinct >= 5 and profile.filled < 0.85 * profile.rows:
        return [_told("door_code", "access_code", 0.64, share, "sont des codes de porte", "are codes of doors")]
    return []


def _sentences(profile: ColumnProfile) -> list[Signal]:
    """Months and years beside words of justice: sentences."""
    share = profile.shares["duration"]
    if share >= 0.3 and profile.lists["offence_words"] >= 0.04 and profile.distinct >= 4:
        return [_told("sentence", "offence", 0.66, share, "sont des durées de peine", "are lengths of sentences")]
    return []


def _sites(profile: ColumnProfile) -> list[Signal]:
    share = profile.kinds["other.url"].valid / profile.looked_at
    if share >= 0.5 and profile.distinct <= 20 and profile.distinct_ratio < 0.05:
        return [_told("pages", "flag", 0.8, share, "sont les pages d'un site", "are pages of a site")]
    hosts = profile.shares["lower_dotted"] >= 0.8 and not profile.shares["at_sign"]
    if hosts and profile.numbers["effective"] < 10 and profile.distinct <= 15:
        share = profile.shares["lower_dotted"]
        return [_told("hosts", "flag", 0.6, share, "désignent quelques machines", "name a few machines")]
    return []


def technical_signals(profile: ColumnProfile) -> list[Signal]:
    """Everything that a form of its own says of one column."""
    if not profile.looked_at:
        return []
    signals = []
    for name, least, field, weight, fr, en in (*MACHINE, *PERSON):
        share = profile.shares[name]
        if share < least or (name == "pressure" and profile.shares["expiry"] >= WHOLE):
            continue
        if name == "object_id" and profile.distinct_ratio < 0.05:
            field = "flag"
        if name == "version" and (profile.shares["number"] >= 0.5 or profile.distinct > 60):
            continue
        if name == "midwife" and not 1.5 <= profile.numbers["words_mean"] <= 4:
            continue
        if name == "doctor_mark" and profile.distinct < 3:
            continue
        if name == "act_of_birth" and profile.lists["towns"] < 0.2:
            continue
        signals.append(_told(name, field, weight, share, fr, en))
    rules = (
        _money,
        _brackets,
        _cards,
        _tokens,
        _papers,
        _drugs,
        _contracts,
        _weak_passwords,
        _doors,
        _sentences,
        _sites,
    )
    return [*signals, *(signal for rule in rules for signal in rule(profile))]
