"""Tables written as the dumps of several programs, for tests and the fuzzer: what is written must be read back.

Every value is invented. A writer takes its choices from a `random.Random`, so that hypothesis can drive it as well.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass

Row = tuple[str | None, ...]

MYSQL_ESCAPES = {
    "\\": "\\\\",
    "'": "\\'",
    "\n": "\\n",
    "\r": "\\r",
    "\t": "\\t",
    "\0": "\\0",
    "\x1a": "\\Z",
    '"': '\\"',
}
COPY_ESCAPES = {"\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t", "\b": "\\b", "\f": "\\f", "\v": "\\v"}


@dataclass(frozen=True)
class Table:
    """A table to write: names fit to be told, and cells of text or None."""

    name: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]


def escaped(text: str, pairs: dict[str, str]) -> str:
    """A text with each character of `pairs` replaced."""
    return "".join(pairs.get(character, character) for character in text)


def mysql_value(cell: str | None, rng: random.Random) -> str:
    """A value as mysqldump and its kin write it."""
    if cell is None:
        return rng.choice(["NULL", "null"]) if rng.random() < 0.1 else "NULL"
    if _number(cell) and rng.random() < 0.7:
        return cell
    style = rng.random()
    if style < 0.05 and cell.isprintable() and cell:
        return rng.choice(["0x{}", "X'{}'", "x'{}'"]).format(cell.encode().hex().upper())
    if style < 0.1:
        return "_binary '" + escaped(cell, MYSQL_ESCAPES) + "'"
    if style < 0.2:
        return "'" + escaped(cell, {**MYSQL_ESCAPES, "'": "''"}) + "'"
    if style < 0.25:
        return "'" + escaped(cell, {"\\": "\\\\", "'": "''", "\r": "\\r"}) + "'"  # line breaks stand in it as they are
    return "'" + escaped(cell, MYSQL_ESCAPES) + "'"


def standard_value(cell: str | None, rng: random.Random) -> str:
    """A value in standard SQL: only quotes are doubled."""
    if cell is None:
        return "NULL"
    if _number(cell) and rng.random() < 0.7:
        return cell
    return "'" + cell.replace("'", "''") + "'"


def postgres_value(cell: str | None, rng: random.Random) -> str:
    """A value as pg_dump --inserts writes it, or a hand."""
    style = rng.random()
    if cell is None or style > 0.2 or _number(cell):
        return standard_value(cell, rng)
    if style < 0.05:
        return "E'" + escaped(cell, {**COPY_ESCAPES, "'": "\\'"}) + "'"
    if style < 0.1 and "$q$" not in cell and not cell.endswith("$q") and not cell.endswith("$"):
        return f"$q${cell}$q$"
    return standard_value(cell, rng) + rng.choice(["::text", "::character varying(20)"])


def mssql_value(cell: str | None, rng: random.Random) -> str:
    """A value as SQL Server Management Studio writes it."""
    if cell is None or _number(cell):
        return "NULL" if cell is None else cell
    plain = "'" + cell.replace("'", "''") + "'"
    return rng.choice([f"N{plain}", f"N{plain}", f"CAST(N{plain} AS NVarChar(50))", plain])


def sqlite_value(cell: str | None, rng: random.Random) -> str:
    """A value as `.dump` writes it: line breaks by replace, or by unistr since 3.48."""
    if cell is None or "\n" not in cell or rng.random() < 0.3:
        return standard_value(cell, rng)
    if rng.random() < 0.5 and "\\n" not in cell:
        return "replace('" + cell.replace("'", "''").replace("\n", "\\n") + "','\\n',char(10))"
    return "unistr('" + cell.replace("\\", "\\\\").replace("'", "''").replace("\n", "\\u000a") + "')"


def oracle_value(cell: str | None, rng: random.Random) -> str:
    """A value as SQL Developer writes it."""
    style = rng.random()
    if cell is None or style > 0.3 or _number(cell):
        return standard_value(cell, rng)
    if style < 0.1:
        return f"TO_CLOB({standard_value(cell, rng)})"
    if style < 0.2 and "]'" not in cell and not cell.endswith("]"):
        return f"q'[{cell}]'"
    return f"to_date({standard_value(cell, rng)},'DD/MM/RR')"


def _number(cell: str) -> bool:
    return cell.isascii() and cell.isdigit()


Value = Callable[[str | None, random.Random], str]


def mysql_name(name: str) -> str:
    """`name`"""
    return "`" + name.replace("`", "``") + "`"


def quoted_name(name: str) -> str:
    """ "name" """
    return '"' + name.replace('"', '""') + '"'


def bracket_name(name: str) -> str:
    """[name]"""
    return "[" + name.replace("]", "]]") + "]"


def _create(table: Table, quote: Callable[[str], str], kind: str, rng: random.Random, end: str) -> str:
    items = [f"  {quote(column)} {kind}{rng.choice(['', ' NOT NULL', ' DEFAULT NULL'])}" for column in table.columns]
    items += rng.choice(
        [[], [f"  PRIMARY KEY ({quote(table.columns[0])})"], [f"  CONSTRAINT k UNIQUE ({quote(table.columns[0])})"]]
    )
    return f"CREATE TABLE {quote(table.name)} (\n" + ",\n".join(items) + f"\n){end}\n"


def _inserts(
    table: Table, quote: Callable[[str], str], value: Value, rng: random.Random, *, most: int,
    verb: str = "INSERT INTO", end: str = ";\n", lists: bool | None = None,
) -> str:  # fmt: skip
    """INSERT statements of up to `most` tuples each."""
    named = rng.random() < 0.5 if lists is None else lists
    between = rng.choice([",", ", ", ",\n", ",\n  ", "\n,", ",\n\n"])
    comma = rng.choice([",", ", "])
    head = f"{verb} {quote(table.name)}"
    columns = f" ({comma.join(quote(column) for column in table.columns)})" if named else ""
    words = rng.choice([" VALUES ", " VALUES\n", " values "])
    made, at = [], 0
    while at < len(table.rows):
        count = rng.randint(1, most)
        tuples = ["(" + comma.join(value(cell, rng) for cell in row) + ")" for row in table.rows[at : at + count]]
        made.append(head + columns + words + between.join(tuples) + end)
        if rng.random() < 0.1:
            made.append(rng.choice(["-- d'autres lignes\n", "/* l'autre; partie */\n", "\n"]))
        at += count
    return "".join(made)


def mysql(tables: list[Table], rng: random.Random) -> str:
    """mysqldump."""
    parts = ["-- MySQL dump 10.13  Distrib 8.0.36, for Linux (x86_64)\n--\n\n/*!50503 SET NAMES utf8mb4 */;\n\n"]
    for table in tables:
        create = rng.random() < 0.7
        if create:
            parts.append(f"DROP TABLE IF EXISTS {mysql_name(table.name)};\n")
            parts.append(_create(table, mysql_name, "text", rng, " ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;"))
        parts.append(f"LOCK TABLES {mysql_name(table.name)} WRITE;\n")
        verb = rng.choice(["INSERT INTO", "INSERT INTO", "REPLACE INTO", "INSERT IGNORE INTO"])
        most = rng.choice([1, 3, 1000])
        parts.append(
            _inserts(table, mysql_name, mysql_value, rng, verb=verb, most=most, lists=None if create else True)
        )
        parts.append("UNLOCK TABLES;\n")
    if rng.random() < 0.3:
        parts.append(
            "DELIMITER ;;\n/*!50003 CREATE*/ /*!50003 TRIGGER t BEFORE INSERT ON x FOR EACH ROW BEGIN\n"
            "INSERT INTO journal VALUES (1,'l''ajout');\nEND */;;\nDELIMITER ;\n"
        )
    parts.append("-- Dump completed\n")
    return "".join(parts)


def postgres_copy(tables: list[Table], rng: random.Random) -> str:
    """pg_dump with COPY."""
    parts = ["--\n-- PostgreSQL database dump\n--\n\nSET standard_conforming_strings = on;\n\n"]
    if rng.random() < 0.3:
        parts.append(
            "CREATE FUNCTION public.f() RETURNS trigger LANGUAGE plpgsql AS $_$\n"
            "BEGIN\nINSERT INTO journal VALUES (1, 'x');\nEND;\n$_$;\n\n"
        )
    for table in tables:
        name = f"public.{quoted_name(table.name)}"
        if rng.random() < 0.7:
            parts.append(_create(table, quoted_name, "text", rng, ";").replace(quoted_name(table.name), name, 1))
        columns = ", ".join(quoted_name(column) for column in table.columns)
        parts.append(f"COPY {name} ({columns}) FROM stdin;\n")
        for row in table.rows:
            cells = ["\\N" if cell is None else _copy_cell(cell, rng) for cell in row]
            parts.append("\t".join(cells) + "\n")
        parts.append("\\.\n\n\n")
    return "".join(parts)


def _copy_cell(cell: str, rng: random.Random) -> str:
    text = escaped(cell, COPY_ESCAPES)
    if rng.random() < 0.05:
        text = text.replace("é", "\\303\\251")
    return text


def postgres_inserts(tables: list[Table], rng: random.Random) -> str:
    """pg_dump --inserts."""
    parts = ["--\n-- PostgreSQL database dump\n--\n\nSET standard_conforming_strings = on;\n\n"]
    for table in tables:
        parts.append(_create(table, quoted_name, "text", rng, ";"))
        end = rng.choice([";\n", ";\n", " ON CONFLICT DO NOTHING;\n"])
        parts.append(_inserts(table, quoted_name, postgres_value, rng, most=rng.choice([1, 50]), end=end))
    return "".join(parts)


def mssql(tables: list[Table], rng: random.Random) -> str:
    """SQL Server Management Studio, one INSERT per row, without semicolons."""
    parts = ["USE [Clinique]\nGO\nSET ANSI_NULLS ON\nGO\n"]
    for table in tables:
        name = f"[dbo].{bracket_name(table.name)}"
        parts.append(
            _create(table, bracket_name, "[nvarchar](max)", rng, " ON [PRIMARY]\nGO").replace(
                bracket_name(table.name), name, 1
            )
        )
        parts.append(f"SET IDENTITY_INSERT {name} ON \n\n")
        columns = ", ".join(bracket_name(column) for column in table.columns)
        for number, row in enumerate(table.rows):
            values = ", ".join(mssql_value(cell, rng) for cell in row)
            parts.append(f"INSERT {name} ({columns}) VALUES ({values})\n")
            if number % 7 == 6:
                parts.append("GO\n")
        parts.append(f"SET IDENTITY_INSERT {name} OFF\nGO\n")
    return "".join(parts)


def mssql_select(tables: list[Table], rng: random.Random) -> str:
    """Scripts of SQL Server before 2008: INSERT … SELECT … UNION ALL SELECT …"""
    parts = ["SET ANSI_NULLS ON\nGO\n"]
    for table in tables:
        parts.append(_create(table, bracket_name, "[nvarchar](max)", rng, "\nGO"))
        columns = ", ".join(bracket_name(column) for column in table.columns)
        for at in range(0, len(table.rows), 5):
            rows = [", ".join(mssql_value(cell, rng) for cell in row) for row in table.rows[at : at + 5]]
            parts.append(
                f"INSERT INTO {bracket_name(table.name)} ({columns})\nSELECT "
                + " UNION ALL\nSELECT ".join(rows)
                + "\nGO\n"
            )
    return "".join(parts)


def sqlite(tables: list[Table], rng: random.Random) -> str:
    """The sqlite3 shell's .dump."""
    parts = ["PRAGMA foreign_keys=OFF;\nBEGIN TRANSACTION;\n"]
    for table in tables:
        parts.append(_create(table, quoted_name, "TEXT", rng, ";"))
        for row in table.rows:
            parts.append(
                f"INSERT INTO {quoted_name(table.name)} VALUES({','.join(sqlite_value(cell, rng) for cell in row)});\n"
            )
    parts.append("DELETE FROM sqlite_sequence;\nINSERT INTO sqlite_sequence VALUES('x',3);\nCOMMIT;\n")
    return "".join(parts)


def oracle(tables: list[Table], rng: random.Random) -> str:
    """SQL Developer's export."""
    parts = ["--------------------------------------------------------\n--  File created - lundi-mars-04-2024\n"]
    for table in tables:
        parts.append(_create(table, quoted_name, "VARCHAR2(4000 BYTE)", rng, " ;"))
        parts.append(f"REM INSERTING into {table.name}\nSET DEFINE OFF;\n")
        parts.append(_inserts(table, quoted_name, oracle_value, rng, verb="Insert into", most=1, lists=True))
    return "".join(parts)


WRITERS = {
    "mysql": mysql,
    "postgres_copy": postgres_copy,
    "postgres_inserts": postgres_inserts,
    "mssql": mssql,
    "mssql_select": mssql_select,
    "sqlite": sqlite,
    "oracle": oracle,
}
