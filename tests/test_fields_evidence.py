"""What proves a column without its header: neighbours that agree row by row, forms, lists, how dates are written."""

from __future__ import annotations

import importlib
import random
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from types import ModuleType

import duckdb
import pytest

from breachkit.fields.decide import ColumnVerdict, classify
from breachkit.fields.header import header_evidence
from breachkit.fields.measures import LISTS, WIDER
from breachkit.fields.order import AMERICAN, SERIAL_DAYS, UNIX_TIME, Reading, date_reading
from breachkit.fields.roles import table_role
from breachkit.fields.valid import normal_expression
from breachkit.reference.catalogue import fields, resource
from tests.conftest import ROOT

FAMILY = [
    "Vaucheret",
    "Lapeyronie",
    "Boscaven",
    "Kerautret",
    "Sauveterre",
    "Etcheverry",
    "Wurtz",
    "Benhamou",
    "Traoré",
    "Carvalho",
    "Petrovic",
    "Tran",
]
GIVEN = "Jeanne Mohamed Marie-Claude Loïc Fatima Kévin Odette Naël Svetlana Hugo Aïcha Thierry Léa Bruno".split()  # noqa: SIM905
# The systems of the benchmark that are short enough for a test; the benchmark runs them all.
SYSTEMS = ("plain_patients", "doctors", "acts", "nuisance_more")


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(":memory:") as opened:
        yield opened


@pytest.fixture(scope="module")
def tables() -> Iterator[ModuleType]:
    """The labelled tables of the benchmark."""
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(ROOT / "benchmarks"))
        yield importlib.import_module("field_tables")


def load(connection: duckdb.DuckDBPyConnection, columns: Sequence[Sequence[str]]) -> str:
    names = ", ".join(f"unnest($c{at}) AS c{at}" for at in range(1, len(columns) + 1))
    told = {f"c{at}": list(column) for at, column in enumerate(columns, start=1)}
    connection.execute(f"CREATE OR REPLACE TABLE t1 AS SELECT {names}", told)
    return "t1"


def verdicts_of(connection: duckdb.DuckDBPyConnection, columns: Sequence[Sequence[str]]) -> list[ColumnVerdict]:
    named = [(f"c{at}", "") for at in range(1, len(columns) + 1)]
    return classify(connection, load(connection, columns), named)


def births(draw: random.Random, count: int) -> list[date]:
    return [date(1925, 1, 1) + timedelta(days=draw.randrange(35_000)) for _ in range(count)]


def nir(draw: random.Random, born: date, sex: str, commune: str) -> tuple[str, str]:
    body = f"{sex}{born:%y%m}{commune}{draw.randrange(1, 500):03d}"
    return body, f"{97 - int(body) % 97:02d}"


def test_a_nir_proves_birth_date_sex_commune_and_its_key(connection: duckdb.DuckDBPyConnection) -> None:
    draw = random.Random(5)
    born = births(draw, 150)
    sexes = [draw.choice("12") for _ in born]
    communes = [f"{draw.randrange(10, 90)}{draw.randrange(1, 400):03d}" for _ in born]
    numbers = [nir(draw, *one) for one in zip(born, sexes, communes, strict=True)]
    found = verdicts_of(
        connection,
        [
            [body for body, _ in numbers],
            [key for _, key in numbers],
            [f"{one:%Y%m%d}" for one in born],
            [{"1": "A", "2": "B"}[one] for one in sexes],
            communes,
        ],
    )
    assert [one.field for one in found] == ["nir", "flag", "birth_date", "sex", "birth_place"]
    draw.shuffle(communes)
    assert verdicts_of(connection, [[body for body, _ in numbers], communes])[1].field != "birth_place"


