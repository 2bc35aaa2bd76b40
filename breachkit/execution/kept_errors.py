"""The full errors of the sheets that failed, kept in the encrypted workspace: they may quote values of the extract.

What is released, the ledger and every message tell the kind of an error only. Whoever holds the case's key reads the
rest here, on a screen; it goes with the workspace when that is purged.
"""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from breachkit import case, workspace
from breachkit.errors import Language
from breachkit.execution.console import say
from breachkit.execution.places import WORKSPACE
from breachkit.execution.sheet import Made

TABLE = "w.sheet_errors"
CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")  # a value of the extract must not command a terminal


def keep_error(connection: Any | None, made: Made) -> None:
    """Notes why a sheet failed, in the stead of what was known of it; a sheet that is done has no error any more.

    Nothing where there is no workspace to keep it.
    """
    import duckdb

    if connection is None:
        return
    with suppress(duckdb.Error):  # a full disk, say: the batch goes on, its ledger tells the kind
        _note(connection, made)


def _note(connection: Any, made: Made) -> None:
    connection.execute(
        f"CREATE TABLE IF NOT EXISTS {TABLE} (controller VARCHAR, noted TIMESTAMP, kind VARCHAR, text VARCHAR)"
    )
    connection.execute(f"DELETE FROM {TABLE} WHERE controller = ?", [made.controller])
    if made.error:
        text = made.trace.encode("utf-8", "replace").decode("utf-8")
        row = [made.controller, datetime.now(UTC).replace(tzinfo=None), made.error, text]
        connection.execute(f"INSERT INTO {TABLE} VALUES (?, ?, ?, ?)", row)


def errors_told(out: Path, language: Language) -> str:
    """The errors kept in the workspace of a run, as lines for the person who holds its key.

    UsageError where the workspace or its key is gone.
    """
    database = out / WORKSPACE
    with workspace.reopen(database, case.read_key(database)) as connection:
        (known,) = workspace.row(
            connection, "SELECT count(*) FROM duckdb_tables() WHERE database_name = 'w' AND table_name = 'sheet_errors'"
        )
        found = (
            connection.execute(f"SELECT controller, noted, kind, text FROM {TABLE} ORDER BY controller").fetchall()
            if known
            else []
        )
    if not found:
        return say("no_kept_error", language) + "\n"
    lines = [say("kept_errors", language)]
    for controller, noted, kind, text in found:
        lines += ["", f"== {controller} · {kind} · {noted:%Y-%m-%d %H:%M} UTC", text or say("no_error_text", language)]
    return CONTROLS.sub("\ufffd", "\n".join(lines)) + "\n"
