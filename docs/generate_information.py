"""The table of docs/information.md that says how easy each text is to read.

    python docs/generate_information.py

writes it between its markers, from the facts that the tests give to the letters. A test compares them.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

DOCS = Path(__file__).parent
sys.path.insert(0, str(DOCS.parent))

from breachkit.information.documents import documents  # noqa: E402
from breachkit.information.readability import Ease, ease  # noqa: E402
from tests.informing import PLAIN, impact_with  # noqa: E402

PAGE = DOCS / "information.md"
BEGIN, END = "<!-- lisibilité : début -->", "<!-- lisibilité : fin -->"
# What a row is about, and the files it takes in.
ROWS = (
    ("lettre aux majeurs", r"adults(?:_number|_access|_bank)?\.md"),
    ("lettre aux majeurs, données sensibles", r"adults_sensitive\.md"),
    ("lettre aux parents d’un mineur de moins de 15 ans", r"minors(?:_number|_access|_bank|_sensitive)?\.md"),
    ("lettre à un mineur de 15 à 17 ans et à ses parents", r"minors_15_17(?:_\w+)?\.md"),
    ("lettre à un majeur protégé et à son tuteur", r"protected(?:_\w+)?\.md"),
    ("lettre, âge inconnu", r"age_unknown(?:_\w+)?\.md"),
    ("courriel", r"\w+(?<!_sensitive)-email\.md"),
    ("courriel d’annonce, données sensibles", r"\w+_sensitive-email\.md"),
    ("SMS", r"\w+-sms\.md"),
    ("script d’appel", r"\w+-phone\.md"),
    ("affiche de salle d’attente", r"notice-waiting-room\.md"),
    ("page du site", r"notice-website\.md"),
    ("notes à l’équipe et au DPO", r"note-[\w-]+\.md"),
)


def table() -> str:
    """The rows as Markdown: lowest ease of each kind of text in both languages, words, the longest sentence."""
    written = {language: documents(impact_with(**PLAIN), language) for language in ("fr", "en")}
    lines = [
        "| texte | français (Kandel et Moles) | anglais (Flesch) | mots lus | phrase la plus longue |",
        "| --- | --- | --- | --- | --- |",
    ]
    for name, files in ROWS:
        found = {
            language: [ease(text, language) for file, text in texts.items() if re.fullmatch(files, file)]
            for language, texts in written.items()
        }
        french, english = (min(one.score for one in found[language]) for language in ("fr", "en"))
        lines.append(
            f"| {name} | {_comma(french)} | {_comma(english)} | {_span(found['fr'])} | {_longest(found['fr'])} |"
        )
    return "\n".join(lines)


def _comma(score: float) -> str:
    return f"{score:.1f}".replace(".", ",")


def _span(found: list[Ease]) -> str:
    low, high = min(one.words for one in found), max(one.words for one in found)
    return str(low) if low == high else f"{low} à {high}"


def _longest(found: list[Ease]) -> str:
    return f"{max(one.longest for one in found)} mots"


def page() -> str:
    """docs/information.md with the table of today."""
    text = PAGE.read_text(encoding="utf-8")
    before, rest = text.split(BEGIN)
    return f"{before}{BEGIN}\n\n{table()}\n\n{END}{rest.split(END)[1]}"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
