"""`breachkit inspect`: what the sources are and what their columns hold, without writing anything."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from breachkit import workspace
from breachkit.case import Decisions, load_decisions
from breachkit.errors import Language, UnreadableSource
from breachkit.fields.row_roles import REASON as ROW_ROLES_REASON
from breachkit.impact import Source, Table
from breachkit.pipeline import Steps, inspect, tables_of, unmatched_decisions
from breachkit.reference.catalogue import field_label, load_toml
from breachkit.report.wording import wording


@dataclass(frozen=True)
class Inspection:
    """The sources and tables of an extract, as in the impact, and the sources that could not be read.

    `sources` begins with one entry for each table, in the order of `tables`; those that hold no table follow.
    """

    sources: tuple[Source, ...]
    tables: tuple[Table, ...]
    unreadable: tuple[UnreadableSource, ...]
    unmatched: int = 0  # decisions about a table or column that this extract does not have

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
    """The inspection of the sources, in a workspace held in memory; what it spills is encrypted and removed."""
    decided = load_decisions(decisions) if decisions else Decisions()
    with (
        tempfile.TemporaryDirectory(prefix="breachkit-") as folder,
        workspace.create_in_memory(Path(folder), threads=threads, memory=memory, readable=sources) as connection,
    ):
        reading, classified = inspect(sources, connection, decisions=decided, steps=steps)
        tables = tables_of(classified, connection)
    return Inspection(reading.sources, tables, reading.unreadable, unmatched_decisions(decided, classified))


def inspection_text(found: Inspection, language: Language) -> str:
    """The inspection as a person reads it."""
    lines: list[str] = []
    for source, table in zip(found.sources, found.tables, strict=False):
        lines += [*_source_lines(source, table.role, language), *_column_lines(table, language), ""]
    lines += [_document_line(one, language) for one in found.sources[len(found.tables) :]]
    return "\n".join(lines)


def _place(source: Source) -> str:
    return " › ".join(part for part in (source.file, source.member) if part)


def _source_lines(source: Source, role: str, language: Language) -> list[str]:
    words, labels = load_toml("inspection.toml")[language], wording(language)
    facts = source.model_dump() | {"record_lines": source.record_lines or 0}
    lines = [
        words["source"].format(
            place=_place(source),
            bytes=source.bytes,
            format=labels.label("formats", source.format),
            encoding=f", {source.encoding}" if source.encoding else "",
            compression=f", {source.compression}" if source.compression else "",
        ),
        words["table"].format(table=source.table, role=words["roles"][role]),
        words["ledger"].format(**facts),
    ]
    for key in ("repaired", "rejected"):
        for reason, count in getattr(source, f"{key}_by_reason").items():
            told = labels.label("reading_reasons", reason)
            lines.append(words["reason"].format(state=words[key], reason=told, count=count))
    return [*lines, words["truncated"]] if source.truncated else lines


def _column_lines(table: Table, language: Language) -> list[str]:
    width = max((len(column.name) for column in table.columns), default=0)
    lines: list[str] = []
    for one in table.columns:
        lines.append(
            f"  {one.position:>3}  {one.name:<{width}}  {field_label(one.field, language)} ({one.confidence:.0%})"
        )
        # Whose the rows are changes every count: told at once, to be checked.
        lines += [f"       {getattr(reason, language)}" for reason in one.evidence if reason.id == ROW_ROLES_REASON]
    return lines


def _document_line(source: Source, language: Language) -> str:
    words = load_toml("inspection.toml")[language]
    return str(words["document"].format(place=_place(source), format=wording(language).label("formats", source.format)))
