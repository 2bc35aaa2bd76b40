"""Writes the odd archives of tests/data/odd/archive, byte for byte the same on each run.

What the standard library, 7z or RAR tools would not write on request is written by hand (`make_zip`, `make_rar`).
Run: `python -m tests.make_odd_archives`.
"""

from __future__ import annotations

import bz2
import gzip
import hashlib
import io
import lzma
import struct
import tarfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest import mock

from tests.make_rar import Stored, rar4, rar5
from tests.make_zip import PACKERS, Entry, aes_encrypted, zipped

FOLDER = Path(__file__).parent / "data" / "odd" / "archive"
HEADER = b"NOM;PRENOM;NAISSANCE\n"
FIRST, SECOND, THIRD = b"FAUCHELEVENT;Casimir;02/03/1950\n", b"DURAND;Jeanne;14/07/1962\n", b"PETIT;Luc;01/01/1980\n"
CSV = HEADER + FIRST + SECOND + THIRD
OTHER = b"CODE;LIBELLE\n1;Cardiologie\n2;Pneumologie\n"
PASSWORD = "sésame"  # noqa: S105 - of the samples


def gz(data: bytes, level: int = 9) -> bytes:
    return gzip.compress(data, level, mtime=0)


def zst(data: bytes) -> bytes:
    return PACKERS[93](data)


SKIPPED = b"\x50\x2a\x4d\x18\x04\x00\x00\x00skip"  # a frame of zstd that is to be skipped


def changed(data: bytes, at: int, by: int = 1) -> bytes:
    """The bytes with some bits of one of them changed."""
    at %= len(data)
    return data[:at] + bytes([data[at] ^ by]) + data[at + 1 :]


def tar(
    *members: tuple[str, bytes], form: int = tarfile.GNU_FORMAT, links: tuple[tuple[str, bytes], ...] = ()
) -> bytes:
    """A tar of files, then of links and devices (name, type)."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=form) as archive:
        for name, content in members:
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
        for name, kind in links:
            info = tarfile.TarInfo(name)
            info.type, info.linkname = kind, "/etc/passwd"
            archive.addfile(info)
    held = len(out.getvalue().rstrip(b"\0"))
    return out.getvalue()[: held + -held % 512 + 1024]  # without the padding to twenty blocks


def sparse_tar() -> bytes:
    """A tar with a sparse file of GNU's old format between two others: 512 bytes of data, said to be a megabyte."""
    whole = tar(("avant.csv", CSV), ("creux.csv", bytes(512)), ("apres.csv", OTHER))
    head = bytearray(whole[1024:1536])
    head[156:157] = b"S"
    head[386:410] = b"%011o\0%011o\0" % (0, 512)
    head[483:495] = b"%011o\0" % (1 << 20)
    head[148:156] = b" " * 8
    head[148:156] = b"%06o\0 " % sum(head)
    return whole[:1024] + bytes(head) + whole[1536:]


@contextmanager
def _fixed_chance(seed: str) -> Iterator[None]:
    """py7zr takes its salt and its dates from the system; here they are always the same."""
    from py7zr import compressor, helpers

    def drawn(size: int) -> bytes:
        return hashlib.sha256(seed.encode()).digest()[:size]

    then = helpers.ArchiveTimestamp.from_datetime(1_750_000_000.0)
    with (
        mock.patch.object(compressor, "get_random_bytes", drawn),
        mock.patch.object(helpers.ArchiveTimestamp, "from_now", return_value=then),
    ):
        yield


def seven_zip(
    *blocks: tuple[tuple[str, bytes], ...], filters: Any = None, password: str = "", hidden: bool = False
) -> bytes:
    """A 7z archive, each block of members compressed as one."""
    import py7zr

    out = io.BytesIO()
    with _fixed_chance(repr(blocks)):
        for number, block in enumerate(blocks):
            mode = "a" if number else "w"
            out.seek(0)
            with py7zr.SevenZipFile(
                out, mode, filters=filters, password=password or None, header_encryption=hidden
            ) as archive:
                for name, content in block:
                    archive.writestr(content, name)
    return out.getvalue()


def filters(method: str) -> list[dict[str, int]]:
    import py7zr.properties as p

    ids = {"copy": p.FILTER_COPY, "bzip2": p.FILTER_BZIP2, "deflate": p.FILTER_DEFLATE, "zstd": p.FILTER_ZSTD}
    ids |= {"ppmd": p.FILTER_PPMD, "brotli": p.FILTER_BROTLI}
    if method == "ppmd":
        return [{"id": ids[method], "order": 6, "mem": 20}]
    if method == "bcj":
        return [{"id": p.FILTER_X86}, {"id": p.FILTER_LZMA2, "preset": 6}]
    if method == "delta":
        return [{"id": p.FILTER_DELTA}, {"id": p.FILTER_LZMA2, "preset": 6}]
    return [{"id": ids[method]}]


