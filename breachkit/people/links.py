"""The rules that link two identities to one person, each with the level from which it is believed.

An *identity* is a distinct combination of names, birth date, sex, contacts and controller. A rule gives pairs of
identities. Level 1 is certain, level 2 probable, level 3 possible: persons are counted once under each level, so
that `high` (certain links only) >= `best` (up to probable) >= `low` (up to possible) by construction.

Rules that could chain two different persons through a third record (father and son with one undated file between
them) link to one candidate only. Sources: the traits of the national identity referential (birth name, first given
name, sex, birth date), and the failures of real exports listed in docs/methode.md. The thresholds are our choice.
"""

from __future__ import annotations

from dataclasses import dataclass

CERTAIN, PROBABLE, POSSIBLE = 1, 2, 3

# A spelling is taken for a slip of another when it is this much rarer among the identities of the extract.
RARE_SHARE = 0.02
RARE_COUNT = 2


@dataclass(frozen=True)
class LinkRule:
    """One rule: what it says to a person, its level, and the SQL that gives pairs (a, b) of identities."""

    id: str
    level: int
    fr: str
    en: str
    sql: str


def _star(source: str, keys: str, where: str) -> str:
    """Links each identity of a group to the group's first: as many pairs as identities, not their square."""
    return f"""SELECT DISTINCT iid AS b, a FROM (
        SELECT iid, min(iid) OVER (PARTITION BY {keys}) AS a FROM {source} WHERE {where}) WHERE a <> iid"""


NAMED = "surname IS NOT NULL AND given IS NOT NULL AND born IS NOT NULL"

# Two spellings one slip apart, where one is rare and they are not both known names: a typing error (twins may well
# be called LINA and LILA).
SLIP_GIVEN = f"""damerau_levenshtein(x.given, y.given) <= 1 AND length(x.given) >= 3
    AND NOT (x.given_known AND y.given_known)
    AND least(x.given_count, y.given_count)
        <= greatest({RARE_COUNT}, {RARE_SHARE} * greatest(x.given_count, y.given_count))"""
CUT_GIVEN = (
    "(starts_with(x.given, y.given) OR starts_with(y.given, x.given)) AND least(length(x.given), length(y.given)) >= 3"
)
SAME_SEX = "(x.sex IS NULL OR y.sex IS NULL OR x.sex = y.sex)"
NEAR = """(len(list_intersect(x.contacts, y.contacts)) > 0 OR x.postcode = y.postcode OR x.controller = y.controller)"""


def _pairs(keys: str, condition: str) -> str:
    on = " AND ".join(f"x.{key} = y.{key}" for key in keys.split(", "))
    return f"""SELECT DISTINCT x.iid AS a, y.iid AS b FROM w.named x JOIN w.named y ON {on} AND x.iid < y.iid
        WHERE {condition}"""


