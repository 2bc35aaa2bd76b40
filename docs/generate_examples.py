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
DOCUMENTS = {
    "rapport-impact.pdf": "l’analyse entière",
    "notification-cnil.pdf": "les champs de la notification",
    "information-patients.pdf": "qui informer, par quel canal, avec quelle lettre",
    "impact.json": "tous les chiffres",
}
SHEET = "rapport.pdf"  # of the first controller
README = """\
# Exemples

Ces documents viennent de deux échantillons inventés, un [logiciel de cabinet](../../data/samples/mlm/README.md) et des
[dossiers d’hôpital](../../data/samples/hopital/README.md) : **aucune personne d’ici n’existe**, ni patient, ni médecin.

{table}

Ils se refont ainsi, depuis la racine du dépôt :

```bash
make examples
```

L’image du README est refaite aussi si `pdftoppm`, de poppler, est installé.
"""
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
    (sheet,) = out.glob(f"controllers/*/{SHEET}")
    shutil.copyfile(sheet, place / SHEET)


def readme() -> str:
    """The page that leads to the documents of both samples."""
    told = {**DOCUMENTS, SHEET: "la fiche d’un responsable de traitement"}
    rows = [f"| [{name}]({name}) | [{name}](hopital/{name}) | {what} |" for name, what in told.items()]
    return README.format(table="\n".join(["| cabinet | hôpital | quoi |", "| --- | --- | --- |", *rows]))


def main() -> None:
    """Makes every document of the examples, and the picture of the first page."""
    with tempfile.TemporaryDirectory() as scratch:
        for sample, place in PLACES.items():
            make(sample, place, Path(scratch))
    (EXAMPLES / "README.md").write_text(readme(), encoding="utf-8")
    if shutil.which("pdftoppm"):
        first = ["-r", "90", "-f", "1", "-l", "1", "-singlefile", "-png"]
        subprocess.run(["pdftoppm", *first, str(EXAMPLES / "rapport-impact.pdf"), str(PICTURE)], check=True)


if __name__ == "__main__":
    main()
