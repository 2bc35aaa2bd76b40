"""The French pack for Presidio: one recogniser for each kind that makes sense in running text.

It can be used without anything else of breachkit; docs/presidio.md shows how:

    from presidio_analyzer import AnalyzerEngine, RecognizerRegistry
    from breachkit.recognisers.presidio import french_recognisers

    registry = RecognizerRegistry(french_recognisers(), supported_languages=["fr"])
    engine = AnalyzerEngine(registry=registry, nlp_engine=..., supported_languages=["fr"])

Each kind has its class too (`from breachkit.recognisers.presidio import FrNirRecognizer`), which Presidio's YAML
registry finds by name once `recogniser_classes` has been called.

Scores follow Presidio's conventions: a low base score for a bare form, raised by context words; a key that chance
passes once in fifty or less sets the highest score; a wrong key or a dummy value drops the match.
"""

from __future__ import annotations

import re
import threading
import unicodedata
from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from breachkit.recognisers.catalogue import RECOGNISERS
from breachkit.recognisers.definition import Recogniser

if TYPE_CHECKING:
    import duckdb
    from presidio_analyzer import EntityRecognizer, RecognizerResult
    from presidio_analyzer.nlp_engine import NlpArtifacts

# Chance below which a passed key alone is proof enough for Presidio's maximum score; 1/97 is, Luhn's 1/10 is not.
PROOF_CHANCE = 1 / 50
# Presidio's own figures (LemmaContextAwareEnhancer): words looked at before a match, what they add, the least score.
CONTEXT_WORDS, CONTEXT_GAIN, CONTEXT_LEAST = 5, 0.35, 0.4
STRONG_SCORE = 0.8  # a match of the pack that scores so owns its characters
_WORD = re.compile(r"[^\W\d_][^\W_]*")
_BEFORE = 80  # characters in which the words before a match are looked for


def folded_word(word: str) -> str:
    """The word in small letters without accents, as contexts are compared."""
    letters = unicodedata.normalize("NFD", word.casefold())
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


