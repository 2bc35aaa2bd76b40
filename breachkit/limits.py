"""How far a source may go: nobody knows who made the file.

Each limit is a setting (`[limits]` of decisions.toml) with a default that an honest extract does not reach. Defaults
are choices.
"""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

MEGABYTE = 1 << 20
GIGABYTE = 1 << 30


class Limits(BaseModel):
    """The limits of one reading; a source that passes one is refused with a sentence that names it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    archive_depth: int = Field(5, ge=1, description="archives in archives")
    archive_members: int = Field(100_000, ge=1, description="members of one archive")
    unpacked_bytes: int = Field(
        200 * GIGABYTE, ge=1, description="bytes unpacked from one source, nested archives included"
    )
    unpacked_ratio: int = Field(
        1_100, ge=1, description="bytes unpacked for one byte packed; deflate cannot pass 1 032"
    )
    memory_bytes: int = Field(
        64 * MEGABYTE, ge=1, description="bytes of a member held in memory; a larger one goes to the case folder"
    )
    workbook_bytes: int = Field(2 * GIGABYTE, ge=1, description="bytes of a workbook once unpacked")
    columns: int = Field(4_096, ge=1, description="columns of one table")
    tables: int = Field(2_000, ge=1, description="tables of one source")
    cell_characters: int = Field(16 * MEGABYTE, ge=1, description="characters of one cell or one line")
    nesting: int = Field(64, ge=1, description="levels of a JSON value")
