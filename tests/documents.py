"""Every PDF of the example in both languages, made once for all the tests that read them."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

from pypdf import PdfReader

from breachkit.impact import Impact
from breachkit.notification.boxes import boxes
from breachkit.notification.build import build
from breachkit.report import pdf
from tests.example_impact import example_impact

ENGLISH_FACTS: dict[str, dict[str, Any]] = {
    "incident": {"title": "Extract of patient files"},
    "breach": {"description": "Abnormal requests were made from doctors' accounts."},
    "controller": {"name": "Example practice", "address": "", "sector": "Health", "legal representative": "",
                   "contact": "", "dpo": "", "speciality": ""},
    "processor": {"name": "Example software", "role": "Editor", "contact": ""},
    "measures": {"before": ["Login and password"], "after": ["Accounts blocked"], "planned": ["Second factor"]},
    "communication": {"means": ["e-mail"]},
    "others": {},
}  # fmt: skip

WRITERS: dict[str, Callable[[Impact, Path, str], None]] = {
    "impact": pdf.write_impact_report,
    "information": pdf.write_information,
    "notification": lambda impact, path, language: pdf.write_notification(
        impact, build(impact, language), path, language
    ),
    "controller": lambda impact, path, language: pdf.write_controller_report(
        impact, impact.controllers[3].id, path, language
    ),
    "summary": pdf.write_summary,
}


def counted(**sections: Mapping[str, Any]) -> Impact:
    """The example as the chain makes it: with the persons behind each box, and these facts."""
    impact = example_impact()
    facts = {**impact.incident}
    for name, values in sections.items():
        facts[name] = {**facts[name], **values}
    return impact.model_copy(update={"boxes": boxes(impact.profiles), "incident": facts})


@cache
def document(name: str, language: str) -> bytes:
    """The bytes of one document of the example; in English its facts are told in English too."""
    impact = counted(**ENGLISH_FACTS) if language == "en" else counted()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "one.pdf"
        WRITERS[name](impact, path, language)
        return path.read_bytes()


def text_of(path: Path) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(path).pages)


@cache
def text(name: str, language: str) -> str:
    """The words of one document of the example."""
    return "\n".join(page.extract_text() for page in PdfReader(BytesIO(document(name, language))).pages)