class _Check:
    """Runs a recogniser's own SQL on one text, so that texts and columns never disagree."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._connection: duckdb.DuckDBPyConnection | None = None
        self._prepared: dict[str, str] = {}

    def passes(self, recogniser: Recogniser, text: str) -> bool:
        import duckdb

        with self._lock:
            if self._connection is None:
                self._connection = duckdb.connect(":memory:", config={"threads": 1})
            name = self._prepared.get(recogniser.id) or self._prepare(self._connection, recogniser)
            literal = text.replace("\x00", "").replace("'", "''")
            row = self._connection.execute(f"EXECUTE {name}('{literal}')").fetchone()
        return bool(row and row[0])

    def _prepare(self, connection: duckdb.DuckDBPyConnection, recogniser: Recogniser) -> str:
        """Planning the long expressions takes ten times as long as running them: it is done once."""
        name = self._prepared[recogniser.id] = f"check_{len(self._prepared)}"
        normal = f"SELECT {recogniser.normalise('v')} AS n FROM (SELECT ?::VARCHAR AS v)"
        connection.execute(f"PREPARE {name} AS SELECT {recogniser.valid('n')} FROM ({normal})")
        return name


_CHECK = _Check()


def _words_before(text: str, start: int, since: int, artifacts: NlpArtifacts | None) -> set[str]:
    """The last words before a match and their lemmas, folded; a word that touches the match counts (« NIR284... »)."""
    words = list(_WORD.finditer(text, max(since, start - _BEFORE), start))[-CONTEXT_WORDS:]
    found = {folded_word(word.group()) for word in words}
    if words and artifacts is not None:
        places = zip(artifacts.tokens_indices, artifacts.lemmas, strict=True)
        found |= {folded_word(lemma) for place, lemma in places if words[0].start() <= place < start}
    return found


def _of_the_pack(results: list[RecognizerResult]) -> list[RecognizerResult]:
    return [one for one in results if one.entity_type.startswith("FR_")]


def _is_inside_another(result: RecognizerResult, others: list[RecognizerResult]) -> bool:
    """A strong match of another kind covers this one: its characters are not a second identifier."""
    return any(
        other.score >= STRONG_SCORE
        and other.start <= result.start
        and result.end <= other.end
        and (other.score > result.score or result.end - result.start < other.end - other.start)
        for other in others
    )


def _end_of_the_last(others: list[RecognizerResult], start: int) -> int:
    """Where the identifier of another kind before a match ends: the words that announced it are its own."""
    return max((other.end for other in others if other.end <= start), default=0)


@cache
def _base_class() -> type:
    """The subclass of Presidio's PatternRecognizer; made on first use, since importing Presidio takes seconds."""
    from presidio_analyzer import Pattern, PatternRecognizer, RecognizerResult

    class FrenchRecognizer(PatternRecognizer):
        """A kind of the catalogue as Presidio sees it; subclasses set `definition`."""

        COUNTRY_CODE = "fr"
        definition: Recogniser

        def __init__(
            self,
            supported_language: str = "fr",
            context: list[str] | None = None,
            name: str | None = None,
            supported_entity: str | None = None,
        ) -> None:
            one = self.definition
            super().__init__(
                supported_entity=supported_entity or one.entity or one.id,
                name=name or type(self).__name__,
                patterns=[Pattern(part.name, part.regex, part.score) for part in one.patterns],
                context=context or list(one.context),
                supported_language=supported_language,
            )

        def validate_result(self, pattern_text: str) -> bool | None:
            """True (proof), None (plausible: the base score and the context decide) or False (dropped)."""
            if not _CHECK.passes(self.definition, pattern_text):
                return False
            chance = self.definition.chance
            return True if chance is not None and chance <= PROOF_CHANCE else None

        def enhance_using_context(
            self,
            text: str,
            raw_recognizer_results: list[RecognizerResult],
            other_raw_recognizer_results: list[RecognizerResult],
            nlp_artifacts: NlpArtifacts | None,
            context: list[str] | None = None,
        ) -> list[RecognizerResult]:
            """Raises scores by Presidio's own figures, but on whole words: its default finds « nir » in « venir ».

            Results are marked as done, so that the engine's enhancer does not add its own guess. Those that a strong
            match of another kind covers are left out.
            """
            given = {folded_word(word) for word in context or ()}
            known = {folded_word(word) for word in self.context}
            others = _of_the_pack(other_raw_recognizer_results)
            kept = [one for one in raw_recognizer_results if not _is_inside_another(one, others)]
            for result in kept:
                since = _end_of_the_last(others, result.start)
                found = known & (given | _words_before(text, result.start, since, nlp_artifacts))
                if found:
                    result.score = min(1.0, max(result.score + CONTEXT_GAIN, CONTEXT_LEAST))
                    result.analysis_explanation.set_supportive_context_word(min(found))
                    result.analysis_explanation.set_improved_score(result.score)
                result.recognition_metadata[RecognizerResult.IS_SCORE_ENHANCED_BY_CONTEXT_KEY] = True
            return kept

    return FrenchRecognizer


def class_name(recogniser: Recogniser) -> str:
    """`FrNirRecognizer`, `FrNirWithoutKeyRecognizer`: the class of a kind, by its id."""
    return "Fr" + "".join(part.capitalize() for part in re.split(r"[._]", recogniser.id)) + "Recognizer"


def _in_texts() -> dict[str, Recogniser]:
    return {class_name(one): one for one in RECOGNISERS.values() if one.entity and one.patterns}


@cache
def recogniser_classes() -> Mapping[str, type[Any]]:
    """The Presidio class of each kind with text patterns, by its name, in catalogue order.

    Presidio's YAML registry finds them by name once this has been called.
    """
    base = _base_class()
    made = {
        name: type(name, (base,), {"definition": one, "__module__": __name__, "__doc__": one.en})
        for name, one in _in_texts().items()
    }
    return MappingProxyType(made)


def __getattr__(name: str) -> type[Any]:
    """The class of a kind as a name of this module, made when it is first asked for."""
    if name not in _in_texts():
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return recogniser_classes()[name]


def french_recognisers(language: str = "fr") -> list[EntityRecognizer]:
    """One Presidio recogniser for each kind with text patterns, in catalogue order.

    `language` is the language of the engine's texts: identifiers are the same in an English text.
    """
    return [made(supported_language=language) for made in recogniser_classes().values()]
