"""Records and mentions brought together: `w.facts` by record, `w.person` by person, `w.patient_of` by controller."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import polars as pl

from breachkit.impact import SPECIAL_CATEGORIES
from breachkit.people.records import CONTROLLER_FIELDS, PersonTable
from breachkit.people.revealed import REVEALED_COLUMNS
from breachkit.reference.catalogue import resource

MAJORITY_YEARS = 18
CHILD_YEARS, ELDER_YEARS = 15, 75  # below 15 a child; from 75 on, letters that are easier to read
MOST_YEARS = 115  # born earlier: probably dead
# Numbers in E.164 that a text message reaches: 06 and 07, and the mobiles of overseas departments and territories.
MOBILE = r"regexp_matches(one, '^\+(?:33[67]|59069|59469|59669|26269|262639|50855|687[7-9]|6898)')"

# Mentions about the patient count for her exposure; those about somebody else expose somebody else.
_SPECIAL_BITS = " | ".join(
    f"(CASE WHEN bool_or(category = '{category}' AND subject = 'patient') THEN {1 << bit} ELSE 0 END)"
    for bit, category in enumerate(SPECIAL_CATEGORIES)
)
_REVEALED_BITS = " | ".join(
    f"(CASE WHEN bool_or(category = '{category}') THEN {1 << bit} ELSE 0 END)"
    for bit, category in enumerate(SPECIAL_CATEGORIES)
)
_ANY_SPECIAL = ", ".join(f"'{category}'" for category in SPECIAL_CATEGORIES)

# The birth date a person's records agree on; ties go to the earliest, so that two runs agree too.
_BORN = "arg_max(born, n * 1000000 - date_diff('day', DATE '1800-01-01', born))"


def build_facts(connection: Any, reference: date, *, ages_known: bool = True) -> None:
    """Makes the three tables; `reference` is the day at which ages are computed, `ages_known` false where none is.

    A birth after that day (a century guessed wrong, an error) tells no age.
    """
    _store_rows(connection)
    _store_ages(connection, reference, ages_known=ages_known)
    _store_persons(connection)


def _store_rows(connection: Any) -> None:
    """`w.facts`, one row for each record and each row tied to one, and `w.facts_of`, the same for each controller."""
    connection.execute(f"""
        CREATE OR REPLACE TABLE w.note_facts AS SELECT note_id, {_SPECIAL_BITS} AS special,
            bool_or(category IN ({_ANY_SPECIAL})) AS any_special FROM w.mentions GROUP BY note_id
    """)
    connection.execute(f"CREATE TABLE IF NOT EXISTS w.revealed ({REVEALED_COLUMNS})")
    connection.execute(f"""
        CREATE OR REPLACE TABLE w.facts AS
        SELECT rid, rid = owner AS is_file, p1, p2, p3, r.controller, coalesce(c.revealing, false) AS revealing, mask,
            coalesce(protected, false) AS protected, coalesce(care, false) AS care,
            coalesce(n.special, 0) | coalesce(v.special, 0) AS special, coalesce(any_special, false) AS any_special,
            note_id, born, deceased OR coalesce(dead, false) AS deceased, email IS NOT NULL AS email,
            len(phones) > 0 AS phone,
            len(list_filter(phones, lambda one: {MOBILE})) AS mobiles, len(phones) AS numbers, postal
        FROM w.files r JOIN (SELECT rid AS owner, p1, p2, p3 FROM w.persons) USING (owner)
        LEFT JOIN w.record_notes USING (rid)
        LEFT JOIN w.note_facts n USING (note_id)
        LEFT JOIN (SELECT rid, {_REVEALED_BITS} AS special FROM w.revealed GROUP BY rid) v USING (rid)
        LEFT JOIN w.status USING (rid)
        LEFT JOIN w.controllers c ON c.id = r.controller
    """)
    # A file that names no controller is each one's whose rows are tied to it; so is a tied row that names none.
    connection.execute("""
        CREATE OR REPLACE TABLE w.facts_of AS
        SELECT f.* REPLACE (coalesce(f.controller, o.controller) AS controller,
            coalesce(c.revealing, false) AS revealing)
        FROM (SELECT * FROM w.facts JOIN (SELECT rid, owner FROM w.files) USING (rid)) f
        LEFT JOIN (SELECT DISTINCT owner, controller FROM w.linked WHERE controller IS NOT NULL) o
            ON f.controller IS NULL AND o.owner = f.owner
        LEFT JOIN w.controllers c ON c.id = coalesce(f.controller, o.controller)
        WHERE coalesce(f.controller, o.controller) IS NOT NULL
    """)


def _store_ages(connection: Any, reference: date, *, ages_known: bool) -> None:
    """`w.age`: the birth date of each person and the bands that the ages at the reference date fall in."""
    day = f"DATE '{reference.isoformat()}'"
    # A date typed where none was known tells no age.
    usable = f"born <= {day} AND born NOT IN (SELECT born FROM w.default_dates)" if ages_known else "false"

    def before(years: int) -> str:
        return f"{day} - INTERVAL {years} YEAR"

    connection.execute(f"""
        CREATE OR REPLACE TABLE w.age AS
        SELECT p2, {_BORN} AS born, {_BORN} > {before(MAJORITY_YEARS)} AS minor,
            {_BORN} > {before(CHILD_YEARS)} AS under_15, {_BORN} <= {before(ELDER_YEARS)} AS from_75,
            {_BORN} < {before(MOST_YEARS)} AS too_old
        FROM (SELECT p2, born, count(*) AS n FROM w.facts WHERE {usable} GROUP BY ALL) GROUP BY p2
    """)


def _store_persons(connection: Any) -> None:
    """`w.person` and, for each controller, `w.patient_of`: what the rows of one person say together."""
    grouped = """bit_or(mask) AS mask, bit_or(special) AS special, bool_or(any_special) AS any_special,
        bool_or(revealing) AS revealing, bool_or(deceased) AS deceased, bool_or(email) AS email,
        bool_or(phone) AS phone, bool_or(mobiles > 0) AS mobile, bool_or(numbers > mobiles) AS landline,
        bool_or(postal) AS postal, bool_or(protected) AS protected, bool_or(care) AS care, count(*) AS records,
        count(note_id) AS notes"""
    dead = "deceased OR coalesce(too_old, false)"  # whose death is told, or probable: no letter goes to either
    connection.execute(f"""
        CREATE OR REPLACE TABLE w.person AS SELECT f.* REPLACE ({dead} AS deceased), minor, under_15 AS child
        FROM (SELECT p2, count(DISTINCT controller) AS controllers, {grouped} FROM w.facts GROUP BY p2) f
        LEFT JOIN w.age USING (p2)
    """)
    connection.execute(f"""
        CREATE OR REPLACE TABLE w.patient_of AS SELECT f.* REPLACE ({dead} AS deceased), minor, under_15 AS child,
            controllers FROM (SELECT controller, p2, {grouped} FROM w.facts_of GROUP BY ALL) f
        LEFT JOIN w.age USING (p2) JOIN (SELECT p2, controllers FROM w.person) USING (p2)
    """)


def build_controllers(connection: Any, professionals: Sequence[PersonTable], revealing: Sequence[str]) -> None:
    """Makes `w.controllers` (id, field, label, specialty, revealing) for each identifier found in the records.

    `revealing` are unaccented upper-case stems: a specialty that holds one tells why its patients came.
    """
    connection.register("known_specialties", pl.DataFrame({"term": known_specialties()}).to_arrow())
    parts = [part for table in professionals if (part := _described(table))]
    described = " UNION ALL ".join(parts) or "SELECT NULL AS id, NULL AS label, NULL AS specialty WHERE false"
    told = " OR ".join(f"contains(upper(strip_accents(coalesce(specialty, ''))), '{stem}')" for stem in revealing)
    connection.execute(f"""
        CREATE OR REPLACE TABLE w.controllers AS
        WITH found AS (
            SELECT controller AS id, min(controller_field) AS field FROM w.files WHERE controller IS NOT NULL
            GROUP BY 1),
        described AS (SELECT id, min(label) AS label, min(specialty) AS specialty FROM ({described}) GROUP BY id)
        SELECT id, field, label, term AS specialty, ({told or "false"}) AS revealing
        FROM found LEFT JOIN described USING (id) LEFT JOIN (
            -- The cell as written where it says a specialty of our list and nothing else, else the words of the list.
            SELECT id, arg_max(CASE WHEN plain = term THEN specialty ELSE term END, length(term)) AS term
            FROM (SELECT id, specialty, trim(regexp_replace(upper(strip_accents(specialty)), '[^A-Z0-9]+', ' ', 'g'))
                AS plain FROM described) JOIN known_specialties ON contains(' ' || plain || ' ', ' ' || term || ' ')
            GROUP BY id) USING (id)
        ORDER BY id
    """)
    connection.unregister("known_specialties")


def known_specialties() -> list[str]:
    """Professions and specialties, unaccented upper case: the only words of a specialty cell that are ever told."""
    lines = resource("lists/specialties.txt").splitlines()
    return [line for line in lines if line and not line.startswith("# ")]


def _described(table: PersonTable) -> str | None:
    identifier = next((table.of(field)[0] for field in CONTROLLER_FIELDS if table.of(field)), None)
    if identifier is None:
        return None

    def raw(field: str) -> str:
        found = table.of(field)
        return f"nullif(trim({found[0].raw}), '')" if found else "CAST(NULL AS VARCHAR)"

    name = f"nullif(concat_ws(' ', {raw('given_name')}, {raw('family_name')}), '')"
    told = f"coalesce({name}, {raw('full_name')}, {raw('practitioner_name')}, {raw('organisation_name')})"
    # Several names for one identifier: they are not the identifier's own (patients of a doctor, say), none is told.
    return f"""SELECT {identifier.normal} AS id,
        CASE WHEN count(DISTINCT upper(strip_accents({told}))) = 1 THEN min({told}) END AS label,
        min({raw("specialty")}) AS specialty
        FROM {table.table} WHERE {identifier.valid} GROUP BY 1"""
