"""The recognisers through their own SQL: completeness, examples, dummies, random strings.

The oracles are in test_recognisers_oracles.py, texts and Presidio in test_recognisers_presidio.py.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest

from breachkit.recognisers import catalogue
from breachkit.recognisers.catalogue import RECOGNISERS
from breachkit.recognisers.definition import Recogniser
from breachkit.reference.catalogue import fields

KINDS = list(RECOGNISERS.values())
# Every kind of the domain, and what recognises it. A file number (IPP) is the establishment's own: it has no format
# that could be tested, so a header or its place in the table decides.
DOMAIN = {
    "NIR": {"nir", "nir.without_key"},
    "NIA": {"nir", "nir.without_key"},
    "INS": {"ins.matricule", "nir"},
    "INS-C": {"ins"},
    "RPPS": {"rpps"},
    "ADELI, AM": {"adeli"},
    "FINESS": {"finess"},
    "SIREN, SIRET, VAT": {"siren", "siren.siret", "siren.vat"},
    "SPI": {"tax_number"},
    "IBAN, RIB, BIC": {"iban", "iban.rib", "bic"},
    "card": {"card_number"},
    "phone": {"phone"},
    "e-mail, MSSanté": {"email", "email.mssante"},
    "postcode, commune": {"postcode", "birth_place.commune_code"},
    "CIM-10": {"diagnosis_code"},
    "CCAM, NGAP, GHM": {"procedure_code", "procedure_code.ngap", "procedure_code.ghm"},
    "CIP13, UCD13, CIP7, UCD7, ATC": {"drug.cip13", "drug.cip7", "drug.atc"},
    "LOINC": {"lab_result.loinc"},
    "passport, identity card, licence, carte Vitale": {
        "id_document.passport",
        "id_document.identity_card",
        "id_document.driving_licence",
        "id_document.vitale_card",
    },
    "plate": {"vehicle_plate"},
    "date": {"timestamp.date"},
    "technical": {"ip_address", "other.url", "technical_id.uuid", "password.hash", "gps"},
}
# Dummies that are real places too: 22222 is the INSEE code of Plouha, 98765 a postcode of the Tuamotu.
REAL_PLACES = {
    "postcode": ("98765",),
    "birth_place.commune_code": ("98765", "01234", *(digit * 5 for digit in "2345678")),
}
LEGAL = {
    "nir": "nir",
    "rpps": "professional",
    "iban": "financial",
    "diagnosis_code": "special",
    "siren": "organisation",
}


@pytest.fixture(scope="module")
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(":memory:") as opened:
        yield opened


def passes(connection: duckdb.DuckDBPyConnection, kind: str, texts: list[str | None]) -> list[bool]:
    """Whether each text passes the kind's whole check, by one statement."""
    one = RECOGNISERS[kind]
    sql = (
        f"SELECT list(ok ORDER BY place) FROM (SELECT place, coalesce({one.valid('n')}, false) AS ok FROM "
        f"(SELECT place, {one.normalise('v')} AS n FROM (SELECT unnest($t) AS v, generate_subscripts($t, 1) AS place)))"
    )
    row = connection.execute(sql, {"t": texts}).fetchone()
    assert row is not None
    return list(row[0])


@pytest.mark.parametrize("one", KINDS, ids=lambda one: one.id)
def test_each_kind_passes_its_own_examples(connection: duckdb.DuckDBPyConnection, one: Recogniser) -> None:
    examples = [*one.examples_valid, *one.examples_invalid, *one.examples_degenerate, "", None]
    expected = [True] * len(one.examples_valid) + [False] * (len(examples) - len(one.examples_valid))
    assert dict(zip(examples, passes(connection, one.id, examples), strict=True)) == dict(
        zip(examples, expected, strict=True)
    )


def gaps(one: Recogniser) -> list[str]:
    """What a definition lacks; empty where it is whole."""
    wanted = {
        "field": one.field in fields() and (one.id == one.field or one.id.startswith(f"{one.field}.")),
        "labels": bool(one.fr and one.en),
        "legal category": bool(one.legal.cnil_type),
        "source": len(one.source) > 5,
        "certainty": one.certainty in ("verified", "published", "usual"),
        "form": len(one.form) > 3,
        "key": len(one.key) > 2,
        "valid examples": bool(one.examples_valid),
        "invalid examples": bool(one.examples_invalid),
        "degenerate examples": bool(one.examples_degenerate),
        "chance": one.chance is None or 0 < one.chance < 1,
        "chance of a key": one.key.startswith("aucune") or one.chance is not None or one.id == "ins.matricule",
        "patterns": bool(one.entity) == bool(one.patterns) == bool(one.context),
        "scores": all(0 < pattern.score < 1 for pattern in one.patterns),
        "weak scores": one.chance is None or all(pattern.score <= 0.6 for pattern in one.patterns),
        "entity": one.entity is None or (one.entity.startswith("FR_") and one.entity.isupper()),
        "context": all(word.isalnum() and word == word.lower() for word in one.context),
    }
    return [name for name, is_there in wanted.items() if not is_there]


