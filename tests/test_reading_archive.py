"""Archives: limits, passwords, parts, damage; what lies in tests/data/odd/archive is held by test_odd_files."""

from __future__ import annotations

import bz2
import errno
import gzip
import io
import lzma
import random
import sys
import tarfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from breachkit.case import Decisions
from breachkit.errors import UnreadableSource
from breachkit.execution.console import passwords
from breachkit.limits import Limits
from breachkit.reading.archives.archive import Unpacking, group_parts, members
from breachkit.reading.archives.spool import Spool, seekable
from breachkit.reading.archives.zip_archive import overlaps
from breachkit.reading.archives.zip_directory import read_directory
from breachkit.reading.blob import Blob, SourceFile
from breachkit.reading.formats import sniff
from breachkit.reading.load import Reading, read_sources
from breachkit.reading.refusals import GROUPS, NAMES, REASONS, refusal
from breachkit.reading.signatures import SIGNATURES
from tests.make_odd_archives import CSV, FIRST, HEADER, OTHER, gz, seven_zip, tar, zst
from tests.make_rar import Stored, rar5
from tests.make_zip import Entry, aes_encrypted, zipped

PACKED: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gz,
    "bzip2": bz2.compress,
    "xz": lzma.compress,
    "lzma": lambda data: lzma.compress(data, lzma.FORMAT_ALONE),
    "zstd": zst,
}
ARCHIVED: dict[str, Callable[..., bytes]] = {
    "zip": lambda *files: zipped(*[Entry(name, content) for name, content in files]),
    "tar": tar,
    "7z": lambda *files: seven_zip(files),
    "rar": lambda *files: rar5(*[Stored(name, content) for name, content in files]),
    "gzip": lambda *files: gz(tar(*files)),
}


def written(folder: Path, name: str, content: bytes) -> Path:
    (folder / name).write_bytes(content)
    return folder / name


def read(connection: Any, *paths: Path, limits: Limits | None = None, password: str | None = None) -> Reading:
    decisions = Decisions(limits=limits or Limits())
    return read_sources(paths, connection, decisions=decisions, password=lambda _: password)


def refused(connection: Any, *paths: Path, **options: Any) -> UnreadableSource:
    with pytest.raises(UnreadableSource) as raised:
        read(connection, *paths, **options)
    return raised.value


def contents(path: Path, box: Unpacking) -> Iterator[tuple[str, bytes, list[str]] | UnreadableSource]:
    """Every member's name, bytes and notes, archives in it opened; errors as they come."""
    yield from _contents(Blob.of_file(group_parts([path])[0]), box)


def _contents(blob: Blob, box: Unpacking) -> Iterator[tuple[str, bytes, list[str]] | UnreadableSource]:
    try:
        kind = sniff(blob)
        if kind not in {*PACKED, *ARCHIVED}:
            with blob.opener() as first:
                once = first.read()
            with blob.opener() as second:
                assert second.read() == once  # every opening gives the same bytes
            yield blob.name, once, blob.truncated
            return
        for member in members(blob, kind, box):
            if isinstance(member, UnreadableSource):
                yield member
            else:
                yield from _contents(member, box.inside())
    except UnreadableSource as error:
        yield error


def box_of(connection: Any, password: str | None = None, **limits: int) -> Unpacking:
    return Unpacking(Limits(**limits), lambda _: password, connection)


# Limits


@pytest.mark.parametrize("kind", PACKED)
def test_more_bytes_than_the_limit_are_refused_by_its_name(kind: str, private: Any, tmp_path: Path) -> None:
    path = written(tmp_path, "x.csv.packed", PACKED[kind](CSV * 1000))
    assert "« unpacked_bytes »" in refused(private, path, limits=Limits(unpacked_bytes=len(CSV) * 1000 - 1)).fr
    assert read(private, path, limits=Limits(unpacked_bytes=len(CSV) * 1000)).tables


