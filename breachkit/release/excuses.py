"""What may stand in an output though the extract may hold it too: excused by rule, never by silence."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import polars as pl

from breachkit.release.keys import bare_words, pattern_keys, plain

AROUND_INCIDENT = timedelta(days=92)  # an axis of time goes so far beyond the dates of the incident. Our choice.


@dataclass(frozen=True)
class Allowed:
    """What may stand in an output though the extract may hold it too.

    `names`: whole names that may be told (the controllers'); what stands on both sides of one makes no run of words.
    `texts`: our own wording and what a person has told of the controller: their values are no leak.
    `told`: prose and names of files. A single word of them is no leak where it is in `ordinary`, the common words and
    names of the language (MARCHAND, BLANC), nor a date that nothing calls a birth; any other value is.
    `days`: dates of the incident; those around them are no births, nor are `other_days` themselves.
    """

    names: Sequence[str] = ()
    texts: Iterable[str] = ()
    told: Iterable[str] = ()
    ordinary: Iterable[str] = ()
    days: Sequence[date] = ()
    other_days: Sequence[date] = ()


class Excuses:
    """What is allowed, made ready to be looked up."""

    def __init__(self, allowed: Allowed) -> None:
        texts = [*allowed.texts, *allowed.names]
        self._texts = texts
        self._wording = f" {' | '.join(bare_words(texts))} "
        self._words = set(self._wording.split())
        self._single = set(self._words)
        told = list(allowed.told)
        common = set(plain(pl.Series(list(allowed.ordinary), dtype=pl.String)).to_list())
        self._single |= set(" ".join(bare_words(told)).split()) & common
        self._days = {key for text in told for kind, key in pattern_keys(text) if kind == "birth_date"}
        self._days |= _days_around(allowed.days) | {day.isoformat() for day in allowed.other_days}
        self._forms: set[tuple[str, str]] | None = None

    def without(self, keys: pl.DataFrame) -> pl.DataFrame:
        """The keys (with `spaced`, their words parted by spaces) that nothing excuses."""
        runs = keys.filter(pl.col("words") > 0)
        phrases = runs["spaced"].unique().to_list()
        said = pl.Series("spaced", self._said(phrases), dtype=pl.String)
        runs = runs.join(said.to_frame(), on="spaced", how="anti")
        spared = (
            pl.Series("key", sorted(self._single), dtype=pl.String)
            .to_frame()
            .with_columns(pl.lit(True).alias("spared"))
        )
        runs = runs.join(spared, on="key", how="left")
        runs = runs.with_columns((pl.col("alone") & pl.col("spared").is_null()).alias("alone")).select(keys.columns)
        forms = keys.filter(pl.col("words") == 0)
        if not forms.is_empty():
            excused = pl.DataFrame(
                sorted(self._said_forms()), schema={"kind": pl.String, "key": pl.String}, orient="row"
            )
            forms = forms.join(excused, on=["kind", "key"], how="anti")
        return pl.concat([runs, forms]).drop("spaced")

    def _said(self, phrases: Sequence[str]) -> list[str]:
        """Those of the phrases that the wording holds, whole words; one reading of it for them all."""
        single = [one for one in phrases if one in self._words]
        several = [f" {one} " for one in phrases if " " in one]
        if not several:
            return single
        found = pl.Series([self._wording]).str.extract_many(several, overlapping=True).explode().unique().drop_nulls()
        return single + [one.strip() for one in found.to_list()]

    def _said_forms(self) -> set[tuple[str, str]]:
        """The telephones and dates of our wording and of the controller's identity, and the incident's dates."""
        if self._forms is None:
            self._forms = {key for text in self._texts for key in pattern_keys(text)}
            self._forms |= {("birth_date", day) for day in self._days}
        return self._forms


def _days_around(days: Sequence[date]) -> set[str]:
    if not days:
        return set()
    first, last = min(days) - AROUND_INCIDENT, max(days) + AROUND_INCIDENT
    return {(first + timedelta(days=step)).isoformat() for step in range((last - first).days + 1)}
