"""The doctors: invented controllers, with identifiers whose keys are right and typing habits of their own."""

from __future__ import annotations

import datetime as dt

import numpy as np
import polars as pl
from contacts import unaccent
from identifiers import luhn_key
from population import EPOCH, LANDLINE_PREFIXES, Ints, Lists, pick
from records import Practice

PERSON = ["RPPS", "CIVILITE", "NOM", "PRENOM", "SPECIALITE"]
COLUMNS = [*PERSON, "RAISON_SOCIALE", "ADRESSE", "CP", "VILLE", "TEL", "EMAIL", "FINESS"]
PER_AREA = 3  # doctors of the extract in one area: one incident, practices all over the country
SERIES = 15  # in each 15 doctors, four specialists, each the third of an area
GENERAL = "Médecine générale"
adult, child = pl.col("age") >= 18, pl.col("age") < 16
woman = pl.col("female") & (pl.col("age") >= 15)
SPECIALISTS = {
    5: ("Psychiatrie", adult, 0.12),
    8: ("Gynécologie médicale", woman, 0.4),
    11: ("Pédiatrie", child, 0.6),
    14: ("Addictologie", adult, 0.1),
}
HOUSES = [
    "Cabinet du Dr {nom}",
    "Cabinet médical de la Gare",
    "SCM {nom} et associés",
    "Cabinet médical du Centre",
]


def draw_doctors(rng: np.random.Generator, count: int, lists: Lists) -> pl.DataFrame:
    """The columns of medecins.csv, plus area (index), first_day and the typing habits."""
    number = np.arange(count)
    area = number // PER_AREA % len(lists.areas)
    family = np.empty(count, dtype=object)
    for code in range(len(lists.areas)):
        here = area == code
        family[here] = lists.family[pick(rng, lists.family_weights(lists.areas[code]), int(here.sum()))]
    female = rng.random(count) < 0.48
    given = np.empty(count, dtype=object)
    for sex in (True, False):
        names = lists.given.filter(
            (pl.col("sex") == ("F" if sex else "M")) & pl.col("birth_decade").is_between(1950, 1980)
        )["given_name"].to_numpy()
        given[female == sex] = names[rng.integers(0, names.size, int((female == sex).sum()))]
    start = int(rng.integers(0, 10**7))
    # 109... is far above the numbers given so far, so that no invented doctor bears the number of a real one
    rpps = [f"109{(start + 48_271 * i) % 10**7:07d}" for i in range(count)]
    table = pl.DataFrame(
        {
            "RPPS": [n + luhn_key(n) for n in rpps],
            "CIVILITE": np.where(female, "MME", "M").tolist(),
            "NOM": family.tolist(),
            "PRENOM": given.tolist(),
            "SPECIALITE": [SPECIALISTS.get(i % SERIES, (GENERAL,))[0] for i in range(count)],
            "area": area,
            "commune": _communes(rng, area, lists),
            "series": number % SERIES,
            "first_day": (dt.date(2010, 3, 1) - EPOCH).days + (rng.random(count) * 12.5 * 365).astype(np.int64),
            "case_style": pick(rng, np.array([6, 4, 5]), count),
            "phone_style": pick(rng, np.array([5, 5, 3]), count),
            "title_style": pick(rng, np.array([4, 4, 2]), count),
        }
    )
    return _with_place(rng, table, lists)


def _communes(rng: np.random.Generator, area: Ints, lists: Lists) -> Ints:
    """One of the first towns of each doctor's area."""
    first = np.array([lists.communes["area"].index_of(name) for name in lists.areas])
    return first[area] + rng.integers(0, 5, area.size)


def _with_place(rng: np.random.Generator, table: pl.DataFrame, lists: Lists) -> pl.DataFrame:
    """Practice, address and contacts of each doctor."""
    count = table.height
    communes = lists.communes[table["commune"]]
    house = np.array(HOUSES, dtype=object)[rng.integers(0, len(HOUSES), count)]
    clinic = table["SPECIALITE"].to_numpy() == "Addictologie"
    house[clinic] = "CSAPA Le Passage"
    zone = communes["phone_zone"].replace_strict(LANDLINE_PREFIXES).to_list()
    departement = [c[:2] for c in communes["postcode"]]
    street = lists.streets[rng.integers(0, 60, count)]
    door = rng.integers(1, 90, count)
    nom = unaccent(pl.col("NOM")).str.to_uppercase()
    mail = unaccent(pl.col("NOM")).str.to_lowercase().str.replace_all("[ ']", "-")
    suffix = [str(i) if i >= SERIES else "" for i in range(count)]
    finess = [d + f"0478{i % 100:02d}" for i, d in enumerate(departement)]
    return table.with_columns(
        pl.Series("RAISON_SOCIALE", [h.format(nom=n) for h, n in zip(house, table["NOM"], strict=True)]),
        pl.Series("ADRESSE", [f"{n} {s}" for n, s in zip(door, street, strict=True)]),
        communes["postcode"].alias("CP"),
        communes["commune"].alias("VILLE"),
        pl.Series("TEL", [f"{z}{9000 + i % 1000}" for i, z in enumerate(zone)]),
        (
            "dr."
            + pl.col("PRENOM").str.slice(0, 1).str.to_lowercase()
            + "."
            + mail
            + pl.Series(suffix)
            + "@cabinet-medical.example"
        ).alias("EMAIL"),
        pl.Series("FINESS", [f + luhn_key(f) if c else None for f, c in zip(finess, clinic, strict=True)]),
        nom.alias("NOM"),
    )


def practice_of(doctors: pl.DataFrame) -> Practice:
    """The doctors of one chunk as the records need them."""
    special = [SPECIALISTS.get(s, (GENERAL, pl.lit(False), 0.0)) for s in doctors["series"]]
    return Practice(
        area=doctors["area"].to_numpy(),
        commune=doctors["commune"].to_numpy(),
        general=(doctors["SPECIALITE"] == GENERAL).to_numpy(),
        eligible=[s[1] for s in special],
        share=[s[2] for s in special],
        case_style=doctors["case_style"].to_numpy(),
        phone_style=doctors["phone_style"].to_numpy(),
        title_style=doctors["title_style"].to_numpy(),
        first_day=doctors["first_day"].to_numpy(),
    )
