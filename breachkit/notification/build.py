"""Both notification forms as one JSON document."""

from __future__ import annotations

from typing import Any

from breachkit.impact import Impact
from breachkit.notification.cnil import cnil_fields
from breachkit.notification.edpb import edpb_fields
from breachkit.notification.form import FormField


def build(impact: Impact, language: str = "fr") -> dict[str, dict[str, dict[str, Any]]]:
    """{"cnil": {field id: field}, "edpb": {number as text: field}}, each in its form's order, as plain JSON values."""
    return {"cnil": _by_id(cnil_fields(impact, language)), "edpb": _by_id(edpb_fields(impact, language))}


def _by_id(fields: list[FormField]) -> dict[str, dict[str, Any]]:
    return {field.id: field.model_dump(mode="json") for field in fields}
