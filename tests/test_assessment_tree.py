"""The decision tree as data: complete, without a loop, marked, and every answer traced; the duties beside it."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest

from breachkit.assessment.facts import facts_group
from breachkit.assessment.obligations import VERDICT, decide
from breachkit.assessment.severity import summarise, weigh
from breachkit.assessment.wording import table
from breachkit.impact import Duty, Obligations
from breachkit.incident import parse_incident
from breachkit.reference.catalogue import fields

BOOK = table("obligations.toml")
TREES = ("authority", "persons")
NODES = [(tree, name) for tree in TREES for name in BOOK[tree]]
MARKS = ("R", "R2", "K", "I")
YES_NO = ["yes", "no"]


def domain(answer: str) -> list[str]:
    return YES_NO if answer in BOOK["compound"] or answer == "grounds" else BOOK["values"][answer]


@pytest.mark.parametrize(("tree", "name"), NODES)
def test_a_node_leads_somewhere_from_every_answer(tree: str, name: str) -> None:
    node = BOOK[tree][name]
    assert set(node["go"]) == set(domain(node["asks"]))
    assert set(node["go"].values()) <= {*BOOK[tree], *(VERDICT + one for one in ("yes", "no", "undetermined"))}
    assert set(node.get("say", {})) <= set(node["go"])
    assert node["mark"] in MARKS
    assert node["source"] in BOOK["sources"]
    assert node["law"]["fr"]
    assert node["law"]["en"]
    assert set(domain(node["asks"])) <= set(BOOK["answers"]) | {"none"}


def ways(tree: str, at: str, before: tuple[str, ...] = ()) -> set[str]:
    """Every node that can be reached; fails on a loop."""
    if at.startswith(VERDICT):
        return set()
    assert at not in before, f"loop at {at}"
    found = {at}
    for following in set(BOOK[tree][at]["go"].values()):
        found |= ways(tree, following, (*before, at))
    return found


@pytest.mark.parametrize("tree", TREES)
def test_every_node_is_reached_and_none_twice(tree: str) -> None:
    assert ways(tree, "start") == set(BOOK[tree])


def test_every_sentence_is_said_somewhere() -> None:
    said = {
        rule
        for tree in TREES
        for node in BOOK[tree].values()
        for rules in node.get("say", {}).values()
        for rule in rules
    }
    said |= {one["say"] for one in BOOK["ground"].values()} | {"many_persons", "register"}
    assert said == set(BOOK["decide"])


def test_conditions_name_answers_and_values_that_exist() -> None:
    sets = [conditions for sets in BOOK["compound"].values() for conditions in sets]
    sets += [one["when"] for one in BOOK["ground"].values()]
    for conditions in sets:
        for answer, accepted in conditions.items():
            assert set(accepted) <= set(domain(answer)), answer
    assert {field for kit in BOOK["kits"].values() for field in kit} <= set(fields())


def owed(**tables: Any) -> Obligations:
    incident = parse_incident(tables, "FACTS.toml")
    group = facts_group(incident)
    profiles = weigh([group], incident)
    return decide(profiles, summarise(profiles, incident), group.persons, incident)


def test_the_path_is_a_way_through_the_tree_in_both_languages() -> None:
    found = owed(breach={"malicious": True, "exfiltrated": "yes"}, data={"fields": ["full_name", "diagnosis"]})
    for tree in TREES:
        steps = [one for one in found.path if one.tree == tree]
        assert steps[0].node == "start"
        for step, following in pairwise(steps):
            assert step.leads_to == following.node
    last = {one.tree: one.leads_to for one in found.path}
    assert last == {"authority": found.notify_authority, "persons": found.inform_persons}
    step = next(one for one in found.path if one.node == "malice_grave")
    assert step.question.fr == "L'acte est-il malveillant\u202f?"
    assert (step.answer.fr, step.answer.en) == ("oui", "yes")
    assert "breach.malicious" in step.source.fr
    assert step.mark == "K"


# --- Duties and roles -----------------------------------------------------------------------------------------

HEALTH = {"fields": ["full_name", "diagnosis"], "persons": 30}
HACK = {"malicious": True, "exfiltrated": "yes"}


def duties(**tables: Any) -> dict[str, Duty]:
    return {one.id: one for one in owed(**({"data": HEALTH, "breach": HACK} | tables)).duties}


@pytest.mark.parametrize(
    ("controller", "state"),
    [
        ({"kind": "Centre hospitalier universitaire"}, "due"),
        ({"kind": "Cabinet médical libéral", "sector": "Santé humaine et action sociale"}, "advised"),
        ({"sector": "Santé humaine et action sociale"}, "check"),
        ({}, "check"),
        ({"name": "Clinique des Tilleuls"}, "due"),
        ({"kind": "Association sportive"}, None),
    ],
)
def test_cert_sante_by_the_place(controller: dict[str, str], state: str | None) -> None:
    found = duties(controller=controller).get("cert_sante")
    assert (found.state if found else None) == state
    if found is not None:
        assert "L1111-8-2" in found.ground.fr
        assert found.mark in ("R2", "I")


def test_cert_sante_needs_a_serious_incident() -> None:
    hospital = {"kind": "Hôpital"}
    nobody = {"malicious": False, "exfiltrated": "no", "recipients": "none"}
    assert "cert_sante" not in duties(controller=hospital, breach=nobody)
    assert "cert_sante" not in duties(controller=hospital, data={"fields": ["full_name", "email"]})
    cut = nobody | {"nature": ["availability"], "data_recoverable": "temporarily_unavailable"}
    assert duties(controller=hospital, breach=cut)["cert_sante"].state == "due"


def test_who_answers_by_the_role() -> None:
    assert not {"processor_informs", "joint"} & set(duties())
    found = duties(processor={"name": "Éditeur du logiciel", "role": "sous-traitant (art. 28)"})
    assert (found["processor_informs"].who, found["processor_informs"].state) == ("processor", "due")
    assert "Éditeur du logiciel" in found["processor_informs"].text.fr
    assert "33(2)" in found["processor_informs"].ground.fr
    assert "28(3)" in found["processor_contract"].ground.fr
    assert found["controller_notifies"].who == "controller"
    assert "L1111-8" in found["hds_host"].ground.fr
    joint = duties(processor={"name": "Maison de santé", "role": "responsable conjoint"})
    assert (joint["joint"].who, "processor_informs" in joint) == ("joint", False)
    assert "hds_host" not in duties(processor={"name": "Éditeur"}, data={"fields": ["full_name", "email"]})


def test_the_complaint_and_the_clause_of_the_insurance() -> None:
    found = duties(dates={"aware": "2026-10-23T12:00:00+02:00"})["complaint"]
    assert (found.state, found.mark) == ("advised", "K")
    assert "L12-10-1" in found.ground.fr
    assert found.deadline is not None
    assert found.deadline.isoformat() == "2026-10-26T11:00:00+01:00"
    assert duties(breach={"malicious": False})  # an accident has duties too,
    assert "complaint" not in duties(breach={"malicious": False})  # but no complaint
    assert duties(breach={})["complaint"].state == "check"


@pytest.mark.parametrize(
    ("told", "state"),
    [(True, "done"), ("le 3 janvier", "done"), (False, "not_done"), ("no", "not_done"), ("unknown", "advised")],
)
def test_what_the_facts_tell_of_a_duty(told: bool | str, state: str) -> None:
    assert duties(others={"complaint": told})["complaint"].state == state


def test_order_is_advice_for_a_practice() -> None:
    found = duties(controller={"kind": "cabinet"})["order"]
    assert (found.state, found.mark) == ("advised", "R2")
    assert "order" not in duties(controller={"kind": "Hôpital"})


def test_duties_are_marked_and_their_conditions_exist() -> None:
    own = {"place", "processor", "joint", "serious"}
    for entry in table("duties.toml")["duty"]:
        assert entry["mark"] in MARKS
        assert set(entry["when"]) <= own | set(BOOK["values"])
        assert all(f" {mark}" not in entry["fr"] for mark in ":;!?»")
