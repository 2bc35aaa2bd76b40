"""Columns whose words stand in a list: religions, parties, offences, units of care, towns.

The lists are in `reference/lists`; a word counts as the whole cell, as its first word or as its first one in letters.
"""

from __future__ import annotations

from breachkit.fields.evidence import Signal
from breachkit.fields.profile import ColumnProfile
from breachkit.fields.reasons import in_list

# List, field, least share of rows, weight at a full share, names of the list.
LISTED = (
    ("care_units", "care_unit", 0.5, 0.8, ("unités de soins", "units of care")),
    ("lab_tests", "lab_result", 0.5, 0.85, ("examens de biologie", "laboratory tests")),
    ("disability_words", "disability", 0.5, 0.9, ("handicap et protection", "disability and protection")),
    ("religion_words", "religion", 0.6, 0.9, ("religions", "religions")),
    ("allergens", "allergy", 0.5, 0.85, ("allergènes", "allergens")),
    ("disease_words", "diagnosis", 0.4, 0.85, ("maladies", "diseases")),
    ("status_words", "flag", 0.6, 0.75, ("états, rôles et modes", "states, roles and modes")),
    ("units", "flag", 0.7, 0.75, ("unités de mesure", "units of measure")),
    ("departments", "city", 0.8, 0.75, ("départements", "départements")),
    ("union_words", "trade_union", 0.6, 0.9, ("syndicats", "trade unions")),
    ("origin_words", "ethnic_origin", 0.6, 0.9, ("origines", "origins")),
    ("orientation_words", "sex_life", 0.6, 0.9, ("orientations sexuelles", "sexual orientations")),
    ("titles", "title", 0.85, 0.9, ("civilités", "titles")),
    ("specialties", "specialty", 0.4, 0.9, ("spécialités et professions de santé", "health professions")),
    ("insurers", "insurer", 0.3, 0.85, ("organismes complémentaires", "insurers")),
    ("marital_words", "marital_status", 0.6, 0.95, ("situations familiales", "family situations")),
    ("nationalities", "nationality", 0.6, 0.95, ("nationalités", "nationalities")),
    ("countries", "country", 0.7, 0.9, ("pays", "countries")),
    ("insurance_words", "insurance_rights", 0.6, 0.85, ("régimes et droits", "insurance rights")),
    ("drugs", "drug", 0.4, 0.9, ("médicaments", "medicines")),
    ("organisation_words", "organisation_name", 0.4, 0.8, ("mots d'organisation", "words of organisations")),
    ("document_words", "document_title", 0.5, 0.85, ("titres de documents", "document titles")),
    ("occupations", "occupation", 0.4, 0.85, ("professions", "occupations")),
    ("towns", "city", 0.25, 0.9, ("communes", "towns")),
    ("political_words", "political_opinion", 0.45, 0.88, ("opinions politiques", "political opinions")),
    ("offence_words", "offence", 0.45, 0.88, ("infractions et mesures de justice", "offences and sentences")),
    ("genetic_words", "genetic", 0.5, 0.88, ("gènes et variants", "genes and variants")),
    ("addiction_words", "diagnosis", 0.45, 0.82, ("dépendances et maladies", "dependencies and illnesses")),
    ("consent_words", "consent", 0.5, 0.76, ("consentement et refus", "consent and refusal")),
    ("act_words", "procedure_code", 0.5, 0.8, ("actes", "acts of care")),
    ("product_words", "flag", 0.6, 0.68, ("marques, lieux et couleurs", "brands, rooms and colours")),
    ("company_words", "organisation_name", 0.4, 0.8, ("entreprises et services", "companies and services")),
)
# Lists whose words are rare outside of their subject: they outweigh a list of general words that holds as many.
RARE_LISTS = {
    *("political_words", "offence_words", "genetic_words", "union_words", "religion_words", "origin_words"),
    *("orientation_words", "disability_words", "allergens", "care_units"),
}
GENERAL = 0.9  # what is left of a general list's weight where a rare one holds as many rows. Our choice.
SECOND_LIST = 0.8  # and of a list that holds clearly fewer rows than another. Our choice.


def _fits_list(profile: ColumnProfile, field: str, share: float) -> bool:
    """Whether the column may be of that list at all, whatever words it holds."""
    if field in ("city", "country") and profile.shares["letters"] < 0.8:
        return False
    if field in ("title", "city", "country") and profile.shares["prose"] > 0.5:
        return False
    if field == "title" and profile.numbers["words_mean"] > 1.5:
        return False  # « Dr Durand » is a name
    if field == "specialty" and profile.lists["care_units"] > share + 0.02:
        return False  # « CARDIOLOGIE » beside « URGENCES » is a unit
    if field == "care_unit" and profile.lists["specialties"] >= share:
        return False
    if (
        field == "document_title"
        and profile.lists["act_words"] >= share - 0.05
        and profile.numbers["words_mean"] >= 3.5
    ):
        return False  # what was done, not the paper that tells it
    if profile.distinct == 1 and profile.length_max <= 3:
        return False
    if field == "country" and profile.shares["locale"] >= 0.9 and profile.shares["any_lower"] >= 0.5:
        return False  # a language
    return not (field == "flag" and profile.distinct > 60)


def _list_shares(profile: ColumnProfile) -> dict[str, float]:
    """Share of rows of each list, « oui » and « non » apart: a column of answers may name the thing for a few."""
    binary = profile.shares["binary_rows"]
    rest = 1 - binary if (1 - binary) * profile.filled >= 15 else 1.0
    return {name: min(1.0, share / rest) for name, share in profile.lists.items()}


def list_signals(profile: ColumnProfile) -> list[Signal]:
    """For each list that holds enough rows of one column, the field it speaks for."""
    if not profile.looked_at:
        return []
    if profile.shares["file_path"] > 0.3 or profile.shares["long_token"] > 0.6 or profile.shares["at_sign"] > 0.5:
        return []  # words inside of paths and numbers mean nothing
    if profile.distinct_ratio > 0.9 and profile.shares["any_digit"] > 0.95 and profile.shares["one_word"] > 0.95:
        return []
    shares = _list_shares(profile)
    kept = [one for one in LISTED if shares[one[0]] >= one[2] and _fits_list(profile, one[1], shares[one[0]])]
    most = max((shares[one[0]] for one in kept), default=0.0)
    rare = max((shares[one[0]] for one in kept if one[0] in RARE_LISTS), default=0.0)
    signals = []
    for name, field, least, full, names in kept:
        share = shares[name]
        weight = full * (0.55 + 0.45 * min(1.0, share / max(least, 0.6)))
        if field == "title" and profile.shares["sex_rows"] >= 0.9:
            weight *= 0.5
        if name != "towns" and most - share > 0.2:
            weight *= SECOND_LIST
        if name not in RARE_LISTS and rare >= share - 0.05:
            weight *= GENERAL
        signals.append(Signal(field, weight, in_list(names, share)))
    return signals
