"""Speed of the SQL dump reader on a generated mysqldump of 13 columns: MB/s on one core, and peak memory.

    python benchmarks/sql_dump.py --rows 2000000

The dump is the same for the same number of rows. Every person is invented. The measured process is fresh, with one
thread for the columns and one for the workspace; the time is from the first byte to the finished account.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HEAD = """-- MySQL dump 10.13  Distrib 8.0.36, for Linux (x86_64)
--
-- Host: localhost    Database: clinique
-- ------------------------------------------------------
/*!40101 SET @OLD_CHARACTER_SET_CLIENT=@@CHARACTER_SET_CLIENT */;
/*!50503 SET NAMES utf8mb4 */;

DROP TABLE IF EXISTS `patients`;
CREATE TABLE `patients` (
  `id_patient` int NOT NULL AUTO_INCREMENT,
  `sexe` char(1) DEFAULT NULL,
  `nom` varchar(80) DEFAULT NULL,
  `prenom` varchar(80) DEFAULT NULL,
  `date_naissance` date DEFAULT NULL,
  `num_secu` varchar(15) DEFAULT NULL,
  `telephone` varchar(20) DEFAULT NULL,
  `email` varchar(120) DEFAULT NULL,
  `adresse` varchar(200) DEFAULT NULL,
  `code_postal` char(5) DEFAULT NULL,
  `ville` varchar(80) DEFAULT NULL,
  `date_maj` datetime DEFAULT NULL,
  `commentaire` text,
  PRIMARY KEY (`id_patient`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

LOCK TABLES `patients` WRITE;
/*!40000 ALTER TABLE `patients` DISABLE KEYS */;
"""
TAIL = """/*!40000 ALTER TABLE `patients` ENABLE KEYS */;
UNLOCK TABLES;
-- Dump completed on 2026-11-02 10:00:00
"""
ROWS_OF_INSERT = 5_000  # about a megabyte, as mysqldump writes
FAMILY = ("DURAND", "LEFÈVRE", "D\\'ANGELO", "N\\'GUYEN", "MULLER", "GARÇON", "BŒUF", "PETIT-JEAN")
GIVEN = ("Hélène", "Noël", "Jean-Luc", "Zoé", "Inès", "Paul", "Anaïs", "Luc")
STREETS = ("rue de l\\'Église", "avenue de la République", "impasse des Lilas", "chemin du Bas, bât. B (fond)")
TOWNS = ("Épinal", "Saint-Étienne", "Paris", "L\\'Haÿ-les-Roses")
NOTES = (
    "Suivi pour un diabète de type 2, traitement adapté.",
    "Pas d\\'antécédent ; à rappeler l\\'après-midi (après 14 h).",
    "RAS",
    "Allergie à la pénicilline signalée par la patiente, à vérifier au prochain rendez-vous.",
)
BROKEN_NOTE = 'Vu ce jour.\\r\\nOrdonnance : C:\\\\scan\\\\ord.pdf\\nRevoir \\"si besoin\\".'


def _tuple(number: int) -> str:
    mixed = number * 2_654_435_761 % (1 << 32)  # Knuth's multiplicative hash: the same for the same number
    day, month, year = 1 + mixed % 28, 1 + mixed // 31 % 12, 1930 + mixed // 400 % 90
    key = 1_000_000_000_000 + mixed * 977 % 1_000_000_000_000
    email = "NULL" if mixed % 5 == 0 else f"'p{number}@example.org'"
    phone = "NULL" if mixed % 7 == 0 else f"'0639980{mixed % 1000:03d}'"
    note = "NULL" if mixed % 11 == 0 else f"'{BROKEN_NOTE if mixed % 101 == 0 else NOTES[mixed % 4]}'"
    return (
        f"({number},'{'MF'[mixed % 2]}','{FAMILY[mixed // 7 % 8]}','{GIVEN[mixed // 11 % 8]}',"
        f"'{year}-{month:02d}-{day:02d}','{key}{mixed % 97:02d}',{phone},{email},"
        f"'{mixed % 300} {STREETS[mixed // 13 % 4]}','{mixed % 95_000:05d}','{TOWNS[mixed // 17 % 4]}',"
        f"'2026-0{1 + mixed % 9}-{day:02d} 10:{mixed % 60:02d}:00',{note})"
    )


def make_dump(path: Path, rows: int) -> None:
    """Writes the dump of so many records: accents, escaped apostrophes, NULLs, one note in a hundred with escapes."""
    with path.open("w", encoding="utf-8", newline="\n") as handle:
        handle.write(HEAD)
        for first in range(1, rows + 1, ROWS_OF_INSERT):
            tuples = (_tuple(number) for number in range(first, min(first + ROWS_OF_INSERT, rows + 1)))
            handle.write(f"INSERT INTO `patients` VALUES {','.join(tuples)};\n")
        handle.write(TAIL)


def measure(path: Path) -> dict[str, float]:
    """`seconds`, `mb_per_second`, `peak_mb` and `records` of reading the dump in a fresh process with one thread."""
    environment = {**os.environ, "POLARS_MAX_THREADS": "1", "OMP_NUM_THREADS": "1"}
    command = [sys.executable, str(Path(__file__).resolve()), "--read", str(path)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    found: dict[str, float] = json.loads(done.stdout)
    return found


def _read(path: Path) -> dict[str, float]:
    """Reads one dump in this process."""
    from breachkit import case, workspace
    from breachkit.reading.blob import Blob, SourceFile
    from breachkit.reading.encodings.decode import examine
    from breachkit.reading.sql.dump import read_sql_dump
    from breachkit.reading.table_writer import Intake
    from breachkit.reading.text import Text

    with tempfile.TemporaryDirectory() as folder:
        os.environ["BREACHKIT_KEY_DIR"] = folder
        place = Path(folder) / "case.duckdb"
        with workspace.create(place, case.new_key(place), threads=1, memory="500MB") as connection:
            intake = Intake(connection)
            began, cpu = time.perf_counter(), time.process_time()
            blob = Blob.of_file(SourceFile(path.name, (path,)))
            read_sql_dump(Text(blob, examine(blob), "sql_dump"), intake)
            seconds, cpu = time.perf_counter() - began, time.process_time() - cpu
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    megabytes = path.stat().st_size / 1e6
    return {
        "seconds": round(seconds, 2),
        "cpu_seconds": round(cpu, 2),
        "mb_per_second": round(megabytes / seconds, 1),
        "peak_mb": round(peak),
        "records": sum(table.source.records for table in intake.tables),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=2_000_000)
    parser.add_argument("--read", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.read:
        print(json.dumps(_read(options.read)))
        return
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "clinique.sql"
        make_dump(path, options.rows)
        print(f"{options.rows} rows, {path.stat().st_size / 1e6:.0f} MB: {measure(path)}")


if __name__ == "__main__":
    main()
