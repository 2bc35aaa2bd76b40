# ruff: noqa: SIM905 - lists of words are read and edited as words
"""Registers of invented patients whose truth is known: households, their files at several doctors, and every fault.

`draw(Setting(...))` gives one row a file, as typed, with the person and the doctor behind it. The faults are those of
real files: double files with typing slips, swapped names and dates, missing and default birth dates, married names,
people who moved, shared telephones, children on a parent's NIR, twins, sons with the father's name, strangers alike.
Nothing of the reference room is used: lists, faults and shares are the simulator's own.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import polars as pl
from people_names import GIVEN, STREETS, TOWNS, TWINS, family_names

REFERENCE_DAY = 20453  # 31 December 2025, in days since 1970
FIRST_YEAR = 1970


@dataclass(frozen=True)
class Setting:
    """How large and how noisy. Shares are of the second files of a person, unless the name says otherwise."""

    persons: int = 20_000
    doctors: int = 60
    seed: int = 1
    duplicates: float = 0.21  # of files
    typo: float = 0.10
    swapped_names: float = 0.03
    swapped_date: float = 0.03
    date_slip: float = 0.03
    undated: float = 0.05
    default_date: float = 0.03
    moved: float = 0.10
    other_name: float = 0.07
    cut_given: float = 0.05
    no_contact: float = 0.06
    name_only: float = 0.03
    other_doctor: float = 0.5
    undated_any: float = 0.01  # of all files
    contactless_any: float = 0.05  # of all files
    real_phones: bool = True  # numbers of the range for fiction; else longer ones that nobody can have

    def noisier(self, factor: float) -> Setting:
        """Every fault more frequent, within reason."""
        names = ("typo swapped_names swapped_date date_slip undated default_date moved other_name cut_given no_contact "
                 "name_only undated_any contactless_any").split()  # fmt: skip
        return replace(self, **{name: min(0.45, getattr(self, name) * factor) for name in names})


def _pick(rng: np.random.Generator, weights: Any, size: int) -> Any:
    cumulative = np.cumsum(np.asarray(weights, dtype=float))
    return np.searchsorted(cumulative, rng.random(size) * cumulative[-1], side="right")


def _households(rng: np.random.Generator, n: int) -> dict[str, Any]:
    kinds = np.array([(1, 0, 42), (2, 0, 31), (2, 1, 9), (2, 2, 9), (2, 3, 3), (1, 1, 4), (1, 2, 2)])
    kind = _pick(rng, kinds[:, 2], n)
    size = kinds[kind, :2].sum(axis=1)
    count = int(np.searchsorted(np.cumsum(size), n)) + 1
    size, kind = size[:count], kind[:count]
    home = np.repeat(np.arange(count), size)[:n]
    first = np.cumsum(size) - size
    rank = np.arange(n) - first[home]
    adults = kinds[kind, 0][home]
    return {"home": home, "rank": rank, "adults": adults, "child": rank >= adults, "homes": count, "first": first[home]}


def _born(rng: np.random.Generator, h: dict[str, Any]) -> tuple[Any, Any]:
    n = h["home"].size
    alone = np.interp(rng.random(h["homes"]), [0, 0.2, 0.5, 0.8, 1], [20, 35, 53, 73, 100])[h["home"]]
    parents = (24 + 32 * rng.random(h["homes"]))[h["home"]]
    family = np.isin(h["home"], np.unique(h["home"][h["child"]]))
    adult = np.where(family, parents, alone) + np.where(h["rank"] > 0, 10 * rng.random(n) - 5, 0)
    age = np.where(h["child"], rng.random(n) * np.minimum(parents - 20, 26), np.maximum(adult, 19))
    born = REFERENCE_DAY - np.floor(age * 365.25).astype(np.int64)
    twin = h["child"] & (h["rank"] > h["adults"]) & (rng.random(n) < 0.06)
    born[1:] = np.where(twin[1:], born[:-1], born[1:])
    return born, twin


def _given(rng: np.random.Generator, born: Any, female: Any, pool: list[str]) -> Any:
    year = FIRST_YEAR + born / 365.2425 + rng.normal(0, 6, born.size)
    era = np.digitize(year, [1946, 1976, 2000])
    out, at, u = np.zeros(born.size, dtype=np.int64), 0, rng.random(born.size)
    for (sex, when), words in GIVEN.items():
        names = words.split()
        here = (female == (sex == "F")) & (era == when)
        out[here] = at + np.floor(u[here] ** 1.7 * len(names)).astype(np.int64)
        pool.extend(names)
        at += len(names)
    return out


def people(setting: Setting) -> pl.DataFrame:
    """One row a person: names, birth, sex, household, address, contacts, NIR, doctor."""
    rng = np.random.default_rng(setting.seed)
    n = setting.persons
    h = _households(rng, n)
    born, twin = _born(rng, h)
    female = np.where(h["adults"] == 2, (h["rank"] == 1) | (h["child"] & (rng.random(n) < 0.49)), rng.random(n) < 0.52)
    names = family_names()
    weight = 1 / (np.arange(len(names)) + 60.0) ** 0.8
    his, hers = _pick(rng, weight, h["homes"])[h["home"]], _pick(rng, weight, h["homes"])[h["home"]]
    couple = h["adults"] == 2
    birth = np.where(~h["child"] & female, hers, his)
    married = ~h["child"] & female & (rng.random(n) < np.where(couple, 0.7, 0.35))
    usage = np.where(married, his, birth)
    both = h["child"] & (rng.random(h["homes"]) < 0.07)[h["home"]]
    pool: list[str] = []
    given = _given(rng, born, female, pool)
    father = h["first"]
    namesake = h["child"] & ~female & ~female[father] & ~twin & (rng.random(n) < 0.012)
    given = np.where(namesake, given[father], given)
    again = h["child"] & np.r_[False, (given[1:] == given[:-1]) & (h["home"][1:] == h["home"][:-1])] & ~namesake
    given = np.where(again, _given(rng, born, female, []), given)
    town = rng.integers(0, len(TOWNS), h["homes"]) if n > 200_000 else rng.integers(0, 40, h["homes"])
    frame = pl.DataFrame(
        {
            "person": np.arange(n),
            "home": h["home"],
            "child": h["child"],
            "female": female,
            "twin": twin,
            "born": born,
            "family": pl.Series(names).gather(usage),
            "birth": pl.Series(names).gather(birth),
            "second": pl.Series(names).gather(hers),
            "given": pl.Series(pool).gather(given),
            "both": both,
            "parent": h["first"],
            "town": town[h["home"]],
            "order": rng.integers(1, 999, n),
            "commune": rng.integers(1, 500, n),
        }
    ).with_columns(
        pl.when("both").then(pl.col("birth") + "-" + pl.col("second")).otherwise(pl.col("family")).alias("family"),
        pl.when("both").then(pl.col("birth") + "-" + pl.col("second")).otherwise(pl.col("birth")).alias("birth"),
    )
    return _contacts(rng, _alike(rng, _twins(rng, frame)), setting)


def _twins(rng: np.random.Generator, frame: pl.DataFrame) -> pl.DataFrame:
    """Half of the twins have names that sound alike."""
    pairs = [one.split() for one in TWINS]
    second = frame["twin"].to_numpy() & (rng.random(frame.height) < 0.5)
    chosen = np.where(second, rng.integers(0, len(pairs), frame.height), -1)
    first = np.r_[chosen[1:], -1]
    one, two = pl.Series([p[0] for p in pairs]), pl.Series([p[1] for p in pairs])
    return frame.with_columns(
        pl.when(pl.Series(chosen >= 0)).then(two.gather(np.maximum(chosen, 0)))
        .when(pl.Series(first >= 0)).then(one.gather(np.maximum(first, 0))).otherwise("given").alias("given")
    )  # fmt: skip


def _alike(rng: np.random.Generator, frame: pl.DataFrame) -> pl.DataFrame:
    """One person in 2,500 has the names, sex and birth date of a stranger."""
    n = frame.height
    two = rng.choice(n, max(1, n // 2500), replace=False)
    rows = np.arange(n)
    rows[two] = rng.permutation(two)
    same = ["female", "born", "family", "birth", "given"]
    return frame.with_columns(*(frame[name].gather(rows) for name in same))


def _contacts(rng: np.random.Generator, frame: pl.DataFrame, setting: Setting) -> pl.DataFrame:
    n, homes = frame.height, int(frame["home"].max()) + 1  # type: ignore[arg-type]
    home = frame["home"].to_numpy()
    pool = 10_000 if setting.real_phones else 10_000_000
    adult = ~frame["child"].to_numpy()
    mobile = np.where(adult, rng.integers(0, pool, n), rng.integers(0, pool, homes)[home])
    doctors = _pick(rng, 0.5 + rng.random(setting.doctors), homes)
    return frame.with_columns(
        mobile=pl.Series(np.where(rng.random(n) < 0.75, mobile, -1)),
        landline=pl.Series(np.where(rng.random(homes) < 0.45, rng.integers(0, pool, homes), -1)[home]),
        mail=pl.Series((rng.random(n) < np.where(adult, 0.5, 0.0)) | (rng.random(n) < 0.15)),
        number=pl.Series(rng.integers(1, 180, homes)[home]),
        street=pl.Series(rng.integers(0, len(STREETS), homes)[home]),
        doctor=pl.Series(np.where(rng.random(n) < 0.9, doctors[home], rng.integers(0, setting.doctors, n))),
    )


def _slip(text: pl.Expr, where: pl.Expr, kind: pl.Expr) -> pl.Expr:
    """One slip: a letter missing, doubled, replaced, or two swapped; never the first."""
    at = 1 + (where * (text.str.len_chars() - 1)).floor().cast(pl.Int64)
    head, letter, rest = text.str.slice(0, at), text.str.slice(at, 1), text.str.slice(at + 1)
    other = letter.replace(list("AEIOURNTLSMDCGPBVFHQJKXYZW"), list("EAOIYTMRKDNSVFBPCGJKHLZUSV"))
    return (
        pl.when(kind < 0.3).then(head + rest)
        .when(kind < 0.5).then(head + letter + letter + rest)
        .when(kind < 0.8).then(head + other + rest)
        .otherwise(head + rest.str.slice(0, 1) + letter + rest.str.slice(1))
    )  # fmt: skip


def draw(setting: Setting) -> pl.DataFrame:
    """One row a file, as typed, in random order; `person` and `doctor` are the truth.

    Columns family, birth, given, born (date, NULL where missing or a default), swapped and slipped in place, sex,
    mobile, landline, email, number, street, postcode, town, nir, doctor, default (a default date was typed), minor.
    """
    who = people(setting)
    rng = np.random.default_rng(setting.seed + 10_000)
    n = who.height
    share = setting.duplicates / (1 - setting.duplicates)
    extra = _pick(rng, [1 - share * 0.81, share * 0.66, share * 0.11, share * 0.04], n)
    rows = np.repeat(np.arange(n), 1 + extra)
    rank = np.arange(rows.size) - np.repeat(np.cumsum(1 + extra) - 1 - extra, 1 + extra)
    lines = who[rows].with_columns(rank=pl.Series(rank))
    m = lines.height

    def second(probability: float) -> pl.Series:
        return pl.Series((rank > 0) & (rng.random(m) < probability))

    def any_of(probability: float) -> pl.Series:
        return pl.Series(rng.random(m) < probability)

    u = {name: pl.lit(pl.Series(rng.random(m))) for name in "abcd"}
    family, given = pl.col("family"), pl.col("given")
    family = pl.when(second(setting.other_name)).then(pl.col("birth")).otherwise(family)
    cut = second(setting.cut_given)
    given = pl.when(cut & pl.Series(rng.random(m) < 0.8)).then(given.str.split("-").list.first()).otherwise(given)
    slip_f, slip_g = second(setting.typo / 2), second(setting.typo / 2)
    family = pl.when(slip_f).then(_slip(family, u["a"], u["b"])).otherwise(family)
    given = pl.when(slip_g).then(_slip(given, u["c"], u["d"])).otherwise(given)
    swap = second(setting.swapped_names)
    only = second(setting.name_only)
    bare = second(setting.no_contact) | any_of(setting.contactless_any) | only
    gone = second(setting.moved)
    default = second(setting.default_date)
    undated = second(setting.undated) | any_of(setting.undated_any) | only | default
    typed = lines.with_columns(
        pl.when(swap).then(given).otherwise(family).alias("family"),
        pl.when(swap).then(family).otherwise(given).alias("given"),
        pl.when(pl.lit(any_of(0.35)) & ~swap).then(pl.col("birth")).alias("birth"),
        pl.col("born").cast(pl.Int32).cast(pl.Date).alias("true_born"),
        pl.Series("default", default),
        pl.when(pl.col("female")).then(pl.lit("F")).otherwise(pl.lit("M")).alias("sex"),
    )
    typed = _with_dates(rng, typed, undated, second(setting.swapped_date), second(setting.date_slip))
    typed = _with_places(rng, typed, who, bare, gone, setting)
    elsewhere = (rank > 0) & (rng.random(m) < setting.other_doctor)
    doctor = np.where(elsewhere, rng.integers(0, setting.doctors, m), typed["doctor"].to_numpy())
    minor = pl.col("true_born").cast(pl.Int32) > REFERENCE_DAY - 6575
    return typed.with_columns(pl.Series("doctor", doctor), minor.alias("minor"))[rng.permutation(m)]


def _with_dates(rng: np.random.Generator, typed: pl.DataFrame, undated: Any, swap: Any, slip: Any) -> pl.DataFrame:
    """Birth dates as typed: missing, day and month swapped, one digit wrong."""
    date = pl.col("true_born")
    day, month, year = date.dt.day(), date.dt.month(), date.dt.year()
    wrong = pl.Series(rng.integers(1, 9, typed.height))
    kind = pl.Series(rng.random(typed.height))
    slipped = (
        pl.when(kind < 0.5).then(pl.date(year - year % 10 + (year + wrong) % 10, month, day.clip(1, 28)))
        .when(kind < 0.8).then(pl.date(year, month, (day - day % 10 + (day + wrong) % 10).clip(1, 28)))
        .otherwise(pl.date(year - 10, month, day.clip(1, 28)))
    )  # fmt: skip
    return typed.with_columns(
        pl.when(undated).then(None)
        .when(swap & (day <= 12)).then(pl.date(year, day.clip(1, 12), month))
        .when(slip).then(slipped).otherwise(date).alias("born")
    )  # fmt: skip


def _with_places(
    rng: np.random.Generator, typed: pl.DataFrame, who: pl.DataFrame, bare: Any, gone: Any, setting: Setting
) -> pl.DataFrame:
    """Contacts and addresses as typed; people who moved have others. A child bears a parent's NIR."""
    m = typed.height
    pool = 10_000 if setting.real_phones else 10_000_000
    width, mobile, landline = (4, "063998", "019900") if setting.real_phones else (7, "063998", "019900")
    new = {name: pl.Series(rng.integers(0, high, m)) for name, high in
           (("mobile", pool), ("number", 180), ("street", len(STREETS)), ("town", 40))}  # fmt: skip
    fresh = [pl.when(gone).then(new[name]).otherwise(pl.col(name)).alias(name) for name in ("number", "street", "town")]
    fresh.append(pl.when(gone & (new["mobile"] % 2 == 0)).then(new["mobile"]).otherwise("mobile").alias("mobile"))
    fresh.append(pl.when(gone).then(-1).otherwise("landline").alias("landline"))
    fields = rng.random((4, m))  # each contact is left out of a file now and then
    towns = pl.Series([code for code, _ in TOWNS]), pl.Series([name for _, name in TOWNS])
    holder = np.where(who["child"].to_numpy(), who["parent"].to_numpy(), np.arange(who.height))
    nirs = _nir(who)
    mine = pl.Series(nirs.gather(holder[typed["person"].to_numpy()]))

    def number(column: str, prefix: str, missing: float, index: int) -> pl.Expr:
        digits = pl.col(column).cast(pl.String).str.zfill(width)
        blank = (pl.col(column) < 0) | pl.lit(bare) | pl.lit(pl.Series(fields[index] < missing))
        return pl.when(~blank).then(pl.lit(prefix) + digits).alias(column)

    no_mail = pl.lit(bare) | ~pl.col("mail") | pl.lit(pl.Series(fields[2] < 0.2))
    no_street = pl.lit(bare) | pl.lit(pl.Series(fields[3] < 0.08))
    name = pl.col("person").cast(pl.String)
    return typed.with_columns(fresh).with_columns(
        number("mobile", mobile, 0.12, 0),
        number("landline", landline, 0.2, 1),
        pl.when(~no_mail).then(pl.lit("u") + name + "@example.org").alias("email"),
        towns[0].gather(typed.with_columns(fresh)["town"]).alias("postcode"),
        towns[1].gather(typed.with_columns(fresh)["town"]).alias("city"),
        pl.when(~no_street)
        .then(pl.col("number").cast(pl.String) + " " + pl.lit(pl.Series(STREETS)).gather(pl.col("street")))
        .alias("address"),
        pl.when(~pl.lit(pl.Series(fields[0] < 0.1))).then(mine).alias("nir"),
    )


def _nir(who: pl.DataFrame) -> pl.Series:
    """A NIR with its key for everybody: sex, year, month, place, order."""
    date = pl.col("born").cast(pl.Int32).cast(pl.Date)
    body = pl.concat_str(
        pl.when("female").then(pl.lit("2")).otherwise(pl.lit("1")),
        date.dt.strftime("%y%m"),
        (1 + pl.col("commune") % 19).cast(pl.String).str.zfill(2),
        pl.col("commune").cast(pl.String).str.zfill(3),
        pl.col("order").cast(pl.String).str.zfill(3),
    )
    key = (97 - body.cast(pl.Int64) % 97).cast(pl.String).str.zfill(2)
    return who.select((body + key).alias("nir"))["nir"]
