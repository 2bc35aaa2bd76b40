"""The ENISA score, its bands and its reasons; the profiles and their highest severity."""

from __future__ import annotations

from typing import Any

import pytest

from breachkit.assessment.enisa import LEVELS, level_of, score
from breachkit.assessment.facts import check_facts, facts_group, malice_of
from breachkit.assessment.severity import summarise, weigh
from breachkit.assessment.wording import table
from breachkit.errors import FactsError
from breachkit.impact import EnisaScore, ExposedGroup
from breachkit.incident import Incident
from breachkit.reference.catalogue import categories, fields

ADMIN = ("family_name", "given_name", "birth_date", "phone", "postal_address")
NOTED = (*ADMIN, "free_text")
HACK_AND_PUBLISHED = {"exfiltrated": "yes", "published": True, "malicious": True}


def incident(breach: dict[str, Any] | None = None, **sections: Any) -> Incident:
    return Incident.model_validate({"breach": breach or {}, **sections})


def group(exposed: tuple[str, ...], special: tuple[str, ...] = (), *context: Any, persons: int = 1) -> ExposedGroup:
    return ExposedGroup(fields=exposed, special_categories=special, context=context, persons=persons)


def parts(one: EnisaScore) -> tuple[float, float, float, float, str]:
    return one.dpc, one.ei, one.cb, one.se, one.level


# regulatory.md 4.5, published after a hack: profile, DPC, EI, CB, SE, level.
WORKED = {
    "administrative file": (group(ADMIN), (1, 1, 1, 2, "medium")),
    "revealing specialty": (group(ADMIN, (), "revealing_specialty"), (3, 1, 1, 4, "very_high")),
    "minor": (group(ADMIN, (), "minor"), (4, 1, 1, 5, "very_high")),
    "note on health": (group(NOTED, ("health",)), (4, 1, 1, 5, "very_high")),
    "note on orientation": (group(NOTED, ("sex_life",)), (4, 1, 1, 5, "very_high")),
    "note on religion": (group(NOTED, ("religion",)), (4, 1, 1, 5, "very_high")),
    "name and IBAN": (group(("full_name", "iban")), (2, 1, 1, 3, "high")),
}


@pytest.mark.parametrize("name", WORKED)
def test_worked_scores_come_out(name: str) -> None:
    exposed, expected = WORKED[name]
    assert parts(score(exposed, incident(HACK_AND_PUBLISHED))) == expected


def test_worked_ranges_come_out() -> None:
    note = score(group(NOTED), incident(HACK_AND_PUBLISHED))
    assert 1 <= note.dpc <= 2
    assert 2 <= note.se <= 3
    code = score(group(("ins", "care_date")), incident(HACK_AND_PUBLISHED))
    assert 1 <= code.dpc <= 2
    assert 0.25 <= code.ei <= 0.75
    assert 1.25 <= code.se <= 2.5


# ENISA's own cases of 4.2 that our fields can state.
@pytest.mark.parametrize(
    ("exposed", "context", "dpc"),
    [
        (("full_name", "postal_address"), (), 1),  # supermarket customers
        (("full_name", "care_date"), (), 1),  # "general blood tests were done"
        (("full_name", "procedure_code"), (), 3),  # test for a specific disease
        (("full_name", "lab_result"), (), 4),  # the results
        (("full_name", "bic"), (), 1),  # mere customer of a bank
        (("full_name", "iban"), (), 2),  # account number alone
        (("full_name", "income"), (), 3),
        (("gps",), (), 2),
        (("patient_id", "care_date"), ("revealing_specialty",), 3),  # an appointment in oncology
        (("full_name", "occupation", "marital_status"), (), 2),  # a social profile
        (("full_name", "occupation"), (), 1),
        (("technical_id", "flag"), (), 1),
    ],
)
def test_data_context(exposed: tuple[str, ...], context: tuple[Any, ...], dpc: int) -> None:
    assert score(group(exposed, (), *context), incident()).dpc == dpc


