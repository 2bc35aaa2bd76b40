"""One controller's part of the impact as it may leave the controller, for the views of its notebook."""

from __future__ import annotations

from breachkit.impact import ControllerImpact, Impact, Information
from breachkit.report.sharing import shareable


def chosen(impact: Impact, controller_id: str) -> ControllerImpact | None:
    """The controller asked for, small counts withheld; the first where none is named, None where there is none."""
    wanted = [one for one in impact.controllers if one.id == controller_id or not controller_id]
    return shareable(wanted[0]) if wanted else None


def focused(impact: Impact, controller_id: str) -> Impact | None:
    """The impact as charts and tables need it for one controller; None where the figures do not have it."""
    one = chosen(impact, controller_id)
    if one is None:
        return None
    patients = impact.people.patients.model_copy(
        update={"low": one.patients.low, "best": one.patients.best, "high": one.patients.high, "records": one.records}
    )
    return impact.model_copy(
        update={
            "people": impact.people.model_copy(update={"patients": patients}),
            "exposure": one.exposure,
            "profiles": one.profiles,
            "severity": one.severity,
            "obligations": one.obligations or impact.obligations,
            "free_text": impact.free_text.model_copy(update={"notes": one.notes, "by_finding": one.by_finding}),
            "information": Information(segments=one.segments),
        }
    )
