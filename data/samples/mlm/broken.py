"""A few lines damaged as in real exports: their persons stay counted, the lines cannot be loaded."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from population import Bools

DAMAGE = ["missing_cell", "extra_separator", "extra_separator", "stray_quote", "split_line"]
EXTRA = ["vient le matin ; pas le mercredi", "voir avec sa soeur ; ne pas appeler au bureau"]


@dataclass(frozen=True)
class Damage:
    """Which lines are damaged, by physical line of the file (the header is line 1)."""

    broken: list[dict[str, Any]]
    blank: int
    loadable: Bools


def break_lines(rng: np.random.Generator, text: str, lines: pl.DataFrame, physical: int) -> tuple[str, Damage]:
    """Damage five records (one of them cut in two lines) and insert two blank lines.

    `physical` is the number of physical lines already written. Each damaged line tells its kind and whether
    its person has another, sound line.
    """
    rows = text.split("\r\n")[:-1]
    whole = lines.select(
        ((pl.col("note") < 0) & pl.col("COMMENTAIRE").is_null() & pl.col("ADRESSE").str.contains("^[0-9]+ "))
        & pl.col("DATE_MAJ").is_not_null()
        & (pl.col("CIVILITE").is_not_null())
    ).to_series()
    chosen = np.sort(rng.permutation(np.flatnonzero(whole.fill_null(False).to_numpy()))[: len(DAMAGE) + 2])
    targets, blanks = chosen[:-2], chosen[-2:]
    loadable = np.ones(lines.height, dtype=bool)
    loadable[targets] = False
    extra = iter(EXTRA)
    kinds = dict(zip(targets.tolist(), DAMAGE, strict=True))
    for row, kind in kinds.items():
        rows[row] = _damaged(rows[row], kind, extra)
    for row in blanks:
        rows[row] += "\r\n"
    starts = physical + 1 + np.cumsum([0] + [row.count("\n") + 1 for row in rows])
    person = lines["person"].to_numpy()
    sound = set(person[loadable].tolist())
    broken = [
        {"line": int(starts[row]) + part, "kind": kind, "person_elsewhere": int(person[row]) in sound}
        for row, kind in kinds.items()
        for part in range(2 if kind == "split_line" else 1)
    ]
    return "\r\n".join(rows) + "\r\n", Damage(broken, len(blanks), loadable)


def _damaged(row: str, kind: str, extra: Any) -> str:
    cells = row.split(";")
    if kind == "missing_cell":
        del cells[1]
    elif kind == "extra_separator":
        cells[-1] = next(extra)
    elif kind == "stray_quote":
        cells[10] = '"' + cells[10]
    else:
        number, _, street = cells[10].partition(" ")
        cells[10] = f"{number}\r\n{street}"
    return ";".join(cells)
