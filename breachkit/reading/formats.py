"""What a blob is, by its bytes and never by its name: an archive, a database, a workbook, a document, or text."""

from __future__ import annotations

import struct
import zipfile
from typing import Literal

from breachkit.reading.blob import Blob

Family = Literal["archive", "table", "document", "text"]

# (offset, bytes, format). Sources: the formats' own specifications and the `file` utility's public magic numbers.
SIGNATURES = (
    (0, b"\x1f\x8b", "gzip"),
    (0, b"BZh", "bzip2"),
    (0, b"\xfd7zXZ\x00", "xz"),
    (0, b"]\x00\x00", "lzma"),
    (0, b"\x28\xb5\x2f\xfd", "zstd"),
    (0, b"7z\xbc\xaf\x27\x1c", "7z"),
    (0, b"Rar!\x1a\x07", "rar"),
    (257, b"ustar", "tar"),
    (0, b"PAR1", "parquet"),
    (0, b"PARE", "parquet_encrypted"),
    (0, b"SQLite format 3\x00", "sqlite"),
    (4, b"Standard Jet DB\x00", "access"),
    (4, b"Standard ACE DB\x00", "access"),
    (0, b"PGDMP", "pg_custom"),
    (0, b"%PDF-", "pdf"),
    (0, b"\x89PNG\r\n\x1a\n", "png"),
    (0, b"\xff\xd8\xff", "jpeg"),
    (0, b"GIF8", "gif"),
    (0, b"II*\x00", "tiff"),
    (0, b"MM\x00*", "tiff"),
    (128, b"DICM", "dicom"),
    (0, b"{\\rtf", "rtf"),
    (0, b"\x7fELF", "program"),
    (0, b"MZ", "program"),
    (0, b"TAPE", "mssql_backup"),
    (0, b"ARROW1", "arrow"),
    (0, b"ORC", "orc"),
    (0, b"Obj\x01", "avro"),
    (0, b"\x89HDF\r\n\x1a\n", "hdf5"),
)
ARCHIVES = frozenset({"gzip", "bzip2", "xz", "lzma", "zstd", "zip", "tar", "7z", "rar"})
SPREADSHEETS = frozenset({"xlsx", "xlsb", "xls", "ods"})
TABLES = SPREADSHEETS | {"parquet", "sqlite", "access"}
DOCUMENTS = frozenset({"pdf", "png", "jpeg", "gif", "tiff", "dicom", "rtf", "docx", "pptx", "odt", "odp", "doc"})
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
EMPTY_ZIP = b"PK\x05\x06"
SPLIT_ZIP = b"PK\x07\x08"


def sniff(blob: Blob) -> str:
    """The format's id; "text" where no signature of a binary format is there (it may still be no text)."""
    head = blob.head
    for offset, mark, name in SIGNATURES:
        if head[offset : offset + len(mark)] == mark and _plausible(name, head):
            return name
    if head.startswith((b"PK\x03\x04", EMPTY_ZIP, SPLIT_ZIP)):
        return _zip_format(blob)
    if head.startswith(OLE):
        return _ole_format(blob)
    return "tar" if _is_old_tar(head) else "text"


def _plausible(name: str, head: bytes) -> bool:
    """Whether what follows a short signature fits: a text may begin with the same letters."""
    if name in {"bzip2", "program", "mssql_backup", "orc", "arrow", "tiff", "gif"}:
        return any(byte < 9 or byte > 126 for byte in head[:512])
    return name != "lzma" or len(head) > 13


def _zip_format(blob: Blob) -> str:
    """Which of the formats that are a zip inside: office documents tell by the names of their parts."""
    try:
        with blob.opener() as stream:
            if not stream.seekable():
                return _zip_by_head(blob.head)
            with zipfile.ZipFile(stream) as archive:
                names = set(archive.namelist()[:2000])
                kind = archive.read("mimetype")[:100] if "mimetype" in names else b""
    except (zipfile.BadZipFile, OSError, RuntimeError, NotImplementedError, ValueError, struct.error):
        return _zip_by_head(blob.head)
    for part, name in (
        ("xl/workbook.xml", "xlsx"),
        ("xl/workbook.bin", "xlsb"),
        ("word/document.xml", "docx"),
        ("ppt/presentation.xml", "pptx"),
    ):
        if part in names:
            return name
    for end, name in ((b"spreadsheet", "ods"), (b"opendocument.text", "odt"), (b"presentation", "odp")):
        if end in kind:
            return name
    return "zip"


def _zip_by_head(head: bytes) -> str:
    """The same where the archive's list cannot be had: by the names that stand in its first bytes."""
    for part, name in ((b"xl/", "xlsx"), (b"word/", "docx"), (b"opendocument.spreadsheet", "ods")):
        if part in head[:8192]:
            return name
    return "zip"


def _ole_format(blob: Blob) -> str:
    """An OLE container: a workbook, a document, or a workbook under a password."""
    with blob.opener() as stream:
        head = stream.read(1 << 20)
    if "EncryptedPackage".encode("utf-16-le") in head:
        return "office_encrypted"
    if "Workbook".encode("utf-16-le") in head or "Book\x00".encode("utf-16-le") in head:
        return "xls"
    return "doc" if "WordDocument".encode("utf-16-le") in head else "ole"


def _is_old_tar(head: bytes) -> bool:
    """A tar header without the "ustar" mark: its checksum holds."""
    if len(head) < 512 or not head[0]:
        return False
    try:
        told = int(head[148:156].strip(b" \x00") or b"x", 8)
    except ValueError:
        return False
    return told == sum(head[:148]) + 8 * 32 + sum(head[156:512])
