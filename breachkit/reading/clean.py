"""A large clean file at full speed: DuckDB reads it whole, and counts prove that it took every line as one record.

What proves it: the file is strict UTF-8 without control characters, every line break ends a line, DuckDB's strict
reader raised no error (each of its rows has the right number of cells), and its rows are as many as the lines below
the header. A file that fails any of this goes to the careful reader, from its beginning.
"""

from __future__ import annotations

from typing import Any

from breachkit.reading.dialect import Dialect
from breachkit.reading.table_writer import Intake, TableWriter, column_names
from breachkit.reading.text import Text
from breachkit.workspace import literal, row

WORTH_IT = 16 << 20  # bytes; below, the careful reader is as quick. A choice.
LONGEST_LINE = 1 << 21  # DuckDB's own limit on a line
NO_NULL = "\x01breachkit\x01"  # stands for NULL in DuckDB's reader: no clean file holds control characters


def read_clean(text: Text, dialect: Dialect, intake: Intake) -> TableWriter | None:
    """The table of a clean file, its ledger filled, or None where anything is not plainly clean; nothing is left then."""
    if not _may_be_clean(text, dialect):
        return None
    found = text.found
    lines = found.newlines + (0 if found.ends_with_newline else 1)
    skipped = dialect.skip_lines + (dialect.header is not None)
    writer = intake.table(text.blob, text.blob.name, dialect.cells)
    if not writer.adopt(_reader_call(text, dialect, skipped), first_line=skipped + 1):
        writer.discard()
        return None
    stored = int(row(intake.connection, f"SELECT count(*) FROM {writer.table}")[0])
    if stored != lines - skipped or (found.quotes and _holds_quotes(intake.connection, writer)):
        writer.discard()
        return None
    ledger = writer.ledger
    ledger.physical_lines, ledger.record_lines = lines, stored
    ledger.header_lines, ledger.other_lines = int(dialect.header is not None), dialect.skip_lines
    ledger.loaded, ledger.found = stored, lines - skipped
    intake.progress(found.size)
    return writer


def _may_be_clean(text: Text, dialect: Dialect) -> bool:
    """Whether DuckDB may read this file itself, and its counts so far hold nothing that needs care."""
    found = text.found
    plain_dialect = len(dialect.delimiter) == 1 and dialect.cells > 1 and dialect.quote in (None, '"')
    quotes_read = not found.quotes or (dialect.quote == '"' and dialect.escape in (None, '"'))
    return (
        text.blob.path is not None
        and found.size >= WORTH_IT
        and found.clean_utf8
        and not (found.nuls or found.controls or found.maybe_mojibake)
        and found.carriage_returns in (0, found.newlines)
        and plain_dialect
        and quotes_read
    )


def _reader_call(text: Text, dialect: Dialect, skipped: int) -> str:
    quote = '"' if text.found.quotes else ""
    columns = ", ".join(f"{literal(name)}: 'VARCHAR'" for name in column_names(dialect.cells))
    return (
        f"read_csv({literal(str(text.blob.path))}, auto_detect=false, header=false, strict_mode=true, "
        f"delim={literal(dialect.delimiter)}, quote={literal(quote)}, escape={literal(quote)}, skip={skipped}, "
        f"nullstr={literal(NO_NULL)}, max_line_size={LONGEST_LINE}, columns={{{columns}}})"
    )


def _holds_quotes(connection: Any, writer: TableWriter) -> bool:
    """Whether a quote is left in a cell: it may be a stray one, which only the careful reader can tell."""
    any_quote = " OR ".join(f"contains({name}, '\"')" for name in column_names(writer.cells))
    return bool(row(connection, f"SELECT coalesce(bool_or({any_quote}), false) FROM {writer.table}")[0])
