"""Whether a text is a SQL dump, and how it writes SQL, from its first lines."""

from __future__ import annotations

import re

from breachkit.reading.sql.tokens import Dialect

MAX_STRAY_LINES = 3  # lines of no statement before the first one that holds data: words of the program; a choice
PROGRAMS = re.compile(
    r"^(?:--|/\*!?|#|REM)\s*(?:(?:MySQL|MariaDB|PostgreSQL)(?: database)? dump\b|phpMyAdmin SQL Dump|Adminer .* dump|"
    r"PostgreSQL database cluster dump|SQLite database dump|Navicat|HeidiSQL|Dump(?:ing| created)|Host:|Server version|"
    r"Table structure|mysqldump|mydumper|DbVisualizer|DBeaver|SQL Server|Script Date|\*+ Object:|INSERTING into)", re.I,
)  # fmt: skip
NAME = r"(?:[\w$#@.\u00c0-\uffff]|`[^`]+`|\"[^\"]+\"|\[[^\]]+\])+"
COLUMNS = r"\((?:[^()'\";`\[]|`[^`]*`|\"[^\"]*\"|\[[^\]]*\])*(?:\)|$)"
DATA = re.compile(
    rf"(?:INSERT|REPLACE|UPSERT)\s+(?:(?:IGNORE|LOW_PRIORITY|DELAYED|OVERWRITE|OR\s+\w+)\s+)*(?:INTO\s+)?(?:TABLE\s+)?{NAME}\s*"
    rf"(?:{COLUMNS}\s*)?(?:VALUES?\s*(?:\(|$|ROW\b|/\*|--)|SELECT\s|SET\s+[`\w]|DEFAULT\s+VALUES|$|\(\s*$)"
    rf"|CREATE\s+(?:(?:GLOBAL|LOCAL|TEMP(?:ORARY)?|UNLOGGED|CACHED|MEMORY|OR\s+REPLACE)\s+)*TABLE\s+(?:IF\s+NOT\s+EXISTS\s+)?{NAME}\s*(?:\(|$|AS\b)"
    rf"|COPY\s+{NAME}\s*(?:{COLUMNS}\s*)?FROM\s+STDIN|INSERT\s+ALL\s*$|INSERT\s+ALL\s+INTO\s", re.I,
)  # fmt: skip
STATEMENT = re.compile(
    r"(?:SET\s+(?:NAMES|SQL_MODE|@|IDENTITY_INSERT|ANSI_NULLS|QUOTED_IDENTIFIER|statement_timeout|client_encoding|"
    r"DEFINE|TIME_ZONE|FOREIGN_KEY_CHECKS|AUTOCOMMIT|TERM|\w+\s*(?:=|TO)\s)|USE\s+[`\[\w]+[`\]]?\s*;?$|GO\s*$|PRAGMA\s+\w+|"
    r"BEGIN(?:\s+TRANSACTION|\s+TRAN|\s+WORK)?\s*;?$|COMMIT\s*(?:WORK\s*)?;?$|START\s+TRANSACTION\s*;|(?:UN)?LOCK\s+TABLES?\b|"
    r"DROP\s+(?:TABLE|DATABASE|SCHEMA|VIEW|SEQUENCE|INDEX|FUNCTION|PROCEDURE|TRIGGER)\s|ALTER\s+(?:TABLE|DATABASE|SESSION|SEQUENCE|ONLY)\s|"
    r"CREATE\s+(?:DATABASE|SCHEMA|UNIQUE\s|INDEX|VIEW|SEQUENCE|FUNCTION|PROCEDURE|TRIGGER|EXTENSION|TYPE|USER|ROLE|DEFINER|ALGORITHM|OR\s)|"
    r"SELECT\s+pg_catalog\.|DELIMITER\s|TRUNCATE\s+(?:TABLE\s)?|DELETE\s+FROM\s|UPDATE\s+\S+\s+SET\s|GRANT\s|REVOKE\s|COMMENT\s+ON\s|"
    r"REM\s|PROMPT\s|\\(?:connect|c|restrict|unrestrict|set|encoding)\b|PRINT\s+N?'|EXEC\s|IF\s+(?:NOT\s+)?(?:EXISTS|OBJECT_ID)|"
    r"DECLARE\s|ANALYZE\b|/\s*$|@\S+$|SPOOL\s|WHENEVER\s)", re.I,
)  # fmt: skip
# What only one program writes at the beginning of a line: the first such line tells the dialect.
SIGNS = {
    "mysql": r"/\*!\d{5}|/\*M!\d|-- (?:MySQL|MariaDB) dump|-- phpMyAdmin SQL Dump|-- Adminer [\d.]+ MySQL|"
    r"\).*\bENGINE\s*=|(?:INSERT|REPLACE|CREATE|DROP|LOCK|ALTER|USE)\s[^`'\n(]*`|"
    r"SET (?:NAMES|SQL_MODE|FOREIGN_KEY_CHECKS|@)",
    "postgres": r"-- PostgreSQL database|COPY [^\n]*FROM stdin|SET (?:standard_conforming_strings|statement_timeout|"
    r"search_path|client_encoding)|SELECT pg_catalog\.|\\(?:connect|restrict)\b|ALTER TABLE ONLY|CREATE EXTENSION",
    "mssql": r"(?:INSERT|CREATE|ALTER|USE|DROP|EXEC)\s[^\['\n(]*\[\w|SET (?:ANSI_NULLS|QUOTED_IDENTIFIER|"
    r"IDENTITY_INSERT|NOCOUNT)|GO[ \t]*$|/\*+ Object:",
    "sqlite": r"PRAGMA |BEGIN TRANSACTION;|INSERT INTO sqlite_|[^'\n]*\bAUTOINCREMENT\b",
    "oracle": r"SET DEFINE OFF|REM INSERTING|SET SQLBLANKLINES|[^'\n]*\bVARCHAR2\s*\(|[^'\n]*\bNUMBER\s*\(\d",
}
SIGN = re.compile("|".join(rf"^[ \t]*(?P<{name}>(?i:{pattern}))" for name, pattern in SIGNS.items()), re.MULTILINE)
COMMENTS = re.compile(r"/\*(?!!).*?\*/|\s--\s.*")
STRINGS = re.compile(r"'(?:[^'\\]|''|\\.)*'", re.DOTALL)
MARKS = {
    "mysql": r"`|\bAUTO_INCREMENT\b|_binary",
    "postgres": r"::\w+|\bnextval\(|\bOWNER TO\b|\bbytea\b",
    "mssql": r"\bN(?=\s*[,)])|\[\w+\]\s*\.\s*\[|\bNVARCHAR\s*\(",
    "oracle": r"\b(?:to_date|to_timestamp|to_clob|empty_clob)\s*\(|^/\s*$",
    "sqlite": r"\bchar\(10\)|\bunistr\(",
}
ESCAPED_QUOTE = re.compile(r"(?<!\\)(?:\\\\)*\\'(?!\s*(?:[,);]|$))")
BACKSLASH_BEFORE_END = re.compile(r"(?<!\\)\\'\s*(?:,\s*(?:'|\d|NULL)|\)\s*[,;])")


