"""One kind of identifier: how to write it plainly, how to check it, and examples that prove the check.

`normalise` and `valid` turn one SQL expression into another, so that DuckDB checks a whole column at once;
the Presidio recogniser of `presidio.py` runs the very same expressions on what it finds in a text.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

SqlToSql = Callable[[str], str]


@dataclass(frozen=True)
class TextPattern:
    """A pattern (Python `re` syntax) for running text, with Presidio's base score, 0 to 1."""

    name: str
    regex: str
    score: float


@dataclass(frozen=True)
class Recogniser:
    """A kind of identifier.

    `id` is a field id of fields.tsv, or `field.kind` where a field holds several kinds; `field` the field id.
    `normalise(sql)` is a VARCHAR expression (NULL stays NULL); `shape(n)` and `valid(n)` are boolean
    expressions on the normalised text: `shape` looks at the form only, `valid` adds key and placeholders.
    `chance` is the share of random strings of that shape that pass `valid`; None where there is no key.
    `entity` is the name Presidio knows it by; None where it makes no sense in running text.
    """

    id: str
    field: str
    fr: str
    en: str
    source: str
    normalise: SqlToSql
    shape: SqlToSql
    valid: SqlToSql
    chance: float | None
    examples_valid: tuple[str, ...]
    examples_invalid: tuple[str, ...]
    examples_degenerate: tuple[str, ...]
    entity: str | None = None
    patterns: tuple[TextPattern, ...] = ()
    context: tuple[str, ...] = ()