@pytest.mark.parametrize("kind", ["zip", "7z", "rar"])
def test_the_bytes_of_all_members_count_together(kind: str, private: Any, tmp_path: Path) -> None:
    path = written(tmp_path, "x", ARCHIVED[kind](("a.csv", CSV), ("b.csv", CSV), ("c.csv", CSV)))
    found = read(private, path, limits=Limits(unpacked_bytes=2 * len(CSV)))
    assert [table.name for table in found.tables] == ["a.csv", "b.csv"]
    assert ["“unpacked_bytes”" in error.en for error in found.unreadable] == [True]


def test_the_bytes_of_archives_in_archives_count_together(private: Any, tmp_path: Path) -> None:
    inner = zipped(Entry("a.csv", CSV, 0), Entry("b.csv", CSV, 0))
    path = written(tmp_path, "x.zip", zipped(Entry("in.zip", inner)))
    whole = len(inner) + 2 * len(CSV)
    assert len(read(private, path, limits=Limits(unpacked_bytes=whole)).tables) == 2
    assert "« unpacked_bytes »" in read(private, path, limits=Limits(unpacked_bytes=whole - 1)).unreadable[0].fr


@pytest.mark.parametrize("kind", PACKED)
def test_a_bomb_is_refused_by_its_ratio_once_it_is_more_than_memory_takes(
    kind: str, private: Any, tmp_path: Path
) -> None:
    path = written(tmp_path, "x.packed", PACKED[kind](PACKED[kind](bytes(1 << 22))))
    limits = Limits(memory_bytes=1 << 16, unpacked_ratio=1_100)
    assert "« unpacked_ratio »" in refused(private, path, limits=limits).fr


@pytest.mark.parametrize("kind", ["bzip2", "xz", "zstd"])
def test_a_small_file_may_honestly_be_packed_a_thousand_times(kind: str, private: Any, tmp_path: Path) -> None:
    path = written(tmp_path, "x.csv.packed", PACKED[kind](HEADER + b"A;B;C\n" * 300_000))
    assert path.stat().st_size * 1_100 < 300_000 * 6
    assert read(private, path).tables[0].source.loaded == 300_000


@pytest.mark.parametrize("kind", ["zip", "tar", "7z", "rar"])
def test_an_archive_with_too_many_members_is_refused(kind: str, private: Any, tmp_path: Path) -> None:
    files = [(f"t{number}.csv", OTHER) for number in range(6)]
    path = written(tmp_path, "x", ARCHIVED[kind](*files))
    box = box_of(private, archive_members=5)
    errors = [one.fr for one in contents(path, box) if isinstance(one, UnreadableSource)]
    assert len(errors) == 1
    assert "« archive_members »" in errors[0] or "sommaire" in errors[0]
    assert len(list(contents(path, box_of(private, archive_members=6)))) == 6


def test_archives_in_archives_end_at_the_limit(private: Any, tmp_path: Path) -> None:
    data = CSV
    for _ in range(3):
        data = gz(data)
    path = written(tmp_path, "x.gz", data)
    assert read(private, path, limits=Limits(archive_depth=3)).tables[0].source.compression == "gzip+gzip+gzip"
    assert "« archive_depth »" in refused(private, path, limits=Limits(archive_depth=2)).fr


def test_a_huge_name_or_header_takes_no_memory(private: Any, tmp_path: Path) -> None:
    """A tar in which a long name is said to take a gigabyte, all of it there once unpacked."""
    head = tarfile.TarInfo("././@LongLink")
    head.type, head.size = tarfile.GNUTYPE_LONGNAME, 1 << 24
    path = written(tmp_path, "x.tgz", gz(head.tobuf(tarfile.GNU_FORMAT) + bytes(1 << 24) + tar(("a.csv", CSV))))
    names = [one if isinstance(one, UnreadableSource) else one[0] for one in contents(path, box_of(private))]
    assert names[0] == "a.csv"
    assert isinstance(names[1], UnreadableSource)


# Where bytes are kept


