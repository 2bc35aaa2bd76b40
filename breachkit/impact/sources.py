"""Sources, tables and columns: what was read, and the account of every record."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from breachkit.impact.base import Frozen, Natural, Reason, Role, Share


class Source(Frozen):
    """One file, table of a dump or archive member, and the account of every record in it."""

    file: str = Field(description="base name of the file, without its folder")
    sha256: str
    bytes: Natural
    format: str
    encoding: str | None
    compression: str | None = None
    member: str | None = None
    content_sha256: str | None = Field(default=None, description="digest of what was read, once decompressed")
    content_bytes: Natural | None = Field(default=None, description="bytes of what was read, once decompressed")
    truncated: bool = Field(default=False, description="the file ends too early: what follows was lost before it came")
    table: str | None
    physical_lines: Natural = Field(description="lines of the file that belong to this table; rows where it has none")
    header_lines: Natural = 0
    blank_lines: Natural = 0
    other_lines: Natural = Field(default=0, description="preamble, footer, statements that hold no record")
    record_lines: Natural | None = Field(default=None, description="lines on which records stand")
    records: Natural
    loaded: Natural
    repaired: Natural
    rejected: Natural
    repaired_by_reason: dict[str, Natural] = Field(default_factory=dict)
    rejected_by_reason: dict[str, Natural] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _adds_up(self) -> Source:
        if self.records != self.loaded + self.rejected or self.repaired > self.loaded:
            raise ValueError("the ledger of a source does not add up")
        explained = self.header_lines + self.blank_lines + self.other_lines
        if self.record_lines is not None and explained + self.record_lines != self.physical_lines:
            raise ValueError("the lines of a source do not add up")
        return self


class Shape(Frozen):
    """What many values of a column look like: letters and digits masked, `Aaaa`, `99/99/9999`."""

    shape: str
    share: Share


class Column(Frozen):
    """What one column holds: one id of fields.tsv, how surely, and on what evidence."""

    name: str = Field(description="header as found; « colonne N » where the header may itself be a value")
    position: Natural = Field(description="1 for the leftmost column")
    field: str
    cnil_type: str
    edpb_code: str | None
    sensitivity: Annotated[int, Field(ge=0, le=3)]
    special_category: str | None
    filled: Natural = Field(description="records with something other than blanks or a word for nothing")
    valid: Natural = Field(description="records whose value passes the field's own check, placeholders excluded")
    placeholders: Natural = 0
    mojibake: Natural = Field(default=0, description="cells whose accents were badly decoded before, put right")
    distinct: Natural
    confidence: Share
    decided_by: Literal["rule", "person"] = "rule"
    evidence: tuple[Reason, ...]
    shapes: tuple[Shape, ...] = Field(default=(), description="commonest masked shapes; none where all are rare")


class Table(Frozen):
    """One table of the extract."""

    name: str
    source: str
    role: Role
    rows: Natural
    columns: tuple[Column, ...]
