"""Sources into the workspace: one table `w.tN` for each, and its ledger."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from breachkit.errors import UnreadableSource
from breachkit.impact import Source
from breachkit.reading.decode import DAMAGE_MARK, SourceBytes, examine, text_blocks
from breachkit.reading.delimited import DelimitedReader, Sinks, column_names
from breachkit.reading.dialect import SAMPLE_LINES, Dialect, detect
from breachkit.reading.ledger import Ledger
from breachkit.workspace import row

Progress = Callable[[int], None]  # called with the bytes read since the last call


@dataclass(frozen=True)
class LoadedTable:
    """A table of the workspace: its qualified name, its columns and their headers, and its source's account."""

    table: str
    name: str
    columns: tuple[str, ...]
    headers: tuple[str, ...]
    source: Source


@dataclass(frozen=True)
class Reading:
    """What was read, and the sources that could not be read at all."""

    tables: tuple[LoadedTable, ...]
    unreadable: tuple[UnreadableSource, ...]


def read_sources(paths: Sequence[Path], connection: Any, progress: Progress = lambda _: None) -> Reading:
    """Every source into the workspace; an unreadable one is set aside and the others are still read.

    UnreadableSource (the first one's) where none could be read.
    """
    tables: list[LoadedTable] = []
    unreadable: list[UnreadableSource] = []
    names = _distinct_names(paths)
    for path, name in zip(paths, names, strict=True):
        try:
            tables.append(_read_one(path, name, len(tables) + 1, connection, progress))
        except UnreadableSource as error:
            unreadable.append(error)
    if not tables:
        raise unreadable[0]
    return Reading(tuple(tables), tuple(unreadable))


def require_readable(path: Path) -> None:
    """UnreadableSource where a file is missing, a folder, unreadable or empty; its content is not looked at."""
    try:
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


def _distinct_names(paths: Sequence[Path]) -> list[str]:
    """Base names, told apart where two sources share one."""
    seen: dict[str, int] = {}
    names = []
    for path in paths:
        seen[path.name] = seen.get(path.name, 0) + 1
        names.append(path.name if seen[path.name] == 1 else f"{path.name} ({seen[path.name]})")
    return names


def _read_one(path: Path, name: str, number: int, connection: Any, progress: Progress) -> LoadedTable:
    found = examine(path)
    dialect = _dialect(path, found)
    table = f"w.t{number}"
    columns = ", ".join(f"{column} VARCHAR" for column in column_names(dialect.cells))
    connection.execute(f"CREATE OR REPLACE TABLE {table} (_record BIGINT, _line BIGINT, {columns})")
    reader = DelimitedReader(
        dialect,
        Sinks(
            lambda frame: _insert(connection, f"INSERT INTO {table} SELECT * FROM block", frame),
            lambda frame: _insert(connection, f"INSERT INTO w.rejects SELECT {number}, * FROM block", frame),
        ),
    )
    ledger = reader.read(_told(text_blocks(path, found.encoding), progress))
    (stored,) = row(connection, f"SELECT count(*) FROM {table}")
    (rejects,) = row(connection, "SELECT count(*) FROM w.rejects WHERE source = ?", [number])
    ledger.check(stored=stored, stored_rejects=rejects)
    return LoadedTable(table, name, tuple(column_names(dialect.cells)), dialect.names, _account(name, found, ledger))


def _dialect(path: Path, found: SourceBytes) -> Dialect:
    first = next(text_blocks(path, found.encoding, 1 << 18), "").replace(DAMAGE_MARK, "")
    lines = list(itertools.islice(first.split("\n"), SAMPLE_LINES + 1))
    if not first.strip():
        raise UnreadableSource(
            f"{path.name} : le fichier ne contient que des lignes vides.",
            f"{path.name}: the file holds blank lines only.",
        )
    if found.size < 1 << 18:
        return detect(lines)
    return detect(lines[:-1] or lines)  # the last line of the sample may be cut


def _told(blocks: Iterator[str], progress: Progress) -> Iterator[str]:
    for block in blocks:
        yield block
        progress(len(block))


def _insert(connection: Any, statement: str, frame: pl.DataFrame) -> None:
    connection.register("block", frame.to_arrow())
    connection.execute(statement)
    connection.unregister("block")


def _account(name: str, found: SourceBytes, ledger: Ledger) -> Source:
    return Source(
        file=name,
        sha256=found.sha256,
        bytes=found.size,
        format="delimited",
        encoding=found.encoding.removesuffix("-sig"),
        table=name,
        physical_lines=ledger.physical_lines,
        header_lines=ledger.header_lines,
        blank_lines=ledger.blank_lines,
        records=ledger.records,
        loaded=ledger.loaded,
        repaired=ledger.repaired,
        rejected=ledger.rejected,
        repaired_by_reason=dict(sorted(ledger.repaired_by_reason.items())),
        rejected_by_reason=dict(sorted(ledger.rejected_by_reason.items())),
    )
