"""The key of a workspace, its destruction, and a database that opens nothing else and nobody else's."""

from __future__ import annotations

import secrets
import shutil
import stat
from pathlib import Path
from typing import Any

import duckdb
import pytest

from breachkit import case, workspace
from breachkit.errors import BreachkitError, UsageError
from breachkit.execution.places import WORKSPACE
from breachkit.execution.purge import destroy
from breachkit.execution.run import Options, run
from breachkit.execution.verify import verify_outputs
from tests.adversary import as_csv, everybody, folded, needles, traces

PEOPLE = everybody(12)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run on twelve invented patients: `out` and its key."""
    folder = tmp_path_factory.mktemp("made")
    (folder / "patients.csv").write_bytes(as_csv(PEOPLE))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("BREACHKIT_KEY_DIR", str(folder / "keys"))
        run(Options(sources=(folder / "patients.csv",), out=folder / "out", notebooks=False, pdf=False))
    return folder


@pytest.fixture
def analysed(made: Path, tmp_path: Path) -> Path:
    """The folder of that run, with its key, to destroy."""
    shutil.copytree(made / "keys", case.key_folder(), dirs_exist_ok=True)
    return shutil.copytree(made / "out", tmp_path / "out")


def keys() -> list[Path]:
    return sorted(case.key_folder().glob("*"))


def test_a_purge_destroys_key_and_workspace_and_proves_it(analysed: Path) -> None:
    database = analysed / WORKSPACE
    (key,) = keys()
    secret, content = key.read_text(), database.read_bytes()
    found = destroy(analysed)
    assert found is not None
    assert (found.files, found.size, found.derived, found.copies) == (1, len(content), False, ())
    assert keys() == []
    assert not database.exists()
    assert [path.name for path in (analysed / ".workspace").iterdir()] == []
    assert found.outputs == verify_outputs(analysed).outputs > 10  # the release stays valid
    assert not traces(analysed, needles(PEOPLE))
    database.write_bytes(content)  # a backup comes back: without the key it opens nothing
    with pytest.raises(UsageError):
        case.read_key(database)
    with pytest.raises(UsageError), workspace.reopen(database, secrets.token_hex(32)):
        pass
    with workspace.reopen(database, secret) as connection:  # control: only the key was missing
        assert workspace.row(connection, "SELECT count(*) FROM w.t1") == (12,)
    assert destroy(analysed) is None


def test_a_copy_of_the_database_is_told(analysed: Path) -> None:
    shutil.copy(analysed / WORKSPACE, analysed / "sauvegarde.db")
    found = destroy(analysed)
    assert found is not None
    assert found.copies == ("sauvegarde.db",)


def test_a_purge_that_leaves_something_says_so(analysed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workspace, "destroy", lambda _path: None)
    with pytest.raises(BreachkitError, match="pas prouvée"):
        destroy(analysed)


def test_a_database_in_clear_would_be_noticed(analysed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (analysed / WORKSPACE).unlink()
    duckdb.connect(str(analysed / WORKSPACE)).close()
    connect = workspace._connect

    def clear(path: Path, _key: str, *arguments: Any) -> Any:
        connection = duckdb.connect(":memory:")
        connection.execute(f"ATTACH '{path}' AS w")
        return connection

    monkeypatch.setattr(workspace, "_connect", clear)
    with pytest.raises(BreachkitError, match="s'ouvre sans sa clé"):
        destroy(analysed)
    monkeypatch.setattr(workspace, "_connect", connect)


def test_folders_and_files_are_their_owner_s_alone(analysed: Path) -> None:
    for path in (analysed / ".workspace", case.key_folder()):
        assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0
    for path in [*(analysed / ".workspace").iterdir(), *keys()]:
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_given_key_is_kept_nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BREACHKIT_KEY", "7f" * 32)
    made = [tmp_path / name / "case.duckdb" for name in ("one", "two")]
    found = [case.new_key(path) for path in made]
    assert len({*found, "7f" * 32}) == 3  # each workspace has a key of its own
    assert keys() == []
    for path, key in zip(made, found, strict=True):
        with workspace.create(path, key):
            pass
        assert case.read_key(path) == key
        assert b"7f7f" not in b"".join(one.read_bytes() for one in path.parent.iterdir())
    monkeypatch.setenv("BREACHKIT_KEY", "8e" * 32)
    with pytest.raises(UsageError), workspace.reopen(made[0], case.read_key(made[0])):
        pass
    monkeypatch.delenv("BREACHKIT_KEY")
    assert not case.has_key(made[0])
    with pytest.raises(UsageError):
        case.read_key(made[0])


def test_a_given_key_after_a_purge_opens_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BREACHKIT_KEY", "7f" * 32)
    database = tmp_path / WORKSPACE
    with workspace.create(database, case.new_key(database)) as connection:
        connection.execute("CREATE TABLE w.t1 AS SELECT 1 AS c1")
    content = database.read_bytes()
    found = destroy(tmp_path)
    assert found is not None
    assert found.derived
    database.write_bytes(content)
    assert not case.has_key(database)


@pytest.mark.parametrize("command", ["printf 7f%s {}", "cat {file}"])
def test_a_command_gives_the_key(command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "key").write_text("7f" * 32 + "\n")
    monkeypatch.setenv("BREACHKIT_KEY_COMMAND", command.format("7f" * 31, file=tmp_path / "key"))
    by_command = case.new_key(tmp_path / "a" / "case.duckdb")
    monkeypatch.delenv("BREACHKIT_KEY_COMMAND")
    monkeypatch.setenv("BREACHKIT_KEY", "7f" * 32)
    assert case.read_key(tmp_path / "a" / "case.duckdb") == by_command


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("BREACHKIT_KEY", "SECRETQUINESTPASHEXA"),
        ("BREACHKIT_KEY_COMMAND", "echo SECRETQUINESTPASHEXA"),
        ("BREACHKIT_KEY_COMMAND", "false"),
        ("BREACHKIT_KEY_COMMAND", "/nulle/part"),
        ("BREACHKIT_KEY_COMMAND", "printf 'x"),
    ],
)
def test_a_key_that_is_none_is_refused_and_not_told(
    name: str, value: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(UsageError, match=name) as raised:
        case.new_key(tmp_path / "case.duckdb")
    assert "SECRET" not in raised.value.fr + raised.value.en


LOCKED = {
    "reading a file of the user": "SELECT * FROM read_csv('{outside}/x.csv')",
    "writing beside": "COPY (SELECT 1) TO '{outside}/y.csv'",
    "another database": "ATTACH '{outside}/z.duckdb' AS z",
    "the system": "SELECT * FROM read_text('/etc/hostname')",
    "the network": "SELECT * FROM read_csv('https://example.org/x.csv')",
    "an extension": "INSTALL httpfs",
    "loading": "LOAD httpfs",
    "the lock": "SET enable_external_access=true",
    "the memory": "SET memory_limit='100GB'",
    "the temporary folder": "SET temp_directory='{outside}'",
}


@pytest.mark.parametrize("name", LOCKED)
def test_the_database_is_locked_down(name: str, private: Any, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "x.csv").write_text("a\n1\n")
    with pytest.raises(duckdb.Error):
        private.execute(LOCKED[name].format(outside=outside))
    assert [path.name for path in outside.iterdir()] == ["x.csv"]
    assert duckdb.sql(f"SELECT count(*) FROM read_csv('{outside}/x.csv')").fetchall() == [(1,)]  # control


def test_what_spills_is_encrypted(tmp_path: Path) -> None:
    path = tmp_path / ".workspace" / "case.duckdb"
    marker = "ZQXQVJKWSPILL"
    spilled: list[bytes] = []
    with workspace.create(path, case.new_key(path), threads=1, memory="60MB") as connection:
        connection.execute(
            f"CREATE TABLE w.t AS SELECT '{marker}' || i AS a, repeat('{marker}', 8) AS b FROM range(600000) s(i)"
        )
        cursor = connection.execute("SELECT a, b FROM w.t ORDER BY hash(a)")
        cursor.fetchone()
        spilled = [one.read_bytes() for one in workspace.files_of(path)]
        cursor.fetchall()
    assert len(spilled) > 1  # it did spill
    assert all(marker.encode() not in one for one in spilled)
    assert marker.encode() not in path.read_bytes()
    assert not workspace.spill_folder(path).exists() or not list(workspace.spill_folder(path).iterdir())


def test_the_search_for_traces_finds_what_is_there(tmp_path: Path) -> None:
    """The control of every search of this suite."""
    one = PEOPLE[0]
    (tmp_path / "a.txt").write_text(f"{one.given} {one.family} au {one.phones()[2]}")
    (tmp_path / f"{one.iban}.txt").write_text("")
    kinds = {kind for _, kind in traces(tmp_path, needles(PEOPLE))}
    assert kinds >= {"name", "number"}
    assert folded("Œuvrardin d'Été 12") == "OEUVRARDINDETE12"
