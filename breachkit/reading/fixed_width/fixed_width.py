"""Text in columns of fixed width: every line is cut at the same places, counted in characters.

A line that does not fit the layout is rejected; blanks around cells are layout. Lines above the records come back on
every page of a printed list: they are headers, or hold no record.
"""

from __future__ import annotations

import itertools

import polars as pl

from breachkit.reading.delimited.cell_cleaning import clean_cells
from breachkit.reading.delimited.layout import is_footer
from breachkit.reading.encodings.decode import DAMAGE_MARK, MIXED_MARK
from breachkit.reading.fixed_width.layout import FixedLayout, find_fixed
from breachkit.reading.table_writer import Intake, TableWriter, column_names
from breachkit.reading.text import Text

RECORD, BLANK, HEADER, OTHER, TOO_MANY, TOO_FEW = (
    "record",
    "blank",
    "header",
    "other",
    "too_many_cells",
    "too_few_cells",
)
MARKS = {"undecodable_byte": DAMAGE_MARK, "mixed_encoding": MIXED_MARK}


def read_fixed_width(text: Text, intake: Intake) -> None:
    """The one table of a text in columns."""
    layout = find_fixed(text.sample)
    if layout is None:
        raise text.blob.unreadable("aucune colonne de largeur fixe.", "no columns of fixed width.")
    writer = intake.table(text.blob, text.blob.name, layout.cells)
    reader = FixedWidthReader(layout, writer, text)
    for block in text.blocks():
        reader.block(block)
        intake.progress(len(block))
    writer.finish(layout.header or (), text.content)


class FixedWidthReader:
    """Reads the blocks of one text into its table, and keeps its ledger."""

    def __init__(self, layout: FixedLayout, writer: TableWriter, text: Text) -> None:
        self.layout, self.writer, self.ledger, self._found = layout, writer, writer.ledger, text.found
        self._names = column_names(layout.cells)

    def block(self, block: str) -> None:
        """One block of whole lines."""
        lines = pl.Series("text", block.removesuffix("\n").split("\n"), dtype=pl.String)
        first = self.ledger.physical_lines + 1
        frame = pl.DataFrame({"_line": pl.int_range(first, first + len(lines), eager=True), "text": lines})
        marked = [reason for reason, mark in MARKS.items() if mark in block]
        frame = frame.with_columns(
            pl.col("text").str.contains(MARKS[reason], literal=True).alias(reason) for reason in marked
        )
        for reason in marked:
            frame = frame.with_columns(pl.col("text").str.replace_all(MARKS[reason], "", literal=True))
        frame = frame.with_columns(pl.col("text").str.strip_chars_start("\f").str.strip_chars_end(" \t\r\f\x1a"))
        frame = self._kinds(frame)
        self._count(frame)
        start = self.ledger.records + 1
        records = frame.filter(pl.col("kind").is_in([RECORD, TOO_MANY, TOO_FEW]))
        records = records.with_columns(pl.int_range(start, start + len(records)).alias("_record"))
        self._load(records.filter(pl.col("kind") == RECORD), marked, controls="\x7f" in block)
        bad = records.filter(pl.col("kind") != RECORD)
        self.writer.reject(bad.select(pl.col("_record").alias("record"), pl.col("_line").alias("line"),
                                      pl.col("kind").alias("reason"), pl.col("text").alias("raw")))  # fmt: skip

    def _kinds(self, frame: pl.DataFrame) -> pl.DataFrame:
        """Each line's kind."""
        layout, text = self.layout, pl.col("text")
        inside = [text.str.slice(place, 1).is_in(["", " "]) for place in layout.separators]
        fits = pl.all_horizontal(inside) if inside else pl.lit(value=True)
        too_long = text.str.len_chars() > layout.width if layout.width is not None else pl.lit(value=False)
        too_short = text.str.len_chars() <= layout.starts[layout.fewest - 1]
        bare = text.str.strip_chars(" \t")
        above = bare.str.replace_all(r"\d", "0").is_in(list(layout.other_texts))
        above = above | (pl.col("_line") <= layout.skip_lines)
        frame = frame.with_columns(
            pl.when(bare == "").then(pl.lit(BLANK))
            .when(bare.is_in(list(layout.header_texts))).then(pl.lit(HEADER))
            .when(above).then(pl.lit(OTHER))
            .when(~fits | too_long).then(pl.lit(TOO_MANY))
            .when(too_short).then(pl.lit(TOO_FEW))
            .otherwise(pl.lit(RECORD)).alias("kind")
        )  # fmt: skip
        # A footer may fit by chance, but only at the beginning of the line: few lines are short or odd enough.
        doubtful = frame.filter((pl.col("kind") != BLANK) & (text.str.len_chars() <= 200) & ~self._filled())
        footers = [line for line, told in doubtful.select("_line", "text").iter_rows() if is_footer(told)]
        if not footers:
            return frame
        return frame.with_columns(
            pl.when(pl.col("_line").is_in(footers)).then(pl.lit(OTHER)).otherwise(pl.col("kind")).alias("kind")
        )

    def _filled(self) -> pl.Expr:
        """Whether a line reaches the second half of the columns, as no footer does."""
        half = self.layout.starts[self.layout.cells // 2] if self.layout.cells > 2 else 1 << 30
        return (pl.col("kind") == RECORD) & (pl.col("text").str.len_chars() > half + 40)

    def _count(self, frame: pl.DataFrame) -> None:
        ledger = self.ledger
        count = dict(frame.group_by("kind").len().iter_rows())
        ledger.physical_lines += len(frame)
        ledger.blank_lines += count.get(BLANK, 0)
        ledger.header_lines += count.get(HEADER, 0)
        ledger.other_lines += count.get(OTHER, 0)
        ledger.record_lines += sum(count.get(kind, 0) for kind in (RECORD, TOO_MANY, TOO_FEW))

    def _load(self, records: pl.DataFrame, marked: list[str], *, controls: bool) -> None:
        if records.is_empty():
            return
        starts = self.layout.starts
        widths = [after - start for start, after in itertools.pairwise(starts)]
        text = pl.col("text")
        cells = records.select(
            "_record",
            "_line",
            *marked,
            *(
                text.str.slice(start, width).str.strip_chars().alias(name)
                for name, start, width in zip(self._names, starts, [*widths, None], strict=True)
            ),
        )
        counted: set[int] = set()
        for reason in marked:
            some = set(cells.filter(pl.col(reason))["_line"].to_list()) - counted
            if some:
                self.ledger.repaired_by_reason[reason] += len(some)
            counted |= some
        controls = controls or bool(self._found.controls or self._found.nuls)
        mojibake = self._found.maybe_mojibake
        cells = clean_cells(cells, self._names, self.writer, counted, controls=controls, mojibake=mojibake)
        self.writer.load(cells.select("_record", "_line", *self._names))
