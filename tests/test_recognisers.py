"""The recognisers through their own SQL: examples, oracles, random digits, completeness, Presidio."""

from __future__ import annotations

import random
from collections.abc import Iterator

import duckdb
import phonenumbers
import pytest
import schwifty
from stdnum import ean, luhn
from stdnum.fr import nif, nir, siren, siret

from breachkit.recognisers.catalogue import RECOGNISERS
from breachkit.recognisers.definition import Recogniser
from breachkit.recognisers.iban import LENGTHS
from breachkit.reference.catalogue import fields

KINDS = list(RECOGNISERS.values())


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


@pytest.mark.parametrize("one", KINDS, ids=lambda one: one.id)
def test_no_kind_is_incomplete(one: Recogniser) -> None:
    assert one.field in fields()
    assert one.id == one.field or one.id.startswith(f"{one.field}.")
    assert one.fr
    assert one.en
    assert len(one.source) > 5
    assert one.examples_valid
    assert one.examples_invalid
    assert one.examples_degenerate
    assert one.chance is None or 0 < one.chance < 1
    assert bool(one.entity) == bool(one.patterns)
    assert all(0 < pattern.score < 1 for pattern in one.patterns)
    assert one.context or not one.patterns


def nir_of(body: str) -> str:
    number = int(body.replace("2A", "19").replace("2B", "18"))
    return f"{body}{97 - number % 97:02d}"


def some_nirs(count: int) -> list[str]:
    draw = random.Random(4)
    places = ["2A", "2B", *(f"{n:02d}" for n in range(1, 20)), "97", "99"]
    return [
        nir_of(
            f"{draw.choice('12')}{draw.randrange(100):02d}{draw.randrange(1, 13):02d}{draw.choice(places)}"
            f"{draw.randrange(100, 900):03d}{draw.randrange(1, 1000):03d}"
        )
        for _ in range(count)
    ]


def test_nir_agrees_with_stdnum(connection: duckdb.DuckDBPyConnection) -> None:
    right = some_nirs(500)
    wrong = [one[:13] + f"{int(one[13:]) % 97 + 1:02d}" for one in right]
    assert all(nir.is_valid(one) for one in right)
    assert not any(nir.is_valid(one) for one in wrong)
    assert all(passes(connection, "nir", list(right)))
    assert not any(passes(connection, "nir", list(wrong)))


def test_nir_of_corsica_overseas_provisional_and_incomplete_records(connection: duckdb.DuckDBPyConnection) -> None:
    bodies = ["184122A451089", "284122B451089", "1840197105089", "7840175105089", "8843175105089", "3845099105089"]
    assert all(passes(connection, "nir", [nir_of(one) for one in bodies]))
    assert all(passes(connection, "nir.without_key", list(bodies)))


def test_luhn_kinds_agree_with_stdnum(connection: duckdb.DuckDBPyConnection) -> None:
    draw = random.Random(5)
    sirens = [f"{draw.randrange(10**8, 10**9)}" for _ in range(2000)]
    assert passes(connection, "siren", list(sirens)) == [siren.is_valid(one) for one in sirens]
    heads = [one[:8] + luhn.calc_check_digit(one[:8]) for one in sirens]
    sirets = [f"{one}{draw.randrange(10**5):05d}" for one in heads]
    assert passes(connection, "siren.siret", list(sirets)) == [siret.is_valid(one) for one in sirets]
    cards = [f"4{draw.randrange(10**15):015d}" for _ in range(1000)]
    assert passes(connection, "card_number", list(cards)) == [luhn.is_valid(one) for one in cards]
    boxes = [f"34009{draw.randrange(10**8):08d}" for _ in range(1000)]
    assert passes(connection, "drug.cip13", list(boxes)) == [ean.is_valid(one) for one in boxes]


def test_tax_number_agrees_with_stdnum(connection: duckdb.DuckDBPyConnection) -> None:
    draw = random.Random(6)
    heads = [f"{draw.randrange(4)}{draw.randrange(10**9):09d}" for _ in range(500)]
    right = [f"{head}{int(head) % 511:03d}" for head in heads]
    assert all(nif.is_valid(one) for one in right)
    assert all(passes(connection, "tax_number", list(right)))
    wrong = [f"{one[:10]}{(int(one[10:]) + 1) % 1000:03d}" for one in right]
    assert not any(passes(connection, "tax_number", list(wrong)))


