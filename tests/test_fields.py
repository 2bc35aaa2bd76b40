"""Whole tables through `classify`: header styles, no header, shuffled rows and columns, nuisance columns."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence

import duckdb
import pytest
from stdnum import luhn

from breachkit.errors import FactsError
from breachkit.fields.decide import ColumnVerdict, classify
from breachkit.fields.header import header_evidence
from breachkit.fields.roles import table_role
from breachkit.fields.valid import (
    normal_expression,
    placeholder_expression,
    placeholder_words,
    valid_expression,
)
from breachkit.reference.catalogue import fields, load_toml

ROWS = 400
FIELDS = [
    "patient_id",
    "title",
    "family_name",
    "birth_name",
    "given_name",
    "sex",
    "birth_date",
    "nir",
    "phone",
    "email",
    "postal_address",
    "postcode",
    "city",
    "rpps",
    "timestamp",
    "death_date",
    "free_text",
    "empty",
]
STYLES = {
    "office": (
        "ID_PATIENT;CIVILITE;NOM;NOM_NAISS;PRENOM;SEXE;DATE_NAISS;NUM_SS;TEL_PORTABLE;EMAIL;ADRESSE;CP;"
        "VILLE;MEDECIN_RPPS;DATE_MAJ;DATE_DECES;COMMENTAIRE;VIDE"
    ),
    "legacy": (
        "ipp;civ;nom_usage;nompat;pren;sx;ddn;nss;gsm;mel;lib_voie;codpos;burdist;rpps_med;dtmaj;ddc;rques;zone9"
    ),
    "english": (
        "patientId;title;lastName;maidenName;firstName;gender;birthDate;socialSecurity;mobilePhone;"
        "emailAddress;streetAddress;zipCode;city;practitionerRpps;updatedAt;deathDate;comments;spare"
    ),
    "mojibake": (
        "N° dossier;CivilitÃ©;Nom d'usage;Nom de naissance;PrÃ©nom;Sexe;Date de naissance;"
        "NumÃ©ro de sÃ©curitÃ© sociale;NumÃ©ro de tÃ©lÃ©phone;Adresse Ã©lectronique;Adresse;Code postal;"
        "Commune;RPPS mÃ©decin;Date de modification;Date de dÃ©cÃ¨s;Observations;RÃ©servÃ©"
    ),
}


STREETS = ("de la Gare", "Pasteur", "des Lilas")
COMPLAINTS = ("pas de plainte", "se plaint du dos")


def key97(body: str) -> str:
    return f"{body}{97 - int(body) % 97:02d}"


def patients(seed: int = 1, rows: int = ROWS) -> list[list[str]]:
    """Invented patients, one list of cells per row, in the order of FIELDS."""
    draw = random.Random(seed)
    given, family, towns = (placeholder_words(name) for name in ("given_names", "family_names", "towns"))
    doctors = [f"1{draw.randrange(10**9):09d}" for _ in range(60)]
    doctors = [one + luhn.calc_check_digit(one) for one in doctors]
    made = []
    for number in range(rows):
        sex = draw.choice("MF")
        year, month, day = draw.randrange(1930, 2020), draw.randrange(1, 13), draw.randrange(1, 28)
        body = f"{'12'['MF'.index(sex)]}{year % 100:02d}{month:02d}{draw.randrange(1, 95):02d}"
        body += f"{draw.randrange(1, 900):03d}{draw.randrange(1, 900):03d}"
        name, first = draw.choice(family), draw.choice(given)
        made.append(
            [
                f"P{draw.randrange(10**6):06d}",
                {"M": "M.", "F": "Mme"}[sex],
                name,
                draw.choice(family) if sex == "F" and number % 2 else "",
                first.title(),
                sex,
                f"{day:02d}/{month:02d}/{year}",
                key97(body),
                draw.choice(["06 39 98 {:02d} {:02d}", "063998{:02d}{:02d}", "NC"]).format(
                    draw.randrange(100), draw.randrange(100)
                ),
                f"{first.lower().replace(' ', '-')}.{number}@example.org" if number % 3 else "",
                f"{draw.randrange(1, 200)} {draw.choice(['rue', 'avenue', 'bd'])} {draw.choice(STREETS)}",
                f"{draw.randrange(1, 95):02d}{draw.randrange(0, 90):02d}0",
                draw.choice(towns),
                draw.choice(doctors),
                f"{draw.randrange(2012, 2025)}-{draw.randrange(1, 13):02d}-11 10:{number % 60:02d}:00",
                f"{draw.randrange(1, 28):02d}/{draw.randrange(1, 13):02d}/{draw.randrange(2015, 2025)}"
                if number % 20 == 0
                else "",
                f"Patient vu ce jour, {draw.choice(COMPLAINTS)} depuis {number} jours." if number % 4 == 0 else "",
                draw.choice(["", " ", "NC", "-"]),
            ]
        )
    return made


Load = Callable[[Sequence[Sequence[str]]], str]


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(":memory:") as opened:
        opened.execute("CREATE SCHEMA w")
        yield opened


@pytest.fixture
def load(connection: duckdb.DuckDBPyConnection) -> Load:
    """Writes rows as the workspace does, and returns the table's name."""

    def write(rows: Sequence[Sequence[str]]) -> str:
        width = len(rows[0])
        cells = [[row[at] for row in rows] for at in range(width)]
        names = ", ".join(f"unnest($c{at + 1}) AS c{at + 1}" for at in range(width))
        connection.execute(
            f"CREATE OR REPLACE TABLE w.t1 AS SELECT row_number() OVER () AS _record, row_number() OVER () AS _line, * "
            f"FROM (SELECT {names})",
            {f"c{at + 1}": column for at, column in enumerate(cells)},
        )
        return "w.t1"

    return write


