"""No command attempts a connection: each runs under a guard that notes every attempt, and in a network of nothing."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.adversary import as_csv, everybody
from tests.conftest import MLM

# Loaded by every Python of the command and of its children before anything else. An audit hook sees calls that a
# patched function would not; addresses of this machine are those of JupyterLab itself and of its kernels.
GUARD = """
import os, sys

OUTSIDE = {"socket.connect", "socket.sendto", "socket.sendmsg", "socket.getaddrinfo", "socket.gethostbyname"}
HERE = {"127.0.0.1", "::1", "localhost", "", None}

def guard(event, arguments):
    if event not in OUTSIDE and not event.startswith(("http.client", "urllib", "ftplib", "smtplib")):
        return
    address = arguments[1] if event.startswith(("socket.connect", "socket.send")) else arguments[0]
    if event.startswith("socket.") and not isinstance(address, tuple) and event[7:11] in ("conn", "send"):
        return  # a socket of the file system, or one that is connected already
    host = address[0] if isinstance(address, tuple) else address
    if host in HERE:
        return
    with open(os.environ["ATTEMPTS"], "a") as noted:
        noted.write(f"{event} {sys.argv[:1]}\\n")
    raise OSError("no network here")

sys.addaudithook(guard)
"""


@pytest.fixture
def guarded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file where attempts are noted; the environment for the commands is set."""
    site, home = tmp_path / "site", tmp_path / "home"
    for folder in (site, home):
        folder.mkdir()
    (site / "sitecustomize.py").write_text(GUARD, encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", str(site))
    monkeypatch.setenv("ATTEMPTS", str(tmp_path / "attempts"))
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("BREACHKIT_KEY_DIR", str(home / "keys"))
    return tmp_path / "attempts"


def python(*arguments: str | Path, before: Sequence[str] = (), cwd: Path) -> subprocess.CompletedProcess[str]:
    command = [*before, sys.executable, *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, cwd=cwd, timeout=500, check=False)


def nothing_but_loopback() -> list[str]:
    """What puts a command in a network without interface; nothing where the system does not allow it."""
    command = ["unshare", "--map-root-user", "--net"]
    allowed = shutil.which("unshare") and subprocess.run([*command, "true"], capture_output=True, check=False)
    return command if allowed and allowed.returncode == 0 else []


ATTEMPTS = {
    "socket": "import socket; socket.create_connection(('192.0.2.1', 80), 1)",
    "name": "import socket; socket.getaddrinfo('example.org', 80)",
    "page": "import urllib.request; urllib.request.urlopen('http://192.0.2.1/', timeout=1)",
    "datagram": "import socket; socket.socket(type=socket.SOCK_DGRAM).sendto(b'x', ('192.0.2.1', 9))",
    "child": "import subprocess, sys; subprocess.run([sys.executable, '-c', "
    "\"import socket; socket.create_connection(('192.0.2.1', 80), 1)\"])",
}


@pytest.mark.parametrize("name", ATTEMPTS)
def test_the_guard_notes_an_attempt(name: str, guarded: Path) -> None:
    done = python("-c", ATTEMPTS[name], cwd=guarded.parent)
    assert "no network here" in done.stderr
    assert guarded.read_text()


def test_the_guard_lets_a_command_alone(guarded: Path) -> None:
    local = "import socket, asyncio; a, b = socket.socketpair(); a.send(b'x'); asyncio.run(asyncio.sleep(0))"
    assert python("-c", local, cwd=guarded.parent).returncode == 0
    assert not guarded.exists()


def test_an_analysis_attempts_no_connection(guarded: Path, tmp_path: Path) -> None:
    (tmp_path / "patients.csv").write_bytes(as_csv(everybody(12)))
    options = ("--out", tmp_path / "out", "--no-notebooks", "--no-pdf")
    done = python("-m", "breachkit", "run", tmp_path / "patients.csv", *options, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert not guarded.exists(), guarded.read_text()


def commands(tmp_path: Path) -> list[tuple[str | Path, ...]]:
    """Every command that ends by itself, in an order in which each finds what it needs."""
    from pyrage import x25519

    out, other = tmp_path / "out", tmp_path / "other"
    sources = (MLM / "patients.csv", MLM / "medecins.csv")
    comments = tmp_path / "notes.jsonl"
    comments.write_text(json.dumps({"id": "1", "text": "suivie pour un VIH"}) + "\n")
    facts = tmp_path / "facts.toml"
    facts.write_text('[breach]\nexfiltrated = "yes"\n[data]\nfields = ["family_name", "nir"]\npersons = 12\n')
    return [
        ("init", tmp_path / "case"),
        ("inspect", *sources),
        ("run", *sources, "--incident", MLM / "incident.toml", "--out", out),
        ("run", sources[0], "--out", other, "--no-notebooks", "--no-pdf", "--lang", "en"),
        ("batch", out, "--limit", "2", "--jobs", "2"),
        ("text", comments),
        ("assess", facts),
        ("explain", out, "people.patients"),
        ("compare", other, out, "--out", tmp_path / "compared"),
        ("review", out, "--sample"),
        ("mailing", out, "--controller", "10926703637", "--to", str(x25519.Identity.generate().to_public()),
         "--author", "essai", "--out", tmp_path / "list.csv.age"),
        ("verify", out),
        ("purge", out),
        ("schema",),
        ("demo", "--out", tmp_path / "demo"),
    ]  # fmt: skip


@pytest.mark.slow
def test_no_command_attempts_a_connection(guarded: Path, tmp_path: Path) -> None:
    """In a network without interface too, where the system allows one: none is needed."""
    before = nothing_but_loopback()
    for command in commands(tmp_path):
        done = python("-m", "breachkit", *command, before=before, cwd=tmp_path)
        assert done.returncode == 0, (command[0], done.stderr)
        assert not guarded.exists(), (command[0], guarded.read_text())


@pytest.mark.slow
def test_jupyterlab_attempts_no_connection(guarded: Path, tmp_path: Path) -> None:
    """It listens on this machine alone, for as long as it is open."""
    (tmp_path / "case").mkdir()
    command = [sys.executable, "-m", "breachkit", "lab", str(tmp_path / "case")]
    environment = os.environ | {"BROWSER": "true"}
    told = tmp_path / "told"
    with told.open("w") as handle:
        lab = subprocess.Popen(
            command, cwd=tmp_path, env=environment, stderr=handle, stdout=handle, start_new_session=True
        )
        try:
            deadline = time.monotonic() + 120
            while "is running at" not in told.read_text() and time.monotonic() < deadline and lab.poll() is None:
                time.sleep(0.5)
            time.sleep(5)
        finally:
            os.killpg(lab.pid, signal.SIGTERM)
            lab.wait(30)
    assert "http://127.0.0.1:" in told.read_text() or "http://localhost:" in told.read_text(), told.read_text()
    assert not guarded.exists(), guarded.read_text()


def test_downloads_of_the_libraries_are_off() -> None:
    """What looks for models or lists on the network by itself is not among what an analysis imports."""
    code = (
        "import sys; import breachkit.execution.run, breachkit.execution.batch, breachkit.freetext.findings; "
        "print([name for name in ('tldextract', 'spacy', 'requests', 'presidio_analyzer') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
