"""Delimited text: whole-column work on the lines that read at first sight, care for the others.

A block of lines is cut by native code (Polars for lines without quotes, Arrow's CSV parser for well-formed quoted
lines); what is left goes to `mend`. Positions are kept: `_record` numbers records from 1 in the order of the file,
`_line` is the physical line where a record begins.
"""

from __future__ import annotations

import io
from collections.abc import Iterable
from dataclasses import replace

import polars as pl

from breachkit.reading.decode import DAMAGE_MARK
from breachkit.reading.dialect import SAMPLE_LINES, Dialect, detect
from breachkit.reading.ledger import Ledger
from breachkit.reading.mend import Mended, mend
from breachkit.reading.table_writer import Intake, TableWriter, column_names
from breachkit.reading.text import Text


def strict_pattern(delimiter: str) -> str:
    """A regular expression (Rust) that only a line with quotes at the edges of its cells matches."""
    mark = "\\t" if delimiter == "\t" else "\\" + delimiter
    cell = f'(?:"(?:[^"]|"")*"|[^"{mark}]*)'
    return f"^{cell}(?:{mark}{cell})*$"


def read_delimited(text: Text, intake: Intake) -> None:
    """The one table of a delimited text."""
    dialect = detect(text.sample[: SAMPLE_LINES + 1])
    writer = intake.table(text.blob, text.blob.name, dialect.cells)
    DelimitedReader(dialect, writer).read(text.blocks())
    writer.finish(dialect.header or (), replace(text.content, delimiter=dialect.delimiter))


