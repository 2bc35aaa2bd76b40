"""Which note goes to whom: drawn from the pool, fitting the person's sex and age."""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from population import Bools, Ints

PINNED = 3  # the notes quoted in public come first in the pool and are always in the extract
VARIANTS = 24  # of each note at large size: other weekdays, hours and months, same meaning
SECOND_LINE = 0.25  # of the people with a note and a second line have the note on both
WEEKDAYS = ["lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi"]
MONTHS = ["janvier", "mars", "avril", "mai", "juin", "septembre", "octobre", "novembre"]


@dataclass(frozen=True)
class Pool:
    """The notes of `notes.jsonl`, and the harmless rewordings used at large size."""

    notes: list[dict[str, Any]]
    texts: list[list[str]]  # first the note as written

    @classmethod
    def load(cls, path: Path) -> Pool:
        """Read the pool; each line is {"text", "findings", "constraints"?}."""
        notes = [json.loads(line) for line in path.read_bytes().decode("utf-8").splitlines()]
        return cls(notes, [_reworded(note["text"]) for note in notes])

    def groups(self) -> dict[tuple[str | None, int, int], Ints]:
        """Notes by the people they fit: sex, youngest, oldest."""
        out: dict[tuple[str | None, int, int], list[int]] = {}
        for index, note in enumerate(self.notes):
            fits = note.get("constraints", {})
            key = (fits.get("sex"), fits.get("min_age", 0), fits.get("max_age", 200))
            out.setdefault(key, []).append(index)
        return {key: np.array(value) for key, value in out.items()}


def _reworded(text: str) -> list[str]:
    """The note, then variants in which weekdays, hours and months are turned round."""

    def turn(words: list[str], by: int, found: re.Match[str]) -> str:
        return words[(words.index(found[0]) + by) % len(words)]

    def hour(by: int, found: re.Match[str]) -> str:
        return f"{8 + (int(found[1]) - 8 + by) % 11}h{found[2]}"

    out = [text]
    for by in range(1, VARIANTS):
        new = re.sub("|".join(WEEKDAYS), lambda m, by=by: turn(WEEKDAYS, by, m), text)  # type: ignore[misc]
        new = re.sub(r"\b(?:" + "|".join(MONTHS) + r")\b", lambda m, by=by: turn(MONTHS, by, m), new)  # type: ignore[misc]
        out.append(re.sub(r"\b(\d{1,2})h(\d\d|\b)", lambda m, by=by: hour(by, m), new))  # type: ignore[misc]
    return out


def _rarest_first(notes: list[dict[str, Any]], order: Ints) -> Ints:
    """The order, with the first two notes of each category, assertion and subject moved to the front."""
    seen: Counter[tuple[str, str, str]] = Counter()
    front = []
    for index in order.tolist():
        keys = [(f["category"], f["assertion"], f["subject"]) for f in notes[index]["findings"]]
        if any(seen[key] < 2 for key in keys):
            front.append(index)
            seen.update(keys)
    return np.array(front + [i for i in order.tolist() if i not in front])


def choose_notes(rng: np.random.Generator, pool: Pool, wanted: int, *, once: bool) -> tuple[Ints, Ints]:
    """Note and variant for each person to be given one; with `once`, no note twice and none reworded."""
    size = len(pool.notes)
    if once:
        order = _rarest_first(pool.notes, np.concatenate([np.arange(PINNED), PINNED + rng.permutation(size - PINNED)]))
        return order[:wanted], np.zeros(min(wanted, size), dtype=np.int64)
    return rng.integers(0, size, wanted), rng.integers(0, VARIANTS, wanted)


def place_notes(rng: np.random.Generator, lines: pl.DataFrame, pool: Pool, chosen: tuple[Ints, Ints]) -> pl.DataFrame:
    """Lines with note (index in the pool or null) and COMMENTAIRE; nobody gets two notes."""
    first = lines.filter(pl.col("rank") == 0)
    free: Bools = ~first["deceased"].to_numpy() & ~first["alike"].to_numpy()
    age, female = first["age"].to_numpy(), first["female"].to_numpy()
    note, variant = np.full(first.height, -1), np.zeros(first.height, dtype=np.int64)
    groups = sorted(pool.groups().items(), key=lambda item: item[0][2] - item[0][1])  # the hardest to place first
    for (sex, youngest, oldest), members in groups:
        fits = free & (age >= youngest) & (age <= oldest)
        fits &= True if sex is None else female == (sex == "F")
        mine = np.isin(chosen[0], members)
        people = rng.permutation(np.flatnonzero(fits))[: mine.sum()]
        note[people], variant[people] = chosen[0][mine][: people.size], chosen[1][mine][: people.size]
        free[people] = False
    person, rank = lines["person"].to_numpy(), lines["rank"].to_numpy()
    both = (rank == 0) | ((rank == 1) & (rng.random(lines.height) < SECOND_LINE))
    on_line = np.where(both, note[person], -1)
    texts = np.array([text for variants in pool.texts for text in variants] + [None], dtype=object)
    where = np.where(on_line >= 0, on_line * VARIANTS + variant[person], texts.size - 1)
    return lines.with_columns(
        pl.Series("note", on_line), pl.Series("COMMENTAIRE", texts[where].tolist(), dtype=pl.String)
    )
