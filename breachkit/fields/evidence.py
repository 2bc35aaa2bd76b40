"""What the values alone say: for each field that they may be, a weight from 0 to 1 and the reason.

A weight of `ALONE` or more may decide without a header; lower weights need the header, a neighbour or a second kind
of evidence. Thresholds are our choice unless a comment says otherwise.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from breachkit.fields.profile import ColumnProfile
from breachkit.fields.reasons import in_list, passes_key, percent_en, percent_fr, statement
from breachkit.impact import Reason
from breachkit.recognisers.catalogue import RECOGNISERS

ALONE = 0.6
MIN_DISTINCT = 50  # distinct values from which a pass rate is compared with chance (domain/identifiers.md)
TINY_P_VALUE = 1e-7  # below 50 values, how unlikely chance must be for a key to speak at all
MIN_PASS = 0.5  # of the values: a keyed column may hold many wrong or old numbers, never mostly
# Kinds whose form alone cannot be mistaken, with the share of values that must show it.
PLAIN_FORMS = {
    "email": 0.5,
    "ip_address": 0.8,
    "technical_id.uuid": 0.8,
    "password.hash": 0.7,
    "other.url": 0.7,
    "vehicle_plate": 0.85,
    "procedure_code": 0.9,
    "gps": 0.9,
}
# Kinds whose key or prefix is proof against chance. Luhn on nine digits is left to `_nine_characters`.
KEYED = (
    "nir",
    "ins",
    "rpps",
    "siren.siret",
    "iban",
    "iban.rib",
    "card_number",
    "tax_number",
    "drug.cip13",
    "drug.atc",
    "lab_result.loinc",
    "procedure_code.ghm",
    "id_document.vitale_card",
    "bic",
)


@dataclass(frozen=True)
class Signal:
    """One thing that the values say: which field, how strongly (0 to 1), and why."""

    field: str
    weight: float
    reason: Reason


def chance_p_value(valid: int, tried: int, chance: float) -> float:
    """Upper bound of the probability that `valid` or more of `tried` random values pass (Chernoff bound)."""
    rate = valid / tried
    if rate <= chance:
        return 1.0
    if rate == 1:
        return chance**tried
    divergence = rate * math.log(rate / chance) + (1 - rate) * math.log((1 - rate) / (1 - chance))
    return math.exp(-tried * divergence)


def _key_weight(profile: ColumnProfile, kind: str) -> float:
    """Weight of a kind's pass rate against chance; 0 where it proves nothing."""
    one, counted = RECOGNISERS[kind], profile.kinds[kind]
    if not counted.shaped or counted.valid / profile.looked_at < MIN_PASS or one.chance is None:
        return 0.0
    if counted.valid / counted.shaped < 3 * one.chance:
        return 0.0
    if chance_p_value(counted.valid, counted.shaped, one.chance) > TINY_P_VALUE:
        return 0.3
    weight = 0.75 + 0.24 * counted.valid / profile.looked_at
    return weight if profile.looked_at >= MIN_DISTINCT else min(weight, 0.7)


def _kind_signal(profile: ColumnProfile, kind: str, weight: float) -> Signal:
    one, counted = RECOGNISERS[kind], profile.kinds[kind]
    reason = passes_key(profile, (one.fr, one.en), counted.valid / profile.looked_at, one.chance)
    return Signal(one.field, weight, reason)


def _keyed(profile: ColumnProfile) -> list[Signal]:
    weights = {kind: _key_weight(profile, kind) for kind in KEYED}
    signals = [_kind_signal(profile, kind, weight) for kind, weight in weights.items() if weight]
    for kind, least in PLAIN_FORMS.items():
        share = profile.kinds[kind].valid / profile.looked_at
        if kind == "other.url" and profile.distinct <= 20 and profile.distinct_ratio < 0.05:
            continue  # a few pages of one site
        if share >= least:
            weight = (0.6 + 0.38 * share) * (0.85 if kind in ("vehicle_plate", "procedure_code") else 1)
            signals.append(_kind_signal(profile, kind, weight))
    return signals


