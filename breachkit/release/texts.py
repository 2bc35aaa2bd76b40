"""What a reader or a search tool could find in an output, whatever its format."""

from __future__ import annotations

import base64
import binascii
import html
import io
import json
import re
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import unquote, unquote_to_bytes

from breachkit.release.passages import BARRIER, Passage
from breachkit.release.pdf_texts import pdf_passages
from breachkit.release.picture_texts import png_passages

TAG = re.compile(r"<[^<>]*>")
HIDDEN = re.compile(r"<!--.*?-->|<(script|style)\b[^>]*>.*?</\1\s*>|<!\[CDATA\[.*?\]\]>", re.DOTALL | re.IGNORECASE)
DATA_URI = re.compile(r"data:([\w.+-]+/[\w.+-]+)((?:;[\w=.+-]+)*),([A-Za-z0-9+/=%._~!$&*;:@?-]*)")
LINK = re.compile(r"\S*%[0-9A-Fa-f]{2}\S*")
# The outline of a shape, in an SVG.
OUTLINE = re.compile(r"""\b(?:d|points)=("[MLHVCSQTAZ\d\s.,e+-]*"|'[MLHVCSQTAZ\d\s.,e+-]*')""", re.IGNORECASE)
# What a reader may raise on a file that is damaged in a way its author did not think of.
STUMBLES = (ValueError, RecursionError, ArithmeticError, AttributeError, LookupError, TypeError, OSError)
BIG_NUMBER = 1e9  # a number of JSON with ten digits or more may be an identifier; a smaller one is a figure


def passages_of(path: Path) -> list[Passage]:
    """The passages of an output; ValueError for a format this gate cannot read, which is then not released."""
    return list(_read(path.name, path.read_bytes()))


def readable_passages(path: Path) -> list[Passage] | None:
    """The passages of an output; None where this gate cannot read it, whatever a reader stumbles on."""
    try:
        return passages_of(path)
    except STUMBLES:
        return None


def text_of(path: Path) -> str:
    """All the text of an output; ValueError for a format that is not read."""
    return "\n".join(one.text for one in passages_of(path))


def _read(name: str, content: bytes) -> Iterator[Passage]:
    reader = _READERS.get("." + name.rpartition(".")[2].lower())
    if reader is None:
        raise ValueError("unknown format of an output")
    yield from reader(content)


def _plain(content: bytes) -> Iterator[Passage]:
    text = content.decode("utf-8-sig")
    yield Passage(html.unescape(text))
    yield from _encoded(text)


def _encoded(text: str) -> Iterator[Passage]:
    """The links of a text with their percent signs read, and what its data links hold."""
    for kind, options, body in DATA_URI.findall(text):
        yield from _data(kind, unquote_to_bytes(body), packed=";base64" in options)
    if links := LINK.findall(DATA_URI.sub(" ", text)):
        yield Passage(BARRIER.join(map(unquote, links)), shown=False)


def _data(kind: str, body: bytes, *, packed: bool) -> Iterator[Passage]:
    """The passages of a text or picture written inside another file."""
    if packed:
        try:
            body = base64.b64decode(body, validate=False)
        except binascii.Error:
            raise ValueError("unreadable base64 in an output") from None
    if kind.startswith(("font/", "application/font", "application/x-font")):
        return
    name = {"image/png": "x.png", "image/svg+xml": "x.svg", "application/pdf": "x.pdf", "text/html": "x.html"}.get(kind)
    if name is None and kind.startswith("text/"):
        name = "x.txt"
    if name is None and kind == "application/json":
        name = "x.json"
    if name is None:
        raise ValueError("unknown format inside an output")
    yield from _read(name, body)


def _markup(content: bytes) -> Iterator[Passage]:
    yield from _markup_text(content.decode("utf-8-sig"))


def _markup_text(text: str) -> Iterator[Passage]:
    """What a page shows, its words parted by tags or not; then what it does not show."""
    yield from _encoded(html.unescape(text))
    text = DATA_URI.sub(" ", text)
    shown = HIDDEN.sub("\n", text)
    yield Passage(html.unescape(TAG.sub("\n", shown)))
    yield Passage(html.unescape(TAG.sub("", shown)), shown=False)  # a name half in bold
    tags = [OUTLINE.sub(" ", tag) for tag in TAG.findall(shown)]
    hidden = dict.fromkeys([found.group() for found in HIDDEN.finditer(text)] + tags)
    yield Passage(html.unescape(BARRIER.join(hidden)), shown=False)


def _json(content: bytes) -> Iterator[Passage]:
    texts: list[str] = []
    keys: set[str] = set()
    inner: list[Passage] = []
    _walk(json.loads(content.decode("utf-8-sig")), texts, keys, inner)
    yield Passage("\n".join(texts))
    yield Passage(BARRIER.join(sorted(keys)), shown=False)  # LABEL is somebody's name too
    yield from inner


def _walk(value: object, texts: list[str], keys: set[str], inner: list[Passage]) -> None:
    """Gathers every string and number of a JSON document; markup and pictures in it are read as such."""
    if isinstance(value, str):
        if "<" in value:
            inner.extend(_markup_text(value))
        else:
            texts.append(value)
            inner.extend(_encoded(value))
    elif isinstance(value, bool) or value is None:
        return
    elif isinstance(value, int | float):
        if abs(value) >= BIG_NUMBER:
            texts.append(str(value))
        elif texts[-1:] != [BARRIER]:
            texts.append(BARRIER)  # figures: what stands on both sides of them is nothing together
    elif isinstance(value, list):
        if value and all(isinstance(one, str) for one in value):
            _walk("".join(value), texts, keys, inner)
            if not any(one.endswith("\n") for one in value):
                texts.append("\n".join(value))
        else:
            for one in value:
                _walk(one, texts, keys, inner)
    elif isinstance(value, dict):
        for key, one in value.items():
            keys.add(str(key))
            if key in ("image/png", "image/jpeg", "application/pdf"):
                packed = "".join(one) if isinstance(one, list) else str(one)
                inner.extend(_data(key, packed.encode("ascii", "replace"), packed=True))
            else:
                _walk(one, texts, keys, inner)


def _workbook(content: bytes) -> Iterator[Passage]:
    """Every part of a workbook: cells, names of sheets, comments, properties, pictures."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as book:
            parts = [(name, book.read(name)) for name in book.namelist()]
            yield Passage(BARRIER.join([*book.namelist(), book.comment.decode("utf-8", "replace")]), shown=False)
    except zipfile.BadZipFile:
        raise ValueError("unreadable workbook") from None
    for name, part in parts:
        if not name.endswith("/"):
            yield from _read(name, part)


_READERS: dict[str, Callable[[bytes], Iterator[Passage]]] = {
    **dict.fromkeys((".md", ".typ", ".csv", ".txt", ".toml", ".jsonl"), _plain),
    **dict.fromkeys((".json", ".ipynb"), _json),
    **dict.fromkeys((".html", ".svg", ".xml", ".rels", ".vml"), _markup),
    ".xlsx": _workbook,
    ".png": png_passages,
    ".pdf": lambda content: pdf_passages(content, _read),
}
