"""Everything that is drawn from an impact, written into one folder."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from breachkit.errors import Language
from breachkit.execution.register import write_register
from breachkit.impact import Impact
from breachkit.information.documents import documents
from breachkit.notification.build import build
from breachkit.report.charts import write_charts
from breachkit.report.pdf import write_impact_report, write_information, write_notification, write_summary

PDF_NAMES: dict[Language, tuple[str, str, str]] = {
    "fr": ("rapport-impact.pdf", "notification-cnil.pdf", "information-patients.pdf"),
    "en": ("report-impact.pdf", "notification-cnil-en.pdf", "information-patients-en.pdf"),
}
# To hand on: the only document of a run whose small counts are withheld.
SUMMARY_NAME: dict[Language, str] = {"fr": "synthese-diffusion.pdf", "en": "summary-to-share.pdf"}


def write_figures(impact: Impact, folder: Path, language: Language) -> None:
    """impact.json, notification.json, the register and the letter templates."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "impact.json").write_text(impact.to_json(), encoding="utf-8")
    form = build(impact, language)
    (folder / "notification.json").write_text(json.dumps(form, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    write_register(impact, folder, language)
    templates = folder / "lettres"
    templates.mkdir(exist_ok=True)
    for name, text in documents(impact, language).items():
        (templates / name).write_text(text, encoding="utf-8")


def write_documents(
    impact: Impact, folder: Path, language: Language, at: Callable[[str], None] = lambda _: None
) -> None:
    """The charts and the four PDF."""
    at("charts")
    write_charts(impact, folder / "charts", language)
    at("pdf")
    report, notification, information = PDF_NAMES[language]
    write_impact_report(impact, folder / report, language)
    write_notification(impact, build(impact, language), folder / notification, language)
    write_information(impact, folder / information, language)
    write_summary(impact, folder / SUMMARY_NAME[language], language)
