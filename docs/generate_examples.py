"""The documents of reports/examples/, made again by the demo of two invented samples.

    python docs/generate_examples.py

Takes some minutes. The picture of the README is made too where `pdftoppm` (poppler) is installed.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
EXAMPLES = ROOT / "reports" / "examples"
PLACES = {"mlm": EXAMPLES, "hopital": EXAMPLES / "hopital"}
DOCUMENTS = ("rapport-impact.pdf", "notification-cnil.pdf", "information-patients.pdf", "impact.json")
PICTURE = ROOT / "docs" / "images" / "rapport-page-1"


def breachkit(*arguments: str) -> None:
    """Runs a command of breachkit; CalledProcessError where it fails."""
    subprocess.run([sys.executable, "-m", "breachkit", *arguments], check=True, cwd=ROOT)


def make(sample: str, place: Path, scratch: Path) -> None:
    """The documents of a sample, with the sheet of its first controller, in their place."""
    out = scratch / sample
    breachkit("demo", "--sample", sample, "--out", str(out))
    breachkit("batch", str(out), "--limit", "1")
    place.mkdir(parents=True, exist_ok=True)
    for name in DOCUMENTS:
        shutil.copyfile(out / name, place / name)
    (sheet,) = out.glob("controllers/*/rapport.pdf")
    shutil.copyfile(sheet, place / "rapport.pdf")


def main() -> None:
    """Makes every document of the examples, and the picture of the first page."""
    with tempfile.TemporaryDirectory() as scratch:
        for sample, place in PLACES.items():
            make(sample, place, Path(scratch))
    if shutil.which("pdftoppm"):
        first = ["-r", "90", "-f", "1", "-l", "1", "-singlefile", "-png"]
        subprocess.run(["pdftoppm", *first, str(EXAMPLES / "rapport-impact.pdf"), str(PICTURE)], check=True)


if __name__ == "__main__":
    main()
