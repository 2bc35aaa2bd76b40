"""A large clean file at full speed: DuckDB reads it whole, and counts prove that it took every line as one record.

What proves it: the file is strict UTF-8 without control characters, every line break ends a line, DuckDB's strict
reader raised no error (each of its rows has the right number of cells), and its rows are as many as the lines below
the header. A file that fails any of this goes to the careful reader, from its beginning.
"""

from __future__ import annotations

from typing import Any

from breachkit.reading.delimited.block_cutting import MAY_BE_TOTAL
from breachkit.reading.delimited.dialect import Dialect, cut
from breachkit.reading.table_writer import Intake, TableWriter, column_names
from breachkit.reading.text import Text
from breachkit.workspace import literal, row

WORTH_IT = 16 << 20  # bytes; below, the careful reader is as quick. A choice.
LONGEST_LINE = 1 << 21  # DuckDB's own limit on a line
NO_NULL = "\x01breachkit\x01"  # stands for NULL in DuckDB's reader: no clean file holds control characters


def read_clean(text: Text, dialect: Dialect, intake: Intake) -> TableWriter | None:
    """The table of a clean file, its ledger filled, or None where it is not plainly clean; nothing is left then."""
    if not _may_be_clean(text, dialect):
        return None
    found, above = text.found, dialect.lines_before_records
    expected = found.physical_lines - above
    writer = intake.table(text.blob, text.blob.name, dialect.cells)
    taken = writer.adopt(_reader_call(text, dialect, above), first_line=above + 1)
    stored = int(row(intake.connection, f"SELECT count(*) FROM {writer.table}")[0])
    if not taken or stored != expected or _needs_care(text, dialect, intake.connection, writer):
        writer.discard()
        return None
    headers = 0 if dialect.header_line is None else dialect.header_rows
    ledger = writer.ledger
    ledger.physical_lines, ledger.record_lines = found.physical_lines, stored
    ledger.header_lines, ledger.other_lines = headers, above - headers
    ledger.loaded, ledger.found = stored, expected
    intake.progress(found.size)
    return writer


def _may_be_clean(text: Text, dialect: Dialect) -> bool:
    """Whether DuckDB may read this file itself, and its counts so far hold nothing that needs care."""
    found = text.found
    return (
        text.blob.path is not None
        and found.size >= WORTH_IT
        and found.clean_utf8
        and not (found.nuls or found.controls or found.maybe_mojibake)
        and found.carriage_returns in (0, found.newlines)
        and found.longest_line < LONGEST_LINE
        and dialect.is_simple
        and dialect.cells > 1
    )


def _reader_call(text: Text, dialect: Dialect, skipped: int) -> str:
    quote = '"' if text.found.quotes and dialect.quote else ""
    columns = ", ".join(f"{literal(name)}: 'VARCHAR'" for name in column_names(dialect.cells))
    return (
        f"read_csv({literal(str(text.blob.path))}, auto_detect=false, header=false, strict_mode=true, "
        f"delim={literal(dialect.delimiter)}, quote={literal(quote)}, escape={literal(quote)}, skip={skipped}, "
        f"nullstr={literal(NO_NULL)}, max_line_size={LONGEST_LINE}, columns={{{columns}}})"
    )


def _needs_care(text: Text, dialect: Dialect, connection: Any, writer: TableWriter) -> bool:
    """Whether a cell holds a quote, which may be a stray one, or a row may be a header again, a total, or layout."""
    names = column_names(writer.cells)
    wrong = [f"contains({name}, '\"')" for name in names] if text.found.quotes and dialect.quote else []
    for line in dialect.header_texts | dialect.other_texts:
        cells = cut(line, dialect.delimiter)
        if len(cells) == len(names):
            same = " AND ".join(f"{name} = {literal(cell)}" for name, cell in zip(names, cells, strict=True))
            wrong.append(f"({same})")
    # Numbers first: they are no words, and cost a fiftieth of the pattern.
    wrong.append(f"(try_cast(c1 AS BIGINT) IS NULL AND regexp_matches(c1, {literal(MAY_BE_TOTAL)}))")
    found = row(connection, f"SELECT count(*) FROM (SELECT 1 FROM {writer.table} WHERE {' OR '.join(wrong)} LIMIT 1)")
    return bool(found[0])
