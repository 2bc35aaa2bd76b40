"""The first pass: which texts may hold a finding, decided in native code over whole columns.

One Aho-Corasick automaton holds every trigger of the lexicon; a few character-class patterns hold what has
no fixed string (telephone, e-mail, number plate). It may keep a text for nothing, never drop one that the
second pass would have found something in.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from breachkit.freetext.fold import screen_form
from breachkit.freetext.identifiers import SCREEN_PATTERN
from breachkit.freetext.spelling import respellings

if TYPE_CHECKING:
    import polars as pl

    from breachkit.freetext.lexicon import Lexicon

MAX_SCREENED_CHARACTERS = 2_000_000  # longer texts are screened by their beginning only; none known, our choice


def candidate_texts(texts: pl.Series, lexicon: Lexicon) -> tuple[pl.DataFrame, dict[str, str]]:
    """The texts that may hold a finding, with the triggers seen in each, and the misspelt words to read otherwise.

    Columns: text_index (UInt32, position in `texts`), text (String), triggers (List of String).
    """
    import polars as pl

    frame = pl.DataFrame({"text": texts.cast(pl.String)}).with_row_index("text_index").drop_nulls("text")
    screened = frame.with_columns(screen=screen_form(pl.col("text").str.slice(0, MAX_SCREENED_CHARACTERS)))
    corrections = respellings(screened["screen"], lexicon)
    if corrections:
        wrong = [f" {word} " for word in corrections]
        meant = [f" {word} " for word in corrections.values()]
        screened = screened.with_columns(pl.col("screen").str.replace_many(wrong, meant))
    kept = screened.filter(
        pl.col("screen").str.contains_any(list(lexicon.rule_triggers)) | pl.col("text").str.contains(SCREEN_PATTERN)
    )
    seen = pl.col("screen").str.extract_many(list(lexicon.terms_by_trigger), overlapping=True).list.unique()
    return kept.select(pl.col("text_index").cast(pl.UInt32), "text", triggers=seen), corrections