def _nine_characters(profile: ColumnProfile) -> list[Signal]:
    """ADELI, FINESS and SIREN share length and key: the third digit and the first tell them apart.

    The third digit of a FINESS is a zero; a SIREN does not begin with one, départements 01 to 09 do.
    """
    signals = []
    weights = {kind: _key_weight(profile, kind) for kind in ("adeli", "finess", "siren")}
    zeros = profile.shares["third_zero"]
    if weights["finess"] and zeros >= 0.9:
        weights = {"finess": max(weights["finess"], 0.6), "adeli": 0.4, "siren": 0.3}
    elif weights["siren"] or weights["finess"]:
        plain = profile.shares["leading_zero"] < 0.02
        # No profession has the code 0: a third digit that is often a zero is an establishment's.
        low = profile.shares["starts_low"] >= 0.1
        established = low and zeros >= 0.03 and profile.kinds["finess"].shaped >= 0.97 * profile.looked_at
        order = (0.6, 0.6, 0.76) if established else (0.75, 0.7, 0.6) if plain else (0.6, 0.75, 0.6)
        weights = {kind: weights[kind] * part for kind, part in zip(("siren", "adeli", "finess"), order, strict=True)}
    for kind, weight in weights.items():
        if weight:
            signals.append(_kind_signal(profile, kind, weight))
    return signals


def _thirteen_digits(profile: ColumnProfile) -> list[Signal]:
    share = profile.shares["tight_nir"]
    if share < 0.9 or profile.looked_at < MIN_DISTINCT or profile.numbers["prefix_distinct"] < 20:
        return []
    fr = (
        f"{percent_fr(share)} des valeurs ont 13 caractères composés comme un NIR sans clé "
        "(sexe, année, mois, lieu), contre 2,4\u202f% attendu par hasard."
    )
    en = (
        f"{percent_en(share)} of the values are 13 characters built as a NIR without its key (2.4% expected by chance)."
    )
    return [Signal("nir", 0.85, statement("nir_without_key", fr, en))]


def _phones(profile: ColumnProfile) -> list[Signal]:
    counted = profile.kinds["phone"]
    share = counted.shaped / profile.looked_at
    if share < 0.6 or counted.valid < 0.5 * counted.shaped:
        return []
    # A run of numbers begins alike; so do not the telephones of many persons.
    alike = profile.looked_at >= 20 and profile.numbers["head_distinct"] <= 2
    if alike and profile.shares["phone_written"] >= 0.9 and profile.shares["digits"] >= 0.95:
        return []
    written, mobile = profile.shares["phone_written"], profile.shares["mobile"]
    if profile.length_max == 9 and any(_key_weight(profile, kind) >= 0.9 for kind in ("adeli", "finess", "siren")):
        return []  # a key that all pass is no chance; ten digits that lost their zero have none
    weight = 0.9 * share if written >= 0.7 else 0.65 if mobile >= 0.7 else 0.35
    # Nine digits that a spreadsheet left of ten: mobiles are frequent, and no person's number begins with 8.
    lost_zero = profile.length_min == profile.length_max == 9 or profile.shares["integer"] >= 0.9
    if weight < 0.6 and lost_zero and mobile >= 0.35 and profile.shares["starts_with_eight"] <= 0.02:
        weight = 0.6
    return [_kind_signal(profile, "phone", weight)]


def _postcodes(profile: ColumnProfile) -> list[Signal]:
    share = profile.kinds["postcode"].valid / profile.looked_at
    if share < 0.8 or profile.length_max > 7 or profile.shares["decimal"] >= 0.02:
        return []  # a point between digits is that of an amount
    # French postcodes mostly end in 0 (bureau distributeur), random numbers one time in ten.
    typical = profile.shares["ends_zero"] >= 0.3 and not (profile.shares["thousands"] >= 0.9 and profile.distinct >= 20)
    # Four digits may be a postcode that lost its zero: a few of them, not most.
    return [_kind_signal(profile, "postcode", 0.7 if typical and profile.length_mean >= 4.6 else 0.05)]


def _few_categories(profile: ColumnProfile) -> float:
    """Codes of one length under one letter may be those of anything."""
    if profile.length_min != profile.length_max:
        return 0.62
    return 0.5 if profile.numbers["letters_distinct"] >= 3 else 0.3


