"""Writes the odd databases of tests/data/odd/database: SQLite, Parquet, and Access files built page by page.

No Access file that may be published could be had, and no free program writes one, so `access_file` lays one out after
the description of the mdbtools project. Run: `python -m tests.make_odd_databases`.
"""

from __future__ import annotations

import sqlite3
import struct
from collections.abc import Sequence
from contextlib import closing
from datetime import date, datetime
from pathlib import Path

from breachkit.reading.database.access_pages import HEADER_KEY, rc4

FOLDER = Path(__file__).parent / "data" / "odd" / "database"
PAGE = 4096
INT32, MONEY, DATE, TEXT, MEMO, BOOLEAN = 4, 5, 8, 10, 12, 1
FIXED_SIZES = {INT32: 4, MONEY: 8, DATE: 8, BOOLEAN: 1}
Columns = Sequence[tuple[str, int]]


def packed(kind: int, value: object) -> bytes:
    """A value as Access keeps it."""
    if kind == INT32:
        return struct.pack("<i", value)
    if kind == MONEY:
        return struct.pack("<q", value)
    if kind == DATE:
        return struct.pack("<d", value)
    text = str(value)
    told = text.encode("utf-16-le") if any(ord(c) > 255 for c in text) else b"\xff\xfe" + text.encode("latin-1")
    return struct.pack("<III", 0x80000000 | len(told), 0, 0) + told if kind == MEMO else told


