"""Rejected records that a person's rule takes back in (`[[reject]]` of decisions.toml).

Only what a rule makes into exactly one record comes back; the rest stays rejected. A record taken back counts as
repaired, for the reason `taken_back`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import polars as pl

from breachkit.case import RejectDecision
from breachkit.reading.delimited.dialect import cut
from breachkit.reading.table_writer import LoadedTable, column_names
from breachkit.workspace import row


def take_back(loaded: LoadedTable, rules: Sequence[RejectDecision], connection: Any) -> LoadedTable:
    """The table with the rejects that its rules take back, and its account; the same where no rule is for it."""
    for rule in rules:
        if rule.table == loaded.name and loaded.delimiter and rule.rejected in loaded.source.rejected_by_reason:
            loaded = _apply(loaded, rule, connection)
    return loaded


def applies(loaded: LoadedTable, rule: RejectDecision) -> bool:
    """Whether a rule is for this table, and names a column that it has."""
    return rule.table == loaded.name and bool(loaded.delimiter) and rule.column in (None, *loaded.headers)


def _apply(loaded: LoadedTable, rule: RejectDecision, connection: Any) -> LoadedTable:
    number = int(loaded.table.removeprefix("w.t"))
    rejects = connection.execute(
        "SELECT record, line, raw FROM w.rejects WHERE source = ? AND reason = ? ORDER BY record",
        [number, rule.rejected],
    ).fetchall()
    width = len(loaded.columns)
    read = ((record, line, _cells(raw, rule, loaded)) for record, line, raw in rejects)
    rows = [(record, line, *cells) for record, line, cells in read if cells is not None and len(cells) == width]
    if not rows:
        return loaded
    schema = {"_record": pl.Int64, "_line": pl.Int64, **dict.fromkeys(column_names(width), pl.String)}
    connection.register("block", pl.DataFrame(rows, schema=schema, orient="row").to_arrow())
    connection.execute(f"INSERT INTO {loaded.table} SELECT * FROM block")
    connection.execute("DELETE FROM w.rejects WHERE source = ? AND record IN (SELECT _record FROM block)", [number])
    connection.unregister("block")
    return _counted(loaded, rule, len(rows), connection)


def _cells(raw: str, rule: RejectDecision, loaded: LoadedTable) -> list[str] | None:
    """The cells of one reject under a rule, or None where the rule makes no record of it."""
    delimiter, width = loaded.delimiter or "", len(loaded.columns)
    if rule.take == "as_text":
        return raw.split(delimiter)
    cells = cut(raw, delimiter)
    if rule.take == "pad":
        return [*cells, *[""] * (width - len(cells))]
    if rule.column not in loaded.headers or len(cells) < width:
        return None
    at, surplus = loaded.headers.index(rule.column), len(cells) - width
    return [*cells[:at], delimiter.join(cells[at : at + surplus + 1]), *cells[at + surplus + 1 :]]


def _counted(loaded: LoadedTable, rule: RejectDecision, taken: int, connection: Any) -> LoadedTable:
    source = loaded.source
    rejected = {**source.rejected_by_reason, rule.rejected: source.rejected_by_reason[rule.rejected] - taken}
    repaired = {**source.repaired_by_reason, "taken_back": source.repaired_by_reason.get("taken_back", 0) + taken}
    (stored,) = row(connection, f"SELECT count(*) FROM {loaded.table}")
    account = source.model_copy(
        update={
            "loaded": stored,
            "rejected": source.rejected - taken,
            "repaired": source.repaired + taken,
            "repaired_by_reason": dict(sorted(repaired.items())),
            "rejected_by_reason": {reason: count for reason, count in rejected.items() if count},
        }
    )
    return replace(loaded, source=type(source).model_validate(account.model_dump()))
