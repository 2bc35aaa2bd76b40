"""Cells of a window into columns without copying them: Arrow takes the window and the positions of the cells.

Most cells are a quoted string, a number or NULL. The others are put right per kind: escapes by one replacement over
all cells that hold one, casts and typed literals by patterns, and what is left one distinct text after the other.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from breachkit.reading.encodings.controls import ANY
from breachkit.reading.sql.kernel import Array, Cut
from breachkit.reading.sql.literals import Literals, MalformedError
from breachkit.reading.sql.spelling import ESCAPES
from breachkit.reading.table_writer import column_names

NUMBER = r"^[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?$"
# One plain string, in the functions and with the marks that dumps put around each cell of a column.
TYPED = (
    r"(?is)^(?:(?:TRY_)?CAST\(\s*N?'((?:[^'\\]|'')*)'\s*AS\s+\[?[a-z0-9_ ]+\]?(?:\([0-9a-z, ]*\))?\s*\)"
    r"|(?:TO_DATE|TO_TIMESTAMP(?:_TZ)?|TO_CLOB|TO_NCLOB|DATE|TIME|TIMESTAMP)\s*\(?\s*N?'((?:[^'\\]|'')*)'"
    r"(?:\s*,\s*N?'[^'\\]*')*\s*\)?"
    r"|'((?:[^'\\]|'')*)'::\"?[a-z_][a-z0-9_ ]*\"?(?:\([0-9, ]*\))?(?:\[\])*)$"
)
CAST_NUMBER = r"(?i)^CAST\(\s*([+-]?[0-9]+(?:\.[0-9]*)?)\s+AS\s+[a-z0-9_ ]+(?:\([0-9, ]*\))?\s*\)$"
INTRODUCED = r"(?s)^_[a-z0-9]+\s*'((?:[^'\\]|''|\\.)*)'$"  # MySQL's _binary '…', _utf8mb4'…'
LINE_BREAKS = r"(?s)^replace\('((?:[^']|'')*)','\\n',char\(10\)\)$"


@dataclass(frozen=True)
class Cells:
    """Columns of a cut: its first `sound` tuples, all of whose cells are values.

    `controls`: an escape in them stands for a control character.
    """

    frame: pl.DataFrame
    sound: int
    controls: bool


def columns(cut: Cut, literals: Literals, quote: int, cell_characters: int) -> Cells:
    """The cells of a cut as columns c1…, as many tuples as can be taken from its beginning."""
    array = np.frombuffer(cut.window, dtype=np.uint8)
    first = array[cut.starts]
    last = array[cut.ends - 1]
    bare = cut.quotes == 0
    long = cut.ends - cut.starts
    null = _null(array, cut.starts, bare & (long == 4))
    closed = (last == quote) & (cut.quotes % 2 == 0)
    string = closed & (cut.quotes > 1) & (first == quote) & (long > 1)
    national = closed & (cut.quotes > 1) & ((first | 0x20) == 0x6E) & (long > 2)
    national &= array[cut.starts + national] == quote
    inner = string | national
    starts = cut.starts + string + 2 * national
    ends = cut.ends - inner
    flat = flat_series(cut.window, starts, ends, null)
    doubt = ~inner & ~null & ~_number(flat, np.flatnonzero(bare & ~null), len(null))
    escaped = inner & (cut.quotes > 2)
    if len(cut.escapes):
        at = np.searchsorted(cut.starts, cut.escapes, side="right") - 1
        escaped[at[at >= 0]] |= inner[at[at >= 0]]
        escaped &= inner
    fixes = [
        _unescaped(flat, np.flatnonzero(escaped), quote, literals),
        _evaluated(flat, np.flatnonzero(doubt), literals),
    ]
    bad = [one.bad for one in fixes] + [np.flatnonzero((long > cell_characters) | (long < 1))]
    worst = min((int(one.min()) for one in bad if len(one)), default=cut.count * cut.cells)
    sound = worst // cut.cells
    return Cells(fixed_frame(flat, fixes, cut.cells, sound), sound, any(hold_controls(fix.values) for fix in fixes))


def flat_series(window: bytes, starts: Array, ends: Array, null: Array) -> pl.Series:
    """The cells at even places of a column that shares the window's bytes; what stands between them at odd places."""
    import pyarrow as pa

    size = 2 * len(starts)
    offsets = np.empty(size + 1, dtype=np.int64)
    offsets[0:-1:2], offsets[1::2] = starts, ends
    offsets[-1] = ends[-1]
    valid = np.ones(size, dtype=bool)
    valid[0::2] = ~null
    bits = pa.py_buffer(np.packbits(valid, bitorder="little").tobytes())
    column = pa.LargeStringArray.from_buffers(size, pa.py_buffer(offsets), pa.py_buffer(window), bits)
    return pl.Series("cell", pl.from_arrow(column))


