"""information-patients.pdf and notebook 05: reach, the weighing of a public notice, blanks, official bodies."""

from __future__ import annotations

import re
from typing import Any

import pytest

from breachkit.impact import ChannelMix, Impact, Reach
from breachkit.incident import Incident
from breachkit.information.informing import informing
from breachkit.report import show
from breachkit.report.information_content import information_content
from tests.informing import EVERYBODY, PLAIN, impact_with

LIVING = sum(one.persons for one in EVERYBODY if one.status != "deceased")
REACH = Reach(
    persons=LIVING, email=150, mobile=120, landline=40, postal=200, none=20, email_shared=30, phone_shared=12,
    postal_shared=90, only_shared=25, sensitive=50, sensitive_without_post=3,
    mixes=(
        ChannelMix(channels=("email", "mobile", "postal"), persons=120),
        ChannelMix(channels=("postal",), persons=80),
        ChannelMix(channels=("email", "landline"), persons=30),
        ChannelMix(channels=(), persons=20),
    ),
)  # fmt: skip


def impact(**facts: Any) -> Impact:
    made = impact_with(EVERYBODY, **facts)
    found = informing(EVERYBODY, REACH, made.people, Incident.model_validate(facts))
    return made.model_copy(update={"information": found})


@pytest.mark.parametrize("language", ["fr", "en"])
def test_groups_add_up_to_the_living(language: str) -> None:
    table = information_content(impact(**PLAIN), language)["segments"]
    counts = [int(re.sub(r"\D", "", row[1])) for row in table["rows"]]
    dead = counts[0]
    assert sum(counts[:-1]) - dead == counts[-1] == LIVING
    assert all(len(row) == len(table["header"]) for row in table["rows"])
    assert table["rows"][1][-1] == "minors"


def test_channels_overlap_and_sharing_are_told() -> None:
    reach = information_content(impact(**PLAIN), "fr")["reach"]
    assert [row[1] for row in reach["table"]["rows"]] == ["150", "150", "200", "20"]
    assert [row[3] for row in reach["table"]["rows"]] == ["30", "12", "90", "–"]
    assert [row[1] for row in reach["mixes"]["rows"]] == ["120", "80", "30", "20"]
    assert "25\u00a0personnes" in reach["notes"][0]
    assert "50\u00a0personnes, dont 3 sans adresse" in reach["notes"][1]


@pytest.mark.parametrize("language", ["fr", "en"])
def test_a_public_notice_is_weighed_in_figures(language: str) -> None:
    effort = information_content(impact(**PLAIN), language)["effort"]
    assert effort["verdict"].startswith({"fr": "Pas pour tous", "en": "Not for all"}[language])
    assert re.search(r": 20 \(8[.,]0", effort["supports"][0].replace("\u202f", ""))
    assert re.search(r": 230 (?:sur|of) 250 \(92[.,]0", effort["refutes"][0].replace("\u202f", ""))


def test_blanks_are_counted_as_they_stand_in_the_letters() -> None:
    told = information_content(impact(**PLAIN), "fr")["blanks"]
    assert ": 1." in told["lead"]
    missing = information_content(impact(), "fr")["blanks"]
    assert ": 7." in missing["lead"]  # six facts, and the place and date
    assert len(missing["items"]) == 8  # and the guardian of protected adults


@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_body_tells_where_it_was_read(language: str) -> None:
    rows = information_content(impact(**PLAIN), language)["bodies"]["rows"]
    assert len(rows) == 12
    assert all(re.search(r"2026 \((?:R|R2|K)\)$", row[-1]) for row in rows)


def test_the_notebook_shows_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    outputs: list[str] = []
    monkeypatch.setattr("IPython.display.display", lambda *objects: outputs.extend(one.data for one in objects))
    for view in (show.reach, show.effort, show.before_sending, show.segments):
        view(impact(**PLAIN), "fr")
    text = "".join(outputs)
    for told in ("25\u00a0personnes", "Pas pour tous", "notice-website.md", "lieu et date"):
        assert told in text
