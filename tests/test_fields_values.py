"""What the values alone say, family by family, and what the whole table says of a column."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence

import duckdb
import pytest

from breachkit.fields.dates import date_signals
from breachkit.fields.decide import classify
from breachkit.fields.evidence import Signal, value_signals
from breachkit.fields.forms import form_signals
from breachkit.fields.listed import list_signals
from breachkit.fields.profile import ColumnProfile, profile
from breachkit.fields.residue import residual, speaks_of_persons
from breachkit.fields.technical import technical_signals
from breachkit.fields.vitals import vital_signals

ROWS = 240
Maker = Callable[[random.Random], str]


def digits(length: int) -> Maker:
    return lambda draw: "".join(draw.choice("0123456789") for _ in range(length))


def among(*words: str) -> Maker:
    return lambda draw: draw.choice(words)


def bell(middle: float, width: float, places: int = 0) -> Maker:
    return lambda draw: f"{draw.gauss(middle, width):.{places}f}"


def hexadecimal(length: int) -> Maker:
    return lambda draw: "".join(draw.choice("0123456789abcdef") for _ in range(length))


# Name of the family, its field, and how a cell of it is made.
FAMILIES: dict[str, tuple[str, Maker]] = {
    "windows path": ("technical_id", lambda d: rf"\\archive02\scans\{d.randrange(10**8)}.tif"),
    "unix path": ("technical_id", lambda d: f"/srv/data/{d.randrange(10**6)}/image.dcm"),
    "object id": ("technical_id", lambda d: f"1.2.826.0.1.{d.randrange(10**6)}.{d.randrange(1, 10**6)}"),
    "security id": ("technical_id", lambda d: f"S-1-5-21-{d.randrange(10**9)}-{d.randrange(10**5)}"),
    "serial in hexadecimal": ("technical_id", hexadecimal(12)),
    "colour": ("flag", lambda d: f"#{d.randrange(0x100000, 0xFFFFFF):06x}"),
    "percentage": ("flag", lambda d: f"{d.uniform(0, 100):.1f} %"),
    "bracketed code": ("flag", among("[AAA]", "[BBB]", "[CCC]")),
    "version": ("flag", among("7.2.1", "7.2.4", "7.3.0-rc1")),
    "term of a year": ("flag", among("T1 2021", "T2 2021", "T3 2021", "T4 2021")),
    "site page": ("flag", among("https://www.example.org/accueil", "https://www.example.org/entree")),
    "time of day": ("timestamp", lambda d: f"{d.randrange(8, 19):02d}:{d.randrange(60):02d}"),
    "patient of FHIR": ("patient_id", lambda d: f"Patient/{d.randrange(10**6)}"),
    "picture": ("biometric", lambda d: f"data:image/png;base64,{hexadecimal(40)(d)}"),
    "vector": ("biometric", lambda d: f"[{d.uniform(-1, 1):.3f},{d.uniform(-1, 1):.3f},{d.uniform(-1, 1):.3f}]"),
    "weight with unit": ("vital_sign", lambda d: f"{d.uniform(45, 110):.1f} kg"),
    "weeks": ("vital_sign", lambda d: f"{d.randrange(36, 42)} SA"),
    "gravidity": ("vital_sign", lambda d: f"G{d.randrange(1, 6)}P{d.randrange(5)}"),
    "pressure in mmHg": ("vital_sign", lambda d: f"{d.randrange(100, 170)}/{d.randrange(55, 99)}"),
    "temperature": ("vital_sign", bell(37.1, 0.5, 1)),
    "height": ("vital_sign", bell(169, 9)),
    "weight": ("vital_sign", bell(73, 13, 1)),
    "birth weight": ("vital_sign", bell(3300, 420)),
    "haemoglobin": ("lab_result", bell(13.4, 1.2, 1)),
    "laboratory unit": ("lab_result", lambda d: f"{d.uniform(0.5, 3):.2f} g/L"),
    "phenotype": ("lab_result", lambda d: f"C{d.choice('+-')}E{d.choice('+-')}c{d.choice('+-')}e+K-"),
    "result in words": ("lab_result", among("Négatif", "Positif", "Indéterminé")),
    "blood letters": ("lab_result", among("A", "B", "O", "AB")),
    "trisomy risk": ("lab_result", lambda d: f"1/{d.randrange(100, 9000)}"),
    "genotype": ("genetic", among("ε2/ε4", "ε3/ε3", "ε2/ε2")),
    "gene": ("genetic", among("BRCA2", "PALB2", "CFTR", "MLH1")),
    "age in words": ("age", lambda d: f"{d.randrange(3, 96)} ans"),
    "age band": ("age", among("18-25", "26-40", "41-60", "61-75")),
    "bracket of income": ("income", among("<900", "900-1400", "1400-2200", ">2200")),
    "yearly income": ("income", lambda d: f"{d.randrange(14_000, 80_000):,} €".replace(",", " ")),
    "sum with currency": ("amount", lambda d: f"{d.uniform(3, 90):.2f} €"),
    "price": ("amount", lambda d: f"{d.choice((25, 30, 46, 60, 120))},{d.choice(('00', '50'))}"),
    "card's end": ("card_number", lambda d: f"{d.randrange(1, 13):02d}/{d.randrange(26, 32)}"),
    "door": (
        "access_code",
        lambda d: f"{d.randrange(1000, 9999)}{d.choice('AB ')}".strip() if d.random() < 0.6 else "",
    ),
    "common password": ("password", lambda d: d.choice(("azerty", "soleil", "chocolat")) + str(d.randrange(10**4))),
    "several forms": (
        "contract_number",
        lambda d: d.choice(("", "M")) + digits(d.randrange(7, 11))(d) + d.choice(("", "-21", "K")),
    ),
    "papers": (
        "id_document",
        lambda d: d.choice((f"{d.randrange(10, 20)}CX{digits(5)(d)}", f"0{d.randrange(1, 9)}1275{digits(6)(d)}")),
    ),
    "CIS code": ("drug", among(*(f"6{7_000_000 - 13 * at:07d}" for at in range(25)))),
    "born abroad": (
        "birth_place",
        among(
            "2A004", "75056", "13055", "99350", "69123", "33063", "59350", "31555", "44109", "67482", "06088", "99139"
        ),
    ),
    "town and département": (
        "birth_place",
        among("Lyon (69)", "Rennes (35)", "Brest (29)", "Nantes (44)", "Dijon (21)"),
    ),
    "Lambert": ("gps", lambda d: f"{d.uniform(6_100_000, 7_000_000):.1f}"),
    "offence": ("offence", among("Recel", "Vol aggravé", "Outrage", "Extorsion")),
    "sentence": ("offence", among("3 mois", "2 ans", "8 ans", "prévenue", "détention provisoire")),
    "party": ("political_opinion", among("PCF", "EELV", "UDI", "Parti socialiste")),
    "union": ("trade_union", among("CGT", "CFDT santé", "FO santé", "non syndiquée")),
    "faith at table": ("religion", among("halal", "casher", "sans porc", "Protestant")),
    "origin": ("ethnic_origin", among("Maghreb", "Caucasien", "Asie du Sud", "Antilles")),
    "orientation": ("sex_life", among("bisexuelle", "HSH", "lesbienne")),
    "protection": ("disability", among("Curatelle renforcée", "RQTH", "CMI invalidité", "AESH")),
    "dependency": ("diagnosis", among("Héroïne", "Tabac", "Cocaïne", "Jeu pathologique")),
    "consent": ("consent", among("refus", "non opposition", "retrait du consentement")),
    "act": ("procedure_code", among("Ablation de fils", "Sondage", "Pansement complexe", "Détartrage")),
    "bank": ("organisation_name", among("Crédit coopératif", "Boursorama", "HSBC", "La Banque Postale")),
    "card brand": ("flag", among("VISA", "MAESTRO", "AMEX")),
    "state": ("flag", among("OVERDUE", "REFUNDED", "PAID")),
    "care under lock": ("care_unit", among("UHSA", "UMD", "SMPR", "CMPP")),
    "SAS date": ("timestamp", lambda d: f"{d.randrange(10, 28)}{d.choice(('JAN', 'MAY', 'OCT'))}2021"),
}


@pytest.fixture(scope="module")
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(":memory:") as opened:
        yield opened


def written(connection: duckdb.DuckDBPyConnection, table: str, columns: Sequence[Sequence[str]]) -> str:
    names = ", ".join(f"unnest($c{at}) AS c{at}" for at in range(1, len(columns) + 1))
    connection.execute(
        f"CREATE OR REPLACE TABLE {table} AS SELECT row_number() OVER () AS _record, * FROM (SELECT {names})",
        {f"c{at}": list(column) for at, column in enumerate(columns, start=1)},
    )
    return table


def said(one: ColumnProfile) -> list[Signal]:
    found = [
        *value_signals(one),
        *list_signals(one),
        *form_signals(one),
        *technical_signals(one),
        *vital_signals(one),
        *date_signals(one),
    ]
    return sorted(found, key=lambda signal: -signal.weight)


@pytest.fixture(scope="module")
def profiles(connection: duckdb.DuckDBPyConnection) -> dict[str, ColumnProfile]:
    """All families side by side in one table, read in one pass."""
    draw = random.Random(20_261_123)
    columns = [[make(draw) for _ in range(ROWS)] for _, make in FAMILIES.values()]
    table = written(connection, "families", columns)
    found = profile(connection, table, [(f"c{at}", "") for at in range(1, len(columns) + 1)])
    return dict(zip(FAMILIES, found, strict=True))


@pytest.mark.parametrize("family", FAMILIES)
def test_a_family_is_told_by_its_values(profiles: dict[str, ColumnProfile], family: str) -> None:
    signals = said(profiles[family])
    assert signals, family
    assert signals[0].field == FAMILIES[family][0], [(one.field, one.weight, one.reason.id) for one in signals[:4]]
    assert signals[0].weight >= 0.55


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("Risque suicidaire", True),
        ("SERO_VIH", True),
        ("dateEcrou", True),
        ("Culte", True),
        ("handicapRate", True),
        ("orientation", True),
        ("nb_lits", False),
        ("shelfCode", False),
        ("duree_ms", False),
    ],
)
def test_a_sensitive_word_is_heard_in_a_header(header: str, expected: bool) -> None:
    assert speaks_of_persons(header) is expected


def test_counts_are_indicators_unless_the_header_is_sensitive(connection: duckdb.DuckDBPyConnection) -> None:
    draw = random.Random(4)
    numbers = [str(draw.randrange(20, 400)) for _ in range(ROWS)]
    table = written(connection, "counts", [numbers, numbers])
    plain, sensitive = profile(connection, table, [("c1", "nb_lits"), ("c2", "score_suicidaire")])
    reading = residual(plain)
    assert reading is not None
    assert reading.field == "flag"
    assert residual(sensitive) is None


def test_the_number_that_always_comes_with_one_birth_is_the_patients(connection: duckdb.DuckDBPyConnection) -> None:
    draw = random.Random(8)
    persons = [
        (
            f"{draw.randrange(10**6, 10**7)}",
            f"{draw.randrange(1, 28):02d}/{draw.randrange(1, 13):02d}/{year}",
            draw.choice(("Claire", "Paul", "Lucie", "Marc")),
        )
        for year in range(1932, 2012)
    ]
    visits = [draw.choice(persons) for _ in range(500)]
    rows = [
        [f"{700_000 + 3 * at}" for at in range(500)],
        [one[0] for one in visits],
        [one[1] for one in visits],
        [f"2023-{draw.randrange(1, 13):02d}-{draw.randrange(1, 28):02d}" for _ in visits],
        [draw.choice(("E11.9", "I10", "J45.0", "F32.1", "M54.5", "N39.0", "K21.9", "Z00.0")) for _ in visits],
    ]
    verdicts = classify(connection, written(connection, "visits", rows), [(f"c{at}", "") for at in range(1, 6)])
    assert [one.field for one in verdicts] == [
        "technical_id",
        "patient_id",
        "birth_date",
        "care_date",
        "diagnosis_code",
    ]


def test_a_run_of_numbers_is_no_telephone_and_a_clear_header_stands(connection: duckdb.DuckDBPyConnection) -> None:
    draw = random.Random(3)
    rows = [
        [f"00900{at:05d}" for at in range(ROWS)],
        [f"{draw.randrange(18, 96)}000" for _ in range(ROWS)],
        [f"{draw.gauss(131, 14):.0f}" for _ in range(ROWS)],
        [rf"\\nas01\pacs\{at}.dcm" for at in range(ROWS)],
    ]
    headers = ["ID_DECOMPTE", "RevenuAnnuel", "tension_systolique", "FILE_PATH"]
    named = [(f"c{at}", header) for at, header in enumerate(headers, start=1)]
    verdicts = classify(connection, written(connection, "headed", rows), named)
    fields = [one.field for one in verdicts]
    assert fields[0] in ("technical_id", "unknown")
    assert fields[3] in ("technical_id", "flag")
    assert "phone" not in fields
    assert "postcode" not in fields
    assert "marital_status" not in fields


def test_two_codes_are_a_sex_where_the_given_names_follow(connection: duckdb.DuckDBPyConnection) -> None:
    draw = random.Random(6)
    people = [
        draw.choice(
            (
                ("Claire", "2"),
                ("Paul", "1"),
                ("Lucie", "2"),
                ("Marc", "1"),
                ("Jeanne", "2"),
                ("Louis", "1"),
                ("Camille", "2"),
                ("Hugo", "1"),
                ("Emma", "2"),
                ("Jules", "1"),
                ("Alice", "2"),
                ("Pierre", "1"),
            )
        )
        for _ in range(ROWS)
    ]
    rows = [[one[0] for one in people], [one[1] for one in people], [draw.choice("12") for _ in people]]
    verdicts = classify(connection, written(connection, "sexes", rows), [("c1", ""), ("c2", ""), ("c3", "")])
    assert [one.field for one in verdicts] == ["given_name", "sex", "flag"]