@pytest.mark.parametrize("kind", ["gzip", "7z", "rar"])
def test_a_large_member_is_put_down_in_the_case_folder_without_a_name(kind: str, private: Any, tmp_path: Path) -> None:
    folder = tmp_path / "given"
    folder.mkdir()
    path = written(folder, "x", ARCHIVED[kind](("dossier/a.csv", CSV * 50), ("b.csv", OTHER)))
    before = {found for found in tmp_path.rglob("*") if found.is_file()}
    seen = []
    for one in contents(path, box_of(private, memory_bytes=100)):
        assert not isinstance(one, UnreadableSource)
        seen.append(one[1])
        assert {found for found in tmp_path.rglob("*") if found.is_file()} == before
    assert seen == [CSV * 50, OTHER]


def test_what_is_put_down_is_not_in_the_clear(private: Any) -> None:
    spool = Spool(blob_of(CSV), Limits(memory_bytes=10), private)
    spool.write(CSV)
    spool.write(OTHER)
    assert spool._file is not None
    spool._file.seek(0)
    assert b"FAUCHELEVENT" not in spool._file.read()
    with spool.open() as one, spool.open() as two:
        one.seek(len(CSV))
        assert (two.read(), one.read()) == (CSV + OTHER, OTHER)
        assert one.seek(-5, io.SEEK_END) == len(CSV + OTHER) - 5
    spool.close()


