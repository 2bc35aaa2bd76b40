"""What rapport-impact.pdf says: the first page, the sections, the charts, and impact.json attached."""

from __future__ import annotations

from typing import Any

from breachkit.impact import Impact
from breachkit.report.format import typography
from breachkit.report.front_page import front_page
from breachkit.report.impact_figures import impact_figures
from breachkit.report.impact_sections import impact_sections
from breachkit.report.printing import LONGEST_TITLE, frame_of, incident_text, reference_pairs, shortened
from breachkit.report.wording import wording


def impact_content(impact: Impact, language: str) -> dict[str, Any]:
    """The data of the template `impact`."""
    words = wording(language)
    title = incident_text(impact, "incident", "title") or words.text("report.untitled")
    kind = words.text("report.kind")
    content = frame_of(
        impact,
        language,
        title=f"{kind} – {title}",
        kind=kind,
        running=f"{kind} · {title}",
        footer=words.text("report.footer"),
    )
    declared = incident_text(impact, "incident", "kind")
    meta = reference_pairs(impact, language)
    if declared:
        meta.append([words.text("report.notification_kind"), words.label("notification_kinds", declared)])
    content |= {
        "title": shortened(typography(title, language), LONGEST_TITLE),
        "meta": meta,
        "front": front_page(impact, language),
        "charts": impact_figures(impact, language),
        "sections": impact_sections(impact, language),
    }
    content["attachments"] = [
        {
            "name": "impact.json",
            "content": impact.to_json(),
            "description": words.text("report.attachment"),
        }
    ]
    return content
