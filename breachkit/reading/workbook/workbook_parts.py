"""The parts of a zipped workbook, unpacked as a stream: the zip's directory is not believed.

A directory may announce one kilobyte for a part that unpacks to a terabyte, so each part that the workbook library
will read is unpacked here first, and counted.
"""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import BinaryIO
from xml.parsers import expat

from breachkit.errors import UnreadableSource
from breachkit.limits import Limits
from breachkit.reading.blob import Blob

PIECE_BYTES = 1 << 20
LOCAL_HEADER = struct.Struct("<4s22xHH")
SMALL_BYTES = 1 << 20  # what unpacks to less than this is no bomb, whatever its ratio
Attributes = dict[str, str]
Exact = dict[tuple[int, int], str]  # (row, column) from 0 → the digits of a number that a float would lose


@dataclass
class Extent:
    """The rectangle of a sheet's cells, from A1, and its long numbers where the format tells them."""

    rows: int = 0
    columns: int = 0
    exact: Exact = field(default_factory=dict)

    def include(self, row: int, column: int) -> None:
        """Makes room for a cell (from 0)."""
        self.rows, self.columns = max(self.rows, row + 1), max(self.columns, column + 1)


class Parts:
    """The parts of a workbook by name; their unpacked bytes are counted together against the limits."""

    def __init__(self, blob: Blob, stream: BinaryIO, limits: Limits) -> None:
        self._blob, self._stream, self._limits = blob, stream, limits
        self._unpacked = self._packed = 0
        try:
            with zipfile.ZipFile(stream) as archive:
                entries = archive.infolist()
        except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError, struct.error):
            raise damaged(blob) from None
        # The library finds a part whatever its case and its slashes.
        self._entries = {entry.filename.replace("\\", "/").lower(): entry for entry in entries}
        if len(self._entries) < len(entries) or len(entries) > limits.archive_members:
            raise damaged(blob)

    @property
    def names(self) -> list[str]:
        return list(self._entries)

    def __contains__(self, name: str) -> bool:
        return name in self._entries

    def pieces(self, name: str) -> Iterator[bytes]:
        """A part (named in lower case) in pieces. UnreadableSource where it is damaged or the parts pass a limit."""
        entry = self._entries[name]
        if entry.flag_bits & 1:
            raise self._blob.unreadable(
                "classeur protégé par un mot de passe ; enregistrez-en une copie sans mot de passe.",
                "workbook protected by a password; save a copy without password.",
            )
        if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) or entry.header_offset < 0:
            raise damaged(self._blob)
        self._packed += entry.compress_size
        self._stream.seek(entry.header_offset)
        header = self._stream.read(30)
        if len(header) < 30 or header[:4] != b"PK\x03\x04":
            raise damaged(self._blob)
        _, name_bytes, extra_bytes = LOCAL_HEADER.unpack(header)
        self._stream.seek(name_bytes + extra_bytes, 1)
        packed = self._packed_pieces(entry.compress_size)
        yield from packed if entry.compress_type == zipfile.ZIP_STORED else self._inflated(packed)

    def _packed_pieces(self, left: int) -> Iterator[bytes]:
        at = self._stream.tell()
        while left:
            self._stream.seek(at)
            piece = self._stream.read(min(left, PIECE_BYTES))
            if not piece:
                raise damaged(self._blob)
            at, left = at + len(piece), left - len(piece)
            yield piece

    def _inflated(self, packed: Iterator[bytes]) -> Iterator[bytes]:
        inflater = zlib.decompressobj(-zlib.MAX_WBITS)
        try:
            for piece in packed:
                while piece:
                    out = inflater.decompress(piece, PIECE_BYTES)
                    self._count(len(out))
                    yield out
                    piece = inflater.unconsumed_tail
            yield inflater.flush()
        except zlib.error:
            raise damaged(self._blob) from None
        if not inflater.eof:
            raise damaged(self._blob)

    def _count(self, size: int) -> None:
        self._unpacked += size
        limits = self._limits
        if self._unpacked > limits.workbook_bytes:
            raise too_large(self._blob, limits)
        if self._unpacked > max(SMALL_BYTES, limits.unpacked_ratio * self._packed):
            raise self._blob.unreadable(
                f"une partie du classeur se décompresse plus de {limits.unpacked_ratio} fois ; "
                "limite « unpacked_ratio ».",
                f"a part of the workbook unpacks more than {limits.unpacked_ratio} times; limit “unpacked_ratio”.",
            )

    def elements(self, name: str, begin: Callable[[str, Attributes], None]) -> None:
        """Calls `begin` with each element's name (without prefix) and attributes; a DTD is refused."""
        parser = expat.ParserCreate("UTF-8")  # whatever the part declares: the library reads UTF-8 only
        parser.StartElementHandler = lambda tag, attributes: begin(tag.rpartition(":")[2], attributes)
        parser.StartDoctypeDeclHandler = self._refuse_dtd
        try:
            for piece in self.pieces(name):
                parser.Parse(piece, False)
            parser.Parse(b"", True)
        except expat.ExpatError:
            raise damaged(self._blob) from None

    def _refuse_dtd(self, *_: object) -> None:
        raise with_dtd(self._blob)


def damaged(blob: Blob) -> UnreadableSource:
    return blob.unreadable(
        "classeur abîmé ou mal formé ; ouvrez-le dans un tableur et exportez ses feuilles en CSV.",
        "workbook damaged or malformed; open it in a spreadsheet and export its sheets as CSV.",
    )


def with_dtd(blob: Blob) -> UnreadableSource:
    return blob.unreadable(
        "le classeur déclare des entités XML (DTD), ce qu'aucun tableur n'écrit ; refusé.",
        "the workbook declares XML entities (DTD), which no spreadsheet writes; refused.",
    )


def too_large(blob: Blob, limits: Limits) -> UnreadableSource:
    return blob.unreadable(
        f"le classeur occupe plus de {limits.workbook_bytes} octets une fois ouvert ; limite « workbook_bytes ».",
        f"the workbook takes more than {limits.workbook_bytes} bytes once open; limit “workbook_bytes”.",
    )