def columns(headers: Sequence[str]) -> list[tuple[str, str]]:
    return [(f"c{at}", header) for at, header in enumerate(headers, start=1)]


def found(verdicts: Sequence[ColumnVerdict]) -> list[str]:
    return [one.field for one in verdicts]


@pytest.mark.parametrize("style", STYLES)
def test_every_header_style_gives_the_right_fields(
    connection: duckdb.DuckDBPyConnection, load: Load, style: str
) -> None:
    verdicts = classify(connection, load(patients()), columns(STYLES[style].split(";")))
    assert dict(zip(STYLES[style].split(";"), found(verdicts), strict=True)) == dict(
        zip(STYLES[style].split(";"), FIELDS, strict=True)
    )
    assert table_role(verdicts) == "patients"


def test_without_headers_nine_columns_of_ten_are_right_and_none_is_a_wrong_person_field(
    connection: duckdb.DuckDBPyConnection, load: Load
) -> None:
    verdicts = classify(connection, load(patients()), columns([""] * len(FIELDS)))
    wrong = [(got, want) for got, want in zip(found(verdicts), FIELDS, strict=True) if got != want]
    assert len(wrong) <= len(FIELDS) // 10, wrong


def test_shuffled_columns_and_rows_change_nothing(connection: duckdb.DuckDBPyConnection, load: Load) -> None:
    rows = patients()
    headers = STYLES["office"].split(";")
    before = {one.header: one for one in classify(connection, load(rows), columns(headers))}
    draw = random.Random(3)
    order = list(range(len(headers)))
    draw.shuffle(order)
    draw.shuffle(rows)
    turned = [[row[at] for at in order] for row in rows]
    after = classify(connection, load(turned), columns([headers[at] for at in order]))
    for one in after:
        other = before[one.header]
        assert (one.field, one.confidence, one.filled, one.valid, one.placeholders, one.distinct, one.evidence) == (
            other.field,
            other.confidence,
            other.filled,
            other.valid,
            other.placeholders,
            other.distinct,
            other.evidence,
        )


PERSONAL = {
    "nir",
    "ins",
    "family_name",
    "birth_name",
    "given_name",
    "full_name",
    "practitioner_name",
    "phone",
    "rpps",
    "birth_date",
}


@pytest.mark.parametrize("headers", [True, False], ids=["headers", "no headers"])
def test_nuisance_columns_give_no_person_and_no_nir(
    connection: duckdb.DuckDBPyConnection, load: Load, headers: bool
) -> None:
    draw = random.Random(2)
    towns = placeholder_words("towns")
    rows = [
        [
            draw.choice(["Chrome", "Firefox", "Safari", "Edge", "Opera", "Samsung Internet"]),
            draw.choice(towns),
            f"{draw.choice('ABKZ')}{draw.randrange(100):02d}-{draw.randrange(1000):03d}",
            f"FA{draw.randrange(2015, 2026)}-{draw.randrange(10**6):06d}",
            f"{draw.randrange(10**12, 10**13)}",
            f"{draw.randrange(10**14, 10**15)}",
            f"{draw.randrange(10**10, 10**11)}",
            f"{draw.randrange(10**8, 10**9)}",
            draw.choice(["Bleu", "Rouge", "Vert", "Noir", "Blanc"]),
            f"{draw.randrange(5, 500)},{draw.randrange(100):02d}",
        ]
        for _ in range(500)
    ]
    names = [
        "navigateur",
        "ville",
        "code_produit",
        "num_facture",
        "reference",
        "ref2",
        "ref3",
        "ref4",
        "couleur",
        "prix",
    ]
    verdicts = classify(connection, load(rows), columns(names if headers else [""] * len(names)))
    assert not PERSONAL & set(found(verdicts)), found(verdicts)
    assert table_role(verdicts) not in ("patients", "professionals")


def test_a_header_that_the_values_contradict_is_not_believed(connection: duckdb.DuckDBPyConnection, load: Load) -> None:
    draw = random.Random(9)
    rows = [[draw.choice(["rouge", "vert"]), f"{draw.randrange(10**14, 10**15)}"] for _ in range(200)]
    verdicts = classify(connection, load(rows), columns(["date_naissance", "email"]))
    assert found(verdicts) == ["unknown", "unknown"]
    assert all(one.evidence for one in verdicts)


