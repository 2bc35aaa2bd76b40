"""What a blob is, by its bytes and never by its name: an archive, a database, a workbook, a document, or text."""

from __future__ import annotations

import io
import re
import struct
import zlib
from collections.abc import Iterable
from typing import BinaryIO

from breachkit.reading.archives.zip_directory import (
    DirectoryError,
    Entry,
    MissingPartError,
    data_offset,
    read_directory,
    walk,
)
from breachkit.reading.blob import Blob
from breachkit.reading.signatures import looks_binary, signature

ARCHIVES = frozenset({"gzip", "bzip2", "xz", "lzma", "zstd", "zip", "tar", "7z", "rar"})
SPREADSHEETS = frozenset({"xlsx", "xlsb", "xls", "ods"})
DOCUMENTS = frozenset(
    {"pdf", "png", "jpeg", "gif", "tiff", "bmp", "webp", "heic", "dicom", "rtf", "postscript", "djvu", "audio", "video"}
    | {"docx", "pptx", "odt", "odp", "doc", "ppt", "msg"}
)
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ZIP_HEADS = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08", b"PK00PK\x03\x04")  # the third of a split one
SEVEN_ZIP, RAR = b"7z\xbc\xaf\x27\x1c", b"Rar!\x1a\x07"
SELF_EXTRACTING = 2 << 20  # bytes at most of the program before a self-extracting archive
MAX_NAMES = 2_000  # of the members of a zip that are looked at; an office document has its own among the first
MAX_PART = 1 << 20  # bytes of a part of a document that are looked at
OFFICE_PARTS = {
    "xl/workbook.xml": "xlsx",
    "xl/workbook.bin": "xlsb",
    "word/document.xml": "docx",
    "ppt/presentation.xml": "pptx",
}
# The names of a workbook's parts as its writers choose them, where only the beginning of the file is left
WORKBOOK_NAMES = ("[content_types].xml", "_rels/", "docprops/", "customxml/", "xl/")
OWN_PART = re.compile(
    r"xl/(worksheets/sheet\d*|theme/theme\d*|styles|sharedstrings|_rels/workbook)\.(xml|bin)(\.rels)?"
)
OFFICE_FOLDERS = {"xl/": "xlsx", "word/": "docx", "ppt/": "pptx"}
# The main part's type in [Content_Types].xml (ECMA-376), where that part has another name or is not seen
CONTENT_TYPES = (
    (b"sheet.binary", "xlsb"),
    (b"spreadsheetml.sheet.main", "xlsx"),
    (b"spreadsheetml.template.main", "xlsx"),
    (b"ms-excel.sheet", "xlsx"),
    (b"wordprocessingml.", "docx"),
    (b"presentationml.", "pptx"),
)
OPEN_DOCUMENTS = (
    (b"opendocument.spreadsheet", "ods"),
    (b"opendocument.text", "odt"),
    (b"opendocument.presentation", "odp"),
)
# Names of streams in an OLE container, in the order in which they decide
OLE_STREAMS = (
    ("EncryptedPackage", "office_encrypted"),
    ("Workbook\0", "xls"),
    ("Book\0", "xls"),
    ("WordDocument\0", "doc"),
    ("PowerPoint Document\0", "ppt"),
    ("__substg1.0_", "msg"),
)


def sniff(blob: Blob) -> str:
    """The format's id; "text" where no signature of a binary format is there (it may still be no text)."""
    head = blob.head
    if head.startswith(ZIP_HEADS):
        return _zip_format(blob)
    if head.startswith(OLE):
        return _ole_format(blob)
    found = signature(head)
    if found == "program":
        return _behind_a_program(blob) or found
    if found is None and looks_binary(head) and _ends_as_zip(blob):
        return "zip"
    return found or "text"


def seven_zip_start(handle: BinaryIO) -> int | None:
    """The offset of a 7z archive that may stand behind a program; its start header's checksum holds."""
    handle.seek(0)
    head = handle.read(SELF_EXTRACTING)
    at = head.find(SEVEN_ZIP)
    while at >= 0:
        told = int.from_bytes(head[at + 8 : at + 12], "little")
        if len(head) >= at + 32 and zlib.crc32(head[at + 12 : at + 32]) == told:
            return at
        at = head.find(SEVEN_ZIP, at + 1)
    return None


