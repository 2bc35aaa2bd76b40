"""Arrow columns as text: structs are opened, lists set apart, and every other type told in one way."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from breachkit.reading.workbook.cell_text import bytes_text, number_text, whole_text

if TYPE_CHECKING:
    import pyarrow as pa

MAX_DEPTH = 16  # levels of structs and lists; deeper values are told as JSON-like text
Lists = dict[str, tuple[Any, Any]]  # name → (table of the elements, the row of each in its parent)


def flat_columns(table: pa.Table) -> tuple[dict[str, pl.Series], Lists]:
    """The columns of scalars as text by their dotted names, and the lists by theirs."""
    flat: dict[str, pl.Series] = {}
    lists: Lists = {}
    for name, column in zip(table.column_names, table.columns, strict=True):
        _open(name, column, flat, lists, 0)
    return flat, lists


def _free(name: str, taken: Any) -> str:
    again = 1
    told = name
    while told in taken:
        again += 1
        told = f"{name} ({again})"
    return told


def _open(name: str, column: Any, flat: dict[str, pl.Series], lists: Lists, depth: int) -> None:
    import pyarrow as pa
    from pyarrow import compute

    column = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    if isinstance(column, pa.ChunkedArray):  # nothing to combine, or more than one array holds
        column = pa.concat_arrays(column.chunks) if column.num_chunks else pa.array([], type=column.type)
    kind = column.type
    if pa.types.is_dictionary(kind):
        return _open(name, column.dictionary_decode(), flat, lists, depth)
    if isinstance(column, pa.ExtensionArray):
        return _open(name, column.storage, flat, lists, depth)
    if pa.types.is_struct(kind) and kind.num_fields and depth < MAX_DEPTH:
        for position in range(kind.num_fields):
            child = compute.struct_field(column, [position])
            _open(f"{name}.{kind.field(position).name}", child, flat, lists, depth + 1)
        return None
    if _is_list(kind) and depth < MAX_DEPTH:
        lists[_free(name, lists)] = _elements(column)
        return None
    flat[_free(name, flat)] = text_of(column)
    return None


def _is_list(kind: Any) -> bool:
    import pyarrow as pa

    types = pa.types
    return types.is_list(kind) or types.is_large_list(kind) or types.is_fixed_size_list(kind) or types.is_map(kind)


def _elements(column: Any) -> tuple[Any, Any]:
    """The elements of a column of lists as a table, and the row of each in its parent."""
    import pyarrow as pa
    from pyarrow import compute

    kind = column.type
    if pa.types.is_map(kind):
        entries = pa.struct([pa.field("key", kind.key_type), pa.field("value", kind.item_type)])
        column = column.cast(pa.list_(entries))
    values, rows = compute.list_flatten(column), compute.list_parent_indices(column)
    if pa.types.is_struct(values.type) and values.type.num_fields:
        # A field may be named twice, so columns are taken by their place.
        fields = [compute.struct_field(values, [at]) for at in range(values.type.num_fields)]
        names = [values.type.field(at).name for at in range(values.type.num_fields)]
        return pa.Table.from_arrays(fields, names=names), rows
    return pa.Table.from_arrays([values], names=["value"]), rows


def text_of(column: Any) -> pl.Series:
    """A column of scalars as text; NULL stays NULL."""
    import pyarrow as pa
    from pyarrow import compute

    kind, types = column.type, pa.types
    if types.is_null(kind):
        return pl.Series([None] * len(column), dtype=pl.String)
    if types.is_binary(kind) or types.is_large_binary(kind) or types.is_fixed_size_binary(kind):
        return binary_text(pl.Series(pl.from_arrow(column.cast(pa.large_binary()))))
    if types.is_boolean(kind):
        return pl.Series(pl.from_arrow(compute.if_else(column, "TRUE", "FALSE")))
    if types.is_floating(kind):
        return float_text(pl.Series(pl.from_arrow(column.cast(pa.float64()))), single=not types.is_float64(kind))
    if types.is_timestamp(kind) or types.is_date64(kind):
        return moment_text(column)
    if types.is_time(kind):
        return _without_zeros(pl.Series(pl.from_arrow(column.cast(pa.large_string()))))
    if types.is_string(kind) or types.is_large_string(kind):
        return pl.Series(pl.from_arrow(column.cast(pa.large_string())))
    try:
        return pl.Series(pl.from_arrow(column.cast(pa.large_string())))
    except (pa.ArrowNotImplementedError, pa.ArrowInvalid):
        # Durations, intervals, unions and what comes next: a type that Arrow itself has no text for.
        return pl.Series([None if value is None else str(value) for value in column.to_pylist()], dtype=pl.String)


def binary_text(series: pl.Series) -> pl.Series:
    """Bytes as UTF-8 text where they are, else in hexadecimal."""
    try:
        return series.cast(pl.String)
    except pl.exceptions.ComputeError:
        return pl.Series([None if value is None else bytes_text(value) for value in series], dtype=pl.String)


def float_text(series: pl.Series, *, single: bool = False) -> pl.Series:
    """Floats without exponent, whole ones without « .0 »."""
    whole = whole_text(series)
    if whole is not None:
        return whole
    if single:  # 0.1 of 32 bits is 0.10000000149 in 64
        texts = series.cast(pl.Float32).cast(pl.String)
        return texts.str.strip_suffix(".0")
    return pl.Series([None if value is None else number_text(value) for value in series], dtype=pl.String)


def _without_zeros(texts: pl.Series) -> pl.Series:
    """Times without the zeros at the end of their fractions of a second."""
    return texts.str.replace(r"\.0+$", "").str.replace(r"(\.\d*?[1-9])0+$", "$1")


def moment_text(column: Any) -> pl.Series:
    """Timestamps as `1960-02-01 10:30:00`, `1960-02-01` at midnight; with a zone, in UTC and marked Z."""
    import pyarrow as pa

    kind = column.type
    zone = "Z" if pa.types.is_timestamp(kind) and kind.tz else ""
    if pa.types.is_date64(kind):
        return pl.Series(pl.from_arrow(column.cast(pa.date32()).cast(pa.large_string())))
    plain = column.cast(pa.timestamp(kind.unit)) if zone else column
    texts = pl.Series(pl.from_arrow(plain.cast(pa.large_string())))
    texts = _without_zeros(texts)
    return texts + zone if zone else texts.str.strip_suffix(" 00:00:00")