def test_a_person_decides(connection: duckdb.DuckDBPyConnection, load: Load) -> None:
    table = load([["a", "b"], ["c", "d"]])
    verdicts = classify(connection, table, columns(["x1", "x2"]), decisions={"c1": "religion", "x2": "flag"})
    assert [(one.field, one.decided_by, one.confidence) for one in verdicts] == [
        ("religion", "person", 1.0),
        ("flag", "person", 1.0),
    ]
    with pytest.raises(FactsError):
        classify(connection, table, columns(["x1", "x2"]), decisions={"c1": "no_such_field"})


def test_evidence_holds_no_value(connection: duckdb.DuckDBPyConnection, load: Load) -> None:
    rows = patients(rows=60)
    rows[0][2], rows[0][16] = "ZZCANARY", "ZZCANARY est venue ce matin avec sa fille."
    verdicts = classify(connection, load(rows), columns(STYLES["office"].split(";")))
    told = " ".join(reason.fr + reason.en for one in verdicts for reason in one.evidence)
    assert "CANARY" not in told
    assert "CANARY" in str(rows)


CELLS = {
    "family_name": [
        ("D'Œuvre-Müller", "D OEUVRE MULLER", True),
        ("XXX", "XXX", False),
        ("NC", "NC", False),
        ("X", "X", False),
    ],
    "birth_date": [("12/03/1980", "1980-03-12", True), ("01/01/1900", None, False), ("31/02/1980", None, False)],
    "sex": [("Homme", "M", True), ("2", "F", True), ("?", None, False)],
    "phone": [("01 99 00 12 34", "+33199001234", True), ("0102030405", "+33102030405", False)],
    "email": [(" A.B@Example.org", "a.b@example.org", True), ("nc@example.org", "nc@example.org", False)],
    "postcode": [("1000", "01000", True), ("00000", "00000", False)],
    "nir": [("2 55 08 14 168 025 38", "255081416802538", True), ("000000000000000", "000000000000000", False)],
    "free_text": [(" rien de grave ", "rien de grave", True), ("RAS", None, False), ("néant", None, False)],
    "patient_id": [("IPP0042", "IPP0042", True), ("0000000000", "0000000000", False)],
}


@pytest.mark.parametrize("field", CELLS)
def test_cells_are_normalised_and_judged(connection: duckdb.DuckDBPyConnection, field: str) -> None:
    for cell, normal, valid in CELLS[field]:
        row = connection.execute(
            f"SELECT CAST({normal_expression(field, 'v')} AS VARCHAR), {valid_expression(field, 'v')} "
            "FROM (SELECT $c AS v)",
            {"c": cell},
        ).fetchone()
        assert row == (normal, valid), cell


@pytest.mark.parametrize("field", list(fields()))
def test_every_field_has_expressions_that_are_never_null(connection: duckdb.DuckDBPyConnection, field: str) -> None:
    rows = connection.execute(
        f"SELECT {valid_expression(field, 'v')}, {placeholder_expression(field, 'v')} FROM "
        "(SELECT unnest([NULL, '', ' ', 'NC', '0', '01/01/1900', 'DUPONT', 'a@example.org', '75011']) AS v)"
    ).fetchall()
    assert all(valid is not None and placeholder is not None for valid, placeholder in rows)
    assert rows[0] == rows[1] == rows[2] == (False, False)


def test_a_field_unknown_to_the_contract_is_refused() -> None:
    with pytest.raises(KeyError):
        valid_expression("no_such_field", "v")
    with pytest.raises(KeyError):
        normal_expression("no_such_field", "v")


def test_header_phrases_are_reachable_and_of_the_contract() -> None:
    table = load_toml("headers.toml")
    reachable = {word for canonical in table["words"].values() for word in canonical.split()}
    assert set(table["phrases"]) <= set(fields())
    asked = {word for texts in table["phrases"].values() for text in texts for word in text.split("~")[0].split()}
    assert asked <= reachable


HEADERS = {
    "ddn": "birth_date",
    "nompat": "birth_name",
    "num_ss": "nir",
    "nss": "nir",
    "tel_dom": "phone",
    "gsm": "phone",
    "cp": "postcode",
    "rques": "free_text",
    "medecin_traitant": "practitioner_name",
    "medecin_rpps": "rpps",
    "lib_voie": "postal_address",
    "date_naiss": "birth_date",
    "ne_le": "birth_date",
    "nom_jf": "birth_name",
    "id_patient": "patient_id",
    "obs": "free_text",
    "date_maj": "timestamp",
    "date_deces": "death_date",
    "Pr?nom": "given_name",
    "DATENAISSPATIENT": "birth_date",
    "email_verifie": "flag",
    "adresse_ip": "ip_address",
    "code_commune_naissance": "birth_place",
}


@pytest.mark.parametrize("header", HEADERS)
def test_headers_announce_their_field(header: str) -> None:
    scores = header_evidence(header, list(HEADERS))
    assert max(scores, key=lambda field: scores[field]) == HEADERS[header]


@pytest.mark.parametrize("header", ["", "c1", "Colonne 3", "Unnamed: 0", "12/03/1980", "a@example.org", "42"])
def test_headers_that_announce_nothing(header: str) -> None:
    assert header_evidence(header, []) == {}
