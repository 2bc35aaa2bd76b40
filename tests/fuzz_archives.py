"""Mutated archives of every kind, read: `python -m tests.fuzz_archives --minutes 5 --seed 1 --finds FOLDER`.

What must hold for any bytes: only UnreadableSource is raised, no file appears outside the case folder and none stays in
it, a case takes less than 20 seconds and less than a gigabyte of memory. A case that breaks one of these is written to
the folder of finds; put it, small, into tests/data/odd/archive with what must come of it.
"""

from __future__ import annotations

import argparse
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
import traceback
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from breachkit import case, workspace
from breachkit.errors import UnreadableSource
from breachkit.reading.load import read_sources
from tests.make_odd_archives import CASES, CSV, OTHER, PASSWORD, SKIPPED, changed, filters, gz, seven_zip, tar
from tests.make_rar import Stored, rar4, rar5
from tests.make_zip import Entry, zipped

SECONDS = 20
MEMORY, ADDRESSES = 1 << 30, 8 << 30  # resident bytes; address space (the libraries' threads reserve gigabytes of it)
BATCH = 200  # cases of one process: a crash of a native library ends it, and not the fuzzer
INTERESTING = (0, 1, 0x7F, 0x80, 0xFF, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF, 1 << 63, (1 << 64) - 1)
MARKS: tuple[bytes, ...] = (
    b"PK\x03\x04",
    b"PK\x01\x02",
    b"PK\x05\x06",
    b"PK\x06\x06",
    b"PK\x07\x08",
    b"\x1f\x8b\x08",
    b"BZh91AY&SY",
)
MARKS += (b"\xfd7zXZ\x00", b"\x28\xb5\x2f\xfd", SKIPPED, b"7z\xbc\xaf\x27\x1c", b"Rar!\x1a\x07\x00", b"ustar\x0000")


def corpus() -> list[tuple[str, bytes]]:
    """The odd cases, and more of the kinds that have many ways to go wrong."""
    found = [(name, make()) for name, make in CASES.items()]
    two = (("patients.csv", CSV * 20), ("codes.csv", OTHER))
    for method in ("copy", "bzip2", "deflate", "zstd", "ppmd", "brotli", "bcj", "delta"):
        found.append((f"{method}.7z", seven_zip(two[:1], two[1:], filters=filters(method))))
    found.append(("solid.7z", seven_zip(two)))
    found.append(("four.rar", rar4(*[Stored(name, content) for name, content in two])))
    found.append(("five.rar", rar5(*[Stored(name, content) for name, content in two])))
    some = [(name, make()) for name, make in CASES.items() if name.endswith((".7z", ".tgz", ".gz", "s.zip", ".rar"))]
    found.append(("all.zip", zipped(*[Entry(name, content) for name, content in some])))
    found.append(("all.tgz", gz(tar(*some))))
    return found


def mutated(chance: random.Random, samples: list[tuple[str, bytes]]) -> tuple[str, bytes]:
    """A sample with one to eight changes, its header checksums made right again half of the time."""
    name, data = chance.choice(samples)
    for _ in range(chance.choice((1, 1, 1, 2, 3, 8))):
        if data:
            data = chance.choice(CHANGES)(chance, data, samples)
    if chance.random() < 0.5:
        data = mended(name, data)
    return name, data[: 1 << 20]


def _flip(chance: random.Random, data: bytes, _: Any) -> bytes:
    return changed(data, chance.randrange(len(data)), 1 << chance.randrange(8))


def _cut(chance: random.Random, data: bytes, _: Any) -> bytes:
    return data[: chance.randrange(len(data))]


def _again(chance: random.Random, data: bytes, _: Any) -> bytes:
    at, size = chance.randrange(len(data)), chance.randrange(1, 600)
    to = chance.randrange(len(data))
    return data[:to] + data[at : at + size] + data[to:]


def _without(chance: random.Random, data: bytes, _: Any) -> bytes:
    at = chance.randrange(len(data))
    return data[:at] + data[at + chance.randrange(1, 200) :]


def _spliced(chance: random.Random, data: bytes, samples: Any) -> bytes:
    other = chance.choice(samples)[1]
    if not other:
        return data
    return data[: chance.randrange(len(data))] + other[chance.randrange(len(other)) :]


def _number(chance: random.Random, data: bytes, _: Any) -> bytes:
    at, width = chance.randrange(len(data)), chance.choice((1, 2, 4, 8))
    number = chance.choice(INTERESTING) & ((1 << 8 * width) - 1)
    return data[:at] + number.to_bytes(width, "little") + data[at + width :]


def _mark(chance: random.Random, data: bytes, _: Any) -> bytes:
    at = chance.randrange(len(data))
    return data[:at] + chance.choice(MARKS) + data[at:]


CHANGES: tuple[Callable[[random.Random, bytes, Any], bytes], ...] = (
    *(_flip, _flip, _flip, _cut, _again, _without, _spliced, _number, _number, _mark),
)


def mended(name: str, data: bytes) -> bytes:
    """The sample with the checksums of its headers made right, so that what stands behind them is reached."""
    if name.endswith(".7z") and len(data) > 32:
        at = int.from_bytes(data[12:20], "little")
        size = int.from_bytes(data[20:28], "little")
        header = data[32 + at : 32 + at + size] if at < len(data) else b""
        start = data[12:28] + zlib.crc32(header).to_bytes(4, "little")
        return data[:8] + zlib.crc32(start).to_bytes(4, "little") + start + data[32:]
    if name.endswith(".rar") and data[:8] == b"Rar!\x1a\x07\x01\x00":
        return _mended_rar5(data)
    return data


