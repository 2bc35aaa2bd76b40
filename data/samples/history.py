"""The years a practice has behind it: when a file was opened, last touched, and who has died since."""

from __future__ import annotations

import datetime as dt

import numpy as np
import polars as pl
from population import EPOCH, Ints

LAST_DAY = (dt.date(2025, 11, 14) - EPOCH).days  # the last entry that the extract holds
DEATH_DECLARED = 0.5  # of the deceased have a date of death on their file; nothing shows for the others


def with_history(rng: np.random.Generator, lines: pl.DataFrame, first_day: Ints) -> pl.DataFrame:
    """Lines with created (day), DATE_CREATION, DATE_MAJ, DATE_DECES, and per person deceased and declared."""
    n, person = lines.height, lines["person"].to_numpy()
    age, born = lines["age"].to_numpy(), lines["born"].to_numpy()
    people = int(person[-1]) + 1
    risk = np.interp(age, [0, 45, 60, 75, 90, 100], [0, 0, 0.025, 0.13, 0.42, 0.6])
    deceased = rng.random(people)[person] < risk
    declared = deceased & (rng.random(people)[person] < DEATH_DECLARED)
    opened = first_day[lines["doctor"].to_numpy()]
    # one file in five was imported from the former software on the day of installation
    created = np.where(rng.random(n) < 0.2, opened, opened + rng.random(n) * (LAST_DAY - opened))
    created = np.minimum(np.maximum(created.astype(np.int64), born + 8), LAST_DAY)
    first_created = created[lines["origin"].to_numpy()]
    died = (first_created + 20 + rng.random(people)[person] * (LAST_DAY - 20 - first_created)).astype(np.int64)
    died = np.minimum(died, LAST_DAY)
    created = np.where(deceased, np.minimum(created, died), created)
    last = np.where(deceased, died, LAST_DAY)
    touched = last - ((last - created) * rng.random(n) ** 2).astype(np.int64)
    shown = declared & ((lines["rank"].to_numpy() == 0) | (rng.random(n) < 0.75))
    untouched = rng.random(n) < 0.1
    return lines.with_columns(
        pl.Series("created", created),
        pl.Series("deceased", deceased),
        pl.Series("declared", declared),
        _date("DATE_CREATION", created, np.zeros(n, dtype=bool)),
        _date("DATE_MAJ", touched, untouched),
        _date("DATE_DECES", died, ~shown),
    )


def _date(name: str, day: Ints, empty: np.typing.NDArray[np.bool_]) -> pl.Series:
    text = pl.Series(name, day.astype(np.int32)).cast(pl.Date).dt.strftime("%d/%m/%Y")
    return text.set(pl.Series(empty), None)