def row(columns: Columns, values: Sequence[object]) -> bytes:
    """A row of Jet 4: count, fixed values, variable values, their offsets backwards, mask of what is not NULL."""
    mask = sum(1 << at for at, value in enumerate(values) if value is not None and value is not False)
    fixed = b"".join(
        packed(kind, value if value is not None else 0) if kind != BOOLEAN else b"\0"
        for (_, kind), value in zip(columns, values, strict=True)
        if kind in FIXED_SIZES
    )
    data = struct.pack("<H", len(columns)) + fixed
    offsets = []
    for (_, kind), value in zip(columns, values, strict=True):
        if kind not in FIXED_SIZES:
            offsets.append(len(data))
            data += b"" if value is None else packed(kind, value)
    table = struct.pack(f"<{len(offsets) + 1}H", len(data), *reversed(offsets))
    return data + table + struct.pack("<H", len(offsets)) + mask.to_bytes((len(columns) + 7) // 8, "little")


def definition(columns: Columns, rows: int) -> bytes:
    """The page that defines a table."""
    entries, names = b"", b""
    variable = fixed_at = 0
    for number, (name, kind) in enumerate(columns):
        is_fixed = kind in FIXED_SIZES
        size = FIXED_SIZES.get(kind, 0)
        entries += struct.pack(
            "<BIHHHIHIHH", kind, 0, number, 0 if is_fixed else variable, number, 0, int(is_fixed), 0, fixed_at, size
        )
        fixed_at, variable = (fixed_at + size, variable) if is_fixed else (fixed_at, variable + 1)
        told = name.encode("utf-16-le")
        names += struct.pack("<H", len(told)) + told
    head = struct.pack("<2sHII", b"\x02\x01", 0, 0, 63 + len(entries) + len(names)) + struct.pack("<II", 0, rows)
    counts = struct.pack("<BHHHIIII", 0x4E, len(columns), variable, len(columns), 0, 0, 0, 0)
    return (head.ljust(40, b"\0") + counts + entries + names).ljust(PAGE, b"\0")


def data_page(owner: int, rows: Sequence[bytes], flags: Sequence[int] = ()) -> bytes:
    """A page of rows, filled from its end; `flags` of each row (0x8000 deleted)."""
    end, offsets, body = PAGE, [], b""
    for at, one in enumerate(rows):
        end -= len(one)
        body = one + body
        offsets.append(end | (flags[at] if flags else 0))
    head = struct.pack("<2sHIIH", b"\x01\x01", 0, owner, 0, len(rows)) + struct.pack(f"<{len(rows)}H", *offsets)
    return head.ljust(PAGE - len(body), b"\0") + body


CATALOGUE: Columns = [("Id", INT32), ("Type", INT32), ("Flags", INT32), ("Name", TEXT)]


def access_file(
    path: Path, tables: dict[str, tuple[Columns, Sequence[bytes], Sequence[int]]], *, announced: int = 0
) -> None:
    """A Jet 4 database with these tables: columns, rows as `row` makes them, and their flags."""
    head = b"\x00\x01\x00\x00Standard Jet DB\x00" + struct.pack("<I", 1)
    head += rc4(bytes(128), HEADER_KEY)
    pages = [head.ljust(PAGE, b"\0"), bytes(PAGE)]
    entries = [row(CATALOGUE, (4 + 2 * at, 1, 0, name)) for at, name in enumerate(tables)]
    entries.append(row(CATALOGUE, (2, 1, -0x80000000, "MSysObjects")))
    pages += [definition(CATALOGUE, len(entries)), data_page(2, entries)]
    for at, (columns, rows, flags) in enumerate(tables.values()):
        live = sum(not flag & 0x8000 for flag in flags) if flags else len(rows)
        pages += [definition(columns, live + announced), data_page(4 + 2 * at, rows, flags)]
    path.write_bytes(b"".join(pages))


PATIENTS: Columns = [
    ("ID", INT32), ("NOM", TEXT), ("PRENOM", TEXT), ("DATE_NAISSANCE", DATE), ("MONTANT", MONEY), ("ACTIF", BOOLEAN),
    ("NOTE", MEMO),
]  # fmt: skip


def access() -> None:
    records = [
        row(PATIENTS, (1, "DURAND", "Jeanne", 21947.0, 255_000, True, "vu ce jour")),
        row(PATIENTS, (2, "ŒUVRARD", "Hélène", -1.25, None, False, None)),
        row(PATIENTS, (3, "SUPPRIME", "Luc", None, None, False, None)),
        row(PATIENTS, (4, None, "Zoé", 43862.4375, -5_000, True, "")),
    ]
    doctors: Columns = [("RPPS", TEXT), ("SPECIALITE", TEXT)]
    rows = [row(doctors, ("10001234567", "Pédiatrie")), b"\x02\x00\xff"]
    tables = {"Patients": (PATIENTS, records, (0, 0, 0x8000, 0)), "Médecins": (doctors, rows, ())}
    access_file(FOLDER / "patients.mdb", tables)
    access_file(FOLDER / "rows_missing.mdb", {"Médecins": (doctors, rows[:1], ())}, announced=2)
    content = (FOLDER / "patients.mdb").read_bytes()
    (FOLDER / "cut_short.mdb").write_bytes(content[: 2 * PAGE + 100])
    loop = bytearray(content)
    loop[4 * PAGE + 4 : 4 * PAGE + 8] = struct.pack("<I", 4)
    (FOLDER / "definition_in_a_loop.mdb").write_bytes(bytes(loop))


def sqlite() -> None:
    statements = """
    CREATE TABLE patients (id INTEGER PRIMARY KEY AUTOINCREMENT, nom TEXT, note, photo BLOB,
        majuscules TEXT GENERATED ALWAYS AS (upper(nom)) VIRTUAL);
    INSERT INTO patients (nom, note, photo) VALUES ('DURAND', 1.5, x'FF00'), ('PETIT', NULL, CAST('é' AS BLOB)),
        ('=1+1', 185057800608436, x''), (CAST(x'5A6FE9' AS TEXT), 2.0, NULL);
    CREATE TABLE codes (code TEXT PRIMARY KEY, libelle TEXT) WITHOUT ROWID;
    INSERT INTO codes VALUES ('B', 'Cardiologie'), ('A', 'Pédiatrie');
    CREATE VIEW tout AS SELECT * FROM patients;
    CREATE TRIGGER efface AFTER INSERT ON codes BEGIN DELETE FROM patients; END;
    CREATE VIRTUAL TABLE notes USING fts5(titre, texte, tokenize = 'unicode61');
    INSERT INTO notes VALUES ('Consultation', 'à revoir');
    CREATE TABLE vide (nom, prenom);
    CREATE TABLE "Jeanne DURAND" (nom);
    INSERT INTO "Jeanne DURAND" VALUES ('A');
    """
    _sqlite(FOLDER / "patients.sqlite", statements)
    many = "CREATE TABLE patients (nom, note); " + "".join(
        f"INSERT INTO patients VALUES ('NOM{at}', '{'x' * 300}'); " for at in range(40)
    )
    _sqlite(
        FOLDER / "damaged_page.sqlite",
        "PRAGMA page_size = 1024; " + many + "CREATE TABLE codes (code); INSERT INTO codes VALUES (1)",
    )
    content = bytearray((FOLDER / "damaged_page.sqlite").read_bytes())
    place = content.find(b"NOM30")
    start = place // 1024 * 1024
    content[start : start + 1024] = b"\xee" * 1024
    (FOLDER / "damaged_page.sqlite").write_bytes(bytes(content))
    (FOLDER / "damaged_schema.sqlite").write_bytes(bytes(content[:100]) + b"\xee" * 924)
    _sqlite(FOLDER / "no_table.sqlite", "CREATE TABLE t (a); DROP TABLE t")


def _sqlite(path: Path, statements: str) -> None:
    path.unlink(missing_ok=True)
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(statements)


def parquet() -> None:
    import pyarrow as pa
    from pyarrow import parquet

    day, moment = date(1960, 2, 1), datetime(2020, 2, 1, 10, 30)
    table = pa.table(
        {
            "nom": ["DURAND", "PETIT", None],
            "nir": pa.array([185057800608436, None, 1], pa.int64()),
            "age": pa.array([66.0, None, 12.5], pa.float64()),
            "date_naissance": pa.array([day, None, day], pa.date32()),
            "date_maj": pa.array([moment, None, moment], pa.timestamp("us")),
            "actif": [True, None, False],
            "photo": [b"\xff\x00", b"abc", None],
            "adresse": [{"rue": "12 rue des Lilas", "ville": "Lyon"}, None, {"rue": None, "ville": "Paris"}],
            "telephones": [["01 99 00 12 34", "06 39 98 00 01"], [], None],
        }
    )
    parquet.write_table(table, FOLDER / "patients.parquet")
    parquet.write_table(table.slice(0, 0), FOLDER / "no_record.parquet")
    content = (FOLDER / "patients.parquet").read_bytes()
    (FOLDER / "cut_short.parquet").write_bytes(content[: len(content) // 2])
    (FOLDER / "damaged_data.parquet").write_bytes(content[:4] + b"\xee" * 200 + content[204:])


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    access()
    sqlite()
    parquet()


if __name__ == "__main__":
    main()
