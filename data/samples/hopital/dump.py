"""A dump as mysqldump writes it: definitions, then rows in long INSERT statements."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import polars as pl

HEAD = """-- MySQL dump 10.13  Distrib 5.7.44, for Linux (x86_64)
--
-- Host: localhost    Database: dpi_prod
-- ------------------------------------------------------
-- Server version\t5.7.44-log

/*!40101 SET @OLD_CHARACTER_SET_CLIENT=@@CHARACTER_SET_CLIENT */;
/*!40101 SET NAMES utf8 */;
/*!40103 SET TIME_ZONE='+00:00' */;
/*!40014 SET @OLD_FOREIGN_KEY_CHECKS=@@FOREIGN_KEY_CHECKS, FOREIGN_KEY_CHECKS=0 */;
/*!40101 SET @OLD_SQL_MODE=@@SQL_MODE, SQL_MODE='NO_AUTO_VALUE_ON_ZERO' */;
"""
TAIL = """
/*!40014 SET FOREIGN_KEY_CHECKS=@OLD_FOREIGN_KEY_CHECKS */;
/*!40101 SET CHARACTER_SET_CLIENT=@OLD_CHARACTER_SET_CLIENT */;

-- Dump completed on 2024-11-19  2:41:07
"""
STATEMENT = 50_000  # characters of one INSERT, about
ESCAPES = {"\\": "\\\\", "'": "\\'", '"': '\\"', "\n": "\\n", "\r": "\\r"}


@dataclass(frozen=True)
class Column:
    """A column's name and its type in SQL; a number is written without quotes."""

    name: str
    kind: str

    @property
    def is_number(self) -> bool:
        return "int" in self.kind


def _value(column: Column) -> pl.Expr:
    text = pl.col(column.name).cast(pl.String)
    if not column.is_number:
        text = "'" + text.str.replace_many(list(ESCAPES), list(ESCAPES.values())) + "'"
    return text.fill_null("NULL")


def write_dump(tables: Mapping[str, pl.DataFrame], columns: Mapping[str, list[Column]]) -> Iterator[str]:
    """The pieces of the dump, in order; the first column of each table is its key."""
    yield HEAD
    for name, table in tables.items():
        yield from _table(name, table, columns[name])
    yield TAIL


def _table(name: str, table: pl.DataFrame, columns: list[Column]) -> Iterator[str]:
    said = ",\n".join(f"  `{one.name}` {one.kind}" for one in columns)
    yield f"\n--\n-- Table structure for table `{name}`\n--\n\nDROP TABLE IF EXISTS `{name}`;\n"
    yield "/*!40101 SET @saved_cs_client     = @@character_set_client */;\n"
    yield f"CREATE TABLE `{name}` (\n{said},\n  PRIMARY KEY (`{columns[0].name}`)\n"
    yield f") ENGINE=InnoDB AUTO_INCREMENT={table.height + 1} DEFAULT CHARSET=utf8;\n"
    yield "/*!40101 SET character_set_client = @saved_cs_client */;\n"
    yield f"\n--\n-- Dumping data for table `{name}`\n--\n\nLOCK TABLES `{name}` WRITE;\n"
    yield f"/*!40000 ALTER TABLE `{name}` DISABLE KEYS */;\n"
    rows = table.select("(" + pl.concat_str([_value(one) for one in columns], separator=",") + ")").to_series()
    length, first = 0, True
    for text in rows:
        if length > STATEMENT:
            yield ";\n"
            length, first = 0, True
        yield f"INSERT INTO `{name}` VALUES {text}" if first else f",{text}"
        length, first = length + len(text), False
    if not first:
        yield ";\n"
    yield f"/*!40000 ALTER TABLE `{name}` ENABLE KEYS */;\nUNLOCK TABLES;\n"