def _diagnosis_codes(profile: ColumnProfile) -> list[Signal]:
    counted = profile.kinds["diagnosis_code"]
    share = counted.valid / profile.looked_at
    known = profile.shares["cim10_categories"] >= 0.97 and profile.distinct_ratio < 0.3
    if share < 0.85 or (profile.numbers["letters_distinct"] < 4 and not known):
        return []
    # Four letters and digits in five of a product's codes are no category of the classification: 2,063 of 2,600 are.
    listed = profile.shares["cim10_categories"] >= 0.97 and profile.looked_at >= 20
    if listed and profile.numbers["letters_distinct"] >= 6:
        return [_kind_signal(profile, "diagnosis_code", 0.8)]
    if profile.shares["cim10_categories"] >= 0.97 and profile.shares["dotted_category"] >= 0.25:
        return [_kind_signal(profile, "diagnosis_code", 0.7)]
    if profile.shares["cim10_categories"] >= 0.97 and profile.distinct_ratio < 0.3 and profile.looked_at >= 5:
        return [_kind_signal(profile, "diagnosis_code", _few_categories(profile))]
    varied = profile.looked_at >= 8 and profile.distinct_ratio < 0.5
    return [_kind_signal(profile, "diagnosis_code", 0.65 if varied else 0.4)]


def _acts(profile: ColumnProfile) -> list[Signal]:
    """Key letters of the NGAP with their coefficients; letters alone are any code."""
    share = profile.kinds["procedure_code.ngap"].valid / profile.looked_at
    if share < 0.85 or profile.shares["any_digit"] < 0.3 or profile.shares["number"] > 0.1 or profile.distinct > 200:
        return []
    return [_kind_signal(profile, "procedure_code.ngap", 0.62)]


def _sexes(profile: ColumnProfile) -> list[Signal]:
    share = profile.shares["sex_rows"]
    if share < 0.98 and profile.shares["binary_rows"] >= 0.99:
        return []  # T and F: true and false
    if share < 0.9 or profile.distinct > 8:
        return []
    weight = 0.4 if profile.shares["digits"] > 0 else 0.85 if profile.distinct >= 2 else 0.35
    fr = f"{percent_fr(share)} des lignes remplies portent un code de sexe (M, F, H, 1, 2)."
    en = f"{percent_en(share)} of the filled rows hold a code of sex (M, F, H, 1, 2)."
    return [Signal("sex", weight, statement("sex", fr, en))]


def _addresses(profile: ColumnProfile) -> list[Signal]:
    words, number = profile.lists["street_words"], profile.shares["street_number"]
    if words >= 0.8 and profile.numbers["words_mean"] < 2 and profile.shares["any_digit"] < 0.2:
        return [Signal("postal_address", 0.7, in_list(("types de voie", "street words"), words))]
    if words < 0.3 or profile.numbers["words_mean"] < 2 or profile.shares["at_sign"] > 0.2:
        return []
    weight = 0.6 + 0.3 * words if number >= 0.3 else 0.45 + 0.2 * words
    return [Signal("postal_address", weight, in_list(("types de voie", "street words"), words))]


def _texts(profile: ColumnProfile) -> list[Signal]:
    prose, function = profile.shares["prose"], profile.shares["function_words"]
    if prose < 0.25 or profile.numbers["words_mean"] < 3.5 or profile.lists["street_words"] > 0.5:
        return []
    weight = min(0.9, 0.35 + 0.35 * prose + 0.4 * function)
    if profile.distinct <= 60 and profile.distinct_ratio < 0.15:
        weight = min(weight, 0.54)  # few sentences, each on many rows: labels, not notes
    if profile.lists["organisation_words"] >= 0.3 and profile.numbers["words_mean"] < 7:
        weight *= 0.6  # « Cabinet médical de la Gare » is a name, not a note
    mean = f"{profile.numbers['words_mean']:.0f}"
    fr = f"Texte rédigé\u202f: {mean} mots en moyenne, {percent_fr(function)} des valeurs en phrases."
    en = f"Written text: {mean} words on average, {percent_en(function)} in sentences."
    return [Signal("free_text", weight, statement("prose", fr, en))]


def value_signals(profile: ColumnProfile) -> list[Signal]:
    """Everything that the values of one column say, names and dates apart (see forms.py, names.py, dates.py)."""
    if not profile.looked_at:
        return []
    rules = (
        _keyed,
        _nine_characters,
        _thirteen_digits,
        _phones,
        _postcodes,
        _diagnosis_codes,
        _acts,
        _sexes,
        _addresses,
        _texts,
    )
    return [signal for rule in rules for signal in rule(profile)]
