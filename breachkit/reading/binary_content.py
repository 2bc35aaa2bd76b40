"""What a table of a binary file tells of it: format, digest and size of the bytes it was read from."""

from __future__ import annotations

import hashlib
from typing import BinaryIO

from breachkit.reading.blob import CHUNK_BYTES
from breachkit.reading.table_writer import Content, Progress


def content_of(stream: BinaryIO, kind: str, progress: Progress) -> Content:
    """The content's digest and size, told to `progress`; the stream is left at its first byte."""
    stream.seek(0)
    digest, size = hashlib.sha256(), 0
    while chunk := stream.read(CHUNK_BYTES):
        digest.update(chunk)
        size += len(chunk)
        progress(len(chunk))
    stream.seek(0)
    return Content(kind, digest.hexdigest(), size)
