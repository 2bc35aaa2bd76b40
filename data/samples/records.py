"""How the people of a practice turn into lines of a file: double entries, typing faults, stale details.

A line is drawn from the truth about a person, then drifts from it: one fault at most on a second line of the
same person (`KINDS`), and on any line the noise of daily typing (missing cells, placeholders, habits).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from contacts import unaccent
from population import Bools, Ints, pick

# What a second line of the same person looks like, in per cent. The shares are our choice; the kinds are the
# ones that registrars of patient identities know.
KINDS = {
    "exact": 27,
    "letter_case": 13,
    "family_name_typo": 6,
    "given_name_typo": 5,
    "separator": 5,
    "compound_cut": 5,
    "birth_name": 7,
    "birth_date_missing": 5,
    "birth_date_default": 3,
    "birth_date_swapped": 3,
    "moved": 10,
    "names_swapped": 3,
    "no_contact": 5,
    "name_only": 3,  # neither birth date nor contact: nobody can tell
}
KIND = {name: index for index, name in enumerate(KINDS)}
EXTRA_LINES = np.array([783, 176, 33, 8])  # people with 0, 1, 2, 3 more lines: 4 lines of 19 are duplicates
SAME_DOCTOR = 0.45  # of second lines are a double file at the same doctor
SAME_AREA = 0.8  # of the others are at a doctor nearby


@dataclass(frozen=True)
class Practice:
    """The doctors of one chunk, one element each: area, whether general practitioner, and typing habits."""

    area: Ints
    commune: Ints
    general: Bools
    eligible: list[pl.Expr]  # whom a specialist receives
    share: list[float]  # of those people who have their file at the specialist's
    case_style: Ints  # 0 all upper case unaccented, 1 upper-case family name, 2 proper case
    phone_style: Ints
    title_style: Ints
    first_day: Ints  # oldest file


def household_doctor(rng: np.random.Generator, area: Ints, practice: Practice) -> Ints:
    """The general practitioner of each household, of its area where there is one."""
    doctor = np.zeros(area.size, dtype=np.int64)
    draw = rng.random(area.size)
    for code in np.unique(practice.area):
        local = np.flatnonzero((practice.area == code) & practice.general)
        local = local if local.size else np.flatnonzero(practice.area == code)
        here = area == code
        uneven = (draw[here] + draw[here] * draw[here]) / 2  # the first doctors of an area have more patients
        doctor[here] = local[(uneven * local.size).astype(np.int64)]
    return doctor


def _first_doctor(rng: np.random.Generator, people: pl.DataFrame, family_doctor: Ints, practice: Practice) -> Ints:
    """The doctor who holds a person's file: the household's, or a specialist of the area."""
    area = people["area"].to_numpy()
    doctor = family_doctor[people["household"].to_numpy()]
    for index in np.flatnonzero(~practice.general):
        fits = people.select(practice.eligible[index]).to_series().to_numpy() & (area == practice.area[index])
        doctor[fits & (rng.random(people.height) < practice.share[index])] = index
    return doctor


def _other_doctor(rng: np.random.Generator, first: Ints, practice: Practice) -> Ints:
    """A general practitioner other than the first, nearby where there is one; else the first again."""
    out = first.copy()
    far = rng.random(first.size) >= SAME_AREA
    draw = rng.random(first.size)
    for index in np.unique(first):
        mine = first == index
        general = np.flatnonzero(practice.general & (np.arange(practice.area.size) != index))
        near = general[practice.area[general] == practice.area[index]]
        for rows, pool in ((mine & ~far, near if near.size else general), (mine & far, general)):
            if pool.size:
                out[rows] = pool[(draw[rows] * pool.size).astype(np.int64)]
    return out


def draw_lines(rng: np.random.Generator, people: pl.DataFrame, family_doctor: Ints, practice: Practice) -> pl.DataFrame:
    """One row per line to write: person, rank, origin (row of the person's first line), kind, doctor."""
    even = (rng.permutation(people.height) + 0.5) / people.height  # the share of duplicates is held, not drawn
    extra = np.searchsorted(np.cumsum(EXTRA_LINES), even * EXTRA_LINES.sum(), side="right")
    extra = np.where(people["alike"].to_numpy(), 0, extra)
    person = np.repeat(np.arange(people.height), 1 + extra)
    starts = np.cumsum(1 + extra) - (1 + extra)
    rank = np.arange(person.size) - starts[person]
    origin = starts[person]
    kind = np.where(rank == 0, KIND["exact"], pick(rng, np.array(list(KINDS.values())), person.size))
    first = _first_doctor(rng, people, family_doctor, practice)[person]
    elsewhere = (rank > 0) & (rng.random(person.size) >= SAME_DOCTOR)
    other = _other_doctor(rng, first, practice)
    doctor = np.where(elsewhere, other, first)
    lines = pl.DataFrame({"person": person, "rank": rank, "origin": origin, "kind": kind, "doctor": doctor})
    return lines.hstack(people[person]).with_columns(_feasible_kind(pl.col("kind")).alias("kind"))


def _feasible_kind(kind: pl.Expr) -> pl.Expr:
    """Another kind where the fault cannot happen to this person."""
    compound = pl.col("given_name").str.contains("[- ]")
    separable = compound | pl.col("family_name").str.contains("[- ']")
    renamed = pl.col("family_name") != pl.col("birth_name")
    day = pl.col("born").cast(pl.Int32).cast(pl.Date).dt
    swappable = (day.day() <= 12) & (day.day() != day.month())
    return (
        pl.when((kind == KIND["compound_cut"]) & ~compound).then(KIND["given_name_typo"])
        .when((kind == KIND["separator"]) & ~separable).then(KIND["letter_case"])
        .when((kind == KIND["birth_name"]) & ~renamed).then(KIND["family_name_typo"])
        .when(kind.is_in([KIND["given_name_typo"], KIND["moved"]]) & compound).then(KIND["compound_cut"])
        .when((kind == KIND["family_name_typo"]) & separable).then(KIND["separator"])
        .when((kind == KIND["birth_date_swapped"]) & ~swappable).then(KIND["letter_case"])
        .otherwise(kind)
    )  # fmt: skip


def typo(text: pl.Expr, where: pl.Expr, fault: pl.Expr) -> pl.Expr:
    """The text with one letter missing, doubled, or replaced; the first letter stays."""
    at = 1 + (where * (text.str.len_chars() - 1)).floor().cast(pl.Int64)
    head, letter, tail = text.str.slice(0, at), text.str.slice(at, 1), text.str.slice(at + 1)
    other = letter.replace(list("eianrlostm"), list("aeemtisrdn"))
    return (
        pl.when(fault < 0.4).then(head + tail)
        .when(fault < 0.7).then(head + letter + letter + tail)
        .otherwise(head + other + tail)
    )  # fmt: skip


def _separated(text: pl.Expr) -> pl.Expr:
    """The name with its hyphens, spaces and apostrophes written otherwise."""
    spaced = text.str.replace_all("[-']", " ")
    return pl.when(text.str.contains("[-']")).then(spaced).otherwise(text.str.replace_all(" ", "-", literal=True))


def with_names(rng: np.random.Generator, lines: pl.DataFrame, case_style: Ints) -> pl.DataFrame:
    """Lines with nom, nom_naiss, prenom as typed, and the style they were typed in."""
    n, origin = lines.height, lines["origin"].to_numpy()
    noisy = np.where(rng.random(n) < 0.06, rng.integers(0, 3, n), case_style[lines["doctor"].to_numpy()])
    kind = lines["kind"].to_numpy()
    style = np.where(kind == KIND["exact"], noisy[origin], noisy)
    style = np.where(kind == KIND["letter_case"], (style[origin] + 1 + (np.arange(n) % 2)) % 3, style)
    k, family, given = pl.col("kind"), pl.col("family_name"), pl.col("given_name")
    draws = [pl.Series(name, rng.random(n)) for name in ("where", "fault", "shown")]
    shown = draws[2].gather(np.where(kind == KIND["birth_name"], np.arange(n), origin))
    lines = lines.with_columns(*draws[:2], shown.alias("shown"), pl.Series("style", style))
    nom = (
        pl.when(k == KIND["birth_name"]).then(pl.col("birth_name"))
        .when(k == KIND["names_swapped"]).then(given)
        .when(k == KIND["family_name_typo"]).then(typo(family, pl.col("where"), pl.col("fault")))
        .when(k == KIND["separator"]).then(_separated(family))
        .otherwise(family)
    )  # fmt: skip
    prenom = (
        pl.when(k == KIND["names_swapped"]).then(family)
        .when(k == KIND["given_name_typo"]).then(typo(given, pl.col("where"), pl.col("fault")))
        .when(k == KIND["separator"]).then(_separated(given))
        .when(k == KIND["compound_cut"]).then(given.str.replace("[- ].*$", ""))
        .otherwise(given)
    )  # fmt: skip
    renamed = (family != pl.col("birth_name")) & pl.col("female")
    likely = pl.when(k == KIND["birth_name"]).then(0.5).when(renamed).then(0.8).otherwise(0.07)
    naiss = pl.when((pl.col("shown") < likely) & pl.col("female")).then(pl.col("birth_name"))
    upper = pl.col("style") < 2
    return lines.with_columns(
        cased(nom, upper).alias("NOM"),
        cased(naiss, upper).alias("NOM_NAISS"),
        cased(prenom, pl.col("style") < 1).alias("PRENOM"),
    ).drop("where", "fault", "shown")


def cased(text: pl.Expr, upper: pl.Expr) -> pl.Expr:
    """Upper case without accents where asked, else as it is."""
    return pl.when(upper).then(unaccent(text).str.to_uppercase()).otherwise(text)


def with_birth_date(rng: np.random.Generator, lines: pl.DataFrame) -> pl.DataFrame:
    """Lines with DATE_NAISS as typed: dd/mm/yyyy, empty, 01/01/1900, 00/00/yyyy, or day and month swapped."""
    k, day = pl.col("kind"), pl.col("born").cast(pl.Int32).cast(pl.Date).dt
    noise = pl.Series(rng.random(lines.height)).gather(lines["origin"])
    first = (pl.col("rank") == 0) | (k == KIND["exact"])
    dateless = [KIND["birth_date_missing"], KIND["name_only"]]
    return lines.with_columns(
        pl.when(k.is_in(dateless) | (first & (noise < 0.011))).then(None)
        .when((k == KIND["birth_date_default"]) | (first & (noise < 0.018))).then(pl.lit("01/01/1900"))
        .when(first & (noise < 0.020)).then(day.strftime("00/00/%Y"))
        .when(k == KIND["birth_date_swapped"]).then(day.strftime("%m/%d/%Y"))
        .otherwise(day.strftime("%d/%m/%Y"))
        .alias("DATE_NAISS")
    )  # fmt: skip


def _phone(number: pl.Expr, style: pl.Series) -> pl.Expr:
    pair = [number.str.slice(2 * i, 2) for i in range(5)]
    abroad = pl.lit("+33 ") + number.str.slice(1, 1)
    return (
        pl.when(style == 1).then(pl.concat_str(pair, separator=" "))
        .when(style == 2).then(pl.concat_str(pair, separator="."))
        .when(style == 3).then(pl.lit("+33") + number.str.slice(1))
        .when(style == 4).then(pl.concat_str([abroad, *pair[1:]], separator=" "))
        .when(style == 5).then(number.str.slice(1))  # the leading zero lost by a spreadsheet
        .when(style == 6).then(number.str.slice(0, 8))  # cut short
        .otherwise(number)
    )  # fmt: skip


def with_contacts(rng: np.random.Generator, lines: pl.DataFrame, phone_style: Ints) -> pl.DataFrame:
    """Lines with telephones, e-mail and address as typed, or missing, or placeholders."""
    n, origin, kind = lines.height, lines["origin"].to_numpy(), lines["kind"].to_numpy()
    moved = pl.col("kind") == KIND["moved"]
    dated = np.isin(kind, [KIND["birth_date_missing"], KIND["birth_date_default"]])
    copied = (kind == KIND["exact"]) | (rng.random(n) < np.where(dated, 0.8, 0.7))
    source = np.where(copied, origin, np.arange(n))
    draw = {name: pl.Series(rng.random(n)).gather(source) for name in ("fixed", "mobile", "email", "address", "word")}
    odd = np.where(rng.random(n) < 0.06, pick(rng, np.array([20, 20, 20, 14, 14, 9, 3]), n), -1)
    habit = phone_style[lines["doctor"].to_numpy()]
    style = pl.Series("phone_style", np.where(odd >= 0, odd, habit)[source])
    silent = pl.col("kind").is_in([KIND["no_contact"], KIND["name_only"]])
    words = np.array(["0000000000", "NC", "inconnu"], dtype=object)[np.searchsorted([0.6, 0.85], draw["word"])]
    word = pl.Series("word", words.tolist())
    fixed = pl.when(moved).then(pl.col("old_landline")).otherwise(pl.col("landline"))
    mobile = pl.when(moved & (draw["mobile"] < 0.5)).then(pl.col("old_mobile")).otherwise(pl.col("mobile"))
    no_address = silent | (draw["address"] < 0.04)
    street = pl.when(moved).then(pl.col("old_address")).otherwise(pl.col("address"))
    city = pl.when(moved).then(pl.col("old_city")).otherwise(pl.col("city"))
    code = pl.when(moved).then(pl.col("old_postcode")).otherwise(pl.col("postcode"))
    capitals = unaccent(city).str.to_uppercase()
    short = capitals.str.replace("^SAINT-", "ST ").str.replace("^SAINTE-", "STE ")
    capitals = pl.when(draw["fixed"] < 0.3).then(short).otherwise(capitals)
    absent = ~pl.col("has_landline") | silent
    return lines.with_columns(
        pl.when(absent & (draw["fixed"] < 0.07) & ~silent).then(word)
        .when(absent | (draw["fixed"] > 0.96)).then(None)
        .otherwise(_phone(fixed, style)).alias("TEL_FIXE"),
        pl.when(~pl.col("has_mobile") & (draw["mobile"] < 0.06) & ~silent).then(word)
        .when(~pl.col("has_mobile") | silent | (draw["mobile"] > 0.93)).then(None)
        .otherwise(_phone(mobile, style)).alias("TEL_PORTABLE"),
        pl.when(~pl.col("has_email") & (draw["email"] < 0.04) & ~silent).then(pl.lit("pas de mail"))
        .when(~pl.col("has_email") & (draw["email"] < 0.07) & ~silent).then(pl.lit("NC"))
        .when(~pl.col("has_email") | silent | (draw["email"] > 0.84)).then(None)
        .when(draw["email"] > 0.82).then(pl.col("email").str.to_uppercase())
        .otherwise(pl.col("email")).alias("EMAIL"),
        pl.when(no_address).then(None).when(draw["address"] < 0.047).then(pl.lit("inconnue"))
        .otherwise(cased(street, pl.col("style") == 0)).alias("ADRESSE"),
        pl.when(no_address).then(None).otherwise(code).alias("CP"),
        pl.when(no_address).then(None).when(pl.col("style") < 2).then(capitals)
        .otherwise(city).alias("VILLE"),
    )  # fmt: skip


def with_sex_and_title(rng: np.random.Generator, lines: pl.DataFrame, title_style: Ints) -> pl.DataFrame:
    """Lines with CIVILITE and SEXE as typed."""
    n, origin = lines.height, lines["origin"]
    draw, gap = pl.Series(rng.random(n)).gather(origin), pl.Series(rng.random(n)).gather(origin)
    copied = lines["kind"] == KIND["exact"]
    source = np.where(copied, origin, np.arange(n))  # an imported file keeps the habits of its first doctor
    style = pl.Series(title_style[lines["doctor"].to_numpy()[source]])
    man = pl.when(style == 0).then(pl.lit("M")).when(style == 1).then(pl.lit("M.")).otherwise(pl.lit("MR"))
    miss = pl.when(style == 1).then(pl.lit("Mlle")).otherwise(pl.lit("MLLE"))
    lady = pl.when(style == 1).then(pl.lit("Mme")).otherwise(pl.lit("MME"))
    child = pl.when(style == 1).then(pl.lit("Enfant")).otherwise(pl.lit("ENF"))
    young_woman = (pl.col("age") < 32) & (pl.col("family_name") == pl.col("birth_name")) & (draw > 0.5)
    return lines.with_columns(
        pl.when(draw < 0.05).then(None)
        .when((pl.col("age") < 15) & (draw < 0.8)).then(child)
        .when(~pl.col("female")).then(man).when(young_woman).then(miss).otherwise(lady).alias("CIVILITE"),
        pl.when(gap < 0.015).then(None).when("female").then(pl.lit("F")).otherwise(pl.lit("M")).alias("SEXE"),
    )  # fmt: skip
