"""What a cell says and whether it exposes a person, as SQL for any field of fields.tsv.

`normal_expression` gives the form in which two cells are compared; `valid_expression` is true where a person is
really exposed: key right, not blank, not a placeholder. Arguments are SQL expressions, already quoted.
"""

from __future__ import annotations

from functools import cache

from breachkit.recognisers.catalogue import RECOGNISERS
from breachkit.recognisers.date import any_date, is_placeholder_day, normalise_date
from breachkit.recognisers.email import DUMMY as DUMMY_EMAIL
from breachkit.recognisers.email import normalise_email
from breachkit.recognisers.keys import compact, matches, not_dummy, trimmed, when
from breachkit.recognisers.phone import normalise_phone
from breachkit.recognisers.postcode import normalise_postcode
from breachkit.reference.catalogue import fields, resource

NAME_FIELDS = ("family_name", "birth_name", "given_name", "full_name", "practitioner_name")
DATE_FIELDS = ("birth_date", "death_date", "care_date", "timestamp")
# Fields whose cells are checked by a recogniser's key or plan: every kind of the field may pass.
KEYED_FIELDS = (
    "nir",
    "ins",
    "rpps",
    "adeli",
    "finess",
    "siren",
    "phone",
    "email",
    "postcode",
    "iban",
    "bic",
    "card_number",
    "tax_number",
    "ip_address",
)
# Fields whose zeros, repeats and sequences are dummies although nothing else checks them.
NUMBERED_FIELDS = ("patient_id", "contract_number", "id_document", "access_code", "username", "vehicle_plate")
# A cell of one of these is told as such, whatever it says: « 0 » and « N » are answers.
UNCHECKED_FIELDS = ("flag", "technical_id")
# Oldest birth the law of records allows here: nobody alive or recently dead was born before. Our choice.
EARLIEST_BIRTH = "1880-01-01"
MAX_AGE_YEARS = 125
LONGEST_PLACEHOLDER = 24  # characters; longer than any word of placeholders.txt
_MALE = "'M', 'H', 'G', '1', 'HOMME', 'MASCULIN', 'MASC', 'MALE', 'MAN', 'GARCON', 'M.', 'MR', 'MONSIEUR', 'HO'"
_FEMALE = "'F', '2', 'FEMME', 'FEMININ', 'FEM', 'FEMALE', 'WOMAN', 'FILLE', 'MME', 'MADAME', 'MLLE', 'FE', 'W'"


@cache
def placeholder_words(name: str = "placeholders") -> tuple[str, ...]:
    """The words of a list of reference/lists, without its comment lines."""
    lines = resource(f"lists/{name}.txt").splitlines()
    return tuple(line for line in lines if line and not line.startswith("# "))


def _in_list(sql: str, name: str) -> str:
    words = ", ".join("'" + word.replace("'", "''") + "'" for word in placeholder_words(name))
    return f"{sql} IN ({words})"


def is_blank(column_sql: str) -> str:
    """Boolean SQL: NULL, empty or white space only."""
    return f"coalesce({trimmed(column_sql)}, '') = ''"


def is_nothing(column_sql: str) -> str:
    """Boolean SQL: a word or a sign that means "nothing" (NC, néant, -, ., XXX); false for a blank cell."""
    text = trimmed(column_sql)
    plain = f"strip_accents(lower({text}))"
    words = f"({_in_list(plain, 'placeholders')} OR {matches(plain, '^x+$|^[^0-9a-z+#$%€]+$')})"
    return when(f"length({text}) BETWEEN 1 AND {LONGEST_PLACEHOLDER}", words)


def is_filled(column_sql: str) -> str:
    """Boolean SQL: something other than blanks or a word for nothing."""
    return f"(NOT {is_blank(column_sql)} AND NOT {is_nothing(column_sql)})"


def folded(column_sql: str) -> str:
    """Upper-case text without accents or ligatures; whatever is neither letter nor digit is one space."""
    plain = f"replace(replace(upper(strip_accents({column_sql})), 'Œ', 'OE'), 'Æ', 'AE')"
    return f"trim(regexp_replace({plain}, '[^\\p{{L}}\\p{{N}}]+', ' ', 'g'))"


def _sex(column_sql: str) -> str:
    plain = f"upper(strip_accents({trimmed(column_sql)}))"
    return f"CASE WHEN {plain} IN ({_MALE}) THEN 'M' WHEN {plain} IN ({_FEMALE}) THEN 'F' END"


def _age(column_sql: str) -> str:
    digits = f"regexp_extract({trimmed(column_sql)}, '^([0-9]{{1,3}})(?:[.,]0+)?(?: ?ans?)?$', 1)"
    years = f"TRY_CAST(nullif({digits}, '') AS INTEGER)"
    return f"CASE WHEN {years} BETWEEN 0 AND {MAX_AGE_YEARS} THEN CAST({years} AS VARCHAR) END"


def _name(column_sql: str) -> str:
    return f"nullif({folded(column_sql)}, '')"


def _general(column_sql: str) -> str:
    return f"CASE WHEN {is_filled(column_sql)} THEN {trimmed(column_sql)} END"


