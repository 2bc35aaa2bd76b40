"""What the whole table says of each column: one row a person or one an event, whose key repeats, who is named seldom.

The signals of the single columns come in; those that the rest of the table makes likelier or absurd go out changed.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace

from breachkit.fields.agreement import CONTRADICTED, DOUBTFUL, agreement
from breachkit.fields.entities import is_repeated_key
from breachkit.fields.evidence import Signal
from breachkit.fields.names import is_two_names, likelier_name, looks_like_names
from breachkit.fields.profile import ColumnProfile
from breachkit.fields.reasons import statement
from breachkit.fields.relations import Relation
from breachkit.fields.setting import NAMES, Setting, setting, weight_of
from breachkit.impact import Reason
from breachkit.reference.catalogue import fields

BESIDE_HEADER = 0.75  # what is left of a value's weight where a clear header says something else. Our choice.
CLEAR, PROOF = 0.6, 0.93  # least weight of a clear header; of a value's evidence that no header silences. Our choice.
TOLD_APART = 4  # persons of the table for a professional, at least. Our choice.
PLAIN = ("flag", "technical_id")
BESIDE_RIDDLE = 0.6  # what is left of a plain reading under a person's header that the values contradict. Our choice.
SEVERE = 3  # sensitivity of the fields of GDPR articles 9 and 10


def _reason(rule: str, fr: str, en: str) -> Reason:
    return statement(rule, fr, en)


EVENT_KEY = _reason(
    "event_key",
    "La même personne revient sur plusieurs lignes\u202f: la clé de la ligne n'est pas la sienne.",
    "The same person comes back on several rows: the key of the row is not theirs.",
)
NO_PERSON = _reason("no_person", "Aucune personne n'est nommée dans la table.", "No person is named in the table.")
SAME_PERSON = _reason(
    "same_person",
    "Chaque valeur revient toujours avec la même naissance ou le même nom.",
    "Each value always comes back with the same birth or name.",
)
DRAWN_AGAIN = _reason(
    "drawn_again",
    "Les mêmes numéros reviennent bien plus que des nombres au hasard.",
    "The same numbers come back far more often than random numbers would.",
)
SELDOM_NAMED = _reason(
    "few_names",
    "Peu de noms pour beaucoup de lignes\u202f: ceux des professionnels.",
    "Few names for many rows: those of the professionals.",
)
ONE_BIRTH = _reason(
    "one_birth",
    "La même date revient avec chaque numéro de personne.",
    "The same date comes back with each number of a person.",
)


def _row_keys(_at: int, signals: Sequence[Signal], table: Setting) -> list[Signal]:
    """A number of its own on every row is a patient's only where the rows are patients."""
    unique = {"fields.unique", "fields.row_number"}
    if not any(one.field == "patient_id" and one.reason.id in unique for one in signals):
        return list(signals)
    if table.patients and not table.events:
        return list(signals)
    reason = EVENT_KEY if table.persons else NO_PERSON
    kept = [one for one in signals if one.field not in ("patient_id", "technical_id") or one.reason.id not in unique]
    strongest = weight_of(signals, ("technical_id",))
    return [*kept, Signal("technical_id", max(0.62, strongest), reason)]


def _is_drawn_again(profile: ColumnProfile) -> bool:
    """Numbers that repeat far more than as many random ones of their range; codes of letters and digits that repeat."""
    if profile.distinct < 30 or not is_repeated_key(profile) or profile.filled < 60:
        return False
    if profile.shares["thousands"] >= 0.5:
        return False
    low, high = (profile.numbers.get(f"number_{name}", 0.0) for name in ("min", "max"))
    if profile.shares["integer"] >= 0.98 and profile.shares["number"] >= 0.98:
        size = high - low + 1
        if size < 20 * profile.distinct or profile.length_mean < 4.5:
            return False
        return profile.distinct < 0.75 * size * (1 - math.exp(-profile.filled / size))
    return profile.shares["letters_and_digits"] + profile.shares["prefixed_number"] >= 0.9 and profile.length_mean >= 6


def _repeated_keys(at: int, signals: Sequence[Signal], table: Setting) -> list[Signal]:
    profile = table.profiles[at]
    if weight_of(signals, [one for one in fields() if one not in ("patient_id", "technical_id", "flag")]) >= 0.57:
        return list(signals)
    few = profile.distinct < 60 or profile.distinct_ratio < 0.02
    if at in table.keys and not few:
        return [*signals, Signal("patient_id", 0.74, SAME_PERSON)]
    if not _is_drawn_again(profile):
        return list(signals)
    if few:
        return [*signals, Signal("flag", 0.56, DRAWN_AGAIN)]
    return [*signals, Signal("patient_id", 0.62 if profile.distinct_ratio <= 0.7 else 0.5, DRAWN_AGAIN)]