@pytest.mark.parametrize("one", KINDS, ids=lambda one: one.id)
def test_no_kind_is_incomplete(one: Recogniser) -> None:
    assert gaps(one) == []


def test_an_incomplete_kind_is_seen() -> None:
    whole = RECOGNISERS["rpps"]
    assert gaps(replace(whole, examples_degenerate=())) == ["degenerate examples"]
    assert gaps(replace(whole, key="", form="")) == ["form", "key"]
    assert gaps(replace(whole, chance=None)) == ["chance of a key"]
    assert gaps(replace(whole, context=("numéro RPPS",), entity="RPPS")) == ["entity", "context"]
    assert gaps(replace(whole, patterns=())) == ["patterns"]


def test_every_kind_of_the_domain_is_there() -> None:
    assert set().union(*DOMAIN.values()) == set(RECOGNISERS)


def test_every_definition_is_in_the_catalogue() -> None:
    """A definition that somebody writes and forgets to list would be silent."""
    folder = Path(catalogue.__file__).parent
    written = sum(file.read_text(encoding="utf-8").count(" = Recogniser(\n") for file in folder.glob("*.py"))
    assert written == len(RECOGNISERS)


@pytest.mark.parametrize(("kind", "cnil_type"), LEGAL.items())
def test_the_legal_category_is_that_of_the_field(kind: str, cnil_type: str) -> None:
    assert RECOGNISERS[kind].legal.cnil_type == cnil_type


def dummies() -> list[str]:
    """Zeros, repeats, sequences up and down of 5 to 24 digits, and the known dummies of the domain."""
    up, down = "1234567890" * 3, "9876543210" * 3
    runs = [run[:size] for size in range(5, 25) for run in (up, down, "0" + up)]
    repeats = [digit * size for size in range(5, 25) for digit in "0123456789"]
    return [*runs, *repeats, "0102030405", "1234567890123", "XXXXXXXX", "FR" + "0" * 25, "00/00/0000", "99/99/9999"]


@pytest.mark.parametrize("one", KINDS, ids=lambda one: one.id)
def test_no_kind_takes_a_dummy_for_a_value(connection: duckdb.DuckDBPyConnection, one: Recogniser) -> None:
    tried = dummies()
    accepted = [text for text, ok in zip(tried, passes(connection, one.id, list(tried)), strict=True) if ok]
    assert [text for text in accepted if text not in REAL_PLACES.get(one.id, ())] == []


def shaped_and_valid(connection: duckdb.DuckDBPyConnection, one: Recogniser, texts: list[str]) -> tuple[int, int]:
    """How many texts have the form of the kind, and how many of those pass its whole check."""
    normal = f"SELECT {one.normalise('v')} AS n FROM (SELECT unnest($t) AS v)"
    counted = f"count(*) FILTER (WHERE {one.shape('n')}), count(*) FILTER (WHERE {one.shape('n')} AND {one.valid('n')})"
    row = connection.execute(f"SELECT {counted} FROM ({normal})", {"t": texts}).fetchone()
    assert row is not None
    return int(row[0]), int(row[1])


def scrambled(template: str, count: int, kept: int) -> list[str]:
    """Random strings like the template: its first `kept` signs stand, digits and capitals after them are drawn."""
    draw = random.Random(8)
    signs = {"digit": "0123456789", "letter": "ABCDEFGHIJKLMNOPQRSTUVWXYZ"}
    head, tail = template.upper()[:kept], template.upper()[kept:]
    return [
        head
        + "".join(
            draw.choice(signs["digit"]) if sign.isdigit() else draw.choice(signs["letter"]) if sign.isalpha() else sign
            for sign in tail
        )
        for _ in range(count)
    ]


# Signs of the first valid example that stay, so that random strings have the kind's form often enough.
KEPT = {"drug.cip13": 4, "siren.vat": 2, "iban": 4, "card_number": 1, "tax_number": 1}
TRIED = 20_000


@pytest.mark.parametrize(
    "one", [one for one in KINDS if one.chance is not None and one.id != "id_document.vitale_card"], ids=lambda o: o.id
)
def test_random_strings_of_the_form_pass_as_often_as_the_definition_says(
    connection: duckdb.DuckDBPyConnection, one: Recogniser
) -> None:
    texts = scrambled(one.examples_valid[0], TRIED, KEPT.get(one.id, 0))
    shaped, valid = shaped_and_valid(connection, one, texts)
    chance = one.chance or 0.0
    spread = 4 * (shaped * chance * (1 - chance)) ** 0.5 + 1
    assert shaped >= 1000
    assert abs(valid - shaped * chance) <= spread + 0.03 * shaped * chance
