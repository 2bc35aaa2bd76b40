"""The private workspace: one encrypted DuckDB database per case, memory-bounded and cut off from the rest.

Everything that may hold a value of the extract lives here and nowhere else: the loaded tables `w.t1`, `w.t2`…,
the rejected records, the distinct notes, the links between records. The database is attached as `w`.

Encryption: AES-256 by DuckDB, of the file, of its write-ahead log and of spilled blocks. DuckDB's built-in
mbedTLS has no certified random generator, so writing asks for `force_mbedtls_unsafe`; the initialisation vectors
are then weaker than with OpenSSL, which is only in an extension that cannot be had offline (docs/methode.md).
"""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from breachkit.errors import UsageError

REJECTS = "CREATE TABLE w.rejects (source INTEGER, record BIGINT, line BIGINT, reason VARCHAR, raw VARCHAR)"
HASH_BLOCK = 64  # bytes of a block of SHA-256
DISK_FULL = ("No space left", "File too large", "Disk quota exceeded")
DEFAULT_MEMORY = "1500MB"  # leaves room for Python and the column kernels within 3 GB


def is_disk_full(error: BaseException) -> bool:
    """Whether an error of DuckDB, of whatever kind, says that the disk takes no more."""
    return "duckdb" in type(error).__module__ and any(word in str(error) for word in DISK_FULL)


def quote(name: str) -> str:
    """A SQL identifier, quoted."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """A SQL string literal."""
    return "'" + text.replace("'", "''") + "'"


def row(connection: Any, sql: str, parameters: list[Any] | None = None) -> tuple[Any, ...]:
    """The one row of a query. Read whole: DuckDB 2 refuses further work while a result is unfinished."""
    found = connection.execute(sql, parameters or []).fetchall()
    return tuple(found[0])


def keyed_digest(text: str, key: bytes) -> tuple[str, list[bytes]]:
    """SQL of the HMAC-SHA256 of a text column under a key, its first 128 bits in hexadecimal, and its two parameters.

    Without the key a digest tells nothing, and texts cannot be guessed and tried one after the other.
    """
    block = key.ljust(HASH_BLOCK, b"\0")
    inner, outer = (bytes(byte ^ pad for byte in block) for pad in (0x36, 0x5C))
    digest = f"left(sha256(CAST(? AS BLOB) || unhex(sha256(CAST(? AS BLOB) || encode({text})))), 32)"
    return digest, [outer, inner]


def default_threads() -> int:
    """The processors this process may use."""
    affinity = getattr(os, "sched_getaffinity", None)
    return len(affinity(0)) if affinity else os.cpu_count() or 1


def spill_folder(path: Path) -> Path:
    """Where this workspace spills, encrypted: a folder named after it, so that no folder of the user's is touched."""
    return path.with_name(f".{path.name}.spill")


def _settings(path: Path, threads: int, memory: str) -> list[str]:
    return [
        f"SET threads={threads}",
        f"SET memory_limit={literal(memory)}",
        f"SET temp_directory={literal(str(spill_folder(path)))}",
        "SET temp_file_encryption=true",
        "SET force_mbedtls_unsafe='true'",
        "SET autoinstall_known_extensions=false",
        "SET autoload_known_extensions=false",
        "SET allow_community_extensions=false",
        "SET enable_progress_bar=false",
        # A list after IN becomes a join otherwise: thirty times slower, and columns nobody asks for are computed.
        "SET disabled_optimizers='in_clause'",
        "SET preserve_insertion_order=true",
    ]


def _lock_down(folder: Path, readable: Sequence[Path]) -> list[str]:
    paths = ", ".join(literal(str(path)) for path in readable)
    return [
        f"SET allowed_directories=[{literal(str(folder))}]",
        f"SET allowed_paths=[{paths}]",
        "SET enable_external_access=false",
        "SET lock_configuration=true",
    ]


