"""One kind of identifier: how to write it plainly, how to check it, and examples that prove the check.

`normalise` and `valid` turn one SQL expression into another, so that DuckDB checks a whole column at once;
the Presidio recogniser of `presidio.py` runs the very same expressions on what it finds in a text.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from breachkit.reference.catalogue import FieldInfo, fields

SqlToSql = Callable[[str], str]
# verified: the issuer or a standard publishes the rule, and an independent library agrees with ours in the tests;
# published: the issuer or a standard publishes it; usual: known from files and guides, no issuer's text was checked.
Certainty = Literal["verified", "published", "usual"]


@dataclass(frozen=True)
class TextPattern:
    """A pattern (Python `re` syntax) for running text, with Presidio's base score, 0 to 1.

    Presidio matches without regard to case; `(?-i:...)` asks for capitals where small letters would be words.
    """

    name: str
    regex: str
    score: float


@dataclass(frozen=True)
class Recogniser:
    """A kind of identifier.

    `id` is a field id of fields.tsv, or `field.kind` where a field holds several kinds; `field` the field id, which
    carries the legal category. `source` says who publishes the format, `certainty` how sure we are of it; `form` and
    `key` put it in French words, for the catalogue of the guide.
    `normalise(sql)` is a VARCHAR expression (NULL stays NULL); `shape(n)` and `valid(n)` are boolean
    expressions on the normalised text: `shape` looks at the form only, `valid` adds key and placeholders.
    `chance` is the share of random strings of that shape that pass `valid`; None where there is no key.
    `entity` is the name Presidio knows it by; None where it makes no sense in running text.
    `context` are single words that announce the kind in a text.
    """

    id: str
    field: str
    fr: str
    en: str
    source: str
    certainty: Certainty
    form: str
    key: str
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

    @property
    def legal(self) -> FieldInfo:
        """The legal category: CNIL type, EDPB letter, sensitivity and article 9 or 10 category of the field."""
        return fields()[self.field]
