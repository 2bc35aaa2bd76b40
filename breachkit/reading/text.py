"""A blob that is text: its encoding, its lines, and which of the text formats it is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from breachkit.reading.blob import CHUNK_BYTES, Blob
from breachkit.reading.encodings.decode import SourceBytes, examine, head_text, text_blocks
from breachkit.reading.table_writer import Content

SAMPLE_CHARACTERS = 1 << 18
HTML_PAGE = re.compile(r"(?:[\s\ufeff]|<\?xml[^>]*>|<!--.*?-->)*<(?:!doctype\s+html|html)\b", re.I | re.S)


@dataclass(frozen=True)
class Text:
    """A text: its blob, what the examination of all its bytes found, and its format."""

    blob: Blob
    found: SourceBytes
    format: str

    @property
    def content(self) -> Content:
        """What a table of this text tells of it."""
        return Content(self.format, self.found.sha256, self.found.size, self.found.encoding.removesuffix("-sig"))

    def blocks(self, characters: int = CHUNK_BYTES) -> Iterator[str]:
        """The text in blocks of whole lines, each ended by LF; only the last may lack it."""
        return text_blocks(self.blob, self.found, characters)

    @cached_property
    def sample(self) -> list[str]:
        """The first lines, whole, without marks of damage."""
        return sample_lines(self.blob, self.found)


def sample_lines(blob: Blob, found: SourceBytes) -> list[str]:
    """The first lines of a text, whole, without marks of damage."""
    first = head_text(blob, found, SAMPLE_CHARACTERS)
    lines = first.split("\n")
    if lines and not lines[-1]:
        lines.pop()
    # What is read first of a larger text may end within a record.
    return lines if found.size < SAMPLE_CHARACTERS else lines[:-1] or lines


def open_text(blob: Blob) -> Text:
    """The text of a blob and its format. UnreadableSource where it is no text, or blank."""
    found = examine(blob)
    if blob.path is not None and blob.path in blob.source.parts:
        blob.source.was_digested(found.sha256)
    lines = sample_lines(blob, found)
    if not any(line.strip() for line in lines):
        raise blob.unreadable("le fichier ne contient que des lignes vides.", "the file holds blank lines only.")
    name = text_format(lines)
    if name in ("delimited", "fixed_width") and HTML_PAGE.match("\n".join(lines)):
        name = _page_format(blob, found, lines)
    return Text(blob, found, name)


def _page_format(blob: Blob, found: SourceBytes, lines: list[str]) -> str:
    """markup, where a table may stand further down the page. UnreadableSource where there is none in all of it."""
    from breachkit.reading.markup.markup import MARKS

    if found.size < SAMPLE_CHARACTERS and not any(mark in line.lower() for line in lines for mark in MARKS):
        raise blob.unreadable(
            "page HTML sans table ; c'est peut-être la réponse d'erreur d'un serveur.",
            "HTML page without a table; it may be the error response of a server.",
        )
    return "markup"


def text_format(lines: list[str]) -> str:
    """delimited | fixed_width | json | json_lines | markup | sql_dump, from the first lines.

    Where nothing is sure it is delimited: that reader takes any text, as one column if need be.
    """
    from breachkit.reading.fixed_width.layout import find_fixed
    from breachkit.reading.json.sniff import json_format
    from breachkit.reading.markup.markup import looks_like_markup
    from breachkit.reading.sql.dump import looks_like_sql

    if looks_like_markup(lines):
        return "markup"
    if looks_like_sql(lines):
        return "sql_dump"
    if found := json_format(lines):
        return found
    return "fixed_width" if find_fixed(lines) else "delimited"