def test_a_full_disk_is_said_and_the_other_members_are_read(
    private: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Full(io.BytesIO):
        def write(self, _: Any) -> int:
            raise OSError(errno.ENOSPC, "full")

    monkeypatch.setattr("breachkit.reading.archives.spool.tempfile.TemporaryFile", lambda **_: Full())
    for kind in ("gzip", "7z", "rar"):
        path = written(tmp_path, "x", ARCHIVED[kind](("a.csv", CSV * 9), ("b.csv", OTHER)))
        found = list(contents(path, box_of(private, memory_bytes=100)))
        assert isinstance(found[0], UnreadableSource)
        assert "plus assez de place" in found[0].fr
        assert found[1:] == [("b.csv", OTHER, [])]


def test_a_member_stored_in_a_zip_on_disk_is_sought_in_where_it_lies(private: Any, tmp_path: Path) -> None:
    path = written(tmp_path, "x.zip", zipped(Entry("a.csv", CSV, 0)))
    blob = Blob.of_file(SourceFile("x.zip", (path,)))
    for member in members(blob, "zip", box_of(private)):
        assert isinstance(member, Blob)
        with seekable(member, Limits(), private) as stream:
            stream.seek(len(HEADER))
            assert stream.read(len(FIRST)) == FIRST


# Passwords


def asked_for(connection: Any, answers: dict[str, str], *paths: Path) -> tuple[Reading, list[str]]:
    asked: list[str] = []

    def password(label: str) -> str | None:
        asked.append(label)
        return answers.get(label)

    return read_sources(paths, connection, password=password), asked


LOCKED = {
    "zip": lambda: zipped(Entry("a.csv", CSV, password=b"Secret1"), Entry("b.csv", CSV, password=b"Secret1")),
    "aes": lambda: zipped(aes_encrypted(CSV, b"Secret1"), aes_encrypted(OTHER, b"Secret1")),
    "7z": lambda: seven_zip((("a.csv", CSV), ("b.csv", OTHER)), password="Secret1"),  # noqa: S106
    "hidden": lambda: seven_zip((("a.csv", CSV), ("b.csv", OTHER)), password="Secret1", hidden=True),  # noqa: S106
    "rar": lambda: rar5(Stored("a.csv", CSV, password="Secret1"), Stored("b.csv", OTHER, password="Secret1")),  # noqa: S106
}


@pytest.mark.parametrize("kind", LOCKED)
def test_a_password_is_asked_for_once_for_an_archive_and_for_those_in_it(
    kind: str, private: Any, tmp_path: Path
) -> None:
    inner = LOCKED[kind]()
    path = written(tmp_path, "x.zip", zipped(Entry("a.bin", inner), Entry("b.bin", inner)))
    found, asked = asked_for(private, {"x.zip : a.bin": "Secret1"}, path)
    assert len(found.tables) == 4
    assert asked == ["x.zip : a.bin"]


@pytest.mark.parametrize("kind", LOCKED)
def test_without_the_password_or_with_a_wrong_one_the_message_says_how_to_give_it(
    kind: str, private: Any, tmp_path: Path
) -> None:
    path = written(tmp_path, "x", LOCKED[kind]())
    for password in (None, "Secret2", "sans é\U0001f600"):
        error = refused(private, path, password=password)
        assert "--password-file" in error.fr
        assert "--password-file" in error.en
        assert "Secret" not in error.fr
        assert ("n'ouvre pas" in error.fr) == (password is not None)


@pytest.mark.parametrize("kind", LOCKED)
def test_the_passwords_of_a_file_are_tried_until_one_opens(kind: str, private: Any, tmp_path: Path) -> None:
    paths = [written(tmp_path, name, LOCKED[kind]()) for name in ("x", "y")]
    lines = written(tmp_path, "passwords.txt", "faux\nsésame\nSecret1\n".encode())
    assert len(read_sources(paths, private, password=passwords(lines, "fr")).tables) == 4
    lines.write_text("faux\nsésame\n", encoding="utf-8")
    with pytest.raises(UnreadableSource, match="n'ouvre pas"):
        read_sources(paths, private, password=passwords(lines, "fr"))


def test_a_7z_whose_key_takes_minutes_is_not_opened(private: Any, tmp_path: Path) -> None:
    """Its header says how often the password is hashed: 2 to the power of 24 here, of 19 in all that 7-Zip writes."""
    whole = bytearray(LOCKED["hidden"]())
    header = 32 + int.from_bytes(whole[12:20], "little")
    at = whole.index(b"\x06\xf1\x07\x01", header)
    assert whole[at + 5] & 0x3F == 19
    whole[at + 5] += 5
    whole[28:32] = zlib.crc32(whole[header:]).to_bytes(4, "little")
    whole[8:12] = zlib.crc32(whole[12:32]).to_bytes(4, "little")
    path = written(tmp_path, "x.7z", bytes(whole))
    assert "n'ouvre pas" in refused(private, path, password="Secret1").fr  # noqa: S106


def test_an_open_archive_is_never_asked_a_password_for(private: Any, tmp_path: Path) -> None:
    paths = [written(tmp_path, f"{kind}.bin", make(("a.csv", CSV))) for kind, make in ARCHIVED.items()]
    assert asked_for(private, {}, *paths)[1] == []


# Parts


def cut_in(data: bytes, parts: int) -> list[bytes]:
    size = -(-len(data) // parts)
    return [data[at : at + size] for at in range(0, len(data), size)]


SPLIT: dict[str, tuple[tuple[str, ...], Callable[[], Sequence[bytes]]]] = {
    "patients.zip": (
        ("patients.zip.001", "patients.zip.002", "patients.zip.003"),
        lambda: cut_in(zipped(Entry("a.csv", CSV, 0)), 3),
    ),
    "patients.7z": (("patients.7z.001", "patients.7z.002"), lambda: cut_in(seven_zip((("a.csv", CSV),)), 2)),
    "patients.csv": (("patients.csv.001", "patients.csv.002"), lambda: cut_in(CSV, 2)),
    "patients.sql.gz": (("patients.sql.gz.aa", "patients.sql.gz.ab"), lambda: cut_in(gz(CSV), 2)),
    "dump": (("dump-aaa", "dump-aab", "dump-aac"), lambda: cut_in(CSV, 3)),
    "export.csv": (("export.csv.00", "export.csv.01"), lambda: cut_in(CSV, 2)),
    "envoi.csv": (("envoi.csv.part1", "envoi.csv.part2"), lambda: cut_in(CSV, 2)),
    "archive.zip": (("archive.z01", "archive.zip"), lambda: _split_zip(zipped(Entry("a.csv", CSV)))),
    "volumes.rar": (("volumes.part1.rar", "volumes.part2.rar"), lambda: _volumes()),
    "vieux.rar": (("vieux.rar", "vieux.r00"), lambda: _volumes()),
}


def _split_zip(whole: bytes) -> list[bytes]:
    """Cut within the member: the directory says that it stands on the second disk, and its head on the first."""
    end = whole.rfind(b"PK\x05\x06")
    begin = whole.rfind(b"PK\x01\x02")
    first = b"PK\x07\x08" + whole[:50]
    entry = whole[begin : begin + 42] + (4).to_bytes(4, "little") + whole[begin + 46 : end]
    second = whole[50:begin]
    numbers = b"\x01\x00\x01\x00\x01\x00\x01\x00" + len(entry).to_bytes(4, "little")
    return [first, second + entry + b"PK\x05\x06" + numbers + len(second).to_bytes(4, "little") + b"\x00\x00"]


def _volumes() -> list[bytes]:
    half, size = 50, len(CSV)
    first = Stored("a.csv", CSV[:half], after=True, crc=zlib.crc32(CSV[:half]), size=size)
    last = Stored("a.csv", CSV[half:], before=True, crc=zlib.crc32(CSV), size=size)
    return [rar5(first, volume=0, last=False), rar5(last, volume=1)]


@pytest.mark.parametrize("whole", SPLIT)
def test_parts_are_one_source_in_any_order_and_brothers_are_taken(whole: str, private: Any, tmp_path: Path) -> None:
    names, make = SPLIT[whole]
    paths = [written(tmp_path, name, part) for name, part in zip(names, make(), strict=True)]
    for given in (paths, paths[::-1], paths[:1], paths[-1:]):
        sources = group_parts(given)
        assert [(source.name, source.parts) for source in sources] == [(whole, tuple(paths))]
    table = read(private, paths[0]).tables[0]
    assert (table.source.file, table.source.loaded) == (whole, 3)
    assert table.source.bytes == sum(path.stat().st_size for path in paths)


@pytest.mark.parametrize("whole", sorted(SPLIT.keys() - {"volumes.rar", "vieux.rar"}))
def test_a_missing_part_is_named(whole: str, private: Any, tmp_path: Path) -> None:
    names, make = SPLIT[whole]
    paths = [written(tmp_path, name, part) for name, part in zip(names, make(), strict=True)]
    paths[0].unlink()
    if len(names) == 2 and not names[1].endswith(("zip", ".002", "part2")):
        return  # a second part alone does not look like one
    said = refused(private, paths[-1]).fr
    assert f"{names[0]} : fichier introuvable" in said or "en 2 parties" in said


def test_a_missing_volume_is_said(private: Any, tmp_path: Path) -> None:
    path = written(tmp_path, "volumes.part1.rar", _volumes()[0])
    found = read(private, path)
    assert found.tables[0].source.truncated
    assert "en plusieurs parties, dont une manque" in found.unreadable[0].fr


def test_volumes_in_two_folders_are_put_together(private: Any, tmp_path: Path) -> None:
    paths = []
    for name, part in zip(("v.part1.rar", "v.part2.rar"), _volumes(), strict=True):
        (tmp_path / name[2:7]).mkdir()
        paths.append(written(tmp_path / name[2:7], name, part))
    assert read(private, *paths[::-1]).tables[0].source.loaded == 3


def test_names_that_only_look_like_parts_stay_apart(tmp_path: Path) -> None:
    names = ["v1.02", "v1.03", "rapport.101", "rapport.102", "x.db", "x.csv", "x.aa", "y.001", "seul.zip", "z.rar"]
    paths = [written(tmp_path, name, name.encode()) for name in names]
    assert [source.parts for source in group_parts(paths)] == [(path,) for path in paths]


def test_the_same_name_in_two_folders_is_two_sources(tmp_path: Path) -> None:
    paths = []
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        paths += [written(tmp_path / folder, name, b"x") for name in ("x.zip.001", "x.zip.002", "y.csv")]
    assert [source.name for source in group_parts(paths)] == ["x.zip", "y.csv", "x.zip (2)", "y.csv (2)"]


# Damage


@pytest.mark.parametrize("kind", PACKED)
def test_a_damaged_stream_gives_what_stands_before_the_damage(kind: str, private: Any, tmp_path: Path) -> None:
    chance = random.Random(kind)
    content = "".join(
        f"{n};NOM{chance.randrange(10**6)};{chance.random()}\n"
        for n in range(40_000 if kind in {"bzip2", "zstd"} else 8_000)
    ).encode()
    packed = PACKED[kind](content)
    at = len(packed) * 3 // 4
    for wrong in (packed[:at], packed[:at] + bytes([packed[at] ^ 0x55]) + packed[at + 1 :]):
        path = written(tmp_path, "x.csv.packed", wrong)
        ((_, found, notes),) = [one for one in contents(path, box_of(private)) if not isinstance(one, UnreadableSource)]
        assert notes
        # bzip2 packs 900 kB at a time, zstd 128 kB: what stands before the damaged block is sound.
        sound = len(content) // 2 - (900_000 if kind == "bzip2" else 0)
        assert found[: max(0, sound)] == content[: max(0, sound)]
        assert len(found) > sound


def test_an_undamaged_stream_has_no_notes(private: Any, tmp_path: Path) -> None:
    for data in (*[make(CSV) for make in PACKED.values()], *[make(("a.csv", CSV)) for make in ARCHIVED.values()]):
        path = written(tmp_path, "x", data)
        ((_, found, notes),) = list(contents(path, box_of(private)))  # type: ignore[misc]
        assert (found, notes) == (CSV, [])


@pytest.mark.parametrize("kind", [*PACKED, *ARCHIVED])
def test_an_archive_cut_anywhere_ends_in_records_or_in_a_sentence(kind: str, private: Any, tmp_path: Path) -> None:
    whole = PACKED[kind](CSV) if kind in PACKED else ARCHIVED[kind](("a.csv", CSV), ("b.csv", OTHER))
    for at in range(0, len(whole), max(1, len(whole) // 60)):
        path = written(tmp_path, "x", whole[:at] or b"x")
        for one in contents(path, box_of(private)):
            assert isinstance(one, UnreadableSource) or len(one[1]) <= len(whole)


def test_one_wrong_bit_anywhere_is_told_or_harmless(private: Any, tmp_path: Path) -> None:
    """A zip with a checksum never gives other bytes without a note."""
    whole = zipped(Entry("a.csv", CSV))
    data = whole.index(b"a.csv") + 5
    for at in range(data, whole.index(b"PK\x01\x02")):
        path = written(tmp_path, "x.zip", whole[:at] + bytes([whole[at] ^ 0x10]) + whole[at + 1 :])
        for one in contents(path, box_of(private)):
            assert isinstance(one, UnreadableSource) or one[1] == CSV or one[2]


def test_members_behind_a_damage_in_one_block_of_7z_are_counted(private: Any, tmp_path: Path) -> None:
    chance = random.Random(7)
    noise = bytes(chance.randrange(256) for _ in range(3000)).hex().encode()
    whole = bytearray(seven_zip((("a.csv", CSV), ("bruit.csv", noise), ("b.csv", CSV), ("c.csv", CSV))))
    whole[32 + 400] ^= 0xFF
    path = written(tmp_path, "x.7z", bytes(whole))
    found = list(contents(path, box_of(private)))
    assert found[0] == ("a.csv", CSV, [])
    lost = [one for one in found if isinstance(one, UnreadableSource)]
    whole_again = [one for one in found if not isinstance(one, UnreadableSource) and one[1] == CSV]
    assert lost or all(one[2] for one in found[1:])  # type: ignore[index]
    assert len(whole_again) < 3


ENDS = {
    "a locator that begins before the file": b"PK\x06\x07" + bytes(8) + b"PK\x05\x06" + bytes(18),
    "a directory beyond the file": zipped(Entry("a", CSV))[:-6] + b"\xff\xff\xff\xff\x00\x00",
    "a member beyond what can be sought": zipped(Entry("a", CSV, at=0xFFFFFFFE)),
    "a member at the end of all numbers": zipped(
        Entry("a", CSV, at=0xFFFFFFFF, extra=b"\x01\x00\x08\x00" + b"\xff" * 8), Entry("b", OTHER)
    ),
    "a wide end with numbers of its own": zipped(Entry("a", CSV), zip64=True).replace(
        b"PK\x06\x06" + (44).to_bytes(8, "little"), b"PK\x06\x06" + b"\xff" * 8
    ),
    "many disks": zipped(Entry("a", CSV), disk=0xFFFE),
}


@pytest.mark.parametrize("case", ENDS)
def test_a_wrong_end_of_a_zip_gives_members_or_a_sentence(case: str, private: Any, tmp_path: Path) -> None:
    path = written(tmp_path, "x.zip", ENDS[case])
    for one in contents(path, box_of(private)):
        assert isinstance(one, UnreadableSource) or one[1] in (CSV, OTHER, ENDS[case])


def test_overlaps_are_found_and_neighbours_are_none(tmp_path: Path) -> None:
    good = zipped(Entry("a", CSV), Entry("b", CSV))
    entries, begin = read_directory(io.BytesIO(good), (0,), 10)
    assert overlaps(entries, begin) == {}
    bad = zipped(Entry("a", CSV), Entry("b", CSV, at=5), Entry("c", CSV, at=9))
    entries, begin = read_directory(io.BytesIO(bad), (0,), 10)
    assert set(overlaps(entries, begin)) == {1, 2}


# Formats


def blob_of(content: bytes, *, sought: bool = True) -> Blob:
    class Forward(io.BytesIO):
        def seekable(self) -> bool:
            return False

    opener: Callable[[], Any] = (lambda: io.BytesIO(content)) if sought else (lambda: Forward(content))
    return Blob(SourceFile("x", ()), opener, "x")


CONTENT_TYPES = "[Content_Types].xml"
BIG = b"<x/>" + random.Random(1).randbytes(100_000)
SHEET_TYPE = b'<Override ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>'
OFFICE = {
    "xlsx": (Entry("xl/workbook.xml", b"<x/>"), Entry(CONTENT_TYPES, b"<x/>")),
    "xlsx, its parts out of order": (Entry("xl/worksheets/sheet1.xml", BIG), Entry(CONTENT_TYPES, SHEET_TYPE)),
    "xlsx, its main part elsewhere": (Entry(CONTENT_TYPES, SHEET_TYPE), Entry("classeur/principal.xml", BIG)),
    "xlsb": (Entry(CONTENT_TYPES, b"<x/>"), Entry("xl/workbook.bin", b"x")),
    "docx": (Entry(CONTENT_TYPES, b"<x/>"), Entry("word/document.xml", b"<x/>")),
    "pptx": (Entry(CONTENT_TYPES, b"<x/>"), Entry("ppt/presentation.xml", b"<x/>")),
    "ods": (Entry("mimetype", b"application/vnd.oasis.opendocument.spreadsheet", 0), Entry("content.xml", b"<x/>")),
    "odt": (Entry("mimetype", b"application/vnd.oasis.opendocument.text", 0),),
    "zip": (Entry("patients.csv", CSV), Entry("notes/xl/workbook.xml", b"<x/>")),
}


@pytest.mark.parametrize("case", OFFICE)
def test_a_document_is_told_from_an_archive_by_its_parts(case: str) -> None:
    content = zipped(*OFFICE[case])
    assert sniff(blob_of(content)) == case.split(",")[0]
    if "order" not in case:  # what stands behind the first 64 kB is not seen in a stream
        assert sniff(blob_of(content, sought=False)) == case.split(",")[0]


TEXTS = (
    *(b"BZh91AY", b"MZ", b"PAR1", b"PARE", b"ORC", b"ARROW1", b"GIF8", b"TAPE", b"BM", b"RIFF", b"ID3", b"070701"),
    *(b"xx-lh5-", b"!BDN", b"PGDMP", b"MSCF", b"LZIP", b"$FL2", b"xxxxDUCK", b"Rar!"),
)


@pytest.mark.parametrize(
    "mark", [*TEXTS, b"xx-lh5-", b"!BDN", b"PGDMP", b"MSCF", b"LZIP", b"$FL2", b"xxxxDUCK", b"Rar!"]
)
def test_a_text_that_begins_like_a_binary_format_is_a_text(mark: bytes) -> None:
    assert sniff(blob_of(mark + ";NOM;Âge\n1;DURAND;né à Nîmes\n".encode() * 20)) == "text"
    assert sniff(blob_of(mark + ";NOM;Âge\n1;DURAND;né à Nîmes\n".encode("cp1252") * 20)) == "text"


def test_a_text_before_a_zip_is_told(private: Any, tmp_path: Path) -> None:
    """Its records would be lost without a word if the archive were read in its place."""
    path = written(tmp_path, "x.zip", CSV + zipped(Entry("a.csv", OTHER)))
    found = read(private, path)
    assert [table.name for table in found.tables] == ["a.csv"]
    assert f"{len(CSV)} octets avant l'archive" in found.unreadable[0].fr
    assert sniff(blob_of(CSV * 9 + zipped(Entry("a.csv", OTHER)))) == "text"


@pytest.mark.parametrize("content", ["NOM;VILLE\nDURAND;Nîmes\n".encode("utf-16"), "\ufeffid\n1\n".encode("utf-16-be")])
def test_utf16_is_text(content: bytes) -> None:
    assert sniff(blob_of(content)) == "text"


def test_every_format_has_a_name_in_both_languages() -> None:
    read_by_us = {"pg_custom", "riff"}
    kinds = {name for _, _, name in SIGNATURES} - read_by_us
    for kind in kinds | NAMES.keys() | GROUPS.keys() | REASONS.keys():
        assert kind in NAMES or kind in REASONS, kind
        error = refusal(blob_of(b"x"), kind)
        assert "{" not in error.fr + error.en
        assert len(error.fr) > 15
        assert error.fr != error.en


def test_without_unrar_a_rar_is_refused_with_a_sentence(
    private: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "unrar.cffi", None)
    path = written(tmp_path, "x.rar", rar5(Stored("a.csv", CSV)))
    assert "décompressez-la" in refused(private, path).fr


def test_a_rar_in_another_archive_leaves_no_file(private: Any, tmp_path: Path) -> None:
    path = written(tmp_path, "x.tgz", gz(tar(("in.rar", rar5(Stored("a.csv", CSV))))))
    before = {found for found in tmp_path.rglob("*") if found.is_file()}
    assert read(private, path).tables[0].source.compression == "gzip+tar+rar"
    assert {found for found in tmp_path.rglob("*") if found.is_file()} == before


def test_the_tools_on_this_machine_agree(private: Any, tmp_path: Path) -> None:
    """Python's own gzip and tar read the samples as we do."""
    assert gzip.decompress(gz(CSV)) == CSV
    with tarfile.open(fileobj=io.BytesIO(tar(("a.csv", CSV)))) as archive:
        assert archive.getnames() == ["a.csv"]


def test_a_file_given_twice_is_read_once(tmp_path: Path) -> None:
    """`breachkit run folder/*.csv folder/patients.csv` would count every record twice."""
    (tmp_path / "other").mkdir()
    path = tmp_path / "patients.csv"
    path.write_text("nom\nMARTIN\n", encoding="utf-8")
    twin = tmp_path / "other" / "patients.csv"
    twin.write_text("nom\nDURAND\n", encoding="utf-8")
    roundabout = tmp_path / "other" / ".." / "patients.csv"
    assert [one.name for one in group_parts([path, roundabout, twin, path])] == ["patients.csv", "patients.csv (2)"]
