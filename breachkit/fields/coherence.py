"""What two columns that agree row by row say of each other: a birth date inside a NIR, a name inside an address."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from breachkit.fields.evidence import Signal
from breachkit.fields.names import likelier_name
from breachkit.fields.profile import ColumnProfile
from breachkit.fields.reasons import count_en, count_fr, percent_en, percent_fr, statement
from breachkit.fields.relations import Relation
from breachkit.impact import Reason

PROVEN = 0.5  # share of rows above which two columns prove each other; by chance it is under 2 %. Our choice.
NAMED = 0.25  # an address of a person holds the name less often: pseudonyms, married names. Our choice.
# Lists whose words are no town's name: a column that holds more of them than of towns is none.
NO_TOWNS = ("insurers", "specialties", "organisation_words", "occupations", "drugs", "allergens")
MOST_TOWNS = 3  # distinct names for a distinct code, at most. Our choice.
ONE_TOWN = 0.75  # postcodes share towns and towns postcodes, rarely more than that. Our choice.
# Kind of relation: least share, field and weight of the first column, of the second, and how both are said.
PROOFS = {
    "birth_in_nir": (
        PROVEN,
        ("nir", 0.95),
        ("birth_date", 0.97),
        "le numéro d'une colonne contient l'année et le mois de l'autre, comme un NIR ceux de la naissance",
        "the number in one column holds year and month of the other, as a NIR holds those of the birth",
    ),
    "commune_in_nir": (
        PROVEN,
        ("nir", 0.95),
        ("birth_place", 0.96),
        "le numéro d'une colonne contient le code de l'autre, comme un NIR celui de la commune de naissance",
        "the number in one column holds the code of the other, as a NIR holds that of the birth place",
    ),
    "key_of_nir": (
        PROVEN,
        ("nir", 0.97),
        ("flag", 0.95),
        "la seconde colonne est la clé (97 moins le reste) du NIR de la première",
        "the second column is the key (97 minus the remainder) of the NIR in the first",
    ),
    "age_of_birth": (
        0.8,
        ("age", 0.95),
        ("birth_date", 0.9),
        "l'année d'une colonne et le nombre de l'autre font toujours la même somme, comme une naissance et un âge",
        "the year of one column and the number of the other always give the same sum, as a birth and an age do",
    ),
}


def _said(relation: Relation, fr: str, en: str) -> Reason:
    return statement(
        relation.kind,
        f"Sur {percent_fr(relation.share)} de {count_fr(relation.rows)} lignes, {fr}.",
        f"On {percent_en(relation.share)} of {count_en(relation.rows)} rows, {en}.",
    )


def _proofs(one: Relation, profiles: Sequence[ColumnProfile]) -> Iterable[tuple[int, Signal]]:
    if one.kind in PROOFS:
        least, first, second, fr, en = PROOFS[one.kind]
        if one.share >= least:
            reason = _said(one, fr, en)
            yield one.first, Signal(*first, reason)
            yield one.second, Signal(*second, reason)
    elif one.kind == "sex_of_given" and one.share >= 0.7 and _can_be_sex(profiles[one.second]):
        fr, en = "chaque prénom va toujours avec la même valeur", "each given name always goes with the same value"
        titled = profiles[one.second].lists["titles"] >= 0.5 and profiles[one.second].shares["sex_rows"] < 0.9
        yield one.second, Signal("title" if titled else "sex", 0.9, _said(one, fr, en))
    elif one.kind == "sex_in_nir" and one.share >= 0.9 and _can_be_sex(profiles[one.second]):
        fr, en = "deux valeurs suivent le premier chiffre du NIR", "two values follow the first digit of the NIR"
        titled = profiles[one.second].lists["titles"] >= 0.5 and profiles[one.second].shares["sex_rows"] < 0.9
        yield one.second, Signal("title" if titled else "sex", 0.95, _said(one, fr, en))


def _can_be_sex(profile: ColumnProfile) -> bool:
    """Yes and no follow the given name as well, where they tell a pregnancy; two doctors' numbers may, by chance."""
    if profile.shares["integer"] >= 0.9 and profile.length_min > 2:
        return False
    return profile.shares["sex_rows"] >= 0.98 or profile.shares["binary_rows"] < 0.5


