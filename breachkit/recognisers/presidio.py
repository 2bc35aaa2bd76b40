"""The French pack for Presidio: one recogniser for each kind that makes sense in running text.

It can be used without anything else of breachkit:

    from presidio_analyzer import AnalyzerEngine, RecognizerRegistry
    from breachkit.recognisers.presidio import french_recognisers

    registry = RecognizerRegistry(french_recognisers(), supported_languages=["fr"])
    engine = AnalyzerEngine(registry=registry, nlp_engine=..., supported_languages=["fr"])

Scores follow Presidio's conventions: a low base score for a bare form, raised by context words; a key that chance
passes once in fifty or less sets the highest score, a wrong key drops the match.
"""

from __future__ import annotations

import threading
from functools import cache
from typing import TYPE_CHECKING

from breachkit.recognisers.catalogue import RECOGNISERS
from breachkit.recognisers.definition import Recogniser

if TYPE_CHECKING:
    import duckdb
    from presidio_analyzer import EntityRecognizer

# Chance below which a passed key alone is proof enough for Presidio's maximum score; 1/97 is, Luhn's 1/10 is not.
PROOF_CHANCE = 1 / 50


class _Check:
    """Runs a recogniser's own SQL on one text, so that texts and columns never disagree."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._connection: duckdb.DuckDBPyConnection | None = None

    def passes(self, recogniser: Recogniser, text: str) -> bool:
        import duckdb

        normal = f"SELECT {recogniser.normalise('v')} AS n FROM (SELECT ?::VARCHAR AS v)"
        sql = f"SELECT {recogniser.valid('n')} FROM ({normal})"
        with self._lock:
            if self._connection is None:
                self._connection = duckdb.connect(":memory:", config={"threads": 1})
            row = self._connection.execute(sql, [text]).fetchone()
        return bool(row and row[0])


@cache
def _recogniser_class() -> type:
    """The subclass of Presidio's PatternRecognizer; made on first use, since importing Presidio takes seconds."""
    from presidio_analyzer import Pattern, PatternRecognizer

    check = _Check()

    class FrenchRecognizer(PatternRecognizer):
        """A kind of the catalogue as Presidio sees it."""

        def __init__(self, definition: Recogniser) -> None:
            super().__init__(
                supported_entity=definition.entity or definition.id,
                name=f"French {definition.id}",
                patterns=[Pattern(one.name, one.regex, one.score) for one in definition.patterns],
                context=list(definition.context),
                supported_language="fr",
            )
            self.definition = definition

        def validate_result(self, pattern_text: str) -> bool | None:
            """True (proof), None (plausible: the base score and the context decide) or False (dropped)."""
            if not check.passes(self.definition, pattern_text):
                return False
            chance = self.definition.chance
            return True if chance is not None and chance <= PROOF_CHANCE else None

    return FrenchRecognizer


def french_recognisers() -> list[EntityRecognizer]:
    """One Presidio recogniser, `supported_language="fr"`, for each kind with text patterns, in catalogue order."""
    made = _recogniser_class()
    return [made(one) for one in RECOGNISERS.values() if one.entity and one.patterns]