@pytest.mark.parametrize(
    ("exposed", "ei"),
    [
        (("full_name",), 0.5),
        (("family_name",), 0.25),
        (("family_name", "given_name", "birth_date"), 0.75),
        (("family_name", "given_name", "birth_date", "email"), 1),
        (("family_name", "given_name", "birth_date", "city"), 1),
        (("nir",), 0.75),
        (("nir", "full_name"), 1),
        (("id_document",), 0.25),
        (("id_document", "birth_date"), 0.75),
        (("email",), 0.75),
        (("patient_id",), 0.25),
        (("iban",), 0.25),
        (("birth_date", "postcode"), 0.5),
        (("free_text",), 0.5),
        (("rpps", "practitioner_name"), 1),
        (("rpps", "patient_id"), 0.25),
        (("technical_id",), 0.25),
    ],
)
def test_ease_of_identification(exposed: tuple[str, ...], ei: float) -> None:
    assert score(group(exposed), incident()).ei == ei


@pytest.mark.parametrize(("declared", "ei"), [(True, 1), (False, 0.75), (None, 1)])
def test_declared_identifiability_wins(declared: bool | None, ei: float) -> None:
    told = incident(data={"directly_identifiable": declared})
    assert score(group(ADMIN), told).ei == ei


@pytest.mark.parametrize(
    ("breach", "cb", "reason"),
    [
        ({}, 0.5, "enisa.cb.assumed_recipients"),
        ({"published": True, "malicious": False}, 0.5, "enisa.cb.published"),
        ({"recipients": "unknown", "exfiltrated": "yes"}, 0.5, "enisa.cb.unknown_recipients"),
        ({"recipients": "unknown", "exfiltrated": "no"}, 0, "enisa.cb.no_disclosure"),
        ({"recipients": "known"}, 0.25, "enisa.cb.known_recipients"),
        ({"recipients": "known_trusted"}, 0.25, "enisa.cb.trusted_recipients"),
        ({"recipients": "none"}, 0, "enisa.cb.no_disclosure"),
        ({"recipients": "none", "exfiltrated": "yes"}, 0.5, "enisa.cb.contradiction"),
        ({"nature": ["availability"], "data_recoverable": "no"}, 0.5, "enisa.cb.availability.2"),
        ({"recipients": "none", "data_recoverable": "temporarily_unavailable"}, 0.25, "enisa.cb.availability.1"),
        ({"recipients": "none", "integrity": "altered_unused"}, 0, "enisa.cb.integrity.0"),
        ({"recipients": "none", "integrity": "altered_used_recoverable"}, 0.25, "enisa.cb.integrity.1"),
        ({"recipients": "none", "integrity": "altered_used_unrecoverable"}, 0.5, "enisa.cb.integrity.2"),
        ({"recipients": "none", "malicious": True}, 0.5, "enisa.cb.malicious"),
        ({"recipients": "none", "causes": ["Acte externe malveillant"]}, 0.5, "enisa.cb.malicious_deduced"),
        ({"recipients": "none", "causes": ["internal_accidental"]}, 0, "enisa.cb.not_malicious"),
        ({"recipients": "none", "causes": ["unknown"]}, 0, "enisa.cb.malicious_unknown"),
    ],
)
def test_circumstances_and_their_reason(breach: dict[str, Any], cb: float, reason: str) -> None:
    found = score(group(ADMIN), incident(breach))
    assert found.cb == cb
    assert reason in [one.id for one in found.reasons]


def test_the_range_of_the_scale() -> None:
    worst = {
        "published": True, "malicious": True, "data_recoverable": "no", "integrity": "altered_used_unrecoverable",
    }  # fmt: skip
    assert score(group(NOTED, ("health",)), incident(worst)).se == 6
    assert score(group(("patient_id",)), incident({"recipients": "none", "malicious": False})).se == 0.25


