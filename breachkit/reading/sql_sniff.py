"""Whether a text is a SQL dump, and how it writes SQL, from its first lines."""

from __future__ import annotations

import re

from breachkit.reading.sql_tokens import Dialect

MAX_STRAY_LINES = 3  # lines of no statement before the first one that holds data: words of the program; a choice
PROGRAMS = re.compile(
    r"^(?:--|/\*!?|#|REM)\s*(?:(?:MySQL|MariaDB|PostgreSQL)(?: database)? dump\b|phpMyAdmin SQL Dump|Adminer .* dump|"
    r"PostgreSQL database cluster dump|SQLite database dump|Navicat|HeidiSQL|Dump(?:ing| created)|Host:|Server version|"
    r"Table structure|mysqldump|mydumper|DbVisualizer|DBeaver|SQL Server|Script Date|\*+ Object:|INSERTING into)", re.I,
)  # fmt: skip
NAME = r"(?:[\w$#@.\u00c0-\uffff]|`[^`]+`|\"[^\"]+\"|\[[^\]]+\])+"
COLUMNS = r"\([^()';]*(?:\)|$)"
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
MARKS = {
    "mysql": r"`|ENGINE\s*=|/\*!\d{5}|(?:MySQL|MariaDB) dump|phpMyAdmin|AUTO_INCREMENT|LOCK TABLES",
    "postgres": r"PostgreSQL database|FROM stdin;|pg_catalog|search_path|standard_conforming|OWNER TO|nextval\(|::\w+",
    "mssql": r"^GO\s*$|\[dbo\]|\[\w+\]\s*\.\s*\[|SET ANSI_NULLS|IDENTITY_INSERT|INSERT\s+(?:INTO\s+)?\[|[,(] ?N'",
    "sqlite": r"PRAGMA|BEGIN TRANSACTION;|sqlite_|AUTOINCREMENT|char\(10\)|unistr\('",
    "oracle": r"SET DEFINE OFF|REM INSERTING|(?i:to_date|to_timestamp|to_clob)\s*\(|VARCHAR2|SQLBLANKLINES|^/\s*$",
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
        if not line:
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
    """How a dump writes SQL: the dialect whose marks are found most in its first lines."""
    text = "\n".join(lines)[: 1 << 18]
    counts = {name: min(len(re.findall(pattern, text, re.MULTILINE)), 20) for name, pattern in MARKS.items()}
    name = max(counts, key=lambda one: counts[one])
    if not counts[name]:
        escapes, ends = len(ESCAPED_QUOTE.findall(text)), len(BACKSLASH_BEFORE_END.findall(text))
        return Dialect("other", backslash=escapes > ends)
    return Dialect(name, backslash=name == "mysql")