def looks_like_sql(lines: list[str]) -> bool:
    """Whether the first lines of a text are those of a dump: a statement that holds data, or a dump program's mark.

    Lines before it must be comments or statements, but for a few that a program left there.
    """
    stray, inside, comment, told = 0, False, False, False
    for raw in lines:
        line = raw.strip().lstrip("\ufeff")
        if not line.startswith(("/*", "--", "#")):
            line = COMMENTS.sub(" ", line).strip()
        if not line.strip(";"):
            continue
        if comment or line.startswith("/*"):
            told = told or bool(PROGRAMS.match(line))
            comment = "*/" not in line
            continue
        if line.startswith(("--", "#")) or (line[:4].upper() == "REM " or line.upper() == "REM"):
            told = told or bool(PROGRAMS.match(line))
            continue
        if DATA.match(line):
            return True
        if inside:
            inside = not line.endswith(";") and line.upper() != "GO"
        elif STATEMENT.match(line):
            inside = not line.endswith((";", ";;")) and not line.startswith("\\") and line.upper() != "GO"
        else:
            stray += 1
            if stray > MAX_STRAY_LINES:
                return False
    return told


def dialect_of(lines: list[str]) -> Dialect:
    """How a dump writes SQL: by the first line that only one program writes, else by marks outside its strings."""
    text = "\n".join(lines)[: 1 << 18]
    sign = SIGN.search(text)
    name = sign.lastgroup if sign else None
    if name is None:
        bare = STRINGS.sub("", text)
        counts = {one: len(re.findall(mark, bare, re.MULTILINE | re.IGNORECASE)) for one, mark in MARKS.items()}
        name = max(counts, key=lambda one: counts[one]) if any(counts.values()) else "other"
    if name == "other":
        escapes, ends = len(ESCAPED_QUOTE.findall(text)), len(BACKSLASH_BEFORE_END.findall(text))
        return Dialect(name, backslash=escapes > ends)
    return Dialect(name, backslash=name == "mysql")