def _professionals(at: int, signals: Sequence[Signal], table: Setting) -> list[Signal]:
    """Names of few persons beside those of many, or that follow the number of a professional."""
    profile = table.profiles[at]
    names = weight_of(signals, NAMES)
    given = likelier_name(profile) == "given_name" or (
        profile.lists["given_names"] >= 0.4 and not is_two_names(profile)
    )
    if names < 0.5 or not looks_like_names(profile) or given:
        return list(signals)
    followed = any(
        table.profiles[key].kinds["rpps"].valid >= 0.5 * table.profiles[key].looked_at
        for key in table.told_by.get(at, ())
    )
    others = [
        one.distinct
        for place, one in enumerate(table.profiles)
        if place != at
        and one.looked_at
        and (one.shares["date"] >= 0.5 or one.kinds["nir"].valid >= 0.5 * one.looked_at or place in table.keys)
    ]
    seldom = profile.filled >= 100 and profile.distinct_ratio <= 0.12 and profile.distinct <= 60
    seldom = seldom and max(others, default=0) >= TOLD_APART * profile.distinct
    patients = any(
        place != at and looks_like_names(one) and one.distinct >= 3 * profile.distinct
        for place, one in enumerate(table.profiles)
        if one.looked_at
    )
    if followed or (seldom and (patients or table.keys)):
        kept = [one for one in signals if one.field not in (*NAMES, "city")]
        return [*kept, Signal("practitioner_name", max(0.72, names), SELDOM_NAMED)]
    return list(signals)


def _dates(at: int, signals: Sequence[Signal], table: Setting) -> list[Signal]:
    """A date that each person's key brings back is a birth; the other dates of persons are those of their care."""
    profile = table.profiles[at]
    dated = [one for one in signals if one.field in ("timestamp", "care_date", "death_date")]
    if not dated or profile.shares["date"] < 0.5 or weight_of(signals, ("birth_date",)) >= 0.6:
        return list(signals)
    wide = profile.numbers.get("year_high", 0.0) - profile.numbers.get("year_low", 0.0) >= 4
    # A number that comes back on rows of one day tells that day too: the key has to come back over the years.
    if table.told_by.get(at, frozenset()) and wide and profile.filled >= 0.5 * profile.rows:
        others = {place for place in table.told_by if place != at and table.told_by[place] & table.told_by[at]}
        if others or not profile.shares["with_time"] or profile.shares["midnight"] >= 0.9:
            return [*signals, Signal("birth_date", 0.74, ONE_BIRTH)]
    lone = table.patients and table.health and table.dates == 1 and profile.shares["to_the_second"] < 0.5
    if lone and profile.distinct >= 8:
        return [*signals, Signal("care_date", 0.76, dated[0].reason)]
    plain = profile.shares["with_time"] < 0.2 or profile.shares["midnight"] >= 0.8
    if plain and profile.shares["to_the_second"] < 0.2:
        one = dated[0].reason
        care = table.persons and table.health and profile.distinct >= 8
        if table.patients and profile.filled < 0.15 * profile.rows and weight_of(signals, ("death_date",)) > 0:
            return [*signals, Signal("death_date", 0.66, one)]
        kept = [one for one in signals if one.field not in ("timestamp", "care_date")]
        pair = (("care_date", 0.62), ("timestamp", 0.52)) if care else (("timestamp", 0.6), ("care_date", 0.45))
        return [*kept, *(Signal(field, weight, one) for field, weight in pair)]
    return list(signals)


def _two_codes(at: int, signals: Sequence[Signal], table: Setting) -> list[Signal]:
    """1 and 2 are the sex where nothing else in a table of persons can be; elsewhere two answers of anything."""
    profile = table.profiles[at]
    if profile.shares["digits"] < 0.9 or profile.shares["sex_rows"] < 0.9 or weight_of(signals, ("sex",)) >= 0.85:
        return list(signals)
    if at in table.sexes and at not in table.not_sex and (table.persons or table.health):
        reason = statement(
            "two_codes", "Deux codes, 1 et 2, à parts voisines.", "Two codes, 1 and 2, in similar shares."
        )
        return [*(one for one in signals if one.field != "flag"), Signal("sex", 0.57, reason)]
    return [one for one in signals if one.field != "sex"]


