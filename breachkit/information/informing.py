"""What the impact says of informing the persons: segments, channels, and what a public notice would rest on."""

from __future__ import annotations

from collections.abc import Sequence

from breachkit.impact import Effort, Information, People, Reach, ReachGroup, Reason
from breachkit.incident import Incident
from breachkit.information.facts import missing_facts
from breachkit.information.segments import segments
from breachkit.reference.catalogue import load_toml


def informing(groups: Sequence[ReachGroup], reach: Reach, people: People, incident: Incident) -> Information:
    """Who to inform and how, from the persons as counted; `reach` is of the living, `groups` of everybody."""
    return Information(
        segments=segments(groups), reach=reach, effort=effort(reach, people), missing=missing_facts(incident)
    )


def effort(reach: Reach, people: People) -> Effort:
    """What the figures say for and against a disproportionate effort (GDPR art. 34(3)(c)).

    "no": everybody has a channel; "for_some": it could hold for those without one; "nobody_reached": the extract gives
    no channel to anybody, and other files must be looked at first.
    """
    third = people.third_parties.best
    if not reach.persons and not third:
        return Effort(verdict="undetermined")
    reached, cheap = reach.persons - reach.none, sum(one.persons for one in reach.mixes if _is_cheap(one.channels))
    figures = {
        "persons": reach.persons, "reached": reached, "share": _percent(reached, reach.persons), "cheap": cheap,
        "none": reach.none, "none_share": _percent(reach.none, reach.persons), "shared": reach.only_shared,
        "third": third, "sealed": reach.sensitive_without_post,
    }  # fmt: skip
    verdict: str = "no" if not reach.none else "for_some" if reached else "nobody_reached"
    for_it = [key for key, count in (("none", reach.none), ("third", third), ("sealed", figures["sealed"])) if count]
    against = [key for key, count in (("reached", reached), ("cheap", cheap), ("elsewhere", reach.none)) if count]
    against += ["shared"] if reach.only_shared else []
    return Effort.model_validate(
        {
            "verdict": verdict if reach.persons else "for_some",
            "supports": [_reason(key, figures) for key in for_it],
            "refutes": [_reason(key, figures) for key in against],
        }
    )


def _is_cheap(channels: Sequence[str]) -> bool:
    """An e-mail or a text message: thousands cost little."""
    return "email" in channels or "mobile" in channels


def _percent(part: int, whole: int) -> float:
    share = 100 * part / whole if whole else 0.0
    return round(share, 1 if share >= 1 else 2)


def _reason(key: str, figures: dict[str, float]) -> Reason:
    sentence = load_toml("effort.toml")["reasons"][key]
    shown = {name: _shown(value) for name, value in figures.items()}
    french = {name: text.replace(",", "\u202f").replace(".", ",") for name, text in shown.items()}
    return Reason(id=f"effort.{key}", fr=sentence["fr"].format(**french), en=sentence["en"].format(**shown))


def _shown(value: float) -> str:
    return f"{value:,}"
