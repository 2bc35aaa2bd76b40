"""A folder of odd files, each with what must come of it beside it: a new odd file is a new case.

`tests/data/odd/ROOM/FILE` and `FILE.toml`: `why` (one sentence), `exit_code` (3 where it cannot be read at all), and
`[[table]]` in order, each key of which is held against the source, the table or its records.
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from breachkit.errors import UnreadableSource
from breachkit.reading.load import read_sources
from breachkit.reading.table_writer import LoadedTable

ODD = Path(__file__).parent / "data" / "odd"
CASES = sorted(path.with_suffix("") for path in ODD.rglob("*.toml"))
OF_SOURCE = frozenset(
    {"format", "encoding", "compression", "member", "physical_lines", "header_lines", "blank_lines", "other_lines"}
    | {"record_lines", "records", "loaded", "truncated"}
)


def test_every_odd_file_has_its_account_beside_it() -> None:
    files = {path for path in ODD.rglob("*") if path.is_file() and path.suffix != ".toml"}
    assert files == set(CASES)


@pytest.mark.parametrize("path", CASES, ids=lambda path: str(path.relative_to(ODD)))
def test_an_odd_file_is_read_as_its_account_says(path: Path, private: Any) -> None:
    told = tomllib.loads(path.with_name(path.name + ".toml").read_text(encoding="utf-8"))
    assert told["why"]
    if told.get("exit_code", 0) == 3:
        with pytest.raises(UnreadableSource) as raised:
            read_sources([path], private, password=lambda _: told.get("password"))
        for part in told.get("message", []):
            assert part in raised.value.fr
        return
    found = read_sources([path], private, password=lambda _: told.get("password"))
    assert [one.name for one in found.tables] == [one.get("name", path.name) for one in told["table"]]
    for table, expected in zip(found.tables, told["table"], strict=True):
        _hold(table, expected, private)
    assert len(found.unreadable) == told.get("unreadable", 0)


def _hold(table: LoadedTable, expected: dict[str, Any], connection: Any) -> None:
    source = table.source
    assert source.records == source.loaded + source.rejected
    assert source.repaired_by_reason == expected.get("repaired", {})
    assert source.rejected_by_reason == expected.get("rejected", {})
    for key in OF_SOURCE & expected.keys():
        assert getattr(source, key) == expected[key], key
    if "headers" in expected:
        assert list(table.headers) == expected["headers"]
    if "rows" in expected:
        rows = connection.execute(f"SELECT * FROM {table.table} ORDER BY _record").fetchall()
        assert [["" if cell is None else cell for cell in row[2:]] for row in rows] == expected["rows"]
