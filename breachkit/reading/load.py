"""Sources into the workspace: what each file is, the reader of that format, and what could not be read."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

from breachkit.case import Decisions
from breachkit.errors import UnreadableSource
from breachkit.impact import Source
from breachkit.reading.archives.archive import Passwords, Unpacking, group_parts, members
from breachkit.reading.blob import Blob
from breachkit.reading.formats import ARCHIVES, DOCUMENTS, SPREADSHEETS, sniff
from breachkit.reading.refusals import refusal
from breachkit.reading.table_writer import Intake, LoadedTable, Progress
from breachkit.reading.take_back import take_back
from breachkit.reading.text import open_text

# format → the reader's module and function, imported when a source of that format is there
READERS = {
    **dict.fromkeys(SPREADSHEETS, "workbook.spreadsheet:read_spreadsheet"),
    "parquet": "database.parquet:read_parquet",
    "sqlite": "database.sqlite:read_sqlite",
    "access": "database.access:read_access",
}
TEXT_READERS = {
    "delimited": "delimited.delimited:read_delimited",
    "fixed_width": "fixed_width.fixed_width:read_fixed_width",
    "json": "json.text:read_json",
    "json_lines": "json.text:read_json",
    "sql_dump": "sql.dump:read_sql_dump",
    "markup": "markup.markup:read_markup",
}


@dataclass(frozen=True)
class Reading:
    """What was read, the sources that could not be read at all, and the members that hold no table (documents)."""

    tables: tuple[LoadedTable, ...]
    unreadable: tuple[UnreadableSource, ...]
    documents: tuple[Source, ...] = ()

    @property
    def sources(self) -> tuple[Source, ...]:
        """The account of every table, in their order, then of what holds no table."""
        return (*(one.source for one in self.tables), *self.documents)


def no_password(_: str) -> str | None:
    """Nobody to ask."""
    return None


def read_sources(
    paths: Sequence[Path],
    connection: Any,
    progress: Progress = lambda _: None,
    *,
    decisions: Decisions | None = None,
    password: Passwords = no_password,
) -> Reading:
    """Every source into the workspace; an unreadable one is set aside and the others are still read.

    `decisions` hold the limits, and the rules that take rejects back in. UnreadableSource (the first one's) where
    none could be read.
    """
    decisions = decisions or Decisions()
    intake = Intake(connection, decisions.limits, progress)
    unreadable: list[UnreadableSource] = []
    documents: list[Source] = []
    known: list[str] = []  # passwords that opened an archive
    for source in group_parts(paths):
        try:
            require_readable(source.parts)
            box = Unpacking(intake.limits, password, connection, known=known)
            _read_blob(Blob.of_file(source), intake, box, unreadable, documents)
        except UnreadableSource as error:
            unreadable.append(error)
    if not intake.tables:
        raise unreadable[0] if unreadable else _nothing_to_read(documents)
    tables = tuple(take_back(one, decisions.reject, connection) for one in intake.tables)
    return Reading(tables, tuple(unreadable), tuple(documents))


def _nothing_to_read(documents: Sequence[Source]) -> UnreadableSource:
    name = documents[0].file if documents else "?"
    return UnreadableSource(
        f"{name} : aucune table ({len(documents)} document(s), image(s) ou fichier(s) vides).",
        f"{name}: no table ({len(documents)} document(s), image(s) or empty files).",
    )


def require_readable(parts: Sequence[Path]) -> None:
    """UnreadableSource where a file is missing, a folder, unreadable or empty; its content is not looked at."""
    for path in parts:
        try:
            if not (path.is_file() or path.is_dir()) and path.exists():
                raise UnreadableSource(
                    f"{path.name} : ce n'est pas un fichier ordinaire (tube, périphérique) ; donnez un fichier.",
                    f"{path.name}: this is no ordinary file (a pipe, a device); name a file.",
                )
            with path.open("rb") as handle:
                empty = not handle.read(1)
        except IsADirectoryError:
            raise UnreadableSource(
                f"{path.name} : c'est un dossier ; donnez les fichiers.", f"{path.name}: this is a folder; name files."
            ) from None
        except OSError:
            raise UnreadableSource(
                f"{path.name} : fichier introuvable ou illisible.", f"{path.name}: file missing or unreadable."
            ) from None
        if empty:
            raise UnreadableSource(
                f"{path.name} : le fichier est vide (0 octet).", f"{path.name}: the file is empty (0 bytes)."
            )


def _read_blob(
    blob: Blob, intake: Intake, box: Unpacking, unreadable: list[UnreadableSource], documents: list[Source]
) -> None:
    """One blob by the reader of its format; an archive's members one by one, each on its own account."""
    kind = sniff(blob)
    if kind in ARCHIVES:
        for member in members(blob, kind, box):
            try:
                if isinstance(member, UnreadableSource):
                    raise member
                _read_blob(member, intake, box.inside(), unreadable, documents)
            except UnreadableSource as error:
                unreadable.append(error)
        return
    if blob.member and kind in DOCUMENTS:
        documents.append(_document(blob, kind))
        return
    if kind in READERS:
        _reader(READERS[kind])(blob, intake)
    elif kind == "text":
        text = open_text(blob)
        _reader(TEXT_READERS[text.format])(text, intake)
    else:
        raise refusal(blob, kind)


def _reader(place: str) -> Callable[..., None]:
    module, function = place.split(":")
    found: Callable[..., None] = getattr(import_module(f"breachkit.reading.{module}"), function)
    return found


def _document(blob: Blob, kind: str) -> Source:
    """The account of a member that holds no table: told, not analysed."""
    size = sum(len(chunk) for chunk in _chunks(blob))
    return Source(
        file=blob.source.name, sha256=blob.source.sha256, bytes=blob.source.size, format=kind, encoding=None,
        compression=blob.compression, member=blob.member, content_bytes=size, table=None,
        physical_lines=0, records=0, loaded=0, repaired=0, rejected=0,
    )  # fmt: skip


def _chunks(blob: Blob) -> Iterator[bytes]:
    from breachkit.reading.blob import chunks

    return chunks(blob.opener)
