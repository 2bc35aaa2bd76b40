"""`breachkit lab`: JupyterLab on a case, for this machine only."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from breachkit.execution.case import open_case

# This machine only, and no call outside: neither news, nor extensions, nor updates.
PRIVATE = (
    "--ServerApp.ip=127.0.0.1",
    "--LabApp.news_url=None",
    "--LabApp.extension_manager=readonly",
    "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
)


def open_lab(folder: Path) -> int:
    """Opens JupyterLab on the folder and waits for its end; its exit code. UsageError where there is no folder."""
    case = open_case(folder)
    root = ["--allow-root"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []  # as in most containers
    command = [sys.executable, "-m", "jupyterlab", f"--notebook-dir={case.folder}", *PRIVATE, *root]
    return subprocess.run(command, check=False).returncode
