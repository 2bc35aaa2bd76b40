"""What holds from one statement of a dump to the next: the dialect, the database, the schema, the delimiter."""

from __future__ import annotations

import re
from dataclasses import replace

from breachkit.reading.sql.literals import Literals
from breachkit.reading.sql.statements import comment_end, statement_end
from breachkit.reading.sql.table import Place
from breachkit.reading.sql.tokens import Dialect, significant, unquoted

NO_BACKSLASH = re.compile(rb"(?i)sql_mode\s*=\s*'[^']*NO_BACKSLASH_ESCAPES")
NONSTANDARD = re.compile(rb"(?i)standard_conforming_strings\s*(?:=|TO)\s*'?off")
SEARCH_PATH = re.compile(
    rb"(?i)SET\s+(?:SESSION\s+|LOCAL\s+)?(?:search_path\s*(?:=|TO)|(?:CURRENT\s+)?SCHEMA\s*=?)\s*([^;]*)"
)
CONNECT = re.compile(rb"\\c(?:onnect)?[ \t]+(?:-\S+[ \t]+)*(\"[^\"\n]*\"|[^\s;]+)")
DATABASE_NAME = re.compile(r"dbname='?([^']*)")
DELIMITER = re.compile(rb"(?i)(?:DELIMITER[ \t]+(\S+)[^\n]*|SET[ \t]+TERM[ \t]+(\S+)[^\n]*)(?:\n|\Z)")
LONGEST_STATEMENT, SHORTEST_SEARCH = 1 << 22, 1 << 12  # bytes of a statement without records; choices
DEFAULT_SCHEMAS = frozenset({"dbo", "public", "main"})


class Context:
    """Follows the statements that change how the rest of the dump is to be read."""

    def __init__(self, dialect: Dialect) -> None:
        self.literals = Literals(dialect)
        self.delimiter = b";"
        self._database = self._schema = ""
        self._longest = LONGEST_STATEMENT

    @property
    def dialect(self) -> Dialect:
        return self.literals.dialect

    def end(self, text: bytes, start: int, ended: bool) -> int:
        """Where the statement that begins at `start` ends; behind its first line where its end is not found.

        The search is the shorter the more often it failed, so that a text without ends does not cost its square.
        """
        return self._or_line(
            text, start, statement_end(text, start, ended, self.dialect, self.delimiter, self._longest)
        )

    def comment_end(self, text: bytes, start: int, ended: bool) -> int:
        """Where the comment that begins at `start` ends; behind its first line where its end is not found."""
        return self._or_line(text, start, comment_end(text, start, ended, self.dialect, self._longest))

    def _or_line(self, text: bytes, start: int, end: int) -> int:
        if end >= 0:
            self._longest = LONGEST_STATEMENT
            return end
        self._longest = max(SHORTEST_SEARCH, self._longest // 2)
        line = text.find(b"\n", start)
        return line + 1 if line >= 0 else len(text)

    def change_delimiter(self, head: bytes) -> int:
        """The length of a DELIMITER or SET TERM line, which holds from here; 0 where there is none."""
        found = DELIMITER.match(head)
        if found is None:
            return 0
        self.delimiter = found[1] or found[2] or b";"
        return found.end()

    def connect(self, line: bytes) -> None:
        """A line of psql that goes to another database."""
        found = CONNECT.match(line)
        if found:
            name = found[1].decode("utf-8", "replace").strip('"')
            named = DATABASE_NAME.search(name)
            self._database, self._schema = (named[1] if named else name), ""

    def use(self, statement: bytes) -> None:
        """USE database."""
        for kind, start, end in list(significant(statement, 3, True, self.dialect))[:1]:
            self._database, self._schema = unquoted(kind, statement[start:end]), ""

    def settings(self, statement: bytes) -> None:
        """A SET, or a comment that a server runs."""
        if self.dialect.name == "mysql" and NO_BACKSLASH.search(statement):
            self.literals.become(replace(self.dialect, backslash=False))
        elif self.dialect.name == "postgres" and NONSTANDARD.search(statement):
            self.literals.become(replace(self.dialect, backslash=True))
        path = SEARCH_PATH.match(statement)
        if path:
            names = [name.strip(b" \t\n\"'").decode("utf-8", "replace") for name in path[1].split(b",")]
            self._schema = next((name for name in names if name and name != "pg_catalog"), "")

    def place(self, name: tuple[str, ...]) -> Place:
        """Where a name points to from here. MySQL has no schemas; `public` and `dbo` go without saying."""
        *parents, table = name[-3:]
        if self.dialect.name == "mysql":
            return (parents[-1] if parents else self._database), "", table
        schema = parents[-1] if parents else self._schema
        database = parents[-2] if len(parents) > 1 and parents[-2] else self._database
        return database, "" if schema.lower() in DEFAULT_SCHEMAS else schema, table
