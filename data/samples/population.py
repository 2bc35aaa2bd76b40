"""Invented French people, drawn by households, with names, places and contacts that hang together.

Nothing here is taken from a person: the lists were written from general knowledge of French names and
communes, every second family name is composed of a stem and a suffix, telephone numbers come from the
ranges that the ARCEP keeps for fiction, and e-mail domains from those that RFC 2606 reserves.

Only uniform draws and integer weights are used, so the same seed gives the same people on every system.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

LISTS = Path(__file__).parent / "lists"
REFERENCE_DATE = dt.date(2025, 12, 31)
EPOCH = dt.date(1970, 1, 1)
REFERENCE_DAY = (REFERENCE_DATE - EPOCH).days

LANDLINE_PREFIXES = {"01": "019900", "02": "026191", "03": "035301", "04": "046571", "05": "053649"}
MOBILE_PREFIX = "063998"
RANGE_SIZE = 10_000  # numbers in each ARCEP fiction range; beyond that, numbers are shared by strangers

# adults, children, weight: about 2.1 persons a household, as in a practice that follows whole families
HOUSEHOLDS = np.array([(1, 0, 42), (2, 0, 32), (2, 1, 9), (2, 2, 8), (2, 3, 3), (1, 1, 6), (1, 2, 3)])
LISTED_FACTOR = 2  # a listed name weighs 2 to 28, a composed one 1: about half of the people each
REGIONAL_FACTOR = {
    "Bretagne": {"bzh": 14},
    "Alsace": {"als": 14},
    "Corse": {"cor": 20},
    "Réunion": {"reu": 22},
    "Antilles-Guyane": {"reu": 22},
    "Île-de-France": {"mag": 3, "afr": 5, "por": 3, "vie": 3},
}
FOREIGN = ["mag", "por", "afr", "vie"]  # origins whose given names are listed apart
ELSEWHERE = {"bzh", "als", "cor", "reu"}  # regional names, rarer out of their region

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
Strings = NDArray[np.object_]


def _table(name: str) -> pl.DataFrame:
    return pl.read_csv(LISTS / name, separator="\t", infer_schema=False, quote_char=None)


def pick(rng: np.random.Generator, weights: Ints, size: int) -> Ints:
    """Indexes drawn with the given integer weights."""
    cumulative = np.cumsum(weights)
    return np.searchsorted(cumulative, rng.random(size) * cumulative[-1], side="right").astype(np.int64)


@dataclass(frozen=True)
class Lists:
    """The lists of names and places, read once."""

    family: Strings
    family_origin: Strings
    family_weight: Ints
    given: pl.DataFrame
    twins: pl.DataFrame
    communes: pl.DataFrame
    streets: Strings
    domains: Strings
    areas: list[str] = field(default_factory=list)

    @classmethod
    def load(cls) -> Lists:
        """Read every list of the folder `lists`."""
        listed = _table("family_names.tsv")
        stems, suffixes = (
            _table("family_name_stems.txt")["stem"],
            _table("family_name_suffixes.txt")["suffix"],
        )
        known = set(listed["family_name"])
        composed = [a + b for a in stems for b in suffixes if a + b not in known]
        origin = listed["origin"].to_list() + ["fr"] * len(composed)
        weight = (listed["weight"].cast(pl.Int64) * LISTED_FACTOR).to_list() + [1] * len(composed)
        communes = _table("communes.tsv").with_columns(pl.col("weight").cast(pl.Int64))
        return cls(
            family=np.array(listed["family_name"].to_list() + composed, dtype=object),
            family_origin=np.array(origin, dtype=object),
            family_weight=np.array(weight, dtype=np.int64),
            given=_table("given_names.tsv").with_columns(pl.col("birth_decade").cast(pl.Int64, strict=False)),
            twins=_table("twin_names.tsv"),
            communes=communes,
            streets=np.array(_table("streets.txt")["street"].to_list(), dtype=object),
            domains=np.array(_table("mail_domains.txt")["domain"].to_list(), dtype=object),
            areas=communes["area"].unique(maintain_order=True).to_list(),
        )

    def family_weights(self, area: str) -> Ints:
        """Weights of the family names in one area: regional names are common at home and rare elsewhere."""
        factor = REGIONAL_FACTOR.get(area, {})
        scale = [factor.get(o, 2) * (1 if o in ELSEWHERE and o not in factor else 2) for o in self.family_origin]
        return self.family_weight * np.array(scale, dtype=np.int64)


@dataclass(frozen=True)
class Households:
    """One row per household, and for each person the household and the rank in it."""

    size: Ints
    adults: Ints
    of_person: Ints
    rank: Ints
    area: Ints

    @property
    def is_child(self) -> Bools:
        """Whether a person is a child of the household, of any age."""
        return self.rank >= self.adults[self.of_person]


def draw_households(rng: np.random.Generator, persons: int, area_weights: Ints) -> Households:
    """Households that hold exactly the given number of persons (the last one may be cut)."""
    kind = pick(rng, HOUSEHOLDS[:, 2], persons)
    size = HOUSEHOLDS[kind, 0] + HOUSEHOLDS[kind, 1]
    ends = np.cumsum(size)
    count = int(np.searchsorted(ends, persons)) + 1
    size, kind, ends = size[:count], kind[:count], ends[:count]
    of_person = np.repeat(np.arange(count), size)[:persons]
    rank = np.arange(persons) - (ends - size)[of_person]
    return Households(size, HOUSEHOLDS[kind, 0], of_person, rank, pick(rng, area_weights, count))


def _ages(rng: np.random.Generator, homes: Households) -> tuple[Ints, Bools]:
    """Day of birth (days since 1970), and who is the twin of the child before."""
    count, persons = homes.size.size, homes.of_person.size
    with_children = homes.size > homes.adults
    alone = np.interp(rng.random(count), [0, 0.18, 0.5, 0.8, 1], [19, 32, 52, 72, 99])
    parent = np.where(with_children, 23 + 33 * rng.random(count), alone)[homes.of_person]
    other = np.maximum(parent + 10 * rng.random(persons) - 5, 19)
    child = rng.random(persons) * np.minimum(parent - 19, 25)
    years = np.where(homes.is_child, child, np.where(homes.rank == 0, parent, other))
    born = REFERENCE_DAY - np.floor(years * 365.25).astype(np.int64)
    twin = homes.is_child & (homes.rank > homes.adults[homes.of_person]) & (rng.random(persons) < 0.07)
    born[1:] = np.where(twin[1:], born[:-1], born[1:])
    return born, twin


def _sexes(rng: np.random.Generator, homes: Households) -> Bools:
    """True for women."""
    persons = homes.of_person.size
    pair = (homes.adults == 2)[homes.of_person]
    lone_parent = ((homes.adults == 1) & (homes.size > 1))[homes.of_person]
    female = rng.random(persons) < np.where(lone_parent & ~homes.is_child, 0.85, 0.52)
    same_sex = (rng.random(homes.size.size) < 0.03)[homes.of_person]
    couple = np.where(same_sex, (homes.of_person % 2) == 0, homes.rank == 1)
    return np.where(pair & ~homes.is_child, couple, female)


def _families(
    rng: np.random.Generator, homes: Households, female: Bools, area_weights: list[Ints], lists: Lists
) -> tuple[Strings, Strings, Strings]:
    """Name in use, name at birth, and origin of the name at birth."""
    count, persons = homes.size.size, homes.of_person.size
    his, hers = np.zeros(count, dtype=np.int64), np.zeros(count, dtype=np.int64)
    for area, weights in enumerate(area_weights):
        here = np.flatnonzero(homes.area == area)
        his[here], hers[here] = pick(rng, weights, here.size), pick(rng, weights, here.size)
    h = homes.of_person
    pair = (homes.adults == 2)[h]
    adult = ~homes.is_child
    from_mother = (rng.random(count) < np.where(homes.adults == 2, 0.08, 0.5))[h]
    takes_hers = np.where(adult, female & ((homes.rank == 1) | ~pair), from_mother)
    birth_index = np.where(takes_hers, hers[h], his[h])
    birth = lists.family[birth_index]
    draw = rng.random(persons)
    married = adult & female & (birth_index == hers[h]) & (draw < np.where(pair, 0.76, 0.38))
    use = np.where(married, lists.family[his[h]], birth)
    double = married & (rng.random(persons) < 0.07)
    use[double] = birth[double] + "-" + use[double]
    both = (~adult) & ((rng.random(count) < 0.07)[h])
    birth = birth.copy()
    birth[both] = lists.family[hers[h][both]] + " " + lists.family[his[h][both]]
    return np.where(both, birth, use), birth, lists.family_origin[birth_index]


def _given_names(rng: np.random.Generator, born: Ints, female: Bools, origin: Strings, lists: Lists) -> Strings:
    """A given name by sex, decade of birth and, three times in four, origin of the family name."""
    persons = born.size
    shift = 10 * pick(rng, np.array([2, 6, 1]), persons) - 10  # fashions last: the decade before, or after
    decade = np.clip((1970 + born / 365.2425).astype(np.int64) // 10 * 10 + shift, 1920, 2020)
    foreign = np.isin(origin, FOREIGN) & (rng.random(persons) < 0.75)
    group = np.where(foreign, origin, "fr")
    out = np.full(persons, "", dtype=object)
    draw = rng.random(persons)
    for sex, is_female in (("F", True), ("M", False)):
        mine = lists.given.filter(pl.col("sex") == sex)
        for code, ten in [("fr", d) for d in range(1920, 2030, 10)] + [(c, 0) for c in FOREIGN]:
            names = mine.filter((pl.col("origin") == code) & (pl.col("birth_decade").fill_null(0) == ten))
            here = (female == is_female) & (group == code) & ((decade == ten) | (ten == 0))
            pool = np.array(names["given_name"].to_list(), dtype=object)
            # the square of a uniform draw makes the first of a list about three times as common as the last
            out[here] = pool[(draw[here] * draw[here] * pool.size).astype(np.int64)]
    return out


def _make_traps(
    rng: np.random.Generator, homes: Households, twin: Bools, female: Bools, given: Strings, lists: Lists
) -> None:
    """Give twins similar names now and then, and a few sons their father's name."""
    pairs = lists.twins
    second = np.flatnonzero(twin & (rng.random(twin.size) < 0.45))
    chosen = rng.integers(0, pairs.height, second.size)
    for offset, number in ((-1, 1), (0, 2)):
        given[second + offset] = pairs[f"given_name_{number}"].to_numpy()[chosen]
        female[second + offset] = pairs[f"sex_{number}"].to_numpy()[chosen] == "F"
    father = np.flatnonzero(homes.rank == 0)[homes.of_person]
    namesake = homes.is_child & ~female & ~female[father] & ~twin & (rng.random(twin.size) < 0.012)
    given[namesake] = given[father[namesake]]


