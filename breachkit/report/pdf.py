"""The PDFs, drawn from the impact alone: the report, the form's fields, who to inform, one controller's sheet.

Each function writes one file at `path` and nothing beside it; the same impact gives the same bytes. `language` is
"fr" or "en". PDF/A-3a and PDF/UA-1. InternalError where a page cannot be set.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from breachkit.impact import Impact
from breachkit.report.comparison_content import comparison_content
from breachkit.report.controller_content import controller_content, summary_content
from breachkit.report.impact_content import impact_content
from breachkit.report.information_content import information_content
from breachkit.report.notification_content import notification_content
from breachkit.report.typesetting import typeset


def write_impact_report(impact: Impact, path: Path, language: str = "fr") -> None:
    """The whole analysis, its first page for a director, with impact.json attached."""
    path.write_bytes(typeset("impact", impact_content(impact, language), dated=impact.reference_date))


def write_notification(impact: Impact, form: Mapping[str, Any], path: Path, language: str = "fr") -> None:
    """The fields of the CNIL's form in its order, then the EDPB's; what is missing is listed first.

    `form` is `{"cnil": {id: {section, label, value, options?, status, note}}, "edpb": {…}}`.
    """
    content = notification_content(impact, form, language)
    path.write_bytes(typeset("notification", content, dated=impact.reference_date))


def write_information(impact: Impact, path: Path, language: str = "fr") -> None:
    """Who to inform, by which channel and with which letter, and the cautions to take; no name."""
    path.write_bytes(typeset("information", information_content(impact, language), dated=impact.reference_date))


def write_controller_report(impact: Impact, controller_id: str, path: Path, language: str = "fr") -> None:
    """One controller's sheet with its own figures only, attached as JSON; KeyError for an unknown controller.

    It may leave the controller: small counts are withheld, and what would give them away.
    """
    content = controller_content(impact, controller_id, language)
    path.write_bytes(typeset("controller", content, dated=impact.reference_date))


def write_summary(impact: Impact, path: Path, language: str = "fr") -> None:
    """Two pages on the whole incident to hand on, with their figures as JSON: small counts are withheld."""
    path.write_bytes(typeset("controller", summary_content(impact, language), dated=impact.reference_date))


def write_comparison_report(new: Impact, compared: Mapping[str, Any], path: Path, language: str = "fr") -> None:
    """What changed since the former notification, the sentence of the complementary one first.

    `compared` is the comparison as plain JSON values (see `comparison_content`), `new` the later impact.
    """
    path.write_bytes(typeset("comparison", comparison_content(new, compared, language), dated=new.reference_date))
