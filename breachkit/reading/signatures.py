"""The bytes by which formats are known, and what must follow a short mark that a text may begin with.

Sources: the formats' own specifications and the `file` utility's public magic numbers.
"""

from __future__ import annotations

import struct
from collections.abc import Callable

# (offset, bytes, format)
SIGNATURES = (
    (0, b"\x1f\x8b", "gzip"),
    (0, b"BZh", "bzip2"),
    (0, b"\xfd7zXZ\x00", "xz"),
    (0, b"]\x00\x00", "lzma"),
    (0, b"\x28\xb5\x2f\xfd", "zstd"),
    (0, b"7z\xbc\xaf\x27\x1c", "7z"),
    (0, b"Rar!\x1a\x07\x00", "rar"),
    (0, b"Rar!\x1a\x07\x01\x00", "rar"),
    (257, b"ustar", "tar"),
    (0, b"PAR1", "parquet"),
    (0, b"PARE", "parquet_encrypted"),
    (0, b"SQLite format 3\x00", "sqlite"),
    (4, b"Standard Jet DB\x00", "access"),
    (4, b"Standard ACE DB\x00", "access"),
    # Compressed or archived in a way that is not read
    (0, b"\x1f\x9d", "compress"),
    (0, b"\x04\x22\x4d\x18", "lz4"),
    (0, b"\x02\x21\x4c\x18", "lz4"),
    (0, b"\xff\x06\x00\x00sNaPpY", "snappy"),
    (0, b"LZIP\x01", "lzip"),
    (0, b"\x89LZO\x00\r\n\x1a\n", "lzop"),
    (0, b"MSCF\x00\x00\x00\x00", "cab"),
    (0, b"\x60\xea", "arj"),
    (2, b"-lh", "lzh"),
    (0, b"!<arch>\n", "ar"),
    (0, b"070701", "cpio"),
    (0, b"070707", "cpio"),
    (0, b"\xc7\x71", "cpio"),
    (32769, b"CD001", "iso"),
    # Encrypted
    (0, b"Salted__", "openssl"),
    (0, b"-----BEGIN PGP MESSAGE", "pgp"),
    (0, b"age-encryption.org/v1", "age"),
    (0, b"LUKS\xba\xbe", "luks"),
    (0, b"\x03\xd9\xa2\x9a", "keepass"),
    # Databases and their backups
    (0, b"PGDMP", "pg_custom"),
    (0, b"TAPE", "mssql_backup"),
    (0, b"XBSTCK01", "xtrabackup"),
    (3, b"EXPORT:V", "oracle_dump"),
    (0, b"\x6d\xe2\x99\x81", "mongodump"),
    (8, b"DUCK", "duckdb"),
    (0, b"!BDN", "pst"),
    (0, b"\xfe\xfe\x07\x01", "myisam"),
    (0, b"ElfFile\x00", "evtx"),
    # Tables that are not read
    (0, b"ARROW1", "arrow"),
    (0, b"FEA1", "feather"),
    (0, b"ORC", "orc"),
    (0, b"Obj\x01", "avro"),
    (0, b"\x89HDF\r\n\x1a\n", "hdf5"),
    (0, bytes(12) + b"\xc2\xea\x81\x60", "sas"),
    (0, b"$FL2@(#)", "spss"),
    (0, b"$FL3@(#)", "spss"),
    (0, b"<stata_dta>", "stata"),
    (0, b"RDX2\n", "r"),
    (0, b"RDX3\n", "r"),
    (0, b"X\n\x00\x00\x00", "r"),
    (0, b"\x93NUMPY", "numpy"),
    (0, b"\x80\x02}", "pickle"),
    (0, b"\x80\x03", "pickle"),
    (0, b"\x80\x04\x95", "pickle"),
    (0, b"\x80\x05\x95", "pickle"),
    # Documents
    (0, b"%PDF-", "pdf"),
    (0, b"\x89PNG\r\n\x1a\n", "png"),
    (0, b"\xff\xd8\xff", "jpeg"),
    (0, b"GIF8", "gif"),
    (0, b"II*\x00", "tiff"),
    (0, b"MM\x00*", "tiff"),
    (0, b"BM", "bmp"),
    (128, b"DICM", "dicom"),
    (0, b"{\\rtf", "rtf"),
    (0, b"%!PS-Adobe", "postscript"),
    (0, b"AT&TFORM", "djvu"),
    (4, b"ftyphei", "heic"),
    (4, b"ftypmif1", "heic"),
    (4, b"ftyp", "video"),
    (0, b"\x1a\x45\xdf\xa3", "video"),
    (0, b"RIFF", "riff"),
    (0, b"ID3", "audio"),
    (0, b"OggS\x00", "audio"),
    (0, b"fLaC\x00", "audio"),
    (0, b"#!AMR", "audio"),
    # Programs
    (0, b"\x7fELF", "program"),
    (0, b"MZ", "program"),
    (0, b"\xcf\xfa\xed\xfe", "program"),
    (0, b"\xca\xfe\xba\xbe", "program"),
)
RIFF = {b"WEBP": "webp", b"WAVE": "audio", b"AVI ": "video"}
LZ4, ZSTD = b"\x04\x22\x4d\x18", b"\x28\xb5\x2f\xfd"
BZIP2_BLOCKS = (b"1AY&SY", b"\x17\x72\x45\x38\x50\x90")  # the first block, or the end of an empty stream
# A line of text may begin with the mark of these: their files hold control characters within the first bytes.
LOOK_LIKE_TEXT = frozenset(
    {"program", "mssql_backup", "orc", "arrow", "feather", "parquet", "parquet_encrypted", "gif", "bmp", "riff"}
    | {"audio", "video", "pg_custom", "lzh", "pst", "duckdb", "oracle_dump", "arj", "cpio", "iso", "luks"}
)