@dataclass(frozen=True)
class Fix:
    """Cells whose text is not what stands in the window: their numbers, their values, and those that are no value."""

    at: Array
    values: pl.Series
    bad: Array


def _null(array: Array, starts: Array, candidates: Array) -> Array:
    """Which cells are the word NULL."""
    null = candidates.copy()
    for offset, letter in enumerate(b"null"):
        at = np.flatnonzero(null)
        null[at] = (array[starts[at] + offset] | 0x20) == letter
    return null


def _number(flat: pl.Series, at: Array, size: int) -> Array:
    """Which cells without quotes are numbers."""
    number = np.zeros(size, dtype=bool)
    if len(at):
        number[at] = flat.gather(2 * at).str.contains(NUMBER).to_numpy()
    return number


def _unescaped(flat: pl.Series, at: Array, quote: int, literals: Literals) -> Fix:
    """Strings with escapes or doubled quotes in them; one with a lone quote is no string."""
    text = flat.gather(2 * at)
    mark = chr(quote)
    body = (
        rf"(?s)^(?:[^{mark}\\]|{mark}{mark}|\\.)*$"
        if literals.dialect.backslash
        else rf"(?s)^(?:[^{mark}]|{mark}{mark})*$"
    )
    bad = at[~text.str.contains(body).to_numpy()] if len(at) else at
    if literals.dialect.backslash:
        pairs = {**ESCAPES, mark * 2: mark}
        if mark != "'":
            del pairs["''"]
        text = text.str.replace_many(list(pairs), list(pairs.values()), leftmost=True)
    else:
        text = text.str.replace_all(mark * 2, mark, literal=True)
    return Fix(at, text, bad)


def _evaluated(flat: pl.Series, at: Array, literals: Literals) -> Fix:
    """Expressions: by pattern where one fits, else each distinct text by itself."""
    raw = flat.gather(2 * at).alias("raw")
    if not len(at):
        return Fix(at, raw, at)
    plain = pl.col("raw").str
    typed = plain.extract_groups(TYPED).struct
    found = [typed.field(str(number)) for number in (1, 2, 3)]
    if literals.dialect.backslash:
        known = plain.extract(INTRODUCED).str.replace_many(list(ESCAPES), list(ESCAPES.values()), leftmost=True)
    else:
        known = plain.extract(LINE_BREAKS).str.replace_all("''", "'", literal=True)
        known = known.str.replace_all("\\n", "\n", literal=True)
    frame = raw.to_frame().select(
        "raw",
        pl.coalesce(
            pl.coalesce(found).str.replace_all("''", "'", literal=True),
            plain.extract(CAST_NUMBER),
            known,
        ).alias("value"),
    )
    left = frame.filter(pl.col("value").is_null())["raw"].unique(maintain_order=True)
    read = [_read(text, literals) for text in left]
    table = pl.DataFrame(
        {"raw": left, "other": [value for value, _ in read], "bad": [wrong for _, wrong in read]},
        schema={"raw": pl.String, "other": pl.String, "bad": pl.Boolean},
    )
    frame = frame.join(table, on="raw", how="left", maintain_order="left")
    wrong = frame["bad"].fill_null(False).to_numpy()
    return Fix(at, frame.select(pl.coalesce("value", "other"))["value"], at[wrong])


def _read(text: str, literals: Literals) -> tuple[str | None, bool]:
    try:
        return literals.value(text.encode()), False
    except MalformedError:
        return None, True


def hold_controls(values: pl.Series) -> bool:
    """Whether one of some texts holds a control character."""
    return bool(values.str.contains(ANY).any())


def fixed_frame(flat: pl.Series, fixes: list[Fix], cells: int, rows: int) -> pl.DataFrame:
    """Columns c1… of the first `rows` records of so many cells each."""
    picked = (pl.col("cell").gather_every(2 * cells, 2 * at).alias(name) for at, name in enumerate(column_names(cells)))
    frame = flat.to_frame("cell").select(picked)
    for fix in fixes:
        positions = fix.at % cells
        for position in np.unique(positions).tolist():
            mine = np.flatnonzero(positions == position)
            column = frame.to_series(position).scatter(fix.at[mine] // cells, fix.values.gather(mine))
            frame = frame.with_columns(column)
    return frame.head(rows)
