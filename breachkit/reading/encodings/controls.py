"""Control characters out of cells: what no form and no screen can show is no part of a value."""

from __future__ import annotations

import polars as pl

# C0 but tab, LF and CR, and DEL.
ANY = r"[\x00-\x08\x0B\x0C\x0E-\x1F\x7F]"
# Line break and page break of word processors and FileMaker (VT, FF), and the four separators: between two words they
# stand for a space.
WORD_LETTER = r"([\pL\pN])"
CONTROLS = r"[\x00-\x08\x0B\x0C\x0E-\x1F\x7F]*"
BETWEEN_WORDS = WORD_LETTER + CONTROLS + r"[\x0B\x0C\x1C-\x1F]" + CONTROLS + WORD_LETTER


def strip_controls(frame: pl.DataFrame, columns: list[str]) -> tuple[pl.DataFrame, pl.Series]:
    """The frame without control characters in its text columns, and whether each record held one (`touched`, Boolean).

    NUL and the other C0 characters but tab, LF and CR, and DEL, are removed; one of VT, FF and the separators FS to US
    becomes a space where it alone stands between two words. Counted as "control_characters".
    """
    held = frame.select(pl.col(name).str.contains(ANY).fill_null(value=False) for name in columns)
    dirty = [name for name in columns if held[name].any()]
    if not dirty:
        return frame, pl.Series("touched", [False], dtype=pl.Boolean).new_from_index(0, len(frame))
    touched = held.select(pl.any_horizontal(dirty).alias("touched"))["touched"]
    cleaned = frame.with_columns(
        pl.when(held[name])
        .then(
            pl.col(name)
            .str.replace_all(BETWEEN_WORDS, "${1} ${2}")
            .str.replace_all(BETWEEN_WORDS, "${1} ${2}")  # again: two matches cannot share the letter between them
            .str.replace_all(ANY, "")
        )
        .otherwise(pl.col(name))
        .alias(name)
        for name in dirty
    )
    return cleaned, touched