def nested(levels: int) -> bytes:
    data = CSV
    for level in range(levels):
        name = "patients.csv" if not level else f"niveau{level}.zip"
        data = zipped(Entry(name, data))
    return data


def quoted_overlap() -> bytes:
    """A decompression bomb in one archive: each member begins by quoting the heads of those behind it.

    After D. Fifield, "A better zip bomb", 2019; here with three members and a small kernel.
    """
    kernel = PACKERS[8](CSV)
    names = [f"{letter}.csv" for letter in "abc"]

    def head(name: str, packed: int, size: int, crc: int) -> bytes:
        fields = struct.pack("<5H3L2H", 20, 0, 8, 0x6000, 0x5A21, crc, packed, size, len(name), 0)
        return b"PK\x03\x04" + fields + name.encode()

    tail, content = kernel, CSV
    heads: list[tuple[str, int, int, int, int]] = []
    for number in range(len(names) - 1, -1, -1):
        local = head(names[number], len(tail), len(content), zlib.crc32(content))
        heads.insert(0, (names[number], len(tail), len(content), zlib.crc32(content), len(local) + len(tail)))
        if number:
            quote = b"\x00" + struct.pack("<2H", len(local), len(local) ^ 0xFFFF)
            tail, content = quote + local + tail, local + content
        else:
            tail = local + tail
    listed = b""
    for name, packed, size, crc, from_end in heads:
        sums = (crc, packed, size, len(name), *[0] * 5, len(tail) - from_end)
        fields = struct.pack("<2B5H3L5H2L", 20, 3, 20, 0, 8, 0x6000, 0x5A21, *sums)
        listed += b"PK\x01\x02" + fields + name.encode()
    return tail + listed + struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 3, 3, len(listed), len(tail), 0)


UTF8_NAME, OEM_NAME = "prénoms.csv".encode(), "prénoms.csv".encode("cp437")
UNICODE_PATH = b"\x01" + struct.pack("<L", zlib.crc32(b"pr_noms.csv")) + UTF8_NAME
TWO = (("patients.csv", CSV), ("codes.csv", OTHER))