def _is_of_place(profile: ColumnProfile) -> bool:
    """Towns and organisations are said twice as well."""
    lists = profile.lists
    names = max(lists["family_names"], lists["given_names"])
    return (lists["towns"] >= 0.25 and lists["towns"] > names) or lists["organisation_words"] >= 0.4


def _names(one: Relation, profiles: Sequence[ColumnProfile]) -> Iterable[tuple[int, Signal]]:
    first, second = profiles[one.first], profiles[one.second]
    if one.kind == "name_in_login" and one.share >= NAMED:
        reason = _said(
            one,
            "l'adresse ou l'identifiant d'une colonne contient le nom de l'autre",
            "the address or login in one column holds the name of the other",
        )
        yield one.first, Signal(likelier_name(first), 0.75, reason)
        if second.shares["at_sign"] < 0.5:
            yield one.second, Signal("username", 0.85, reason)
    elif one.kind == "same_name" and 0.1 <= one.share < 0.995 and one.rows >= 30:
        fr, en = "deux colonnes de noms disent le même nom", "two columns of names say the same name"
        named = not any(_is_of_place(one) for one in (first, second))
        if named and likelier_name(first) == likelier_name(second) == "family_name":
            # The name of birth is asked of some, the name in use of all.
            low, high = sorted((one.first, one.second), key=lambda at: profiles[at].filled)
            apart = profiles[low].filled < 0.9 * profiles[high].filled
            yield high, Signal("family_name", 0.7, _said(one, fr, en))
            yield low, Signal("birth_name" if apart else "family_name", 0.85 if apart else 0.7, _said(one, fr, en))
    elif one.kind == "holds_name" and one.share >= 0.6 and first.numbers["words_mean"] >= 1.7:
        fr, en = "une colonne contient le nom de l'autre", "one column holds the name of the other"
        doctors = first.shares["doctor"] >= 0.4  # « Dr Durand » beside « Durand »: a professional's name twice
        yield one.first, Signal("practitioner_name" if doctors else "full_name", 0.8, _said(one, fr, en))
        part = "practitioner_name" if doctors else likelier_name(second)
        yield one.second, Signal(part, 0.75 if doctors else 0.65, _said(one, fr, en))


def _towns(one: Relation, profiles: Sequence[ColumnProfile]) -> Iterable[tuple[int, Signal]]:
    codes, names = profiles[one.first].distinct, profiles[one.second].distinct
    # Twice the same given name under one code is chance where there are many more names than codes.
    if one.kind != "town_of_postcode" or one.share < ONE_TOWN or names > MOST_TOWNS * codes:
        return
    lists = profiles[one.second].lists
    # The same patient on several rows has one postcode too: a column of names is no town.
    if max(lists["family_names"], lists["given_names"]) > lists["towns"] + 0.2:
        return
    # Neither are the insurers or the doctors of a neighbourhood, however few they are.
    if max(lists[name] for name in NO_TOWNS) > lists["towns"] or profiles[one.second].shares["doctor"] >= 0.3:
        return
    reason = _said(
        one,
        "chaque code va avec un seul nom, comme un code postal avec sa commune",
        "each code goes with one name, as a postcode does with its town",
    )
    # Postcodes mostly end in 0; codes of communes do not, and tell the same town.
    if profiles[one.first].shares["ends_zero"] >= 0.3:
        yield one.first, Signal("postcode", 0.85, reason)
        yield one.second, Signal("city", 0.85, reason)
    else:
        yield one.first, Signal("city", 0.6, reason)
        yield one.second, Signal("city", 0.75, reason)


def coherence_signals(relations: Sequence[Relation], profiles: Sequence[ColumnProfile]) -> list[list[Signal]]:
    """For each column, what the columns that agree with it say of it."""
    found: list[list[Signal]] = [[] for _ in profiles]
    for one in relations:
        for at, signal in (*_proofs(one, profiles), *_names(one, profiles), *_towns(one, profiles)):
            found[at].append(signal)
    return found