def _places(at: int, signals: Sequence[Signal], table: Setting) -> list[Signal]:
    """Towns beside births, without a postcode that goes with them: where the persons were born."""
    if weight_of(signals, ("city",)) < 0.5 or not table.patients or weight_of(signals, ("birth_place",)) >= 0.6:
        return list(signals)
    if table.profiles[at].lists["towns"] < 0.25 or table.profiles[at].shares["town_line"] >= 0.3:
        return list(signals)
    if any(one.reason.id == "fields.town_of_postcode" for one in signals):
        return list(signals)
    towns = sum(
        one.lists["towns"] >= 0.25 and one.lists["towns"] > max(one.lists["given_names"], one.lists["family_names"])
        for one in table.profiles
        if one.looked_at
    )
    if table.postcodes and towns < 2:
        return list(signals)
    fr, en = "Des communes qu'aucun code postal n'accompagne.", "Towns that no postcode goes with."
    kept = [
        replace(one, weight=0.5 * one.weight) if one.field == "city" else one
        for one in signals
        if one.field not in NAMES
    ]
    return [*kept, Signal("birth_place", 0.7, statement("no_postcode", fr, en))]


def _codes(at: int, signals: Sequence[Signal], table: Setting) -> list[Signal]:
    """Seven digits beside names of medicines are CIP or UCD; nine that pass no key, few, are of professionals."""
    profile = table.profiles[at]
    seven = profile.kinds["drug.cip7"].valid >= 0.98 * profile.looked_at and profile.length_min == profile.length_max
    if table.drugs and seven and profile.distinct >= 5 and profile.distinct_ratio < 0.9:
        fr, en = "Sept chiffres près de médicaments.", "Seven digits near medicines."
        return [*signals, Signal("drug", 0.64, statement("cip7", fr, en))]
    nine = profile.length_min == profile.length_max == 9 and profile.kinds["adeli"].shaped >= 0.99 * profile.looked_at
    unkeyed = profile.kinds["adeli"].valid <= 0.3 * profile.looked_at
    if nine and unkeyed and table.health and 4 <= profile.distinct <= 60 and profile.distinct_ratio < 0.1:
        fr, en = (
            "Neuf chiffres, un département devant, peu de numéros.",
            "Nine digits, a département first, few numbers.",
        )
        return [*signals, Signal("adeli", 0.58, statement("few_nine", fr, en))]
    return list(signals)


def _digests(
    at: int, signals: Sequence[Signal], table: Setting, all_signals: Sequence[Sequence[Signal]]
) -> list[Signal]:
    """A hexadecimal digest beside a login on every row is that of a password; elsewhere it is that of a file."""
    profile = table.profiles[at]
    if profile.shares["hexadecimal"] < 0.8:
        return list(signals)
    logins = any(
        weight_of(found, ("email", "username")) >= 0.6 and table.profiles[place].distinct_ratio >= 0.9
        for place, found in enumerate(all_signals)
        if place != at
    )
    logs = any(
        weight_of(found, ("ip_address",)) >= 0.6 and table.profiles[place].distinct_ratio < 0.6
        for place, found in enumerate(all_signals)
    )
    if logins and not logs and not table.events:
        fr, en = "Un condensat à côté d'un identifiant de connexion.", "A digest beside a login."
        return [*signals, Signal("password", 0.7, statement("digest", fr, en))]
    return list(signals)


def _under_header(profile: ColumnProfile, announced: Mapping[str, float], signals: Sequence[Signal]) -> list[Signal]:
    """Values do not overrule a clear header that they can fit; nothing calls a sensitive one an indicator."""
    severe = any(weight >= 0.4 and fields()[field].sensitivity >= SEVERE for field, weight in announced.items())
    if severe and announced.get("flag", 0.0) < 0.4:
        signals = [one for one in signals if one.field != "flag"]
    doubted = any(
        weight >= CLEAR and field not in PLAIN and agreement(field, profile) <= CONTRADICTED
        for field, weight in announced.items()
    )
    if doubted:
        # A header of a person over values of something else is a riddle: no list of common words solves it.
        signals = [
            replace(one, weight=one.weight * BESIDE_RIDDLE)
            if one.field in PLAIN and one.field not in announced
            else one
            for one in signals
        ]
    clear = [field for field, weight in announced.items() if weight >= CLEAR and agreement(field, profile) >= DOUBTFUL]
    if not clear:
        return list(signals)
    return [
        one if one.field in announced or one.weight >= PROOF else replace(one, weight=one.weight * BESIDE_HEADER)
        for one in signals
    ]


def in_context(
    profiles: Sequence[ColumnProfile],
    announced: Sequence[Mapping[str, float]],
    found: Sequence[Relation],
    signals: Sequence[Sequence[Signal]],
) -> list[list[Signal]]:
    """The signals of each column, changed by what the table as a whole tells."""
    table = setting(profiles, announced, found, signals)
    result = []
    for at, profile in enumerate(profiles):
        if not profile.looked_at:
            result.append(list(signals[at]))
            continue
        one = list(signals[at])
        for rule in (_row_keys, _repeated_keys, _professionals, _dates, _two_codes, _places, _codes):
            one = rule(at, one, table)
        one = _digests(at, one, table, signals)
        result.append(_under_header(profile, announced[at], one))
    return result