CASES: dict[str, Callable[[], bytes]] = {
    # compressed files
    "concatenated.csv.gz": lambda: gz(HEADER + FIRST) + gz(SECOND) + gz(THIRD) + bytes(100),
    "trailing_garbage.csv.gz": lambda: gz(CSV) + b"sent by a mailer that adds a line\n",
    "cut.csv.gz": lambda: gz(HEADER + FIRST + SECOND, 0)[:-8],
    "wrong_checksum.csv.gz": lambda: changed(gz(CSV), -6),
    "second_damaged.csv.gz": lambda: gz(HEADER + FIRST) + gz(SECOND)[:10] + b"\xff" * 20,
    "noise.csv.gz": lambda: b"\x1f\x8b\x08" + b"x" * 90,
    "empty.csv.gz": lambda: gz(b""),
    "concatenated.csv.bz2": lambda: bz2.compress(HEADER + FIRST) + bz2.compress(SECOND + THIRD),
    "damaged.csv.bz2": lambda: bz2.compress(HEADER + FIRST) + changed(bz2.compress(SECOND + THIRD), 30),
    "padded.csv.xz": lambda: lzma.compress(HEADER + FIRST) + bytes(4) + lzma.compress(SECOND + THIRD) + bytes(8),
    "alone.csv.lzma": lambda: lzma.compress(CSV, lzma.FORMAT_ALONE),
    "frames.csv.zst": lambda: zst(HEADER + FIRST) + SKIPPED + zst(SECOND + THIRD),
    "skipped_first.csv.zst": lambda: SKIPPED + zst(CSV),
    "window.csv.zst": lambda: b"\x28\xb5\x2f\xfd\x00\xa8\x01\x00\x00" + b"x" * 20,
    # zip
    "methods.zip": lambda: zipped(*[Entry(f"methode{method}.csv", CSV, method) for method in PACKERS]),
    "names.zip": lambda: zipped(
        Entry(UTF8_NAME, OTHER, flags=0x800),
        Entry(OEM_NAME, OTHER),
        Entry(b"pr_noms.csv", OTHER, extra=struct.pack("<2H", 0x7075, len(UNICODE_PATH)) + UNICODE_PATH),
        Entry("../../etc/codes.csv", OTHER),
        Entry("/etc/codes.csv", OTHER),
        Entry("C:\\dossiers\\codes.csv", OTHER),
        Entry("codes\x1b[31m\u202ecsv.csv", OTHER, flags=0x800),
        Entry("=cmd|codes.csv", OTHER),
        Entry("Casimir FAUCHELEVENT.csv", OTHER),
        Entry("dossier/", b"", 0),
        Entry("__MACOSX/._codes.csv", b"\x00\x05\x16\x07"),
        Entry(".DS_Store", b"\x00\x00\x00\x01Bud1"),
        Entry("photos/Thumbs.db", b"\xd0\xcf\x11\xe0"),
        Entry("vide.csv", b""),
    ),
    "streamed.zip": lambda: zipped(Entry("a.csv", CSV, descriptor=True), Entry("b.csv", OTHER, 0, descriptor=True)),
    "prefixed.zip": lambda: b"#!/bin/sh\x00\x01\n" * 9 + zipped(Entry("patients.csv", CSV)),
    "self_extracting.exe": lambda: b"MZ\x90\x00" + bytes(300) + zipped(Entry("patients.csv", CSV)),
    "self_extracting_7z.exe": lambda: b"MZ\x90\x00" + bytes(300) + seven_zip((("patients.csv", CSV),)),
    "wide.zip": lambda: zipped(Entry("a.csv", CSV, zip64=True), Entry("b.csv", OTHER, 0, zip64=True), zip64=True),
    "end_mark_in_comment.zip": lambda: zipped(Entry("patients.csv", CSV), comment=b"PK\x05\x06 is no end") + bytes(99),
    "no_directory.zip": lambda: zipped(
        Entry("a.csv", CSV, descriptor=True),
        Entry("b.csv", OTHER, 0, descriptor=True),
        Entry("c.csv", CSV),
        directory=False,
    ),
    "cut_in_a_member.zip": lambda: zipped(Entry("a.csv", OTHER, 0), Entry("b.csv", CSV, 0))[: 35 + 41 + 35 + 53],
    "lying_sizes.zip": lambda: zipped(
        Entry("court.csv", CSV, told_size=5),
        Entry("somme.csv", CSV, told_crc=7),
        Entry("long.csv", CSV, 0, told_size=1 << 31),
        Entry("immense.csv", CSV, told_packed=1 << 31),
    ),
    "overlapping.zip": quoted_overlap,
    "links.zip": lambda: zipped(Entry("lien.csv", b"/etc/passwd", mode=0o120777), Entry("patients.csv", CSV)),
    "hidden_member.zip": lambda: zipped(
        Entry("a.csv", OTHER), Entry("cache.csv", CSV, listed=False), Entry("b.csv", OTHER, descriptor=True)
    ),
    "from_a_pipe.zip": lambda: zipped(Entry("-", CSV, mode=0o010600, zip64=True)),
    "folders_only.zip": lambda: zipped(Entry("a/", b"", 0), Entry("a/vide.csv", b"")),
    "nothing.zip": zipped,
    "last_part_alone.zip": lambda: zipped(Entry("patients.csv", CSV), disk=2),
    "encrypted.zip": lambda: zipped(
        Entry("patients.csv", CSV, password=PASSWORD.encode("cp850")),
        Entry("codes.csv", OTHER, 0, descriptor=True, password=PASSWORD.encode("cp850")),
    ),
    "aes.zip": lambda: zipped(aes_encrypted(CSV, PASSWORD.encode())),
    "partly_encrypted.zip": lambda: zipped(Entry("patients.csv", CSV, password=b"autre"), Entry("codes.csv", OTHER)),
    "strong_encryption.zip": lambda: zipped(Entry("patients.csv", CSV, flags=65)),
    "unknown_method.zip": lambda: zipped(Entry("patients.csv", CSV, 97, packed=b"wavpack")),
    "documents.zip": lambda: zipped(Entry("lettre.pdf", b"%PDF-1.7\n%%EOF\n"), Entry("patients.csv", CSV)),
    # tar
    "gnu.tar": lambda: tar(("x" * 120 + "/patients.csv", CSV), ("codes.csv", OTHER)),
    "pax.tar": lambda: tar(("é" * 60 + "/patients.csv", CSV), form=tarfile.PAX_FORMAT),
    "links.tar": lambda: tar(
        ("patients.csv", CSV),
        links=(
            ("lien", tarfile.SYMTYPE),
            ("dur", tarfile.LNKTYPE),
            ("disque", tarfile.BLKTYPE),
            ("d", tarfile.DIRTYPE),
        ),
    ),
    "sparse.tar": sparse_tar,
    "appended.tar": lambda: tar(("patients.csv", CSV)) + tar(("codes.csv", OTHER)),
    "damaged_head.tar": lambda: changed(tar(*TWO, ("fin.csv", CSV)), 1024 + 5),
    "patients.tgz": lambda: gz(tar(*TWO)),
    "cut.tar.xz": lambda: lzma.compress(tar(("codes.csv", OTHER), ("patients.csv", CSV))[: 1536 + 53]),
    "huge_header.tar.bz2": lambda: bz2.compress(_huge_header()),
    # 7z
    "patients.7z": lambda: seven_zip(TWO),
    "methods.7z": lambda: zipped(
        *[
            Entry(f"{name}.7z", seven_zip(TWO[:1], filters=filters(name)), 0)
            for name in ("copy", "bzip2", "deflate", "zstd", "brotli", "bcj", "delta")
        ]
    ),
    "damaged_brotli.7z": lambda: changed(seven_zip(TWO[:1], filters=filters("brotli")), 32 + 20, 0xFF),
    "ppmd.7z": lambda: seven_zip(TWO, filters=filters("ppmd")),
    "encrypted.7z": lambda: seven_zip(TWO, password=PASSWORD),
    "hidden_names.7z": lambda: seven_zip(TWO, password=PASSWORD, hidden=True),
    "cut.7z": lambda: seven_zip(TWO)[:-10],
    "damaged_block.7z": lambda: changed(seven_zip(TWO, filters=filters("copy")), 32 + 21 + 2, 32),
    # rar
    "patients.rar": lambda: rar5(Stored("patients.csv", CSV), Stored("dossier/codes.csv.gz", gz(OTHER))),
    "old.rar": lambda: rar4(Stored("patients.csv", CSV)),
    "encrypted.rar": lambda: rar5(Stored("patients.csv", CSV, password=PASSWORD)),
    "wrong_checksum.rar": lambda: rar5(Stored("patients.csv", CSV, crc=5), Stored("codes.csv", OTHER)),
    "cut.rar": lambda: rar5(Stored("codes.csv", OTHER), Stored("patients.csv", CSV))[: -8 - 46],
    "links.rar": lambda: rar5(Stored("patients.csv", CSV), Stored("lien", b"/etc/passwd", link=1)),
    # one in another
    "four_deep.zip": lambda: zipped(Entry("a.tgz", gz(tar(("b.zip", zipped(Entry("patients.csv", CSV))))))),
    "too_deep.zip": lambda: nested(7),
    # what only looks like an archive, or is another one
    "bzh.csv": lambda: b"BZh;NOM;VILLE\n1;DURAND;Lyon\n2;PETIT;N\xc3\xaemes\n",
    "mz.csv": lambda: b"MZ;NOM;VILLE\n1;DURAND;Lyon\n2;PETIT;N\xc3\xaemes\n",
    "orc.csv": lambda: b"ORC;NOM;VILLE\n1;DURAND;Lyon\n2;PETIT;N\xc3\xaemes\n",
    "par1.csv": lambda: b"PAR1;NOM;VILLE\n1;DURAND;Lyon\n2;PETIT;N\xc3\xaemes\n",
    "pgdmp.csv": lambda: b"PGDMP;NOM;VILLE\n1;DURAND;Lyon\n2;PETIT;N\xc3\xaemes\n",
    "utf16.csv": lambda: "\ufeffMZ;NOM;VILLE\n1;DURAND;Lyon\n2;PETIT;Nîmes\n".encode("utf-16-le"),
    "patients.csv.lz4": lambda: b"\x04\x22\x4d\x18\x60\x40\x82" + b"\x63\x00\x00\x80" + CSV + bytes(4),
    "patients.csv.Z": lambda: b"\x1f\x9d\x90" + b"\x4e\x9e\x34\x71",
    "patients.csv.sz": lambda: b"\xff\x06\x00\x00sNaPpY\x01\x08\x00\x00" + CSV,
    "toc.dat": lambda: b"PGDMP\x01\x0e\x00\x04\x08\x05" + bytes(40),
    "patients.csv.gpg": lambda: b"-----BEGIN PGP MESSAGE-----\n\njA0ECQMC\n-----END PGP MESSAGE-----\n",
    "dmz.exe": lambda: b"MZ\x90\x00" + bytes(300),
}


def _huge_header() -> bytes:
    """A tar whose pax header says that it takes a gigabyte."""
    whole = bytearray(tar(("é" * 60 + "/patients.csv", CSV), form=tarfile.PAX_FORMAT))
    whole[124:136] = b"%011o\0" % (1 << 30)
    whole[148:156] = b" " * 8
    whole[148:156] = b"%06o\0 " % sum(whole[:512])
    return bytes(whole)


def main() -> None:
    """Writes all cases."""
    for name, make in CASES.items():
        (FOLDER / name).write_bytes(make())


if __name__ == "__main__":
    main()
