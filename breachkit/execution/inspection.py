"""`breachkit inspect`: what the sources are and what their columns hold, without writing anything."""

from __future__ import annotations

import secrets
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from breachkit import assembly, workspace
from breachkit.case import Decisions, load_decisions
from breachkit.errors import Language, UnreadableSource
from breachkit.impact import Source, Table
from breachkit.pipeline import Steps, inspect
from breachkit.reference.catalogue import field_label, load_toml


@dataclass(frozen=True)
class Inspection:
    """The sources and tables of an extract, as in the impact, and the sources that could not be read."""

    sources: tuple[Source, ...]
    tables: tuple[Table, ...]
    unreadable: tuple[UnreadableSource, ...]

    @property
    def document(self) -> dict[str, Any]:
        """{"sources": [...], "tables": [...]}, as in impact.json."""
        return {
            "sources": [one.model_dump(mode="json") for one in self.sources],
            "tables": [one.model_dump(mode="json") for one in self.tables],
        }


def inspection(
    sources: Sequence[Path],
    decisions: Path | None = None,
    *,
    threads: int | None = None,
    memory: str | None = None,
    steps: Steps | None = None,
) -> Inspection:
    """The inspection of the sources, in a workspace whose key is forgotten and whose file is removed at the end."""
    decided = load_decisions(decisions) if decisions else Decisions()
    with tempfile.TemporaryDirectory(prefix="breachkit-") as folder:
        database = Path(folder) / "case.duckdb"
        with workspace.create(database, secrets.token_hex(32), threads=threads, memory=memory) as connection:
            reading, classified = inspect(sources, connection, decisions=decided, steps=steps)
            tables = tuple(assembly.table_of(one.loaded, one.verdicts, one.role) for one in classified)
    return Inspection(tuple(one.source for one in reading.tables), tables, reading.unreadable)


def inspection_text(found: Inspection, language: Language) -> str:
    """The inspection as a person reads it."""
    words = load_toml("inspection.toml")[language]
    lines: list[str] = []
    for source, table in zip(found.sources, found.tables, strict=True):
        lines.append(words["source"].format(file=source.file, bytes=source.bytes, encoding=source.encoding))
        lines.append(words["ledger"].format(**source.model_dump()))
        for key in ("repaired_by_reason", "rejected_by_reason"):
            for reason, count in getattr(source, key).items():
                lines.append(f"    {words['reasons'][reason]} : {count}")
        lines.append(words["role"].format(role=words["roles"][table.role]))
        width = max((len(column.name) for column in table.columns), default=0)
        for column in table.columns:
            label = field_label(column.field, language)
            lines.append(f"  {column.position:>3}  {column.name:<{width}}  {label} ({column.confidence:.0%})")
        lines.append("")
    return "\n".join(lines)