def _separate_siblings(
    rng: np.random.Generator,
    homes: Households,
    born: Ints,
    female: Bools,
    origin: Strings,
    given: Strings,
    lists: Lists,
) -> None:
    """Draw again where a child has the given name of an elder brother or sister."""
    for back in (1, 2, 1):
        same = np.zeros(given.size, dtype=bool)
        same[back:] = (given[back:] == given[:-back]) & (homes.of_person[back:] == homes.of_person[:-back])
        again = np.flatnonzero(same & homes.is_child)
        if again.size:
            given[again] = _given_names(rng, born[again], female[again], origin[again], lists)


def draw_people(
    rng: np.random.Generator, persons: int, area_weights: Ints, lists: Lists
) -> tuple[pl.DataFrame, Households]:
    """Exactly `persons` people, one row each, sorted by household.

    Columns: household, area (index in `lists.areas`), female, born (days since 1970), age (years at the
    reference date), adult (of the household), family_name, birth_name, given_name, twin, alike (one of two
    strangers with the same names and birth date, placed on purpose).
    """
    homes = draw_households(rng, persons, area_weights)
    born, twin = _ages(rng, homes)
    female = _sexes(rng, homes)
    weights = [lists.family_weights(area) for area in lists.areas]
    use, birth, origin = _families(rng, homes, female, weights, lists)
    given = _given_names(rng, born, female, origin, lists)
    _make_traps(rng, homes, twin, female, given, lists)
    _separate_siblings(rng, homes, born, female, origin, given, lists)
    people = pl.DataFrame(
        {
            "household": homes.of_person,
            "area": homes.area[homes.of_person],
            "female": female,
            "born": born,
            "adult": ~homes.is_child,
            "family_name": use.tolist(),
            "birth_name": birth.tolist(),
            "given_name": given.tolist(),
            "twin": twin,
            "alike": np.zeros(persons, dtype=bool),
        }
    )
    return _with_strangers_alike(rng, people, homes).with_columns(age_years(pl.col("born")).alias("age")), homes


