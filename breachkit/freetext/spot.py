"""The first pass: which texts may hold a finding, decided in native code over whole columns.

One Aho-Corasick automaton holds every trigger of the lexicon; one pattern tells which texts may hold what has no fixed
string (telephone, e-mail, number plate, full name). It may keep a text for nothing, never drop one that the second
pass would have found something in.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from breachkit.freetext.fold import screen_form
from breachkit.freetext.identifiers import SCREEN_PATTERN
from breachkit.freetext.pieces import LONG, pieces
from breachkit.freetext.spelling import respellings

if TYPE_CHECKING:
    import polars as pl

    from breachkit.freetext.lexicon import Lexicon

SLICE = 100_000  # texts screened together; our choice: some hundred megabytes at most, the automaton made once for them
SLICE_BYTES = 20_000_000


@dataclass(frozen=True, slots=True)
class Candidate:
    """A text, or a piece of a long one, that may hold a finding.

    `index` is the text's position in its column, `offset` the place of the piece in it, `core_start` and `core_end` the
    part of the piece in which a finding must begin to be its own. `awake` are the terms of the lexicon to try;
    `identifying` says whether identifiers are to be looked for.
    """

    index: int
    offset: int
    text: str
    core_start: int
    core_end: int
    awake: tuple[int, ...]
    identifying: bool

    @property
    def is_whole(self) -> bool:
        """Whether the text is no piece of a longer one."""
        return not self.core_start and self.core_end == len(self.text)


def candidates(texts: pl.Series, lexicon: Lexicon) -> Iterator[tuple[Candidate, dict[str, str]]]:
    """The candidates of a column in order, each with the misspelt words of its slice to read otherwise."""
    import polars as pl

    meanings: dict[str, str | None] = {}
    frame = pl.DataFrame({"text": texts.cast(pl.String)}).with_row_index("index").drop_nulls("text")
    for part in _slices(frame):
        cut = _in_pieces(part)
        screened = cut.select(screen_form(pl.col("text")).alias("screen"))
        corrections = respellings(screened["screen"], lexicon, meanings)
        if corrections:
            wrong = [f" {word} " for word in corrections]
            meant = [f" {word} " for word in corrections.values()]
            screened = screened.with_columns(pl.col("screen").str.replace_many(wrong, meant))
        kept = cut.with_columns(
            triggers=screened.select(
                pl.col("screen").str.extract_many(list(lexicon.triggers), overlapping=True).list.unique()
            ).to_series(),
            identifying=pl.col("text").str.contains(SCREEN_PATTERN),
        ).filter(pl.col("identifying") | (pl.col("triggers").list.len() > 0))
        for index, text, offset, start, end, triggers, identifying in kept.iter_rows():
            awake = lexicon.awake(triggers)
            if awake or identifying:
                yield Candidate(index, offset, text, start, end, tuple(awake), identifying), corrections


def _slices(frame: pl.DataFrame) -> Iterator[pl.DataFrame]:
    """The texts in slices that fit in memory, however long each is."""
    begin = 0
    lengths = frame["text"].str.len_bytes().cum_sum()
    while begin < frame.height:
        read = lengths[begin - 1] if begin else 0
        end = min(begin + SLICE, int(lengths.search_sorted(read + SLICE_BYTES, side="right")))
        end = max(end, begin + 1)
        yield frame[begin:end]
        begin = end


def _in_pieces(part: pl.DataFrame) -> pl.DataFrame:
    """The texts with their places; a long one as several rows."""
    import polars as pl

    long = pl.col("text").str.len_chars() > LONG
    whole = part.filter(~long).select(
        "index",
        "text",
        offset=pl.lit(0, dtype=pl.UInt32),
        start=pl.lit(0, dtype=pl.UInt32),
        end=pl.col("text").str.len_chars(),
    )
    rows = [
        (index, piece.text, piece.offset, piece.core_start, piece.core_end)
        for index, text in part.filter(long).iter_rows()
        for piece in pieces(text)
    ]
    if not rows:
        return whole
    return pl.concat([whole, pl.DataFrame(rows, schema=whole.schema, orient="row")]).sort("index", "offset")
