"""Bytes that a reader must jump about in: the file itself, memory for a small member, else the case's own folder.

A member too large for memory goes to a file without a name in the folder where the workspace spills: it is gone
when it is closed, or when the process dies.
"""

from __future__ import annotations

import io
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

from breachkit.reading.blob import CHUNK_BYTES, Blob
from breachkit.reading.limits import Limits
from breachkit.workspace import row


def spool_folder(connection: Any) -> Path:
    """The folder where the workspace spills, made if it is missing."""
    (place,) = row(connection, "SELECT current_setting('temp_directory')")
    folder = Path(place)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


@contextmanager
def seekable(blob: Blob, limits: Limits, connection: Any) -> Iterator[BinaryIO]:
    """A stream of the blob's bytes that can be sought in. UnreadableSource where it passes `unpacked_bytes`."""
    if blob.path is not None or blob.source.open == blob.opener:
        with blob.opener() as stream:
            yield stream
        return
    with blob.opener() as stream:
        held = stream.read(limits.memory_bytes)
        rest = stream.read(CHUNK_BYTES)
        if not rest:
            yield io.BytesIO(held)
            return
        with tempfile.TemporaryFile(dir=spool_folder(connection)) as spooled:
            size = spooled.write(held)
            while rest:
                size += spooled.write(rest)
                if size > limits.unpacked_bytes:
                    raise blob.unreadable(
                        f"plus de {limits.unpacked_bytes} octets une fois décompressé ; limite « unpacked_bytes ».",
                        f"more than {limits.unpacked_bytes} bytes once unpacked; limit “unpacked_bytes”.",
                    )
                rest = stream.read(CHUNK_BYTES)
            spooled.seek(0)
            yield spooled
