"""Speed of the fields room on a generated table of 14 columns: cells a second and peak memory.

How often it is right is measured by `field_tables.py`, both beside a peer by `fields.py`.

    python benchmarks/field_speed.py --rows 2000000 --threads 2

Every person is invented; keys are computed in SQL. Peak memory is that of the whole process, table included.
"""

from __future__ import annotations

import argparse
import resource
import time

import duckdb

from breachkit.fields.decide import classify
from breachkit.fields.roles import table_role
from breachkit.fields.valid import placeholder_words
from breachkit.recognisers.keys import luhn_sum

HEADERS = [
    "ID_PATIENT",
    "SEXE",
    "NOM",
    "PRENOM",
    "DATE_NAISS",
    "NUM_SS",
    "TEL_PORTABLE",
    "EMAIL",
    "ADRESSE",
    "CP",
    "VILLE",
    "MEDECIN_RPPS",
    "DATE_MAJ",
    "COMMENTAIRE",
]
FIELDS = [
    "patient_id",
    "sex",
    "family_name",
    "given_name",
    "birth_date",
    "nir",
    "phone",
    "email",
    "postal_address",
    "postcode",
    "city",
    "rpps",
    "timestamp",
    "free_text",
]


def generate(connection: duckdb.DuckDBPyConnection, rows: int) -> None:
    """Writes the table bench.t1: the same rows for the same number of rows."""
    lists = {name: list(placeholder_words(name)) for name in ("given_names", "family_names", "towns")}
    head = "concat('1', lpad(CAST(hash(hash(i, 6) % 4000) % 1000000000 AS VARCHAR), 9, '0'))"
    connection.execute("CREATE SCHEMA bench")
    connection.execute(
        f"""
        CREATE TABLE bench.t1 AS WITH drawn AS (
            SELECT i, $given_names[1 + (hash(i, 1) % len($given_names))::INT] AS given,
                $family_names[1 + (hash(i, 2) % len($family_names))::INT] AS family,
                $towns[1 + (hash(i, 3) % len($towns))::INT] AS town,
                DATE '1930-01-01' + (hash(i, 4) % 33000)::INT AS born, (hash(i, 5) % 2)::INT AS sex, {head} AS doctor
            FROM range({rows}) AS numbers(i)
        ), keyed AS (
            SELECT *, concat(1 + sex, strftime(born, '%y%m'), lpad((1 + hash(i, 7) % 95)::VARCHAR, 2, '0'),
                100 + hash(i, 8) % 500, 100 + hash(i, 9) % 800) AS body,
                concat(doctor, (10 - {luhn_sum("concat(doctor, '0')", digits=11)} % 10) % 10) AS rpps
            FROM drawn
        )
        SELECT i AS _record, i + 1 AS _line, concat('P', 1000000 + i) AS c1, ['M', 'F'][1 + sex] AS c2, family AS c3,
            given AS c4, strftime(born, '%d/%m/%Y') AS c5,
            concat(body, lpad((97 - body::BIGINT % 97)::VARCHAR, 2, '0')) AS c6,
            CASE WHEN hash(i, 10) % 5 = 0 THEN ''
                ELSE concat('06', lpad((hash(i, 11) % 100000000)::VARCHAR, 8, '0')) END AS c7,
            CASE WHEN hash(i, 13) % 2 = 0 THEN ''
                ELSE concat(lower(replace(given, ' ', '-')), '.', i, '@example.org') END AS c8,
            concat(1 + hash(i, 15) % 150, ' rue ',
                ['de la Paix', 'Victor Hugo', 'des Lilas'][1 + (hash(i, 16) % 3)::INT]) AS c9,
            concat(lpad((1 + hash(i, 17) % 95)::VARCHAR, 2, '0'),
                lpad((hash(i, 18) % 80 * 10)::VARCHAR, 3, '0')) AS c10,
            town AS c11, rpps AS c12,
            concat(DATE '2012-01-01' + (hash(i, 19) % 4800)::INT, ' 10:',
                lpad((hash(i, 20) % 60)::VARCHAR, 2, '0'), ':00') AS c13,
            CASE WHEN hash(i, 21) % 4 = 0 THEN
                concat('Patient vu ce jour, dossier ', i, ', pas de plainte, tension correcte')
                ELSE '' END AS c14
        FROM keyed""",
        lists,
    )


def measure(rows: int, threads: int) -> None:
    """Prints rows, seconds, cells a second, peak memory and the share of right fields, with and without headers."""
    with duckdb.connect(":memory:") as connection:
        connection.execute(f"SET threads = {threads}")
        generate(connection, rows)
        for name, headers in (("with headers", HEADERS), ("without headers", [""] * len(HEADERS))):
            columns = [(f"c{at}", header) for at, header in enumerate(headers, start=1)]
            start, worked = time.perf_counter(), time.process_time()
            verdicts = classify(connection, "bench.t1", columns)
            seconds, worked = time.perf_counter() - start, time.process_time() - worked
            right = sum(one.field == field for one, field in zip(verdicts, FIELDS, strict=True))
            speed = rows * len(HEADERS) / seconds
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
            print(
                f"{name}: {rows} rows, {seconds:.1f} s, {worked:.1f} s of processor, {speed / 1e6:.2f} M cells/s, "
                f"peak {peak:.0f} MB, {right}/{len(FIELDS)} fields right, role {table_role(verdicts)}"
            )


def main() -> None:
    """Reads the size of the table and measures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--rows", type=int, default=2_000_000)
    parser.add_argument("--threads", type=int, default=2)
    arguments = parser.parse_args()
    measure(arguments.rows, arguments.threads)


if __name__ == "__main__":
    main()
