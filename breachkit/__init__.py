"""breachkit: from stolen health files to figures that stand up.

    case = breachkit.open_case("dossier/")
    impact = case.analyse()
    impact.people.patients.best

Importing the package does nothing but define these names; libraries are loaded when they are used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from breachkit.execution.case import Case, analyse, notification_fields, open_case
    from breachkit.execution.corrections import correct
    from breachkit.execution.pair_form import review_pairs
    from breachkit.execution.review_form import review
    from breachkit.impact import Impact
    from breachkit.report import show

__version__ = "0.1.0"
__all__ = ["Case", "Impact", "analyse", "correct", "notification_fields", "open_case", "review", "review_pairs", "show"]

_HOMES = {
    "Case": "breachkit.execution.case",
    "analyse": "breachkit.execution.case",
    "correct": "breachkit.execution.corrections",
    "review": "breachkit.execution.review_form",
    "review_pairs": "breachkit.execution.pair_form",
    "notification_fields": "breachkit.execution.case",
    "open_case": "breachkit.execution.case",
    "Impact": "breachkit.impact",
}


def __getattr__(name: str) -> Any:
    if name == "show":
        return import_module("breachkit.report.show")
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module 'breachkit' has no attribute '{name}'")