def _mended_rar5(data: bytes) -> bytes:
    out, at = bytearray(data), 8
    while at + 6 < len(out):
        size, begin = out[at + 4], at + 5
        if not 0 < size < 0x80:
            break
        out[at : at + 4] = zlib.crc32(out[at + 4 : begin + size]).to_bytes(4, "little")
        flags = out[begin + 1]
        after = begin + 3 if flags & 1 else begin + 2
        length = out[after] if flags & 2 and after < len(out) else 0
        at = begin + size + length
    return bytes(out)


@contextmanager
def sandbox() -> Iterator[tuple[Path, Any]]:
    """A folder to which everything that this process writes goes, and a workspace in it."""
    with tempfile.TemporaryDirectory(prefix="fuzz-") as place:
        folder = Path(place)
        for name in ("keys", "given", "tmp", "here"):
            (folder / name).mkdir()
        os.environ["BREACHKIT_KEY_DIR"], tempfile.tempdir = str(folder / "keys"), str(folder / "tmp")
        os.chdir(folder / "here")
        path = folder / "case" / "case.duckdb"
        with workspace.create(path, case.new_key(path), threads=1, memory="300MB") as connection:
            yield folder, connection


def files(folder: Path) -> set[str]:
    """The files there, DuckDB's own apart."""
    found = (one for one in folder.rglob("*") if one.is_file())
    return {str(one) for one in found if not one.name.startswith(("case.duckdb", "duckdb_"))}


def one_case(folder: Path, connection: Any, name: str, data: bytes) -> str | None:
    """What is wrong with the reading of these bytes, None where nothing is."""
    given = folder / "given" / name
    given.write_bytes(data)
    connection.execute("DELETE FROM w.rejects")
    before, begun = files(folder), time.monotonic()
    try:
        read_sources([given], connection, password=lambda _: PASSWORD)
    except UnreadableSource as error:
        if not error.fr or not error.en:
            return "an error without a sentence"
    except Exception as error:  # noqa: BLE001 - whatever it is, it is what we look for
        last = traceback.extract_tb(error.__traceback__)[-1]
        return f"{type(error).__name__} in {Path(last.filename).name}:{last.lineno}: {error}"
    finally:
        taken, after = time.monotonic() - begun, files(folder)
        given.unlink()
    if after != before:
        return f"files appeared: {sorted(Path(one).name for one in after - before)}"
    if resource.getrusage(resource.RUSAGE_SELF).ru_maxrss << 10 > MEMORY:
        return "more than a gigabyte of memory"
    return f"{taken:.0f} seconds" if taken > SECONDS else None


def batch(seed: int, samples: list[tuple[str, bytes]], finds: Path, until: float) -> int:
    """One process's cases; the number of finds. The case under way is kept in a file, in case the process dies."""
    resource.setrlimit(resource.RLIMIT_AS, (ADDRESSES, ADDRESSES))
    found = 0
    with sandbox() as (folder, connection):
        for number in range(BATCH):
            if time.monotonic() > until:
                break
            name, data = mutated(random.Random(f"{seed}:{number}"), samples)
            (finds / "under_way").write_bytes(data)
            (finds / "under_way.name").write_text(f"{seed}-{number}-{name}")
            wrong = one_case(folder, connection, name, data)
            if wrong:
                found += 1
                keep(finds, f"{seed}-{number}-{name}", data, wrong)
    return found


def keep(finds: Path, name: str, data: bytes, wrong: str) -> None:
    (finds / name).write_bytes(data)
    with (finds / "finds.txt").open("a") as log:
        log.write(f"{name}: {wrong}\n")
    sys.stderr.write(f"{name}: {wrong}\n")


def main() -> int:
    """The number of finds, as the exit code (at most 100)."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--minutes", type=float, default=5)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--finds", type=Path, default=Path("finds"))
    options.add_argument("--batch", type=int, help="run one batch of this seed, in this process")
    given = options.parse_args()
    finds = given.finds.resolve()
    finds.mkdir(parents=True, exist_ok=True)
    until = time.monotonic() + 60 * given.minutes
    if given.batch is not None:
        return min(batch(given.batch, corpus(), finds, until), 100)
    total = batches = 0
    while time.monotonic() < until:
        seed = given.seed * 100_000 + batches
        left = (until - time.monotonic()) / 60
        # A new process each time and not a fork: the libraries' threads do not live through one.
        command = [sys.executable, "-m", "tests.fuzz_archives", "--batch", str(seed), "--minutes", str(left)]
        code = subprocess.run([*command, "--finds", str(finds)], check=False).returncode
        if 0 <= code <= 100:
            total += code
        else:
            name = (finds / "under_way.name").read_text()
            keep(finds, name, (finds / "under_way").read_bytes(), f"the process died ({code})")
            total += 1
        batches += 1
    sys.stderr.write(f"{batches} batches of up to {BATCH} cases, {total} finds\n")
    return min(total, 100)


if __name__ == "__main__":
    sys.exit(main())