def _open(path: Path, threads: int | None, memory: str | None) -> Any:
    """A connection with our settings, which spills beside `path`; nothing is attached yet."""
    import duckdb

    connection = duckdb.connect(":memory:")
    try:
        for statement in _settings(path.resolve(), threads or default_threads(), memory or DEFAULT_MEMORY):
            connection.execute(statement)
    except duckdb.Error:
        connection.close()
        raise UsageError(
            "Réglage refusé : --memory attend une taille comme 2GB, --threads un nombre d'au moins 1.",
            "Setting refused: --memory takes a size such as 2GB, --threads a number of at least 1.",
        ) from None
    return connection


def _connect(path: Path, key: str, threads: int | None, memory: str | None, readable: Sequence[Path] = ()) -> Any:
    import duckdb

    folder = path.parent.resolve()
    connection = _open(path, threads, memory)
    try:
        connection.execute(f"ATTACH {literal(str(path.resolve()))} AS w (ENCRYPTION_KEY {literal(key)})")
    except duckdb.Error as error:
        connection.close()
        if is_disk_full(error):
            raise OSError(errno.ENOSPC, "workspace") from None
        raise UsageError(
            "L'espace de travail ne s'ouvre pas avec cette clé, ou il est utilisé par un autre programme.",
            "The workspace does not open with this key, or another program is using it.",
        ) from None
    for statement in _lock_down(folder, readable):
        connection.execute(statement)
    return connection


@contextmanager
def create(
    path: Path, key: str, *, threads: int | None = None, memory: str | None = None, readable: Sequence[Path] = ()
) -> Iterator[Any]:
    """A connection to a new, empty workspace at `path`, which must not exist yet.

    `readable` are the files of the extract: besides its own folder, DuckDB may open these alone.
    `memory` is a DuckDB size ("2GB"). UsageError where a setting is refused or the path is taken.
    """
    if path.exists():
        raise UsageError(
            "L'emplacement de l'espace de travail est déjà pris ; rien n'a été touché.",
            "The place of the workspace is taken already; nothing was touched.",
        )
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    connection = _connect(path, key, threads, memory, readable)
    path.chmod(0o600)
    try:
        connection.execute(REJECTS)
        yield connection
    finally:
        connection.close()


@contextmanager
def create_in_memory(
    folder: Path, *, threads: int | None = None, memory: str | None = None, readable: Sequence[Path] = ()
) -> Iterator[Any]:
    """A connection to a workspace that is never a file: what memory cannot hold spills, encrypted, under `folder`."""
    connection = _open(folder / "memory", threads, memory)
    try:
        connection.execute("ATTACH ':memory:' AS w")
        for statement in _lock_down(folder.resolve(), readable):
            connection.execute(statement)
        connection.execute(REJECTS)
        yield connection
    finally:
        connection.close()


@contextmanager
def reopen(path: Path, key: str, *, threads: int | None = None, memory: str | None = None) -> Iterator[Any]:
    """A connection to an existing workspace; UsageError where it is missing or the key is not its own."""
    if not path.exists():
        raise UsageError(
            "L'espace de travail n'existe plus (ou pas encore) ; relancez « breachkit run ».",
            "The workspace is gone (or not made yet); run “breachkit run” again.",
        )
    connection = _connect(path, key, threads, memory)
    try:
        yield connection
    finally:
        connection.close()


def files_of(path: Path) -> list[Path]:
    """The files of a workspace that are there: its database, its log, what it spilled."""
    spilled = sorted(spill_folder(path).rglob("*")) if spill_folder(path).is_dir() else []
    return [one for one in (path, path.with_name(path.name + ".wal"), *spilled) if one.is_file()]


def destroy(path: Path) -> None:
    """Removes a workspace's database, its log and what it spilled; nothing else."""
    for one in (path, path.with_name(path.name + ".wal")):
        one.unlink(missing_ok=True)
    shutil.rmtree(spill_folder(path), ignore_errors=True)
