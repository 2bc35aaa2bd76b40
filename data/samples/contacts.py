"""Addresses, telephone numbers and e-mail addresses for invented households.

Telephone numbers stay in the ranges that the ARCEP keeps for fiction, 10,000 numbers each: in a chunk of more
than 10,000 people, strangers share a number. E-mail domains are those of RFC 2606.
"""

from __future__ import annotations

import numpy as np
import polars as pl
from population import LANDLINE_PREFIXES, MOBILE_PREFIX, RANGE_SIZE, Households, Ints, Lists, Strings, pick

NEIGHBOURS = 0.7  # of the patients live in the commune of the practice
ACCENTED = "àâäçéèêëîïôöùûüÿñãõóúÀÂÄÇÉÈÊËÎÏÔÖÙÛÜŸÑÃÕÓÚ"
PLAIN = "aaaceeeeiioouuuynaoouAAACEEEEIIOOUUUYNAOOU"
FOLD = dict(zip(ACCENTED, PLAIN, strict=True)) | {"œ": "oe", "Œ": "OE"}


def unaccent(text: pl.Expr) -> pl.Expr:
    """The text without accents or ligatures."""
    return text.str.replace_many(list(FOLD), list(FOLD.values()))


def _addresses(rng: np.random.Generator, communes: Ints, lists: Lists) -> dict[str, list[str]]:
    count = communes.size
    number = (1 + (rng.random(count) ** 2 * 140).astype(np.int64)).astype(str).astype(object)
    extra = np.array(["", " bis", " ter"], dtype=object)[pick(rng, np.array([94, 5, 1]), count)]
    more = ["", "Appt 12, ", "Bât B, ", "Rés. Les Pins, ", "Bât C Appt 204, ", "Esc. 2, ", "Chez Mme Vidal, "]
    before = np.array(more, dtype=object)[pick(rng, np.array([170, 5, 6, 4, 4, 2, 1]), count)]
    street = lists.streets[rng.integers(0, lists.streets.size, count)]
    return {
        "address": (before + number + extra + " " + street).tolist(),
        "postcode": lists.communes["postcode"].gather(communes).to_list(),
        "city": lists.communes["commune"].gather(communes).to_list(),
    }


def draw_communes(rng: np.random.Generator, area: Ints, lists: Lists) -> Ints:
    """A commune of each household's area."""
    out = np.zeros(area.size, dtype=np.int64)
    names, weights = lists.communes["area"].to_numpy(), lists.communes["weight"].to_numpy()
    for index, name in enumerate(lists.areas):
        here, there = np.flatnonzero(area == index), np.flatnonzero(names == name)
        out[here] = there[pick(rng, weights[there], here.size)]
    return out


def _numbers(prefix: Strings, order: Ints, ranks: Ints) -> list[str]:
    last_four = np.array([f"{n:04d}" for n in range(RANGE_SIZE)], dtype=object)
    return (prefix + last_four[order[ranks % RANGE_SIZE]]).tolist()


def add_contacts(
    rng: np.random.Generator, people: pl.DataFrame, homes: Households, lists: Lists, *, near: Ints, chunk: int
) -> pl.DataFrame:
    """People with address, postcode, city, landline, mobile, email, and the old_ ones from before they moved.

    `near` is for each household the commune of its practice, where most of its patients live.
    """
    here = np.where(rng.random(near.size) < NEIGHBOURS, near, draw_communes(rng, homes.area, lists))
    before = draw_communes(rng, homes.area, lists)
    zone = lists.communes["phone_zone"].gather(here).replace_strict(LANDLINE_PREFIXES).to_numpy()
    order = rng.permutation(RANGE_SIZE)
    rank = np.arange(homes.size.size)
    household = pl.DataFrame(
        {
            "household": rank,
            **_addresses(rng, here, lists),
            **{f"old_{k}": v for k, v in _addresses(rng, before, lists).items()},
            "landline": _numbers(zone, order, rank),
            "old_landline": _numbers(zone, order, rank + RANGE_SIZE // 2),
            "has_landline": rng.random(rank.size) < 0.74,
        }
    )
    mobile = np.full(people.height, MOBILE_PREFIX, dtype=object)
    order = rng.permutation(RANGE_SIZE)
    person = np.arange(people.height)
    young = (people["age"] < 14).to_numpy() & homes.is_child
    owner = np.where(young, person - homes.rank, person)  # a young child is reached through a parent
    people = people.join(household, on="household", how="left", maintain_order="left").with_columns(
        pl.Series("mobile", _numbers(mobile, order, owner)),
        pl.Series("old_mobile", _numbers(mobile, order, owner + RANGE_SIZE // 2)),
        pl.Series("has_mobile", rng.random(people.height) < np.where(people["age"].to_numpy() > 80, 0.55, 0.86)),
    )
    return _with_emails(rng, people, homes, lists, chunk)


def _with_emails(
    rng: np.random.Generator, people: pl.DataFrame, homes: Households, lists: Lists, chunk: int
) -> pl.DataFrame:
    """A mailbox of one's own, or that of the first adult of the household for children and some partners."""
    count = people.height
    family = unaccent(pl.col("family_name")).str.to_lowercase().str.replace_all("[ ']", "")
    given = unaccent(pl.col("given_name")).str.to_lowercase().str.replace_all("[ ']", "")
    year = pl.col("born").cast(pl.Int32).cast(pl.Date).dt.strftime("%y")
    shape = pl.Series("shape", pick(rng, np.array([40, 15, 15, 12, 10, 8]), count))
    local = (
        pl.when(shape == 0).then(given + "." + family)
        .when(shape == 1).then(given.str.slice(0, 1) + "." + family)
        .when(shape == 2).then(family + "." + given)
        .when(shape == 3).then(given + family + year)
        .when(shape == 4).then(given + "." + family + year)
        .otherwise(given.str.slice(0, 1) + family)
    )  # fmt: skip
    domain = lists.domains[pick(rng, np.array([3, 2, 4, 3, 4, 3, 2]), count)]
    local = local + (str(chunk) if chunk else "")  # so that two chunks share no mailbox
    people = people.with_columns(local.alias("local"), pl.Series("domain", domain.tolist()))
    rank = pl.int_range(pl.len()).over("local", "domain")
    own = people.select(
        pl.col("local")
        + pl.when(rank > 0).then("." + (rank + 1).cast(pl.String)).otherwise(pl.lit(""))
        + "@"
        + pl.col("domain")
    ).to_series()
    person = np.arange(count)
    age = people["age"].to_numpy()
    shared = (homes.is_child & (age < 17)) | ((homes.rank == 1) & (rng.random(count) < 0.12))
    owner = np.where(shared, person - homes.rank, person)
    has = rng.random(count) < np.interp(age, [0, 15, 20, 55, 75, 90], [0.5, 0.5, 0.78, 0.72, 0.45, 0.18])
    return people.drop("local", "domain").with_columns(own.gather(owner).alias("email"), pl.Series("has_email", has))