def _behind_a_program(blob: Blob) -> str | None:
    """The archive that a self-extracting program carries, None where it carries none."""
    with blob.opener() as stream:
        head = io.BytesIO(stream.read(SELF_EXTRACTING))
    if seven_zip_start(head) is not None:
        return "7z"
    if RAR + b"\x00" in head.getvalue() or RAR + b"\x01\x00" in head.getvalue():
        return "rar"
    return "zip" if _ends_as_zip(blob) else None


def _ends_as_zip(blob: Blob) -> bool:
    """Whether a zip's directory ends the blob, whatever stands before. Not asked of a stream that only goes on."""
    with blob.opener() as stream:
        if not stream.seekable():
            return False
        try:
            return bool(read_directory(stream, (0,), 0)[0])
        except MissingPartError:
            return True
        except DirectoryError:
            return False


def _zip_format(blob: Blob) -> str:
    """Which of the formats that are a zip inside: documents tell by the names and types of their parts."""
    with blob.opener() as stream:
        if stream.seekable():
            try:
                return _by_entries(read_directory(stream, (0,), MAX_NAMES)[0], stream) or "zip"
            except (DirectoryError, MissingPartError):
                pass
    head = io.BytesIO(blob.head)
    entries = list(walk(head, MAX_NAMES))
    return _by_entries(entries, head) or _cut_workbook(entries) or "zip"


def _cut_workbook(entries: Iterable[Entry]) -> str | None:
    """A workbook whose directory and telling parts are lost or not seen yet, by the names of the parts at its head."""
    names = {entry.name.replace("\\", "/").lstrip("/").lower() for entry in entries}
    own = [name for name in names if OWN_PART.fullmatch(name)]
    if not own or not all(name.startswith(WORKBOOK_NAMES) for name in names):
        return None
    return "xlsb" if any(".bin" in name for name in own) else "xlsx"


def _by_entries(entries: Iterable[Entry], handle: BinaryIO) -> str | None:
    by_name = {entry.name.replace("\\", "/").lstrip("/").lower(): entry for entry in entries}
    for part, kind in OFFICE_PARTS.items():
        if part in by_name:
            return kind
    if "[content_types].xml" in by_name:
        types = _part(by_name["[content_types].xml"], handle)
        for mark, kind in CONTENT_TYPES:
            if mark in types:
                return kind
        for name in by_name:
            for folder, kind in OFFICE_FOLDERS.items():
                if name.startswith(folder):
                    return kind
    if "mimetype" in by_name:
        kinds = _part(by_name["mimetype"], handle)
        return next((kind for mark, kind in OPEN_DOCUMENTS if mark in kinds), None)
    return None


def _part(entry: Entry, handle: BinaryIO) -> bytes:
    """The first bytes of a part, nothing where it is not stored or deflated."""
    begin = data_offset(handle, entry)
    if begin is None or entry.encrypted:
        return b""
    handle.seek(begin)
    packed = handle.read(min(entry.packed, MAX_PART))
    if entry.method == 8:
        try:
            return zlib.decompressobj(-15).decompress(packed, MAX_PART)
        except zlib.error:
            return b""
    return packed if entry.method == 0 else b""


def _ole_format(blob: Blob) -> str:
    """An OLE container: a workbook, a document, a message, or a workbook under a password."""
    with blob.opener() as stream:
        head = stream.read(1 << 20)
        names = head + _ole_directory(head, stream)
    for name, kind in OLE_STREAMS:
        if name.encode("utf-16-le") in names:
            return kind
    return "ole"


def _ole_directory(head: bytes, stream: BinaryIO) -> bytes:
    """The beginning of the container's directory, where it stands behind the first megabyte (MS-CFB 2.2)."""
    if len(head) < 512:
        return b""
    (shift,) = struct.unpack_from("<H", head, 30)
    (sector,) = struct.unpack_from("<L", head, 48)
    if shift not in (9, 12) or not stream.seekable():
        return b""
    stream.seek((sector + 1) << shift)
    return stream.read(1 << 14)