@pytest.mark.parametrize(
    ("quarters", "level"),
    [
        (1, "low"), (7, "low"), (8, "medium"), (11, "medium"),
        (12, "high"), (15, "high"), (16, "very_high"), (24, "very_high"),
    ],
)  # fmt: skip
def test_bands_are_half_open(quarters: int, level: str) -> None:
    assert level_of(quarters) == level


def test_bands_of_other_calculators_are_not_ours() -> None:
    """Two public calculators cut at 3 / 5 / 7, or put a floor of 2 under sensitive data (regulatory.md 9.3)."""
    wrong = lambda se: LEVELS[sum(se >= 4 * cut for cut in (3, 5, 7))]  # noqa: E731
    differing = [se for se in range(1, 25) if wrong(se) != level_of(se)]
    assert differing == list(range(8, 25))
    assert score(group(("full_name", "care_date")), incident()).dpc < 2


def test_every_field_and_category_has_a_class() -> None:
    known = table("enisa.toml")
    assert list(known["fields"]) == list(fields())
    assert list(known["categories"]) == list(categories())
    classes = {*known["classes"], "none"}
    entries = [*known["fields"].values(), *known["categories"].values()]
    assert {entry["class"] for entry in entries} <= classes
    assert {entry["why"] for entry in entries if "why" in entry} == set(known["why"])
    assert all("why" in entry for entry in entries if "adjust" in entry)


def test_fields_without_weight_are_those_that_are_not_personal() -> None:
    weightless = {name for name, entry in table("enisa.toml")["fields"].items() if entry["class"] == "none"}
    assert weightless == {one.id for one in fields().values() if one.sensitivity == 0}
    for one in fields().values():
        assert (one.sensitivity == 3) <= (table("enisa.toml")["fields"][one.id]["class"] == "sensitive")


def test_identification_rules_name_real_fields() -> None:
    known = table("enisa.toml")
    assert {field for members in known["sets"].values() for field in members} <= set(fields())
    assert {name for rule in known["ei"] for name in rule["needs"]} <= set(known["sets"])


def test_reasons_follow_the_steps_and_are_in_both_languages() -> None:
    reasons = score(group(NOTED, ("health",), "minor"), incident(HACK_AND_PUBLISHED)).reasons
    assert [one.id for one in reasons] == [
        "enisa.dpc.simple",
        "enisa.dpc.sensitive",
        "enisa.dpc",
        "enisa.ei.name_contact",
        "enisa.cb.published",
        "enisa.cb.integrity.0",
        "enisa.cb.availability.0",
        "enisa.cb.malicious",
        "enisa.se",
    ]
    assert reasons[-1].fr == "SE = 4 × 1 + 1 = 5\u202f: niveau très élevé (SE ≥ 4)."
    assert reasons[-1].en == "SE = 4 × 1 + 1 = 5: level very high (SE ≥ 4)."
    assert "base 1, +3 (la personne est mineure" in reasons[0].fr


def test_french_sentences_keep_their_narrow_spaces() -> None:
    for name in ("enisa.toml", "obligations.toml"):
        for entry in _french(table(name)):
            assert not any(f" {mark}" in entry for mark in ":;!?»"), entry
            assert "« " not in entry


def _french(node: Any) -> list[str]:
    if isinstance(node, dict):
        own = [node["fr"]] if isinstance(node.get("fr"), str) else []
        return own + [text for value in node.values() for text in _french(value)]
    return [text for value in node for text in _french(value)] if isinstance(node, list) else []


def test_unintelligible_is_a_flag_not_a_score() -> None:
    plain, hidden = (score(group(ADMIN), incident({"unintelligible": told})) for told in (None, True))
    assert plain.se == hidden.se
    assert "enisa.flag.unintelligible" in [one.id for one in hidden.reasons]


# --- Profiles -------------------------------------------------------------------------------------------------