def _unless_empty(sql: str) -> str:
    return f"nullif({sql}, '')"


def normal_expression(field: str, column_sql: str) -> str:
    """SQL of the comparable form of a cell: DATE for dates, VARCHAR for the rest, NULL where nothing is said.

    KeyError for an id that the contract does not hold.
    """
    if field not in fields():
        raise KeyError(f"no field {field}")
    if field in NAME_FIELDS:
        return _name(column_sql)
    if field in DATE_FIELDS:
        return normalise_date(column_sql)
    if field == "sex":
        return _sex(column_sql)
    if field == "age":
        return _age(column_sql)
    if field == "phone":
        return _unless_empty(normalise_phone(column_sql))
    if field == "email":
        return _unless_empty(normalise_email(column_sql))
    if field == "postcode":
        return _unless_empty(normalise_postcode(column_sql))
    if field in KEYED_FIELDS and field != "ip_address":
        return _unless_empty(_keyed_normal(field, column_sql))
    return _general(column_sql)


def _keyed_normal(field: str, column_sql: str) -> str:
    return RECOGNISERS[field].normalise(column_sql)


def _kinds(field: str) -> list[str]:
    kinds = [one.id for one in RECOGNISERS.values() if one.field == field]
    # The matricule INS is a NIR or a NIA; a column of one may be headed as the other.
    return [*kinds, "nir", "nir.without_key"] if field == "ins" else kinds


def _keyed_valid(field: str, column_sql: str, normal: str | None) -> str:
    own = _keyed_normal(field, column_sql) if field != "ip_address" else None
    checks = []
    for kind in _kinds(field):
        plain = RECOGNISERS[kind].normalise(column_sql)
        checks.append(f"coalesce({RECOGNISERS[kind].valid(normal if normal and plain == own else plain)}, false)")
    return "(" + " OR ".join(checks) + ")"


def _name_valid(column_sql: str, normal: str | None = None) -> str:
    name = normal or folded(column_sql)
    letters = matches(name, r"\p{L}.*\p{L}")
    same = f"replace({name}, ' ', '') = repeat(left({name}, 1), length(replace({name}, ' ', '')))"
    return when(letters, f"(NOT {_in_list(name, 'name_placeholders')} AND NOT ({same}))")


def valid_expression(field: str, column_sql: str, normal: str | None = None) -> str:
    """Boolean SQL, never NULL: a person is really exposed by that cell. KeyError for an unknown field.

    `normal` names a column that already holds `normal_expression` of the cell: the check then costs much less.
    """
    if field not in fields():
        raise KeyError(f"no field {field}")
    if field in NAME_FIELDS:
        return _name_valid(column_sql, normal)
    if field == "birth_date":
        return f"coalesce({normal or normalise_date(column_sql)} >= DATE '{EARLIEST_BIRTH}', false)"
    if field in DATE_FIELDS or field in ("sex", "age"):
        return f"({normal or normal_expression(field, column_sql)} IS NOT NULL)"
    if field in KEYED_FIELDS:
        return _keyed_valid(field, column_sql, normal)
    if field == "empty":
        return "false"
    if field in UNCHECKED_FIELDS:
        return f"(NOT {is_blank(column_sql)})"
    if field in NUMBERED_FIELDS:
        return f"({is_filled(column_sql)} AND NOT {_dummy_number(column_sql)})"
    return is_filled(column_sql)


def _dummy_number(column_sql: str) -> str:
    plain = compact(column_sql)
    # Only digits and X can be a dummy; most cells hold another letter, and are not stripped at all.
    repeated = f"({matches(plain, '^[0-9X]{4,}$')} AND NOT {not_dummy(plain)})"
    return when(f"NOT {matches(column_sql, '[A-WYZa-wyz]')}", repeated)


def _dummy(field: str, column_sql: str, normal: str | None) -> str:
    if field in NAME_FIELDS:
        return f"NOT {_name_valid(column_sql, normal)}"
    if field in DATE_FIELDS:
        zeros = matches(column_sql, r"^[\s]*(?:0000|9999|00/00|00-00|99/99|99-99|0{8}|9{8})")
        return f"({zeros} OR coalesce({is_placeholder_day(any_date(column_sql))}, false))"
    if field == "phone":
        phone = RECOGNISERS["phone"]
        plain = normal or phone.normalise(column_sql)
        return f"({phone.shape(plain)} AND NOT {phone.valid(plain)} OR {_dummy_number(column_sql)})"
    if field == "email":
        return matches(normal or normalise_email(column_sql), DUMMY_EMAIL)
    if field in KEYED_FIELDS or field in NUMBERED_FIELDS:
        return _dummy_number(column_sql)
    return "false"


def placeholder_expression(field: str, column_sql: str, normal: str | None = None) -> str:
    """Boolean SQL, never NULL: the cell is not blank but says nothing, by a word or by a dummy of that field.

    `normal` names a column that already holds the normal form, as in `valid_expression`.
    """
    dummy = _dummy(field, column_sql, normal)
    return f"(NOT {is_blank(column_sql)} AND ({is_nothing(column_sql)} OR coalesce({dummy}, false)))"