class DelimitedReader:
    """Reads the blocks of one source into its sinks, and keeps its ledger."""

    def __init__(self, dialect: Dialect, writer: TableWriter) -> None:
        self.dialect = dialect
        self.writer = writer
        self.ledger = writer.ledger
        self._pattern = strict_pattern(dialect.delimiter)
        self._names = column_names(dialect.cells)
        self._header_left = dialect.header is not None
        self._pending: list[str] = []  # last lines of a block that the next one may complete

    def read(self, blocks: Iterable[str]) -> Ledger:
        """The ledger after all blocks."""
        for block in blocks:
            self._block(block, last=False)
        self._block("", last=True)
        return self.ledger

    def _block(self, block: str, *, last: bool) -> None:
        marked = DAMAGE_MARK in block or any(DAMAGE_MARK in text for text in self._pending)
        lines = self._lines(block)
        if lines.is_empty():
            return
        kinds = self._kinds(lines)
        irregular = kinds.filter(pl.col("kind") == "irregular")
        if not last:
            kinds, irregular = self._hold_back(kinds, irregular)
        mended = self._mend(kinds, irregular)
        self.ledger.physical_lines += len(kinds)
        self._store(kinds, mended, marked=marked)

    def _lines(self, block: str) -> pl.DataFrame:
        series = pl.Series("text", [block.removesuffix("\n")] if block else [], dtype=pl.String)
        lines = series.str.split("\n").explode() if block else series
        if self._pending:
            lines = pl.concat([pl.Series("text", self._pending, dtype=pl.String), lines])
            self._pending = []
        first = self.ledger.physical_lines + 1
        return pl.DataFrame({"line": pl.int_range(first, first + len(lines), eager=True), "text": lines})

    def _kinds(self, lines: pl.DataFrame) -> pl.DataFrame:
        """Each line's kind: header, blank, plain (no quote), quoted (well-formed), irregular."""
        text, mark, cells = pl.col("text"), self.dialect.delimiter, self.dialect.cells
        quotes = text.str.contains('"', literal=True)
        outside = pl.when(quotes).then(text.str.replace_all(r'"[^"]*"', "")).otherwise(text)
        right = outside.str.count_matches(mark, literal=True) == cells - 1
        blank = text.str.strip_chars(" \t\x00") == ""
        if cells == 1:
            right = right & ~blank
        kinds = lines.with_columns(
            pl.when(right & ~quotes)
            .then(pl.lit("plain"))
            .when(right & quotes & text.str.contains(self._pattern))
            .then(pl.lit("quoted"))
            .when(blank)
            .then(pl.lit("blank"))
            .otherwise(pl.lit("irregular"))
            .alias("kind")
        )
        if self._header_left:
            at = kinds.select((pl.col("kind") != "blank").arg_max()).item()
            kinds = (
                kinds.with_row_index("row")
                .with_columns(
                    pl.when(pl.col("row") == at).then(pl.lit("header")).otherwise(pl.col("kind")).alias("kind")
                )
                .drop("row")
            )
            self._header_left = False
        return kinds

    def _hold_back(self, kinds: pl.DataFrame, irregular: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
        """Keeps the irregular run at the end of a block for the next block, which may complete it."""
        if irregular.is_empty():
            return kinds, irregular
        regular = kinds.filter(~pl.col("kind").is_in(["irregular", "blank"]))
        end = regular["line"].max() if len(regular) else 0
        tail = kinds.filter(pl.col("line") > end)
        if tail.is_empty() or len(tail) > 1000 or "irregular" not in tail["kind"]:
            return kinds, irregular
        self._pending = tail["text"].to_list()
        return kinds.filter(pl.col("line") <= end), irregular.filter(pl.col("line") <= end)

    def _mend(self, kinds: pl.DataFrame, irregular: pl.DataFrame) -> list[Mended]:
        """The records made of irregular lines; a blank line between two of them may belong to a cell."""
        if irregular.is_empty():
            return []
        loose = kinds.filter(pl.col("kind").is_in(["irregular", "blank"]))
        runs = loose.with_columns((pl.col("line").diff().fill_null(1) != 1).cum_sum().alias("run"))
        wanted = runs.filter(pl.col("run").is_in(runs.filter(pl.col("kind") == "irregular")["run"].implode()))
        mended: list[Mended] = []
        for _, run in wanted.group_by("run", maintain_order=True):
            cluster = list(zip(run["line"], run["text"], strict=True))
            mended += [one for one in mend(cluster, self.dialect.delimiter, self.dialect.cells) if _is_record(one)]
        return mended

    def _store(self, kinds: pl.DataFrame, mended: list[Mended], *, marked: bool) -> None:
        frames = [self._plain(kinds), self._quoted(kinds), self._kept(mended)]
        rejected = pl.DataFrame(
            [(one.line, one.rejected, one.raw.replace(DAMAGE_MARK, "")) for one in mended if one.cells is None],
            schema={"line": pl.Int64, "reason": pl.String, "raw": pl.String},
            orient="row",
        )
        loaded = pl.concat([frame for frame in frames if len(frame)] or frames[:1])
        start = self.ledger.records + 1
        order = pl.concat([loaded.select("_line"), rejected.select(pl.col("line").alias("_line"))]).sort("_line")
        order = order.with_columns(pl.int_range(start, start + len(order)).alias("_record"))
        self._count(kinds, mended)
        if marked:
            loaded = self._undamaged(loaded, mended)
        if len(loaded):
            loaded = loaded.join(order, on="_line", how="left", maintain_order="left").sort("_line")
            self.writer.load(loaded.select("_record", "_line", *self._names))
        if len(rejected):
            numbered = rejected.join(order.rename({"_line": "line", "_record": "record"}), on="line", how="left")
            self.writer.reject(numbered.select("record", "line", "reason", "raw"))

    def _count(self, kinds: pl.DataFrame, mended: list[Mended]) -> None:
        ledger = self.ledger
        count = dict(kinds.group_by("kind").len().iter_rows())
        mended_lines = sum(one.lines for one in mended)
        ledger.header_lines += count.get("header", 0)
        ledger.record_lines += count.get("plain", 0) + count.get("quoted", 0) + mended_lines
        # Blank lines inside a quoted cell belong to their record.
        ledger.blank_lines += count.get("blank", 0) + count.get("irregular", 0) - mended_lines
        for one in mended:
            if one.repaired:
                ledger.repaired_by_reason[one.repaired] += 1

    def _undamaged(self, loaded: pl.DataFrame, mended: list[Mended]) -> pl.DataFrame:
        """The loaded records without marks of damage, once those that hold one are counted as repaired."""
        damaged = pl.any_horizontal(pl.col(name).str.contains(DAMAGE_MARK, literal=True) for name in self._names)
        # A record repaired in two ways is one repaired record, under the first reason.
        lines = set(loaded.filter(damaged)["_line"]) - {one.line for one in mended if one.repaired}
        if lines:
            self.ledger.repaired_by_reason["undecodable_byte"] += len(lines)
        return loaded.with_columns(pl.col(name).str.replace_all(DAMAGE_MARK, "", literal=True) for name in self._names)

    def _plain(self, kinds: pl.DataFrame) -> pl.DataFrame:
        lines = kinds.filter(pl.col("kind") == "plain")
        cells = lines["text"].str.split_exact(self.dialect.delimiter, self.dialect.cells - 1)
        frame = cells.struct.rename_fields(self._names).struct.unnest()
        return frame.with_columns(lines["line"].alias("_line")).select("_line", *self._names)

    def _quoted(self, kinds: pl.DataFrame) -> pl.DataFrame:
        lines = kinds.filter(pl.col("kind") == "quoted")
        if lines.is_empty():
            return self._kept([])
        import pyarrow as pa
        from pyarrow import csv

        table = csv.read_csv(
            io.BytesIO("\n".join(lines["text"]).encode("utf-8", "surrogatepass")),
            read_options=csv.ReadOptions(column_names=self._names, block_size=1 << 26),
            parse_options=csv.ParseOptions(delimiter=self.dialect.delimiter, ignore_empty_lines=False),
            convert_options=csv.ConvertOptions(
                column_types=dict.fromkeys(self._names, pa.string()), strings_can_be_null=False
            ),
        )
        frame = pl.DataFrame(pl.from_arrow(table))
        return frame.with_columns(lines["line"].alias("_line")).select("_line", *self._names)

    def _kept(self, mended: list[Mended]) -> pl.DataFrame:
        rows = [(one.line, *one.cells) for one in mended if one.cells is not None]
        schema = {"_line": pl.Int64, **dict.fromkeys(self._names, pl.String)}
        return pl.DataFrame(rows, schema=schema, orient="row")


def _is_record(one: Mended) -> bool:
    """A blank line alone is no record; empty cells between delimiters are one, as on a line that reads at sight."""
    if one.cells is None:
        return bool(one.raw.strip())
    return len(one.cells) > 1 or bool(one.cells[0].strip())