GROUPS = [
    group(NOTED, ("health",), persons=8),
    group(ADMIN, persons=1000),
    group(("full_name", "iban"), persons=8),
    group(ADMIN, (), "minor", persons=20),
    group(NOTED, persons=0),
    group(ADMIN, persons=5),
]


def test_profiles_keep_the_persons_and_come_most_persons_first() -> None:
    profiles = weigh(GROUPS, incident(HACK_AND_PUBLISHED))
    assert [(one.id, one.persons, one.severity.enisa.se) for one in profiles] == [
        ("p01", 1005, 2),
        ("p02", 20, 5),
        ("p03", 8, 5),  # of equal persons, the gravest first
        ("p04", 8, 3),
    ]
    assert profiles == weigh(GROUPS[::-1], incident(HACK_AND_PUBLISHED))


def test_the_highest_severity_is_kept_not_a_mean() -> None:
    severity = summarise(weigh(GROUPS, incident(HACK_AND_PUBLISHED)))
    assert severity is not None
    assert (severity.enisa.se, severity.cnil_level) == (5, "maximal")
    assert severity.persons_by_level == {"low": 0, "medium": 1005, "high": 8, "very_high": 28}
    assert [row.profile for row in severity.by_profile] == ["p01", "p02", "p03", "p04"]
    assert summarise(()) is None


@pytest.mark.parametrize(
    ("exposed", "cnil"),
    [
        (group(("patient_id",)), "negligible"),
        (group(ADMIN), "limited"),
        (group(("full_name", "iban")), "important"),
        (group(NOTED, ("health",)), "maximal"),
    ],
)
def test_cnil_level_by_rank_says_it_is_a_proposal(exposed: ExposedGroup, cnil: str) -> None:
    (profile,) = weigh([exposed], incident(HACK_AND_PUBLISHED))
    assert profile.severity.cnil_level == cnil
    reason = profile.severity.enisa.reasons[-1]
    assert reason.id == "cnil.rank"
    assert "Aucune correspondance officielle" in reason.fr


# --- Facts ----------------------------------------------------------------------------------------------------


def test_facts_alone_make_one_group() -> None:
    told = incident(
        data={"fields": ["full_name", "email"], "special_categories": ["health"], "persons": 40, "minors": True},
        controller={"speciality": "Centre d'addictologie"},
    )
    assert facts_group(told) == group(("full_name", "email"), ("health",), "minor", "revealing_specialty", persons=40)
    assert facts_group(incident(controller={"speciality": "Médecine générale"})) == group((), ())


def test_fields_that_are_not_told_are_read_at_the_maximum() -> None:
    found = score(facts_group(incident(data={"special_categories": ["health"]})), incident())
    assert (found.dpc, found.ei) == (4, 1)
    assert "enisa.ei.unstated" in [one.id for one in found.reasons]


@pytest.mark.parametrize(
    ("sections", "key"),
    [
        ({"data": {"fields": ["nom"]}}, "data.fields"),
        ({"data": {"special_categories": ["santé"]}}, "data.special_categories"),
        ({"breach": {"origins": ["pirates"]}}, "breach.origins"),
        ({"breach": {"causes": ["malveillance"]}}, "breach.causes"),
    ],
)
def test_words_outside_the_closed_lists_are_refused(sections: dict[str, Any], key: str) -> None:
    with pytest.raises(FactsError) as refused:
        check_facts(Incident.model_validate(sections), "FACTS.toml")
    assert refused.value.fr.startswith(f"FACTS.toml\u202f: {key} (trouvé")
    assert refused.value.en.startswith(f"FACTS.toml: {key} (found")


def test_literal_labels_and_ids_are_both_accepted() -> None:
    told = incident({"origins": ["hacking", "Autre"], "causes": ["Inconnu"]}, data={"fields": ["nir"]})
    check_facts(told)
    assert malice_of(told) == "deduced"