def test_an_age_is_proved_by_the_birth_date_beside_it(connection: duckdb.DuckDBPyConnection) -> None:
    draw = random.Random(6)
    born = births(draw, 120)
    ages = [str((date(2025, 6, 30) - one).days * 100 // 36525) for one in born]
    assert [one.field for one in verdicts_of(connection, [[f"{one:%d/%m/%Y}" for one in born], ages])] == [
        "birth_date",
        "age",
    ]
    draw.shuffle(ages)
    assert verdicts_of(connection, [[f"{one:%d/%m/%Y}" for one in born], ages])[1].field != "age"


def test_names_are_proved_by_the_addresses_that_hold_them(connection: duckdb.DuckDBPyConnection) -> None:
    draw = random.Random(7)
    stems = [f"{draw.choice(FAMILY)[:4]}{ending}" for ending in ("ouzac", "irval", "embrac", "ustel", "onvard") * 24]
    given = [draw.choice(GIVEN) for _ in stems]
    mails = [f"{one.lower()}{at}@example.org" for at, one in enumerate(stems)]
    found = verdicts_of(connection, [stems, given, mails])
    assert [one.field for one in found] == ["family_name", "given_name", "email"]
    assert any("adresse" in reason.fr for reason in found[0].evidence)


def test_a_serial_day_a_unix_time_and_a_month_first_are_read(connection: duckdb.DuckDBPyConnection) -> None:
    draw = random.Random(8)
    born = births(draw, 60)
    seconds = [int((datetime(2024, 1, 1) - datetime(1970, 1, 1)).total_seconds()) + 86_400 * at for at in range(60)]
    written: list[tuple[list[str], Reading | None]] = [
        ([str((one - date(1899, 12, 30)).days) for one in born], SERIAL_DAYS),
        ([str(one) for one in seconds], UNIX_TIME),
        ([f"{one:%m/%d/%Y}" for one in born], AMERICAN),
        ([f"{one:%d/%m/%Y}" for one in born], None),
        ([f"{one:%Y}" for one in born], None),
    ]
    for cells, reading in written:
        assert date_reading(connection, load(connection, [cells]), "c1") == reading
    table = load(connection, [written[0][0]])
    sql = normal_expression("birth_date", SERIAL_DAYS.of("c1"))
    assert [one for (one,) in connection.execute(f"SELECT {sql} FROM {table}").fetchall()] == born


def test_what_a_column_also_holds_is_told_by_share_and_without_any_value(connection: duckdb.DuckDBPyConnection) -> None:
    phones = [f"01 99 00 {at:02d} 12 / 06 39 98 {at:02d} 34" if at % 2 else f"01 99 00 {at:02d} 12" for at in range(80)]
    notes = [
        f"Patient vu ce jour, pas de plainte depuis {at} jours"
        + (", écrire à zzcanary@example.org" if at % 8 == 0 else "")
        for at in range(80)
    ]
    found = verdicts_of(connection, [phones, notes])
    assert [one.field for one in found] == ["phone", "free_text"]
    told = [[reason for reason in one.evidence if reason.id.startswith("fields.mixed")] for one in found]
    assert "50\u202f%" in told[0][0].fr
    assert "12,5\u202f%" in told[1][0].fr
    assert "canary" not in " ".join(reason.fr + reason.en for one in found for reason in one.evidence)


def _fields_right(tables: ModuleType, connection: duckdb.DuckDBPyConnection, *, headers: bool) -> tuple[int, int]:
    right = columns = 0
    for table in tables.tables("further", headers=headers, largest=150):
        named = [(f"c{at}", header) for at, header in enumerate(table.headers, start=1)]
        if len(table.rows) < 100 or table.name.split()[0] not in SYSTEMS:
            continue
        verdicts = classify(connection, tables.load(connection, table.rows), named)
        right += sum(one.field in truth for one, truth in zip(verdicts, table.truth, strict=True))
        columns += len(verdicts)
        persons = [one for one, truth in zip(verdicts, table.truth, strict=True) if not truth & tables.PERSONAL]
        assert not {one.field for one in persons} & tables.PERSONAL, table.name
        assert table_role(verdicts) in table.roles, table.name
    return right, columns


@pytest.mark.parametrize(("headers", "least"), [(True, 0.98), (False, 0.93)], ids=["headers", "no headers"])
def test_plain_tables_are_right(
    tables: ModuleType, connection: duckdb.DuckDBPyConnection, headers: bool, least: float
) -> None:
    right, columns = _fields_right(tables, connection, headers=headers)
    assert columns > 40
    assert right / columns >= least


def test_the_order_of_rows_changes_nothing_where_only_some_are_looked_at(
    connection: duckdb.DuckDBPyConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("breachkit.fields.profile.DISTINCT_LIMIT", 400)
    monkeypatch.setattr("breachkit.fields.relations.ROWS_LOOKED_AT", 400)
    draw = random.Random(10)
    rows = []
    for at, born in enumerate(births(draw, 2_000)):
        sex = draw.choice("12")
        rows.append((f"P{at:06d}", f"{born:%d/%m/%Y}", sex, "".join(nir(draw, born, sex, "75111"))))
    told = []
    for _ in range(2):
        draw.shuffle(rows)
        found = verdicts_of(connection, list(zip(*rows, strict=True)))
        told.append([(one.field, one.confidence, one.valid, one.distinct, one.evidence) for one in found])
    assert told[0] == told[1]
    assert [one[0] for one in told[0]] == ["patient_id", "birth_date", "sex", "nir"]
    assert any("échantillonnées" in reason.fr for reason in told[0][1][4])


def _headers() -> Iterator[tuple[str, str]]:
    for line in (ROOT / "tests" / "data" / "fields" / "headers.txt").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            field, _, headers = line.partition(": ")
            yield from ((field, header) for header in headers.split(" | "))


def test_every_header_of_the_list_announces_its_field() -> None:
    wrong = []
    for field, header in _headers():
        scores = header_evidence(header, ["prenom", "nom de naissance", "date_naissance"])
        best = max(scores, key=lambda one: scores[one]) if scores else ""
        if best != field or scores[best] < 0.6875:  # what a header needs to decide alone
            wrong.append((field, header, scores))
    assert not wrong
    assert {field for field, _ in _headers()} <= set(fields())


@pytest.mark.parametrize("name", [*LISTS, *WIDER.values(), "cim10_categories"])
def test_every_list_tells_its_origin_and_holds_folded_words(name: str) -> None:
    first, *words = resource(f"lists/{name}.txt").splitlines()
    assert first.startswith("# ")
    assert "Origin:" in first or "Derived in" in first
    assert len(words) == len(set(words)) > 5


FORMS = {
    "password": ["Soleil12!", "azerty*34", "Mdp#2024", "Chaton77?"],
    "ip_address": ["192.0.2.14", "198.51.100.7", "203.0.113.99", "2001:db8::1"],
    "flag": ["INFO", "WARN", "ERROR", "DEBUG"],
    "trade_union": ["CGT", "CFDT", "FO", "UNSA"],
    "religion": ["Catholique", "Musulmane", "Protestant", "Athée"],
    "disability": ["GIR 1", "GIR 2", "GIR 4", "Curatelle"],
    "diagnosis": ["Diabète de type 2", "Asthme", "HTA", "Migraine"],
    "allergy": ["Arachide", "Latex", "Iode", "Pollens"],
    "vital_sign": ["12/8", "13/7", "14/9", "15/8"],
}


def test_forms_and_words_tell_their_field(connection: duckdb.DuckDBPyConnection) -> None:
    draw = random.Random(11)
    mails = [f"{draw.choice(GIVEN).lower()}{at}@example.org" for at in range(100)]
    columns = [[draw.choice(values) for _ in mails] for values in FORMS.values()]
    found = verdicts_of(connection, [*columns, mails])
    assert [one.field for one in found] == [*FORMS, "email"]