RULES = (
    LinkRule(
        "same_names_birth_contact",
        CERTAIN,
        "mêmes nom, prénom et date de naissance, et un contact ou une adresse en commun",
        "same family name, given name and birth date, and a contact or address in common",
        _star("w.named_contacts", "surname, given, born, contact", NAMED),
    ),
    LinkRule(
        "same_names_birth_one_without_contact",
        CERTAIN,
        "mêmes nom, prénom et date de naissance, l'une des fiches étant sans contact",
        "same family name, given name and birth date, one of the files having no contact",
        f"""SELECT DISTINCT y.a, x.iid AS b FROM w.named x JOIN (
            SELECT surname, given, born, min(iid) AS a FROM w.named WHERE {NAMED} GROUP BY ALL) y
            USING (surname, given, born) WHERE len(x.contacts) = 0 AND x.iid <> y.a""",
    ),
    LinkRule(
        "same_nir_birth",
        CERTAIN,
        "mêmes NIR, prénom et date de naissance",
        "same NIR, given name and birth date",
        _star("w.named", "nir, given, born", "nir IS NOT NULL AND given IS NOT NULL AND born IS NOT NULL"),
    ),
    LinkRule(
        "same_names_birth",
        PROBABLE,
        "mêmes nom (d'usage ou de naissance), prénom et date de naissance",
        "same family name (used or at birth), given name and birth date",
        _star("w.named", "surname, given, born", NAMED),
    ),
    LinkRule(
        "swapped_names",
        PROBABLE,
        "nom et prénom intervertis, même date de naissance",
        "family and given names swapped, same birth date",
        _star("w.named", "least(surname, given), greatest(surname, given), born", NAMED),
    ),
    LinkRule(
        "swapped_day_month",
        PROBABLE,
        "mêmes nom et prénom, jour et mois de naissance intervertis",
        "same names, day and month of birth swapped",
        _star(
            "w.named",
            "surname, given, year(born), least(day(born), month(born)), greatest(day(born), month(born))",
            f"{NAMED} AND day(born) <= 12",
        ),
    ),
    LinkRule(
        "married_name",
        PROBABLE,
        "mêmes prénom, date de naissance et contact, nom différent (mariage, usage)",
        "same given name, birth date and contact, another family name (marriage, use)",
        _star("w.named_contacts", "given, born, contact", "given IS NOT NULL AND born IS NOT NULL"),
    ),
    LinkRule(
        "cut_given_name",
        PROBABLE,
        "mêmes nom et date de naissance, prénom composé abrégé",
        "same family name and birth date, compound given name cut short",
        _pairs("surname, born", f"x.given <> y.given AND {CUT_GIVEN} AND {SAME_SEX} AND {NEAR}"),
    ),
    LinkRule(
        "slip_in_given_name",
        PROBABLE,
        "mêmes nom et date de naissance, prénom à une faute de frappe près (l'une des graphies est rare)",
        "same family name and birth date, given name one slip apart (one spelling being rare)",
        _pairs("surname, born", f"x.given <> y.given AND {SLIP_GIVEN} AND {SAME_SEX} AND {NEAR}"),
    ),
    LinkRule(
        "slip_in_family_name",
        PROBABLE,
        "mêmes prénom et date de naissance, nom à une faute de frappe près, et un lien (contact, commune, médecin)",
        "same given name and birth date, family name one slip apart, and a tie (contact, town, doctor)",
        _pairs(
            "given, born",
            f"x.surname <> y.surname AND damerau_levenshtein(x.surname, y.surname) <= 1 AND {SAME_SEX} AND {NEAR}",
        ),
    ),
    LinkRule(
        "slip_in_birth_date",
        PROBABLE,
        "mêmes nom, prénom et contact, date de naissance à un chiffre près",
        "same names and contact, birth date one digit apart",
        """SELECT DISTINCT x.iid AS a, y.iid AS b FROM w.named_contacts x JOIN w.named_contacts y
            USING (surname, given, contact) WHERE x.iid < y.iid AND x.born <> y.born
            AND hamming(strftime(x.born, '%Y%m%d'), strftime(y.born, '%Y%m%d')) = 1
            AND abs(year(x.born) - year(y.born)) < 10""",
    ),
    LinkRule(
        "undated_same_contact",
        PROBABLE,
        "mêmes nom, prénom et contact, date de naissance absente d'une fiche",
        "same names and contact, birth date missing in one file",
        """SELECT min(y.iid) AS a, x.iid AS b FROM w.named_contacts x JOIN w.named_contacts y
            USING (surname, given, contact) WHERE x.born IS NULL AND (y.born IS NOT NULL OR y.iid < x.iid)
            GROUP BY x.iid""",
    ),
    LinkRule(
        "undated_bare_unique",
        PROBABLE,
        "mêmes nom et prénom, fiche sans date ni contact, une seule personne datée de ce nom dans l'extraction",
        "same names, a file with neither date nor contact, one dated person only of that name in the extract",
        """SELECT min(y.iid) AS a, x.iid AS b FROM w.named x JOIN w.named y USING (surname, given)
            WHERE x.born IS NULL AND len(x.contacts) = 0 AND y.born IS NOT NULL
            AND (x.sex IS NULL OR y.sex IS NULL OR x.sex = y.sex)
            GROUP BY x.iid HAVING count(DISTINCT y.born) = 1""",
    ),
    LinkRule(
        "undated_possible",
        POSSIBLE,
        "mêmes nom et prénom, date de naissance absente d'une fiche",
        "same names, birth date missing in one file",
        """SELECT min(y.iid) AS a, x.iid AS b FROM w.named x JOIN w.named y USING (surname, given)
            WHERE x.born IS NULL AND x.iid <> y.iid AND (y.born IS NOT NULL OR y.iid < x.iid) GROUP BY x.iid""",
    ),
    LinkRule(
        "slips_possible",
        POSSIBLE,
        "mêmes prénom et date de naissance, noms proches",
        "same given name and birth date, similar family names",
        _pairs(
            "given, born",
            "x.surname <> y.surname AND (damerau_levenshtein(x.surname, y.surname) <= 2 "
            f"OR jaro_winkler_similarity(x.surname, y.surname) >= 0.9) AND {SAME_SEX}",
        ),
    ),
    LinkRule(
        "given_slips_possible",
        POSSIBLE,
        "mêmes nom et date de naissance, prénoms proches",
        "same family name and birth date, similar given names",
        # Twins called LINA and LILA are among these: the lower bound may count them as one.
        _pairs(
            "surname, born",
            f"x.given <> y.given AND ({CUT_GIVEN} OR damerau_levenshtein(x.given, y.given) <= 1) AND {SAME_SEX}",
        ),
    ),
    LinkRule(
        "birth_slip_possible",
        POSSIBLE,
        "mêmes nom, prénom et médecin ou commune, date de naissance à un chiffre près",
        "same names and doctor or town, birth date one digit apart",
        " UNION ".join(
            _pairs(
                f"surname, given, {tie}",
                "abs(year(x.born) - year(y.born)) < 10 "
                "AND hamming(strftime(x.born, '%Y%m%d'), strftime(y.born, '%Y%m%d')) = 1",
            )
            for tie in ("controller", "postcode")
        ),
    ),
    LinkRule(
        "new_name_possible",
        POSSIBLE,
        "mêmes prénom, date de naissance et code postal, nom différent (femmes)",
        "same given name, birth date and postcode, another family name (women)",
        _star(
            "w.named",
            "given, born, postcode",
            "given IS NOT NULL AND born IS NOT NULL AND postcode IS NOT NULL AND sex = 'F'",
        ),
    ),
)