def test_iban_agrees_with_schwifty(connection: duckdb.DuckDBPyConnection) -> None:
    draw = random.Random(7)
    found = [
        str(schwifty.IBAN.random(country_code=code, random=draw))
        for code in ("FR", "DE", "BE", "MT", "GB", "IT")
        for _ in range(40)
    ]
    assert all(passes(connection, "iban", list(found)))
    turned = [one[:-2] + one[-1] + one[-2] for one in found if one[-1] != one[-2]]
    assert len(turned) > 100
    assert not any(passes(connection, "iban", list(turned)))


def test_iban_lengths_agree_with_schwifty() -> None:
    ours = {code: length for length, codes in LENGTHS.items() for code in codes.split()}
    theirs = {}
    for code in ours:
        try:
            theirs[code] = len(str(schwifty.IBAN.random(country_code=code, random=random.Random(1))))
        except schwifty.exceptions.SchwiftyException:
            continue  # a country of the registry that schwifty cannot draw from
    assert len(theirs) > 60
    assert {code: ours[code] for code in theirs if theirs[code] != ours[code]} == {}


def test_phone_agrees_with_phonenumbers(connection: duckdb.DuckDBPyConnection) -> None:
    texts = [
        "01 99 00 12 34",
        "0639981234",
        "639981234",
        "+33 (0)6 39 98 12 34",
        "0033 639981234",
        "0590 12 34 57",
        "0692 12 34 57",
    ]
    one = RECOGNISERS["phone"]
    for text in texts:
        row = connection.execute(f"SELECT {one.normalise('v')} FROM (SELECT $t AS v)", {"t": text}).fetchone()
        parsed = phonenumbers.parse(text, "FR")
        assert row is not None
        assert row[0].endswith(str(parsed.national_number))
        assert phonenumbers.is_possible_number(phonenumbers.parse(row[0], None))


@pytest.mark.parametrize(
    "one", [one for one in KINDS if one.chance is not None and one.chance <= 0.1], ids=lambda one: one.id
)
def test_random_strings_of_the_shape_pass_no_more_than_chance(
    connection: duckdb.DuckDBPyConnection, one: Recogniser
) -> None:
    draw = random.Random(8)
    digits, capitals = "0123456789", "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    template = one.examples_valid[0].upper()

    def scrambled() -> str:
        return "".join(
            draw.choice(digits) if sign.isdigit() else draw.choice(capitals) if sign.isalpha() else sign
            for sign in template
        )

    tried = passes(connection, one.id, [scrambled() for _ in range(3000)])
    assert sum(tried) / 3000 <= one.chance * 1.5 + 0.01


def test_presidio_finds_what_the_pack_knows() -> None:
    from breachkit.recognisers.presidio import french_recognisers

    pack = {one.supported_entities[0]: one for one in french_recognisers() if one.supported_entities[0] != "FR_NIR"}
    nirs = [one for one in french_recognisers() if one.supported_entities[0] == "FR_NIR"]
    text = "Son NIR est 2 55 08 14 168 025 38 et son IBAN FR14 2004 1010 0505 0001 3M02 606, joindre au 06 39 98 12 34."
    found = [result for one in nirs for result in one.analyze(text, ["FR_NIR"], None)]
    assert [(text[one.start : one.end], one.score) for one in found if one.score == 1] == [
        ("2 55 08 14 168 025 38", 1.0)
    ]
    iban = pack["FR_IBAN"].analyze(text, ["FR_IBAN"], None)
    assert [text[one.start : one.end] for one in iban] == ["FR14 2004 1010 0505 0001 3M02 606"]
    phone = pack["FR_PHONE_NUMBER"].analyze(text, ["FR_PHONE_NUMBER"], None)
    assert [text[one.start : one.end] for one in phone] == ["06 39 98 12 34"]
    assert 0 < phone[0].score < 1
    assert all(one.supported_language == "fr" for one in pack.values())


def test_presidio_drops_a_wrong_key() -> None:
    from breachkit.recognisers.presidio import french_recognisers

    pack = french_recognisers()
    text = "NIR 2 55 08 14 168 025 39, IBAN FR14 2004 1010 0505 0001 3M02 607"
    found = [one for recogniser in pack for one in recogniser.analyze(text, recogniser.supported_entities, None)]
    assert [one.entity_type for one in found if one.score >= 0.5] == []
