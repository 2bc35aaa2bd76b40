"""How the generators of small samples draw their people and write what they know."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from contacts import add_contacts, draw_communes, unaccent
from identifiers import areas_of
from population import REFERENCE_DATE, Households, Lists, draw_people


def population(rng: np.random.Generator, persons: int, lists: Lists) -> tuple[pl.DataFrame, Households]:
    """People of every area with their contacts (population.py, contacts.py), `person` their number."""
    people, homes = draw_people(rng, persons, areas_of(lists), lists)
    near = draw_communes(rng, homes.area, lists)
    people = add_contacts(rng, people, homes, lists, near=near, chunk=0)
    return people.with_columns(pl.int_range(pl.len()).alias("person")), homes


def capitals(text: pl.Expr) -> pl.Expr:
    """Upper case without accents, as old systems of the State write."""
    return unaccent(text).str.to_uppercase()


def date_text(day: pl.Expr, form: str) -> pl.Expr:
    """A day counted since 1970 in the form of strftime."""
    return day.cast(pl.Int32).cast(pl.Date).dt.strftime(form)


def persons_with(lines: pl.DataFrame, filled: pl.Expr, person: str = "person") -> int:
    """Different persons of the lines where the expression is true."""
    return lines.filter(filled)[person].n_unique()


def write_truth(out: Path, truth: dict[str, Any]) -> None:
    """truth.json of a sample, its reference date added."""
    text = json.dumps({"sample": truth["sample"], "reference_date": REFERENCE_DATE.isoformat(), **truth},
                      ensure_ascii=False, indent=2)  # fmt: skip
    (out / "truth.json").write_bytes((text + "\n").encode())
