"""Delimited text: its dialect, then its table, or its tables where several stand one below another.

A large clean file goes through DuckDB's own reader (`clean`), every other through `delimited_reader`.
"""

from __future__ import annotations

from dataclasses import replace

from breachkit.reading.delimited.clean import read_clean
from breachkit.reading.delimited.delimited_reader import DelimitedReader
from breachkit.reading.delimited.dialect import SAMPLE_LINES, Dialect, detect
from breachkit.reading.encodings.decode import DAMAGE_MARK, MIXED_MARK
from breachkit.reading.table_writer import Intake
from breachkit.reading.text import Text

MIN_FURTHER_LINES = 4  # a title, a header and two records: as much of a further table is looked at in any case


def read_delimited(text: Text, intake: Intake) -> None:
    """The table of a delimited text, or its tables where several stand one below another."""
    dialect = detect(_sample(text))
    if clean := read_clean(text, dialect, intake):
        clean.finish(dialect.header or (), replace(text.content, delimiter=dialect.delimiter))
        return
    reader, told = _begin(text, intake, dialect, 0), 0
    for block in text.blocks():
        told += len(block)
        intake.progress(len(block))
        reader = _read(reader, block, text, intake, last=False)
    _read(reader, "", text, intake, last=True).finish(text)
    intake.progress(max(0, text.found.size - told))


def _sample(text: Text) -> list[str]:
    """The first lines, whole: more of the text where its first lines are very long."""
    if len(text.sample) >= MIN_FURTHER_LINES or text.found.newlines <= len(text.sample):
        return text.sample[: SAMPLE_LINES + 1]
    return _unmarked_lines(next(text.blocks(), "").removesuffix("\n"))


def _unmarked_lines(text: str) -> list[str]:
    lines = text.split("\n", SAMPLE_LINES + 1)[: SAMPLE_LINES + 1]
    return [line.replace(DAMAGE_MARK, "").replace(MIXED_MARK, "") for line in lines]


def _begin(text: Text, intake: Intake, dialect: Dialect, before: int) -> DelimitedReader:
    """A reader for the table that begins after `before` lines of the file."""
    writer = intake.table(text.blob, text.blob.name, dialect.cells)
    more = len(intake.tables) + 1 < intake.limits.tables
    return DelimitedReader(dialect, writer, text.found, before=before, limits=intake.limits, may_go_on=more)


def _read(reader: DelimitedReader, block: str, text: Text, intake: Intake, *, last: bool) -> DelimitedReader:
    """The reader of the last table that has begun, after a block."""
    rest = reader.read(block, last=last)
    while rest is not None:
        reader.finish(text)
        reader = _begin(text, intake, detect(_sample_of_a_further_table(rest)), reader.lines_read)
        rest = reader.read(rest, last=last)
    return reader


def _sample_of_a_further_table(rest: str) -> list[str]:
    """The first lines of a text without marks, up to the blank line below which yet another table may stand."""
    lines = _unmarked_lines(rest)
    blanks = (at for at, line in enumerate(lines) if not line.strip() and at >= MIN_FURTHER_LINES)
    return lines[: next(blanks, len(lines))]