def looks_binary(head: bytes) -> bool:
    """Whether the first bytes hold control characters that no line of text does (UTF-8, 8-bit encodings)."""
    return any(byte < 9 or 13 < byte < 32 for byte in head[:512])


def signature(head: bytes) -> str | None:
    """The format whose mark stands in the first bytes, with what must go with it; None where there is none."""
    for offset, mark, name in SIGNATURES:
        if head[offset : offset + len(mark)] == mark and _plausible(name, head):
            return _refined(name, head)
    return _skippable(head) or _dbase(head) or ("tar" if _old_tar(head) else None)


def _plausible(name: str, head: bytes) -> bool:
    check = CHECKS.get(name)
    return check(head) if check else name not in LOOK_LIKE_TEXT or looks_binary(head)


def _lzma(head: bytes) -> bool:
    """An .lzma file has no mark: the size of its dictionary and of its content must be such as tools write."""
    if len(head) < 14:
        return False
    dictionary, size = struct.unpack_from("<LQ", head, 1)
    return dictionary.bit_count() <= 2 and (size == (1 << 64) - 1 or size < 1 << 48)


def _tar(head: bytes) -> bool:
    return looks_binary(head) and head[148:156].strip(b" \x00").isdigit()


CHECKS: dict[str, Callable[[bytes], bool]] = {
    "bzip2": lambda head: head[3:4] in b"123456789" and head[4:10] in BZIP2_BLOCKS,
    "lzma": _lzma,
    "bmp": lambda head: head[6:10] == bytes(4) and head[15:18] == bytes(3),  # reserved; the header's size
    "riff": lambda head: head[8:12] in RIFF,
    "tar": _tar,
}


def _refined(name: str, head: bytes) -> str:
    """A format's kind where the mark is that of a family."""
    if name == "riff":
        return RIFF[head[8:12]]
    if name == "pg_custom" and len(head) > 10:
        # Its eleventh byte says how pg_dump packed it: 1 custom, 3 tar, 5 a folder.
        return {3: "pg_tar", 5: "pg_directory"}.get(head[10], name)
    return name


def _skippable(head: bytes) -> str | None:
    """zstd and lz4 may both begin with frames to be skipped (RFC 8878, 3.1.2): what comes behind decides."""
    at = 0
    while head[at + 1 : at + 4] == b"\x2a\x4d\x18" and head[at] & 0xF0 == 0x50:
        at += 8 + int.from_bytes(head[at + 4 : at + 8], "little")
    return ("lz4" if head[at : at + 4] == LZ4 else "zstd") if at else None


def _dbase(head: bytes) -> str | None:
    """dBASE and FoxPro: a version, a date, and a header whose length is a number of 32-byte fields."""
    if len(head) < 65 or head[0] not in (0x03, 0x30, 0x31, 0x83, 0x8B, 0xF5):
        return None
    header, record = struct.unpack_from("<2H", head, 8)
    dated = 1 <= head[2] <= 12 and 1 <= head[3] <= 31
    fields = header % 32 in (0, 1, 8) and header >= 65 and record >= 2
    return "dbf" if dated and fields and head[43] in b"CNDLMFBGPYTIVXOQ@+" else None


def _old_tar(head: bytes) -> bool:
    """A tar header without the "ustar" mark: its checksum holds."""
    if len(head) < 512 or not head[0] or not looks_binary(head):
        return False
    told = head[148:156].strip(b" \x00")
    if not told or any(digit not in b"01234567" for digit in told):
        return False
    return int(told, 8) == sum(head[:148]) + 8 * 32 + sum(head[156:512])