def _with_strangers_alike(rng: np.random.Generator, people: pl.DataFrame, homes: Households) -> pl.DataFrame:
    """One person in each 2,000 takes the names, sex and birth date of a stranger of another area."""
    alone = np.flatnonzero((homes.size == 1)[homes.of_person])
    wanted = 1 + people.height // 2000
    areas = homes.area[homes.of_person]
    one = rng.permutation(alone[areas[alone] == areas[alone].min()])[:wanted]
    two = rng.permutation(alone[areas[alone] == areas[alone].max()])[:wanted]
    pairs = min(one.size, two.size)
    if pairs == 0 or areas[one[0]] == areas[two[0]]:
        return people
    rows = np.arange(people.height)
    rows[two[:pairs]] = one[:pairs]
    alike = np.isin(np.arange(people.height), np.concatenate([one[:pairs], two[:pairs]]))
    copied = ["female", "born", "family_name", "birth_name", "given_name"]
    return people.with_columns(*(people[c][rows] for c in copied), pl.Series("alike", alike))


def age_years(born: pl.Expr) -> pl.Expr:
    """Whole years at the reference date, from a day counted since 1970."""
    day = born.cast(pl.Int32).cast(pl.Date)
    later = (day.dt.month() * 100 + day.dt.day()) > REFERENCE_DATE.month * 100 + REFERENCE_DATE.day
    return REFERENCE_DATE.year - day.dt.year() - later.cast(pl.Int32)
