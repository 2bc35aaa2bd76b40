"""Blocks of lines cut into columns by native code, and what proves that it cut every line right.

A block in which all lines read at sight is cut whole: the delimiters it holds are as many as its lines need, and no
line has too many, so none has too few. Other blocks are cut line by line, still in whole columns.
"""

from __future__ import annotations

import io

import polars as pl

from breachkit.reading.delimited.dialect import Dialect
from breachkit.reading.delimited.grammar import BACKSLASH, strict_pattern
from breachkit.reading.delimited.layout import is_total
from breachkit.reading.table_writer import column_names

UNIT = "\x1f"  # stands between cells once the quotes around them are gone
# A line whose first cell begins so may be a footer that was filled up with delimiters.
MAY_BE_TOTAL = (
    r"(?i)^[^\pL\d]*(?:tota|sous|nombre|nb\b|\d[\d .,]*\s*(?:row|lig|rec|enr|tup)|page|fin\b|end\b|eof|export|.dit)"
)

# Kinds of lines.
BLANK, OTHER, HEADER, PLAIN, QUOTED, IRREGULAR, TAKEN = range(7)


class Cutter:
    """Cuts blocks and lines in one dialect."""

    def __init__(self, dialect: Dialect) -> None:
        self.dialect = dialect
        self.names = column_names(dialect.cells)
        self._strict = strict_pattern(dialect.delimiter, dialect.quote or "") if self._arrow_reads else None
        delimiters = dialect.cells - 1
        texts = dialect.header_texts | dialect.other_texts
        self._known = tuple(text for text in texts if text.count(dialect.delimiter) == delimiters + dialect.trailing)
        self._sparse = f"{dialect.delimiter * delimiters}\n"

    @property
    def _arrow_reads(self) -> bool:
        """Whether Arrow's reader knows this dialect."""
        one = self.dialect
        return (
            len(one.delimiter) == 1 and one.delimiter.isascii() and bool(one.quote) and one.escape in (None, one.quote)
        )

    def even(self, block: str) -> pl.DataFrame | None:
        """The columns of a block of nothing but records that read at sight; None of any other."""
        one = self.dialect
        if one.cells < 2 or len(one.delimiter) > 1 or one.padded or one.boxed or one.wrapped or one.escape == BACKSLASH:
            return None
        if not one.delimiter.isascii() or self._may_hold_others(block):
            return None
        lines = block.count("\n") + (not block.endswith("\n"))
        wanted = lines * (one.cells - 1 + one.trailing)
        if one.quote is None or one.quote not in block:
            cells = one.cells + one.trailing
            if block.count(one.delimiter) != wanted:
                return None
            return self._without_last(self._split(block, one.delimiter, cells), lines, trailing=one.trailing)
        return None if one.trailing or one.quote != '"' else self._all_quoted(block, lines)

    def _may_hold_others(self, block: str) -> bool:
        """Whether a line of the block may be the header once more, or a title filled up with delimiters."""
        return any(text in block for text in self._known) or (self.dialect.cells > 2 and self._sparse in block)

    def _all_quoted(self, block: str, lines: int) -> pl.DataFrame | None:
        """A block in which every cell is quoted and no quote is anywhere else."""
        one, cells = self.dialect, self.dialect.cells
        between = f'"{one.delimiter}"'
        whole = block.removesuffix("\n")
        if not (whole.startswith('"') and whole.endswith('"')) or UNIT in block:
            return None
        if whole.count('"') != 2 * lines * cells or whole.count(between) != lines * (cells - 1):
            return None
        bare = whole[1:-1].replace('"\n"', "\n").replace(between, UNIT)
        if '"' in bare or bare.count("\n") != lines - 1 or bare.count(UNIT) != lines * (cells - 1):
            return None
        return self._without_last(self._split(bare, UNIT, cells), lines, trailing=False)

    def _without_last(self, frame: pl.DataFrame | None, lines: int, *, trailing: bool) -> pl.DataFrame | None:
        """The frame of all lines, and without the column that follows a trailing delimiter where it is empty."""
        if frame is None or len(frame) != lines or frame[:, 0].str.contains(MAY_BE_TOTAL).any():
            return None
        if not trailing:
            return frame
        return frame.select(self.names) if (frame[:, -1] == "").all() else None

    def _split(self, text: str, delimiter: str, cells: int) -> pl.DataFrame | None:
        """The columns of lines without quotes; None where a line has too many cells."""
        try:
            return pl.read_csv(
                text.encode(),
                separator=delimiter,
                has_header=False,
                schema=dict.fromkeys(column_names(cells), pl.String),
                quote_char=None,
                empty_string_is_null=False,
            )
        except pl.exceptions.PolarsError:  # a line has more cells than the schema
            return None

    def bare(self, text: pl.Series) -> pl.Series:
        """Lines without what is layout around their cells (`Dialect.bare`)."""
        one = self.dialect
        if not (one.wrapped or one.boxed or one.trailing):
            return text
        column, mark = pl.col("text"), one.delimiter
        if one.wrapped:
            inner = column.str.slice(1, column.str.len_chars() - 2).str.replace_all('""', '"', literal=True)
            column = pl.when(column.str.contains(r'^"(?:[^"]|"")*"$')).then(inner).otherwise(column)
        if one.boxed:
            stripped = column.str.strip_chars(" ")
            inner = stripped.str.strip_prefix(mark).str.strip_suffix(mark)
            closed = stripped.str.starts_with(mark) & stripped.str.ends_with(mark) & (stripped.str.len_chars() > 1)
            column = pl.when(closed).then(inner).otherwise(column)
        elif one.trailing:
            longer = column.str.count_matches(mark, literal=True) >= one.cells
            column = pl.when(column.str.ends_with(mark) & longer).then(column.str.strip_suffix(mark)).otherwise(column)
        return text.to_frame("text").select(column)["text"]

    @property
    def joins_quoted(self) -> bool:
        """Whether native code can tell a well-formed record of several lines."""
        return self._strict is not None and not self.dialect.wrapped

    def all_well_formed(self, text: pl.Series) -> bool:
        """Whether each text is one record, its quotes closed and at the edges of cells."""
        return bool(text.to_frame("text").select(self._well_formed().all()).item())

    def even_lines(self, text: pl.Series) -> pl.Series:
        """Whether each line has as many delimiters as a record, whatever its quotes."""
        return text.str.count_matches(self.dialect.delimiter, literal=True) == self.dialect.cells - 1

    def _well_formed(self) -> pl.Expr:
        """Whether the column `text` is a record with quotes that native code reads right."""
        one, line = self.dialect, pl.col("text")
        if self._strict is None or one.quote is None:
            return pl.lit(value=False)
        outside = line.str.replace_all(f"{one.quote}[^{one.quote}]*{one.quote}", "")
        right = outside.str.count_matches(one.delimiter, literal=True) == one.cells - 1
        # The count is cheap, and rules out most of what the pattern would refuse.
        return right & line.str.contains(self._strict)

    def kinds(self, text: pl.Series, raw: pl.Series) -> pl.Series:
        """The kind of each line: BLANK, OTHER or HEADER, PLAIN (no quote), QUOTED (well-formed) or IRREGULAR."""
        one, line = self.dialect, pl.col("text")
        frame = text.to_frame("text").with_columns(
            blank=line.str.strip_chars(" \t\x00") == "",
            right=line.str.count_matches(one.delimiter, literal=True) == one.cells - 1,
            odd=line.str.contains(one.quote or BACKSLASH, literal=True)
            if one.quote or one.escape == BACKSLASH
            else pl.lit(value=False),
        )
        if one.cells == 1:
            frame = frame.with_columns(right=pl.col("right") & ~pl.col("blank"))
        kind = pl.when(pl.col("right") & ~pl.col("odd")).then(PLAIN).when(pl.col("blank")).then(BLANK)
        found = frame.select(kind.otherwise(IRREGULAR).cast(pl.Int8).alias("kind"))["kind"]
        if one.quote and self._strict:
            places = frame["odd"].arg_true()
            well = text.gather(places).to_frame("text").select(self._well_formed().alias("well"))["well"]
            found = found.scatter(places.filter(well), QUOTED)
        return self._others(found, text, raw)

    def _others(self, kinds: pl.Series, text: pl.Series, raw: pl.Series) -> pl.Series:
        """The kinds, the lines that hold no record told apart."""
        one = self.dialect
        lines = pl.DataFrame({"kind": kinds, "normal": raw.str.strip_chars("\ufeff \t")})
        normal = pl.col("normal")
        told = pl.when(normal.is_in(list(one.other_texts))).then(OTHER)
        told = told.when(normal.is_in(list(one.header_texts))).then(HEADER)  # type: ignore[assignment]
        found = lines.select(told.otherwise(pl.col("kind")).cast(pl.Int8).alias("kind"))["kind"]
        totals = self._totals(found, text)
        return found.scatter(totals, OTHER) if totals else found

    def _totals(self, kinds: pl.Series, text: pl.Series) -> list[int]:
        """The places of lines of as many cells as a record that tell totals."""
        if self.dialect.cells < 2:
            return []
        places = ((kinds == PLAIN) | (kinds == QUOTED)) & text.str.contains(MAY_BE_TOTAL)
        grammar = self.dialect.grammar
        return [int(at) for at in places.arg_true() if is_total(grammar.cut(text[int(at)]) or ())]

    def plain(self, text: pl.Series) -> pl.DataFrame:
        """The columns of PLAIN lines."""
        one = self.dialect
        if one.cells == 1:
            frame = text.to_frame(self.names[0])
        elif len(one.delimiter) == 1 and one.delimiter.isascii() and len(text):
            joined = text.str.join("\n").item()
            found = self._split(joined, one.delimiter, one.cells)
            frame = found if found is not None and len(found) == len(text) else self._split_lines(text)
        else:
            frame = self._split_lines(text)
        return frame.with_columns(pl.all().str.strip_chars(" ")) if one.padded else frame

    def _split_lines(self, text: pl.Series) -> pl.DataFrame:
        cells = text.str.split_exact(self.dialect.delimiter, self.dialect.cells - 1)
        return cells.struct.rename_fields(self.names).struct.unnest()

    def quoted(self, text: pl.Series) -> pl.DataFrame:
        """The columns of QUOTED records, each of one line or several."""
        import pyarrow as pa
        from pyarrow import csv

        one = self.dialect
        table = csv.read_csv(
            io.BytesIO("\n".join(text).encode()),
            read_options=csv.ReadOptions(column_names=self.names, block_size=1 << 26),
            parse_options=csv.ParseOptions(
                delimiter=one.delimiter, quote_char=one.quote, ignore_empty_lines=False, newlines_in_values=True
            ),
            convert_options=csv.ConvertOptions(
                column_types=dict.fromkeys(self.names, pa.string()), strings_can_be_null=False
            ),
        )
        frame = pl.DataFrame(pl.from_arrow(table))
        return frame.with_columns(pl.all().str.strip_chars(" ")) if one.padded else frame
