"""How the columns of a table go together, row by row: a name inside an address, a birth date inside a NIR.

Two columns that agree on nearly every row prove each other far better than any list: nothing agrees so by chance.
One statement over at most `ROWS_LOOKED_AT` rows, chosen by a seeded hash of their cells whatever their order.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from breachkit.fields.dates import FIRST_DAY, LAST_DAY
from breachkit.fields.order import SERIAL_DAYS
from breachkit.fields.profile import SAMPLE_SEED, ColumnProfile
from breachkit.recognisers.date import any_date
from breachkit.recognisers.keys import compact, trimmed
from breachkit.recognisers.nir import nir_number

if TYPE_CHECKING:
    import duckdb

ROWS_LOOKED_AT = 5_000
MIN_ROWS = 12  # rows where both columns are filled; below, an agreement proves nothing. Our choice.
MOST_COLUMNS = 8  # columns of one sort that are compared; wider tables would cost their square


@dataclass(frozen=True)
class Relation:
    """Two columns, by position from 0, the share of rows that agree, and the rows where both are filled."""

    kind: str
    first: int
    second: int
    share: float
    rows: int


@dataclass(frozen=True)
class _Pair:
    kind: str
    first: int
    second: int
    agree: str
    both: str


def _is_name(one: ColumnProfile) -> bool:
    return one.distinct >= 10 and one.shares["letters"] >= 0.8 and one.numbers["words_mean"] <= 3.5


def _is_login(one: ColumnProfile) -> bool:
    lower = one.shares["lower_word"] + one.shares["lower_dotted"] >= 0.8
    return one.distinct >= 10 and (one.shares["at_sign"] >= 0.5 or (lower and one.shares["any_digit"] < 0.9))


def _is_date(one: ColumnProfile) -> bool:
    return one.distinct >= 10 and (one.shares["date"] >= 0.5 or _is_serial(one))


def _is_serial(one: ColumnProfile) -> bool:
    low, high = (one.numbers.get(f"number_{name}", -1.0) for name in ("low", "high"))
    return one.shares["spreadsheet_day"] >= 0.9 and low >= FIRST_DAY and high <= LAST_DAY


def _is_nir(one: ColumnProfile) -> bool:
    return one.kinds["nir"].valid >= 0.4 * one.looked_at or one.shares["tight_nir"] >= 0.6


def _is_town(one: ColumnProfile) -> bool:
    return one.distinct >= 8 and one.shares["letters"] >= 0.6 and one.distinct_ratio < 0.6


def _is_postcode(one: ColumnProfile) -> bool:
    shaped = one.kinds["postcode"].shaped >= 0.8 * one.looked_at and one.length_max <= 8
    return shaped and one.distinct >= 8 and one.shares["decimal"] < 0.02 and one.length_min >= 4


def _is_commune(one: ColumnProfile) -> bool:
    return one.distinct >= 8 and one.kinds["birth_place.commune_code"].shaped >= 0.9 * one.looked_at


def _is_age(one: ColumnProfile) -> bool:
    return one.distinct >= 10 and one.shares["integer"] >= 0.9 and one.numbers.get("number_high", 999) <= 115


SORTS = {
    "name": _is_name,
    "login": _is_login,
    "date": _is_date,
    "nir": _is_nir,
    "town": _is_town,
    "postcode": _is_postcode,
    "commune": _is_commune,
    "age": _is_age,
    "two": lambda one: one.distinct == 2 and one.length_max <= 10,
    "key": lambda one: one.distinct >= 10 and one.shares["two_digits"] >= 0.9,
}


def _sorted(profiles: Sequence[ColumnProfile]) -> dict[str, list[int]]:
    """The columns of each sort, those most filled first; the order of the columns is no matter."""
    found = {}
    for sort, fits in SORTS.items():
        places = [at for at, one in enumerate(profiles) if one.looked_at and fits(one)]
        places.sort(key=lambda at: (-profiles[at].filled, -profiles[at].distinct, profiles[at].length_mean))
        found[sort] = sorted(places[:MOST_COLUMNS])
    return found


def _letters(at: int) -> str:
    return f"regexp_replace(strip_accents(lower(v{at})), '[^a-z ]', ' ', 'g')"


def _has_part(name: str, login: str) -> str:
    """Boolean SQL: the whole name, or its first or last word of three letters at least, stands in the address."""
    whole = f"replace({name}, ' ', '')"
    words = [whole, f"regexp_extract({name}, '^[a-z]+')", f"regexp_extract({name}, '[a-z]+$')"]
    return "(" + " OR ".join(f"(length({one}) >= 3 AND position({one} IN {login}) > 0)" for one in words) + ")"


def _pairs(sorts: dict[str, list[int]]) -> Iterator[_Pair]:
    for first in sorts["name"]:
        for second in sorts["login"]:
            if first != second:
                yield _Pair(
                    "name_in_login", first, second, _has_part(f"a{first}", f"b{second}"), f"a{first}, b{second}"
                )
        for second in sorts["name"]:
            if first < second:
                yield _Pair("same_name", first, second, f"a{first} = a{second}", f"a{first}, a{second}")
            if first != second:
                inside = (
                    f"position(concat(' ', a{second}, ' ') IN concat(' ', a{first}, ' ')) > 0 AND a{first} <> a{second}"
                )
                yield _Pair("holds_name", first, second, inside, f"a{first}, a{second}")
    for first in sorts["nir"]:
        for second in sorts["date"]:
            agree = f"substr(n{first}, 2, 4) = strftime(d{second}, '%y%m')"
            yield _Pair("birth_in_nir", first, second, agree, f"n{first}, d{second}")
        for second in sorts["two"]:
            # Both sexes have to be there: one digit on every row agrees with anything that is constant.
            man = f"left(n{first}, 1) IN ('1', '3', '7')"
            balanced = f"s{first} BETWEEN 0.1 AND 0.9"
            agree = f"{balanced} AND ({man}) = (v{second} = m{second})"
            yield _Pair("sex_in_nir", first, second, agree, f"n{first}, v{second}")
            against = f"{balanced} AND ({man}) <> (v{second} = m{second})"
            yield _Pair("sex_in_nir", first, second, against, f"n{first}, v{second}")
        for second in sorts["commune"]:
            yield _Pair(
                "commune_in_nir", first, second, f"substr(n{first}, 6, 5) = upper(v{second})", f"n{first}, v{second}"
            )
        for second in sorts["key"]:
            agree = f"97 - {nir_number(f'n{first}')} % 97 = TRY_CAST(v{second} AS INTEGER)"
            yield _Pair("key_of_nir", first, second, agree, f"n{first}, v{second}")
    for first in sorts["age"]:
        for second in sorts["date"]:
            agree = f"abs(y{first}_{second} - o{first}_{second}) <= 1"
            yield _Pair("age_of_birth", first, second, agree, f"v{first}, d{second}")


def _plain_columns(sorts: dict[str, list[int]], profiles: Sequence[ColumnProfile]) -> list[str]:
    """SELECT items over the table: each column needed, in the forms that the comparisons use."""
    needed = sorted({at for places in sorts.values() for at in places})
    return [f"nullif({trimmed(profiles[at].column)}, '') AS v{at}" for at in needed]


def _derived(sorts: dict[str, list[int]], serial: set[int]) -> list[str]:
    items = [f"nullif(trim(regexp_replace({_letters(at)}, ' +', ' ', 'g')), '') AS a{at}" for at in sorts["name"]]
    items += [f"nullif(split_part(lower(v{at}), '@', 1), '') AS b{at}" for at in sorts["login"]]
    for at in sorts["date"]:
        written = SERIAL_DAYS.of(f"v{at}") if at in serial else f"v{at}"
        items.append(f"{any_date(written)} AS d{at}")
    items += [f"nullif({compact(f'v{at}')}, '') AS n{at}" for at in sorts["nir"]]
    items += [f"min(v{at}) OVER () AS m{at}" for at in sorts["two"]]
    men = "avg(CASE WHEN left({}, 1) IN ('1', '3', '7') THEN 1.0 ELSE 0.0 END) OVER ()"
    items += [f"{men.format(compact(f'v{at}'))} AS s{at}" for at in sorts["nir"]]
    return items


def _ages(sorts: dict[str, list[int]]) -> list[str]:
    """Year of birth plus age, and its median: the same sum on every row where one is the age of the other."""
    items = []
    for age in sorts["age"]:
        for day in sorts["date"]:
            total = f"year(d{day}) + TRY_CAST(v{age} AS INTEGER)"
            items += [f"{total} AS y{age}_{day}", f"median({total}) OVER () AS o{age}_{day}"]
    return items


def relations(
    connection: duckdb.DuckDBPyConnection, table: str, profiles: Sequence[ColumnProfile]
) -> tuple[Relation, ...]:
    """The pairs of columns that were compared, with the share of rows that agree."""
    sorts = _sorted(profiles)
    pairs = list(_pairs(sorts))
    towns = [(first, second) for first in sorts["postcode"] for second in sorts["town"] if first != second]
    if not pairs and not towns:
        return ()
    parts = []
    for pair in pairs:
        both = " AND ".join(f"{one} IS NOT NULL" for one in pair.both.split(", "))
        parts += [f"count(*) FILTER (WHERE {both})", f"count(*) FILTER (WHERE {both} AND {pair.agree})"]
    for first, second in towns:
        both = f"FILTER (WHERE v{first} IS NOT NULL AND v{second} IS NOT NULL)"
        couple = f"count(DISTINCT concat(v{first}, '|', upper(v{second}))) {both}"
        parts += [
            f"count(*) {both}",
            f"greatest(count(DISTINCT v{first}) {both}, count(DISTINCT v{second}) {both})",
            couple,
        ]
    counts = connection.execute(_statement(table, profiles, sorts, parts)).fetchone() or ()
    found = [
        Relation(pair.kind, pair.first, pair.second, int(agree) / int(rows), int(rows))
        for pair, rows, agree in zip(pairs, counts[0::2], counts[1::2], strict=False)
        if rows >= MIN_ROWS
    ]
    return (*found, *_town_relations(towns, counts[2 * len(pairs) :]))


def _town_relations(towns: Sequence[tuple[int, int]], counts: Sequence[int]) -> Iterator[Relation]:
    """Postcode and town: 1 where each postcode has one town; said only where couples come back often enough."""
    for at, (first, second) in enumerate(towns):
        rows, most, couples = counts[3 * at : 3 * at + 3]
        if rows >= MIN_ROWS and couples and rows >= 1.5 * couples:
            yield Relation("town_of_postcode", first, second, min(1.0, most / couples), int(rows))


def _statement(table: str, profiles: Sequence[ColumnProfile], sorts: dict[str, list[int]], parts: list[str]) -> str:
    plain = _plain_columns(sorts, profiles)
    serial = {at for at in sorts["date"] if profiles[at].shares["date"] < 0.5}
    step = max(1, profiles[0].rows // ROWS_LOOKED_AT)
    columns = ", ".join(one.column for one in profiles)
    chosen = f" WHERE hash({columns}, {SAMPLE_SEED}) % {step} = 0" if step > 1 else ""
    return f"""
        WITH plain AS MATERIALIZED (SELECT {", ".join(plain)} FROM {table}{chosen}),
        told AS MATERIALIZED (SELECT {", ".join(["*", *_derived(sorts, serial)])} FROM plain),
        summed AS MATERIALIZED (SELECT {", ".join(["*", *_ages(sorts)])} FROM told)
        SELECT {", ".join(parts)} FROM summed"""
