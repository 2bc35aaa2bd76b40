"""The words of an output, whatever its format: what a reader or a search tool could find in it."""

from __future__ import annotations

import html
import io
import json
import re
import zipfile
from pathlib import Path

TEXT_SUFFIXES = {".md", ".typ", ".csv", ".txt", ".toml"}
JSON_SUFFIXES = {".json", ".ipynb"}
MARKUP_SUFFIXES = {".html", ".svg", ".xml"}
# Images are drawn from the same figures as the SVG beside them, whose text is searched.
IMAGE_SUFFIXES = {".png"}
NOT_SHOWN = re.compile(r"<(script|style)\b.*?</\1>", re.DOTALL | re.IGNORECASE)
EMBEDDED = re.compile(r"data:[\w/+.-]+;base64,[A-Za-z0-9+/=]+")
TAG = re.compile(r"<[^>]*>")


def text_of(path: Path) -> str:
    """The text of an output; ValueError for a format this gate cannot read, which is then not released."""
    suffix = path.suffix.lower()
    if suffix in IMAGE_SUFFIXES:
        return path.stem
    if suffix == ".pdf":
        return _pdf_text(path)
    if suffix == ".xlsx":
        return _workbook_text(path)
    text = path.read_text(encoding="utf-8")
    if suffix in JSON_SUFFIXES:
        return "\n".join(_strings(json.loads(text)))
    if suffix in MARKUP_SUFFIXES:
        return _markup_text(text)
    if suffix in TEXT_SUFFIXES:
        return html.unescape(text)
    raise ValueError("unknown format of an output")


def _markup_text(text: str) -> str:
    return html.unescape(TAG.sub("\n", EMBEDDED.sub(" ", NOT_SHOWN.sub(" ", text))))


def _strings(value: object) -> list[str]:
    """Every string of a JSON document, without its keys (LABEL is somebody's name too), HTML read as a page is.

    Images of a notebook are left out.
    """
    if isinstance(value, str):
        return [_markup_text(value)] if "<" in value else [value]
    if isinstance(value, list):
        joined = "".join(value) if value and all(isinstance(one, str) for one in value) else None
        return _strings(joined) if joined is not None else [text for one in value for text in _strings(one)]
    if isinstance(value, int | float) and not isinstance(value, bool):
        return [str(value)]
    if isinstance(value, dict):
        return [text for key, one in value.items() if key != "image/png" for text in _strings(one)]
    return []


def _workbook_text(path: Path) -> str:
    """Every text of every part of a workbook (cells, comments, properties), and the names of its parts."""
    try:
        with zipfile.ZipFile(path) as book:
            parts = [book.read(name).decode("utf-8", "replace") for name in book.namelist()]
            return "\n".join([*book.namelist(), *(_markup_text(part) for part in parts)])
    except zipfile.BadZipFile:
        raise ValueError("unreadable workbook") from None


def _pdf_text(path: Path) -> str:
    from pypdf import PdfReader

    reader = PdfReader(io.BytesIO(path.read_bytes()))
    parts = [page.extract_text() for page in reader.pages]
    parts += [str(value) for value in (reader.metadata or {}).values()]
    for name, contents in reader.attachments.items():
        for content in contents:
            text = content.decode("utf-8", "replace")
            parts += _strings(json.loads(text)) if name.endswith(".json") else [text]
    return "\n".join(parts)
