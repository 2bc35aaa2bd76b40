"""Why two identities are held for one person: the rules in words, each a way in which the traits may agree.

A rule names a pattern of agreement (levels of `candidates.py`); the first that holds is the reason kept for a link.
Level 1 is established: the link is followed whatever the weights say, unless something contradicts it. Levels 2 and
3 are weighed: the pattern's probability (`weights.py`) decides, and levels only tell how much speaks for the link.
Sources: the traits of the national identity referential (birth name, first given name, sex, birth date), and the
failures of real exports listed in docs/methode.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

CERTAIN, PROBABLE, POSSIBLE = 1, 2, 3
Wanted = Mapping[str, tuple[int, ...]]


@dataclass(frozen=True)
class LinkRule:
    """One rule: what it says to a person, its level, and the levels of agreement it asks of each trait.

    `least` is the chance of a link of this rule at least, whatever the weights say.
    """

    id: str
    level: int
    fr: str
    en: str
    wanted: Wanted
    least: float = 0.0


NAMES: Wanted = {"s": (1,), "g": (1,)}
CONTACT = (1, 2)
SLIPPED_DATE = (3, 4)
UNTIED, TWIN, NAME_ALONE = 0.4, 0.1, 0.95  # our choice: below one half, a link is not followed as such
# Rows that tell a number and no name: its holder's, seldom a child's; of one birth date, seldom a twin's. Our choice.
NUMBER_ALONE, NUMBER_AND_BIRTH = 0.97, 0.998
RULES = (
    LinkRule(
        "same_ins",
        CERTAIN,
        "même matricule INS, prénom compatible",
        "same INS number, compatible given name",
        {"n": (4,), "g": (0, 1, 2, 3, 6)},
    ),
    LinkRule(
        "same_nir_birth",
        CERTAIN,
        "mêmes NIR, prénom et date de naissance",
        "same NIR, given name and birth date",
        {"n": (1,), "g": (1,), "b": (1,)},
    ),
    LinkRule(
        "same_file_number",
        CERTAIN,
        "même numéro de dossier chez le même responsable, mêmes nom et prénom à une faute près",
        "same file number at one controller, same names but for a slip",
        {"f": (1,), "g": (0, 1, 2, 3), "s": (0, 1, 2, 3)},
    ),
    LinkRule(
        "same_names_birth_contact",
        CERTAIN,
        "mêmes nom (d'usage ou de naissance), prénom et date de naissance, et un contact ou une adresse en commun",
        "same family name (used or at birth), given name and birth date, and a contact or address in common",
        {**NAMES, "b": (1,), "l": (1,)},
    ),
    LinkRule(
        "same_names_birth",
        PROBABLE,
        "mêmes nom (d'usage ou de naissance), prénom et date de naissance",
        "same family name (used or at birth), given name and birth date",
        {**NAMES, "b": (1,)},
    ),
    LinkRule(
        "swapped_names",
        PROBABLE,
        "nom et prénom intervertis",
        "family and given names swapped",
        {"s": (5, 6)},
    ),
    LinkRule(
        "swapped_day_month",
        PROBABLE,
        "mêmes nom et prénom, jour et mois de naissance intervertis",
        "same names, day and month of birth swapped",
        {**NAMES, "b": (2,)},
    ),
    LinkRule(
        "part_of_family_name",
        PROBABLE,
        "mêmes prénom et date de naissance, un des noms d'un nom composé",
        "same given name and birth date, one of the names of a compound family name",
        {"s": (2,), "g": (1, 2), "b": (1, 2)},
    ),
    LinkRule(
        "cut_given_name",
        PROBABLE,
        "mêmes nom et date de naissance, prénom composé abrégé",
        "same family name and birth date, compound given name cut short",
        {"s": (1, 2), "g": (2,), "b": (1, 2)},
    ),
    LinkRule(
        "slip_in_given_name",
        PROBABLE,
        "mêmes nom et date de naissance, prénom à une faute de frappe près (l'une des graphies est rare)",
        "same family name and birth date, given name one slip apart (one spelling being rare)",
        {"s": (1, 2), "g": (3,), "b": (1, 2)},
    ),
    LinkRule(
        "slip_in_family_name",
        PROBABLE,
        "mêmes prénom et date de naissance, nom à une faute de frappe près",
        "same given name and birth date, family name one slip apart",
        {"s": (3,), "g": (1, 2), "b": (1, 2)},
    ),
    LinkRule(
        "slip_in_birth_date",
        PROBABLE,
        "mêmes nom et prénom, date de naissance à un ou deux chiffres près",
        "same names, birth date one or two digits apart",
        {**NAMES, "b": SLIPPED_DATE},
    ),
    LinkRule(
        "married_name",
        PROBABLE,
        "mêmes prénom, date de naissance et contact, nom différent (mariage, usage)",
        "same given name, birth date and contact, another family name (marriage, use)",
        {"s": (4,), "g": (1,), "b": (1,), "l": CONTACT},
    ),
    LinkRule(
        "undated_same_contact",
        PROBABLE,
        "mêmes nom, prénom et contact, date de naissance absente d'une fiche",
        "same names and contact, birth date missing in one file",
        {**NAMES, "b": (0,), "l": CONTACT},
    ),
    LinkRule(
        "undated_names",
        POSSIBLE,
        "mêmes nom et prénom, date de naissance absente d'une fiche, sans contact commun",
        "same names, birth date missing in one file, no contact in common",
        {**NAMES, "b": (0,)},
    ),
    LinkRule(
        "same_nir_birth_alone",
        PROBABLE,
        "mêmes NIR et date de naissance, aucun nom, sexe compatible",
        "same NIR and birth date, no names, compatible sex",
        {"n": (1,), "s": (0,), "g": (0,), "b": (1,), "x": (0, 1)},
        least=NUMBER_AND_BIRTH,
    ),
    LinkRule(
        "same_nir_alone",
        PROBABLE,
        "même NIR, aucun nom, date de naissance absente d'une fiche, sexe compatible",
        "same NIR, no names, birth date missing in one file, compatible sex",
        {"n": (1,), "s": (0,), "g": (0,), "b": (0,), "x": (0, 1)},
        least=NUMBER_ALONE,
    ),
    LinkRule(
        "similar_given_names",
        POSSIBLE,
        "mêmes nom et date de naissance, deux prénoms connus qui se ressemblent (jumeaux\u202f?)",
        "same family name and birth date, two known given names alike (twins?)",
        {"s": (1, 2), "g": (4,), "b": (1, 2)},
    ),
    LinkRule(
        "another_family_name",
        POSSIBLE,
        "mêmes prénom et date de naissance, nom différent, sans contact commun",
        "same given name and birth date, another family name, no contact in common",
        {"s": (0, 4), "g": (1, 2), "b": (1,)},
    ),
    LinkRule(
        "several_slips",
        POSSIBLE,
        "plusieurs différences à la fois, les autres traits concordant",
        "several differences at once, the other traits agreeing",
        {},
    ),
)
# What a person said of a pair stands beside the rules: it is no pattern.
REVIEWED = len(RULES)
BY_PERSON = LinkRule(
    "reviewed", CERTAIN, "une personne a répondu que c'est la même", "a person said that it is one", {}
)
NAMED_RULES = (*RULES, BY_PERSON)


def reasons(levels: Mapping[str, Any]) -> NDArray[np.int64]:
    """For each pattern the position in `RULES` of the first rule that holds."""
    size = len(levels["s"])
    found = np.full(size, len(RULES) - 1, dtype=np.int64)
    open_ = np.ones(size, dtype=bool)
    for position, rule in enumerate(RULES):
        holds = open_.copy()
        for trait, wanted in rule.wanted.items():
            holds &= np.isin(levels[trait], wanted)
        found[holds] = position
        open_ &= ~holds
    return found


def forbidden(levels: Mapping[str, Any], *, families: bool) -> NDArray[np.bool_]:
    """Patterns that hold a contradiction: two birth dates, two own numbers or deaths, two sexes and given names.

    A birth date wholly different is an error, not a contradiction, between two files of one number and given name; and
    where the extract holds no families there is no father of the same name: the weights decide.
    """
    one_file = ((levels["n"] == 4) | (levels["f"] == 1)) & np.isin(levels["g"], (1, 2, 3, 6))
    other_birth = (levels["b"] == 5) & ~one_file & families
    two_sexes = (levels["x"] == 2) & np.isin(levels["g"], (4, 5))
    found: NDArray[np.bool_] = other_birth | (levels["n"] == 2) | two_sexes
    return found


def most(levels: Mapping[str, Any], *, families: bool) -> NDArray[np.float64]:
    """The chance that a pattern has at most, whatever its weight: a whole name that differs is not outweighed by luck.

    Another given name on one birth date and telephone is a twin, unless a number of one's own or the names in the
    wrong order say otherwise, or the extract holds no families at all. Another family name needs a tie besides the
    birth date; and a name alone is never sure.
    """
    own = (levels["n"] == 4) | (levels["f"] == 1)
    tied = np.isin(levels["l"], (1, 2, 3, 4)) | (levels["n"] == 1) | own
    found = np.ones(len(levels["s"]))
    found[(levels["b"] == 0) & ~np.isin(levels["l"], (1, 2)) & ~np.isin(levels["n"], (1, 4)) & ~own] = NAME_ALONE
    found[(levels["s"] == 4) & ~tied] = UNTIED
    if families:
        found[(levels["g"] == 5) & (levels["s"] != 6) & ~own] = TWIN
    return found
