"""Random JSON in every shape, whole and damaged, read in pieces of every size: `--minutes N --seed S`.

Held at every turn: nothing but UnreadableSource escapes; the ledgers add up and every line of the file is in one of
them; what is not damaged is read back as a plain walk over `json.loads` tells it.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import tempfile
import time
from collections import defaultdict
from pathlib import Path
from typing import Any

import duckdb

from breachkit.errors import UnreadableSource
from breachkit.reading.json import text as json_text
from breachkit.reading.load import read_sources

KEYS = ("nom", "prenom", "adresse", "ville", "note", "date", "telephone", "code", "actes", "medecin", "email", "sexe")
ALPHABET = 'aé{}[]:,"\\/ \n\t\u2028😀0\x01'
MARKS = b'{}[],:"\\ \n\t0a\x00\xff'
Tables = dict[tuple[str, ...], list[dict[tuple[str, ...], str | None]]]


def scalar(rng: random.Random) -> Any:
    kind = rng.randrange(8)
    if kind < 4:
        return "".join(rng.choice(ALPHABET) for _ in range(rng.choice((0, 1, 3, 12, 13, 40))))
    return (None, True, rng.randrange(10**18), rng.choice((1.5, -0.25, 1e300, 250017512345678)))[kind - 4]


def value(rng: random.Random, depth: int) -> Any:
    kind = rng.random()
    if depth and kind < 0.15:
        return record(rng, depth - 1)
    if depth and kind < 0.3:
        return [value(rng, depth - 1) for _ in range(rng.randrange(4))]
    return scalar(rng)


def record(rng: random.Random, depth: int = 3) -> dict[str, Any]:
    return {key: value(rng, depth) for key in rng.sample(KEYS, rng.randrange(1, 6))}


def told(text: str) -> Any:
    return json.loads(text, parse_int=lambda one: (one,), parse_float=lambda one: (one,))


def shred(records: list[Any]) -> Tables:
    """What a plain walk over parsed records makes of them."""
    tables: Tables = defaultdict(list)

    def cells(row: dict[tuple[str, ...], str | None], one: Any, table: tuple[str, ...], path: tuple[str, ...]) -> None:
        number = str(len(tables[table]))
        if isinstance(one, dict):
            for key, inner in one.items():
                cells(row, inner, table, (*path, key))
        elif isinstance(one, list):
            for inner in one:
                add((*table, *path, "[]"), inner, {("record",): number})
        else:
            texts = {True: "true", False: "false"}
            text = one[0] if isinstance(one, tuple) else texts[one] if isinstance(one, bool) else one
            row[path or ("valeur",)] = text.replace("\x01", "") if text else text  # no part of a value

    def add(table: tuple[str, ...], one: Any, row: dict[tuple[str, ...], str | None]) -> None:
        tables[table].append(row)
        cells(row, one, table, ())

    for one in records:
        add((), one, {})
    return tables


def written(rng: random.Random, records: list[Any]) -> tuple[str, str]:
    """The records in one of the shapes, and its name."""
    ascii_only = rng.random() < 0.3
    tight = rng.choice(((",", ":"), (", ", ": ")))
    texts = [json.dumps(one, ensure_ascii=ascii_only, separators=tight) for one in records]
    shape = rng.choice(("lines", "array", "pretty", "one_a_line", "beside", "envelope", "map", "indented"))
    if shape == "lines":
        return shape, "\n".join(texts) + rng.choice(("", "\n", "\n\n"))
    if shape == "array":
        return shape, "[" + ",".join(texts) + "]"
    if shape == "pretty":
        return shape, json.dumps(records, ensure_ascii=ascii_only, indent=2) + "\n"
    if shape == "one_a_line":
        return shape, "[\n" + ",\n".join(texts) + "\n]\n"
    if shape == "beside":
        return shape, rng.choice(("", " ")).join(texts)
    if shape == "envelope":
        return shape, f'{{"total": {len(texts)}, "data": {{"patients": [{", ".join(texts)}]}}}}'
    if shape == "map":
        entries = (f'"{1000 + at}": {text}' for at, text in enumerate(texts))
        return shape, "{" + ",\n".join(entries) + "}"
    return shape, "\n".join(json.dumps(one, ensure_ascii=ascii_only, indent=1) for one in records)


def damaged(rng: random.Random, content: bytes, places: int) -> bytes:
    for _ in range(places):
        at = rng.randrange(len(content) + 1)
        kind = rng.randrange(4)
        mark = bytes([rng.choice(MARKS)])
        if kind == 0:
            content = content[:at] + mark + content[at:]
        elif kind == 1:
            content = content[:at] + content[at + rng.randrange(1, 4) :]
        elif kind == 2:
            content = content[:at] + mark + content[at + 1 :]
        else:
            content = content[: max(1, at)] if rng.random() < 0.1 else content[:at] + b"}]" + content[at:]
    return content or b"{"


def physical_lines(content: bytes) -> int:
    text = content.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    return text.count(b"\n") + (not text.endswith(b"\n"))


def compare(tables: Any, expected: Tables, connection: Any, keyed: bool) -> None:
    """Every table as the plain walk tells it, whatever the order of its columns."""
    found = []
    for table in tables:
        rows = connection.execute(f"SELECT * FROM {table.table} ORDER BY _record").fetchall()
        found.append([dict(zip(table.headers, row[2:], strict=True)) for row in rows])
    wanted = []
    for path, rows in expected.items():
        if keyed and path == ():
            rows = [{("clé",): str(1000 + at), **row} for at, row in enumerate(rows)]
        names = {name for row in rows for name in row}
        nulls = {name for name in names if all(row.get(name) is None for row in rows)}
        wanted.append([{".".join(name): row.get(name) for name in names - nulls} for row in rows])
    for rows in (*found, *wanted):
        nulls = {name for name in (rows[0] if rows else ()) if all(row[name] is None for row in rows)}
        for row in rows:
            for name in nulls:
                del row[name]
    key = repr
    assert sorted(map(canonical, found), key=key) == sorted(map(canonical, wanted), key=key)


def canonical(rows: list[dict[str, str | None]]) -> list[list[tuple[str, str | None]]]:
    return [sorted(row.items(), key=lambda one: one[0]) for row in rows]


def turn(rng: random.Random, path: Path, connection: Any) -> dict[str, int]:
    """One file: written, perhaps damaged, read in pieces of some size, and held against what it should be."""
    records = [record(rng) for _ in range(rng.choice((1, 2, 3, 10, 40)))]
    shape, text = written(rng, records)
    places = rng.choice((0, 0, 1, 1, 3, 10))
    content = damaged(rng, text.encode(), places)
    path.write_bytes(content)
    json_text.SAMPLE_BYTES = rng.choice((1 << 20, 1 << 20, 100, 1000))
    json_text.PIECE_BYTES = rng.choice((1 << 20, 64, 300, 2000))
    json_text.CAREFUL_BYTES = rng.choice((1 << 18, 64, 500))
    connection.execute("DELETE FROM w.rejects")
    try:
        tables = read_sources([path], connection).tables
    except UnreadableSource:
        assert places, "a whole document is readable"
        return {}
    assert sum(table.source.physical_lines for table in tables) == physical_lines(content), "lines"
    if not any(table.source.format.startswith("json") for table in tables):
        assert places, "a whole document is JSON"
        return {}
    if (
        not places
        and json_text.SAMPLE_BYTES > 1000
        and (len(records) > 2 or shape in ("array", "pretty", "one_a_line"))
    ):
        compare(tables, shred([told(json.dumps(one)) for one in records]), connection, keyed=shape == "map")
    main = max((table.source.loaded for table in tables), default=0)
    return {f"{shape} damaged": places, f"{shape} lost": max(0, len(records) - main) if places else 0}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=1)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--turn", type=int, help="one turn only, with its traceback")
    arguments = parser.parse_args()
    end = time.monotonic() + 60 * arguments.minutes
    counts: dict[str, int] = defaultdict(int)
    with tempfile.TemporaryDirectory() as folder, duckdb.connect() as connection:
        connection.execute("ATTACH ':memory:' AS w")
        columns = "source INT, record BIGINT, line BIGINT, reason VARCHAR, raw VARCHAR"
        connection.execute(f"CREATE TABLE w.rejects ({columns})")
        number = arguments.turn or 0
        while time.monotonic() < end:
            rng = random.Random(f"{arguments.seed}-{number}")
            path = Path(folder) / "fuzz.json"
            try:
                for name, count in turn(rng, path, connection).items():
                    counts[name] += count
            except Exception as error:
                kept = Path(f"fuzz_{arguments.seed}_{number}.json")
                kept.write_bytes(path.read_bytes())
                sys.stdout.write(f"turn {number}: {type(error).__name__}, file kept as {kept}\n")
                if arguments.turn is not None:
                    raise
            number += 1
            if arguments.turn is not None:
                break
    sys.stdout.write(f"{number} turns\n" + "".join(f"{name}: {count}\n" for name, count in sorted(counts.items())))


if __name__ == "__main__":
    main()
