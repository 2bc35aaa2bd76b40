"""The impact of one controller: the same document, restricted to what is its own.

What the analysis did not count by controller is not made up: it is zero or empty here, and `quality.limits` says so.
"""

from __future__ import annotations

from breachkit.impact import (
    ControllerCount,
    ControllerImpact,
    Counted,
    DataTypesPerPerson,
    Estimate,
    FreeText,
    Impact,
    Information,
    People,
    Quality,
    Reason,
    ThirdParties,
)

NO_BOUNDS = Reason(
    id="controller_no_bounds",
    fr="Compté une fois par responsable, sans minimum ni maximum : les bornes ne sont connues que pour l’incident.",
    en="Counted once for each controller, without low or high: bounds are known for the whole incident only.",
)
ITSELF = Reason(
    id="controller_itself",
    fr="Le responsable lui-même ; les autres professionnels de l’extraction ne sont pas répartis par responsable.",
    en="The controller itself; the other professionals of the extract are not split by controller.",
)
ONE_PER_NOTE = Reason(
    id="third_party_per_note",
    fr="Au plus un tiers par note et par catégorie : l’analyse ne compte les tiers que pour l’incident entier.",
    en="At most one third party for each note and category: the analysis counts them for the whole incident only.",
)
LIMITS = (
    Reason(
        id="controller_scope",
        fr=(
            "Ces chiffres sont ceux d’un seul responsable. Les fichiers, les tables et les colonnes décrits sont ceux "
            "de l’incident entier, de même que les nombres cités dans les autres limites."
        ),
        en=(
            "These figures are those of one controller. The files, tables and columns described are those of the "
            "whole incident, and so are the numbers told in the other limits."
        ),
    ),
    Reason(
        id="controller_unknown",
        fr=(
            "Ne sont pas connus par responsable, et valent zéro ici : les notes distinctes, les notes avec une mention "
            "ou une donnée sensible, les enregistrements sans identité suffisante."
        ),
        en=(
            "Not known by controller, and zero here: distinct notes, notes with a finding or a special category, "
            "records with too little identity."
        ),
    ),
)


def controller_impact(impact: Impact, controller_id: str) -> Impact:
    """The impact restricted to one controller (scope "controller"); KeyError where it has none of that id.

    Sources, tables and incident stay those of the incident. An impact that is already restricted to
    this controller comes back as it is.
    """
    one = impact.controller(controller_id)
    if impact.scope == "controller":
        return impact
    types = one.data_types_per_person or DataTypesPerPerson(min=0, median=0, p95=0, max=0, histogram=())
    added = {reason.id: reason for reason in (NO_BOUNDS, ITSELF, ONE_PER_NOTE)}
    return impact.model_copy(
        update={
            "scope": "controller",
            "people": _people(impact, one),
            "exposure": one.exposure,
            "boxes": (),
            "data_types_per_person": types,
            "free_text": _free_text(one),
            "profiles": one.profiles,
            "severity": one.severity,
            "obligations": one.obligations or impact.obligations,
            "information": Information(segments=one.segments),
            "controllers": (one,),
            "quality": _quality(impact, one),
            "methods": {**impact.methods, **added},
        }
    )


def _point(count: int) -> Estimate:
    return Estimate(low=count, best=count, high=count, method=NO_BOUNDS.id)


def _people(impact: Impact, one: ControllerImpact) -> People:
    patients = one.patients
    itself = 1 if one.kind == "professional" else 0
    mentions = sum(found.notes for found in one.by_finding if found.subject == "third_party")
    high = min(mentions, impact.people.third_parties.high)
    return People(
        patients=Counted(
            low=patients.low, best=patients.best, high=patients.high, method=patients.method, records=one.records
        ),
        professionals=Counted(low=itself, best=itself, high=itself, method=ITSELF.id, records=itself),
        third_parties=ThirdParties(low=min(1, high), best=high, high=high, method=ONE_PER_NOTE.id, mentions=mentions),
        minors=_point(one.minors),
        deceased=_point(one.deceased),
        controllers=ControllerCount(count=1, sum_of_patients=patients.best),
    )


def _free_text(one: ControllerImpact) -> FreeText:
    return FreeText(
        notes=one.notes,
        persons_with_notes=one.persons_with_notes,
        persons_with_special_category=one.persons_with_special_category,
        by_finding=one.by_finding,
    )


def _quality(impact: Impact, one: ControllerImpact) -> Quality:
    duplicates = max(0, one.records - one.patients.best)
    dated = sum(found.persons for found in one.exposure if found.field == "birth_date")
    return impact.quality.model_copy(
        update={
            "duplicate_records": duplicates,
            "duplicate_share": round(duplicates / one.records, 6) if one.records else 0.0,
            "records_without_identity": 0,
            "persons_without_birth_date": max(0, one.patients.best - dated),
            "persons_without_controller": 0,
            "limits": (*LIMITS, *impact.quality.limits),
        }
    )
